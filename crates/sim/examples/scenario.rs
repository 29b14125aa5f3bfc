//! Runs a scenario, and says how long that took: what `jw sim run` does, without the whole program.
//!
//! `cargo run --release -p sim --example scenario FILE [joint|one-by-one] > report.json`
//!
//! Times are of the processor, not of the clock, so that other work on the machine does not count.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is run to be read")]

use std::{env, error::Error, fs, path::Path};

use sim::scenario::{Rule, read, run};

/// Nanoseconds this thread has run so far (Linux: Documentation/scheduler/sched-stats.rst).
fn processor_ns() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

/// The most memory held so far, as the system says it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map(|it| it.trim().to_owned()).unwrap_or_default()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut asked = env::args().skip(1);
    let file = asked.next().ok_or("which scenario?")?;
    let is_single = asked.next().is_some_and(|policy| policy == Rule::OneByOne.name());
    let scenario = read(Path::new(&file))?;
    let begun = processor_ns();
    let report = run(&scenario, if is_single { Rule::OneByOne } else { Rule::Jingwei })?;
    let taken = (processor_ns() - begun) / 1_000_000;
    println!("{}", serde_json::to_string_pretty(&report)?);
    eprintln!("{taken} ms of the processor, {} of memory", peak_memory());
    Ok(())
}
