//! Jobs as control holds them, and what people may ask of them.

use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use api::{JobView, PlanAnswer, Problem, ProblemKind};
use model::{
    Assignment, Content, Indexes, Invalid, JobKey, JobSpec, JobState, JobStatus, Kind, Metadata,
    Name, Outcome, Resource, Spec,
};
use units::{Money, Time};

use crate::{Change, Control, world::Given};

/// A job as others see it. What was given away to be written stays as it was: a change copies it, if it is still there.
#[derive(Debug, Clone)]
pub(crate) struct View(Arc<JobView>);

impl Deref for View {
    type Target = JobView;
    fn deref(&self) -> &JobView {
        &self.0
    }
}

impl DerefMut for View {
    fn deref_mut(&mut self) -> &mut JobView {
        Arc::make_mut(&mut self.0)
    }
}

/// A job that is not final.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) view: View,
    /// Not yet in the store.
    pub(crate) is_new: bool,
    /// Its tasks are being taken back, and why.
    pub(crate) stopping: Option<Stop>,
    /// The site's generation that first held (or, when stopping, first left out) the tasks.
    pub(crate) generation: i64,
    /// The one timer it has.
    pub(crate) timer: Option<Time>,
    /// Jobs that must leave their site before this one starts in their place.
    pub(crate) after: BTreeSet<JobKey>,
    /// Contents that it speaks of.
    pub(crate) claims: BTreeSet<Content>,
    /// What its site is told of the present attempt.
    pub(crate) told: Option<Arc<Assignment>>,
    /// When its site was told of it, as far as this life of ours knows.
    pub(crate) dispatched: Option<Time>,
    /// When what its tasks did was last written.
    pub(crate) written: Time,
    /// They have gone on since: when that is written.
    pub(crate) due: Option<Time>,
}

/// Why a job's tasks are taken back from a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Someone asked.
    Cancel,
    /// One task of the gang failed: the others go too.
    Failed,
    /// What it could hold of its account is used up.
    Spent,
    /// Until its next interval.
    Pause,
    /// To be planned anew: the site did not take it, a link failed, a more urgent job needs the place.
    Replan,
}

impl Live {
    pub(crate) fn new(view: JobView, is_new: bool, generation: i64) -> Self {
        Self {
            view: View(Arc::new(view)),
            is_new,
            stopping: None,
            generation,
            timer: None,
            after: BTreeSet::new(),
            claims: BTreeSet::new(),
            told: None,
            dispatched: None,
            written: Time::MIN,
            due: None,
        }
    }

    pub(crate) fn take_change(&mut self) -> Change {
        self.view.version += 1;
        let is_new = std::mem::take(&mut self.is_new);
        change(is_new, Arc::clone(&self.view.0))
    }

    /// It has ended: nobody else needs the view.
    pub(crate) fn into_change(mut self) -> Change {
        self.view.version += 1;
        change(self.is_new, self.view.0)
    }

    pub(crate) fn waiting_key(&self) -> (u8, Time, JobKey) {
        (
            9_u8.saturating_sub(self.view.spec.priority),
            self.view.status.submitted,
            self.view.key.clone(),
        )
    }

    /// Those that the present attempt runs: of an array, what has not succeeded yet.
    pub(crate) fn tasks(&self) -> Indexes {
        let done = &self.view.status.done;
        if done.is_empty() {
            return Indexes::first(self.view.spec.tasks);
        }
        (0..self.view.spec.tasks).filter(|index| !done.contains(*index)).collect()
    }

    pub(crate) fn site(&self) -> Option<&Name> {
        self.view.status.decision.as_ref().map(|decision| &decision.site)
    }
}

impl Control {
    /// A live job.
    #[must_use]
    pub fn job(&self, key: &JobKey) -> Option<&JobView> {
        self.jobs.get(key).map(|live| &*live.view)
    }

    /// Takes an order, places it if it can be placed now, lets it wait if time may help, and refuses it if no
    /// site can ever meet it.
    ///
    /// # Errors
    /// A field is wrong, the name is taken, too many jobs wait, or the order cannot be met (with the nearest one
    /// that could).
    pub fn submit(&mut self, job: Resource, now: Time) -> Result<JobKey, Problem> {
        let (key, metadata, spec) = self.check_new(job, now)?;
        let order = self.estimates.order(&key, &spec, now, now);
        let outcome = self.planner.decide(&order, now);
        self.refuse_the_impossible(&key, &outcome, now)?;
        self.take_in(&key, metadata, spec, now);
        self.settle(&key, outcome, now);
        Ok(key)
    }

    /// An order that is right, of a name that no live job has.
    pub(crate) fn check_new(
        &self,
        job: Resource,
        now: Time,
    ) -> Result<(JobKey, Metadata, JobSpec), Problem> {
        let (key, metadata, spec) = self.check_order(job, &Given::new(), now)?;
        if self.jobs.contains_key(&key) {
            return Err(Problem::new(
                ProblemKind::Exists,
                format!("job `{key}` exists: choose another name"),
            ));
        }
        self.check_room()?;
        Ok((key, metadata, spec))
    }

    pub(crate) fn check_room(&self) -> Result<(), Problem> {
        if self.jobs.len() < self.settings.most_live_jobs {
            return Ok(());
        }
        let detail =
            format!("{} jobs are not finished yet: try again when some are", self.jobs.len());
        Err(Problem::new(ProblemKind::Busy, detail))
    }

    /// Whoever asks for what comes next: jobs that come in are theirs.
    pub fn speak_for(&mut self, owner: Option<Name>) {
        self.speaker = owner;
    }

    /// A new job for which nothing was decided yet.
    pub(crate) fn take_in(&mut self, key: &JobKey, metadata: Metadata, spec: JobSpec, now: Time) {
        let status = JobStatus { owner: self.speaker.clone(), ..JobStatus::new(now) };
        let view = JobView { key: key.clone(), metadata, spec, status, so_far: None, version: 0 };
        self.jobs.insert(key.clone(), Live::new(view, true, 0));
        self.changed.insert(key.clone());
        self.note_data(key);
        let nothing = serde_json::Value::Null;
        self.event(Kind::Job, &key.to_string(), "submitted", String::new(), nothing, now);
    }

    /// What would happen. Changes nothing.
    ///
    /// # Errors
    /// A field is wrong.
    pub fn plan(&mut self, job: Resource, now: Time) -> Result<PlanAnswer, Problem> {
        let (key, _, spec) = self.check_order(job, &Given::new(), now)?;
        let order = self.estimates.order(&key, &spec, now, now);
        let outcome = self.planner.decide(&order, now);
        let kind = Some(compute::recognise::recognise(&spec).to_string());
        Ok(PlanAnswer { key, now, kind, outcome })
    }

    /// Stops a job. Its tasks may take a while to end; asking again changes nothing.
    ///
    /// # Errors
    /// It is not there (any more), or was changed meanwhile.
    pub fn cancel(
        &mut self,
        key: &JobKey,
        if_match: Option<i64>,
        now: Time,
    ) -> Result<(), Problem> {
        let live = self.jobs.get_mut(key).ok_or_else(|| no_job(key))?;
        check_version(if_match, live.view.version)?;
        if live.view.status.cancelling || live.view.status.state.is_final() {
            return Ok(());
        }
        live.view.status.cancelling = true;
        self.changed.insert(key.clone());
        if live.view.status.state.is_at_site() {
            self.event(
                Kind::Job,
                &key.to_string(),
                "cancelling",
                String::new(),
                serde_json::Value::Null,
                now,
            );
            self.stop(key, Stop::Cancel);
        } else {
            self.finish(key, JobState::Cancelled, "cancelled on request", now);
        }
        Ok(())
    }

    /// An order that is right by itself and speaks only of what exists, here or among `nouns`.
    pub(crate) fn check_order(
        &self,
        job: Resource,
        nouns: &Given<'_>,
        now: Time,
    ) -> Result<(JobKey, Metadata, JobSpec), Problem> {
        let Spec::Job(spec) = job.spec else {
            let wrong = Invalid::new("kind", format!("a {} is not a job", job.spec.kind()));
            return Err(Problem::invalid(vec![wrong]));
        };
        let mut metadata = job.metadata;
        let project = metadata.project.take().ok_or_else(|| {
            Problem::invalid(vec![Invalid::new(
                "metadata.project",
                "say which project the job belongs to",
            )])
        })?;
        let key = JobKey { project: project.clone(), name: metadata.name.clone() };
        metadata.project = Some(project.clone());
        let mut wrong = self.missing_references(nouns, &spec.references());
        let of_project = (Kind::Project, &project, "metadata.project".to_owned());
        wrong.extend(self.missing_references(nouns, &[of_project]));
        wrong.extend(self.foreign_result(&project, &spec));
        wrong.extend(self.homeless_result(&spec));
        wrong.extend(self.foreign_inputs(&project, &spec));
        if let Some(deadline) =
            spec.deadline.map(|when| when.from(now)).filter(|deadline| *deadline <= now)
        {
            wrong.push(Invalid::new("spec.deadline", format!("{deadline} has passed")));
        }
        if wrong.is_empty() { Ok((key, metadata, *spec)) } else { Err(Problem::invalid(wrong)) }
    }

    /// A result may become a new dataset, or replace one that another job of the same organization left.
    pub(crate) fn foreign_result(&self, project: &Name, spec: &JobSpec) -> Option<Invalid> {
        let name = spec.result.as_ref()?.dataset.as_ref()?;
        let owner = &self.planner.world().datasets.get(name)?.organization;
        let message = if self.is_foreign(owner, project) {
            format!("dataset `{name}` belongs to `{owner}`: choose another name")
        } else if self.is_left_by_a_job(name) {
            return None;
        } else {
            format!("dataset `{name}` was left by no job and is not replaced: choose another name")
        };
        Some(Invalid::new("spec.result.dataset", message))
    }

    /// What is kept is moved to where it has to go.
    fn homeless_result(&self, spec: &JobSpec) -> Option<Invalid> {
        let result = spec.result.as_ref().filter(|it| it.dataset.is_some())?;
        let keeps =
            self.planner.world().sites.get(&result.to).is_some_and(|it| it.storage.is_some());
        (!keeps).then(|| {
            let message = format!("`{}` keeps no data: name a site with `storage`", result.to);
            Invalid::new("spec.result.to", message)
        })
    }

    /// What a job left is for its own organization, until an operator publishes it by applying it without the label.
    fn foreign_inputs(&self, project: &Name, spec: &JobSpec) -> Vec<Invalid> {
        let datasets = &self.planner.world().datasets;
        let is_foreign = |name: &Name| {
            let owner = datasets.get(name).map(|it| &it.organization);
            owner.is_some_and(|it| self.is_foreign(it, project)) && self.is_left_by_a_job(name)
        };
        let inputs = spec.inputs.iter().enumerate();
        let foreign = inputs.filter(|(_, input)| is_foreign(&input.dataset));
        let told = foreign.map(|(at, input)| {
            let message =
                format!("dataset `{}` is the result of another organization", input.dataset);
            Invalid::new(format!("spec.inputs[{at}].dataset"), message)
        });
        told.collect()
    }

    fn is_foreign(&self, owner: &Name, project: &Name) -> bool {
        let ours = self.planner.world().projects.get(project).map(|it| &it.organization);
        ours.is_some_and(|ours| ours != owner)
    }

    /// An error for an order that nothing but a change of the order itself could make possible.
    pub(crate) fn refuse_the_impossible(
        &self,
        key: &JobKey,
        outcome: &Outcome,
        now: Time,
    ) -> Result<(), Problem> {
        match outcome {
            Outcome::Placed(decision) => {
                self.check_allocation(&key.project, decision.total)?;
                self.check_funds(key, decision.total, now)
            }
            Outcome::Unplaced { candidates, nearest } if !self.may_pass(candidates) => {
                let detail = match nearest {
                    Some(other) => format!(
                        "no site can meet this order; with {} = {} it would go to {} for {}",
                        other.field,
                        other.value,
                        other.site,
                        other.total.human()
                    ),
                    None if candidates.is_empty() => {
                        "there is no site yet: apply a world first".to_owned()
                    }
                    None => {
                        "no site can meet this order: see the rule that refuses each".to_owned()
                    }
                };
                let problem = Problem::new(ProblemKind::Infeasible, detail);
                Err(Problem {
                    candidates: candidates.clone(),
                    alternative: nearest.clone(),
                    ..problem
                })
            }
            Outcome::Unplaced { .. } => Ok(()),
        }
    }

    /// What all jobs of the project were charged, and what its live ones are expected to be, stays within its
    /// allocation.
    pub(crate) fn check_allocation(&self, project: &Name, more: Money) -> Result<(), Problem> {
        let Some(allocation) =
            self.planner.world().projects.get(project).and_then(|spec| spec.allocation)
        else {
            return Ok(());
        };
        let spent = self.spent.get(project).copied().unwrap_or_default();
        let expected = self.expected.get(project).copied().unwrap_or_default();
        let needed = spent.saturating_add(expected).saturating_add(more);
        if needed <= allocation {
            return Ok(());
        }
        let detail = format!(
            "project `{project}` may spend {allocation}: {} is charged, {} is expected of its running jobs, and this \
             one needs {}",
            spent.human(),
            expected.human(),
            more.human()
        );
        Err(Problem::new(ProblemKind::Infeasible, detail))
    }
}

const fn change(is_new: bool, view: Arc<JobView>) -> Change {
    if is_new { Change::NewJob(view) } else { Change::UpdateJob(view) }
}

pub(crate) fn no_job(key: &JobKey) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("there is no unfinished job `{key}`"))
}

pub(crate) fn check_version(if_match: Option<i64>, version: i64) -> Result<(), Problem> {
    match if_match {
        Some(wanted) if wanted != version => {
            let detail = format!("it is at version {version}, not {wanted}: read it again");
            Err(Problem::new(ProblemKind::VersionMismatch, detail))
        }
        _ => Ok(()),
    }
}
