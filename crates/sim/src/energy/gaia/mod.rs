//! Waiting for clean hours without knowing how long a job runs: the policies of GAIA (Hanafy and others, ASPLOS 2024) as
//! its simulator runs them, and ours.

mod policy;

use std::{path::Path, time::Instant};

use csv::StringRecord;
use serde::Serialize;

pub use policy::Policy;
use policy::Queue;

use super::series::{self, CARBON, Minute, broken, invalid};
use crate::{SimError, files};

/// Time is counted in steps of 5 s, as in GAIA.
pub(crate) const HOUR: u64 = 720;
/// Jobs below are short.
const SHORT: u64 = 2 * HOUR;
/// What jobs of the short and of the long queue may wait.
const WAITS: [u64; 2] = [6 * HOUR, 24 * HOUR];
/// US dollars for an hour of a core on demand.
const CORE_HOUR: f64 = 0.0624;
/// Times that a policy is run for its time to be told.
const RUNS: u32 = 5;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) arrival: u64,
    pub(crate) length: u64,
    pub(crate) cores: f64,
}

/// One policy over all jobs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub policy: &'static str,
    /// Of what is emitted when nothing waits.
    pub carbon: f64,
    /// At one watt a core.
    pub carbon_g: f64,
    /// US dollars.
    pub cost: f64,
    /// From arrival to end, without the time it runs; the mean over jobs.
    pub wait_h: f64,
    /// On one core, without reading.
    pub cpu_s: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub zone: String,
    pub jobs: usize,
    /// Jobs that would run or wait beyond the end of the carbon intensities.
    pub left_out: usize,
    pub policies: Vec<Outcome>,
}

/// Carbon emitted by one unit of power from the start on, known at whole hours and even between them.
#[derive(Debug)]
pub(crate) struct Carbon {
    pub(crate) hours: Vec<f64>,
    sums: Vec<f64>,
}

impl Carbon {
    fn new(hours: Vec<f64>) -> Self {
        let sums = std::iter::once(0.0).chain(hours.iter().scan(0.0, |sum, hour| {
            *sum += hour;
            Some(*sum)
        }));
        Self { sums: sums.collect(), hours }
    }

    fn until(&self, step: u64) -> f64 {
        let hour = (step / HOUR) as usize;
        let rest = (step % HOUR) as f64 / HOUR as f64;
        let whole = self.sums.get(hour).copied().unwrap_or(f64::INFINITY);
        whole + rest * self.hours.get(hour).copied().unwrap_or(0.0)
    }

    /// Of one unit of power, from one step to another: unit times gCO2/kWh times hours.
    pub(crate) fn between(&self, from: u64, to: u64) -> f64 {
        self.until(to) - self.until(from)
    }

    pub(crate) fn at(&self, step: u64) -> f64 {
        self.hours.get((step / HOUR) as usize).copied().unwrap_or(f64::INFINITY)
    }

    const fn end(&self) -> u64 {
        self.hours.len() as u64 * HOUR
    }
}

/// Runs every policy; the first job comes when `start` begins.
///
/// # Errors
/// A file is not readable, intensities are not hourly, there are none for `start`, or no job fits in.
pub fn run(jobs: &Path, ci: &Path, zone: &str, start: Minute) -> Result<Report, SimError> {
    let series = series::read(ci, Some(zone), (Some(start), None), CARBON)?;
    series::in_grams(ci, &series)?;
    if series.step != 60 || series.start != start {
        return Err(SimError::Asked(format!(
            "{}: values for every hour from --start on are needed",
            ci.display()
        )));
    }
    let carbon = Carbon::new(series.values);
    let all = read(jobs)?;
    let queues = Queue::both(&all);
    let fitting: Vec<Job> =
        all.iter().copied().filter(|job| Queue::of(&queues, job).end(job) < carbon.end()).collect();
    if fitting.is_empty() {
        return Err(SimError::Asked(format!(
            "{}: no job ends before the carbon intensities do",
            jobs.display()
        )));
    }
    Ok(Report {
        zone: zone.to_owned(),
        jobs: fitting.len(),
        left_out: all.len() - fitting.len(),
        policies: outcomes(&fitting, &queues, &carbon),
    })
}

fn outcomes(jobs: &[Job], queues: &[Queue; 2], carbon: &Carbon) -> Vec<Outcome> {
    let mut found: Vec<Outcome> =
        Policy::GAIA.iter().map(|policy| outcome(*policy, jobs, queues, carbon)).collect();
    let at_once = found.first().map_or(1.0, |it| it.carbon_g);
    let wait =
        found.iter().find(|it| it.policy == Policy::CarbonTime.name()).map_or(0.0, |it| it.wait_h);
    found.push(outcome(policy::as_patient_as(wait, jobs, queues, carbon), jobs, queues, carbon));
    found.iter_mut().for_each(|it| it.carbon = it.carbon_g / at_once);
    found
}

fn outcome(policy: Policy, jobs: &[Job], queues: &[Queue; 2], carbon: &Carbon) -> Outcome {
    let clock = Instant::now();
    let mut sum = policy::Sums::default();
    for _ in 0..RUNS {
        sum = policy.run(jobs, queues, carbon);
    }
    let cpu_s = clock.elapsed().as_secs_f64() / f64::from(RUNS);
    let core_hours: f64 = jobs.iter().map(|job| job.cores * job.length as f64 / HOUR as f64).sum();
    Outcome {
        policy: policy.name(),
        carbon: 1.0,
        carbon_g: sum.carbon / 1_000.0,
        cost: core_hours * CORE_HOUR,
        wait_h: sum.wait as f64 / HOUR as f64 / jobs.len() as f64,
        cpu_s,
    }
}

/// `arrival_time,length,cpus`, in seconds, or in hours where the median length is below 200.
fn read(path: &Path) -> Result<Vec<Job>, SimError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(files::open(path)?);
    let head = reader.headers().map_err(|error| broken(path, &error))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(row(path, &head, &record.map_err(|error| broken(path, &error))?)?);
    }
    let mut lengths: Vec<f64> = rows.iter().map(|row| row[1]).collect();
    lengths.sort_unstable_by(f64::total_cmp);
    let median = lengths
        .get(lengths.len() / 2)
        .ok_or_else(|| invalid(path, 1, "there is no job".to_owned()))?;
    let steps = if *median < 200.0 { HOUR as f64 } else { 0.2 };
    let job = |[arrival, length, cores]: [f64; 3]| Job {
        arrival: (arrival * steps) as u64,
        length: (length * steps) as u64,
        cores,
    };
    Ok(rows.into_iter().map(job).filter(|job| job.length > 0).collect())
}

fn row(path: &Path, head: &StringRecord, record: &StringRecord) -> Result<[f64; 3], SimError> {
    let line = record.position().map_or(0, csv::Position::line);
    let number = |name: &str, most: f64| {
        let place = head.iter().position(|it| it.trim() == name);
        let place = place.ok_or_else(|| {
            invalid(
                path,
                1,
                format!("the column {name} is missing; needed are arrival_time,length,cpus"),
            )
        })?;
        let text = record.get(place).unwrap_or_default().trim();
        let value = text.parse::<f64>().ok().filter(|it| (0.0..=most).contains(it));
        value.ok_or_else(|| {
            invalid(
                path,
                line,
                format!("{name} is {text:?}: it has to be a number from 0 to {most}"),
            )
        })
    };
    Ok([number("arrival_time", 1e9)?, number("length", 1e9)?, number("cpus", 1e6)?])
}

#[cfg(test)]
mod tests;
