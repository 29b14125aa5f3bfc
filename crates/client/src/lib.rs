//! The HTTP API as typed calls, for the command line and for agents.
//!
//! Knows addresses, tokens, retries and time limits. Does not know what a job or a site means.

mod back_off;
mod calls;
mod error;
mod query;
mod send;
mod watch;

pub use back_off::{BackOff, TARGET_LOST, TARGET_WAIT};
pub use calls::every;
pub use error::ClientError;
pub use query::{BillQuery, ChargesQuery, EnergyQuery, JobQuery, LogQuery, WatchQuery};
pub use send::Client;
pub use watch::Watch;

#[cfg(test)]
mod tests;
