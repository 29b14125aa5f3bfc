//! What tasks wrote. Sites send it again until they know that it arrived; it is kept once.

use std::collections::{BTreeMap, BTreeSet};

use api::LogChunk;
use model::{JobKey, TaskId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Store, StoreError,
    commit::MOST,
    cursor,
    error::failed,
    sql::{Params, Sql, int, number, text, within},
    stage::to_int,
};

pub(crate) const INSERT: (&str, usize, &str) = (
    "INSERT INTO log (job, task, attempt, begins, seq, text) VALUES ",
    6,
    " ON CONFLICT DO NOTHING",
);

/// Kept of what one run of one task writes, in bytes. The rest is dropped, and the log says so at its end.
pub const LOG_MOST: u64 = 1 << 20;
const CUT: &str = "\n[the log is longer than 1 MiB: the rest is not kept]\n";

/// Chunks read at once.
const CHUNKS_MOST: i64 = 1_000;
const LIST: &str = "l";
const DURING: &str = "append_logs";

/// A part of a job's logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// In the order of arrival; of one run in the order written.
    pub chunks: Vec<LogChunk>,
    /// Give it back to get what follows.
    pub cursor: String,
    /// There is more already.
    pub more: bool,
}

impl Store {
    /// What arrived after `cursor`, of one task or all: whole chunks, of together about `most` bytes, at least one.
    /// Nothing, with a cursor, if there is nothing more yet.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn logs(
        &self,
        job: &JobKey,
        task: Option<u32>,
        cursor: Option<&str>,
        most: usize,
    ) -> Result<LogPage, StoreError> {
        let after = cursor::read_number(LIST, cursor, 0)?;
        let mut sql = Sql::new("SELECT seq, task, attempt, begins, text FROM log WHERE job = ");
        sql.text(&job.to_string()).push(" AND seq > ").int(after);
        if let Some(task) = task {
            sql.push(" AND task = ").int(task.into());
        }
        sql.push(" ORDER BY seq LIMIT ").int(CHUNKS_MOST);
        page(job, &sql.read(&self.pools.read, "logs").await?, after, most)
    }

    /// Adds what is new of these chunks, in one transaction: a chunk that begins before the last one kept of its run
    /// came before and is left out; one that begins with the last adds what it has more. Chunks of jobs that are not
    /// stored, and what is beyond [`LOG_MOST`], are dropped. Needs no term.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`]: send it again.
    pub async fn append_logs(&self, chunks: &[LogChunk]) -> Result<(), StoreError> {
        if chunks.is_empty() {
            return Ok(());
        }
        within(MOST, DURING, Box::pin(self.append(chunks))).await
    }

    async fn append(&self, chunks: &[LogChunk]) -> Result<(), StoreError> {
        let mut tx = self.begin(DURING).await?;
        // The counter comes first: its row is the lock that keeps the order of `seq` the order of commits.
        let mut next = reserve(&mut tx, chunks.len()).await?;
        let known = self.known_jobs(&mut tx, chunks).await?;
        let mut ends = BTreeMap::new();
        let mut rows = Vec::new();
        for chunk in chunks.iter().filter(|chunk| known.contains(&chunk.task.job.to_string())) {
            let end = end_of(&mut tx, &mut ends, &chunk.task).await?;
            if let Some(kept) = end.take(chunk) {
                rows.push((next, kept));
                next += 1;
            }
        }
        self.statements
            .insert_logs
            .execute(&mut tx, &rows, |(seq, chunk), params| bind(*seq, chunk, params))
            .await?;
        tx.commit().await.map_err(failed(DURING))
    }

    async fn known_jobs(
        &self,
        tx: &mut AnyConnection,
        chunks: &[LogChunk],
    ) -> Result<BTreeSet<String>, StoreError> {
        let jobs: BTreeSet<String> =
            chunks.iter().map(|chunk| chunk.task.job.to_string()).collect();
        let jobs: Vec<String> = jobs.into_iter().collect();
        let rows = self
            .statements
            .find_jobs
            .fetch(tx, &jobs, |job, params| {
                params.text(job);
            })
            .await?;
        rows.iter().map(|row| Ok(text(row, "key")?.to_owned())).collect()
    }
}

/// The first of so many new numbers.
async fn reserve(tx: &mut AnyConnection, count: usize) -> Result<i64, StoreError> {
    let mut sql = Sql::new("UPDATE log_counter SET seq = seq + ");
    sql.int(to_int(count)).push(" WHERE id = 1 RETURNING seq");
    let row = sql.row(tx, DURING).await?.ok_or_else(crate::leader::no_row)?;
    Ok(int(&row, "seq")? - to_int(count) + 1)
}

/// Where a run's log ends: its last chunk.
#[derive(Debug, Default)]
struct End {
    last: Option<(u64, String)>,
}

impl End {
    /// What of a chunk is new.
    fn take(&mut self, chunk: &LogChunk) -> Option<LogChunk> {
        let (offset, text) = match &self.last {
            Some((begins, _)) if chunk.offset < *begins => return None,
            Some((begins, text)) if chunk.offset == *begins => {
                (begins + text.len() as u64, chunk.text.strip_prefix(text.as_str())?.to_owned())
            }
            _ => (chunk.offset, chunk.text.clone()),
        };
        let room = usize::try_from(LOG_MOST.checked_sub(offset)?).ok()?;
        if text.is_empty() || room == 0 {
            return None;
        }
        let text = cut(text, room);
        self.last = Some((offset, text.clone()));
        Some(LogChunk { task: chunk.task.clone(), offset, text })
    }
}

/// At most so many bytes, and a line that says so where there were more.
fn cut(text: String, room: usize) -> String {
    if text.len() <= room {
        return text;
    }
    format!("{}{CUT}", text.get(..text.floor_char_boundary(room)).unwrap_or_default())
}

async fn end_of<'e, 'c>(
    tx: &mut AnyConnection,
    ends: &'e mut BTreeMap<&'c TaskId, End>,
    task: &'c TaskId,
) -> Result<&'e mut End, StoreError> {
    if !ends.contains_key(task) {
        let end = read_end(tx, task).await?;
        ends.insert(task, end);
    }
    Ok(ends.entry(task).or_default())
}

async fn read_end(tx: &mut AnyConnection, task: &TaskId) -> Result<End, StoreError> {
    let mut sql = Sql::new("SELECT begins, text FROM log WHERE job = ");
    sql.text(&task.job.to_string()).push(" AND task = ").int(task.index.into());
    sql.push(" AND attempt = ").int(task.attempt.into()).push(" ORDER BY begins DESC LIMIT 1");
    let row = sql.row(tx, DURING).await?;
    let last =
        row.map(|row| Ok((number(&row, "begins")?, text(&row, "text")?.to_owned()))).transpose()?;
    Ok(End { last })
}

fn bind(seq: i64, chunk: &LogChunk, params: &mut Params) {
    params
        .text(&chunk.task.job.to_string())
        .int(chunk.task.index.into())
        .int(chunk.task.attempt.into());
    params.int(i64::try_from(chunk.offset).unwrap_or(i64::MAX)).int(seq).text(&chunk.text);
}

fn page(job: &JobKey, rows: &[AnyRow], after: i64, most: usize) -> Result<LogPage, StoreError> {
    let (mut chunks, mut bytes, mut last) = (Vec::new(), 0, after);
    for row in rows {
        let chunk = chunk(job, row)?;
        bytes += chunk.text.len();
        if bytes > most && !chunks.is_empty() {
            break;
        }
        last = int(row, "seq")?;
        chunks.push(chunk);
    }
    let more = chunks.len() < rows.len() || to_int(rows.len()) == CHUNKS_MOST;
    Ok(LogPage { chunks, cursor: cursor::write(LIST, &last.to_string()), more })
}

fn chunk(job: &JobKey, row: &AnyRow) -> Result<LogChunk, StoreError> {
    let task =
        TaskId { job: job.clone(), index: number(row, "task")?, attempt: number(row, "attempt")? };
    Ok(LogChunk { task, offset: number(row, "begins")?, text: text(row, "text")?.to_owned() })
}
