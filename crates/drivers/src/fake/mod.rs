//! Tasks that only pretend: in memory, for benchmarks, tests and simulation, and the reference for what a driver
//! must do.
//!
//! Knows no process and no disk. The pretended machine outlives the driver that talks to it, as a real one outlives
//! its agent, but not the process. A task ends at once with code 0, or as its environment says: `FAKE_MS` (how long
//! it takes), `FAKE_EXIT` (its code), `FAKE_SIGNAL` (what ends it), `FAKE_LOG` (what it writes).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use model::{Exit, ExitReason, Phase, SandboxLevel, TaskId, TaskSpec, TaskStatus, Usage};
use tokio::sync::Notify;
use units::{Bytes, Span, Time};

use crate::{
    Capabilities, Driver, DriverError, DriverInfo, Observed, OpenError, Options, Target, Tasks,
    now, usage::usage,
};

pub(crate) const INFO: DriverInfo =
    DriverInfo { name: "fake", summary: "pretended tasks, in memory", open };

/// The pretended machines, by state folder.
static MACHINES: Mutex<BTreeMap<PathBuf, Arc<Mutex<Machine>>>> = Mutex::new(BTreeMap::new());

fn open(options: &Options) -> Result<Box<dyn Driver>, OpenError> {
    let machine = Arc::clone(held(&MACHINES).entry(options.state.clone()).or_default());
    Ok(Box::new(Fake { machine, wake: Arc::default() }))
}

/// A panic elsewhere leaves whole values behind: every change is one assignment.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
struct Fake {
    machine: Arc<Mutex<Machine>>,
    wake: Arc<Notify>,
}

#[derive(Debug)]
struct Machine {
    generation: i64,
    lease: Option<Time>,
    tasks: Tasks<Pretended>,
    forgotten: BTreeSet<TaskId>,
}

impl Default for Machine {
    fn default() -> Self {
        Self { generation: -1, lease: None, tasks: Tasks::new(), forgotten: BTreeSet::new() }
    }
}

#[derive(Debug)]
struct Pretended {
    spec: TaskSpec,
    started: Time,
    end: Option<(Time, Exit)>,
}

impl Pretended {
    fn start(spec: TaskSpec, now: Time) -> Self {
        let mut task = Self { spec, started: now, end: None };
        task.pass(now);
        task
    }

    /// An ending that its own environment asks for and whose time has come.
    fn pass(&mut self, now: Time) {
        let takes = self.figure("FAKE_MS").and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
        let ends = self.started.after(Span::new(takes));
        if self.end.is_none() && ends <= now {
            self.end = Some((ends, self.natural_end()));
        }
    }

    fn natural_end(&self) -> Exit {
        match self.figure("FAKE_SIGNAL") {
            Some(signal) => exit(ExitReason::Signalled, None, Some(signal), ""),
            None => exit(ExitReason::Exited, Some(self.figure("FAKE_EXIT").unwrap_or(0)), None, ""),
        }
    }

    fn stop(&mut self, now: Time, reason: ExitReason, message: &str) {
        if self.end.is_none() {
            self.end = Some((now, exit(reason, None, None, message)));
        }
    }

    fn figure(&self, key: &str) -> Option<i32> {
        self.spec.work.env.get(key)?.parse().ok()
    }

    fn status(&self, now: Time) -> TaskStatus {
        let until = self.end.as_ref().map_or(now, |(at, _)| *at);
        let wall = until.since(self.started);
        TaskStatus {
            id: self.spec.id.clone(),
            phase: if self.end.is_some() { Phase::Ended } else { Phase::Running },
            started: Some(self.started),
            ended: self.end.as_ref().map(|(at, _)| *at),
            exit: self.end.as_ref().map(|(_, exit)| exit.clone()),
            usage: if self.end.is_some() {
                usage(&self.spec.work, wall, wall, Bytes::ZERO)
            } else {
                Usage::default()
            },
            sandbox: Some(SandboxLevel::Rlimit),
            note: String::new(),
        }
    }
}

fn exit(reason: ExitReason, code: Option<i32>, signal: Option<i32>, message: &str) -> Exit {
    Exit { reason, code, signal, message: message.to_owned() }
}

impl Machine {
    fn pass(&mut self, now: Time) {
        let fenced = self.lease.is_some_and(|until| until < now);
        for task in self.tasks.values_mut().filter(|task| task.end.is_none()) {
            task.pass(now);
            if fenced {
                task.stop(now, ExitReason::Fenced, "the lease ended");
            }
        }
    }

    fn apply(&mut self, target: &Target, now: Time) {
        self.generation = target.generation;
        let wanted: BTreeMap<TaskId, TaskSpec> =
            target.tasks().map(|spec| (spec.id.clone(), spec)).collect();
        for (id, task) in &mut self.tasks {
            if !wanted.contains_key(id) {
                task.stop(now, ExitReason::Stopped, "it was taken out of the target");
            }
        }
        self.forgotten.retain(|id| wanted.contains_key(id));
        for (id, spec) in wanted {
            if !self.forgotten.contains(&id) && !self.tasks.contains_key(&id) {
                self.tasks.insert(id, Pretended::start(spec, now));
            }
        }
    }
}

#[async_trait]
impl Driver for Fake {
    async fn observe(&self) -> Result<Observed, DriverError> {
        let (mut machine, now) = (held(&self.machine), now());
        machine.pass(now);
        let tasks = machine.tasks.values().map(|task| task.status(now)).collect();
        Ok(Observed { generation: machine.generation, tasks })
    }

    async fn apply(&self, target: &Target) -> Result<(), DriverError> {
        let mut machine = held(&self.machine);
        if target.generation < machine.generation {
            return Err(DriverError::Stale { got: target.generation, have: machine.generation });
        }
        machine.apply(target, now());
        self.wake.notify_one();
        Ok(())
    }

    async fn forget(&self, tasks: &[TaskId]) -> Result<(), DriverError> {
        let mut machine = held(&self.machine);
        for id in tasks {
            if machine.tasks.get(id).is_some_and(|task| task.end.is_some()) {
                machine.tasks.remove(id);
                machine.forgotten.insert(id.clone());
            }
        }
        Ok(())
    }

    async fn fence(&self, reason: &str) -> Result<(), DriverError> {
        let (mut machine, now) = (held(&self.machine), now());
        machine.pass(now);
        for task in machine.tasks.values_mut() {
            task.stop(now, ExitReason::Fenced, reason);
        }
        self.wake.notify_one();
        Ok(())
    }

    async fn renew(&self, until: Time) -> Result<(), DriverError> {
        held(&self.machine).lease = Some(until);
        Ok(())
    }

    async fn logs(&self, task: &TaskId, offset: u64, max: usize) -> Result<Vec<u8>, DriverError> {
        let machine = held(&self.machine);
        let task = machine.tasks.get(task).ok_or_else(|| DriverError::NoSuchTask(task.clone()))?;
        let text = task.spec.work.env.get("FAKE_LOG").map_or("", String::as_str).as_bytes();
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
        Ok(text.iter().skip(from).take(max).copied().collect())
    }

    fn sandbox(&self) -> SandboxLevel {
        SandboxLevel::Rlimit
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            gangs: true,
            arrays: true,
            accelerators: true,
            fences: true,
            ..Capabilities::default()
        }
    }

    fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }
}
