//! What kind of work a task is, and how long it will run.
//!
//! The kind comes from the order alone, by a table of rules; the time from finished runs of the same work. Knows no
//! clock and no store: who keeps the runs tells them again after a restart.

mod kind;
mod times;

pub use kind::{Bound, Form, Recognised, recognise};
pub use times::{Estimate, Estimates, MOST_NAMES, MOST_RUNS, RUNS_NEEDED, Run, work_name};

#[cfg(test)]
mod tests;
