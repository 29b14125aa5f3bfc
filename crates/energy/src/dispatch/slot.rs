//! One quarter of an hour of a site: what it can be supplied from, and what a need costs.

use units::{Carbon, CarbonIntensity, CarbonPrice, Energy, EnergyPrice, Money};

use crate::{Rate, storage::Curve};

/// What is known of a slot before it is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What the facility needs.
    pub load: Energy,
    /// What its own sun and wind give, for nothing.
    pub own: Energy,
    /// What contracts offer, and for how much; it comes through the grid connection.
    pub contracts: Vec<(EnergyPrice, Energy)>,
    /// Of the grid.
    pub rate: Rate,
    /// What emissions of the grid count as, beside its price; zero looks at money alone.
    pub carbon_price: CarbonPrice,
    /// The most that may come through the grid connection, and the most that may be given.
    pub import: Energy,
    pub export: Energy,
    pub export_price: EnergyPrice,
    /// What the battery keeps after the slot.
    pub floor: Energy,
}

/// Where everything goes in a slot. Load = own + contracted + import - export + given - taken + unserved, but for mJ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flows {
    /// Own generation that is used, stored or given to the grid.
    pub own: Energy,
    /// Own generation that is not.
    pub curtailed: Energy,
    pub contracted: Energy,
    pub contracted_cost: Money,
    /// From the grid, beside contracts.
    pub import: Energy,
    pub export: Energy,
    /// Need that nothing could meet.
    pub unserved: Energy,
}

/// A kWh that is needed and not there, and one that has nowhere to go, yuan: above any price.
const LOST: f64 = 1_000.0;
const KWH: Energy = Energy::new(3_600_000_000);
const MJ_PER_KWH: f64 = 3_600_000_000.0;
const NANO: f64 = 1_000_000_000.0;

/// From where, in order of price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Own,
    Contract,
    Grid,
}

pub(crate) fn kwh(energy: Energy) -> f64 {
    energy.get() as f64 / MJ_PER_KWH
}

pub(crate) fn yuan(price: EnergyPrice) -> f64 {
    price.get() as f64 / NANO
}

/// Rounded; nothing where it is below zero.
pub(crate) fn energy(kwh: f64) -> Energy {
    Energy::new((kwh * MJ_PER_KWH).round().max(0.0) as u64)
}

pub(crate) fn price(yuan: f64) -> EnergyPrice {
    EnergyPrice::new((yuan * NANO).round() as i64)
}

impl Slot {
    /// Of one kWh of the grid, with what it emits.
    fn grid_price(&self) -> EnergyPrice {
        EnergyPrice::new(self.carbon_cost(self.rate.carbon).saturating_add(self.rate.price.get()))
    }

    /// What the emissions of a kWh count as, nano-yuan.
    fn carbon_cost(&self, of: CarbonIntensity) -> i64 {
        of.times(KWH).and_then(|it| self.carbon_price.times(it)).map_or(i64::MAX, Money::get)
    }

    /// The same in yuan.
    pub(crate) fn emitted(&self, of: CarbonIntensity) -> f64 {
        self.carbon_cost(of) as f64 / NANO
    }

    /// What can be had, the cheapest first, within the grid connection; emissions count.
    fn sources(&self) -> Vec<(EnergyPrice, Source, Energy)> {
        let mut all = vec![
            (EnergyPrice::ZERO, Source::Own, self.own),
            (self.grid_price(), Source::Grid, self.import),
        ];
        all.extend(self.contracts.iter().map(|it| (it.0, Source::Contract, it.1)));
        all.sort_unstable();
        let mut left = self.import;
        for (_, source, amount) in &mut all {
            if *source != Source::Own {
                *amount = (*amount).min(left);
                left = left.saturating_sub(*amount);
            }
        }
        all
    }

    /// Whether one unit more always costs no less than the one before, and never less than nothing.
    pub(crate) fn is_convex(&self) -> bool {
        let paid = self.contracts.iter().map(|it| it.0).chain([self.grid_price()]);
        let least = if self.export.is_zero() {
            EnergyPrice::ZERO
        } else {
            self.export_price.max(EnergyPrice::ZERO)
        };
        paid.min().is_some_and(|it| it >= least)
            && (self.export.is_zero() || self.export_price >= EnergyPrice::ZERO)
    }

    /// What a need costs, in kWh and yuan: with power taken from the grid, and with power given to it; one where both
    /// are one convex curve. `most` is more than can be needed.
    pub(crate) fn curves(&self, most: f64) -> Vec<Curve> {
        let taking = self.taking(most);
        if self.export.is_zero() {
            return vec![taking];
        }
        let giving = self.giving();
        if !self.is_convex() {
            return vec![taking, giving];
        }
        let own = kwh(self.own);
        let mut points = giving.points;
        points.extend(taking.points.into_iter().filter(|it| it.0 > own));
        vec![Curve { points, before: LOST, after: LOST }]
    }

    fn taking(&self, most: f64) -> Curve {
        let (mut need, mut cost) = (0.0, 0.0);
        let mut points = vec![(need, cost)];
        for (price, _, amount) in self.sources() {
            let amount = kwh(amount).min((most - need).max(0.0));
            need += amount;
            cost += amount * yuan(price);
            points.push((need, cost));
        }
        Curve { points, before: LOST, after: LOST }
    }

    fn giving(&self) -> Curve {
        let (own, export, paid) = (kwh(self.own), kwh(self.export), yuan(self.export_price));
        let points = if paid > 0.0 {
            vec![(-export, -export * paid), (own - export, -export * paid), (own, 0.0)]
        } else {
            vec![(-export, -export * paid), (0.0, 0.0), (own, 0.0)]
        };
        Curve { points, before: LOST, after: LOST }
    }

    /// Where everything goes if the battery gives `given` (takes, if below zero), mJ: the cheaper of taking from the
    /// grid and giving to it.
    pub(crate) fn flows(&self, given: i64) -> Flows {
        let need = i64::try_from(self.load.get()).unwrap_or(i64::MAX).saturating_sub(given);
        let taken = self.when_taking(need);
        match self.when_giving(need) {
            Some(giving) if self.is_cheaper(&giving, &taken, need) => giving,
            _ => taken,
        }
    }

    fn is_cheaper(&self, giving: &Flows, taking: &Flows, need: i64) -> bool {
        need < 0 || taking.unserved.is_zero() && self.weighed(giving) < self.weighed(taking)
    }

    fn when_taking(&self, need: i64) -> Flows {
        let mut left = Energy::new(u64::try_from(need).unwrap_or(0));
        let mut flows = Flows::default();
        for (price, source, amount) in self.sources() {
            let used = amount.min(left);
            left = left.saturating_sub(used);
            match source {
                Source::Own => flows.own = used,
                Source::Grid => flows.import = used,
                Source::Contract => {
                    flows.contracted = flows.contracted.saturating_add(used);
                    let cost = price.times(used).unwrap_or(Money::MAX);
                    flows.contracted_cost = flows.contracted_cost.saturating_add(cost);
                }
            }
        }
        Flows { unserved: left, curtailed: self.own.saturating_sub(flows.own), ..flows }
    }

    /// None where own generation does not meet the need, or too much would be given.
    fn when_giving(&self, need: i64) -> Option<Flows> {
        let own = i64::try_from(self.own.get()).ok()?;
        let export = i64::try_from(self.export.get()).ok()?;
        let spare = own.checked_sub(need)?;
        if export == 0 || spare < 0 || need.checked_neg()? > export {
            return None;
        }
        let is_paid = self.export_price > EnergyPrice::ZERO;
        let given = if is_paid { export.min(spare) } else { need.checked_neg()?.max(0) };
        let used = Energy::new(u64::try_from(need + given).ok()?);
        Some(Flows {
            own: used,
            curtailed: self.own.saturating_sub(used),
            export: Energy::new(u64::try_from(given).ok()?),
            ..Flows::default()
        })
    }

    /// What is paid to others, less what they pay; without wear.
    pub(crate) fn cost(&self, flows: &Flows) -> Money {
        let bought = self.rate.price.times(flows.import).unwrap_or(Money::MAX);
        let sold = self.export_price.times(flows.export).unwrap_or(Money::ZERO);
        bought.saturating_add(flows.contracted_cost).saturating_sub(sold)
    }

    /// [`Slot::cost`], with what is emitted at its price.
    pub(crate) fn weighed(&self, flows: &Flows) -> Money {
        let emitted = self.carbon_price.times(self.carbon(flows)).unwrap_or(Money::MAX);
        self.cost(flows).saturating_add(emitted)
    }

    /// What comes from the grid emits; own generation and contracts do not.
    pub(crate) fn carbon(&self, flows: &Flows) -> Carbon {
        self.rate.carbon.times(flows.import).unwrap_or(Carbon::MAX)
    }

    /// What one kWh more costs without the battery, with what it emits, and whether it comes from the grid.
    pub(crate) fn next(&self, given: f64, most: f64) -> (f64, bool) {
        let need = kwh(self.load) - given;
        let costs = |need: f64| {
            let all = self.curves(most).into_iter().map(|it| it.at(need));
            all.fold(f64::INFINITY, f64::min)
        };
        let slope = (costs(need + LITTLE) - costs(need)) / LITTLE;
        let (mut left, mut is_grid) = (need.max(0.0) + LITTLE, false);
        for (_, source, amount) in self.sources() {
            if left > 0.0 {
                is_grid = source == Source::Grid;
            }
            left -= kwh(amount);
        }
        (slope.min(LOST), is_grid)
    }
}

/// kWh: what is small beside any flow that matters.
pub(crate) const LITTLE: f64 = 1e-3;
