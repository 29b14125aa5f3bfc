//! Makes the site's storage have what the target says: a loop that compares and starts what is missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
    time::Duration,
};

use api::{Fetch, Fetching, Source};
use model::Content;
use staging::{Dropping, Objects, Pace, Progress, StagingError, Storage};
use tokio::{
    sync::{Notify, Semaphore},
    task::{AbortHandle, JoinSet},
    time::Instant,
};
use units::Bytes;

use super::{Data, Wanted};

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
    pace: Arc<Pace>,
    /// Told when there are other sources.
    anew: Arc<Notify>,
    progress: Arc<Progress>,
    /// Of the last try, and how many bytes had moved by then.
    error: Option<(String, u64)>,
    /// Bytes that the quota has too little.
    pub(super) wanted: Bytes,
    task: AbortHandle,
}

impl Fetches {
    pub(super) fn told(&self) -> Vec<Fetching> {
        let told = |(content, it): (&Content, &Running)| Fetching {
            content: content.clone(),
            done: Bytes::new(it.progress.done()),
            moved: Bytes::new(it.progress.moved()),
            error: it.error(),
        };
        self.all.iter().map(told).collect()
    }
}

impl Running {
    /// Why it does not go on: nothing, as soon as bytes move again.
    fn error(&self) -> Option<String> {
        let stands = |(_, moved): &&(String, u64)| *moved == self.progress.moved();
        self.error.as_ref().filter(stands).map(|(text, _)| text.clone())
    }

    /// It goes on, from now on from there and at that rate.
    fn change(&mut self, fetch: &Fetch) {
        if self.fetch != *fetch {
            self.pace.set(fetch.rate);
            self.fetch = fetch.clone();
            self.anew.notify_one();
        }
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
        leaving: BTreeSet::new(),
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
    // A place that can be read and not written would keep nothing.
    objects.try_writing().await?;
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
    /// No copies any more, whose manifest or tree could not be removed yet.
    leaving: BTreeSet<Content>,
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

    /// Ends what is not wanted any more; what is wanted otherwise goes on.
    async fn stop(&mut self, wanted: &Wanted) {
        let still: BTreeMap<&Content, &Fetch> =
            wanted.fetch.iter().map(|fetch| (&fetch.content, fetch)).collect();
        let mut ended = BTreeSet::new();
        self.data.fetches().all.retain(|content, running| {
            if let Some(fetch) = still.get(content) {
                running.change(fetch);
                return true;
            }
            running.task.abort();
            ended.insert(content.clone());
            false
        });
        if !self.looked
            && let Ok(pending) = self.storage.pending().await
        {
            self.looked = true;
            ended.extend(pending.into_iter().filter(|it| !still.contains_key(it)));
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
        let content = &fetch.content;
        if fetches.all.contains_key(content)
            || self.storage.has(content)
            || self.leaving.contains(content)
        {
            return;
        }
        let bringing = Bringing {
            data: Arc::clone(&self.data),
            storage: Arc::clone(&self.storage),
            content: content.clone(),
            pace: Arc::new(Pace::new(fetch.rate)),
            anew: Arc::default(),
            progress: Arc::default(),
        };
        let (pace, anew, progress) =
            (bringing.pace.clone(), bringing.anew.clone(), bringing.progress.clone());
        let task = self.running.spawn(bringing.run(Arc::clone(&self.turns)));
        let (fetch, error, wanted) = (fetch.clone(), None, Bytes::ZERO);
        let running = Running { fetch, pace, anew, progress, error, wanted, task };
        fetches.all.insert(running.fetch.content.clone(), running);
    }

    /// What may go, and what could not be deleted before.
    async fn drop(&mut self, wanted: &Wanted) {
        let told = wanted.drop.iter().filter(|it| self.storage.has(it)).cloned();
        let contents: BTreeSet<Content> = told.chain(self.leaving.iter().cloned()).collect();
        for content in contents {
            match self.drop_one(&content).await {
                Ok(false) => continue,
                Ok(true) => tracing::info!(%content, "dropped"),
                Err(error) => tracing::warn!(%content, %error, "not dropped yet"),
            }
            self.sweep_at = Some(Instant::now());
            self.data.note_news();
        }
    }

    /// Deletes it from the manifest on, unless the newest target keeps it. Whether it did.
    async fn drop_one(&mut self, content: &Content) -> Result<bool, StagingError> {
        let _turn = self.data.turn(content).await;
        let dropping = self.storage.dropping().await;
        let is_told = self.data.unlist(content, &dropping);
        // What was begun is ended: it was told as gone, and may be half gone.
        if !is_told && (self.storage.has(content) || !self.leaving.contains(content)) {
            self.leaving.remove(content);
            return Ok(false);
        }
        self.leaving.insert(content.clone());
        dropping.delete(content).await?;
        let tree = self.data.setup.folders.tree(content);
        self.data.remove_folder(tree).await.map_err(failed("remove a tree"))?;
        self.leaving.remove(content);
        Ok(true)
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

/// One fetch under way.
struct Bringing {
    data: Arc<Data>,
    storage: Arc<Storage>,
    content: Content,
    pace: Arc<Pace>,
    anew: Arc<Notify>,
    progress: Arc<Progress>,
}

impl Bringing {
    /// Tries until it is there.
    async fn run(self, turns: Arc<Semaphore>) {
        let mut wait = FIRST_WAIT;
        loop {
            // Never closed.
            let turn = turns.acquire().await;
            let error = match self.once().await {
                Ok(()) => break,
                Err(error) => error,
            };
            drop(turn);
            tracing::warn!(content = %self.content, %error, "not fetched yet");
            let no_room = matches!(error, StagingError::NoRoom { .. });
            self.data.note_error(&self.content, &error);
            tokio::select! {
                () = tokio::time::sleep(wait) => {
                    // Room may come at any time.
                    wait = if no_room { FIRST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
                }
                () = self.anew.notified() => wait = FIRST_WAIT,
            }
        }
        self.data.fetches().all.remove(&self.content);
        self.data.note_news();
    }

    async fn once(&self) -> Result<(), StagingError> {
        let (mut sources, mut unknown) = (Vec::new(), None);
        for source in self.data.sources_of(&self.content) {
            match self.data.setup.config.source(&source.storage) {
                Ok(objects) => sources.push(objects),
                Err(error) => unknown = Some(error),
            }
        }
        let own = self.storage.objects().place();
        sources.retain(|it: &Objects| it.place() != own);
        let fetched = self.storage.fetch(&self.content, &sources, &self.pace, &self.progress).await;
        match (fetched, unknown) {
            (Err(StagingError::NotThere { .. }), Some(unknown)) => return Err(unknown),
            (fetched, _) => fetched?,
        }
        self.data.lay_out(&self.storage, &self.content).await
    }
}

impl Data {
    /// Takes a content off the list that reports show, if the newest target still says that it may go and nothing here
    /// needs it. Whether it did. No newer target is taken in between, so who sees that the site has one, and sees the
    /// content with it, may rely on it.
    fn unlist(&self, content: &Content, dropping: &Dropping<'_>) -> bool {
        let is_input = self.jobs().inputs().contains(content);
        let is_coming = self.fetches().all.contains_key(content);
        let in_use = is_input || is_coming || self.waiting().inputs().any(|it| it == content);
        let wanted = self.wanted.borrow();
        let may_go = wanted.as_ref().is_some_and(|it| {
            it.drop.contains(content) && !it.fetch.iter().any(|fetch| fetch.content == *content)
        });
        if may_go && !in_use {
            dropping.unlist(content);
        }
        may_go && !in_use
    }

    fn sources_of(&self, content: &Content) -> Vec<Source> {
        let fetches = self.fetches();
        fetches.all.get(content).map(|it| it.fetch.from.clone()).unwrap_or_default()
    }

    fn note_error(&self, content: &Content, error: &StagingError) {
        let text = error.to_string();
        let mut fetches = self.fetches();
        let Some(running) = fetches.all.get_mut(content) else { return };
        running.wanted = match error {
            StagingError::NoRoom { wanted } => *wanted,
            _ => Bytes::ZERO,
        };
        let is_new = running.error().as_ref() != Some(&text);
        running.error = Some((text, running.progress.moved()));
        drop(fetches);
        if is_new {
            self.note_news();
        }
    }
}
