use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn run(job: &str, site: &str, (start, end): (Time, Time), it: u64) -> EnergyUse {
    EnergyUse {
        job: job.parse().unwrap(),
        site: site.parse().unwrap(),
        attempt: 1,
        start,
        end,
        it: Energy::new(it),
        facility: Energy::new(it + it / 4),
        embodied: Carbon::new(it / 7),
    }
}

fn facts() -> Facts {
    Facts {
        carbon: "600gCO2/kWh".parse().unwrap(),
        residual: None,
        free_ppm: 0,
        metered: None,
        granular: Energy::ZERO,
        yearly: Energy::ZERO,
        water: WaterIntensity::new(1_800),
    }
}

#[test]
fn a_run_is_cut_at_full_hours() {
    let kwh = 3_600_000_000;
    let uses = [run("p.a", "s", (at("2026-03-01T00:30:00Z"), at("2026-03-01T02:00:00Z")), 3 * kwh)];
    let parts = account(&uses, |_, _| facts());
    let told: Vec<_> =
        parts.iter().map(|it| (it.hour.to_string(), it.sums.it.to_string())).collect();
    let expected = [("2026-03-01T00:00:00Z", "1kWh"), ("2026-03-01T01:00:00Z", "2kWh")];
    assert_eq!(told, expected.map(|(hour, it)| (hour.to_owned(), it.to_owned())));
    let all: Sums = parts.iter().map(|it| &it.sums).sum();
    assert_eq!(
        (all.facility, all.location),
        ("3.75kWh".parse().unwrap(), "2250gCO2".parse().unwrap())
    );
    assert_eq!(all.market, all.location);
    let wanted = Scores { pue: Some(1.25), cue: Some(0.75), wue: Some(1.8), cfe_pct: Some(0.0) };
    assert_eq!(Scores::of(&all), wanted);
    assert_eq!(sci(&all, 2), Some(Carbon::new((2_250_000_000 + 3 * kwh / 7) / 2)));
    assert_eq!(sci(&all, 0), None);
}

#[test]
fn location_and_market_stand_side_by_side() {
    let kwh = 3_600_000_000;
    let hour = (at("2026-03-01T00:00:00Z"), at("2026-03-01T01:00:00Z"));
    let uses = [run("p.a", "s", hour, 8 * kwh)];
    let told = |facts: Facts| {
        let all: Sums = account(&uses, |_, _| facts).iter().map(|it| &it.sums).sum();
        format!("{} {} {} {}", all.facility, all.location, all.market, all.free)
    };
    let covered = Facts { granular: Energy::new(4 * kwh), ..facts() };
    assert_eq!(told(covered), "10kWh 6kgCO2 3.6kgCO2 4kWh");
    // What is not of the hour lowers the market's figure and makes no hour free of carbon.
    let bought = Facts { yearly: Energy::new(kwh), ..covered };
    assert_eq!(told(bought), "10kWh 6kgCO2 3kgCO2 4kWh");
    let residual = Facts { residual: Some("800gCO2/kWh".parse().unwrap()), ..bought };
    assert_eq!(told(residual), "10kWh 6kgCO2 4kgCO2 4kWh");
    let grid = Facts { free_ppm: 500_000, ..residual };
    assert_eq!(told(grid), "10kWh 6kgCO2 4kgCO2 7kWh");
    // More certificates than use cover no more than there is.
    let much = Facts { granular: Energy::new(99 * kwh), ..grid };
    assert_eq!(told(much), "10kWh 6kgCO2 0ugCO2 10kWh");
    let metered = Facts { metered: Some(Energy::new(20 * kwh)), ..facts() };
    assert_eq!(told(metered), "20kWh 12kgCO2 12kgCO2 0mJ");
}

prop_compose! {
    fn uses()(all in prop::collection::vec((0_u8..4, 0_u8..3, 0_i64..20_000_000, 0_i64..20_000_000, 0_u64..1 << 50), 1..30))
    -> Vec<EnergyUse> {
        all.into_iter().map(|(job, site, start, long, it)| {
            let times = (Time::from_millis(start), Time::from_millis(start + long));
            run(&format!("p.j{job}"), &format!("s{site}"), times, it)
        }).collect()
    }
}

proptest! {
    #[test]
    fn parts_sum_to_the_sites_total(uses in uses(), carbon in 0_u64..1_000_000_000, meter: bool, granular in 0_u64..1 << 50) {
        let facts = Facts {
            carbon: CarbonIntensity::new(carbon),
            metered: meter.then_some(Energy::new(12_345_678_901)),
            granular: Energy::new(granular),
            ..facts()
        };
        let parts = account(&uses, |_, _| facts);
        let all: Sums = parts.iter().map(|it| &it.sums).sum();
        prop_assert_eq!(all.it.get(), uses.iter().map(|it| it.it.get()).sum::<u64>());
        prop_assert_eq!(all.embodied.get(), uses.iter().map(|it| it.embodied.get()).sum::<u64>());
        if !meter {
            prop_assert_eq!(all.facility.get(), uses.iter().map(|it| it.facility.get()).sum::<u64>());
            let used: u64 = used(&uses).values().map(|it| it.get()).sum();
            prop_assert_eq!(used, all.facility.get());
        }
        let mut hours: BTreeMap<(&Name, Time), Vec<&Sums>> = BTreeMap::new();
        for part in &parts {
            hours.entry((&part.site, part.hour)).or_default().push(&part.sums);
        }
        for ((site, hour), parts) in hours {
            let sum: Sums = parts.into_iter().sum();
            prop_assert_eq!(Some(sum.location), facts.carbon.times(sum.facility), "{} {}", site, hour);
            prop_assert_eq!(sum.granular, facts.granular.min(sum.facility));
            if meter {
                prop_assert_eq!(Some(sum.facility), facts.metered);
            }
        }
    }
}
