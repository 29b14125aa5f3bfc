//! Nodes and arcs of one direction, packed both ways.

use units::Delay;

use crate::{
    LinkId, NodeId,
    formats::{Rate, Topology},
};

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

/// The far end of an arc, as one stands at the near one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    pub node: NodeId,
    pub arc: ArcId,
}

/// A directed multigraph: the arcs out of a node stand side by side, and so do those into it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directed {
    arcs: Vec<Arc>,
    links: u32,
    out: Rows,
    into: Rows,
}

/// Compressed sparse rows: row `n` is `starts[n]..starts[n + 1]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rows {
    starts: Vec<u32>,
    hops: Vec<Hop>,
}

impl Rows {
    fn new(nodes: u32, mut hops: Vec<(NodeId, Hop)>) -> Self {
        hops.sort_by_key(|(at, hop)| (*at, hop.node, hop.arc));
        let before = |node: NodeId| hops.partition_point(|(at, _)| *at < node);
        let starts =
            (0..=nodes).map(|node| u32::try_from(before(node)).unwrap_or(u32::MAX)).collect();
        Self { starts, hops: hops.into_iter().map(|(_, hop)| hop).collect() }
    }

    fn row(&self, node: NodeId) -> &[Hop] {
        let bound = |node: usize| self.starts.get(node).map_or(0, |at| *at as usize);
        self.hops.get(bound(node as usize)..bound(node as usize + 1)).unwrap_or_default()
    }
}

impl Directed {
    /// Arcs with an end outside the graph, or with both ends the same, keep their number and are on no path.
    #[must_use]
    pub fn new(nodes: u32, arcs: Vec<Arc>) -> Self {
        let joins = |arc: &&Arc| arc.from != arc.to && arc.from < nodes && arc.to < nodes;
        let numbered = || (0..).zip(&arcs).filter(|(_, arc)| joins(arc));
        let out = numbered().map(|(id, arc)| (arc.from, Hop { node: arc.to, arc: id })).collect();
        let into = numbered().map(|(id, arc)| (arc.to, Hop { node: arc.from, arc: id })).collect();
        let links = arcs.iter().map(|arc| arc.link.saturating_add(1)).max().unwrap_or(0);
        Self { links, out: Rows::new(nodes, out), into: Rows::new(nodes, into), arcs }
    }

    pub fn nodes(&self) -> u32 {
        u32::try_from(self.out.starts.len().saturating_sub(1)).unwrap_or(u32::MAX)
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

    pub fn out(&self, node: NodeId) -> &[Hop] {
        self.out.row(node)
    }

    pub fn into(&self, node: NodeId) -> &[Hop] {
        self.into.row(node)
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
