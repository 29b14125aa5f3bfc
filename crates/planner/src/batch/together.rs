//! Jobs that wait and jobs that can still move, given the places of a joint plan: all of them, or none.

use model::{Decision, JobKey, Outcome};
use units::{Money, Time};

use super::{Guide, Joint, Movable, jobs::move_price};
use crate::{
    Order, Planner,
    joint::{self, Effort},
};

/// The part of its score that no job may lose when all are planned together.
const LOSS_PART: i64 = 20;

/// What planning together came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    /// New or other places; the planner holds them already.
    pub placed: Vec<(JobKey, Box<Decision>)>,
    /// How much less all those that held places score.
    pub saved: Money,
}

/// Pools that each job is planned over.
const POOLS_MOST: usize = 8;
/// Tries at most: each leaves out those that would have lost by the one before.
const TRIES: usize = 3;

#[derive(Debug)]
enum Tried {
    Done(Option<Together>),
    Losers(Vec<JobKey>),
}

/// A job and what it was given.
#[derive(Debug)]
struct Given<'a> {
    job: Movable<'a>,
    new: Option<Box<Decision>>,
}

impl Planner {
    /// Plans jobs anew together and holds the places found, if that is better for all: no job that holds a place
    /// loses it or a twentieth of its score, none is put before one further up that waits, and what is saved is worth
    /// the moves. Otherwise everything stays held as it was. The jobs that wait come first, best first.
    ///
    /// The work is bounded by jobs x pools x starts and by the effort.
    pub fn together(
        &mut self,
        jobs: &[Movable<'_>],
        effort: &Effort,
        now: Time,
    ) -> Option<Together> {
        let mut jobs = jobs.to_vec();
        for _ in 0..TRIES {
            match self.try_together(&jobs, effort, now) {
                Tried::Done(done) => return done,
                // Without those that would lose: they keep what they have.
                Tried::Losers(keys) => jobs.retain(|it| !keys.contains(it.order.key)),
            }
        }
        None
    }

    fn try_together(&mut self, jobs: &[Movable<'_>], effort: &Effort, now: Time) -> Tried {
        let joint = self.joint(jobs, POOLS_MOST, now);
        let Ok(solved) = joint::solve(&joint.problem, effort) else { return Tried::Done(None) };
        let guides = joint.guides(&solved.plan);
        if !improves(&joint, &guides) {
            return Tried::Done(None);
        }
        let known = |job: &&Movable<'_>| joint.keys.contains(job.order.key);
        let jobs: Vec<Movable<'_>> = jobs.iter().filter(known).copied().collect();
        jobs.iter().filter(|it| it.held.is_some()).for_each(|it| self.release(it.order.key, now));
        let given = self.give(&jobs, &guides, now);
        let losers: Vec<JobKey> =
            given.iter().filter(|it| it.loses()).map(|it| it.job.order.key.clone()).collect();
        let worth = if losers.is_empty() { judged(&given) } else { None };
        if worth.is_none() {
            self.put_back(&jobs, now);
        }
        if losers.is_empty() { Tried::Done(worth) } else { Tried::Losers(losers) }
    }

    /// Each job gets the place of its guide, in the order of their starts: some may be planned only because others
    /// are.
    fn give<'a>(
        &mut self,
        jobs: &[Movable<'a>],
        guides: &[Option<Guide>],
        now: Time,
    ) -> Vec<Given<'a>> {
        let mut order: Vec<(usize, Option<Guide>)> = guides.iter().copied().enumerate().collect();
        order.sort_by_key(|(id, guide)| (guide.map_or(Time::MAX, |it| it.start), *id));
        let mut given: Vec<Given<'a>> =
            jobs.iter().map(|job| Given { job: *job, new: None }).collect();
        for (id, guide) in order {
            let Some(it) = given.get_mut(id) else { continue };
            let new = self.place(&it.job.order, guide, now);
            it.new = new.filter(|new| self.hold(it.job.order.key, new).is_ok());
        }
        given
    }

    fn place(
        &mut self,
        order: &Order<'_>,
        guide: Option<Guide>,
        now: Time,
    ) -> Option<Box<Decision>> {
        let outcome = match guide {
            Some(guide) => self.decide_guided(order, guide, now),
            None => self.decide(order, now),
        };
        match outcome {
            Outcome::Placed(decision) => Some(decision),
            Outcome::Unplaced { .. } => None,
        }
    }

    fn put_back(&mut self, jobs: &[Movable<'_>], now: Time) {
        jobs.iter().for_each(|job| self.release(job.order.key, now));
        for job in jobs {
            job.held.into_iter().for_each(|held| self.adopt(job.order.key, held));
        }
    }
}

/// Whether a plan gives a place to a job that waits, or another place to one that holds one.
fn improves(joint: &Joint, guides: &[Option<Guide>]) -> bool {
    joint.before.jobs.iter().zip(guides).any(|(before, guide)| match (before.first(), guide) {
        (Some(before), Some(guide)) => {
            before.pool != guide.pool || joint.time(before.start_ms) != guide.start
        }
        (None, Some(_)) => true,
        (_, None) => false,
    })
}

impl Given<'_> {
    /// Whether it has nothing where it had something, or something much worse.
    fn loses(&self) -> bool {
        let Some(held) = self.job.held.map(|it| it.score.get()) else { return false };
        let most = held.saturating_add(held.max(0) / LOSS_PART);
        self.new.as_ref().is_none_or(|new| new.score.get() > most)
    }
}

/// What it came to, if that is worth it.
fn judged(given: &[Given<'_>]) -> Option<Together> {
    let waiting = given.iter().filter(|it| it.job.held.is_none());
    let came: Vec<bool> = waiting.map(|it| it.new.is_some()).collect();
    let left = came.iter().position(|came| !came);
    let last = came.iter().rposition(|came| *came);
    if left.zip(last).is_some_and(|(left, last)| last > left) {
        return None;
    }
    let (mut saved, mut moving) = (0_i64, 0_i64);
    for (held, new) in given.iter().filter_map(|it| it.job.held.zip(it.new.as_deref())) {
        saved = saved.saturating_add(held.score.get().saturating_sub(new.score.get()));
        let price = if same_place(held, new) { 0 } else { move_price(held).get() };
        moving = moving.saturating_add(price);
    }
    let moved = |it: &&Given<'_>| {
        it.job.held.zip(it.new.as_deref()).is_none_or(|(held, new)| !same_place(held, new))
    };
    let placed: Vec<(JobKey, Box<Decision>)> = given
        .iter()
        .filter(moved)
        .filter_map(|it| Some((it.job.order.key.clone(), it.new.clone()?)))
        .collect();
    let is_worth = last.is_some() || saved > moving;
    (is_worth && !placed.is_empty()).then_some(Together { placed, saved: Money::new(saved) })
}

/// Whether everything that is held is the same.
fn same_place(a: &Decision, b: &Decision) -> bool {
    (&a.pool, a.units, a.start, a.end, &a.path, &a.transfers)
        == (&b.pool, b.units, b.start, b.end, &b.path, &b.transfers)
}
