use std::path::{Path, PathBuf};

use super::*;
use crate::{SimError, files::at_hand};

/// Gavel's folder; none where it is not at hand.
fn gavel() -> Option<PathBuf> {
    at_hand("traces/gavel")
}

fn report(folder: &Path, file: &str, policy: Policy) -> HeteroReport {
    let cluster = cluster("v100=8,p100=16,k80=24").unwrap();
    let speeds = speeds(&folder.join("simulation_throughputs.json.gz")).unwrap();
    let trace = trace(&folder.join(file), &speeds, &cluster).unwrap();
    run(&trace, &cluster, &speeds, policy, 0).unwrap()
}

const OFTEN: &str = "max_min_fairness.trace";
const AT_ONCE: &str = "minimize_makespan.trace";

#[test]
fn one_policy_is_better_than_what_was_published_on_both_traces() {
    let Some(folder) = gavel() else { return };
    let mean = report(&folder, OFTEN, Policy::Jingwei);
    assert!(mean.mean_jct_h < 3.8, "{mean:?}");
    let end = report(&folder, AT_ONCE, Policy::Jingwei);
    assert!(end.makespan_h < 17.5, "{end:?}");
    assert_eq!(end, report(&folder, AT_ONCE, Policy::Jingwei));
}

#[test]
fn rivals_are_as_good_as_they_were_published() {
    let Some(folder) = gavel() else { return };
    let near =
        |found: f64, published: f64| assert!((found / published - 1.0).abs() < 0.03, "{found}");
    near(report(&folder, OFTEN, Policy::Las).mean_jct_h, 5.55);
    near(report(&folder, OFTEN, Policy::Gavel).mean_jct_h, 4.06);
    near(report(&folder, AT_ONCE, Policy::GavelMakespan).makespan_h, 17.98);
}

#[test]
fn each_of_a_pair_of_policies_is_best_at_its_own() {
    let Some(folder) = gavel() else { return };
    let of = |file, policy| report(&folder, file, policy);
    let soonest = of(OFTEN, Policy::Soonest).mean_jct_h;
    let rivals = [Policy::Fifo, Policy::Las, Policy::Gavel, Policy::Jingwei];
    assert!(rivals.into_iter().all(|it| of(OFTEN, it).mean_jct_h > soonest));
    let end = of(AT_ONCE, Policy::Makespan);
    // Without two jobs on the same processors no plan is done before 17.7 h.
    assert!(end.makespan_h < 17.5 && (0.9..=1.0).contains(&end.utilisation), "{end:?}");
}

const SPEEDS: &str = r#"{"v100": {"('A', 1)": {"null": 2.0}, "('A', 4)": {"null": 6.0}}, "k80": {"('A', 1)": {"null": 1.0}}}"#;

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        files.write("speeds.json", SPEEDS);
        files
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn trace(&self, rows: &[(&str, &str, &str)]) -> Result<Trace, SimError> {
        let row = |(steps, processors, at): &(&str, &str, &str)| {
            format!("A\tc\tf\t-n\t1\t{steps}\t{processors}\t1\t-1\t{at}\n")
        };
        let text: String = rows.iter().map(row).collect();
        let path = self.write("jobs.trace", &text);
        let speeds = speeds(&self.0.path().join("speeds.json")).unwrap();
        trace(&path, &speeds, &cluster("v100=1,k80=1").unwrap())
    }
}

#[test]
fn every_policy_ends_what_can_run_and_counts_right() {
    let files = Files::new();
    let rows = [("7200", "1", "0"), ("3600", "1", "0"), ("1800", "1", "100000")];
    let trace = files.trace(&rows).unwrap();
    let speeds = speeds(&files.0.path().join("speeds.json")).unwrap();
    let cluster = cluster("v100=1,k80=1").unwrap();
    for policy in Policy::ALL {
        let report = run(&trace, &cluster, &speeds, policy, 1).unwrap();
        assert!(report.makespan_h >= 100_900.0 / 3_600.0, "{report:?}");
        assert!(
            report.mean_jct_h >= (3_600.0 + 1_800.0 + 900.0) / 3.0 / 3_600.0 - 1e-9,
            "{report:?}"
        );
    }
}

#[test]
fn wrong_files_are_refused_with_their_line() {
    let files = Files::new();
    let said = |rows: &[(&str, &str, &str)]| {
        let text = files.trace(rows).unwrap_err().to_string();
        text.rsplit('/').next().unwrap().to_owned() + "\n"
    };
    let good = ("10", "1", "0");
    expect_test::expect![[r#"
        jobs.trace:2: steps is "0": it has to be a number of at least 1
        jobs.trace:2: steps is "nan": it has to be a number of at least 1
        jobs.trace:2: arrival is "-1": it has to be a number of at least 0
        jobs.trace:2: processors: it has to be a whole number above zero
        jobs.trace:2: 4 processors at once: no type has so many
        jobs.trace:2: no throughput of ('A', 3) on any type of the cluster
        jobs.trace:1: there is no job
    "#]]
    .assert_eq(
        &[
            said(&[good, ("0", "1", "0")]),
            said(&[good, ("nan", "1", "0")]),
            said(&[good, ("1", "1", "-1")]),
            said(&[good, ("1", "0", "0")]),
            said(&[good, ("1", "4", "0")]),
            said(&[good, ("1", "3", "0")]),
            said(&[]),
        ]
        .concat(),
    );
    for wrong in ["", "v100", "v100=x", "v100=0", "v100=1,v100=2"] {
        assert!(matches!(cluster(wrong), Err(SimError::Asked(_))), "{wrong:?}");
    }
    let broken = files.write("broken.json", "{\n\"v100\": 3}");
    assert!(speeds(&broken).unwrap_err().to_string().contains("broken.json:2: not throughputs"));
}

#[test]
fn a_trace_too_large_for_one_program_is_refused() {
    let files = Files::new();
    let trace = files.trace(&vec![("10", "1", "0"); 1_001]).unwrap();
    let speeds = speeds(&files.0.path().join("speeds.json")).unwrap();
    let cluster = cluster("v100=1,k80=1").unwrap();
    for policy in [Policy::Gavel, Policy::Makespan] {
        let error = run(&trace, &cluster, &speeds, policy, 1).unwrap_err().to_string();
        assert!(error.contains("at most 1000 jobs, the trace has 1001"), "{error}");
    }
    assert_eq!(run(&trace, &cluster, &speeds, Policy::Jingwei, 1).unwrap().jobs, 1_001);
}

#[test]
fn a_hundred_thousand_jobs_cost_as_many_groups_as_there_are_kinds() {
    let files = Files::new();
    let speeds = speeds(&files.0.path().join("speeds.json")).unwrap();
    let report = scale(&speeds, 100_000, 1).unwrap();
    assert_eq!(report.groups, 2);
    assert!(report.bound - report.least < 1e-9 * report.bound, "{report:?}");
}
