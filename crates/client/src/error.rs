//! Why a call came to nothing, and what its caller can do.

use api::{Problem, ProblemKind};

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused: see the problem's kind for what to change.
    #[error("{}", told(.0))]
    Problem(Box<Problem>),
    /// Nobody answers there: start a server or give another address, then try again.
    #[error("cannot reach {server}: {}: is `jw up` running?", root(.source))]
    Unreachable {
        server: String,
        #[source]
        source: reqwest::Error,
    },
    /// It took longer than is waited for. Asking again does no harm.
    #[error("{server} did not answer within {seconds} s: it is too busy or not Jingwei, try again")]
    TooSlow { server: String, seconds: u64 },
    /// Not sent, because it would be unsafe or cannot work: change the address or the options.
    #[error("{0}")]
    Refused(String),
    /// Something answered that is not Jingwei, or is of another version.
    #[error(
        "{server} answered {status} with what is not understood: {message}: is it a Jingwei of this version?"
    )]
    Answer { server: String, status: u16, message: String },
}

impl ClientError {
    /// Whether the server gave a problem of this kind.
    #[must_use]
    pub fn is(&self, kind: ProblemKind) -> bool {
        matches!(self, Self::Problem(problem) if problem.is(kind))
    }

    /// The server's problem, if it is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// The same call may succeed later without any change.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Problem(problem) => {
                problem.is(ProblemKind::Unavailable) || problem.is(ProblemKind::Busy)
            }
            Self::Unreachable { .. } | Self::TooSlow { .. } => true,
            Self::Refused(_) | Self::Answer { .. } => false,
        }
    }
}

/// The problem's words, and where a token comes from if one is needed.
fn told(problem: &Problem) -> String {
    if problem.is(ProblemKind::Unauthenticated) {
        return format!("{problem}: give a token in JW_TOKEN, or its file in JW_TOKEN_FILE");
    }
    problem.to_string()
}

/// The innermost cause: "Connection refused (os error 111)".
fn root(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
