//! Runs cargo as this program was run: at the workspace's root, into the same target directory.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// The workspace's root, as cargo says when it runs this: two checkouts that share a target directory may share this
/// program too, so where it was built says nothing.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this program");
    Path::new(&here).parent().expect("xtask/ is in the workspace's root").to_owned()
}

/// The directory this program was built into: `TARGET/debug/xtask`.
///
/// Taken from there because `cargo run --target-dir` tells its child nothing of it.
fn target_directory() -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let target = program.ancestors().nth(2).context("this program is not in a target directory")?;
    Ok(target.to_owned())
}

/// A cargo command with its arguments; `after` is for the program that cargo runs, if any.
fn command(arguments: &[&str], after: &[String]) -> Result<Command> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).env_remove("CARGO_TARGET_DIR").args(arguments);
    if arguments.first() != Some(&"fmt") {
        command.arg("--target-dir").arg(target_directory()?);
    }
    if !after.is_empty() {
        command.arg("--").args(after);
    }
    Ok(command)
}

/// Runs it with this program's own input and output.
pub(crate) fn run(what: &str, arguments: &[&str], after: &[String]) -> Result<()> {
    let status =
        command(arguments, after)?.status().with_context(|| format!("{what}: cannot run cargo"))?;
    ensure!(status.success(), "{what}: {status}");
    Ok(())
}

/// Builds `jw` and returns where it is.
pub(crate) fn build_jw() -> Result<PathBuf> {
    run("build", &["build", "--quiet", "--package", "jw"], &[])?;
    Ok(target_directory()?.join("debug").join("jw"))
}
