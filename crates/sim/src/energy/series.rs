//! Series of numbers over even steps of time, as CSV: the time first, then one column a zone, market or region.

use std::path::Path;

use csv::StringRecord;
use jiff::{civil::DateTime, tz::TimeZone};

use crate::{SimError, files};

/// Minutes since 1970, of whatever clock the file is written in.
pub type Minute = i64;

/// One column over even steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub start: Minute,
    /// Minutes from one value to the next: more than zero.
    pub step: Minute,
    pub values: Vec<f64>,
}

/// Rows that are wanted, the end not among them.
pub type Range = (Option<Minute>, Option<Minute>);

/// What values may be: a number below `least` or above `most` is of another unit.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub least: f64,
    pub most: f64,
    pub unit: &'static str,
}

/// Grams of CO2 for a kWh: coal is about 1,000, and a mean below 2 is written in kilograms.
pub const CARBON: Bounds = Bounds { least: 0.0, most: 3_000.0, unit: "gCO2/kWh" };
/// For a MWh: caps of markets are below 20,000.
pub const PRICE: Bounds = Bounds { least: -50_000.0, most: 50_000.0, unit: "money/MWh" };
/// Any number.
pub const ANY: Bounds = Bounds { least: f64::MIN, most: f64::MAX, unit: "a number" };
/// A share of what is installed.
pub const SHARE: Bounds = Bounds { least: 0.0, most: 1.0, unit: "a share from 0 to 1" };

impl Series {
    /// The value's place, counted from the start; `None` before it.
    #[must_use]
    pub fn place(&self, at: Minute) -> Option<usize> {
        usize::try_from((at - self.start).checked_div(self.step)?).ok().filter(|_| at >= self.start)
    }

    #[must_use]
    pub fn end(&self) -> Minute {
        self.start + self.step * self.values.len() as Minute
    }
}

/// Midnight of "2023-10-20", or the minute of "2023-10-20T06:00".
///
/// # Errors
/// It is neither.
pub fn minute(text: &str) -> Result<Minute, SimError> {
    let whole = if text.contains(['T', ' ']) { text.to_owned() } else { format!("{text}T00:00") };
    moment(&whole).ok_or_else(|| {
        SimError::Asked(format!("{text:?} is no date: it has to be like 2023-10-20"))
    })
}

/// "2021-01-01T00:00Z", "2019-12-20 00:00:00" or seconds.
fn moment(text: &str) -> Option<Minute> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds.div_euclid(60)).filter(|_| seconds % 60 == 0);
    }
    let civil: DateTime = text.strip_suffix('Z').unwrap_or(text).parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second().div_euclid(60))
}

/// Reads the named column; without a name the only one there is.
///
/// # Errors
/// A file that cannot be read or is empty, an unknown column, a time that is none, is repeated, goes back or leaves a
/// gap, a value in the range that is no number or out of bounds.
pub fn read(
    path: &Path,
    column: Option<&str>,
    range: Range,
    bounds: Bounds,
) -> Result<Series, SimError> {
    let mut found = read_all(path, &[column], range, bounds)?;
    found.pop().ok_or_else(|| invalid(path, 1, "there is no column".to_owned()))
}

/// The same of several columns at once.
///
/// # Errors
/// As of [`read`].
pub fn read_all(
    path: &Path,
    columns: &[Option<&str>],
    range: Range,
    bounds: Bounds,
) -> Result<Vec<Series>, SimError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(files::open(path)?);
    let head = reader.headers().map_err(|error| broken(path, &error))?.clone();
    let places =
        columns.iter().map(|name| place(path, &head, *name)).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Rows {
        path,
        range,
        bounds,
        steps: Steps::default(),
        first: None,
        values: vec![Vec::new(); places.len()],
    };
    for record in reader.records() {
        let record = record.map_err(|error| broken(path, &error))?;
        rows.take(&record, &head, &places)?;
    }
    rows.finish()
}

fn place(path: &Path, head: &StringRecord, name: Option<&str>) -> Result<usize, SimError> {
    let all = || head.iter().skip(1).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) => {
            head.iter().skip(1).position(|it| it.trim() == name).map(|at| at + 1).ok_or_else(|| {
                invalid(path, 1, format!("there is no column {name:?}, but {}", all()))
            })
        }
        None if head.len() == 2 => Ok(1),
        None => Err(invalid(path, 1, format!("say which column: {}", all()))),
    }
}

struct Rows<'a> {
    path: &'a Path,
    range: Range,
    bounds: Bounds,
    steps: Steps,
    first: Option<Minute>,
    values: Vec<Vec<f64>>,
}

impl Rows<'_> {
    fn take(
        &mut self,
        record: &StringRecord,
        head: &StringRecord,
        places: &[usize],
    ) -> Result<(), SimError> {
        let line = record.position().map_or(0, csv::Position::line);
        let text = record.get(0).unwrap_or_default().trim();
        let at =
            moment(text).ok_or_else(|| invalid(self.path, line, format!("{text:?} is no time")))?;
        self.steps.next(at).map_err(|what| invalid(self.path, line, format!("{text} {what}")))?;
        let (from, to) = self.range;
        if from.is_some_and(|from| at < from) || to.is_some_and(|to| at >= to) {
            return Ok(());
        }
        self.first.get_or_insert(at);
        for (place, values) in places.iter().zip(&mut self.values) {
            let text = record.get(*place).unwrap_or_default().trim();
            let value = number(text, self.bounds).map_err(|what| {
                let name = head.get(*place).unwrap_or_default();
                invalid(self.path, line, format!("{name} is {text:?}: {what}"))
            })?;
            values.push(value);
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Series>, SimError> {
        let Some((start, step)) = self.first.zip(self.steps.step) else {
            return Err(invalid(
                self.path,
                1,
                "fewer than two rows are in the range that is asked for".to_owned(),
            ));
        };
        Ok(self.values.into_iter().map(|values| Series { start, step, values }).collect())
    }
}

/// Times that follow each other evenly.
#[derive(Debug, Default)]
struct Steps {
    last: Option<Minute>,
    step: Option<Minute>,
}

impl Steps {
    fn next(&mut self, at: Minute) -> Result<(), String> {
        let Some(last) = self.last.replace(at) else { return Ok(()) };
        let gone = at - last;
        match self.step {
            _ if gone == 0 => {
                Err("is there twice: a repeated hour has to be told apart by UTC".to_owned())
            }
            _ if gone < 0 => Err("is before the row above it".to_owned()),
            None => {
                self.step = Some(gone);
                Ok(())
            }
            Some(step) if gone != step => Err(format!(
                "is {gone} min after the row above it, others {step} min: rows are missing"
            )),
            Some(_) => Ok(()),
        }
    }
}

fn number(text: &str, bounds: Bounds) -> Result<f64, String> {
    let value = text.parse::<f64>().ok().filter(|it| it.is_finite());
    let value = value.ok_or_else(|| "it has to be a number".to_owned())?;
    let fits = value >= bounds.least && value <= bounds.most;
    if fits { Ok(value) } else { Err(format!("that cannot be {}", bounds.unit)) }
}

/// Refuses intensities that are written in kilograms.
///
/// # Errors
/// The mean is below 2 g.
pub fn in_grams(path: &Path, series: &Series) -> Result<(), SimError> {
    let mean = series.values.iter().sum::<f64>() / series.values.len() as f64;
    if mean < 2.0 {
        let what = format!("the mean is {mean:.3}: that looks like kilograms; gCO2/kWh are needed");
        return Err(invalid(path, 1, what));
    }
    Ok(())
}

pub(super) fn invalid(path: &Path, line: u64, what: String) -> SimError {
    SimError::Invalid { path: path.to_owned(), line, what }
}

pub(super) fn broken(path: &Path, error: &csv::Error) -> SimError {
    invalid(
        path,
        error.position().map_or(1, csv::Position::line),
        format!("not a line of CSV like the first: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ci.csv");
        std::fs::write(&path, text).unwrap();
        let error = read(&path, Some("a"), (None, None), CARBON).unwrap_err().to_string();
        error.replace(&folder.path().display().to_string(), "")
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let after =
            |rows: &str| said(&format!("t,a\n2023-01-01T00:00Z,1\n2023-01-01T01:00Z,2\n{rows}"));
        for (rows, what) in [
            ("2023-01-01T01:00Z,2\n", "/ci.csv:4: 2023-01-01T01:00Z is there twice"),
            ("2023-01-01T03:00Z,2\n", ":4: 2023-01-01T03:00Z is 120 min after the row above it"),
            ("2023-01-01T00:00Z,2\n", ":4: 2023-01-01T00:00Z is before the row above it"),
            ("2023-01-01T02:00Z,NaN\n", ":4: a is \"NaN\": it has to be a number"),
            ("2023-01-01T02:00Z,\n", ":4: a is \"\": it has to be a number"),
            ("2023-01-01T02:00Z,450000\n", "cannot be gCO2/kWh"),
            ("2023-01-01T02:00Z\n", ":4: not a line of CSV"),
            ("soon,1\n", ":4: \"soon\" is no time"),
        ] {
            let found = after(rows);
            assert!(found.contains(what), "{found}");
        }
        assert!(said("t,b,c\n").contains("there is no column \"a\", but b, c"));
        assert!(said("t,a\n").contains("fewer than two rows"));
        assert!(said("").contains(":1: there is no column"));
    }
}
