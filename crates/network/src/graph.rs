//! Nodes and links, packed.

use units::{Bandwidth, DataPrice, Delay};

/// A place: 0 to the number of nodes - 1.
pub type NodeId = u32;
/// A link: its place in the list the graph was built from.
pub type LinkId = u32;

/// A connection that works the same in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Ends outside the graph, or both the same, make a link that is on no path.
    pub ends: [NodeId; 2],
    pub delay: Delay,
    pub jitter: Delay,
    /// Zero or more.
    pub price: DataPrice,
    pub capacity: Bandwidth,
}

/// An undirected multigraph as compressed sparse rows: the neighbours of a node stand side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    links: Vec<Link>,
    /// Row `n` of `edges` is `starts[n]..starts[n + 1]`.
    starts: Vec<u32>,
    edges: Vec<Edge>,
}

/// One direction of a link, with what a search reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) to: NodeId,
    pub(crate) link: LinkId,
    pub(crate) price: u64,
    pub(crate) delay: u64,
    pub(crate) jitter: u64,
}

impl Graph {
    #[must_use]
    pub fn new(nodes: u32, links: Vec<Link>) -> Self {
        Self::packed(nodes, links, true)
    }

    /// Of links that lead from their first end to their second only.
    pub(crate) fn one_way(nodes: u32, links: Vec<Link>) -> Self {
        Self::packed(nodes, links, false)
    }

    fn packed(nodes: u32, links: Vec<Link>, both: bool) -> Self {
        let mut directed: Vec<(NodeId, Edge)> = Vec::with_capacity(links.len() * 2);
        for (id, link) in (0..).zip(&links) {
            let [a, b] = link.ends;
            if a != b && a < nodes && b < nodes {
                directed.push((a, edge(b, id, link)));
                directed.extend(both.then(|| (b, edge(a, id, link))));
            }
        }
        directed.sort_by_key(|(from, edge)| (*from, edge.to, edge.link));
        let before = |node: NodeId| directed.partition_point(|(from, _)| *from < node);
        let starts =
            (0..=nodes).map(|node| u32::try_from(before(node)).unwrap_or(u32::MAX)).collect();
        Self { links, starts, edges: directed.into_iter().map(|(_, edge)| edge).collect() }
    }

    pub fn nodes(&self) -> u32 {
        u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    pub fn links(&self) -> &[Link] {
        &self.links
    }

    pub fn link(&self, id: LinkId) -> Option<&Link> {
        self.links.get(id as usize)
    }

    pub(crate) fn edges(&self, from: NodeId) -> &[Edge] {
        let bound = |node: usize| self.starts.get(node).map_or(0, |at| *at as usize);
        self.edges.get(bound(from as usize)..bound(from as usize + 1)).unwrap_or_default()
    }
}

fn edge(to: NodeId, link: LinkId, it: &Link) -> Edge {
    let price = u64::try_from(it.price.get()).unwrap_or(0);
    Edge { to, link, price, delay: it.delay.get(), jitter: it.jitter.get() }
}
