//! From prices to a plan: lanes filled, then jobs pushed about by several searchers at once, each with pools of its
//! own for a while.

use super::{lanes::Lanes, round::Rounding, solve::Effort};

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
const PHASES: u32 = 24;

/// Filled lanes that are so far above the bound need every attempt; nearer ones fewer, by the square.
const FAR: f64 = 0.04;
const FEWEST: f64 = 0.25;

/// Fills an empty plan and betters it.
pub(super) fn search(rounding: &mut Rounding<'_>, bound: f64, effort: &Effort) {
    fill(rounding);
    let gap = (rounding.total - bound).max(0.0) / bound.abs().max(1.0);
    let part = (gap / FAR).powi(2).clamp(FEWEST, 1.0);
    let attempts = rounding.places.len() as f64 * f64::from(effort.attempts) * part;
    let attempts = attempts as u64;
    let each = attempts.min(u32::MAX.into()).div_ceil(PHASES.into()) as u32;
    let heat = heat(rounding);
    for phase in 0..PHASES {
        let part = 1.0 - f64::from(phase) / f64::from(PHASES);
        let heat = heat * part * part;
        if each < DEALT_LEAST {
            rounding.push_many(each, heat);
            continue;
        }
        let hands = rounding.deal(SEARCHERS);
        let done = push(hands, each.div_ceil(SEARCHERS as u32), heat, effort.threads);
        rounding.collect(done);
    }
    rounding.settle_last();
}

/// What is given away at first for the sake of finding something better: a part of a job's mean cost.
fn heat(rounding: &Rounding<'_>) -> f64 {
    let jobs = rounding.places.len().max(1) as f64;
    rounding.total.abs() / jobs * 0.5
}

fn fill(rounding: &mut Rounding<'_>) {
    let worth: Vec<f32> = rounding.loss.iter().map(|lost| lost * KEPT).collect();
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

fn push(hands: Vec<Rounding<'_>>, attempts: u32, heat: f64, threads: usize) -> Vec<Rounding<'_>> {
    fn run(mut hand: Rounding<'_>, attempts: u32, heat: f64) -> Rounding<'_> {
        hand.push_many(attempts, heat);
        hand
    }
    if threads < 2 {
        return hands.into_iter().map(|hand| run(hand, attempts, heat)).collect();
    }
    std::thread::scope(|scope| {
        let start = |hand| scope.spawn(move || run(hand, attempts, heat));
        let started: Vec<_> = hands.into_iter().map(start).collect();
        let done = started.into_iter().map(|it| it.join());
        done.map(|hand| hand.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
