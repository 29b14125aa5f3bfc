//! SNDlib's own XML (Orlowski and others, "SNDlib 1.0 - survivable network design library", Networks 55, 2010; its DTD is
//! at sndlib.zib.de): nodes with places, undirected links, demands. The capacity of a link is the one that is installed
//! already; modules that could be bought besides, costs, and paths that are admissible say nothing here. Capacities and
//! demands have no unit: a demand takes `routingUnit` of capacity for each unit of its value.

use roxmltree::Node;

use super::{
    Demand, FormatError, Rate, Terms, Topology,
    amount::figure,
    arcs::Figures,
    draft::{Draft, NodeDraft, add_demand},
    shown,
    xml::{attribute, child, is, parse, wrong},
};

const FORM: &str = "SNDlib's XML";

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let document = parse(text, FORM)?;
    let root = document.root_element();
    let structure = child(root, "networkStructure").filter(|_| is(root, "network"));
    let structure = structure.ok_or_else(|| {
        wrong(
            root,
            format!("not {FORM}: the outermost element has to be <network>, with a <networkStructure> in it"),
        )
    })?;
    let mut draft = Draft::default();
    nodes(needed(structure, "nodes")?, &mut draft)?;
    for link in within(child(structure, "links"), "link") {
        let [from, to] = ends(link)?;
        let capacity = capacity(link)?;
        let added = draft.add_link(from, to, Figures { capacity, ..Figures::default() });
        added.map_err(|what| wrong(link, what))?;
    }
    let mut demands = Vec::new();
    for it in within(child(root, "demands"), "demand") {
        let added = demand(it, &draft).map(|one| add_demand(&mut demands, one))?;
        added.map_err(|what| wrong(it, what))?;
    }
    Ok(Topology { demands, ..draft.finish(None, false) })
}

fn within<'a, 'i>(
    of: Option<Node<'a, 'i>>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    of.into_iter().flat_map(|it| it.children()).filter(move |it| is(*it, name))
}

fn needed<'a, 'i>(of: Node<'a, 'i>, name: &str) -> Result<Node<'a, 'i>, FormatError> {
    let element = of.tag_name().name();
    child(of, name).ok_or_else(|| wrong(of, format!("<{element}> needs a <{name}>")))
}

fn text<'a>(of: Node<'a, '_>, name: &str) -> Result<&'a str, FormatError> {
    Ok(needed(of, name)?.text().unwrap_or_default().trim())
}

fn number(of: Node<'_, '_>, name: &str) -> Result<f64, FormatError> {
    let said = text(of, name)?;
    let what = || format!("<{name}> is {:?}: it has to be a number", shown(said));
    said.parse().ok().filter(|it: &f64| it.is_finite()).ok_or_else(|| wrong(of, what()))
}

fn ends<'a>(of: Node<'a, '_>) -> Result<[&'a str; 2], FormatError> {
    Ok([text(of, "source")?, text(of, "target")?])
}

/// Places in pixels are none.
fn nodes(list: Node<'_, '_>, draft: &mut Draft) -> Result<(), FormatError> {
    let is_geographical = list.attribute("coordinatesType") != Some("pixel");
    for node in within(Some(list), "node") {
        let position = match child(node, "coordinates") {
            Some(at) if is_geographical => Some((number(at, "x")?, number(at, "y")?)),
            Some(_) => {
                draft.notes.not_on_earth += 1;
                None
            }
            None => None,
        };
        let id = attribute(node, "id")?.to_owned();
        let added = draft.add_node(NodeDraft { id, position, ..NodeDraft::default() });
        added.map_err(|what| wrong(node, what))?;
    }
    Ok(())
}

fn capacity(link: Node<'_, '_>) -> Result<Option<Rate>, FormatError> {
    let Some(module) = child(link, "preInstalledModule") else { return Ok(None) };
    let known = figure("<capacity>", number(module, "capacity")?);
    known.map(Some).map_err(|what| wrong(module, what))
}

fn demand(it: Node<'_, '_>, draft: &Draft) -> Result<Demand, FormatError> {
    let [from, to] = ends(it)?;
    let (from, to) = draft.demand(from, to).map_err(|what| wrong(it, what))?;
    let unit = match child(it, "routingUnit") {
        Some(_) => number(it, "routingUnit")?,
        None => 1.0,
    };
    let rate = figure("<demandValue>", unit * number(it, "demandValue")?);
    let rate = rate.map_err(|what| wrong(it, what))?;
    Ok(Demand { matrix: 0, from, to, rate, terms: Terms::default() })
}
