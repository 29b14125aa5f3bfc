//! Clearings of the market, for whoever wants to know what was paid.

use api::{ClearingView, Page};
use sqlx::AnyConnection;

use crate::{
    Store, StoreError,
    commit::DURING,
    cursor,
    list::page,
    page_size,
    sql::{Sql, json},
    stage::document,
};

const LIST: &str = "k";
/// The newest that are kept: five weeks of one every five minutes.
const KEPT: i64 = 10_000;

impl Store {
    /// The newest first. `limit` is held to 1 ..= [`crate::PAGE_MOST`].
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn clearings(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<ClearingView>, StoreError> {
        let before = cursor::read_number(LIST, cursor, i64::MAX)?;
        let mut sql = Sql::new("SELECT number AS seq, view FROM clearing WHERE number < ");
        sql.int(before).push(" ORDER BY number DESC LIMIT ").int(page_size(limit) + 1);
        let rows = sql.read(&self.pools.read, "clearings").await?;
        page(LIST, rows, limit, |row| json(row, "view"))
    }
}

/// Those beyond the newest that are kept go.
pub(crate) async fn write(
    tx: &mut AnyConnection,
    clearings: &[&ClearingView],
) -> Result<(), StoreError> {
    for view in clearings {
        let mut sql = Sql::new("INSERT INTO clearing (number, at, view) VALUES (");
        sql.int(view.number).push(", ").time(view.at).push(", ");
        sql.text(&document("clearing", &view.number, view)?).push(") ON CONFLICT DO NOTHING");
        sql.execute(tx, DURING).await?;
    }
    if clearings.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "DELETE FROM clearing WHERE number <= (SELECT number FROM clearing ORDER BY number DESC LIMIT 1 OFFSET ",
    );
    sql.int(KEPT).push(")");
    sql.execute(tx, DURING).await.map(drop)
}
