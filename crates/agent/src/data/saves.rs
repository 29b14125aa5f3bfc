//! Saves what jobs leave, and holds their last end back until that is done.

use std::{collections::BTreeMap, fs, sync::Arc, time::Duration};

use api::{JobFolder, SavedFolder};
use drivers::Observed;
use model::{Exit, ExitReason, Phase, TaskId, TaskStatus};
use staging::{Odd, Scan, StagingError};
use tokio::time::Instant;
use units::Bytes;

use super::{Data, blocking, jobs::Job, not_open};
use crate::clock::now;

/// A save while tasks run is given up after this.
const CHECKPOINT_MOST: Duration = Duration::from_secs(300);
/// The last one is worth waiting for, but not long: what was saved before is there.
const LAST_CHECKPOINT: Duration = Duration::from_secs(60);
/// Between the tries of a last save.
const AGAIN: Duration = Duration::from_millis(500);

/// Whether an end waits for something to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    Nothing,
    Something,
}

impl Data {
    /// Looks at what runs and what has ended: starts the last saves, and takes back the last end of each attempt until
    /// they are done.
    pub(crate) fn hold_back(self: &Arc<Self>, observed: &mut Observed) -> Held {
        let mut by_name: BTreeMap<String, Vec<&mut TaskStatus>> = BTreeMap::new();
        for task in &mut observed.tasks {
            let name = format!("{}.{}", task.id.job, task.id.attempt);
            by_name.entry(name).or_default().push(task);
        }
        let mut held = Held::Nothing;
        let mut to_save = Vec::new();
        let mut over = Vec::new();
        for (name, job) in &mut self.jobs().all {
            let Some(tasks) = by_name.get_mut(name) else {
                if job.now.was_told && job.now.tasks.is_none() && !job.now.is_saving {
                    over.push(name.clone());
                }
                continue;
            };
            let all_ended = job.note(tasks);
            match &job.finished {
                // What was saved is told with the contents, and those are not known yet.
                Some(Ok(())) if job.leaves_something() && self.is_still_opening() => {
                    if let Some(task) = last(tasks, job.last) {
                        take_back(Some(task));
                        held = Held::Something;
                    }
                }
                Some(Ok(())) => {}
                Some(Err(reason)) => spoil(last(tasks, job.last), reason),
                None if all_ended => {
                    take_back(last(tasks, job.last));
                    held = Held::Something;
                    // Which tasks there are is not known before the first target of this life.
                    if job.now.was_told && !job.now.is_saving {
                        job.now.is_saving = true;
                        to_save.push(name.clone());
                    }
                }
                None => {}
            }
        }
        for name in to_save {
            tokio::spawn(Arc::clone(self).finish(name));
        }
        for name in over {
            self.forget_folders(name);
        }
        held
    }

    /// The storage was not reached yet in this life, and is waited for.
    fn is_still_opening(&self) -> bool {
        self.storage().is_none() && self.began.elapsed() < self.setup.patience
    }

    /// The records of these tasks are gone.
    pub(crate) fn forget(&self, tasks: &[TaskId]) {
        let mut jobs = self.jobs();
        for (name, job) in &mut jobs.all {
            let before = job.gone.len();
            for task in tasks {
                if job.has(task) {
                    job.gone.insert(task.index);
                }
            }
            if job.gone.len() != before {
                self.write(name, job);
            }
        }
    }

    fn write(&self, name: &str, job: &Job) {
        if let Err(error) = job.write(self.setup.folders.job(name).dir()) {
            tracing::warn!(attempt = name, %error, "what is known of its folders is not written down");
        }
    }

    /// No target has it and no task of it is known.
    fn forget_folders(self: &Arc<Self>, name: String) {
        self.jobs().all.remove(&name);
        let dir = self.setup.folders.job(&name).dir().to_path_buf();
        tokio::task::spawn_blocking(move || {
            // It may be in the way of nobody, and its links lead nowhere: `remove_dir_all` follows none.
            let aside = dir.with_file_name(format!(".new-gone-{name}"));
            if let Err(error) = fs::rename(&dir, &aside).and_then(|()| fs::remove_dir_all(&aside)) {
                tracing::warn!(attempt = name, %error, "its folders stay until the agent starts again");
            }
        });
        self.note_news();
    }

    /// Starts the saves of checkpoints that are due.
    pub(super) fn save_due(self: &Arc<Self>) {
        let mut due = Vec::new();
        for (name, job) in &mut self.jobs().all {
            let Some(every) = job.checkpoint.filter(|_| job.now.is_running) else { continue };
            let since = *job.now.looked_at.get_or_insert_with(Instant::now);
            let every = Duration::from_millis(every.get());
            if !job.now.is_saving && since.elapsed() >= every {
                job.now.is_saving = true;
                due.push(name.clone());
            }
        }
        for name in due {
            let data = Arc::clone(self);
            tokio::spawn(async move {
                let save = data.save(&name, JobFolder::Checkpoint);
                match tokio::time::timeout(CHECKPOINT_MOST, save).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        tracing::warn!(attempt = name, %error, "its checkpoint is not saved");
                    }
                    Err(_) => {
                        tracing::warn!(attempt = name, "its checkpoint takes too long to save")
                    }
                }
                data.end_saving(&name);
            });
        }
    }

    fn end_saving(&self, name: &str) {
        if let Some(job) = self.jobs().all.get_mut(name) {
            job.now.is_saving = false;
            job.now.looked_at = Some(Instant::now());
        }
        self.wake.notify_one();
    }

    /// All its tasks have ended: what they left is saved, or it is known why not.
    async fn finish(self: Arc<Self>, name: String) {
        let known = self.jobs().all.get(&name).cloned();
        let Some(job) = known else { return };
        let ended_at = job.now.ended_at.unwrap_or_else(Instant::now);
        let deadline = ended_at + self.setup.patience;
        let soon = ended_at + self.setup.patience.min(LAST_CHECKPOINT);
        if job.checkpoint.is_some()
            && let Err(error) = self.insist(&name, JobFolder::Checkpoint, soon).await
        {
            tracing::warn!(attempt = name, %error, "its last checkpoint is not saved");
        }
        let mut finished = Ok(());
        if job.result && !job.has_failed {
            let saved = self.insist(&name, JobFolder::Result, deadline).await;
            finished = saved.map_err(|error| format!("the result could not be saved: {error}"));
        }
        if let Err(error) = &finished {
            tracing::warn!(attempt = name, %error, "it counts as failed");
        }
        let mut jobs = self.jobs();
        if let Some(job) = jobs.all.get_mut(&name) {
            job.finished = Some(finished);
            job.now.wanted = 0;
            self.write(&name, job);
        }
        drop(jobs);
        self.end_saving(&name);
        self.note_news();
    }

    /// Tries until it is saved, cannot be, or has taken too long.
    async fn insist(
        &self,
        name: &str,
        folder: JobFolder,
        deadline: Instant,
    ) -> Result<(), StagingError> {
        loop {
            let saved = tokio::time::timeout_at(deadline, self.save(name, folder)).await;
            let error = match saved {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => error,
                Err(_) => return Err(StagingError::Busy("it took too long".to_owned())),
            };
            let is_lasting = matches!(
                error,
                StagingError::Refused { .. } | StagingError::Manifest(_) | StagingError::Config(_)
            );
            if is_lasting || Instant::now() + AGAIN >= deadline {
                return Err(error);
            }
            self.note_room(name, &error);
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn note_room(&self, name: &str, error: &StagingError) {
        let StagingError::NoRoom { wanted } = error else { return };
        let mut jobs = self.jobs();
        let Some(job) = jobs.all.get_mut(name) else { return };
        let is_new = job.now.wanted != wanted.get();
        job.now.wanted = wanted.get();
        drop(jobs);
        if is_new {
            self.note_news();
        }
    }

    /// Makes a content of a folder, if it changed since it was last saved.
    async fn save(&self, name: &str, folder: JobFolder) -> Result<(), StagingError> {
        let storage = self.storage().ok_or_else(not_open)?;
        let folders = self.setup.folders.job(name);
        let (path, odd) = match folder {
            JobFolder::Result => (folders.result(), Odd::Refuse),
            JobFolder::Checkpoint => (folders.checkpoint(), Odd::Skip),
        };
        let time = now();
        let scanned = blocking(move || Ok(Scan::of(&path, odd))).await;
        let scan = scanned.map_err(super::fetches::failed("look at a folder"))??;
        let fingerprint = Some(scan.fingerprint());
        let is_checkpoint = folder == JobFolder::Checkpoint;
        if is_checkpoint && (scan.is_empty() || self.is_saved(name, fingerprint)) {
            return Ok(());
        }
        let saved = storage.save(scan).await?;
        let mut jobs = self.jobs();
        let Some(job) = jobs.all.get_mut(name) else { return Ok(()) };
        if is_checkpoint {
            job.now.fingerprint = fingerprint;
        }
        let (content, size) = (saved.content, Bytes::new(saved.size));
        if job.saved(folder).is_some_and(|it| it.content == content) {
            return Ok(());
        }
        tracing::info!(attempt = name, ?folder, %content, size = %size.human(), "saved");
        let (key, attempt) = (job.job.clone(), job.attempt);
        job.keep(SavedFolder { job: key, attempt, folder, content, size, time });
        self.write(name, job);
        drop(jobs);
        self.note_news();
        Ok(())
    }

    fn is_saved(&self, name: &str, fingerprint: Option<[u8; 32]>) -> bool {
        self.jobs().all.get(name).is_some_and(|job| job.now.fingerprint == fingerprint)
    }
}

impl Job {
    /// Takes note of the tasks that are known. Whether all of the attempt's have ended.
    fn note(&mut self, tasks: &[&mut TaskStatus]) -> bool {
        let ended = |task: &&&mut TaskStatus| task.phase == Phase::Ended;
        self.now.is_running = tasks.iter().any(|task| task.phase == Phase::Running);
        self.has_failed |= tasks
            .iter()
            .filter(ended)
            .any(|task| !task.exit.as_ref().is_some_and(Exit::is_success));
        let here = |index: u32| tasks.iter().any(|task| task.id.index == index);
        let mut wanted = self.now.tasks.iter().flat_map(|tasks| tasks.iter());
        let all = tasks.iter().filter(ended).count() == tasks.len()
            && wanted.all(|index| self.gone.contains(&index) || here(index));
        if all && self.finished.is_none() {
            // Of those there are, the same in every life of the agent.
            let last = tasks.iter().max_by_key(|task| (task.ended, task.id.index));
            self.last = last.map(|task| task.id.index);
            self.now.ended_at.get_or_insert_with(Instant::now);
        }
        all
    }
}

fn last<'a, 'b>(
    tasks: &'a mut [&'b mut TaskStatus],
    index: Option<u32>,
) -> Option<&'a mut &'b mut TaskStatus> {
    tasks.iter_mut().find(|task| Some(task.id.index) == index)
}

fn take_back(task: Option<&mut &mut TaskStatus>) {
    if let Some(task) = task {
        let phase = if task.started.is_some() { Phase::Running } else { Phase::Starting };
        (task.phase, task.ended, task.exit) = (phase, None, None);
    }
}

/// Without its result it is no success.
fn spoil(task: Option<&mut &mut TaskStatus>, reason: &str) {
    if let Some(task) = task.filter(|task| task.exit.as_ref().is_some_and(Exit::is_success)) {
        let message = reason.to_owned();
        task.exit = Some(Exit { reason: ExitReason::Exited, code: None, signal: None, message });
    }
}
