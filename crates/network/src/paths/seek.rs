//! One way between two places, found with what is left to go as the guide (A*; Hart, Nilsson and Raphael, 1968).
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    NodeId,
    search::{NONE, Net, Slot, trace},
};

#[derive(Debug, Clone)]
pub(super) struct Seek {
    cost: Vec<f64>,
    last: Vec<Slot>,
    /// The search in which a node was last seen.
    seen: Vec<u32>,
    search: u32,
    /// By cost, then by what is left to go: of equal ones the one that is nearly there.
    next: BinaryHeap<Reverse<(u64, u64, NodeId)>>,
}

impl Seek {
    pub(super) fn new(net: &Net) -> Self {
        let nodes = net.nodes() as usize;
        let (cost, last, seen) = (vec![0.0; nodes], vec![NONE; nodes], vec![0; nodes]);
        Self { cost, last, seen, search: 0, next: BinaryHeap::new() }
    }

    /// The cheapest way by what arcs cost beyond what they lead nearer. `ahead` is what is left to go from each node, and
    /// `extra` an arc's cost, plus `ahead` of its head, less `ahead` of its tail: never below zero, infinite for arcs
    /// that may not be taken. False where there is none.
    pub(super) fn find(
        &mut self,
        net: &Net,
        [from, to]: [NodeId; 2],
        ahead: &[f64],
        extra: impl Fn(Slot, NodeId, NodeId) -> f64,
        way: &mut Vec<Slot>,
    ) -> bool {
        way.clear();
        self.search = self.search.wrapping_add(1);
        self.next.clear();
        self.reach(from, 0.0, NONE);
        self.next.push(Reverse((0, 0, from)));
        while let Some(Reverse((key, _, node))) = self.next.pop() {
            let here = self.cost[node as usize];
            if key != here.to_bits() {
                continue;
            }
            if node == to {
                return self.traced(net, [from, to], way);
            }
            for step in net.out(node) {
                let end = self.walk(net, (node, here), *step, to, &extra);
                let Some((head, cost)) = end else { continue };
                if head == to && cost <= here {
                    return self.traced(net, [from, to], way);
                }
                self.next.push(Reverse((cost.to_bits(), ahead[head as usize].to_bits(), head)));
            }
        }
        false
    }

    /// Goes on from a node by an arc, through places that lead to one other only, to where there is a choice. None where
    /// a cheaper way is known, or it does not go on.
    fn walk(
        &mut self,
        net: &Net,
        (mut tail, mut cost): (NodeId, f64),
        (mut head, mut slot): (NodeId, Slot),
        to: NodeId,
        extra: &impl Fn(Slot, NodeId, NodeId) -> f64,
    ) -> Option<(NodeId, f64)> {
        loop {
            cost += extra(slot, tail, head);
            let is_known = self.seen[head as usize] == self.search;
            if cost == f64::INFINITY || (is_known && cost >= self.cost[head as usize]) {
                return None;
            }
            self.reach(head, cost, slot);
            let back = |it: &(NodeId, Slot)| net.links[it.1 as usize] == net.links[slot as usize];
            let (one, other) = match net.out(head) {
                [] => return (head == to).then_some((head, cost)),
                [only] => return (head == to || !back(only)).then_some((head, cost)),
                [one, other] if head != to && back(one) != back(other) => (one, other),
                _ => return Some((head, cost)),
            };
            let next = if back(one) { *other } else { *one };
            (tail, head, slot) = (head, next.0, next.1);
        }
    }

    fn reach(&mut self, node: NodeId, cost: f64, by: Slot) {
        let at = node as usize;
        (self.seen[at], self.cost[at], self.last[at]) = (self.search, cost, by);
    }

    fn traced(&self, net: &Net, [from, to]: [NodeId; 2], way: &mut Vec<Slot>) -> bool {
        let is_whole = trace(net, from, to, &self.last, way);
        way.reverse();
        is_whole
    }
}
