//! Jobs: written with their place in every list, and counted by project and state in the same transaction.

use std::collections::BTreeMap;

use api::JobView;
use model::{JobKey, JobState, JobStatus, Name};
use sqlx::{AnyConnection, any::AnyRow};
use units::Time;

use crate::{
    Store, StoreError,
    commit::{DURING, Statements},
    sql::{Params, Sql, int, json, parsed, text, word},
    stage::{Change, Documents, Stage},
};

/// `CROSS JOIN` tells SQLite to begin with the few keys asked for.
pub(crate) const FIND: (&str, usize, &str) = (
    "WITH v (key) AS (VALUES ",
    1,
    ") SELECT job.seq, job.key, job.version, job.state FROM v CROSS JOIN job WHERE job.key = v.key",
);
pub(crate) const INSERT: (&str, usize, &str) = (
    "INSERT INTO job (seq, key, project, name, metadata, spec, version, state, live, site, pool, priority, tasks, \
     submitted, updated, started, ended, cost, attempt, title, reason, status) VALUES ",
    22,
    "",
);
pub(crate) const UPDATE: (&str, usize, &str) = (
    "WITH v (seq, version, state, live, site, pool, updated, started, ended, cost, attempt, reason, status) AS \
     (VALUES ",
    13,
    ") UPDATE job SET version = v.version, state = v.state, live = v.live, site = v.site, pool = v.pool, \
     updated = v.updated, started = v.started, ended = v.ended, cost = v.cost, attempt = v.attempt, \
     reason = v.reason, status = v.status FROM v WHERE job.seq = v.seq",
);
pub(crate) const COUNT: (&str, usize, &str) = (
    "INSERT INTO job_count (project, state, n) VALUES ",
    3,
    " ON CONFLICT (project, state) DO UPDATE SET n = job_count.n + excluded.n",
);

/// Jobs looked up in one query.
const AT_ONCE: usize = 256;
/// Of the reason, so much stands in lists, in characters.
const REASON_MOST: usize = 500;

type Counts<'a> = BTreeMap<(&'a Name, JobState), i64>;

struct Stored {
    seq: i64,
    version: i64,
    state: JobState,
}

impl Store {
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn job(&self, key: &JobKey) -> Result<JobView, StoreError> {
        let mut sql = Sql::new("SELECT key, version, metadata, spec, status FROM job WHERE key = ");
        sql.text(&key.to_string());
        let row = sql.read_one(&self.pools.read, "job").await?;
        view(&row.ok_or_else(|| StoreError::NotFound { what: "job", key: key.to_string() })?)
    }

    /// Those of the jobs that there are, in few queries.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn jobs_of(&self, keys: &[JobKey]) -> Result<Vec<JobView>, StoreError> {
        let mut found = Vec::new();
        for some in keys.chunks(AT_ONCE) {
            let keys: Vec<String> = some.iter().map(ToString::to_string).collect();
            let mut sql =
                Sql::new("SELECT key, version, metadata, spec, status FROM job WHERE key IN (");
            sql.texts_padded(&keys).push(")");
            for row in &sql.read(&self.pools.read, "jobs_of").await? {
                found.push(view(row)?);
            }
        }
        Ok(found)
    }

    /// Of all projects together.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn job_counts(&self) -> Result<BTreeMap<JobState, u64>, StoreError> {
        self.counts(None).await
    }

    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn project_counts(
        &self,
        project: &Name,
    ) -> Result<BTreeMap<JobState, u64>, StoreError> {
        self.counts(Some(project)).await
    }

    async fn counts(&self, project: Option<&Name>) -> Result<BTreeMap<JobState, u64>, StoreError> {
        let mut sql = Sql::new("SELECT state, CAST(SUM(n) AS BIGINT) AS n FROM job_count");
        if let Some(project) = project {
            sql.push(" WHERE project = ").text(project.as_str());
        }
        sql.push(" GROUP BY state");
        let rows = sql.read(&self.pools.read, "job_counts").await?;
        let counts: Result<BTreeMap<JobState, u64>, StoreError> = rows
            .iter()
            .map(|row| Ok((parsed(row, "state")?, crate::sql::number(row, "n")?)))
            .collect();
        Ok(counts?.into_iter().filter(|(_, n)| *n > 0).collect())
    }
}

pub(crate) fn view(row: &AnyRow) -> Result<JobView, StoreError> {
    Ok(JobView {
        key: parsed(row, "key")?,
        metadata: json(row, "metadata")?,
        spec: json(row, "spec")?,
        status: json(row, "status")?,
        so_far: None,
        version: int(row, "version")?,
    })
}

pub(crate) async fn put(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
    now: Time,
    next: &mut i64,
) -> Result<(), StoreError> {
    if stage.jobs.is_empty() {
        return Ok(());
    }
    let stored = find(tx, all, stage).await?;
    let mut counts = Counts::new();
    for (key, change) in &stage.jobs {
        let before = stored.get(&key.to_string());
        check(key, change, before)?;
        count(&mut counts, key, before.map(|stored| stored.state), Some(change.last.status.state));
    }
    insert(tx, all, stage, now, next).await?;
    update(tx, all, stage, now, &stored).await?;
    add(tx, all, counts).await
}

async fn find(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
) -> Result<BTreeMap<String, Stored>, StoreError> {
    let keys: Vec<String> = stage.jobs.keys().map(ToString::to_string).collect();
    let rows = all
        .find_jobs
        .fetch(tx, &keys, |key, params| {
            params.text(key);
        })
        .await?;
    rows.iter().map(|row| Ok((text(row, "key")?.to_owned(), stored(row)?))).collect()
}

fn stored(row: &AnyRow) -> Result<Stored, StoreError> {
    Ok(Stored { seq: int(row, "seq")?, version: int(row, "version")?, state: word(row, "state")? })
}

fn check(
    key: &JobKey,
    change: &Change<'_, JobView>,
    stored: Option<&Stored>,
) -> Result<(), StoreError> {
    let found = stored.map(|stored| stored.version);
    if found == change.expected {
        return Ok(());
    }
    Err(StoreError::Conflict {
        what: "job",
        key: key.to_string(),
        expected: change.expected,
        found,
    })
}

async fn insert(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
    now: Time,
    next: &mut i64,
) -> Result<(), StoreError> {
    let new: Vec<(i64, &Change<'_, JobView>)> =
        (*next..).zip(stage.born.iter().filter_map(|key| stage.jobs.get(key))).collect();
    *next += crate::stage::to_int(new.len());
    let bind = |(seq, change): &(i64, &Change<'_, JobView>), params: &mut Params| {
        bind_birth(params, *seq, change);
        bind_change(params, change, now);
        params.text(change.first.metadata.title.as_deref().unwrap_or_default());
        bind_end(params, &change.last.status, &change.documents);
    };
    all.insert_jobs.execute(tx, &new, bind).await.map(drop)
}

async fn update(
    tx: &mut AnyConnection,
    all: &Statements,
    stage: &Stage<'_>,
    now: Time,
    stored: &BTreeMap<String, Stored>,
) -> Result<(), StoreError> {
    let seq = |key: &JobKey| stored.get(&key.to_string()).map(|stored| stored.seq);
    let changed: Vec<(i64, &Change<'_, JobView>)> =
        stage.jobs.iter().filter_map(|(key, change)| Some((seq(key)?, change))).collect();
    let bind = |(seq, change): &(i64, &Change<'_, JobView>), params: &mut Params| {
        params.int(*seq);
        bind_update(params, change, now);
        bind_end(params, &change.last.status, &change.documents);
    };
    all.update_jobs.execute(tx, &changed, bind).await.map(drop)
}

/// What stays as it is from birth.
fn bind_birth(params: &mut Params, seq: i64, change: &Change<'_, JobView>) {
    let key = &change.last.key;
    params.int(seq).text(&key.to_string()).text(key.project.as_str()).text(key.name.as_str());
    params.text(&change.documents.metadata).text(&change.documents.spec);
}

fn bind_change(params: &mut Params, change: &Change<'_, JobView>, now: Time) {
    let JobView { status, version, .. } = change.last;
    let spec = &change.first.spec;
    bind_place(params, *version, status);
    params.int(spec.priority.into()).int(spec.tasks.into());
    params.time(status.submitted);
    bind_times(params, status, now);
}

fn bind_update(params: &mut Params, change: &Change<'_, JobView>, now: Time) {
    bind_place(params, change.last.version, &change.last.status);
    bind_times(params, &change.last.status, now);
}

fn bind_place(params: &mut Params, version: i64, status: &JobStatus) {
    let decision = status.decision.as_deref();
    params.int(version).text(status.state.as_str()).int(i64::from(!status.state.is_final()));
    params.text(decision.map_or("", |decision| decision.site.as_str()));
    params.text(decision.map_or("", |decision| decision.pool.as_str()));
}

fn bind_times(params: &mut Params, status: &JobStatus, now: Time) {
    let decision = status.decision.as_deref();
    let start = status.started.or_else(|| decision.map(|decision| decision.start));
    let is_final = status.state.is_final();
    let expects = !is_final && status.cost.is_zero();
    let expected = decision.filter(|_| expects).map(|decision| decision.total);
    params.time(now).maybe_time(start).maybe_time(status.ended.filter(|_| is_final));
    params.int(expected.unwrap_or(status.cost).get()).int(status.attempt.into());
}

fn bind_end(params: &mut Params, status: &JobStatus, documents: &Documents) {
    params.text(&shortened(&status.reason)).text(&documents.status);
}

fn shortened(reason: &str) -> String {
    match reason.char_indices().nth(REASON_MOST) {
        Some((at, _)) => format!("{}…", reason.get(..at).unwrap_or_default()),
        None => reason.to_owned(),
    }
}

fn count<'a>(
    counts: &mut Counts<'a>,
    key: &'a JobKey,
    before: Option<JobState>,
    after: Option<JobState>,
) {
    if before == after {
        return;
    }
    for (state, step) in
        before.map(|state| (state, -1)).into_iter().chain(after.map(|state| (state, 1)))
    {
        *counts.entry((&key.project, state)).or_default() += step;
    }
}

async fn add(
    tx: &mut AnyConnection,
    all: &Statements,
    counts: Counts<'_>,
) -> Result<(), StoreError> {
    let changed: Vec<_> = counts.into_iter().filter(|(_, n)| *n != 0).collect();
    let bind = |((project, state), n): &((&Name, JobState), i64), params: &mut Params| {
        params.text(project.as_str()).text(state.as_str()).int(*n);
    };
    all.count_jobs.execute(tx, &changed, bind).await.map(drop)
}

pub(crate) async fn delete(
    tx: &mut AnyConnection,
    all: &Statements,
    key: &JobKey,
) -> Result<(), StoreError> {
    let text = key.to_string();
    let mut sql = Sql::new("DELETE FROM job WHERE key = ");
    sql.text(&text).push(" RETURNING seq, version, state");
    let Some(row) = sql.row(tx, DURING).await? else { return Ok(()) };
    let mut counts = Counts::new();
    count(&mut counts, key, Some(stored(&row)?.state), None);
    add(tx, all, counts).await?;
    // Another job of this name starts with nothing metered.
    let mut sql = Sql::new("DELETE FROM usage_total WHERE job = ");
    sql.text(&text);
    sql.execute(tx, DURING).await?;
    let mut sql = Sql::new("UPDATE charge SET metered = NULL WHERE job = ");
    sql.text(&text);
    sql.execute(tx, DURING).await?;
    let mut sql = Sql::new("DELETE FROM log WHERE job = ");
    sql.text(&text);
    sql.execute(tx, DURING).await.map(drop)
}
