//! The jobs of a scenario, one after the other.

use std::collections::BTreeMap;

use model::{JobSpec, Metadata, Name, Resource, Spec};
use units::{Bytes, Cores, Span, When};

use super::file::{JobsPart, JobsRule, Scenario};
use crate::{
    SimError,
    import::{self, TraceJob},
    random::Random,
};

/// An order, when it comes, and how much longer its runs take than it says.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// From the start.
    pub(super) at: Span,
    pub(super) job: Resource,
    pub(super) factor: f64,
}

/// Makes orders as they are needed: a million are not held at once.
#[derive(Debug)]
pub(super) struct Orders {
    part: JobsPart,
    trace: Vec<TraceJob>,
    error: f64,
    project: Name,
    random: Random,
    /// When the last came.
    at: Span,
    pub(super) made: usize,
    pub(super) count: usize,
}

impl Orders {
    pub(super) fn new(scenario: &Scenario, project: Name) -> Result<Self, SimError> {
        let part = scenario.jobs.clone();
        let mut trace = Vec::new();
        if let Some(from) = &part.trace {
            trace = import::read(from.format, &from.file)?.jobs;
            trace.truncate(from.take.unwrap_or(usize::MAX));
        }
        let count = part.rule.as_ref().map_or(trace.len(), |rule| rule.count as usize);
        let random = Random::new(scenario.seed);
        let error = scenario.run_time_error;
        Ok(Self { part, trace, error, project, random, at: Span::ZERO, made: 0, count })
    }

    /// The orders take turns.
    fn spec(&self) -> Option<JobSpec> {
        let orders = &self.part.orders;
        orders.get(self.made % orders.len().max(1)).cloned()
    }

    fn by_rule(&mut self, rule: &JobsRule) -> Option<(Span, JobSpec, f64)> {
        let gap = self.random.exponential() * rule.every.get() as f64;
        self.at = self.at.saturating_add(Span::new(gap as u64));
        let (least, most) =
            (rule.run_time.0.get().max(1) as f64, rule.run_time.1.get().max(1) as f64);
        let run_time = (self.random.uniform(least.ln(), most.ln())).exp() as u64;
        let (from, to) = rule.tasks;
        let mut spec = self.spec()?;
        spec.run_time = Some(Span::new(run_time.max(1)));
        spec.tasks = from.max(1) + self.random.below(u64::from(to.saturating_sub(from)) + 1) as u32;
        Some((self.at, spec, 1.0))
    }

    fn of_trace(&self, job: &TraceJob, faster: f64) -> Option<(Span, JobSpec, f64)> {
        let mut spec = self.spec()?;
        let planned = job.estimate.unwrap_or(job.run_time);
        spec.run_time = Some(planned);
        spec.tasks = job.tasks.clamp(1, 10_000);
        spec.resources.cores = Cores::new(job.cores_milli.max(1));
        if job.memory_mib > 0 {
            spec.resources.memory = Bytes::new(job.memory_mib << 20);
        }
        spec.resources.accelerators = job.accelerators;
        let at = Span::new((job.submit.get() as f64 / faster) as u64);
        Some((at, spec, job.run_time.get() as f64 / planned.get().max(1) as f64))
    }

    /// The time to put off, drawn, as a deadline from submission.
    fn put_off(&mut self, spec: &mut JobSpec) {
        if let Some((least, most)) = self.part.slack {
            let slack = self.random.uniform(least.get() as f64, most.get() as f64) as u64;
            let run = spec.run_time.unwrap_or(Span::ZERO);
            spec.deadline = Some(When::After(run.saturating_add(Span::new(slack))));
        }
    }
}

impl Iterator for Orders {
    type Item = Order;

    fn next(&mut self) -> Option<Order> {
        if self.made >= self.count {
            return None;
        }
        let (at, mut spec, factor) = match (self.part.rule.clone(), &self.part.trace) {
            (Some(rule), _) => self.by_rule(&rule)?,
            (None, Some(part)) => {
                self.of_trace(self.trace.get(self.made)?, part.faster.max(1e-9))?
            }
            (None, None) => return None,
        };
        self.put_off(&mut spec);
        let factor = factor * (1.0 + self.random.uniform(-self.error, self.error));
        let name = format!("j{:07}", self.made).parse().ok()?;
        self.made += 1;
        let metadata = Metadata {
            name,
            project: Some(self.project.clone()),
            title: None,
            labels: BTreeMap::new(),
        };
        Some(Order { at, job: Resource { metadata, spec: Spec::Job(Box::new(spec)) }, factor })
    }
}
