//! Deleting what nobody needs, and the locks that keep it apart from those who push from outside.

use std::{collections::HashSet, time::Duration};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use model::Content;
use tokio::{sync::RwLockWriteGuard, task::JoinHandle};
use units::Span;

use crate::{
    Pace, StagingError,
    chunk::ChunkId,
    folder::now,
    manifest::manifest_key,
    objects::Objects,
    read::{self, AT_ONCE, Kind},
    storage::Storage,
};

/// Chunks that are deleted before others get a turn.
const BATCH: usize = 64;
/// A lock that was not renewed for so long is of somebody who is gone. Clocks may differ by minutes.
const STALE: Span = Span::new(15 * 60_000);
const RENEW: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(200);
const PUSHING: &str = "locks/push-";
const SWEEPING: &str = "locks/sweep";

/// Keeps sweeps away while somebody outside of the site's agent puts a content into its storage.
#[derive(Debug)]
pub struct Pushing {
    objects: Objects,
    key: String,
    renewing: JoinHandle<()>,
}

impl Pushing {
    /// Waits for a sweep that is under way.
    ///
    /// # Errors
    /// [`StagingError`]: the lock cannot be written.
    pub async fn begin(objects: &Objects) -> Result<Self, StagingError> {
        let unique = blake3::hash(
            format!("{}-{:?}", std::process::id(), std::time::SystemTime::now()).as_bytes(),
        );
        let key = format!("{PUSHING}{}", unique.to_hex().get(..16).unwrap_or_default());
        objects.put(&key, Bytes::from_static(b"\n")).await?;
        let renewing = tokio::spawn(renew(objects.clone(), key.clone()));
        let pushing = Self { objects: objects.clone(), key, renewing };
        while is_locked(objects, SWEEPING).await? {
            tokio::time::sleep(LOOK).await;
        }
        Ok(pushing)
    }

    /// # Errors
    /// [`StagingError`]: the lock stays, until it is stale.
    pub async fn end(self) -> Result<(), StagingError> {
        self.renewing.abort();
        self.objects.delete(&self.key).await
    }
}

impl Drop for Pushing {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

async fn renew(objects: Objects, key: String) {
    loop {
        tokio::time::sleep(RENEW).await;
        if let Err(error) = objects.put(&key, Bytes::from_static(b"\n")).await {
            tracing::warn!(%error, "the lock of a push was not renewed");
        }
    }
}

async fn is_locked(objects: &Objects, prefix: &str) -> Result<bool, StagingError> {
    let locks = objects.list(prefix).await?;
    Ok(locks.iter().any(|lock| now().since(lock.modified) < STALE))
}

/// The right to make a copy none, in two steps, for who decides under a lock of its own.
#[derive(Debug)]
pub struct Dropping<'a> {
    storage: &'a Storage,
    _gate: RwLockWriteGuard<'a, ()>,
}

impl Dropping<'_> {
    /// It counts as a copy no more, from now on. Follow with `delete`.
    pub fn unlist(&self, content: &Content) {
        let mut state = self.storage.state();
        if let Some(kept) = state.kept.remove(content) {
            state.used -= kept.manifest;
        }
    }

    /// Deletes the manifest.
    ///
    /// # Errors
    /// [`StagingError`]: it may still be there.
    pub async fn delete(self, content: &Content) -> Result<(), StagingError> {
        self.storage.objects.delete(&manifest_key(content)).await
    }
}

impl Storage {
    /// It is no copy any more. Its chunks go with the next sweep.
    ///
    /// # Errors
    /// [`StagingError`]: its manifest is still there, though it counts as a copy no more.
    pub async fn drop_content(&self, content: &Content) -> Result<(), StagingError> {
        let dropping = self.dropping().await;
        dropping.unlist(content);
        dropping.delete(content).await
    }

    /// Nothing becomes a copy while this lives.
    pub async fn dropping(&self) -> Dropping<'_> {
        Dropping { storage: self, _gate: self.gate.write().await }
    }

    /// Deletes the chunks that no manifest names and nobody is using. Gives the bytes that were freed. Stopped in the
    /// middle it leaves what the next one finds.
    ///
    /// # Errors
    /// [`StagingError::Busy`] while somebody pushes into the storage.
    pub async fn sweep(&self) -> Result<u64, StagingError> {
        self.objects.put(SWEEPING, Bytes::from_static(b"\n")).await?;
        let swept = self.sweep_locked().await;
        self.state().marks = None;
        self.objects.delete(SWEEPING).await?;
        swept
    }

    async fn sweep_locked(&self) -> Result<u64, StagingError> {
        if is_locked(&self.objects, PUSHING).await? {
            return Err(StagingError::Busy("somebody is pushing into this storage".to_owned()));
        }
        {
            let mut state = self.state();
            state.marks = Some(state.pins.keys().copied().collect());
        }
        self.refresh().await?;
        let named = self.named().await?;
        let here: Vec<ChunkId> = self.state().chunks.keys().copied().collect();
        let garbage: Vec<ChunkId> = here.into_iter().filter(|id| !named.contains(id)).collect();
        let mut freed = 0;
        for batch in garbage.chunks(BATCH) {
            freed += self.delete(batch).await?;
        }
        Ok(freed)
    }

    /// All chunks of all manifests.
    async fn named(&self) -> Result<HashSet<ChunkId>, StagingError> {
        let own = std::slice::from_ref(&self.objects);
        let mut named = HashSet::new();
        for kind in [Kind::Pending, Kind::Whole] {
            for content in self.listed(kind).await? {
                match read::manifest(own, &content, kind, &Pace::free()).await {
                    Ok((_, manifest)) => {
                        named.extend(manifest.chunks().into_iter().map(|(id, _)| id));
                    }
                    // Dropped meanwhile, or never whole: it keeps nothing.
                    Err(
                        StagingError::NotThere { .. }
                        | StagingError::Corrupt { .. }
                        | StagingError::Manifest(_),
                    ) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(named)
    }

    async fn listed(&self, kind: Kind) -> Result<Vec<Content>, StagingError> {
        match kind {
            Kind::Pending => self.pending().await,
            Kind::Whole => {
                let listed = self.objects.list("contents/").await?;
                let name = |key: &str| key.strip_prefix("contents/").and_then(|it| it.parse().ok());
                Ok(listed.iter().filter_map(|object| name(&object.key)).collect())
            }
        }
    }

    async fn delete(&self, batch: &[ChunkId]) -> Result<u64, StagingError> {
        let _gate = self.gate.write().await;
        let mut freed = 0;
        let mut unused = Vec::new();
        {
            let mut state = self.state();
            let marks = state.marks.take().unwrap_or_default();
            for id in batch.iter().filter(|id| !marks.contains(id)) {
                if let Some(size) = state.chunks.remove(id) {
                    state.used -= u64::from(size);
                    freed += u64::from(size);
                    unused.push(id.key());
                }
            }
            state.marks = Some(marks);
        }
        let delete = |key: String| async move { self.objects.delete(&key).await };
        stream::iter(unused).map(delete).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(freed)
    }
}
