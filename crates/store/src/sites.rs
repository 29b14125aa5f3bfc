//! What agents last said of their sites.

use std::collections::BTreeMap;

use api::SiteStatus;
use model::Name;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Store, StoreError,
    commit::Statements,
    sql::{Params, Sql, json, parsed, text},
    stage::Stage,
};

pub(crate) const PUT: (&str, usize, &str) = (
    "INSERT INTO site_status (site, status) VALUES ",
    2,
    " ON CONFLICT (site) DO UPDATE SET status = excluded.status",
);

pub(crate) const PUT_DATA: (&str, usize, &str) = (
    "INSERT INTO site_data (site, data) VALUES ",
    2,
    " ON CONFLICT (site) DO UPDATE SET data = excluded.data",
);

impl Store {
    /// Of every site that has one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn site_statuses(&self) -> Result<BTreeMap<Name, SiteStatus>, StoreError> {
        let sql = Sql::new(
            "SELECT s.site, s.status, COALESCE(d.data, '') AS data FROM site_status AS s \
             LEFT JOIN site_data AS d ON d.site = s.site ORDER BY s.site",
        );
        let rows = sql.read(&self.pools.read, "site_statuses").await?;
        rows.iter().map(|row| Ok((parsed(row, "site")?, status(row)?))).collect()
    }
}

/// From the columns `status` and `data`, of which the second may be empty.
pub(crate) fn status(row: &AnyRow) -> Result<SiteStatus, StoreError> {
    let mut status: SiteStatus = json(row, "status")?;
    if !text(row, "data")?.is_empty() {
        status.data = Some(json(row, "data")?);
    }
    Ok(status)
}

pub(crate) async fn put(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
) -> Result<(), StoreError> {
    let bind = |(site, text): &(&Name, &String), params: &mut Params| {
        params.text(site.as_str()).text(text);
    };
    let sites: Vec<(&Name, &String)> = stage.sites.iter().map(|(site, it)| (*site, it)).collect();
    all.put_sites.execute(tx, &sites, bind).await?;
    let data: Vec<(&Name, &String)> =
        stage.site_data.iter().map(|(site, it)| (*site, it)).collect();
    all.put_site_data.execute(tx, &data, bind).await.map(drop)
}
