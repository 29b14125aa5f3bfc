//! Adapters to what runs tasks: one folder per driver, one line in [`DRIVERS`].
//!
//! Knows how to make a site have exactly the tasks it is told to have, and what became of each. Does not know who
//! decides that, nor anything of servers.

use std::{
    collections::BTreeMap,
    fmt, io,
    path::PathBuf,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use model::{SandboxLevel, TaskId, TaskStatus};
use units::{Span, Time};

mod bench;
mod data;
mod fake;
mod found;
mod kubernetes;
pub mod lab;
mod local;
pub mod signals;
mod slurm;
pub mod srv6;
pub mod tunnels;
mod usage;

pub use api::{Capabilities, FoundPool, Target};
pub use bench::{Measured, bench};
pub use data::{DataFolders, JobFolders};

pub use local::{put_durably, shim_main};

/// Every driver. To add one: copy a folder, add its line here, run the tests.
pub const DRIVERS: &[DriverInfo] = &[fake::INFO, kubernetes::INFO, local::INFO, slurm::INFO];

#[derive(Debug, Clone, Copy)]
pub struct DriverInfo {
    pub name: &'static str,
    pub summary: &'static str,
    pub open: fn(options: &Options) -> Result<Box<dyn Driver>, OpenError>,
}

/// The driver of this name.
#[must_use]
pub fn driver(name: &str) -> Option<&'static DriverInfo> {
    DRIVERS.iter().find(|info| info.name == name)
}

/// How a driver is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for what must outlive the process. One driver at a time uses it.
    pub state: PathBuf,
    /// The program that supervises one task when called `PROGRAM shim DIR`, as `jw` does.
    pub shim: PathBuf,
    /// A folder of this machine that every task may read and write, as `/share`. It breaks the sandbox on purpose:
    /// for tests and demonstrations.
    pub share: Option<PathBuf>,
    /// Where the agent lays out data for tasks; the machines that run them see it under the same path. None: tasks get
    /// no data here.
    pub data: Option<DataFolders>,
    /// Between asking a task to end and ending it.
    pub grace: Span,
    /// Use no better sandbox than this, though the machine could.
    pub at_best: SandboxLevel,
    /// What only this driver understands, as YAML: the text of the agent's `--config` file. Empty: nothing.
    pub config: String,
}

impl Options {
    /// The usual ones: this program is the supervisor, 5 s of grace, the best sandbox there is.
    #[must_use]
    pub fn new(state: PathBuf) -> Self {
        let shim = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/proc/self/exe"));
        Self {
            state,
            shim,
            share: None,
            data: None,
            grace: Span::new(5_000),
            at_best: SandboxLevel::NamespacesAndCgroup,
            config: String::new(),
        }
    }
}

/// Something that runs tasks, which we can ask what it has and tell what it should have.
///
/// Level-triggered: the caller states the whole set; the driver works out the difference. Calling `apply` twice with
/// the same target is the same as calling it once. A task that has ended never runs again, forgotten or not.
#[async_trait]
pub trait Driver: Send + Sync + fmt::Debug {
    /// Every task that has not been forgotten, by id.
    async fn observe(&self) -> Result<Observed, DriverError>;

    /// Starts what is new and stops what is missing. Refuses a target older than the newest accepted. What was
    /// accepted is durable before the first task starts. Tasks that could be reached are changed even when others
    /// could not.
    async fn apply(&self, target: &Target) -> Result<(), DriverError>;

    /// Deletes the records of those of the tasks that have ended.
    async fn forget(&self, tasks: &[TaskId]) -> Result<(), DriverError>;

    /// Stops all tasks at once, without grace: they may be started elsewhere. `reason` is for people.
    async fn fence(&self, reason: &str) -> Result<(), DriverError>;

    /// Work may go on until then, and stops then by itself even if this process is gone. Before the first call
    /// there is no such limit.
    async fn renew(&self, until: Time) -> Result<(), DriverError>;

    /// What a task wrote, from a byte offset; empty at its present end.
    async fn logs(&self, task: &TaskId, offset: u64, max: usize) -> Result<Vec<u8>, DriverError>;

    /// How well the next task will be shut in.
    fn sandbox(&self) -> SandboxLevel;

    /// What tasks can be given here.
    fn capabilities(&self) -> Capabilities;

    /// The engine as it is now: version, and the capacity to be published. Empty pools: the operator describes them.
    async fn engine(&self) -> Result<Engine, DriverError> {
        Ok(Engine::default())
    }

    /// Told when an `observe` may show something new. A hint: some changes come without it.
    fn wake(&self) -> Arc<tokio::sync::Notify>;
}

/// What is behind a driver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Engine {
    /// "slurm 22.05.8"; empty where there is none.
    pub version: String,
    pub pools: Vec<FoundPool>,
}

/// What a site has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The newest accepted; -1 for none.
    pub generation: i64,
    pub tasks: Vec<TaskStatus>,
}

#[derive(Debug, thiserror::Error)]
#[error("the driver cannot be used: {reason}")]
pub struct OpenError {
    pub reason: String,
}

/// What callers do about a failure, not where in the driver it happened.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// Ask the centre for a newer target; nothing was changed.
    #[error("target {got} is older than {have}, which has been accepted")]
    Stale { got: i64, have: i64 },
    /// Try again; what could be done has been done.
    #[error("{action}: {source}")]
    Failed {
        action: String,
        #[source]
        source: io::Error,
    },
    /// The engine does not answer. What it runs goes on as far as anyone knows; ask again.
    #[error("the engine cannot be asked: {0}")]
    Away(String),
    /// Do not ask again for this one.
    #[error("there is no task {0} here")]
    NoSuchTask(TaskId),
}

impl DriverError {
    pub(crate) fn failed(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Failed { action, source }
    }
}

/// By the wall clock of this machine.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Tasks by id: what every driver keeps.
type Tasks<T> = BTreeMap<TaskId, T>;

#[cfg(test)]
mod tests {
    use super::DRIVERS;

    #[test]
    fn the_table_is_complete() {
        let mut names: Vec<&str> = DRIVERS.iter().map(|it| it.name).collect();
        names.sort_unstable();
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap() + "/src";
        let folders =
            std::fs::read_dir(here).unwrap().flatten().filter(|entry| entry.path().is_dir());
        let folders = folders.map(|entry| entry.file_name().into_string().unwrap());
        // They run no tasks: what leads and carries packets, the networks that are made to try it, and feeds of prices.
        let others = ["lab", "signals", "srv6", "tunnels"];
        let mut folders: Vec<String> =
            folders.filter(|it| !others.contains(&it.as_str())).collect();
        folders.sort_unstable();
        assert_eq!(names, folders);
    }
}
