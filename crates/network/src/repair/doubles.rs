//! Two links that fail at once, though nobody knew that they could: every router has a repair ahead for each link of its
//! own, and none for both. A packet in a repair that meets the other link is repaired there once more.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::collections::BTreeMap;

use super::{
    drill::{Tally, sources},
    segments::{Segment, encode},
    tables::{Failure, Tables},
};
use crate::{
    LinkId, NodeId,
    directed::Directed,
    search::{NONE, Net, Slot, Ways, trace},
    share::over,
};

/// Hops of one packet, for each node there is: one that has more went round.
const ROUNDS: u32 = 8;

/// Fails the links of each pair together and follows every packet that is hit. Both links of a pair are of the graph.
#[must_use]
pub fn doubles(graph: &Directed, pairs: &[[LinkId; 2]]) -> Tally {
    let net = Net::new(graph);
    let tables = Tables::new(&net);
    let count = u32::try_from(pairs.len()).unwrap_or(u32::MAX);
    let parts = over(count, |range| {
        let tallies = range.map(|at| Double::new(&net, &tables, pairs[at as usize]).fail());
        tallies.fold(Tally::default(), Tally::plus)
    });
    parts.into_iter().fold(Tally::default(), Tally::plus)
}

/// Two links that have failed.
struct Double<'a> {
    net: &'a Net,
    tables: &'a Tables,
    failures: [Failure; 2],
    failing: Vec<bool>,
    /// Ways from who sees one of them, as it knew them ahead: without that one only.
    ahead: BTreeMap<(NodeId, usize), Ways>,
}

impl<'a> Double<'a> {
    fn new(net: &'a Net, tables: &'a Tables, links: [LinkId; 2]) -> Self {
        let failures = links.map(|link| Failure::of_links(net, &[link]));
        let mut failing = vec![false; net.slots()];
        for slot in failures.iter().flat_map(|it| &it.slots) {
            failing[*slot as usize] = true;
        }
        let ahead = (0..).zip(&failures).flat_map(|(at, failure)| {
            let costs = without(tables, &failure.slots);
            let seen = failure.slots.iter().map(|slot| net.tails[*slot as usize]);
            seen.map(move |node| ((node, at), found(net, node, &costs))).collect::<Vec<_>>()
        });
        let ahead = ahead.collect();
        Self { net, tables, failures, failing, ahead }
    }

    fn fail(&self) -> Tally {
        let (net, tables) = (self.net, self.tables);
        let mut tally = Tally { failures: 1, ..Tally::default() };
        let both: Vec<Slot> = self.failures.iter().flat_map(|it| it.slots.clone()).collect();
        let costs = without(tables, &both);
        let mut seeing: Vec<NodeId> = both.iter().map(|it| net.tails[*it as usize]).collect();
        seeing.sort_unstable();
        seeing.dedup();
        for node in seeing {
            let left = found(net, node, &costs);
            let hit = (0..net.nodes()).filter(|to| {
                let next = tables.next(node, *to);
                next != NONE && self.failing[next as usize]
            });
            for to in hit {
                let count = sources(net, tables, &self.failing, (node, to), |_| {});
                tally.hit += count;
                if left.distance[to as usize].is_finite() {
                    tally.protectable += count;
                    self.follow(node, to, count, &mut tally);
                }
            }
        }
        tally.cut_worst = tally.hit - tally.protectable;
        tally
    }

    /// A packet from who sees a failure first to its destination.
    fn follow(&self, from: NodeId, to: NodeId, count: u64, tally: &mut Tally) {
        let (net, tables) = (self.net, self.tables);
        // The next one last.
        let mut left = vec![Segment::Node(to)];
        let (mut here, mut cost, mut hops) = (from, 0.0, 0);
        while let Some(segment) = left.last().copied() {
            let slot = match segment {
                Segment::Node(node) if node == here => {
                    left.pop();
                    continue;
                }
                Segment::Node(node) => tables.next(here, node),
                Segment::Arc(slot) => slot,
            };
            hops += 1;
            if hops > ROUNDS * net.nodes() {
                tally.loops += count;
                return;
            }
            if slot == NONE || net.tails[slot as usize] != here {
                return;
            }
            if self.failing[slot as usize] {
                if !self.repair(here, slot, &mut left) {
                    return;
                }
                tally.segments_max = tally.segments_max.max(left.len() - 1);
                continue;
            }
            cost += tables.costs[slot as usize];
            here = net.heads[slot as usize];
            if matches!(segment, Segment::Arc(_)) {
                left.pop();
            }
        }
        tally.arrived(count, cost, tables.distance(from, to));
    }

    /// Puts the repair of the one link that a router sees before what is left; false where it has none.
    fn repair(&self, here: NodeId, slot: Slot, left: &mut Vec<Segment>) -> bool {
        let which = usize::from(!self.failures[0].slots.contains(&slot));
        // A segment over the link itself goes to who is at its other end.
        let to = match left.pop() {
            Some(Segment::Node(node)) => node,
            _ => self.net.heads[slot as usize],
        };
        let Some(ways) = self.ahead.get(&(here, which)) else { return false };
        if !ways.distance[to as usize].is_finite() {
            return false;
        }
        let (mut way, mut list) = (Vec::new(), Vec::new());
        trace(self.net, here, to, &ways.last, &mut way);
        way.reverse();
        encode(self.net, self.tables, &self.failures[which], here, &way, &mut list);
        left.push(Segment::Node(to));
        left.extend(list.into_iter().rev());
        true
    }
}

fn without(tables: &Tables, slots: &[Slot]) -> Vec<f64> {
    let mut costs = tables.costs.clone();
    slots.iter().for_each(|slot| costs[*slot as usize] = f64::INFINITY);
    costs
}

fn found(net: &Net, from: NodeId, costs: &[f64]) -> Ways {
    let mut ways = Ways::new(net);
    ways.find(net, from, costs);
    ways
}
