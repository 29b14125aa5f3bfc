//! The cells that matter at low temperatures: those not far from the cheapest of their jobs. All others weigh
//! nothing, so that a round over the few is as good as one over all, for as long as prices have not moved far.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the table they index")]

use super::{
    dual::{exp_all, fast_exp, lowest},
    table::{Table, Work},
};

/// Cells that cost this many temperatures more than the cheapest are left out.
const REACH: f32 = 25.0;
/// How many temperatures prices may move by before cells are chosen anew.
const DRIFT: f32 = 8.0;
/// Cells of a part of the jobs at most: with more, all are looked at in every round.
const CELLS_MOST: usize = 1 << 20;
/// Cells that are passed over together.
const CHUNK: usize = 8;
/// Rounds over the same cells at most.
const ROUNDS: u32 = 40;

/// A window in a column for a job.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Where it stands in `[window][column]`.
    at: u32,
    units: f32,
    /// Money without shadow prices.
    base: f32,
}

/// Cells of some works.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    cells: Vec<Cell>,
    /// First cell by work, and the one after the last.
    first: Vec<usize>,
    /// Of how many these were chosen.
    looked_at: usize,
    temperature: f32,
    age: u32,
}

impl Narrow {
    /// Whether a round at this temperature may do with what is here, when prices have moved by `drift` since it was
    /// chosen.
    pub(super) fn serves(&mut self, temperature: f32, drift: f32) -> bool {
        let is_same = (self.temperature - temperature).abs() <= temperature * 0.01;
        let is_few = self.cells.len() <= self.looked_at / 2 && self.cells.len() < CELLS_MOST;
        self.age += 1;
        is_same && is_few && self.age < ROUNDS && drift < DRIFT * temperature
    }

    pub(super) fn begin(&mut self, temperature: f32) {
        self.cells.clear();
        self.first.clear();
        self.first.push(0);
        (self.temperature, self.age, self.looked_at) = (temperature, 0, 0);
    }

    /// Keeps the cheap ones of a work's costs.
    pub(super) fn add(
        &mut self,
        table: &Table,
        shadow: &[f32],
        work: &Work,
        (costs, least): (&[f32], f32),
    ) {
        let most = least + REACH * self.temperature * work.volume.max(f32::MIN_POSITIVE);
        let columns = table.columns();
        let mut at = 0;
        for choice in &work.choices {
            let (width, units) = (choice.last - choice.first, choice.units);
            for window in &choice.windows {
                let from = *window as usize * columns + choice.first;
                let chunks = costs[at..at + width].chunks(CHUNK);
                for (start, chunk) in (from..).step_by(CHUNK).zip(chunks) {
                    if lowest(chunk) > most || self.cells.len() >= CELLS_MOST {
                        continue;
                    }
                    for (cell, cost) in (start..).zip(chunk).filter(|it| *it.1 <= most) {
                        let base = cost - units * shadow[cell];
                        self.cells.push(Cell { at: cell as u32, units, base });
                    }
                }
                at += width;
            }
        }
        self.looked_at += at;
        self.first.push(self.cells.len());
    }

    /// The smoothed value of a work, with its use added.
    pub(super) fn one(
        &self,
        number: usize,
        work: &Work,
        shadow: &[f32],
        space: (&mut Vec<f32>, &mut [f32]),
    ) -> f64 {
        let (costs, usage) = space;
        let count = work.jobs.len() as f64;
        let temperature = self.temperature * work.volume.max(f32::MIN_POSITIVE);
        let cells = &self.cells[self.first[number]..self.first[number + 1]];
        costs.clear();
        costs.extend(cells.iter().map(|it| it.base + it.units * shadow[it.at as usize]));
        let least = lowest(costs).min(work.refusal);
        let scale = -1.0 / temperature;
        let sum = exp_all(costs, least, scale) + fast_exp((work.refusal - least) * scale);
        let weight = count as f32 / sum;
        for (cell, part) in cells.iter().zip(costs.iter()) {
            usage[cell.at as usize] += part * cell.units * weight;
        }
        f64::from(least - temperature * sum.ln()) * count
    }
}
