//! `plan verify`.

use std::path::Path;

use crate::{context::Context, failure::Failure};

pub(crate) fn run(_: &Context, _: &Path) -> Result<(), Failure> {
    Err(Failure::usage("not built yet"))
}
