//! Capacity of scarce things over exact time: what is held, what is free, when something fits.
//!
//! Knows amounts and [`units::Time`]; does not know what an amount is (units of a pool, bits per second of a
//! link, milliwatts of a site) nor who holds it. There are no time slots: every operation works on the
//! breakpoints where use changes.

pub mod ascent;
mod calendar;
mod free;

pub use calendar::{Calendar, Overbooked};
pub use free::{Demand, Free, free_together};

#[cfg(test)]
mod tests;
