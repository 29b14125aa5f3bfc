//! CSV as Electricity Maps exports it: a time in UTC, named columns, and whether a row is estimated.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use model::{FeedUnit, Quality};
use units::Time;

use super::{FeedError, Raw, wrong};

/// Rows read at most.
const ROWS_MOST: usize = 20_000;

/// The points of a column, in order. An empty cell is no point.
pub(super) fn read(text: &str, column: &str, unit: FeedUnit) -> Result<Vec<Raw>, FeedError> {
    let mut reader =
        ::csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| bad("line 1", &error))?.clone();
    let names: Vec<String> = header.iter().map(|it| it.trim().to_lowercase()).collect();
    let wanted = column.trim().to_lowercase();
    let Some(value_at) = names.iter().position(|it| *it == wanted) else {
        let there: Vec<&str> = header.iter().take(20).collect();
        return wrong(
            "line 1",
            format!("there is no column `{column}`; there are: {}", there.join(", ")),
        );
    };
    check_unit(column, unit)?;
    let time_at = names.iter().position(|it| it.starts_with("datetime") || it.starts_with("time"));
    let time_at = time_at.unwrap_or(0);
    let estimated_at = names.iter().position(|it| it == "data estimated");
    let mut points = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| bad("a row", &error))?;
        let at = format!("line {}", record.position().map_or(0, ::csv::Position::line));
        if points.len() >= ROWS_MOST {
            return wrong(at, format!("more than {ROWS_MOST} rows"));
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let text = cell(value_at);
        if text.is_empty() {
            continue;
        }
        let Ok(value) = text.parse::<f64>() else {
            return wrong(at, format!("`{text}` is no number"));
        };
        let time = time(cell(time_at)).map_or_else(|why| wrong(&at, why), Ok)?;
        let is_estimated = estimated_at.is_some_and(|at| cell(at).eq_ignore_ascii_case("true"));
        let quality = if is_estimated { Quality::Estimated } else { Quality::Measured };
        points.push(Raw { at, time, value, quality });
    }
    Ok(points)
}

fn bad(at: &str, error: &::csv::Error) -> FeedError {
    FeedError::Wrong { at: at.to_owned(), why: error.to_string() }
}

/// A heading that names a unit has to name this one.
fn check_unit(column: &str, unit: FeedUnit) -> Result<(), FeedError> {
    let plain = column.to_lowercase().replace("co₂", "co2").replace("co2eq", "co2");
    let all =
        ["gco2/kwh", "kgco2/mwh", "lbco2/mwh", "eur/mwh", "usd/mwh", "cny/mwh", "cny/kwh", "%"];
    let Some(found) = all.iter().find(|it| plain.contains(**it)) else { return Ok(()) };
    let is_same = *found == unit.as_str().to_lowercase()
        || *found == "kgco2/mwh" && unit == FeedUnit::GramsPerKwh;
    if is_same && !(*found == "gco2/kwh" && plain.contains("kgco2/kwh")) {
        return Ok(());
    }
    wrong("line 1", format!("column `{column}` is in {found}, not in {}", unit.as_str()))
}

/// With a zone as RFC 3339 has it, or without one in UTC.
fn time(text: &str) -> Result<Time, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.into());
    }
    let at: Result<DateTime, _> = text.parse();
    let at = at.ok().and_then(|at| at.to_zoned(TimeZone::UTC).ok());
    at.map(|at| at.timestamp().into())
        .ok_or_else(|| format!("`{text}` is no time: use one as 2026-03-01 05:00:00, in UTC"))
}
