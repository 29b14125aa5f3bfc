//! Whether a problem makes sense by itself.

use super::Invalid;
use crate::joint::{Job, Problem, Shape, Steps};

/// No amount, rate or price is beyond, so that products of a few of them stay exact.
const AMOUNT_MOST: i64 = 1 << 62;

/// # Errors
/// What contradicts itself, and where.
pub fn sound(problem: &Problem) -> Result<(), Invalid> {
    require(problem.atoms > 0, "atoms", "is not above zero")?;
    require(problem.slot_ms > 0, "slot_ms", "is not above zero")?;
    let horizon = problem.slot_ms.checked_mul(problem.slots.into());
    require(horizon.is_some(), "slots", "the horizon does not fit into 64 bits")?;
    let sums = problem.pools.first().map_or(0, |pool| pool.rates.len());
    for (id, pool) in problem.pools.iter().enumerate() {
        let place = |field: &str| format!("pools[{id}].{field}");
        require(pool.node < problem.nodes, &place("node"), "is not a node")?;
        require(
            pool.rates.len() == sums,
            &place("rates"),
            "other pools have another number of sums",
        )?;
        let slots = problem.slots as usize;
        require(
            pool.rates.iter().all(|it| it.len() == slots),
            &place("rates"),
            "not one for each slot",
        )?;
        steps(&pool.capacity, &place("capacity"))?;
    }
    for (id, link) in problem.links.iter().enumerate() {
        let place = |field: &str| format!("links[{id}].{field}");
        let (a, b) = link.ends;
        require(a < problem.nodes && b < problem.nodes, &place("ends"), "is not a node")?;
        require(link.price >= 0, &place("price"), "is below zero")?;
        steps(&link.capacity, &place("capacity"))?;
    }
    for (id, group) in problem.groups.iter().enumerate() {
        let pools = problem.pools.len() as u64;
        let fits =
            group.members.iter().all(|(pool, weight)| u64::from(*pool) < pools && *weight >= 0);
        require(
            fits,
            &format!("groups[{id}].members"),
            "is not a pool, or a weight is below zero",
        )?;
        steps(&group.capacity, &format!("groups[{id}].capacity"))?;
    }
    for (id, cap) in problem.caps.iter().enumerate() {
        require(
            (cap.sum as usize) < sums,
            &format!("caps[{id}].sum"),
            "is not one of the pools' sums",
        )?;
    }
    problem.jobs.iter().enumerate().try_for_each(|(id, it)| job(problem, id, it, sums))
}

fn job(problem: &Problem, id: usize, job: &Job, sums: usize) -> Result<(), Invalid> {
    let place = |field: &str| format!("jobs[{id}].{field}");
    let rises = job.needs.windows(2).all(|two| matches!(two, [a, b] if a.class < b.class));
    require(rises, &place("needs"), "classes do not rise")?;
    let positive = job.needs.iter().all(|need| {
        (1..AMOUNT_MOST).contains(&need.units) && (1..AMOUNT_MOST).contains(&need.run_ms)
    });
    require(positive, &place("needs"), "units and run_ms must be above zero")?;
    require(job.weights.iter().all(|it| *it >= 0), &place("weights"), "is below zero")?;
    require(
        job.weights.len() == sums || problem.pools.is_empty(),
        &place("weights"),
        "not one for each sum",
    )?;
    require(job.waiting >= 0, &place("waiting"), "is below zero")?;
    require(job.refusal >= 0, &place("refusal"), "is below zero")?;
    let times = [job.earliest_ms, job.latest_ms];
    let real = times.iter().all(|at| (-AMOUNT_MOST..AMOUNT_MOST).contains(at));
    require(real, &place("earliest_ms"), "the window does not fit into 62 bits")?;
    if let Some(home) = &job.home {
        require(home.node < problem.nodes, &place("home.node"), "is not a node")?;
        require(
            (0..AMOUNT_MOST).contains(&home.bandwidth),
            &place("home.bandwidth"),
            "is below zero",
        )?;
    }
    let offers = job.pools.iter().flatten();
    let known = offers.clone().all(|it| (it.pool as usize) < problem.pools.len() && it.fixed >= 0);
    require(known, &place("pools"), "is not a pool, or costs less than nothing")?;
    let ids: std::collections::BTreeSet<u32> = offers.clone().map(|it| it.pool).collect();
    require(ids.len() == offers.count(), &place("pools"), "names a pool twice")?;
    shape(job, &place("shape"))
}

fn shape(job: &Job, place: &str) -> Result<(), Invalid> {
    match job.shape {
        Shape::Rigid => Ok(()),
        Shape::Interruptible { every_ms } => {
            require(every_ms > 0, place, "every_ms must be above zero")
        }
        Shape::Elastic { least, most } => {
            require(0 < least && least <= most, place, "0 < least <= most is not so")
        }
        Shape::Splittable { tasks } => {
            let whole = job.needs.iter().all(|it| tasks > 0 && it.units % i64::from(tasks) == 0);
            require(whole, place, "tasks must divide the units of every need")
        }
    }
}

fn steps(steps: &Steps, place: &str) -> Result<(), Invalid> {
    let rises = steps.0.windows(2).all(|two| matches!(two, [a, b] if a.0 < b.0));
    require(rises, place, "times do not rise")?;
    let real = steps.0.iter().all(|(_, amount)| (0..AMOUNT_MOST).contains(amount));
    require(real, place, "an amount is below zero or beyond 62 bits")
}

fn require(holds: bool, place: &str, what: &str) -> Result<(), Invalid> {
    if holds { Ok(()) } else { Err(Invalid::wrong(place, what)) }
}
