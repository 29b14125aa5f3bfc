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
    expect![[r#""#]].assert_eq(&told(text));
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
    expect![[r#""#]].assert_eq(&told(text));
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
    expect![[r#""#]].assert_eq(&told(text));
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
    expect![[r#""#]].assert_eq(&told(text));
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
    expect![[r#""#]].assert_eq(&told_with_default(text));
}

fn told_with_default(text: &str) -> String {
    super::language::told_with(text, crate::Policy::default())
}
