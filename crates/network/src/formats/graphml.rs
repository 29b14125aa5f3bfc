//! GraphML (graphml.graphdrawing.org), with the attributes of the Internet Topology Zoo (Knight and others, IEEE JSAC
//! 2011): `label`, `Country`, `Latitude`, `Longitude` of nodes; `LinkSpeedRaw` (bit/s), `LinkSpeed` with
//! `LinkSpeedUnits`, `LinkLabel` of edges. Ours besides: `capacity`, `delay` and `price` of edges with their units, where a
//! plain number is a capacity without a unit and else says nothing, and `length_m`.

use std::{collections::BTreeMap, fmt::Write};

use roxmltree::Node;
use units::Bandwidth;

use super::{
    FormatError, Rate, Topology,
    amount::Amount,
    arcs::Figures,
    draft::{Draft, NodeDraft},
    rate::{EXACT_MOST, amount, speed},
    shown,
    xml::{attribute, child, is, parse, wrong},
};

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let document = parse(text, "GraphML")?;
    let root = document.root_element();
    let graph = child(root, "graph").filter(|_| is(root, "graphml"));
    let graph = graph.ok_or_else(|| {
        wrong(root, "not GraphML: the outermost element has to be <graphml>, with a <graph> in it")
    })?;
    Reading { keys: keys(root), draft: Draft::default() }.graph(graph)
}

/// The names of attributes, by the ids that data are marked with.
fn keys<'a>(root: Node<'a, '_>) -> BTreeMap<&'a str, &'a str> {
    let keys = root.children().filter(|it| is(*it, "key"));
    keys.filter_map(|it| Some((it.attribute("id")?, it.attribute("attr.name")?))).collect()
}

struct Reading<'a> {
    keys: BTreeMap<&'a str, &'a str>,
    draft: Draft,
}

impl Reading<'_> {
    fn graph(mut self, graph: Node<'_, '_>) -> Result<Topology, FormatError> {
        let elements = |name: &'static str| graph.children().filter(move |it| is(*it, name));
        for node in elements("node") {
            let draft = self.node(node)?;
            self.draft.add_node(draft).map_err(|what| wrong(node, what))?;
        }
        for edge in elements("edge") {
            self.edge(edge)?;
        }
        let title = self.text(graph, "Network").or_else(|| self.text(graph, "label"));
        let is_directed = graph.attribute("edgedefault") == Some("directed");
        Ok(self.draft.finish(title.map(str::to_owned), is_directed))
    }

    fn node(&self, node: Node<'_, '_>) -> Result<NodeDraft, FormatError> {
        let owned = |name: &str| self.text(node, name).map(str::to_owned);
        let position = self.degrees(node, "Longitude")?.zip(self.degrees(node, "Latitude")?);
        let id = attribute(node, "id")?.to_owned();
        Ok(NodeDraft { id, label: owned("label"), country: owned("Country"), position })
    }

    fn edge(&mut self, edge: Node<'_, '_>) -> Result<(), FormatError> {
        let [from, to] = [attribute(edge, "source")?, attribute(edge, "target")?];
        let speed = self.speed(edge)?.map(Rate::Known);
        let said = |name: &str| self.text(edge, name).map(Amount::in_text);
        let [capacity, delay, price] = ["capacity", "delay", "price"].map(said);
        let length = self.text(edge, "length_m").map(|text| amount("length_m", text, 1.0));
        let added = length.transpose().and_then(|length_m| {
            let told = Figures::said(capacity.as_ref(), delay.as_ref(), price.as_ref(), length_m)?;
            let figures = Figures { capacity: told.capacity.or(speed), ..told };
            self.draft.add_link(from, to, figures)
        });
        added.map_err(|what| wrong(edge, what))
    }

    /// Of the data of an element, what is not empty.
    fn text<'a>(&self, of: Node<'a, '_>, name: &str) -> Option<&'a str> {
        let is_meant = |it: &Node<'_, '_>| {
            let key = it.attribute("key").and_then(|key| self.keys.get(key));
            is(*it, "data") && key == Some(&name)
        };
        let text = of.children().find(is_meant)?.text()?.trim();
        Some(text).filter(|text| !text.is_empty())
    }

    fn degrees(&self, node: Node<'_, '_>, name: &str) -> Result<Option<f64>, FormatError> {
        let Some(text) = self.text(node, name) else { return Ok(None) };
        let number = text.parse().ok().filter(|it: &f64| it.is_finite());
        let what = format!("{name} is {:?}: it has to be a number of degrees", shown(text));
        number.map(Some).ok_or_else(|| wrong(node, what))
    }

    /// The first that tells one: bits a second, a number with its unit, a label.
    fn speed(&self, edge: Node<'_, '_>) -> Result<Option<Bandwidth>, FormatError> {
        if let Some(raw) = self.text(edge, "LinkSpeedRaw") {
            let bits = amount("LinkSpeedRaw", raw, 1.0).map_err(|what| wrong(edge, what))?;
            return Ok(Some(Bandwidth::new(bits)));
        }
        let number = self.text(edge, "LinkSpeed").unwrap_or_default();
        let units = self.text(edge, "LinkSpeedUnits").unwrap_or_default();
        let label = || self.text(edge, "LinkLabel").and_then(speed);
        Ok(speed(&format!("{number} {units}")).or_else(label))
    }
}

/// What elements have data of, by the ids of the keys: the kind of element, the name, and the type.
const KEYS: [(&str, &str, &str); 10] = [
    ("graph", "Network", "string"),
    ("node", "label", "string"),
    ("node", "Country", "string"),
    ("node", "Latitude", "double"),
    ("node", "Longitude", "double"),
    ("edge", "LinkSpeedRaw", "double"),
    ("edge", "capacity", "string"),
    ("edge", "delay", "string"),
    ("edge", "price", "string"),
    ("edge", "length_m", "long"),
];

pub(super) fn write(topology: &Topology) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (at, (of, name, kind)) in KEYS.iter().enumerate() {
        text += &format!(
            "  <key id=\"d{at}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>\n"
        );
    }
    let (is_directed, edges) = topology.edges();
    let kind = if is_directed { "directed" } else { "undirected" };
    text += &format!("  <graph edgedefault=\"{kind}\">\n");
    text += &data(&[("Network", topology.title.clone())]);
    text.extend(topology.nodes.iter().map(node_text));
    text.extend(edges.iter().map(|arc| edge_text(topology, arc)));
    text + "  </graph>\n</graphml>\n"
}

fn node_text(node: &super::Node) -> String {
    let data = data(&[
        ("label", node.label.clone()),
        ("Country", node.country.clone()),
        ("Latitude", node.place.map(|at| at.lat.to_string())),
        ("Longitude", node.place.map(|at| at.lon.to_string())),
    ]);
    format!("    <node id=\"{}\">{data}</node>\n", escaped(&node.id))
}

fn edge_text(topology: &Topology, arc: &super::Arc) -> String {
    let [from, to] = arc.ends.map(|end| escaped(topology.id(end)));
    let (raw, capacity) = match arc.capacity {
        Some(Rate::Known(bandwidth)) if bandwidth.get() as f64 <= EXACT_MOST => {
            (Some(bandwidth.get().to_string()), None)
        }
        Some(Rate::Known(bandwidth)) => (None, Some(bandwidth.to_string())),
        Some(Rate::Figure(figure)) => (None, Some(figure.to_string())),
        None => (None, None),
    };
    let data = data(&[
        ("LinkSpeedRaw", raw),
        ("capacity", capacity),
        ("delay", arc.delay.map(|delay| delay.to_string())),
        ("price", arc.price.map(|price| price.to_string())),
        ("length_m", arc.length_m.map(|length| length.to_string())),
    ]);
    format!("    <edge source=\"{from}\" target=\"{to}\">{data}</edge>\n")
}

/// What is said of an element.
fn data(all: &[(&str, Option<String>)]) -> String {
    let key = |name: &str| KEYS.iter().position(|(_, it, _)| *it == name);
    let one = |(name, text): &(&str, Option<String>)| {
        let (key, text) = (key(name)?, text.as_ref()?);
        Some(format!("<data key=\"d{key}\">{}</data>", escaped(text)))
    };
    all.iter().filter_map(one).collect()
}

/// A text for XML 1.0. What it has no letter for becomes the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _written = write!(out, "&#{};", u32::from(letter));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}
