//! Which database an address names, and how to hold connections to it.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    str::FromStr,
    time::Duration,
};

use sqlx::{
    AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions, Connection, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
    sqlite::SqliteConnectOptions,
};

use crate::{StoreError, error::failed, sql::within};

/// How long to wait for a connection.
const ACQUIRE: Duration = Duration::from_secs(10);
/// Connections that read one SQLite file.
const SQLITE_READERS: u32 = 4;
/// Connections to a PostgreSQL server.
const POSTGRES: u32 = 8;

/// WAL with full sync: what is acknowledged is on disk. A negative cache size is in KiB, a connection.
const WRITER: &str =
    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 65536;
    PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF";
/// Copies what commits left in the log into the file, beside the writer instead of inside one of its commits.
const CHECKPOINTER: &str = "PRAGMA busy_timeout = 1000; PRAGMA synchronous = FULL";
const READER: &str =
    "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON; PRAGMA cache_size = -8192;
    PRAGMA temp_store = MEMORY";
/// A server that hangs does not hang this one. `synchronous_commit` is left as the server has it: on, unless its
/// owner accepts to lose the last commits.
const SERVER: &str = "SET statement_timeout = '60s'; SET lock_timeout = '20s';
    SET idle_in_transaction_session_timeout = '60s'";

/// The few places where the databases differ ask this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// How a transaction that writes begins. SQLite must take its lock first, else two that read before they
    /// write deadlock.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }
}

/// One set of connections that write, one that read; they may be the same.
#[derive(Debug, Clone)]
pub(crate) struct Pools {
    pub(crate) backend: Backend,
    pub(crate) write: AnyPool,
    pub(crate) read: AnyPool,
    /// Only for an SQLite file.
    pub(crate) checkpoint: Option<AnyPool>,
}

pub(crate) async fn connect(url: &str) -> Result<Pools, StoreError> {
    sqlx::any::install_default_drivers();
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        try_once(url).await?;
        let pool = pool(url, POSTGRES, SERVER).await?;
        return Ok(Pools {
            backend: Backend::Postgres,
            write: pool.clone(),
            read: pool,
            checkpoint: None,
        });
    }
    if !url.starts_with("sqlite:") {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        return Err(bad_url(format!(
            "`{}` is not known",
            scheme.chars().take(32).collect::<String>()
        )));
    }
    if url == "sqlite::memory:" {
        let pool = pool(url, 1, WRITER).await?;
        return Ok(Pools {
            backend: Backend::Sqlite,
            write: pool.clone(),
            read: pool,
            checkpoint: None,
        });
    }
    prepare_file(url)?;
    let write = pool(url, 1, WRITER).await?;
    let read = pool(url, SQLITE_READERS, READER).await?;
    let checkpoint = Some(pool(url, 1, CHECKPOINTER).await?);
    Ok(Pools { backend: Backend::Sqlite, write, read, checkpoint })
}

/// A server that is not there is told at once: a pool would try until its time is over.
async fn try_once(url: &str) -> Result<(), StoreError> {
    let options = options(url)?;
    let connected = async { options.connect().await.map_err(failed("connect")) };
    let connection = within(ACQUIRE, "connect", connected).await?;
    connection.close().await.map_err(failed("connect"))
}

/// The address may hold a password: the error must not repeat it.
fn options(url: &str) -> Result<AnyConnectOptions, StoreError> {
    let options =
        AnyConnectOptions::from_str(url).map_err(|_| bad_url("it cannot be read".to_owned()))?;
    Ok(options.disable_statement_logging())
}

/// Only to read what is there: nothing is made and nothing changed.
pub(crate) async fn look(url: &str) -> Result<Pools, StoreError> {
    sqlx::any::install_default_drivers();
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return connect(url).await;
    }
    let options =
        SqliteConnectOptions::from_str(url).map_err(|_| bad_url("it cannot be read".to_owned()))?;
    let path = options.get_filename();
    if !path.is_file() {
        return Err(bad_url(format!("there is no file {}", path.display())));
    }
    let read = pool(url, 1, READER).await?;
    Ok(Pools { backend: Backend::Sqlite, write: read.clone(), read, checkpoint: None })
}

async fn pool(url: &str, most: u32, setup: &'static str) -> Result<AnyPool, StoreError> {
    AnyPoolOptions::new()
        .max_connections(most)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| Box::pin(set_up(connection, setup)))
        .connect_with(options(url)?)
        .await
        .map_err(failed("connect"))
}

async fn set_up(connection: &mut AnyConnection, setup: &'static str) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(setup))).await.map(drop)
}

/// Makes the file and its folders, for their owner only, if they are not there yet.
fn prepare_file(url: &str) -> Result<(), StoreError> {
    let options =
        SqliteConnectOptions::from_str(url).map_err(|_| bad_url("it cannot be read".to_owned()))?;
    let path = options.get_filename();
    create(path).map_err(|error| bad_url(format!("cannot create {}: {error}", path.display())))
}

fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}

const fn bad_url(detail: String) -> StoreError {
    StoreError::BadUrl { detail }
}
