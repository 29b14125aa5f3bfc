//! "Let's Wait Awhile" (Wiesner and others, Middleware 2021), scenario II: jobs of machine learning that wait for clean
//! hours.

use std::{path::Path, time::Instant};

use energy::{cheapest_run, cheapest_slots};
use serde::Serialize;

use super::series::{self, CARBON, Minute, Series};
use crate::{SimError, random::Random};

const JOBS: usize = 3_387;
/// Draws of jobs and of errors that are averaged: one draw of jobs alone moves a saving by 0.15 points.
const REPETITIONS: u32 = 20;
/// Standard deviation of a forecast's error, in parts of the year's mean.
const ERROR: f64 = 0.05;
const DAY: Minute = 24 * 60;

/// What was saved, in percent of what starting at once emits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub file: String,
    pub jobs: usize,
    pub seed: u64,
    pub repetitions: u32,
    pub error_pct: f64,
    pub saving: Constraints,
    /// On the wall clock, without reading.
    pub seconds: f64,
}

/// By how long a job may wait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Constraints {
    /// As published: until 9:00 of the next day that is no Sunday; what would end on a Friday evening has until Saturday.
    pub next_workday: Saving,
    /// The same to the letter: until 9:00 of the next day from Monday to Friday.
    pub next_weekday: Saving,
    /// Until the next Monday or Thursday at 9:00.
    pub semi_weekly: Saving,
}

/// By whether it may be interrupted; percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Saving {
    pub non_interrupting: f64,
    pub interrupting: f64,
}

/// A job: the slot of its arrival, the slots it runs, and those it may wait.
#[derive(Debug, Clone, Copy)]
struct Job {
    start: usize,
    length: usize,
    slacks: [usize; 3],
}

/// Runs it for one region over the year that the file holds from its first of January on.
///
/// # Errors
/// The file is not readable, its steps do not divide a day, or it ends before the year does.
pub fn run(path: &Path, seed: u64) -> Result<Report, SimError> {
    let ci = whole_year(path)?;
    let clock = Instant::now();
    let noise = ERROR * mean(&ci.values);
    let half = |from: u32| {
        let mut random = Random::new(seed.wrapping_mul(2).wrapping_add(u64::from(from)));
        let mut sum = Sums::default();
        (0..REPETITIONS / 2).for_each(|_| sum.repeat(&ci, noise, &mut random));
        sum
    };
    let sum = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let mut sum = half(0);
        other.join().into_iter().for_each(|it| sum.add(&it));
        sum
    });
    Ok(Report {
        file: path.display().to_string(),
        jobs: JOBS,
        seed,
        repetitions: REPETITIONS,
        error_pct: ERROR * 100.0,
        saving: sum.saving(),
        seconds: clock.elapsed().as_secs_f64(),
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// From the first of January that the file holds.
fn whole_year(path: &Path) -> Result<Series, SimError> {
    let all = series::read(path, None, (None, None), CARBON)?;
    series::in_grams(path, &all)?;
    if DAY % all.step != 0 {
        return Err(SimError::Asked(format!(
            "{}: steps of {} min do not divide a day",
            path.display(),
            all.step
        )));
    }
    let start = (all.start..all.end()).step_by(all.step as usize).find(|at| is_new_year(*at));
    let short = || {
        SimError::Asked(format!(
            "{}: a whole year from the first of January is needed",
            path.display()
        ))
    };
    let start = start.ok_or_else(short)?;
    let values = all.place(start).and_then(|at| all.values.get(at..)).unwrap_or_default().to_vec();
    let year = Series { start, values, ..all };
    if year.end() < start + 365 * DAY { Err(short()) } else { Ok(year) }
}

fn date(at: Minute) -> Option<jiff::civil::DateTime> {
    let stamp = jiff::Timestamp::from_second(at.checked_mul(60)?).ok()?;
    Some(stamp.to_zoned(jiff::tz::TimeZone::UTC).datetime())
}

fn is_new_year(at: Minute) -> bool {
    at % DAY == 0 && date(at).is_some_and(|it| it.day_of_year() == 1)
}

/// Monday is 0; the first of January 1970 was a Thursday.
const fn weekday(at: Minute) -> Minute {
    (at.div_euclid(DAY) + 3).rem_euclid(7)
}

/// Days evenly from Monday to Friday, starts from 9:00 to 16:30 and lengths from 4 h to 89.5 h in half hours. Days and
/// lengths are dealt, each as often as any other but for one, so that a saving hangs less on the seed.
fn jobs(ci: &Series, random: &mut Random) -> Vec<Job> {
    let year = if date(ci.start).is_some_and(|it| it.in_leap_year()) { 366 } else { 365 };
    let days: Vec<Minute> =
        (0..year).map(|day| ci.start + day * DAY).filter(|at| weekday(*at) < 5).collect();
    let lengths: Vec<Minute> = (0..172).map(|step| 4 * 60 + 30 * step).collect();
    let (days, lengths) = (dealt(&days, random), dealt(&lengths, random));
    let at = |day: Minute, random: &mut Random| day + 9 * 60 + 30 * random.below(16) as Minute;
    let drawn = days.into_iter().zip(lengths).map(|(day, length)| (at(day, random), length));
    drawn.filter_map(|it| job(ci, it)).collect()
}

/// One for each job, in any order.
fn dealt(all: &[Minute], random: &mut Random) -> Vec<Minute> {
    let mut first = all.to_vec();
    random.shuffle(&mut first);
    let mut dealt: Vec<Minute> = first.into_iter().cycle().take(JOBS).collect();
    random.shuffle(&mut dealt);
    dealt
}

fn job(ci: &Series, (at, minutes): (Minute, Minute)) -> Option<Job> {
    let slots = |minutes: Minute| (minutes / ci.step) as usize;
    let end = at + minutes;
    Some(Job {
        start: ci.place(at)?,
        length: slots(minutes),
        slacks: [next_workday(end), next_weekday(end), semi_weekly(end)]
            .map(|last| slots(last - end)),
    })
}

/// When a job has to be done that would end at `end`: then, if people work, else at 9:00 of the next day, or of Monday
/// if that is a Sunday. The published program takes a Saturday for a workday after a Friday.
const fn next_workday(end: Minute) -> Minute {
    let (day, time) = (weekday(end), end.rem_euclid(DAY));
    let nine = end - time + 9 * 60;
    match day {
        5 => nine + 2 * DAY,
        6 => nine + DAY,
        _ if time > 17 * 60 => nine + DAY,
        _ if time < 9 * 60 => nine,
        _ => end,
    }
}

const fn next_weekday(end: Minute) -> Minute {
    let last = next_workday(end);
    if last != end && weekday(last) == 5 { last + 2 * DAY } else { last }
}

/// The next Monday or Thursday at 9:00.
const fn semi_weekly(end: Minute) -> Minute {
    let nine = end - end.rem_euclid(DAY) + 9 * 60;
    let is_late = end > nine;
    let days = match weekday(end) {
        0 if is_late => 3,
        0 | 3 if !is_late => 0,
        3 => 4,
        day if day < 3 => 3 - day,
        day => 7 - day,
    };
    nine + days * DAY
}

/// Emissions of all jobs, for one unit of power.
#[derive(Debug, Default)]
struct Sums {
    at_once: f64,
    /// By constraint: in one piece, in parts.
    waiting: [[f64; 2]; 3],
}

impl Sums {
    /// New jobs, and a forecast with new errors.
    fn repeat(&mut self, ci: &Series, noise: f64, random: &mut Random) {
        let jobs = jobs(ci, random);
        let forecast: Vec<f64> = ci.values.iter().map(|it| it + noise * random.normal()).collect();
        jobs.iter().for_each(|job| self.take(job, &ci.values, &forecast));
    }

    fn add(&mut self, other: &Self) {
        self.at_once += other.at_once;
        for (sum, other) in self.waiting.iter_mut().flatten().zip(other.waiting.iter().flatten()) {
            *sum += other;
        }
    }

    fn take(&mut self, job: &Job, truth: &[f64], forecast: &[f64]) {
        let Some(at_once) = truth.get(job.start..job.start + job.length) else { return };
        self.at_once += at_once.iter().sum::<f64>();
        for (slack, sums) in job.slacks.into_iter().zip(&mut self.waiting) {
            let end = (job.start + job.length + slack + 1).min(truth.len());
            let (truth, forecast) = (
                truth.get(job.start..end).unwrap_or_default(),
                forecast.get(job.start..end).unwrap_or_default(),
            );
            let run = cheapest_run(forecast, job.length).unwrap_or(0);
            let [whole, parts] = sums;
            *whole += truth.iter().skip(run).take(job.length).sum::<f64>();
            *parts += cheapest_slots(forecast, job.length)
                .iter()
                .filter_map(|at| truth.get(*at))
                .sum::<f64>();
        }
    }

    fn saving(&self) -> Constraints {
        let saved = |sum: f64| (1.0 - sum / self.at_once) * 100.0;
        let both = |[whole, parts]: [f64; 2]| Saving {
            non_interrupting: saved(whole),
            interrupting: saved(parts),
        };
        let [next_workday, next_weekday, semi_weekly] = self.waiting.map(both);
        Constraints { next_workday, next_weekday, semi_weekly }
    }
}
