//! Runs with pauses, against brute force: every set of half hours, in every pool, reckoned anew from the figures.
//! Everything in these worlds changes at full half hours.

use model::{Decision, JobSpec, Name, Outcome};
use proptest::prelude::*;
use units::{Span, Time};

use super::language::{NOW, hold_in, job, key, patient, planner};
use crate::{Abilities, Order, Planner, Policy};

const HALF: u64 = 30;

fn at(half: u64) -> Time {
    NOW.after(Span::minutes(HALF * half))
}

fn able(world: &str, policy: Policy) -> Planner {
    let mut planner = planner(world, policy).0;
    let sites: Vec<Name> = planner.world().sites.keys().cloned().collect();
    let can = Abilities { data: true, ..Abilities::default() };
    sites.iter().for_each(|site| planner.set_abilities(site, can));
    planner
}

fn decide(planner: &mut Planner, spec: &JobSpec, worked: Span) -> Outcome {
    planner.decide(&Order { worked, ..Order::new(&key("j"), spec, NOW, NOW) }, NOW)
}

fn placed(planner: &mut Planner, order: &str) -> Decision {
    match decide(planner, &job(order), Span::ZERO) {
        Outcome::Placed(decision) => *decision,
        Outcome::Unplaced { candidates, .. } => panic!("{candidates:?}"),
    }
}

/// Minutes from now of each interval.
fn minutes(decision: &Decision) -> Vec<(u64, u64)> {
    let since = |time: Time| time.since(NOW).get() / 60_000;
    decision.runs().map(|it| (since(it.start), since(it.end))).collect()
}

const VALLEY: &str = "
    flavor f 4 16GiB 1kW
    site a price=1CNY/kWh valley=1-3:0.1CNY/kWh carbon=600gCO2/kWh green=4-6:100gCO2/kWh
    pool p a f 2 0.1CNY/h
";

#[test]
fn it_runs_when_electricity_is_cheap_and_says_what_that_saves() {
    let mut planner = able(VALLEY, patient());
    let order = "job j run=4h deadline=+7h objective=1,1,1 pauses=30m:0m";
    let decision = placed(&mut planner, order);
    assert_eq!(minutes(&decision), [(60, 180), (240, 360)]);
    let whole = placed(&mut planner, &order.replace("pauses=30m:0m", ""));
    let unpaused = decision.unpaused.as_ref().unwrap();
    assert_eq!((unpaused.score, unpaused.start), (whole.score, whole.start));
    assert!(decision.score < whole.score && decision.total < whole.total);
    assert!(decision.carbon < whole.carbon);
    assert!(decision.bound.unwrap() <= decision.score);
    // Each interval is held, the time between them is not.
    planner.hold(&key("j"), &decision).unwrap();
    let used = |half: u64| planner.usage(at(half)).pools[0].1;
    assert_eq!((0..13).map(used).collect::<Vec<_>>(), [0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0]);
    planner.extend(&key("j"), at(14));
    let used = |half: u64| planner.usage(at(half)).pools[0].1;
    assert_eq!((6..15).map(used).collect::<Vec<_>>(), [0, 0, 1, 1, 1, 1, 1, 1, 0]);
    planner.release(&key("j"), Time::MIN);
    assert_eq!(planner.usage(at(3)).pools[0].1, 0);
}

#[test]
fn a_pause_is_made_only_where_it_saves_more_than_it_costs() {
    let mut planner = able(VALLEY, patient());
    let order = |pauses: &str| format!("job j run=4h deadline=+7h pauses={pauses}");
    let dear = placed(&mut planner, &order("2h:110m"));
    assert_eq!(dear.intervals, [], "an overhead of nearly two hours is not worth it");
    assert_eq!(dear.unpaused, None);
    let long = placed(&mut planner, &order("3h:0m"));
    assert_eq!(long.intervals, [], "too short for two intervals of three hours");
    let cheap = placed(&mut planner, &order("30m:1m"));
    assert_eq!(
        cheap.runs().map(|it| it.end.since(it.start)).map(Span::get).sum::<u64>(),
        241 * 60_000
    );
    let impatient = Policy { waiting_price: "5CNY/h".parse().unwrap(), ..Policy::default() };
    let now = placed(&mut able(VALLEY, impatient), &order("30m:0m"));
    assert_eq!((now.intervals.len(), now.start), (0, NOW), "waiting is dear");
}

#[test]
fn what_is_done_is_not_planned_again() {
    let mut planner = able(VALLEY, patient());
    let spec = job("job j run=4h deadline=+7h pauses=30m:10m");
    let Outcome::Placed(rest) = decide(&mut planner, &spec, Span::hours(3)) else { panic!() };
    assert_eq!(rest.run_time, Span::minutes(70), "an hour, and what going on takes");
    assert_eq!(minutes(&rest), [(60, 130)]);
}

#[test]
fn it_fits_around_what_is_held() {
    let mut planner = able(VALLEY, patient());
    assert!(hold_in(&mut planner, "h", "p", (at(3), at(5)), 2));
    let order = "job j run=3h deadline=+4h pauses=30m:0m";
    assert_eq!(minutes(&placed(&mut planner, order)), [(0, 90), (150, 240)]);
    let Outcome::Unplaced { .. } =
        decide(&mut planner, &job("job j run=3h deadline=+4h"), Span::ZERO)
    else {
        panic!("there are no three hours in a row")
    };
}

#[derive(Debug, Clone)]
struct Case {
    world: String,
    held: Vec<(usize, u64, u64)>,
    order: String,
    least: u64,
    overhead: u64,
    run: u64,
    due: u64,
}

fn case() -> impl Strategy<Value = Case> {
    let site = (1_u32..9, 0_u32..9, 0_u32..5, 1_u32..9, 0_u32..5, 1_u32..9);
    let pools = prop::collection::vec((0_usize..2, 1_u32..30), 1..4);
    let held = prop::collection::vec((0_usize..3, 0_u64..10, 1_u64..4), 0..4);
    let weights = (0_u32..4, 0_u32..4, 0_u32..3);
    let shape = (1_u64..4, 0_u64..2, 2_u64..8, 0_u64..6);
    (site.clone(), site, pools, held, weights, shape).prop_map(
        |(a, b, pools, held, (cost, carbon, time), (least, overhead, run, slack))| {
            let site = |id: usize, (price, low, at, grams, green, less): (u32, u32, u32, u32, u32, u32)| {
                format!(
                    "site s{id} price=0.{price}CNY/kWh valley={at}-{}:0.{low}CNY/kWh carbon={grams}00gCO2/kWh green={green}-{}:{less}0gCO2/kWh\n",
                    at + 1, green + 1
                )
            };
            let mut world = format!("flavor f 1 1GiB 1kW\n{}{}", site(0, a), site(1, b));
            for (id, (site, price)) in pools.iter().enumerate() {
                world += &format!("pool p{id} s{site} f 1 0.{price:02}CNY/h\n");
            }
            let (overhead, due) = (overhead.min(least - 1), run + slack);
            let order = format!(
                "job j run={}m deadline=+{}m objective={cost},{carbon},{time} pauses={}m:{}m",
                run * HALF, due * HALF, least * HALF, overhead * HALF
            );
            Case { world, held, order, least, overhead, run, due }
        },
    )
}

/// Half hours in a row of a set, as from and to.
fn runs_of(set: u32, halves: u64) -> Vec<(u64, u64)> {
    let is_in = |half: u64| half < halves && set >> half & 1 == 1;
    let from = (0..halves).filter(|half| is_in(*half) && (*half == 0 || !is_in(half - 1)));
    from.map(|from| (from, (from..).find(|half| !is_in(*half)).unwrap())).collect()
}

/// The least score of any set of half hours of one pool that does the work, whether it is one run or many.
fn brute(
    case: &Case,
    planner: &Planner,
    held: &[(String, u64, u64)],
    spec: &JobSpec,
) -> Option<f64> {
    let mut best: Option<f64> = None;
    for (called, pool) in &planner.world().pools {
        let taken = |half: u64| {
            held.iter()
                .any(|(pool, from, to)| pool == called.as_str() && (*from..*to).contains(&half))
        };
        for set in 0..1_u32 << case.due {
            let runs = runs_of(set, case.due);
            let pauses = runs.len().saturating_sub(1) as u64;
            let short = pauses > 0 && runs.iter().any(|(from, to)| to - from < case.least);
            let wanted = case.run + pauses * case.overhead;
            if short || u64::from(set.count_ones()) != wanted || runs.is_empty() {
                continue;
            }
            if runs.iter().any(|(from, to)| (*from..*to).any(taken)) {
                continue;
            }
            let score = reckoned(planner, pool, &runs, spec, case.run);
            best = Some(best.map_or(score, |best| best.min(score)));
        }
    }
    best
}

fn reckoned(
    planner: &Planner,
    pool: &model::PoolSpec,
    runs: &[(u64, u64)],
    spec: &JobSpec,
    work: u64,
) -> f64 {
    let weights = spec.objective.weights();
    let (mut money, mut carbon) = (0.0, 0.0);
    for (from, to) in runs {
        let hours = (to - from) as f64 / 2.0;
        money += hours * pool.price.get() as f64;
        for (from, to, price, grams) in
            planner.energy_between(&pool.site, at(*from), at(*to)).unwrap()
        {
            let hours = to.since(from).get() as f64 / 3.6e6;
            money += hours * price.get() as f64;
            carbon += hours * grams.get() as f64 / 1e12 * 90e9;
        }
    }
    let waits = (runs.last().unwrap().1 - work) as f64 / 2.0;
    money * f64::from(weights.cost)
        + carbon * f64::from(weights.carbon)
        + waits * 0.02e9 * f64::from(weights.time)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_better_and_nothing_is_below_the_bound(case in case(), kept in 1_usize..3) {
        let policy = Policy { candidates_kept: kept, waiting_price: "0.02CNY/h".parse().unwrap(), ..Policy::default() };
        let mut planner = able(&case.world, policy);
        let mut held = Vec::new();
        for (number, (pool, from, long)) in case.held.iter().enumerate() {
            let called = format!("p{pool}");
            if hold_in(&mut planner, &format!("h{number}"), &called, (at(*from), at(from + long)), 1) {
                held.push((called, *from, from + long));
            }
        }
        let spec = job(&case.order);
        let best = brute(&case, &planner, &held, &spec);
        match (decide(&mut planner, &spec, Span::ZERO), best) {
            (Outcome::Placed(decision), Some(best)) => {
                let score = decision.score.get() as f64;
                let bound = decision.bound.unwrap().get() as f64;
                prop_assert!(bound <= best + 1.0 && bound <= score, "bound {} of {}, decided {}", bound, best, score);
                prop_assert!((score - best).abs() <= 100.0 + best.abs() / 1e9, "decided {} by {:?}, there is {}", score, decision.intervals, best);
                let total: u64 = decision.runs().map(|it| it.end.since(it.start).get()).sum();
                let pauses = decision.intervals.len().saturating_sub(1) as u64;
                prop_assert_eq!(total, (case.run + pauses * case.overhead) * HALF * 60_000);
                let run = decision.intervals.iter().map(|it| it.end.since(it.start)).min();
                prop_assert!(run.is_none_or(|run| run >= Span::minutes(case.least * HALF)));
                prop_assert!(decision.unpaused.as_ref().is_none_or(|it| it.score > decision.score));
                planner.hold(&key("j"), &decision).unwrap();
            }
            (Outcome::Unplaced { .. }, best) => prop_assert_eq!(best, None),
            (Outcome::Placed(decision), None) => prop_assert!(false, "nothing fits, yet {:?}", decision.intervals),
        }
    }
}
