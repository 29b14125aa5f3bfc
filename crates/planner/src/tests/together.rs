//! Jobs planned anew together.

use model::{Decision, JobKey, JobSpec, Outcome};
use proptest::prelude::*;
use units::{Span, Time};

use super::language::{NOW, job, key, planner};
use crate::{
    Order, Planner, Policy,
    batch::{Movable, Together},
    joint::{self, Effort, certificate},
};

/// `fast` is the only one that `picky` can use; `plain` is a little dearer for those that can use both.
const WORLD: &str = "
    flavor cpu 4 16GiB 100W
    flavor gpu 4 16GiB 100W
    site a price=0.1CNY/kWh
    site b price=0.1CNY/kWh
    pool fast a gpu 1 1CNY/h
    pool plain b cpu 1 1.02CNY/h
";

fn policy() -> Policy {
    Policy { waiting_price: "0.5CNY/h".parse().unwrap(), ..Policy::default() }
}

type Known = (JobKey, JobSpec, Option<Box<Decision>>);

struct Grid {
    planner: Planner,
    jobs: Vec<Known>,
}

/// Those that wait first.
fn movable(jobs: &[Known]) -> Vec<Movable<'_>> {
    let all = jobs.iter().map(|(key, spec, held)| Movable {
        order: Order::new(key, spec, NOW, NOW),
        held: held.as_deref(),
    });
    let mut all: Vec<Movable<'_>> = all.collect();
    all.sort_by_key(|it| it.held.is_some());
    all
}

impl Grid {
    fn new(world: &str, orders: &[&str]) -> Self {
        let mut grid = Self { planner: planner(world, policy()).0, jobs: Vec::new() };
        orders.iter().for_each(|order| grid.submit(order));
        grid
    }

    /// Each takes the best of what those before left.
    fn submit(&mut self, order: &str) {
        let (called, spec) = (key(&format!("j{}", self.jobs.len())), job(order));
        let outcome = self.planner.decide(&Order::new(&called, &spec, NOW, NOW), NOW);
        let held = match outcome {
            Outcome::Placed(decision) => Some(decision),
            Outcome::Unplaced { .. } => None,
        };
        if let Some(decision) = &held {
            self.planner.hold(&called, decision).unwrap();
        }
        self.jobs.push((called, spec, held));
    }

    fn together(&mut self) -> Option<Together> {
        self.planner.together(&movable(&self.jobs), &Effort::quick(), NOW)
    }

    fn score(&self) -> i64 {
        self.jobs.iter().filter_map(|(.., held)| held.as_ref()).map(|it| it.score.get()).sum()
    }
}

const FLEXIBLE: &str = "job j run=1h earliest=+1h";
const PICKY: &str = "job j run=1h earliest=+1h any_of=gpu";

#[test]
fn one_gives_way_where_both_gain_by_it() {
    let mut grid = Grid::new(WORLD, &[FLEXIBLE, PICKY]);
    let starts = |grid: &Grid| -> Vec<(String, u64)> {
        let held = grid.jobs.iter().filter_map(|(.., held)| held.as_ref());
        held.map(|it| (it.pool.to_string(), it.start.since(NOW).get() / 60_000)).collect()
    };
    assert_eq!(starts(&grid), [("fast".into(), 60), ("fast".into(), 120)]);
    let before = grid.score();
    let Together { placed, saved } = grid.together().unwrap();
    for (key, decision) in placed {
        grid.jobs.iter_mut().find(|it| it.0 == key).unwrap().2 = Some(decision);
    }
    assert_eq!(starts(&grid), [("plain".into(), 60), ("fast".into(), 60)]);
    assert_eq!(saved.get(), before - grid.score());
    assert_eq!(grid.together(), None, "and then it is as good as it gets");
}

#[test]
fn nobody_moves_for_less_than_a_move_is_worth() {
    let world = WORLD.replace("1.02", "1.6");
    assert_eq!(Grid::new(&world, &[FLEXIBLE, PICKY]).together(), None, "a loss above 5 %");
    assert_eq!(Grid::new(WORLD, &[FLEXIBLE]).together(), None, "it has the best already");
}

fn order() -> impl Strategy<Value = String> {
    (1_u32..4, 10_u32..120, 0_u32..120, any::<bool>(), 0_u32..3).prop_map(
        |(tasks, run, earliest, picky, network)| {
            let only = if picky { "any_of=gpu" } else { "" };
            let network = ["", "user=c bandwidth=2Mbit/s", "user=c bandwidth=1Mbit/s latency=8ms"]
                [network as usize];
            format!("job j tasks={tasks} run={run}m earliest=+{earliest}m {only} {network}")
        },
    )
}

const WIDE: &str = "
    node c
    flavor cpu 1 16GiB 100W
    flavor gpu 1 16GiB 100W
    site a price=0.1CNY/kWh valley=1-2:0.05CNY/kWh carbon=100gCO2/kWh power=0.6kW
    site b price=0.2CNY/kWh carbon=300gCO2/kWh
    pool fast a gpu 3 1CNY/h
    pool slow a cpu 3 0.9CNY/h
    pool plain b cpu 4 1.02CNY/h
    link ac a c 5ms 4Mbit/s 0.01CNY/GB
    link bc b c 9ms 3Mbit/s 0.02CNY/GB
";

/// What is in use may not be more than there is, at any time at which anything begins.
fn fits(grid: &Grid) -> bool {
    let held = || grid.jobs.iter().filter_map(|(.., held)| held.as_ref());
    let at = |pool: &str, time: Time| -> u32 {
        held()
            .filter(|it| it.pool.as_str() == pool && it.start <= time && time < it.end)
            .map(|it| it.units)
            .sum()
    };
    let most = [("fast", 3), ("slow", 3), ("plain", 4)];
    held().all(|it| most.iter().all(|(pool, units)| at(pool, it.start) <= *units))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn together_is_never_worse_and_the_bound_is_below_both(
        orders in prop::collection::vec(order(), 2..9),
    ) {
        let orders: Vec<&str> = orders.iter().map(String::as_str).collect();
        let mut grid = Grid::new(WIDE, &orders);
        let held: Vec<Known> = grid.jobs.iter().filter(|it| it.2.is_some()).cloned().collect();
        let problem = grid.planner.joint(&movable(&held), NOW);
        let solved = joint::solve(&problem.problem, &Effort::quick()).unwrap();
        let proof = certificate::check(&problem.problem, &solved.plan, &solved.prices).unwrap();
        prop_assert!(problem.left_out.is_empty());
        prop_assert!(problem.money(proof.bound) <= problem.cost_before);
        let usage = grid.planner.usage(NOW.after(Span::hours(1)));
        let before = grid.score();
        match grid.together() {
            Some(Together { placed, saved }) => {
                for (key, decision) in placed {
                    grid.jobs.iter_mut().find(|it| it.0 == key).unwrap().2 = Some(decision);
                }
                prop_assert_eq!(saved.get(), before - grid.score());
                prop_assert!(problem.money(proof.bound).get() <= grid.score());
            }
            None => prop_assert_eq!(grid.planner.usage(NOW.after(Span::hours(1))), usage),
        }
        prop_assert!(fits(&grid));
    }
}
