//! `sim run` and `sim compare`.

use clap::Args;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Args)]
pub(crate) struct RunArgs {}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {}

pub(crate) fn run(_: &Context, _: &RunArgs) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}

pub(crate) fn compare(_: &Context, _: &CompareArgs) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}
