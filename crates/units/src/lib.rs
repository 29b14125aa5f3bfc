//! Physical quantities, money and time: integers in one base unit each, parsed and printed with their unit.
//!
//! Knows nothing about sites, jobs or storage. Everything else depends on it.
//! Every quantity prints to a text that parses back to the same value; arithmetic is checked and says `None`
//! when the result does not fit.

mod decimal;
mod month;
mod product;
mod quantity;
mod share;
mod time;

pub use decimal::{QuantityError, decimal};
pub use month::Month;
pub use quantity::{
    Bandwidth, Bytes, Carbon, CarbonIntensity, CarbonPrice, Cores, DataPrice, Delay, Energy,
    EnergyPrice, HourPrice, Loss, Money, Power, Pue, Share, Span, Throughput, Water,
    WaterIntensity, Work,
};
pub use share::shares;
pub use time::{Time, When};

#[cfg(test)]
mod tests;
