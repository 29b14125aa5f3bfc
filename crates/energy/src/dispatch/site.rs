//! The slots of a site, from its description and its rates.

use model::{Electricity, Supply};
use units::{CarbonPrice, Energy, EnergyPrice, Power, Span, Time};

use super::Slot;
use crate::{Rate, SiteEnergy};

/// A quarter of an hour.
pub const SLOT: Span = Span::minutes(15);
/// A connection without a limit, mJ in a slot: 10 GW.
const UNLIMITED: Energy = Energy::new(9_000_000_000_000_000);
const WHOLE: u128 = 1_000_000;

/// As many slots as there are loads of jobs, from `from` on. In `island` no grid is there, and the battery's reserve may
/// be used. Emissions of the grid count at `carbon_price`.
#[must_use]
pub fn slots(
    of: &Electricity,
    (rates, carbon_price): (&SiteEnergy, CarbonPrice),
    from: Time,
    jobs: &[Energy],
    island: Option<(Time, Time)>,
) -> Vec<Slot> {
    let mut at = from;
    let slot = |load: &Energy| {
        let (start, end) = (at, at.after(SLOT));
        at = end;
        let is_island = island.is_some_and(|it| it.0 < end && start < it.1);
        slot(of, (rates, carbon_price), (start, end), *load, is_island)
    };
    jobs.iter().map(slot).collect()
}

fn slot(
    of: &Electricity,
    (rates, carbon_price): (&SiteEnergy, CarbonPrice),
    (from, to): (Time, Time),
    jobs: Energy,
    is_island: bool,
) -> Slot {
    let in_slot = |power: Power| power.over(SLOT).unwrap_or(Energy::MAX).min(UNLIMITED);
    let hour = rates.hour_at(from);
    let given = |it: &Supply| part(in_slot(it.power), it, hour);
    let sum = rates.sum(from, to);
    let grid = of.grid.clone().unwrap_or_default();
    let own = of.generation.iter().map(given).fold(Energy::ZERO, Energy::saturating_add);
    let contracts = of.contracts.iter();
    let floor = of.battery.map_or(Energy::ZERO, |it| it.reserve);
    let unless_island = |it: Energy| if is_island { Energy::ZERO } else { it };
    Slot {
        load: jobs.saturating_add(in_slot(of.base_load)).min(UNLIMITED),
        own,
        contracts: contracts.map(|it| (it.price.unwrap_or(EnergyPrice::ZERO), given(it))).collect(),
        rate: Rate { price: sum.mean_price(), carbon: sum.mean_carbon() },
        carbon_price,
        import: unless_island(grid.import.map_or(UNLIMITED, in_slot)),
        export: unless_island(in_slot(grid.export)),
        export_price: grid.export_price,
        floor: unless_island(floor),
    }
}

fn part(all: Energy, of: &Supply, hour: usize) -> Energy {
    let share = of.by_hour.get(hour).map_or(WHOLE, |it| u128::from(it.get()));
    Energy::new(u64::try_from(u128::from(all.get()) * share / WHOLE).unwrap_or(u64::MAX))
}
