//! Files of demands beside a network: Repetita's; CSV with `tm,src,dst,demand` as of Teal; and a list of the same in JSON.
//! In the latter two each demand may have a `priority` and a `max_delay` besides.

use serde::Deserialize;
use units::Delay;

use super::{
    DEMANDS_MOST, Demand, FormatError, Rate, TEXT_MOST_BYTES, Terms, Topology,
    amount::{Word, figure},
    draft::{Ids, add_demand},
    repetita, shown,
};

const COLUMNS: &str = "tm,src,dst,demand";
/// Columns that may follow.
const MORE: [&str; 2] = ["priority", "max_delay"];

/// Reads the demands of a network; the first line tells their form.
///
/// # Errors
/// The text is of another form, too large, or names nodes that are not there.
pub fn read(text: &str, topology: &Topology) -> Result<Vec<Demand>, FormatError> {
    if text.len() > TEXT_MOST_BYTES {
        let what = format!("the text has {} bytes: the most is {TEXT_MOST_BYTES}", text.len());
        return Err(FormatError::somewhere(what));
    }
    let ids = Ids::of(topology);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with("DEMANDS") {
        return repetita::demands(text, &ids);
    }
    if text.trim_start().starts_with('[') {
        return list(text, &ids);
    }
    table(text, &ids)
}

/// One demand in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    tm: u32,
    src: Word,
    dst: Word,
    demand: f64,
    #[serde(default)]
    priority: u8,
    #[serde(default)]
    max_delay: Option<Delay>,
}

fn list(text: &str, ids: &Ids) -> Result<Vec<Demand>, FormatError> {
    let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| {
        FormatError::at(error.line() as u64, format!("not a list of demands: {error}"))
    })?;
    if rows.len() > DEMANDS_MOST {
        let what = format!("more than {DEMANDS_MOST} demands: take fewer matrices");
        return Err(FormatError::somewhere(what));
    }
    let demand = |(at, row): (usize, Row)| {
        let Row { tm, src, dst, demand, priority, max_delay } = row;
        let read = || -> Result<Demand, String> {
            let rate = figure("demand", demand)?;
            let terms = Terms { priority, max_delay };
            Ok(Demand { matrix: tm, from: ids.find(&src.0)?, to: ids.find(&dst.0)?, rate, terms })
        };
        read().map_err(|what| FormatError::somewhere(format!("[{at}]: {what}")))
    };
    rows.into_iter().enumerate().map(demand).collect()
}

/// Names of the columns that follow the first four. None: the line is no head.
fn more(head: &str) -> Option<Vec<&str>> {
    let rest = head.strip_prefix(COLUMNS)?;
    let names: Vec<&str> = rest.split(',').skip(1).map(str::trim).collect();
    let is_once = |(at, name): (usize, &&str)| {
        MORE.contains(name) && !names.iter().take(at).any(|it| it == name)
    };
    let is_head = rest.is_empty() || rest.starts_with(',');
    (is_head && names.iter().enumerate().all(is_once)).then_some(names)
}

fn table(text: &str, ids: &Ids) -> Result<Vec<Demand>, FormatError> {
    let mut lines = (1..).zip(text.lines().map(str::trim));
    let Some(more) = lines.next().and_then(|(_, head)| more(head)) else {
        let what = format!(
            "no demands: the first line has to be `DEMANDS` and a number, or `{COLUMNS}`, which `priority` and `max_delay` may follow"
        );
        return Err(FormatError::at(1, what));
    };
    let mut demands = Vec::new();
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let demand = demand(row, &more, ids).and_then(|it| add_demand(&mut demands, it));
        demand.map_err(|what| FormatError::at(line, what))?;
    }
    Ok(demands)
}

fn demand(row: &str, more: &[&str], ids: &Ids) -> Result<Demand, String> {
    let fields: Vec<&str> = row.split(',').take(7).map(str::trim).collect();
    let [matrix, from, to, value, ref rest @ ..] = *fields.as_slice() else {
        return Err(format!("four fields are needed: {COLUMNS}"));
    };
    if rest.len() != more.len() {
        let columns = [&[COLUMNS], more].concat().join(",");
        return Err(format!("{} fields are needed: {columns}", 4 + more.len()));
    }
    let matrix = matrix
        .parse()
        .map_err(|_| format!("tm is {:?}: it has to be a whole number", shown(matrix)))?;
    let number = value
        .parse()
        .map_err(|_| format!("demand is {:?}: it has to be a number", shown(value)))?;
    let rate: Rate = figure("demand", number)?;
    let terms = terms(more.iter().copied().zip(rest.iter().copied()))?;
    Ok(Demand { matrix, from: ids.find(from)?, to: ids.find(to)?, rate, terms })
}

/// An empty field says nothing.
fn terms<'a>(told: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Terms, String> {
    let mut terms = Terms::default();
    for (name, text) in told.filter(|(_, text)| !text.is_empty()) {
        if name == "priority" {
            let wrong = |_| format!("priority is {:?}: it has to be 0 to 255", shown(text));
            terms.priority = text.parse().map_err(wrong)?;
        } else {
            let wrong = |error| format!("max_delay is {:?}: {error}", shown(text));
            terms.max_delay = Some(text.parse::<Delay>().map_err(wrong)?);
        }
    }
    Ok(terms)
}
