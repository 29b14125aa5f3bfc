//! Which part of each ingress's new flows goes to which instance.
//!
//! The least mean delay of all flows: over the network, in the queue and in service. Costs are convex, so flows move
//! from where one more costs most to where it costs least until all that are used cost the same at the margin
//! (Wardrop's second principle; Gallager, "A minimum delay routing algorithm using distributed computation", 1977).
//! The estimate has the queue that others will make in it, so that instances that are nearly as good are both used:
//! no ingress sends all to the one that was best a moment ago.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are those of the view, which is checked"
)]

use super::{
    score::Contact,
    view::{Ingress, Instance, View},
};

/// Parts by ingress and instance. The parts of an ingress sum to one, or are all zero where it reaches nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shares {
    pub rows: Vec<Vec<f64>>,
}

/// Rounds over all ingresses, at most.
const ROUNDS: usize = 60;
/// Costs at the margin count as the same within this, in seconds.
const WITHIN_S: f64 = 2e-5;

/// What is being found, of one view.
struct Search<'a> {
    view: &'a View,
    ahead_s: f64,
    /// Those that can serve.
    servers: Vec<Option<Contact>>,
    /// Arrivals a second, by instance.
    loads: Vec<f64>,
}

/// Where no flow arrives, shares are as if so many a second did.
const ARRIVALS_LEAST: f64 = 1e-6;

fn arrivals(ingress: &Ingress) -> f64 {
    ingress.arrivals.max(ARRIVALS_LEAST)
}

/// Towards the shares of least mean delay, from `before`, where that is of the same view's form. At each ingress the
/// part of flows that moves is `step` at most, beyond those that cannot stay.
#[must_use]
pub fn shares(view: &View, before: &Shares, ahead_s: f64, step: f64) -> Shares {
    let mut search = Search::new(view, ahead_s);
    let begin = search.begin(before);
    let mut shares = begin.clone();
    search.load(&shares);
    for _ in 0..ROUNDS {
        if search.round(&mut shares) <= WITHIN_S {
            break;
        }
    }
    for (row, was) in shares.rows.iter_mut().zip(&begin.rows) {
        tidy(row);
        nearer(row, was, step);
    }
    shares
}

/// The mean delay of new flows under such shares, there and back and served, in seconds. Infinite where a share goes
/// to what cannot serve it; zero where nothing is sent.
#[must_use]
pub fn mean_delay_s(view: &View, shares: &Shares, ahead_s: f64) -> f64 {
    let mut search = Search::new(view, ahead_s);
    search.load(shares);
    let (mut sum, mut all) = (0.0, 0.0);
    for (ingress, row) in view.ingresses.iter().zip(&shares.rows) {
        for (to, share) in row.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let flows = arrivals(ingress) * share;
            sum += flows * search.cost(ingress, to).s;
            all += flows;
        }
    }
    if all > 0.0 { sum / all } else { 0.0 }
}

#[derive(Clone, Copy)]
struct Cost {
    /// Of a flow, in seconds.
    s: f64,
    /// What one more flow a second costs all, itself included.
    margin: f64,
    /// By how much that grows with one more, about.
    slope: f64,
}

const UNUSABLE: Cost = Cost { s: f64::INFINITY, margin: f64::INFINITY, slope: 0.0 };

impl<'a> Search<'a> {
    fn new(view: &'a View, ahead_s: f64) -> Self {
        let servers: Vec<_> = view.instances.iter().map(Instance::serving).collect();
        Self { view, ahead_s, loads: vec![0.0; servers.len()], servers }
    }

    /// What was, without what cannot be any more; else in proportion to capacity.
    fn begin(&self, before: &Shares) -> Shares {
        let rows = self.view.ingresses.iter().enumerate();
        Shares { rows: rows.map(|(at, it)| self.begin_at(it, before.rows.get(at))).collect() }
    }

    fn begin_at(&self, ingress: &Ingress, before: Option<&Vec<f64>>) -> Vec<f64> {
        let usable = |to: usize| self.servers[to].filter(|_| ingress.ways[to].is_some());
        let columns = 0..self.servers.len();
        let before = before.filter(|row| row.len() == self.servers.len());
        let was = |to: usize| before.map_or(0.0, |row| row[to]);
        let mut row: Vec<f64> =
            columns.clone().map(|to| usable(to).map_or(0.0, |_| was(to))).collect();
        if row.iter().sum::<f64>() <= 0.0 {
            row = columns.map(|to| usable(to).map_or(0.0, |it| it.rate())).collect();
        }
        scale(&mut row);
        row
    }

    fn load(&mut self, shares: &Shares) {
        self.loads.fill(0.0);
        for (ingress, row) in self.view.ingresses.iter().zip(&shares.rows) {
            for (load, share) in self.loads.iter_mut().zip(row) {
                *load += arrivals(ingress) * share;
            }
        }
    }

    fn cost(&self, ingress: &Ingress, to: usize) -> Cost {
        let (Some(server), Some(way)) = (&self.servers[to], &ingress.ways[to]) else {
            return UNUSABLE;
        };
        let load = self.loads[to];
        let wait = server.wait(load, self.ahead_s);
        let s = 2.0 * way.delay_s + server.service_s + wait.s;
        let steeper = server.capacity.sqrt() * wait.slope / server.rate() * load;
        Cost { s, margin: s + load * wait.slope, slope: 2.0 * wait.slope + steeper }
    }

    /// Moves flows at every ingress; says how far apart margins were at most.
    fn round(&mut self, shares: &mut Shares) -> f64 {
        let view = self.view;
        let rows = view.ingresses.iter().zip(&mut shares.rows);
        rows.map(|(ingress, row)| self.shift(ingress, row).max(self.shift(ingress, row)))
            .fold(0.0, f64::max)
    }

    /// Moves flows of one ingress from where they cost most to where they cost least at the margin; says how far the
    /// two were apart.
    fn shift(&mut self, ingress: &Ingress, row: &mut [f64]) -> f64 {
        let costs: Vec<Cost> = (0..row.len()).map(|to| self.cost(ingress, to)).collect();
        let by_margin = |a: &usize, b: &usize| costs[*a].margin.total_cmp(&costs[*b].margin);
        let used = (0..row.len()).filter(|to| row[*to] > 0.0);
        let Some((from, to)) = used.max_by(by_margin).zip((0..row.len()).min_by(by_margin)) else {
            return 0.0;
        };
        let apart = costs[from].margin - costs[to].margin;
        if from == to || apart.is_nan() || apart <= 0.0 {
            return 0.0;
        }
        let slope = (costs[from].slope + costs[to].slope).max(1e-12);
        let flows = (apart / slope).min(row[from] * arrivals(ingress));
        let moved = self.carry_within(ingress, (from, to), flows, apart);
        let part = (moved / arrivals(ingress)).min(row[from]);
        row[from] -= part;
        row[to] += part;
        apart
    }

    /// Moves so many flows, or fewer where the other one would then cost more by much; says how many.
    fn carry_within(
        &mut self,
        ingress: &Ingress,
        (from, to): (usize, usize),
        mut flows: f64,
        apart: f64,
    ) -> f64 {
        self.carry(from, to, flows);
        for _ in 0..8 {
            if self.cost(ingress, from).margin >= self.cost(ingress, to).margin - apart / 4.0 {
                break;
            }
            flows /= 2.0;
            self.carry(to, from, flows);
        }
        flows
    }

    fn carry(&mut self, from: usize, to: usize, flows: f64) {
        self.loads[from] = (self.loads[from] - flows).max(0.0);
        self.loads[to] += flows;
    }
}

/// Shares below this are none.
const SHARE_LEAST: f64 = 1e-4;

fn tidy(row: &mut [f64]) {
    row.iter_mut().filter(|it| **it < SHARE_LEAST).for_each(|it| *it = 0.0);
    scale(row);
}

/// Takes back what is moved beyond `step`.
fn nearer(row: &mut [f64], was: &[f64], step: f64) {
    let moved: f64 = row.iter().zip(was).map(|(now, was)| (now - was).max(0.0)).sum();
    if moved > step {
        let part = step / moved;
        row.iter_mut().zip(was).for_each(|(now, was)| *now = was + (*now - was) * part);
    }
}

fn scale(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    if sum > 0.0 {
        row.iter_mut().for_each(|it| *it /= sum);
    }
}
