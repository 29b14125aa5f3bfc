//! Durable state. One struct, two databases (SQLite in one file, PostgreSQL by address), one set of SQL.
//!
//! Knows how records are kept, found and counted, and that only the leader of the day may write. Does not know
//! what a job's states mean, who may see what, or what time it is.
//!
//! The SQL is the subset that both databases read alike: `$1` parameters, TEXT and BIGINT columns, `WITH ...
//! (VALUES ...)`, `UPDATE ... FROM`, `ON CONFLICT`, `RETURNING`, partial indexes. Times are milliseconds, money is
//! nano-yuan, an empty text is "none".

mod answers;
mod bulk;
mod certificates;
mod charges;
mod clearings;
mod commit;
mod connect;
mod cursor;
mod energy;
mod error;
mod events;
mod jobs;
mod leader;
mod ledger;
mod list;
mod logs;
mod migrate;
mod resources;
mod sites;
mod sql;
mod stage;
mod steering;
mod tokens;
mod usage;

use std::{sync::Arc, time::Duration};

use sqlx::{Any, Transaction};

pub use answers::StoredAnswer;
pub use certificates::{CERTIFICATES_MOST, CertificateFilter};
pub use charges::{BILL_ROWS_MOST, BillFilter, CHARGES_MOST};
pub use commit::Write;
pub use energy::{ENERGY_USES_MOST, SIGNALS_MOST, StoredSignal};
pub use error::StoreError;
pub use events::EventFilter;
pub use leader::Leader;
pub use ledger::{LedgerBench, LedgerSpeed, Quantiles, VIOLATIONS_MOST, Verified, Violation};
pub use list::JobFilter;
pub use logs::{LOG_MOST, LogPage};
pub use usage::{DisputeFilter, JobUsage};

use crate::{
    commit::Statements,
    connect::Pools,
    error::failed,
    sql::{Sql, within},
};

/// Most items on a page, whatever is asked.
pub const PAGE_MOST: usize = 1_000;
/// How long `ping` waits.
const PING: Duration = Duration::from_secs(2);
/// Pages of 4 KiB in SQLite's log from which on it is begun anew.
const LOG_PAGES: i64 = 8_192;
/// How long opening may take, with all migrations.
const OPEN: Duration = Duration::from_secs(300);

/// The store. Cheap to clone: all clones share their connections.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Pools,
    statements: Arc<Statements>,
}

impl Store {
    /// Opens `sqlite:///path/file.db`, `sqlite::memory:` or `postgres://...` and brings it to the shape that this
    /// program knows. A file, and its folder if that is not there, are made for their owner only.
    ///
    /// # Errors
    /// [`StoreError::BadUrl`], [`StoreError::Newer`], [`StoreError::Unreachable`], [`StoreError::Database`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let pools = connect::connect(url).await?;
        let statements = Arc::new(Statements::new(pools.backend));
        let store = Self { pools, statements };
        within(OPEN, "migrate", store.migrate()).await?;
        Ok(store)
    }

    /// Opens a database that a server made, to read what is in it: nothing is made and nothing is changed, whether the
    /// server runs or not.
    ///
    /// # Errors
    /// As [`Self::open`], and [`StoreError::Older`] where it is not in the shape that this program knows.
    pub async fn open_to_read(url: &str) -> Result<Self, StoreError> {
        let pools = connect::look(url).await?;
        let statements = Arc::new(Statements::new(pools.backend));
        let store = Self { pools, statements };
        store.check_step().await?;
        Ok(store)
    }

    /// Whether the database answers, within two seconds.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] or [`StoreError::Database`] if it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let asked = Sql::new("SELECT term FROM leader WHERE id = 1").read(&self.pools.read, "ping");
        within(PING, "ping", asked).await.map(drop)
    }

    /// Copies what commits left in SQLite's log into its file, beside the writer; to be called about once a second.
    /// Nothing is lost without it: the log grows, and a commit does the work when it has to. Does nothing over
    /// PostgreSQL and in memory.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        let Some(pool) = &self.pools.checkpoint else { return Ok(()) };
        let passive = Sql::new("PRAGMA wal_checkpoint(PASSIVE)");
        let Some(row) = passive.read_one(pool, "checkpoint").await? else { return Ok(()) };
        if sql::int(&row, "log")? > LOG_PAGES {
            // The little that is left, with the writer held, so that the log begins anew.
            Sql::new("PRAGMA wal_checkpoint(RESTART)")
                .read_one(&self.pools.write, "checkpoint")
                .await?;
        }
        Ok(())
    }

    /// Ends all connections once their work is done. Without it nothing that was acknowledged is lost either.
    pub async fn close(&self) {
        if let Some(checkpoint) = &self.pools.checkpoint {
            checkpoint.close().await;
        }
        self.pools.read.close().await;
        self.pools.write.close().await;
    }

    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.pools.write.is_closed()
    }

    /// A transaction that writes.
    async fn begin(&self, during: &'static str) -> Result<Transaction<'static, Any>, StoreError> {
        self.pools.write.begin_with(self.pools.backend.begin()).await.map_err(failed(during))
    }
}

/// A page's length within its bounds, as SQL wants it.
fn page_size(limit: usize) -> i64 {
    i64::try_from(limit.clamp(1, PAGE_MOST)).unwrap_or(1)
}
