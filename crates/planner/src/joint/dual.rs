//! What all jobs would cost at given shadow prices, each by itself: the Lagrangian dual, plain or smoothed.
//!
//! Smoothed, a job takes not its cheapest column but a mean of all, weighted by `exp(-cost / temperature)`
//! (Nesterov, "Smooth minimization of non-smooth functions", 2005, with the entropy as prox function); what the jobs
//! then use in the mean, less what there is, is the gradient.

#![expect(clippy::indexing_slicing, reason = "rows are cut to the table's own columns")]

use prices::ascent::Dual;

use super::{
    narrow::Narrow,
    table::{NEVER, Table, Work},
};

/// Jobs are cut into so many parts, whatever the number of threads, so that sums are the same.
const PARTS: usize = 8;

/// The dual function of a table.
#[derive(Debug)]
pub(super) struct JointDual<'a> {
    table: &'a Table,
    threads: usize,
    shadow: Vec<f32>,
    parts: Vec<Part>,
    usage: Vec<f32>,
    /// Prices when cells were last chosen.
    chosen: Vec<f32>,
}

/// What a part of the jobs comes to.
#[derive(Debug, Clone, Default)]
struct Part {
    value: f64,
    /// `[window][column]`, in units.
    usage: Vec<f32>,
    costs: Vec<f32>,
    narrow: Narrow,
}

impl<'a> JointDual<'a> {
    pub(super) fn new(table: &'a Table, threads: usize) -> Self {
        let cells = table.windows.len() * table.columns();
        let part = Part { usage: vec![0.0; cells], ..Part::default() };
        Self {
            table,
            threads: threads.max(1),
            shadow: Vec::new(),
            parts: vec![part; PARTS],
            usage: vec![0.0; cells],
            chosen: Vec::new(),
        }
    }

    /// Whether a round may do with the cells that were chosen last; if not, it chooses them anew.
    fn is_narrow(&mut self, prices: &[f32], temperature: f32) -> bool {
        if temperature <= 0.0 {
            return false;
        }
        let moved = prices.iter().zip(&self.chosen).map(|(now, then)| (now - then).abs());
        let drift = if self.chosen.is_empty() { f32::INFINITY } else { moved.fold(0.0, f32::max) };
        let serves = self.parts.iter_mut().all(|part| part.narrow.serves(temperature, drift));
        if !serves {
            self.chosen = prices.to_vec();
        }
        serves
    }

    /// Runs all parts.
    fn pass(&mut self, prices: &[f32], temperature: f32) {
        let how = (temperature, self.is_narrow(prices, temperature));
        let (table, shadow) = (self.table, &self.shadow);
        let size = table.works.len().div_ceil(PARTS).max(1);
        let mut chunks: Vec<&[Work]> = table.works.chunks(size).collect();
        chunks.resize(PARTS, &[]);
        let mut tasks: Vec<(&[Work], &mut Part)> =
            chunks.into_iter().zip(&mut self.parts).collect();
        if self.threads < 2 {
            let run = |(works, part): (&[Work], &mut Part)| part.run(table, shadow, works, how);
            return tasks.into_iter().for_each(run);
        }
        let each = PARTS.div_ceil(self.threads);
        std::thread::scope(|scope| {
            for some in tasks.chunks_mut(each) {
                scope.spawn(move || {
                    for (works, part) in some {
                        part.run(table, shadow, works, how);
                    }
                });
            }
        });
    }
}

impl Dual for JointDual<'_> {
    fn evaluate(&mut self, prices: &[f32], temperature: f32, excess: &mut [f32]) -> f64 {
        self.table.over_windows(prices, &mut self.shadow);
        self.pass(prices, temperature);
        self.usage.fill(0.0);
        for part in &self.parts {
            for (sum, one) in self.usage.iter_mut().zip(&part.usage) {
                *sum += one;
            }
        }
        self.table.by_slot(&self.usage, excess);
        let mut value: f64 = self.parts.iter().map(|part| part.value).sum();
        for ((excess, capacity), price) in excess.iter_mut().zip(&self.table.capacity).zip(prices) {
            value -= f64::from(*price) * f64::from(*capacity);
            *excess -= capacity;
        }
        value
    }
}

impl Part {
    fn run(
        &mut self,
        table: &Table,
        shadow: &[f32],
        works: &[Work],
        (temperature, is_narrow): (f32, bool),
    ) {
        self.usage.fill(0.0);
        self.value = 0.0;
        if is_narrow {
            let Self { narrow, costs, usage, .. } = self;
            let one = |(number, work)| narrow.one(number, work, shadow, (&mut *costs, &mut *usage));
            self.value = works.iter().enumerate().map(one).sum();
            return;
        }
        if temperature > 0.0 {
            self.narrow.begin(temperature);
        }
        for work in works {
            self.value += self.one(table, shadow, work, temperature);
        }
    }

    fn one(&mut self, table: &Table, shadow: &[f32], work: &Work, temperature: f32) -> f64 {
        let count = work.jobs.len() as f64;
        let least = price_all(table, shadow, work, &mut self.costs);
        if temperature <= 0.0 {
            self.take_cheapest(table, work, least);
            return f64::from(least.min(work.refusal)) * count;
        }
        let temperature = temperature * work.volume.max(f32::MIN_POSITIVE);
        self.narrow.add(table, shadow, work, (&self.costs, least));
        let least = least.min(work.refusal);
        let scale = -1.0 / temperature;
        let others = exp_all(&mut self.costs, least, scale);
        let sum = others + fast_exp((work.refusal - least) * scale);
        self.add_usage(table, work, count as f32 / sum);
        f64::from(least - temperature * sum.ln()) * count
    }

    /// Adds the units of each column, weighted.
    fn add_usage(&mut self, table: &Table, work: &Work, weight: f32) {
        let columns = table.columns();
        let mut at = 0;
        for choice in &work.choices {
            let (width, units) = (choice.last - choice.first, choice.units * weight);
            for window in &choice.windows {
                let from = *window as usize * columns + choice.first;
                let row = &mut self.usage[from..from + width];
                for (sum, part) in row.iter_mut().zip(&self.costs[at..at + width]) {
                    *sum += part * units;
                }
                at += width;
            }
        }
    }

    fn take_cheapest(&mut self, table: &Table, work: &Work, least: f32) {
        if least >= work.refusal {
            return;
        }
        let mut found = false;
        for cost in &mut self.costs {
            let is_first = !found && *cost <= least;
            *cost = f32::from(u8::from(is_first));
            found |= is_first;
        }
        self.add_usage(table, work, work.jobs.len() as f32);
    }
}

/// What each column costs a job at shadow prices: by choice, window and column. The least of them.
pub(super) fn price_all(table: &Table, shadow: &[f32], work: &Work, costs: &mut Vec<f32>) -> f32 {
    costs.clear();
    let columns = table.columns();
    let mut least = NEVER;
    let fixed = work.offers.map(|row| table.offers[row].as_slice());
    for choice in &work.choices {
        let (first, last) = (choice.first, choice.last);
        for id in &choice.windows {
            let window = &table.windows[*id as usize];
            let row = *id as usize * columns;
            let own = &table.costs[work.scale][row + first..row + last];
            let shadow = &shadow[row + first..row + last];
            let waited = (window.start_ms - work.earliest_ms) as f32 / table.slot_ms as f32;
            let base = waited * work.waiting;
            let begin = costs.len();
            let units = choice.units;
            costs.extend(own.iter().zip(shadow).map(|(own, shadow)| base + units * (own + shadow)));
            let row = &mut costs[begin..];
            if let Some((home, bandwidth)) = work.home {
                let held = bandwidth * window.length;
                let far = &table.distances[home][first..last];
                row.iter_mut().zip(far).for_each(|(cost, far)| *cost += held * far);
            }
            if let Some(fixed) = fixed {
                row.iter_mut().zip(&fixed[first..last]).for_each(|(cost, fixed)| *cost += fixed);
            }
            least = lower(least, lowest(row));
        }
    }
    least
}

/// Values worked on side by side, so that compilers put them into vectors.
const LANES: usize = 8;

const fn lower(one: f32, other: f32) -> f32 {
    if one < other { one } else { other }
}

/// The least of a row, [`NEVER`] if it is empty.
pub(super) fn lowest(row: &[f32]) -> f32 {
    let mut lanes = [NEVER; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest = chunks.remainder().iter().copied().fold(NEVER, lower);
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(least, it)| *least = lower(*least, *it));
    }
    lanes.into_iter().fold(rest, lower)
}

/// `exp((cost - least) * scale)` in place; the sum.
pub(super) fn exp_all(costs: &mut [f32], least: f32, scale: f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let mut chunks = costs.chunks_exact_mut(LANES);
    for chunk in &mut chunks {
        for (sum, cost) in lanes.iter_mut().zip(chunk) {
            *cost = fast_exp((*cost - least) * scale);
            *sum += *cost;
        }
    }
    let mut sum = lanes.into_iter().sum::<f32>();
    for cost in chunks.into_remainder() {
        *cost = fast_exp((*cost - least) * scale);
        sum += *cost;
    }
    sum
}

/// `exp` for arguments not above zero, within 2e-5 of it: 2^n by the exponent's bits, the rest by a polynomial. Free
/// of branches, so that compilers make it run on whole vectors.
pub(super) fn fast_exp(x: f32) -> f32 {
    const ROUNDER: f32 = 12_582_912.0;
    let y = (x * std::f32::consts::LOG2_E).max(-126.0);
    let rounded = y + ROUNDER;
    let whole = rounded.to_bits().wrapping_sub(ROUNDER.to_bits());
    let part = y - (rounded - ROUNDER);
    let power = 1.0
        + part
            * (std::f32::consts::LN_2
                + part * (0.240_226_5 + part * (0.055_504_1 + part * 0.009_618_13)));
    f32::from_bits(power.to_bits().wrapping_add(whole << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_exponential_is_near_the_exact_one() {
        for at in 0..8_000 {
            let x = -(at as f32) / 100.0;
            let (fast, exact) = (fast_exp(x), x.exp());
            assert!((fast - exact).abs() <= exact * 1e-4 + 1e-37, "{x}: {fast} {exact}");
        }
    }
}
