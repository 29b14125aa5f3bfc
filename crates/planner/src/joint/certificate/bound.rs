//! The Lagrangian dual at given prices: what every job would cost at least if capacity were bought at them, less what
//! all capacity is worth.
//!
//! Within a slot all rates are constant, so what a rigid run costs is piecewise linear in its start on each path, and
//! over all paths concave between slot boundaries: a start at which the run begins or ends with a slot, or at an end
//! of its window, is the best. Other shapes are relaxed: an interruptible job may take the cheapest milliseconds there
//! are, an elastic one be as wide as it may in the cheapest, a splittable one be each task by itself. Limits on delay
//! are left out. All of it rounds down.

#![expect(clippy::indexing_slicing, reason = "what is looked up was put in just before")]

use std::collections::{BTreeMap, BTreeSet};

use super::{Invalid, cost::sum_over, plus, times};
use crate::joint::{Home, Job, Need, Offer, Prices, Problem, Shape, Steps, paths::Net};

const PLACE: &str = "bound";

/// # Errors
/// Prices of the wrong size or below zero; a sum that is too large.
pub(super) fn bound(problem: &Problem, prices: &Prices) -> Result<i128, Invalid> {
    shaped(problem, prices)?;
    let mut dual = Dual::new(problem, prices)?;
    let mut sum = -dual.worth()?;
    // Equal jobs cost the same.
    let mut equal: BTreeMap<&Job, i128> = BTreeMap::new();
    for job in &problem.jobs {
        *equal.entry(job).or_default() += 1;
    }
    for (job, count) in equal {
        let least = dual.least(job)?.map_or(job.refusal, |least| least.min(job.refusal));
        sum = plus(sum, times(least, count, PLACE)?, PLACE)?;
    }
    Ok(sum)
}

fn shaped(problem: &Problem, prices: &Prices) -> Result<(), Invalid> {
    let slots = problem.slots as usize;
    let rows = [
        ("prices.pools", &prices.pools, problem.pools.len()),
        ("prices.links", &prices.links, problem.links.len()),
        ("prices.groups", &prices.groups, problem.groups.len()),
    ];
    for (place, rows, count) in rows {
        if rows.len() != count || rows.iter().any(|row| row.len() != slots) {
            return Err(Invalid::wrong(place, format!("not {count} rows of {slots} slots")));
        }
        if rows.iter().flatten().any(|price| *price < 0) {
            return Err(Invalid::wrong(place, "a price is below zero"));
        }
    }
    if prices.caps.len() != problem.caps.len() || prices.caps.iter().any(|price| *price < 0) {
        return Err(Invalid::wrong("prices.caps", "not one for each cap, or below zero"));
    }
    Ok(())
}

/// A path's worth of prices: the root, the weight of money, and the time.
type Way = (u32, i64, i64, i64);

struct Dual<'a> {
    problem: &'a Problem,
    prices: &'a Prices,
    net: Net,
    /// By pool: atoms for a unit and a millisecond by slot, of the pool and its groups.
    shadow: Vec<Vec<i128>>,
    /// Slots in which some link has a price.
    priced: BTreeSet<i64>,
    /// By weights and time: what a unit costs in each pool.
    units: BTreeMap<(Vec<i64>, i64, i64), Vec<i128>>,
    /// What a unit of bandwidth costs to each node.
    ways: BTreeMap<Way, Vec<Option<i128>>>,
}

impl<'a> Dual<'a> {
    fn new(problem: &'a Problem, prices: &'a Prices) -> Result<Self, Invalid> {
        let mut shadow: Vec<Vec<i128>> =
            prices.pools.iter().map(|row| row.iter().map(|it| i128::from(*it)).collect()).collect();
        for (group, row) in problem.groups.iter().zip(&prices.groups) {
            for (pool, weight) in &group.members {
                let Some(into) = shadow.get_mut(*pool as usize) else { continue };
                for (sum, price) in into.iter_mut().zip(row) {
                    *sum = plus(*sum, times((*price).into(), (*weight).into(), PLACE)?, PLACE)?;
                }
            }
        }
        for (cap, price) in problem.caps.iter().zip(&prices.caps) {
            for (pool, into) in problem.pools.iter().zip(&mut shadow) {
                let rates = pool.rates.get(cap.sum as usize);
                for (sum, rate) in into.iter_mut().zip(rates.into_iter().flatten()) {
                    // Rounded down: a bound from below stays one.
                    *sum = plus(*sum, (i128::from(*rate) * i128::from(*price)) >> 32, PLACE)?;
                }
            }
        }
        let slots = 0..i64::from(problem.slots);
        let is_priced = |slot: &i64| {
            prices.links.iter().any(|row| row.get(*slot as usize).is_some_and(|it| *it > 0))
        };
        Ok(Self {
            net: Net::new(problem),
            shadow,
            priced: slots.filter(is_priced).collect(),
            units: BTreeMap::new(),
            ways: BTreeMap::new(),
            problem,
            prices,
        })
    }

    /// What all capacity is worth at the prices.
    fn worth(&self) -> Result<i128, Invalid> {
        let mut sum = 0;
        let pools = self.problem.pools.iter().map(|it| &it.capacity).zip(&self.prices.pools);
        let links = self.problem.links.iter().map(|it| &it.capacity).zip(&self.prices.links);
        let groups = self.problem.groups.iter().map(|it| &it.capacity).zip(&self.prices.groups);
        for (capacity, row) in pools.chain(links).chain(groups) {
            sum = plus(sum, self.worth_of(capacity, row)?, PLACE)?;
        }
        for (cap, price) in self.problem.caps.iter().zip(&self.prices.caps) {
            let worth = times(cap.most, (*price).into(), PLACE)?;
            // Rounded up: it is subtracted.
            sum = plus(sum, (worth >> 32) + 1, PLACE)?;
        }
        Ok(sum)
    }

    fn worth_of(&self, capacity: &Steps, row: &[i64]) -> Result<i128, Invalid> {
        let slot = self.problem.slot_ms;
        let mut sum = 0;
        for (number, price) in (0_i64..).zip(row).filter(|(_, price)| **price > 0) {
            let there = capacity.sum(number * slot, (number + 1) * slot);
            sum = plus(sum, times(there, (*price).into(), PLACE)?, PLACE)?;
        }
        Ok(sum)
    }

    /// The least a job can cost at the prices if it runs; none if it cannot.
    fn least(&mut self, job: &Job) -> Result<Option<i128>, Invalid> {
        let mut least: Option<i128> = None;
        for need in &job.needs {
            let found = match job.shape {
                Shape::Rigid => self.rigid(job, need, 1)?,
                Shape::Splittable { tasks } => {
                    let one = Need { units: need.units / i64::from(tasks.max(1)), ..*need };
                    self.rigid(job, &one, tasks)?
                }
                Shape::Interruptible { .. } => self.loose(job, need, need.units)?,
                Shape::Elastic { most, .. } => self.loose(job, need, most)?,
            };
            least = least.into_iter().chain(found).min();
        }
        Ok(least)
    }

    /// `tasks` equal runs, each at its cheapest place.
    fn rigid(&mut self, job: &Job, need: &Need, tasks: u32) -> Result<Option<i128>, Invalid> {
        let tasks = tasks.max(1);
        let mut least: Option<i128> = None;
        for start in self.starts(job, need.run_ms) {
            let end = start + need.run_ms;
            self.price(job, start, end)?;
            let units = &self.units[&(job.weights.clone(), start, end)];
            let ways = job.home.map(|home| &self.ways[&way(job, &home, start, end)]);
            let waited = i128::from(start) - i128::from(job.earliest_ms);
            // Only the first task waits.
            let waiting = times(job.waiting.into(), waited, PLACE)? / i128::from(tasks);
            for offer in self.offers(job, need.class) {
                let Some(held) = self.held(job, ways, offer.pool, tasks)? else { continue };
                let each = units.get(offer.pool as usize).copied().unwrap_or_default();
                let run = plus(times(each, need.units.into(), PLACE)?, held, PLACE)?;
                let fixed = offer.fixed / i128::from(tasks);
                let cost = plus(plus(run, waiting, PLACE)?, fixed, PLACE)?;
                least = Some(least.map_or(cost, |least| least.min(cost)));
            }
        }
        least.map(|least| times(least, tasks.into(), PLACE)).transpose()
    }

    /// Atoms of the bandwidth that one of `tasks` holds; none where there is no way.
    fn held(
        &self,
        job: &Job,
        ways: Option<&Vec<Option<i128>>>,
        pool: u32,
        tasks: u32,
    ) -> Result<Option<i128>, Invalid> {
        let (Some(home), Some(ways)) = (job.home, ways) else { return Ok(Some(0)) };
        let node = self.problem.pools.get(pool as usize).map_or(0, |pool| pool.node);
        let Some(way) = ways.get(node as usize).copied().flatten() else { return Ok(None) };
        Ok(Some(times(way, i128::from(home.bandwidth) / i128::from(tasks), PLACE)?))
    }

    /// A run that may take any milliseconds of its window, `width` units wide: the cheapest, in one pool.
    fn loose(&mut self, job: &Job, need: &Need, width: i64) -> Result<Option<i128>, Invalid> {
        let work = times(need.units.into(), need.run_ms.into(), PLACE)?;
        let slots = self.slots_of(job);
        for (from, to) in &slots {
            self.price(job, *from, *to)?;
        }
        let mut least: Option<i128> = None;
        for offer in self.offers(job, need.class) {
            let mut rates = Vec::new();
            for (from, to) in &slots {
                let units = &self.units[&(job.weights.clone(), *from, *to)];
                let ways = job.home.map(|home| &self.ways[&way(job, &home, *from, *to)]);
                let Some(held) = self.held(job, ways, offer.pool, 1)? else { continue };
                let each = units.get(offer.pool as usize).copied().unwrap_or_default();
                let span = i128::from(to - from);
                // For a unit and a millisecond, rounded down.
                let rate = each.div_euclid(span) + (held / span).div_euclid(need.units.into());
                rates.push((rate, times(span, width.into(), PLACE)?));
            }
            if let Some(sum) = cheapest(rates, work)? {
                let cost = plus(sum, offer.fixed, PLACE)?;
                least = Some(least.map_or(cost, |least| least.min(cost)));
            }
        }
        Ok(least)
    }

    fn offers(&self, job: &Job, class: u32) -> Vec<Offer> {
        let is_of_class = |pool: u32| {
            self.problem.pools.get(pool as usize).is_some_and(|pool| pool.class == class)
        };
        match &job.pools {
            Some(offers) => offers.iter().filter(|it| is_of_class(it.pool)).copied().collect(),
            None => (0..)
                .take(self.problem.pools.len())
                .filter(|pool| is_of_class(*pool))
                .map(|pool| Offer { pool, ..Offer::default() })
                .collect(),
        }
    }

    /// Starts one of which is the best.
    fn starts(&self, job: &Job, run: i64) -> Vec<i64> {
        let slot = self.problem.slot_ms;
        let horizon = self.problem.horizon_ms();
        let (first, last) =
            (job.earliest_ms.max(0), job.latest_ms.min(horizon).saturating_sub(run));
        if last < first {
            return Vec::new();
        }
        let mut starts = BTreeSet::from([first, last]);
        let within = |at: &i64| (first..=last).contains(at);
        starts.extend((first / slot..=last / slot).map(|number| number * slot).filter(within));
        let ends = (first + run) / slot..=(last + run) / slot;
        starts.extend(ends.map(|number| number * slot - run).filter(within));
        starts.into_iter().collect()
    }

    /// The parts of slots in a job's window.
    fn slots_of(&self, job: &Job) -> Vec<(i64, i64)> {
        let slot = self.problem.slot_ms;
        let horizon = self.problem.horizon_ms();
        let (first, last) = (job.earliest_ms.max(0), job.latest_ms.min(horizon));
        let all = (first / slot..).map(|number| (number * slot, (number + 1) * slot));
        all.take_while(|(from, _)| *from < last)
            .map(|(from, to)| (from.max(first), to.min(last)))
            .filter(|(from, to)| from < to)
            .collect()
    }

    /// Works out what units and bandwidth cost over a time, once.
    fn price(&mut self, job: &Job, start: i64, end: i64) -> Result<(), Invalid> {
        let key = (job.weights.clone(), start, end);
        if !self.units.contains_key(&key) {
            let row = self.unit_prices(&job.weights, start, end)?;
            self.units.insert(key, row);
        }
        if let Some(home) = &job.home {
            let key = way(job, home, start, end);
            if !self.ways.contains_key(&key) {
                let row = self.way_prices(key)?;
                self.ways.insert(key, row);
            }
        }
        Ok(())
    }

    fn unit_prices(&self, weights: &[i64], start: i64, end: i64) -> Result<Vec<i128>, Invalid> {
        let of_pool = |(pool, shadow): (&crate::joint::Pool, &Vec<i128>)| {
            let mut sum = sum_over(self.problem, shadow, start, end)?;
            for (rates, weight) in pool.rates.iter().zip(weights) {
                let each = sum_over(self.problem, rates, start, end)?;
                sum = plus(sum, times(each, (*weight).into(), PLACE)?, PLACE)?;
            }
            Ok(sum)
        };
        self.problem.pools.iter().zip(&self.shadow).map(of_pool).collect()
    }

    /// What a unit of bandwidth to each node costs over a time, over the cheapest path there is.
    fn way_prices(
        &mut self,
        (root, weight, start, end): Way,
    ) -> Result<Vec<Option<i128>>, Invalid> {
        let slot = self.problem.slot_ms;
        let length = i128::from(end) - i128::from(start);
        let is_priced = self.priced.range(start / slot..(end + slot - 1) / slot).next().is_some();
        let plain: Way = (root, weight, 0, 0);
        if !is_priced {
            if !self.ways.contains_key(&plain) {
                let row = self.net.exact(root, |link| {
                    let price = self.problem.links.get(link as usize).map_or(0, |it| it.price);
                    i128::from(price) * i128::from(weight)
                });
                self.ways.insert(plain, row);
            }
            let scaled = |far: &Option<i128>| far.map(|far| times(far, length, PLACE)).transpose();
            return self.ways[&plain].iter().map(scaled).collect();
        }
        let mut prices = Vec::new();
        for (link, shadow) in self.problem.links.iter().zip(&self.prices.links) {
            let own = times(i128::from(link.price) * i128::from(weight), length, PLACE)?;
            prices.push(plus(own, sum_over(self.problem, shadow, start, end)?, PLACE)?);
        }
        Ok(self.net.exact(root, |link| prices.get(link as usize).copied().unwrap_or(0)))
    }
}

fn way(job: &Job, home: &Home, start: i64, end: i64) -> Way {
    (home.node, job.weights.first().copied().unwrap_or(0), start, end)
}

/// What so much work costs at the cheapest rates, each of which takes only so much; none if all do not take it.
fn cheapest(mut rates: Vec<(i128, i128)>, mut work: i128) -> Result<Option<i128>, Invalid> {
    rates.sort_unstable();
    let mut sum = 0;
    for (rate, most) in rates {
        let taken = most.min(work);
        sum = plus(sum, times(rate, taken, PLACE)?, PLACE)?;
        work -= taken;
    }
    Ok((work == 0).then_some(sum))
}
