//! What every node does with a packet while nothing has failed.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use crate::{
    LinkId, NodeId,
    search::{NONE, Net, Slot, Ways},
    share::over,
};

/// Of one nanosecond; the rest is for hops, so that of ways of one delay the one of fewest hops is taken, and no arc is
/// free. Sums are exact up to 36 minutes.
pub(super) const NANOSECOND: f64 = 4_096.0;

/// Something that fails at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Failure {
    pub(super) slots: Vec<Slot>,
    /// Fails as a whole: nothing goes through it, to it or from it.
    pub(super) node: Option<NodeId>,
}

impl Failure {
    pub(super) fn of_links(net: &Net, links: &[LinkId]) -> Self {
        let fails = |slot: &usize| links.contains(&net.links[*slot]);
        let slots = (0..net.slots()).filter(fails).map(|slot| slot as Slot).collect();
        Self { slots, node: None }
    }

    pub(super) fn of_node(net: &Net, node: NodeId) -> Self {
        let out = net.out(node).iter().map(|(_, slot)| *slot);
        let into = net.ending(node).map(|slot| slot as Slot);
        Self { slots: into.chain(out).collect(), node: Some(node) }
    }
}

/// Ways between all nodes, and the hops of them.
#[derive(Debug)]
pub(super) struct Tables {
    nodes: usize,
    pub(super) costs: Vec<f64>,
    /// Row by row for each destination: from each node.
    distance: Vec<f64>,
    next: Vec<Slot>,
    /// How many nodes' ways to the destination lead over a node, itself among them.
    upstream: Vec<u32>,
}

impl Tables {
    pub(super) fn new(net: &Net) -> Self {
        let costs: Vec<f64> = net.delays.iter().map(|delay| delay * NANOSECOND + 1.0).collect();
        let parts = over(net.nodes(), |targets| {
            let mut ways = Ways::new(net);
            let (mut distance, mut next, mut upstream) = (Vec::new(), Vec::new(), Vec::new());
            for target in targets {
                ways.find_towards(net, target, &costs);
                distance.extend_from_slice(&ways.distance);
                next.extend_from_slice(&ways.last);
                upstream.extend(counted(net, &ways));
            }
            (distance, next, upstream)
        });
        let nodes = net.nodes() as usize;
        let pairs = nodes * nodes;
        let mut tables = Self {
            nodes,
            costs,
            distance: Vec::with_capacity(pairs),
            next: Vec::with_capacity(pairs),
            upstream: Vec::with_capacity(pairs),
        };
        for (distance, next, upstream) in parts {
            tables.distance.extend(distance);
            tables.next.extend(next);
            tables.upstream.extend(upstream);
        }
        tables
    }

    fn at(&self, from: NodeId, to: NodeId) -> usize {
        to as usize * self.nodes + from as usize
    }

    pub(super) fn distance(&self, from: NodeId, to: NodeId) -> f64 {
        self.distance[self.at(from, to)]
    }

    /// The arc that a node forwards to the destination by; [`NONE`] where there is no way, or it is there.
    pub(super) fn next(&self, from: NodeId, to: NodeId) -> Slot {
        self.next[self.at(from, to)]
    }

    pub(super) fn upstream(&self, from: NodeId, to: NodeId) -> u32 {
        self.upstream[self.at(from, to)]
    }

    /// Whether there is a way, and no shortest one leads over what fails, whichever of equal ones is taken.
    pub(super) fn avoids(&self, net: &Net, from: NodeId, to: NodeId, failure: &Failure) -> bool {
        let direct = self.distance(from, to);
        let by_slot = |slot: &Slot| {
            let at = *slot as usize;
            let there = self.distance(from, net.tails[at]);
            there + self.costs[at] + self.distance(net.heads[at], to)
        };
        let around = |node| {
            node != from
                && node != to
                && self.distance(from, node) + self.distance(node, to) > direct
        };
        // All arcs of a node are on no shortest way that the node is not on.
        let is_safe = match failure.node {
            Some(node) => around(node),
            None => failure.slots.iter().all(|slot| by_slot(slot) > direct),
        };
        direct.is_finite() && is_safe
    }
}

/// How many ways lead over each node.
fn counted(net: &Net, ways: &Ways) -> Vec<u32> {
    let mut counts = vec![0_u32; net.nodes() as usize];
    for node in ways.order.iter().rev() {
        counts[*node as usize] += 1;
        let slot = ways.last[*node as usize];
        if slot != NONE {
            counts[net.heads[slot as usize] as usize] += counts[*node as usize];
        }
    }
    counts
}
