//! What is still free while a plan is made, to the unit, and the places that jobs have in it.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use std::sync::Arc;

use super::{
    Problem,
    dual::{lowest, price_all},
    table::{Cell, NEVER, Table, Work},
};

/// Columns looked at for one job before it counts as having no place: the cheapest may lack bandwidth.
const TRIES_MOST: usize = 8;

/// Where one job runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) window: u32,
    pub(super) column: u32,
    pub(super) units: f64,
    pub(super) bandwidth: i64,
    /// From the pool to its home.
    pub(super) path: Vec<u32>,
    /// Money, without shadow prices.
    pub(super) cost: f64,
}

/// Free units of pools and bandwidth of links between the times at which anything may change.
#[derive(Debug, Clone)]
pub(super) struct Room<'a> {
    problem: &'a Problem,
    table: &'a Table,
    /// `[tick][column]`.
    free: Vec<f64>,
    /// `[tick][link]`.
    wires: Vec<i64>,
    /// First tick and the one after the last, by window.
    spans: Arc<Vec<(usize, usize)>>,
    costs: Vec<f32>,
    least: Vec<f64>,
}

impl<'a> Room<'a> {
    pub(super) fn new(problem: &'a Problem, table: &'a Table) -> Self {
        let ticks = ticks(problem, table);
        let tick = |ms: i64| ticks.partition_point(|at| *at < ms);
        let columns = table.columns();
        let free = ticks.iter().flat_map(|at| {
            table.pools.iter().map(|id| problem.pools[*id as usize].capacity.at(*at) as f64)
        });
        // Nobody asks for links where no job has a home.
        let links = if table.homes.is_empty() { &[] } else { problem.links.as_slice() };
        let wires = ticks.iter().flat_map(|at| links.iter().map(|link| link.capacity.at(*at)));
        let spans = table.windows.iter().map(|it| (tick(it.start_ms), tick(it.end_ms)));
        Self {
            free: free.collect(),
            wires: wires.collect(),
            spans: Arc::new(spans.collect()),
            costs: Vec::new(),
            least: vec![0.0; columns],
            problem,
            table,
        }
    }

    /// The cheapest place at shadow prices over windows that is free; none if refusing is cheaper still.
    pub(super) fn best(&mut self, work: &Work, shadow: &[f32]) -> Option<Place> {
        let mut costs = std::mem::take(&mut self.costs);
        price_all(self.table, shadow, work, &mut costs);
        self.mask(work, &mut costs);
        let place = self.first_free(work, &mut costs);
        self.costs = costs;
        place
    }

    /// Marks columns that have too little free.
    fn mask(&mut self, work: &Work, costs: &mut [f32]) {
        let columns = self.table.columns();
        let mut at = 0;
        for choice in &work.choices {
            let width = choice.last - choice.first;
            let units = f64::from(choice.units);
            for window in &choice.windows {
                let (from, to) = self.spans[*window as usize];
                let least = &mut self.least[..width];
                least.fill(f64::INFINITY);
                for tick in from..to {
                    let row = tick * columns;
                    let free = &self.free[row + choice.first..row + choice.last];
                    for (least, free) in least.iter_mut().zip(free) {
                        *least = if *free < *least { *free } else { *least };
                    }
                }
                for (cost, least) in costs[at..at + width].iter_mut().zip(least.iter()) {
                    *cost = if *least >= units { *cost } else { NEVER };
                }
                at += width;
            }
        }
    }

    fn first_free(&self, work: &Work, costs: &mut [f32]) -> Option<Place> {
        for _ in 0..TRIES_MOST {
            let (at, cost) = cheapest(costs)?;
            if cost >= work.refusal {
                return None;
            }
            let Cell { window, column, units } = work.cell(at)?;
            if let Some(place) = self.with_path(work, units, window, column) {
                return Some(place);
            }
            costs[at] = NEVER;
        }
        None
    }

    pub(super) fn with_path(
        &self,
        work: &Work,
        units: f32,
        window: u32,
        column: usize,
    ) -> Option<Place> {
        let table = self.table;
        let it = &table.windows[window as usize];
        let mut place = Place {
            window,
            column: column as u32,
            units: units.into(),
            bandwidth: 0,
            path: Vec::new(),
            cost: table.cost_at(work, units, window, column).into(),
        };
        let Some((home, _)) = work.home else { return Some(place) };
        let job = &self.problem.jobs[work.jobs[0] as usize];
        place.bandwidth = job.home.map_or(0, |home| home.bandwidth);
        let node = self.problem.pools[table.pools[column] as usize].node;
        place.path = self.path(home, node, window, place.bandwidth)?;
        let price: f64 =
            place.path.iter().map(|id| self.problem.links[*id as usize].price as f64).sum();
        let held = place.bandwidth as f64 * (it.end_ms - it.start_ms) as f64;
        let weight = job.weights.first().copied().unwrap_or(0) as f64;
        place.cost += price * held * weight * table.money;
        Some(place)
    }

    /// The cheapest path with the bandwidth free throughout a window.
    fn path(&self, home: usize, node: u32, window: u32, bandwidth: i64) -> Option<Vec<u32>> {
        let (table, problem) = (self.table, self.problem);
        let fits = |link: u32| self.link_fits(link, window, bandwidth);
        let root = table.homes[home];
        let known = table.net.known_way(problem, (root, &table.trees[home]), node, fits);
        known.or_else(|| table.net.way_around(problem, root, node, fits))
    }

    /// Whether a link has the bandwidth free throughout a window.
    fn link_fits(&self, link: u32, window: u32, bandwidth: i64) -> bool {
        let (from, to) = self.spans[window as usize];
        let links = self.problem.links.len();
        (from..to).all(|tick| self.wires[tick * links + link as usize] >= bandwidth)
    }

    pub(super) fn ticks(&self) -> usize {
        self.free.len() / self.table.columns().max(1)
    }

    /// First tick of a window and the one after its last.
    pub(super) fn span(&self, window: u32) -> (usize, usize) {
        self.spans[window as usize]
    }

    /// The first tick of a column with less than `units` free.
    pub(super) fn first_short(
        &self,
        column: usize,
        from: usize,
        to: usize,
        units: f64,
    ) -> Option<usize> {
        let columns = self.table.columns();
        (from..to).find(|tick| self.free[tick * columns + column] < units)
    }

    /// The least free in a column from each tick to each later one.
    pub(super) fn least_free(&self, column: usize, into: &mut Vec<f64>) {
        let (ticks, columns) = (self.ticks(), self.table.columns());
        into.clear();
        into.resize(ticks * ticks, 0.0);
        for from in 0..ticks {
            let mut least = f64::INFINITY;
            for to in from..ticks {
                let free = self.free[to * columns + column];
                least = if free < least { free } else { least };
                into[from * ticks + to] = least;
            }
        }
    }

    /// Nothing is free in a column any more.
    pub(super) fn close(&mut self, column: usize) {
        let columns = self.table.columns();
        self.free.iter_mut().skip(column).step_by(columns).for_each(|free| *free = -1.0);
    }

    /// Whether the links of a place have its bandwidth free.
    pub(super) fn has_path(&self, place: &Place) -> bool {
        place.path.iter().all(|link| self.link_fits(*link, place.window, place.bandwidth))
    }

    pub(super) fn take(&mut self, place: &Place) {
        self.change(place, 1.0);
    }

    pub(super) fn give_back(&mut self, place: &Place) {
        self.change(place, -1.0);
    }

    fn change(&mut self, place: &Place, sign: f64) {
        let (from, to) = self.spans[place.window as usize];
        let (columns, links) = (self.table.columns(), self.problem.links.len());
        let bandwidth = if sign > 0.0 { place.bandwidth } else { -place.bandwidth };
        for tick in from..to {
            self.free[tick * columns + place.column as usize] -= sign * place.units;
            for link in &place.path {
                self.wires[tick * links + *link as usize] -= bandwidth;
            }
        }
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

fn cheapest(costs: &[f32]) -> Option<(usize, f32)> {
    let least = lowest(costs);
    let at = costs.iter().position(|cost| *cost <= least)?;
    (least < NEVER).then_some((at, least))
}
