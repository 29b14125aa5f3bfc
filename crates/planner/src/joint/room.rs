//! What is still free while a plan is made, to the unit, and the places that jobs have in it.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use std::sync::Arc;

use super::{
    Problem,
    options::Spot,
    table::{Table, Work},
};

/// Where one job runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) spot: Spot,
    pub(super) bandwidth: i64,
    /// From the pool to its home, where it is not the cheapest way there is.
    pub(super) around: Option<Arc<[u32]>>,
    /// Money, without shadow prices.
    pub(super) cost: f64,
}

/// Free units of pools and bandwidth of links between the times at which anything may change.
#[derive(Debug, Clone)]
pub(super) struct Room<'a> {
    problem: &'a Problem,
    table: &'a Table,
    ticks: usize,
    /// `[column][tick]`.
    free: Vec<f64>,
    /// `[link][tick]`.
    wires: Vec<i64>,
    /// First tick and the one after the last, by window.
    spans: Arc<Vec<(u32, u32)>>,
}

impl<'a> Room<'a> {
    pub(super) fn new(problem: &'a Problem, table: &'a Table) -> Self {
        let ticks = ticks(problem, table);
        let tick = |ms: i64| ticks.partition_point(|at| *at < ms) as u32;
        let free = table.pools.iter().flat_map(|id| {
            let capacity = &problem.pools[*id as usize].capacity;
            ticks.iter().map(|at| capacity.at(*at) as f64)
        });
        // Nobody asks for links where no job has a home.
        let links = if table.homes.is_empty() { &[] } else { problem.links.as_slice() };
        let wires = links.iter().flat_map(|it| ticks.iter().map(|at| it.capacity.at(*at)));
        let spans = table.windows.iter().map(|it| (tick(it.start_ms), tick(it.end_ms)));
        Self {
            ticks: ticks.len(),
            free: free.collect(),
            wires: wires.collect(),
            spans: Arc::new(spans.collect()),
            problem,
            table,
        }
    }

    /// Whether a pool has the units of a spot free throughout.
    pub(super) fn fits(&self, spot: &Spot) -> bool {
        let (from, to) = self.span(spot.window);
        let units = f64::from(spot.units);
        self.column(spot.column)[from..to].iter().all(|free| *free >= units)
    }

    /// What part of a spot others have, in the mean over its ticks.
    pub(super) fn taken_part(&self, spot: &Spot) -> f32 {
        let (from, to) = self.span(spot.window);
        let units = f64::from(spot.units);
        let free = self.column(spot.column)[from..to].iter();
        let taken: f64 = free.map(|free| (units - free).max(0.0)).sum();
        (taken / (units * (to - from) as f64)) as f32
    }

    /// A job at a spot, with the cheapest path that has its bandwidth free; `may_search`: also another than the
    /// cheapest of all. Whether units are free is not looked at.
    pub(super) fn with_path(&self, work: &Work, spot: Spot, may_search: bool) -> Option<Place> {
        let mut place = Place { spot, bandwidth: 0, around: None, cost: spot.cost.into() };
        let Some((home, _)) = work.home else { return Some(place) };
        let job = &self.problem.jobs[work.jobs[0] as usize];
        place.bandwidth = job.home.map_or(0, |home| home.bandwidth);
        let node = self.node(spot.column);
        let table = self.table;
        let root = table.homes[home];
        let fits = |link: u32| self.link_fits(link, spot.window, place.bandwidth);
        let mut known = table.net.steps(&table.trees[home], node);
        let is_there = node == root || known.clone().next().is_some();
        if is_there && known.all(fits) {
            return Some(place);
        }
        if !may_search {
            return None;
        }
        let way = table.net.way_around(self.problem, root, node, fits)?;
        let it = &table.windows[spot.window as usize];
        let price = |link: &u32| self.problem.links[*link as usize].price as f64;
        let more: f64 = way.iter().map(price).sum::<f64>()
            - table.net.steps(&table.trees[home], node).map(|link| price(&link)).sum::<f64>();
        let held = place.bandwidth as f64 * (it.end_ms - it.start_ms) as f64;
        let weight = job.weights.first().copied().unwrap_or(0) as f64;
        place.cost += more * held * weight * table.money;
        place.around = Some(way.into());
        Some(place)
    }

    fn node(&self, column: u32) -> u32 {
        self.problem.pools[self.table.pools[column as usize] as usize].node
    }

    /// The links of a place.
    pub(super) fn path(&self, work: &Work, place: &Place) -> Vec<u32> {
        let mut path = Vec::new();
        self.each_link(work, place, |link| path.push(link));
        path
    }

    fn each_link(&self, work: &Work, place: &Place, mut then: impl FnMut(u32)) {
        match (&place.around, work.home) {
            (Some(links), _) => links.iter().for_each(|link| then(*link)),
            (None, Some((home, _))) => {
                let tree = &self.table.trees[home];
                self.table.net.steps(tree, self.node(place.spot.column)).for_each(then);
            }
            (None, None) => {}
        }
    }

    /// Whether a link has the bandwidth free throughout a window.
    fn link_fits(&self, link: u32, window: u32, bandwidth: i64) -> bool {
        let (from, to) = self.span(window);
        let row = link as usize * self.ticks;
        self.wires[row + from..row + to].iter().all(|free| *free >= bandwidth)
    }

    pub(super) const fn ticks(&self) -> usize {
        self.ticks
    }

    /// First tick of a window and the one after its last.
    pub(super) fn span(&self, window: u32) -> (usize, usize) {
        let (from, to) = self.spans[window as usize];
        (from as usize, to as usize)
    }

    fn column(&self, column: u32) -> &[f64] {
        let row = column as usize * self.ticks;
        &self.free[row..row + self.ticks]
    }

    /// The first tick of a spot with less than its units free.
    pub(super) fn first_short(&self, spot: &Spot) -> Option<usize> {
        let (from, to) = self.span(spot.window);
        let units = f64::from(spot.units);
        let row = self.column(spot.column);
        (from..to).find(|tick| row[*tick] < units)
    }

    /// The least free in a column from each tick to each later one.
    pub(super) fn least_free(&self, column: usize, into: &mut Vec<f64>) {
        let ticks = self.ticks;
        into.clear();
        into.resize(ticks * ticks, 0.0);
        let row = self.column(column as u32);
        for from in 0..ticks {
            let mut least = f64::INFINITY;
            for to in from..ticks {
                least = if row[to] < least { row[to] } else { least };
                into[from * ticks + to] = least;
            }
        }
    }

    /// Nothing is free in a column any more.
    pub(super) fn close(&mut self, column: usize) {
        let row = column * self.ticks;
        self.free[row..row + self.ticks].fill(-1.0);
    }

    /// Whether the links of a place have its bandwidth free.
    pub(super) fn has_path(&self, work: &Work, place: &Place) -> bool {
        let mut has = true;
        self.each_link(work, place, |link| {
            has &= self.link_fits(link, place.spot.window, place.bandwidth);
        });
        has
    }

    pub(super) fn take(&mut self, work: &Work, place: &Place) {
        self.change(work, place, f64::from(-place.spot.units), -place.bandwidth);
    }

    pub(super) fn give_back(&mut self, work: &Work, place: &Place) {
        self.change(work, place, f64::from(place.spot.units), place.bandwidth);
    }

    fn change(&mut self, work: &Work, place: &Place, units: f64, bandwidth: i64) {
        let (from, to) = self.span(place.spot.window);
        let row = place.spot.column as usize * self.ticks;
        self.free[row + from..row + to].iter_mut().for_each(|free| *free += units);
        let ticks = self.ticks;
        let mut wires = std::mem::take(&mut self.wires);
        self.each_link(work, place, |link| {
            let row = link as usize * ticks;
            wires[row + from..row + to].iter_mut().for_each(|free| *free += bandwidth);
        });
        self.wires = wires;
    }
}

/// Every time at which something free may change for a window.
fn ticks(problem: &Problem, table: &Table) -> Vec<i64> {
    let horizon = problem.horizon_ms();
    let windows = table.windows.iter().flat_map(|it| [it.start_ms, it.end_ms]);
    let pools = problem.pools.iter().map(|pool| &pool.capacity);
    let steps = pools.chain(problem.links.iter().map(|link| &link.capacity));
    let steps = steps.flat_map(|steps| steps.0.iter().map(|(from, _)| (*from).max(0)));
    let mut all: Vec<i64> = windows.chain(steps).filter(|at| *at < horizon).collect();
    all.sort_unstable();
    all.dedup();
    all
}
