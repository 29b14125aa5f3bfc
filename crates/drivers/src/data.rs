//! Where the agent lays out data for tasks, and the names under which they find it.
//!
//! | folder below the root | what | written by |
//! |---|---|---|
//! | `trees/CONTENT/` | a dataset's files, shared by all tasks that read it | agent |
//! | `jobs/JOB.ATTEMPT/inputs/NAME` | link to the tree of the dataset NAME | agent |
//! | `jobs/JOB.ATTEMPT/result/` | what becomes a dataset | tasks |
//! | `jobs/JOB.ATTEMPT/checkpoint/` | what a new attempt goes on from | tasks |
//!
//! The agent makes the folders of an attempt before a driver is told of it; the driver gives `result` and
//! `checkpoint` to the account that the tasks run under.

use std::path::{Path, PathBuf};

use model::{Assignment, Content, Work};
use serde::{Deserialize, Serialize};

/// The variables by which a program finds its folders.
pub(crate) const INPUTS: &str = "JINGWEI_INPUTS";
pub(crate) const RESULT: &str = "JINGWEI_RESULT";
pub(crate) const CHECKPOINT: &str = "JINGWEI_CHECKPOINT";

/// The root of it all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataFolders {
    root: PathBuf,
}

impl DataFolders {
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files of a dataset.
    #[must_use]
    pub fn tree(&self, content: &Content) -> PathBuf {
        self.root.join("trees").join(content.as_str())
    }

    /// Of one attempt of a job, by its name "project.job.attempt".
    #[must_use]
    pub fn job(&self, name: &str) -> JobFolders {
        JobFolders { dir: self.root.join("jobs").join(name) }
    }

    /// Of the attempt, if its tasks have any.
    #[must_use]
    pub fn of(&self, assignment: &Assignment) -> Option<JobFolders> {
        assignment.work.has_data().then(|| self.job(&assignment.name()))
    }
}

/// The folders of one attempt of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFolders {
    dir: PathBuf,
}

impl JobFolders {
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }
    #[must_use]
    pub fn inputs(&self) -> PathBuf {
        self.dir.join("inputs")
    }
    #[must_use]
    pub fn result(&self) -> PathBuf {
        self.dir.join("result")
    }
    #[must_use]
    pub fn checkpoint(&self) -> PathBuf {
        self.dir.join("checkpoint")
    }

    /// What a program that sees the machine's own paths finds in its environment.
    #[must_use]
    pub fn variables(&self, work: &Work) -> Vec<(&'static str, PathBuf)> {
        let mut all = Vec::new();
        if !work.inputs.is_empty() {
            all.push((INPUTS, self.inputs()));
        }
        if work.result {
            all.push((RESULT, self.result()));
        }
        if work.checkpoint.is_some() {
            all.push((CHECKPOINT, self.checkpoint()));
        }
        all
    }

    /// Those that tasks write into.
    #[must_use]
    pub fn writable(&self, work: &Work) -> Vec<PathBuf> {
        let result = work.result.then(|| self.result());
        let checkpoint = work.checkpoint.is_some().then(|| self.checkpoint());
        result.into_iter().chain(checkpoint).collect()
    }
}
