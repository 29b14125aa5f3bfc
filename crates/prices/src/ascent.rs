//! Shadow prices that make a dual bound as high as it gets.
//!
//! Knows rows with prices and a concave function of them; does not know what a row is. Traffic, plans, auctions and
//! dispatch all come here with a dual function of their own.
//!
//! Accelerated gradient ascent (Nesterov, 1983; restarts after O'Donoghue and Candès, 2015) on a smoothed dual whose
//! temperature falls from stage to stage, each row with a step of its own. Rows of a level also move together, and so
//! do all: what is asked of them together reacts far less to prices than what is asked of one instead of another, so
//! that single steps alone would take thousands of rounds to find how dear everything is (two-level preconditioning).
//! The bound that counts is the plain dual at the prices found, whatever way led there.

/// A Lagrangian dual: concave in prices that are not below zero.
pub trait Dual {
    /// Its value at these prices, smoothed by a temperature (zero: not at all), and by how much each row is used
    /// beyond its capacity in the mean: the gradient.
    fn evaluate(&mut self, prices: &[f32], temperature: f32, excess: &mut [f32]) -> f64;
}

/// Some rounds at one temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    pub temperature: f32,
    pub rounds: u32,
}

/// How prices may move.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// How far a price moves for a unit of excess at temperature 1, by row: about one over the row's use. Positive.
    pub steps: Vec<f32>,
    /// Level by row: the slot in time, say. Empty: none moves with others.
    pub levels: Vec<u32>,
}

/// How far rows of a level move together, against how far they move alone.
const LEVEL: f64 = 2.0;
/// How far all rows move together.
const ALL: f64 = 8.0;

/// The best prices found, and the plain dual at them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peak {
    pub prices: Vec<f32>,
    pub bound: f64,
}

/// Climbs from `start`. Work: one evaluation a round, and one more a stage.
pub fn ascend(dual: &mut impl Dual, start: Vec<f32>, rows: &Rows, stages: &[Stage]) -> Peak {
    let mut climb = Climb::new(start, rows);
    let mut peak = Peak::default();
    let bound = climb.plain(dual);
    peak.keep(&climb.prices, bound);
    for stage in stages {
        climb.stage(dual, stage);
        let bound = climb.plain(dual);
        peak.keep(&climb.prices, bound);
    }
    peak
}

impl Peak {
    fn keep(&mut self, prices: &[f32], bound: f64) {
        if self.prices.is_empty() || bound > self.bound {
            (self.prices, self.bound) = (prices.to_vec(), bound);
        }
    }
}

#[derive(Debug)]
struct Climb<'a> {
    rows: &'a Rows,
    prices: Vec<f32>,
    before: Vec<f32>,
    ahead: Vec<f32>,
    excess: Vec<f32>,
    /// Nesterov's sequence.
    pace: f32,
}

impl<'a> Climb<'a> {
    fn new(start: Vec<f32>, rows: &'a Rows) -> Self {
        let excess = vec![0.0; start.len()];
        let (before, ahead) = (start.clone(), start.clone());
        Self { rows, prices: start, before, ahead, excess, pace: 1.0 }
    }

    fn plain(&mut self, dual: &mut impl Dual) -> f64 {
        dual.evaluate(&self.prices, 0.0, &mut self.excess)
    }

    fn stage(&mut self, dual: &mut impl Dual, stage: &Stage) {
        self.pace = 1.0;
        self.ahead.clone_from(&self.prices);
        for _ in 0..stage.rounds {
            let _value = dual.evaluate(&self.ahead, stage.temperature, &mut self.excess);
            self.step(stage.temperature);
        }
    }

    /// How far the rows of each level move together: by their excess over their use, of all that are scarce.
    fn lifts(&self, temperature: f32) -> Vec<f32> {
        let Some(most) = self.rows.levels.iter().max() else { return Vec::new() };
        let mut sums = vec![(0.0_f64, f64::MIN_POSITIVE); *most as usize + 1];
        let rows =
            self.rows.levels.iter().zip(&self.rows.steps).zip(self.excess.iter().zip(&self.ahead));
        for ((level, step), (excess, price)) in rows {
            if let Some(sum) =
                sums.get_mut(*level as usize).filter(|_| *price > 0.0 || *excess > 0.0)
            {
                *sum = (sum.0 + f64::from(*excess), sum.1 + 1.0 / f64::from(*step));
            }
        }
        let all = sums.iter().fold((0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
        let lift = |sum: &(f64, f64)| LEVEL * sum.0 / sum.1 + ALL * all.0 / all.1;
        sums.iter().map(|sum| temperature * lift(sum) as f32).collect()
    }

    /// One step from the point ahead, and the next point ahead; back to a slow pace where it went downhill.
    fn step(&mut self, temperature: f32) {
        let lifts = self.lifts(temperature);
        std::mem::swap(&mut self.prices, &mut self.before);
        let mut uphill = 0.0;
        let rows = self.prices.iter_mut().zip(&self.before).zip(&self.ahead);
        let levels = self.rows.levels.iter().map(|it| *it as usize).chain(std::iter::repeat(0));
        for ((((price, before), ahead), (excess, step)), level) in
            rows.zip(self.excess.iter().zip(&self.rows.steps)).zip(levels)
        {
            // What nobody wants at no price stays there.
            let lift = if *ahead > 0.0 { lifts.get(level).copied().unwrap_or(0.0) } else { 0.0 };
            *price = (ahead + temperature * step * excess + lift).max(0.0);
            uphill += f64::from((*price - before) * excess);
        }
        if uphill < 0.0 {
            self.pace = 1.0;
        }
        let next = (1.0 + (1.0 + 4.0 * self.pace * self.pace).sqrt()) / 2.0;
        let momentum = (self.pace - 1.0) / next;
        self.pace = next;
        let rows = self.ahead.iter_mut().zip(&self.prices).zip(&self.before);
        for ((ahead, price), before) in rows {
            *ahead = (price + momentum * (price - before)).max(0.0);
        }
    }
}
