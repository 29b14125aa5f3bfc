//! All done soonest: the shares by which everyone would be done at the same time, followed in rounds.
#![expect(clippy::indexing_slicing, reason = "types and active jobs are numbers given out here")]

use std::collections::BTreeMap;

use compute::shares::{Way, max_min_of};

use super::{
    Cluster, Speeds, Trace,
    policy::{Active, Round, Runs},
};

/// Rounds after which shares are computed anew.
const EVERY: u64 = 10;
/// Two that share gain at least so much by it, against turns.
const GAIN_LEAST: f64 = 1.05;

/// Who runs on a type, by place in the trace: one, or two beside each other.
type Who = (usize, Option<usize>, usize);

#[derive(Debug)]
pub(super) struct Makespan<'a> {
    cluster: &'a Cluster,
    speeds: &'a Speeds,
    trace: &'a Trace,
    round: u64,
    /// Rounds that each is still to have.
    due: BTreeMap<Who, f64>,
    /// Last of those that were there.
    last: Option<usize>,
}

impl<'a> Makespan<'a> {
    pub(super) const fn new(cluster: &'a Cluster, speeds: &'a Speeds, trace: &'a Trace) -> Self {
        Self { cluster, speeds, trace, round: 0, due: BTreeMap::new(), last: None }
    }

    /// A round; the plan is made anew now and then, and when somebody comes.
    pub(super) fn choose(&mut self, active: &[Active]) -> Runs {
        let last = active.iter().map(|job| job.id).max();
        if self.round.is_multiple_of(EVERY) || last > self.last {
            self.plan(active);
        }
        self.last = last.max(self.last);
        self.round += 1;
        self.follow(active)
    }

    /// A round of the plan.
    pub(super) fn follow(&mut self, active: &[Active]) -> Runs {
        let place: BTreeMap<usize, usize> =
            active.iter().enumerate().map(|(at, job)| (job.id, at)).collect();
        let mut order: Vec<(f64, Who)> = self.due.iter().map(|(who, due)| (*due, *who)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut round = Round::new(active, &self.cluster.processors);
        for (_, who) in order {
            if self.put(&mut round, &place, who) {
                self.due.entry(who).and_modify(|due| *due -= 1.0);
            }
        }
        fill(active, &mut round);
        round.runs
    }

    fn put(&self, round: &mut Round<'_>, place: &BTreeMap<usize, usize>, (a, b, on): Who) -> bool {
        let Some(first) = place.get(&a) else { return false };
        let Some(other) = b else { return round.put(*first, on) };
        let both = place.get(&other).zip(self.beside(a, other, on));
        both.is_some_and(|(second, speeds)| round.put_both((*first, *second), on, speeds))
    }

    fn beside(&self, a: usize, b: usize, on: usize) -> Option<(f64, f64)> {
        let (a, b) = (&self.trace.jobs[a], &self.trace.jobs[b]);
        self.speeds.beside(&self.cluster.types[on], &a.kind, &b.kind)
    }

    /// Plans anew; seconds until all are done by it.
    pub(super) fn plan(&mut self, active: &[Active]) -> f64 {
        let whos = self.whos(active);
        let way = |(who, speeds): &(Who, (f64, f64))| {
            let (a, b, on) = *who;
            let part = |at: usize, speed: f64| (at, speed / active[at].left);
            let others = b.map(|b| part(b, speeds.1));
            let serves = std::iter::once(part(a, speeds.0)).chain(others).collect();
            Way { on, processors: f64::from(active[a].processors), serves }
        };
        let ways: Vec<Way> = whos.iter().map(way).collect();
        let Ok(shares) = max_min_of(&ways, active.len(), &self.cluster.processors) else {
            return f64::INFINITY;
        };
        let due = |(id, time): &(usize, f64)| {
            let ((a, b, on), _) = whos[*id];
            ((active[a].id, b.map(|b| active[b].id), on), time * EVERY as f64)
        };
        self.due = shares.used.iter().map(due).collect();
        1.0 / shares.least
    }

    /// By place among the active, with the speeds: all that may run, alone and beside each other.
    fn whos(&self, active: &[Active]) -> Vec<(Who, (f64, f64))> {
        let mut whos = Vec::new();
        for (a, job) in active.iter().enumerate() {
            let alone = job.speeds.iter().enumerate().filter(|(_, speed)| **speed > 0.0);
            whos.extend(alone.map(|(on, speed)| ((a, None, on), (*speed, 0.0))));
            let others = active.iter().enumerate().skip(a + 1);
            for (b, other) in others.filter(|(_, it)| it.processors == job.processors) {
                whos.extend(self.both(job, other).map(|(on, speeds)| ((a, Some(b), on), speeds)));
            }
        }
        whos
    }

    /// The types on which both gain by sharing, with the speeds there.
    fn both<'b>(
        &'b self,
        job: &'b Active,
        other: &'b Active,
    ) -> impl Iterator<Item = (usize, (f64, f64))> + 'b {
        (0..self.cluster.types.len()).filter_map(move |on| {
            let (x, y) = self.beside(job.id, other.id, on)?;
            let alone = (job.speeds[on], other.speeds[on]);
            let gains = alone.0 > 0.0 && alone.1 > 0.0 && x / alone.0 + y / alone.1 >= GAIN_LEAST;
            gains.then_some((on, (x, y)))
        })
    }
}

/// What is still free goes to those that take longest.
fn fill(active: &[Active], round: &mut Round<'_>) {
    let mut rest: Vec<usize> = (0..active.len()).filter(|at| round.runs[*at].is_none()).collect();
    rest.sort_by(|a, b| {
        let takes = |at: usize| active[at].left / active[at].fastest();
        takes(*b).total_cmp(&takes(*a)).then(a.cmp(b))
    });
    for at in rest {
        let mut types: Vec<usize> = (0..active[at].speeds.len()).collect();
        types.sort_by(|a, b| active[at].speeds[*b].total_cmp(&active[at].speeds[*a]));
        types.into_iter().any(|on| round.put(at, on));
    }
}
