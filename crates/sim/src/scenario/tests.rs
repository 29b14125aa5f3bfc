use std::path::Path;

use super::*;
use crate::{SimError, files::at_hand};

fn scenario(text: &str) -> Result<Scenario, SimError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.yaml");
    std::fs::write(&path, text).unwrap();
    read(&path)
}

const SMALL: &str = "
title: small
start: 2026-03-01T00:00:00Z
seed: 7
world: {rule: {sites: 5, units: 12}}
jobs:
  rule: {count: 120, every: 10m, run_time: [10m, 6h], tasks: [1, 6]}
  orders:
    - {command: [work], resources: {cores: 2}}
    - {command: [work], resources: {cores: 4}, exclusive: true}
  slack: [1h, 24h]
";

#[test]
fn everything_ends_and_repeats_to_the_byte() {
    let scenario = scenario(SMALL).unwrap();
    let report = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!(report.violations, 0, "{report:?}");
    assert_eq!(report.succeeded + report.refused + report.expired, 120, "{report:?}");
    assert!(report.succeeded > 110 && report.utilisation_pct > 10.0, "{report:?}");
    let again = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&report).unwrap());
}

#[test]
fn every_rule_carries_it_out_and_ours_costs_least() {
    let scenario = scenario(SMALL).unwrap();
    let of = |rule| run(&scenario, rule).unwrap();
    let ours = of(Rule::Jingwei);
    for rule in Rule::ALL {
        let report = of(rule);
        assert_eq!(report.violations, 0, "{report:?}");
        assert_eq!(report.succeeded + report.refused + report.expired + report.failed, 120);
        let dear = report.cost.get() as f64 * 1.02 >= ours.cost.get() as f64;
        assert!(dear || report.succeeded < ours.succeeded, "{report:?} beside {ours:?}");
    }
}

#[test]
fn nothing_is_lost_or_run_twice_when_much_goes_wrong() {
    let wrong = "
run_time_error: 0.4
forecast_error: 0.1
messages: {delay: [5ms, 3s], lost: 0.05, repeated: 0.05}
faults:
  - {at: 3h, for: 90m, site: s00001}
  - {at: 5h, for: 10h, site: s00003}
  - {at: 8h, for: 2h, link: l00000-00001}
";
    let scenario = scenario(&format!("{SMALL}{wrong}")).unwrap();
    let report = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!(report.violations, 0, "{report:?}");
    assert!(report.losses > 0, "{report:?}");
    assert_eq!(
        report.succeeded + report.refused + report.expired + report.failed,
        120,
        "{report:?}"
    );
    let again = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!(again, report);
}

#[test]
fn what_cannot_be_is_said() {
    let said =
        |text: &str| scenario(text).and_then(|it| run(&it, Rule::Jingwei)).unwrap_err().to_string();
    let after = |text: String| {
        text.rsplit("s.yaml:").next().unwrap().lines().next().unwrap().to_owned() + "\n"
    };
    let all = [
        after(said("start: soon")),
        after(said(&SMALL.replace("rule: {sites: 5, units: 12}", ""))),
        after(said(&SMALL.replace("orders:", "orders: []\n  other:"))),
        after(said(&format!("{SMALL}forecast_error: 7\n"))),
        after(said(&format!("{SMALL}faults: [{{at: 1h, for: 1h, site: nowhere}}]\n"))),
        after(said(&SMALL.replace("sites: 5", "sites: 1"))),
    ];
    expect_test::expect![[r#"
        1: `soon` is not a point in time: write a number and a unit, as "2026-03-01T08:00:00+08:00" at line 1, column 8
        1: world needs either files or a rule
        9: unknown field `other`, expected one of trace, rule, orders, slack at line 9, column 3
        1: forecast_error is 7: it has to be from 0 to 1
        faults[0] has to name one site or one link of the world
        world.rule: sites has to be from 2 to 10000, and units from 1 to 1000000
    "#]].assert_eq(&all.concat());
}

/// Two days of hours at which electricity costs and emits nothing at one site; the other has its tariff.
#[test]
fn hours_out_of_a_file_stand_in_for_a_tariff_as_far_as_they_go() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hours.csv");
    let row = |hour: u32| format!("2023-07-{:02}T{:02}:00Z,0,7\n", 3 + hour / 24, hour % 24);
    let rows: String = (0..48).map(row).collect();
    std::fs::write(&file, format!("t,free,seven\n{rows}")).unwrap();
    let of = |column: &str, from: &str, site: &str| {
        let course = format!("{{file: {}, column: {column}, from: {from}}}", file.display());
        format!("{SMALL}signals: [{{site: {site}, price: {course}, carbon: {course}}}]\n")
    };
    let ran = |text: &str| {
        let report = run(&scenario(text).unwrap(), Rule::Jingwei).unwrap();
        assert_eq!((report.violations, report.succeeded), (0, 120), "{report:?}");
        report
    };
    let (tariff, free) = (ran(SMALL), ran(&of("free", "2023-07-03", "s00001")));
    assert!(free.carbon_kg < tariff.carbon_kg * 0.75, "{free:?} beside {tariff:?}");
    assert!(free.cost < tariff.cost, "{free:?} beside {tariff:?}");
    let late = ran(&of("free", "2023-07-04T23:00", "s00001"));
    assert!(late.carbon_kg > free.carbon_kg, "an hour is known: {late:?} beside {free:?}");
    let unsure = ran(&format!("{}forecast_error: 0.1\n", of("seven", "2023-07-03", "s00001")));
    assert!(unsure.carbon_kg < tariff.carbon_kg, "{unsure:?} beside {tariff:?}");
    let said = |text: String| {
        let error = scenario(&text).and_then(|it| run(&it, Rule::Jingwei)).unwrap_err().to_string();
        error.rsplit("hours.csv:").next().unwrap().to_owned() + "\n"
    };
    let all = [
        said(of("none", "2023-07-03", "s00001")),
        said(of("free", "2023-07-09", "s00001")),
        said(of("free", "soon", "s00001")),
        said(of("free", "2023-07-03", "s00099")),
    ];
    expect_test::expect![[r#"
        1: there is no column "none", but free, seven
        1: fewer than two rows are in the range that is asked for
        "soon" is no date: it has to be like 2023-10-20
        the world: there is no site `s00099`
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn real_hours_of_markets_are_read() {
    if at_hand("energy/prices/day_ahead_or_spot_usd_per_mwh_to2023.csv.gz").is_none() {
        return;
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/scenarios/real-hours.yaml");
    let mut scenario = read(&path).unwrap();
    for signal in &mut scenario.signals {
        for course in signal.price.iter_mut().chain(&mut signal.carbon) {
            let name = course.file.to_str().unwrap().split_once("energy/").unwrap().1.to_owned();
            course.file = at_hand(&format!("energy/{name}")).unwrap();
        }
    }
    let report = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!((report.violations, report.succeeded), (0, 150), "{report:?}");
}

#[test]
fn a_trace_runs_in_a_world_of_files() {
    let Some(trace) = at_hand("energy/jobs/gaia_pai_1k.csv") else { return };
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/scenarios/east-west.yaml");
    let mut scenario = read(&path).unwrap();
    let part = scenario.jobs.trace.as_mut().unwrap();
    (part.file, part.take) = (trace, Some(100));
    let report = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!((report.violations, report.succeeded), (0, 100), "{report:?}");
}

fn file(name: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/scenarios");
    read(&folder.join(name)).unwrap()
}

fn example(name: &str) -> Report {
    let report = run(&file(name), Rule::Jingwei).unwrap();
    assert_eq!(report.violations, 0, "{report:?}");
    report
}

fn of_site(report: &Report, site: &str) -> Supply {
    report.supplied.supply[&site.parse().unwrap()]
}

#[test]
fn work_that_may_wait_follows_the_sun() {
    let mut scenario = file("source-load.yaml");
    let waits = run(&scenario, Rule::Jingwei).unwrap();
    scenario.jobs.slack = None;
    let at_once = run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!((waits.violations, at_once.violations), (0, 0));
    let (waits, at_once) = (of_site(&waits, "bare"), of_site(&at_once, "bare"));
    assert!(
        waits.own_kwh > at_once.own_kwh && waits.import_kwh < at_once.import_kwh,
        "{waits:?} {at_once:?}"
    );
    assert!(
        waits.cost < at_once.cost && waits.carbon_kg < at_once.carbon_kg,
        "{waits:?} {at_once:?}"
    );
}

#[test]
fn a_battery_carries_noon_into_the_evening() {
    let report = example("storage-load.yaml");
    let (with, without) = (of_site(&report, "sunny"), of_site(&report, "bare"));
    assert!(with.discharged_kwh > 500.0 && without.discharged_kwh == 0.0, "{report:?}");
    assert!(with.cost < without.cost && with.carbon_kg < without.carbon_kg, "{report:?}");
    let came = with.own_kwh + with.import_kwh + with.discharged_kwh;
    assert!(came > with.load_kwh + with.export_kwh, "what was charged came from somewhere");
}

#[test]
fn the_grid_gets_what_it_asks_for_and_is_refused_what_cannot_be() {
    let report = example("grid-load.yaml");
    let [first, second, third] = &report.supplied.demand_response[..] else { panic!("{report:?}") };
    for it in [first, second] {
        assert!(it.refused.is_none() && it.jobs > 0, "{it:?}");
        assert!(it.reached_s.is_some_and(|after| after <= 30.0), "{it:?}");
        assert!(it.delivered_kwh >= it.asked_kwh * 0.98, "{it:?}");
    }
    assert!(third.refused.as_ref().is_some_and(|it| it.contains("less than the cut")), "{third:?}");
    assert_eq!(report.succeeded, 60, "{report:?}");
}

#[test]
fn an_outage_is_bridged_by_a_battery() {
    let report = example("microgrid.yaml");
    let [noon, noon_bare, evening, bare] = &report.supplied.islands[..] else {
        panic!("{report:?}")
    };
    assert_eq!((noon.unserved_kwh, evening.unserved_kwh), (0.0, 0.0), "{report:?}");
    assert!(bare.unserved_kwh > 100.0, "{report:?}");
    assert!(noon_bare.unserved_kwh < bare.unserved_kwh, "sun helps at noon: {report:?}");
}

const PAUSED: &str = "
title: paused
start: 2026-03-01T00:00:00Z
seed: 7
world: {rule: {sites: 2, units: 12}}
jobs:
  rule: {count: 60, every: 20m, run_time: [6h, 12h], tasks: [1, 2]}
  orders:
    - {command: [work], checkpoint: {}, pauses: {least: 30m, overhead: 2m}}
  slack: [24h, 40h]
";

#[test]
fn jobs_that_may_be_paused_cost_less_and_end_in_time() {
    let text = scenario(PAUSED).unwrap();
    let paused = run(&text, Rule::Jingwei).unwrap();
    let whole = run(&text, Rule::Unpaused).unwrap();
    for report in [&paused, &whole] {
        assert_eq!((report.violations, report.succeeded), (0, 60), "{report:?}");
        // What is planned to end exactly at its deadline may be late by its graces.
        assert!(report.sla_misses <= 1, "{report:?}");
    }
    assert!(
        paused.cost < whole.cost && paused.carbon_kg < whole.carbon_kg,
        "{paused:?} beside {whole:?}"
    );
    // Also where sites are lost, runs take longer than said and words are late.
    let wrong = "
run_time_error: 0.2
messages: {delay: [5ms, 3s], lost: 0.02, repeated: 0.05}
faults:
  - {at: 5h, for: 2h, site: s00001}
";
    let text = scenario(&format!("{PAUSED}{wrong}")).unwrap();
    let report = run(&text, Rule::Jingwei).unwrap();
    assert_eq!((report.violations, report.succeeded), (0, 60), "{report:?}");
}
