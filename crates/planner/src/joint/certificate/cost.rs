//! What a plan costs, to the atom.

use super::{Invalid, feasible::need, plus, times};
use crate::joint::{Job, Piece, Plan, Problem};

const PLACE: &str = "cost of the plan";

/// Of all jobs. The plan is known to be feasible.
pub(super) fn of_plan(problem: &Problem, plan: &Plan) -> Result<i128, Invalid> {
    let jobs = problem.jobs.iter().zip(&plan.jobs);
    jobs.map(|(job, pieces)| of_job(problem, job, pieces))
        .try_fold(0, |sum, cost| plus(sum, cost?, PLACE))
}

fn of_job(problem: &Problem, job: &Job, pieces: &[Piece]) -> Result<i128, Invalid> {
    let Some(first) = pieces.iter().map(|piece| piece.start_ms).min() else {
        return Ok(job.refusal);
    };
    let waited = i128::from(first) - i128::from(job.earliest_ms);
    let mut sum = times(job.waiting.into(), waited, PLACE)?;
    for piece in pieces {
        sum = plus(sum, of_piece(problem, job, piece)?, PLACE)?;
    }
    let used = |pool: u32| pieces.iter().any(|piece| piece.pool == pool);
    for offer in job.pools.iter().flatten().filter(|offer| used(offer.pool)) {
        sum = plus(sum, offer.fixed, PLACE)?;
    }
    Ok(sum)
}

fn of_piece(problem: &Problem, job: &Job, piece: &Piece) -> Result<i128, Invalid> {
    let mut sum = 0;
    let rates = problem.pools.get(piece.pool as usize).map(|pool| pool.rates.as_slice());
    for (rates, weight) in rates.unwrap_or_default().iter().zip(&job.weights) {
        let each = sum_over(problem, rates, piece.start_ms, piece.end_ms)?;
        let weighed = times(each, (*weight).into(), PLACE)?;
        sum = plus(sum, times(weighed, piece.units.into(), PLACE)?, PLACE)?;
    }
    let length = i128::from(piece.end_ms) - i128::from(piece.start_ms);
    let links = piece.path.iter().filter_map(|id| problem.links.get(*id as usize));
    let price: i128 = links.map(|link| i128::from(link.price)).sum();
    let weight = i128::from(job.weights.first().copied().unwrap_or(0));
    let held = times(times(price, length, PLACE)?, weight, PLACE)?;
    plus(sum, times(held, part(problem, job, piece), PLACE)?, PLACE)
}

/// The bandwidth that a piece holds: its part of the job's, rounded up.
pub(super) fn part(problem: &Problem, job: &Job, piece: &Piece) -> i128 {
    let Some(home) = &job.home else { return 0 };
    let all = i128::from(need(problem, job, piece.pool).map_or(1, |need| need.units)).max(1);
    (i128::from(home.bandwidth) * i128::from(piece.units) + all - 1) / all
}

/// A rate by slot, over a time: times milliseconds.
pub(super) fn sum_over<T: Copy + Into<i128>>(
    problem: &Problem,
    rates: &[T],
    start_ms: i64,
    end_ms: i64,
) -> Result<i128, Invalid> {
    let slot = problem.slot_ms;
    let mut sum = 0;
    let first = usize::try_from(start_ms / slot).unwrap_or(0);
    for (number, rate) in (start_ms / slot..).zip(rates.iter().skip(first)) {
        let (from, to) = (number * slot, (number + 1) * slot);
        if from >= end_ms {
            break;
        }
        let overlap = to.min(end_ms) - from.max(start_ms);
        sum = plus(sum, times((*rate).into(), overlap.into(), PLACE)?, PLACE)?;
    }
    Ok(sum)
}
