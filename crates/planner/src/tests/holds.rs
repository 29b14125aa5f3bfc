//! What is held: never too much, always given back, the same every time; and what is billed is what was shown.

use std::collections::BTreeMap;

use expect_test::expect;
use model::{Decision, JobSpec, LineKind, Outcome};
use proptest::prelude::*;
use units::{Money, Span, Time};

use super::language::{NOW, job, key, patient, planner, told};
use crate::{Order, Planner, Policy};

const WORLD: &str = "
    node city
    flavor cpu 4 16GiB 200W
    flavor gpu 8 64GiB 500W acc=1
    site a price=0.6CNY/kWh carbon=600gCO2/kWh valley=0-7:0.2CNY/kWh pue=1.3 power=4kW
    site b price=0.4CNY/kWh carbon=300gCO2/kWh green=9-15:20gCO2/kWh
    site c price=0.5CNY/kWh carbon=500gCO2/kWh valley=3-5:0.01CNY/kWh
    pool ac a cpu 8 0.4CNY/h
    pool bc b cpu 6 0.6CNY/h node=3
    pool bg b gpu 3 6CNY/h
    pool cc c cpu 10 0.5CNY/h
    link ab a b 4ms 2Gbit/s 0.01CNY/GB
    link bc b c 5ms 1Gbit/s 0.005CNY/GB jitter=1ms
    link ca c a 9ms 3Gbit/s 0.002CNY/GB
    link ay a city 3ms 1Gbit/s 0.01CNY/GB
    link by b city 8ms 2Gbit/s 0.004CNY/GB
    dataset maps 300GB a,b price=0.001CNY/GB
    dataset runs 90GB c
";

fn order() -> impl Strategy<Value = String> {
    let some = |text: &'static [&'static str]| prop::sample::select(text);
    let words = (
        some(&["", "tasks=2", "tasks=3 cores=4", "tasks=5", "acc=1 any_of=gpu"]),
        some(&["run=7m", "run=1h", "run=150m", "run=9h"]),
        some(&[
            "",
            "",
            "user=city bandwidth=300Mbit/s",
            "user=city bandwidth=1Gbit/s latency=20ms",
            "user=city latency=5ms",
        ]),
        some(&["", "", "inputs=maps", "inputs=runs", "inputs=maps,runs"]),
        some(&["", "", "result=20GB:city", "result=200GB:b"]),
        some(&["", "deadline=+4h", "deadline=+12h", "earliest=+2h", "budget=3CNY", "cap=200gCO2"]),
        some(&["", "objective=carbon", "objective=time", "objective=0,0,0"]),
    );
    words.prop_map(|(a, b, c, d, e, f, g)| format!("job j {a} {b} {c} {d} {e} {f} {g}"))
}

/// An order, or the number of an earlier one whose job ends, and how much later.
fn steps() -> impl Strategy<Value = Vec<(Option<String>, usize, u64)>> {
    let order = prop::option::weighted(0.8, order());
    prop::collection::vec((order, any::<usize>(), 0_u64..20), 1..30)
}

fn decided(planner: &mut Planner, spec: &JobSpec, now: Time) -> Outcome {
    planner.decide(&Order::new(&key("j"), spec, now, now), now)
}

fn check_decision(planner: &Planner, spec: &JobSpec, it: &Decision, now: Time) {
    let billed: i64 =
        it.lines.iter().filter(|line| line.kind.is_billed()).map(|line| line.amount.get()).sum();
    assert_eq!(billed, it.total.get());
    let weights = spec.objective.weights();
    let weight = |kind| match kind {
        LineKind::Carbon => weights.carbon,
        LineKind::Waiting => weights.time,
        _ => weights.cost,
    };
    let weighted: i64 =
        it.lines.iter().map(|line| line.amount.get() * i64::from(weight(line.kind))).sum();
    assert_eq!(weighted, it.score.get());
    assert_eq!(it.candidates[0].total, Some(it.total));
    assert_eq!(it.candidates.len(), 3);
    assert!(spec.deadline.is_none_or(|when| it.delivered <= when.from(now)));
    assert!(spec.earliest.is_none_or(|when| it.start >= when.from(now)));
    assert!(spec.budget.is_none_or(|budget| it.total <= budget));
    assert!(spec.carbon_cap.is_none_or(|cap| it.carbon <= cap));
    assert!(
        it.transfers
            .iter()
            .filter(|t| t.dataset.is_some())
            .all(|t| t.start >= now && t.start.after(t.span) <= it.start)
    );
    assert!(
        it.transfers
            .iter()
            .filter(|t| t.dataset.is_none())
            .all(|t| t.start >= it.end && t.start.after(t.span) <= it.delivered)
    );
    for other in it.candidates.iter().skip(1).filter_map(|other| other.score) {
        assert!(it.score <= other);
    }
    let bill = planner.price_run(spec, it, it.start, it.end, None);
    let shown: Vec<_> = it.lines.iter().filter(|line| line.kind.is_billed()).cloned().collect();
    assert_eq!(
        (bill.lines, bill.total, bill.energy, bill.carbon),
        (shown, it.total, it.energy, it.carbon)
    );
}

fn check_usage(planner: &Planner) {
    for at in (0..48).map(|quarter| NOW.after(Span::minutes(quarter * 15 + 1))) {
        let usage = planner.usage(at);
        assert!(usage.pools.iter().all(|(_, used, units)| used <= units), "{usage:?}");
        assert!(
            usage.links.iter().all(|(name, used)| *used <= planner.world().links[name].capacity),
            "{usage:?}"
        );
    }
}

/// Plays the steps; what was decided.
fn played(planner: &mut Planner, steps: &[(Option<String>, usize, u64)]) -> Vec<Outcome> {
    let mut now = NOW;
    let mut outcomes = Vec::new();
    let mut held = 0;
    for (number, (order, which, minutes)) in steps.iter().enumerate() {
        now = now.after(Span::minutes(*minutes));
        planner.trim(now);
        match order {
            None => planner.release(&key(&format!("j{}", which % number.max(1))), now),
            Some(text) => {
                let spec = job(text);
                let outcome = decided(planner, &spec, now);
                assert_eq!(decided(planner, &spec, now), outcome);
                if let Outcome::Placed(decision) = &outcome {
                    check_decision(planner, &spec, decision, now);
                    planner.hold(&key(&format!("j{number}")), decision).unwrap();
                    held += 1;
                }
                outcomes.push(outcome);
            }
        }
        check_usage(planner);
    }
    (0..steps.len()).for_each(|number| planner.release(&key(&format!("j{number}")), Time::MIN));
    let left = planner.usage(now.after(Span::minutes(1)));
    assert!(
        left.pools.iter().all(|(_, used, _)| *used == 0)
            && left.links.iter().all(|(_, used)| used.is_zero()),
        "{held} held"
    );
    outcomes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Every decision can be held at once, keeps its order's limits, adds up, and is billed as it was shown; no
    /// calendar is ever overfull; two planners decide the same.
    #[test]
    fn what_is_decided_can_be_held(steps in steps(), waiting in 0_i64..3) {
        let policy = Policy { waiting_price: units::HourPrice::new(waiting * 50_000_000), ..patient() };
        let (mut one, _) = planner(WORLD, policy.clone());
        let (mut other, _) = planner(WORLD, policy);
        prop_assert_eq!(played(&mut one, &steps), played(&mut other, &steps));
    }
}

#[test]
fn a_bill_is_for_what_was_really_used() {
    let (mut planner, _) = planner(WORLD, patient());
    let spec = job("job j run=1h user=city bandwidth=1Gbit/s inputs=runs");
    let Outcome::Placed(decision) = decided(&mut planner, &spec, NOW) else {
        panic!("there is room")
    };
    let half = decision.start.after(Span::minutes(30));
    let bill =
        planner.price_run(&spec, &decision, decision.start, half, Some("0.05kWh".parse().unwrap()));
    let told: String = bill
        .lines
        .iter()
        .map(|it| {
            format!("{} {}: {} at {} = {}\n", it.kind, it.what, it.quantity, it.price, it.amount)
        })
        .collect();
    expect![[r#"
        compute bc: 1 unit x 30m at 0.6CNY/h = 0.3CNY
        electricity b: 50 Wh at 0.4CNY/kWh = 0.02CNY
        carbon b: 1 gCO2 at 90CNY/t = 0.00009CNY
        link by: 225GB at 4CNY/TB = 0.9CNY
        transfer bc: 90GB at 5CNY/TB = 0.45CNY
        1.67009CNY 50Wh"#]]
    .assert_eq(&format!("{told}{} {}", bill.total, bill.energy));
    let none = planner.price_run(&spec, &decision, half, half, Some(units::Energy::ZERO));
    let by_kind: BTreeMap<LineKind, Money> =
        none.lines.iter().map(|it| (it.kind, it.amount)).collect();
    assert_eq!(by_kind.get(&LineKind::Compute), Some(&Money::ZERO));
}

#[test]
fn a_new_world_keeps_what_is_held() {
    let (mut planner, _) = planner(WORLD, patient());
    let spec = job("job j run=2h tasks=4 cores=4");
    let Outcome::Placed(decision) = decided(&mut planner, &spec, NOW) else {
        panic!("there is room")
    };
    planner.hold(&key("j"), &decision).unwrap();
    let mut world = planner.world().clone();
    world.pools.get_mut(&decision.pool).unwrap().units = 3;
    world.pools.insert("zz".parse().unwrap(), world.pools[&decision.pool].clone());
    planner.set_world(world);
    let at = decision.start.after(Span::minutes(1));
    let used =
        planner.usage(at).pools.into_iter().find(|(pool, ..)| *pool == decision.pool).unwrap();
    assert_eq!((used.1, used.2), (4, 3));
    let Outcome::Placed(next) = decided(&mut planner, &job("job k run=1h objective=time"), NOW)
    else {
        panic!("there is room")
    };
    assert_ne!(next.pool, decision.pool);
    planner.release(&key("j"), NOW);
    assert!(planner.usage(at).pools.iter().all(|(_, used, _)| *used == 0));
    let error = planner.hold(&key("j"), &decision).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("`{}` is taken: 4 asked, 3 free at {}", decision.pool, decision.start)
    );
}

#[test]
fn a_link_that_the_world_has_out_of_service_stays_so() {
    let text = "
        node city
        flavor cpu 4 16GiB 100W
        site a
        pool p a cpu 9 1CNY/h
        link one a city 5ms 10Gbit/s 0.01CNY/GB down
        link two a city 9ms 10Gbit/s 0.02CNY/GB
        job first run=1h user=city bandwidth=1Gbit/s
        down two
        up one
        job second run=1h user=city bandwidth=1Gbit/s
        up two
        job third run=1h user=city bandwidth=1Gbit/s
    ";
    expect![[r#"
        first: p 1xcpu +0ms to +1h 10CNY
          path city->a over two 9ms 1Gbit/s
        second: no place
          a: no_path: no path from `city`
        third: p 1xcpu +0ms to +1h 10CNY
          path city->a over two 9ms 1Gbit/s
    "#]]
    .assert_eq(&told(text));
}
