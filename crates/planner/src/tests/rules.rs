//! The rules that refuse a site, and the alternatives that are offered.

use expect_test::expect;

use super::language::told;

#[test]
fn each_rule_says_what_is_missing() {
    let text = "
        node city
        node island
        flavor cpu 4 16GiB 100W
        flavor gpu 8 64GiB 400W acc=1
        site a price=0.5CNY/kWh region=east
        site b price=0.5CNY/kWh offline
        site c price=0.5CNY/kWh
        site d price=0.5CNY/kWh
        pool a-cpu a cpu 8 1CNY/h
        pool c-cpu c cpu 8 1CNY/h node=2
        pool d-gpu d gpu 4 9CNY/h
        link ac a c 2ms 1Gbit/s 0.01CNY/GB jitter=1ms
        link cc c city 3ms 10Gbit/s 0.01CNY/GB
        dataset maps 10GB a
        job plain run=1h forbid=east
        job chip run=1h acc=2 any_of=gpu
        job chips run=1h acc=8
        job big run=1h cores=12
        job gang run=1h tasks=9 cores=4
        job near run=1h user=city latency=4ms bandwidth=2Gbit/s
        job nearest run=1h user=city latency=1ms
        job steady run=1h user=city jitter=0ms forbid=east
        job far run=1h user=island latency=1s
        job wide run=1h user=city bandwidth=20Gbit/s
        job reads run=1h inputs=maps
        job late run=1h deadline=+30m
        job poor run=1h budget=0.9CNY
        job green run=1h cap=1gCO2
    ";
    expect![[r#"
        plain: c-cpu 1xcpu +0ms to +1h 1.05CNY
          d: d-gpu +0ms 9.2CNY
          b: offline: no agent reports from there
          a: region: the order does not permit region `east`
        chip: d-gpu 2xgpu +0ms to +1h 18.4CNY
          a: flavor: none of the flavors in `any_of` is there
          c: flavor: none of the flavors in `any_of` is there
          b: offline: no agent reports from there
        chips: no place
          d: size: a task needs 8 units, the largest machine has 4
          a: flavor: no flavor there has an accelerator
          c: flavor: no flavor there has an accelerator
          b: offline: no agent reports from there
        big: a-cpu 3xcpu +0ms to +1h 3.15CNY
          d: d-gpu +0ms 18.4CNY
          c: size: a task needs 3 units, the largest machine has 2
          b: offline: no agent reports from there
        gang: no place
          a: size: needs 9 units together, the largest pool has 8
          c: size: needs 9 units together, the largest pool has 8
          d: size: needs 9 units together, the largest pool has 4
          b: offline: no agent reports from there
        near: c-cpu 1xcpu +0ms to +1h 10.05CNY
          path city->c over cc 3ms 2Gbit/s
          a: latency: the fastest path has 5ms, at most 4ms is asked
          d: no_path: no path from `city`
          b: offline: no agent reports from there
        nearest: no place
          a: latency: the fastest path has 5ms, at most 1ms is asked
          c: latency: the fastest path has 3ms, at most 1ms is asked
          d: no_path: no path from `city`
          b: offline: no agent reports from there
        steady: c-cpu 1xcpu +0ms to +1h 1.05CNY
          path city->c over cc 3ms 0bit/s
          d: no_path: no path from `city`
          b: offline: no agent reports from there
          a: region: the order does not permit region `east`
        far: no place
          a: no_path: no path from `island`
          c: no_path: no path from `island`
          d: no_path: no path from `island`
          b: offline: no agent reports from there
        wide: no place
          a: no_path: no path to the user could carry 20Gbit/s even if it were empty
          c: no_path: no path to the user could carry 20Gbit/s even if it were empty
          d: no_path: no path from `city`
          b: offline: no agent reports from there
        reads: a-cpu 1xcpu +0ms to +1h 1.05CNY
          c: c-cpu +80s 1.15CNY
          d: replica: no replica of `maps` can be reached
          b: offline: no agent reports from there
        late: no place
          a: deadline: done at 2026-01-05T01:00:00Z at the earliest, due 2026-01-05T00:30:00Z
          c: deadline: done at 2026-01-05T01:00:00Z at the earliest, due 2026-01-05T00:30:00Z
          d: deadline: done at 2026-01-05T01:00:00Z at the earliest, due 2026-01-05T00:30:00Z
          b: offline: no agent reports from there
          nearest: spec.deadline +1h at a +0ms to +1h for 1.05CNY
        poor: no place
          a: budget: costs at least 1.05 CNY, the budget is 0.9 CNY
          c: budget: costs at least 1.05 CNY, the budget is 0.9 CNY
          d: budget: costs at least 9.2 CNY, the budget is 0.9 CNY
          b: offline: no agent reports from there
          nearest: spec.budget 1.05CNY at a +0ms to +1h for 1.05CNY
        green: a-cpu 1xcpu +0ms to +1h 1.05CNY
          c: c-cpu +0ms 1.05CNY
          d: d-gpu +0ms 9.2CNY
          b: offline: no agent reports from there
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn capacity_is_refused_within_the_horizon_only() {
    let text = "
        flavor cpu 4 16GiB 100W
        site a
        pool p a cpu 2 1CNY/h
        job long run=60h cores=8 hold
        job next run=1h cores=8
        job half run=1h deadline=+90m
        release long +10h
        job soon run=1h cores=8
        job due run=1h cores=8 deadline=+9h
    ";
    expect![[r#"
        long: p 2xcpu +0ms to +2.5d 120CNY
        next: no place
          a: capacity: 2 units are not free together at any start until 2026-01-07T00:00:00Z
        half: no place
          a: capacity: no unit is free long enough at any start until 2026-01-05T00:30:00Z
        soon: p 2xcpu +10h to +11h 2CNY
        due: no place
          a: capacity: 2 units are not free together at any start until 2026-01-05T08:00:00Z
          nearest: spec.deadline +11h at a +10h to +11h for 2CNY
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn a_site_keeps_its_power_cap() {
    let text = "
        flavor cpu 4 16GiB 1kW
        site a power=2.5kW pue=1.25
        pool p a cpu 4 1CNY/h
        job one run=1h hold
        job two run=1h hold
        job three run=1h hold
        job four run=1h tasks=3 cores=4
    ";
    expect![[r#"
        one: p 1xcpu +0ms to +1h 1CNY
        two: p 1xcpu +0ms to +1h 1CNY
        three: p 1xcpu +1h to +2h 1CNY
        four: no place
          a: size: needs 3.75 kW of the facility, its cap is 2.5 kW
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn the_nearest_alternative_is_the_smallest_change() {
    let text = "
        flavor cpu 4 16GiB 1kW
        site a price=0.5CNY/kWh carbon=500gCO2/kWh
        pool p a cpu 4 1CNY/h
        job first run=2h cores=16 hold
        job due run=1h deadline=+150m
        job late run=1h cores=16 deadline=+90m budget=1CNY
        job poor run=1h budget=1.5CNY
        job dirty run=1h cap=499gCO2
        job hopeless run=1h deadline=+30m budget=1CNY
    ";
    expect![[r#"
        first: p 4xcpu +0ms to +2h 12.36CNY
        due: no place
          a: capacity: no unit is free long enough at any start until 2026-01-05T01:30:00Z
          nearest: spec.deadline +3h at a +2h to +3h for 1.545CNY
        late: no place
          a: capacity: 4 units are not free together at any start until 2026-01-05T00:30:00Z
        poor: no place
          a: budget: costs at least 1.545 CNY, the budget is 1.5 CNY
          nearest: spec.budget 1.545CNY at a +2h to +3h for 1.545CNY
        dirty: no place
          a: carbon_cap: causes at least 500 gCO2, the cap is 499 gCO2
          nearest: spec.carbon_cap 500gCO2 at a +2h to +3h for 1.545CNY
        hopeless: no place
          a: deadline: done at 2026-01-05T01:00:00Z at the earliest, due 2026-01-05T00:30:00Z
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn a_budget_or_a_cap_that_another_start_keeps_moves_the_start() {
    let text = "
        flavor cpu 4 16GiB 1kW
        site a price=1CNY/kWh carbon=900gCO2/kWh valley=6-7:0CNY/kWh green=10-12:0gCO2/kWh
        pool p a cpu 4 1CNY/h
        job now run=1h objective=time
        job cheap run=1h objective=time budget=1.581CNY
        job clean run=1h objective=time cap=450gCO2
    ";
    expect![[r#"
        now: p 1xcpu +0ms to +1h 2.081CNY
        cheap: p 1xcpu +5.5h to +6.5h 1.581CNY
        clean: p 1xcpu +9.5h to +10.5h 2.0405CNY
    "#]]
    .assert_eq(&told_with_default(text));
}

fn told_with_default(text: &str) -> String {
    super::language::told_with(text, crate::Policy::default())
}
