//! Node and pod lists of the openb trace.

use std::{collections::BTreeMap, path::Path};

use compute::packing::{DEVICES_MOST, MODELS_MOST, Node, Shape, WHOLE};
use csv::StringRecord;

use crate::{SimError, files};

/// Nodes and pods that know the same models.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub nodes: Vec<Node>,
    pub pods: Vec<Shape>,
}

/// Reads both lists. Nodes: `sn,cpu_milli,memory_mib,gpu,model`; pods:
/// `cpu_milli,memory_mib,num_gpu,gpu_milli` and, where there is one, `gpu_spec` (models parted by `|`). Other columns
/// are not looked at.
///
/// # Errors
/// A file that cannot be read, a column that is missing, a number that is none, a node or pod out of bounds, an empty
/// list.
pub fn read(nodes: &Path, pods: &Path) -> Result<Cluster, SimError> {
    let mut models = BTreeMap::new();
    let nodes = rows(nodes, &["sn", "cpu_milli", "memory_mib", "gpu", "model"], 5, |line| {
        node(line, &mut models)
    })?;
    let columns = ["cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec"];
    let pods = rows(pods, &columns, 4, |line| pod(line, &mut models))?;
    Ok(Cluster { nodes, pods })
}

/// One line of a list: the wanted columns in their order.
struct Line<'a> {
    path: &'a Path,
    columns: &'a [&'a str],
    places: &'a [Option<usize>],
    record: &'a StringRecord,
}

impl Line<'_> {
    fn invalid(&self, what: String) -> SimError {
        let line = self.record.position().map_or(0, csv::Position::line);
        SimError::Invalid { path: self.path.to_owned(), line, what }
    }

    fn text(&self, at: usize) -> &str {
        let place = self.places.get(at).copied().flatten();
        place.and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }

    fn name(&self, at: usize) -> &str {
        self.columns.get(at).copied().unwrap_or_default()
    }

    /// A whole number from 0 to `most`; an empty cell of a number that may be missing is 0.
    fn number(&self, at: usize, most: u32) -> Result<u32, SimError> {
        let (text, name) = (self.text(at), self.name(at));
        let wrong = || {
            self.invalid(format!(
                "{name} is {text:?}: it has to be a whole number from 0 to {most}"
            ))
        };
        let whole = text.strip_suffix(".0").unwrap_or(text);
        whole.parse::<u32>().ok().filter(|number| *number <= most).ok_or_else(wrong)
    }
}

fn rows<T>(
    path: &Path,
    columns: &[&str],
    needed: usize,
    mut row: impl FnMut(&Line<'_>) -> Result<T, SimError>,
) -> Result<Vec<T>, SimError> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(files::open(path)?);
    let failed = |error: &csv::Error| SimError::Invalid {
        path: path.to_owned(),
        line: error.position().map_or(1, csv::Position::line),
        what: format!("not a line of CSV like the first: {error}"),
    };
    let head = reader.headers().map_err(|error| failed(&error))?.clone();
    let places: Vec<_> =
        columns.iter().map(|name| head.iter().position(|it| it.trim() == *name)).collect();
    if let Some((name, _)) = columns.iter().zip(&places).take(needed).find(|(_, it)| it.is_none()) {
        let what = format!("the column {name} is missing; needed are {}", columns.join(","));
        return Err(SimError::Invalid { path: path.to_owned(), line: 1, what });
    }
    let records = reader.records().map(|record| {
        let record = record.map_err(|error| failed(&error))?;
        row(&Line { path, columns, places: &places, record: &record })
    });
    let rows = records.collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() {
        let what = "the list is empty; it has to have one line at least".to_owned();
        return Err(SimError::Invalid { path: path.to_owned(), line: 1, what });
    }
    Ok(rows)
}

fn model(line: &Line<'_>, name: &str, models: &mut BTreeMap<String, u8>) -> Result<u8, SimError> {
    let next = models.len();
    if let Some(known) = models.get(name) {
        return Ok(*known);
    }
    if next >= MODELS_MOST {
        return Err(line
            .invalid(format!("model {name:?} is one more than the {MODELS_MOST} that are held")));
    }
    models.insert(name.to_owned(), next as u8);
    Ok(next as u8)
}

fn node(line: &Line<'_>, models: &mut BTreeMap<String, u8>) -> Result<Node, SimError> {
    let name = line.text(0).to_owned();
    if name.is_empty() {
        return Err(line.invalid("sn is empty: it has to be the name of the node".to_owned()));
    }
    Ok(Node {
        name,
        cpu_milli: line.number(1, u32::MAX)?,
        memory_mib: line.number(2, u32::MAX)?,
        devices: line.number(3, DEVICES_MOST as u32)? as u8,
        model: model(line, line.text(4), models)?,
    })
}

fn pod(line: &Line<'_>, models: &mut BTreeMap<String, u8>) -> Result<Shape, SimError> {
    let devices = line.number(2, DEVICES_MOST as u32)? as u8;
    let part = line.number(3, u32::from(WHOLE))? as u16;
    let shape = Shape {
        cpu_milli: line.number(0, u32::MAX)?,
        memory_mib: line.number(1, u32::MAX)?,
        devices,
        part_milli: if devices == 0 { 0 } else { part },
        models: mask(line, models)?,
    };
    shape.check().map_err(|error| line.invalid(error.to_string()))?;
    Ok(shape)
}

/// The models that will do: all if none is named.
fn mask(line: &Line<'_>, models: &mut BTreeMap<String, u8>) -> Result<u64, SimError> {
    let named = line.text(4);
    if named.is_empty() || named == "nan" {
        return Ok(u64::MAX);
    }
    named.split('|').try_fold(0, |mask, name| Ok(mask | 1 << model(line, name.trim(), models)?))
}
