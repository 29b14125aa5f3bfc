//! No faster than was held.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use units::Bandwidth;

/// What was not used for a moment may be caught up with.
const BURST: Duration = Duration::from_millis(50);
/// Bytes of one connection: fewer connections where the pace is slow, so that each gets somewhere.
const A_SECOND: u64 = 1 << 20;

/// The bandwidth of one fetch, shared by all its connections.
#[derive(Debug)]
pub struct Pace {
    /// 0: as fast as it goes.
    bits_per_second: AtomicU64,
    /// When all that was taken is through.
    through: Mutex<Instant>,
}

impl Pace {
    /// None: as fast as it goes.
    #[must_use]
    pub fn new(rate: Option<Bandwidth>) -> Self {
        let bits_per_second = AtomicU64::new(bits_per_second(rate));
        Self { bits_per_second, through: Mutex::new(Instant::now()) }
    }

    /// From the next bytes on.
    pub fn set(&self, rate: Option<Bandwidth>) {
        self.bits_per_second.store(bits_per_second(rate), Ordering::Relaxed);
    }

    fn rate(&self) -> Option<u64> {
        Some(self.bits_per_second.load(Ordering::Relaxed)).filter(|rate| *rate > 0)
    }

    #[must_use]
    pub fn free() -> Self {
        Self::new(None)
    }

    /// Waits until so many bytes more are through.
    pub async fn take(&self, bytes: usize) {
        let Some(rate) = self.rate() else { return };
        let nanos = bytes as u128 * 8 * 1_000_000_000 / u128::from(rate);
        let length = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let until = {
            let Ok(mut through) = self.through.lock() else { return };
            let now = Instant::now();
            *through = (*through).max(now.checked_sub(BURST).unwrap_or(now)) + length;
            *through
        };
        tokio::time::sleep_until(until).await;
    }

    /// Connections that make sense, of at most so many.
    pub(crate) fn connections(&self, most: usize) -> usize {
        let rate = self.rate().map_or(u64::MAX, |rate| rate / 8 / A_SECOND);
        usize::try_from(rate).unwrap_or(usize::MAX).clamp(1, most)
    }
}

fn bits_per_second(rate: Option<Bandwidth>) -> u64 {
    rate.map_or(0, |rate| rate.get().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_takers_together_keep_the_rate() {
        let pace = Pace::new(Some(Bandwidth::new(8_000_000)));
        let begin = Instant::now();
        let taker = || async {
            for _ in 0..100 {
                pace.take(10_000).await;
            }
        };
        tokio::join!(taker(), taker(), taker());
        let took = begin.elapsed();
        assert!((2_900..=3_010).contains(&took.as_millis()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn another_rate_counts_from_the_next_bytes() {
        let pace = Pace::new(Some(Bandwidth::new(8_000_000)));
        let begin = Instant::now();
        pace.take(1_000_000).await;
        pace.set(Some(Bandwidth::new(16_000_000)));
        pace.take(1_000_000).await;
        pace.set(None);
        pace.take(1_000_000).await;
        let took = begin.elapsed();
        assert!((1_400..=1_510).contains(&took.as_millis()), "{took:?}");
    }
}
