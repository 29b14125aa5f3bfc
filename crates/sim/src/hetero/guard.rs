//! Soonest first, as long as all can still be done nearly as soon as possible.

use super::{
    Cluster, Speeds, Trace,
    makespan::Makespan,
    policy::{Active, Runs, soonest},
};

/// Rounds after which the end is looked at anew.
const EVERY: u64 = 5;
/// All have to be done within so many times the least time, counted from the last arrival.
const MORE: f64 = 1.06;
/// So much longer than planned it takes, since rounds are whole.
const WHOLE_ROUNDS: f64 = 1.015;
/// Jobs at once for which there is a plan; with more of them, soonest first only.
const PLANNED_MOST: usize = 250;

/// Smith's rule (1956) until the end of all is in danger, then the plan by which they end together.
#[derive(Debug)]
pub(super) struct Guard<'a> {
    cluster: &'a Cluster,
    makespan: Makespan<'a>,
    /// When all have to be done, in seconds.
    end_s: f64,
    /// Last of those that were there when the end was set.
    last: Option<usize>,
    round: u64,
    is_in_danger: bool,
}

impl<'a> Guard<'a> {
    pub(super) const fn new(cluster: &'a Cluster, speeds: &'a Speeds, trace: &'a Trace) -> Self {
        let makespan = Makespan::new(cluster, speeds, trace);
        Self { cluster, makespan, end_s: 0.0, last: None, round: 0, is_in_danger: false }
    }

    pub(super) fn choose(&mut self, active: &[Active], now_s: f64) -> Runs {
        if active.len() > PLANNED_MOST {
            return soonest(active, &self.cluster.processors);
        }
        self.look(active, now_s);
        self.round += 1;
        if self.is_in_danger {
            self.makespan.follow(active)
        } else {
            soonest(active, &self.cluster.processors)
        }
    }

    /// Whether all can still be done in time. Whoever is new moves the end.
    fn look(&mut self, active: &[Active], now_s: f64) {
        let last = active.iter().map(|job| job.id).max();
        let is_new = last > self.last;
        if !is_new && !self.round.is_multiple_of(EVERY) {
            return;
        }
        let takes_s = self.makespan.plan(active);
        if is_new {
            self.end_s = self.end_s.max(now_s + takes_s * MORE);
            self.last = last;
        }
        self.is_in_danger = now_s + takes_s * WHOLE_ROUNDS > self.end_s;
    }
}
