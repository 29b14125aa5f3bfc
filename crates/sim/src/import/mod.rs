//! Traces of others as jobs of a scenario, and networks of others as nodes and links of a world.
//!
//! What cannot be used is skipped and said, with its line; a file of the wrong form is refused.

mod columns;
mod swf;
#[cfg(test)]
mod tests;
pub mod topology;

use std::path::Path;

use serde::{Deserialize, Serialize};
use units::Span;

use crate::{SimError, files};

/// Forms of traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Standard Workload Format 2.2 (Parallel Workloads Archive).
    Swf,
    /// Pods of Alibaba's openb trace.
    Openb,
    /// GAIA's `arrival_time,length,cpus`, in seconds, or in hours where lengths are fractions.
    Gaia,
    /// Azure's requests to language models: `TIMESTAMP,ContextTokens,GeneratedTokens`.
    Azure,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Swf, Self::Openb, Self::Gaia, Self::Azure];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Swf => "swf",
            Self::Openb => "openb",
            Self::Gaia => "gaia",
            Self::Azure => "azure",
        }
    }

    /// Whose it is, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Swf => "Standard Workload Format 2.2 (Parallel Workloads Archive)",
            Self::Openb => "Pods of Alibaba's openb trace",
            Self::Gaia => "GAIA's arrival_time,length,cpus",
            Self::Azure => {
                "Azure's requests to language models: TIMESTAMP,ContextTokens,GeneratedTokens"
            }
        }
    }
}

/// A job of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceJob {
    /// From the start of the trace.
    pub submit: Span,
    pub run_time: Span,
    /// What its user said it would take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Span>,
    /// Tasks that start together.
    pub tasks: u32,
    /// Thousandths of a core, of one task.
    pub cores_milli: u64,
    /// MiB of one task; zero where nothing is said.
    pub memory_mib: u64,
    /// Of one task.
    pub accelerators: u32,
}

/// What cannot be used of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub line: u64,
    pub what: String,
}

/// The jobs in order of submission.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trace {
    pub jobs: Vec<TraceJob>,
    /// The first of what was skipped.
    pub skipped: Vec<Skipped>,
    pub skipped_in_all: u64,
}

/// Jobs of a trace, and messages about what is skipped, at most.
const JOBS_MOST: usize = 10_000_000;
const SKIPPED_MOST: usize = 100;
/// The longest job that is taken.
const RUN_MOST_S: f64 = 366.0 * 86_400.0;

impl Trace {
    fn skip(&mut self, line: u64, what: String) {
        self.skipped_in_all += 1;
        if self.skipped.len() < SKIPPED_MOST {
            self.skipped.push(Skipped { line, what });
        }
    }

    /// Takes a row's job, or says why not.
    fn take(&mut self, line: u64, job: Result<TraceJob, String>) {
        match job {
            Ok(job) => self.jobs.push(job),
            Err(what) => self.skip(line, what),
        }
    }
}

/// Reads a trace, plain or compressed (`.gz`).
///
/// # Errors
/// It cannot be read, is of another form, or holds no job that can be used.
pub fn read(format: Format, path: &Path) -> Result<Trace, SimError> {
    let text = files::text(path)?;
    let invalid = |(line, what)| SimError::Invalid { path: path.to_owned(), line, what };
    let mut trace = match format {
        Format::Swf => swf::read(&text),
        Format::Openb => columns::openb(&text),
        Format::Gaia => columns::gaia(&text),
        Format::Azure => columns::azure(&text),
    }
    .map_err(invalid)?;
    if trace.jobs.len() > JOBS_MOST {
        return Err(invalid((1, format!("more than {JOBS_MOST} jobs"))));
    }
    if trace.jobs.is_empty() {
        let why = trace.skipped.first().map(|it| format!(": line {}: {}", it.line, it.what));
        let what = format!("no job that can be used{}", why.unwrap_or_default());
        return Err(invalid((1, what)));
    }
    trace.jobs.sort_by_key(|job| job.submit);
    Ok(trace)
}

/// Seconds as a span; only what is a number, not below zero, and not longer than a year.
fn seconds(name: &str, value: f64) -> Result<Span, String> {
    if !value.is_finite() || value < 0.0 {
        return Err(format!("{name} is {value}: it has to be a number that is not below zero"));
    }
    Ok(Span::new((value * 1e3) as u64))
}

fn run_time(value: f64) -> Result<Span, String> {
    if value > RUN_MOST_S {
        return Err(format!("it runs for {value} s: longer than a year is not planned"));
    }
    let span = seconds("its run time", value)?;
    if span.is_zero() { Err("it does not run: its run time is zero".to_owned()) } else { Ok(span) }
}
