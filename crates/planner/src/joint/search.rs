//! From prices to a plan: lanes filled, then jobs pushed about by several searchers at once, each with pools of its
//! own for a while.

use super::{dual::price_all, eject::Pusher, lanes::Lanes, round::Rounding, solve::Effort};

/// Of a job's surplus, how much counts as its own when lanes are filled: what is sure to find a place should not be
/// preferred to what fits just here.
const KEPT: f32 = 0.9;
/// Rounds in which lanes are filled, at most.
const FILLS_MOST: usize = 1_000;
/// Searchers that work side by side, however many threads there are.
const SEARCHERS: usize = 2;
/// Fewer attempts in a phase are not worth dealing, which copies everything.
const DEALT_LEAST: u32 = 256;
/// After so many phases the pools are dealt anew.
const PHASES: u32 = 12;

/// Fills an empty plan and betters it.
pub(super) fn search(rounding: &mut Rounding<'_>, prices: &[f32], effort: &Effort) {
    let table = rounding.table;
    let mut shadow = Vec::new();
    table.over_windows(prices, &mut shadow);
    let least = least_costs(rounding, &shadow);
    fill(rounding, &least);
    let attempts = (rounding.places.len() as u64 * u64::from(effort.attempts)).min(u32::MAX.into());
    let each = (attempts as u32).div_ceil(PHASES);
    let pusher = Pusher::new(table, shadow, least, heat(rounding));
    for phase in 0..PHASES {
        let part = 1.0 - f64::from(phase) / f64::from(PHASES);
        if each < DEALT_LEAST {
            rounding.push_many(&pusher, each, part);
            continue;
        }
        let hands = rounding.deal(SEARCHERS);
        let done = push(hands, &pusher, each.div_ceil(SEARCHERS as u32), part, effort.threads);
        rounding.collect(done);
    }
}

/// What is given away at first for the sake of finding something better: a part of a job's mean cost.
fn heat(rounding: &Rounding<'_>) -> f64 {
    let jobs = rounding.places.len().max(1) as f64;
    rounding.total.abs() / jobs * 0.5
}

/// The least that each job costs at shadow prices.
fn least_costs(rounding: &Rounding<'_>, shadow: &[f32]) -> Vec<f32> {
    let mut costs = Vec::new();
    let jobs = 0..rounding.places.len();
    jobs.map(|job| price_all(rounding.table, shadow, rounding.work(job), &mut costs)).collect()
}

fn fill(rounding: &mut Rounding<'_>, least: &[f32]) {
    let kept = |(job, least): (usize, &f32)| (rounding.work(job).refusal - least).max(0.0) * KEPT;
    let worth: Vec<f32> = least.iter().enumerate().map(kept).collect();
    let mut lanes = Lanes::default();
    let mut open: Vec<usize> = (0..rounding.table.columns()).collect();
    for _ in 0..FILLS_MOST {
        open.retain(|column| rounding.fill_lane(&mut lanes, *column, Some(&worth)) > 0.0);
        if open.is_empty() {
            break;
        }
    }
    for column in 0..rounding.table.columns() {
        while rounding.fill_lane(&mut lanes, column, None) > 0.0 {}
    }
}

fn push<'a>(
    hands: Vec<Rounding<'a>>,
    pusher: &Pusher<'a>,
    attempts: u32,
    part: f64,
    threads: usize,
) -> Vec<Rounding<'a>> {
    let run = |mut hand: Rounding<'a>| {
        hand.push_many(pusher, attempts, part);
        hand
    };
    if threads < 2 {
        return hands.into_iter().map(run).collect();
    }
    std::thread::scope(|scope| {
        let started: Vec<_> =
            hands.into_iter().map(|hand| scope.spawn(move || run(hand))).collect();
        let done = started.into_iter().map(|it| it.join());
        done.map(|hand| hand.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
