//! What a unit of each item is worth above its reserve, and what that proves.
#![expect(
    clippy::indexing_slicing,
    reason = "bids and items are numbered by the region, and only there"
)]

use prices::ascent::{Dual, Rows, Stage, ascend};

use super::region::Region;

/// Temperatures, in parts of the mean worth of a bid, and rounds at each.
pub(super) const FROM_NOTHING: [(f32, u32); 6] =
    [(0.3, 100), (0.1, 150), (0.03, 200), (0.01, 300), (0.003, 400), (0.001, 400)];
/// From prices that are near.
pub(super) const FROM_NEAR: [(f32, u32); 3] = [(0.01, 40), (0.003, 40), (0.001, 40)];
/// How much longer steps are than those that are safe for any bids: few bids are near the margin at once.
const BOLD: f32 = 8.0;

/// Prices of a unit of each item at which the bound is low, from these on.
pub(super) fn prices(region: &Region, from: &[u64], stages: &[(f32, u32)]) -> Vec<u64> {
    let mut lagrange = Lagrange::new(region);
    if lagrange.worth.is_empty() {
        return vec![0; from.len()];
    }
    let scale = lagrange.scale;
    // A price is per unit; rows are in parts of what is free.
    let whole = |units: &u32| f64::from((*units).max(1)) / scale;
    let start = from.iter().zip(&region.free).map(|(it, units)| (*it as f64 * whole(units)) as f32);
    let start = start.collect();
    let stages: Vec<Stage> =
        stages.iter().map(|&(temperature, rounds)| Stage { temperature, rounds }).collect();
    let rows = Rows { steps: lagrange.steps(), levels: Vec::new() };
    let peak = ascend(&mut lagrange, start, &rows, &stages);
    let price = |(price, units): (&f32, &u32)| (f64::from(*price) / whole(units)).round() as u64;
    peak.prices.iter().zip(&region.free).map(price).collect()
}

/// The same units of items that follow each other.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: u32,
    to: u32,
    units: f64,
}

/// The dual of the choice without its integers: every bid may win in part.
struct Lagrange {
    /// In parts of the mean.
    worth: Vec<f32>,
    /// Runs of bid `n` are `starts[n]..starts[n + 1]`.
    starts: Vec<usize>,
    runs: Vec<Run>,
    /// One over the units that are free, by row.
    parts: Vec<f64>,
    /// Prices of a unit, summed up to each row; and changes of what is sold from row to row.
    summed: Vec<f64>,
    sold: Vec<f64>,
    scale: f64,
}

impl Lagrange {
    fn new(region: &Region) -> Self {
        let scale = region.mean();
        let (mut starts, mut runs) = (vec![0], Vec::<Run>::new());
        for nth in 0..region.worth.len() {
            let first = runs.len();
            for (place, units) in region.needs(nth) {
                let units = f64::from(*units);
                match runs[first..].last_mut() {
                    Some(it) if it.to == *place && it.units == units => it.to += 1,
                    _ => runs.push(Run { from: *place, to: place + 1, units }),
                }
            }
            starts.push(runs.len());
        }
        let rows = region.free.len();
        Self {
            worth: region.worth.iter().map(|it| (*it as f64 / scale) as f32).collect(),
            starts,
            runs,
            parts: region.free.iter().map(|it| 1.0 / f64::from((*it).max(1))).collect(),
            summed: vec![0.0; rows + 1],
            sold: vec![0.0; rows + 1],
            scale,
        }
    }

    /// One over what bounds the curvature of each row (by the sums of the rows of the second derivative).
    fn steps(&self) -> Vec<f32> {
        let mut curve = vec![0.0_f64; self.parts.len()];
        for ends in self.starts.windows(2) {
            let runs = &self.runs[ends[0]..ends[1]];
            let parts = |it: &Run| {
                self.parts[it.from as usize..it.to as usize]
                    .iter()
                    .map(|part| part * it.units)
                    .sum::<f64>()
            };
            let whole: f64 = runs.iter().map(parts).sum();
            for row in
                runs.iter().flat_map(|it| (it.from..it.to).map(|row| (row as usize, it.units)))
            {
                curve[row.0] += self.parts[row.0] * row.1 * whole / 4.0;
            }
        }
        curve.into_iter().map(|it| if it > 0.0 { BOLD / it as f32 } else { 0.0 }).collect()
    }
}

impl Dual for Lagrange {
    fn evaluate(&mut self, prices: &[f32], temperature: f32, excess: &mut [f32]) -> f64 {
        let (mut capacity, mut sum, mut gains) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (row, price) in prices.iter().enumerate() {
            capacity += f64::from(*price);
            sum += f64::from(*price) * self.parts[row];
            self.summed[row + 1] = sum;
        }
        self.sold.fill(0.0);
        for (worth, ends) in self.worth.iter().zip(self.starts.windows(2)) {
            let runs = &self.runs[ends[0]..ends[1]];
            let cost =
                |it: &Run| it.units * (self.summed[it.to as usize] - self.summed[it.from as usize]);
            let gain = worth - runs.iter().map(cost).sum::<f64>() as f32;
            let (gained, share) = smoothed(gain, temperature);
            gains += f64::from(gained);
            if share > 1e-6 {
                for it in runs {
                    self.sold[it.from as usize] += f64::from(share) * it.units;
                    self.sold[it.to as usize] -= f64::from(share) * it.units;
                }
            }
        }
        let mut sold = 0.0;
        for (row, excess) in excess.iter_mut().enumerate() {
            sold += self.sold[row];
            *excess = (sold * self.parts[row] - 1.0) as f32;
        }
        -(capacity + gains)
    }
}

/// The greater of a gain and zero, smoothed, and how much of the bid wins.
fn smoothed(gain: f32, temperature: f32) -> (f32, f32) {
    if temperature <= 0.0 {
        return if gain > 0.0 { (gain, 1.0) } else { (0.0, 0.0) };
    }
    let at = gain / temperature;
    let softplus = if at > 20.0 { gain } else { temperature * at.exp().ln_1p() };
    (softplus, 1.0 / (1.0 + (-at).exp()))
}
