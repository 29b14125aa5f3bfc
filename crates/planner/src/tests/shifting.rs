//! Time and place: valleys, waiting, carbon, gangs, flavors.

use expect_test::expect;

use super::language::{told, told_with};
use crate::Policy;

const VALLEY: &str = "
    flavor cpu 4 16GiB 1kW
    site a price=0.9CNY/kWh carbon=500gCO2/kWh valley=4-6:0.1CNY/kWh pue=1.2
    pool p a cpu 4 1CNY/h
";

#[test]
fn work_that_can_wait_moves_to_the_valley() {
    let text = format!(
        "{VALLEY}
        job waits run=1h lines
        job longer run=3h
        job due run=1h deadline=+3h
    "
    );
    expect![[r#"
        waits: p 1xcpu +4h to +5h 1.174CNY
          compute p: 1 unit x 1h at 1CNY/h = 1CNY to a-owner
          electricity a: 1.2 kWh at 0.1CNY/kWh = 0.12CNY to a-owner
          carbon a: 600 gCO2 at 90CNY/t = 0.054CNY to a-owner
        longer: p 1xcpu +3h to +6h 4.482CNY
        due: p 1xcpu +0ms to +1h 2.134CNY
    "#]]
    .assert_eq(&told(&text));
}

#[test]
fn waiting_has_its_price() {
    let dear = Policy { waiting_price: "0.25CNY/h".parse().unwrap(), ..Policy::default() };
    let text = format!(
        "{VALLEY}
        job now run=1h lines
        job nearly run=1h earliest=+2h
        job patient run=1h objective=1,1,0
        job hasty run=1h earliest=+2h objective=time
    "
    );
    expect![[r#"
        now: p 1xcpu +0ms to +1h 2.134CNY
          compute p: 1 unit x 1h at 1CNY/h = 1CNY to a-owner
          electricity a: 1.2 kWh at 0.9CNY/kWh = 1.08CNY to a-owner
          carbon a: 600 gCO2 at 90CNY/t = 0.054CNY to a-owner
        nearly: p 1xcpu +4h to +5h 1.174CNY
        patient: p 1xcpu +4h to +5h 1.174CNY
        hasty: p 1xcpu +2h to +3h 2.134CNY
    "#]]
    .assert_eq(&told_with(&text, dear));
}

#[test]
fn the_objective_weighs_money_carbon_and_time() {
    let text = "
        flavor cpu 4 16GiB 1kW
        site coal price=0.3CNY/kWh carbon=900gCO2/kWh
        site hydro price=0.4CNY/kWh carbon=30gCO2/kWh
        pool coal-p coal cpu 4 1CNY/h
        pool hydro-p hydro cpu 4 1CNY/h
        job money run=1h
        job earth run=1h objective=carbon
        job both run=1h objective=1,2,1
    ";
    expect![[r#"
        money: coal-p 1xcpu +0ms to +1h 1.381CNY
          hydro: hydro-p +0ms 1.4027CNY
        earth: hydro-p 1xcpu +0ms to +1h 1.4027CNY
          coal: coal-p +0ms 1.381CNY
        both: hydro-p 1xcpu +0ms to +1h 1.4027CNY
          coal: coal-p +0ms 1.381CNY
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn a_gang_starts_whole_or_not_at_all() {
    let text = "
        flavor cpu 4 16GiB 100W
        site a
        pool p a cpu 4 1CNY/h
        job one run=1h cores=4 hold
        job two run=2h cores=4 hold
        job gang run=1h tasks=3 cores=4 hold
        job rest run=1h tasks=2 cores=4 hold
        job all run=1h tasks=4 cores=4
    ";
    expect![[r#"
        one: p 1xcpu +0ms to +1h 1CNY
        two: p 1xcpu +0ms to +2h 2CNY
        gang: p 3xcpu +1h to +2h 3CNY
        rest: p 2xcpu +0ms to +1h 2CNY
        all: p 4xcpu +2h to +3h 4CNY
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn unlike_flavors_compare_by_what_the_work_costs_on_them() {
    let text = "
        flavor cpu 4 16GiB 100W fp32=1TFLOP/s
        flavor gpu 8 64GiB 400W acc=1 fp32=20TFLOP/s
        site a
        pool cpus a cpu 64 0.5CNY/h
        pool gpus a gpu 8 8CNY/h
        job work fp32=36PFLOP
        job on-two fp32=36PFLOP cores=8 any_of=cpu
        job said run=1h
        job choice any_of=cpu:20h,gpu:1h
        job limited run=10h limit=1h
    ";
    expect![[r#"
        work: gpus 1xgpu +0ms to +30m 4CNY
        on-two: cpus 2xcpu +0ms to +5h 5CNY
        said: cpus 1xcpu +0ms to +1h 0.5CNY
        choice: gpus 1xgpu +0ms to +1h 8CNY
        limited: cpus 1xcpu +0ms to +1h 0.5CNY
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn an_extended_run_keeps_others_out() {
    let text = "
        flavor cpu 4 16GiB 100W
        site a
        pool p a cpu 1 1CNY/h
        job one run=1h hold
        extend one +3h
        job two run=1h
        release one +2h
        job three run=1h
    ";
    expect![[r#"
        one: p 1xcpu +0ms to +1h 1CNY
        two: p 1xcpu +3h to +4h 1CNY
        three: p 1xcpu +2h to +3h 1CNY
    "#]]
    .assert_eq(&told(text));
}
