//! Where and when orders could run, for whoever lets them compete: places of whole slots, and what is free of them.

use std::collections::BTreeMap;

use model::{Decision, LineKind, Name, Outcome};
use units::{HourPrice, Money, Span, Time};

use crate::{
    Order, Planner,
    ask::{Ask, Lifted, Need},
    batch::Guide,
    climb::too_small,
    decide::money,
    moves::{self, Plan},
    scan::{Context, Found, Scan},
    screen::front,
};

/// Pools that are looked at for one order, the cheapest first.
const POOLS_MOST: usize = 64;
/// Places of one order in one pool, and starts that are tried for them.
const IN_POOL: usize = 3;
const TRIES: usize = 12;

/// Slots of equal length, numbered from the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// Not zero.
    pub length: Span,
    /// The first begins: no place begins before.
    pub from: Time,
    /// No place begins then or later.
    pub to: Time,
}

impl Slots {
    /// The number of the slot in which a time lies.
    #[must_use]
    pub fn of(&self, at: Time) -> i64 {
        at.as_millis().saturating_sub(self.from.as_millis()).div_euclid(self.ms())
    }

    /// When a slot begins.
    #[must_use]
    pub fn start(&self, slot: i64) -> Time {
        let since = slot.saturating_mul(self.ms());
        Time::from_millis(self.from.as_millis().saturating_add(since))
    }

    /// The slots of which a run has some.
    #[must_use]
    pub fn over(&self, start: Time, end: Time) -> std::ops::Range<i64> {
        self.of(start)..self.of(end.before(Span::new(1))) + 1
    }

    /// The first time from this on at which a slot begins.
    fn next(&self, at: Time) -> Time {
        self.start(self.of(at.before(Span::new(1))) + 1).max(self.from)
    }

    fn ms(&self) -> i64 {
        i64::try_from(self.length.get()).unwrap_or(i64::MAX).max(1)
    }
}

/// Where and when an order could run as things are held now, with all that it needs besides units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub pool: Name,
    pub start: Time,
    pub end: Time,
    pub units: u32,
    /// At the prices that owners post.
    pub total: Money,
    pub score: Money,
}

impl Planner {
    /// Some places that an order could have, the best by its own score first, at most so many. Units are free in each
    /// for all slots of which the run has some. Holds nothing.
    pub fn places(
        &mut self,
        order: &Order<'_>,
        slots: &Slots,
        most: usize,
        now: Time,
    ) -> Vec<Place> {
        let ask = Ask::new(order, Lifted::Nothing, &self.index, &self.policy, None, now);
        if ask.hopeless.is_some() {
            return Vec::new();
        }
        self.prepare(&ask, now);
        let cx = Context::new(&self.index, &self.policy, &ask);
        let mut sites = BTreeMap::new();
        let mut places = Vec::new();
        for (pool, need) in pools(&cx) {
            let site = cx.index.pool(pool).map_or(0, |it| it.site);
            let plans =
                sites.entry(site).or_insert_with(|| moves::plans(cx.index, cx.policy, &ask, site));
            let Ok(plans) = plans.as_deref() else { continue };
            let found = in_pool(&cx, (pool, need), plans, slots);
            places.extend(found.into_iter().filter_map(|it| place(&cx, &it)));
        }
        places.sort_by_key(|it: &Place| it.score);
        places.truncate(most);
        places
    }

    /// Units of a pool that nobody holds at any time of a slot.
    #[must_use]
    pub fn free_units(&self, pool: &Name, slots: &Slots, slot: i64) -> u32 {
        let pool = self.index.ids.pools.get(pool).and_then(|id| self.index.pool(*id));
        let (from, to) = (slots.start(slot), slots.start(slot + 1));
        let free = pool.map_or(0, |it| it.calendar.least_free(from, to));
        u32::try_from(free).unwrap_or(u32::MAX)
    }

    /// What the owner of a pool posts for a unit, and where it is; none if there is no such pool.
    #[must_use]
    pub fn posted(&self, pool: &Name) -> Option<(HourPrice, &Name)> {
        let pool = self.index.pool(*self.index.ids.pools.get(pool)?)?;
        Some((pool.price, &self.index.site(pool.site)?.name))
    }

    /// As [`Planner::decide`], but in this very place; none where that cannot be had any more.
    pub fn decide_at(
        &mut self,
        order: &Order<'_>,
        place: &Place,
        now: Time,
    ) -> Option<Box<Decision>> {
        let pool = *self.index.ids.pools.get(&place.pool)?;
        let outcome = self.decide_guided(order, Guide { pool, start: place.start }, now);
        let Outcome::Placed(decision) = outcome else { return None };
        let is_there = decision.pool == place.pool
            && (decision.start, decision.end) == (place.start, place.end)
            && decision.units == place.units;
        is_there.then_some(decision)
    }

    /// The decision with units of its pool at another price than posted. None where an amount cannot be written down.
    #[must_use]
    pub fn at_price(&self, decision: &Decision, price: HourPrice) -> Option<Decision> {
        let mut decision = Decision { cleared: Some(price), ..decision.clone() };
        let line = decision.lines.iter_mut().find(|it| it.kind == LineKind::Compute)?;
        let span = decision.end.since(decision.start);
        let amount = price.checked_mul(i64::from(decision.units))?.times(span)?;
        let total = decision.total.checked_sub(line.amount)?.checked_add(amount)?;
        (line.price, line.amount, decision.total) = (price.to_string(), amount, total);
        Some(decision)
    }
}

/// The pools that may take it, the cheapest first.
fn pools(cx: &Context<'_>) -> Vec<(u32, Need)> {
    let open: Vec<bool> =
        (0..).zip(&cx.index.sites).map(|(id, site)| front(cx, id, site).is_open).collect();
    let fit = |(id, pool): (u32, &crate::index::Pool)| {
        let need = (*cx.ask.needs.get(pool.flavor as usize)?).ok()?.within(pool.units);
        let fits = *open.get(pool.site as usize)? && too_small(pool.sizes(), &need).is_none();
        let work = i128::from(need.units) * i128::from(need.run.get());
        fits.then_some((work.saturating_mul(pool.price.get().into()), id, need))
    };
    let mut pools: Vec<(i128, u32, Need)> = (0..).zip(&cx.index.pools).filter_map(fit).collect();
    pools.sort_by_key(|(cost, id, _)| (*cost, *id));
    pools.into_iter().take(POOLS_MOST).map(|(_, id, need)| (id, need)).collect()
}

/// Places in one pool, each after the one before.
fn in_pool(cx: &Context<'_>, (id, need): (u32, Need), plans: &[Plan], slots: &Slots) -> Vec<Found> {
    let Some(pool) = cx.index.pool(id) else { return Vec::new() };
    let soonest = moves::soonest(cx.index, cx.policy, cx.ask, pool.site);
    let scans: Vec<Scan<'_>> = plans
        .iter()
        .enumerate()
        .filter_map(|plan| Scan::new(cx, id, need, plan, soonest).ok())
        .collect();
    let first = scans.iter().map(|it| it.first).min();
    let mut found = Vec::new();
    let mut at = first.map_or(slots.to, |first| slots.next(first.max(slots.from)));
    for _ in 0..TRIES {
        if at >= slots.to || found.len() >= IN_POOL {
            break;
        }
        let bought = slots.over(at, at.after(need.run));
        let span = slots.start(bought.end).since(at);
        match pool.calendar.earliest_fit(at, span, need.units, slots.to) {
            None => break,
            Some(fit) if fit > at => at = slots.next(fit),
            Some(_) => {
                let starts = scans.iter().filter(|it| it.first <= at);
                found.extend(starts.filter_map(|it| it.at(at)).min_by_key(Found::rank));
                at = slots.next(at.after(need.run));
            }
        }
    }
    found
}

fn place(cx: &Context<'_>, found: &Found) -> Option<Place> {
    Some(Place {
        pool: cx.index.pool(found.pool)?.name.clone(),
        start: found.start,
        end: found.end,
        units: u32::try_from(found.need.units).ok()?,
        total: found.sums.total,
        score: money(found.score),
    })
}
