//! The one place that looks at the clock for the HTTP side.

use units::Time;

/// Now, by this machine's clock.
pub(crate) fn now() -> Time {
    jiff::Timestamp::now().into()
}
