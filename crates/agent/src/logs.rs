//! Sends what tasks write: in parts, each once.
//!
//! The centre drops a part it has, by task and offset. So a part is written down before it is sent, and after a
//! restart the very same part is sent again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use api::{LogChunk, LogUpload};
use drivers::DriverError;
use model::{Phase, TaskId, TaskStatus};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{CentreError, report::Site};

/// Bytes in one part, and in all parts of one request.
const PART: usize = 64 << 10;
const REQUEST: usize = 256 << 10;
/// What is sent of one task, so that with the note it is no more than 256 KiB.
const MOST: u64 = (256 << 10) - 128;
const NOTE: &str =
    "\n[jingwei: there is more in the log at the site; the first 256 KiB are kept here]\n";

/// How far the log of a task has been sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    offset: u64,
    /// Length of the part that may be on its way.
    #[serde(default)]
    sending: usize,
    /// Nothing will follow.
    #[serde(default)]
    done: bool,
}

#[derive(Debug)]
pub(crate) struct Logs {
    path: PathBuf,
    tasks: BTreeMap<TaskId, Progress>,
}

/// A part on its way.
struct Part {
    chunk: LogChunk,
    /// Of the log; the text may be of another length where bytes were replaced.
    length: usize,
    last: bool,
}

impl Logs {
    pub(crate) fn open(state: &Path) -> Self {
        let path = state.join("logs.json");
        let read = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { path, tasks: read.unwrap_or_default() }
    }

    /// Whether the end of this task may be told: all it wrote is at the centre.
    pub(crate) fn is_done(&self, task: &TaskId) -> bool {
        self.tasks.get(task).is_some_and(|progress| progress.done)
    }

    pub(crate) fn forget(&mut self, tasks: &[TaskId]) {
        for task in tasks {
            self.tasks.remove(task);
        }
    }

    /// Drops what an earlier life knew of tasks that are gone.
    pub(crate) fn keep_only(&mut self, tasks: &[TaskStatus]) {
        let here: BTreeSet<&TaskId> = tasks.iter().map(|task| &task.id).collect();
        self.tasks.retain(|id, _| here.contains(id));
    }

    /// Ends it: the rest is not sent.
    pub(crate) fn give_up(&mut self, task: &TaskId) {
        self.tasks.entry(task.clone()).or_default().done = true;
    }

    /// Sends what there is of these tasks, until `deadline`.
    pub(crate) async fn ship(
        &mut self,
        site: &Site,
        tasks: &[&TaskStatus],
        deadline: Instant,
    ) -> Result<(), CentreError> {
        while Instant::now() < deadline {
            let parts = self.gather(site, tasks).await;
            if parts.is_empty() {
                return Ok(());
            }
            self.send(site, parts, deadline).await?;
        }
        Ok(())
    }

    async fn gather(&mut self, site: &Site, tasks: &[&TaskStatus]) -> Vec<Part> {
        let (mut parts, mut size) = (Vec::new(), 0);
        for task in tasks {
            let progress = self.tasks.entry(task.id.clone()).or_default();
            if progress.done || size + PART > REQUEST {
                continue;
            }
            match next_part(site, task, progress).await {
                Ok(Some(part)) => {
                    size += part.length;
                    progress.sending = part.length;
                    parts.push(part);
                }
                Ok(None) if task.phase == Phase::Ended => progress.done = true,
                Ok(None) => {}
                Err(DriverError::NoSuchTask(_)) => progress.done = true,
                Err(error) => tracing::warn!(task = %task.id, %error, "log cannot be read"),
            }
        }
        parts
    }

    async fn send(
        &mut self,
        site: &Site,
        parts: Vec<Part>,
        deadline: Instant,
    ) -> Result<(), CentreError> {
        if let Err(error) = self.save() {
            tracing::warn!(%error, "a restart may send parts of logs twice");
        }
        let chunks: Vec<LogChunk> = parts.iter().map(|part| part.chunk.clone()).collect();
        let upload = LogUpload { chunks };
        let sent =
            tokio::time::timeout_at(deadline, site.centre.upload_logs(&site.name, &upload)).await;
        match sent.unwrap_or_else(|_| Err(CentreError::Away("no answer to logs".to_owned()))) {
            Ok(()) => parts.iter().for_each(|part| self.sent(part)),
            Err(CentreError::Refused(reason)) => {
                tracing::warn!(%reason, "the centre does not take these logs; the rest of them is not sent");
                parts.iter().for_each(|part| self.give_up(&part.chunk.task));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn sent(&mut self, part: &Part) {
        let progress = self.tasks.entry(part.chunk.task.clone()).or_default();
        progress.offset = part.chunk.offset + part.length as u64;
        progress.sending = 0;
        progress.done = part.last;
    }

    fn save(&self) -> io::Result<()> {
        let new = self.path.with_extension("new");
        fs::write(&new, serde_json::to_vec(&self.tasks)?)?;
        fs::rename(&new, &self.path)
    }
}

async fn next_part(
    site: &Site,
    task: &TaskStatus,
    progress: &Progress,
) -> Result<Option<Part>, DriverError> {
    let offset = progress.offset;
    let part = |text: String, length, last| {
        let chunk = LogChunk { task: task.id.clone(), offset, text };
        Some(Part { chunk, length, last })
    };
    let room = usize::try_from(MOST.saturating_sub(offset)).unwrap_or(usize::MAX);
    if room == 0 {
        let more = site.driver.logs(&task.id, offset, 1).await?;
        return Ok(if more.is_empty() { None } else { part(NOTE.to_owned(), 0, true) });
    }
    let again = progress.sending > 0;
    let most = if again { progress.sending } else { PART.min(room) };
    let bytes = site.driver.logs(&task.id, offset, most).await?;
    let at_end = bytes.len() < most && task.phase == Phase::Ended;
    let whole = again || at_end || bytes.len() == room;
    let length = if whole { bytes.len() } else { whole_characters(&bytes) };
    let text = String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned();
    Ok(if text.is_empty() { None } else { part(text, length, at_end && !again) })
}

/// Without a character that is cut at the end.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let cut = (tail..bytes.len()).rev().find(|at| bytes.get(*at).is_some_and(|byte| *byte >= 0xC0));
    let Some(start) = cut else { return bytes.len() };
    match std::str::from_utf8(bytes.get(start..).unwrap_or_default()) {
        Err(error) if error.error_len().is_none() => start,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stay_whole() {
        let text = "a经纬".as_bytes();
        let cuts: Vec<usize> = (0..=text.len()).map(|end| whole_characters(&text[..end])).collect();
        assert_eq!(cuts, [0, 1, 1, 1, 4, 4, 4, 7]);
        assert_eq!(whole_characters(b"a\xff\x80\x80"), 4);
        assert_eq!(whole_characters("a🚄".as_bytes().get(..4).unwrap()), 1);
    }
}
