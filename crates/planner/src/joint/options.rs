//! The places that are worth looking at for each job: the cheapest at shadow prices, in order.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use super::{
    dual::price_all,
    table::{Cell, Table, Work},
};

/// Places kept for a job.
const KEPT_MOST: usize = 128;

/// A pool and a time for a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) window: u32,
    pub(super) column: u32,
    pub(super) units: f32,
    /// Money, on the cheapest path, without shadow prices.
    pub(super) cost: f32,
    /// With them.
    pub(super) priced: f32,
}

impl Spot {
    /// What it is worth at shadow prices.
    pub(super) fn worth(&self) -> f32 {
        self.priced - self.cost
    }
}

/// Spots by work, and the columns they are in.
#[derive(Debug, Default)]
pub(super) struct Options {
    first: Vec<usize>,
    spots: Vec<Spot>,
    /// The same by column.
    sorted: Vec<Spot>,
    /// Where the spots of each column begin in it, and at last where they end, for each work.
    starts: Vec<u32>,
    /// By work, where its columns begin there.
    groups: Vec<u32>,
    /// Words of a set of columns, for each work.
    words: usize,
    columns: Vec<u64>,
    /// By work: the least that it costs at shadow prices, refused or not.
    pub(super) least: Vec<f32>,
}

impl Options {
    /// Work: jobs x pools x starts.
    pub(super) fn new(table: &Table, shadow: &[f32]) -> Self {
        let words = table.columns().div_ceil(64);
        let mut options = Self {
            first: vec![0],
            words,
            columns: vec![0; words * table.works.len()],
            ..Self::default()
        };
        let mut costs = Vec::new();
        let mut order = Vec::new();
        for (row, work) in table.works.iter().enumerate() {
            let least = price_all(table, shadow, work, &mut costs);
            options.least.push(least.min(work.refusal));
            options.add(table, (row, work), shadow, &costs, &mut order);
        }
        options
    }

    fn add(
        &mut self,
        table: &Table,
        (row, work): (usize, &Work),
        shadow: &[f32],
        costs: &[f32],
        order: &mut Vec<(f32, u32)>,
    ) {
        order.clear();
        let cheap = costs.iter().copied().zip(0..).filter(|(cost, _)| *cost < work.refusal);
        order.extend(cheap);
        if order.len() > KEPT_MOST {
            order.select_nth_unstable_by(KEPT_MOST, by_cost);
            order.truncate(KEPT_MOST);
        }
        let from = self.spots.len();
        for (priced, at) in order.iter() {
            let Some(Cell { window, column, units }) = work.cell(*at as usize) else { continue };
            let scarce = shadow[window as usize * table.columns() + column] * units;
            let spot = Spot {
                window,
                column: column as u32,
                units,
                cost: priced - scarce,
                priced: *priced,
            };
            self.spots.push(spot);
            self.columns[row * self.words + column / 64] |= 1 << (column % 64);
        }
        self.spots[from..].sort_by(|one, two| one.priced.total_cmp(&two.priced));
        let begin = self.sorted.len();
        self.sorted.extend_from_slice(&self.spots[from..]);
        self.sorted[begin..].sort_by_key(|spot| spot.column);
        self.groups.push(self.starts.len() as u32);
        let mut last = u32::MAX;
        for (at, spot) in (begin as u32..).zip(&self.sorted[begin..]) {
            if spot.column != last {
                self.starts.push(at);
                last = spot.column;
            }
        }
        self.starts.push(self.sorted.len() as u32);
        self.first.push(self.spots.len());
    }

    /// Those in a column, the cheapest first.
    pub(super) fn in_column(&self, row: usize, column: u32) -> &[Spot] {
        let words = &self.columns[row * self.words..(row + 1) * self.words];
        let (word, bit) = (column as usize / 64, column % 64);
        if (words[word] >> bit) & 1 == 0 {
            return &[];
        }
        let before: u32 = words[..word].iter().map(|it| it.count_ones()).sum();
        let rank = before + (words[word] & ((1 << bit) - 1)).count_ones();
        let group = (self.groups[row] + rank) as usize;
        &self.sorted[self.starts[group] as usize..self.starts[group + 1] as usize]
    }

    /// The cheapest first.
    pub(super) fn of(&self, row: usize) -> &[Spot] {
        &self.spots[self.first[row]..self.first[row + 1]]
    }
}

fn by_cost(one: &(f32, u32), two: &(f32, u32)) -> std::cmp::Ordering {
    one.0.total_cmp(&two.0).then(one.1.cmp(&two.1))
}
