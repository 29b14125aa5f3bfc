//! Lists of jobs, newest first, in pages.
//!
//! A list by project or site is made of one short, ordered walk for each state, so that the indexes on
//! (project, state) and (site, state) serve every combination. A list by the beginning of the name is taken from
//! the names where few begin so; else from the newest jobs, which are likely to have enough of them.

use api::{JobSummary, Page};
use model::{JobState, Name};
use sqlx::any::AnyRow;
use units::{Money, Time};

use crate::{
    Store, StoreError, cursor, jobs, page_size,
    sql::{Sql, int, maybe, maybe_time, number, parsed, text, time},
};

/// Which jobs; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Any of these; empty: every state.
    pub states: Vec<JobState>,
    pub project: Option<Name>,
    /// Placed there.
    pub site: Option<Name>,
    /// The name within its project begins so.
    pub name: Option<String>,
}

/// Up to so many names are at once looked through.
const FEW_NAMES: i64 = 2_000;
/// So many of the newest jobs are looked through before more names are.
const NEWEST: i64 = 5_000;
/// Up to so many names are looked through then: where the index has all that is asked...
const NAMES_MOST: i64 = 200_000;
/// ...and where each job has to be looked at.
const NAMES_LOOKED_AT: i64 = 10_000;

const LIST: &str = "j";
const LIVE: &str = "u";
const DONE: &str = "d";

impl Store {
    /// Newest first. `limit` is held to 1 ..= [`crate::PAGE_MOST`].
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn jobs(
        &self,
        filter: &JobFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<JobSummary>, StoreError> {
        let before = cursor::read_number(LIST, cursor, i64::MAX)?;
        let states = filter.states();
        let walk = Walk { filter, states: &states, before, most: page_size(limit) + 1 };
        page(LIST, self.walk(&walk).await?, limit, summary)
    }

    /// In the way that is likely to be short.
    async fn walk(&self, walk: &Walk<'_>) -> Result<Vec<AnyRow>, StoreError> {
        let Some(prefix) = &walk.filter.name else { return self.list(walk.newest(0)).await };
        if !can_begin(prefix) {
            return Ok(Vec::new());
        }
        if self.has_at_most(walk, FEW_NAMES).await? {
            return self.list(walk.names()).await;
        }
        let newest = self.list(walk.newest(self.window(walk.before).await?)).await?;
        if crate::stage::to_int(newest.len()) == walk.most {
            return Ok(newest);
        }
        let by_names = self.has_at_most(walk, walk.names_most()).await?;
        self.list(if by_names { walk.names() } else { walk.newest(0) }).await
    }

    async fn list(&self, sql: Sql) -> Result<Vec<AnyRow>, StoreError> {
        sql.read(&self.pools.read, "jobs").await
    }

    /// Whole jobs that have not ended, oldest first.
    ///
    /// # Errors
    /// As [`Self::jobs`].
    pub async fn unfinished_jobs(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<api::JobView>, StoreError> {
        let after = cursor::read_number(LIVE, after, 0)?;
        let mut sql = Sql::new(
            "SELECT seq, key, version, metadata, spec, status FROM job WHERE live = 1 AND seq > ",
        );
        sql.int(after).push(" ORDER BY seq LIMIT ").int(page_size(limit) + 1);
        page(LIVE, sql.read(&self.pools.read, "unfinished_jobs").await?, limit, jobs::view)
    }

    /// Whole jobs that have succeeded, newest first.
    ///
    /// # Errors
    /// As [`Self::jobs`].
    pub async fn succeeded_jobs(
        &self,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Page<api::JobView>, StoreError> {
        let before = cursor::read_number(DONE, before, i64::MAX)?;
        let mut sql =
            Sql::new("SELECT seq, key, version, metadata, spec, status FROM job WHERE state = ");
        sql.text(JobState::Succeeded.as_str()).push(" AND seq < ").int(before);
        sql.push(" ORDER BY seq DESC LIMIT ").int(page_size(limit) + 1);
        page(DONE, sql.read(&self.pools.read, "succeeded_jobs").await?, limit, jobs::view)
    }

    /// Whole jobs that had started at a time and had not ended, by their last attempt. `limit` is for those that have
    /// ended since and for those that have not.
    ///
    /// # Errors
    /// As [`Self::jobs`].
    pub async fn jobs_at(&self, at: Time, limit: usize) -> Result<Vec<api::JobView>, StoreError> {
        let limit = crate::stage::to_int(limit);
        let mut live = Sql::new(
            "SELECT key, version, metadata, spec, status FROM job WHERE live = 1 AND started <= ",
        );
        live.int(at.as_millis()).push(" ORDER BY seq LIMIT ").int(limit);
        let mut ended =
            Sql::new("SELECT key, version, metadata, spec, status FROM job WHERE ended > ");
        ended.int(at.as_millis()).push(" AND started <= ").int(at.as_millis());
        ended.push(" ORDER BY ended LIMIT ").int(limit);
        let mut rows = live.read(&self.pools.read, "jobs_at").await?;
        rows.extend(ended.read(&self.pools.read, "jobs_at").await?);
        rows.iter().map(jobs::view).collect()
    }

    /// Whether no more names begin so.
    async fn has_at_most(&self, walk: &Walk<'_>, most: i64) -> Result<bool, StoreError> {
        let mut sql = Sql::new("SELECT COUNT(*) AS n FROM (SELECT 1 AS one");
        walk.push_names(&mut sql);
        sql.push(" LIMIT ").int(most + 1).push(") AS m");
        let row = sql.read_one(&self.pools.read, "jobs").await?;
        Ok(row.map_or(Ok(0), |row| int(&row, "n"))? <= most)
    }

    /// Where the newest jobs before this begin.
    async fn window(&self, before: i64) -> Result<i64, StoreError> {
        let sql = Sql::new("SELECT job_seq FROM leader WHERE id = 1");
        let row =
            sql.read_one(&self.pools.read, "jobs").await?.ok_or_else(crate::leader::no_row)?;
        Ok(before.min(int(&row, "job_seq")? + 1).saturating_sub(NEWEST))
    }
}

impl JobFilter {
    /// Each state once; empty if the list need not be cut by state at all.
    fn states(&self) -> Vec<JobState> {
        let mut states = self.states.clone();
        states.sort_unstable();
        states.dedup();
        if states.is_empty() && (self.project.is_some() || self.site.is_some()) {
            return JobState::ALL.to_vec();
        }
        states
    }
}

/// Names are made of these only, so nothing begins otherwise.
fn can_begin(prefix: &str) -> bool {
    prefix.len() <= 63
        && prefix.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// One page of a list.
struct Walk<'a> {
    filter: &'a JobFilter,
    states: &'a [JobState],
    before: i64,
    most: i64,
}

impl Walk<'_> {
    const ROWS: &'static str = "SELECT seq, key, version, state, site, pool, priority, tasks, submitted, started, \
         ended, cost, attempt, title, reason FROM job WHERE seq IN (";

    /// Newest first, state by state, down to `least`.
    fn newest(&self, least: i64) -> Sql {
        let mut sql = Sql::new(Self::ROWS);
        if self.states.is_empty() {
            self.push_branch(&mut sql, least, None);
        }
        for (at, state) in self.states.iter().enumerate() {
            sql.push(if at == 0 { "SELECT seq FROM (" } else { " UNION ALL SELECT seq FROM (" });
            self.push_branch(&mut sql, least, Some(*state));
            sql.push(&format!(") AS s{at}"));
        }
        if !self.states.is_empty() {
            sql.push(" ORDER BY seq DESC LIMIT ").int(self.most);
        }
        sql.push(") ORDER BY seq DESC");
        sql
    }

    /// `substr` rather than a range keeps the databases from taking the index of names and sorting.
    fn push_branch(&self, sql: &mut Sql, least: i64, state: Option<JobState>) {
        sql.push("SELECT seq FROM job WHERE seq < ")
            .int(self.before)
            .push(" AND seq >= ")
            .int(least);
        if let Some(state) = state {
            sql.push(" AND state = ").text(state.as_str());
        }
        if let Some(project) = &self.filter.project {
            sql.push(" AND project = ").text(project.as_str());
        }
        if let Some(site) = &self.filter.site {
            sql.push(" AND site = ").text(site.as_str());
        }
        if let Some(prefix) = &self.filter.name {
            sql.push(" AND substr(name, 1, CAST(").int(crate::stage::to_int(prefix.len()));
            sql.push(" AS INTEGER)) = ").text(prefix);
        }
        sql.push(" ORDER BY seq DESC LIMIT ").int(self.most);
    }

    /// All names that begin so, then the newest of them.
    fn names(&self) -> Sql {
        let mut sql = Sql::new(Self::ROWS);
        let columns = if self.looks_at_jobs() { "seq, state, site" } else { "seq" };
        sql.push("SELECT seq FROM (SELECT ").push(columns);
        self.push_names(&mut sql);
        sql.push(" LIMIT ").int(self.names_most()).push(") AS m WHERE seq < ").int(self.before);
        if let Some(site) = &self.filter.site {
            sql.push(" AND site = ").text(site.as_str());
        }
        if !self.filter.states.is_empty() {
            sql.push(" AND state IN (")
                .texts(self.states.iter().map(|state| state.as_str()))
                .push(")");
        }
        sql.push(" ORDER BY seq DESC LIMIT ").int(self.most).push(") ORDER BY seq DESC");
        sql
    }

    /// The names that begin so: of one project they stand together in the keys. `~` is above all that names are
    /// made of.
    fn push_names(&self, sql: &mut Sql) {
        let prefix = self.filter.name.as_deref().unwrap_or_default();
        let (column, begin) = match &self.filter.project {
            Some(project) => ("key", format!("{project}.{prefix}")),
            None => ("name", prefix.to_owned()),
        };
        sql.push(&format!(" FROM job WHERE {column} >= ")).text(&begin);
        sql.push(&format!(" AND {column} < ")).text(&format!("{begin}~"));
    }

    fn looks_at_jobs(&self) -> bool {
        self.filter.site.is_some() || !self.filter.states.is_empty()
    }

    fn names_most(&self) -> i64 {
        if self.looks_at_jobs() { NAMES_LOOKED_AT } else { NAMES_MOST }
    }
}

/// A page of lists that are not by `seq`: `cursor` says where an item stands.
pub(crate) fn page_by<T>(
    items: impl Iterator<Item = Result<T, StoreError>>,
    limit: usize,
    cursor: impl Fn(&T) -> String,
) -> Result<Page<T>, StoreError> {
    let mut items = items.collect::<Result<Vec<T>, _>>()?;
    let most = usize::try_from(page_size(limit)).unwrap_or(1);
    let more = items.len() > most;
    items.truncate(most);
    let cursor = items.last().filter(|_| more).map(cursor);
    Ok(Page { items, cursor })
}

/// One row more than asked says that there is a page after this.
pub(crate) fn page<T>(
    list: &str,
    mut rows: Vec<AnyRow>,
    limit: usize,
    item: impl Fn(&AnyRow) -> Result<T, StoreError>,
) -> Result<Page<T>, StoreError> {
    let most = usize::try_from(page_size(limit)).unwrap_or(1);
    let more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| more).map(|row| int(row, "seq")).transpose()?;
    let items = rows.iter().map(item).collect::<Result<_, _>>()?;
    Ok(Page { items, cursor: last.map(|seq| cursor::write(list, &seq.to_string())) })
}

fn summary(row: &AnyRow) -> Result<JobSummary, StoreError> {
    let title = text(row, "title")?;
    Ok(JobSummary {
        key: parsed(row, "key")?,
        state: parsed(row, "state")?,
        reason: text(row, "reason")?.to_owned(),
        priority: number(row, "priority")?,
        tasks: number(row, "tasks")?,
        title: (!title.is_empty()).then(|| title.to_owned()),
        site: maybe(row, "site")?,
        pool: maybe(row, "pool")?,
        submitted: time(row, "submitted")?,
        start: maybe_time(row, "started")?,
        ended: maybe_time(row, "ended")?,
        cost: Money::new(int(row, "cost")?),
        attempt: number(row, "attempt")?,
        version: int(row, "version")?,
    })
}
