//! Who may write. One row holds the term; every commit changes that row, so two leaders can never both commit.

use sqlx::AnyConnection;
use units::{Span, Time};

use crate::{
    Store, StoreError,
    error::failed,
    sql::{Sql, int, text, time, within},
    stage::Batch,
};

const DURING: &str = "lead";

/// The leader of now or the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leader {
    pub term: i64,
    /// Empty before the first.
    pub holder: String,
    /// It may have stopped since; before this nobody else takes over without force.
    pub until: Time,
}

/// The last numbers handed out, with those of this batch.
pub(crate) struct Numbers {
    pub(crate) job: i64,
    pub(crate) charge: i64,
    pub(crate) posting: i64,
    pub(crate) usage: i64,
}

impl Store {
    /// Begins a new term for `holder`, which ends every earlier term at once. The same holder may do so again at any
    /// time; another only after `until`, or by `force`.
    ///
    /// # Errors
    /// [`StoreError::Led`] while another leads; [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn lead(
        &self,
        holder: &str,
        now: Time,
        ttl: Span,
        force: bool,
    ) -> Result<i64, StoreError> {
        within(crate::commit::MOST, DURING, async {
            let mut tx = self.begin(DURING).await?;
            let term = take(&mut tx, holder, now, ttl, force).await?;
            tx.commit().await.map_err(failed(DURING))?;
            Ok(term)
        })
        .await
    }

    /// Who leads, or led last.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn leader(&self) -> Result<Leader, StoreError> {
        let sql = Sql::new("SELECT term, holder, until FROM leader WHERE id = 1");
        let row = sql.read_one(&self.pools.read, "leader").await?.ok_or_else(no_row)?;
        Ok(Leader {
            term: int(&row, "term")?,
            holder: text(&row, "holder")?.to_owned(),
            until: time(&row, "until")?,
        })
    }
}

async fn take(
    tx: &mut AnyConnection,
    holder: &str,
    now: Time,
    ttl: Span,
    force: bool,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new("UPDATE leader SET term = term + 1, holder = ");
    sql.text(holder).push(", until = ").time(now.after(ttl));
    sql.push(" WHERE id = 1 AND (until <= ").time(now).push(" OR holder = ").text(holder);
    sql.push(if force { " OR 1 = 1" } else { "" }).push(") RETURNING term");
    if let Some(row) = sql.row(tx, DURING).await? {
        return int(&row, "term");
    }
    let row = Sql::new("SELECT holder, until FROM leader WHERE id = 1")
        .row(tx, DURING)
        .await?
        .ok_or_else(no_row)?;
    Err(StoreError::Led { holder: text(&row, "holder")?.to_owned(), until: time(&row, "until")? })
}

/// Proves that `term` still leads, prolongs it, and hands out the numbers that the batch needs.
pub(crate) async fn renew(
    tx: &mut AnyConnection,
    term: i64,
    until: Time,
    batch: &Batch<'_>,
) -> Result<Numbers, StoreError> {
    let (first_event, last_event) = batch.event_range();
    let mut sql = Sql::new("UPDATE leader SET until = ");
    sql.time(until);
    sql.push(", job_seq = job_seq + ").int(batch.births());
    sql.push(", charge_seq = charge_seq + ").int(batch.charge_count());
    sql.push(", ledger_seq = ledger_seq + ").int(batch.ledger().postings());
    sql.push(", usage_seq = usage_seq + ").int(batch.usage_count());
    sql.push(", event_seq = CASE WHEN event_seq < ").int(last_event);
    sql.push(" THEN ").int(last_event).push(" ELSE event_seq END");
    sql.push(" WHERE id = 1 AND term = ").int(term).push(" AND event_seq < ").int(first_event);
    sql.push(" RETURNING job_seq, charge_seq, ledger_seq, usage_seq");
    match sql.row(tx, crate::commit::DURING).await? {
        Some(row) => Ok(Numbers {
            job: int(&row, "job_seq")?,
            charge: int(&row, "charge_seq")?,
            posting: int(&row, "ledger_seq")?,
            usage: int(&row, "usage_seq")?,
        }),
        None => Err(why_not(tx, term, first_event).await?),
    }
}

async fn why_not(
    tx: &mut AnyConnection,
    term: i64,
    first_event: i64,
) -> Result<StoreError, StoreError> {
    let sql = Sql::new("SELECT term, event_seq FROM leader WHERE id = 1");
    let row = sql.row(tx, crate::commit::DURING).await?.ok_or_else(no_row)?;
    if int(&row, "term")? != term {
        return Ok(StoreError::Fenced { term });
    }
    let found = Some(int(&row, "event_seq")?);
    Ok(StoreError::Conflict {
        what: "event",
        key: first_event.to_string(),
        expected: Some(first_event - 1),
        found,
    })
}

pub(crate) fn no_row() -> StoreError {
    let detail = "its row is missing".to_owned();
    StoreError::Corrupt { what: "leader", key: "1".to_owned(), detail }
}
