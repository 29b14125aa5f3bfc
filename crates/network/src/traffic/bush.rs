//! The ways of one origin to all its destinations: arcs without a circle, and how much of its traffic each carries.
//!
//! Traffic moves from the dearest way to a node to the cheapest one, from where they part, until both cost the same
//! (Dial, "A path-based user-equilibrium traffic assignment algorithm that obviates path storage and enumeration",
//! Transportation Research B 40, 2006), so the work is by arcs and nodes, not by destinations.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use super::{
    costs::Costs,
    origins::Origin,
    shift::{Side, shift},
};
use crate::{
    NodeId,
    search::{NONE, Net, Slot, Ways, trace},
};

/// Part of its cost by which a way may be dearer than the cheapest and stays.
const SLACK: f64 = 0.002;
/// Part of what was moved that counts as nothing.
const REST: f64 = 1e-10;

#[derive(Debug, Clone)]
pub(super) struct Bush {
    inside: Vec<bool>,
    pub(super) flows: Vec<f64>,
    /// Nodes that the origin reaches, each after those before it on its ways.
    order: Vec<NodeId>,
    /// What is not carried, one for each of the origin's demands; empty where all has to be.
    pub(super) refused: Vec<f64>,
}

/// Of every node, what the cheapest and the dearest way to it costs, and its last arc.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    least: Vec<f64>,
    most: Vec<f64>,
    least_by: Vec<Slot>,
    most_by: Vec<Slot>,
    place: Vec<u32>,
    dear: Vec<Slot>,
    cheap: Vec<Slot>,
}

impl Labels {
    pub(super) fn new(net: &Net) -> Self {
        let nodes = net.nodes() as usize;
        let (cost, by) = (vec![f64::INFINITY; nodes], vec![NONE; nodes]);
        let (least, most) = (cost.clone(), cost);
        let (least_by, most_by, place) = (by.clone(), by.clone(), by);
        Self { least, most, least_by, most_by, place, dear: Vec::new(), cheap: Vec::new() }
    }

    pub(super) fn least(&self, node: NodeId) -> f64 {
        self.least[node as usize]
    }
}

impl Bush {
    /// The cheapest ways at the costs of now, and all others that lead away from the origin. `carry`: all traffic is on
    /// the cheapest; else none is carried.
    pub(super) fn new(
        net: &Net,
        origin: &Origin,
        costs: &mut Costs,
        ways: &mut Ways,
        carry: bool,
    ) -> Self {
        ways.find(net, origin.node, &costs.now);
        let mut inside = vec![false; net.slots()];
        for node in ways.order.iter().skip(1) {
            let here = ways.distance[*node as usize];
            for slot in net.ending(*node) {
                inside[slot] = ways.distance[net.tails[slot] as usize] < here;
            }
            inside[ways.last[*node as usize] as usize] = true;
        }
        let flows = vec![0.0; net.slots()];
        let mut bush = Self { inside, flows, order: ways.order.clone(), refused: Vec::new() };
        if carry {
            ways.load(net, origin, |slot, amount| {
                bush.flows[slot] = amount;
                costs.add(net, slot, amount);
            });
        } else {
            bush.refused = origin.demands.iter().map(|(_, amount)| *amount).collect();
        }
        bush
    }

    /// Lets go of arcs that are of no use, takes in those that make ways cheaper, and evens out what ways cost.
    /// `labels` keep what each node cost at least before.
    pub(super) fn visit(
        &mut self,
        net: &Net,
        origin: &Origin,
        costs: &mut Costs,
        labels: &mut Labels,
    ) {
        labels.most.fill(f64::INFINITY);
        self.measure(net, origin.node, costs, labels, true);
        self.take_in(net, costs, labels);
        self.order.sort_by(|a, b| labels.most[*a as usize].total_cmp(&labels.most[*b as usize]));
        for (place, node) in (0..).zip(&self.order) {
            labels.place[*node as usize] = place;
        }
        self.measure(net, origin.node, costs, labels, false);
        self.admit(net, origin, costs, labels);
        for at in (1..self.order.len()).rev() {
            self.even_out(net, self.order[at], costs, labels);
        }
    }

    /// What every node costs at least and at most. `prune`: arcs that carry nothing and are on no cheapest way go, and
    /// the dearest way is over all that stay; else it is over those that carry something.
    fn measure(
        &mut self,
        net: &Net,
        from: NodeId,
        costs: &Costs,
        labels: &mut Labels,
        prune: bool,
    ) {
        labels.least[from as usize] = 0.0;
        labels.most[from as usize] = 0.0;
        for node in self.order.iter().skip(1) {
            let (mut least, mut least_by) = (f64::INFINITY, NONE);
            let (mut most, mut most_by) = (0.0, NONE);
            for slot in net.ending(*node) {
                if !self.inside[slot] {
                    continue;
                }
                let (tail, cost) = (net.tails[slot] as usize, costs.now[slot]);
                if labels.least[tail] + cost < least {
                    (least, least_by) = (labels.least[tail] + cost, slot as u32);
                }
                let carries = self.flows[slot] > 0.0;
                if carries && labels.most[tail] + cost > most {
                    (most, most_by) = (labels.most[tail] + cost, slot as u32);
                }
                self.inside[slot] = carries || !prune;
            }
            if prune {
                let slot = least_by as usize;
                self.inside[slot] = true;
                most = most.max(labels.most[net.tails[slot] as usize] + costs.now[slot]);
            }
            let node = *node as usize;
            (labels.least[node], labels.least_by[node]) = (least, least_by);
            (labels.most[node], labels.most_by[node]) = (most, most_by);
        }
    }

    /// An arc comes in only where the dearest way to its head gets no dearer by it: so there is never a circle.
    fn take_in(&mut self, net: &Net, costs: &Costs, labels: &Labels) {
        for node in self.order.iter().skip(1) {
            let most = labels.most[*node as usize];
            for slot in net.ending(*node) {
                let by = labels.most[net.tails[slot] as usize] + costs.now[slot];
                self.inside[slot] |= by < most;
            }
        }
    }

    /// Moves traffic to a node from its dearest way to its cheapest.
    fn even_out(&mut self, net: &Net, node: NodeId, costs: &mut Costs, labels: &mut Labels) {
        let at = node as usize;
        let (least, most) = (labels.least[at], labels.most[at]);
        let is_single = labels.most_by[at] == NONE || labels.most_by[at] == labels.least_by[at];
        if is_single || most - least <= SLACK * most {
            return;
        }
        if !part(net, node, labels) {
            return;
        }
        let Labels { dear, cheap, .. } = &*labels;
        let limit = self.least_flow(dear);
        let amount = shift(net, costs, Side::Arcs(dear), Side::Arcs(cheap), limit);
        self.add(net, costs, dear, -amount);
        self.add(net, costs, cheap, amount);
    }

    /// Carries more of what is refused where the way costs less than 1, and less where it costs more.
    fn admit(&mut self, net: &Net, origin: &Origin, costs: &mut Costs, labels: &mut Labels) {
        for at in 0..self.refused.len() {
            let (to, amount) = origin.demands[at];
            let (least, most) = (labels.least[to as usize], labels.most[to as usize]);
            if least < 1.0 - SLACK && self.refused[at] > 0.0 {
                self.take_on(net, (origin.node, to), at, costs, labels);
            } else if most > 1.0 + SLACK && self.refused[at] < amount {
                self.give_up(net, (origin.node, to), (at, amount), costs, labels);
            }
        }
    }

    fn take_on(
        &mut self,
        net: &Net,
        (from, to): (NodeId, NodeId),
        at: usize,
        costs: &mut Costs,
        labels: &mut Labels,
    ) {
        if trace(net, from, to, &labels.least_by, &mut labels.cheap) {
            let (arcs, limit) = (&labels.cheap, self.refused[at]);
            let more = shift(net, costs, Side::Fixed(1.0), Side::Arcs(arcs), limit);
            self.refused[at] = (limit - more).max(0.0);
            self.add(net, costs, arcs, more);
        }
    }

    fn give_up(
        &mut self,
        net: &Net,
        (from, to): (NodeId, NodeId),
        (at, amount): (usize, f64),
        costs: &mut Costs,
        labels: &mut Labels,
    ) {
        if trace(net, from, to, &labels.most_by, &mut labels.dear) {
            let arcs = &labels.dear;
            let limit = self.least_flow(arcs).min(amount - self.refused[at]);
            let less = shift(net, costs, Side::Arcs(arcs), Side::Fixed(1.0), limit);
            self.refused[at] += less;
            self.add(net, costs, arcs, -less);
        }
    }

    fn least_flow(&self, arcs: &[Slot]) -> f64 {
        arcs.iter().map(|slot| self.flows[*slot as usize]).fold(f64::INFINITY, f64::min)
    }

    fn add(&mut self, net: &Net, costs: &mut Costs, arcs: &[Slot], amount: f64) {
        for slot in arcs.iter().map(|slot| *slot as usize) {
            let flow = self.flows[slot] + amount;
            // What is left by rounding would look like a way that is used.
            self.flows[slot] = if flow < REST * amount.abs() { 0.0 } else { flow };
            costs.add(net, slot, amount);
        }
    }
}

/// The arcs of both ways to a node, back to where they part. False where the dearest is not whole: what is left there
/// by rounding carries nothing.
fn part(net: &Net, node: NodeId, labels: &mut Labels) -> bool {
    labels.dear.clear();
    labels.cheap.clear();
    let (mut by_dear, mut by_cheap) = (node, node);
    while by_dear != by_cheap || labels.dear.is_empty() {
        let is_later = labels.place[by_cheap as usize] > labels.place[by_dear as usize];
        if labels.cheap.is_empty() || is_later {
            let slot = labels.least_by[by_cheap as usize];
            labels.cheap.push(slot);
            by_cheap = net.tails[slot as usize];
        } else {
            let slot = labels.most_by[by_dear as usize];
            if slot == NONE {
                return false;
            }
            labels.dear.push(slot);
            by_dear = net.tails[slot as usize];
        }
    }
    true
}
