//! One thing wrong in a text: where, in which field, and what would be right.

use std::{cmp::Reverse, fmt};

use serde::de;

/// Where something stands in the text, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The way to a value, from the document down.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Path::Root, name) => f.write_str(&shown(name)),
            Self::Field(parent, name) => write!(f, "{parent}.{}", shown(name)),
            Self::Item(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// What is wrong, located as soon as it is known where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// None until a reader that knows its place has seen it.
    pub(super) at: Option<(String, Place)>,
    /// The field that should have been there.
    missing: Option<&'static str>,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { at: None, missing: None, message: message.into() }
    }

    /// With an empty field, the document as a whole.
    pub(super) fn located(
        field: impl Into<String>,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        let field = Some(field.into()).filter(|field| !field.is_empty());
        let field = field.unwrap_or_else(|| "document".to_owned());
        Self { at: Some((field, place)), ..Self::new(message) }
    }

    /// Sets where it is, if no inner reader has.
    pub(super) fn at(self, path: &Path<'_>, place: Place) -> Self {
        if self.at.is_some() {
            return self;
        }
        let field = match self.missing {
            Some(name) => Path::Field(path, name).to_string(),
            None => path.to_string(),
        };
        Self::located(field, place, self.message)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            missing: Some(field),
            ..Self::new(format!("`{field}` is missing: it must be given"))
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(unknown("field", field, expected))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(unknown("value", variant, expected))
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match unexpected {
            de::Unexpected::Map => "fields".to_owned(),
            de::Unexpected::Seq => "a list".to_owned(),
            de::Unexpected::Unit => "nothing".to_owned(),
            de::Unexpected::UnitVariant => {
                return Self::new("needs fields of its own, indented below it");
            }
            other => other.to_string(),
        };
        Self::new(format!("found {found}: expected {expected}"))
    }
}

/// At most 80 characters of a text.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

/// "unknown field `x`, did you mean `y`? Use one of ...".
pub(super) fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    let word = shown(word);
    let meant =
        nearest(&word, known).map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
    match known {
        [] => format!("unknown {what} `{word}`: nothing stands here"),
        _ if meant.is_empty() => {
            format!("unknown {what} `{word}`: use one of {}", known.join(", "))
        }
        _ => format!("unknown {what} `{word}`{meant} Use one of {}", known.join(", ")),
    }
}

/// What people write for what is called otherwise here.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("accelerators", &["gpu", "gpus", "npu", "npus", "accelerator", "cards", "devices"]),
    ("accelerator", &["gpu", "npu", "accelerators", "card"]),
    ("cores", &["cpu", "cpus", "core", "vcpu", "vcpus"]),
    ("memory", &["mem", "ram"]),
    ("command", &["cmd", "args", "run", "exec", "entrypoint"]),
    ("tasks", &["replicas", "count", "parallelism", "instances", "gang", "ranks"]),
    ("time_limit", &["timeout", "walltime", "limit"]),
    ("run_time", &["duration", "estimate", "length"]),
    ("env", &["environment", "variables"]),
    ("inputs", &["datasets", "data", "input"]),
    ("result", &["output", "outputs", "results"]),
    ("budget", &["max_cost", "cost"]),
    ("capacity", &["bandwidth"]),
    ("bandwidth", &["capacity", "throughput"]),
    ("delay", &["latency", "rtt"]),
    ("latency", &["delay", "rtt"]),
    ("units", &["count", "size", "nodes"]),
    ("place", &["location", "coordinates", "position"]),
    ("lat", &["latitude"]),
    ("lon", &["lng", "longitude"]),
    ("organization", &["owner", "provider", "org"]),
    ("retries", &["backoff_limit", "attempts"]),
    ("interruptible", &["preemptible", "spot"]),
    ("pauses", &["pause", "pausable", "suspend"]),
];

/// Fields that people look for one floor too high.
const INSIDE: &[(&str, &[&str])] = &[
    ("resources", &["cores", "memory", "accelerators", "any_of"]),
    ("network", &["bandwidth", "latency", "jitter"]),
    ("regions", &["allow", "forbid"]),
    ("metadata", &["name", "project", "title", "labels"]),
];

/// The known name that was probably meant.
pub(super) fn nearest(word: &str, known: &[&str]) -> Option<String> {
    let word = word.to_lowercase();
    let is_meant = |name: &str| {
        SYNONYMS.iter().any(|(right, wrong)| *right == name && wrong.contains(&word.as_str()))
    };
    if let Some(name) = known.iter().find(|name| is_meant(name)) {
        return Some((*name).to_owned());
    }
    let inside = INSIDE.iter().filter(|(parent, _)| known.contains(parent));
    for (parent, names) in inside {
        if let Some(name) = names.iter().find(|name| **name == word || is_meant(name)) {
            return Some(format!("{parent}.{name}"));
        }
    }
    by_spelling(&word, known)
}

fn by_spelling(word: &str, known: &[&str]) -> Option<String> {
    let likeness = |name: &&&str| {
        let lower = name.to_lowercase();
        let steps = strsim::damerau_levenshtein(word, &lower);
        let begins =
            word.len() >= 3 && (lower.starts_with(word) || word.starts_with(lower.as_str()));
        (begins || steps <= (lower.chars().count() / 3).max(1)).then_some((begins, Reverse(steps)))
    };
    let best = known.iter().filter(|name| likeness(name).is_some()).max_by_key(likeness);
    best.map(|name| (*name).to_owned())
}
