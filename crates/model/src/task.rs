//! What a site is told to run, and what it reports of it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bytes, Cores, Energy, Power, Span, Time};

use crate::{Content, Indexes, InvalidName, JobKey, Name};

/// One run of one task: `project.job.index.attempt`. A new attempt is a new identity, so a late report of an
/// old one can never be taken for the new one. Safe as a file name.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct TaskId {
    pub job: JobKey,
    /// 0 to tasks - 1.
    pub index: u32,
    /// 1 for the first run.
    pub attempt: u32,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}.{}", self.job, self.index, self.attempt))
    }
}

impl FromStr for TaskId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidName(text.chars().take(150).collect());
        let mut parts = text.rsplitn(3, '.');
        let attempt = parts.next().and_then(|part| part.parse().ok()).ok_or_else(invalid)?;
        let index = parts.next().and_then(|part| part.parse().ok()).ok_or_else(invalid)?;
        let job = parts.next().ok_or_else(invalid)?.parse()?;
        Ok(Self { job, index, attempt })
    }
}

impl TryFrom<String> for TaskId {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TaskId> for String {
    fn from(id: TaskId) -> Self {
        id.to_string()
    }
}

/// Everything a driver needs to run one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    pub id: TaskId,
    pub work: Work,
}

/// One attempt of one job, as its site is told of it. Its tasks are alike but for their number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    pub job: JobKey,
    /// 1 for the first run.
    pub attempt: u32,
    /// Which of the job's tasks.
    pub tasks: Indexes,
    pub work: Work,
}

impl Assignment {
    /// "project.job.attempt": one name for all its tasks, safe as a file name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.job, self.attempt)
    }

    pub fn task_ids(&self) -> impl Iterator<Item = TaskId> + '_ {
        let id = |index| TaskId { job: self.job.clone(), index, attempt: self.attempt };
        self.tasks.iter().map(id)
    }

    /// Each task on its own, for drivers that start them one by one.
    pub fn task_specs(&self) -> impl Iterator<Item = TaskSpec> + '_ {
        self.task_ids().map(|id| TaskSpec { id, work: self.work.clone() })
    }
}

impl From<TaskSpec> for Assignment {
    fn from(TaskSpec { id, work }: TaskSpec) -> Self {
        Self { job: id.job, attempt: id.attempt, tasks: Indexes::one(id.index), work }
    }
}

/// What each task of an assignment runs and may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Work {
    pub program: Program,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Tasks of the job in all, whatever part of them is here.
    pub of: u32,
    /// They are an array: independent, and no more than this many run at once. None: a gang, which starts together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<u32>,
    /// Limits that the sandbox or the engine keeps, of one task.
    pub cores: Cores,
    pub memory: Bytes,
    #[serde(default)]
    pub accelerators: u32,
    /// Where it was placed.
    pub pool: Name,
    pub flavor: Name,
    /// Of the flavor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<Name>,
    /// OCI image to run in, as "registry/name:tag".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Who submitted the job: with its project, what the site maps to a local account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Name>,
    /// The site's network is reachable from inside.
    #[serde(default)]
    pub open_network: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Span>,
    /// Between asking a task to end and ending it, where that is longer than the site's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Span>,
    /// Datasets that the agent lays out before the first task starts, in `JINGWEI_INPUTS`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// What tasks leave in `JINGWEI_RESULT` is kept as a dataset when all have succeeded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub result: bool,
    /// Tasks keep what they need to go on in `JINGWEI_CHECKPOINT`; the agent saves it this often and at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Span>,
    /// The newest that is saved, laid out in `JINGWEI_CHECKPOINT` before the first task starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Content>,
    /// What the task's units draw when they work: the base of the energy estimate.
    pub power: Power,
}

/// A dataset as a task sees it: the folder `name` in `JINGWEI_INPUTS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub name: Name,
    pub content: Content,
}

impl Work {
    /// A program in a pool, with nothing else asked for.
    #[must_use]
    pub const fn new(program: Program, pool: Name, flavor: Name) -> Self {
        Self {
            program,
            env: BTreeMap::new(),
            of: 1,
            at_once: None,
            cores: Cores::new(1_000),
            memory: Bytes::new(256 << 20),
            accelerators: 0,
            pool,
            flavor,
            accelerator: None,
            image: None,
            owner: None,
            open_network: false,
            time_limit: None,
            grace: None,
            inputs: Vec::new(),
            result: false,
            checkpoint: None,
            resume: None,
            power: Power::ZERO,
        }
    }

    /// Whether the agent has anything to lay out for it or to keep of it.
    #[must_use]
    pub const fn has_data(&self) -> bool {
        !self.inputs.is_empty() || self.result || self.checkpoint.is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    Command(Vec<String>),
    Script(String),
}

/// What a site knows of one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskStatus {
    pub id: TaskId,
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Time>,
    /// Set once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<Exit>,
    #[serde(default)]
    pub usage: Usage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxLevel>,
    /// What the engine calls it and says of it, for people: "slurm 4711_3, waits for Resources".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Accepted; its process is not there yet.
    Starting,
    Running,
    Ended,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exit {
    pub reason: ExitReason,
    /// 0 to 255 where the program ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The signal's number where one ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// The program ended by itself; see `code`.
    Exited,
    /// A signal that nobody here sent ended it.
    Signalled,
    /// It took more memory than it asked for.
    OutOfMemory,
    /// It ran longer than its limit.
    TimeLimit,
    /// It was taken out of the target.
    Stopped,
    /// The site lost contact for longer than its lease and stopped its work, so that it may run elsewhere.
    Fenced,
    /// Its supervisor is gone without a record: the machine went down, or it was killed.
    Lost,
    /// It could not be started: no such program, no sandbox.
    NotStarted,
}

impl ExitReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exited => "ended",
            Self::Signalled => "ended by a signal",
            Self::OutOfMemory => "took more memory than it asked for",
            Self::TimeLimit => "ran longer than its limit",
            Self::Stopped => "was stopped",
            Self::Fenced => "was stopped by a site that was cut off",
            Self::Lost => "was lost by its site",
            Self::NotStarted => "could not be started",
        }
    }
}

impl Exit {
    /// Whether the task did its work.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.reason == ExitReason::Exited && self.code == Some(0)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason, self.code, self.signal) {
            (ExitReason::Exited, Some(code), _) => write!(f, "ended with exit code {code}")?,
            (ExitReason::Signalled, _, Some(signal)) => write!(f, "ended by signal {signal}")?,
            (reason, ..) => f.write_str(reason.as_str())?,
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

/// What a task has used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Usage {
    /// Processor time.
    pub cpu: Span,
    pub peak_memory: Bytes,
    /// Of the IT equipment; an estimate from power and time where nothing measures it.
    pub energy: Energy,
}

/// How well a task is shut in, best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SandboxLevel {
    /// Own mounts, processes and network (bubblewrap) and kernel limits (cgroup).
    NamespacesAndCgroup,
    /// Own mounts, processes and network; limits by rlimit.
    Namespaces,
    /// Kernel limits only.
    Cgroup,
    /// Limits by rlimit only.
    Rlimit,
    /// A container of its own image: own mounts, processes and network, limits by cgroup.
    Container,
    /// What the site's own engine gives.
    Engine,
}

impl SandboxLevel {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NamespacesAndCgroup => "namespaces+cgroup",
            Self::Namespaces => "namespaces+rlimit",
            Self::Cgroup => "cgroup",
            Self::Rlimit => "rlimit",
            Self::Container => "container",
            Self::Engine => "engine",
        }
    }
}
