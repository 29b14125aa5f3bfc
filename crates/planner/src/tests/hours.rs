//! The bound by the hours against every start on a grid of minutes.

use energy::SiteEnergy;
use model::{Admission, CarbonSource, Coordinates, HourBand, SiteSpec, Tariff, TariffSeason};
use proptest::prelude::*;
use units::{CarbonIntensity, CarbonPrice, EnergyPrice, Pue, Span, Time};

use super::language::NOW;
use crate::hours::{Hours, PerKw};

const PUE: u64 = 1_250;

fn site(zone: &str, prices: &[i64], grams: &[u64]) -> SiteSpec {
    let band = |(hour, milli): (u8, &i64)| HourBand {
        name: format!("h{hour}"),
        from: hour,
        to: hour + 1,
        price: EnergyPrice::new(milli * 1_000_000),
    };
    let bands = (0..).zip(prices).map(band).collect();
    SiteSpec {
        organization: "o".parse().unwrap(),
        region: "r".parse().unwrap(),
        place: Coordinates { lat: 0.0, lon: 0.0 },
        time_zone: zone.into(),
        pue: Pue::new(PUE),
        tariff: Tariff {
            source: None,
            seasons: vec![TariffSeason { months: vec![], price: EnergyPrice::ZERO, bands }],
        },
        carbon: CarbonSource {
            intensity: CarbonIntensity::ZERO,
            by_hour: grams.iter().map(|it| CarbonIntensity::new(it * 1_000_000)).collect(),
            source: None,
        },
        power: None,
        electricity: None,
        admission: Admission::Open,
        maintenance: vec![],
        storage: None,
        rates: None,
    }
}

/// Weighted micro-yuan per kW of IT equipment, of a run that starts then.
fn exact(energy: &SiteEnergy, each: CarbonPrice, of: &PerKw, from: Time, start: Time) -> f64 {
    let sum = energy.sum(start, start.after(of.run));
    let carbon = sum.carbon as f64 * each.get() as f64 / 1e12;
    let money = of.price as f64 * sum.price as f64 + of.carbon as f64 * carbon;
    let waited = start.since(from).get() as f64;
    money * PUE as f64 / 1e3 / 3.6e6 / 1e3 + of.waiting as f64 * waited / 3.6e6
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_start_costs_less_than_the_hours_say_and_the_best_not_much_more(
        zone in prop::sample::select(vec!["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"]),
        prices in prop::collection::vec(-300_i64..2_000, 24),
        grams in prop::collection::vec(0_u64..900, 24),
        weights in (0_i64..3, 0_i64..3),
        waiting in prop_oneof![Just(0_i64), 0_i64..2_000_000],
        (run, after, within) in (1_u64..1_500, 0_u64..600, 0_u64..2_000),
    ) {
        let mut energy = SiteEnergy::new(&site(zone, &prices, &grams));
        let from = NOW.after(Span::minutes(after));
        let last = from.after(Span::minutes(within));
        let of = PerKw { price: weights.0, carbon: weights.1, waiting, run: Span::minutes(run) };
        energy.cover(NOW, last.after(of.run));
        let each: CarbonPrice = "80CNY/t".parse().unwrap();
        let hours = Hours::new(&energy, Pue::new(PUE), each);
        let bound = hours.least(&of, from, last).unwrap() as f64;
        let starts = (0..=within).map(|minute| from.after(Span::minutes(minute)));
        let best = starts.map(|at| exact(&energy, each, &of, from, at)).fold(f64::MAX, f64::min);
        prop_assert!(bound <= best + 1e-3, "{bound} is above {best}");
        // Off by the hour in which it starts and the one in which it ends, at most; zones of half hours by more.
        let steepest = 2_300_000.0 * weights.0 as f64 + 72_000.0 * weights.1 as f64;
        let blur = 2.0 * steepest * PUE as f64 / 1e3 + waiting as f64 + 100.0;
        let is_near = zone == "Asia/Kolkata" || bound >= best - blur;
        prop_assert!(is_near, "{bound} is far below {best}");
    }
}
