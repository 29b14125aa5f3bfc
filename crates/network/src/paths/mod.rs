//! Ways between places: the least delays between all, and several ways for each pair that share as little as can be.

mod all_pairs;
mod diverse;
mod seek;
#[cfg(test)]
mod tests;

pub use all_pairs::{AllPairs, all_pairs, round_trips};
pub use diverse::{Asked, Each, K_MOST, Tally, Way, tally};
