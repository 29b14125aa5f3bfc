//! What went wrong, as RFC 9457 problem details with stable types.

use model::{Alternative, Candidate, Invalid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of problem. Each has one `type` and one HTTP status for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The request is not of the right form: not JSON or YAML, an unknown parameter.
    Malformed,
    /// A manifest or field is wrong; see `errors`.
    Invalid,
    /// No token, or not a valid one.
    Unauthenticated,
    /// The policy does not permit it; see `rule`.
    Denied,
    NotFound,
    /// There is one of that name already and it is different.
    Exists,
    /// Changed by someone else since it was read, or in a state that does not allow this.
    Conflict,
    /// If-Match does not match.
    VersionMismatch,
    /// Other resources still refer to it.
    InUse,
    /// The events asked for are no longer kept.
    Gone,
    /// What was quoted is held no more.
    QuoteExpired,
    /// The body is larger than is taken.
    TooLarge,
    /// The order cannot be met; see `candidates` and `alternative`.
    Infeasible,
    /// An account does not suffice for it.
    InsufficientFunds,
    /// The same Idempotency-Key came with another request.
    KeyReused,
    /// Too many requests or waiting jobs: try again later.
    Busy,
    /// This server is not the leader or is starting: try again.
    Unavailable,
    /// A fault here, not in the request.
    Internal,
}

impl ProblemKind {
    pub const ALL: [Self; 18] = [
        Self::Malformed,
        Self::Invalid,
        Self::Unauthenticated,
        Self::Denied,
        Self::NotFound,
        Self::Exists,
        Self::Conflict,
        Self::VersionMismatch,
        Self::InUse,
        Self::Gone,
        Self::QuoteExpired,
        Self::TooLarge,
        Self::Infeasible,
        Self::InsufficientFunds,
        Self::KeyReused,
        Self::Busy,
        Self::Unavailable,
        Self::Internal,
    ];

    /// Stable code, the last part of `type`; HTTP status; title.
    pub const fn describe(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::Malformed => ("malformed", 400, "The request cannot be read"),
            Self::Invalid => ("invalid", 422, "A field is wrong"),
            Self::Unauthenticated => ("unauthenticated", 401, "A valid token is needed"),
            Self::Denied => ("denied", 403, "The policy does not permit this"),
            Self::NotFound => ("not-found", 404, "There is no such thing"),
            Self::Exists => ("exists", 409, "There is another of this name"),
            Self::Conflict => ("conflict", 409, "Its state does not allow this"),
            Self::VersionMismatch => ("version-mismatch", 412, "It was changed meanwhile"),
            Self::InUse => ("in-use", 409, "Others refer to it"),
            Self::Gone => ("gone", 410, "These events are no longer kept"),
            Self::QuoteExpired => ("quote-expired", 410, "The quote is over"),
            Self::TooLarge => ("too-large", 413, "The request is too large"),
            Self::Infeasible => ("infeasible", 422, "The order cannot be met"),
            Self::InsufficientFunds => ("insufficient-funds", 402, "The account does not suffice"),
            Self::KeyReused => {
                ("key-reused", 422, "The idempotency key was used for another request")
            }
            Self::Busy => ("busy", 429, "Too much at once"),
            Self::Unavailable => ("unavailable", 503, "Not ready"),
            Self::Internal => ("internal", 500, "A fault in the server"),
        }
    }

    pub const fn code(self) -> &'static str {
        self.describe().0
    }

    pub const fn status(self) -> u16 {
        self.describe().1
    }
}

/// RFC 9457 problem details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// `urn:jingwei:problem:` and the code; stable.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What was wrong and what would be right.
    pub detail: String,
    /// Each wrong field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Invalid>,
    /// The rule that denied it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Each site with the rule that refuses it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// The nearest order that could be met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<Alternative>,
}

impl Problem {
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let (code, status, title) = kind.describe();
        Self {
            kind: format!("urn:jingwei:problem:{code}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            errors: Vec::new(),
            rule: None,
            candidates: Vec::new(),
            alternative: None,
        }
    }

    /// A problem of the kind [`ProblemKind::Invalid`] with its wrong fields.
    #[must_use]
    pub fn invalid(errors: Vec<Invalid>) -> Self {
        let detail = match errors.as_slice() {
            [] => "a field is wrong".to_owned(),
            [only] => only.to_string(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        };
        Self { errors, ..Self::new(ProblemKind::Invalid, detail) }
    }

    #[must_use]
    pub fn code(&self) -> &str {
        self.kind.rsplit(':').next().unwrap_or_default()
    }

    #[must_use]
    pub fn is(&self, kind: ProblemKind) -> bool {
        self.code() == kind.code()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}
