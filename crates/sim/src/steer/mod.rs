//! Steering of new flows to instances of services (`network::cats`), simulated: against an oracle that knows all, and
//! against simpler rules that get the same metrics.

mod bench;
mod centre;
mod rival;
mod run;
mod station;
#[cfg(test)]
mod tests;
mod ways;
mod world;

pub use bench::{Report, Standing, bench};
pub use rival::Rival;
pub use world::Setup;
