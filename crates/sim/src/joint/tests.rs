//! What plans and certificates say of instances by the rule, of tiny ones whose optimum is known, and of nonsense.

use planner::joint::{
    Cap, Effort, Group, Home, Job, Link, Need, Offer, Piece, Plan, Pool, Problem, Shape, Steps,
    Stored,
    certificate::{check, judge},
    online::{Markup, Online},
    solve,
};

use super::{Grain, Rule, arrivals, rolling};
use crate::random::Random;

const RULE: Rule =
    Rule { jobs: 200, pools: 6, nodes: 8, links: 14, hours: 48, grain: Grain::Coarse, seed: 3 };
const HOUR: i64 = 3_600_000;

fn stored(problem: Problem) -> Stored {
    let solved = solve(&problem, &Effort::quick()).unwrap();
    Stored { problem, plan: solved.plan, prices: solved.prices }
}

fn gap(it: &Stored) -> f64 {
    check(&it.problem, &it.plan, &it.prices).unwrap().gap_pct().unwrap()
}

fn wrong(it: &Stored) -> String {
    check(&it.problem, &it.plan, &it.prices).unwrap_err().to_string()
}

type Tamper = fn(&mut Stored, usize);

#[test]
fn a_plan_holds_and_whatever_is_done_to_it_is_caught() {
    let whole = stored(RULE.problem().unwrap());
    assert!(gap(&whole) < 8.0, "{}", gap(&whole));
    let far = |pieces: &Vec<Piece>| pieces.iter().any(|piece| !piece.path.is_empty());
    let job = whole.plan.jobs.iter().position(far).unwrap();
    let ways: [(Tamper, &str); 8] = [
        (|it, job| it.plan.jobs[job][0].start_ms -= 1, "does not run as its shape says"),
        (|it, job| it.plan.jobs[job][0].units -= 1, "does not run as its shape says"),
        (|it, job| it.plan.jobs[job][0].path.clear(), "its path does not lead home"),
        (|it, job| it.plan.jobs[job][0].pool = 77, "names a pool that is not there"),
        (|it, _| it.prices.pools[0][0] = -1, "a price is below zero"),
        (|it, _| it.prices.links.clear(), "prices.links: not 14 rows of 48 slots"),
        (|it, _| it.problem.pools[0].capacity = Steps::always(1), "pools[0]"),
        (|it, _| it.plan.jobs.clear(), "plan.jobs: 0 jobs, the problem has 200"),
    ];
    for (tamper, told) in ways {
        let mut other = whole.clone();
        tamper(&mut other, job);
        assert!(wrong(&other).contains(told), "{told}: {}", wrong(&other));
    }
}

#[test]
fn every_fault_is_counted_and_the_first_twenty_are_named() {
    let faults = |it: &Stored| judge(&it.problem, &it.plan, &it.prices).unwrap_err();
    let mut whole = stored(RULE.problem().unwrap());
    let mut full = whole.clone();
    full.problem.pools.iter_mut().for_each(|pool| pool.capacity = Steps::always(1));
    let told: Vec<String> = faults(&full).first.iter().map(ToString::to_string).collect();
    let of_pools = (0..6).map(|id| format!("pools[{id}]: "));
    assert_eq!(told.len(), 6);
    assert!(of_pools.zip(&told).all(|(place, told)| told.starts_with(&place)), "{told:?}");
    let running = whole.plan.jobs.iter().filter(|it| !it.is_empty()).count();
    whole.plan.jobs.iter_mut().flatten().for_each(|piece| piece.units -= 1);
    whole.prices.pools[0][0] = -1;
    let faults = faults(&whole);
    assert_eq!((faults.count, faults.first.len()), (running + 1, 20));
}

#[test]
fn the_file_of_a_plan_says_what_the_plan_says() {
    let whole = stored(RULE.problem().unwrap());
    let text = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<Stored>(&text).unwrap(), whole);
}

#[test]
fn threads_change_nothing() {
    let problem = RULE.problem().unwrap();
    let with = |threads| solve(&problem, &Effort { threads, ..Effort::quick() }).unwrap();
    assert_eq!(with(1), with(2));
}

#[test]
fn plans_made_without_foresight_hold_and_cost_no_less_than_the_bound() {
    let whole = stored(RULE.problem().unwrap());
    let bound = check(&whole.problem, &whole.plan, &whole.prices).unwrap().bound;
    let again = rolling(&whole.problem, &Effort::quick()).unwrap();
    let mut online = Online::new(&whole.problem, Markup::default()).unwrap();
    let mut arrived = Plan { jobs: vec![Vec::new(); whole.problem.jobs.len()] };
    let mut money = 0.0;
    for id in arrivals(&whole.problem) {
        let choice = online.decide(&whole.problem.jobs[id]);
        money += choice.cost;
        arrived.jobs[id].extend(choice.piece);
    }
    let cost = check(&whole.problem, &arrived, &whole.prices).unwrap().cost;
    assert!((cost as f64 / whole.problem.atoms as f64 / money - 1.0).abs() < 1e-4);
    for plan in [again, arrived] {
        let certificate = check(&whole.problem, &plan, &whole.prices).unwrap();
        assert!(certificate.cost >= bound);
        assert!(certificate.placed > 100, "{certificate:?}");
    }
}

/// A problem so small that all plans can be tried.
fn tiny(random: &mut Random) -> Problem {
    let mut draw = |most: u64| random.below(most) as i64;
    let pool = |node: u32, draw: &mut dyn FnMut(u64) -> i64| Pool {
        node,
        class: node % 2,
        capacity: Steps(vec![(0, draw(4)), (2 * HOUR, 1 + draw(4))]),
        rates: vec![(0..5).map(|_| draw(9) - 1).collect()],
    };
    let pools = vec![pool(0, &mut draw), pool(1, &mut draw)];
    let link = |a, b, capacity, price| Link {
        ends: (a, b),
        capacity: Steps::always(capacity),
        price,
        delay_us: 0,
    };
    let links = vec![
        link(0, 1, draw(5), draw(3)),
        link(1, 2, draw(5), draw(3)),
        link(0, 2, draw(5), draw(3)),
    ];
    let jobs = (0..4)
        .map(|_| {
            let earliest = draw(3) * HOUR / 2;
            let need = |class, draw: &mut dyn FnMut(u64) -> i64| Need {
                class,
                units: 1 + draw(3),
                run_ms: (1 + draw(4)) * HOUR / 2,
            };
            Job {
                needs: vec![need(0, &mut draw), need(1, &mut draw)],
                earliest_ms: earliest,
                latest_ms: (earliest + HOUR + draw(4) * HOUR).min(5 * HOUR),
                weights: vec![1],
                waiting: draw(2),
                home: Some(Home { node: 2, bandwidth: draw(4), delay_most_us: None }),
                refusal: i128::from(draw(60) * HOUR),
                ..Job::default()
            }
        })
        .collect();
    Problem {
        atoms: 1,
        slot_ms: HOUR,
        slots: 5,
        nodes: 3,
        pools,
        links,
        jobs,
        ..Problem::default()
    }
}

/// Every piece that a job may have, by half hours.
fn choices(problem: &Problem, job: &Job) -> Vec<Piece> {
    let mut all = Vec::new();
    for (pool, it) in (0_u32..).zip(&problem.pools) {
        let need = job.needs.iter().find(|need| need.class == it.class).unwrap();
        let paths: [Vec<u32>; 2] =
            if it.node == 0 { [vec![2], vec![0, 1]] } else { [vec![1], vec![0, 2]] };
        for start in (0..10).map(|half| half * HOUR / 2) {
            let end_ms = start + need.run_ms;
            if start >= job.earliest_ms && end_ms <= job.latest_ms {
                let piece = |path| Piece { pool, start_ms: start, end_ms, units: need.units, path };
                all.extend(paths.iter().cloned().map(piece));
            }
        }
    }
    all
}

/// The cheapest of all plans.
fn optimum(stored: &mut Stored, job: usize) -> i128 {
    let Stored { problem, plan, prices } = stored;
    if job == problem.jobs.len() {
        return check(problem, plan, prices).map_or(i128::MAX, |it| it.cost);
    }
    let all = choices(problem, &problem.jobs[job].clone());
    stored.plan.jobs[job].clear();
    let mut least = optimum(stored, job + 1);
    for piece in all {
        stored.plan.jobs[job] = vec![piece];
        let part = Plan {
            jobs: stored
                .plan
                .jobs
                .iter()
                .take(job + 1)
                .cloned()
                .chain((job + 1..stored.problem.jobs.len()).map(|_| Vec::new()))
                .collect(),
        };
        if check(&stored.problem, &part, &stored.prices).is_ok() {
            least = least.min(optimum(stored, job + 1));
        }
    }
    stored.plan.jobs[job].clear();
    least
}

#[test]
fn the_bound_is_never_above_the_optimum_nor_the_plan_below_it() {
    let mut random = Random::new(11);
    let mut exact = 0;
    for _ in 0..120 {
        let mut whole = stored(tiny(&mut random));
        whole.problem.jobs.truncate(3);
        let problem = std::mem::take(&mut whole.problem);
        let mut whole = stored(problem);
        let certificate = check(&whole.problem, &whole.plan, &whole.prices).unwrap();
        let plan = whole.plan.clone();
        let least = optimum(&mut whole, 0);
        assert!(certificate.bound <= least, "{} {least}", certificate.bound);
        assert!(least <= certificate.cost, "{least} {}", certificate.cost);
        exact += usize::from(least == certificate.cost);
        whole.plan = plan;
        for row in whole.prices.pools.iter_mut().chain(&mut whole.prices.links) {
            row.iter_mut().for_each(|price| *price = random.below(8) as i64);
        }
        if let Ok(other) = check(&whole.problem, &whole.plan, &whole.prices) {
            assert!(other.bound <= least, "{} {least}", other.bound);
        }
    }
    assert!(exact > 60, "only {exact} of 120 plans are optimal");
}

#[test]
fn more_capacity_never_raises_the_optimum() {
    let mut random = Random::new(5);
    for _ in 0..20 {
        let mut problem = tiny(&mut random);
        problem.jobs.truncate(3);
        let mut before = stored(problem.clone());
        for pool in &mut problem.pools {
            pool.capacity.0.iter_mut().for_each(|step| step.1 += 1);
        }
        let mut after = stored(problem);
        assert!(optimum(&mut after, 0) <= optimum(&mut before, 0));
    }
}

fn plain(jobs: Vec<Job>, capacity: i64) -> Problem {
    let pool =
        Pool { node: 0, class: 0, capacity: Steps::always(capacity), rates: vec![vec![2; 8]] };
    Problem {
        atoms: 1,
        slot_ms: HOUR,
        slots: 8,
        nodes: 2,
        pools: vec![pool],
        jobs,
        ..Problem::default()
    }
}

fn job(units: i64) -> Job {
    Job {
        needs: vec![Need { class: 0, units, run_ms: HOUR }],
        latest_ms: 8 * HOUR,
        weights: vec![1],
        refusal: i128::from(units * 10 * HOUR),
        ..Job::default()
    }
}

fn placed(problem: Problem) -> usize {
    let it = stored(problem);
    check(&it.problem, &it.plan, &it.prices).unwrap().placed
}

#[test]
fn what_cannot_run_is_refused_and_the_rest_runs() {
    assert_eq!(placed(plain(vec![], 4)), 0);
    assert_eq!(placed(plain(vec![job(5), job(1)], 4)), 1, "larger than everything");
    assert_eq!(placed(plain(vec![job(1)], 0)), 0, "a pool without capacity");
    let late = Job { latest_ms: HOUR - 1, ..job(1) };
    let long = Job { needs: vec![Need { class: 0, units: 1, run_ms: 9 * HOUR }], ..job(1) };
    let elsewhere = Job { needs: vec![Need { class: 7, units: 1, run_ms: HOUR }], ..job(1) };
    let cut_off = Job { home: Some(Home { node: 1, bandwidth: 1, delay_most_us: None }), ..job(1) };
    assert_eq!(placed(plain(vec![late, long, elsewhere, cut_off, job(1)], 4)), 1);
    let mut paid = plain(vec![job(1), job(2)], 4);
    paid.pools[0].rates[0] = vec![-3, 0, 2, 2, -5, 2, 2, 2];
    assert_eq!(placed(paid), 2, "prices at and below zero");
    assert_eq!(placed(Problem { pools: vec![], ..plain(vec![job(1)], 4) }), 0);
    assert_eq!(placed(Problem { slots: 0, pools: vec![], ..plain(vec![job(1)], 4) }), 0);
}

#[test]
fn many_equal_jobs_are_one_for_the_bound_and_fill_the_pool() {
    assert_eq!(placed(plain(vec![job(1); 4_000], 100)), 800);
}

#[test]
fn what_is_not_planned_for_is_refused_and_not_planned_wrongly() {
    let refused = |change: fn(&mut Problem)| {
        let mut problem = plain(vec![job(1)], 4);
        change(&mut problem);
        let told = solve(&problem, &Effort::quick()).unwrap_err().to_string();
        assert_eq!(Online::new(&problem, Markup::default()).unwrap_err().to_string(), told);
        told
    };
    let group = |it: &mut Problem| {
        it.groups.push(Group { capacity: Steps::always(1), members: vec![(0, 1)] });
    };
    assert_eq!(refused(group), "groups: is not planned for yet: leave it out");
    assert_eq!(
        refused(|it| it.caps.push(Cap { sum: 0, most: 1 })),
        "caps: is not planned for yet: leave it out"
    );
    let hurried = |it: &mut Problem| {
        it.jobs[0].home = Some(Home { node: 0, bandwidth: 1, delay_most_us: Some(1) });
    };
    assert!(refused(hurried).starts_with("jobs[0].home.delay_most_us: is not planned for yet"));
    let late = |it: &mut Problem| {
        it.jobs[0].pools = Some(vec![Offer { pool: 0, fixed: 0, earliest_ms: HOUR }]);
    };
    assert!(
        refused(late).starts_with("jobs[0].pools: a later earliest_ms: is not planned for yet")
    );
    let wide = |it: &mut Problem| it.jobs[0].shape = Shape::Elastic { least: 2, most: 3 };
    assert!(refused(wide).starts_with("jobs[0].shape: a width other than its units"));
}

#[test]
fn other_shapes_run_whole() {
    let shapes = [
        Shape::Interruptible { every_ms: HOUR },
        Shape::Elastic { least: 1, most: 4 },
        Shape::Splittable { tasks: 2 },
    ];
    let jobs = shapes.map(|shape| Job { shape, ..job(2) });
    assert_eq!(placed(plain(jobs.to_vec(), 4)), 3);
}

#[test]
fn only_uniform_jobs_are_decided_on_arrival() {
    let refused = |change: fn(&mut Problem)| {
        let mut problem = plain(vec![job(1)], 4);
        change(&mut problem);
        Online::new(&problem, Markup::default()).unwrap_err().to_string()
    };
    assert!(refused(|it| it.jobs[0].weights[0] = 2).starts_with("jobs[0]: needs of other classes"));
    assert!(refused(|it| it.jobs[0].needs[0].class = 1).starts_with("jobs[0]"));
    let other = |it: &mut Problem| it.pools.push(Pool { class: 1, ..it.pools[0].clone() });
    assert!(refused(other).starts_with("pools: several classes"));
}

#[test]
fn without_rates_everything_runs_for_nothing() {
    let mut problem = plain(vec![Job { weights: vec![], ..job(1) }], 4);
    problem.pools[0].rates.clear();
    assert_eq!(placed(problem.clone()), 1);
    let mut online = Online::new(&problem, Markup::default()).unwrap();
    assert_eq!(online.decide(&problem.jobs[0]).cost, 0.0);
}

#[test]
fn a_problem_that_contradicts_itself_is_refused_with_the_place() {
    let refused = |change: fn(&mut Problem)| {
        let mut problem = plain(vec![job(1)], 4);
        change(&mut problem);
        solve(&problem, &Effort::quick()).unwrap_err().to_string()
    };
    assert_eq!(refused(|it| it.slot_ms = 0), "slot_ms: is not above zero");
    assert_eq!(refused(|it| it.pools[0].node = 9), "pools[0].node: is not a node");
    assert_eq!(refused(|it| it.jobs[0].refusal = -1), "jobs[0].refusal: is below zero");
    assert_eq!(
        refused(|it| it.jobs[0].needs[0].units = 0),
        "jobs[0].needs: units and run_ms must be above zero"
    );
    assert_eq!(refused(|it| it.pools[0].rates.clear()), "jobs[0].weights: not one for each sum");
}
