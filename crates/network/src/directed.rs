//! Nodes, and arcs of one direction between them.

use units::Delay;

use crate::{
    LinkId, NodeId,
    formats::{Rate, Topology},
};

/// Nodes of a network of which something is kept for each ordered pair, at most. The tables of a drill take 16 bytes a
/// pair, and as much again while they are put together: 3.2 GB for so many; least delays between all take half of that.
pub const ALL_PAIRS_NODES_MOST: u32 = 10_000;

/// An arc: its place in the list the graph was built from.
pub type ArcId = u32;

/// One direction of a connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    pub from: NodeId,
    pub to: NodeId,
    /// What fails with it: arcs of one link stand and fall together.
    pub link: LinkId,
    /// Zero or more, finite, in whatever demands are measured in.
    pub capacity: f64,
    pub delay: Delay,
}

/// A directed multigraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directed {
    nodes: u32,
    arcs: Vec<Arc>,
    links: u32,
}

impl Directed {
    /// Arcs with an end outside the graph, or with both ends the same, keep their number and are on no path.
    #[must_use]
    pub fn new(nodes: u32, arcs: Vec<Arc>) -> Self {
        let links = arcs.iter().map(|arc| arc.link.saturating_add(1)).max().unwrap_or(0);
        Self { nodes, arcs, links }
    }

    pub const fn nodes(&self) -> u32 {
        self.nodes
    }

    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// One more than the greatest number of a link.
    pub const fn links(&self) -> u32 {
        self.links
    }

    pub fn arc(&self, id: ArcId) -> Option<&Arc> {
        self.arcs.get(id as usize)
    }

    /// The arcs that can be on a path: they have capacity, and join two nodes of the graph.
    pub fn usable(&self) -> impl Iterator<Item = (ArcId, &Arc)> {
        let joins = |arc: &Arc| arc.from != arc.to && arc.from.max(arc.to) < self.nodes;
        (0..).zip(&self.arcs).filter(move |(_, arc)| arc.capacity > 0.0 && joins(arc))
    }
}

/// What is taken for an arc of which the text says nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unsaid {
    pub capacity: f64,
    pub delay: Delay,
}

impl Topology {
    /// The graph of its arcs. Capacities are in bit/s where the text tells the unit, else in the text's figures.
    #[must_use]
    pub fn directed(&self, unsaid: Unsaid) -> Directed {
        let nodes = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        let arc = |it: &crate::formats::Arc| {
            let [from, to] = it.ends;
            let known = self.delay(it.ends, it.delay, it.length_m);
            let delay = known.map_or(unsaid.delay, |(delay, _)| delay);
            let capacity = it.capacity.map_or(unsaid.capacity, Rate::plain);
            Arc { from, to, link: it.link, capacity, delay }
        };
        Directed::new(nodes, self.arcs.iter().map(arc).collect())
    }
}
