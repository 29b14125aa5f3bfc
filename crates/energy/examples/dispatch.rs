//! How long the supply of a site over 48 h takes to plan, without and with a demand charge, and with prices that fall below
//! zero at noon:
//! `cargo run --release -p energy --example dispatch`.

#![expect(clippy::print_stdout, reason = "it is run to be read")]
#![expect(clippy::disallowed_types, reason = "it measures")]

use std::time::Instant;

use energy::{
    Rate,
    dispatch::{BatteryNow, SLOT, Slot, plan},
};
use model::{Battery, DemandCharge};
use units::{CarbonIntensity, CarbonPrice, Energy, EnergyPrice, Money, Power, Share};

const SLOTS: usize = 192;
const TIMES: u32 = 20;

fn main() {
    let battery = Battery {
        energy: kwh(2_000.0),
        power: Power::new(500_000_000),
        efficiency: Share::new(950_000),
        cycle_cost: EnergyPrice::new(30_000_000),
        reserve: kwh(200.0),
    };
    let battery = BatteryNow { battery, stored: kwh(800.0) };
    let charge =
        DemandCharge { declared: Power::new(200_000_000), per_kw: Money::new(2_000_000_000) };
    for (prices, fall) in [("above zero", 0.1), ("below zero at noon", 0.5)] {
        let slots: Vec<Slot> = (0..SLOTS).map(|at| slot(at, fall)).collect();
        for (name, charge) in [("no demand charge", None), ("demand charge", Some(charge))] {
            let begun = Instant::now();
            let costs: Vec<Money> =
                (0..TIMES).map(|_| plan(&slots, Some(battery), charge).weighed).collect();
            let each = begun.elapsed().as_secs_f64() * 1e3 / f64::from(TIMES);
            let cost = costs.first().copied().unwrap_or_default();
            println!("prices {prices}, {name}: {each:.2} ms, {SLOTS} slots, {cost}");
        }
    }
}

fn kwh(it: f64) -> Energy {
    Energy::new((it * 3.6e9) as u64)
}

fn slot(at: usize, fall: f64) -> Slot {
    let day = (at % 96) as f64 / 96.0;
    let sun = ((day - 0.25) * std::f64::consts::TAU).sin().max(0.0);
    let price = 0.4 + 0.3 * (day * 2.0 * std::f64::consts::TAU).cos() - fall * sun;
    Slot {
        load: kwh(80.0 + 40.0 * ((at * 7919) % 13) as f64 / 13.0),
        own: kwh(150.0 * sun),
        contracts: vec![(EnergyPrice::new(350_000_000), kwh(20.0))],
        rate: Rate {
            price: EnergyPrice::new((price * 1e9) as i64),
            carbon: CarbonIntensity::new((600.0 - 300.0 * sun) as u64 * 1_000_000),
        },
        carbon_price: CarbonPrice::new(90_000_000_000),
        import: Power::new(800_000_000).over(SLOT).unwrap_or(Energy::MAX),
        export: kwh(60.0),
        export_price: EnergyPrice::new(200_000_000),
        floor: kwh(200.0),
    }
}
