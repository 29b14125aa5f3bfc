//! What came out of a scenario.

use std::collections::BTreeMap;

use api::JobView;
use model::{JobState, LineKind};
use planner::Priced;
use serde::Serialize;
use units::{Carbon, Energy, Money, Span, Time};

use super::supply::{Supplied, kilograms, kwh};

/// The same seed and program give the same report to the byte.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub title: String,
    pub policy: &'static str,
    pub seed: u64,
    /// Orders given, and what became of them.
    pub orders: usize,
    /// Not taken in: no place could ever do.
    pub refused: usize,
    pub succeeded: usize,
    pub failed: usize,
    pub expired: usize,
    /// Deadlines that were not kept, by those taken in.
    pub sla_misses: usize,
    /// At what was true, where forecasts are wrong.
    pub cost: Money,
    pub cost_by_kind: BTreeMap<&'static str, Money>,
    /// Of whole facilities.
    pub energy_kwh: f64,
    pub carbon_kg: f64,
    /// From submission to the first start.
    pub waiting_h: Spread,
    /// From submission to the end.
    pub completion_h: Spread,
    /// From the start of the scenario to the last end.
    pub makespan_h: f64,
    /// Of all units of all pools, over that time.
    pub utilisation_pct: f64,
    /// How far decisions were at most above the cheapest possible when they were made: of all together.
    pub certificate_pct: Option<f64>,
    /// Places given to jobs that had another.
    pub moves: u64,
    pub losses: u64,
    pub messages: u64,
    pub events: u64,
    #[serde(flatten)]
    pub supplied: Supplied,
    /// What the oracle found wrong; none is right.
    pub violations: u64,
    pub violations_told: Vec<String>,
}

/// Mean and quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Spread {
    pub mean: f64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = (values.len() as f64 * part) as usize;
            values.get(place.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
        };
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        Self { mean, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
    }
}

/// Sums while a scenario runs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) orders: usize,
    pub(super) refused: usize,
    pub(super) moves: u64,
    pub(super) messages: u64,
    pub(super) events: u64,
    pub(super) supplied: Supplied,
    /// Units x milliseconds of tasks.
    pub(super) used: u128,
    succeeded: usize,
    failed: usize,
    expired: usize,
    misses: usize,
    losses: u64,
    /// What final jobs say they cost.
    pub(super) said: Money,
    by_kind: BTreeMap<&'static str, Money>,
    energy: Energy,
    carbon: Carbon,
    waiting: Vec<f64>,
    completion: Vec<f64>,
    last: Option<Time>,
    score: i128,
    bound: i128,
}

fn hours(span: Span) -> f64 {
    span.get() as f64 / 3.6e6
}

impl Tally {
    /// A job is final; `priced`: its run at true rates.
    pub(super) fn ended(&mut self, job: &JobView, priced: Option<&Priced>) {
        let status = &job.status;
        match status.state {
            JobState::Succeeded => self.succeeded += 1,
            JobState::Expired => self.expired += 1,
            _ => self.failed += 1,
        }
        self.losses += u64::from(status.losses);
        self.said = self.said.saturating_add(status.cost);
        let ended = status.ended.filter(|_| status.state == JobState::Succeeded);
        if let Some(due) = job.spec.deadline.map(|it| it.from(status.submitted)) {
            self.misses += usize::from(ended.is_none_or(|ended| ended > due));
        }
        if let Some(ended) = ended {
            self.completion.push(hours(ended.since(status.submitted)));
            self.last = Some(self.last.map_or(ended, |last| last.max(ended)));
        }
        let paused = status.decision.as_ref().and_then(|it| it.intervals.first());
        if let Some(started) = paused.map(|it| it.start).or(status.started) {
            self.waiting.push(hours(started.since(status.submitted)));
        }
        if let Some(decision) = &status.decision
            && let Some(bound) = decision.bound
        {
            self.score += i128::from(decision.score.get());
            self.bound += i128::from(bound.get());
        }
        match priced {
            Some(priced) => self.price(priced),
            None => {
                self.energy = self.energy.saturating_add(status.energy);
                self.carbon = self.carbon.saturating_add(status.carbon);
            }
        }
    }

    fn price(&mut self, priced: &Priced) {
        self.energy = self.energy.saturating_add(priced.energy);
        self.carbon = self.carbon.saturating_add(priced.carbon);
        for line in priced.lines.iter().filter(|line| line.kind.is_billed()) {
            self.charge(line.kind, line.amount);
        }
    }

    pub(super) fn charge(&mut self, kind: LineKind, amount: Money) {
        let sum = self.by_kind.entry(kind.as_str()).or_default();
        *sum = sum.saturating_add(amount);
    }

    pub(super) fn cost(&self) -> Money {
        self.by_kind.values().fold(Money::ZERO, |sum, it| sum.saturating_add(*it))
    }

    /// The report of all that was counted; `units` are those of all pools.
    pub(super) fn report(
        self,
        (title, policy, seed): (&str, &'static str, u64),
        start: Time,
        units: u64,
        oracle: super::oracle::Oracle,
    ) -> Report {
        let makespan = self.last.map_or(Span::ZERO, |last| last.since(start));
        let room = u128::from(units) * u128::from(makespan.get().max(1));
        let gap = (self.score - self.bound) as f64 / self.bound as f64 * 100.0;
        Report {
            title: title.to_owned(),
            policy,
            seed,
            orders: self.orders,
            refused: self.refused,
            succeeded: self.succeeded,
            failed: self.failed,
            expired: self.expired,
            sla_misses: self.misses,
            cost: self.cost(),
            cost_by_kind: self.by_kind,
            energy_kwh: kwh(self.energy),
            carbon_kg: kilograms(self.carbon),
            waiting_h: Spread::of(self.waiting),
            completion_h: Spread::of(self.completion),
            makespan_h: hours(makespan),
            utilisation_pct: self.used as f64 / room.max(1) as f64 * 100.0,
            certificate_pct: (self.bound > 0).then_some(gap),
            moves: self.moves,
            losses: self.losses,
            messages: self.messages,
            events: self.events,
            supplied: self.supplied,
            violations: oracle.violations,
            violations_told: oracle.first,
        }
    }
}
