//! A problem laid out for speed: pools side by side, windows of time once each, fractions instead of atoms.
//!
//! Money is in the problem's unit, time in slots, amounts as they are. A window is a start and an end that some job
//! may run in; what a unit costs over a window is worked out once a pass for all jobs.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use std::collections::BTreeMap;

use super::{Job, Problem, paths::Net};

/// Starts tried for one job and class; more are thinned out evenly.
const STARTS_MOST: usize = 96;
/// Stands for what cannot be: no sum of real costs comes near.
pub(super) const NEVER: f32 = 1e30;

/// A start and an end, and the slots it touches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) start_ms: i64,
    pub(super) end_ms: i64,
    /// In slots.
    pub(super) length: f32,
}

/// One class as a job sees it.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// Columns, as pools stand in the table.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) units: f32,
    pub(super) windows: Vec<u32>,
}

/// Equal jobs.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// Their numbers in the problem.
    pub(super) jobs: Vec<u32>,
    pub(super) choices: Vec<Choice>,
    pub(super) refusal: f32,
    /// Row of weights.
    pub(super) scale: usize,
    /// Row of distances, and bandwidth.
    pub(super) home: Option<(usize, f32)>,
    /// Row of offers.
    pub(super) offers: Option<usize>,
    pub(super) earliest_ms: i64,
    /// Money for a slot of waiting.
    pub(super) waiting: f32,
    /// Units x slots: what the job's temperature is measured by.
    pub(super) volume: f32,
}

/// A place in a column, as far as pool and time go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) window: u32,
    pub(super) column: usize,
    pub(super) units: f32,
}

impl Work {
    /// What a number of [`super::dual::price_all`] stands for: costs come by choice, window and column.
    pub(super) fn cell(&self, mut at: usize) -> Option<Cell> {
        for choice in &self.choices {
            let width = choice.last - choice.first;
            if at < choice.windows.len() * width {
                let window = choice.windows[at / width];
                let column = choice.first + at % width;
                return Some(Cell { window, column, units: choice.units });
            }
            at -= choice.windows.len() * width;
        }
        None
    }
}

#[derive(Debug)]
pub(super) struct Table {
    /// Pool of the problem by column: pools of one class stand together.
    pub(super) pools: Vec<u32>,
    pub(super) slots: usize,
    pub(super) slot_ms: i64,
    pub(super) windows: Vec<Window>,
    /// `[scale][window][column]`: money for a unit, without shadow prices.
    pub(super) costs: Vec<Vec<f32>>,
    /// `[row][column]`: money for a unit of bandwidth and a slot, on the cheapest path.
    pub(super) distances: Vec<Vec<f32>>,
    /// Node of each of them, and the link towards it from every node.
    pub(super) homes: Vec<u32>,
    pub(super) trees: Vec<Vec<u32>>,
    pub(super) net: Net,
    /// `[row][column]`: money for using the pool at all; [`NEVER`] where it is not offered.
    pub(super) offers: Vec<Vec<f32>>,
    /// `[column][slot]`: units x slots.
    pub(super) capacity: Vec<f32>,
    pub(super) works: Vec<Work>,
    /// Money in an atom.
    pub(super) money: f64,
}

impl Table {
    pub(super) fn new(problem: &Problem) -> Self {
        let mut pools: Vec<u32> = (0..).take(problem.pools.len()).collect();
        pools.sort_by_key(|id| (problem.pools[*id as usize].class, *id));
        let mut table = Self {
            slots: problem.slots as usize,
            slot_ms: problem.slot_ms,
            windows: Vec::new(),
            costs: Vec::new(),
            distances: Vec::new(),
            homes: Vec::new(),
            trees: Vec::new(),
            net: Net::new(problem),
            offers: Vec::new(),
            capacity: Vec::new(),
            works: Vec::new(),
            money: 1.0 / problem.atoms as f64,
            pools,
        };
        table.capacity = table.pools.iter().flat_map(|id| table.integral(problem, *id)).collect();
        Builder::new(&mut table, problem).run();
        table
    }

    pub(super) fn columns(&self) -> usize {
        self.pools.len()
    }

    /// Money for a unit and a slot in the mean over jobs, by what they cost at the least price of their windows;
    /// some positive number if they cost nothing.
    pub(super) fn mean_price(&self) -> f32 {
        let (mut money, mut volume) = (0.0, 0.0);
        let no_shadow = vec![0.0; self.windows.len() * self.columns()];
        let mut costs = Vec::new();
        for work in &self.works {
            let least = super::dual::price_all(self, &no_shadow, work, &mut costs);
            let cost = if least < NEVER { least.abs() } else { work.refusal };
            money += f64::from(cost) * work.jobs.len() as f64;
            volume += f64::from(work.volume) * work.jobs.len() as f64;
        }
        let mean = (money / volume) as f32;
        if mean.is_finite() && mean > 0.0 { mean } else { 1.0 }
    }

    /// Units of a job in the mean.
    pub(super) fn mean_units(&self) -> f32 {
        let units = |work: &Work| work.choices.first().map_or(0.0, |choice| choice.units);
        let sum: f32 = self.works.iter().map(units).sum();
        (sum / self.works.len().max(1) as f32).max(f32::MIN_POSITIVE)
    }

    /// What a job costs at a place, without shadow prices and without its path.
    pub(super) fn cost_at(&self, work: &Work, units: f32, window: u32, column: usize) -> f32 {
        let own = self.costs[work.scale][window as usize * self.columns() + column];
        let start_ms = self.windows[window as usize].start_ms;
        let waited = (start_ms - work.earliest_ms) as f32 / self.slot_ms as f32;
        let fixed = work.offers.map_or(0.0, |row| self.offers[row][column]);
        own * units + waited * work.waiting + fixed
    }

    /// Units x slots of a pool by slot.
    fn integral(&self, problem: &Problem, id: u32) -> Vec<f32> {
        let steps = &problem.pools[id as usize].capacity;
        (0..self.slots as i64)
            .map(|slot| {
                let (from, to) = (slot * self.slot_ms, (slot + 1) * self.slot_ms);
                (steps.sum(from, to) as f64 / self.slot_ms as f64) as f32
            })
            .collect()
    }

    /// What shadow prices `[column][slot]` come to over each window, `[window][column]`.
    pub(super) fn over_windows(&self, prices: &[f32], into: &mut Vec<f32>) {
        let columns = self.columns();
        into.clear();
        into.resize(self.windows.len() * columns, 0.0);
        let mut prefix = vec![0.0_f64; (self.slots + 1) * columns];
        for slot in 0..self.slots {
            for column in 0..columns {
                prefix[(slot + 1) * columns + column] =
                    prefix[slot * columns + column] + f64::from(prices[column * self.slots + slot]);
            }
        }
        for (window, row) in self.windows.iter().zip(into.chunks_mut(columns.max(1))) {
            let (from, from_part) = self.split(window.start_ms);
            let (to, to_part) = self.split(window.end_ms);
            for (column, out) in row.iter_mut().enumerate() {
                let price = |slot: usize| f64::from(prices[column * self.slots + slot]);
                let mut sum = prefix[to * columns + column] - prefix[from * columns + column];
                if from_part > 0.0 {
                    sum -= from_part * price(from);
                }
                if to_part > 0.0 {
                    sum += to_part * price(to);
                }
                *out = sum as f32;
            }
        }
    }

    /// Use by window, `[window][column]` in units, added up by slot, `[column][slot]` in units x slots.
    pub(super) fn by_slot(&self, usage: &[f32], into: &mut [f32]) {
        let columns = self.columns();
        let mut steps = vec![0.0_f64; (self.slots + 1) * columns];
        into.fill(0.0);
        for (window, row) in self.windows.iter().zip(usage.chunks(columns.max(1))) {
            let (from, from_part) = self.split(window.start_ms);
            let (to, to_part) = self.split(window.end_ms);
            for (column, units) in row.iter().enumerate() {
                let units = f64::from(*units);
                steps[from * columns + column] += units;
                steps[to * columns + column] -= units;
                if from_part > 0.0 {
                    into[column * self.slots + from] -= (from_part * units) as f32;
                }
                if to_part > 0.0 {
                    into[column * self.slots + to] += (to_part * units) as f32;
                }
            }
        }
        for column in 0..columns {
            let mut use_now = 0.0;
            for slot in 0..self.slots {
                use_now += steps[slot * columns + column];
                into[column * self.slots + slot] += use_now as f32;
            }
        }
    }

    /// The slot of a time, and how much of it has passed.
    fn split(&self, ms: i64) -> (usize, f64) {
        let slot = ms.div_euclid(self.slot_ms);
        let part = ms.rem_euclid(self.slot_ms) as f64 / self.slot_ms as f64;
        (slot as usize, part)
    }
}

/// Rows that are the same for many jobs, by what they are of.
struct Builder<'a> {
    table: &'a mut Table,
    problem: &'a Problem,
    windows: BTreeMap<(i64, i64), u32>,
    scales: BTreeMap<Vec<i64>, usize>,
    homes: BTreeMap<(u32, Option<u64>), usize>,
    offers: BTreeMap<Vec<(u32, i128)>, usize>,
    classes: BTreeMap<u32, (usize, usize)>,
}

impl<'a> Builder<'a> {
    fn new(table: &'a mut Table, problem: &'a Problem) -> Self {
        let mut classes: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (column, id) in table.pools.iter().enumerate() {
            let class = problem.pools[*id as usize].class;
            classes.entry(class).or_insert((column, column)).1 = column + 1;
        }
        Self {
            table,
            problem,
            windows: BTreeMap::new(),
            scales: BTreeMap::new(),
            homes: BTreeMap::new(),
            offers: BTreeMap::new(),
            classes,
        }
    }

    fn run(mut self) {
        let mut equal: BTreeMap<&Job, Vec<u32>> = BTreeMap::new();
        for (id, job) in (0..).zip(&self.problem.jobs) {
            equal.entry(job).or_default().push(id);
        }
        let mut works: Vec<Work> =
            equal.into_iter().map(|(job, jobs)| self.work(job, jobs)).collect();
        works.sort_by(|one, two| one.jobs.cmp(&two.jobs));
        self.table.works = works;
        self.price_windows();
    }

    fn work(&mut self, job: &Job, jobs: Vec<u32>) -> Work {
        let next = self.scales.len();
        let scale = *self.scales.entry(job.weights.clone()).or_insert(next);
        let choices: Vec<Choice> = job
            .needs
            .iter()
            .filter_map(|need| {
                let (first, last) = *self.classes.get(&need.class)?;
                let windows = self.starts(job, need.run_ms);
                let units = need.units as f32;
                (!windows.is_empty()).then_some(Choice { first, last, units, windows })
            })
            .collect();
        let slot_ms = self.problem.slot_ms as f64;
        let volumes = job.needs.iter().map(|it| it.units as f64 * it.run_ms as f64 / slot_ms);
        Work {
            jobs,
            choices,
            refusal: (job.refusal as f64 * self.table.money) as f32,
            scale,
            home: job.home.map(|home| {
                let row = self.home(home.node, home.delay_most_us);
                let weight = job.weights.first().copied().unwrap_or(0) as f64;
                (row, (home.bandwidth as f64 * weight) as f32)
            }),
            offers: job.pools.as_ref().map(|offers| self.offers(offers)),
            earliest_ms: job.earliest_ms,
            waiting: (job.waiting as f64 * slot_ms * self.table.money) as f32,
            volume: volumes.fold(0.0, f64::max) as f32,
        }
    }

    /// Windows from every start worth looking at: when it may start first and last, and where slots begin or end.
    fn starts(&mut self, job: &Job, run: i64) -> Vec<u32> {
        let slot = self.problem.slot_ms;
        let horizon = self.problem.horizon_ms();
        let (first, last) =
            (job.earliest_ms.max(0), job.latest_ms.min(horizon).saturating_sub(run));
        if last < first || run <= 0 {
            return Vec::new();
        }
        let mut starts = vec![first, last];
        let next = |at: i64| (at.div_euclid(slot) + 1) * slot;
        let mut at = next(first);
        while at < last {
            starts.push(at);
            at += slot;
        }
        if run % slot != 0 {
            let mut end = next(first + run);
            while end < last + run {
                starts.push(end - run);
                end += slot;
            }
        }
        starts.sort_unstable();
        starts.dedup();
        thinned(&starts).map(|start| self.window(start, start + run)).collect()
    }

    fn window(&mut self, start_ms: i64, end_ms: i64) -> u32 {
        let next = self.windows.len() as u32;
        let slot_ms = self.problem.slot_ms as f32;
        *self.windows.entry((start_ms, end_ms)).or_insert_with(|| {
            let length = (end_ms - start_ms) as f32 / slot_ms;
            self.table.windows.push(Window { start_ms, end_ms, length });
            next
        })
    }

    fn home(&mut self, node: u32, delay_most_us: Option<u64>) -> usize {
        let next = self.homes.len();
        if let Some(row) = self.homes.get(&(node, delay_most_us)) {
            return *row;
        }
        self.homes.insert((node, delay_most_us), next);
        let price = |link: u32| self.problem.links[link as usize].price as f64;
        let (far, tree) = self.table.net.tree(node, price);
        let per_slot = self.table.money * self.problem.slot_ms as f64;
        let row = self.table.pools.iter().map(|id| {
            let node = self.problem.pools[*id as usize].node;
            far.get(node as usize)
                .map_or(NEVER, |it| if it.is_finite() { (it * per_slot) as f32 } else { NEVER })
        });
        self.table.distances.push(row.collect());
        self.table.homes.push(node);
        self.table.trees.push(tree);
        next
    }

    fn offers(&mut self, offers: &[super::Offer]) -> usize {
        let key: Vec<(u32, i128)> = offers.iter().map(|it| (it.pool, it.fixed)).collect();
        let next = self.offers.len();
        if let Some(row) = self.offers.get(&key) {
            return *row;
        }
        let by_pool: BTreeMap<u32, i128> = key.iter().copied().collect();
        let row = self.table.pools.iter().map(|id| {
            by_pool.get(id).map_or(NEVER, |fixed| (*fixed as f64 * self.table.money) as f32)
        });
        self.table.offers.push(row.collect());
        self.offers.insert(key, next);
        next
    }

    /// What a unit costs over each window at the problem's own rates, by weights.
    fn price_windows(&mut self) {
        let mut scales: Vec<(Vec<i64>, usize)> =
            std::mem::take(&mut self.scales).into_iter().collect();
        scales.sort_by_key(|(_, row)| *row);
        let per_slot = self.table.money * self.problem.slot_ms as f64;
        for (weights, _) in scales {
            let rate = |id: &u32| {
                let rates = &self.problem.pools[*id as usize].rates;
                let weights = weights.clone();
                (0..self.table.slots).map(move |slot| {
                    let sums = rates.iter().zip(&weights);
                    let of = |(rates, weight): (&Vec<i64>, &i64)| {
                        rates.get(slot).map_or(0.0, |it| *it as f64 * *weight as f64)
                    };
                    (sums.map(of).sum::<f64>() * per_slot) as f32
                })
            };
            let rates: Vec<f32> = self.table.pools.iter().flat_map(rate).collect();
            let mut costs = Vec::new();
            self.table.over_windows(&rates, &mut costs);
            self.table.costs.push(costs);
        }
    }
}

fn thinned(starts: &[i64]) -> impl Iterator<Item = i64> + '_ {
    let count = starts.len();
    let kept = count.min(STARTS_MOST);
    (0..kept).map(move |at| starts[if kept < 2 { 0 } else { at * (count - 1) / (kept - 1) }])
}
