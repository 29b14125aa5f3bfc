//! Pools and links as rows of a joint problem.

use std::collections::{BTreeMap, BTreeSet};

use prices::Calendar;
use units::Time;

use super::ATOMS_PER_NANO;
use crate::{
    Policy,
    index::{Index, Pool, Wire},
    joint::{Link, Pool as Row, Problem, Steps},
    scan::carbon_scale,
    screen::{BITMS_PER_GB, MS_PER_HOUR},
};

/// The time that a problem is about.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) origin: Time,
    /// Milliseconds.
    pub(super) slot: i64,
    pub(super) slots: u32,
    /// By pool: equal for those in which every job needs the same.
    pub(super) classes: Vec<u32>,
}

/// Pools of the same flavor and size are of one class: an array fits itself to the size.
pub(super) fn classes(index: &Index) -> Vec<u32> {
    let kind = |it: &Pool| (it.flavor, it.sizes());
    let kinds: BTreeSet<_> = index.pools.iter().map(kind).collect();
    let numbers: BTreeMap<_, u32> = kinds.into_iter().zip(0..).collect();
    index.pools.iter().filter_map(|it| numbers.get(&kind(it)).copied()).collect()
}

impl Frame {
    pub(super) fn ms(&self, at: Time) -> i64 {
        at.as_millis().saturating_sub(self.origin.as_millis())
    }

    fn slot_start(&self, slot: u32) -> Time {
        Time::from_millis(self.origin.as_millis() + i64::from(slot) * self.slot)
    }

    fn end(&self) -> Time {
        self.slot_start(self.slots)
    }

    /// A problem without jobs and with nothing free yet ([`Frame::limit`]): numbers of pools and links are those of
    /// the index.
    pub(super) fn problem(&self, index: &Index, policy: &Policy) -> Problem {
        let pools = (0..).zip(&index.pools);
        Problem {
            atoms: ATOMS_PER_NANO * 1_000_000_000,
            slot_ms: self.slot,
            slots: self.slots,
            nodes: index.routes.graph().nodes(),
            pools: pools.map(|(id, it)| self.pool(index, policy, id, it)).collect(),
            links: Self::links(index),
            groups: Vec::new(),
            caps: Vec::new(),
            jobs: Vec::new(),
        }
    }

    /// Sets what is free of each pool and link.
    pub(super) fn limit(&self, index: &Index, problem: &mut Problem) {
        for (row, pool) in problem.pools.iter_mut().zip(&index.pools) {
            row.capacity = self.free(&pool.calendar);
        }
        for ((id, row), wire) in (0..).zip(&mut problem.links).zip(&index.links) {
            let is_up = index.routes.is_up(id);
            row.capacity = if is_up { self.free(&wire.calendar) } else { Steps::default() };
        }
    }

    fn pool(&self, index: &Index, policy: &Policy, id: u32, pool: &Pool) -> Row {
        let hourly = i128::from(pool.price.get()) * (ATOMS_PER_NANO / MS_PER_HOUR);
        let power = unit_power(index, pool);
        let scale = carbon_scale(policy);
        let site = index.site(pool.site);
        let rate = |slot: u32| {
            let (from, to) = (self.slot_start(slot), self.slot_start(slot + 1));
            let sum = site.map(|site| site.energy.sum(from, to)).unwrap_or_default();
            let slot_ms = i128::from(self.slot);
            let cost = hourly + (power * sum.price).div_euclid(slot_ms);
            let carbon = power * ((sum.carbon.div_euclid(slot_ms) * scale) >> 40);
            (held_in(cost), held_in(carbon))
        };
        let (cost, carbon): (Vec<i64>, Vec<i64>) = (0..self.slots).map(rate).unzip();
        Row {
            node: pool.site,
            class: self.classes.get(id as usize).copied().unwrap_or_default(),
            capacity: Steps::default(),
            rates: vec![cost, carbon],
        }
    }

    fn links(index: &Index) -> Vec<Link> {
        let wires = index.links.iter().zip(index.routes.graph().links());
        let link = |(wire, link): (&Wire, &network::Link)| {
            let per_bit = i128::from(wire.price.get()) * ATOMS_PER_NANO / BITMS_PER_GB;
            Link {
                ends: (link.ends[0], link.ends[1]),
                capacity: Steps::default(),
                price: held_in(per_bit),
                delay_us: link.delay.get(),
            }
        };
        wires.map(link).collect()
    }

    fn free(&self, calendar: &Calendar) -> Steps {
        let free = |at: Time| {
            let free = calendar.capacity().saturating_sub(calendar.used_at(at));
            (self.ms(at), i64::try_from(free).unwrap_or(i64::MAX))
        };
        let from = std::iter::once(self.origin);
        Steps(from.chain(calendar.changes(self.origin, self.end())).map(free).collect())
    }
}

/// Milliwatts of the facility for one unit, rounded down.
fn unit_power(index: &Index, pool: &Pool) -> i128 {
    let power = index.flavors.get(pool.flavor as usize).map_or(0, |flavor| flavor.power.get());
    let pue = index.site(pool.site).map_or(1_000, |site| site.pue.get());
    i128::from(power) * i128::from(pue) / 1_000
}

/// The nearest that 62 bits hold: nothing real is beyond.
fn held_in(value: i128) -> i64 {
    const MOST: i128 = 1 << 62;
    i64::try_from(value.clamp(-MOST, MOST)).unwrap_or(0)
}
