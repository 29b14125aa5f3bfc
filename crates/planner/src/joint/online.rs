//! One job at a time, as it arrives, without knowing what comes: against prices that rise with what is taken.
//!
//! A slot of a pool that is filled to a part `u` asks for a markup that grows exponentially in `u`, from nearly
//! nothing to what a unit is worth to those who want it most (Zhou, Chakrabarty and Lukose, "Budget constrained
//! bidding", 2008; Buchbinder and Naor, 2009). What a unit is worth is learned from the jobs that came: what they
//! would rather pay than be refused. The nearer a slot, the fewer can still come for it, so its markup falls.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the sizes they index")]

mod tiers;

use std::ops::Range;

use super::{
    Job, Piece, Problem,
    certificate::{Invalid, sound},
    dual::lowest,
    paths::Net,
    solve::plannable,
    table::NEVER,
};

/// Places looked at for one job: the cheapest may lack a path.
const TRIES_MOST: usize = 12;
/// Uses of the distances of a home before they are worked out anew.
const USES_MOST: u32 = 64;
/// Decisions between two looks at how full all links are.
const TOLLS_EVERY: u64 = 64;
/// Slots over which it is looked how full a link is.
const LOOK_AHEAD: usize = 8;
/// Prices of a slot are brought up to date when its markup has moved by this part of what a unit is worth.
const STALE: f32 = 0.04;
/// Searches for another path for one job.
const SEARCHES_MOST: usize = 1;
/// Sizes of jobs that are told apart, each twice the one before.
const SIZES: usize = 10;

/// How steep prices are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Markup {
    /// Of the worth of a unit, what a full slot asks for.
    pub top: f32,
    /// Exponent of the markup's growth from empty to full.
    pub steepness: f32,
    /// Slots ahead at which a markup is full; nearer, it falls in proportion.
    pub ahead: f32,
    /// Of the worth of a unit, what a slot of waiting costs.
    pub waiting: f32,
}

impl Default for Markup {
    fn default() -> Self {
        Self { top: 1.0, steepness: 3.0, ahead: 10.0, waiting: 0.1 }
    }
}

/// What is taken so far, and what everything costs now.
#[derive(Debug)]
pub struct Online<'a> {
    problem: &'a Problem,
    markup: Markup,
    columns: usize,
    slots: usize,
    /// `[slot][column]`: units free throughout the slot.
    free: Vec<f32>,
    /// By slot: units free in all columns, at the beginning and now.
    whole: Vec<f64>,
    left: Vec<f64>,
    /// `[slot][column]`: money for a unit and the slot.
    own: Vec<f32>,
    /// By slot: what a unit that somebody else could use is worth.
    markup_of: Vec<f32>,
    /// By size and length: `[slot][column]`, what a job of the size costs in the column over as many slots from
    /// this one on, [`NEVER`] or more where it does not fit. Lengths are powers of two.
    tiers: Vec<Vec<Vec<f32>>>,
    /// By size, `[slot][column]`: units that others cannot use any more once a job of the size is there.
    lost: Vec<Vec<f32>>,
    /// What share of all volume asked for is of each size.
    share: [f32; SIZES],
    volume: [f64; SIZES],
    /// Units by size: the least that anybody asked for, and each time twice as many; zero before the first job.
    units: [f32; SIZES],
    /// `[slot][link]`.
    wires: Vec<i64>,
    net: Net,
    /// By node that was a home: how far each column is, money for a unit of bandwidth and slot, and the tree.
    homes: Vec<Option<Far>>,
    /// By link: money for a unit of bandwidth and slot, the more the fuller it is.
    tolls: Vec<f64>,
    decided: u64,
    /// Mean worth of a unit and slot to those who came: sum of worth x volume, and of volume.
    worth: (f64, f64),
    asked: f32,
    now: usize,
    /// `[start][column]`, for the present job.
    costs: Vec<f32>,
    /// By start: the least of them.
    lows: Vec<f32>,
    sums: Vec<f32>,
    money: f64,
}

#[derive(Debug)]
struct Far {
    /// By column.
    cost: Vec<f32>,
    tree: Vec<u32>,
    /// How often it was used since it was worked out.
    uses: u32,
}

/// A decision for one job.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// None: it is refused.
    pub piece: Option<Piece>,
    /// Money, without markups.
    pub cost: f64,
}

impl<'a> Online<'a> {
    /// # Errors
    /// The problem contradicts itself, or has what is not planned for yet: also pools of several classes, jobs that
    /// are offered only some of them, and weights other than 1. Of its jobs nothing else is looked at.
    pub fn new(problem: &'a Problem, markup: Markup) -> Result<Self, Invalid> {
        sound(problem)?;
        plannable(problem)?;
        uniform(problem)?;
        let (columns, slots) = (problem.pools.len(), problem.slots as usize);
        let money = 1.0 / problem.atoms as f64;
        let per_slot = money * problem.slot_ms as f64;
        let mut online = Self {
            markup,
            columns,
            slots,
            free: vec![0.0; columns * slots],
            whole: vec![0.0; slots],
            left: Vec::new(),
            own: vec![0.0; columns * slots],
            markup_of: vec![0.0; slots],
            tiers: vec![Vec::new(); SIZES],
            lost: vec![Vec::new(); SIZES],
            share: [0.0; SIZES],
            volume: [0.0; SIZES],
            units: [0.0; SIZES],
            wires: vec![0; slots * problem.links.len()],
            net: Net::new(problem),
            homes: (0..problem.nodes).map(|_| None).collect(),
            tolls: Vec::new(),
            decided: 0,
            worth: (0.0, 0.0),
            asked: 0.0,
            now: 0,
            costs: Vec::new(),
            lows: Vec::new(),
            sums: vec![0.0; columns],
            money,
            problem,
        };
        for (column, pool) in problem.pools.iter().enumerate() {
            for slot in 0..slots {
                let at = slot * columns + column;
                online.free[at] = least(&pool.capacity, problem.slot_ms, slot) as f32;
                online.own[at] =
                    pool.rates.first().map_or(0.0, |it| (it[slot] as f64 * per_slot) as f32);
            }
        }
        for (link, it) in problem.links.iter().enumerate() {
            for slot in 0..slots {
                online.wires[slot * problem.links.len() + link] =
                    least(&it.capacity, problem.slot_ms, slot);
            }
        }
        for slot in 0..slots {
            let row = &online.free[slot * columns..(slot + 1) * columns];
            online.whole[slot] = row.iter().map(|it| f64::from(*it)).sum();
        }
        online.left.clone_from(&online.whole);
        Ok(online)
    }

    /// Decides where a job runs and takes that, or refuses it. Jobs come in order of their earliest starts; runs are
    /// whole slots.
    pub fn decide(&mut self, job: &Job) -> Choice {
        self.learn(job);
        self.ask_tolls();
        let refusal = job.refusal as f64 * self.money;
        let refused = Choice { piece: None, cost: refusal };
        let Some((need, first, last, run)) = self.starts(job) else { return refused };
        let units = need.units as f32;
        self.price_all(job, units, first, last, run);
        for attempt in 0..TRIES_MOST {
            let Some((at, cost)) = self.lowest() else { return refused };
            if f64::from(cost) >= refusal {
                return refused;
            }
            let (start, column) = (first + at / self.columns, at % self.columns);
            if let Some(piece) =
                self.fits(job, need.units, column, (start, start + run), attempt < SEARCHES_MOST)
            {
                let cost = self.take(job, &piece, column, start, start + run);
                return Choice { piece: Some(piece), cost };
            }
            self.strike(at);
        }
        refused
    }

    /// What a unit is worth to those who come, in what sizes they come, and what time it is.
    fn learn(&mut self, job: &Job) {
        let Some(need) = job.needs.first() else { return };
        let volume = need.units as f64 * need.run_ms as f64 / self.problem.slot_ms as f64;
        self.worth.0 += job.refusal as f64 * self.money;
        self.worth.1 += volume;
        self.asked = (self.worth.0 / self.worth.1) as f32;
        let now = usize::try_from(job.earliest_ms / self.problem.slot_ms).unwrap_or(0);
        let smallest = need.units as f32;
        let is_smaller = self.units[0] == 0.0 || smallest < self.units[0];
        if is_smaller {
            self.units = std::array::from_fn(|size| smallest * (1_u32 << size) as f32);
            self.volume = [0.0; SIZES];
        }
        let size = self.size(need.units as f32);
        self.volume[size] += volume;
        if is_smaller || now != self.now {
            self.now = now;
            let all: f64 = self.volume.iter().sum();
            self.share = self.volume.map(|it| (it / all) as f32);
            let slots = now.min(self.slots)..self.slots;
            for slot in slots.clone() {
                self.mark_up(slot);
            }
            self.relose(slots.clone(), 0..self.columns);
            self.reprice(slots, 0..self.columns);
        }
    }

    /// What it needs, its first and last start and its length, in slots; none if it cannot run.
    fn starts(&self, job: &Job) -> Option<(super::Need, usize, usize, usize)> {
        let need = *job.needs.first()?;
        let slot = self.problem.slot_ms;
        let run = usize::try_from((need.run_ms + slot - 1) / slot).ok()?;
        let first = usize::try_from((job.earliest_ms.max(0) + slot - 1) / slot).ok()?;
        let end = usize::try_from(job.latest_ms / slot).ok()?.min(self.slots);
        let last = end.checked_sub(run)?;
        (first <= last).then_some((need, first, last, run))
    }

    /// What each start in each column costs, `[start][column]`: by sums over powers of two of slots.
    fn price_all(&mut self, job: &Job, units: f32, first: usize, last: usize, run: usize) {
        let columns = self.columns;
        if let Some(home) = job.home {
            self.find_home(home.node);
        }
        let size = self.size(units);
        self.make_tiers(size, run);
        let far = job.home.and_then(|home| {
            let held = home.bandwidth as f32 * run as f32;
            Some((self.homes[home.node as usize].as_ref()?, held))
        });
        // A job between two sizes counts in proportion.
        let part = units / self.units[size].max(f32::MIN_POSITIVE);
        self.costs.clear();
        self.lows.clear();
        for start in first..=last {
            let waited = (start - first) as f32 * self.markup.waiting * self.asked * units;
            self.sums.fill(0.0);
            let mut slot = start;
            while slot < start + run {
                let tier = (start + run - slot).ilog2() as usize;
                let row = &self.tiers[size][tier][slot * columns..(slot + 1) * columns];
                self.sums.iter_mut().zip(row).for_each(|(sum, price)| *sum += price);
                slot += 1 << tier;
            }
            let begin = self.costs.len();
            match &far {
                Some((far, held)) => self.costs.extend(
                    self.sums
                        .iter()
                        .zip(&far.cost)
                        .map(|(sum, far)| waited + part * sum + held * far),
                ),
                None => self.costs.extend(self.sums.iter().map(|sum| waited + part * sum)),
            }
            self.lows.push(lowest(&self.costs[begin..]));
        }
    }

    /// Where the lowest cost is, and the cost.
    fn lowest(&self) -> Option<(usize, f32)> {
        let lows = self.lows.iter().copied().enumerate();
        let (start, low) = lows.min_by(|one, other| one.1.total_cmp(&other.1))?;
        let begin = start * self.columns;
        let row = self.costs.get(begin..begin + self.columns)?;
        let column = row.iter().position(|cost| *cost <= low)?;
        (low < NEVER).then_some((begin + column, low))
    }

    /// A place that cannot be had after all.
    fn strike(&mut self, at: usize) {
        self.costs[at] = NEVER;
        let start = at / self.columns;
        let begin = start * self.columns;
        self.lows[start] = lowest(&self.costs[begin..begin + self.columns]);
    }

    /// How far every column is from a home, over links that ask the more the fuller they will be; worked out anew
    /// after some uses.
    fn find_home(&mut self, node: u32) {
        if let Some(far) = self.homes[node as usize].as_mut() {
            far.uses += 1;
            if far.uses < USES_MOST {
                return;
            }
        }
        let (far, tree) = self.net.tree(node, |link| self.tolls[link as usize]);
        let cost = self.problem.pools.iter().map(|pool| far[pool.node as usize]);
        let cost = cost.map(|far| if far.is_finite() { far as f32 } else { NEVER }).collect();
        self.homes[node as usize] = Some(Far { cost, tree, uses: 0 });
    }

    /// What every link asks for, once in some decisions.
    fn ask_tolls(&mut self) {
        self.decided += 1;
        if self.decided % TOLLS_EVERY != 1 {
            return;
        }
        let per_slot = self.money * self.problem.slot_ms as f64;
        let toll = |(id, link): (u32, &super::Link)| {
            let full = 1.02 - self.taken(id);
            link.price as f64 * per_slot / (full * full)
        };
        self.tolls = (0..).zip(&self.problem.links).map(toll).collect();
    }

    /// What part of a link is taken in the slots to come.
    fn taken(&self, link: u32) -> f64 {
        let links = self.problem.links.len();
        let whole =
            self.problem.links[link as usize].capacity.at(self.now as i64 * self.problem.slot_ms);
        let slots = self.now..(self.now + LOOK_AHEAD).min(self.slots);
        let count = slots.len().max(1) as f64;
        let left: f64 = slots.map(|slot| self.wires[slot * links + link as usize] as f64).sum();
        (1.0 - left / count / (whole as f64).max(1.0)).clamp(0.0, 1.0)
    }

    /// The piece, if its pool and a path have room throughout.
    fn fits(
        &self,
        job: &Job,
        units: i64,
        column: usize,
        (from, to): (usize, usize),
        may_search: bool,
    ) -> Option<Piece> {
        if (from..to).any(|slot| self.free[slot * self.columns + column] < units as f32) {
            return None;
        }
        let slot_ms = self.problem.slot_ms;
        let start_ms = from as i64 * slot_ms;
        let run_ms = job.needs.first()?.run_ms;
        let path = self.path(job, column, (from, to), may_search)?;
        Some(Piece { pool: column as u32, start_ms, end_ms: start_ms + run_ms, units, path })
    }

    fn path(
        &self,
        job: &Job,
        column: usize,
        (from, to): (usize, usize),
        may_search: bool,
    ) -> Option<Vec<u32>> {
        let Some(home) = job.home else { return Some(Vec::new()) };
        let links = self.problem.links.len();
        let has = |link: u32| {
            (from..to).all(|slot| self.wires[slot * links + link as usize] >= home.bandwidth)
        };
        let node = self.problem.pools[column].node;
        let tree = &self.homes[home.node as usize].as_ref()?.tree;
        let known = self.net.known_way((home.node, tree), node, has);
        let around = || self.net.way_around(self.problem, home.node, node, has);
        known.or_else(|| if may_search { around() } else { None })
    }

    /// Takes the piece; what it costs without markups.
    fn take(&mut self, job: &Job, piece: &Piece, column: usize, from: usize, to: usize) -> f64 {
        let links = self.problem.links.len();
        let bandwidth = job.home.map_or(0, |home| home.bandwidth);
        let mut cost = 0.0;
        // Slots whose markup has changed lie between the first and the last of them.
        let mut marked: Option<Range<usize>> = None;
        for slot in from..to {
            let at = slot * self.columns + column;
            cost += f64::from(self.own[at]) * piece.units as f64;
            self.free[at] -= piece.units as f32;
            self.left[slot] -= piece.units as f64;
            if self.mark_up(slot) {
                marked = Some(marked.map_or(slot, |it| it.start)..slot + 1);
            }
            for link in &piece.path {
                self.wires[slot * links + *link as usize] -= bandwidth;
            }
        }
        self.relose(from..to, column..column + 1);
        self.reprice(from..to, column..column + 1);
        marked.into_iter().for_each(|slots| self.reprice(slots, 0..self.columns));
        let price: f64 =
            piece.path.iter().map(|id| self.problem.links[*id as usize].price as f64).sum();
        let span = (piece.end_ms - piece.start_ms) as f64;
        cost + price * bandwidth as f64 * span * self.money
    }
}

/// Whether all pools are of one class, and every job may use all of them and weighs money as it is.
fn uniform(problem: &Problem) -> Result<(), Invalid> {
    let first = problem.pools.first().map(|pool| pool.class);
    if problem.pools.iter().any(|pool| Some(pool.class) != first) {
        return Err(Invalid::wrong("pools", "several classes are not decided on arrival yet"));
    }
    let is_plain = |job: &Job| {
        let classes = job.needs.iter().all(|need| Some(need.class) == first);
        classes && job.pools.is_none() && job.weights.iter().all(|weight| *weight == 1)
    };
    match problem.jobs.iter().position(|job| !is_plain(job)) {
        None => Ok(()),
        Some(id) => {
            let what = "needs of other classes, offers and weights are not decided on arrival yet";
            Err(Invalid::wrong(format!("jobs[{id}]"), what))
        }
    }
}

/// What is there throughout a slot.
fn least(steps: &super::Steps, slot_ms: i64, slot: usize) -> i64 {
    let (from, to) = (slot as i64 * slot_ms, (slot as i64 + 1) * slot_ms);
    let within = steps.0.iter().filter(|(at, _)| from < *at && *at < to).map(|(_, amount)| *amount);
    within.chain([steps.at(from)]).min().unwrap_or(0)
}
