//! What edges and services are, beyond their manifests.

use std::collections::BTreeMap;

use api::{EdgeStatus, ServiceStatus};
use model::{Kind, Name};
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;

use crate::{
    Store, StoreError,
    commit::DURING,
    sql::{Sql, json, parsed},
};

/// The last of each within a batch.
pub(crate) type Statuses<'a> = BTreeMap<(Kind, &'a Name), String>;

impl Store {
    /// Of every edge that has one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn edge_statuses(&self) -> Result<BTreeMap<Name, EdgeStatus>, StoreError> {
        self.steering(Kind::Edge).await
    }

    /// Of every service that has one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn service_statuses(&self) -> Result<BTreeMap<Name, ServiceStatus>, StoreError> {
        self.steering(Kind::Service).await
    }

    async fn steering<T: DeserializeOwned>(
        &self,
        kind: Kind,
    ) -> Result<BTreeMap<Name, T>, StoreError> {
        let mut sql = Sql::new("SELECT name, status FROM steering WHERE kind = ");
        sql.text(kind.as_str()).push(" ORDER BY name");
        let rows = sql.read(&self.pools.read, "steering").await?;
        rows.iter().map(|row| Ok((parsed(row, "name")?, json(row, "status")?))).collect()
    }
}

pub(crate) async fn put(tx: &mut AnyConnection, statuses: &Statuses<'_>) -> Result<(), StoreError> {
    for ((kind, name), status) in statuses {
        let mut sql = Sql::new("INSERT INTO steering (kind, name, status) VALUES (");
        sql.texts([kind.as_str(), name.as_str(), status]);
        sql.push(") ON CONFLICT (kind, name) DO UPDATE SET status = excluded.status");
        sql.execute(tx, DURING).await?;
    }
    Ok(())
}

pub(crate) async fn delete(
    tx: &mut AnyConnection,
    kind: Kind,
    name: &Name,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM steering WHERE kind = ");
    sql.text(kind.as_str()).push(" AND name = ").text(name.as_str());
    sql.execute(tx, DURING).await.map(drop)
}
