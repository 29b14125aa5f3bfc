//! Brings a database to the shape that this program knows, step by step, each once.

use sqlx::{AnyConnection, AssertSqlSafe, Executor};

use crate::{
    Store, StoreError,
    connect::Backend,
    error::failed,
    sql::{Sql, int},
};

/// Numbered from 1 without gaps. A step that was released is never changed.
const STEPS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_site_data.sql"),
    include_str!("../migrations/0003_job_ran.sql"),
    include_str!("../migrations/0004_charge_charged.sql"),
    include_str!("../migrations/0005_ledger.sql"),
    include_str!("../migrations/0006_edges.sql"),
    include_str!("../migrations/0007_energy.sql"),
    include_str!("../migrations/0008_clearings.sql"),
    include_str!("../migrations/0009_usage.sql"),
];

const DURING: &str = "migrate";

impl Store {
    /// Idempotent; servers that start together take turns.
    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        let mut tx = self.begin(DURING).await?;
        take_turn(self.pools.backend, &mut tx).await?;
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        let found = applied(&mut tx).await?;
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        for (number, step) in (1..).zip(STEPS).filter(|(number, _)| *number > found) {
            apply(self.pools.backend, &mut tx, number, step).await?;
        }
        tx.commit().await.map_err(failed(DURING))
    }

    /// Whether it is in the shape that this program knows. Changes nothing.
    pub(crate) async fn check_step(&self) -> Result<(), StoreError> {
        let sql = Sql::new("SELECT COALESCE(MAX(number), 0) AS number FROM migration");
        let found = match sql.read_one(&self.pools.read, DURING).await {
            Ok(row) => row.map_or(Ok(0), |row| int(&row, "number"))?,
            // There is no such table.
            Err(StoreError::Database { .. }) => 0,
            Err(error) => return Err(error),
        };
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        match found.cmp(&known) {
            std::cmp::Ordering::Less => Err(StoreError::Older { found, known }),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(StoreError::Newer { found, known }),
        }
    }
}

/// On SQLite the transaction itself is the lock.
async fn take_turn(backend: Backend, tx: &mut AnyConnection) -> Result<(), StoreError> {
    if backend == Backend::Postgres {
        let lock = sqlx::raw_sql("SELECT pg_advisory_xact_lock(7070707070)");
        tx.execute(lock).await.map_err(failed(DURING))?;
    }
    Ok(())
}

/// The last step that was applied; 0 for an empty database.
async fn applied(tx: &mut AnyConnection) -> Result<i64, StoreError> {
    let table = "CREATE TABLE IF NOT EXISTS migration (number BIGINT NOT NULL PRIMARY KEY)";
    tx.execute(table).await.map_err(failed(DURING))?;
    let row = tx.fetch_one("SELECT COALESCE(MAX(number), 0) AS number FROM migration").await;
    int(&row.map_err(failed(DURING))?, "number")
}

async fn apply(
    backend: Backend,
    tx: &mut AnyConnection,
    number: i64,
    step: &str,
) -> Result<(), StoreError> {
    let text = dialect(backend, step);
    tx.execute(sqlx::raw_sql(AssertSqlSafe(text))).await.map_err(failed(DURING))?;
    let mut record = Sql::new("INSERT INTO migration (number) VALUES (");
    record.int(number).push(")");
    tracing::info!(step = number, "the database is brought to the next step");
    record.execute(tx, DURING).await.map(drop)
}

/// The two words that differ. PostgreSQL sorts text by language unless told to compare bytes, as SQLite does;
/// SQLite makes a number the row's own address only under the name INTEGER, which is too narrow in PostgreSQL.
fn dialect(backend: Backend, step: &str) -> String {
    match backend {
        Backend::Postgres => step.replace(" TEXT", " TEXT COLLATE \"C\""),
        Backend::Sqlite => step.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY"),
    }
}
