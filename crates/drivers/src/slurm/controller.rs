//! The conversation with a cluster's controller, whichever way it is held: by Slurm's commands or by its REST.

use std::{fmt, path::PathBuf};

use async_trait::async_trait;

use super::{config::Account, held::Ids};
use crate::DriverError;

/// What the driver needs of a controller. Anything may answer [`DriverError::Away`].
#[async_trait]
pub(crate) trait Controller: Send + Sync + fmt::Debug {
    /// Every job of this agent that Slurm still knows; of one job alone where `only` says so.
    async fn queue(&self, only: Option<u64>) -> Result<Vec<Row>, DriverError>;

    /// The number of the job.
    async fn submit(&self, account: &Account, submission: &Submission) -> Result<u64, Refused>;

    /// To all processes of the job's tasks that run.
    async fn signal(&self, job: u64, signal: Signal) -> Result<(), DriverError>;

    /// Ends what runs and what waits. One that has ended needs none: that is no failure.
    async fn cancel(&self, job: u64) -> Result<(), DriverError>;

    /// Ends what waits. `tasks`: those of an array that have not started, "4-9"; none: it is no array.
    async fn cancel_waiting(&self, job: u64, tasks: Option<&str>) -> Result<(), DriverError>;

    /// What is kept of a job that has left the queue; nothing where there is no accounting.
    async fn accounts(&self, job: u64) -> Result<Vec<Row>, DriverError>;

    async fn nodes(&self) -> Result<Vec<Node>, DriverError>;

    /// "22.05.8"
    async fn version(&self) -> Result<String, DriverError>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Term,
    Kill,
}

impl Signal {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Term => "TERM",
            Self::Kill => "KILL",
        }
    }
}

/// One job, an array or a gang as Slurm is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submission {
    /// What it is submitted for.
    pub(crate) comment: String,
    /// The script, as a file of the shared state folder.
    pub(crate) script: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) partition: Option<String>,
    /// Features that its nodes must have.
    pub(crate) constraint: Option<String>,
    /// Processes that start together; 1 unless it is a gang.
    pub(crate) tasks: usize,
    pub(crate) cores: u64,
    pub(crate) memory_per_core_mib: u64,
    /// "gpu:a100:2" a task.
    pub(crate) accelerators: Option<String>,
    pub(crate) minutes: Option<u64>,
    /// "0-1999%256"
    pub(crate) array: Option<String>,
}

/// One line of the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Of the whole array.
    pub(crate) job: u64,
    /// Which tasks: "", "3", "[5-9%2]".
    pub(crate) array: String,
    pub(crate) state: String,
    pub(crate) reason: String,
    pub(crate) nodes: String,
    /// As `wait` tells it: the code above eight bits, the signal below.
    pub(crate) status: Option<i32>,
    pub(crate) comment: String,
    /// What accounting measured, if it did.
    pub(crate) used: Used,
}

/// Zero where nothing was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) cpu_ms: u64,
    pub(crate) peak_memory: u64,
    pub(crate) energy_j: u64,
}

/// One node in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) partition: String,
    /// It is the partition of jobs that name none.
    pub(crate) is_default: bool,
    pub(crate) cores: u64,
    pub(crate) memory_mib: u64,
    /// "gpu:a100:4(S:0-1)"
    pub(crate) gres: String,
    /// Lower case: "idle", "down*", "mixed+drain".
    pub(crate) state: String,
    pub(crate) features: Vec<String>,
}

/// Why something was not submitted.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The same again would be refused again.
    ForGood(String),
    /// It may or may not have come through.
    Unknown(DriverError),
}

/// What is refused now and may be taken later.
const LATER: [&str; 6] =
    ["uthentication", "munge", "submit limit", "emporarily", "try again", "Zero Bytes"];

impl Refused {
    /// By what Slurm says.
    pub(crate) fn by(action: &str, text: &str) -> Self {
        let text: String = text.chars().take(400).collect();
        if LATER.iter().any(|sign| text.contains(sign)) {
            return Self::unknown(action, text);
        }
        let hint = if text.contains("job array") || text.contains("array index") {
            " (the cluster's MaxArraySize is the most an array's highest number may be, and one)"
        } else {
            ""
        };
        Self::ForGood(format!("Slurm refuses it: {text}{hint}"))
    }

    pub(crate) fn unknown(action: &str, text: String) -> Self {
        let source = std::io::Error::other(text);
        Self::Unknown(DriverError::Failed { action: action.to_owned(), source })
    }
}

/// User and group numbers of an account, wherever accounts are kept.
pub(crate) async fn ids_of(account: &str) -> Result<Ids, String> {
    let none = || format!("there is no account `{account}` at this site: ask its operator");
    let told = tokio::process::Command::new("getent").args(["passwd", account]).output().await;
    let told = told.map_err(|error| format!("getent: {error}"))?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let mut fields = text.trim().split(':').skip(2);
    let mut number = || fields.next().and_then(|field| field.parse().ok()).ok_or_else(none);
    Ok((number()?, number()?))
}
