use proptest::prelude::*;
use serde::Deserialize;
use units::Delay;

use super::*;
use crate::directed::{Arc, Directed};

const MS: u64 = 1_000_000;

fn graph(nodes: u32, arcs: &[(u32, u32, f64, u64)]) -> Directed {
    let arc = |(link, (from, to, capacity, ms)): (u32, &(u32, u32, f64, u64))| Arc {
        from: *from,
        to: *to,
        link,
        capacity: *capacity,
        delay: Delay::new(ms * MS),
    };
    Directed::new(nodes, (0..).zip(arcs).map(arc).collect())
}

fn want((from, to, amount, priority, limit): (u32, u32, f64, u8, Option<u64>)) -> Want {
    let max_delay = limit.map(|ms| Delay::new(ms * MS));
    Want { demand: Demand { from, to, amount }, priority, max_delay }
}

fn exactly() -> Effort {
    Effort { tolerance: 0.001, rounds: 2_000 }
}

/// One line of `scripts/fair-optima.py`.
#[derive(Debug, Deserialize)]
struct Known {
    nodes: u32,
    arcs: Vec<(u32, u32, f64, u64)>,
    wants: Vec<(u32, u32, f64, u8, Option<u64>)>,
    shares: Vec<f64>,
}

#[test]
fn shares_are_those_of_the_exact_linear_programs() {
    let (mut wrong, mut unproved) = (Vec::new(), 0);
    for line in include_str!("optima.jsonl").lines() {
        let it: Known = serde_json::from_str(line).unwrap();
        let wants: Vec<Want> = it.wants.iter().copied().map(want).collect();
        let found = fair(&graph(it.nodes, &it.arcs), &wants, exactly());
        if found.levels.iter().any(|it| it.gap() >= 0.01) {
            unproved += 1;
            continue;
        }
        let shares = found.shares.iter().map(|it| it.unwrap_or(0.0));
        if shares.zip(&it.shares).any(|(share, exact)| (share - exact).abs() >= 0.02) {
            wrong.push(format!("{line} {:?}", found.shares));
        }
    }
    // Where the search is stuck, its gap says so.
    assert_eq!((wrong, unproved), (Vec::<String>::new(), 2));
}

#[test]
fn the_first_class_is_served_first_and_long_ways_are_not_used() {
    // From 0 to 2: straight in 9 ms, or over 1 in 2 ms.
    let graph = graph(3, &[(0, 2, 10.0, 9), (0, 1, 10.0, 1), (1, 2, 10.0, 1)]);
    let shares = |wants: &[(u32, u32, f64, u8, Option<u64>)]| {
        let wants: Vec<Want> = wants.iter().copied().map(want).collect();
        let found = fair(&graph, &wants, exactly());
        found.shares.iter().map(|it| (it.unwrap_or(0.0) * 100.0).round()).collect::<Vec<f64>>()
    };
    assert_eq!(shares(&[(0, 2, 40.0, 0, None)]), [50.0]);
    assert_eq!(shares(&[(0, 2, 40.0, 0, Some(2))]), [25.0], "the short way only");
    assert_eq!(shares(&[(0, 2, 40.0, 0, Some(1))]), [0.0], "no way is so short");
    let both = shares(&[(0, 2, 8.0, 0, Some(2)), (0, 2, 4.0, 1, Some(2))]);
    assert_eq!(both, [100.0, 50.0], "what is left after the first class");
    let equal = shares(&[(0, 2, 15.0, 0, Some(2)), (1, 2, 5.0, 0, None), (0, 2, 20.0, 0, None)]);
    assert_eq!(equal, [50.0, 50.0, 50.0], "the last goes the long way");
}

#[test]
fn what_no_way_carries_is_counted_and_nothing_asked_is_nothing() {
    let graph = graph(3, &[(0, 1, 1.0, 1), (1, 2, 0.0, 1)]);
    assert_eq!(fair(&graph, &[], exactly()).levels, []);
    let wants =
        [(0, 2, 5.0, 0, None), (0, 7, 1.0, 0, None), (2, 2, 1.0, 0, None), (0, 1, 1.0, 0, None)];
    let found = fair(&graph, &wants.map(want), exactly());
    assert_eq!(found.unroutable, Unroutable { demands: 2, amount: 6.0 });
    assert_eq!(found.shares, [None, None, None, Some(1.0)]);
}

fn network() -> impl Strategy<Value = (Directed, Vec<Want>)> {
    (2..8_u32).prop_flat_map(|nodes| {
        let arc = (0..nodes, 0..nodes, prop_oneof![1 => Just(0.0), 9 => 0.5..20.0], 0..9_u64);
        let limit = prop::option::of(0..20_u64);
        let want = (0..nodes, 0..nodes, 0.0..9.0, 0..3_u8, limit).prop_map(want);
        let arcs = prop::collection::vec(arc, 1..24).prop_map(move |arcs| graph(nodes, &arcs));
        (arcs, prop::collection::vec(want, 0..12))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Within capacities, and no share beyond its bound by more than the tolerance.
    #[test]
    fn loads_fit_and_levels_are_proved((graph, wants) in network()) {
        let found = fair(&graph, &wants, Effort::default());
        for (arc, load) in graph.arcs().iter().zip(&found.loads) {
            prop_assert!(*load <= arc.capacity * (1.0 + 1e-9), "{found:?}");
        }
        let settled: usize = found.levels.iter().map(|it| it.demands).sum();
        prop_assert!(found.shares.iter().flatten().all(|it| (0.0..=1.0).contains(it)));
        let asked = wants.iter().filter(|it| it.demand.amount > 0.0 && it.demand.from != it.demand.to).count();
        prop_assert_eq!(settled + found.unroutable.demands, asked);
        for level in &found.levels {
            prop_assert!(level.share <= level.bound * (1.0 + 1e-6), "{level:?}");
        }
    }
}
