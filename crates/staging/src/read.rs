//! Reading from places, trusting none: what is under a hash must have it.

use std::path::Path;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use model::Content;

use crate::{
    Pace, StagingError,
    chunk::ChunkId,
    manifest::{MANIFEST_MOST, Manifest, content_of, manifest_key},
    objects::Objects,
    scan::{Odd, Scan},
};

/// Chunks on their way at once, of one content.
pub(crate) const AT_ONCE: usize = 8;

/// Where a manifest is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All that it names is there.
    Whole,
    /// It is being fetched.
    Pending,
}

impl Kind {
    pub(crate) fn key(self, content: &Content) -> String {
        match self {
            Self::Whole => manifest_key(content),
            Self::Pending => format!("pending/{content}"),
        }
    }
}

/// A chunk from the first place that has it whole.
pub(crate) async fn chunk(
    places: &[Objects],
    id: ChunkId,
    size: u32,
    pace: &Pace,
) -> Result<Bytes, StagingError> {
    let key = id.key();
    let mut told = Told::nothing(&key);
    for place in places {
        match chunk_of(place, &key, id, size, pace).await {
            Ok(bytes) => return Ok(bytes),
            Err(error) => told.note(error)?,
        }
    }
    Err(told.0)
}

async fn chunk_of(
    place: &Objects,
    key: &str,
    id: ChunkId,
    size: u32,
    pace: &Pace,
) -> Result<Bytes, StagingError> {
    // Once more, as it may have been spoilt on the way.
    for _ in 0..2 {
        let bytes = place.get(key, size as usize, pace).await?;
        if bytes.len() == size as usize && ChunkId::of(&bytes) == id {
            return Ok(bytes);
        }
    }
    Err(StagingError::Corrupt { place: place.place().to_owned(), what: format!("chunk {id}") })
}

/// The manifest of a content from the first place that has it whole, with its bytes.
pub(crate) async fn manifest(
    places: &[Objects],
    content: &Content,
    kind: Kind,
    pace: &Pace,
) -> Result<(Bytes, Manifest), StagingError> {
    let mut told = Told::nothing(&kind.key(content));
    for place in places {
        match manifest_of(place, content, kind, pace).await {
            Ok(bytes) => return Ok((bytes.clone(), Manifest::decode(&bytes)?)),
            Err(error) => told.note(error)?,
        }
    }
    Err(told.0)
}

async fn manifest_of(
    place: &Objects,
    content: &Content,
    kind: Kind,
    pace: &Pace,
) -> Result<Bytes, StagingError> {
    let bytes = place.get(&kind.key(content), MANIFEST_MOST, pace).await?;
    if content_of(&bytes) == *content {
        return Ok(bytes);
    }
    let what = format!("the manifest {content}");
    Err(StagingError::Corrupt { place: place.place().to_owned(), what })
}

/// Why no place so far gave it: rather that it is corrupt or out of reach than that it is missing.
struct Told(StagingError);

impl Told {
    fn nothing(key: &str) -> Self {
        Self(StagingError::NotThere { place: "no storage".to_owned(), what: key.to_owned() })
    }

    /// The next place may be asked, or not.
    fn note(&mut self, error: StagingError) -> Result<(), StagingError> {
        if !error.is_of_place() {
            return Err(error);
        }
        if matches!(self.0, StagingError::NotThere { .. }) {
            self.0 = error;
        }
        Ok(())
    }
}

/// Reads a whole content and checks every byte of it.
///
/// # Errors
/// [`StagingError`]: the first thing that is wrong.
pub async fn verify(place: &Objects, content: &Content) -> Result<Manifest, StagingError> {
    let places = std::slice::from_ref(place);
    let pace = Pace::free();
    let (_, manifest) = self::manifest(places, content, Kind::Whole, &pace).await?;
    let read = |(id, size)| chunk(places, id, size, &pace);
    let all = stream::iter(manifest.chunks()).map(read).buffer_unordered(AT_ONCE);
    all.try_for_each(|_| std::future::ready(Ok(()))).await?;
    Ok(manifest)
}

/// What a folder would be kept as. Blocks.
///
/// # Errors
/// [`StagingError::Refused`] with the path of what cannot be kept, or [`StagingError::Disk`].
pub fn identify(folder: &Path) -> Result<(Content, Manifest), StagingError> {
    let entries = Scan::of(folder, Odd::Refuse)?.read(u64::MAX, |_, _| Ok(()))?;
    let manifest = Manifest::new(entries)?;
    Ok((content_of(&manifest.encode()), manifest))
}
