//! What can go wrong, by what the caller should do about it.

use units::Time;

/// Why the store could not do what was asked. Unless a variant says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing: say so to whoever asked.
    #[error("{what} `{key}` does not exist")]
    NotFound { what: &'static str, key: String },
    /// What is stored is not what the writer thinks: forget the cached view and read again.
    #[error("{what} `{key}` is stored {}, but the write expects {}", Version(*.found), Version(*.expected))]
    Conflict {
        what: &'static str,
        key: String,
        /// The version that should be stored; none: nothing should be.
        expected: Option<i64>,
        found: Option<i64>,
    },
    /// Another leads by now: stop deciding at once.
    #[error("term {term} is over: another server leads")]
    Fenced { term: i64 },
    /// Another leads: wait until its term ends, or take over by force.
    #[error("`{holder}` leads until {until}")]
    Led { holder: String, until: Time },
    /// The cursor is not one that this list gave: start from the first page.
    #[error("`{cursor}` is not a cursor of this list: use the one that came with the page before")]
    BadCursor { cursor: String },
    /// An account would have less than it may: what is stored is not what the writer thinks, read again.
    #[error("an account would be below what it may be during {during}")]
    Overdrawn { during: &'static str },
    /// Ask for less, or store less.
    #[error("{what} is too large: {size}, at most {most}")]
    TooLarge { what: &'static str, size: u64, most: u64 },
    /// What is stored cannot be read back: restore the database from a copy.
    #[error("stored {what} `{key}` is not valid: {detail}")]
    Corrupt { what: &'static str, key: String, detail: String },
    /// A newer program has changed the database: run that one.
    #[error("the database is at step {found} and this program knows {known}: use a newer program")]
    Newer { found: i64, known: i64 },
    /// An older program made the database: start this one's server over it once.
    #[error(
        "the database is at step {found} and this program reads {known}: start its server once (`jw up`)"
    )]
    Older { found: i64, known: i64 },
    /// Correct the address.
    #[error(
        "not an address of a database: {detail}; use sqlite:///path/file.db or postgres://user@host/name"
    )]
    BadUrl { detail: String },
    /// The database refused. If it was while committing, it may have been done all the same: read again.
    #[error("the database failed during {during}")]
    Database {
        during: &'static str,
        #[source]
        source: sqlx::Error,
    },
    /// The database does not answer: try again later. A write may have been done all the same: read again.
    #[error("the database does not answer during {during}: {detail}")]
    Unreachable { during: &'static str, detail: String },
}

/// A version, or its absence, for people.
struct Version(Option<i64>);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(version) => write!(f, "at version {version}"),
            None => f.write_str("nowhere"),
        }
    }
}

/// Sorts a failure of the database by whether waiting helps.
pub(crate) fn failed(during: &'static str) -> impl Fn(sqlx::Error) -> StoreError + Copy {
    move |source| {
        if is_away(&source) {
            StoreError::Unreachable { during, detail: source.to_string() }
        } else {
            StoreError::Database { during, source }
        }
    }
}

fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| is_away_code(&code)),
        _ => false,
    }
}

/// PostgreSQL class 08 (connection), 53 (no resources), 57P0x (shutting down), 55P03 (lock not available);
/// SQLite's primary codes 5 (busy), 6 (locked) and their extended forms.
fn is_away_code(code: &str) -> bool {
    let is_sqlite_lock =
        code.parse::<i64>().is_ok_and(|number| code.len() < 5 && matches!(number & 0xff, 5 | 6));
    let is_postgres = code.len() == 5
        && ["08", "53", "57P0", "55P03"].iter().any(|class| code.starts_with(class));
    is_sqlite_lock || is_postgres
}
