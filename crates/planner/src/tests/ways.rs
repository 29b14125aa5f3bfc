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
    let text = format!(
        "{LADDER}
        job any run=1h user=city bandwidth=8Gbit/s lines
        job quick run=1h user=city bandwidth=8Gbit/s latency=10ms
        job delay-only run=1h user=city latency=10ms
    "
    );
    expect![[r#"
        any: p 1xcpu +0ms to +1h 37CNY
          path city->a over cheap 20ms 8Gbit/s
          compute p: 1 unit x 1h at 1CNY/h = 1CNY to a-owner
          electricity a: 100 Wh at 0CNY/kWh = 0CNY to a-owner
          carbon a: 0 ugCO2 at 90CNY/t = 0CNY to a-owner
          link cheap: 3.6TB at 10CNY/TB = 36CNY to carrier
        quick: p 1xcpu +0ms to +1h 181CNY
          path city->a over fast 5ms 8Gbit/s
        delay-only: p 1xcpu +0ms to +1h 1CNY
          path city->a over fast 5ms 0bit/s
    "#]]
    .assert_eq(&told(&text));
}

#[test]
fn full_links_are_gone_around_or_waited_for() {
    let text = format!(
        "{LADDER}
        job one run=1h user=city bandwidth=8Gbit/s hold
        job two run=1h user=city bandwidth=8Gbit/s hold
        job three run=1h user=city bandwidth=8Gbit/s deadline=+90m hold
        job four run=1h user=city bandwidth=8Gbit/s deadline=+90m
        job five run=1h user=city bandwidth=8Gbit/s
        down cheap
        job six run=1h user=city bandwidth=8Gbit/s deadline=+3h
        up cheap
        job seven run=1h user=city bandwidth=8Gbit/s deadline=+3h
    "
    );
    expect![[r#"
        one: p 1xcpu +0ms to +1h 37CNY
          path city->a over cheap 20ms 8Gbit/s
        two: p 1xcpu +1h to +2h 37CNY
          path city->a over cheap 20ms 8Gbit/s
        three: p 1xcpu +0ms to +1h 73CNY
          path city->a over spare 30ms 8Gbit/s
        four: p 1xcpu +0ms to +1h 181CNY
          path city->a over fast 5ms 8Gbit/s
        five: p 1xcpu +2h to +3h 37CNY
          path city->a over cheap 20ms 8Gbit/s
        six: p 1xcpu +1h to +2h 73CNY
          path city->a over spare 30ms 8Gbit/s
        seven: p 1xcpu +2h to +3h 37CNY
          path city->a over cheap 20ms 8Gbit/s
    "#]]
    .assert_eq(&told(&text));
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
    expect![[r#"
        slim: far-p 1xcpu +0ms to +1h 1.9CNY
          path city->far over long 30ms 100Mbit/s
          near: near-p +0ms 3.045CNY
        broad: near-p 1xcpu +0ms to +1h 3.45CNY
          path city->near over short 2ms 1Gbit/s
          far: far-p +0ms 10CNY
    "#]]
    .assert_eq(&told(text));
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
    expect![[r#"
        reads: p 1xcpu +1h to +2h 6.4CNY
          move maps 450GB b->c over bc 5ms 1Gbit/s +0ms for 1h
          move result 45GB c->city over cc 5ms 10Gbit/s +2h for 36s
          delivered +2.01h
          compute p: 1 unit x 1h at 1CNY/h = 1CNY to c-owner
          electricity c: 100 Wh at 0CNY/kWh = 0CNY to c-owner
          carbon c: 0 ugCO2 at 90CNY/t = 0CNY to c-owner
          transfer bc: 450GB at 10CNY/TB = 4.5CNY to carrier
          transfer cc: 45GB at 10CNY/TB = 0.45CNY to carrier
          data maps: 450GB at 1CNY/TB = 0.45CNY to data-owner
          a: flavor: there is no pool
          b: flavor: there is no pool
        hurried: p 1xcpu +6m to +1.1h 10.45CNY
          move maps 450GB a->c over ac 5ms 10Gbit/s +0ms for 6m
          a: flavor: there is no pool
          b: flavor: there is no pool
        after: p 1xcpu +0ms to +1h 1.45CNY
          move result 45GB c->city over cc 5ms 10Gbit/s +1h for 36s
          delivered +1.01h
          a: flavor: there is no pool
          b: flavor: there is no pool
        local: p 1xcpu +0ms to +1h 1CNY
          a: flavor: there is no pool
          b: flavor: there is no pool
        lost: no place
          c: replica: no replica of `nowhere` can be reached
          a: flavor: there is no pool
          b: flavor: there is no pool
        missing: no place
          a: no_path: there is no place `atlantis` for the result
          b: no_path: there is no place `atlantis` for the result
          c: no_path: there is no place `atlantis` for the result
    "#]]
    .assert_eq(&told(text));
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
    expect![[r#"
        light: without-p 1xcpu +8s to +3608s 1.2CNY
          move small 10GB with->without over ab 5ms 10Gbit/s +0ms for 8s
          with: with-p +0ms 2CNY
        heavy: with-p 1xcpu +0ms to +1h 2CNY
          without: without-p +80s 3CNY
        both: with-p 1xcpu +0ms to +1h 2CNY
          without: without-p +88s 3.2CNY
    "#]]
    .assert_eq(&told(text));
}
