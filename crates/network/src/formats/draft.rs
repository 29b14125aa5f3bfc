//! What all forms have in common: nodes by id, links between them, and the topology made of both.

use std::collections::{BTreeMap, btree_map::Entry};

use model::{Coordinates, Name};

use super::{
    DEMANDS_MOST, Demand, LINKS_MOST, Link, NODES_MOST, Node, Notes, Topology,
    arcs::{Arc, Figures, Joined, join},
    names::Names,
    shown,
};
use crate::{LinkId, NodeId};

/// A node as the text tells it.
#[derive(Debug, Default)]
pub(super) struct NodeDraft {
    pub(super) id: String,
    pub(super) label: Option<String>,
    pub(super) country: Option<String>,
    /// Longitude and latitude, if they are degrees.
    pub(super) position: Option<(f64, f64)>,
}

#[derive(Debug, Default)]
pub(super) struct Draft {
    nodes: Vec<NodeDraft>,
    ids: Ids,
    arcs: Vec<Arc>,
    pub(super) notes: Notes,
}

/// Nodes by what the text calls them.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<String, NodeId>);

impl Ids {
    pub(super) fn of(topology: &Topology) -> Self {
        let ids = (0..).zip(&topology.nodes).map(|(at, node)| (node.id.clone(), at));
        Self(ids.collect())
    }

    pub(super) fn find(&self, id: &str) -> Result<NodeId, String> {
        self.0.get(id).copied().ok_or_else(|| missing(id))
    }
}

pub(super) fn missing(id: &str) -> String {
    format!("there is no node {:?}: name one of the nodes by its id", shown(id))
}

impl Draft {
    pub(super) fn add_node(&mut self, node: NodeDraft) -> Result<(), String> {
        if self.nodes.len() >= NODES_MOST {
            return Err(format!("more than {NODES_MOST} nodes: split the network"));
        }
        let at = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        match self.ids.0.entry(node.id.clone()) {
            Entry::Vacant(entry) => entry.insert(at),
            Entry::Occupied(_) => {
                return Err(format!("a second node {:?}: each needs its own id", shown(&node.id)));
            }
        };
        self.nodes.push(node);
        Ok(())
    }

    pub(super) fn add_link(
        &mut self,
        from: &str,
        to: &str,
        figures: Figures,
    ) -> Result<(), String> {
        if self.arcs.len() >= LINKS_MOST {
            return Err(format!("more than {LINKS_MOST} links: split the network"));
        }
        let ends = [self.ids.find(from)?, self.ids.find(to)?];
        if from == to {
            self.notes.loops += 1;
        } else {
            self.arcs.push(Arc { ends, figures });
        }
        Ok(())
    }

    pub(super) fn demand(&self, from: &str, to: &str) -> Result<(NodeId, NodeId), String> {
        Ok((self.ids.find(from)?, self.ids.find(to)?))
    }

    /// Whether every position could be on earth: one that is not makes all of them something else.
    pub(super) fn is_on_earth(&self) -> bool {
        self.nodes.iter().filter_map(|node| node.position).all(|at| place(at).is_on_earth())
    }

    pub(super) fn forget_lengths(&mut self) {
        for arc in &mut self.arcs {
            arc.figures.length_m = None;
        }
    }

    pub(super) fn finish(mut self, title: Option<String>, is_directed: bool) -> Topology {
        self.settle_places();
        let (joined, arcs) = if is_directed {
            let joined = join(&self.arcs, &mut self.notes);
            let arcs = as_told(&self.arcs, &joined);
            (joined.into_iter().map(|it| it.link).collect(), arcs)
        } else {
            let links = std::mem::take(&mut self.arcs);
            let arcs = (0..).zip(&links).flat_map(|(at, it)| both_ways(at, it)).collect();
            (links, arcs)
        };
        let mut names = Names::default();
        let nodes: Vec<Node> = self.nodes.into_iter().map(|it| node(it, &mut names)).collect();
        self.notes.renamed = names.numbered;
        let links = links(&joined, &nodes);
        let title = trimmed(title);
        Topology { title, nodes, links, arcs, demands: Vec::new(), notes: self.notes }
    }

    fn settle_places(&mut self) {
        let is_on_earth = self.is_on_earth();
        for node in &mut self.nodes {
            let is_zero = node.position == Some((0.0, 0.0));
            if !is_on_earth {
                self.notes.not_on_earth += usize::from(node.position.is_some());
            } else if is_zero {
                self.notes.at_zero += 1;
            }
            node.position = node.position.filter(|_| is_on_earth && !is_zero);
        }
    }
}

fn place((lon, lat): (f64, f64)) -> Coordinates {
    Coordinates { lat, lon }
}

fn node(it: NodeDraft, names: &mut Names) -> Node {
    let (label, country) = (trimmed(it.label), trimmed(it.country));
    let by_id = format!("n{}", it.id);
    let name = names.take(&[label.as_deref().unwrap_or_default(), &by_id]);
    Node { id: it.id, name, label, country, place: it.position.map(place) }
}

/// Without blanks around it, which are no part of what something is called; none where nothing is left.
fn trimmed(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Directed arcs in the order of the text, each with the link it is a direction of.
fn as_told(arcs: &[Arc], joined: &[Joined]) -> Vec<super::Arc> {
    let mut links = vec![LinkId::MAX; arcs.len()];
    for (link, it) in (0..).zip(joined) {
        for at in std::iter::once(it.first).chain(it.second) {
            if let Some(of) = links.get_mut(at) {
                *of = link;
            }
        }
    }
    arcs.iter().zip(links).map(|(arc, link)| directed(link, arc.ends, arc)).collect()
}

fn both_ways(link: LinkId, arc: &Arc) -> [super::Arc; 2] {
    let [a, b] = arc.ends;
    [directed(link, [a, b], arc), directed(link, [b, a], arc)]
}

fn directed(link: LinkId, ends: [NodeId; 2], arc: &Arc) -> super::Arc {
    let Figures { capacity, delay, length_m, price } = arc.figures;
    super::Arc { link, ends, capacity, delay, length_m, price }
}

fn links(arcs: &[Arc], nodes: &[Node]) -> Vec<Link> {
    let mut names = Names::default();
    let name = |end: NodeId| nodes.get(end as usize).map(|node| &node.name);
    let mut named = |a: &Name, b: &Name| names.take_between(a, b);
    let link = |arc: &Arc| {
        let [a, b] = arc.ends;
        let Figures { capacity, delay, length_m, price } = arc.figures;
        let name = named(name(a)?, name(b)?);
        Some(Link { name, ends: arc.ends, capacity, delay, length_m, price })
    };
    arcs.iter().filter_map(link).collect()
}

pub(super) fn add_demand(demands: &mut Vec<Demand>, demand: Demand) -> Result<(), String> {
    if demands.len() >= DEMANDS_MOST {
        return Err(format!("more than {DEMANDS_MOST} demands: take fewer matrices"));
    }
    demands.push(demand);
    Ok(())
}
