//! Rounds.

use serde::Serialize;

use super::{
    Cluster, ROUND_S, Speeds, Trace,
    policy::{Active, Chooser, Policy, Runs},
};
use crate::SimError;

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeteroReport {
    pub policy: &'static str,
    /// From arrival to completion, in hours: the mean over all jobs.
    pub mean_jct_h: f64,
    pub makespan_h: f64,
    /// Part of the processors that were used until the last job was done.
    pub utilisation: f64,
    pub jobs: usize,
    pub rounds: u64,
}

/// Rounds at most: some two centuries.
const ROUNDS_MOST: u64 = 20_000_000;

/// Jobs of a trace under policies that solve one program for all of them.
const PROGRAM_MOST: usize = 1_000;

/// Runs a trace to its end.
///
/// # Errors
/// It would take longer than any trace should, or has more jobs than the policy can hold.
pub fn run(
    trace: &Trace,
    cluster: &Cluster,
    speeds: &Speeds,
    policy: Policy,
    seed: u64,
) -> Result<HeteroReport, SimError> {
    let in_one_program = policy.is_one_program();
    if in_one_program && trace.jobs.len() > PROGRAM_MOST {
        let what = format!(
            "{} puts all jobs into one linear program: at most {PROGRAM_MOST} jobs, the trace has {}",
            policy.name(),
            trace.jobs.len()
        );
        return Err(SimError::Asked(what));
    }
    let mut chooser = Chooser::new(policy, cluster, speeds, trace, seed);
    let mut course =
        Course { trace, active: Vec::new(), next: 0, now: 0.0, busy: 0.0, waits: 0.0, end: 0.0 };
    let mut rounds = 0;
    while course.arrive() {
        if rounds == ROUNDS_MOST {
            return Err(SimError::Asked(format!("not done after {ROUNDS_MOST} rounds")));
        }
        rounds += 1;
        let runs = chooser.choose(&course.active, course.now);
        course.advance(&runs);
    }
    let jobs = trace.jobs.len();
    Ok(HeteroReport {
        policy: policy.name(),
        mean_jct_h: course.waits / jobs as f64 / 3_600.0,
        makespan_h: course.end / 3_600.0,
        utilisation: course.busy / (f64::from(cluster.size()) * course.end),
        jobs,
        rounds,
    })
}

struct Course<'a> {
    trace: &'a Trace,
    active: Vec<Active>,
    next: usize,
    now: f64,
    /// Processor-seconds.
    busy: f64,
    /// Completion less arrival, summed.
    waits: f64,
    end: f64,
}

impl Course<'_> {
    /// Takes in who is there by now; whether anyone is.
    fn arrive(&mut self) -> bool {
        let jobs = &self.trace.jobs;
        if self.active.is_empty()
            && let Some(next) = jobs.get(self.next)
        {
            self.now = self.now.max(next.arrival_s);
        }
        while let Some(job) = jobs.get(self.next).filter(|job| job.arrival_s <= self.now) {
            self.active.push(Active::new(self.next, job));
            self.next += 1;
        }
        !self.active.is_empty()
    }

    fn advance(&mut self, runs: &Runs) {
        let mut shared: Vec<u32> = vec![0; self.active.len()];
        runs.iter().flatten().for_each(|run| {
            if let Some(beside) = run.beside.and_then(|at| shared.get_mut(at)) {
                *beside += 1;
            }
        });
        for ((job, run), shared) in self.active.iter_mut().zip(runs).zip(shared) {
            job.on = run.map(|run| run.on);
            let Some(run) = run else { continue };
            let needed = job.left / run.speed;
            let spent = needed.min(ROUND_S);
            job.left = if needed <= ROUND_S { 0.0 } else { job.left - run.speed * ROUND_S };
            job.attained += ROUND_S * f64::from(job.processors);
            self.busy += spent * f64::from(job.processors) / f64::from(1 + shared);
            if job.left == 0.0 {
                self.waits += self.now + needed - job.arrival_s;
                self.end = self.end.max(self.now + needed);
            }
        }
        self.active.retain(|job| job.left > 0.0);
        self.now += ROUND_S;
    }
}
