//! Whether a plan keeps every limit at all times.

use std::collections::{BTreeMap, BTreeSet};

use super::{Faults, Invalid, cost};
use crate::joint::{Job, Need, Piece, Plan, Problem, Shape, Steps};

/// Every limit that is broken. Jobs that are wrong by themselves are left out of what is in use.
pub(super) fn check(problem: &Problem, plan: &Plan, faults: &mut Faults) -> Result<(), Invalid> {
    if plan.jobs.len() != problem.jobs.len() {
        let what = format!("{} jobs, the problem has {}", plan.jobs.len(), problem.jobs.len());
        faults.add(Invalid::wrong("plan.jobs", what));
    }
    let mut sane: Vec<(&Job, &Piece)> = Vec::new();
    for (id, (job, pieces)) in problem.jobs.iter().zip(&plan.jobs).enumerate() {
        match of_job(problem, job, pieces) {
            Ok(()) => sane.extend(pieces.iter().map(|piece| (job, piece))),
            Err(what) => faults.add(Invalid::wrong(format!("plan.jobs[{id}]"), what)),
        }
    }
    capacities(problem, &sane, faults);
    caps(problem, &sane, faults)
}

fn of_job(problem: &Problem, job: &Job, pieces: &[Piece]) -> Result<(), String> {
    pieces.iter().try_for_each(|piece| of_piece(problem, job, piece))?;
    of_shape(problem, job, pieces)
}

fn of_piece(problem: &Problem, job: &Job, piece: &Piece) -> Result<(), String> {
    let pool = problem.pools.get(piece.pool as usize).ok_or("names a pool that is not there")?;
    need(problem, job, piece.pool).ok_or("its pool is of a class that it has no need for")?;
    let horizon = problem.horizon_ms();
    let mut earliest = job.earliest_ms;
    if let Some(offers) = &job.pools {
        let offer = offers.iter().find(|offer| offer.pool == piece.pool);
        earliest = earliest.max(offer.ok_or("its pool is not offered")?.earliest_ms);
    }
    if piece.start_ms < earliest.max(0) || piece.end_ms > job.latest_ms.min(horizon) {
        return Err("runs outside its window".to_owned());
    }
    if piece.start_ms >= piece.end_ms || piece.units <= 0 {
        return Err("has a piece without time or units".to_owned());
    }
    path(problem, job, piece, pool.node)
}

pub(super) fn need(problem: &Problem, job: &Job, pool: u32) -> Option<Need> {
    let class = problem.pools.get(pool as usize)?.class;
    job.needs.iter().find(|need| need.class == class).copied()
}

/// A loop-free path from the pool to the job's home.
fn path(problem: &Problem, job: &Job, piece: &Piece, from: u32) -> Result<(), String> {
    let Some(home) = &job.home else {
        return if piece.path.is_empty() {
            Ok(())
        } else {
            Err("holds a path without a home".into())
        };
    };
    let (mut at, mut delay) = (from, 0_u64);
    let mut seen = BTreeSet::from([from]);
    for id in &piece.path {
        let link =
            problem.links.get(*id as usize).ok_or("its path names a link that is not there")?;
        at = match link.ends {
            (a, b) if a == at => b,
            (a, b) if b == at => a,
            _ => return Err("its path is broken".to_owned()),
        };
        delay = delay.saturating_add(link.delay_us);
        if !seen.insert(at) {
            return Err("its path has a loop".to_owned());
        }
    }
    if at != home.node {
        return Err("its path does not lead home".to_owned());
    }
    if home.delay_most_us.is_some_and(|most| delay > most) {
        return Err("its path takes too long".to_owned());
    }
    Ok(())
}

fn of_shape(problem: &Problem, job: &Job, pieces: &[Piece]) -> Result<(), String> {
    let [first, ..] = pieces else { return Ok(()) };
    let need = need(problem, job, first.pool).ok_or("has no need for its pool")?;
    let length = |piece: &Piece| piece.end_ms - piece.start_ms;
    let one_pool = pieces.iter().all(|piece| piece.pool == first.pool);
    let fits = match job.shape {
        Shape::Rigid => {
            pieces.len() == 1 && first.units == need.units && length(first) == need.run_ms
        }
        Shape::Interruptible { every_ms } => {
            let whole = pieces.iter().all(|piece| piece.units == need.units);
            let total: i64 = pieces.iter().map(length).sum();
            let odd = pieces.iter().filter(|piece| length(piece) % every_ms != 0).count();
            let odd_allowed = usize::from(need.run_ms % every_ms != 0);
            one_pool && whole && total == need.run_ms && odd <= odd_allowed && apart(pieces)
        }
        Shape::Elastic { least, most } => {
            let within = pieces.iter().all(|piece| (least..=most).contains(&piece.units));
            let done: i128 =
                pieces.iter().map(|it| i128::from(it.units) * i128::from(length(it))).sum();
            let all = i128::from(need.units) * i128::from(need.run_ms);
            one_pool && within && done == all && joined(problem, pieces)
        }
        Shape::Splittable { tasks } => return split(problem, job, pieces, i64::from(tasks)),
    };
    if fits { Ok(()) } else { Err("does not run as its shape says".to_owned()) }
}

fn sorted(pieces: &[Piece]) -> Vec<&Piece> {
    let mut sorted: Vec<&Piece> = pieces.iter().collect();
    sorted.sort_by_key(|piece| piece.start_ms);
    sorted
}

fn apart(pieces: &[Piece]) -> bool {
    sorted(pieces).windows(2).all(|two| matches!(two, [a, b] if a.end_ms <= b.start_ms))
}

/// One after the other without a break, changing where slots do.
fn joined(problem: &Problem, pieces: &[Piece]) -> bool {
    let joint = |a: &Piece, b: &Piece| a.end_ms == b.start_ms && b.start_ms % problem.slot_ms == 0;
    sorted(pieces).windows(2).all(|two| matches!(two, [a, b] if joint(a, b)))
}

/// Equal tasks, each of them rigid.
fn split(problem: &Problem, job: &Job, pieces: &[Piece], tasks: i64) -> Result<(), String> {
    let mut done = 0;
    for piece in pieces {
        let need = need(problem, job, piece.pool).ok_or("has no need for a pool of its")?;
        let each = need.units / tasks.max(1);
        if piece.end_ms - piece.start_ms != need.run_ms || each == 0 || piece.units % each != 0 {
            return Err("has a piece that is not some of its tasks".to_owned());
        }
        done += piece.units / each;
    }
    if done == tasks { Ok(()) } else { Err(format!("runs {done} of its {tasks} tasks")) }
}

type Changes = Vec<(i64, i128)>;

/// No pool, link or group is ever fuller than it may be: of each, the first time at which it is.
fn capacities(problem: &Problem, pieces: &[(&Job, &Piece)], faults: &mut Faults) {
    let mut pools: BTreeMap<u32, Changes> = BTreeMap::new();
    let mut links: BTreeMap<u32, Changes> = BTreeMap::new();
    for (job, piece) in pieces {
        let both = |amount: i128| [(piece.start_ms, amount), (piece.end_ms, -amount)];
        pools.entry(piece.pool).or_default().extend(both(piece.units.into()));
        let held = cost::part(problem, job, piece);
        for link in &piece.path {
            links.entry(*link).or_default().extend(both(held));
        }
    }
    for (number, group) in problem.groups.iter().enumerate() {
        let weighed = group.members.iter().flat_map(|(pool, weight)| {
            let changes = pools.get(pool).into_iter().flatten();
            changes.map(move |(at, units)| (*at, units.saturating_mul((*weight).into())))
        });
        faults.note(sweep(&group.capacity, weighed.collect(), || format!("groups[{number}]")));
    }
    for (id, changes) in pools {
        let Some(pool) = problem.pools.get(id as usize) else { continue };
        faults.note(sweep(&pool.capacity, changes, || format!("pools[{id}]")));
    }
    for (id, changes) in links {
        let Some(link) = problem.links.get(id as usize) else { continue };
        faults.note(sweep(&link.capacity, changes, || format!("links[{id}]")));
    }
}

/// Adds up changes in order of time and compares them with what there is, at each of them and where that changes.
fn sweep(
    capacity: &Steps,
    mut changes: Changes,
    place: impl Fn() -> String,
) -> Result<(), Invalid> {
    changes.extend(capacity.0.iter().map(|(from, _)| (*from, 0)));
    changes.sort_unstable();
    let mut used = 0_i128;
    let mut rest = changes.as_slice();
    while let [(at, _), ..] = rest {
        let at = *at;
        let (now, later) = rest.split_at(rest.partition_point(|(time, _)| *time == at));
        used += now.iter().map(|(_, change)| change).sum::<i128>();
        if used > i128::from(capacity.at(at)) {
            let there = capacity.at(at);
            return Err(Invalid::wrong(
                place(),
                format!("{used} in use at {at} ms, there are {there}"),
            ));
        }
        rest = later;
    }
    Ok(())
}

/// No sum over everything is above its cap.
fn caps(problem: &Problem, pieces: &[(&Job, &Piece)], faults: &mut Faults) -> Result<(), Invalid> {
    for (number, cap) in problem.caps.iter().enumerate() {
        let mut sum = 0_i128;
        for (_, piece) in pieces {
            let pool = problem.pools.get(piece.pool as usize);
            let rates = pool.and_then(|pool| pool.rates.get(cap.sum as usize));
            let rates = rates.map_or(&[][..], Vec::as_slice);
            let each = cost::sum_over(problem, rates, piece.start_ms, piece.end_ms)?;
            let all = super::times(each, piece.units.into(), "caps")?;
            sum = super::plus(sum, all, "caps")?;
        }
        if sum > cap.most {
            let what = format!("comes to {sum}, at most {} is allowed", cap.most);
            faults.add(Invalid::wrong(format!("caps[{number}]"), what));
        }
    }
    Ok(())
}
