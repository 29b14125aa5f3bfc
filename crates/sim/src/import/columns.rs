//! Traces as CSV.

use csv::StringRecord;
use units::Span;

use super::{Trace, TraceJob, run_time, seconds};

/// Tokens a second that a request takes, of its context and of its answer: of a 70-billion model on one accelerator.
const CONTEXT_PER_S: f64 = 2_000.0;
const ANSWER_PER_S: f64 = 30.0;

type Wrong = (u64, String);

/// The wanted columns of one row.
struct Row<'a> {
    names: &'a [&'a str],
    places: &'a [Option<usize>],
    record: &'a StringRecord,
}

impl Row<'_> {
    fn text(&self, at: usize) -> &str {
        let place = self.places.get(at).copied().flatten();
        place.and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }

    fn number(&self, at: usize) -> Result<f64, String> {
        let text = self.text(at);
        let number = text.parse::<f64>().ok().filter(|it| it.is_finite());
        let name = self.names.get(at).copied().unwrap_or_default();
        number.ok_or_else(|| format!("{name} is {text:?}: it has to be a number"))
    }

    /// A whole number; an empty field is zero.
    fn count(&self, at: usize) -> Result<u64, String> {
        if self.text(at).is_empty() {
            return Ok(0);
        }
        let number = self.number(at)?;
        let name = self.names.get(at).copied().unwrap_or_default();
        if number < 0.0 { Err(format!("{name} is below zero")) } else { Ok(number as u64) }
    }
}

fn rows(
    text: &str,
    names: &[&str],
    mut take: impl FnMut(&Row<'_>) -> Result<TraceJob, String>,
) -> Result<Trace, Wrong> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| (1, format!("not CSV: {error}")))?.clone();
    let places: Vec<Option<usize>> =
        names.iter().map(|name| head.iter().position(|it| it.trim() == *name)).collect();
    if let Some((name, _)) = names.iter().zip(&places).find(|(_, place)| place.is_none()) {
        let what = format!("the column {name} is missing; needed are {}", names.join(","));
        return Err((1, what));
    }
    let mut trace = Trace::default();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let row = Row { names, places: &places, record: &record };
                trace.take(line, take(&row));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                trace.skip(line, format!("not a row of CSV: {error}"));
            }
        }
    }
    Ok(trace)
}

/// Pods: from creation, for as long as they ran; pods that were never deleted are skipped.
pub(super) fn openb(text: &str) -> Result<Trace, Wrong> {
    let names =
        ["cpu_milli", "memory_mib", "num_gpu", "creation_time", "deletion_time", "scheduled_time"];
    rows(text, &names, |row| {
        let (created, deleted) = (row.number(3)?, row.number(4)?);
        let started = row.number(5).unwrap_or(created);
        Ok(TraceJob {
            submit: seconds("creation_time", created)?,
            run_time: run_time(deleted - started.max(created))?,
            estimate: None,
            tasks: 1,
            cores_milli: row.count(0)?,
            memory_mib: row.count(1)?,
            accelerators: row.count(2)? as u32,
        })
    })
}

/// Lengths are hours where any of them is a fraction or the median is below 200, else seconds: the traces of a year have
/// hours, those of a thousand jobs seconds. Arrivals are in the same unit.
pub(super) fn gaia(text: &str) -> Result<Trace, Wrong> {
    let names = ["arrival_time", "length", "cpus"];
    let mut lengths = Vec::new();
    rows(text, &names, |row| {
        lengths.extend(row.number(1));
        Err(String::new())
    })?;
    lengths.sort_by(f64::total_cmp);
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
    let unit = if median < 200.0 { 3_600.0 } else { 1.0 };
    rows(text, &names, |row| {
        let cpus = row.number(2)?;
        if cpus <= 0.0 {
            return Err(format!("cpus is {cpus}: it has to be above zero"));
        }
        Ok(TraceJob {
            submit: seconds("arrival_time", row.number(0)? * unit)?,
            run_time: run_time(row.number(1)? * unit)?,
            estimate: None,
            tasks: 1,
            cores_milli: (cpus * 1_000.0).ceil() as u64,
            memory_mib: 0,
            accelerators: 0,
        })
    })
}

/// One job a request, on one accelerator, for as long as its tokens take.
pub(super) fn azure(text: &str) -> Result<Trace, Wrong> {
    let names = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];
    let mut first = None;
    rows(text, &names, |row| {
        let at = moment(row.text(0))?;
        let from = *first.get_or_insert(at);
        let taken = row.count(1)? as f64 / CONTEXT_PER_S + row.count(2)? as f64 / ANSWER_PER_S;
        Ok(TraceJob {
            submit: Span::new(
                u64::try_from(at - from).map_err(|_| "it is before the first request")?,
            ),
            run_time: run_time(taken)?,
            estimate: None,
            tasks: 1,
            cores_milli: 1_000,
            memory_mib: 0,
            accelerators: 1,
        })
    })
}

/// "2023-11-16 18:15:46.6805900", in UTC, as milliseconds.
fn moment(text: &str) -> Result<i64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction.chars().take(3).filter(char::is_ascii_digit).collect();
    let iso = format!("{}.{digits:0<3}Z", whole.replacen(' ', "T", 1));
    let time: Result<units::Time, _> = iso.parse();
    time.map(units::Time::as_millis)
        .map_err(|_| format!("TIMESTAMP is {text:?}: it has to be like 2023-11-16 18:15:46.68"))
}
