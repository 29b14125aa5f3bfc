//! Paths, replicas, transfers, results.

use expect_test::expect;

use super::language::told;

const LADDER: &str = "
    node city
    flavor cpu 4 16GiB 100W
    site a
    pool p a cpu 9 1CNY/h
    link cheap a city 20ms 10Gbit/s 0.01CNY/GB
    link fast a city 5ms 10Gbit/s 0.05CNY/GB
    link spare a city 30ms 10Gbit/s 0.02CNY/GB
";

#[test]
fn the_path_is_the_cheapest_that_keeps_the_bounds() {
    let text = format!("{LADDER}
        job any run=1h user=city bandwidth=8Gbit/s lines
        job quick run=1h user=city bandwidth=8Gbit/s latency=10ms
        job delay-only run=1h user=city latency=10ms
    ");
    expect![[r#""#]].assert_eq(&told(&text));
}

#[test]
fn full_links_are_gone_around_or_waited_for() {
    let text = format!("{LADDER}
        job one run=1h user=city bandwidth=8Gbit/s hold
        job two run=1h user=city bandwidth=8Gbit/s hold
        job three run=1h user=city bandwidth=8Gbit/s deadline=+90m hold
        job four run=1h user=city bandwidth=8Gbit/s deadline=+90m
        job five run=1h user=city bandwidth=8Gbit/s
        down cheap
        job six run=1h user=city bandwidth=8Gbit/s deadline=+3h
        up cheap
        job seven run=1h user=city bandwidth=8Gbit/s deadline=+3h
    ");
    expect![[r#""#]].assert_eq(&told(&text));
}

#[test]
fn a_dear_path_can_outweigh_a_cheap_pool() {
    let text = "
        node city
        flavor cpu 4 16GiB 100W
        site near
        site far
        pool near-p near cpu 4 3CNY/h
        pool far-p far cpu 4 1CNY/h
        link short near city 2ms 10Gbit/s 0.001CNY/GB
        link long far city 30ms 10Gbit/s 0.02CNY/GB
        job slim run=1h user=city bandwidth=100Mbit/s
        job broad run=1h user=city bandwidth=1Gbit/s
    ";
    expect![[r#""#]].assert_eq(&told(text));
}

#[test]
fn inputs_come_from_the_cheapest_replica_and_results_go_where_they_have_to() {
    let text = "
        node city
        flavor cpu 4 16GiB 100W
        site a
        site b
        site c
        pool p c cpu 4 1CNY/h
        link ac a c 5ms 10Gbit/s 0.02CNY/GB
        link bc b c 5ms 1Gbit/s 0.01CNY/GB
        link cc c city 5ms 10Gbit/s 0.01CNY/GB
        dataset maps 450GB a,b price=0.001CNY/GB
        dataset here 450GB c
        dataset nowhere 1GB gone
        job reads run=1h inputs=maps,here result=45GB:city lines hold
        job hurried run=1h inputs=maps deadline=+90m
        job after run=1h result=45GB:city deadline=+2h
        job local run=1h inputs=here result=1GB:c
        job lost run=1h inputs=nowhere
        job missing run=1h result=1GB:atlantis
    ";
    expect![[r#""#]].assert_eq(&told(text));
}

#[test]
fn a_site_with_the_data_can_beat_a_cheaper_one() {
    let text = "
        flavor cpu 4 16GiB 100W
        site with
        site without
        pool with-p with cpu 4 2CNY/h
        pool without-p without cpu 4 1CNY/h
        link ab with without 5ms 10Gbit/s 0.02CNY/GB
        dataset small 10GB with
        dataset large 100GB with
        job light run=1h inputs=small
        job heavy run=1h inputs=large
        job both run=1h inputs=small,large
    ";
    expect![[r#""#]].assert_eq(&told(text));
}
