//! Points in time.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{QuantityError, Span};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, from year -9999 to 9999. Written as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// Before every real point in time.
    pub const MIN: Self = Self(-377_705_023_201_000);
    /// After every real point in time.
    pub const MAX: Self = Self(253_402_207_200_000);

    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Later by `span`; sticks at [`Time::MAX`].
    #[must_use]
    pub fn after(self, span: Span) -> Self {
        let later = i64::try_from(span.get()).ok().and_then(|ms| self.0.checked_add(ms));
        Self(later.unwrap_or(Self::MAX.0).min(Self::MAX.0))
    }

    /// Earlier by `span`; sticks at [`Time::MIN`].
    #[must_use]
    pub fn before(self, span: Span) -> Self {
        let earlier = i64::try_from(span.get()).ok().and_then(|ms| self.0.checked_sub(ms));
        Self(earlier.unwrap_or(Self::MIN.0).max(Self::MIN.0))
    }

    /// How long since `earlier`; zero if that is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Span {
        Span::new(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// As a `jiff` timestamp, for calendars and time zones.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for Time {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.timestamp().to_string())
    }
}

impl FromStr for Time {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let timestamp: Timestamp = text.trim().parse().map_err(|_| QuantityError::NotANumber {
            text: text.to_owned(),
            what: "point in time",
            example: "2026-03-01T08:00:00+08:00",
        })?;
        Ok(timestamp.into())
    }
}

/// A point in time as people write it: absolute, or counted from when the manifest arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    At(Time),
    /// Written "+6h".
    After(Span),
}

impl When {
    #[must_use]
    pub fn from(self, now: Time) -> Time {
        match self {
            Self::At(time) => time,
            Self::After(span) => now.after(span),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => time.fmt(f),
            Self::After(span) => f.pad(&format!("+{span}")),
        }
    }
}

impl FromStr for When {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().strip_prefix('+') {
            Some(span) => span.parse().map(Self::After),
            None => text.parse().map(Self::At),
        }
    }
}

macro_rules! as_text {
    ($name:ident, $format:literal, $example:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: Cow<'de, str> = Deserialize::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $format, "examples": [$example] })
            }
        }
    };
}

as_text!(Time, "A point in time, RFC 3339.", "2026-03-01T08:00:00+08:00");
as_text!(When, "A point in time, RFC 3339, or counted from submission.", "+6h");
