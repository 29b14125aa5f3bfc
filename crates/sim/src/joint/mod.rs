//! Joint planning instances by a rule and a seed, solved and checked.

mod bench;
mod instance;
mod rolling;

pub use bench::{Report, bench, peak_rss_mib};
pub use instance::{Grain, Rule};
pub use rolling::{arrivals, on_arrival, rolling};

#[cfg(test)]
mod tests;
