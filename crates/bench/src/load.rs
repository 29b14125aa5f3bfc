//! Submitting at a rate, and what it took.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use client::Client;

/// What the submitters saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Of every acknowledged submission, milliseconds, sorted.
    pub(crate) latency_ms: Vec<f64>,
    pub(crate) refused: usize,
    pub(crate) first_error: Option<String>,
    pub(crate) seconds: f64,
}

impl Seen {
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let at =
            (self.latency_ms.len() * percent / 100).min(self.latency_ms.len().saturating_sub(1));
        self.latency_ms.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// Submits `jobs` no-op jobs named by `prefix` over `submitters` connections; with a `rate`, one each 1/rate
/// seconds however slow the answers are (latency counts from when it was due).
pub(crate) async fn submit(
    client: &Client,
    prefix: &str,
    jobs: usize,
    submitters: usize,
    rate: Option<usize>,
) -> Seen {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let workers = (0..submitters).map(|_| {
        let (client, next, prefix) = (client.clone(), next.clone(), prefix.to_owned());
        tokio::spawn(async move { worker(&client, &next, &prefix, jobs, rate, began).await })
    });
    let mut seen = Seen::default();
    for worker in workers.collect::<Vec<_>>() {
        let Ok(part) = worker.await else { continue };
        seen.latency_ms.extend(part.latency_ms);
        seen.refused += part.refused;
        seen.first_error = seen.first_error.or(part.first_error);
    }
    seen.seconds = began.elapsed().as_secs_f64();
    seen.latency_ms.sort_by(f64::total_cmp);
    seen
}

async fn worker(
    client: &Client,
    next: &AtomicUsize,
    prefix: &str,
    jobs: usize,
    rate: Option<usize>,
    began: Instant,
) -> Seen {
    let mut seen = Seen::default();
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        if at >= jobs {
            return seen;
        }
        let mut due = Instant::now();
        if let Some(rate) = rate {
            due = began + Duration::from_micros((at * 1_000_000 / rate) as u64);
            tokio::time::sleep_until(due.into()).await;
        }
        let body = format!(
            "{{\"kind\":\"Job\",\"metadata\":{{\"name\":\"{prefix}-{at}\",\"project\":\"bench\"}},\
             \"spec\":{{\"command\":[\"true\"],\"run_time\":\"1s\"}}}}"
        );
        match client.submit(&body, false).await {
            Ok(_) => seen.latency_ms.push(due.elapsed().as_secs_f64() * 1_000.0),
            Err(error) => {
                seen.refused += 1;
                seen.first_error.get_or_insert_with(|| error.to_string());
            }
        }
    }
}
