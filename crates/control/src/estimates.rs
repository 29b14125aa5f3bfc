//! Run times from finished runs, for orders that say nothing of theirs.

use api::JobView;
use compute::recognise::{Estimates, Run};
use model::{JobKey, JobSpec, JobState, TaskStatus};
use planner::Order;
use units::{Span, Time};

/// What is known of the works of all projects.
#[derive(Debug, Default)]
pub(crate) struct Known(Estimates);

impl Known {
    /// An order that begins at its beginning, with the run time that is expected of it.
    pub(crate) fn order<'a>(
        &self,
        key: &'a JobKey,
        spec: &'a JobSpec,
        submitted: Time,
        ready: Time,
    ) -> Order<'a> {
        let says = spec.run_time.is_some() || !spec.work.is_empty();
        let expected = if says { None } else { self.0.of(key, spec.time_limit) };
        Order { expected, ..Order::new(key, spec, submitted, ready) }
    }

    /// An order that goes on from what was done and saved.
    pub(crate) fn order_of<'a>(&self, job: &'a JobView, ready: Time) -> Order<'a> {
        let JobView { key, spec, status, .. } = job;
        let (resume, worked) = (status.checkpoint.as_ref(), status.progress.worked);
        Order { resume, worked, ..self.order(key, spec, status.submitted, ready) }
    }

    pub(crate) fn learn(&mut self, job: &JobView) {
        if let Some(run) = run_of(job) {
            self.0.learn(&run);
        }
    }

    pub(crate) fn learn_all(&mut self, runs: &[Run]) {
        runs.iter().for_each(|run| self.0.learn(run));
    }
}

/// What a job that has ended tells of run times. None of a job that failed, or that went on from a checkpoint and so
/// did only a part of its work.
#[must_use]
pub fn run_of(job: &JobView) -> Option<Run> {
    let status = &job.status;
    if status.state != JobState::Succeeded
        || status.resumed.is_some()
        || !status.progress.worked.is_zero()
    {
        return None;
    }
    let took: Vec<u64> = status.tasks.iter().filter_map(took).map(Span::get).collect();
    let took = if job.spec.array.is_some() {
        took.iter().sum::<u64>().checked_div(took.len() as u64)?
    } else {
        took.into_iter().max()?
    };
    Some(Run { key: job.key.clone(), took: Span::new(took) })
}

fn took(task: &TaskStatus) -> Option<Span> {
    Some(task.ended?.since(task.started?))
}
