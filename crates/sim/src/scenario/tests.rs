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
