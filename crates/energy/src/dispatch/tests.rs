use proptest::prelude::*;
use units::{CarbonPrice, Share};

use super::*;
use crate::Rate;

const KWH: u64 = 3_600_000_000;

fn money(yuan: f64) -> EnergyPrice {
    price(yuan)
}

fn slot(load: f64, own: f64, grid: f64) -> Slot {
    Slot {
        load: energy(load),
        own: energy(own),
        contracts: Vec::new(),
        rate: Rate { price: money(grid), carbon: CarbonIntensity::new(500_000_000) },
        carbon_price: CarbonPrice::default(),
        import: energy(1_000.0),
        export: Energy::ZERO,
        export_price: EnergyPrice::ZERO,
        floor: Energy::ZERO,
    }
}

fn battery(kwh: f64, a_slot: f64, stored: f64) -> BatteryNow {
    let battery = model::Battery {
        energy: energy(kwh),
        power: Power::new((a_slot * 4.0e6) as u64),
        efficiency: Share::new(1_000_000),
        cycle_cost: EnergyPrice::ZERO,
        reserve: Energy::ZERO,
    };
    BatteryNow { battery, stored: energy(stored) }
}

fn yuan_of(it: Money) -> f64 {
    it.get() as f64 / 1e9
}

/// Every flow of every slot adds up, and limits are kept.
fn adds_up(slots: &[Slot], plan: &SitePlan) {
    let sum = |all: &[Energy]| all.iter().map(|it| i128::from(it.get())).sum::<i128>();
    for (slot, it) in slots.iter().zip(&plan.slots) {
        let flows = it.flows;
        let came = [flows.own, flows.contracted, flows.import, it.discharge, flows.unserved];
        let went = [slot.load, flows.export, it.charge];
        assert!((sum(&came) - sum(&went)).abs() <= 8, "{slot:?} {it:?}");
        assert!(flows.own.saturating_add(flows.curtailed) == slot.own, "{slot:?} {it:?}");
        assert!(flows.import.saturating_add(flows.contracted) <= slot.import);
        assert!(flows.export <= slot.export, "{slot:?} {it:?}");
        assert!(it.charge.is_zero() || it.discharge.is_zero());
        assert!(flows.export.is_zero() || flows.import.is_zero());
    }
}

#[test]
fn sun_that_is_left_serves_the_evening() {
    let slots = [slot(10.0, 30.0, 0.5), slot(10.0, 0.0, 1.0)];
    let plan = plan(&slots, Some(battery(15.0, 15.0, 0.0)), None);
    adds_up(&slots, &plan);
    assert_eq!((plan.cost, plan.carbon), (Money::ZERO, Carbon::ZERO));
    let [noon, evening] = plan.slots[..] else { panic!() };
    assert_eq!(evening.discharge, Energy::new(10 * KWH));
    // What is left is curtailed or stored for nothing: both are free.
    assert!(noon.charge >= Energy::new(10 * KWH) && noon.flows.curtailed >= energy(5.0));
    // One kWh more at noon is one that is curtailed.
    assert_eq!((noon.marginal_price, noon.marginal_carbon), Default::default());
    let without = super::plan(&slots, None, None);
    assert_eq!(without.cost, Money::new(10_000_000_000));
    assert_eq!(without.slots[1].marginal_price, money(1.0));
}

#[test]
fn contracts_come_before_a_dearer_grid_and_power_is_sold_at_the_end() {
    let mut first = slot(10.0, 0.0, 0.8);
    first.contracts = vec![(money(0.3), energy(6.0))];
    let mut second = slot(2.0, 10.0, 0.8);
    (second.export, second.export_price) = (energy(5.0), money(0.2));
    let slots = [first, second];
    let plan = plan(&slots, None, None);
    adds_up(&slots, &plan);
    assert_eq!(plan.cost, Money::new(1_800_000_000 + 3_200_000_000 - 1_000_000_000));
    let [first, second] = plan.slots[..] else { panic!() };
    assert_eq!((first.flows.contracted, first.flows.import), (energy(6.0), energy(4.0)));
    assert_eq!((second.flows.export, second.flows.curtailed), (energy(5.0), energy(3.0)));
    assert_eq!((first.marginal_price, second.marginal_price), (money(0.8), EnergyPrice::ZERO));
}

#[test]
fn below_zero_own_generation_gives_way_to_the_grid() {
    let mut slots = [slot(4.0, 10.0, -0.2), slot(4.0, 0.0, 0.5)];
    let plan = plan(&slots, Some(battery(3.0, 3.0, 0.0)), None);
    adds_up(&slots, &plan);
    assert_eq!(plan.slots[0].flows.import, energy(7.0));
    assert!((yuan_of(plan.cost) - (-1.4 + 0.5)).abs() < 1e-6, "{plan:?}");
    // Where giving is paid better than taking, all is given.
    (slots[0].export, slots[0].export_price) = (energy(10.0), money(0.4));
    let plan = super::plan(&slots, None, None);
    adds_up(&slots, &plan);
    assert_eq!(plan.slots[0].flows.export, energy(6.0));
}

#[test]
fn the_reserve_is_for_islands() {
    let reserve = |mut it: Slot, on_grid: bool| {
        (it.floor, it.import) =
            if on_grid { (energy(6.0), it.import) } else { (Energy::ZERO, Energy::ZERO) };
        it
    };
    let dear = [reserve(slot(5.0, 0.0, 2.0), true), reserve(slot(5.0, 0.0, 1.0), true)];
    let held = plan(&dear, Some(battery(10.0, 10.0, 8.0)), None);
    adds_up(&dear, &held);
    assert_eq!((held.slots[0].discharge, held.slots[1].stored), (energy(2.0), energy(6.0)));
    let island = [reserve(slot(5.0, 1.0, 2.0), false), reserve(slot(5.0, 0.0, 1.0), false)];
    let alone = plan(&island, Some(battery(10.0, 10.0, 8.0)), None);
    adds_up(&island, &alone);
    let missing = alone.slots.iter().map(|it| it.flows.unserved.get()).sum::<u64>();
    assert_eq!(missing, KWH);
    let bare = plan(&island, None, None);
    assert_eq!(bare.slots.iter().map(|it| it.flows.unserved.get()).sum::<u64>(), 9 * KWH);
}

#[test]
fn a_battery_takes_the_clean_hour_where_carbon_costs_more_than_it_saves() {
    let hour = |price: f64, grams: u64, load: f64, tonne: i64| {
        let it = slot(load, 0.0, price);
        let rate = Rate { carbon: CarbonIntensity::new(grams * 1_000_000), ..it.rate };
        Slot { rate, carbon_price: CarbonPrice::new(tonne * 1_000_000_000), ..it }
    };
    let day = |tonne| {
        let all = [(0.2, 900, 0.0), (0.3, 100, 0.0), (1.0, 900, 5.0)];
        let slots = all.map(|it| hour(it.0, it.1, it.2, tonne));
        let found = plan(&slots, Some(battery(5.0, 5.0, 0.0)), None);
        adds_up(&slots, &found);
        found
    };
    // 800 g are worth 0.1 yuan at 125 yuan a tonne.
    let (dirty, clean) = (day(120), day(130));
    let grams = |it: &SitePlan| it.carbon.get() / 1_000_000;
    assert_eq!((yuan_of(dirty.cost), grams(&dirty)), (1.0, 4_500));
    assert_eq!((yuan_of(clean.cost), grams(&clean)), (1.5, 500));
}

#[test]
fn a_demand_charge_shaves_the_peak() {
    let slots = [slot(10.0, 0.0, 0.1), slot(30.0, 0.0, 0.1), slot(10.0, 0.0, 0.1)];
    let charge =
        model::DemandCharge { declared: Power::new(40_000_000), per_kw: Money::new(1_000_000_000) };
    let store = Some(battery(20.0, 20.0, 0.0));
    let plan = plan(&slots, store, Some(charge));
    adds_up(&slots, &plan);
    // 20 kWh in each of the first two quarters: 80 kW, 40 above what is declared.
    assert!((yuan_of(plan.demand_charge) - 40.0).abs() < 0.01, "{plan:?}");
    assert!((yuan_of(plan.cost) - 45.0).abs() < 0.02, "{plan:?}");
}

#[test]
fn a_meter_of_one_kwh_more_agrees_with_the_marginal_price() {
    let shape = |at: usize| (at as f64 * 0.7).sin();
    let make = |more: usize| -> Vec<Slot> {
        let one = |at: usize| {
            let more = if at == more { 0.01 } else { 0.0 };
            let own = (shape(at) * 40.0).max(0.0);
            let mut it = slot(11.0 + more, own, 0.31 + 0.05 * ((at * 7) % 11) as f64);
            it.rate.carbon = CarbonIntensity::new(100_000_000 * (at as u64 % 8));
            Slot { carbon_price: CarbonPrice::new(200_000_000_000), ..it }
        };
        (0..24).map(one).collect()
    };
    let mut store = battery(37.0, 9.0, 3.0);
    store.battery.efficiency = Share::new(900_000);
    store.battery.cycle_cost = money(0.03);
    let base = plan(&make(usize::MAX), Some(store), None);
    adds_up(&make(usize::MAX), &base);
    for at in 0..24 {
        let more = plan(&make(at), Some(store), None);
        let it = base.slots[at];
        let told = yuan(it.marginal_price) + make(at)[at].emitted(it.marginal_carbon);
        let found = (yuan_of(more.weighed) - yuan_of(base.weighed)) / 0.01;
        assert!((told - found).abs() < 0.002, "{at}: {told} {found}");
    }
}

/// All ways in whole kWh, for batteries without losses.
fn by_force(slots: &[Slot], capacity: i64, power: i64, start: i64) -> f64 {
    let mut costs = vec![f64::INFINITY; capacity as usize + 1];
    costs[start as usize] = 0.0;
    for slot in slots {
        let mut next = vec![f64::INFINITY; capacity as usize + 1];
        for (from, cost) in costs.iter().enumerate().filter(|it| it.1.is_finite()) {
            for given in -power..=power {
                let to = from as i64 - given;
                if !(0..=capacity).contains(&to) {
                    continue;
                }
                let flows = slot.flows(given * KWH as i64);
                let moved = i128::from(flows.own.get()) + i128::from(flows.import.get())
                    - i128::from(flows.export.get());
                let is_sound = flows.unserved.is_zero()
                    && moved == i128::from(slot.load.get()) - i128::from(given) * i128::from(KWH);
                if is_sound {
                    let paid = cost + yuan_of(slot.weighed(&flows));
                    next[to as usize] = next[to as usize].min(paid);
                }
            }
        }
        costs = next;
    }
    costs.into_iter().fold(f64::INFINITY, f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_other_way_costs_less(
        made in prop::collection::vec((0..8i64, 0..12i64, -6..10i64, 0..900u64), 1..7),
        tonne in 0..4i64,
        (capacity, power, start, export, paid) in (1..9i64, 1..5i64, 0..9i64, 0..6i64, -3..8i64),
    ) {
        let one = |&(load, own, cost, grams): &(i64, i64, i64, u64)| {
            let mut it = slot(load as f64, own as f64, cost as f64 / 10.0);
            it.rate.carbon = CarbonIntensity::new(grams * 1_000_000);
            it.carbon_price = CarbonPrice::new(tonne * 300_000_000_000);
            (it.export, it.export_price) = (energy(export as f64), money(paid as f64 / 10.0));
            it
        };
        let slots: Vec<Slot> = made.iter().map(one).collect();
        let start = start.min(capacity);
        let found = plan(&slots, Some(battery(capacity as f64, power as f64, start as f64)), None);
        adds_up(&slots, &found);
        let wanted = by_force(&slots, capacity, power, start);
        prop_assert!((yuan_of(found.weighed) - wanted).abs() < 1e-5, "{wanted} {found:?}");
    }
}
