//! The folders of an attempt, before its tasks start.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::Arc,
    time::Duration,
};

use api::Target;
use model::{Assignment, Content};
use staging::{StagingError, Storage};
use tokio::sync::Mutex as TurnMutex;

use super::{Data, blocking, fetches::failed, held, jobs::Job, not_open};

/// What is not ready by then is left out of the target for now, so that others need not wait for it.
const WAIT: Duration = Duration::from_secs(2);

/// What is being made.
#[derive(Debug, Default)]
pub(super) struct Preparing {
    attempts: BTreeMap<String, tokio::task::JoinHandle<Result<(), StagingError>>>,
    /// One at a time makes a tree.
    trees: BTreeMap<Content, Arc<TurnMutex<()>>>,
}

impl Data {
    /// Makes the folders of what is new in the target. Gives the target without what is not ready yet.
    pub(crate) async fn prepare(self: &Arc<Self>, target: &Target) -> (Target, bool) {
        let mut ready = target.clone();
        let deadline = tokio::time::Instant::now() + WAIT;
        let mut all = true;
        let mut kept = Vec::new();
        for assignment in std::mem::take(&mut ready.assignments) {
            if !assignment.work.has_data() || self.is_ready(&assignment, deadline).await {
                kept.push(assignment);
            } else {
                all = false;
            }
        }
        ready.assignments = kept;
        (ready, all)
    }

    async fn is_ready(
        self: &Arc<Self>,
        assignment: &Assignment,
        deadline: tokio::time::Instant,
    ) -> bool {
        let name = assignment.name();
        if self.jobs().all.contains_key(&name) {
            return true;
        }
        let begun = held(&self.preparing).attempts.remove(&name);
        let mut making = begun.unwrap_or_else(|| {
            let (data, assignment) = (Arc::clone(self), assignment.clone());
            tokio::spawn(async move { data.make(&assignment).await })
        });
        match tokio::time::timeout_at(deadline, &mut making).await {
            Ok(Ok(Ok(()))) => true,
            Ok(Ok(Err(error))) => {
                tracing::warn!(attempt = name, %error, "its folders are not made yet");
                // What is kept may have turned out not to be whole.
                self.note_news();
                false
            }
            Ok(Err(_)) => false,
            Err(_) => {
                held(&self.preparing).attempts.insert(name, making);
                false
            }
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
        let made = self.furnish(storage, assignment, &new).await;
        if made.is_err() {
            let left = new.clone();
            // It is removed before it is made the next time.
            let _removed = blocking(move || staging::remove(&left)).await;
        }
        made?;
        let job = Job::of(assignment);
        let written = job.clone();
        blocking(move || {
            written.write(&new)?;
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
        let turn = held(&self.preparing).trees.entry(content.clone()).or_default().clone();
        let tree = self.setup.folders.tree(content);
        let made = {
            let _turn = turn.lock().await;
            if tree.is_dir() { Ok(()) } else { lay_out(storage, content, &tree).await }
        };
        held(&self.preparing).trees.remove(content);
        made
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
