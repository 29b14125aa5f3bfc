//! Demands by where they begin.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use super::{Demand, Unroutable};
use crate::{
    NodeId,
    search::{Net, Ways},
};

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
