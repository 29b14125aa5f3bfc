//! The folders of an attempt, before its tasks start.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use api::Target;
use model::{Assignment, Content};
use staging::{StagingError, Storage};
use tokio::{
    sync::{Mutex as TurnMutex, OwnedMutexGuard},
    task::{AbortHandle, JoinSet},
};

use super::{Data, blocking, fetches::failed, held, jobs::Job, not_open};

/// Between the tries of one attempt's folders: doubling.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// One at a time makes a tree, and nobody while it is removed.
#[derive(Debug, Default)]
pub(super) struct Turns {
    trees: BTreeMap<Content, Arc<TurnMutex<()>>>,
}

/// The folders that are being made, of attempts that the newest target has.
#[derive(Debug, Default)]
pub(crate) struct Layouts {
    running: JoinSet<()>,
    attempts: BTreeMap<String, AbortHandle>,
}

impl Layouts {
    /// Begins what is new, and stops what the target has no more.
    pub(crate) fn adjust(&mut self, data: &Arc<Data>, target: &Target) {
        let with_data = target.assignments.iter().filter(|it| it.work.has_data());
        let wanted: BTreeMap<String, &Assignment> = with_data.map(|it| (it.name(), it)).collect();
        self.attempts.retain(|name, making| {
            let keep = wanted.contains_key(name) && !making.is_finished();
            if !keep {
                making.abort();
            }
            keep
        });
        for (name, assignment) in wanted {
            if !self.attempts.contains_key(&name) && !data.has_folders(&name) {
                let making = Arc::clone(data).make_at_last(assignment.clone());
                self.attempts.insert(name, self.running.spawn(making));
            }
        }
    }

    /// Until an attempt has its folders; for ever if none is waiting.
    pub(crate) async fn one_more(&mut self) {
        loop {
            match self.running.join_next().await {
                // It was stopped.
                Some(Err(error)) if error.is_cancelled() => {}
                Some(_) => return,
                None => std::future::pending().await,
            }
        }
    }
}

impl Data {
    fn has_folders(&self, attempt: &str) -> bool {
        self.jobs().all.contains_key(attempt)
    }

    /// The target without what is still being laid out.
    pub(crate) fn ready(&self, target: &Target) -> Target {
        let mut ready = target.clone();
        ready.assignments.retain(|it| !it.work.has_data() || self.has_folders(&it.name()));
        ready
    }

    /// Tries until the folders are there.
    async fn make_at_last(self: Arc<Self>, assignment: Assignment) {
        let mut wait = FIRST_WAIT;
        while let Err(error) = self.make(&assignment).await {
            tracing::warn!(attempt = assignment.name(), %error, "its folders are not made yet");
            // What is kept may have turned out not to be whole.
            self.note_news();
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn make(&self, assignment: &Assignment) -> Result<(), StagingError> {
        let storage = self.storage().ok_or_else(not_open)?;
        for input in &assignment.work.inputs {
            self.lay_out(storage, &input.content).await?;
            storage.touch(&input.content);
        }
        let name = assignment.name();
        let dir = self.setup.folders.job(&name).dir().to_path_buf();
        let new = dir.with_file_name(format!(".new-{name}"));
        let _unfinished = Unfinished(new.clone());
        self.furnish(storage, assignment, &new).await?;
        let job = Job::of(assignment);
        let written = job.clone();
        blocking(move || {
            written.write(&new)?;
            // What is there and not known has no record that can be read: nobody's.
            staging::remove(&dir)?;
            fs::rename(&new, &dir)
        })
        .await
        .map_err(failed("make the folders of a job"))?;
        self.jobs().all.insert(name, job);
        Ok(())
    }

    async fn furnish(
        &self,
        storage: &Storage,
        assignment: &Assignment,
        new: &Path,
    ) -> Result<(), StagingError> {
        let work = &assignment.work;
        let links = work
            .inputs
            .iter()
            .map(|input| (input.name.to_string(), self.setup.folders.tree(&input.content)));
        let (links, at): (Vec<_>, _) = (links.collect(), new.to_path_buf());
        let resume = work.resume.as_ref().filter(|_| work.checkpoint.is_some());
        let empty = [
            ("result", work.result),
            ("checkpoint", work.checkpoint.is_some() && resume.is_none()),
        ];
        blocking(move || {
            staging::remove(&at)?;
            open_to_all(&at)?;
            open_to_all(&at.join("inputs"))?;
            for (name, tree) in &links {
                symlink(tree, at.join("inputs").join(name))?;
            }
            empty.iter().filter(|(_, is)| *is).try_for_each(|(name, _)| open_to_all(&at.join(name)))
        })
        .await
        .map_err(failed("make the folders of a job"))?;
        match resume {
            Some(content) => storage.lay_out(content, &new.join("checkpoint"), true).await,
            None => Ok(()),
        }
    }

    /// The tree of a content, unless it is there.
    pub(super) async fn lay_out(
        &self,
        storage: &Storage,
        content: &Content,
    ) -> Result<(), StagingError> {
        let _turn = self.turn(content).await;
        let tree = self.setup.folders.tree(content);
        if tree.is_dir() { Ok(()) } else { lay_out(storage, content, &tree).await }
    }

    /// To make or remove the tree of a content.
    pub(super) async fn turn(&self, content: &Content) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = held(&self.turns);
            // Of those that nobody has or waits for.
            turns.trees.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.trees.entry(content.clone()).or_default())
        };
        turn.lock_owned().await
    }

    /// Moves a folder out of the way at once, and then removes it: nobody finds half of it.
    pub(super) async fn remove_folder(&self, folder: PathBuf) -> io::Result<()> {
        blocking(move || {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let aside = folder.with_file_name(format!(".new-gone-{name}"));
            staging::remove(&aside)?;
            match fs::rename(&folder, &aside) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
                Ok(()) => staging::remove(&aside),
            }
        })
        .await
    }

    /// Removes what an earlier life was making when it ended.
    pub(super) async fn tidy(&self) {
        let root = self.setup.folders.root().to_path_buf();
        let tidied = blocking(move || {
            for part in ["trees", "jobs"] {
                open_to_all(&root.join(part))?;
                for entry in fs::read_dir(root.join(part))? {
                    let entry = entry?;
                    if entry.file_name().to_string_lossy().starts_with(".new-") {
                        staging::remove(&entry.path())?;
                    }
                }
            }
            Ok(())
        });
        if let Err(error) = tidied.await {
            tracing::warn!(%error, "the folders for data cannot be tidied");
        }
    }
}

/// A folder that is removed unless it got its name.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // What cannot be removed is removed when the agent starts the next time.
        let _removed = staging::remove(&self.0);
    }
}

async fn lay_out(storage: &Storage, content: &Content, tree: &Path) -> Result<(), StagingError> {
    if let Some(trees) = tree.parent() {
        open_to_all(trees).map_err(failed("make the folder of trees"))?;
    }
    storage.lay_out(content, tree, false).await
}

/// A folder that every account may look into, whatever the mask of this process is.
fn open_to_all(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}
