//! `cargo xtask COMMAND`: everything that is not `cargo build` or `cargo test`.
//!
//! Knows how the repository is checked, which files in it are generated and how to measure; knows nothing of what
//! the program does.

mod cargo;
mod generate;
mod steps;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USE: &str = "\
use: cargo xtask COMMAND
  ci           every check and test, each with its time
  lint         formatting and lints only
  generate     write the generated files under docs/
  check        compare them with what would be written
  bench [PART] measure, optimised: planner, pipeline, size, or all of them";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    match command.as_deref() {
        Some("ci") => steps::run(steps::CI),
        Some("lint") => steps::run(steps::LINT),
        Some("generate") => generate::write(),
        Some("check") => generate::check(),
        Some("bench") => bench(&rest),
        _ => bail!("{USE}"),
    }
}

/// One part with its options, or every part.
fn bench(arguments: &[String]) -> Result<()> {
    let all = ["planner", "pipeline", "size"].map(|part| vec![part.to_owned()]);
    let parts = if arguments.is_empty() { all.to_vec() } else { vec![arguments.to_vec()] };
    cargo::run("build", &["build", "--release", "--package", "jw", "--package", "bench"], &[])?;
    for part in parts {
        match part.split_first() {
            Some((first, rest)) if first == "planner" => {
                let example =
                    ["run", "--release", "--package", "planner", "--example", "decisions"];
                cargo::run("planner", &example, rest)?;
            }
            _ => cargo::run("bench", &["run", "--release", "--package", "bench"], &part)?,
        }
    }
    Ok(())
}
