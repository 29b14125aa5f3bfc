//! Who runs on what in the next round.
#![expect(clippy::indexing_slicing, reason = "types and active jobs are numbers given out here")]

use compute::shares::{Group, max_min};

use super::{
    Cluster, Job, Speeds, Trace,
    guard::Guard,
    makespan::Makespan,
    turns::{Parts, Turns},
};
use crate::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// In order of arrival, on any type that is free, to the end.
    Fifo,
    /// Least attained service: equal time for all, whatever they run on.
    Las,
    /// The greatest least share by speed (Gavel's LAS).
    Gavel,
    /// Gavel's makespan policy: all done at the same time; knows the steps left.
    GavelMakespan,
    /// What is soonest done for the processors it takes; knows the steps left.
    Soonest,
    /// Soonest first, as long as all can still be done nearly as soon as possible.
    Jingwei,
    /// All done soonest, two jobs on the same processors where both gain; knows the steps left.
    Makespan,
}

impl Policy {
    pub const ALL: [Self; 7] = [
        Self::Fifo,
        Self::Las,
        Self::Gavel,
        Self::GavelMakespan,
        Self::Soonest,
        Self::Jingwei,
        Self::Makespan,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Las => "las",
            Self::Gavel => "gavel",
            Self::GavelMakespan => "gavel-makespan",
            Self::Soonest => "soonest",
            Self::Jingwei => "jingwei",
            Self::Makespan => "jingwei-makespan",
        }
    }

    /// Whether all jobs that are there go into one linear program.
    pub(super) const fn is_one_program(self) -> bool {
        matches!(self, Self::Gavel | Self::GavelMakespan | Self::Makespan)
    }

    /// What it does, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Fifo => "In order of arrival, on any type that is free, to the end",
            Self::Las => "Equal time for all, whatever they run on",
            Self::Gavel => "The greatest least share by speed (Narayanan et al., OSDI'20)",
            Self::GavelMakespan => {
                "All done soonest, by Gavel's linear program; knows the steps left"
            }
            Self::Jingwei => {
                "Soonest first while all can still be done nearly as soon as possible; knows the steps left"
            }
            Self::Soonest => {
                "What is soonest done for the processors it takes; knows the steps left"
            }
            Self::Makespan => {
                "All done soonest, two on the same processors where both gain; knows the steps left"
            }
        }
    }
}

/// A job that has come and is not done.
#[derive(Debug, Clone)]
pub(super) struct Active {
    /// Place in the trace.
    pub(super) id: usize,
    pub(super) arrival_s: f64,
    /// Steps.
    pub(super) left: f64,
    pub(super) processors: u32,
    pub(super) speeds: Vec<f64>,
    /// Type that it ran on in the last round.
    pub(super) on: Option<usize>,
    /// Processor-seconds.
    pub(super) attained: f64,
}

impl Active {
    pub(super) fn new(id: usize, job: &Job) -> Self {
        Self {
            id,
            arrival_s: job.arrival_s,
            left: job.steps,
            processors: job.processors,
            speeds: job.speeds.clone(),
            on: None,
            attained: 0.0,
        }
    }

    pub(super) fn fastest(&self) -> f64 {
        self.speeds.iter().copied().fold(0.0, f64::max)
    }
}

/// One job of a round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    pub(super) on: usize,
    /// Steps a second.
    pub(super) speed: f64,
    /// Place among the active of the job on the same processors.
    pub(super) beside: Option<usize>,
}

/// By place among the active.
pub(super) type Runs = Vec<Option<Run>>;

/// What is free in a round, and who runs.
#[derive(Debug)]
pub(super) struct Round<'a> {
    active: &'a [Active],
    pub(super) free: Vec<u32>,
    pub(super) runs: Runs,
}

impl<'a> Round<'a> {
    pub(super) fn new(active: &'a [Active], free: &[u32]) -> Self {
        Self { active, free: free.to_vec(), runs: vec![None; active.len()] }
    }

    /// Puts a job on a type, if both are free.
    pub(super) fn put(&mut self, at: usize, on: usize) -> bool {
        let job = &self.active[at];
        let fits =
            self.runs[at].is_none() && job.speeds[on] > 0.0 && self.free[on] >= job.processors;
        if fits {
            self.free[on] -= job.processors;
            self.runs[at] = Some(Run { on, speed: job.speeds[on], beside: None });
        }
        fits
    }

    /// Puts two jobs on the same processors.
    pub(super) fn put_both(
        &mut self,
        (a, b): (usize, usize),
        on: usize,
        (x, y): (f64, f64),
    ) -> bool {
        let processors = self.active[a].processors;
        let fits = self.runs[a].is_none() && self.runs[b].is_none() && self.free[on] >= processors;
        if fits {
            self.free[on] -= processors;
            self.runs[a] = Some(Run { on, speed: x, beside: Some(b) });
            self.runs[b] = Some(Run { on, speed: y, beside: Some(a) });
        }
        fits
    }
}

/// A policy with what it remembers.
#[derive(Debug)]
pub(super) struct Chooser<'a> {
    policy: Policy,
    cluster: &'a Cluster,
    random: Random,
    turns: Turns,
    makespan: Makespan<'a>,
    guard: Guard<'a>,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(
        policy: Policy,
        cluster: &'a Cluster,
        speeds: &'a Speeds,
        trace: &'a Trace,
        seed: u64,
    ) -> Self {
        Self {
            policy,
            cluster,
            random: Random::new(seed),
            turns: Turns::new(cluster.types.len()),
            makespan: Makespan::new(cluster, speeds, trace),
            guard: Guard::new(cluster, speeds, trace),
        }
    }

    /// Who runs from now on, which is in seconds.
    pub(super) fn choose(&mut self, active: &[Active], now_s: f64) -> Runs {
        let cluster = self.cluster;
        let free = &cluster.processors;
        let turns = &mut self.turns;
        match self.policy {
            Policy::Fifo => self.fifo(active, now_s),
            Policy::Las => turns.choose(active, now_s, free, |active| equal(active, cluster)),
            Policy::Gavel => turns.choose(active, now_s, free, |active| by_speed(active, cluster)),
            Policy::GavelMakespan => {
                turns.choose(active, now_s, free, |active| by_end(active, cluster))
            }
            Policy::Soonest => soonest(active, free),
            Policy::Jingwei => self.guard.choose(active, now_s),
            Policy::Makespan => self.makespan.choose(active),
        }
    }

    fn fifo(&mut self, active: &[Active], now_s: f64) -> Runs {
        let mut round = Round::new(active, &self.cluster.processors);
        for (at, job) in active.iter().enumerate() {
            if let Some(on) = job.on {
                round.put(at, on);
            }
        }
        if self.turns.is_early(active, now_s) {
            return round.runs;
        }
        for (at, job) in active.iter().enumerate().filter(|(_, job)| job.on.is_none()) {
            let types = 0..self.cluster.types.len();
            let fit: Vec<usize> = types
                .filter(|on| job.speeds[*on] > 0.0 && round.free[*on] >= job.processors)
                .collect();
            let Some(on) = fit.get(self.random.below(fit.len() as u64) as usize) else { break };
            round.put(at, *on);
        }
        round.runs
    }
}

/// Everybody the same part of everything.
fn equal(active: &[Active], cluster: &Cluster) -> Parts {
    let asked: u32 = active.iter().map(|job| job.processors).sum();
    let part = (f64::from(cluster.size()) / f64::from(asked.max(1))).min(1.0);
    let of = |on: usize| part * f64::from(cluster.processors[on]) / f64::from(cluster.size());
    let types = 0..cluster.types.len();
    active.iter().flat_map(|job| types.clone().map(|on| ((job.id, on), of(on)))).collect()
}

/// The greatest least speed, in parts of what each would have by an equal part of everything.
fn by_speed(active: &[Active], cluster: &Cluster) -> Parts {
    let size = f64::from(cluster.size());
    let group = |job: &Active| {
        let parts = job.speeds.iter().zip(&cluster.processors);
        let even: f64 = parts.map(|(speed, there)| speed * f64::from(*there) / size).sum();
        let worth = |speed: &f64| speed / even * f64::from(job.processors);
        Group { jobs: 1, processors: job.processors, worth: job.speeds.iter().map(worth).collect() }
    };
    greatest_least(active, cluster, group)
}

/// All done at the same time, and that as soon as can be (Gavel's makespan policy).
fn by_end(active: &[Active], cluster: &Cluster) -> Parts {
    greatest_least(active, cluster, |job| Group {
        jobs: 1,
        processors: job.processors,
        worth: job.speeds.iter().map(|speed| speed / job.left).collect(),
    })
}

fn greatest_least(active: &[Active], cluster: &Cluster, group: impl Fn(&Active) -> Group) -> Parts {
    let groups: Vec<Group> = active.iter().map(group).collect();
    let types = cluster.types.len();
    let Ok(shares) = max_min(&groups, &cluster.processors) else { return equal(active, cluster) };
    let share = |(way, time): &(usize, f64)| ((active[way / types].id, way % types), *time);
    shares.used.iter().map(share).collect()
}

/// The pair of job and type first by which most of a job is done for each processor (Smith's rule, 1956).
pub(super) fn soonest(active: &[Active], processors: &[u32]) -> Runs {
    let mut order: Vec<(f64, usize, usize)> = Vec::new();
    for (at, job) in active.iter().enumerate() {
        for (on, speed) in job.speeds.iter().enumerate().filter(|(_, speed)| **speed > 0.0) {
            order.push((speed / job.left / f64::from(job.processors), at, on));
        }
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut round = Round::new(active, processors);
    for (_, at, on) in order {
        round.put(at, on);
    }
    round.runs
}
