//! Jobs that wait and jobs whose start has not come are planned anew together, now and then: one by one each has the
//! best of what the others left, together they can do better.

use std::collections::BTreeSet;

use api::{PlanAllAnswer, PlannedJob, PlannedPlace};
use model::{Decision, JobKey, JobState};
use planner::{
    batch::{Joint, Movable, Together},
    joint::{
        self, Effort, Piece,
        certificate::{self, Invalid},
    },
};
use units::{Span, Time};

use crate::{Control, estimates::Known, jobs::Live};

/// What is about to start or to move its data stays where it is.
const SETTLED: Span = Span::seconds(5);
/// Jobs x pools that are planned together on request, and jobs, at most. What is free of every pool is kept at every
/// time at which some run may begin or end, so memory grows with the product.
const ON_REQUEST: usize = 100_000;
const JOBS_MOST: usize = 1_000;

impl Control {
    /// When it is worth planning all anew together: a while after places were given or freed.
    pub(crate) fn next_together(&self) -> Option<Time> {
        let pause = self.settings.together_pause.saturating_mul(1 << self.in_vain.min(6));
        let due = || self.last_together.after(pause);
        self.mixed.then(due)
    }

    pub(crate) fn plan_together(&mut self, now: Time) {
        self.mixed = false;
        self.last_together = now;
        let keys = keys(&self.waiting, &self.held, now);
        let can_move = |key| movable(self.jobs.get(key)?, &self.estimates, now);
        let jobs: Vec<Movable<'_>> =
            keys.filter_map(can_move).take(self.settings.together_most).collect();
        if jobs.len() < 2 {
            return;
        }
        let together = self.planner.together(&jobs, &Effort::quick(), now);
        let can_pay =
            |it: &Together| it.placed.iter().all(|(key, new)| self.can_pay(key, new, now));
        let together = together.filter(can_pay);
        self.in_vain = if together.is_some() { 0 } else { self.in_vain.saturating_add(1) };
        for (key, decision) in together.into_iter().flat_map(|it: Together| it.placed) {
            self.put(&key, decision, now);
        }
    }

    fn put(&mut self, key: &JobKey, decision: Box<Decision>, now: Time) {
        let is_held = self.jobs.get(key).is_some_and(|it| it.view.status.state == JobState::Held);
        if is_held {
            self.unhold(key, now);
        } else {
            self.leave_queue(key);
        }
        self.hold(key, decision, now);
    }

    /// Everything that waits or can still move as one problem, for [`plan_all`]. At most 1,000 jobs, and fewer where
    /// there are more than 100 pools.
    pub fn joint(&mut self, now: Time) -> Joint {
        let pools = self.planner.world().pools.len().max(1);
        let keys = keys(&self.waiting, &self.held, now);
        let can_move = |key| movable(self.jobs.get(key)?, &self.estimates, now);
        let jobs: Vec<Movable<'_>> =
            keys.filter_map(can_move).take(JOBS_MOST.min(ON_REQUEST / pools)).collect();
        self.planner.joint(&jobs, usize::MAX, now)
    }
}

/// Jobs that wait, best first, then those that hold a start that has not come, soonest first.
fn keys<'a>(
    waiting: &'a BTreeSet<(u8, Time, JobKey)>,
    held: &'a BTreeSet<(Time, JobKey)>,
    now: Time,
) -> impl Iterator<Item = &'a JobKey> {
    let held = held.iter().skip_while(move |(start, _)| *start <= now).map(|(_, key)| key);
    waiting.iter().map(|(_, _, key)| key).chain(held)
}

fn movable<'a>(live: &'a Live, known: &Known, now: Time) -> Option<Movable<'a>> {
    let (spec, status) = (&live.view.spec, &live.view.status);
    if status.cancelling || status.checkpoint.is_some() || !live.after.is_empty() {
        return None;
    }
    let held = match status.state {
        JobState::Held => {
            let held = status.decision.as_deref()?;
            Some(held).filter(|it| it.cleared.is_none() && it.staging_start > now.after(SETTLED))
        }
        _ => None,
    };
    let waits = || status.decision.is_none() && status.retry_at.is_none_or(|at| at <= now);
    if held.is_none() && (status.state == JobState::Held || !waits()) {
        return None;
    }
    Some(Movable { order: known.order(&live.view.key, spec, status.submitted, now), held })
}

/// Plans everything anew together, as well as it can be, and proves how good that is. Takes seconds for many jobs.
///
/// # Errors
/// There is no certificate: the problem has sums that are too large.
pub fn plan_all(joint: &Joint) -> Result<PlanAllAnswer, Invalid> {
    let problem = &joint.problem;
    let solved = joint::solve(problem, &Effort::default())?;
    let proof = certificate::check(problem, &solved.plan, &solved.prices)?;
    let refused =
        problem.jobs.iter().zip(&solved.plan.jobs).filter(|(_, places)| places.is_empty());
    let not_run: i128 = refused.map(|(job, _)| job.refusal).sum();
    let cost = joint.money(proof.cost - not_run);
    let bound = (proof.refused == 0).then(|| joint.money(proof.bound));
    let gap = |cost: units::Money| percent_above(cost.get(), bound?.get());
    let all_held = joint.before.jobs.iter().all(|places| !places.is_empty());
    Ok(PlanAllAnswer {
        now: joint.now,
        jobs: planned(joint, &solved.plan),
        left_out: joint.left_out.clone(),
        cost_before: joint.cost_before,
        cost,
        bound,
        gap_before_pct: gap(joint.cost_before).filter(|_| all_held),
        gap_pct: gap(cost),
    })
}

fn percent_above(cost: i64, bound: i64) -> Option<f64> {
    (bound > 0).then(|| cost.saturating_sub(bound).max(0) as f64 / bound as f64 * 100.0)
}

fn planned(joint: &Joint, plan: &joint::Plan) -> Vec<PlannedJob> {
    let place = |pieces: &Vec<Piece>| {
        let piece = pieces.first()?;
        let (site, pool) = joint.pool(piece.pool)?;
        let (start, end) = (joint.time(piece.start_ms), joint.time(piece.end_ms));
        Some(PlannedPlace { site: site.clone(), pool: pool.clone(), start, end })
    };
    let rows = joint.keys.iter().zip(&joint.before.jobs).zip(&plan.jobs);
    rows.map(|((key, before), after)| PlannedJob {
        key: key.clone(),
        before: place(before),
        after: place(after),
    })
    .collect()
}
