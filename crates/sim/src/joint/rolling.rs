//! Jobs as they arrive, none known before: each is decided on arrival, and once a slot all that have not begun are
//! planned anew together. What has begun stays.

use planner::joint::{Effort, Job, Piece, Plan, Problem, Steps, certificate::Invalid, solve};

/// Jobs in order of their earliest starts.
pub fn arrivals(problem: &Problem) -> Vec<usize> {
    let mut order: Vec<usize> = (0..problem.jobs.len()).collect();
    order.sort_by_key(|id| problem.jobs.get(*id).map(|job| job.earliest_ms));
    order
}

/// The plan that comes of planning anew at the beginning of every slot, with only what has arrived by then.
///
/// # Errors
/// The problem contradicts itself.
pub fn rolling(problem: &Problem, effort: &Effort) -> Result<Plan, Invalid> {
    let mut plan = Plan { jobs: vec![Vec::new(); problem.jobs.len()] };
    for slot in 0..i64::from(problem.slots) {
        let now = slot * problem.slot_ms;
        let (known, mut part) = part(problem, &plan, now);
        if known.is_empty() {
            continue;
        }
        let patience = patience(problem);
        part.jobs.iter_mut().for_each(|job| job.waiting = wait(job, patience));
        let solved = solve(&part, effort)?;
        for (id, pieces) in known.into_iter().zip(solved.plan.jobs) {
            let begins = pieces.iter().any(|piece| piece.start_ms < now + problem.slot_ms);
            if let Some(into) = plan.jobs.get_mut(id).filter(|_| begins) {
                *into = pieces;
            }
        }
    }
    Ok(plan)
}

/// Of what a unit costs in the mean, what it counts for a slot that a job waits: capacity that nobody uses now is lost,
/// and whoever comes next will want the later slots.
const WAITING: f64 = 0.3;

/// Atoms for a unit and a millisecond of waiting.
fn patience(problem: &Problem) -> f64 {
    let rates = problem.pools.iter().filter_map(|pool| pool.rates.first()).flatten();
    let count = rates.clone().count().max(1);
    WAITING * rates.map(|rate| *rate as f64).sum::<f64>() / count as f64
}

fn wait(job: &Job, patience: f64) -> i64 {
    let units = job.needs.first().map_or(0, |need| need.units);
    (units as f64 * patience).max(0.0) as i64
}

/// What is known and has not begun, and what is left for it.
fn part(problem: &Problem, plan: &Plan, now: i64) -> (Vec<usize>, Problem) {
    let is_open = |id: &usize, job: &Job| {
        let waits = plan.jobs.get(*id).is_some_and(Vec::is_empty);
        let shortest = job.needs.iter().map(|need| need.run_ms).min().unwrap_or(i64::MAX);
        waits && job.earliest_ms <= now && now.saturating_add(shortest) <= job.latest_ms
    };
    let known: Vec<usize> = problem
        .jobs
        .iter()
        .enumerate()
        .filter(|(id, job)| is_open(id, job))
        .map(|(id, _)| id)
        .collect();
    let begun: Vec<(&Job, &Piece)> = problem
        .jobs
        .iter()
        .zip(&plan.jobs)
        .flat_map(|(job, pieces)| pieces.iter().map(move |piece| (job, piece)))
        .filter(|(_, piece)| piece.end_ms > now)
        .collect();
    let jobs = known.iter().filter_map(|id| problem.jobs.get(*id));
    let from_now = |job: &Job| Job { earliest_ms: job.earliest_ms.max(now), ..job.clone() };
    let mut part = Problem {
        jobs: jobs.map(from_now).collect(),
        pools: problem.pools.clone(),
        links: problem.links.clone(),
        groups: problem.groups.clone(),
        caps: problem.caps.clone(),
        ..*problem
    };
    let mut pools: Vec<Vec<(i64, i64)>> = vec![Vec::new(); part.pools.len()];
    let mut links: Vec<Vec<(i64, i64)>> = vec![Vec::new(); part.links.len()];
    for (job, piece) in begun {
        let changes = |amount: i64| [(now, -amount), (piece.end_ms, amount)];
        pools
            .get_mut(piece.pool as usize)
            .into_iter()
            .for_each(|it| it.extend(changes(piece.units)));
        let held = job.home.map_or(0, |home| home.bandwidth);
        for link in &piece.path {
            links.get_mut(*link as usize).into_iter().for_each(|it| it.extend(changes(held)));
        }
    }
    for (pool, changes) in part.pools.iter_mut().zip(pools) {
        pool.capacity = less(&pool.capacity, changes, now);
    }
    for (link, changes) in part.links.iter_mut().zip(links) {
        link.capacity = less(&link.capacity, changes, now);
    }
    (known, part)
}

/// An amount with changes to it, from `now` on.
fn less(steps: &Steps, mut changes: Vec<(i64, i64)>, now: i64) -> Steps {
    changes.push((now, 0));
    changes.extend(steps.0.iter().filter(|(at, _)| *at > now).map(|(at, _)| (*at, 0)));
    changes.sort_unstable();
    let (mut taken, mut left): (i64, Vec<(i64, i64)>) = (0, Vec::new());
    for (at, change) in changes {
        taken += change;
        let amount = (steps.at(at) + taken).max(0);
        match left.last_mut().filter(|last| last.0 == at) {
            Some(last) => last.1 = amount,
            None => left.push((at, amount)),
        }
    }
    Steps(left)
}
