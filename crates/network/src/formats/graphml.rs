//! GraphML (graphml.graphdrawing.org), with the attributes of the Internet Topology Zoo (Knight and others, IEEE JSAC
//! 2011): `label`, `Country`, `Latitude`, `Longitude` of nodes; `LinkSpeedRaw` (bit/s), `LinkSpeed` with
//! `LinkSpeedUnits`, `LinkLabel` of edges.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};
use units::Bandwidth;

use super::{
    FormatError, Rate, Topology,
    arcs::Figures,
    draft::{Draft, NodeDraft},
    rate::{amount, speed},
    shown,
};

/// Elements and texts, at most.
const PARTS_MOST: u32 = 20_000_000;

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let options = ParsingOptions { nodes_limit: PARTS_MOST, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        FormatError::at(u64::from(error.pos().row), format!("not GraphML: {error}"))
    })?;
    let root = document.root_element();
    let graph = child(root, "graph").filter(|_| is(root, "graphml"));
    let graph = graph.ok_or_else(|| {
        wrong(root, "not GraphML: the outermost element has to be <graphml>, with a <graph> in it")
    })?;
    Reading { keys: keys(root), draft: Draft::default() }.graph(graph)
}

/// Names of elements are compared without their namespaces, which many files leave out.
fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'i>(of: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    of.children().find(|it| is(*it, name))
}

fn wrong(at: Node<'_, '_>, what: impl Into<String>) -> FormatError {
    let line = at.document().text_pos_at(at.range().start).row;
    FormatError::at(u64::from(line), what)
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
        let capacity = self.speed(edge)?.map(Rate::Known);
        let figures = Figures { capacity, ..Figures::default() };
        self.draft.add_link(from, to, figures).map_err(|what| wrong(edge, what))
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

fn attribute<'a>(of: Node<'a, '_>, name: &str) -> Result<&'a str, FormatError> {
    let element = of.tag_name().name().to_owned();
    of.attribute(name).ok_or_else(|| wrong(of, format!("<{element}> needs `{name}`")))
}
