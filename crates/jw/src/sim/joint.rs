//! `sim joint`.

use clap::Args;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Args)]
pub(crate) struct JointArgs {}

pub(crate) fn run(_: &Context, _: &JointArgs) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}
