use super::*;

fn known() -> Option<Report> {
    let jobs = files::at_hand("energy/jobs/gaia_pai_1k.csv")?;
    let ci = files::at_hand("energy/ci/ci_lca_gco2eq_per_kwh_to2023.csv.gz")?;
    Some(run(&jobs, &ci, "US-CAL-CISO", series::minute("2023-10-20T16:00").unwrap()).unwrap())
}

/// What GAIA's simulator printed for the same work: carbon beside `no-wait`, hours of waiting.
#[test]
fn the_policies_do_what_they_do_in_their_simulator_and_ours_is_better() {
    let Some(report) = known() else { return };
    let of = |name: &str| report.policies.iter().find(|it| it.policy == name).unwrap();
    for (name, carbon, wait) in [
        ("no-wait", 1.0, 0.0),
        ("lowest-slot", 0.889, 5.64),
        ("lowest-window", 0.821, 5.84),
        ("carbon-time", 0.827, 4.70),
    ] {
        let found = of(name);
        assert!(
            (found.carbon - carbon).abs() < 0.0015 && (found.wait_h - wait).abs() < 0.015,
            "{found:?}"
        );
    }
    let ours = of("jingwei");
    assert!(ours.carbon < of("carbon-time").carbon && ours.wait_h <= of("carbon-time").wait_h);
    assert_eq!((report.jobs, report.left_out), (1_000, 0));
}

#[test]
fn a_job_that_may_stop_takes_the_cleanest_steps() {
    let carbon = Carbon::new(vec![9.0, 1.0, 5.0, 1.0, 9.0, 9.0, 9.0, 9.0, 9.0]);
    let jobs = [Job { arrival: HOUR / 2, length: HOUR * 3 / 2, cores: 2.0 }];
    let queues = Queue::both(&jobs);
    let sums = Policy::WaitAwhile.run(&jobs, &queues, &carbon);
    assert_eq!((sums.carbon, sums.wait), (2.0 * 1.5, HOUR * 3 / 2));
    assert_eq!(Policy::NoWait.run(&jobs, &queues, &carbon).carbon, 2.0 * 5.5);
}
