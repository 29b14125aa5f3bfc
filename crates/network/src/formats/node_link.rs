//! Node-link JSON, as NetworkX writes it. TopoHub (Jurkiewicz, SoftwareX 2023): `pos` is longitude and latitude, `dist`
//! kilometres, `graph.demands` has figures without a unit. Teal (Xu and others, SIGCOMM 2023): directed, `capacity` is a
//! figure without a unit. Ours besides: `capacity`, `delay` and `price` of links as texts with their units, `country` of
//! nodes. A delay or price that is a plain number says nothing.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};
use units::{DataPrice, QuantityError};

use super::{
    Demand, FormatError, Rate, Topology,
    arcs::Figures,
    draft::{Draft, NodeDraft, add_demand},
    rate::whole,
};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    directed: bool,
    #[serde(default)]
    graph: Graph,
    nodes: Vec<Node>,
    #[serde(alias = "edges")]
    links: Vec<Edge>,
}

#[derive(Deserialize, Default)]
struct Graph {
    name: Option<Word>,
    #[serde(default)]
    demands: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Deserialize)]
struct Node {
    id: Word,
    name: Option<Word>,
    label: Option<Word>,
    country: Option<Word>,
    pos: Option<(f64, f64)>,
}

#[derive(Deserialize)]
struct Edge {
    source: Word,
    target: Word,
    dist: Option<f64>,
    capacity: Option<Amount>,
    delay: Option<Amount>,
    price: Option<Amount>,
}

/// A plain number, or a quantity with its unit.
enum Amount {
    Figure(f64),
    Quantity(String),
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl de::Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a text of a number with its unit")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        Ok(Amount::Quantity(text.to_owned()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
        Ok(Amount::Figure(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
        Ok(Amount::Figure(number as f64))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
        Ok(Amount::Figure(number as f64))
    }
}

/// A text or a whole number, as text.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl de::Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
        Ok(Word(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Word, E> {
        Ok(Word(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Word, E> {
        Ok(Word(number.to_string()))
    }
}

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let file: File =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let what =
                format!("not node-link JSON, which has `nodes`, and `links` or `edges`: {error}");
            FormatError::at(error.line() as u64, what)
        })?;
    let mut draft = Draft::default();
    for (at, it) in file.nodes.into_iter().enumerate() {
        draft.add_node(node(it)).map_err(|what| wrong("nodes", at, &what))?;
    }
    for (at, it) in file.links.into_iter().enumerate() {
        let figures = figures(&it);
        let added = figures.and_then(|it_is| draft.add_link(&it.source.0, &it.target.0, it_is));
        added.map_err(|what| wrong("links", at, &what))?;
    }
    let demands = demands(&draft, &file.graph.demands)?;
    if !draft.is_on_earth() {
        // They were worked out of what was taken for degrees.
        draft.forget_lengths();
    }
    let title = file.graph.name.map(|name| name.0);
    Ok(Topology { demands, ..draft.finish(title, file.directed) })
}

fn wrong(list: &str, at: usize, what: &str) -> FormatError {
    FormatError::somewhere(format!("{list}[{at}]: {what}"))
}

fn node(it: Node) -> NodeDraft {
    let label = it.name.or(it.label).map(|label| label.0);
    let country = it.country.map(|country| country.0);
    NodeDraft { id: it.id.0, label, country, position: it.pos }
}

fn figures(edge: &Edge) -> Result<Figures, String> {
    let length = |km: f64| {
        whole(km, 1e3)
            .ok_or_else(|| format!("dist is {km}: it has to be kilometres, not below zero"))
    };
    Ok(Figures {
        capacity: edge.capacity.as_ref().map(capacity).transpose()?,
        delay: said("delay", edge.delay.as_ref())?,
        length_m: edge.dist.map(length).transpose()?,
        price: price(said("price", edge.price.as_ref())?)?,
    })
}

fn capacity(amount: &Amount) -> Result<Rate, String> {
    match amount {
        Amount::Figure(number) => figure("capacity", *number),
        Amount::Quantity(text) => quantity("capacity", text).map(Rate::Known),
    }
}

fn said<T: FromStr<Err = QuantityError>>(
    name: &str,
    amount: Option<&Amount>,
) -> Result<Option<T>, String> {
    match amount {
        Some(Amount::Quantity(text)) => quantity(name, text).map(Some),
        Some(Amount::Figure(_)) | None => Ok(None),
    }
}

/// A quantity with its unit.
pub(super) fn quantity<T: FromStr<Err = QuantityError>>(
    name: &str,
    text: &str,
) -> Result<T, String> {
    text.trim().parse().map_err(|error| format!("{name}: {error}"))
}

pub(super) fn price(price: Option<DataPrice>) -> Result<Option<DataPrice>, String> {
    match price {
        Some(price) if price < DataPrice::ZERO => {
            Err(format!("price is {price}: it has to be zero or more"))
        }
        price => Ok(price),
    }
}

pub(super) fn figure(name: &str, value: f64) -> Result<Rate, String> {
    let fits = value.is_finite() && value >= 0.0;
    // Adding zero makes a negative zero a plain one.
    let rate = fits.then_some(Rate::Figure(value + 0.0));
    rate.ok_or_else(|| format!("{name} is {value}: it has to be a number that is not below zero"))
}

fn demands(
    draft: &Draft,
    all: &BTreeMap<String, BTreeMap<String, f64>>,
) -> Result<Vec<Demand>, FormatError> {
    let mut demands = Vec::new();
    let rows =
        all.iter().flat_map(|(from, row)| row.iter().map(move |(to, value)| (from, to, *value)));
    for (from, to, value) in rows {
        let added = draft.demand(from, to).and_then(|(from, to)| {
            let rate = figure("the demand", value)?;
            add_demand(&mut demands, Demand { matrix: 0, from, to, rate })
        });
        added.map_err(|what| {
            FormatError::somewhere(format!("graph.demands, {from:?} to {to:?}: {what}"))
        })?;
    }
    demands.sort_by_key(|it| (it.from, it.to));
    Ok(demands)
}
