//! What a series with days and weeks will be, from nothing but its past.
//!
//! For each slot ahead a line is fitted (least squares with a small ridge) through a few looks at the past: the same time
//! of the last day and of the last week, means over days and weeks of that time, and how far the present is from them.
//! The errors that the lines make on what they were fitted to give the band.
#![expect(
    clippy::indexing_slicing,
    reason = "the innermost loops; `Past` is made only where the past is long enough"
)]

/// A forecast and its band, a value for each slot ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    pub values: Vec<f64>,
    /// 90 of 100 values are expected from here
    pub low: Vec<f64>,
    /// to here.
    pub high: Vec<f64>,
}

const LOOKS: usize = 7;
/// Weeks that lines are fitted to, at most.
const WEEKS: usize = 10;
/// Starts that lines are fitted to, a day.
const STARTS_A_DAY: usize = 8;
/// Weeks of the past that one look takes.
const SEEN_WEEKS: usize = 4;
/// In parts of a look's mean square.
const RIDGE: f64 = 0.003;
/// Times that lines are fitted anew with less worth where they are far off: from least squares to least distances, so
/// that one spike of a price does not bend them.
const ROUNDS: usize = 3;
/// Errors outside of what was fitted are larger than inside, by this factor.
const WIDER: f64 = 1.15;

/// Forecasts `ahead` slots, at most a week, of a series with `day` slots a day. `None` if the past is shorter than seven
/// weeks.
#[must_use]
pub fn forecast(past: &[f64], day: usize, ahead: usize) -> Option<Forecast> {
    let week = day.checked_mul(7)?;
    if day == 0 || ahead > week || past.len() < week * (SEEN_WEEKS + 3) {
        return None;
    }
    let past = Past::new(past, day);
    let mut found = Forecast { values: Vec::new(), low: Vec::new(), high: Vec::new() };
    for slot in 0..ahead {
        let (value, low, high) = past.line(slot)?;
        found.values.push(value);
        found.low.push(low);
        found.high.push(high);
    }
    Some(found)
}

/// The last season again and again: what every other method has to be better than. `None` if there is no whole season.
#[must_use]
pub fn seasonal(past: &[f64], season: usize, ahead: usize) -> Option<Vec<f64>> {
    let last = past.get(past.len().checked_sub(season)?..).filter(|it| !it.is_empty())?;
    Some(last.iter().copied().cycle().take(ahead).collect())
}

struct Past<'a> {
    values: &'a [f64],
    /// Of all values before.
    sums: Vec<f64>,
    day: usize,
}

impl<'a> Past<'a> {
    fn new(values: &'a [f64], day: usize) -> Self {
        let mut sums = vec![0.0];
        sums.extend(values.iter().scan(0.0, |sum, value| {
            *sum += value;
            Some(*sum)
        }));
        Self { values, sums, day }
    }

    fn mean(&self, to: usize, slots: usize) -> f64 {
        (self.sums[to] - self.sums[to - slots]) / slots as f64
    }

    /// The mean of `count` values, the last at `last` and the others `season` apart.
    fn every(&self, last: usize, season: usize, count: usize) -> f64 {
        (0..count).map(|back| self.values[last - back * season]).sum::<f64>() / count as f64
    }

    /// What was known at `now` of the value `slot` slots later.
    fn looks(&self, now: usize, slot: usize) -> [f64; LOOKS] {
        let (day, week) = (self.day, self.day * 7);
        let same_day = now + slot - day * (slot / day + 1);
        let same_week = now + slot - week * (slot / week + 1);
        let days = self.every(same_day, day, 7);
        let present = self.values[now - 1] - self.every(now - 1 - day, day, 7);
        [
            1.0,
            self.values[same_day],
            self.values[same_week],
            days,
            self.every(same_week, week, SEEN_WEEKS),
            self.mean(now, day) - self.mean(now, week),
            present,
        ]
    }

    /// The forecast for `slot` slots after the end, and its band.
    fn line(&self, slot: usize) -> Option<(f64, f64, f64)> {
        let end = self.values.len();
        let stride = (self.day / STARTS_A_DAY).max(1);
        let first = (self.day * 7 * (SEEN_WEEKS + 1)).max(end.saturating_sub(self.day * 7 * WEEKS));
        let starts = (first..end - slot).rev().step_by(stride);
        let seen: Vec<([f64; LOOKS], f64)> =
            starts.map(|now| (self.looks(now, slot), self.values[now + slot])).collect();
        let mut weights = fitted(&seen, |_, _| 1.0)?;
        for _ in 0..ROUNDS {
            let before = weights;
            let scale =
                seen.iter().map(|(looks, truth)| (truth - sum(looks, &before)).abs()).sum::<f64>()
                    / seen.len() as f64;
            weights = fitted(&seen, |looks, truth| {
                1.0 / (truth - sum(looks, &before)).abs().max(scale).max(1e-9)
            })?;
        }
        let at = |looks: &[f64; LOOKS]| sum(looks, &weights);
        let mut errors: Vec<f64> = seen.iter().map(|(looks, truth)| truth - at(looks)).collect();
        errors.sort_unstable_by(f64::total_cmp);
        let error = |part: f64| errors[((errors.len() - 1) as f64 * part).round() as usize] * WIDER;
        let value = at(&self.looks(end, slot));
        Some((value, value + error(0.05).min(0.0), value + error(0.95).max(0.0)))
    }
}

fn sum(looks: &[f64; LOOKS], weights: &[f64; LOOKS]) -> f64 {
    looks.iter().zip(weights).map(|(look, weight)| look * weight).sum()
}

/// Weights of least squares, drawn a little towards the mean of the three plain looks.
fn fitted(
    seen: &[([f64; LOOKS], f64)],
    worth: impl Fn(&[f64; LOOKS], f64) -> f64,
) -> Option<[f64; LOOKS]> {
    let plain = [0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0, 0.0, 0.0];
    let mut rows = [[0.0; LOOKS + 1]; LOOKS];
    for (looks, truth) in seen {
        let (rest, worth) = (truth - sum(looks, &plain), worth(looks, *truth));
        for (row, look) in rows.iter_mut().zip(looks) {
            row.iter_mut()
                .zip(looks.iter().chain([&rest]))
                .for_each(|(sum, other)| *sum += worth * look * other);
        }
    }
    for (at, row) in rows.iter_mut().enumerate() {
        row[at] += RIDGE * row[at] + 1e-12;
    }
    let shift = solved(rows)?;
    Some(std::array::from_fn(|at| plain[at] + shift[at]))
}

/// Of a system that is symmetric and positive: by elimination without exchange.
fn solved(mut rows: [[f64; LOOKS + 1]; LOOKS]) -> Option<[f64; LOOKS]> {
    for at in 0..LOOKS {
        let pivot = rows[at];
        if pivot[at].is_nan() || pivot[at] <= 0.0 {
            return None;
        }
        for (_, row) in rows.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            let factor = row[at] / pivot[at];
            row.iter_mut().zip(&pivot).for_each(|(value, above)| *value -= factor * above);
        }
    }
    Some(std::array::from_fn(|at| rows[at][LOOKS] / rows[at][at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_drift_are_foretold_within_the_band() {
        let value = |slot: usize| {
            (slot % 24) as f64 * 3.0 + slot as f64 / 48.0 + (slot * 7_919 % 13) as f64 / 6.0
        };
        let past: Vec<f64> = (0..168 * 12).map(value).collect();
        let found = forecast(&past, 24, 48).unwrap();
        for (slot, said) in found.values.iter().enumerate() {
            assert!((said - value(past.len() + slot)).abs() < 3.0, "{slot}: {said}");
            assert!(found.low[slot] <= *said && *said <= found.high[slot]);
        }
        assert_eq!(seasonal(&past, 168, 2).unwrap(), past[168 * 11..168 * 11 + 2]);
    }

    #[test]
    fn a_past_that_is_too_short_is_no_past() {
        assert!(forecast(&[1.0; 168 * 7 - 1], 24, 48).is_none() && forecast(&[], 0, 1).is_none());
        assert!(
            forecast(&[1.0; 168 * 7], 24, 48)
                .unwrap()
                .values
                .iter()
                .all(|it| (it - 1.0).abs() < 1e-6)
        );
        assert!(seasonal(&[1.0], 2, 1).is_none() && seasonal(&[], 0, 1).is_none());
    }
}
