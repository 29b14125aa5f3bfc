//! One assignment: what is known of it, and what it needs next.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    time::{Duration, Instant},
};

use model::{
    Assignment, Exit, ExitReason, Indexes, Phase, SandboxLevel, TaskId, TaskStatus, Usage,
};
use units::{Bytes, Span, Time};

use super::{
    Place,
    commands::{Refused, Row, ids_of},
    record::{End, Record},
};
use crate::{DriverError, now, usage::usage};

/// A job that Slurm does not show so long after it was submitted is gone.
const SHOWS_BY: Duration = Duration::from_secs(10);
/// Between the moment Slurm says that a task has ended and the moment its own file must be there: shared file systems
/// are late.
const FILE_BY: Duration = Duration::from_secs(3);
/// How often a cancelled job is cancelled again.
const CANCEL_AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) order: Assignment,
    pub(crate) record: Record,
    pub(crate) wanted: bool,
    job: Option<u64>,
    /// It may have been submitted by an earlier life that could not write the number down.
    maybe_submitted: bool,
    submitted: Option<Instant>,
    /// What Slurm says of tasks that wait or run.
    notes: BTreeMap<u32, String>,
    /// What it says of all that wait.
    note: String,
    started: BTreeMap<u32, Time>,
    ended: BTreeMap<u32, End>,
    /// Those of `ended` that no task wrote down.
    recorded: BTreeMap<u32, End>,
    forgotten: BTreeSet<u32>,
    stopping: Option<(ExitReason, String)>,
    cancelled: Option<Instant>,
    /// Ended by a signal: only the queue can tell whether Slurm sent it, and why.
    signalled: BTreeMap<u32, (End, Instant)>,
    /// Since when Slurm no longer shows a task that has not written its end.
    missing: BTreeMap<u32, Instant>,
}

impl Held {
    /// Writes the intent down; nothing is submitted yet.
    pub(crate) fn accept(place: &Place, order: &Assignment) -> io::Result<Self> {
        let record = Record::new(&place.jobs, &order.name());
        let mut held = Self::new(order.clone(), record);
        let account = place.config.account(&order.job.project, &order.work);
        let owner = account.as_ref().ok().and_then(|it| it.account.as_deref()).map(ids_of);
        let owner = match owner.transpose() {
            Ok(owner) => owner,
            Err(reason) => {
                held.record.write(order, &place.lease, None)?;
                return held.never(&reason).map(|()| held);
            }
        };
        held.record.write(order, &place.lease, owner)?;
        match account {
            Ok(_) => {}
            Err(reason) => held.never(&reason)?,
        }
        Ok(held)
    }

    fn new(order: Assignment, record: Record) -> Self {
        Self {
            order,
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
            forgotten: BTreeSet::new(),
            stopping: None,
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

    /// What the tasks wrote since.
    pub(crate) fn read(&mut self) -> io::Result<()> {
        if self.has_ended() && self.started.len() >= self.ended.len() {
            return Ok(());
        }
        let started: BTreeSet<u32> = self.started.keys().copied().collect();
        let ended: BTreeSet<u32> = self.ended.keys().copied().collect();
        let news = self.record.news(&started, &ended)?;
        for (index, at, node) in news.started {
            self.started.insert(index, at);
            if !node.is_empty() {
                self.notes.entry(index).or_insert_with(|| {
                    self.job.map_or(node.clone(), |job| format!("slurm {job} on {node}"))
                });
            }
        }
        for (index, end) in news.ended {
            if self.stopping.is_none() && end.exit.reason == ExitReason::Signalled {
                let (_, since) =
                    self.signalled.entry(index).or_insert((end.clone(), Instant::now()));
                if since.elapsed() < FILE_BY {
                    continue;
                }
            }
            let exit = match &self.stopping {
                Some((reason, message)) if end.exit.reason == ExitReason::Signalled => {
                    Exit { reason: *reason, message: message.clone(), ..end.exit }
                }
                _ => end.exit,
            };
            self.ended.insert(index, End { exit, ..end });
        }
        Ok(())
    }

    /// What the queue shows of it at that moment.
    pub(crate) fn hear(&mut self, rows: &[&Row], asked: Instant) -> io::Result<()> {
        if self.job.is_none() {
            let Some(job) = rows.iter().map(|row| row.job).min() else {
                self.maybe_submitted = false;
                return Ok(());
            };
            tracing::info!(job, name = self.order.name(), "adopted");
            self.record.set_job(job)?;
            (self.job, self.submitted) = (Some(job), Some(Instant::now()));
        }
        let (mut live, mut dead) = (BTreeSet::new(), BTreeMap::new());
        let job = self.job;
        for row in rows.iter().filter(|row| Some(row.job) == job) {
            let indexes = self.indexes_of(row);
            if is_over(&row.state) {
                dead.extend(indexes.into_iter().map(|index| (index, row.state.clone())));
            } else {
                self.take_note(row, &indexes);
                live.extend(indexes);
            }
        }
        let is_new = self.submitted.is_some_and(|at| at.elapsed() < SHOWS_BY || asked < at);
        if rows.is_empty() && is_new {
            return Ok(());
        }
        self.explain_signals(&dead)?;
        self.settle(&live, &dead)
    }

    /// Ends by a signal that Slurm sent.
    fn explain_signals(&mut self, dead: &BTreeMap<u32, String>) -> io::Result<()> {
        let told: Vec<u32> =
            self.signalled.keys().filter(|index| dead.contains_key(index)).copied().collect();
        for index in &told {
            let index = *index;
            let Some((end, _)) = self.signalled.remove(&index) else { continue };
            let state = dead.get(&index).map(String::as_str);
            let by_slurm =
                matches!(state, Some("TIMEOUT" | "DEADLINE" | "OUT_OF_MEMORY" | "PREEMPTED"));
            let exit = if by_slurm { self.exit_by(state) } else { end.exit.clone() };
            let end = End { exit, ..end };
            self.recorded.insert(index, end.clone());
            self.ended.insert(index, end);
        }
        if told.is_empty() { Ok(()) } else { self.record.set_ends(&self.recorded) }
    }

    fn take_note(&mut self, row: &Row, indexes: &[u32]) {
        let waits = row.state == "PENDING";
        if waits {
            self.note = format!("slurm {}, waits: {}", row.job, row.reason);
            return;
        }
        for index in indexes {
            let array =
                if row.array.is_empty() { String::new() } else { format!("_{}", row.array) };
            self.notes.insert(*index, format!("slurm {}{array} on {}", row.job, row.nodes));
        }
    }

    /// Tasks of a row: those that a waiting array still lists, one, or all of a gang.
    fn indexes_of(&self, row: &Row) -> Vec<u32> {
        let text = row.array.trim_matches(['[', ']']).split('%').next().unwrap_or_default();
        if text.is_empty() {
            return self.order.tasks.iter().collect();
        }
        match text.parse::<Indexes>() {
            Ok(indexes) => indexes.iter().collect(),
            // Slurm cuts long lists ("1,3,5,..."): whatever has not started is still there.
            Err(_) => self.order.tasks.iter().filter(|it| !self.started.contains_key(it)).collect(),
        }
    }

    /// Ends that only Slurm can tell, once the tasks' own files had time to appear.
    fn settle(&mut self, live: &BTreeSet<u32>, dead: &BTreeMap<u32, String>) -> io::Result<()> {
        let before = self.recorded.len();
        for index in self.order.tasks.iter().collect::<Vec<u32>>() {
            if self.ended.contains_key(&index) || live.contains(&index) {
                self.missing.remove(&index);
                continue;
            }
            let since = *self.missing.entry(index).or_insert_with(Instant::now);
            let state = dead.get(&index).map(String::as_str);
            if since.elapsed() >= FILE_BY
                || state.is_some_and(|state| state == "CANCELLED")
                    && !self.started.contains_key(&index)
            {
                let end = End { exit: self.exit_by(state), at: now(), cpu: Span::ZERO };
                self.recorded.insert(index, end.clone());
                self.ended.insert(index, end);
            }
        }
        if self.recorded.len() == before { Ok(()) } else { self.record.set_ends(&self.recorded) }
    }

    fn exit_by(&self, state: Option<&str>) -> Exit {
        if let Some((reason, message)) = &self.stopping {
            return Exit { reason: *reason, code: None, signal: None, message: message.clone() };
        }
        let (reason, message) = match state {
            Some("TIMEOUT" | "DEADLINE") => (ExitReason::TimeLimit, String::new()),
            Some("OUT_OF_MEMORY") => (ExitReason::OutOfMemory, String::new()),
            Some("CANCELLED") => {
                (ExitReason::Lost, "cancelled at the cluster, not by us".to_owned())
            }
            Some("PREEMPTED") => {
                (ExitReason::Lost, "the cluster gave its place to another".to_owned())
            }
            Some(state) => (ExitReason::Lost, format!("Slurm says {state}")),
            None => (ExitReason::Lost, "Slurm knows nothing of it".to_owned()),
        };
        Exit { reason, code: None, signal: None, message }
    }

    pub(crate) fn stop(&mut self, reason: ExitReason, message: &str) {
        let is_fenced = matches!(self.stopping, Some((ExitReason::Fenced, _)));
        if !self.has_ended()
            && !is_fenced
            && self.stopping.as_ref().is_none_or(|(it, _)| *it != reason)
        {
            self.stopping = Some((reason, message.to_owned()));
            self.cancelled = None;
        }
    }

    /// Something is to be submitted or cancelled.
    pub(crate) fn needs_care(&self) -> bool {
        if self.has_ended() {
            return false;
        }
        match (&self.stopping, self.job) {
            (Some(_), _) => self.cancelled.is_none_or(|at| at.elapsed() >= CANCEL_AGAIN),
            (None, None) => self.wanted,
            (None, Some(_)) => false,
        }
    }

    pub(crate) async fn care(
        &mut self,
        place: &Place,
        partition: Option<String>,
    ) -> Result<(), DriverError> {
        if self.job.is_none() && self.maybe_submitted {
            let rows = place.commands.queue().await?;
            let name = self.order.name();
            let rows: Vec<&Row> = rows.iter().filter(|row| row.comment == name).collect();
            self.hear(&rows, Instant::now()).map_err(DriverError::failed("adopt a job"))?;
        }
        let recorded = match (self.stopping.clone(), self.job) {
            (Some((reason, message)), None) => {
                let exit = Exit { reason, code: None, signal: None, message };
                self.end_all(&exit)
            }
            (Some((reason, _)), Some(job)) => {
                self.cancelled = Some(Instant::now());
                let args: &[&str] =
                    if reason == ExitReason::Fenced { &["--full", "--signal=KILL"] } else { &[] };
                if !args.is_empty() {
                    place.commands.cancel(job, args).await?;
                }
                return place.commands.cancel(job, &[]).await;
            }
            (None, None) => return self.submit(place, partition).await,
            (None, Some(_)) => Ok(()),
        };
        recorded.map_err(DriverError::failed("record an end"))
    }

    async fn submit(
        &mut self,
        place: &Place,
        partition: Option<String>,
    ) -> Result<(), DriverError> {
        let account = match place.config.account(&self.order.job.project, &self.order.work) {
            Ok(account) => account,
            Err(reason) => {
                return self.never(&reason).map_err(DriverError::failed("record an end"));
            }
        };
        let args = self.arguments(partition);
        match place.commands.submit(&account, args).await {
            Ok(job) => {
                (self.job, self.submitted) = (Some(job), Some(Instant::now()));
                self.maybe_submitted = false;
                self.record.set_job(job).map_err(DriverError::failed("record a job's number"))
            }
            Err(Refused::ForGood(reason)) => {
                self.never(&reason).map_err(DriverError::failed("record an end"))
            }
            Err(Refused::Unknown(error)) => {
                self.maybe_submitted = true;
                Err(error)
            }
        }
    }

    fn arguments(&self, partition: Option<String>) -> Vec<String> {
        let (order, work) = (&self.order, &self.order.work);
        let tasks = order.tasks.len();
        let is_gang = work.at_once.is_none() && tasks > 1;
        let cores = work.cores.get().div_ceil(1_000).max(1);
        let memory = (work.memory.get() >> 20).div_ceil(cores).max(1);
        let mut args = vec![
            format!("--comment={}", order.name()),
            "--export=NIL".to_owned(),
            "--no-requeue".to_owned(),
            "--output=/dev/null".to_owned(),
            format!("--chdir={}", self.record.dir().join("work").display()),
            format!("--ntasks={}", if is_gang { tasks } else { 1 }),
            format!("--cpus-per-task={cores}"),
            format!("--mem-per-cpu={memory}M"),
        ];
        args.extend(partition.map(|it| format!("--partition={it}")));
        args.extend(work.time_limit.map(|it| format!("--time={}", it.get().div_ceil(60_000))));
        if work.accelerators > 0 {
            let model = work.accelerator.as_ref().filter(|it| it.as_str() != "gpu");
            let model = model.map_or(String::new(), |model| format!("{model}:"));
            let option = if is_gang { "--gpus-per-task" } else { "--gres" };
            let prefix = if is_gang { "" } else { "gpu:" };
            args.push(format!("{option}={prefix}{model}{}", work.accelerators));
        }
        if let Some(at_once) = work.at_once {
            args.push(format!("--array={}%{at_once}", order.tasks));
        }
        args.push(
            self.record.dir().join(if is_gang { "gang" } else { "task" }).display().to_string(),
        );
        args
    }

    /// It cannot be started here, now or later.
    fn never(&mut self, reason: &str) -> io::Result<()> {
        let message: String = reason.chars().take(400).collect();
        self.end_all(&Exit { reason: ExitReason::NotStarted, code: None, signal: None, message })
    }

    fn end_all(&mut self, exit: &Exit) -> io::Result<()> {
        let at = now();
        for index in self
            .order
            .tasks
            .iter()
            .filter(|index| !self.ended.contains_key(index))
            .collect::<Vec<_>>()
        {
            let end = End { exit: exit.clone(), at, cpu: Span::ZERO };
            self.recorded.insert(index, end.clone());
            self.ended.insert(index, end);
        }
        self.record.set_ends(&self.recorded)
    }

    /// How many are left; with the last one the folder goes.
    pub(crate) fn forget(
        &mut self,
        indexes: impl Iterator<Item = u32>,
        trash: &Path,
    ) -> io::Result<usize> {
        self.forgotten.extend(indexes);
        let left = self.order.tasks.len() - self.forgotten.len();
        if left == 0 {
            self.record.remove(trash)?;
        } else {
            self.record.set_forgotten(&self.forgotten.iter().copied().collect())?;
        }
        Ok(left)
    }

    pub(crate) fn statuses(&self) -> impl Iterator<Item = TaskStatus> + '_ {
        self.order
            .task_ids()
            .filter(|id| !self.forgotten.contains(&id.index))
            .map(|id| self.status(id))
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
        let used = started.zip(end).map(|(started, end)| {
            usage(&self.order.work, end.at.since(started), end.cpu, Bytes::ZERO)
        });
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

/// States in which a job uses nothing any more and never will.
fn is_over(state: &str) -> bool {
    !matches!(
        state,
        "PENDING"
            | "RUNNING"
            | "SUSPENDED"
            | "COMPLETING"
            | "CONFIGURING"
            | "STOPPED"
            | "RESIZING"
            | "SIGNALING"
            | "STAGE_OUT"
            | "REQUEUED"
            | "REQUEUE_HOLD"
            | "REQUEUE_FED"
            | "RESV_DEL_HOLD"
            | "SPECIAL_EXIT"
    )
}
