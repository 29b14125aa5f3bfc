//! Waiting times that grow.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long the centre may keep a question for a target.
pub const TARGET_WAIT: Duration = Duration::from_secs(25);
/// Longer than that it is taken for lost.
pub const TARGET_LOST: Duration = Duration::from_secs(32);
/// An empty answer that comes sooner is a centre that does not wait: it is not asked again at once.
const TOO_SOON: Duration = Duration::from_millis(20);

/// Waiting times after failures: doubling from 50 ms to 2 s, each between half and all of it, so that many agents
/// do not come back in step.
#[derive(Debug)]
pub struct BackOff {
    failures: u32,
    random: u64,
}

const FIRST: u64 = 50;
const MOST: u64 = 2_000;

impl Default for BackOff {
    fn default() -> Self {
        Self::new()
    }
}

impl BackOff {
    #[must_use]
    pub fn new() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed = u64::from(std::process::id()) << 32 | u64::from(since_1970.subsec_nanos());
        Self { failures: 0, random: seed | 1 }
    }

    /// It went well: the next failure is the first.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after an answer that says nothing new, to a question that may be kept.
    pub fn pause_after_nothing(&mut self, asked: Instant) -> Duration {
        if asked.elapsed() < TOO_SOON {
            return self.pause();
        }
        self.reset();
        Duration::ZERO
    }

    /// How long to wait after one more failure.
    pub fn pause(&mut self) -> Duration {
        // Xorshift (Marsaglia 2003), 64 bits.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let whole = FIRST.checked_shl(self.failures.min(16)).unwrap_or(MOST).min(MOST);
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(whole / 2 + self.random % (whole / 2 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_two_seconds_and_start_again() {
        let mut back_off = BackOff::new();
        for whole in [50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000] {
            let wait = u64::try_from(back_off.pause().as_millis()).unwrap();
            assert!((whole / 2..=whole).contains(&wait), "{wait} of {whole}");
        }
        back_off.reset();
        assert!(back_off.pause() <= Duration::from_millis(50));
    }
}
