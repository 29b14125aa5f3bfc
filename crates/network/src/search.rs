//! The arcs that may carry something, packed by both ends, and the shortest ways over them.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    LinkId, NodeId,
    directed::{ArcId, Directed},
};

/// An arc by its place in a [`Net`].
pub(crate) type Slot = u32;

pub(crate) const NONE: u32 = u32::MAX;

/// Arcs with some capacity; those into a node stand side by side.
#[derive(Debug, Clone)]
pub(crate) struct Net {
    /// Arcs into node `n` are `starts[n]..starts[n + 1]`.
    starts: Vec<u32>,
    pub(crate) tails: Vec<NodeId>,
    pub(crate) heads: Vec<NodeId>,
    /// One over the capacity.
    pub(crate) inverse: Vec<f64>,
    pub(crate) ids: Vec<ArcId>,
    pub(crate) links: Vec<LinkId>,
    /// The delay of each arc in nanoseconds: a whole number.
    pub(crate) delays: Vec<f64>,
    /// Those out of node `n` are `out[out_starts[n]..out_starts[n + 1]]`.
    out_starts: Vec<u32>,
    out: Vec<(NodeId, Slot)>,
}

impl Net {
    pub(crate) fn new(graph: &Directed) -> Self {
        let nodes = graph.nodes();
        let mut net = Self {
            starts: vec![0],
            tails: Vec::new(),
            heads: Vec::new(),
            inverse: Vec::new(),
            ids: Vec::new(),
            links: Vec::new(),
            delays: Vec::new(),
            out_starts: vec![0],
            out: Vec::new(),
        };
        for node in 0..nodes {
            for hop in graph.into(node) {
                let arc = graph.arcs()[hop.arc as usize];
                if arc.capacity > 0.0 {
                    net.tails.push(hop.node);
                    net.heads.push(node);
                    net.inverse.push(arc.capacity.recip());
                    net.ids.push(hop.arc);
                    net.links.push(arc.link);
                    net.delays.push(arc.delay.get() as f64);
                }
            }
            net.starts.push(number(net.tails.len()));
        }
        net.turn();
        net
    }

    /// What is known of each slot, by the arcs of the graph; zero for those without capacity.
    pub(crate) fn by_arc(&self, graph: &Directed, of_slots: &[f64]) -> Vec<f64> {
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

    pub(crate) fn nodes(&self) -> u32 {
        number(self.starts.len() - 1)
    }

    pub(crate) const fn slots(&self) -> usize {
        self.tails.len()
    }

    pub(crate) fn ending(&self, node: NodeId) -> std::ops::Range<usize> {
        self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize
    }

    pub(crate) fn out(&self, node: NodeId) -> &[(NodeId, Slot)] {
        let node = node as usize;
        &self.out[self.out_starts[node] as usize..self.out_starts[node + 1] as usize]
    }
}

pub(crate) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

/// Shortest ways from one node; made once and used for many sources.
#[derive(Debug, Clone)]
pub(crate) struct Ways {
    pub(crate) distance: Vec<f64>,
    /// The last arc of the way to each node.
    pub(crate) last: Vec<Slot>,
    /// Nodes that are reached, nearest first.
    pub(crate) order: Vec<NodeId>,
    next: BinaryHeap<Reverse<(Key, NodeId)>>,
}

/// Bits of a distance, which are in the order of the numbers where none is below zero.
type Key = u64;

impl Ways {
    pub(crate) fn new(net: &Net) -> Self {
        let nodes = net.nodes() as usize;
        Self {
            distance: vec![f64::INFINITY; nodes],
            last: vec![NONE; nodes],
            order: Vec::with_capacity(nodes),
            next: BinaryHeap::new(),
        }
    }

    /// Dijkstra's algorithm. `costs` are zero or more, one a slot; infinite ones are on no way.
    pub(crate) fn find(&mut self, net: &Net, source: NodeId, costs: &[f64]) {
        self.begin(source);
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

    fn begin(&mut self, source: NodeId) {
        self.distance.fill(f64::INFINITY);
        self.last.fill(NONE);
        self.order.clear();
        self.distance[source as usize] = 0.0;
        self.next.push(Reverse((0, source)));
    }

    /// The same towards a place: distances are from each node to it, and `last` is the first arc of the way there.
    pub(crate) fn find_towards(&mut self, net: &Net, target: NodeId, costs: &[f64]) {
        self.begin(target);
        while let Some(Reverse((key, node))) = self.next.pop() {
            let here = self.distance[node as usize];
            if key != here.to_bits() {
                continue;
            }
            self.order.push(node);
            for slot in net.ending(node) {
                let (tail, distance) = (net.tails[slot], here + costs[slot]);
                if distance < self.distance[tail as usize] {
                    self.distance[tail as usize] = distance;
                    self.last[tail as usize] = number(slot);
                    self.next.push(Reverse((distance.to_bits(), tail)));
                }
            }
        }
    }
}
