//! The data of a site: what is fetched and dropped, laid out for jobs, and saved of what they leave.
//!
//! - `fetches`: the loop that makes the site's storage have what the target says.
//! - `folders`: the folders of an attempt, before its tasks start.
//! - `jobs`: what is known of each attempt that has folders, on disk too.
//! - `saves`: checkpoints while tasks run, results when they have ended; holds the last end back until then.
//! - `waiting`: what is accepted and not laid out yet.
//! - `told`: what the centre is told of it all.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use api::Target;
use drivers::DataFolders;
use model::{Content, Indexes};
use staging::{DataConfig, StagingError, Storage};
use tokio::{
    sync::{Notify, OnceCell, watch},
    time::Instant,
};

mod fetches;
mod folders;
mod jobs;
mod saves;
mod told;
mod waiting;

pub(crate) use fetches::run;
pub(crate) use folders::Layouts;
pub(crate) use saves::Held;
pub(crate) use told::DataTold;

use fetches::Fetches;
use folders::Turns;
use jobs::Jobs;
use waiting::Waiting;

/// What an agent needs to keep data.
#[derive(Debug)]
pub struct DataSetup {
    /// Where the site's own storage is, and how those of others are reached.
    pub config: DataConfig,
    /// As the driver was given them.
    pub folders: DataFolders,
    /// How long an end waits for its result to be saved; after that it is a failure.
    pub patience: Duration,
}

impl DataSetup {
    /// With ten minutes of patience.
    #[must_use]
    pub const fn new(config: DataConfig, folders: DataFolders) -> Self {
        Self { config, folders, patience: Duration::from_secs(600) }
    }
}

/// What the newest target says of data.
#[derive(Debug, Default)]
struct Wanted {
    fetch: Vec<api::Fetch>,
    drop: BTreeSet<Content>,
}

#[derive(Debug)]
pub(crate) struct Data {
    setup: DataSetup,
    storage: OnceCell<Arc<Storage>>,
    wanted: watch::Sender<Option<Arc<Wanted>>>,
    fetches: Mutex<Fetches>,
    turns: Mutex<Turns>,
    waiting: Mutex<Arc<Waiting>>,
    jobs: Mutex<Jobs>,
    /// This life of the agent.
    began: Instant,
    /// Goes up with each thing that the centre has to be told of.
    news: AtomicU64,
    wake: Arc<Notify>,
}

impl Data {
    /// Where the site keeps data.
    pub(crate) fn place(&self) -> Option<String> {
        self.setup.config.store.as_ref().map(|it| it.url.clone())
    }

    /// `wake`: told when there is news.
    pub(crate) fn new(setup: DataSetup, wake: Arc<Notify>) -> Self {
        let jobs = Mutex::new(Jobs::read(&setup.folders));
        Self {
            setup,
            storage: OnceCell::new(),
            wanted: watch::Sender::new(None),
            fetches: Mutex::default(),
            turns: Mutex::default(),
            waiting: Mutex::default(),
            jobs,
            began: Instant::now(),
            news: AtomicU64::new(0),
            wake,
        }
    }

    /// The storage; none until it could be reached once.
    fn storage(&self) -> Option<&Arc<Storage>> {
        self.storage.get()
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        held(&self.jobs)
    }

    fn fetches(&self) -> MutexGuard<'_, Fetches> {
        held(&self.fetches)
    }

    fn note_news(&self) {
        self.news.fetch_add(1, Ordering::Release);
        self.wake.notify_one();
    }

    /// Takes what a target says of data, before the driver is given it.
    pub(crate) fn take(&self, target: &Target) {
        self.wait_for(|waiting| waiting.accept(target));
        let attempts = target.assignments.iter().filter(|it| it.work.has_data());
        let attempts: BTreeMap<String, Indexes> =
            attempts.map(|it| (it.name(), it.tasks.clone())).collect();
        self.jobs().note_target(&attempts);
        let drop = target.drop.iter().cloned().collect();
        let wanted = Wanted { fetch: target.fetch.clone(), drop };
        self.wanted.send_replace(Some(Arc::new(wanted)));
    }

    /// The driver has accepted this much of the target.
    pub(crate) fn give(&self, ready: &Target) {
        self.wait_for(|waiting| waiting.give(ready));
    }

    /// The driver had accepted a newer target before.
    pub(crate) fn refuse(&self, have: i64) {
        self.wait_for(|waiting| waiting.refuse(have));
    }

    fn wait_for(&self, change: impl FnOnce(&Waiting) -> Waiting) {
        let mut waiting = held(&self.waiting);
        *waiting = Arc::new(change(&waiting));
        self.wake.notify_one();
    }

    /// What the driver may not have yet.
    pub(crate) fn waiting(&self) -> Arc<Waiting> {
        Arc::clone(&held(&self.waiting))
    }
}

/// A panic elsewhere leaves whole values behind.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work on files, on a thread of its own.
async fn blocking<T: Send + 'static>(
    does: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(does).await.map_err(std::io::Error::other)?
}

fn not_open() -> StagingError {
    StagingError::Busy("the site's storage cannot be reached yet".to_owned())
}
