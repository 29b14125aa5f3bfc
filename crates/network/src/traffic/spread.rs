//! Demands spread over paths.

use super::{
    Demand, Unroutable, bound,
    bush::{Bush, Labels},
    costs::Costs,
    origins::{Origin, origins},
};
use crate::{
    directed::Directed,
    search::{Net, Ways},
};

/// How fast costs grow with use at first: by a factor of e for so small a part of the level.
const STEEP_FIRST: f64 = 16.0;
const STEEP_MOST: f64 = 1e6;
/// The bound is computed where it may suffice, and every so many rounds.
const ROUNDS_UNPROVED: u32 = 5;
/// Costs grow faster after so many rounds at the latest.
const ROUNDS_EVEN: u32 = 200;

/// What a good routing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// All is carried, and the busiest arc is used as little as can be; it may be used more than it can.
    Mlu,
    /// No arc is used more than it can, and as much as can be is carried.
    Served,
}

impl Objective {
    pub const ALL: [Self; 2] = [Self::Mlu, Self::Served];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mlu => "mlu",
            Self::Served => "served",
        }
    }

    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Mlu => "Carry all, with the greatest use of an arc as small as can be",
            Self::Served => "Carry as much as can be within capacities",
        }
    }
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// How far from the bound the value may be, as part of the smaller one.
    pub tolerance: f64,
    /// Rounds over all origins, at most.
    pub rounds: u32,
}

impl Default for Effort {
    fn default() -> Self {
        Self { tolerance: 0.01, rounds: 2_000 }
    }
}

/// Demands spread over paths, with a proof of how good that is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spread {
    /// [`Objective::Mlu`]: load over capacity of the busiest arc. [`Objective::Served`]: what is carried.
    pub value: f64,
    /// No routing has a smaller one; of [`Objective::Served`], a larger one.
    pub bound: f64,
    /// What each arc of the graph carries.
    pub loads: Vec<f64>,
    /// Of each arc of the graph, zero or more: they prove the bound.
    pub prices: Vec<f64>,
    pub unroutable: Unroutable,
    pub rounds: u32,
}

impl Spread {
    /// How far from the bound the value is, as part of the smaller one; zero where nothing is asked.
    #[must_use]
    pub fn gap(&self) -> f64 {
        let (small, large) = (self.value.min(self.bound), self.value.max(self.bound));
        if large <= 0.0 { 0.0 } else { (large - small) / small }
    }
}

/// Spreads demands over the arcs of a graph that have capacity.
///
/// Ends at the tolerance, or after so many rounds with what is reached then. Work: one sweep over all arcs for each
/// origin and round, and a search of all shortest ways where the bound is computed.
#[must_use]
pub fn spread(
    graph: &Directed,
    demands: &[Demand],
    objective: Objective,
    effort: Effort,
) -> Spread {
    let net = Net::new(graph);
    let (origins, unroutable) = origins(&net, demands);
    let mut best = Spread { unroutable, ..Spread::default() };
    if !origins.is_empty() {
        Work::new(&net, &origins, objective).run(effort, &mut best);
    }
    best.loads = net.by_arc(graph, &best.loads);
    best.prices = net.by_arc(graph, &best.prices);
    best
}

struct Work<'a> {
    net: &'a Net,
    origins: &'a [Origin],
    objective: Objective,
    /// One an origin.
    bushes: Vec<Bush>,
    costs: Costs,
    labels: Labels,
    wanted: f64,
}

/// What a round tells of how far there is to go, in the unit of the value.
#[derive(Debug, Clone, Copy)]
struct Gaps {
    /// Because costs of arcs that are not full are not zero.
    smooth: f64,
    /// Because ways that are used do not cost the same.
    uneven: f64,
}

impl<'a> Work<'a> {
    fn new(net: &'a Net, origins: &'a [Origin], objective: Objective) -> Self {
        let weights = match objective {
            Objective::Mlu => net.inverse.clone(),
            Objective::Served => vec![1.0; net.slots()],
        };
        let mut costs = Costs::new(net, weights);
        let mut ways = Ways::new(net);
        let carry = objective == Objective::Mlu;
        let bushes =
            origins.iter().map(|it| Bush::new(net, it, &mut costs, &mut ways, carry)).collect();
        let wanted = origins.iter().flat_map(|it| &it.demands).map(|(_, amount)| amount).sum();
        Self { net, origins, objective, bushes, costs, labels: Labels::new(net), wanted }
    }

    fn run(&mut self, effort: Effort, best: &mut Spread) {
        let mut steep = STEEP_FIRST;
        for round in 1..=effort.rounds {
            let level = match self.objective {
                Objective::Mlu => self.net.most_used(&self.costs.loads),
                Objective::Served => 1.0,
            };
            self.costs.renew(self.net, level, steep);
            let gaps = self.round();
            let value = self.keep(best, round);
            let near = gaps.smooth + gaps.uneven.abs() < 3.0 * effort.tolerance * value;
            if near || round % ROUNDS_UNPROVED == 0 || round == effort.rounds {
                self.prove(best);
                if best.gap() <= effort.tolerance {
                    return;
                }
            }
            let is_stale = round % ROUNDS_EVEN == 0;
            if is_stale || gaps.smooth > gaps.uneven.abs().max(0.3 * effort.tolerance * value) {
                steep = (steep * 2.0).min(STEEP_MOST);
            }
        }
    }

    fn round(&mut self) -> Gaps {
        let Self { net, costs, labels, .. } = self;
        let (mut least, mut gain) = (0.0, 0.0);
        for (bush, origin) in self.bushes.iter_mut().zip(self.origins) {
            bush.visit(net, origin, costs, labels);
            for (to, amount) in &origin.demands {
                least += amount * labels.least(*to);
                gain += amount * (1.0 - labels.least(*to)).max(0.0);
            }
        }
        let (capacity, spent) = (self.net.capacity(&self.costs.now), self.costs.spent());
        match self.objective {
            Objective::Mlu => Gaps {
                smooth: self.net.most_used(&self.costs.loads) - spent / capacity,
                uneven: (spent - least) / capacity,
            },
            Objective::Served => {
                Gaps { smooth: capacity - spent, uneven: spent + gain - self.carried() }
            }
        }
    }

    fn carried(&self) -> f64 {
        let refused = self.bushes.iter().flat_map(|bush| &bush.refused).sum::<f64>();
        self.wanted - refused
    }

    /// Keeps what is reached if nothing before was better. Loads are added up anew: what was added and taken away leaves
    /// a rest.
    fn keep(&mut self, best: &mut Spread, round: u32) -> f64 {
        best.rounds = round;
        self.costs.loads.fill(0.0);
        for bush in &self.bushes {
            self.costs.loads.iter_mut().zip(&bush.flows).for_each(|(load, flow)| *load += flow);
        }
        let most = self.net.most_used(&self.costs.loads);
        let over = most.max(1.0);
        let value = match self.objective {
            Objective::Mlu => most,
            Objective::Served => self.carried() / over,
        };
        let is_better = match self.objective {
            Objective::Mlu => best.loads.is_empty() || value < best.value,
            Objective::Served => best.loads.is_empty() || value > best.value,
        };
        if is_better {
            best.value = value;
            best.loads.clone_from(&self.costs.loads);
            if self.objective == Objective::Served {
                best.loads.iter_mut().for_each(|load| *load /= over);
            }
        }
        value
    }

    fn prove(&self, best: &mut Spread) {
        let prices = &self.costs.now;
        let (bound, is_better) = match self.objective {
            Objective::Mlu => {
                let bound = bound::busiest(self.net, self.origins, prices);
                (bound, bound > best.bound)
            }
            Objective::Served => {
                let bound = bound::served(self.net, self.origins, prices).min(self.wanted);
                (bound, bound < best.bound)
            }
        };
        if best.prices.is_empty() || is_better {
            best.bound = bound;
            best.prices.clone_from(prices);
        }
    }
}

/// Use of the busiest arc where every demand takes one way of fewest arcs.
pub(super) fn fewest_arcs(graph: &Directed, demands: &[Demand]) -> f64 {
    let net = Net::new(graph);
    let (origins, _) = origins(&net, demands);
    let even = vec![1.0; net.slots()];
    let mut loads = vec![0.0; net.slots()];
    let mut ways = Ways::new(&net);
    for origin in &origins {
        ways.find(&net, origin.node, &even);
        ways.load(&net, origin, |slot, amount| {
            if let Some(load) = loads.get_mut(slot) {
                *load += amount;
            }
        });
    }
    net.most_used(&loads)
}
