//! Many jobs at once: which of them run where, when and over which paths, so that all together cost the least,
//! and a proof of how near to the least that is.
//!
//! `problem` has the nouns. `certificate` judges a plan by them and trusts nothing else. Everything else may use
//! fractions and guesses: what it finds is a plan and prices, and the certificate says what they are worth.

pub mod certificate;
mod dual;
mod eject;
mod lanes;
mod narrow;
pub mod online;
mod options;
mod paths;
pub mod problem;
mod room;
mod round;
mod search;
mod solve;
mod table;

pub use problem::{
    Cap, Group, Home, Job, Link, Need, Offer, Piece, Plan, Pool, Prices, Problem, Shape, Steps,
    Stored,
};
pub use solve::{Effort, Solved, solve};
