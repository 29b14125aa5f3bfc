//! The arcs that may carry traffic, by their heads, and the shortest ways over them.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Demand, Unroutable};
use crate::{
    NodeId,
    directed::{ArcId, Directed},
};

/// An arc by its place in a [`Net`].
pub(super) type Slot = u32;

pub(super) const NONE: u32 = u32::MAX;

/// Arcs with some capacity; those into a node stand side by side.
#[derive(Debug, Clone)]
pub(super) struct Net {
    /// Arcs into node `n` are `starts[n]..starts[n + 1]`.
    starts: Vec<u32>,
    pub(super) tails: Vec<NodeId>,
    /// One over the capacity.
    pub(super) inverse: Vec<f64>,
    ids: Vec<ArcId>,
    /// Those out of node `n` are `out[out_starts[n]..out_starts[n + 1]]`.
    out_starts: Vec<u32>,
    out: Vec<(NodeId, Slot)>,
}

impl Net {
    pub(super) fn new(graph: &Directed) -> Self {
        let nodes = graph.nodes();
        let mut net = Self {
            starts: vec![0],
            tails: Vec::new(),
            inverse: Vec::new(),
            ids: Vec::new(),
            out_starts: vec![0],
            out: Vec::new(),
        };
        for node in 0..nodes {
            for hop in graph.into(node) {
                let capacity = graph.arc(hop.arc).map_or(0.0, |arc| arc.capacity);
                if capacity > 0.0 {
                    net.tails.push(hop.node);
                    net.inverse.push(capacity.recip());
                    net.ids.push(hop.arc);
                }
            }
            net.starts.push(number(net.tails.len()));
        }
        net.turn();
        net
    }

    /// What is known of each slot, by the arcs of the graph; zero for those without capacity.
    pub(super) fn by_arc(&self, graph: &Directed, of_slots: &[f64]) -> Vec<f64> {
        let mut of_arcs = vec![0.0; graph.arcs().len()];
        for (id, value) in self.ids.iter().zip(of_slots) {
            of_arcs[*id as usize] = *value;
        }
        of_arcs
    }

    fn turn(&mut self) {
        let mut rows: Vec<(NodeId, NodeId, Slot)> = Vec::with_capacity(self.tails.len());
        for node in 0..self.nodes() {
            rows.extend(self.ending(node).map(|slot| (self.tails[slot], node, number(slot))));
        }
        rows.sort_unstable();
        for node in 0..self.nodes() {
            let upto = rows.partition_point(|(tail, ..)| *tail <= node);
            self.out_starts.push(number(upto));
        }
        self.out = rows.into_iter().map(|(_, head, slot)| (head, slot)).collect();
    }

    pub(super) fn nodes(&self) -> u32 {
        number(self.starts.len() - 1)
    }

    pub(super) const fn slots(&self) -> usize {
        self.tails.len()
    }

    pub(super) fn ending(&self, node: NodeId) -> std::ops::Range<usize> {
        self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize
    }

    fn out(&self, node: NodeId) -> &[(NodeId, Slot)] {
        let node = node as usize;
        &self.out[self.out_starts[node] as usize..self.out_starts[node + 1] as usize]
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

/// Shortest ways from one node; made once and used for many sources.
#[derive(Debug, Clone)]
pub(super) struct Ways {
    pub(super) distance: Vec<f64>,
    /// The last arc of the way to each node.
    pub(super) last: Vec<Slot>,
    /// Nodes that are reached, nearest first.
    pub(super) order: Vec<NodeId>,
    next: BinaryHeap<Reverse<(Key, NodeId)>>,
}

/// Bits of a distance, which are in the order of the numbers where none is below zero.
type Key = u64;

impl Ways {
    pub(super) fn new(net: &Net) -> Self {
        let nodes = net.nodes() as usize;
        Self {
            distance: vec![f64::INFINITY; nodes],
            last: vec![NONE; nodes],
            order: Vec::with_capacity(nodes),
            next: BinaryHeap::new(),
        }
    }

    /// Dijkstra's algorithm. `costs` are zero or more, one a slot.
    pub(super) fn find(&mut self, net: &Net, source: NodeId, costs: &[f64]) {
        self.distance.fill(f64::INFINITY);
        self.last.fill(NONE);
        self.order.clear();
        self.distance[source as usize] = 0.0;
        self.next.push(Reverse((0, source)));
        while let Some(Reverse((key, node))) = self.next.pop() {
            let here = self.distance[node as usize];
            if key != here.to_bits() {
                continue;
            }
            self.order.push(node);
            for (head, slot) in net.out(node) {
                let distance = here + costs[*slot as usize];
                if distance < self.distance[*head as usize] {
                    self.distance[*head as usize] = distance;
                    self.last[*head as usize] = *slot;
                    self.next.push(Reverse((distance.to_bits(), *head)));
                }
            }
        }
    }
}

impl Ways {
    /// What arcs carry where all demands of the origin take the ways found.
    pub(super) fn load(&self, net: &Net, origin: &Origin, mut carry: impl FnMut(usize, f64)) {
        let mut through = vec![0.0; net.nodes() as usize];
        for (to, amount) in &origin.demands {
            through[*to as usize] = *amount;
        }
        for node in self.order.iter().skip(1).rev() {
            let (last, amount) = (self.last[*node as usize] as usize, through[*node as usize]);
            through[net.tails[last] as usize] += amount;
            carry(last, amount);
        }
    }
}

/// What leaves one node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    pub(super) node: NodeId,
    /// By destination, each once.
    pub(super) demands: Vec<(NodeId, f64)>,
}

/// Demands by their origins: those that can be carried, and a count of those that cannot.
pub(super) fn origins(net: &Net, demands: &[Demand]) -> (Vec<Origin>, Unroutable) {
    let wanted = |it: &&Demand| it.from != it.to && it.amount > 0.0;
    let mut sorted: Vec<&Demand> = demands.iter().filter(wanted).collect();
    sorted.sort_by_key(|it| (it.from, it.to));
    let (mut ways, even) = (Ways::new(net), vec![1.0; net.slots()]);
    let (mut origins, mut lost): (Vec<Origin>, _) = (Vec::new(), Unroutable::default());
    for of_one in sorted.chunk_by(|a, b| a.from == b.from) {
        let Some(node) = of_one.first().map(|it| it.from).filter(|it| *it < net.nodes()) else {
            of_one.iter().for_each(|it| lost.add(it.amount));
            continue;
        };
        ways.find(net, node, &even);
        let mut origin = Origin { node, demands: Vec::new() };
        for same in of_one.chunk_by(|a, b| a.to == b.to) {
            let amount: f64 = same.iter().map(|it| it.amount).sum();
            let to = same.first().map_or(node, |it| it.to);
            let reached = ways.distance.get(to as usize).is_some_and(|it| it.is_finite());
            if reached { origin.demands.push((to, amount)) } else { lost.add(amount) }
        }
        origins.push(origin);
    }
    origins.retain(|it| !it.demands.is_empty());
    (origins, lost)
}
