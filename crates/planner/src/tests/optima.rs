//! Joint plans against the exact optima of small problems, found by HiGHS: `scripts/joint-optima.py` writes them.

use serde::Deserialize;

use crate::joint::{Effort, Problem, Solved, certificate, solve};

const OPTIMA: &str = include_str!("optima.jsonl");

#[derive(Deserialize)]
struct Case {
    problem: Problem,
    optimum: i128,
    wider: Wider,
}

/// With so many units more in a pool.
#[derive(Deserialize)]
struct Wider {
    pool: usize,
    units: i64,
    optimum: i128,
}

fn cases() -> Vec<Case> {
    OPTIMA.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn widened(case: &Case) -> Problem {
    let mut problem = case.problem.clone();
    let steps = &mut problem.pools[case.wider.pool].capacity.0;
    steps.iter_mut().for_each(|(_, amount)| *amount += case.wider.units);
    problem
}

/// The plan's cost, where the certificate's bound is at most the optimum and the optimum at most that.
fn cost(problem: &Problem, optimum: i128) -> (Solved, i128) {
    let solved = solve(problem, &Effort::quick()).unwrap();
    let it = certificate::check(problem, &solved.plan, &solved.prices).unwrap();
    assert!(it.bound <= optimum, "bound {} above the optimum {optimum}: {problem:?}", it.bound);
    assert!(optimum <= it.cost, "cost {} below the optimum {optimum}: {problem:?}", it.cost);
    (solved, it.cost)
}

#[test]
fn no_bound_is_above_the_optimum_and_no_plan_below() {
    let (mut exact, mut costs, mut optima) = (0, 0, 0);
    let cases = cases();
    assert!(cases.len() >= 300);
    for case in &cases {
        let (_, cost) = cost(&case.problem, case.optimum);
        exact += usize::from(cost == case.optimum);
        (costs, optima) = (costs + cost, optima + case.optimum);
    }
    // Starts between the edges of slots are not planned for, so that some are missed.
    assert!(exact * 10 >= cases.len() * 8, "{exact} of {} are optimal", cases.len());
    assert!((costs - optima) * 100 <= optima, "{costs} in all, the optima are {optima}");
}

#[test]
fn more_capacity_never_makes_the_optimum_dearer() {
    for case in cases() {
        let wide = widened(&case);
        let (narrow, before) = cost(&case.problem, case.optimum);
        cost(&wide, case.wider.optimum);
        assert!(case.wider.optimum <= case.optimum);
        let kept = certificate::check(&wide, &narrow.plan, &narrow.prices).unwrap();
        assert_eq!(kept.cost, before, "what fits still fits, at the same cost");
        assert!(kept.bound <= case.wider.optimum);
    }
}
