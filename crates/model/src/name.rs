//! Names: how everything is called.

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A name: 1 to 63 of `a-z`, `0-9` and `-`, starting and ending with a letter or digit (a DNS label, RFC 1123).
///
/// Names are copied and compared all the time: one of up to 23 bytes needs no memory of its own.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Text); // Invariant: checked in `from_str`, the only constructor.

/// Texts of different kinds are of different lengths.
#[derive(Clone)]
enum Text {
    /// With zeros behind it, which no name contains: so the bytes are in order as the names are.
    Short([u8; SHORT_MOST]),
    Long(Arc<str>),
}

const SHORT_MOST: usize = 23;

impl Text {
    fn new(text: &str) -> Self {
        let mut bytes = [0; SHORT_MOST];
        match bytes.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Self::Short(bytes)
            }
            None => Self::Long(text.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes) => bytes.split(|byte| *byte == 0).next().unwrap_or_default(),
            Self::Long(text) => text.as_bytes(),
        }
    }
}

/// The bytes as two numbers, which are in order as the bytes are; one byte is in both.
#[inline]
fn numbers(bytes: &[u8; SHORT_MOST]) -> (u128, u64) {
    let first = bytes.first_chunk().map_or(0, |it| u128::from_be_bytes(*it));
    (first, bytes.last_chunk().map_or(0, |it| u64::from_be_bytes(*it)))
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Text::Short(a), Text::Short(b)) => numbers(a) == numbers(b),
            (Text::Long(a), Text::Long(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Text::Short(a), Text::Short(b)) => numbers(a).cmp(&numbers(b)),
            (a, b) => a.bytes().cmp(b.bytes()),
        }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.bytes().hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Name").field(&self.as_str()).finish()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a name: use 1 to 63 of a-z, 0-9 and `-`, starting and ending with a letter or digit"
)]
pub struct InvalidName(pub String);

impl Name {
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Short(_) => std::str::from_utf8(self.0.bytes()).unwrap_or_default(),
            Text::Long(text) => text,
        }
    }

    /// What a transfer calls the checkpoint that a job goes on from.
    #[must_use]
    pub fn of_checkpoint() -> Self {
        Self(Text::new("checkpoint"))
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let ends_well = !text.starts_with('-') && !text.ends_with('-');
        if (1..=63).contains(&text.len()) && text.bytes().all(is_inner) && ends_well {
            return Ok(Self(Text::new(text)));
        }
        Err(InvalidName(text.chars().take(80).collect()))
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.as_str().to_owned()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "minLength": 1, "maxLength": 63,
            "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            "description": "1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit.",
        })
    }
}

/// How a job is called everywhere: its project and its name, written `project.name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobKey {
    pub project: Name,
    pub name: Name,
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.project, self.name))
    }
}

impl FromStr for JobKey {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (project, name) =
            text.split_once('.').ok_or_else(|| InvalidName(text.chars().take(130).collect()))?;
        Ok(Self { project: project.parse()?, name: name.parse()? })
    }
}

impl TryFrom<String> for JobKey {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<JobKey> for String {
    fn from(key: JobKey) -> Self {
        key.to_string()
    }
}

impl JsonSchema for JobKey {
    fn schema_name() -> Cow<'static, str> {
        "JobKey".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\.[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            "description": "project.name", "examples": ["demo.hello"],
        })
    }
}
