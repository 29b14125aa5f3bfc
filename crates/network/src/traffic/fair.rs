//! Demands of several classes: those of one priority before those of the next, and within one max-min fair: the least
//! share is as large as can be, then the least of those that can have more, and so on. Ways longer than a demand's delay
//! limit are not used.
//!
//! Level by level: all that are not settled yet get the same share, as large as fits beside those that are. For any prices
//! p that are not below zero, with dist the cost of a demand's cheapest way, a share t of these beside settled rates r
//! needs `sum r dist + t sum amount dist <= sum capacity p`: that is the bound of the level, and it is where the search for
//! the share goes next (Newton's method from above). What the prices make dear is settled there.
#![expect(
    clippy::indexing_slicing,
    reason = "flows, nodes and slots are numbers that were given out here and by the net"
)]

use units::Delay;

use super::{
    Demand, Effort, Unroutable,
    costs::Costs,
    shift::{Side, shift},
    within::Within,
};
use crate::{
    NodeId,
    directed::Directed,
    search::{Net, Slot, Ways, trace},
};

const STEEP_FIRST: f64 = 16.0;
const STEEP_MOST: f64 = 1e6;
/// If it is not done after so many rounds, costs grow more slowly for a while: too steep ones let nothing move.
const ROUNDS_STUCK: u32 = 60;
const RELAXED: f64 = 16.0;
/// Visits of all before costs are looked at anew.
const VISITS: u32 = 3;
/// Searches for the share of one level.
const STEPS_MOST: u32 = 60;
/// Levels of all classes together; the rest is settled with the last.
const LEVELS_MOST: usize = 1_000;
/// Demands whose way costs this part of the mean, or more, are held back by what is full.
const DEAR: f64 = 1e-2;
/// Of a demand, what is not worth a way of its own.
const CRUMB: f64 = 1e-12;
/// Relative error of the sums, more than it can be.
const ROUNDING: f64 = 1e-9;

/// A demand of a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Want {
    pub demand: Demand,
    /// Lower ones are served first.
    pub priority: u8,
    /// None: any way will do.
    pub max_delay: Option<Delay>,
}

/// Demands that get the same share, because what they need is full.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    pub priority: u8,
    /// Settled here.
    pub demands: usize,
    /// The part of each that is carried, 0 to 1.
    pub share: f64,
    /// No routing that gives all of before what they have gives every one of these, and of those that got more later, a
    /// greater share.
    pub bound: f64,
}

/// What is carried, within capacities.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fair {
    /// By demand, 0 to 1; none where no way leads, or nothing is asked.
    pub shares: Vec<Option<f64>>,
    /// In the order they were settled.
    pub levels: Vec<Level>,
    /// What each arc of the graph carries.
    pub loads: Vec<f64>,
    /// Of each arc, what proves the bound of the first level.
    pub prices: Vec<f64>,
    pub unroutable: Unroutable,
    pub rounds: u32,
}

impl Level {
    /// How far from the bound the share is: a part of each demand, as both are. Zero where nothing more could be.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.bound - self.share).max(0.0)
    }
}

/// Shares out the arcs of a graph.
///
/// Work: a search of shortest ways for each origin and round, some tens of rounds for each level; a search of its own for
/// each demand whose cheapest way is too long.
#[must_use]
pub fn fair(graph: &Directed, wants: &[Want], effort: Effort) -> Fair {
    let net = Net::new(graph);
    let mut work = Work::new(&net, wants, effort);
    let mut classes: Vec<u8> = work.flows.iter().map(|it| it.priority).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        work.serve(class);
    }
    work.told(graph, wants.len())
}

/// A demand that some way can carry.
#[derive(Debug)]
struct Flow {
    want: usize,
    from: NodeId,
    to: NodeId,
    amount: f64,
    priority: u8,
    /// Nanoseconds; infinite: any.
    most: f64,
    share: f64,
    is_settled: bool,
    /// What its cheapest way costs now, and by the prices of the last proof.
    dist: f64,
    held: f64,
    /// Arcs in order, and what goes there.
    ways: Vec<(Vec<Slot>, f64)>,
}

/// A level, and the sums that prove its bound.
#[derive(Debug, Clone, Copy)]
struct Proof {
    level: Level,
    capacity: f64,
    settled: f64,
    /// Of the level's demands and later ones; zero: all is carried.
    open: f64,
}

struct Work<'a> {
    net: &'a Net,
    effort: Effort,
    /// By origin.
    flows: Vec<Flow>,
    costs: Costs,
    ways: Ways,
    within: Within,
    proofs: Vec<Proof>,
    first_prices: Vec<f64>,
    unroutable: Unroutable,
    rounds: u32,
}

impl<'a> Work<'a> {
    fn new(net: &'a Net, wants: &[Want], effort: Effort) -> Self {
        let mut within = Within::default();
        let mut unroutable = Unroutable::default();
        let mut flows = Vec::new();
        for (want, it) in wants.iter().enumerate() {
            let Demand { from, to, amount } = it.demand;
            if from == to || amount <= 0.0 {
                continue;
            }
            let most = it.max_delay.map_or(f64::MAX, |it| it.get() as f64);
            let is_known = from.max(to) < net.nodes();
            if !is_known || !within.is_there(net, from, to, most) {
                unroutable.add(amount);
                continue;
            }
            let (share, is_settled, dist, held) = (0.0, false, 0.0, 0.0);
            let ways = Vec::new();
            let priority = it.priority;
            flows.push(Flow {
                want,
                from,
                to,
                amount,
                priority,
                most,
                share,
                is_settled,
                dist,
                held,
                ways,
            });
        }
        flows.sort_by_key(|it| (it.from, it.to, it.want));
        let costs = Costs::new(net, net.inverse.clone());
        let (ways, proofs, first_prices) = (Ways::new(net), Vec::new(), Vec::new());
        Self {
            net,
            effort,
            flows,
            costs,
            ways,
            within,
            proofs,
            first_prices,
            unroutable,
            rounds: 0,
        }
    }

    /// All levels of one class.
    fn serve(&mut self, class: u8) {
        let is_open = |it: &Flow| it.priority == class && !it.is_settled;
        while self.flows.iter().any(is_open) {
            let proof = self.level(class);
            let dear = self.dear(class);
            let mut count = 0;
            let all = proof.open <= 0.0 || self.proofs.len() >= LEVELS_MOST;
            for flow in self.flows.iter_mut().filter(|it| is_open(it)) {
                flow.is_settled = all || flow.held >= dear;
                count += usize::from(flow.is_settled);
            }
            self.proofs.push(Proof { level: Level { demands: count, ..proof.level }, ..proof });
        }
    }

    /// From what cost on a demand is held back.
    fn dear(&self, class: u8) -> f64 {
        let open = || self.flows.iter().filter(move |it| it.priority == class && !it.is_settled);
        let (mut cost, mut amount, mut most) = (0.0, 0.0, 0.0_f64);
        for flow in open() {
            cost += flow.amount * flow.held;
            amount += flow.amount;
            most = most.max(flow.held);
        }
        (DEAR * cost / amount).min(most)
    }

    /// The greatest share that all open demands of the class can have.
    fn level(&mut self, class: u8) -> Proof {
        let tolerance = self.effort.tolerance;
        let level = Level { priority: class, demands: 0, share: 1.0, bound: 1.0 };
        let mut best = Proof { level, capacity: 0.0, settled: 0.0, open: 0.0 };
        for _ in 0..STEPS_MOST {
            self.share_out(class, best.level.share);
            let most = self.spread(tolerance / 4.0);
            if most <= 1.0 + tolerance / 2.0 {
                break;
            }
            let proof = self.proof(class);
            if proof.level.bound >= best.level.share * (1.0 - 1e-6) {
                // The search cannot tell more: what is told is what fits.
                break;
            }
            best = proof;
            if self.proofs.is_empty() {
                self.first_prices.clone_from(&self.costs.now);
            }
        }
        best
    }

    /// By the prices of now.
    fn proof(&mut self, class: u8) -> Proof {
        let (mut settled, mut open) = (0.0, 0.0);
        for flow in &mut self.flows {
            flow.held = flow.dist;
            if flow.is_settled {
                settled += flow.amount * flow.share * flow.dist;
            } else if flow.priority == class {
                open += flow.amount * flow.dist;
            }
        }
        let capacity = self.net.capacity(&self.costs.now);
        let bound = bound(capacity, settled, open);
        let level = Level { priority: class, demands: 0, share: bound, bound };
        Proof { level, capacity, settled, open }
    }

    /// Gives all open demands of the class this share; what goes on ways is more or less by the same part.
    fn share_out(&mut self, class: u8, share: f64) {
        for flow in self.flows.iter_mut().filter(|it| it.priority == class && !it.is_settled) {
            let part = if flow.share > 0.0 { share / flow.share } else { 0.0 };
            flow.ways.iter_mut().for_each(|(_, amount)| *amount *= part);
            flow.share = share;
        }
        self.load();
    }

    /// Adds up what arcs carry.
    fn load(&mut self) -> f64 {
        self.costs.loads.fill(0.0);
        for (way, amount) in self.flows.iter().flat_map(|it| &it.ways) {
            way.iter().for_each(|slot| self.costs.loads[*slot as usize] += amount);
        }
        self.net.most_used(&self.costs.loads)
    }

    /// Moves demands to cheaper ways until the busiest arc is as little used as it can be, or room for all. Gives its use.
    fn spread(&mut self, tolerance: f64) -> f64 {
        let mut steep = STEEP_FIRST;
        let mut most = f64::INFINITY;
        for round in 1..=self.effort.rounds {
            self.rounds += 1;
            let level = self.net.most_used(&self.costs.loads);
            self.costs.renew(self.net, level, steep);
            for _ in 0..VISITS {
                self.visit(true);
            }
            most = self.load();
            self.costs.renew(self.net, most, steep);
            let least = self.visit(false);
            let capacity = self.net.capacity(&self.costs.now);
            let (smooth, bound) = (most - self.costs.spent() / capacity, least / capacity);
            if most <= 1.0 || most <= bound * (1.0 + tolerance) {
                break;
            }
            let uneven = (self.costs.spent() - least) / capacity;
            let is_stuck = round % ROUNDS_STUCK == 0;
            if is_stuck {
                steep = (steep / RELAXED).max(STEEP_FIRST);
            } else if smooth > uneven.abs().max(0.3 * tolerance * most) {
                steep = (steep * 2.0).min(STEEP_MOST);
            }
        }
        most
    }

    /// Finds everybody's cheapest way; moves them there, if so. Gives what all of them would cost there.
    fn visit(&mut self, moves: bool) -> f64 {
        let (mut at, mut least) = (0, 0.0);
        while at < self.flows.len() {
            let from = self.flows[at].from;
            self.ways.find(self.net, from, &self.costs.now);
            while self.flows.get(at).is_some_and(|it| it.from == from) {
                let way = self.cheapest(at, moves);
                if moves {
                    self.shift(at, way);
                }
                let flow = &self.flows[at];
                least += flow.amount * flow.share * flow.dist;
                at += 1;
            }
        }
        least
    }

    /// Its cost becomes the flow's; the way itself is only told where somebody needs it.
    fn cheapest(&mut self, at: usize, is_needed: bool) -> Vec<Slot> {
        let Self { net, flows, ways, within, costs, .. } = self;
        let flow = &mut flows[at];
        flow.dist = ways.distance[flow.to as usize];
        let is_bound = flow.most < f64::MAX;
        let mut way = Vec::new();
        if is_bound || is_needed {
            trace(net, flow.from, flow.to, &ways.last, &mut way);
        }
        let delay: f64 = way.iter().map(|slot| net.delays[*slot as usize]).sum();
        if is_bound && delay > flow.most {
            let found = within.cheapest(net, (flow.from, flow.to), flow.most, &costs.now);
            way.clear();
            if let Some(found) = found {
                flow.dist = found.cost.max(flow.dist);
                way = found.way;
            }
        }
        way.sort_unstable();
        way
    }

    /// Moves what goes on other ways to this one, until it costs as much.
    fn shift(&mut self, at: usize, way: Vec<Slot>) {
        let Self { net, flows, costs, .. } = self;
        let flow = &mut flows[at];
        let rate = flow.amount * flow.share;
        if rate <= 0.0 || way.is_empty() {
            return;
        }
        if !flow.ways.iter().any(|(it, _)| *it == way) {
            flow.ways.push((way.clone(), 0.0));
        }
        let Some(to) = flow.ways.iter().position(|(it, _)| *it == way) else { return };
        let placed: f64 = flow.ways.iter().map(|(_, amount)| amount).sum();
        carry(net, costs, &way, rate - placed);
        flow.ways[to].1 += rate - placed;
        for other in 0..flow.ways.len() {
            let (old, limit) = &flow.ways[other];
            if other == to || *limit <= 0.0 {
                continue;
            }
            let only = |of: &[Slot], not: &[Slot]| -> Vec<Slot> {
                of.iter().copied().filter(|slot| not.binary_search(slot).is_err()).collect()
            };
            let (dear, cheap) = (only(old, &way), only(&way, old));
            let moved =
                shift(net, costs, Side::Arcs(&dear), Side::Arcs(&cheap), *limit).clamp(0.0, *limit);
            carry(net, costs, &dear, -moved);
            carry(net, costs, &cheap, moved);
            flow.ways[other].1 -= moved;
            flow.ways[to].1 += moved;
        }
        flow.ways.retain(|(_, amount)| *amount > CRUMB * rate);
    }

    /// All within capacities: what went beyond them by less than the tolerance is taken from everybody.
    fn told(mut self, graph: &Directed, wants: usize) -> Fair {
        let over = self.load().max(1.0);
        let mut shares = vec![None; wants];
        for flow in &self.flows {
            shares[flow.want] = Some(flow.share / over);
        }
        let levels = self.proofs.iter().map(|it| {
            let bound = bound(it.capacity, it.settled / over, it.open);
            Level { share: it.level.share / over, bound, ..it.level }
        });
        let loads: Vec<f64> = self.costs.loads.iter().map(|it| it / over).collect();
        self.first_prices.resize(self.net.slots(), 0.0);
        Fair {
            shares,
            levels: levels.collect(),
            loads: self.net.by_arc(graph, &loads),
            prices: self.net.by_arc(graph, &self.first_prices),
            unroutable: self.unroutable,
            rounds: self.rounds,
        }
    }
}

fn carry(net: &Net, costs: &mut Costs, way: &[Slot], amount: f64) {
    way.iter().for_each(|slot| costs.add(net, *slot as usize, amount));
}

/// The greatest share that the prices allow.
fn bound(capacity: f64, settled: f64, open: f64) -> f64 {
    if open <= 0.0 {
        return 1.0;
    }
    ((capacity * (1.0 + ROUNDING) - settled * (1.0 - ROUNDING)) / open).clamp(0.0, 1.0)
}
