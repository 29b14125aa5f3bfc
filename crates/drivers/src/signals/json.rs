//! Answers of the Electricity Maps API and of the Carbon Aware SDK.

use model::{FeedUnit, Quality};
use serde::Deserialize;
use units::Time;

use super::{FeedError, Raw, wrong};

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, FeedError> {
    serde_json::from_str(text).or_else(|error| wrong("the answer", error))
}

/// `history`, `forecast`, or `data` of a range; or one point alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Maps {
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    history: Vec<MapsPoint>,
    #[serde(default)]
    data: Vec<MapsPoint>,
    #[serde(default)]
    forecast: Vec<MapsPoint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MapsPoint {
    datetime: Time,
    #[serde(alias = "carbonIntensity", alias = "price", alias = "carbonFreeEnergy")]
    value: Option<f64>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    is_estimated: bool,
}

pub(super) fn electricity_maps(text: &str, unit: FeedUnit) -> Result<Vec<Raw>, FeedError> {
    let answer: Maps = read(text)?;
    let known = answer.history.into_iter().chain(answer.data).map(|it| {
        let quality = if it.is_estimated { Quality::Estimated } else { Quality::Measured };
        (it, quality)
    });
    let all = known.chain(answer.forecast.into_iter().map(|it| (it, Quality::Forecast)));
    let mut points = Vec::new();
    for (it, quality) in all {
        let at = it.datetime.to_string();
        let said = it.unit.as_ref().or(answer.unit.as_ref());
        if let Some(said) = said.filter(|said| !is_unit(said, unit)) {
            return wrong(at, format!("it is in {said}, not in {}", unit.as_str()));
        }
        // An hour of which they know nothing is null.
        let Some(value) = it.value else { continue };
        points.push(Raw { at, time: it.datetime, value, quality });
    }
    Ok(points)
}

fn is_unit(said: &str, unit: FeedUnit) -> bool {
    let said = said.to_lowercase().replace("co₂", "co2").replace("co2eq", "co2").replace(' ', "");
    said == unit.as_str().to_lowercase()
}

/// `/emissions/bylocation`.
#[derive(Debug, Deserialize)]
struct Emission {
    time: Time,
    rating: f64,
}

/// `/emissions/forecasts/current`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Forecast {
    forecast_data: Vec<ForecastPoint>,
}

#[derive(Debug, Deserialize)]
struct ForecastPoint {
    timestamp: Time,
    value: f64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Aware {
    Forecasts(Vec<Forecast>),
    Emissions(Vec<Emission>),
}

/// Always grams for a kWh, by the SDK's documentation.
pub(super) fn carbon_aware(text: &str) -> Result<Vec<Raw>, FeedError> {
    let raw = |time: Time, value, quality| Raw { at: time.to_string(), time, value, quality };
    Ok(match read(text)? {
        Aware::Emissions(all) => {
            all.iter().map(|it| raw(it.time, it.rating, Quality::Measured)).collect()
        }
        Aware::Forecasts(all) if all.len() == 1 => {
            let points = all.iter().flat_map(|it| &it.forecast_data);
            points.map(|it| raw(it.timestamp, it.value, Quality::Forecast)).collect()
        }
        Aware::Forecasts(all) if all.is_empty() => Vec::new(),
        Aware::Forecasts(all) => {
            return wrong("the answer", format!("it is of {} locations: ask for one", all.len()));
        }
    })
}
