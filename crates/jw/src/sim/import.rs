//! `sim import`.

use clap::Args;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {}

pub(crate) fn run(_: &Context, _: &ImportArgs) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}
