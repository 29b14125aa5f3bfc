//! What an arc costs by how much it is used: a price that grows so fast that only the busiest arcs have any.
#![expect(clippy::indexing_slicing, reason = "slots are numbers that the net itself gave out")]

use crate::search::{Net, Slot};

/// What any arc costs at least, for one that costs 1 at the level: costs are never zero, so that of two ways over arcs
/// with room the one of fewer arcs is cheaper.
const FLOOR: f64 = 1e-7;
/// The greatest exponent, so that no cost overflows.
const EXPONENT_MOST: f64 = 300.0;

/// The cost of an arc is `weight x exp(sharpness x (use - level))`, and the same part of the weight at any use.
#[derive(Debug, Clone)]
pub(super) struct Costs {
    pub(super) loads: Vec<f64>,
    /// Of a unit more, one a slot.
    pub(super) now: Vec<f64>,
    weights: Vec<f64>,
    sharpness: f64,
    level: f64,
}

/// What some arcs cost together, and how fast that grows with their load.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slope {
    pub(super) cost: f64,
    pub(super) growth: f64,
}

impl Costs {
    /// Of arcs without load.
    pub(super) fn new(net: &Net, weights: Vec<f64>) -> Self {
        let loads = vec![0.0; net.slots()];
        Self { loads, now: weights.clone(), weights, sharpness: 0.0, level: 1.0 }
    }

    /// Makes costs grow by a factor of e for each `level / steepness` of use.
    pub(super) fn renew(&mut self, net: &Net, level: f64, steepness: f64) {
        self.level = level.max(f64::MIN_POSITIVE);
        self.sharpness = steepness / self.level;
        for slot in 0..self.now.len() {
            self.now[slot] = self.cost(net, slot);
        }
    }

    fn cost(&self, net: &Net, slot: usize) -> f64 {
        self.steep(net, slot, 0.0) + FLOOR * self.weights[slot]
    }

    /// All loads at the costs of now.
    pub(super) fn spent(&self) -> f64 {
        self.now.iter().zip(&self.loads).map(|(cost, load)| cost * load).sum()
    }

    fn steep(&self, net: &Net, slot: usize, more: f64) -> f64 {
        let used = (self.loads[slot] + more) * net.inverse[slot];
        let exponent = self.sharpness * (used - self.level);
        exponent.min(EXPONENT_MOST).exp() * self.weights[slot]
    }

    /// Of some arcs, if each carried so much more.
    pub(super) fn slope(&self, net: &Net, slots: &[Slot], more: f64) -> Slope {
        let mut slope = Slope::default();
        for slot in slots.iter().map(|slot| *slot as usize) {
            let steep = self.steep(net, slot, more);
            slope.cost += FLOOR.mul_add(self.weights[slot], steep);
            slope.growth += steep * self.sharpness * net.inverse[slot];
        }
        slope
    }

    pub(super) fn add(&mut self, net: &Net, slot: usize, amount: f64) {
        self.loads[slot] += amount;
        self.now[slot] = self.cost(net, slot);
    }
}
