//! The market's clearing: all open bids against what is free, at one price for a pool in a slot, whoever buys it.
//!
//! Opened, solved, closed. What is opened is a value of its own, so that whoever drives control can have it solved
//! beside other work; nothing is held for it meanwhile. Closing gives winners their places one by one, as any decision is
//! held: whole or not at all. A winner whose place was taken meanwhile stays a bid.
//!
//! A bid's bundles are its places in pools and slots, of which it gets one at most. What a bundle is worth is what was
//! bid less all that the place costs at posted prices; so a clearing price is what is paid above the posted one, and no
//! owner ever gets less than that. Money between bidders and owners is in halves of nano-yuan while it is cleared, with
//! half a one on top, so that a bid of exactly the posted prices wins where there is room.

use std::collections::BTreeMap;

use api::{ClearedPrice, ClearingView};
use market::auction::{Bid as Bundle, Choices, Chosen, Item, Need, VALUE_MOST};
use model::{JobKey, JobState, Kind, Name};
use planner::{Place, Slots};
use serde_json::json;
use units::{HourPrice, Money, Span, Time};

use crate::{Change, Control};

/// How long a slot is, and how far ahead places of bids may begin.
const SLOT: Span = Span::minutes(15);
/// As far ahead may a run of them last.
pub(crate) const AHEAD: Span = Span::hours(24);
/// Places begin no sooner than this: a clearing may take as long.
const LEAD: Span = Span::seconds(10);
/// Places of one bid.
const PLACES_MOST: usize = 8;

/// Bids and places as they were when a clearing began.
#[derive(Debug, Clone, PartialEq)]
pub struct Clearing {
    at: Time,
    slots: Slots,
    bids: Vec<(JobKey, Vec<Place>)>,
    /// Pool and slot, in order.
    items: Vec<(Name, i64, u32)>,
    choices: Choices,
}

impl Clearing {
    /// Who wins, and at which prices. Takes seconds for many bids.
    #[must_use]
    pub fn solve(&self) -> Chosen {
        self.choices.clear()
    }
}

/// What a place is worth to who bids for it, in halves of nano-yuan; none where it costs more than was bid.
fn worth(price: Money, total: Money) -> Option<u64> {
    let above = u64::try_from(price.get().checked_sub(total.get())?).ok()?;
    // One less, so that what rounding adds to a line stays within what was bid.
    Some(above.saturating_sub(1).saturating_mul(2).saturating_add(1).min(VALUE_MOST))
}

impl Control {
    /// When all open bids are cleared next; none while there are none.
    #[must_use]
    pub fn next_clearing(&self) -> Option<Time> {
        let every = i64::try_from(self.settings.clearing_every.get()).unwrap_or(i64::MAX).max(1);
        let last = self.last_clearing.as_millis().div_euclid(every);
        (!self.bidding.is_empty())
            .then(|| Time::from_millis(last.saturating_add(1).saturating_mul(every)))
    }

    /// Puts all open bids together, if it is time and any could have a place.
    pub fn open_clearing(&mut self, now: Time) -> Option<Clearing> {
        self.next_clearing().filter(|at| *at <= now)?;
        self.last_clearing = now;
        let from = now.after(LEAD);
        let slots = Slots { length: SLOT, from, to: now.after(AHEAD) };
        let mut bids = Vec::new();
        for key in self.in_turn(now) {
            let places = self.places_of(&key, &slots, now);
            bids.extend((!places.is_empty()).then_some((key, places)));
        }
        if bids.is_empty() {
            return None;
        }
        let items = self.items(&slots, &bids);
        let place: BTreeMap<(&Name, i64), u32> =
            items.iter().map(|(pool, slot, _)| (pool, *slot)).zip(0..).collect();
        let bundles = |(key, places): &(JobKey, Vec<Place>)| {
            let price = self.bid_of(key).map_or(Money::ZERO, |it| it.price);
            places.iter().filter_map(|it| bundle(&slots, &place, it, price)).collect()
        };
        let bidders = bids.iter().map(bundles).collect();
        let sold = items.iter().map(|(.., units)| Item { units: *units, reserve: 0 });
        let choices = Choices::new(sold.collect(), bidders).ok()?;
        Some(Clearing { at: now, slots, bids, items, choices })
    }

    /// Open bids, the earlier first.
    fn in_turn(&self, now: Time) -> Vec<JobKey> {
        let is_open = |key: &&JobKey| self.bid_of(key).is_some_and(|bid| now < bid.until);
        let mut keys: Vec<JobKey> = self.bidding.iter().filter(is_open).cloned().collect();
        keys.sort_by_key(|key| self.job(key).map(|it| it.status.submitted));
        keys
    }

    /// Where a bid could run for what was bid; those that cost more are left out.
    fn places_of(&mut self, key: &JobKey, slots: &Slots, now: Time) -> Vec<Place> {
        let Some(live) = self.jobs.get(key) else { return Vec::new() };
        let view = live.view.clone();
        let order = self.estimates.order(key, &view.spec, view.status.submitted, slots.from);
        let price = view.status.bid.map_or(Money::ZERO, |bid| bid.price);
        let mut places = self.planner.places(&order, slots, PLACES_MOST, now);
        places.retain(|it| worth(price, it.total).is_some());
        places
    }

    fn items(&self, slots: &Slots, bids: &[(JobKey, Vec<Place>)]) -> Vec<(Name, i64, u32)> {
        let wanted = |it: &Place| {
            slots.over(it.start, it.end).map(|slot| (it.pool.clone(), slot)).collect::<Vec<_>>()
        };
        let mut items: Vec<(Name, i64)> =
            bids.iter().flat_map(|(_, places)| places).flat_map(wanted).collect();
        items.sort_unstable();
        items.dedup();
        let free = |(pool, slot): (Name, i64)| {
            let units = self.planner.free_units(&pool, slots, slot);
            (pool, slot, units)
        };
        items.into_iter().map(free).collect()
    }

    /// Gives winners their places, and notes the prices.
    pub fn close_clearing(&mut self, clearing: &Clearing, chosen: &Chosen, now: Time) {
        let number = self.next_seq;
        let premiums = clearing.premiums(chosen);
        let mut sold = BTreeMap::new();
        let mut view = clearing.view(chosen, number);
        for ((key, places), won) in clearing.bids.iter().zip(&chosen.won) {
            let Some(place) = won.and_then(|at| places.get(at)) else { continue };
            let Some(paid) = self.award(key, place, &premiums, (number, clearing), now) else {
                continue;
            };
            view.won += 1;
            view.paid = view.paid.saturating_add(paid);
            for slot in clearing.slots.over(place.start, place.end) {
                *sold.entry((place.pool.clone(), slot)).or_default() += place.units;
            }
        }
        view.prices = self.prices(clearing, &premiums, &sold);
        let message = format!("{} of {} bids won", view.won, view.bids);
        self.event(
            Kind::Organization,
            "platform",
            "cleared",
            message,
            json!({ "number": number }),
            now,
        );
        self.out.push(Change::Clearing(Box::new(view)));
    }

    /// Opens, solves and closes at once.
    pub fn clear_market(&mut self, now: Time) {
        if let Some(clearing) = self.open_clearing(now) {
            let chosen = clearing.solve();
            self.close_clearing(&clearing, &chosen, now);
        }
    }

    /// A winner's place is held at the price of the clearing. What it pays, if it has it.
    fn award(
        &mut self,
        key: &JobKey,
        place: &Place,
        premiums: &BTreeMap<(&Name, i64), u64>,
        (number, clearing): (i64, &Clearing),
        now: Time,
    ) -> Option<Money> {
        let live = self.jobs.get(key).filter(|it| it.view.status.state == JobState::Bidding)?;
        let bid = live.view.status.bid.filter(|bid| now < bid.until)?;
        let view = live.view.clone();
        let order = self.estimates.order(key, &view.spec, view.status.submitted, now);
        let posted = self.planner.decide_at(&order, place, now)?;
        let price = self.planner.posted(&place.pool)?.0;
        let above = above_posted(place, &clearing.slots, premiums);
        let decision = self.planner.at_price(&posted, price.checked_add(above)?)?;
        if decision.total > bid.price {
            return None;
        }
        self.leave_bidding(key);
        self.set_timer(key, None);
        if let Some(live) = self.jobs.get_mut(key) {
            live.view.status.bid = Some(model::Bid { won: Some(number), ..bid });
        }
        let total = decision.total;
        let data = json!({ "clearing": number, "total": total });
        self.event(Kind::Job, &key.to_string(), "won", total.human(), data, now);
        self.hold(key, Box::new(decision), now);
        Some(total)
    }

    /// By pool, and slots that follow each other and are alike as one: what was sold, or would have cost more than is
    /// posted.
    fn prices(
        &self,
        clearing: &Clearing,
        premiums: &BTreeMap<(&Name, i64), u64>,
        sold: &BTreeMap<(Name, i64), u32>,
    ) -> Vec<ClearedPrice> {
        let mut prices: Vec<ClearedPrice> = Vec::new();
        for (pool, slot, free) in &clearing.items {
            let units = sold.get(&(pool.clone(), *slot)).copied().unwrap_or_default();
            let premium = premiums.get(&(pool, *slot)).copied().unwrap_or_default();
            let Some((posted, site)) = self.planner.posted(pool) else { continue };
            if units == 0 && premium == 0 {
                continue;
            }
            let price = posted.saturating_add(hourly(premium.into(), clearing.slots.length));
            let (from, to) = (clearing.slots.start(*slot), clearing.slots.start(slot + 1));
            let (site, pool) = (site.clone(), pool.clone());
            let new = ClearedPrice { site, pool, from, to, units, free: *free, posted, price };
            match prices.last_mut().filter(|last| is_like(last, &new)) {
                Some(last) => last.to = to,
                None => prices.push(new),
            }
        }
        prices
    }
}

fn is_like(last: &ClearedPrice, next: &ClearedPrice) -> bool {
    let key = |it: &ClearedPrice| (it.units, it.free, it.posted, it.price);
    last.pool == next.pool && last.to == next.from && key(last) == key(next)
}

fn bundle(
    slots: &Slots,
    items: &BTreeMap<(&Name, i64), u32>,
    place: &Place,
    price: Money,
) -> Option<Bundle> {
    let item = |slot| items.get(&(&place.pool, slot)).copied();
    let needs = slots.over(place.start, place.end).filter_map(item);
    let needs = needs.map(|item| Need { item, units: place.units }).collect();
    Some(Bundle { value: worth(price, place.total)?, needs })
}

/// Of a unit for an hour, from nano-yuan of a unit for so long. Rounded down.
fn hourly(premium: u128, span: Span) -> HourPrice {
    let hour = u128::from(Span::hours(1).get());
    let price = premium.saturating_mul(hour) / u128::from(span.get().max(1));
    HourPrice::new(i64::try_from(price).unwrap_or(i64::MAX))
}

/// What the slots of a run cost above the posted price, for a unit and an hour of it: slots are paid for whole, as nobody
/// else can have the rest. Rounded down.
fn above_posted(place: &Place, slots: &Slots, premiums: &BTreeMap<(&Name, i64), u64>) -> HourPrice {
    let of = |slot| premiums.get(&(&place.pool, slot)).copied().unwrap_or_default();
    let sum: u128 = slots.over(place.start, place.end).map(of).map(u128::from).sum();
    hourly(sum, place.end.since(place.start))
}

impl Clearing {
    /// Nano-yuan of a unit for a whole slot above what is posted, where that is not zero. Rounded down.
    fn premiums(&self, chosen: &Chosen) -> BTreeMap<(&Name, i64), u64> {
        let items = self.items.iter().zip(&chosen.prices);
        let premiums = items.map(|((pool, slot, _), price)| ((pool, *slot), price / 2));
        premiums.filter(|(_, price)| *price > 0).collect()
    }

    /// Without what was really sold.
    fn view(&self, chosen: &Chosen, number: i64) -> ClearingView {
        let count = u128::try_from(self.bids.len()).unwrap_or_default();
        let money = |halves: u128| Money::new(i64::try_from(halves / 2).unwrap_or(i64::MAX));
        let (welfare, bound) = (money(chosen.welfare), money(chosen.bound + 2 * count));
        let short = bound.saturating_sub(welfare).get() as f64;
        let of = (bound.get() as f64).max(1.0);
        ClearingView {
            number,
            at: self.at,
            slot: self.slots.length,
            bids: u32::try_from(self.bids.len()).unwrap_or(u32::MAX),
            won: 0,
            paid: Money::ZERO,
            welfare,
            bound,
            gap_pct: 100.0 * short / of,
            budget_balanced: chosen.check.budget_balanced && chosen.check.feasible,
            rational: chosen.check.rational,
            prices: Vec::new(),
        }
    }
}
