//! The least delays between all places.

use units::Delay;

use crate::{
    NodeId,
    directed::Directed,
    search::{Net, Ways},
    share::over,
};

/// Least delays, one way, from every node to every other.
#[derive(Debug, Clone, PartialEq)]
pub struct AllPairs {
    nodes: u32,
    /// Row by row from each node; whole nanoseconds, infinite where no way leads.
    delays: Vec<f64>,
}

impl AllPairs {
    /// None where no way leads.
    pub fn delay(&self, from: NodeId, to: NodeId) -> Option<Delay> {
        self.row(from).get(to as usize).copied().and_then(whole)
    }

    pub const fn nodes(&self) -> u32 {
        self.nodes
    }

    /// The delays from a node to all, in nanoseconds, infinite where no way leads.
    pub fn row(&self, from: NodeId) -> &[f64] {
        let (nodes, from) = (self.nodes as usize, from as usize);
        self.delays.get(from * nodes..(from + 1) * nodes).unwrap_or_default()
    }
}

fn whole(ns: f64) -> Option<Delay> {
    ns.is_finite().then_some(Delay::new(ns as u64))
}

/// To every node and back, by least delays; none where no way leads there, or none back. Two searches.
#[must_use]
pub fn round_trips(graph: &Directed, from: NodeId) -> Vec<Option<Delay>> {
    let net = Net::new(graph);
    let (mut there, mut back) = (Ways::new(&net), Ways::new(&net));
    there.find(&net, from, &net.delays);
    back.find_towards(&net, from, &net.delays);
    there.distance.iter().zip(&back.distance).map(|(there, back)| whole(there + back)).collect()
}

/// Dijkstra's algorithm from every node; on all cores.
#[must_use]
pub fn all_pairs(graph: &Directed) -> AllPairs {
    let net = Net::new(graph);
    let nodes = net.nodes();
    let rows = over(nodes, |from: std::ops::Range<u32>| {
        let mut ways = Ways::new(&net);
        let mut rows = Vec::with_capacity(from.len() * nodes as usize);
        for node in from {
            ways.find(&net, node, &net.delays);
            rows.extend_from_slice(&ways.distance);
        }
        rows
    });
    AllPairs { nodes, delays: rows.concat() }
}
