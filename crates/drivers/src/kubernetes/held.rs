//! One assignment: what is known of it, and what it needs next.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    Assignment, Exit, ExitReason, Indexes, Phase, SandboxLevel, TaskId, TaskStatus, Usage,
};
use tokio::task::JoinHandle;
use units::{Bytes, Span, Time};

use super::{
    act::follow,
    calls::Cluster,
    judge::{End, said, short},
    manifest::Part,
    names,
    record::{Record, Sent},
    view::Event,
};
use crate::{now, usage::energy};

/// How often what is to be stopped is deleted again.
const DELETE_AGAIN: Duration = Duration::from_secs(5);
/// How often what was refused for now is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// A Job that has no pod for so long is asked why, and again after this.
const REASON_AFTER: Duration = Duration::from_secs(5);
const REASON_AGAIN: Duration = Duration::from_secs(10);
/// A Job knows that its task has ended so long afterwards.
const KNOWS_BY: Span = Span::new(10_000);
/// The first minor version of Kubernetes in which tasks of an array that is one Job fail each on its own.
const AS_ONE_SINCE: u32 = 29;

#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) order: Assignment,
    pub(crate) record: Record,
    pub(crate) wanted: bool,
    /// Name of its objects.
    pub(crate) base: String,
    pub(crate) sent: Sent,
    /// May have been made in the cluster, though nobody said so.
    tried: BTreeSet<u32>,
    pub(super) sent_at: Instant,
    pub(super) tasks: BTreeMap<u32, Task>,
    pub(super) ended: BTreeMap<u32, End>,
    forgotten: BTreeSet<u32>,
    /// Ended without a pod that did: there may be one that runs.
    unclean: BTreeSet<u32>,
    /// Why it is not in the cluster yet.
    note: String,
    refused: Option<Instant>,
    pub(super) stopping: Option<(ExitReason, String)>,
    deleted: Option<Instant>,
    /// When events were last asked for.
    reasoned: Option<Instant>,
}

/// What was seen of one task.
#[derive(Debug, Default)]
pub(crate) struct Task {
    pub(super) pod: Option<Seen>,
    pub(super) started: Option<Time>,
    pub(super) note: String,
    /// Since when its image cannot be had.
    pub(super) no_image: Option<Instant>,
    /// Since when its pod is not there, or its log cannot be read.
    pub(super) missing: Option<Instant>,
    /// The cluster is removing its pod.
    pub(super) is_going: bool,
    /// Writes its log down while it is being stopped: a pod takes its log along.
    pub(super) follow: Option<JoinHandle<()>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(super) uid: String,
    /// In the API.
    pub(crate) path: String,
}

/// What an assignment needs of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    Make(Vec<Part>),
    /// `at_once`: without grace.
    Delete {
        at_once: bool,
    },
}

impl Held {
    /// Writes the intent down; nothing is made in the cluster yet.
    pub(crate) fn accept(jobs: &Path, agent: &str, order: &Assignment) -> io::Result<Self> {
        let record = Record::new(jobs, &order.name());
        record.write(order)?;
        Ok(Self::new(agent, order.clone(), record))
    }

    fn new(agent: &str, order: Assignment, record: Record) -> Self {
        Self {
            base: names::base(agent, &order),
            order,
            record,
            wanted: false,
            sent: Sent::default(),
            tried: BTreeSet::new(),
            sent_at: Instant::now(),
            tasks: BTreeMap::new(),
            ended: BTreeMap::new(),
            forgotten: BTreeSet::new(),
            unclean: BTreeSet::new(),
            note: String::new(),
            refused: None,
            stopping: None,
            deleted: None,
            reasoned: None,
        }
    }

    /// What an earlier life of the driver accepted.
    pub(crate) fn load(jobs: &Path, agent: &str, name: &str) -> io::Result<Option<Self>> {
        let record = Record::new(jobs, name);
        let Some(order) = record.order()? else { return Ok(None) };
        let mut held = Self::new(agent, order, record);
        held.sent = held.record.sent()?.unwrap_or_default();
        held.tried = held.order.tasks.iter().collect();
        held.ended = held.record.ends()?;
        held.forgotten = held.record.forgotten()?.iter().collect();
        for (index, end) in &held.ended {
            held.tasks.entry(*index).or_default().started = end.started;
        }
        Ok(Some(held))
    }

    pub(crate) fn has(&self, index: u32) -> bool {
        self.order.tasks.contains(index) && !self.forgotten.contains(&index)
    }

    pub(crate) fn is_ended(&self, index: u32) -> bool {
        self.ended.contains_key(&index)
    }

    /// Its Job has to be told, if that does not know by itself by now.
    pub(crate) fn is_over(&self, index: u32, now: Time) -> bool {
        let Some(end) = self.ended.get(&index) else { return false };
        self.unclean.contains(&index) || now.since(end.at) >= KNOWS_BY
    }

    pub(crate) fn is_forgotten(&self, index: u32) -> bool {
        self.forgotten.contains(&index)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.len() >= self.order.tasks.len()
    }

    pub(super) fn is_gang(&self) -> bool {
        self.order.work.at_once.is_none() && self.order.tasks.len() > 1
    }

    /// Something of it may be in the cluster.
    pub(super) fn may_be_there(&self, index: u32) -> bool {
        self.tried.contains(&index) || self.sent.tasks.contains(index)
    }

    pub(super) fn part(&self, index: u32) -> Part {
        if self.sent.as_one { Part::All } else { Part::One(index) }
    }

    /// Tasks of one of its Jobs.
    pub(crate) fn tasks_of(&self, part: Part) -> Vec<u32> {
        match part {
            Part::All => self.order.tasks.iter().collect(),
            Part::One(index) => vec![index],
        }
    }

    /// The pod of a task, in the API.
    pub(crate) fn pod(&self, index: u32) -> Option<&str> {
        self.tasks.get(&index)?.pod.as_ref().map(|it| it.path.as_str())
    }

    pub(crate) fn stop(&mut self, reason: ExitReason, message: &str) {
        let is_fenced = matches!(self.stopping, Some((ExitReason::Fenced, _)));
        let is_same = self.stopping.as_ref().is_some_and(|(it, _)| *it == reason);
        if !self.has_ended() && !is_fenced && !is_same {
            self.stopping = Some((reason, message.to_owned()));
            self.deleted = None;
        }
    }

    /// What is to be done in the cluster now. `minor`: its version.
    pub(crate) fn needs(&mut self, minor: u32) -> Option<Need> {
        if self.has_ended() {
            return None;
        }
        if let Some((reason, _)) = &self.stopping {
            let is_due = self.deleted.is_none_or(|at| at.elapsed() >= DELETE_AGAIN);
            let is_there = self.order.tasks.iter().any(|it| self.may_be_there(it));
            return (is_due && is_there)
                .then_some(Need::Delete { at_once: *reason == ExitReason::Fenced });
        }
        if !self.wanted || self.refused.is_some_and(|at| at.elapsed() < TRY_AGAIN) {
            return None;
        }
        if self.sent.tasks.is_empty() {
            let tasks = self.order.tasks.len();
            self.sent.as_one = minor >= AS_ONE_SINCE
                && tasks > 1
                && u32::try_from(tasks).is_ok_and(|it| self.order.tasks == Indexes::first(it));
        }
        let parts = self.unsent();
        (!parts.is_empty()).then_some(Need::Make(parts))
    }

    /// Something may be to be done; cheap.
    pub(crate) fn is_live(&self) -> bool {
        !self.has_ended()
    }

    fn unsent(&self) -> Vec<Part> {
        if self.sent.as_one {
            return if self.sent.tasks.is_empty() { vec![Part::All] } else { Vec::new() };
        }
        let live = self.sent.tasks.iter().filter(|it| !self.ended.contains_key(it)).count();
        let most = self.order.work.at_once.map_or(usize::MAX, |it| it as usize);
        let waits = |it: &u32| !self.sent.tasks.contains(*it) && !self.ended.contains_key(it);
        let tasks = self.order.tasks.iter().filter(waits);
        tasks.take(most.saturating_sub(live)).map(Part::One).collect()
    }

    pub(crate) fn try_parts(&mut self, parts: &[Part]) {
        for part in parts {
            self.tried.extend(self.tasks_of(*part));
        }
        self.sent_at = Instant::now();
    }

    pub(crate) fn made(&mut self, parts: &[Part], namespace: &str) -> io::Result<()> {
        if parts.is_empty() {
            return Ok(());
        }
        let new = parts.iter().flat_map(|part| self.tasks_of(*part));
        self.sent.tasks = self.sent.tasks.iter().chain(new).collect();
        namespace.clone_into(&mut self.sent.namespace);
        self.sent_at = Instant::now();
        self.note.clear();
        self.record.set_sent(&self.sent)
    }

    pub(crate) fn deleted(&mut self) {
        self.deleted = Some(Instant::now());
    }

    /// Not now; tried again.
    pub(crate) fn refused(&mut self, why: &str) {
        self.refused = Some(Instant::now());
        why.clone_into(&mut self.note);
    }

    /// Tasks that are not in the cluster cannot be started there, now or later.
    pub(crate) fn never(&mut self, why: &str) -> io::Result<()> {
        let exit = said(ExitReason::NotStarted, why);
        self.end_unsent(&exit)
    }

    /// Ends what was to be stopped and is not in the cluster.
    pub(crate) fn end_untried(&mut self) -> io::Result<()> {
        match &self.stopping {
            Some((reason, message)) if !self.has_ended() => {
                let exit = said(*reason, message);
                if self.order.tasks.iter().any(|it| self.may_be_there(it)) {
                    return Ok(());
                }
                self.end_unsent(&exit)
            }
            _ => Ok(()),
        }
    }

    fn end_unsent(&mut self, exit: &Exit) -> io::Result<()> {
        let at = now();
        let unsent: Vec<u32> =
            self.order.tasks.iter().filter(|it| !self.sent.tasks.contains(*it)).collect();
        for index in unsent {
            let end = End { exit: exit.clone(), started: None, at };
            self.ended.entry(index).or_insert(end);
        }
        self.record.set_ends(&self.ended)
    }

    /// Ends whose logs are kept. `by_pod`: a pod said so.
    pub(crate) fn end(
        &mut self,
        ends: impl IntoIterator<Item = (u32, End, bool)>,
    ) -> io::Result<()> {
        let before = self.ended.len();
        for (index, end, by_pod) in ends {
            if !by_pod {
                self.unclean.insert(index);
            }
            let task = self.tasks.entry(index).or_default();
            task.started = end.started.or(task.started);
            let end = End { started: task.started, ..end };
            self.ended.entry(index).or_insert(end);
        }
        if self.ended.len() == before { Ok(()) } else { self.record.set_ends(&self.ended) }
    }

    /// Whether to wait for the log of a task that has ended.
    pub(crate) fn log_may_come(&mut self, index: u32, most: Duration) -> bool {
        let task = self.tasks.entry(index).or_default();
        task.missing.get_or_insert_with(Instant::now).elapsed() < most
    }

    /// Writes down what running tasks write until they are gone: of all, or of those whose pods are being removed.
    pub(crate) fn follow_logs(&mut self, cluster: &Arc<Cluster>, all: bool) {
        for (index, task) in self.tasks.iter_mut().filter(|(_, task)| all || task.is_going) {
            if let (Some(pod), Some(_), None) = (&task.pod, task.started, &task.follow)
                && !self.ended.contains_key(index)
            {
                task.follow = Some(follow(cluster, &pod.path, &self.record.log_path(*index)));
            }
        }
    }

    /// Name of the Job of a task.
    pub(crate) fn object(&self, index: u32) -> String {
        self.part(index).name(&self.base)
    }

    /// The Job and task that have had no pod for a while, if the cluster was not asked lately why.
    pub(crate) fn wants_reason(&mut self) -> Option<(String, u32)> {
        let is_new = self.sent_at.elapsed() < REASON_AFTER;
        if is_new || self.reasoned.is_some_and(|at| at.elapsed() < REASON_AGAIN) {
            return None;
        }
        let waits = |index: &u32| {
            self.sent.tasks.contains(*index)
                && !self.ended.contains_key(index)
                && self.tasks.get(index).is_none_or(|it| it.pod.is_none())
        };
        let index = self.order.tasks.iter().find(waits)?;
        self.reasoned = Some(Instant::now());
        Some((self.object(index), index))
    }

    pub(crate) fn reason(&mut self, index: u32, event: Option<&Event>) {
        if let Some(event) = event {
            self.note = short(&format!("{}: {}", event.reason, event.message));
            self.tasks.entry(index).or_default().note.clear();
        }
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
        let task = self.tasks.get(&id.index);
        let started = task.and_then(|it| it.started);
        let phase = match (end, started) {
            (Some(_), _) => Phase::Ended,
            (None, Some(_)) => Phase::Running,
            (None, None) => Phase::Starting,
        };
        let note = task.map(|it| it.note.clone()).filter(|it| !it.is_empty());
        let used = started.zip(end).map(|(started, end)| self.used(end.at.since(started)));
        TaskStatus {
            phase,
            started,
            ended: end.map(|end| end.at.max(started.unwrap_or(end.at))),
            exit: end.map(|end| end.exit.clone()),
            usage: used.unwrap_or_default(),
            sandbox: Some(SandboxLevel::Engine),
            note: note.unwrap_or_else(|| self.note.clone()),
            id,
        }
    }

    /// Processor time is not measured here: energy is estimated as if all cores had worked.
    fn used(&self, wall: Span) -> Usage {
        let work = &self.order.work;
        let most = Span::new(wall.get().saturating_mul(work.cores.get()) / 1_000);
        Usage { cpu: Span::ZERO, peak_memory: Bytes::ZERO, energy: energy(work, wall, most) }
    }
}
