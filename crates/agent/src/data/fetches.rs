//! Makes the site's storage have what the target says: a loop that compares and starts what is missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
    time::Duration,
};

use api::{Fetch, Fetching};
use model::Content;
use staging::{Objects, Pace, Progress, StagingError, Storage};
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};
use units::Bytes;

use super::{Data, Wanted, blocking};

/// Contents on their way at once; others wait.
const AT_ONCE: usize = 4;
/// Between the tries of one fetch: doubling.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How often checkpoints are looked at, and what could not be done is tried again.
const TICK: Duration = Duration::from_millis(250);
const SWEEP_AGAIN: Duration = Duration::from_secs(10);

/// Fetches that are under way.
#[derive(Debug, Default)]
pub(super) struct Fetches {
    pub(super) all: BTreeMap<Content, Running>,
}

#[derive(Debug)]
pub(super) struct Running {
    fetch: Fetch,
    progress: Arc<Progress>,
    error: Option<String>,
    /// Bytes that the quota has too little.
    pub(super) wanted: Bytes,
    task: tokio::task::AbortHandle,
}

impl Fetches {
    pub(super) fn told(&self) -> Vec<Fetching> {
        let told = |(content, it): (&Content, &Running)| Fetching {
            content: content.clone(),
            done: Bytes::new(it.progress.done()),
            moved: Bytes::new(it.progress.moved()),
            error: it.error.clone(),
        };
        self.all.iter().map(told).collect()
    }
}

pub(crate) async fn run(data: Arc<Data>) {
    open(&data).await;
    let Some(storage) = data.storage().cloned() else { return };
    let mut fetcher = Fetcher {
        data: Arc::clone(&data),
        storage,
        running: JoinSet::new(),
        turns: Arc::new(Semaphore::new(AT_ONCE)),
        sweep_at: None,
        looked: false,
    };
    tokio::select! {
        () = fetcher.run() => {}
        () = save_checkpoints(&data) => {}
    }
}

async fn save_checkpoints(data: &Arc<Data>) {
    loop {
        tokio::time::sleep(TICK).await;
        data.save_due();
    }
}

/// Until it answers: a storage may be away when the agent starts.
async fn open(data: &Arc<Data>) {
    let mut wait = FIRST_WAIT;
    loop {
        match open_once(data).await {
            Ok(storage) => {
                // Nobody else sets it.
                let _set = data.storage.set(Arc::new(storage));
                return data.note_news();
            }
            Err(error) => tracing::warn!(%error, "the site's storage cannot be used"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

async fn open_once(data: &Arc<Data>) -> Result<Storage, StagingError> {
    let (objects, quota) = data.setup.config.own()?;
    data.tidy().await;
    let storage = Storage::open(objects, quota.map(Bytes::get)).await?;
    tracing::info!(storage = ?storage.objects(), contents = storage.kept().len(), "data is kept");
    Ok(storage)
}

struct Fetcher {
    data: Arc<Data>,
    storage: Arc<Storage>,
    running: JoinSet<()>,
    turns: Arc<Semaphore>,
    sweep_at: Option<Instant>,
    /// What an earlier life began and nobody wants any more was looked for.
    looked: bool,
}

impl Fetcher {
    async fn run(&mut self) {
        let mut target = self.data.wanted.subscribe();
        loop {
            let wanted = target.borrow_and_update().clone();
            if let Some(wanted) = &wanted {
                self.adjust(wanted).await;
            }
            tokio::select! {
                // The sender is in `data`, which is held here.
                _ = target.changed() => {}
                _ = self.running.join_next(), if !self.running.is_empty() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    async fn adjust(&mut self, wanted: &Wanted) {
        self.stop(wanted).await;
        for fetch in &wanted.fetch {
            self.start(fetch);
        }
        self.drop(wanted).await;
        self.sweep().await;
    }

    /// Ends what is not wanted any more, or otherwise.
    async fn stop(&mut self, wanted: &Wanted) {
        let still: BTreeSet<&Content> = wanted.fetch.iter().map(|fetch| &fetch.content).collect();
        let mut ended = BTreeSet::new();
        self.data.fetches().all.retain(|content, running| {
            let keep = wanted.fetch.contains(&running.fetch);
            if !keep {
                running.task.abort();
            }
            if !still.contains(content) {
                ended.insert(content.clone());
            }
            keep
        });
        if !self.looked
            && let Ok(pending) = self.storage.pending().await
        {
            self.looked = true;
            ended.extend(pending.into_iter().filter(|it| !still.contains(it)));
        }
        for content in ended {
            self.sweep_at = Some(Instant::now());
            if let Err(error) = self.storage.abandon(&content).await {
                tracing::warn!(%content, %error, "the rest of a fetch stays");
            }
        }
    }

    fn start(&mut self, fetch: &Fetch) {
        let mut fetches = self.data.fetches();
        if fetches.all.contains_key(&fetch.content) || self.storage.has(&fetch.content) {
            return;
        }
        let progress = Arc::new(Progress::default());
        let bringing = bring(
            Arc::clone(&self.data),
            Arc::clone(&self.storage),
            fetch.clone(),
            Arc::clone(&progress),
            Arc::clone(&self.turns),
        );
        let task = self.running.spawn(bringing);
        let running =
            Running { fetch: fetch.clone(), progress, error: None, wanted: Bytes::ZERO, task };
        fetches.all.insert(fetch.content.clone(), running);
    }

    async fn drop(&mut self, wanted: &Wanted) {
        let in_use = self.data.jobs().inputs();
        let fetched = |content: &Content| wanted.fetch.iter().any(|it| it.content == *content);
        let drops = wanted.drop.iter().filter(|it| !in_use.contains(it) && !fetched(it));
        for content in drops.filter(|it| self.storage.has(it)) {
            let tree = self.data.setup.folders.tree(content);
            let dropped = async {
                blocking(move || staging::remove(&tree)).await.map_err(failed("remove a tree"))?;
                self.storage.drop_content(content).await
            };
            match dropped.await {
                Ok(()) => tracing::info!(%content, "dropped"),
                Err(error) => tracing::warn!(%content, %error, "not dropped yet"),
            }
            self.sweep_at = Some(Instant::now());
            self.data.note_news();
        }
    }

    async fn sweep(&mut self) {
        if self.sweep_at.is_none_or(|at| at > Instant::now()) {
            return;
        }
        self.sweep_at = match self.storage.sweep().await {
            Ok(freed) => {
                tracing::info!(freed = %Bytes::new(freed).human(), "swept");
                self.data.note_news();
                None
            }
            Err(error) => {
                tracing::warn!(%error, "not swept yet");
                Some(Instant::now() + SWEEP_AGAIN)
            }
        };
    }
}

pub(super) fn failed(action: &'static str) -> impl FnOnce(io::Error) -> StagingError {
    move |source| StagingError::Disk { path: action.to_owned(), source }
}

/// Tries until it is there.
async fn bring(
    data: Arc<Data>,
    storage: Arc<Storage>,
    fetch: Fetch,
    progress: Arc<Progress>,
    turns: Arc<Semaphore>,
) {
    let mut wait = FIRST_WAIT;
    loop {
        // Never closed.
        let turn = turns.acquire().await;
        let error = match bring_once(&data, &storage, &fetch, &progress).await {
            Ok(()) => break,
            Err(error) => error,
        };
        drop(turn);
        tracing::warn!(content = %fetch.content, %error, "not fetched yet");
        let no_room = matches!(error, StagingError::NoRoom { .. });
        data.note_error(&fetch.content, &error);
        tokio::time::sleep(wait).await;
        // Room may come at any time.
        wait = if no_room { FIRST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
    }
    data.fetches().all.remove(&fetch.content);
    data.note_news();
}

async fn bring_once(
    data: &Data,
    storage: &Storage,
    fetch: &Fetch,
    progress: &Progress,
) -> Result<(), StagingError> {
    let (mut sources, mut unknown) = (Vec::new(), None);
    for source in &fetch.from {
        match data.setup.config.source(&source.storage) {
            Ok(objects) => sources.push(objects),
            Err(error) => unknown = Some(error),
        }
    }
    sources.retain(|it: &Objects| it.place() != storage.objects().place());
    let pace = Pace::new(fetch.rate);
    let fetched = storage.fetch(&fetch.content, &sources, &pace, progress).await;
    match (fetched, unknown) {
        (Err(StagingError::NotThere { .. }), Some(unknown)) => return Err(unknown),
        (fetched, _) => fetched?,
    }
    data.lay_out(storage, &fetch.content).await
}

impl Data {
    fn note_error(&self, content: &Content, error: &StagingError) {
        let text = Some(error.to_string());
        let mut fetches = self.fetches();
        let Some(running) = fetches.all.get_mut(content) else { return };
        running.wanted = match error {
            StagingError::NoRoom { wanted } => *wanted,
            _ => Bytes::ZERO,
        };
        let is_new = running.error != text;
        running.error = text;
        drop(fetches);
        if is_new {
            self.note_news();
        }
    }
}
