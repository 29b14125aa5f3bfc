//! Which pools to look at next: those whose bounds may be the least, found without a look at all the others.
//!
//! The pools of a flavor stand in order of what a unit costs there at least (`ladder`). They are queued by their own
//! bounds one after the other, until what all later ones cost at least is above the best of the queue. So the queue
//! gives them out as if all pools had been queued at once.

use std::{cmp::Reverse, collections::BinaryHeap};

use network::Frontier;
use units::Bytes;

use crate::{
    ask::{Ask, Need},
    fits::{Class, Fits, Known},
    index::{Shelf, Sizes},
    moves,
    refused::Refused,
    scan::Context,
    screen::{Carried, Front, Plain, Quick, Terms, clamped, front},
};

/// A pool by its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Queued {
    pub(crate) bound: i64,
    pub(crate) pool: u32,
    pub(crate) known: Depth,
}

/// How well a bound is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// By what a unit and data cost there at least; the pool may not do.
    Roughly,
    Screened,
    /// As good as it gets.
    Refined,
}

/// How far the pools of one flavor are queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Climb {
    /// No later pool's bound is less.
    bound: i64,
    flavor: usize,
    next: usize,
}

/// The queue of one decision, and what is not in it yet.
#[derive(Debug, Default)]
pub(crate) struct Climbs {
    /// Those that begin lowest first.
    flavors: Vec<Climb>,
    /// By flavor.
    terms: Vec<Option<Terms>>,
    /// What data costs at any site.
    anywhere: Carried,
    /// What it costs by site; nothing where there is none.
    carried: Vec<Carried>,
    pub(crate) queue: BinaryHeap<Reverse<Queued>>,
}

/// Sites as one order sees them, each once it is asked for; kept for orders that are alike.
#[derive(Debug, Default)]
pub(crate) struct Fronts {
    /// By site, with the round it is of.
    known: Vec<(u64, Front)>,
    round: u64,
    /// What they hold for all such orders.
    plain: Option<Plain>,
}

impl Fronts {
    /// The world is another now.
    pub(crate) fn forget(&mut self) {
        self.plain = None;
    }

    pub(crate) fn begin(&mut self, cx: &Context<'_>) {
        let plain = Plain::of(cx);
        if plain.is_none() || self.plain != plain {
            self.round += 1;
        }
        self.plain = plain;
        self.known.resize(cx.index.sites.len(), (0, Front::SHUT));
    }

    /// None if the site takes nothing of the kind.
    pub(crate) fn open(&mut self, cx: &Context<'_>, id: u32) -> Option<Front> {
        let (round, known) = self.known.get_mut(id as usize)?;
        if *round != self.round {
            let site = cx.index.site(id)?;
            (*round, *known) = (self.round, front(cx, id, site));
        }
        Some(*known).filter(|front| front.is_open)
    }
}

impl Climbs {
    pub(crate) fn clear(&mut self) {
        self.flavors.clear();
        self.terms.clear();
        self.queue.clear();
    }

    pub(crate) fn begin(&mut self, cx: &Context<'_>) {
        let ask = cx.ask;
        self.carry(cx);
        self.terms.extend(ask.needs.iter().map(|it| Some(Terms::new(ask, cx.policy, (*it).ok()?))));
        let rungs = cx.index.ladders.of(&ask.goal).unwrap_or_default();
        for (flavor, (terms, rungs)) in self.terms.iter().zip(rungs).enumerate() {
            let Some(terms) = terms else { continue };
            let is_late = terms.need.array.is_none() && too_late(ask, &terms.need).is_some();
            if let Some(first) = rungs.first().filter(|_| !is_late) {
                let bound = terms.floor(first.floor, self.anywhere);
                self.flavors.push(Climb { bound, flavor, next: 0 });
            }
        }
        self.flavors.sort_unstable();
    }

    /// Of a pool's flavor, as they are in a pool of its size.
    pub(crate) fn terms(&self, cx: &Context<'_>, flavor: u32, units: u32) -> Option<Terms> {
        let terms = (*self.terms.get(flavor as usize)?)?;
        Some(terms.within(cx.ask, cx.policy, units))
    }

    /// Queues every pool whose bound may be the least of all, and none above `most`: by the quickest bounds where all
    /// are scanned anyway, else by those that know what was found out for others.
    pub(crate) fn climb(
        &mut self,
        cx: &Context<'_>,
        fronts: &mut Fronts,
        fits: &Fits,
        every_site: bool,
        most: i64,
    ) {
        let ladders = cx.index.ladders.of(&cx.ask.goal).unwrap_or_default();
        for climb in &mut self.flavors {
            if climb.bound > reach(&self.queue, most) {
                continue;
            }
            let (Some(Some(terms)), Some(rungs)) =
                (self.terms.get(climb.flavor), ladders.get(climb.flavor))
            else {
                continue;
            };
            let of_flavor = OfFlavor::new(cx, terms, fits, every_site);
            while let Some(rung) = rungs.get(climb.next) {
                if climb.bound > reach(&self.queue, most) {
                    break;
                }
                let bound = match self.carried.get(rung.shelf.site as usize) {
                    Some(carried) => Some((terms.floor(rung.floor, *carried), Depth::Roughly)),
                    None => of_flavor.bound(fronts, &rung.shelf).map(|it| (it, Depth::Screened)),
                };
                if let Some((bound, known)) = bound {
                    let (bound, pool) = (bound.max(climb.bound), rung.shelf.id);
                    self.queue.push(Reverse(Queued { bound, pool, known }));
                }
                climb.next += 1;
                let next = rungs.get(climb.next);
                climb.bound = next.map_or(i64::MAX, |next| terms.floor(next.floor, self.anywhere));
            }
        }
    }

    /// A better bound than a rough one; none if the pool will not do.
    pub(crate) fn screened(
        &self,
        cx: &Context<'_>,
        fronts: &mut Fronts,
        fits: &Fits,
        every_site: bool,
        id: u32,
    ) -> Option<i64> {
        let pool = cx.index.pool(id)?;
        let terms = self.terms.get(pool.flavor as usize)?.as_ref()?;
        OfFlavor::new(cx, terms, fits, every_site).bound(fronts, &pool.shelf(id))
    }

    /// Finds what data costs at least: by the cheapest paths, whatever else they are.
    fn carry(&mut self, cx: &Context<'_>) {
        let ask = cx.ask;
        let weigh = |value: i128| clamped(ask.goal.cost.saturating_mul(value));
        self.anywhere = Carried { per_gb: 0, moves: weigh(moves::reads(cx.index, ask)) };
        self.carried.clear();
        if ask.user.is_none() && ask.inputs.is_empty() && ask.result.is_none() {
            return;
        }
        self.carried.resize(cx.index.sites.len(), self.anywhere);
        if let Some(ways) = cx.to_user {
            let weight = u64::try_from(ask.goal.cost).unwrap_or(0);
            for (site, price) in self.carried.iter_mut().zip(ways.least_prices()) {
                site.per_gb = i64::try_from(price.saturating_mul(weight)).unwrap_or(i64::MAX);
            }
        }
        for (input, ways) in ask.inputs.iter().zip(&cx.to_replicas) {
            let size = cx.index.dataset(*input).map(|it| it.size).unwrap_or_default();
            self.add_moves(ways, weight(ask, size));
        }
        if let Some((_, size)) = ask.result {
            self.add_moves(cx.to_result.as_slice(), weight(ask, size));
        }
    }

    /// The cheapest of several ways, for so many weighted GB, x 2^16.
    fn add_moves(&mut self, ways: &[&Frontier], weight: u64) {
        for (id, site) in self.carried.iter_mut().enumerate() {
            let prices = ways.iter().filter_map(|way| way.least_prices().get(id));
            let price = prices.min().copied().unwrap_or(0);
            let moved = (u128::from(price) * u128::from(weight)) >> 16;
            site.moves = site.moves.saturating_add(i64::try_from(moved).unwrap_or(i64::MAX));
        }
    }
}

/// GB x 2^16, weighted; rounded down.
fn weight(ask: &Ask<'_>, size: Bytes) -> u64 {
    let weighted = ask.goal.cost.saturating_mul(i128::from(size.get()) << 16);
    u64::try_from(weighted / moves::BYTES_PER_GB).unwrap_or(0)
}

/// What is above this need not be queued yet.
fn reach(queue: &BinaryHeap<Reverse<Queued>>, most: i64) -> i64 {
    queue.peek().map_or(most, |Reverse(first)| first.bound.min(most))
}

/// What bounds of the pools of one flavor are found with.
struct OfFlavor<'a, 'b> {
    cx: &'b Context<'a>,
    terms: &'b Terms,
    quick: Option<Quick<'a>>,
    known: Known<'b>,
}

impl<'a, 'b> OfFlavor<'a, 'b> {
    /// By the quickest bounds where every site is looked at anyway, else by those that know what was found out for
    /// others.
    fn new(cx: &'b Context<'a>, terms: &'b Terms, fits: &'b Fits, every_site: bool) -> Self {
        let alike = terms.need.array.is_none() && !every_site;
        let quick = terms.quick(cx).filter(|_| alike);
        Self { cx, terms, quick, known: fits.of(Class::of(&terms.need)) }
    }

    /// None if the pool will not do.
    fn bound(&self, fronts: &mut Fronts, pool: &Shelf) -> Option<i64> {
        let cx = self.cx;
        let front = fronts.open(cx, pool.site)?;
        let terms = self.terms.within(cx.ask, cx.policy, pool.sizes.pool);
        if too_small(pool.sizes, &terms.need).is_some() || too_late(cx.ask, &terms.need).is_some() {
            return None;
        }
        let since = || self.known.since(cx.index, pool.id, cx.ask.earliest).0;
        let foreseen = self.quick.and_then(|quick| quick.bound(&front, pool, since()));
        Some(foreseen.unwrap_or_else(|| terms.bound(&front, pool)))
    }
}

/// Whether a pool could not do even if it were empty.
pub(crate) fn too_small(sizes: Sizes, need: &Need) -> Option<Refused> {
    let (units_per_task, units) = (need.units_per_task, need.units);
    if units_per_task > sizes.node.into() {
        return Some(Refused::Task { units: units_per_task, most: sizes.node.into() });
    }
    let most = u64::from(sizes.pool);
    (units > most).then_some(Refused::Gang { units, most })
}

/// Whether it would end too late even if it started at once.
pub(crate) fn too_late(ask: &Ask<'_>, need: &Need) -> Option<Refused> {
    let deadline = ask.deadline?;
    let delivered = ask.earliest.after(need.run);
    (delivered > deadline).then_some(Refused::Deadline { delivered, deadline })
}
