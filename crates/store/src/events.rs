//! What happened, in order, never changed: only the oldest are dropped.

use std::borrow::Cow;

use api::Event;
use model::{Kind, Name};
use serde_json::Value;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Store, StoreError,
    commit::{DURING, MOST, Statements},
    error::failed,
    page_size,
    sql::{Params, Sql, int, json, parsed, text, time, within},
    stage::check_size,
};

pub(crate) const INSERT: (&str, usize, &str) =
    ("INSERT INTO event (seq, time, kind, subject, project, what, message, data) VALUES ", 8, "");

/// Rows deleted in one transaction, so that commits are not held up.
const TRIM: i64 = 5_000;

/// Which events; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only with a higher `seq`.
    pub after: i64,
    pub kind: Option<Kind>,
    /// Of a job `project.name`.
    pub subject: Option<String>,
    /// Events of this project's jobs, and of the project itself.
    pub project: Option<Name>,
}

impl Store {
    /// In order of `seq`. `limit` is held to 1 ..= [`crate::PAGE_MOST`].
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn events(
        &self,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let mut sql = Sql::new(
            "SELECT seq, time, kind, subject, what, message, data FROM event WHERE seq > ",
        );
        sql.int(filter.after);
        if let Some(kind) = filter.kind {
            // The second half is what lets the databases use the index of all kinds but jobs.
            sql.push(" AND kind = ").text(kind.as_str());
            sql.push(if kind == Kind::Job { "" } else { " AND kind <> 'Job'" });
        }
        if let Some(subject) = &filter.subject {
            sql.push(" AND subject = ").text(subject);
        }
        if let Some(project) = &filter.project {
            sql.push(" AND project = ").text(project.as_str());
        }
        sql.push(" ORDER BY seq LIMIT ").int(page_size(limit));
        let rows = sql.read(&self.pools.read, "events").await?;
        rows.iter().map(event).collect()
    }

    /// The `seq` of the last event ever written, kept or not; 0 before the first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn last_seq(&self) -> Result<i64, StoreError> {
        self.seq("SELECT event_seq AS seq FROM leader WHERE id = 1").await
    }

    /// The `seq` of the oldest event that is kept; one more than [`Self::last_seq`] if none is.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn first_seq(&self) -> Result<i64, StoreError> {
        let kept = "SELECT COALESCE((SELECT MIN(seq) FROM event), event_seq + 1) AS seq FROM leader WHERE id = 1";
        self.seq(kept).await
    }

    async fn seq(&self, statement: &'static str) -> Result<i64, StoreError> {
        let row = Sql::new(statement).read_one(&self.pools.read, "seq").await?;
        int(&row.ok_or_else(crate::leader::no_row)?, "seq")
    }

    /// Drops the events below `before`, a few thousand at a time. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`]; some may be dropped then.
    pub async fn trim_events(&self, before: i64) -> Result<u64, StoreError> {
        let mut dropped = 0;
        loop {
            let first = self.first_seq().await?;
            if first >= before || first > self.last_seq().await? {
                return Ok(dropped);
            }
            dropped += self.drop_events(before.min(first.saturating_add(TRIM))).await?;
        }
    }

    async fn drop_events(&self, before: i64) -> Result<u64, StoreError> {
        let work = async {
            let mut tx = self.begin("trim_events").await?;
            let mut sql = Sql::new("DELETE FROM event WHERE seq < ");
            sql.int(before);
            let dropped = sql.execute(&mut tx, "trim_events").await?;
            tx.commit().await.map_err(failed("trim_events"))?;
            Ok(dropped)
        };
        within(MOST, "trim_events", work).await
    }
}

fn event(row: &AnyRow) -> Result<Event, StoreError> {
    let has_data = !text(row, "data")?.is_empty();
    Ok(Event {
        seq: int(row, "seq")?,
        time: time(row, "time")?,
        kind: parsed(row, "kind")?,
        subject: text(row, "subject")?.to_owned(),
        what: text(row, "what")?.to_owned(),
        message: text(row, "message")?.to_owned(),
        data: if has_data { json(row, "data")? } else { Value::Null },
    })
}

pub(crate) async fn insert(
    tx: &mut AnyConnection,
    all: &Statements,
    events: &[&Event],
) -> Result<(), StoreError> {
    for event in events {
        check_size(DURING, event.message.len())?;
    }
    all.insert_events.execute(tx, events, |event, params| bind(event, params)).await.map(drop)
}

fn bind(event: &Event, params: &mut Params) {
    params.int(event.seq).time(event.time).text(event.kind.as_str()).text(&event.subject);
    params.text(project(event)).text(&event.what).text(&event.message).text(&data(event));
}

/// The project that may see it.
fn project(event: &Event) -> &str {
    match event.kind {
        Kind::Job => event.subject.split_once('.').map_or("", |(project, _)| project),
        Kind::Project => &event.subject,
        _ => "",
    }
}

fn data(event: &Event) -> Cow<'static, str> {
    if event.data.is_null() { Cow::Borrowed("") } else { Cow::Owned(event.data.to_string()) }
}
