//! The one place that looks at the clock for the HTTP side.

use std::time::{SystemTime, UNIX_EPOCH};

use units::Time;

/// Now, by this machine's clock.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
