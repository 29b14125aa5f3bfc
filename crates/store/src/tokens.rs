//! Tokens: kept as hashes, found by them.

use api::TokenView;
use model::Name;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Store, StoreError, Write,
    commit::DURING,
    sql::{Sql, maybe, maybe_time, parsed, time, word},
    stage::document,
};

/// Most tokens in one list.
const LIST_MOST: i64 = 10_000;

impl Store {
    /// The token with this hash, also if it has expired: the caller knows what time it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn token(&self, hash: &str) -> Result<Option<TokenView>, StoreError> {
        let mut sql = Sql::new(
            "SELECT name, role, project, site, edge, created, expires FROM token WHERE hash = ",
        );
        sql.text(hash);
        sql.read_one(&self.pools.read, "token").await?.as_ref().map(view).transpose()
    }

    /// By name, at most 10,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn tokens(&self) -> Result<Vec<TokenView>, StoreError> {
        let mut sql = Sql::new(
            "SELECT name, role, project, site, edge, created, expires FROM token ORDER BY name LIMIT ",
        );
        sql.int(LIST_MOST);
        sql.read(&self.pools.read, "tokens").await?.iter().map(view).collect()
    }
}

fn view(row: &AnyRow) -> Result<TokenView, StoreError> {
    Ok(TokenView {
        name: parsed(row, "name")?,
        role: word(row, "role")?,
        project: maybe(row, "project")?,
        site: maybe(row, "site")?,
        edge: maybe(row, "edge")?,
        created: time(row, "created")?,
        expires: maybe_time(row, "expires")?,
    })
}

/// In their order.
pub(crate) async fn write(tx: &mut AnyConnection, writes: &[&Write]) -> Result<(), StoreError> {
    for write in writes {
        match write {
            Write::Token { hash, view } => insert(tx, hash, view).await?,
            Write::DeleteToken(name) => delete(tx, name).await?,
            _ => {}
        }
    }
    Ok(())
}

async fn insert(tx: &mut AnyConnection, hash: &str, view: &TokenView) -> Result<(), StoreError> {
    let role = document("token", &view.name, &view.role)?;
    let mut sql = Sql::new(
        "INSERT INTO token (hash, name, role, project, site, edge, created, expires) VALUES (",
    );
    sql.texts([hash, view.name.as_str(), role.trim_matches('"'), or_none(view.project.as_ref())]);
    sql.push(", ").text(or_none(view.site.as_ref()));
    sql.push(", ").text(or_none(view.edge.as_ref())).push(", ").time(view.created);
    sql.push(", ").maybe_time(view.expires).push(") ON CONFLICT DO NOTHING");
    if sql.execute(tx, DURING).await? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict {
        what: "token",
        key: view.name.to_string(),
        expected: None,
        found: Some(1),
    })
}

async fn delete(tx: &mut AnyConnection, name: &Name) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM token WHERE name = ");
    sql.text(name.as_str());
    sql.execute(tx, DURING).await.map(drop)
}

fn or_none(name: Option<&Name>) -> &str {
    name.map_or("", Name::as_str)
}
