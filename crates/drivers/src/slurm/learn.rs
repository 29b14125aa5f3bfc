//! What is learned of an assignment: from what its tasks write, from the queue, from accounting.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    time::{Duration, Instant},
};

use model::{Exit, ExitReason, Indexes};
use units::{Bytes, Energy, Span};

use super::{
    controller::Row,
    held::Held,
    record::End,
    script::NOT_RUN,
    told::{News, of_code},
};
use crate::now;

/// A job that Slurm does not show so long after it was submitted is gone.
const SHOWS_BY: Duration = Duration::from_secs(10);
/// Between the moment Slurm says that a task has ended and the moment its own line must be there: shared file systems
/// are late.
const FILE_BY: Duration = Duration::from_secs(3);

/// States of jobs whose processes Slurm has sent a signal.
const BY_SLURM: [&str; 6] =
    ["TIMEOUT", "DEADLINE", "OUT_OF_MEMORY", "PREEMPTED", "CANCELLED", "NODE_FAIL"];

impl Held {
    /// What the tasks wrote since.
    pub(crate) fn read(&mut self) -> io::Result<()> {
        if self.has_ended() && self.started.len() >= self.ended.len() {
            return Ok(());
        }
        for news in self.told.news()? {
            match news {
                News::Started { index, at, node } => self.has_started(index, at, &node),
                News::Ended { index, end } => self.tells_end(index, end),
            }
        }
        self.believe_signals();
        Ok(())
    }

    fn has_started(&mut self, index: u32, at: units::Time, node: &str) {
        if self.started.contains_key(&index) || !self.order.tasks.contains(index) {
            return;
        }
        self.started.insert(index, at);
        let note = || self.job.map_or(node.to_owned(), |job| format!("slurm {job} on {node}"));
        self.notes.entry(index).or_insert_with(note);
    }

    fn tells_end(&mut self, index: u32, end: End) {
        if self.ended.contains_key(&index) || !self.order.tasks.contains(index) {
            return;
        }
        let is_signal = end.exit.reason == ExitReason::Signalled;
        if is_signal && self.stopping.is_none() {
            self.signalled.entry(index).or_insert((end, Instant::now()));
            return;
        }
        let exit = match &self.stopping {
            Some(it) if is_signal => {
                Exit { reason: it.reason, message: it.message.clone(), ..end.exit }
            }
            _ => end.exit,
        };
        self.ended.insert(index, End { exit, ..end });
    }

    /// Nothing explained them in time.
    fn believe_signals(&mut self) {
        let is_late = |since: &Instant| since.elapsed() >= FILE_BY;
        let late: Vec<u32> = self
            .signalled
            .iter()
            .filter(|(_, (_, since))| is_late(since))
            .map(|(index, _)| *index)
            .collect();
        for index in late {
            let Some((end, _)) = self.signalled.remove(&index) else { continue };
            self.ended.entry(index).or_insert(end);
        }
    }

    /// What the queue shows of it at that moment.
    pub(crate) fn hear(&mut self, rows: &[&Row], asked: Instant) -> io::Result<()> {
        if self.job.is_none() && !self.adopt(rows)? {
            return Ok(());
        }
        let (mut live, mut dead) = (BTreeSet::new(), BTreeMap::new());
        let job = self.job;
        for row in rows.iter().filter(|row| Some(row.job) == job) {
            let indexes = self.indexes_of(row);
            if is_over(&row.state) {
                dead.extend(indexes.into_iter().map(|index| (index, *row)));
            } else {
                self.take_note(row, &indexes);
                live.extend(indexes);
            }
        }
        let is_new = self.submitted.is_some_and(|at| at.elapsed() < SHOWS_BY || asked < at);
        if rows.is_empty() && is_new {
            return Ok(());
        }
        self.explain_signals(&dead);
        self.settle(&live, &dead);
        Ok(())
    }

    /// Finds the job that an earlier life submitted.
    fn adopt(&mut self, rows: &[&Row]) -> io::Result<bool> {
        let Some(job) = rows.iter().map(|row| row.job).min() else {
            self.maybe_submitted = false;
            return Ok(false);
        };
        tracing::info!(job, name = self.order.name(), "adopted");
        self.record.set_job(job)?;
        (self.job, self.submitted) = (Some(job), Some(Instant::now()));
        Ok(true)
    }

    /// Ends by a signal that Slurm sent.
    fn explain_signals(&mut self, dead: &BTreeMap<u32, &Row>) {
        let told: Vec<u32> =
            self.signalled.keys().filter(|index| dead.contains_key(index)).copied().collect();
        for index in &told {
            let Some((end, _)) = self.signalled.remove(index) else { continue };
            let row = dead.get(index).copied();
            let by_slurm = row.is_some_and(|row| BY_SLURM.contains(&row.state.as_str()));
            let exit = if by_slurm { self.exit_by(*index, row) } else { end.exit.clone() };
            self.end(*index, End { exit, ..end });
        }
        if !told.is_empty() {
            self.keep_ends();
        }
    }

    fn take_note(&mut self, row: &Row, indexes: &[u32]) {
        if row.state == "PENDING" {
            self.note = format!("slurm {}, waits: {}", row.job, row.reason);
            return;
        }
        for index in indexes {
            let array =
                if row.array.is_empty() { String::new() } else { format!("_{}", row.array) };
            self.notes.insert(*index, format!("slurm {}{array} on {}", row.job, row.nodes));
        }
    }

    /// Tasks of a row: those that a waiting array still lists, one, or all of a gang.
    fn indexes_of(&self, row: &Row) -> Vec<u32> {
        let text = row.array.trim_matches(['[', ']']).split('%').next().unwrap_or_default();
        if text.is_empty() {
            return self.order.tasks.iter().collect();
        }
        match text.parse::<Indexes>() {
            Ok(indexes) => indexes.iter().collect(),
            // Slurm cuts long lists ("1,3,5,..."): whatever has not started is still there.
            Err(_) => self.order.tasks.iter().filter(|it| !self.started.contains_key(it)).collect(),
        }
    }

    /// Ends that only Slurm can tell, once the tasks' own lines had time to appear.
    fn settle(&mut self, live: &BTreeSet<u32>, dead: &BTreeMap<u32, &Row>) {
        let before = self.recorded.len();
        for index in self.order.tasks.iter().collect::<Vec<u32>>() {
            if self.ended.contains_key(&index) || live.contains(&index) {
                self.missing.remove(&index);
                continue;
            }
            let since = *self.missing.entry(index).or_insert_with(Instant::now);
            let row = dead.get(&index).copied();
            // It never began, or it is known why it ended.
            let is_clear = row.is_some_and(|row| row.state == "CANCELLED")
                && (self.stopping.is_some() || !self.started.contains_key(&index));
            if since.elapsed() >= FILE_BY && row.is_some() || is_clear {
                let end = self.end_by(index, row);
                self.end(index, end);
            }
        }
        if self.recorded.len() > before {
            self.keep_ends();
        }
    }

    /// Whether tasks have left the queue without a word: accounting may know them.
    pub(crate) fn has_vanished(&self, rows: &[&Row]) -> bool {
        let is_late = |since: &Instant| since.elapsed() >= FILE_BY;
        let shown: BTreeSet<u32> = rows.iter().flat_map(|row| self.indexes_of(row)).collect();
        self.missing.iter().any(|(index, since)| {
            is_late(since) && !shown.contains(index) && !self.ended.contains_key(index)
        })
    }

    /// The last word on tasks that have left the queue: what accounting keeps of them, or that they are lost.
    pub(crate) fn close(&mut self, kept: &[Row]) {
        let mut dead = BTreeMap::new();
        for row in kept {
            dead.extend(self.indexes_of(row).into_iter().map(|index| (index, row)));
        }
        let is_late = |since: &Instant| since.elapsed() >= FILE_BY;
        let late: Vec<u32> = self
            .missing
            .iter()
            .filter(|(index, since)| is_late(since) && !self.ended.contains_key(index))
            .map(|(index, _)| *index)
            .collect();
        for index in late {
            let end = self.end_by(index, dead.get(&index).copied());
            self.end(index, end);
        }
        self.keep_ends();
    }

    fn end_by(&self, index: u32, row: Option<&Row>) -> End {
        let used = row.map(|row| row.used).unwrap_or_default();
        End {
            peak_memory: (used.peak_memory > 0).then(|| Bytes::new(used.peak_memory)),
            energy: (used.energy_j > 0).then(|| Energy::new(used.energy_j * 1_000)),
            ..End::new(self.exit_by(index, row), now(), Span::new(used.cpu_ms))
        }
    }

    fn exit_by(&self, index: u32, row: Option<&Row>) -> Exit {
        let exit = |reason, message: String| Exit { reason, code: None, signal: None, message };
        if let Some(it) = &self.stopping {
            return exit(it.reason, it.message.clone());
        }
        let lost = |message: &str| exit(ExitReason::Lost, message.to_owned());
        let Some(row) = row else { return lost("Slurm knows nothing of it") };
        match row.state.as_str() {
            "TIMEOUT" | "DEADLINE" => exit(ExitReason::TimeLimit, String::new()),
            "OUT_OF_MEMORY" => exit(ExitReason::OutOfMemory, String::new()),
            "CANCELLED" => lost("cancelled at the cluster, not by us"),
            "PREEMPTED" => lost("the cluster gave its place to another"),
            "COMPLETED" | "FAILED" if row.status.is_some() => {
                self.exit_by_status(index, row.status.unwrap_or(0))
            }
            state => lost(&format!("Slurm says {state}")),
        }
    }

    /// The task's own script could not write its end, but ended with the program's code.
    fn exit_by_status(&self, index: u32, status: i32) -> Exit {
        let (code, signal) = (status >> 8 & 0xff, status & 0x7f);
        if code == NOT_RUN {
            let (reason, message) = if self.started.contains_key(&index) {
                (ExitReason::Lost, "its node went away, and it does not run twice")
            } else {
                (ExitReason::NotStarted, "its folder at the site cannot be written")
            };
            return Exit { reason, code: None, signal: None, message: message.to_owned() };
        }
        if signal > 0 { of_code(128 + signal) } else { of_code(code) }
    }
}

/// States in which a job uses nothing any more and never will.
fn is_over(state: &str) -> bool {
    !matches!(
        state,
        "PENDING"
            | "RUNNING"
            | "SUSPENDED"
            | "COMPLETING"
            | "CONFIGURING"
            | "STOPPED"
            | "RESIZING"
            | "SIGNALING"
            | "STAGE_OUT"
            | "REQUEUED"
            | "REQUEUE_HOLD"
            | "REQUEUE_FED"
            | "RESV_DEL_HOLD"
            | "SPECIAL_EXIT"
    )
}
