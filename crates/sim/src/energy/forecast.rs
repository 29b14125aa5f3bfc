//! How good forecasts are, on days that they have not seen.

use std::path::Path;

use energy::{forecast, seasonal};
use serde::Serialize;

use super::series::{self, ANY, Minute, Series};
use crate::SimError;

const DAY: Minute = 24 * 60;
/// Of the past that a forecast sees, at most.
const SEEN: Minute = 7 * 16 * DAY;
const AHEAD_DAYS: usize = 2;

/// Errors of forecasts 48 h ahead, one made at the start of every day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub column: String,
    pub forecasts: usize,
    pub horizon_h: usize,
    /// In percent of the truth, over values that are not within a hundredth of the mean size from zero; none if all are.
    pub mape: Option<f64>,
    /// Mean absolute error, in the unit of the series.
    pub mae: f64,
    /// Percent of true values within the band.
    pub coverage: f64,
    /// Percent that the band is made for.
    pub band: f64,
    pub seasonal_naive: Naive,
}

/// The last day or the last week again, whichever was nearer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Naive {
    pub season: &'static str,
    pub mape: Option<f64>,
    pub mae: f64,
}

/// Forecasts every day from `from` to the day before `to`; only what was before the day is seen.
///
/// # Errors
/// The series is not readable, or has not seven weeks before `from`, or ends before the first forecast does.
pub fn run(path: &Path, column: &str, from: Minute, to: Minute) -> Result<Report, SimError> {
    let series = series::read(path, Some(column), (Some(from - SEEN), Some(to)), ANY)?;
    let day = usize::try_from(DAY / series.step).unwrap_or(0);
    if day == 0 || DAY % series.step != 0 {
        return Err(SimError::Asked(format!(
            "{}: steps of {} min do not divide a day",
            path.display(),
            series.step
        )));
    }
    let scores = scores(&series, day, from).ok_or_else(|| {
        SimError::Asked(format!(
            "{}: {column} needs seven weeks before --from, and 48 h from there to --to",
            path.display()
        ))
    })?;
    Ok(scores.report(column))
}

fn scores(series: &Series, day: usize, from: Minute) -> Option<Scores> {
    let first = series.place(from)?;
    let ahead = day * AHEAD_DAYS;
    let mut scores = Scores::default();
    let seen = day * (SEEN / DAY) as usize;
    for now in (first..(series.values.len() + 1).saturating_sub(ahead)).step_by(day) {
        let past = series.values.get(now.saturating_sub(seen)..now)?;
        let truth = series.values.get(now..now + ahead)?;
        let found = forecast(past, day, ahead)?;
        scores.count += 1;
        scores.ours.take(truth, &found.values);
        scores.day.take(truth, &seasonal(past, day, ahead)?);
        scores.week.take(truth, &seasonal(past, day * 7, ahead)?);
        let band = found.low.iter().zip(&found.high).zip(truth);
        scores.within += band.filter(|((low, high), truth)| low <= truth && truth <= high).count();
    }
    (scores.count > 0).then_some(scores)
}

#[derive(Debug, Default)]
struct Scores {
    count: usize,
    within: usize,
    ours: Errors,
    day: Errors,
    week: Errors,
}

/// Truths and what was said of them.
#[derive(Debug, Default)]
struct Errors(Vec<(f64, f64)>);

impl Errors {
    fn take(&mut self, truth: &[f64], said: &[f64]) {
        self.0.extend(truth.iter().copied().zip(said.iter().copied()));
    }

    fn mae(&self) -> f64 {
        self.0.iter().map(|(truth, said)| (truth - said).abs()).sum::<f64>() / self.0.len() as f64
    }

    fn mape(&self) -> Option<f64> {
        let size = self.0.iter().map(|it| it.0.abs()).sum::<f64>() / self.0.len() as f64;
        let far = self.0.iter().filter(|it| it.0.abs() > size / 100.0);
        let parts: Vec<f64> = far.map(|(truth, said)| ((truth - said) / truth).abs()).collect();
        (!parts.is_empty()).then(|| parts.iter().sum::<f64>() / parts.len() as f64 * 100.0)
    }
}

impl Scores {
    fn report(&self, column: &str) -> Report {
        let (season, naive) = if self.day.mae() <= self.week.mae() {
            ("day", &self.day)
        } else {
            ("week", &self.week)
        };
        Report {
            column: column.to_owned(),
            forecasts: self.count,
            horizon_h: AHEAD_DAYS * 24,
            mape: self.ours.mape(),
            mae: self.ours.mae(),
            coverage: self.within as f64 / self.ours.0.len() as f64 * 100.0,
            band: 90.0,
            seasonal_naive: Naive { season, mape: naive.mape(), mae: naive.mae() },
        }
    }
}
