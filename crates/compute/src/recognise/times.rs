//! How long work ran before, and what that says of the next run.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
};

use model::{JobKey, Name};
use serde::Serialize;
use units::Span;

/// Runs kept of one work, the newest.
pub const MOST_RUNS: usize = 64;
/// Works kept; the one that ran longest ago goes first.
pub const MOST_NAMES: usize = 100_000;
/// From so many runs on there is an estimate.
pub const RUNS_NEEDED: usize = 3;

/// A run that ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub key: JobKey,
    /// How long its tasks ran; of an array, one task on average.
    pub took: Span,
}

/// What finished runs say of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Half of the runs took no longer (P50).
    pub typical: Span,
    /// Nine of ten runs took no longer (P90): what a plan counts with.
    pub run_time: Span,
    /// Runs that it comes from.
    pub runs: u32,
    /// Nine of ten runs were within this part of the typical, in percent, rounded up.
    pub within_pct: u32,
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} finished runs (P90), ±{} %", self.runs, self.within_pct)
    }
}

/// Runs by work: at most [`MOST_RUNS`] of each and [`MOST_NAMES`] works.
#[derive(Debug, Clone, Default)]
pub struct Estimates {
    works: BTreeMap<(Name, String), Work>,
    /// Works by when they were last learnt of.
    ages: BTreeMap<u64, (Name, String)>,
    learnt: u64,
}

#[derive(Debug, Clone, Default)]
struct Work {
    runs: VecDeque<Span>,
    age: u64,
    estimate: Option<Estimate>,
}

impl Estimates {
    /// Takes a run into account. A run that took no time says nothing.
    pub fn learn(&mut self, run: &Run) {
        if run.took <= Span::ZERO {
            return;
        }
        self.learnt += 1;
        let name = (run.key.project.clone(), work_name(&run.key.name).to_owned());
        let work = self.works.entry(name.clone()).or_default();
        self.ages.remove(&work.age);
        work.age = self.learnt;
        if work.runs.len() == MOST_RUNS {
            work.runs.pop_front();
        }
        work.runs.push_back(run.took);
        work.estimate = estimate(&work.runs);
        self.ages.insert(self.learnt, name);
        if self.works.len() > MOST_NAMES
            && let Some((_, oldest)) = self.ages.pop_first()
        {
            self.works.remove(&oldest);
        }
    }

    /// What is known of the next run of a job's work, if there were enough runs, and never more than `limit`.
    #[must_use]
    pub fn of(&self, key: &JobKey, limit: Option<Span>) -> Option<Estimate> {
        // The key of the map owns its text; a look-up costs one small copy.
        let name = (key.project.clone(), work_name(&key.name).to_owned());
        let estimate = self.works.get(&name)?.estimate?;
        let capped = |span: Span| limit.map_or(span, |limit| span.min(limit));
        let (typical, run_time) = (capped(estimate.typical), capped(estimate.run_time));
        Some(Estimate { typical, run_time, ..estimate })
    }

    /// Works that something is known of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.works.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.works.is_empty()
    }
}

fn estimate(runs: &VecDeque<Span>) -> Option<Estimate> {
    if runs.len() < RUNS_NEEDED {
        return None;
    }
    let mut sorted: Vec<u64> = runs.iter().map(|span| span.get()).collect();
    sorted.sort_unstable();
    let typical = quantile(&sorted, 50)?;
    let mut apart: Vec<u64> = sorted.iter().map(|took| took.abs_diff(typical)).collect();
    apart.sort_unstable();
    let within = u128::from(quantile(&apart, 90)?) * 100;
    let within = within.div_ceil(u128::from(typical.max(1)));
    Some(Estimate {
        typical: Span::new(typical),
        run_time: Span::new(quantile(&sorted, 90)?),
        runs: u32::try_from(sorted.len()).ok()?,
        within_pct: u32::try_from(within).unwrap_or(u32::MAX),
    })
}

/// The least value that `percent` of a sorted list do not exceed (nearest rank).
fn quantile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

/// The name of the work that a job does: its name without numbers and dates at the end, so that `etl-2026-11-27`
/// and `etl-2026-11-28` are the same work. A name of digits only stays as it is.
#[must_use]
pub fn work_name(name: &Name) -> &str {
    let all = name.as_str();
    let work = all.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    if work.is_empty() { all } else { work }
}
