//! One assignment: what is known of it, and what it needs next. How it is learned: `learn`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    time::{Duration, Instant},
};

use model::{Assignment, Exit, ExitReason, Phase, SandboxLevel, TaskId, TaskStatus, Usage};
use units::{Bytes, Span, Time};

use super::{
    Place,
    config::Account,
    controller::{Refused, Row, Signal, Submission, ids_of},
    record::{End, Record, Stopping},
    shape::Share,
    told::Told,
};
use crate::{DriverError, now, usage::usage};

/// User and group of an account.
pub(crate) type Ids = (u32, u32);

/// How often a cancelled job is cancelled again.
const CANCEL_AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) order: Assignment,
    pub(crate) record: Record,
    pub(crate) wanted: bool,
    pub(super) job: Option<u64>,
    /// It may have been submitted by an earlier life that could not write the number down.
    pub(super) maybe_submitted: bool,
    pub(super) submitted: Option<Instant>,
    /// What Slurm says of tasks that wait or run.
    pub(super) notes: BTreeMap<u32, String>,
    /// What it says of all that wait.
    pub(super) note: String,
    pub(super) told: Told,
    pub(super) started: BTreeMap<u32, Time>,
    pub(super) ended: BTreeMap<u32, End>,
    /// Those of `ended` that no task wrote down.
    pub(super) recorded: BTreeMap<u32, End>,
    /// Ended, and their logs cut for the last time.
    cut: BTreeSet<u32>,
    forgotten: BTreeSet<u32>,
    pub(super) stopping: Option<Stopping>,
    asked_to_end: bool,
    cancelled: Option<Instant>,
    /// Ended by a signal: only the queue can tell whether Slurm sent it, and why.
    pub(super) signalled: BTreeMap<u32, (End, Instant)>,
    /// Since when Slurm no longer shows a task that has not written its end.
    pub(super) missing: BTreeMap<u32, Instant>,
}

impl Held {
    /// Writes the intent down; nothing is submitted yet.
    pub(crate) async fn accept(place: &Place, order: &Assignment) -> io::Result<Self> {
        let record = Record::new(&place.jobs, &order.name());
        let mut held = Self::new(order.clone(), record);
        let (owner, refused) = match who(place, order).await {
            Ok((_, ids)) => (ids, None),
            Err(reason) => (None, Some(reason)),
        };
        held.record.write(order, &place.setting(order), owner)?;
        if let Some(reason) = refused {
            held.never(&reason);
        }
        Ok(held)
    }

    fn new(order: Assignment, record: Record) -> Self {
        Self {
            order,
            told: record.told(),
            record,
            wanted: false,
            job: None,
            maybe_submitted: false,
            submitted: None,
            notes: BTreeMap::new(),
            note: String::new(),
            started: BTreeMap::new(),
            ended: BTreeMap::new(),
            recorded: BTreeMap::new(),
            cut: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            stopping: None,
            asked_to_end: false,
            cancelled: None,
            signalled: BTreeMap::new(),
            missing: BTreeMap::new(),
        }
    }

    /// What an earlier life of the driver accepted.
    pub(crate) fn load(jobs: &Path, name: &str) -> io::Result<Option<Self>> {
        let record = Record::new(jobs, name);
        let Some(order) = record.order()? else { return Ok(None) };
        let mut held = Self::new(order, record);
        held.job = held.record.job()?;
        held.maybe_submitted = held.job.is_none();
        held.submitted = Some(Instant::now());
        held.recorded = held.record.ends()?;
        held.ended = held.recorded.clone();
        held.forgotten = held.record.forgotten()?.iter().collect();
        held.stopping = held.record.stopping()?;
        held.read()?;
        Ok(Some(held))
    }

    pub(crate) fn has(&self, index: u32) -> bool {
        self.order.tasks.contains(index) && !self.forgotten.contains(&index)
    }

    pub(crate) fn is_ended(&self, index: u32) -> bool {
        self.has(index) && self.ended.contains_key(&index)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.len() >= self.order.tasks.len()
    }

    /// Its number at Slurm, while there is something to ask about it.
    pub(crate) const fn job(&self) -> Option<u64> {
        self.job
    }

    /// Something that only Slurm can tell is waited for.
    pub(crate) fn is_urgent(&self) -> bool {
        let is_new = self.started.is_empty() && self.note.is_empty();
        !self.has_ended()
            && (is_new
                || self.stopping.is_some()
                || !self.signalled.is_empty()
                || self.missing.keys().any(|index| !self.ended.contains_key(index)))
    }

    pub(crate) fn stop(&mut self, reason: ExitReason, message: &str) {
        let is_fenced = |it: &Stopping| it.reason == ExitReason::Fenced;
        let has = |it: &Stopping| is_fenced(it) || it.reason == reason;
        if self.has_ended() || self.stopping.as_ref().is_some_and(has) {
            return;
        }
        let since = self.stopping.as_ref().map_or_else(now, |it| it.since);
        let stopping = Stopping { reason, message: message.to_owned(), since };
        if let Err(error) = self.record.set_stopping(&stopping) {
            tracing::warn!(name = self.order.name(), %error, "a restart would begin its grace anew");
        }
        self.stopping = Some(stopping);
        self.cancelled = None;
    }

    /// Keeps logs within their bound.
    pub(crate) fn cut_logs(&mut self) {
        if self.cut.len() >= self.order.tasks.len() {
            return;
        }
        for index in self.started.keys().filter(|index| !self.cut.contains(index)) {
            if let Err(error) = self.record.cut_log(*index) {
                tracing::debug!(name = self.order.name(), index, %error, "its log is not cut");
            }
        }
        self.cut.extend(self.ended.keys());
    }

    /// Stops what may not run here any more by what the operator says now.
    pub(crate) fn check_account(&mut self, place: &Place) {
        if let Err(reason) = place.config.account(&self.order.job.project, &self.order.work) {
            self.stop(ExitReason::Stopped, &reason);
        }
    }

    /// Something is to be submitted or cancelled.
    pub(crate) fn needs_care(&self, grace: Span) -> bool {
        if self.has_ended() {
            return false;
        }
        match (&self.stopping, self.job) {
            (Some(it), Some(_)) if it.reason != ExitReason::Fenced => {
                !self.asked_to_end || is_over(it, grace) && self.is_cancelled_long_ago()
            }
            (Some(_), _) => self.is_cancelled_long_ago(),
            (None, None) => self.wanted,
            (None, Some(_)) => false,
        }
    }

    fn is_cancelled_long_ago(&self) -> bool {
        self.cancelled.is_none_or(|at| at.elapsed() >= CANCEL_AGAIN)
    }

    pub(crate) async fn care(&mut self, place: &Place, share: Share) -> Result<(), DriverError> {
        if self.job.is_none() && self.maybe_submitted {
            let rows = place.controller.queue(None).await?;
            let name = self.order.name();
            let rows: Vec<&Row> = rows.iter().filter(|row| row.comment == name).collect();
            self.hear(&rows, Instant::now()).map_err(DriverError::failed("adopt a job"))?;
        }
        match (self.stopping.clone(), self.job) {
            (Some(Stopping { reason, message, .. }), None) => {
                let exit = Exit { reason, code: None, signal: None, message };
                self.end_all(&exit);
                Ok(())
            }
            (Some(stopping), Some(job)) => self.bring_to_end(place, job, &stopping).await,
            (None, None) => self.submit(place, share).await,
            (None, Some(_)) => Ok(()),
        }
    }

    /// First asked, then made. Slurm's own `KillWait` may be shorter or longer than this job's grace.
    async fn bring_to_end(
        &mut self,
        place: &Place,
        job: u64,
        stopping: &Stopping,
    ) -> Result<(), DriverError> {
        let at_once = stopping.reason == ExitReason::Fenced;
        if at_once || is_over(stopping, place.grace(&self.order)) {
            self.cancelled = Some(Instant::now());
            place.controller.signal(job, Signal::Kill).await?;
            return place.controller.cancel(job).await;
        }
        place.controller.cancel_waiting(job, self.waiting().as_deref()).await?;
        place.controller.signal(job, Signal::Term).await?;
        self.asked_to_end = true;
        Ok(())
    }

    /// Those of an array that have not started.
    fn waiting(&self) -> Option<String> {
        self.order.work.at_once?;
        let waits =
            |index: &u32| !self.started.contains_key(index) && !self.ended.contains_key(index);
        Some(self.order.tasks.iter().filter(waits).collect::<model::Indexes>().to_string())
    }

    async fn submit(&mut self, place: &Place, share: Share) -> Result<(), DriverError> {
        let account = match who(place, &self.order).await {
            Ok((account, _)) => account,
            Err(reason) => {
                self.never(&reason);
                return Ok(());
            }
        };
        let submission = self.submission(place, share);
        match place.controller.submit(&account, &submission).await {
            Ok(job) => {
                (self.job, self.submitted) = (Some(job), Some(Instant::now()));
                self.maybe_submitted = false;
                self.record.set_job(job).map_err(DriverError::failed("record a job's number"))
            }
            Err(Refused::ForGood(reason)) => {
                self.never(&reason);
                Ok(())
            }
            Err(Refused::Unknown(error)) => {
                self.maybe_submitted = true;
                Err(error)
            }
        }
    }

    fn submission(&self, place: &Place, share: Share) -> Submission {
        let (order, work) = (&self.order, &self.order.work);
        let count = order.tasks.len();
        let is_gang = work.at_once.is_none() && count > 1;
        let cores = work.cores.get().div_ceil(1_000).max(1);
        let model = work.accelerator.as_ref().filter(|it| it.as_str() != "gpu");
        let model = model.map_or(String::new(), |model| format!("{model}:"));
        let limit = |it: Span| it.saturating_add(place.grace(order)).get().div_ceil(60_000) + 1;
        Submission {
            comment: order.name(),
            script: self.record.dir().join(if is_gang { "gang" } else { "task" }),
            folder: self.record.dir().join("work"),
            partition: share.partition,
            constraint: share.constraint,
            tasks: if is_gang { count } else { 1 },
            cores,
            memory_per_core_mib: (work.memory.get() >> 20).div_ceil(cores).max(1),
            accelerators: (work.accelerators > 0)
                .then(|| format!("gpu:{model}{}", work.accelerators)),
            minutes: work.time_limit.map(limit),
            array: work.at_once.map(|at_once| format!("{}%{at_once}", order.tasks)),
        }
    }

    /// It cannot be started here, now or later.
    fn never(&mut self, reason: &str) {
        let message: String = reason.chars().take(400).collect();
        self.end_all(&Exit { reason: ExitReason::NotStarted, code: None, signal: None, message });
    }

    fn end_all(&mut self, exit: &Exit) {
        let at = now();
        let left = self.order.tasks.iter().filter(|index| !self.ended.contains_key(index));
        for index in left.collect::<Vec<_>>() {
            self.end(index, End::new(exit.clone(), at, Span::ZERO));
        }
        self.keep_ends();
    }

    /// Where that fails, as on a full disk, they are still told; a later life has to ask Slurm again.
    pub(super) fn keep_ends(&self) {
        if let Err(error) = self.record.set_ends(&self.recorded) {
            tracing::warn!(name = self.order.name(), %error, "ends are not written down");
        }
    }

    /// An end that no task wrote down.
    pub(super) fn end(&mut self, index: u32, end: End) {
        self.recorded.insert(index, end.clone());
        self.ended.insert(index, end);
    }

    /// Whether any are left.
    pub(crate) fn forget(&mut self, indexes: impl Iterator<Item = u32>) -> io::Result<bool> {
        self.forgotten.extend(indexes);
        self.record.set_forgotten(&self.forgotten.iter().copied().collect())?;
        Ok(self.forgotten.len() < self.order.tasks.len())
    }

    pub(crate) fn statuses(&self) -> impl Iterator<Item = TaskStatus> + '_ {
        self.order
            .task_ids()
            .filter(|id| !self.forgotten.contains(&id.index))
            .map(|id| self.status(id))
    }

    fn usage(&self, started: Time, end: &End) -> Usage {
        let memory = end.peak_memory.unwrap_or(Bytes::ZERO);
        let estimate = usage(&self.order.work, end.at.since(started), end.cpu, memory);
        Usage { energy: end.energy.unwrap_or(estimate.energy), ..estimate }
    }

    fn status(&self, id: TaskId) -> TaskStatus {
        let end = self.ended.get(&id.index);
        let started = self.started.get(&id.index).copied();
        let phase = match (end, started) {
            (Some(_), _) => Phase::Ended,
            (None, Some(_)) => Phase::Running,
            (None, None) => Phase::Starting,
        };
        let waits = || if started.is_none() { self.note.clone() } else { String::new() };
        let note = self.notes.get(&id.index).cloned().unwrap_or_else(waits);
        let used = started.zip(end).map(|(started, end)| self.usage(started, end));
        TaskStatus {
            phase,
            started,
            ended: end.map(|end| end.at.max(started.unwrap_or(end.at))),
            exit: end.map(|end| end.exit.clone()),
            usage: used.unwrap_or(Usage::default()),
            sandbox: Some(SandboxLevel::Engine),
            note,
            id,
        }
    }
}

/// Whether the time is over between asking and ending.
fn is_over(stopping: &Stopping, grace: Span) -> bool {
    now().since(stopping.since) >= grace
}

/// As whom a job runs, or what its customer has to be told.
async fn who(place: &Place, order: &Assignment) -> Result<(Account, Option<Ids>), String> {
    if order.work.image.is_some() {
        return Err("this site runs no container images".to_owned());
    }
    if order.work.has_data() && place.setting(order).data.is_none() {
        return Err("this site lays out no data for tasks".to_owned());
    }
    let account = place.config.account(&order.job.project, &order.work)?;
    let ids = match account.account.as_deref() {
        Some(name) => Some(ids_of(name).await?),
        None => None,
    };
    Ok((account, ids))
}
