//! Waiting jobs and jobs that can still move, put to the joint planner as one problem, and its answer put back.
//!
//! The problem leaves out what the joint planner does not know (moves of data, the power of sites, limits on delay
//! beyond whether a site is within them, budgets of single orders), or takes it at its least, so whatever the
//! production search can do is a plan of the problem and costs no more there. So the problem's bound is one for the
//! real thing.

mod jobs;
mod place;
mod together;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use model::{Decision, JobKey, Name};
use units::{Money, Span, Time};

use crate::{
    Order, Planner,
    ask::{Ask, Lifted},
    decide,
    joint::{self, Problem},
};

pub use jobs::move_price;
pub use place::Guide;
pub use together::Together;

/// Atoms of [`Problem`] in a nano-yuan: `milliwatt x nano-yuan per kWh x ms` is then a whole number of them.
const ATOMS_PER_NANO: i128 = 3_600_000_000_000;
/// Slots of a problem at most: what would end later is not planned together.
const SLOTS_MOST: i64 = 2_048;

/// A job that waits for a place or holds one whose start has not come.
#[derive(Debug, Clone, Copy)]
pub struct Movable<'a> {
    pub order: Order<'a>,
    /// What it holds.
    pub held: Option<&'a Decision>,
}

/// Many jobs as one problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    pub problem: Problem,
    /// Job of the problem by job.
    pub keys: Vec<JobKey>,
    /// What they hold now; nothing for those that wait.
    pub before: joint::Plan,
    /// The scores of what they hold now.
    pub cost_before: Money,
    /// Part of every score that no plan changes: waiting until now. Atoms.
    constant: i128,
    /// Left out because they run beyond what is planned together, may be paused, or no pool can take them.
    pub left_out: Vec<JobKey>,
    pub now: Time,
    origin: Time,
    pools: Vec<(Name, Name)>,
    /// Numbers of the problem's pools among all.
    ids: Vec<u32>,
}

impl Joint {
    /// The site and the pool with this number.
    #[must_use]
    pub fn pool(&self, id: u32) -> Option<(&Name, &Name)> {
        self.pools.get(id as usize).map(|(site, pool)| (site, pool))
    }

    /// A time of the problem.
    #[must_use]
    pub fn time(&self, ms: i64) -> Time {
        Time::from_millis(self.origin.as_millis().saturating_add(ms))
    }

    /// Atoms of the problem as money, with the part that no plan changes; rounded down.
    #[must_use]
    pub fn money(&self, atoms: i128) -> Money {
        decide::money(atoms.saturating_add(self.constant).div_euclid(ATOMS_PER_NANO))
    }

    /// Where a plan puts each job; none where it refuses it.
    #[must_use]
    pub fn guides(&self, plan: &joint::Plan) -> Vec<Option<Guide>> {
        let guide = |pieces: &Vec<joint::Piece>| {
            let first = pieces.first()?;
            let pool = *self.ids.get(first.pool as usize)?;
            Some(Guide { pool, start: self.time(first.start_ms) })
        };
        plan.jobs.iter().map(guide).collect()
    }

    /// Leaves out the pools that nobody may use.
    fn narrow(&mut self) {
        let offered = self.problem.jobs.iter().flat_map(|job| job.pools.iter().flatten());
        let held = self.before.jobs.iter().flatten().map(|piece| piece.pool);
        let ids: BTreeSet<u32> = offered.map(|offer| offer.pool).chain(held).collect();
        let place: BTreeMap<u32, u32> = ids.iter().copied().zip(0..).collect();
        let new = |old: u32| place.get(&old).copied().unwrap_or_default();
        for offer in self.problem.jobs.iter_mut().filter_map(|job| job.pools.as_mut()).flatten() {
            offer.pool = new(offer.pool);
        }
        self.before.jobs.iter_mut().flatten().for_each(|piece| piece.pool = new(piece.pool));
        retain_at(&mut self.problem.pools, &ids);
        retain_at(&mut self.pools, &ids);
        self.ids = ids.into_iter().collect();
    }
}

/// Leaves out what has no place among these.
fn retain_at<T>(list: &mut Vec<T>, places: &BTreeSet<u32>) {
    let mut place = 0..;
    list.retain(|_| place.next().is_some_and(|at| places.contains(&at)));
}

impl Planner {
    /// Puts jobs together as one problem, with what they hold counted as free. Changes nothing. Each job may use the
    /// so many pools that can be cheapest for it, and the one that it holds.
    pub fn joint(&mut self, jobs: &[Movable<'_>], most_pools: usize, now: Time) -> Joint {
        let held = || jobs.iter().filter(|job| job.held.is_some());
        for job in held() {
            self.release(job.order.key, now);
        }
        let joint = self.compile(jobs, most_pools, now);
        for job in held() {
            if let Some(decision) = job.held {
                self.adopt(job.order.key, decision);
            }
        }
        joint
    }

    fn compile(&mut self, jobs: &[Movable<'_>], most_pools: usize, now: Time) -> Joint {
        let slot = self.slot(now);
        let origin = Time::from_millis(now.as_millis().div_euclid(slot) * slot);
        let until = self.until(jobs, origin, slot, now);
        self.index.cover(origin, until, self.policy.carbon_price);
        let slots = until.since(origin).get() as i64 / slot;
        let slots = u32::try_from(slots).unwrap_or(0);
        let classes = world::classes(&self.index);
        let frame = world::Frame { origin, slot, slots, classes };
        let mut joint = Joint {
            problem: frame.problem(&self.index, &self.policy),
            keys: Vec::new(),
            before: joint::Plan::default(),
            cost_before: Money::ZERO,
            constant: 0,
            left_out: Vec::new(),
            now,
            origin,
            pools: self.pool_names(),
            ids: Vec::new(),
        };
        for job in jobs {
            self.add(&mut joint, (&frame, most_pools), job, now);
        }
        self.keep(jobs, &joint.left_out);
        frame.limit(&self.index, &mut joint.problem);
        joint.narrow();
        joint
    }

    /// What is left out keeps what it holds.
    fn keep(&mut self, jobs: &[Movable<'_>], left_out: &[JobKey]) {
        for job in jobs.iter().filter(|job| left_out.contains(job.order.key)) {
            job.held.into_iter().for_each(|held| self.adopt(job.order.key, held));
        }
    }

    fn pool_names(&self) -> Vec<(Name, Name)> {
        let site = |id| self.index.site(id).map(|site| site.name.clone());
        let names =
            self.index.pools.iter().filter_map(|pool| Some((site(pool.site)?, pool.name.clone())));
        names.collect()
    }

    /// Milliseconds within which no rate changes: an hour, or less where time zones differ by less.
    fn slot(&mut self, now: Time) -> i64 {
        const HOUR: i64 = 3_600_000;
        let day = now.after(Span::hours(24));
        self.index.cover(now, day, self.policy.carbon_price);
        let changes = self.index.sites.iter().flat_map(|it| it.energy.changes_between(now, day));
        let gcd = changes.fold(HOUR, |slot, at| gcd(slot, at.as_millis().rem_euclid(HOUR)));
        gcd.max(HOUR / 60)
    }

    /// The end of the last slot that any job may need.
    fn until(&mut self, jobs: &[Movable<'_>], origin: Time, slot: i64, now: Time) -> Time {
        let ends = jobs.iter().map(|job| {
            let ask = Ask::new(&job.order, Lifted::Nothing, &self.index, &self.policy, None, now);
            ask.deadline.unwrap_or(Time::MAX).min(ask.latest.after(ask.longest_run()))
        });
        let span = ends.max().unwrap_or(now).since(origin).get() as i64;
        let slots = (span / slot + 1).min(SLOTS_MOST);
        Time::from_millis(origin.as_millis() + slots * slot)
    }

    fn add(
        &mut self,
        joint: &mut Joint,
        (frame, most_pools): (&world::Frame, usize),
        job: &Movable<'_>,
        now: Time,
    ) {
        let ask = Ask::new(&job.order, Lifted::Nothing, &self.index, &self.policy, None, now);
        if ask.hopeless.is_none() {
            self.prepare(&ask, now);
        }
        let key = job.order.key.clone();
        let Some((compiled, constant)) =
            jobs::compile(self, (frame, most_pools), &joint.problem, &ask, job)
        else {
            return joint.left_out.push(key);
        };
        joint.constant += constant;
        joint.keys.push(key);
        let score = job.held.map_or(Money::ZERO, |it| it.score);
        joint.cost_before = joint.cost_before.saturating_add(score);
        joint.before.jobs.push(job.held.and_then(|it| self.piece(it, frame)).into_iter().collect());
        joint.problem.jobs.push(compiled);
    }

    fn piece(&self, decision: &Decision, frame: &world::Frame) -> Option<joint::Piece> {
        let links = decision.path.as_ref().map(|path| self.index.known_links(&path.links));
        let mut path = links.unwrap_or_default();
        path.reverse();
        Some(joint::Piece {
            pool: *self.index.ids.pools.get(&decision.pool)?,
            start_ms: frame.ms(decision.start),
            end_ms: frame.ms(decision.end),
            units: decision.units.into(),
            path,
        })
    }
}

const fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
