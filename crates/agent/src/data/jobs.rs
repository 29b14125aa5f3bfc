//! What is known of each attempt that has folders. On disk beside them, so that it outlives the agent.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use api::{JobFolder, SavedFolder};
use drivers::DataFolders;
use model::{Assignment, Content, Indexes, JobKey, TaskId};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use units::Span;

const RECORD: &str = "agent.json";

#[derive(Debug, Default)]
pub(super) struct Jobs {
    /// By the attempt's name.
    pub(super) all: BTreeMap<String, Job>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) job: JobKey,
    pub(super) attempt: u32,
    pub(super) inputs: Vec<Content>,
    pub(super) result: bool,
    pub(super) checkpoint: Option<Span>,
    /// The newest of each folder.
    pub(super) saved: Vec<SavedFolder>,
    /// Tasks whose end was told and that were forgotten.
    pub(super) gone: BTreeSet<u32>,
    /// One of its tasks did not succeed.
    pub(super) has_failed: bool,
    /// The task whose end makes the attempt complete.
    pub(super) last: Option<u32>,
    /// All that is to be saved is, or why it cannot be.
    pub(super) finished: Option<Result<(), String>>,
    #[serde(skip)]
    pub(super) now: Now,
}

/// What only this life knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Now {
    /// The tasks that the target has; none while the target does not have the attempt.
    pub(super) tasks: Option<Indexes>,
    /// A target came since it is known, so one that does not have it says that it is over.
    pub(super) was_told: bool,
    pub(super) is_running: bool,
    pub(super) is_saving: bool,
    /// When a checkpoint was last looked at, and how the folder was when it was saved.
    pub(super) looked_at: Option<Instant>,
    pub(super) fingerprint: Option<[u8; 32]>,
    /// Since when all tasks have ended.
    pub(super) ended_at: Option<Instant>,
    /// Bytes that the quota has too little for what is to be saved.
    pub(super) wanted: u64,
}

impl Job {
    pub(super) fn of(assignment: &Assignment) -> Self {
        Self {
            job: assignment.job.clone(),
            attempt: assignment.attempt,
            inputs: assignment.work.inputs.iter().map(|input| input.content.clone()).collect(),
            result: assignment.work.result,
            checkpoint: assignment.work.checkpoint,
            saved: Vec::new(),
            gone: BTreeSet::new(),
            has_failed: false,
            last: None,
            finished: None,
            now: Now::default(),
        }
    }

    pub(super) fn has(&self, task: &TaskId) -> bool {
        self.attempt == task.attempt && self.job == task.job
    }

    /// Something of it was saved or is to be.
    pub(super) fn leaves_something(&self) -> bool {
        self.result || !self.saved.is_empty()
    }

    pub(super) fn keep(&mut self, folder: SavedFolder) {
        self.saved.retain(|it| it.folder != folder.folder);
        self.saved.push(folder);
    }

    pub(super) fn saved(&self, folder: JobFolder) -> Option<&SavedFolder> {
        self.saved.iter().find(|it| it.folder == folder)
    }

    /// Into the folder of the attempt; readable by the agent only. Blocks.
    pub(super) fn write(&self, dir: &Path) -> io::Result<()> {
        let new = dir.join(".agent.json.new");
        let mut options = fs::File::options();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&new, dir.join(RECORD))
    }
}

impl Jobs {
    /// Those that an earlier life left.
    pub(super) fn read(folders: &DataFolders) -> Self {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(folders.root().join("jobs")).into_iter().flatten().flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let record = fs::read(entry.path().join(RECORD)).ok();
            if let Some(job) = record.and_then(|it| serde_json::from_slice(&it).ok()) {
                all.insert(name, job);
            }
        }
        Self { all }
    }

    pub(super) fn note_target(&mut self, attempts: &BTreeMap<String, Indexes>) {
        for (name, job) in &mut self.all {
            job.now.tasks = attempts.get(name).cloned();
            job.now.was_told = true;
        }
    }

    /// What the folders of attempts lead to.
    pub(super) fn inputs(&self) -> BTreeSet<Content> {
        self.all.values().flat_map(|job| job.inputs.iter().cloned()).collect()
    }
}
