//! What every router has installed before anything fails.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use super::{
    segments::{Segment, encode},
    tables::{Failure, Tables},
};
use crate::{
    NodeId,
    directed::{ArcId, Directed},
    search::{NONE, Net, Ways, trace},
};

/// A step of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To a node, by the shortest way of all routers (node SID).
    Node(NodeId),
    /// Over an arc of the router it is at (adjacency SID).
    Arc(ArcId),
}

/// How a router goes on when its next hop has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The arc it leaves by.
    pub first: ArcId,
    /// What it has to pass, from the router on, before it goes to its destination as always. Empty: the neighbour at the
    /// end of the first arc leads it there by itself.
    pub steps: Vec<Step>,
}

/// The shortest ways of a network, and the ways round each failure of a next hop (TI-LFA, RFC 9855).
#[derive(Debug)]
pub struct Ahead {
    net: Net,
    tables: Tables,
}

impl Ahead {
    #[must_use]
    pub fn new(graph: &Directed) -> Self {
        let net = Net::new(graph);
        let tables = Tables::new(&net);
        Self { net, tables }
    }

    /// The arc that a node forwards to another by. None: it is there, or no way leads there.
    #[must_use]
    pub fn next(&self, from: NodeId, to: NodeId) -> Option<ArcId> {
        let slot = self.tables.next(from, to);
        (slot != NONE).then(|| self.net.ids[slot as usize])
    }

    /// The arcs of the shortest way; none where there is none.
    #[must_use]
    pub fn way(&self, from: NodeId, to: NodeId) -> Vec<ArcId> {
        let mut here = from;
        let step = || {
            let slot = self.tables.next(here, to);
            let known = (slot != NONE).then_some(slot as usize)?;
            here = self.net.heads[known];
            Some(self.net.ids[known])
        };
        std::iter::from_fn(step).collect()
    }

    /// What a node does when the next hop to another fails: round the neighbour as a whole where it can be, else round the
    /// link to it. None: there is no way round, or no way at all.
    #[must_use]
    pub fn repair(&self, from: NodeId, to: NodeId) -> Option<Repair> {
        let next = self.tables.next(from, to);
        if next == NONE {
            return None;
        }
        let neighbour = self.net.heads[next as usize];
        let of_node = (neighbour != to).then(|| Failure::of_node(&self.net, neighbour));
        let of_link = Failure::of_links(&self.net, &[self.net.links[next as usize]]);
        of_node.into_iter().chain([of_link]).find_map(|failure| self.round(from, to, &failure))
    }

    fn round(&self, from: NodeId, to: NodeId, failure: &Failure) -> Option<Repair> {
        let mut costs = self.tables.costs.clone();
        for slot in &failure.slots {
            costs[*slot as usize] = f64::INFINITY;
        }
        let mut ways = Ways::new(&self.net);
        ways.find(&self.net, from, &costs);
        if ways.distance[to as usize].is_infinite() {
            return None;
        }
        let (mut way, mut list) = (Vec::new(), Vec::new());
        trace(&self.net, from, to, &ways.last, &mut way);
        way.reverse();
        encode(&self.net, &self.tables, failure, from, &way, &mut list);
        let first = self.net.ids[*way.first()? as usize];
        let steps: Vec<Step> = list.iter().map(|it| self.step(*it)).collect();
        match *steps.as_slice() {
            [only] if self.is_first(only, first) => Some(Repair { first, steps: Vec::new() }),
            [Step::Arc(first), ..] => Some(Repair { first, steps }),
            // Of several shortest ways there, all lead round the failure.
            [Step::Node(node), ..] => Some(Repair { first: self.next(from, node)?, steps }),
            [] => None,
        }
    }

    /// Whether a step is done when the packet has gone over its first arc.
    fn is_first(&self, step: Step, first: ArcId) -> bool {
        let head = |id| self.slot(id).map(|slot| self.net.heads[slot]);
        match step {
            Step::Arc(arc) => arc == first,
            Step::Node(node) => head(first) == Some(node),
        }
    }

    fn slot(&self, id: ArcId) -> Option<usize> {
        self.net.ids.iter().position(|it| *it == id)
    }

    fn step(&self, segment: Segment) -> Step {
        match segment {
            Segment::Node(node) => Step::Node(node),
            Segment::Arc(slot) => Step::Arc(self.net.ids[slot as usize]),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use units::Delay;

    use super::*;
    use crate::directed::Arc;

    fn graph(nodes: u32, links: &[(u32, u32, u64)]) -> Directed {
        let arcs = |(link, (a, b, delay)): (u32, &(u32, u32, u64))| {
            let arc = |from, to| Arc { from, to, link, capacity: 1.0, delay: Delay::new(*delay) };
            [arc(*a, *b), arc(*b, *a)]
        };
        Directed::new(nodes, (0..).zip(links).flat_map(arcs).collect())
    }

    /// The links that a packet crosses which is repaired where it is.
    fn crossed(
        graph: &Directed,
        ahead: &Ahead,
        from: NodeId,
        to: NodeId,
        repair: &Repair,
    ) -> Vec<u32> {
        let (mut here, mut arcs) = (from, Vec::new());
        let steps = if repair.steps.is_empty() {
            vec![Step::Arc(repair.first)]
        } else {
            repair.steps.clone()
        };
        for step in steps.into_iter().chain([Step::Node(to)]) {
            match step {
                Step::Node(node) => arcs.extend(ahead.way(here, node)),
                Step::Arc(arc) => {
                    assert_eq!(graph.arc(arc).unwrap().from, here, "a neighbour of where it is");
                    arcs.push(arc);
                }
            }
            here = arcs.last().map_or(here, |arc| graph.arc(*arc).unwrap().to);
        }
        assert_eq!(here, to);
        assert_eq!(arcs.first(), Some(&repair.first));
        arcs.iter().map(|arc| graph.arc(*arc).unwrap().link).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_repair_leads_round_the_link_whenever_there_is_a_way(
            links in proptest::collection::vec((0_u32..7, 0_u32..7, 1_u64..4), 6..16),
        ) {
            let links: Vec<_> = links.into_iter().filter(|(a, b, _)| a != b).collect();
            let graph = graph(7, &links);
            let ahead = Ahead::new(&graph);
            for (from, to) in (0..7).flat_map(|from| (0..7).map(move |to| (from, to))) {
                let Some(next) = ahead.next(from, to) else { continue };
                let link = graph.arc(next).unwrap().link;
                let without = graph.arcs().iter().filter(|arc| arc.link != link).copied();
                let left = Ahead::new(&Directed::new(7, without.collect()));
                let repair = ahead.repair(from, to);
                prop_assert_eq!(repair.is_some(), left.next(from, to).is_some());
                if let Some(repair) = repair {
                    let crossed = crossed(&graph, &ahead, from, to, &repair);
                    prop_assert!(!crossed.contains(&link));
                }
            }
        }
    }
}
