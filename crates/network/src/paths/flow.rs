//! Two ways that share as little as any two can, and are the cheapest of such.
//!
//! A flow of two units of least cost (Suurballe and Tarjan, Networks 14, 1984): the second use of a link or node costs
//! more than all else together. Every pair of ways is such a flow, and of every such flow two ways are left, so no pair
//! is better.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

use super::diverse::straight;
use crate::{
    NodeId,
    search::{Net, Slot},
};

/// Of using a link once more: above the sum of all weights, each below 2^64, of at most 2^24 arcs.
const LINK: i128 = 1 << 88;
/// Of passing a node once more: above that of all links.
const NODE: i128 = 1 << 112;
const FAR: i128 = i128::MAX;

/// The cheapest two ways of those that share the fewest nodes between their ends (where nodes count), then the fewest
/// links; twice the same one where there is but one. None where none leads.
pub(super) fn two_apart(
    net: &Net,
    ends: [NodeId; 2],
    weights: &[u64],
    nodes_count: bool,
) -> Option<[Vec<Slot>; 2]> {
    let mut flow = Flow::new(net, ends, weights, nodes_count);
    (flow.augment() && flow.augment()).then(|| flow.ways())
}

/// A node is two places: where ways come in (twice its number), and where they go out (one more).
type Place = usize;

/// How a place was reached.
#[derive(Debug, Clone, Copy)]
enum Step {
    Start,
    /// Along an arc.
    On(Slot),
    /// An arc that was used is given back.
    Back(Slot),
    /// Through a node.
    Through(NodeId),
    /// A way through a node is given back.
    Return(NodeId),
}

struct Flow<'a> {
    net: &'a Net,
    ends: [NodeId; 2],
    weights: &'a [u64],
    again: i128,
    /// How many ways use a slot, and pass a node.
    used: Vec<u8>,
    passed: Vec<u8>,
    /// By place: what the way there cost in the last search; reduced costs are never below zero.
    before: Vec<i128>,
}

impl<'a> Flow<'a> {
    fn new(net: &'a Net, ends: [NodeId; 2], weights: &'a [u64], nodes_count: bool) -> Self {
        let places = 2 * net.nodes() as usize;
        Self {
            net,
            ends,
            weights,
            again: if nodes_count { NODE } else { 0 },
            used: vec![0; net.slots()],
            passed: vec![0; net.nodes() as usize],
            before: vec![0; places],
        }
    }

    /// One unit more on the cheapest way; false where there is none.
    fn augment(&mut self) -> bool {
        let places = self.before.len();
        let (mut far, mut last) = (vec![FAR; places], vec![Step::Start; places]);
        let start = out_of(self.ends[0]);
        far[start] = 0;
        let mut next = BinaryHeap::from([Reverse((0_i128, start))]);
        while let Some(Reverse((cost, place))) = next.pop() {
            if cost > far[place] {
                continue;
            }
            self.steps(place, |to, step, weight| {
                let further = cost + weight + self.before[place] - self.before[to];
                if further < far[to] {
                    (far[to], last[to]) = (further, step);
                    next.push(Reverse((further, to)));
                }
            });
        }
        let is_there = far[into(self.ends[1])] < FAR;
        if is_there {
            self.use_way(&last);
            for (before, far) in self.before.iter_mut().zip(far).filter(|(_, far)| *far < FAR) {
                *before += far;
            }
        }
        is_there
    }

    /// What can be done next at a place, and what it costs.
    fn steps(&self, place: Place, mut each: impl FnMut(Place, Step, i128)) {
        let node = (place / 2) as NodeId;
        let passed = self.passed[node as usize];
        if place == out_of(node) {
            for (head, slot) in self.net.out(node) {
                if self.used[*slot as usize] < 2 {
                    each(into(*head), Step::On(*slot), self.cost(*slot, 0));
                }
            }
            if passed > 0 {
                each(into(node), Step::Return(node), -self.toll(passed - 1));
            }
            return;
        }
        if passed < 2 && !self.ends.contains(&node) {
            each(out_of(node), Step::Through(node), self.toll(passed));
        }
        for slot in self.net.ending(node).filter(|slot| self.used[*slot] > 0) {
            each(
                out_of(self.net.tails[slot]),
                Step::Back(slot as Slot),
                -self.cost(slot as Slot, 1),
            );
        }
    }

    /// Of using a slot as often as it is used, less so many times, and once more.
    fn cost(&self, slot: Slot, less: u8) -> i128 {
        let at = slot as usize;
        i128::from(self.weights[at]) + LINK * i128::from(self.used[at] - less)
    }

    fn toll(&self, passed: u8) -> i128 {
        self.again * i128::from(passed)
    }

    fn use_way(&mut self, last: &[Step]) {
        let mut place = into(self.ends[1]);
        loop {
            match last[place] {
                Step::Start => return,
                Step::On(slot) => {
                    self.used[slot as usize] += 1;
                    place = out_of(self.net.tails[slot as usize]);
                }
                Step::Back(slot) => {
                    self.used[slot as usize] -= 1;
                    place = into(self.net.heads[slot as usize]);
                }
                Step::Through(node) => {
                    self.passed[node as usize] += 1;
                    place = into(node);
                }
                Step::Return(node) => {
                    self.passed[node as usize] -= 1;
                    place = out_of(node);
                }
            }
        }
    }

    /// The ways of two units.
    fn ways(mut self) -> [Vec<Slot>; 2] {
        self.cancel();
        [self.take(), self.take()]
    }

    /// Both directions of one link make a circle, which costs nothing if it is there.
    fn cancel(&mut self) {
        let Self { net, used, .. } = self;
        for at in 0..used.len() {
            let back = net.out(net.heads[at]).iter().find(|(head, slot)| {
                let is_back = *head == net.tails[at] && net.links[*slot as usize] == net.links[at];
                is_back && used[*slot as usize] > 0
            });
            if let Some((_, slot)) = back {
                let both = used[at].min(used[*slot as usize]);
                used[at] -= both;
                used[*slot as usize] -= both;
            }
        }
    }

    fn take(&mut self) -> Vec<Slot> {
        let [from, to] = self.ends;
        let (mut way, mut node) = (Vec::new(), from);
        while node != to {
            let is_used = |it: &&(NodeId, Slot)| self.used[it.1 as usize] > 0;
            let Some((head, slot)) = self.net.out(node).iter().find(is_used) else { break };
            self.used[*slot as usize] -= 1;
            way.push(*slot);
            node = *head;
        }
        straight(self.net, from, way)
    }
}

const fn into(node: NodeId) -> Place {
    2 * node as usize
}

const fn out_of(node: NodeId) -> Place {
    2 * node as usize + 1
}
