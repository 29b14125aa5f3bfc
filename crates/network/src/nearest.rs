//! How far everything is from one place, by delay alone (Dijkstra, 1959).

use std::{cmp::Reverse, collections::BinaryHeap};

use units::Delay;

use crate::{Graph, LinkId, NodeId};

/// The paths of least delay from one place to all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// By node: the least delay, one way; none where no path leads.
    delays: Vec<Option<Delay>>,
    /// By node: the last link of its path, and the node before it.
    last: Vec<Option<(LinkId, NodeId)>>,
}

impl Nearest {
    /// Over the links that are usable. Ties go to the path that was found first, from low numbers to high.
    #[must_use]
    pub fn new(graph: &Graph, from: NodeId, usable: impl Fn(LinkId) -> bool) -> Self {
        let nodes = graph.nodes() as usize;
        let mut it = Self { delays: vec![None; nodes], last: vec![None; nodes] };
        let mut best: Vec<u64> = vec![u64::MAX; nodes];
        let mut queue = BinaryHeap::from([Reverse((0_u64, from))]);
        if let Some(best) = best.get_mut(from as usize) {
            *best = 0;
        }
        while let Some(Reverse((delay, node))) = queue.pop() {
            match it.delays.get_mut(node as usize) {
                Some(settled @ None) => *settled = Some(Delay::new(delay)),
                _ => continue,
            }
            for edge in graph.edges(node).iter().filter(|edge| usable(edge.link)) {
                let further = delay.saturating_add(edge.delay);
                let at = edge.to as usize;
                if let (Some(known), Some(last)) = (best.get_mut(at), it.last.get_mut(at))
                    && further < *known
                {
                    (*known, *last) = (further, Some((edge.link, node)));
                    queue.push(Reverse((further, edge.to)));
                }
            }
        }
        it
    }

    /// The least delay there, one way.
    pub fn delay(&self, to: NodeId) -> Option<Delay> {
        self.delays.get(to as usize).copied().flatten()
    }

    /// The links of the path there, the first one first; empty where none leads.
    pub fn path(&self, to: NodeId) -> Vec<LinkId> {
        let mut path = Vec::new();
        let mut at = to;
        while let Some((link, before)) = self.last.get(at as usize).copied().flatten() {
            path.push(link);
            at = before;
        }
        path.reverse();
        path
    }
}
