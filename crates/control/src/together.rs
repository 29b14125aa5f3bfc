//! Jobs that wait and jobs whose start has not come are planned anew together, now and then: one by one each has the
//! best of what the others left, together they can do better.

use model::{Decision, JobKey, JobState};
use planner::{
    Order,
    batch::{Joint, Movable, Together},
    joint::Effort,
};
use units::{Span, Time};

use crate::{Control, jobs::Live};

/// What is about to start or to move its data stays where it is.
const SETTLED: Span = Span::seconds(5);

impl Control {
    /// When it is worth planning all anew together: a while after places were given or freed.
    pub(crate) fn next_together(&self) -> Option<Time> {
        let due = || self.last_together.after(self.settings.together_pause);
        self.mixed.then(due)
    }

    pub(crate) fn plan_together(&mut self, now: Time) {
        self.mixed = false;
        self.last_together = now;
        let keys = self.movable(self.settings.together_most, now);
        if keys.len() < 2 {
            return;
        }
        let jobs: Vec<Movable<'_>> =
            keys.iter().filter_map(|key| movable(self.jobs.get(key)?, now)).collect();
        if let Some(Together { placed, .. }) = self.planner.together(&jobs, &Effort::quick(), now) {
            placed.into_iter().for_each(|(key, decision)| self.put(&key, decision, now));
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

    /// Everything that can move as one problem, at most so many jobs.
    pub fn joint(&mut self, most: usize, now: Time) -> Joint {
        let keys = self.movable(most, now);
        let jobs: Vec<Movable<'_>> =
            keys.iter().filter_map(|key| movable(self.jobs.get(key)?, now)).collect();
        self.planner.joint(&jobs, now)
    }

    /// Jobs that wait, best first, then those that hold a start that has not come, soonest first.
    fn movable(&self, most: usize, now: Time) -> Vec<JobKey> {
        let waiting = self.waiting.iter().map(|(_, _, key)| key);
        let held = self.held.iter().filter(|(start, _)| *start > now).map(|(_, key)| key);
        let can = |key: &&JobKey| self.jobs.get(key).is_some_and(|it| movable(it, now).is_some());
        waiting.chain(held).filter(can).take(most).cloned().collect()
    }
}

fn movable(live: &Live, now: Time) -> Option<Movable<'_>> {
    let (spec, status) = (&live.view.spec, &live.view.status);
    if status.cancelling || status.checkpoint.is_some() || !live.after.is_empty() {
        return None;
    }
    let held = match status.state {
        JobState::Held => {
            let held = status.decision.as_deref()?;
            Some(held).filter(|it| it.staging_start > now.after(SETTLED))
        }
        _ => None,
    };
    let waits = || status.decision.is_none() && status.retry_at.is_none_or(|at| at <= now);
    if held.is_none() && (status.state == JobState::Held || !waits()) {
        return None;
    }
    Some(Movable { order: Order::new(&live.view.key, spec, status.submitted, now), held })
}
