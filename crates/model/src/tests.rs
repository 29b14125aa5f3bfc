use units::{EnergyPrice, Pue};

use super::*;

#[test]
fn names_are_dns_labels() {
    assert!("gui-an-1".parse::<Name>().is_ok());
    for bad in ["", "-a", "a-", "A", "a_b", "贵安", &"x".repeat(64)] {
        assert!(bad.parse::<Name>().is_err(), "{bad}");
    }
    let id: TaskId = "demo.hello-1.3.2".parse().unwrap();
    assert_eq!((id.index, id.attempt, id.to_string().as_str()), (3, 2, "demo.hello-1.3.2"));
}

#[test]
fn a_tariff_puts_each_month_in_one_season() {
    let mut site = SiteSpec {
        organization: "o".parse().unwrap(),
        region: "r".parse().unwrap(),
        place: Coordinates { lat: 40.0, lon: 110.0 },
        time_zone: "Asia/Shanghai".into(),
        pue: Pue::new(1_200),
        tariff: Tariff::flat(EnergyPrice::new(1)),
        carbon: CarbonSource {
            intensity: "500gCO2/kWh".parse().unwrap(),
            by_hour: vec![],
            source: None,
        },
        electricity: None,
        admission: crate::Admission::Open,
        maintenance: vec![],
        storage: None,
        rates: None,
        power: None,
    };
    assert_eq!(Spec::Site(site.clone()).check(), vec![]);
    site.tariff.seasons[0].months = vec![1, 2];
    site.pue = Pue::new(900);
    site.time_zone = "Mars/Olympus".into();
    let wrong: Vec<String> = Spec::Site(site).check().iter().map(ToString::to_string).collect();
    assert!(wrong[0].starts_with("spec.pue: a PUE of 0.9 cannot be"), "{wrong:?}");
    assert!(wrong[1].starts_with("spec.time_zone: `Mars/Olympus`"), "{wrong:?}");
    assert_eq!(wrong.len(), 2 + 10, "{wrong:?}");
}

#[test]
fn a_job_says_what_to_run() {
    let job: JobSpec = serde_json::from_str("{}").unwrap();
    let wrong = Spec::Job(Box::new(job)).check();
    assert_eq!(wrong[0].to_string(), "spec.command: say what to run: give `command` or `script`");
}

#[test]
fn distance_is_on_the_sphere() {
    let beijing = Coordinates { lat: 39.9042, lon: 116.4074 };
    let shanghai = Coordinates { lat: 31.2304, lon: 121.4737 };
    let km = great_circle_m(beijing, shanghai) / 1000.0;
    assert!((km - 1067.0).abs() < 2.0, "{km}");
}

#[test]
fn a_better_rule_got_further() {
    assert!(Rule::Budget > Rule::Capacity && Rule::Capacity > Rule::Region);
    assert!(Rule::Capacity.may_pass() && !Rule::Budget.may_pass());
}
