//! `sim pack`.

use clap::Args;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Args)]
pub(crate) struct PackArgs {}

pub(crate) fn run(_: &Context, _: &PackArgs) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}
