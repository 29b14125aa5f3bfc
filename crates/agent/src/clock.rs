//! The wall clock, and a number nobody else has.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use units::Time;

pub(crate) fn now() -> Time {
    Time::from_millis(i64::try_from(since_1970().as_millis()).unwrap_or(i64::MAX))
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Of one life of the agent: process and start.
pub(crate) fn instance() -> String {
    format!("{:x}-{:x}", std::process::id(), since_1970().as_nanos())
}
