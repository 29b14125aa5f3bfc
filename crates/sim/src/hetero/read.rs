//! Gavel's traces and throughputs, and the size of a cluster.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use crate::{SimError, files};

/// Processors of each type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub types: Vec<String>,
    pub processors: Vec<u32>,
}

impl Cluster {
    #[must_use]
    pub fn size(&self) -> u32 {
        self.processors.iter().sum()
    }
}

/// A job of a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What kind of work, with its number of processors: "('A3C', 1)".
    pub kind: String,
    pub steps: f64,
    /// Processors of one type, all at once.
    pub processors: u32,
    pub arrival_s: f64,
    /// Steps a second on each type; zero where it cannot run.
    pub speeds: Vec<f64>,
}

/// The jobs in order of arrival.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    pub jobs: Vec<Job>,
}

/// Steps a second of kinds of work, alone and beside each other.
#[derive(Debug, Clone)]
pub struct Speeds(BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>);

/// Processors in all, at most.
const PROCESSORS_MOST: u32 = 1_000_000;
/// Jobs of a trace at most: all of them are looked at in each round.
const JOBS_MOST: usize = 100_000;

impl Speeds {
    /// Of one kind alone on a type.
    #[must_use]
    pub fn alone(&self, on: &str, kind: &str) -> f64 {
        self.of(on, kind, "null")
            .and_then(Value::as_f64)
            .filter(|it| it.is_finite() && *it > 0.0)
            .unwrap_or(0.0)
    }

    /// Of two kinds that share the same processors of a type.
    #[must_use]
    pub fn beside(&self, on: &str, kind: &str, other: &str) -> Option<(f64, f64)> {
        let both = self.of(on, kind, other)?.as_array()?;
        let speed = |at: usize| both.get(at)?.as_f64().filter(|it| it.is_finite() && *it > 0.0);
        Some((speed(0)?, speed(1)?))
    }

    /// Every kind of work with its processors and its speeds on these types, in parts of its fastest.
    #[must_use]
    pub fn kinds(&self, types: &[&str]) -> Vec<(u32, Vec<f64>)> {
        let names = types.iter().find_map(|on| self.0.get(*on));
        let kind = |name: &String| {
            let processors = name.rsplit(", ").next()?.trim_end_matches(')').parse().ok()?;
            let speeds: Vec<f64> = types.iter().map(|on| self.alone(on, name)).collect();
            let fastest = speeds.iter().copied().fold(0.0, f64::max);
            let parts = speeds.iter().map(|speed| speed / fastest).collect();
            (fastest > 0.0).then_some((processors, parts))
        };
        names.into_iter().flat_map(BTreeMap::keys).filter_map(kind).collect()
    }

    fn of(&self, on: &str, kind: &str, other: &str) -> Option<&Value> {
        self.0.get(on)?.get(kind)?.get(other)
    }
}

/// Reads "v100=8,p100=16,k80=24".
///
/// # Errors
/// A type without a number, twice, or nothing at all.
pub fn cluster(text: &str) -> Result<Cluster, SimError> {
    let wrong = |what: &str| {
        SimError::Asked(format!("--cluster: {what}; it looks like v100=8,p100=16,k80=24"))
    };
    let mut cluster = Cluster { types: Vec::new(), processors: Vec::new() };
    for part in text.split(',') {
        let (name, count) =
            part.split_once('=').ok_or_else(|| wrong(&format!("{part:?} has no number")))?;
        let (name, count) = (name.trim(), count.trim());
        let number = count.parse::<u32>().ok().filter(|it| *it <= PROCESSORS_MOST);
        let number =
            number.ok_or_else(|| wrong(&format!("{count:?} is not a number of processors")))?;
        if name.is_empty() || cluster.types.iter().any(|it| it == name) {
            return Err(wrong(&format!("the type {name:?} is empty or there twice")));
        }
        cluster.types.push(name.to_owned());
        cluster.processors.push(number);
    }
    if cluster.size() == 0 { Err(wrong("there is no processor at all")) } else { Ok(cluster) }
}

/// Reads throughputs: JSON, type by kind of work by "null" (alone) or the kind beside it.
///
/// # Errors
/// No such file, or JSON of another form.
pub fn speeds(path: &Path) -> Result<Speeds, SimError> {
    let text = files::text(path)?;
    serde_json::from_str(&text).map(Speeds).map_err(|error| SimError::Invalid {
        path: path.to_owned(),
        line: error.line() as u64,
        what: format!("not throughputs by type and kind of work: {error}"),
    })
}

/// Reads a trace: ten fields parted by tabs, without a header: kind, command, folder, argument of steps, 0 or 1, steps,
/// processors, weight, deadline, arrival in seconds.
///
/// # Errors
/// A field that is missing or wrong, a kind without throughputs, a job that no type has enough processors for.
pub fn trace(path: &Path, speeds: &Speeds, cluster: &Cluster) -> Result<Trace, SimError> {
    let text = files::text(path)?;
    let mut jobs = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let invalid =
            |what: String| SimError::Invalid { path: path.to_owned(), line: number, what };
        jobs.push(job(line, speeds, cluster).map_err(invalid)?);
        if jobs.len() > JOBS_MOST {
            return Err(invalid(format!("more than {JOBS_MOST} jobs")));
        }
    }
    if jobs.is_empty() {
        return Err(SimError::Invalid {
            path: path.to_owned(),
            line: 1,
            what: "there is no job".to_owned(),
        });
    }
    jobs.sort_by(|a, b| a.arrival_s.total_cmp(&b.arrival_s));
    Ok(Trace { jobs })
}

fn job(line: &str, speeds: &Speeds, cluster: &Cluster) -> Result<Job, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [kind, _, _, _, _, steps, processors, _, _, arrival] = fields.as_slice() else {
        return Err(format!("{} fields parted by tabs where ten are needed", fields.len()));
    };
    let number = |name: &str, text: &str, least: f64| {
        let number = text.trim().parse::<f64>().ok().filter(|it| it.is_finite() && *it >= least);
        number
            .ok_or_else(|| format!("{name} is {text:?}: it has to be a number of at least {least}"))
    };
    let steps = number("steps", steps, 1.0)?;
    let arrival_s = number("arrival", arrival, 0.0)?;
    let processors = processors.trim().parse::<u32>().ok().filter(|it| *it > 0);
    let processors = processors.ok_or("processors: it has to be a whole number above zero")?;
    let kind = format!("('{kind}', {processors})");
    let speed = |(on, there): (&String, &u32)| {
        if *there >= processors { speeds.alone(on, &kind) } else { 0.0 }
    };
    let all: Vec<f64> = cluster.types.iter().zip(&cluster.processors).map(speed).collect();
    if all.iter().all(|speed| *speed == 0.0) {
        let known = cluster.types.iter().any(|on| speeds.alone(on, &kind) > 0.0);
        return Err(if known {
            format!("{processors} processors at once: no type has so many")
        } else {
            format!("no throughput of {kind} on any type of the cluster")
        });
    }
    Ok(Job { kind, steps, processors, arrival_s, speeds: all })
}
