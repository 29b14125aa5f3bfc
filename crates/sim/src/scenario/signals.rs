//! Prices and carbon of sites out of files, as they were or will be hour by hour.

use std::{collections::BTreeMap, path::PathBuf};

use energy::Told;
use model::Name;
use serde::Deserialize;
use units::{CarbonIntensity, EnergyPrice, Span, Time};

use super::forecast::Errors;
use crate::{
    SimError,
    energy::series::{self, Bounds, CARBON, PRICE, Series},
    random::Random,
};

/// What a site's electricity costs and emits, instead of its tariff and carbon source for as long as a file goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalPart {
    pub site: Name,
    /// Money per MWh.
    #[serde(default)]
    pub price: Option<CoursePart>,
    /// gCO2 per kWh.
    #[serde(default)]
    pub carbon: Option<CoursePart>,
}

/// A column of a file with even steps of time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoursePart {
    pub file: PathBuf,
    /// Left out: the only one there is.
    #[serde(default)]
    pub column: Option<String>,
    /// The file's time at which the scenario starts, as "2023-07-03" or "2023-07-03T06:00". Left out: the scenario's
    /// start, by UTC.
    #[serde(default)]
    pub from: Option<String>,
    /// What a unit of the file is worth in CNY, of a price; what it is multiplied by, of carbon.
    #[serde(default = "one")]
    pub times: f64,
}

const fn one() -> f64 {
    1.0
}

/// Days that are read; a forecast is drawn for as many days as it is planned ahead at most.
const DAYS_MOST: i64 = 366;
const FORECAST: Span = Span::hours(24 * 14);
const DAY_MINUTES: i64 = 24 * 60;
/// By site.
pub(super) type Signals = BTreeMap<Name, Told>;

/// Reads all files.
///
/// # Errors
/// One of them cannot be read, or does not go to where the scenario starts.
pub(super) fn read(parts: &[SignalPart], start: Time) -> Result<Signals, SimError> {
    let signal = |part: &SignalPart| {
        let prices = part.price.as_ref().map(|it| course(it, PRICE, start, price)).transpose()?;
        let carbon =
            part.carbon.as_ref().map(|it| course(it, CARBON, start, carbon)).transpose()?;
        let told = Told { prices: prices.unwrap_or_default(), carbon: carbon.unwrap_or_default() };
        Ok((part.site.clone(), told))
    };
    parts.iter().map(signal).collect()
}

/// By the number of the hour since 1970; shorter steps of the file by their mean.
fn course<T: Copy>(
    part: &CoursePart,
    bounds: Bounds,
    start: Time,
    value: impl Fn(f64) -> T,
) -> Result<BTreeMap<i64, T>, SimError> {
    if !(part.times > 0.0 && part.times <= 1e6) {
        let what =
            format!("signals: times is {}: it has to be above 0, at most 1000000", part.times);
        return Err(SimError::Asked(what));
    }
    let starts = start.as_millis().div_euclid(60_000);
    let from = part.from.as_deref().map_or(Ok(starts), series::minute)?;
    let range = (Some(from - DAY_MINUTES), Some(from + DAYS_MOST * DAY_MINUTES));
    let found = series::read(&part.file, part.column.as_deref(), range, bounds)?;
    if found.place(from).is_none_or(|place| place >= found.values.len()) {
        let what = "it has nothing for the start of the scenario: set `from`".to_owned();
        return Err(SimError::Invalid { path: part.file.clone(), line: 1, what });
    }
    let Series { start: first, step, values } = found;
    let mut hours: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for (minute, it) in
        (starts + first - from..).step_by(usize::try_from(step).unwrap_or(1)).zip(values)
    {
        for hour in minute.div_euclid(60)..=(minute + step - 1).div_euclid(60) {
            let (sum, count) = hours.entry(hour).or_default();
            (*sum, *count) = (*sum + it, *count + 1.0);
        }
    }
    let mean = |(hour, (sum, count)): (i64, (f64, f64))| (hour, value(sum / count * part.times));
    Ok(hours.into_iter().map(mean).collect())
}

/// A thousand kWh are a MWh.
fn price(per_mwh: f64) -> EnergyPrice {
    EnergyPrice::new((per_mwh * 1e6).round() as i64)
}

fn carbon(grams: f64) -> CarbonIntensity {
    CarbonIntensity::new((grams * 1e6).round() as u64)
}

/// The same with an error of each hour of the days to come.
pub(super) fn mistaken(told: &Told, now: Time, error: f64, random: &mut Random) -> Told {
    let days = Told::hour(now)..Told::hour(now.after(FORECAST));
    let mut errors = Errors::new(error, random);
    let mut mistaken = told.clone();
    mistaken.prices.range_mut(days.clone()).for_each(|(_, price)| errors.price(price));
    mistaken.carbon.range_mut(days).for_each(|(_, carbon)| errors.carbon(carbon));
    mistaken
}
