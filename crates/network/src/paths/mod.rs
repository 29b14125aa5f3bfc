//! Ways between places: the least delays between all, several ways for each pair that share as little as can be, and those
//! of one pair by delay or price within bounds.

mod all_pairs;
mod between;
mod cheapest;
mod diverse;
mod flow;
mod seek;
#[cfg(test)]
mod tests;

pub use all_pairs::{AllPairs, all_pairs, round_trips};
pub use between::{Apart, Chosen, Shared, TRIED_MOST, Wanted, between};
pub use diverse::{Asked, Each, K_MOST, Tally, Way, tally};
