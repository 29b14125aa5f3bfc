//! What the driver knows of its tasks, and what of it is on disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    time::{Duration, Instant},
};

use model::{ExitReason, JobKey, Phase, TaskId, TaskStatus};
use serde::{Deserialize, Serialize};

use super::{
    folder::{Folder, Order, Started, Stop, read_json, write_whole},
    shim,
};
use crate::{DriverError, Target, Tasks};

/// How often a running task is looked at closely.
const CLOSELY: Duration = Duration::from_secs(1);
/// `accepted.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) generation: i64,
    /// Ended and forgotten, but still in the newest target: they must not run again.
    pub(crate) forgotten: BTreeSet<TaskId>,
}

#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) accepted: Accepted,
    pub(crate) tasks: Tasks<Known>,
    /// Of the newest target: how many tasks of an array may run at once.
    pub(crate) arrays: BTreeMap<(JobKey, u32), u32>,
}

#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) folder: Folder,
    pub(crate) status: TaskStatus,
    /// The image it runs in, until it has started.
    pub(crate) image: Option<String>,
    /// The newest target that this life of the driver was told has it. Until one was told, nothing is started.
    pub(crate) wanted: bool,
    /// When its supervisor was started, and when it was last looked at closely.
    pub(crate) spawned: Option<Instant>,
    pub(crate) looked: Option<Instant>,
    pub(crate) stopping: Option<ExitReason>,
    /// The tasks of its array that may run before it are not so many that it has to wait.
    pub(crate) has_turn: bool,
}

impl Known {
    pub(crate) fn new(folder: Folder, id: TaskId, image: Option<String>) -> Self {
        Self {
            folder,
            status: shim::waiting(id),
            image,
            wanted: false,
            spawned: None,
            looked: None,
            stopping: None,
            has_turn: true,
        }
    }

    /// As an earlier life of the driver has accepted it.
    pub(crate) fn load(folder: Folder, id: TaskId) -> Self {
        let mut known = Self::new(folder, id.clone(), None);
        let looked = known.look(true).and_then(|()| known.recall_image());
        if let Err(error) = looked {
            tracing::warn!(task = %id, %error, "cannot be looked at");
        }
        known
    }

    pub(crate) fn recall_image(&mut self) -> io::Result<()> {
        if self.status.phase == Phase::Starting {
            let order: Option<Order> = read_json(&self.folder.order())?;
            self.image = order.and_then(|order| order.spec.work.image);
        }
        Ok(())
    }

    /// It should be started, and no supervisor has it yet.
    pub(crate) fn is_due(&self) -> bool {
        self.wanted && self.has_turn && self.status.phase == Phase::Starting
    }

    /// Records that it cannot be started, unless a supervisor has it.
    pub(crate) fn refuse(&mut self, why: &str) -> io::Result<()> {
        if let Some(lock) = self.folder.try_lock()?
            && !shim::settle(&self.folder, &lock)?
        {
            shim::not_started(&self.folder, why)?;
        }
        self.take_end().map(drop)
    }

    /// Unless it runs already: an earlier life of the driver may have started it.
    pub(crate) fn wait_for_turn(&mut self) {
        let runs = self.status.phase == Phase::Running
            || self.folder.holder().is_ok_and(|holder| holder.is_some());
        self.has_turn = self.has_ended() || runs;
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.status.phase == Phase::Ended
    }

    /// Reads what is new; once a second also what it uses and whether its supervisor lives.
    pub(crate) fn look(&mut self, closely: bool) -> io::Result<()> {
        if self.has_ended() || self.take_end()? {
            return Ok(());
        }
        if self.status.phase == Phase::Starting
            && let Some(started) = read_json::<Started>(&self.folder.started())?
        {
            self.status = started.status;
        }
        if self.status.phase == Phase::Running
            && (closely || self.looked.is_none_or(|at| at.elapsed() >= CLOSELY))
        {
            self.looked = Some(Instant::now());
            if let Some(used) = read_json(&self.folder.usage())? {
                self.status.usage = used;
            }
            self.settle()?;
        }
        Ok(())
    }

    pub(crate) fn take_end(&mut self) -> io::Result<bool> {
        let Some(status) = read_json(&self.folder.exit())? else { return Ok(false) };
        self.status = status;
        Ok(true)
    }

    /// Records an end that no supervisor will record.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        if self.folder.holder()?.is_none()
            && let Some(lock) = self.folder.try_lock()?
            && shim::settle(&self.folder, &lock)?
        {
            self.take_end()?;
        }
        Ok(())
    }

    pub(crate) fn stop(&mut self, reason: ExitReason, message: &str) -> io::Result<()> {
        if self.has_ended()
            || self.stopping == Some(reason)
            || self.stopping == Some(ExitReason::Fenced)
        {
            return Ok(());
        }
        let stop = Stop { reason, message: message.to_owned() };
        write_whole(&self.folder.stop(), &serde_json::to_vec(&stop)?)?;
        self.settle()?;
        self.folder.nudge()?;
        self.stopping = Some(reason);
        Ok(())
    }
}

impl Held {
    /// Gives the newest generation accepted.
    pub(crate) fn refuse_older(&self, got: i64) -> Result<i64, DriverError> {
        let have = self.accepted.generation;
        if got < have { Err(DriverError::Stale { got, have }) } else { Ok(have) }
    }

    /// As one task of an array ends, the next has its turn, lowest number first.
    pub(crate) fn give_turns(&mut self) {
        for ((job, attempt), at_once) in &self.arrays {
            let id = |index| TaskId { job: job.clone(), index, attempt: *attempt };
            let of_it = |id: &TaskId| id.job == *job && id.attempt == *attempt;
            let range = || id(0)..=TaskId { attempt: u32::MAX, ..id(u32::MAX) };
            let busy = |task: &Known| !task.has_ended() && task.has_turn;
            let all = self.tasks.range(range()).filter(|(id, _)| of_it(id));
            let busy = all.filter(|(_, task)| busy(task)).count();
            let room = (*at_once as usize).saturating_sub(busy);
            let waits =
                |(id, task): &(&TaskId, &mut Known)| of_it(id) && !task.has_turn && task.wanted;
            let next = self.tasks.range_mut(range()).filter(waits).take(room);
            next.for_each(|(_, task)| task.has_turn = true);
        }
    }

    pub(crate) fn take_arrays(&mut self, target: &Target) {
        let arrays = target.assignments.iter().filter_map(|it| Some((it, it.work.at_once?)));
        let before = std::mem::take(&mut self.arrays);
        for (order, at_once) in arrays {
            let key = (order.job.clone(), order.attempt);
            if !before.contains_key(&key) {
                for id in order.task_ids() {
                    self.tasks.entry(id).and_modify(Known::wait_for_turn);
                }
            }
            self.arrays.insert(key, at_once);
        }
        self.give_turns();
    }
}
