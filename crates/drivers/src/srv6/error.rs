//! What can go wrong, and what to do about it.

use std::{fmt, io};

/// The kernel's no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Of `errno`; 0 where there is none.
    pub code: i32,
    /// The kernel's own words; often empty.
    pub words: String,
}

pub(crate) const NO_ENTRY: i32 = 2;
pub(crate) const NO_PROCESS: i32 = 3;
pub(crate) const EXISTS: i32 = 17;
pub(crate) const NO_DEVICE: i32 = 19;
const NOT_PERMITTED: i32 = 1;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.words.as_str()) {
            (NOT_PERMITTED, _) => write!(f, "not permitted: it needs root, or CAP_NET_ADMIN"),
            (0, words) => write!(f, "{words}"),
            (code, "") => write!(f, "{}", io::Error::from_raw_os_error(code)),
            (code, words) => write!(f, "{words} ({})", io::Error::from_raw_os_error(code)),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(code) => Self { code, words: String::new() },
            None => Self { code: 0, words: error.to_string() },
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PlaneError {
    /// Ask for a newer state; nothing was changed.
    #[error("state {got} is older than {have}, which has been accepted")]
    Stale { got: u64, have: u64 },
    /// Correct the state; nothing was changed.
    #[error("{0}")]
    Invalid(String),
    /// Correct the state, or make the device; nothing was changed.
    #[error("{what}: there is no device `{device}` in this namespace")]
    NoSuchDevice { what: String, device: String },
    /// Somebody else's route has this place: remove it there, or choose another metric. The rest may have been done.
    #[error("{what}: a route that is not ours has this place; remove it or use another metric")]
    Occupied { what: String },
    /// Open anew once it is there again.
    #[error("the network namespace `{0}` is not there (any more)")]
    Gone(String),
    /// Apply again once the cause is removed: what could be done before it has been done.
    #[error("{what}: {refusal}")]
    Refused { what: String, refusal: Refusal },
}

impl PlaneError {
    pub(crate) fn refused<R: Into<Refusal>>(what: impl Into<String>) -> impl FnOnce(R) -> Self {
        let what = what.into();
        move |refusal| Self::Refused { what, refusal: refusal.into() }
    }
}
