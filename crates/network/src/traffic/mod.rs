//! Traffic engineering: demands over paths that may split, so that the busiest arc is as little used as possible, or
//! classes of demands are served fairly one after another, with a proof of how near that is.

mod bound;
mod bush;
mod costs;
mod fair;
#[cfg(test)]
mod fair_tests;
mod gravity;
mod origins;
mod shift;
mod spread;
#[cfg(test)]
mod tests;
mod within;

use crate::NodeId;

pub use fair::{Fair, Level, Want, fair};
pub use gravity::{NODES_MOST as GRAVITY_NODES_MOST, gravity};
use spread::fewest_arcs;
pub use spread::{Effort, Objective, Spread, spread};

/// What wants to go from one node to another, in the unit of capacities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    pub from: NodeId,
    pub to: NodeId,
    /// Finite; what is not above zero is left out.
    pub amount: f64,
}

/// Demands that no path can carry.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Unroutable {
    pub demands: usize,
    pub amount: f64,
}

impl Unroutable {
    fn add(&mut self, amount: f64) {
        self.demands += 1;
        self.amount += amount;
    }
}
