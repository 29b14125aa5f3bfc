//! What one site keeps: contents, whole or not at all, within a quota.
//!
//! One process at a time keeps a storage; others may push into it under a lock (`Pushing`).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::{StreamExt, TryStreamExt, stream};
use model::Content;
use tokio::sync::{RwLock, mpsc};
use units::Time;

use crate::{
    Pace, StagingError,
    chunk::ChunkId,
    error::stopped,
    folder::now,
    manifest::{Manifest, content_of},
    objects::Objects,
    read::{self, AT_ONCE, Kind},
    scan::Scan,
};

pub use crate::sweep::{Dropping, Pushing};

/// Chunks between the reader of a folder and its writers.
const READ_AHEAD: usize = 4;
/// A folder without quota is refused beyond this: a file with holes can claim any size.
const SAVE_MOST: u64 = 16 << 40;

#[derive(Debug)]
pub struct Storage {
    pub(crate) objects: Objects,
    quota: Option<u64>,
    pub(crate) state: Mutex<State>,
    /// Held for writing while chunks are picked and deleted, so that what is pinned is either kept or seen as missing;
    /// and while a copy is made none, so that nobody makes it one meanwhile.
    pub(crate) gate: RwLock<()>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// Chunks that are there, with their bytes.
    pub(crate) chunks: HashMap<ChunkId, u32>,
    pub(crate) kept: BTreeMap<Content, KeptContent>,
    /// Bytes of chunks and manifests, and of those on their way.
    pub(crate) used: u64,
    reserved: u64,
    /// How many fetches, saves and layouts need a chunk now.
    pub(crate) pins: HashMap<ChunkId, u32>,
    /// While a sweep looks for what is needed: all that was pinned since.
    pub(crate) marks: Option<HashSet<ChunkId>>,
}

/// A whole copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptContent {
    /// Bytes of all files.
    pub size: u64,
    pub(crate) manifest: u64,
    pub last_used: Time,
}

/// How far a fetch is, in bytes.
#[derive(Debug, Default)]
pub struct Progress {
    pub(crate) done: AtomicU64,
    pub(crate) moved: AtomicU64,
}

impl Progress {
    /// Of the content's chunks, those that are here.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
    /// That came over the network.
    #[must_use]
    pub fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }
}

/// What a folder became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub content: Content,
    /// Bytes of all files, and of them those that were not here yet.
    pub size: u64,
    pub new: u64,
    pub files: usize,
}

/// As long as it lives, no sweep takes these chunks.
#[derive(Debug)]
pub(crate) struct Pins<'a> {
    storage: &'a Storage,
    chunks: Mutex<Vec<ChunkId>>,
}

impl Drop for Pins<'_> {
    fn drop(&mut self) {
        let mut state = self.storage.state();
        for id in self.chunks.get_mut().unwrap_or_else(PoisonError::into_inner) {
            if let Some(count) = state.pins.get_mut(id) {
                *count -= 1;
                if *count == 0 {
                    state.pins.remove(id);
                }
            }
        }
    }
}

/// Room that is spoken for until the bytes are there.
struct Room<'a> {
    storage: &'a Storage,
    left: AtomicU64,
}

impl Room<'_> {
    /// So many of the bytes are there now.
    fn used(&self, bytes: u64) {
        self.left.fetch_sub(bytes, Ordering::Relaxed);
        self.storage.state().reserved -= bytes;
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.storage.state().reserved -= *self.left.get_mut();
    }
}

impl Storage {
    /// Looks at what is there. `quota` in bytes.
    ///
    /// # Errors
    /// [`StagingError`]: the place cannot be listed or read.
    pub async fn open(objects: Objects, quota: Option<u64>) -> Result<Self, StagingError> {
        let (state, gate) = (Mutex::default(), RwLock::default());
        let storage = Self { objects, quota, state, gate };
        storage.refresh().await?;
        for object in storage.objects.list("contents/").await? {
            let name = object.key.strip_prefix("contents/").unwrap_or_default();
            let Ok(content) = name.parse() else { continue };
            storage.recall(&content, object.modified).await?;
        }
        Ok(storage)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks again at which chunks are there.
    pub(crate) async fn refresh(&self) -> Result<(), StagingError> {
        // What is listed is not deleted before it is counted.
        let _gate = self.gate.read().await;
        let listed = self.objects.list("chunks/").await?;
        let mut state = self.state();
        for object in listed {
            let (Some(id), Ok(size)) = (ChunkId::of_key(&object.key), u32::try_from(object.size))
            else {
                continue;
            };
            if state.chunks.insert(id, size).is_none() {
                state.used += u64::from(size);
            }
        }
        Ok(())
    }

    /// Counts a content as kept, if all of it is there.
    async fn recall(&self, content: &Content, last_used: Time) -> Result<(), StagingError> {
        let own = std::slice::from_ref(&self.objects);
        match read::manifest(own, content, Kind::Whole, &Pace::free()).await {
            Ok((bytes, manifest)) if self.missing(&manifest).is_empty() => {
                self.keep(content, manifest.size(), bytes.len() as u64, last_used);
                Ok(())
            }
            Ok(_) => {
                tracing::warn!(%content, "not all of it is here: it does not count as a copy");
                Ok(())
            }
            Err(error @ (StagingError::Corrupt { .. } | StagingError::Manifest(_))) => {
                tracing::warn!(%content, %error, "it does not count as a copy");
                Ok(())
            }
            Err(StagingError::NotThere { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn keep(&self, content: &Content, size: u64, manifest: u64, last_used: Time) {
        let mut state = self.state();
        let kept = KeptContent { size, manifest, last_used };
        if state.kept.insert(content.clone(), kept).is_none() {
            state.used += manifest;
        }
    }

    fn missing(&self, manifest: &Manifest) -> Vec<(ChunkId, u32)> {
        let state = self.state();
        let mut chunks = manifest.chunks();
        chunks.retain(|(id, size)| state.chunks.get(id) != Some(size));
        chunks
    }

    #[must_use]
    pub const fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Bytes it may hold; none: no limit.
    #[must_use]
    pub const fn quota(&self) -> Option<u64> {
        self.quota
    }

    /// Bytes that are there.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.state().used
    }

    /// Whole copies.
    #[must_use]
    pub fn kept(&self) -> Vec<(Content, KeptContent)> {
        self.state().kept.iter().map(|(content, kept)| (content.clone(), *kept)).collect()
    }

    #[must_use]
    pub fn has(&self, content: &Content) -> bool {
        self.state().kept.contains_key(content)
    }

    /// Notes that it was used now.
    pub fn touch(&self, content: &Content) {
        if let Some(kept) = self.state().kept.get_mut(content) {
            kept.last_used = now();
        }
    }

    /// It turned out not to be whole: it is no copy until it is fetched anew. What is wrong is deleted, lest it is
    /// taken for the chunk again.
    async fn doubt(&self, content: &Content, chunk: ChunkId) -> Result<(), StagingError> {
        {
            let mut state = self.state();
            let manifest = state.kept.remove(content).map_or(0, |kept| kept.manifest);
            let size = state.chunks.remove(&chunk).unwrap_or(0);
            state.used -= manifest + u64::from(size);
        }
        self.objects.delete(&chunk.key()).await
    }

    pub(crate) fn pins(&self) -> Pins<'_> {
        Pins { storage: self, chunks: Mutex::default() }
    }

    pub(crate) async fn pin(&self, pins: &Pins<'_>, ids: impl IntoIterator<Item = ChunkId>) {
        let _gate = self.gate.read().await;
        let mut state = self.state();
        let mut held = pins.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            *state.pins.entry(id).or_default() += 1;
            if let Some(marks) = &mut state.marks {
                marks.insert(id);
            }
            held.push(id);
        }
    }

    fn reserve(&self, bytes: u64) -> Result<Room<'_>, StagingError> {
        let mut state = self.state();
        let after = state.used.saturating_add(state.reserved).saturating_add(bytes);
        let too_much = self.quota.map_or(0, |quota| after.saturating_sub(quota));
        if too_much > 0 {
            return Err(StagingError::NoRoom { wanted: units::Bytes::new(too_much) });
        }
        state.reserved += bytes;
        Ok(Room { storage: self, left: AtomicU64::new(bytes) })
    }

    /// Brings a content here from the first of `sources` that has it, no faster than `pace`. What is here already is
    /// not moved again, also after a fetch that was cut off. May be dropped at any point.
    ///
    /// # Errors
    /// [`StagingError`]; the chunks that came stay.
    pub async fn fetch(
        &self,
        content: &Content,
        sources: &[Objects],
        pace: &Pace,
        progress: &Progress,
    ) -> Result<(), StagingError> {
        if self.has(content) {
            return Ok(());
        }
        let (bytes, manifest) = self.learn(content, sources, pace).await?;
        let pins = self.pins();
        self.pin(&pins, manifest.chunks().into_iter().map(|(id, _)| id)).await;
        let missing = self.missing(&manifest);
        let wanted: u64 = missing.iter().map(|(_, size)| u64::from(*size)).sum();
        let all: u64 = manifest.chunks().iter().map(|(_, size)| u64::from(*size)).sum();
        progress.done.store(all - wanted, Ordering::Relaxed);
        let room = self.reserve(wanted + bytes.len() as u64)?;
        let room = &room;
        let bring = |(id, size)| async move {
            let body = read::chunk(sources, id, size, pace).await?;
            progress.moved.fetch_add(size.into(), Ordering::Relaxed);
            self.take_in(id, body, room).await?;
            progress.done.fetch_add(size.into(), Ordering::Relaxed);
            Ok(())
        };
        let at_once = pace.connections(AT_ONCE);
        stream::iter(missing).map(bring).buffer_unordered(at_once).try_collect::<()>().await?;
        self.commit(content, bytes, manifest.size()).await
    }

    /// The manifest. Where it is here already, someone may have pushed its chunks too; where an earlier life began to
    /// fetch it, it is pending. Until it is whole, sweeps leave its chunks.
    async fn learn(
        &self,
        content: &Content,
        sources: &[Objects],
        pace: &Pace,
    ) -> Result<(bytes::Bytes, Manifest), StagingError> {
        let own = std::slice::from_ref(&self.objects);
        for kind in [Kind::Whole, Kind::Pending] {
            match read::manifest(own, content, kind, &Pace::free()).await {
                Ok(found) if self.missing(&found.1).is_empty() => return Ok(found),
                Ok(found) => {
                    self.refresh().await?;
                    return Ok(found);
                }
                Err(StagingError::NotThere { .. } | StagingError::Corrupt { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let (bytes, manifest) = read::manifest(sources, content, Kind::Whole, pace).await?;
        self.objects.put(&Kind::Pending.key(content), bytes.clone()).await?;
        Ok((bytes, manifest))
    }

    /// Contents that were begun to be fetched and are not whole.
    ///
    /// # Errors
    /// [`StagingError`]: they cannot be listed.
    pub async fn pending(&self) -> Result<Vec<Content>, StagingError> {
        let listed = self.objects.list("pending/").await?;
        let name = |key: &str| key.strip_prefix("pending/").and_then(|name| name.parse().ok());
        Ok(listed.iter().filter_map(|object| name(&object.key)).collect())
    }

    /// Nobody wants the rest of it: what came of it goes with the next sweep.
    ///
    /// # Errors
    /// [`StagingError`]: it is still there.
    pub async fn abandon(&self, content: &Content) -> Result<(), StagingError> {
        self.objects.delete(&Kind::Pending.key(content)).await
    }

    async fn take_in(
        &self,
        id: ChunkId,
        body: bytes::Bytes,
        room: &Room<'_>,
    ) -> Result<(), StagingError> {
        let size = u32::try_from(body.len()).unwrap_or(u32::MAX);
        self.objects.put(&id.key(), body).await?;
        let is_new = self.state().chunks.insert(id, size).is_none();
        if is_new {
            self.state().used += u64::from(size);
        }
        room.used(size.into());
        Ok(())
    }

    /// The manifest last, when all it names is safe.
    async fn commit(
        &self,
        content: &Content,
        manifest: bytes::Bytes,
        size: u64,
    ) -> Result<(), StagingError> {
        let length = manifest.len() as u64;
        self.objects.settle().await?;
        let _gate = self.gate.read().await;
        self.objects.put(&Kind::Whole.key(content), manifest).await?;
        self.objects.settle().await?;
        self.keep(content, size, length, now());
        self.abandon(content).await
    }

    /// Makes a content of a folder and keeps it. May be dropped at any point.
    ///
    /// # Errors
    /// [`StagingError::Refused`] if the folder grows beyond the quota while it is read; [`StagingError::NoRoom`] if
    /// what is new in it does not fit.
    pub async fn save(&self, scan: Scan) -> Result<Saved, StagingError> {
        let most = self.quota.unwrap_or(SAVE_MOST);
        let (send, chunks) = mpsc::channel(READ_AHEAD);
        let reading = tokio::task::spawn_blocking(move || {
            scan.read(most, |id, bytes| {
                // Whoever would take them is gone: so is the reason to read.
                send.blocking_send((id, bytes))
                    .map_err(|_| StagingError::Busy("cut off".to_owned()))
            })
        });
        let (pins, new) = (&self.pins(), &AtomicU64::new(0));
        let take = |(id, bytes): (ChunkId, bytes::Bytes)| async move {
            self.pin(pins, [id]).await;
            if self.state().chunks.get(&id) == u32::try_from(bytes.len()).ok().as_ref() {
                return Ok(());
            }
            let room = self.reserve(bytes.len() as u64)?;
            new.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            self.take_in(id, bytes, &room).await
        };
        let chunks =
            stream::unfold(chunks, |mut chunks| async { Some((chunks.recv().await?, chunks)) });
        chunks.map(take).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let manifest = Manifest::new(reading.await.map_err(stopped)??)?;
        let bytes = manifest.encode();
        let content = content_of(&bytes);
        let saved = Saved {
            content: content.clone(),
            size: manifest.size(),
            new: new.load(Ordering::Relaxed),
            files: manifest.files(),
        };
        if !self.has(&content) {
            let _room = self.reserve(bytes.len() as u64)?;
            self.commit(&content, bytes, manifest.size()).await?;
        }
        Ok(saved)
    }

    /// Makes files of a content that is here: see [`lay_out`](crate::lay_out). What proves not to be whole does not
    /// count as a copy any more.
    ///
    /// # Errors
    /// [`StagingError`]; nothing is left half made.
    pub async fn lay_out(
        &self,
        content: &Content,
        into: &Path,
        writable: bool,
    ) -> Result<(), StagingError> {
        let own = std::slice::from_ref(&self.objects);
        let pace = Pace::free();
        let (_, manifest) = read::manifest(own, content, Kind::Whole, &pace).await?;
        let pins = self.pins();
        self.pin(&pins, manifest.chunks().into_iter().map(|(id, _)| id)).await;
        let doubted = Mutex::new(None);
        let done = crate::tree::make(own, &manifest, into, writable, &pace, &doubted).await;
        let doubted = doubted.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(chunk) = doubted {
            self.doubt(content, chunk).await?;
        }
        self.touch(content);
        done
    }
}
