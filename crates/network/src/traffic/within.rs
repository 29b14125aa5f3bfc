//! The cheapest way of one pair that is no longer than a bound.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use crate::{
    NodeId,
    search::{NONE, Net, Slot, Ways, number, trace},
};

/// Partial ways of one search; what is found then is a bound only.
const LABELS_MOST: usize = 200_000;

/// A way that begins at the source.
#[derive(Debug, Clone, Copy)]
struct Label {
    node: NodeId,
    delay: f64,
    /// The label it goes on from, and by which arc.
    before: u32,
    slot: Slot,
}

/// What a search says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cheapest {
    /// No way within the bound costs less.
    pub(super) cost: f64,
    /// If the search was given up, the shortest.
    pub(super) way: Vec<Slot>,
}

/// Least delays to places, by place, and room for searches.
#[derive(Debug, Default)]
pub(super) struct Within {
    to: BTreeMap<NodeId, Vec<f64>>,
}

impl Within {
    fn prepare(&mut self, net: &Net, to: NodeId) {
        self.to.entry(to).or_insert_with(|| {
            let mut ways = Ways::new(net);
            ways.find_towards(net, to, &net.delays);
            ways.distance
        });
    }

    /// Whether any way is that short.
    pub(super) fn is_there(&mut self, net: &Net, from: NodeId, to: NodeId, most: f64) -> bool {
        self.prepare(net, to);
        self.to[&to][from as usize] <= most
    }

    /// Ways in the order of their cost (label setting); of two to one node, one that is neither cheaper nor shorter is
    /// left. None: no way is that short.
    pub(super) fn cheapest(
        &mut self,
        net: &Net,
        (from, to): (NodeId, NodeId),
        most: f64,
        costs: &[f64],
    ) -> Option<Cheapest> {
        self.prepare(net, to);
        let left = &self.to[&to];
        let mut shortest = vec![f64::INFINITY; net.nodes() as usize];
        let mut labels = vec![Label { node: from, delay: 0.0, before: NONE, slot: NONE }];
        let mut next = BinaryHeap::from([Reverse((0_u64, 0_u32))]);
        while let Some(Reverse((bits, at))) = next.pop() {
            let (label, cost) = (labels[at as usize], f64::from_bits(bits));
            if label.node == to {
                return Some(Cheapest { cost, way: traced(&labels, at) });
            }
            if label.delay >= shortest[label.node as usize] {
                continue;
            }
            if labels.len() > LABELS_MOST {
                return Some(Cheapest { cost, way: shortest_way(net, from, to) });
            }
            shortest[label.node as usize] = label.delay;
            for (node, slot) in net.out(label.node) {
                let delay = label.delay + net.delays[*slot as usize];
                if delay + left[*node as usize] <= most && delay < shortest[*node as usize] {
                    let cost = cost + costs[*slot as usize];
                    next.push(Reverse((cost.to_bits(), number(labels.len()))));
                    labels.push(Label { node: *node, delay, before: at, slot: *slot });
                }
            }
        }
        None
    }
}

fn shortest_way(net: &Net, from: NodeId, to: NodeId) -> Vec<Slot> {
    let (mut ways, mut way) = (Ways::new(net), Vec::new());
    ways.find(net, from, &net.delays);
    trace(net, from, to, &ways.last, &mut way);
    way
}

fn traced(labels: &[Label], mut at: u32) -> Vec<Slot> {
    let mut way = Vec::new();
    while let Some(label) = labels.get(at as usize).filter(|it| it.slot != NONE) {
        way.push(label.slot);
        at = label.before;
    }
    way.reverse();
    way
}
