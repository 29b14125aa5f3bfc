//! Node-link JSON, as NetworkX writes it. TopoHub (Jurkiewicz, SoftwareX 2023): `pos` is longitude and latitude, `dist`
//! kilometres, `graph.demands` has figures without a unit. Teal (Xu and others, SIGCOMM 2023): directed, `capacity` is a
//! figure without a unit. Ours besides: `capacity`, `delay` and `price` of links as texts with their units, `country` of
//! nodes. A delay or price that is a plain number says nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Demand, Format, FormatError, Topology,
    amount::{self, Amount, Word, figure},
    arcs::Figures,
    draft::{Draft, NodeDraft, add_demand},
    rate::whole,
};

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(default)]
    directed: bool,
    #[serde(default)]
    graph: Graph,
    nodes: Vec<Node>,
    #[serde(alias = "edges")]
    links: Vec<Edge>,
}

#[derive(Serialize, Deserialize, Default)]
struct Graph {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Word>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    demands: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Serialize, Deserialize)]
struct Node {
    id: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pos: Option<(f64, f64)>,
}

#[derive(Serialize, Deserialize)]
struct Edge {
    source: Word,
    target: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    dist: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
}

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let file: File =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let what =
                format!("not node-link JSON, which has `nodes`, and `links` or `edges`: {error}");
            let is_other = text.contains("\"ietf-network:networks\"");
            let hint = if is_other { "; it looks like RFC 8345: --format rfc8345" } else { "" };
            FormatError::at(error.line() as u64, what + hint)
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
    let Edge { capacity, delay, price, .. } = edge;
    let length_m = edge.dist.map(length).transpose()?;
    Figures::said(capacity.as_ref(), delay.as_ref(), price.as_ref(), length_m)
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
            let terms = super::Terms::default();
            add_demand(&mut demands, Demand { matrix: 0, from, to, rate, terms })
        });
        added.map_err(|what| {
            FormatError::somewhere(format!("graph.demands, {from:?} to {to:?}: {what}"))
        })?;
    }
    demands.sort_by_key(|it| (it.from, it.to));
    Ok(demands)
}

pub(super) fn write(topology: &Topology) -> String {
    let word = |text: &Option<String>| text.clone().map(Word);
    let node = |it: &super::Node| Node {
        id: Word(it.id.clone()),
        name: word(&it.label),
        label: None,
        country: word(&it.country),
        pos: it.place.map(|at| (at.lon, at.lat)),
    };
    let edge = |arc: &super::Arc| {
        let [source, target] = arc.ends.map(|end| Word(topology.id(end).to_owned()));
        Edge {
            source,
            target,
            dist: arc.length_m.map(|metres| metres as f64 / 1e3),
            capacity: arc.capacity.map(Amount::of_rate),
            delay: arc.delay.map(Amount::of),
            price: arc.price.map(Amount::of),
        }
    };
    let (directed, edges) = topology.edges();
    amount::text(&File {
        directed,
        graph: Graph { name: word(&topology.title), demands: written(topology) },
        nodes: topology.nodes.iter().map(node).collect(),
        links: edges.iter().map(edge).collect(),
    })
}

fn written(topology: &Topology) -> BTreeMap<String, BTreeMap<String, f64>> {
    let mut rows: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for Demand { from, to, rate, .. } in topology.demands_written(Format::NodeLink) {
        let row = rows.entry(topology.id(*from).to_owned()).or_default();
        row.insert(topology.id(*to).to_owned(), rate.plain());
    }
    rows
}
