//! From points at any time to full hours, in the unit in which they are kept.

use model::{Feed, FeedUnit, Quality, SignalPoint};
use units::Time;

use super::{FeedError, wrong};

const HOUR_MS: i64 = 3_600_000;
/// Gap between two points of one reading, at most.
const GAP_MS: i64 = 24 * HOUR_MS;

/// A point as a feed puts it, with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    pub at: String,
    pub time: Time,
    /// In the feed's unit.
    pub value: f64,
    pub quality: Quality,
}

/// The mean of each hour's points (of a meter, the sum); its quality is that of the worst of them.
pub(super) fn by_hour(raw: &[Raw], feed: &Feed) -> Result<Vec<SignalPoint>, FeedError> {
    if raw.is_empty() {
        return wrong(&feed.from, "there are no points");
    }
    let mut last: Option<&Raw> = None;
    let mut hours: Vec<(i64, f64, u32, Quality)> = Vec::new();
    for point in raw {
        check(point, last)?;
        last = Some(point);
        let hour = point.time.as_millis().div_euclid(HOUR_MS);
        match hours.last_mut().filter(|it| it.0 == hour) {
            Some((_, sum, count, quality)) => {
                (*sum, *count) = (*sum + point.value, *count + 1);
                *quality = (*quality).min(point.quality);
            }
            None => hours.push((hour, point.value, 1, point.quality)),
        }
    }
    let scale = scale(feed);
    let point = |(hour, sum, count, quality): (i64, f64, u32, Quality)| {
        let value = if feed.unit == FeedUnit::Kwh { sum } else { sum / f64::from(count) };
        let value = (value * scale).round() as i64;
        SignalPoint { hour: Time::from_millis(hour * HOUR_MS), value, quality }
    };
    Ok(hours.into_iter().map(point).collect())
}

fn check(point: &Raw, last: Option<&Raw>) -> Result<(), FeedError> {
    if !point.value.is_finite() {
        return wrong(&point.at, format!("{} is no number", point.value));
    }
    let Some(last) = last else { return Ok(()) };
    let step = point.time.as_millis() - last.time.as_millis();
    match step {
        0 => wrong(
            &point.at,
            format!("{} comes twice: give times in UTC, where no hour repeats", point.time),
        ),
        ..0 => wrong(&point.at, format!("{} comes after {}", point.time, last.time)),
        _ if step > GAP_MS => wrong(
            &point.at,
            format!(
                "{} is {} h after the point before it: points are missing",
                point.time,
                step / HOUR_MS
            ),
        ),
        _ => Ok(()),
    }
}

/// What a value is multiplied by.
fn scale(feed: &Feed) -> f64 {
    let rate = feed.rate.map_or(1.0, |it| it.get() as f64 / 1e9);
    match feed.unit {
        FeedUnit::GramsPerKwh => 1e6,
        // 453.59237 g a pound, 1,000 kWh a MWh.
        FeedUnit::PoundsPerMwh => 453_592.37,
        FeedUnit::Percent => 1e4,
        FeedUnit::Kwh => 3.6e9,
        FeedUnit::YuanPerKwh => 1e9,
        FeedUnit::YuanPerMwh => 1e6,
        FeedUnit::EuroPerMwh | FeedUnit::DollarPerMwh => 1e6 * rate,
    }
}
