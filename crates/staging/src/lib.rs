//! Moves data between the object storages of sites, and lays it out as files.
//!
//! Knows how the files of a folder become chunks and a manifest under names that are their hashes, how these move, and
//! how they become files again. Does not know who wants what where: that is told to it.
//!
//! - `chunk`, `manifest`: what a content is.
//! - `scan`: a folder's files, read so that nobody can lead the reader astray.
//! - `objects`, over `folder` and `s3`: places that keep objects; `config`: how they are reached.
//! - `storage`: what one site keeps: fetching, saving, dropping, within a quota; `sweep` finds what nobody needs.
//! - `tree`: files out of chunks.

mod chunk;
mod config;
mod error;
mod folder;
mod manifest;
mod objects;
mod pace;
mod read;
mod s3;
mod scan;
mod storage;
mod sweep;
mod tree;

pub use chunk::{ChunkId, MOST as CHUNK_MOST};
pub use config::{DataConfig, PlaceConfig};
pub use error::StagingError;
pub use folder::Folder;
pub use manifest::{
    Entry, EntryKind, FileEntry, MANIFEST_MOST, Manifest, content_of, manifest_key,
};
pub use objects::{Object, Objects};
pub use pace::Pace;
pub use read::{identify, verify};
pub use s3::{Bucket, BucketConfig};
pub use scan::{Odd, Scan};
pub use storage::{Dropping, KeptContent, Progress, Pushing, Saved, Storage};
pub use tree::{lay_out, remove};
