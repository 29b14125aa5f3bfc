//! Fair shares of very many jobs.

use std::time::Instant;

use compute::shares::{Grouping, max_min};
use serde::Serialize;

use super::Speeds;
use crate::{SimError, random::Random};

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScaleReport {
    pub jobs: u64,
    /// Kinds of jobs that are there.
    pub groups: usize,
    /// One round: a hundredth of the jobs go, as many others come, and shares are computed anew.
    pub round_ms: f64,
    /// Of it, the shares alone.
    pub shares_ms: f64,
    /// The least that any job gets, and what no shares could exceed.
    pub least: f64,
    pub bound: f64,
}

const ROUNDS: u32 = 5;

/// Draws jobs of the kinds that throughputs name, on V100, P100 and K80 for half of what they ask for.
///
/// # Errors
/// The throughputs name no kind that runs anywhere.
pub fn scale(speeds: &Speeds, jobs: u64, seed: u64) -> Result<ScaleReport, SimError> {
    let kinds = speeds.kinds(&["v100", "p100", "k80"]);
    if kinds.is_empty() || jobs == 0 || jobs > 100_000_000 {
        let what = "there has to be a kind of work on v100, p100 or k80, and 1 to 100,000,000 jobs";
        return Err(SimError::Asked(what.to_owned()));
    }
    let mut random = Random::new(seed);
    let mut grouping = Grouping::default();
    let mut there = Vec::new();
    let mut add = |grouping: &mut Grouping, there: &mut Vec<usize>| {
        let at = random.below(kinds.len() as u64) as usize;
        if let Some((processors, worth)) = kinds.get(at) {
            grouping.add(*processors, worth);
            there.push(at);
        }
    };
    (0..jobs).for_each(|_| add(&mut grouping, &mut there));
    let each = u32::try_from(jobs / 4).unwrap_or(u32::MAX).max(1);
    let capacity = [each / 6, each / 3, each / 2];
    let (mut round_ms, mut shares_ms, mut last) = (f64::INFINITY, f64::INFINITY, (0, 0.0, 0.0));
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for _ in 0..jobs / 100 {
            if let Some((processors, worth)) = there.pop().and_then(|at| kinds.get(at)) {
                grouping.remove(*processors, worth);
            }
        }
        (0..jobs / 100).for_each(|_| add(&mut grouping, &mut there));
        let from = Instant::now();
        let groups = grouping.groups();
        let shares = max_min(&groups, &capacity).map_err(|it| SimError::Asked(it.to_string()))?;
        shares_ms = shares_ms.min(from.elapsed().as_secs_f64() * 1e3);
        round_ms = round_ms.min(began.elapsed().as_secs_f64() * 1e3);
        last = (groups.len(), shares.least, shares.bound);
    }
    Ok(ScaleReport { jobs, groups: last.0, round_ms, shares_ms, least: last.1, bound: last.2 })
}
