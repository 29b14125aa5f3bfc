//! Joint planning instances by a rule and a seed, solved and checked.

mod instance;

pub use instance::{Grain, Rule};
