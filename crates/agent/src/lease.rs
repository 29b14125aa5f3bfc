//! Until when the site may keep its work.

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

/// By the monotonic clock, which nobody sets.
#[derive(Debug)]
pub(crate) struct Lease {
    until: watch::Sender<Option<Instant>>,
}

impl Lease {
    pub(crate) fn new() -> Self {
        Self { until: watch::Sender::new(None) }
    }

    /// A report sent at `sent` was answered with this much.
    pub(crate) fn renew(&self, sent: Instant, length: Duration) {
        self.until.send_replace(Some(sent + length));
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.until.borrow().is_some_and(|until| Instant::now() < until)
    }

    /// There was one and it is over.
    pub(crate) fn is_lost(&self) -> bool {
        self.until.borrow().is_some_and(|until| Instant::now() >= until)
    }

    pub(crate) async fn valid(&self) {
        let mut until = self.until.subscribe();
        // The sender lives as long as we do, so this ends only when there is one.
        let _ = until.wait_for(|until| until.is_some_and(|until| Instant::now() < until)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ends_counted_from_the_sending() {
        let lease = Lease::new();
        assert!(!lease.is_valid() && !lease.is_lost());
        let ago = |seconds| Instant::now() - Duration::from_secs(seconds);
        lease.renew(ago(3), Duration::from_secs(60));
        lease.valid().await;
        assert!(lease.is_valid() && !lease.is_lost());
        lease.renew(ago(61), Duration::from_secs(60));
        assert!(!lease.is_valid() && lease.is_lost());
    }
}
