//! Series of a site, hour by hour: what can be true of them, and what is used where they end.

use std::collections::BTreeMap;

use model::{Quality, Signal, SignalPoint};
use units::{Span, Time};

use crate::{account::hour_of, forecast};

/// Most points told at once.
pub const POINTS_MOST: usize = 20_000;
/// Hours of a series that are kept at hand: what a forecast needs, and a week ahead.
pub const KEPT: Span = Span::hours(24 * 7 * 16);
/// How far ahead points may lie.
pub const AHEAD_MOST: Span = Span::hours(24 * 8);
const HOUR: Span = Span::hours(1);
const DAY: usize = 24;
/// The measured past may have ended so long ago, and still counts as fresh.
pub const STALE: Span = Span::hours(6);
/// What was told before this is no measure of what is told now.
const REMEMBERED: Span = Span::hours(48);
/// Between the middle of what is told and of what was told before: more is another unit.
const JUMP: i128 = 20;

/// Why points are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

fn refused<T>(text: String) -> Result<T, Refused> {
    Err(Refused(text))
}

/// One series.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    points: BTreeMap<Time, (i64, Quality)>,
}

/// Where a value comes from that no point says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A point.
    Told(Quality),
    /// By a line fitted to the past.
    Forecast,
    /// The same hour of the last day that is known.
    LastDay,
}

impl Series {
    /// Takes points that [`check`] has let through: what is known better stays.
    pub fn take(&mut self, points: &[SignalPoint], now: Time) {
        for point in points {
            let old = self.points.get(&point.hour);
            if old.is_none_or(|(_, quality)| *quality <= point.quality) {
                self.points.insert(point.hour, (point.value, point.quality));
            }
        }
        self.points = self.points.split_off(&now.before(KEPT));
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// What was told of hours from `from` on.
    pub fn told_from(&self, from: Time) -> impl Iterator<Item = (Time, i64, Quality)> + '_ {
        self.points.range(from..).map(|(hour, (value, quality))| (*hour, *value, *quality))
    }

    /// The last hour that is no forecast.
    #[must_use]
    pub fn last_known(&self) -> Option<Time> {
        let known = self.points.iter().rev().find(|(_, (_, quality))| *quality > Quality::Forecast);
        known.map(|(hour, _)| *hour)
    }

    /// Nothing was told of the last hours, and nothing of those to come.
    #[must_use]
    pub fn is_stale(&self, now: Time) -> bool {
        !self.points.contains_key(&hour_of(now))
            && self.last_known().is_none_or(|last| last < now.before(STALE))
    }

    /// Every hour in `[from, to)`: as told; beyond that by a forecast where seven whole weeks are known, else the same
    /// hour of the last day that is. Hours of which nothing can be said are left out.
    #[must_use]
    pub fn filled(&self, from: Time, to: Time) -> Vec<(Time, i64, Origin)> {
        let forecast = self.forecast();
        let mut hours = Vec::new();
        let mut hour = hour_of(from);
        while hour < to {
            let told =
                self.points.get(&hour).map(|(value, quality)| (*value, Origin::Told(*quality)));
            let value = told
                .or_else(|| forecast.get(&hour).map(|value| (*value, Origin::Forecast)))
                .or_else(|| self.day_before(hour).map(|value| (value, Origin::LastDay)));
            hours.extend(value.map(|(value, origin)| (hour, value, origin)));
            hour = hour.after(HOUR);
        }
        hours
    }

    /// Of the days after the last point, as far as the past without a gap allows.
    fn forecast(&self) -> BTreeMap<Time, i64> {
        let Some((last, _)) = self.points.last_key_value() else { return BTreeMap::new() };
        let mut past = Vec::new();
        let mut hour = *last;
        while let Some((value, _)) = self.points.get(&hour) {
            past.push(*value as f64);
            hour = hour.before(HOUR);
        }
        past.reverse();
        let Some(found) = forecast(&past, DAY, 2 * DAY) else { return BTreeMap::new() };
        let least = self.points.values().map(|(value, _)| *value).min().unwrap_or(0).min(0);
        let mut hour = *last;
        found
            .values
            .iter()
            .map(|value| {
                hour = hour.after(HOUR);
                (hour, (value.round() as i64).max(least))
            })
            .collect()
    }

    /// The same hour of the last day before on which it is known, eight days back at most.
    fn day_before(&self, hour: Time) -> Option<i64> {
        let (last, _) = self.points.last_key_value()?;
        let behind = hour.since(*last).get().div_ceil(Span::hours(24).get()).max(1);
        let back = |days: u64| hour.before(Span::hours(24 * days));
        (behind..behind + 8).find_map(|days| self.points.get(&back(days))).map(|it| it.0)
    }

    /// The middle of the sizes of the last week.
    fn middle(&self) -> Option<i64> {
        let sizes = self.points.values().rev().take(7 * DAY).map(|it| it.0.saturating_abs());
        middle(sizes.collect())
    }
}

fn middle(mut sizes: Vec<i64>) -> Option<i64> {
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied()
}

/// Least and greatest value, in words, and the size below which units cannot be told apart.
const fn bounds(signal: Signal) -> (i64, i64, &'static str, i64) {
    match signal {
        Signal::Carbon => (0, 5_000_000_000, "0 to 5 kgCO2/kWh", 10_000_000),
        Signal::Price => (-100_000_000_000, 100_000_000_000, "-100 to 100 CNY/kWh", 50_000_000),
        Signal::CarbonFree => (0, 1_000_000, "0 to 100 %", 1_000_000),
        Signal::Meter => (0, 36_000_000_000_000_000, "0 to 10 GWh", i64::MAX),
        Signal::Stored => (0, 360_000_000_000_000_000, "0 to 100 GWh", i64::MAX),
        Signal::MarginalPrice | Signal::MarginalCarbon => {
            (0, -1, "nothing that others tell", i64::MAX)
        }
    }
}

/// Whether points can be true beside what is known.
///
/// # Errors
/// What is wrong with the first that cannot, and what would be right.
pub fn check(
    signal: Signal,
    points: &[SignalPoint],
    known: Option<&Series>,
    now: Time,
) -> Result<(), Refused> {
    if !(1..=POINTS_MOST).contains(&points.len()) {
        return refused(format!("{} points: give 1 to {POINTS_MOST}", points.len()));
    }
    let mut seen = BTreeMap::new();
    for point in points {
        check_point(signal, point, now)?;
        if seen.insert(point.hour, ()).is_some() {
            return refused(format!("the hour of {} is given twice: give each once", point.hour));
        }
    }
    let new = middle(points.iter().map(|it| it.value.saturating_abs()).collect());
    let fresh = |it: &&Series| it.last_known().is_some_and(|last| last > now.before(REMEMBERED));
    let old = known.filter(fresh).and_then(Series::middle);
    let floor = bounds(signal).3;
    if let Some((new, old)) = new.zip(old)
        && i128::from(new.max(old)) > JUMP * i128::from(new.min(old).max(floor))
    {
        return refused(format!(
            "{signal} jumps from about {old} to about {new}: that is another unit"
        ));
    }
    Ok(())
}

fn check_point(signal: Signal, point: &SignalPoint, now: Time) -> Result<(), Refused> {
    let (least, most, words, _) = bounds(signal);
    if hour_of(point.hour) != point.hour {
        return refused(format!("{} is no full hour", point.hour));
    }
    if !(least..=most).contains(&point.value) {
        return refused(format!("{signal} of {} at {}: {words} can be", point.value, point.hour));
    }
    if point.hour > now.after(AHEAD_MOST) {
        return refused(format!("{} is more than {AHEAD_MOST} ahead", point.hour));
    }
    // Prices of tomorrow are settled today.
    let is_settled = signal == Signal::Price;
    if point.quality == Quality::Measured && point.hour > now && !is_settled {
        return refused(format!("{} is still to come: it cannot be measured", point.hour));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_millis(1_772_323_200_000 + hour * 3_600_000)
    }

    fn points(hours: std::ops::Range<i64>, value: impl Fn(i64) -> i64) -> Vec<SignalPoint> {
        let point =
            |hour| SignalPoint { hour: at(hour), value: value(hour), quality: Quality::Measured };
        hours.map(point).collect()
    }

    fn grams(value: i64) -> i64 {
        value * 1_000_000
    }

    #[test]
    fn a_feed_that_stops_falls_back_to_the_last_day() {
        let mut series = Series::default();
        series.take(&points(-48..0, |hour| grams(300 + hour.rem_euclid(24) * 10)), at(0));
        assert!(!series.is_stale(at(3)) && series.is_stale(at(7)));
        let filled = series.filled(at(0), at(60));
        assert_eq!(filled.len(), 60);
        for (hour, value, origin) in filled {
            let of_day = (hour.as_millis() - at(0).as_millis()) / 3_600_000 % 24;
            assert_eq!((value, origin), (grams(300 + of_day * 10), Origin::LastDay));
        }
        assert!(
            Series::default().filled(at(0), at(5)).is_empty() && Series::default().is_stale(at(0))
        );
    }

    #[test]
    fn with_weeks_known_the_rest_is_forecast() {
        let mut series = Series::default();
        let value = |hour: i64| grams(400 + (hour.rem_euclid(24) - 12).abs() * 10);
        series.take(&points(-24 * 7 * 8..0, value), at(0));
        let filled = series.filled(at(0), at(72));
        let origin = |at: usize| filled[at].2;
        assert_eq!(
            (origin(0), origin(47), origin(48)),
            (Origin::Forecast, Origin::Forecast, Origin::LastDay)
        );
        for (at, (_, found, _)) in (0..).zip(&filled) {
            assert!((found - value(at)).abs() < grams(5), "{at}: {found}");
        }
    }

    #[test]
    fn what_is_known_better_stays() {
        let mut series = Series::default();
        let forecast = SignalPoint { hour: at(0), value: 7, quality: Quality::Forecast };
        series.take(&points(0..1, |_| 5), at(1));
        series.take(std::slice::from_ref(&forecast), at(1));
        assert_eq!(series.filled(at(0), at(1)), [(at(0), 5, Origin::Told(Quality::Measured))]);
        assert_eq!(series.last_known(), Some(at(0)));
    }

    #[test]
    fn what_cannot_be_true_is_refused() {
        let mut known = Series::default();
        known.take(&points(-24..0, |_| grams(400)), at(0));
        let told = |signal, points: &[SignalPoint]| {
            check(signal, points, Some(&known), at(2))
                .map_or_else(|it| it.0, |()| "fine".to_owned())
        };
        let carbon = |value: i64| points(0..1, move |_| value);
        assert_eq!(told(Signal::Carbon, &carbon(grams(90))), "fine");
        assert_eq!(
            told(Signal::Carbon, &carbon(grams(-1))),
            "carbon of -1000000 at 2026-03-01T00:00:00Z: 0 to 5 kgCO2/kWh can be"
        );
        assert_eq!(
            told(Signal::Carbon, &carbon(400)),
            "carbon jumps from about 400000000 to about 400: that is another unit"
        );
        assert_eq!(
            told(Signal::Carbon, &points(3..4, |_| grams(1))),
            "2026-03-01T03:00:00Z is still to come: it cannot be measured"
        );
        let twice = [carbon(grams(400)), carbon(grams(401))].concat();
        assert_eq!(
            told(Signal::Carbon, &twice),
            "the hour of 2026-03-01T00:00:00Z is given twice: give each once"
        );
        let half = [SignalPoint { hour: Time::from_millis(1_800_000), ..carbon(1)[0].clone() }];
        assert_eq!(told(Signal::Carbon, &half), "1970-01-01T00:30:00Z is no full hour");
        assert_eq!(told(Signal::Carbon, &[]), "0 points: give 1 to 20000");
    }
}
