//! Figures for Prometheus (OpenMetrics text).

use std::{collections::BTreeMap, fmt};

use model::JobState;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// What is counted. The engine observes its batches here, the HTTP side its requests.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    latency: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    jobs: Family<State, Gauge>,
    queue: Gauge,
    batch: Histogram,
    commit: Histogram,
    events: Counter,
    leading: Gauge,
    sites_online: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// 0.25 ms to 8 s, each twice the one before.
fn seconds() -> Histogram {
    Histogram::new((0..16).map(|power| 0.000_25 * f64::from(1_u32 << power)))
}

/// 1 to 4096, each twice the one before.
fn sizes() -> Histogram {
    Histogram::new((0..13).map(|power| f64::from(1_u32 << power)))
}

impl Metrics {
    #[must_use]
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("jingwei"),
            requests: Family::default(),
            latency: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
            jobs: Family::default(),
            queue: Gauge::default(),
            batch: sizes(),
            commit: seconds(),
            events: Counter::default(),
            leading: Gauge::default(),
            sites_online: Gauge::default(),
        };
        metrics.register_http();
        metrics.register_engine();
        metrics
    }

    fn register_http(&mut self) {
        let registry = &mut self.registry;
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "http_request",
            "Time to answer, of the waiting ones with their wait",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register("http_in_flight", "Requests being answered", self.in_flight.clone());
        registry.register("jobs", "Jobs by state", self.jobs.clone());
    }

    fn register_engine(&mut self) {
        let registry = &mut self.registry;
        registry.register("engine_queue", "Commands waiting for the engine", self.queue.clone());
        registry.register("engine_batch", "Commands in one transaction", self.batch.clone());
        registry.register_with_unit(
            "engine_commit",
            "Time of one transaction",
            Unit::Seconds,
            self.commit.clone(),
        );
        registry.register("events", "Events made durable", self.events.clone());
        registry.register("leading", "1 while this server leads", self.leading.clone());
        registry.register("sites_online", "Sites whose agent reports", self.sites_online.clone());
    }

    /// One transaction of the engine: how many commands it took and how long it lasted.
    pub fn batch(&self, size: usize, seconds: f64) {
        self.batch.observe(f64::from(u32::try_from(size).unwrap_or(u32::MAX)));
        self.commit.observe(seconds);
    }

    /// Commands that wait for the engine now.
    pub fn queue(&self, length: usize) {
        self.queue.set(i64::try_from(length).unwrap_or(i64::MAX));
    }

    /// Events that became durable.
    pub fn events(&self, count: usize) {
        self.events.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// Whether this server leads.
    pub fn leading(&self, leads: bool) {
        self.leading.set(i64::from(leads));
    }

    /// Sites whose agent reports.
    pub fn sites_online(&self, count: usize) {
        self.sites_online.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// One request answered. `route` is the path of the endpoint table, never what was asked for.
    pub(crate) fn answered(
        &self,
        method: &'static str,
        route: &'static str,
        status: u16,
        seconds: f64,
    ) {
        self.requests.get_or_create(&Answered { method, route, status }).inc();
        self.latency.get_or_create(&Route { method, route }).observe(seconds);
    }

    /// Counts a request for as long as the answer of this lives.
    pub(crate) fn in_flight(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Everything as OpenMetrics text, with the jobs by state as they are now.
    pub(crate) fn text(&self, jobs: &BTreeMap<JobState, u64>) -> Result<String, fmt::Error> {
        for state in JobState::ALL {
            let count = jobs.get(&state).copied().unwrap_or(0);
            let gauge = self.jobs.get_or_create(&State { state: state.as_str() });
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A request being answered.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_figure() {
        let metrics = Metrics::new();
        metrics.answered("GET", "/v1/jobs", 200, 0.001);
        metrics.batch(3, 0.002);
        metrics.events(5);
        let flying = metrics.in_flight();
        let text = metrics.text(&BTreeMap::from([(JobState::Running, 7)])).unwrap();
        for line in [
            "jingwei_http_requests_total{method=\"GET\",route=\"/v1/jobs\",status=\"200\"} 1",
            "jingwei_http_request_seconds_count{method=\"GET\",route=\"/v1/jobs\"} 1",
            "jingwei_http_in_flight 1",
            "jingwei_jobs{state=\"running\"} 7",
            "jingwei_jobs{state=\"held\"} 0",
            "jingwei_engine_batch_sum 3",
            "jingwei_engine_commit_seconds_count 1",
            "jingwei_events_total 5",
        ] {
            assert!(text.lines().any(|it| it.starts_with(line)), "{line} in\n{text}");
        }
        drop(flying);
        assert!(metrics.text(&BTreeMap::new()).unwrap().contains("jingwei_http_in_flight 0"));
    }
}
