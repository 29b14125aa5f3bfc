//! Namespaces need root. Without it tests say that they are skipped, and as root they never are.

use std::io::Write;

pub(crate) fn is_root(test: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        let _ = writeln!(std::io::stderr(), "SKIPPED: {test}: namespaces need root");
    }
    is_root
}
