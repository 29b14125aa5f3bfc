//! A battery at a market, decided step by step with the prices of a horizon in sight.

use std::{path::Path, time::Instant};

use energy::{Step, Storage};
use serde::Serialize;

use super::series::{self, Minute, PRICE, Range};
use crate::SimError;

/// Minutes of a step.
const STEP: Minute = 15;
/// Each way.
const EFFICIENCY: f64 = 0.95;

/// A battery and how far it sees.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub market: &'a str,
    pub power_mw: f64,
    pub energy_mwh: f64,
    /// Minutes ahead of which prices are known.
    pub horizon: Minute,
    pub range: Range,
}

/// What it cost. Money is in the unit of the prices; below zero is earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub market: String,
    pub steps: usize,
    /// Steps with a price of zero or below.
    pub steps_not_above_zero: usize,
    pub horizon_h: f64,
    pub cost: f64,
    /// No way through all the steps costs less, with every price known from the start.
    pub lower_bound: f64,
    /// Of the cost above the bound, in percent of the bound.
    pub gap_pct: f64,
    pub ms_per_step: f64,
    /// Of 99 in 100 steps, at most.
    pub ms_p99: f64,
}

/// Starts empty; what is left at the end is worth nothing.
///
/// # Errors
/// The prices are not readable, their steps are no multiple of 15 min, or the battery is none.
pub fn run(path: &Path, asked: &Asked<'_>) -> Result<Report, SimError> {
    check(asked)?;
    let found = series::read(path, Some(asked.market), asked.range, PRICE)?;
    if found.step % STEP != 0 {
        return Err(SimError::Asked(format!(
            "{}: prices every {} min: they have to be for whole quarters of an hour",
            path.display(),
            found.step
        )));
    }
    let prices: Vec<f64> = found
        .values
        .iter()
        .flat_map(|it| std::iter::repeat_n(*it, (found.step / STEP) as usize))
        .collect();
    report(asked, &prices).ok_or_else(|| SimError::Asked("the battery can do nothing".to_owned()))
}

fn check(asked: &Asked<'_>) -> Result<(), SimError> {
    for (name, value) in [("--power-mw", asked.power_mw), ("--energy-mwh", asked.energy_mwh)] {
        if !(value.is_finite() && value > 0.0 && value <= 1e6) {
            return Err(SimError::Asked(format!(
                "{name} {value}: it is more than zero and at most 1000000"
            )));
        }
    }
    if asked.horizon < STEP || asked.horizon > 31 * 24 * 60 {
        return Err(SimError::Asked(format!(
            "--horizon {} min: it is 15 min to 31 days",
            asked.horizon
        )));
    }
    Ok(())
}

fn report(asked: &Asked<'_>, prices: &[f64]) -> Option<Report> {
    let storage = Storage {
        capacity: asked.energy_mwh,
        power: asked.power_mw * STEP as f64 / 60.0,
        efficiency: EFFICIENCY,
    };
    let steps: Vec<Step> = prices.iter().map(|price| storage.traded(*price)).collect();
    let lower_bound = storage.dispatch(&steps, 0.0, 0.0)?.cost;
    let ahead = (asked.horizon / STEP) as usize;
    let mut seconds = Vec::with_capacity(prices.len());
    let (mut cost, mut stored) = (0.0, 0.0);
    for (at, price) in prices.iter().enumerate() {
        let clock = Instant::now();
        let (given, after) =
            storage.first(steps.get(at..steps.len().min(at + ahead))?, stored, 0.0)?;
        seconds.push(clock.elapsed().as_secs_f64());
        (cost, stored) = (cost - price * given, after);
    }
    Some(Report {
        market: asked.market.to_owned(),
        steps: prices.len(),
        steps_not_above_zero: prices.iter().filter(|it| **it <= 0.0).count(),
        horizon_h: asked.horizon as f64 / 60.0,
        cost,
        lower_bound,
        gap_pct: if lower_bound == 0.0 {
            0.0
        } else {
            (cost - lower_bound) / lower_bound.abs() * 100.0
        },
        ms_per_step: seconds.iter().sum::<f64>() * 1e3 / prices.len() as f64,
        ms_p99: part(&mut seconds, 0.99) * 1e3,
    })
}

/// The value that a part of them is not above.
fn part(values: &mut [f64], part: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let at = (values.len() as f64 * part) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or(0.0)
}
