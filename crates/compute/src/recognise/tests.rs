use expect_test::expect;
use model::{Array, Checkpoint, JobKey, JobSpec, Name};
use proptest::prelude::*;
use units::{Bytes, Cores, Span};

use super::*;

fn spec(command: &str) -> JobSpec {
    let command = command.split(' ').map(str::to_owned).collect();
    JobSpec { command, ..serde_json::from_str("{\"command\":[\"true\"]}").unwrap() }
}

fn key(name: &str) -> JobKey {
    JobKey { project: "p".parse().unwrap(), name: name.parse().unwrap() }
}

#[test]
fn a_kind_is_told_with_what_it_was_seen_by() {
    let mut all =
        vec![spec("./a.out"), spec("mpirun -n 4 ./a.out"), spec("python train.py --lr 1")];
    all.push(JobSpec { array: Some(Array::default()), tasks: 100, ..spec("python train.py") });
    all.push(JobSpec { tasks: 4, ..spec("./solve") });
    all.push(spec("vllm serve llama"));
    all.push(spec("rsync -a a b"));
    let mut large = spec("./assemble");
    large.resources.memory = Bytes::new(64 << 30);
    large.resources.cores = Cores::new(4_000);
    all.push(large);
    let mut learns = spec("./go");
    learns.resources.accelerators = 8;
    learns.checkpoint = Some(Checkpoint::default());
    all.push(learns);
    let script = "#!/bin/sh\n# train later\n./simulate --steps 5\n";
    all.push(JobSpec { command: Vec::new(), script: Some(script.to_owned()), ..spec("") });
    let text: String = all.iter().map(|spec| format!("{}\n", recognise(spec))).collect();
    expect![[r#"
        single (one task), cpu bound (nothing says otherwise)
        mpi (`mpirun`), cpu bound (nothing says otherwise)
        training (`train`), cpu bound (nothing says otherwise)
        array (spec.array), cpu bound (nothing says otherwise)
        gang (4 tasks that start together), cpu bound (nothing says otherwise)
        inference (`serve`), cpu bound (nothing says otherwise)
        single (one task), io bound (`rsync`)
        single (one task), memory bound (68.72 GB for 4 cores)
        training (accelerators and a checkpoint), accelerator bound (8 accelerators a task)
        single (one task), cpu bound (nothing says otherwise)
    "#]]
    .assert_eq(&text);
}

#[test]
fn names_that_differ_by_numbers_and_dates_at_the_end_are_one_work() {
    let work = |name: &str| work_name(&name.parse::<Name>().unwrap()).to_owned();
    assert_eq!(work("etl-2026-11-27"), "etl");
    assert_eq!(work("etl-20261128"), "etl");
    assert_eq!(work("train7"), "train");
    assert_eq!(work("v2-fit"), "v2-fit");
    assert_eq!(work("2026"), "2026");
}

#[test]
fn three_runs_make_an_estimate_and_a_limit_caps_it() {
    let mut estimates = Estimates::default();
    let mut learn = |name: &str, minutes: u64| {
        estimates.learn(&Run { key: key(name), took: Span::minutes(minutes) });
        estimates.of(&key("etl-99"), None)
    };
    assert_eq!(learn("etl-1", 10), None);
    assert_eq!(learn("etl-2", 0), None);
    assert_eq!(learn("etl-3", 11), None);
    assert_eq!(learn("other-4", 500), None);
    let estimate = learn("etl-5", 30).unwrap();
    expect!["3 finished runs (P90), ±173 %"].assert_eq(&estimate.to_string());
    assert_eq!((estimate.typical, estimate.run_time), (Span::minutes(11), Span::minutes(30)));
    let capped = estimates.of(&key("etl-99"), Some(Span::minutes(20))).unwrap();
    assert_eq!(capped.run_time, Span::minutes(20));
    let other = JobKey { project: "q".parse().unwrap(), ..key("etl-99") };
    assert_eq!(estimates.of(&other, None), None, "of another project");
}

#[test]
fn one_run_that_hung_does_not_move_the_estimate() {
    let mut estimates = Estimates::default();
    for n in 0..19 {
        estimates.learn(&Run { key: key("a"), took: Span::seconds(100 + n) });
    }
    estimates.learn(&Run { key: key("a"), took: Span::hours(1_000) });
    let estimate = estimates.of(&key("a"), None).unwrap();
    assert!(estimate.run_time < Span::seconds(120), "{estimate:?}");
    assert!(estimate.within_pct <= 10, "{estimate:?}");
}

#[test]
fn the_work_that_ran_longest_ago_is_forgotten_first() {
    let mut estimates = Estimates::default();
    let name = |n: usize| format!("w{n}x");
    for n in 0..MOST_NAMES + 10 {
        for _ in 0..RUNS_NEEDED {
            estimates.learn(&Run { key: key(&name(n)), took: Span::seconds(1) });
        }
        // Runs again and again.
        estimates.learn(&Run { key: key("keep"), took: Span::seconds(1) });
    }
    assert_eq!(estimates.len(), MOST_NAMES);
    assert!(estimates.of(&key("keep"), None).is_some());
    assert!(estimates.of(&key(&name(0)), None).is_none());
    assert!(estimates.of(&key(&name(MOST_NAMES + 9)), None).is_some());
}

proptest! {
    #[test]
    fn an_estimate_lies_among_the_newest_runs(runs in prop::collection::vec(1_u64..u64::MAX / 200, 3..200)) {
        let mut estimates = Estimates::default();
        for took in &runs {
            estimates.learn(&Run { key: key("a-1"), took: Span::new(*took) });
        }
        let newest = &runs[runs.len().saturating_sub(MOST_RUNS)..];
        let estimate = estimates.of(&key("a-2"), None).unwrap();
        prop_assert!(newest.contains(&estimate.run_time.get()));
        prop_assert!(newest.contains(&estimate.typical.get()));
        prop_assert!(estimate.typical <= estimate.run_time);
        let longer = newest.iter().filter(|took| **took > estimate.run_time.get()).count();
        prop_assert!(longer * 10 <= newest.len());
    }
}
