//! What agents last said of their sites.

use std::collections::BTreeMap;

use api::SiteStatus;
use model::Name;
use sqlx::AnyConnection;

use crate::{
    Store, StoreError,
    commit::Statements,
    sql::{Params, Sql, json, parsed},
    stage::Stage,
};

pub(crate) const PUT: (&str, usize, &str) = (
    "INSERT INTO site_status (site, status) VALUES ",
    2,
    " ON CONFLICT (site) DO UPDATE SET status = excluded.status",
);

impl Store {
    /// Of every site that has one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn site_statuses(&self) -> Result<BTreeMap<Name, SiteStatus>, StoreError> {
        let sql = Sql::new("SELECT site, status FROM site_status ORDER BY site");
        let rows = sql.read(&self.pools.read, "site_statuses").await?;
        rows.iter().map(|row| Ok((parsed(row, "site")?, json(row, "status")?))).collect()
    }
}

pub(crate) async fn put(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
) -> Result<(), StoreError> {
    let sites: Vec<(&Name, &String)> =
        stage.sites.iter().map(|(site, status)| (*site, status)).collect();
    let bind = |(site, status): &(&Name, &String), params: &mut Params| {
        params.text(site.as_str()).text(status);
    };
    all.put_sites.execute(tx, &sites, bind).await.map(drop)
}
