//! Repetita's `.graph` and `.demands` (Gay and others, arXiv:1710.08665): lists with a line of columns, and so many rows.
//! Arcs are directed, bandwidth is in kbit/s, delay in microseconds; nodes are called by their places in the list.

use units::{Bandwidth, Delay};

use super::{
    Demand, FormatError, Rate, Topology, Unwritable,
    arcs::Figures,
    draft::{Draft, Ids, NodeDraft, add_demand},
    rate::{EXACT_MOST, amount},
    shown,
};

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let mut rows = Rows::new(text);
    let mut draft = Draft::default();
    for at in 0..rows.list("NODES", "label x y")? {
        rows.row(|fields| draft.add_node(node(at, fields)?))?;
    }
    for _ in 0..rows.list("EDGES", "label src dest weight bw delay")? {
        rows.row(|fields: [&str; 6]| {
            let [_, from, to, _, bandwidth, delay] = fields;
            draft.add_link(from, to, figures(bandwidth, delay)?)
        })?;
    }
    rows.end()?;
    Ok(draft.finish(None, true))
}

pub(super) fn demands(text: &str, ids: &Ids) -> Result<Vec<Demand>, FormatError> {
    let mut rows = Rows::new(text);
    let mut demands = Vec::new();
    for _ in 0..rows.list("DEMANDS", "label src dest bw")? {
        rows.row(|[_, from, to, bandwidth]| {
            let rate = Rate::Known(kbits(bandwidth)?);
            let (from, to) = (ids.find(from)?, ids.find(to)?);
            let terms = super::Terms::default();
            add_demand(&mut demands, Demand { matrix: 0, from, to, rate, terms })
        })?;
    }
    rows.end()?;
    Ok(demands)
}

/// Labels often begin with the place of the node, which is no part of what it is called.
fn node(at: usize, [label, x, y]: [&str; 3]) -> Result<NodeDraft, String> {
    let id = at.to_string();
    let plain = label.strip_prefix(&id).and_then(|rest| rest.strip_prefix('_')).unwrap_or(label);
    let position = Some((degrees("x", x)?, degrees("y", y)?));
    Ok(NodeDraft { label: Some(plain.replace(['_', '+'], " ")), id, position, country: None })
}

fn degrees(name: &str, text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|it: &f64| it.is_finite());
    number.ok_or_else(|| format!("{name} is {:?}: it has to be a number", shown(text)))
}

fn figures(bandwidth: &str, delay: &str) -> Result<Figures, String> {
    let capacity = Some(Rate::Known(kbits(bandwidth)?));
    let delay = Some(Delay::new(amount("delay", delay, 1e3)?));
    Ok(Figures { capacity, delay, ..Figures::default() })
}

fn kbits(text: &str) -> Result<Bandwidth, String> {
    amount("bw", text, 1e3).map(Bandwidth::new)
}

pub(super) fn write(topology: &Topology) -> Result<String, Unwritable> {
    let mut text = format!("NODES {}\nlabel x y\n", topology.nodes.len());
    for (at, node) in topology.nodes.iter().enumerate() {
        let (lon, lat) = node.place.map_or((0.0, 0.0), |place| (place.lon, place.lat));
        let label = node.label.as_deref().unwrap_or_default();
        let label = label.trim().replace(char::is_whitespace, "_");
        text += &format!("{at}_{label} {lon} {lat}\n");
    }
    text += &format!("\nEDGES {}\nlabel src dest weight bw delay\n", topology.arcs.len());
    for (at, arc) in topology.arcs.iter().enumerate() {
        let figures = written(topology, arc).map_err(|what| topology.unwritable(arc, what))?;
        let [from, to] = arc.ends;
        text += &format!("edge_{at} {from} {to} {figures}\n");
    }
    Ok(text)
}

/// Weight, bandwidth and delay. Weights are delays, so that shortest ways are the same.
fn written(topology: &Topology, arc: &super::Arc) -> Result<String, String> {
    let Some(Rate::Known(capacity)) = arc.capacity else {
        return Err("says no capacity with a unit, which Repetita's form needs".to_owned());
    };
    let Some((delay, _)) = topology.delay(arc.ends, arc.delay, arc.length_m) else {
        return Err(
            "says neither delay, length nor places: Repetita's form needs a delay".to_owned()
        );
    };
    if capacity.get().max(delay.get()) as f64 > EXACT_MOST {
        return Err("has a capacity or delay that is too large for Repetita's form".to_owned());
    }
    let weight = delay.get().div_ceil(1_000).max(1);
    Ok(format!("{weight} {} {}", thousandths(capacity.get()), thousandths(delay.get())))
}

/// A number over a thousand.
fn thousandths(number: u64) -> String {
    let (whole, rest) = (number / 1_000, number % 1_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}") }
}

/// The lines that are not empty, from 1.
struct Rows<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    /// The last that was read.
    line: u64,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str) -> Self {
        Self { lines: text.trim_start_matches('\u{feff}').lines().enumerate(), line: 1 }
    }

    fn next(&mut self) -> Option<&'a str> {
        let (at, line) = self.lines.find(|(_, line)| !line.trim().is_empty())?;
        self.line = at as u64 + 1;
        Some(line.trim())
    }

    fn wrong(&self, what: impl Into<String>) -> FormatError {
        FormatError::at(self.line, what)
    }

    /// The number of rows of a list, whose line of columns is passed over.
    fn list(&mut self, name: &str, columns: &str) -> Result<usize, FormatError> {
        let head = self.next().unwrap_or_default();
        let count = head.strip_prefix(name).and_then(|count| count.trim().parse().ok());
        let needed = || self.wrong(format!("not Repetita's: here has to be `{name}` and a number"));
        let count = count.ok_or_else(needed)?;
        let said = self.next().unwrap_or_default();
        let begins = said.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("label"));
        if begins { Ok(count) } else { Err(self.wrong(format!("here has to be `{columns}`"))) }
    }

    fn row<const N: usize>(
        &mut self,
        take: impl FnOnce([&'a str; N]) -> Result<(), String>,
    ) -> Result<(), FormatError> {
        let Some(row) = self.next() else {
            return Err(self.wrong("the text ends here, with fewer rows than its lists say"));
        };
        let fields: Vec<&str> = row.split_whitespace().take(N + 1).collect();
        let fields: [&str; N] = fields.try_into().map_err(|it: Vec<&str>| {
            let count = if it.len() > N { "more".to_owned() } else { it.len().to_string() };
            self.wrong(format!("{count} fields where {N} are needed, with blanks between them"))
        })?;
        take(fields).map_err(|what| self.wrong(what))
    }

    fn end(mut self) -> Result<(), FormatError> {
        match self.next() {
            Some(_) => Err(self.wrong("more rows than the list says: change the number above it")),
            None => Ok(()),
        }
    }
}
