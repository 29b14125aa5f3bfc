use network::cats::selector::Policy;

use super::{Report, Rival, Setup, bench};

fn report(seed: u64) -> Report {
    bench(Setup { seed, flows: 30_000, ..Setup::default() }, Policy::default()).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_figures_but_for_the_clock() {
    let timeless = |seed| Report { decisions_per_s: 0.0, ..report(seed) };
    assert_eq!(timeless(3), timeless(3));
    assert_ne!(timeless(3).rivals, timeless(4).rivals);
}

#[test]
fn steering_is_near_the_oracle_and_ahead_of_simpler_rules() {
    for seed in 1..4 {
        let report = report(seed);
        assert!(report.excess_delay_pct < 10.0, "{report:#?}");
        let simpler =
            report.rivals.iter().filter(|it| !matches!(it.rival, Rival::Ours | Rival::Oracle));
        for it in simpler {
            assert!(it.excess_delay_pct > report.excess_delay_pct, "{it:?}");
        }
        assert!(report.updates_sent < report.updates_looked_at / 2, "thresholds");
        assert_eq!((report.moved_against_affinity, report.unkept), (0, 0));
        assert!(report.decisions_per_s > 0.0);
    }
}

#[test]
fn a_setup_that_cannot_be_is_refused() {
    let said = |setup| bench(setup, Policy::default()).unwrap_err().to_string();
    let usual = Setup::default();
    assert!(said(Setup { flows: 999, ..usual }).contains("999 flows: from 1,000 to 100,000,000"));
    assert!(said(Setup { load: f64::NAN, ..usual }).contains("load NaN: from 0.01 to 0.95"));
    assert!(
        said(Setup { instances: 13, ..usual }).contains("13 instances of a service: from 2 to 12")
    );
    assert!(said(Setup { period_ms: 0, ..usual }).contains("a period of 0 ms"));
}
