use expect_test::expect;
use model::{CarbonSource, Coordinates, HourBand, SiteSpec, Tariff, TariffSeason};
use proptest::prelude::*;
use units::{CarbonIntensity, EnergyPrice, Power, Pue, Span, Time};

use super::*;

fn band(name: &str, from: u8, to: u8, price: &str) -> HourBand {
    HourBand { name: name.into(), from, to, price: price.parse().unwrap() }
}

fn season(months: &[u8], price: &str, bands: Vec<HourBand>) -> TariffSeason {
    TariffSeason { months: months.to_vec(), price: price.parse().unwrap(), bands }
}

fn site(zone: &str, seasons: Vec<TariffSeason>, by_hour: Vec<CarbonIntensity>) -> SiteSpec {
    SiteSpec {
        organization: "grid".parse().unwrap(),
        region: "r".parse().unwrap(),
        place: Coordinates { lat: 0.0, lon: 0.0 },
        time_zone: zone.into(),
        pue: Pue::ONE,
        tariff: Tariff { source: None, seasons },
        carbon: CarbonSource { intensity: "500gCO2/kWh".parse().unwrap(), by_hour, source: None },
        power: None,
        electricity: None,
        admission: model::Admission::Open,
        maintenance: vec![],
        storage: None,
        rates: None,
    }
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// The changes of rate in an interval, one a line.
fn told(spec: &SiteSpec, from: &str, to: &str) -> String {
    let mut energy = SiteEnergy::new(spec);
    energy.cover(at(from), at(to));
    let changes = energy.changes_between(at(from), at(to));
    let times = std::iter::once(at(from)).chain(changes);
    times.map(|t| format!("{t} {} {}\n", energy.price_at(t), energy.carbon_at(t))).collect()
}

fn two_seasons() -> Vec<TariffSeason> {
    vec![
        season(
            &[1, 2, 12],
            "0.5CNY/kWh",
            vec![band("peak", 18, 24, "0.9CNY/kWh"), band("valley", 0, 7, "0.2CNY/kWh")],
        ),
        season(
            &[3, 4, 5, 6, 7, 8, 9, 10, 11],
            "0.4CNY/kWh",
            vec![band("valley", 2, 3, "0.1CNY/kWh")],
        ),
    ]
}

#[test]
fn a_band_may_end_at_midnight_and_a_season_with_its_month() {
    let told = told(
        &site("Asia/Shanghai", two_seasons(), vec![]),
        "2026-02-28T00:00:00+08:00",
        "2026-03-02T00:00:00+08:00",
    );
    expect![[r#"
        2026-02-27T16:00:00Z 200CNY/MWh 500gCO2/kWh
        2026-02-27T23:00:00Z 500CNY/MWh 500gCO2/kWh
        2026-02-28T10:00:00Z 900CNY/MWh 500gCO2/kWh
        2026-02-28T16:00:00Z 400CNY/MWh 500gCO2/kWh
        2026-02-28T18:00:00Z 100CNY/MWh 500gCO2/kWh
        2026-02-28T19:00:00Z 400CNY/MWh 500gCO2/kWh
    "#]]
    .assert_eq(&told);
}

/// On 2026-03-29 Berlin has no hour 2; on 2026-10-25 it has it twice.
#[test]
fn daylight_saving_skips_and_repeats_an_hour() {
    let berlin = site("Europe/Berlin", two_seasons(), vec![]);
    expect![[r#"
        2026-03-28T12:00:00Z 400CNY/MWh 500gCO2/kWh
        2026-03-30T00:00:00Z 100CNY/MWh 500gCO2/kWh
        2026-03-30T01:00:00Z 400CNY/MWh 500gCO2/kWh
    "#]]
    .assert_eq(&told(&berlin, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"));
    expect![[r#"
        2026-10-24T12:00:00Z 400CNY/MWh 500gCO2/kWh
        2026-10-25T00:00:00Z 100CNY/MWh 500gCO2/kWh
        2026-10-25T02:00:00Z 400CNY/MWh 500gCO2/kWh
    "#]]
    .assert_eq(&told(&berlin, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"));
}

#[test]
fn a_zone_of_half_hours_changes_at_half_hours() {
    let india = site("Asia/Kolkata", two_seasons(), vec![]);
    expect![[r#"
        2026-06-01T00:00:00Z 400CNY/MWh 500gCO2/kWh
        2026-06-01T20:30:00Z 100CNY/MWh 500gCO2/kWh
        2026-06-01T21:30:00Z 400CNY/MWh 500gCO2/kWh
    "#]]
    .assert_eq(&told(&india, "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"));
}

#[test]
fn a_kilowatt_over_a_day_pays_each_band() {
    let energy = SiteEnergy::new(&site("Asia/Shanghai", two_seasons(), vec![]));
    let (from, to) = (at("2026-01-05T00:00:00+08:00"), at("2026-01-06T00:00:00+08:00"));
    let power: Power = "1kW".parse().unwrap();
    // 7h at 0.2, 11h at 0.5, 6h at 0.9.
    assert_eq!(energy.cost(power, from, to), Some("12.3CNY".parse().unwrap()));
    assert_eq!(energy.carbon(power, from, to), Some("12kgCO2".parse().unwrap()));
    assert_eq!(energy.sum(from, to).mean_price(), EnergyPrice::new(512_500_000));
    assert_eq!(energy.cost(power, from, from), Some(units::Money::ZERO));
}

proptest! {
    /// Against one look a minute, which is exact here because rates change at full minutes.
    #[test]
    fn sums_are_what_the_minutes_add_up_to(
        zone in prop::sample::select(vec!["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]),
        hours in prop::collection::vec(1_u64..1000, 24), day in 0_i64..365, from in 0_i64..3000, minutes in 0_i64..3000,
    ) {
        let spec = site(zone, two_seasons(), hours.iter().map(|it| CarbonIntensity::new(it * 1_000_000)).collect());
        let mut energy = SiteEnergy::new(&spec);
        let from = Time::from_millis(1_767_225_600_000 + day * 86_400_000 + from * 60_000);
        let to = from.after(Span::minutes(minutes as u64));
        let each = |at: i64| Time::from_millis(from.as_millis() + at * 60_000);
        let price: i128 = (0..minutes).map(|m| i128::from(energy.price_at(each(m)).get()) * 60_000).sum();
        let carbon: i128 = (0..minutes).map(|m| i128::from(energy.carbon_at(each(m)).get()) * 60_000).sum();
        let sum = RateSum { price, carbon, ms: i128::from(minutes) * 60_000 };
        prop_assert_eq!(energy.sum(from, to), sum);
        energy.cover(from, to);
        prop_assert_eq!(energy.sum(from, to), sum);
        let (least, most) = (energy.min_rate().unwrap(), energy.max_rate().unwrap());
        prop_assert!(least.price <= sum.mean_price() && sum.mean_price() <= most.price || minutes == 0);
        prop_assert!(least.carbon <= sum.mean_carbon() && sum.mean_carbon() <= most.carbon || minutes == 0);
    }
}

#[test]
fn hours_that_are_told_replace_what_is_stated() {
    let mut energy = SiteEnergy::new(&site("Asia/Kolkata", two_seasons(), vec![]));
    let hour = |text: &str| at(text).as_millis() / 3_600_000;
    let told = Told {
        prices: [(hour("2026-06-01T01:00:00Z"), "-0.1CNY/kWh".parse().unwrap())].into(),
        carbon: [(hour("2026-06-01T02:00:00Z"), "90gCO2/kWh".parse().unwrap())].into(),
    };
    energy.tell(std::sync::Arc::new(told));
    energy.cover(at("2026-06-01T00:00:00Z"), at("2026-06-01T04:00:00Z"));
    let (from, to) = (at("2026-06-01T00:00:00Z"), at("2026-06-01T04:00:00Z"));
    let times = std::iter::once(from).chain(energy.changes_between(from, to));
    let told: Vec<String> =
        times.map(|at| format!("{at} {} {}", energy.price_at(at), energy.carbon_at(at))).collect();
    let expected = [
        "2026-06-01T00:00:00Z 400CNY/MWh 500gCO2/kWh",
        "2026-06-01T01:00:00Z -100CNY/MWh 500gCO2/kWh",
        "2026-06-01T02:00:00Z 400CNY/MWh 90gCO2/kWh",
        "2026-06-01T03:00:00Z 400CNY/MWh 500gCO2/kWh",
    ];
    assert_eq!(told, expected);
}
