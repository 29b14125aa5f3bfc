//! The checks that every change must pass, one after another.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{cargo, generate};

/// A name for people, and what to do.
type Step = (&'static str, fn() -> Result<()>);

const FORMAT: Step = ("format", || cargo::run("format", &["fmt", "--all", "--check"], &[]));
const LINTS: Step = ("lints", || {
    let deny = ["-D".to_owned(), "warnings".to_owned()];
    cargo::run("lints", &["clippy", "--quiet", "--workspace", "--all-targets"], &deny)
});
const TESTS: Step = ("tests", || cargo::run("tests", &["nextest", "run", "--workspace"], &[]));
const DOCTESTS: Step =
    ("doctests", || cargo::run("doctests", &["test", "--quiet", "--workspace", "--doc"], &[]));
const GENERATED: Step = ("generated files", generate::check);

pub(crate) const LINT: &[Step] = &[FORMAT, LINTS];
/// The layer test is one of the tests.
pub(crate) const CI: &[Step] = &[FORMAT, LINTS, TESTS, DOCTESTS, GENERATED];

/// Runs every step, also after one failed, so that one run tells all that is wrong.
pub(crate) fn run(steps: &[Step]) -> Result<()> {
    let mut done = Vec::new();
    for &(name, step) in steps {
        eprintln!("== {name}");
        let began = Instant::now();
        let outcome = step();
        if let Err(error) = &outcome {
            eprintln!("{error:#}");
        }
        done.push((name, outcome.is_ok(), began.elapsed()));
    }
    summarize(&done)
}

fn summarize(done: &[(&str, bool, Duration)]) -> Result<()> {
    eprintln!();
    for (name, passed, time) in done {
        let outcome = if *passed { "ok" } else { "FAILED" };
        eprintln!("{name:<16} {outcome:<7} {:>6.1} s", time.as_secs_f64());
    }
    let failed: Vec<&str> =
        done.iter().filter(|(_, passed, _)| !passed).map(|(name, ..)| *name).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
