//! `logs`: what the tasks of a job wrote, line by line.

use std::collections::BTreeMap;

use api::{LogChunk, Logs};
use client::{Client, LogQuery};
use model::{JobKey, TaskId};

use crate::{
    args::{Format, JobName},
    context::Context,
    failure::Failure,
    output::Values,
    patience::Patience,
    table::{Style, Table, column},
};

/// How long the server may wait for something new, in milliseconds.
pub(crate) const WAIT_MS: u64 = 20_000;

pub(crate) async fn run(
    context: &Context,
    job: &JobName,
    task: Option<u32>,
    follow: bool,
) -> Result<(), Failure> {
    let client = context.client()?;
    let key = context.key(job);
    let tasks = client.job(&key).await?.spec.tasks;
    let mut reader = Reader::new(&client, key, task);
    let mut lines = Lines::new(tasks > 1 && task.is_none(), context.out.look().color);
    loop {
        let wait = if follow && reader.at_end { WAIT_MS } else { 0 };
        let logs = reader.next(wait, context).await?;
        print(context, &mut lines, &logs)?;
        // Without `-f`: all there is now. An answer without text is the present end.
        if logs.done || (!follow && logs.chunks.is_empty()) {
            break;
        }
    }
    context.out.raw(&lines.rest())
}

fn print(context: &Context, lines: &mut Lines, logs: &Logs) -> Result<(), Failure> {
    match context.out.format {
        Format::Table | Format::Wide => context.out.raw(&lines.push(&logs.chunks)),
        // A stream has no end to close an array with: one value for each chunk.
        _ => logs
            .chunks
            .iter()
            .try_for_each(|chunk| context.out.print(Values::One(chunk), |_| table(chunk).into())),
    }
}

fn table(chunk: &LogChunk) -> Table {
    let mut table = Table::new([column("TASK"), column("OFFSET").right(), column("TEXT")]);
    let task = chunk.task.to_string();
    table.push(
        task.as_str(),
        vec![task.as_str().into(), chunk.offset.to_string().into(), chunk.text.as_str().into()],
    );
    table
}

/// Asks for what follows, again and again, over short losses of the server.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    client: &'a Client,
    key: JobKey,
    query: LogQuery,
    /// The answer before had nothing new.
    at_end: bool,
    patience: Patience,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(client: &'a Client, key: JobKey, task: Option<u32>) -> Self {
        let query = LogQuery { task, ..LogQuery::default() };
        Self { client, key, query, at_end: false, patience: Patience::default() }
    }

    /// Leaves it to others to say that the server does not answer.
    #[must_use]
    pub(crate) fn silent(mut self) -> Self {
        self.patience = Patience::silent();
        self
    }

    pub(crate) async fn next(&mut self, wait_ms: u64, context: &Context) -> Result<Logs, Failure> {
        self.query.wait_ms = wait_ms;
        loop {
            match self.client.logs(&self.key, &self.query).await {
                Ok(logs) => {
                    self.patience.reset();
                    self.query.after = Some(logs.cursor.clone());
                    self.at_end = logs.chunks.is_empty();
                    return Ok(logs);
                }
                Err(error) => self.patience.bear(error.into(), &context.out).await?,
            }
        }
    }
}

/// Chunks to whole lines; with more than one task each line says whose it is.
#[derive(Debug)]
pub(crate) struct Lines {
    /// What stands behind the last newline.
    open: BTreeMap<TaskId, String>,
    prefixed: bool,
    /// Only whole lines leave, because something else is drawn below them.
    whole: bool,
    color: bool,
}

impl Lines {
    pub(crate) const fn new(prefixed: bool, color: bool) -> Self {
        Self { open: BTreeMap::new(), prefixed, whole: prefixed, color }
    }

    /// Keeps back lines that are not ended yet.
    #[must_use]
    pub(crate) const fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    pub(crate) fn push(&mut self, chunks: &[LogChunk]) -> String {
        let mut out = String::new();
        for chunk in chunks {
            let open = self.open.entry(chunk.task.clone()).or_default();
            open.push_str(&chunk.text);
            let whole = open.rfind('\n').map(|end| {
                let rest = open.split_off(end + 1);
                std::mem::replace(open, rest)
            });
            match whole {
                _ if !self.whole => out.push_str(&chunk.text),
                None => {}
                Some(text) if !self.prefixed => out.push_str(&text),
                Some(text) => text
                    .lines()
                    .for_each(|line| out.push_str(&prefixed(&chunk.task, line, self.color))),
            }
        }
        out
    }

    /// Lines that were never ended.
    pub(crate) fn rest(&mut self) -> String {
        let open = std::mem::take(&mut self.open).into_iter().filter(|(_, text)| !text.is_empty());
        let line = |(task, text): (TaskId, String)| match (self.prefixed, self.whole) {
            (true, _) => prefixed(&task, &text, self.color),
            (false, true) => text + "\n",
            // The text itself has left already.
            (false, false) => "\n".to_owned(),
        };
        open.map(line).collect()
    }
}

fn prefixed(task: &TaskId, line: &str, color: bool) -> String {
    let again = if task.attempt > 1 { format!("#{}", task.attempt) } else { String::new() };
    format!("{} {line}\n", Style::Dim.paint(&format!("[{}{again}]", task.index), color))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(task: &str, text: &str) -> LogChunk {
        LogChunk { task: task.parse().unwrap(), offset: 0, text: text.into() }
    }

    #[test]
    fn lines_of_many_tasks_do_not_mix() {
        let mut lines = Lines::new(true, false);
        let chunks =
            [chunk("d.j.0.1", "a\nhalf"), chunk("d.j.1.2", "b\n"), chunk("d.j.0.1", " line\n你好")];
        assert_eq!(lines.push(&chunks), "[0] a\n[1#2] b\n[0] half line\n");
        assert_eq!(lines.rest(), "[0] 你好\n");
        assert_eq!(lines.rest(), "");
    }

    #[test]
    fn one_task_is_printed_as_it_comes_and_ends_its_last_line() {
        let mut lines = Lines::new(false, false);
        assert_eq!(lines.push(&[chunk("d.j.0.1", "50%"), chunk("d.j.0.1", "\r100%")]), "50%\r100%");
        assert_eq!(lines.rest(), "\n");
        assert_eq!(lines.push(&[chunk("d.j.0.1", "done\n")]), "done\n");
        assert_eq!(lines.rest(), "");
        let mut lines = Lines::new(false, false).whole();
        assert_eq!(lines.push(&[chunk("d.j.0.1", "a\nb\nc")]), "a\nb\n");
        assert_eq!(lines.rest(), "c\n");
    }
}
