//! Runs a scenario, and says how long that took: what `jw sim run` does, without the whole program.
//!
//! `cargo run --release -p sim --example scenario FILE [joint|one-by-one] > report.json`
//!
//! Times are of the processor, not of the clock, so that other work on the machine does not count.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is run to be read")]

use std::{env, error::Error, fs, path::Path};

use sim::scenario::{Rule, read, run};

/// Seconds of the processor so far, in all threads (clock ticks of a hundredth, as Linux counts for programs).
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|it| it.parse::<u32>().ok());
    ticks.map(f64::from).sum::<f64>() / 100.0
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
    let begun = processor_seconds();
    let report = run(&scenario, if is_single { Rule::OneByOne } else { Rule::Jingwei })?;
    let taken = processor_seconds() - begun;
    println!("{}", serde_json::to_string_pretty(&report)?);
    eprintln!("{taken:.2} s of the processor, {} of memory", peak_memory());
    Ok(())
}
