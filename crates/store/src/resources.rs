//! Resources of every kind but Job.

use std::collections::BTreeMap;

use api::{Page, ResourceView};
use model::{Kind, Name};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    PAGE_MOST, Store, StoreError,
    commit::{DURING, Statements},
    cursor,
    list::page_by,
    page_size, sites,
    sql::{Params, Sql, int, json, parsed, text, time},
    stage::{Change, Stage},
    steering,
};

pub(crate) const FIND: (&str, usize, &str) = (
    "WITH v (kind, name) AS (VALUES ",
    2,
    ") SELECT resource.kind, resource.name, resource.version FROM v CROSS JOIN resource \
     WHERE resource.kind = v.kind AND resource.name = v.name",
);
pub(crate) const PUT: (&str, usize, &str) = (
    "INSERT INTO resource (kind, name, version, created, updated, metadata, spec) VALUES ",
    7,
    " ON CONFLICT (kind, name) DO UPDATE SET version = excluded.version, updated = excluded.updated, \
     metadata = excluded.metadata, spec = excluded.spec",
);

const ROWS: &str = "SELECT r.kind, r.metadata, r.spec, r.version, r.created, r.updated, \
     COALESCE(s.status, '') AS status, COALESCE(d.data, '') AS data FROM resource AS r \
     LEFT JOIN site_status AS s ON r.kind = 'Site' AND s.site = r.name \
     LEFT JOIN site_data AS d ON d.site = s.site";
const LIST: &str = "r";

type Key<'a> = (Kind, &'a Name);

impl Store {
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn resource(&self, kind: Kind, name: &Name) -> Result<ResourceView, StoreError> {
        let mut sql = Sql::new(ROWS);
        sql.push(" WHERE r.kind = ").text(kind.as_str()).push(" AND r.name = ").text(name.as_str());
        let row = sql.read_one(&self.pools.read, "resource").await?;
        view(
            &row.ok_or_else(|| StoreError::NotFound {
                what: kind.as_str(),
                key: name.to_string(),
            })?,
        )
    }

    /// Of one kind, by name. `limit` is held to 1 ..= [`PAGE_MOST`].
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn resources(
        &self,
        kind: Kind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ResourceView>, StoreError> {
        let list = format!("{LIST}-{kind}");
        let after = after.map_or(Ok(String::new()), |after| cursor::read(&list, after))?;
        let mut sql = Sql::new(ROWS);
        sql.push(" WHERE r.kind = ").text(kind.as_str()).push(" AND r.name > ").text(&after);
        sql.push(" ORDER BY r.name LIMIT ").int(page_size(limit) + 1);
        let rows = sql.read(&self.pools.read, "resources").await?;
        let name = |last: &ResourceView| cursor::write(&list, last.metadata.name.as_str());
        page_by(rows.iter().map(view), limit, name)
    }

    /// The whole world, in the order of [`Kind`], then of names: read page by page, so what changes meanwhile may be
    /// seen half. Nothing changes while the caller leads and does not commit.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn all_resources(&self) -> Result<Vec<ResourceView>, StoreError> {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            all.extend(self.all_of(kind).await?);
        }
        Ok(all)
    }

    /// All of one kind, by name, read in the same way.
    ///
    /// # Errors
    /// As [`Self::all_resources`].
    pub async fn all_of(&self, kind: Kind) -> Result<Vec<ResourceView>, StoreError> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.resources(kind, cursor.as_deref(), PAGE_MOST).await?;
            all.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }
}

fn view(row: &AnyRow) -> Result<ResourceView, StoreError> {
    let has_status = !text(row, "status")?.is_empty();
    Ok(ResourceView {
        kind: parsed(row, "kind")?,
        metadata: json(row, "metadata")?,
        spec: json(row, "spec")?,
        version: int(row, "version")?,
        created: time(row, "created")?,
        updated: time(row, "updated")?,
        status: has_status.then(|| sites::status(row)).transpose()?,
    })
}

pub(crate) async fn put(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
) -> Result<(), StoreError> {
    if stage.resources.is_empty() {
        return Ok(());
    }
    let stored = find(tx, all, stage).await?;
    for (key, change) in &stage.resources {
        check(*key, change, &stored)?;
    }
    let changed: Vec<&Change<'_, ResourceView>> = stage.resources.values().collect();
    all.put_resources.execute(tx, &changed, |change, params| bind(change, params)).await.map(drop)
}

async fn find(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
) -> Result<BTreeMap<(Kind, String), i64>, StoreError> {
    let keys: Vec<Key<'_>> = stage.resources.keys().copied().collect();
    let bind = |(kind, name): &Key<'_>, params: &mut Params| {
        params.text(kind.as_str()).text(name.as_str());
    };
    let rows = all.find_resources.fetch(tx, &keys, bind).await?;
    let version = |row: &AnyRow| {
        Ok(((parsed(row, "kind")?, text(row, "name")?.to_owned()), int(row, "version")?))
    };
    rows.iter().map(version).collect()
}

fn check(
    (kind, name): Key<'_>,
    change: &Change<'_, ResourceView>,
    stored: &BTreeMap<(Kind, String), i64>,
) -> Result<(), StoreError> {
    let found = stored.get(&(kind, name.to_string())).copied();
    if found == change.expected {
        return Ok(());
    }
    Err(StoreError::Conflict {
        what: kind.as_str(),
        key: name.to_string(),
        expected: change.expected,
        found,
    })
}

fn bind(change: &Change<'_, ResourceView>, params: &mut Params) {
    let view = change.last;
    params.text(view.kind.as_str()).text(view.metadata.name.as_str()).int(view.version);
    params.time(view.created).time(view.updated);
    params.text(&change.documents.metadata).text(&change.documents.spec);
}

pub(crate) async fn delete(
    tx: &mut AnyConnection,
    kind: Kind,
    name: &Name,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM resource WHERE kind = ");
    sql.text(kind.as_str()).push(" AND name = ").text(name.as_str());
    sql.execute(tx, DURING).await?;
    if matches!(kind, Kind::Edge | Kind::Service) {
        steering::delete(tx, kind, name).await?;
    }
    if kind == Kind::Site {
        for table in ["site_status", "site_data"] {
            let mut sql = Sql::new("DELETE FROM ");
            sql.push(table).push(" WHERE site = ").text(name.as_str());
            sql.execute(tx, DURING).await?;
        }
    }
    Ok(())
}
