//! Objects by key, in a folder or in a bucket.

use std::fmt;

use bytes::Bytes;
use units::Time;

use crate::{Pace, StagingError, folder::Folder, s3::Bucket};

/// A place that keeps objects. Cheap to clone.
#[derive(Clone)]
pub enum Objects {
    Folder(Folder),
    Bucket(Bucket),
}

/// What a place tells of an object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// By the place's own clock.
    pub modified: Time,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.place())
    }
}

/// # Errors
/// Each method: [`StagingError`], whose variants say what to do. What may pass was tried again already.
impl Objects {
    /// Where it is, for people and for comparing: "s3://bucket/prefix" or "file:///folder".
    #[must_use]
    pub fn place(&self) -> &str {
        match self {
            Self::Folder(it) => it.place(),
            Self::Bucket(it) => it.place(),
        }
    }

    /// The whole object, if it has at most so many bytes; no faster than `pace`.
    pub async fn get(&self, key: &str, most: usize, pace: &Pace) -> Result<Bytes, StagingError> {
        match self {
            Self::Folder(it) => it.get(key, most, pace).await,
            Self::Bucket(it) => it.get(key, most, pace).await,
        }
    }

    /// Whole or not at all. It survives a crash once [`settle`](Self::settle) is done.
    pub async fn put(&self, key: &str, body: Bytes) -> Result<(), StagingError> {
        match self {
            Self::Folder(it) => it.put(key, body).await,
            Self::Bucket(it) => it.put(key, body).await,
        }
    }

    /// All objects whose key begins so.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Object>, StagingError> {
        match self {
            Self::Folder(it) => it.list(prefix).await,
            Self::Bucket(it) => it.list(prefix).await,
        }
    }

    /// What is not there is deleted.
    pub async fn delete(&self, key: &str) -> Result<(), StagingError> {
        match self {
            Self::Folder(it) => it.delete(key).await,
            Self::Bucket(it) => it.delete(key).await,
        }
    }

    /// An object is written and deleted, to see whether the place takes any.
    ///
    /// # Errors
    /// It does not.
    pub async fn try_writing(&self) -> Result<(), StagingError> {
        const PROBE: &str = "locks/probe";
        self.put(PROBE, Bytes::from_static(b"may be deleted")).await?;
        self.delete(PROBE).await
    }

    /// All that was put survives a crash from now on.
    pub async fn settle(&self) -> Result<(), StagingError> {
        match self {
            Self::Folder(it) => it.settle().await,
            // A bucket answers when it has it.
            Self::Bucket(_) => Ok(()),
        }
    }
}
