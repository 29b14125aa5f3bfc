//! Log lines of the long-running commands, on stderr.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

/// What is logged follows `JW_LOG`, as "info" or "server=debug,info".
pub(crate) fn start(json: bool, quiet: bool) {
    let default = if quiet { "error" } else { "info" };
    let filter = EnvFilter::try_from_env("JW_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let lines = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // Already started: by a test, or by `up` for its agents.
    let _started = if json { lines.json().try_init() } else { lines.try_init() };
}
