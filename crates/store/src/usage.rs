//! Usage events, their sums, and disputes.

use std::collections::{BTreeMap, BTreeSet};

use api::{Dispute, DisputeState, Page, UsageRecord};
use model::{Charge, JobKey, Metered, MeteredLine, Name, Reading, Side};
use sqlx::{AnyConnection, any::AnyRow};
use units::{Money, Time};

use crate::{
    Store, StoreError, Write, charges,
    commit::{DURING, Statements},
    cursor,
    list::page,
    page_size,
    sql::{Params, Sql, int, json, maybe_int, number, parsed, text, time, word},
    stage::{document, to_int},
};

pub(crate) const INSERT: (&str, usize, &str) = (
    "INSERT INTO usage_event (seq, source, id, side, job, attempt, subject, kind, what, quantity, began, ended, signed, \
     rated, received) VALUES ",
    15,
    "",
);
pub(crate) const ADD: (&str, usize, &str) = (
    "INSERT INTO usage_total (job, attempt, side, kind, what, events, quantity) VALUES ",
    7,
    " ON CONFLICT (job, attempt, side, kind, what) DO UPDATE SET events = usage_total.events + excluded.events, \
     quantity = usage_total.quantity + excluded.quantity",
);

/// The lists in cursors.
const LIST: &str = "m";
const DISPUTES: &str = "x";
/// How many jobs are looked for at once.
const AT_ONCE: usize = 500;
/// How many events are looked for at once.
const NAMES_AT_ONCE: usize = 256;
const EVENTS: &str = "SELECT seq, source, id, side, job, attempt, subject, kind, what, quantity, began, ended, signed, rated, \
     received FROM usage_event";

/// All that is stored of what was metered and charged of a job.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobUsage {
    /// Oldest first.
    pub charges: Vec<Charge>,
    pub readings: Vec<Reading>,
    pub disputes: Vec<Dispute>,
}

/// Which disputes; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisputeFilter {
    pub project: Option<Name>,
    pub job: Option<JobKey>,
    pub state: Option<DisputeState>,
}

impl Store {
    /// The events with these sources and ids that there are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn usage_known(
        &self,
        ids: &[(String, String)],
    ) -> Result<Vec<UsageRecord>, StoreError> {
        let mut found = Vec::new();
        for some in ids.chunks(NAMES_AT_ONCE) {
            let names: Vec<String> = some.iter().map(|(_, id)| id.clone()).collect();
            let sources: BTreeSet<&str> = some.iter().map(|(source, _)| source.as_str()).collect();
            let sources: Vec<String> = sources.into_iter().map(str::to_owned).collect();
            let mut sql = Sql::new(&format!("{EVENTS} WHERE id IN ("));
            sql.texts_padded(&names).push(") AND source IN (").texts_padded(&sources).push(")");
            let wanted: BTreeSet<(&str, &str)> =
                some.iter().map(|(source, id)| (source.as_str(), id.as_str())).collect();
            for row in &sql.read(&self.pools.read, "usage_known").await? {
                if wanted.contains(&(text(row, "source")?, text(row, "id")?)) {
                    found.push(record(row)?);
                }
            }
        }
        Ok(found)
    }

    /// What was metered and charged of each of these jobs.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn usage_of(
        &self,
        jobs: &[JobKey],
    ) -> Result<BTreeMap<JobKey, JobUsage>, StoreError> {
        let mut found: BTreeMap<JobKey, JobUsage> = BTreeMap::new();
        for some in jobs.chunks(AT_ONCE) {
            let keys: Vec<String> = some.iter().map(ToString::to_string).collect();
            for charge in charges::of_jobs(self, &keys).await? {
                found.entry(charge.job.clone()).or_default().charges.push(charge);
            }
            let mut sql = Sql::new(&format!("{TOTALS} WHERE job IN ("));
            sql.texts_padded(&keys).push(")");
            for row in &sql.read(&self.pools.read, "usage_of").await? {
                let (job, reading) = reading(row)?;
                found.entry(job).or_default().readings.push(reading);
            }
            let mut sql = Sql::new("SELECT view FROM dispute WHERE job IN (");
            sql.texts_padded(&keys).push(") ORDER BY id");
            for row in &sql.read(&self.pools.read, "usage_of").await? {
                let dispute: Dispute = json(row, "view")?;
                found.entry(dispute.job.clone()).or_default().disputes.push(dispute);
            }
        }
        Ok(found)
    }

    /// What was metered of jobs that have not ended.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn live_readings(&self) -> Result<Vec<(JobKey, Reading)>, StoreError> {
        let sql = Sql::new(&format!("{TOTALS} WHERE job IN (SELECT key FROM job WHERE live = 1)"));
        let rows = sql.read(&self.pools.read, "live_readings").await?;
        rows.iter().map(reading).collect()
    }

    /// A page of a job's events, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn usage(
        &self,
        job: &JobKey,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<UsageRecord>, StoreError> {
        let after = cursor::read_number(LIST, cursor, 0)?;
        let mut sql = Sql::new(&format!("{EVENTS} WHERE job = "));
        sql.text(&job.to_string()).push(" AND seq > ").int(after);
        sql.push(" ORDER BY seq LIMIT ").int(page_size(limit) + 1);
        page(LIST, sql.read(&self.pools.read, "usage").await?, limit, record)
    }

    /// A page of disputes, newest first.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn disputes(
        &self,
        filter: &DisputeFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Dispute>, StoreError> {
        let before = cursor::read_number(DISPUTES, cursor, i64::MAX)?;
        let mut sql = Sql::new("SELECT id AS seq, view FROM dispute WHERE id < ");
        sql.int(before);
        if let Some(project) = &filter.project {
            sql.push(" AND project = ").text(project.as_str());
        }
        if let Some(job) = &filter.job {
            sql.push(" AND job = ").text(&job.to_string());
        }
        if let Some(state) = filter.state {
            sql.push(" AND state = ").text(state.as_str());
        }
        sql.push(" ORDER BY id DESC LIMIT ").int(page_size(limit) + 1);
        let rows = sql.read(&self.pools.read, "disputes").await?;
        page(DISPUTES, rows, limit, |row| json(row, "view"))
    }

    /// The dispute with this number, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn dispute(&self, id: i64) -> Result<Option<Dispute>, StoreError> {
        let mut sql = Sql::new("SELECT view FROM dispute WHERE id = ");
        sql.int(id);
        let row = sql.read_one(&self.pools.read, "dispute").await?;
        row.map(|row| json(&row, "view")).transpose()
    }
}

const TOTALS: &str = "SELECT job, attempt, side, kind, what, quantity FROM usage_total";

fn record(row: &AnyRow) -> Result<UsageRecord, StoreError> {
    Ok(UsageRecord {
        number: int(row, "seq")?,
        received: time(row, "received")?,
        metered: Metered {
            source: text(row, "source")?.to_owned(),
            id: text(row, "id")?.to_owned(),
            side: word(row, "side")?,
            job: parsed(row, "job")?,
            attempt: number(row, "attempt")?,
            subject: text(row, "subject")?.to_owned(),
            meter: word(row, "kind")?,
            what: parsed(row, "what")?,
            quantity: number(row, "quantity")?,
            start: time(row, "began")?,
            end: time(row, "ended")?,
            signed: int(row, "signed")? != 0,
        },
        rated: maybe_int(row, "rated")?.map(Money::new),
    })
}

fn reading(row: &AnyRow) -> Result<(JobKey, Reading), StoreError> {
    let line = MeteredLine {
        attempt: number(row, "attempt")?,
        meter: word(row, "kind")?,
        what: parsed(row, "what")?,
    };
    let side: Side = word(row, "side")?;
    Ok((parsed(row, "job")?, Reading { line, side, quantity: number(row, "quantity")? }))
}

/// `first` is the number of the first of these events.
pub(crate) async fn write(
    tx: &mut AnyConnection,
    all: &Statements,
    writes: &[&Write],
    first: i64,
    now: Time,
) -> Result<(), StoreError> {
    let events = writes.iter().filter_map(|write| match write {
        Write::Usage(events) => Some(events),
        _ => None,
    });
    let rows: Vec<(i64, &(Metered, Option<Money>))> = (first..).zip(events.flatten()).collect();
    all.insert_usage.execute(tx, &rows, |row, params| bind(row, now, params)).await?;
    let totals: Vec<_> = totals(rows.iter().map(|(_, (it, _))| it))?.into_iter().collect();
    all.add_usage.execute(tx, &totals, bind_total).await?;
    for write in writes {
        if let Write::Dispute(dispute) = write {
            put_dispute(tx, dispute).await?;
        }
    }
    Ok(())
}

fn bind((number, (it, rated)): &(i64, &(Metered, Option<Money>)), now: Time, params: &mut Params) {
    params.int(*number).text(&it.source).text(&it.id).text(it.side.as_str());
    params.text(&it.job.to_string()).int(it.attempt.into()).text(&it.subject);
    params.text(it.meter.as_str()).text(it.what.as_str()).int(column(it.quantity));
    params.time(it.start).time(it.end).int(it.signed.into());
    params.maybe_int(rated.map(Money::get)).time(now);
}

/// Events and quantity, by job, side and line.
type Totals<'a> = BTreeMap<(&'a JobKey, Side, MeteredLine), (i64, i64)>;

fn totals<'a>(events: impl Iterator<Item = &'a Metered>) -> Result<Totals<'a>, StoreError> {
    let mut totals: Totals<'_> = BTreeMap::new();
    for it in events {
        let (count, sum) = totals.entry((&it.job, it.side, it.line())).or_default();
        let too_large = || StoreError::TooLarge {
            what: "usage",
            size: u64::MAX,
            most: i64::MAX.unsigned_abs(),
        };
        *count += 1;
        *sum = sum.checked_add(column(it.quantity)).ok_or_else(too_large)?;
    }
    Ok(totals)
}

fn bind_total(
    ((job, side, line), (events, quantity)): &((&JobKey, Side, MeteredLine), (i64, i64)),
    params: &mut Params,
) {
    params.text(&job.to_string()).int(line.attempt.into()).text(side.as_str());
    params.text(line.meter.as_str()).text(line.what.as_str()).int(*events).int(*quantity);
}

/// No event has more than the column holds.
fn column(quantity: u64) -> i64 {
    i64::try_from(quantity).unwrap_or(i64::MAX)
}

async fn put_dispute(tx: &mut AnyConnection, it: &Dispute) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO dispute (id, job, project, state, held, view) VALUES (");
    sql.int(it.id).push(", ");
    sql.texts([it.job.to_string().as_str(), it.job.project.as_str(), it.state.as_str()]);
    sql.push(", ").int(it.held().get()).push(", ").text(&document("dispute", &it.id, it)?);
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET state = excluded.state, held = excluded.held, view = excluded.view",
    );
    sql.execute(tx, DURING).await.map(drop)
}

/// Usage events of a batch.
pub(crate) fn count(writes: &[&Write]) -> i64 {
    let events = writes.iter().map(|write| match write {
        Write::Usage(events) => events.len(),
        _ => 0,
    });
    to_int(events.sum())
}
