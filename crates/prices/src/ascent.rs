//! Shadow prices that make a dual bound as high as it gets.
//!
//! Knows rows with prices and a concave function of them; does not know what a row is. Traffic, plans, auctions and
//! dispatch all come here with a dual function of their own.
//!
//! Accelerated gradient ascent (Nesterov, 1983; restarts after O'Donoghue and Candès, 2015) on a smoothed dual whose
//! temperature falls from stage to stage, each row with a step of its own. The bound that counts is the plain dual at
//! the prices found, whatever way led there.

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

/// The best prices found, and the plain dual at them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peak {
    pub prices: Vec<f32>,
    pub bound: f64,
}

/// Climbs from `start`. `steps` are how far a price moves for a unit of excess at temperature 1: about one over the
/// row's use. Work: one evaluation a round, and one more a stage.
pub fn ascend(dual: &mut impl Dual, start: Vec<f32>, steps: &[f32], stages: &[Stage]) -> Peak {
    let mut climb = Climb::new(start, steps);
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
    steps: &'a [f32],
    prices: Vec<f32>,
    before: Vec<f32>,
    ahead: Vec<f32>,
    excess: Vec<f32>,
    /// Nesterov's sequence.
    pace: f32,
}

impl<'a> Climb<'a> {
    fn new(start: Vec<f32>, steps: &'a [f32]) -> Self {
        let excess = vec![0.0; start.len()];
        let (before, ahead) = (start.clone(), start.clone());
        Self { steps, prices: start, before, ahead, excess, pace: 1.0 }
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

    /// One step from the point ahead, and the next point ahead; back to a slow pace where it went downhill.
    fn step(&mut self, temperature: f32) {
        std::mem::swap(&mut self.prices, &mut self.before);
        let mut uphill = 0.0;
        let rows = self.prices.iter_mut().zip(&self.before).zip(&self.ahead);
        for (((price, before), ahead), (excess, step)) in
            rows.zip(self.excess.iter().zip(self.steps))
        {
            *price = (ahead + temperature * step * excess).max(0.0);
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
