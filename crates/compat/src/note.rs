//! What is said to the person whose text it is.

use std::fmt;

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Of the script or task file, from 1.
    Line(u64),
    /// An environment variable.
    Variable(String),
    CommandLine,
    /// The text as a whole.
    Whole,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}: "),
            Self::Variable(name) => write!(f, "{name}: "),
            Self::CommandLine => f.write_str("command line: "),
            Self::Whole => Ok(()),
        }
    }
}

/// Something that became something else, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub place: Place,
    /// As written: "--mail-type=END".
    pub what: String,
    /// What happens instead, and what to use.
    pub instead: String,
    /// It is not honoured at all: with `--strict` that is an error.
    pub lost: bool,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lost = if self.lost { " is not honoured" } else { "" };
        write!(f, "{}{}{lost}: {}", self.place, self.what, self.instead)
    }
}

/// What keeps the text from becoming a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    /// The option or field.
    pub what: String,
    pub message: String,
}

impl Fault {
    pub(crate) fn new(place: Place, what: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place, what: what.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}: {}", self.place, self.what, self.message)
    }
}
