//! Joint planning instances by a rule and a seed, solved and checked.

mod bench;
mod instance;
mod rolling;

pub use bench::{Report, bench};
pub use instance::{Grain, Rule};
pub use rolling::{arrivals, rolling};

#[cfg(test)]
mod tests;
