//! World and order in, decision with every price out: where, when, over which path, from which replica.
//!
//! Knows the world, what is held in it over time, and how a run is priced. Knows neither how a job came here nor
//! what becomes of it. Pure: same calls, same answers, to the bit.
//!
//! One search, jointly over pool x start x path x replica:
//! - each pool gets a bound from below on its score in O(1), and where that is not enough, one from when it has room
//!   and what electricity costs by the hour (`screen`, `hours`); pools are looked at in its order until no bound is
//!   below the best score found, and of those that stand in order of what they cost at least (`ladder`), only the
//!   first get a bound at all (`climb`);
//! - within a pool, cost over the start time is piecewise linear, so only the ends of its free intervals and the
//!   changes of rates at start or end can be best (`scan`);
//! - paths and replicas come from cached frontiers, and from a search around full links where those are full.
//!
//! The same function prices a run for the decision, the explanation and the bill (`lines`).

mod ask;
pub mod batch;
mod book;
mod climb;
mod decide;
mod fits;
mod hours;
mod index;
pub mod joint;
mod ladder;
mod least;
mod lines;
mod moves;
mod nearest;
mod net;
mod outlook;
mod pauses;
mod places;
mod planner;
mod refused;
mod scan;
mod screen;
mod text;
mod turns;
mod world;

pub use book::{Overbooked, Usage};
pub use lines::Priced;
pub use net::{Choice, Far, Net, Standing};
pub use places::{Place, Slots};
pub use planner::Planner;
pub use world::{Abilities, Order, Policy, World};

#[cfg(test)]
mod tests;
