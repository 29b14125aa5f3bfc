use std::{io, path::Path};

use units::Bytes;

/// What callers do about a failure.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// Try again: it may be back.
    #[error("{place}: {reason}")]
    Away { place: String, reason: String },
    /// A human has to look: keys, rights, an address.
    #[error("{place}: {reason}")]
    Denied { place: String, reason: String },
    /// Try another place.
    #[error("{place} has no {what}")]
    NotThere { place: String, what: String },
    /// Try another place: what is kept under this name is something else.
    #[error("{place}: {what} is corrupt, its bytes do not have its hash")]
    Corrupt { place: String, what: String },
    /// Something has to be dropped first; so many bytes are missing.
    #[error("the quota has no room: {} too little", wanted.human())]
    NoRoom { wanted: Bytes },
    /// Someone else is at it; try later.
    #[error("{0}")]
    Busy(String),
    /// The folder has something that cannot be kept.
    #[error("`{path}` {why}")]
    Refused { path: String, why: String },
    /// It can never be laid out.
    #[error("not a manifest: {0}")]
    Manifest(String),
    #[error("the configuration of data: {0}")]
    Config(String),
    #[error("{path}: {source}")]
    Disk {
        path: String,
        #[source]
        source: io::Error,
    },
}

impl StagingError {
    /// Another place may have what this one does not give.
    pub(crate) const fn is_of_place(&self) -> bool {
        matches!(
            self,
            Self::Away { .. } | Self::Denied { .. } | Self::NotThere { .. } | Self::Corrupt { .. }
        )
    }

    pub(crate) fn refused(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Refused { path: path.into(), why: why.into() }
    }
}

pub(crate) fn disk(path: &Path) -> impl FnOnce(io::Error) -> StagingError {
    let path = path.display().to_string();
    move |source| StagingError::Disk { path, source }
}

/// Of a thread for blocking work: it ends early only with the runtime.
pub(crate) fn stopped(error: tokio::task::JoinError) -> StagingError {
    StagingError::Busy(format!("stopped: {error}"))
}
