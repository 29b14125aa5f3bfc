//! What meters say of a run: one side's readings of one thing that is charged.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bytes, Carbon, Energy, QuantityError, Span, Time};

use crate::{Invalid, JobKey, LineKind, Name};

/// The two sides of a charge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Who gives: a site.
    Provider,
    /// Who takes: a project.
    Consumer,
}

impl Side {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Consumer => "consumer",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A usage event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metered {
    /// Whose meter: `/sites/NAME` or `/projects/NAME`, and what comes after it.
    pub source: String,
    /// Its own among all of its source.
    pub id: String,
    pub side: Side,
    pub job: JobKey,
    /// Which run of the job.
    pub attempt: u32,
    /// As it was sent: the job, or one of its tasks.
    pub subject: String,
    /// The kind of price line that it is a reading for.
    pub meter: LineKind,
    /// The pool, site, link or dataset of that line.
    pub what: Name,
    /// In base units of the kind: milliseconds of a unit, mJ, µg of CO2, bytes. At most [`QUANTITY_MOST`].
    pub quantity: u64,
    /// What was metered lies between these.
    pub start: Time,
    pub end: Time,
    /// A key that its site or project names has signed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
}

/// The most of one usage event, in base units.
pub const QUANTITY_MOST: u64 = 1_000_000_000_000_000_000;

impl LineKind {
    /// A quantity of this kind as people write it, in base units: "2h" of one unit, "3.2kWh", "0.5kgCO2", "120GB".
    ///
    /// # Errors
    /// It is not of this kind.
    pub fn quantity(self, text: &str) -> Result<u64, QuantityError> {
        match self {
            Self::Compute | Self::Waiting => text.parse().map(Span::get),
            Self::Electricity => text.parse().map(Energy::get),
            Self::Carbon => text.parse().map(Carbon::get),
            Self::Link | Self::Transfer | Self::Data => text.parse().map(Bytes::get),
        }
    }

    /// The same for people, as price lines have it.
    #[must_use]
    pub fn quantity_text(self, quantity: u64) -> String {
        match self {
            Self::Compute | Self::Waiting => format!("1 unit x {}", Span::new(quantity)),
            Self::Electricity => Energy::new(quantity).human(),
            Self::Carbon => Carbon::new(quantity).human(),
            Self::Link | Self::Transfer | Self::Data => Bytes::new(quantity).to_string(),
        }
    }
}

/// Keys of the meters of a site or project: at most 8 Ed25519 public keys.
pub(crate) fn check_keys(field: &str, keys: &[String], wrong: &mut Vec<Invalid>) {
    let is_key = |it: &String| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        it.len() == 44 && it.strip_suffix('=').is_some_and(|it| it.bytes().all(fits))
    };
    if keys.len() > 8 || !keys.iter().all(is_key) {
        let message = "at most 8 Ed25519 public keys, each 32 bytes in Base64";
        wrong.push(Invalid::new(field, message));
    }
}

/// All that one side has metered of a line of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub line: MeteredLine,
    pub side: Side,
    /// The sum of its events, in base units: at most 2^63 - 1.
    pub quantity: u64,
}

/// A line of a run of a job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MeteredLine {
    pub attempt: u32,
    pub meter: LineKind,
    pub what: Name,
}

impl Metered {
    /// The line that it is a reading for.
    #[must_use]
    pub fn line(&self) -> MeteredLine {
        MeteredLine { attempt: self.attempt, meter: self.meter, what: self.what.clone() }
    }
}
