//! A site's supply over the coming slots: grid, contracts, own generation and battery, at the least cost.
//!
//! The cost is money and what the grid emits, at the price of carbon that the planner goes by.
//! What a need costs in one slot is made of straight pieces: own generation first, then contracts and grid by price, or
//! power that is given to the grid. The battery is dispatched over them exactly ([`crate::storage`]), also where prices
//! are at or below zero. With a demand charge, the peak is sought between what is declared and what would be drawn
//! without one; the cost is convex in it where no price is below zero.

mod site;
mod slot;

use units::{Carbon, CarbonIntensity, Energy, EnergyPrice, Money, Power, Span};

pub use site::{SLOT, slots};
pub use slot::{Flows, Slot};

use crate::{
    pieces::Pieces,
    storage::{Dispatch, Storage},
};
use slot::{LITTLE, energy, kwh, price, yuan};

/// A battery as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatteryNow {
    pub battery: model::Battery,
    pub stored: Energy,
}

/// What is done in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    pub flows: Flows,
    /// By the battery; one of them is zero.
    pub charge: Energy,
    pub discharge: Energy,
    /// In the battery after the slot.
    pub stored: Energy,
    /// Paid to others, with what the battery wears off.
    pub cost: Money,
    pub carbon: Carbon,
    /// Of one kWh more: in money, without what it emits.
    pub marginal_price: EnergyPrice,
    pub marginal_carbon: CarbonIntensity,
}

/// What is done in all slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlan {
    pub slots: Vec<Planned>,
    /// With the demand charge.
    pub cost: Money,
    pub carbon: Carbon,
    /// What was made least: `cost`, and `carbon` at its price.
    pub weighed: Money,
    /// The most that comes through the grid connection.
    pub peak: Power,
    pub demand_charge: Money,
    /// The part of `cost` that is wear.
    pub wear: Money,
}

/// Solves for the peak so often at most: the range shrinks by 0.62 each time.
const ROUNDS: usize = 24;
const GOLDEN: f64 = 0.618_033_988_749_895;
/// A slot without a solution does not happen; what the battery would do then.
const IDLE: f64 = 0.0;

/// The plan of the least cost. The battery is worth nothing at the end but for its floor.
#[must_use]
pub fn plan(
    slots: &[Slot],
    battery: Option<BatteryNow>,
    charge: Option<model::DemandCharge>,
) -> SitePlan {
    let free = plan_within(slots, battery, charge);
    let Some(charge) = charge.filter(|it| it.per_kw > Money::ZERO && free.peak > it.declared)
    else {
        return free;
    };
    with_charge(slots, battery, charge, free)
}

/// The best peak between what is declared and that of the plan without regard to the charge, by golden section.
fn with_charge(
    slots: &[Slot],
    battery: Option<BatteryNow>,
    charge: model::DemandCharge,
    free: SitePlan,
) -> SitePlan {
    let at = |peak: f64| {
        let limit = Power::new(peak.round() as u64).over(SLOT).unwrap_or(Energy::MAX);
        let limited = |it: &Slot| Slot { import: it.import.min(limit), ..it.clone() };
        let limited: Vec<Slot> = slots.iter().map(limited).collect();
        let found = plan_within(&limited, battery, Some(charge));
        (unmet_first(&found), found)
    };
    let (mut low, mut high) = (charge.declared.get() as f64, free.peak.get() as f64);
    let inner = |low: f64, high: f64| (high - (high - low) * GOLDEN, low + (high - low) * GOLDEN);
    let (left, right) = inner(low, high);
    let (mut a, mut b) = ((left, at(left)), (right, at(right)));
    let ends = [at(low), (unmet_first(&free), free)];
    for _ in 0..ROUNDS {
        if a.1.0 <= b.1.0 {
            (high, b) = (b.0, a);
            let left = inner(low, high).0;
            a = (left, at(left));
        } else {
            (low, a) = (a.0, b);
            let right = inner(low, high).1;
            b = (right, at(right));
        }
    }
    let [least, most] = ends;
    let better = |x: (Order, SitePlan), y: (Order, SitePlan)| if y.0 < x.0 { y } else { x };
    better(better(least, most), better(a.1, b.1)).1
}

/// Need that is not met, then what is made least.
type Order = (u64, i64);

fn unmet_first(plan: &SitePlan) -> Order {
    let unmet =
        plan.slots.iter().fold(0, |sum: u64, it| sum.saturating_add(it.flows.unserved.get()));
    (unmet, plan.weighed.get())
}

fn plan_within(
    slots: &[Slot],
    battery: Option<BatteryNow>,
    charge: Option<model::DemandCharge>,
) -> SitePlan {
    let steered = battery.and_then(|it| steered(slots, it));
    let mut planned = Vec::with_capacity(slots.len());
    for (at, slot) in slots.iter().enumerate() {
        let given = steered.as_ref().and_then(|it| it.0.given.get(at)).copied().unwrap_or(IDLE);
        let stored = steered.as_ref().and_then(|it| it.0.stored.get(at)).copied();
        planned.push(done(slot, given, stored.unwrap_or(0.0), battery));
    }
    let refill = refill_carbon(slots, &planned, battery);
    let mut more = f64::INFINITY;
    for (at, (slot, it)) in slots.iter().zip(&mut planned).enumerate() {
        let here = steered.as_ref().and_then(|(way, to_go)| {
            let (given, stored) = (*way.given.get(at)?, *way.stored.get(at)?);
            Some(Here { given, stored, later: to_go.get(at)?, more })
        });
        let (now, is_grid) = slot.next(here.map_or(IDLE, |it| it.given), most(slot, battery) + 1.0);
        let by_grid = if is_grid { slot.rate.carbon } else { CarbonIntensity::ZERO };
        let stored = battery.zip(here).and_then(|(of, it)| it.taken_out(&of));
        let (cost, carbon) = match stored {
            Some(cost) if cost < now => (cost, CarbonIntensity::new(refill.round() as u64)),
            _ => (now, by_grid),
        };
        it.marginal_carbon = carbon;
        it.marginal_price = price(cost - slot.emitted(carbon));
        more = battery.zip(here).map_or(more, |(of, it)| it.put_in(&of, now));
    }
    summed(slots, planned, battery, charge)
}

fn storage(battery: &BatteryNow) -> Storage {
    let of = battery.battery;
    Storage {
        capacity: kwh(of.energy),
        power: of.power.over(SLOT).map_or(0.0, kwh),
        efficiency: of.efficiency.get() as f64 / 1e6,
    }
}

/// More than a slot can need.
fn most(slot: &Slot, battery: Option<BatteryNow>) -> f64 {
    let charged = battery.and_then(|it| it.battery.power.over(SLOT)).map_or(0.0, kwh);
    kwh(slot.load) + charged + 1.0
}

fn steered(slots: &[Slot], battery: BatteryNow) -> Option<(Dispatch, Vec<Pieces>)> {
    let store = storage(&battery);
    let wear = yuan(battery.battery.cycle_cost);
    let step = |slot: &Slot| {
        let curves = slot.curves(most(slot, Some(battery)));
        store.needed(&curves, kwh(slot.load), wear, !slot.is_convex())
    };
    let steps: Vec<_> = slots.iter().map(step).collect();
    let floors: Vec<f64> = slots.iter().map(|it| kwh(it.floor)).collect();
    store.dispatch_above(&steps, &floors, kwh(battery.stored))
}

fn done(slot: &Slot, given: f64, stored: f64, battery: Option<BatteryNow>) -> Planned {
    let (discharge, charge) = (energy(given), energy(-given));
    let signed = |it: Energy| i64::try_from(it.get()).unwrap_or(i64::MAX);
    let flows = slot.flows(signed(discharge) - signed(charge));
    let wear = battery.and_then(|it| it.battery.cycle_cost.times(discharge));
    Planned {
        flows,
        charge,
        discharge,
        stored: energy(stored),
        cost: slot.cost(&flows).saturating_add(wear.unwrap_or(Money::ZERO)),
        carbon: slot.carbon(&flows),
        marginal_price: EnergyPrice::ZERO,
        marginal_carbon: CarbonIntensity::ZERO,
    }
}

/// Behind a kWh that the battery gives: what the grid had when it was charged from it, and what is lost on the way.
fn refill_carbon(slots: &[Slot], planned: &[Planned], battery: Option<BatteryNow>) -> f64 {
    let Some(battery) = battery else { return 0.0 };
    let loss = (battery.battery.efficiency.get() as f64 / 1e6).powi(2).max(f64::EPSILON);
    let (mut carbon, mut all) = (0.0, 0.0);
    for (slot, it) in slots.iter().zip(planned) {
        let charged = kwh(it.charge);
        all += charged;
        carbon += charged.min(kwh(it.flows.import)) * slot.rate.carbon.get() as f64;
    }
    if all > 0.0 { carbon / all / loss } else { 0.0 }
}

/// The battery in a slot.
#[derive(Clone, Copy)]
struct Here<'a> {
    given: f64,
    /// After the slot.
    stored: f64,
    /// What the rest costs then, by what is stored.
    later: &'a Pieces,
    /// What it costs to come into the slot with one kWh more.
    more: f64,
}

impl Here<'_> {
    /// What one kWh more costs if the battery gives it, or takes it less: it is bought before, or is missing later.
    fn taken_out(&self, of: &BatteryNow) -> Option<f64> {
        let store = storage(of);
        if self.given + LITTLE > store.power {
            return None;
        }
        let missing = (self.later.at(self.stored - LITTLE) - self.later.at(self.stored)) / LITTLE;
        let value = if self.stored < LITTLE { self.more } else { missing.min(self.more) };
        Some(if self.given < -LITTLE {
            value * store.efficiency
        } else {
            value / store.efficiency + yuan(of.battery.cycle_cost)
        })
    }

    /// What it costs to leave the slot with one kWh more, if one more costs `now` in it.
    fn put_in(&self, of: &BatteryNow, now: f64) -> f64 {
        let store = storage(of);
        if self.stored + LITTLE > store.capacity {
            return f64::INFINITY;
        }
        let cost = if self.given > LITTLE {
            (now - yuan(of.battery.cycle_cost)) * store.efficiency
        } else if self.given - LITTLE > -store.power {
            now / store.efficiency
        } else {
            f64::INFINITY
        };
        cost.min(self.more)
    }
}

fn summed(
    of: &[Slot],
    slots: Vec<Planned>,
    battery: Option<BatteryNow>,
    charge: Option<model::DemandCharge>,
) -> SitePlan {
    let through = |it: &Planned| it.flows.import.saturating_add(it.flows.contracted);
    let highest = slots.iter().map(through).max().unwrap_or(Energy::ZERO);
    let a_slot = Span::hours(1).get() / SLOT.get();
    // mJ in a quarter of an hour to mW.
    let peak = Power::new(highest.get().saturating_mul(a_slot) / 3_600);
    let demand_charge = charge.map_or(Money::ZERO, |it| {
        let above = i128::from(peak.saturating_sub(it.declared).get());
        let cost = i128::from(it.per_kw.get()) * above / 1_000_000;
        Money::new(i64::try_from(cost).unwrap_or(i64::MAX))
    });
    let cost = slots.iter().fold(demand_charge, |sum, it| sum.saturating_add(it.cost));
    let worn = |it: &Planned| battery.and_then(|of| of.battery.cycle_cost.times(it.discharge));
    let wear = slots.iter().filter_map(worn).fold(Money::ZERO, Money::saturating_add);
    let carbon = slots.iter().fold(Carbon::ZERO, |sum, it| sum.saturating_add(it.carbon));
    let emitted = of.first().and_then(|it| it.carbon_price.times(carbon));
    let weighed = cost.saturating_add(emitted.unwrap_or(Money::ZERO));
    SitePlan { slots, cost, carbon, weighed, peak, demand_charge, wear }
}

#[cfg(test)]
mod tests;
