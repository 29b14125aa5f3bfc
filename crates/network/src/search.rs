//! The arcs that may carry something, packed by both ends, and the shortest ways over them.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    LinkId, NodeId,
    directed::{Arc, ArcId, Directed},
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
        let mut arcs: Vec<(ArcId, &Arc)> = graph.usable().collect();
        arcs.sort_by_key(|(id, arc)| (arc.to, arc.from, *id));
        let every = || arcs.iter().map(|(_, arc)| *arc);
        let rows = |end: fn(&Arc) -> NodeId, sorted: &[&Arc]| {
            let before = |node: NodeId| number(sorted.partition_point(|arc| end(arc) < node));
            (0..=graph.nodes()).map(before).collect::<Vec<u32>>()
        };
        let mut out: Vec<(&Arc, Slot)> = every().zip(0..).collect();
        out.sort_by_key(|(arc, slot)| (arc.from, arc.to, *slot));
        let by_tail: Vec<&Arc> = out.iter().map(|(arc, _)| *arc).collect();
        Self {
            starts: rows(|arc| arc.to, &every().collect::<Vec<_>>()),
            tails: every().map(|arc| arc.from).collect(),
            heads: every().map(|arc| arc.to).collect(),
            inverse: every().map(|arc| arc.capacity.recip()).collect(),
            ids: arcs.iter().map(|(id, _)| *id).collect(),
            links: every().map(|arc| arc.link).collect(),
            delays: every().map(|arc| arc.delay.get() as f64).collect(),
            out_starts: rows(|arc| arc.from, &by_tail),
            out: out.into_iter().map(|(arc, slot)| (arc.to, slot)).collect(),
        }
    }

    /// What is known of each slot, by the arcs of the graph; zero for those without capacity.
    pub(crate) fn by_arc(&self, graph: &Directed, of_slots: &[f64]) -> Vec<f64> {
        let mut of_arcs = vec![0.0; graph.arcs().len()];
        for (id, value) in self.ids.iter().zip(of_slots) {
            of_arcs[*id as usize] = *value;
        }
        of_arcs
    }

    /// The greatest use of an arc: load over capacity.
    pub(crate) fn most_used(&self, loads: &[f64]) -> f64 {
        let uses = loads.iter().zip(&self.inverse).map(|(load, inverse)| load * inverse);
        uses.fold(0.0, f64::max)
    }

    /// What all capacity costs.
    pub(crate) fn capacity(&self, prices: &[f64]) -> f64 {
        prices.iter().zip(&self.inverse).map(|(price, inverse)| price / inverse).sum()
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
        self.settle(source, costs, |node| net.out(node).iter().copied());
    }

    /// The same towards a place: distances are from each node to it, and `last` is the first arc of the way there.
    pub(crate) fn find_towards(&mut self, net: &Net, target: NodeId, costs: &[f64]) {
        let steps = |node| net.ending(node).map(|slot| (net.tails[slot], number(slot)));
        self.settle(target, costs, steps);
    }

    fn settle<I: Iterator<Item = (NodeId, Slot)>>(
        &mut self,
        start: NodeId,
        costs: &[f64],
        steps: impl Fn(NodeId) -> I,
    ) {
        self.distance.fill(f64::INFINITY);
        self.last.fill(NONE);
        self.order.clear();
        self.distance[start as usize] = 0.0;
        self.next.push(Reverse((0, start)));
        while let Some(Reverse((key, node))) = self.next.pop() {
            let here = self.distance[node as usize];
            if key != here.to_bits() {
                continue;
            }
            self.order.push(node);
            for (to, slot) in steps(node) {
                let distance = here + costs[slot as usize];
                if distance < self.distance[to as usize] {
                    self.distance[to as usize] = distance;
                    self.last[to as usize] = slot;
                    self.next.push(Reverse((distance.to_bits(), to)));
                }
            }
        }
    }
}

/// The arcs of the way to a node, from its end back to the source, by the last arc of the way to each; false where it
/// is not whole.
pub(crate) fn trace(
    net: &Net,
    source: NodeId,
    to: NodeId,
    last: &[Slot],
    arcs: &mut Vec<Slot>,
) -> bool {
    arcs.clear();
    let mut node = to;
    while node != source {
        let slot = last[node as usize];
        if slot == NONE {
            return false;
        }
        arcs.push(slot);
        node = net.tails[slot as usize];
    }
    true
}
