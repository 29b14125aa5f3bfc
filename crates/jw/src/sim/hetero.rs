//! `sim hetero`.

use clap::Args;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Args)]
pub(crate) struct HeteroArgs {}

pub(crate) fn run(_: &Context, _: &HeteroArgs) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}
