//! The supervisor of one task as a program of its own: `agent-shim shim DIR`.

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let Some(dir) = std::env::args_os().nth(2) else { return ExitCode::from(2) };
    ExitCode::from(u8::try_from(drivers::shim_main(Path::new(&dir))).unwrap_or(1))
}
