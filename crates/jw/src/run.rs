//! `run`: submit one job, follow its states and what it writes, and end with its outcome.

use std::{path::PathBuf, time::Duration};

use api::{Event, JobView, Logs};
use client::{BillQuery, Client, WatchQuery};
use model::{Decision, JobState, Kind, Name};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use units::Time;

use crate::{
    args::Foreign,
    context::Context,
    decision, describe,
    failure::Failure,
    foreign,
    format::{self, Clock},
    logs::{Lines, Reader, WAIT_MS},
    output::{Page, Values},
    patience::Patience,
    progress::Progress,
    table::{Look, Style, clean},
    watch::{Feed, what},
};

/// The state is asked for after so long without an event.
const SILENCE: Duration = Duration::from_secs(5);
/// How long the last of the output may come after the end.
const DRAIN: Duration = Duration::from_secs(15);

pub(crate) async fn run(
    context: &Context,
    file: &PathBuf,
    foreign: &Foreign,
) -> Result<(), Failure> {
    let jobs = foreign::jobs(context, std::slice::from_ref(file), foreign).await?;
    let [job] = jobs.as_slice() else {
        return Err(Failure::usage(format!(
            "{} holds {} jobs: `jw run` takes one; use `jw submit`",
            file.display(),
            jobs.len()
        )));
    };
    let client = context.client()?;
    // Ctrl-C is heard before the job is there.
    let presses = presses()?;
    let mut twice = presses.clone();
    let submitted = async {
        let view = client.submit(job, true).await?;
        to_the_end(context, &client, view, presses).await
    };
    tokio::select! {
        done = submitted => done,
        _ = twice.wait_for(|presses| *presses >= 2) => Err(Failure::Interrupted),
    }
}

/// Follows a job that is submitted, and ends with its outcome.
pub(crate) async fn follow(
    context: &Context,
    client: &Client,
    view: JobView,
) -> Result<(), Failure> {
    let presses = presses()?;
    let mut twice = presses.clone();
    tokio::select! {
        done = to_the_end(context, client, view, presses) => done,
        _ = twice.wait_for(|presses| *presses >= 2) => Err(Failure::Interrupted),
    }
}

/// How often Ctrl-C was pressed. None is lost, whatever is being waited for.
fn presses() -> Result<watch::Receiver<u32>, Failure> {
    let mut signals = signal(SignalKind::interrupt())
        .map_err(|error| Failure::usage(format!("cannot hear Ctrl-C: {error}")))?;
    let (count, presses) = watch::channel(0);
    tokio::spawn(async move {
        while signals.recv().await.is_some() {
            count.send_modify(|count| *count += 1);
        }
    });
    Ok(presses)
}

async fn to_the_end(
    context: &Context,
    client: &Client,
    view: JobView,
    presses: watch::Receiver<u32>,
) -> Result<(), Failure> {
    let mut follow = Box::new(Follow::new(context, client, view, presses));
    follow.until_the_end().await?;
    let code = outcome_code(&follow.view, follow.cancelling);
    follow.finish().await?;
    if code == 0 { Ok(()) } else { Err(Failure::Code(code)) }
}

struct Follow<'a> {
    context: &'a Context,
    client: &'a Client,
    view: JobView,
    feed: Feed<'a>,
    reader: Reader<'a>,
    lines: Lines,
    logs_done: bool,
    progress: Progress<'a>,
    /// The place that was told last.
    told: Option<(Name, Name, Time)>,
    presses: watch::Receiver<u32>,
    cancelling: bool,
}

impl<'a> Follow<'a> {
    fn new(
        context: &'a Context,
        client: &'a Client,
        view: JobView,
        presses: watch::Receiver<u32>,
    ) -> Self {
        let subject = Some(view.key.to_string());
        let query = WatchQuery { kind: Some(Kind::Job), subject, ..WatchQuery::default() };
        Self {
            context,
            client,
            feed: Feed::new(client, query),
            reader: Reader::new(client, view.key.clone(), None).silent(),
            lines: Lines::new(view.spec.tasks > 1, context.out.look().color).whole(),
            logs_done: false,
            progress: Progress::spinner(&context.out),
            told: None,
            presses,
            cancelling: false,
            view,
        }
    }

    /// Until the job is in a final state and all that it wrote is shown.
    async fn until_the_end(&mut self) -> Result<(), Failure> {
        let past = describe::history(self.client, &self.view.key).await?;
        self.feed.after(past.last().map(|event| event.seq));
        past.iter().for_each(|event| self.show_event(event));
        self.refresh().await?;
        while !self.view.status.state.is_final() {
            Box::pin(self.step()).await?;
        }
        self.drain().await
    }

    async fn step(&mut self) -> Result<(), Failure> {
        let out = &self.context.out;
        tokio::select! {
            event = self.feed.next(out) => {
                self.show_event(&event?);
                self.refresh().await
            }
            logs = self.reader.next(WAIT_MS, self.context), if !self.logs_done => self.show_logs(&logs?),
            () = tokio::time::sleep(SILENCE) => self.refresh().await,
            _ = self.presses.changed() => self.interrupt().await,
        }
    }

    /// The first time asks to cancel; the second leaves, wherever this is.
    async fn interrupt(&mut self) -> Result<(), Failure> {
        self.cancelling = true;
        self.progress.line("cancelling; interrupt again to leave it to itself");
        match self.client.cancel(&self.view.key, None).await {
            Ok(view) => self.view = view,
            // It may just have ended by itself.
            Err(error) => self.progress.line(format!("cannot cancel it: {error}")),
        }
        Ok(())
    }

    async fn refresh(&mut self) -> Result<(), Failure> {
        let mut patience = Patience::default();
        self.view = loop {
            match self.client.job(&self.view.key).await {
                Ok(view) => break view,
                Err(error) => patience.bear(error.into(), &self.context.out).await?,
            }
        };
        self.tell_place();
        self.progress.status(format!("{} {}", self.view.key, self.view.status.state));
        Ok(())
    }

    /// Says where it goes, each time that changes.
    fn tell_place(&mut self) {
        let Some(it) = &self.view.status.decision else { return };
        let place = Some((it.site.clone(), it.pool.clone(), it.start));
        if self.told != place {
            self.told = place;
            self.progress.line(place_line(it, &Clock::system()));
        }
    }

    fn show_event(&self, event: &Event) {
        let clock = Clock::system();
        let event_type = what(event)
            .painted(Look { color: self.context.out.color_messages, ..self.context.out.look() });
        let message = if event.message.is_empty() {
            String::new()
        } else {
            format!(": {}", clean(&event.message))
        };
        self.progress.line(format!("{}  {event_type}{message}", clock.time(event.time)));
    }

    fn show_logs(&mut self, logs: &Logs) -> Result<(), Failure> {
        self.logs_done = logs.done;
        let mut text = self.lines.push(&logs.chunks);
        if logs.done {
            text += &self.lines.rest();
        }
        self.emit(&text)
    }

    /// What the job wrote is the data, unless a program asked for the job itself.
    fn emit(&self, text: &str) -> Result<(), Failure> {
        if self.context.out.is_human() {
            return self.progress.data(text);
        }
        text.lines().for_each(|line| self.progress.line(line));
        Ok(())
    }

    async fn drain(&mut self) -> Result<(), Failure> {
        let until = tokio::time::Instant::now() + DRAIN;
        while !self.logs_done {
            match tokio::time::timeout_at(until, self.reader.next(1_000, self.context)).await {
                Ok(logs) => self.show_logs(&logs?)?,
                Err(_) => break,
            }
        }
        let rest = self.lines.rest();
        self.emit(&rest)
    }

    /// Outcome and bill: for people on stderr, so that stdout is the job's own output.
    async fn finish(self) -> Result<(), Failure> {
        let Self { context, client, view, progress, .. } = self;
        drop(progress);
        let out = &context.out;
        out.note(outcome_line(&view, out.color_messages));
        if !out.is_human() {
            let row = crate::get::summary(&view);
            return out
                .print(Values::One(&view), |out| crate::kinds::jobs(&[row], &out.clock).into());
        }
        let query =
            BillQuery { job: Some(view.key.clone()), charges: true, ..BillQuery::default() };
        let bill = client.bill(&query).await?;
        if !bill.charges.is_empty() {
            let lines: Vec<_> = bill.charges.into_iter().map(|charge| charge.line).collect();
            out.note(
                out.page_message(&Page(vec![decision::prices(&lines, bill.total)])).trim_end(),
            );
        }
        Ok(())
    }
}

/// "at horinger / horinger-cpu, start 12:05:00 (+5m), about 2h, 14.6 CNY".
fn place_line(it: &Decision, clock: &Clock) -> String {
    let path =
        it.path.as_ref().map(|path| format!(", {}", decision::path(path))).unwrap_or_default();
    let (start, run_time) = (clock.both(it.start), format::span(it.run_time));
    format!(
        "at {} / {}, start {start}, about {run_time}, {}{path}",
        it.site,
        it.pool,
        it.total.human()
    )
}

fn outcome_line(view: &JobView, color: bool) -> String {
    let status = &view.status;
    let state = format::state_style(status.state).paint(status.state.as_str(), color);
    let site = status.decision.as_ref().map(|it| format!(" at {}", it.site)).unwrap_or_default();
    let took = match (status.started, status.ended) {
        (Some(started), Some(ended)) => format!(" after {}", format::span(ended.since(started))),
        _ => String::new(),
    };
    let reason =
        if status.reason.is_empty() { String::new() } else { format!(": {}", status.reason) };
    format!("{} {state}{site}{took}{reason}", Style::Bold.paint(&view.key.to_string(), color))
}

/// The job's outcome as an exit code: of a failed job that of its first failed task, 128 and the signal if one
/// ended it, as shells do.
fn outcome_code(view: &JobView, cancelling: bool) -> u8 {
    match view.status.state {
        JobState::Succeeded => 0,
        JobState::Cancelled if cancelling => 130,
        JobState::Unplaceable => 8,
        JobState::Failed => {
            let mut exits = view
                .status
                .tasks
                .iter()
                .filter_map(|task| task.exit.as_ref())
                .filter(|it| !it.is_success());
            exits.next().map_or(1, task_code)
        }
        _ => 1,
    }
}

fn task_code(exit: &model::Exit) -> u8 {
    let code = match (exit.code, exit.signal) {
        (Some(code), _) if code != 0 => code,
        (_, Some(signal)) => 128 + signal,
        _ => 1,
    };
    u8::try_from(code).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ended(state: &str, exits: &[serde_json::Value]) -> JobView {
        let tasks: Vec<_> = exits
            .iter()
            .enumerate()
            .map(|(at, exit)| json!({"id": format!("demo.hello.{at}.1"), "phase": "ended", "exit": exit}))
            .collect();
        serde_json::from_value(json!({
            "key": "demo.hello", "metadata": {"name": "hello"}, "spec": {"script": "true"}, "version": 1,
            "status": {"state": state, "reason": "it is so", "submitted": "2026-03-01T04:00:00Z", "tasks": tasks,
                       "started": "2026-03-01T04:00:01Z", "ended": "2026-03-01T04:01:11Z"},
        }))
        .unwrap()
    }

    #[test]
    fn the_exit_code_is_the_jobs() {
        let ok = json!({"reason": "exited", "code": 0});
        let code =
            |state: &str, exits: &[serde_json::Value]| outcome_code(&ended(state, exits), false);
        assert_eq!(code("succeeded", std::slice::from_ref(&ok)), 0);
        assert_eq!(code("failed", &[ok.clone(), json!({"reason": "exited", "code": 42})]), 42);
        assert_eq!(code("failed", &[json!({"reason": "out_of_memory", "signal": 9})]), 137);
        assert_eq!(code("failed", &[json!({"reason": "not_started"})]), 1);
        assert_eq!(code("failed", &[json!({"reason": "exited", "code": -3})]), 1);
        assert_eq!(
            (code("expired", &[]), code("unplaceable", &[]), code("cancelled", &[])),
            (1, 8, 1)
        );
        assert_eq!(outcome_code(&ended("cancelled", &[]), true), 130);
        assert_eq!(outcome_code(&ended("succeeded", &[ok]), true), 0);
    }

    #[test]
    fn the_outcome_is_one_line() {
        assert_eq!(
            outcome_line(&ended("failed", &[]), false),
            "demo.hello failed after 1m 10s: it is so"
        );
        let line = place_line(&decision::tests::sample(), &Clock::fixed("2026-03-01T04:00:00Z", 8));
        assert_eq!(
            line,
            "at horinger / horinger-cpu, start 12:05:00 (+5m), about 2h, 16.61 CNY, \
             beijing -> horinger by bj-zjk, zjk-hlg (4.2 ms, jitter 100 us, holds 1 Gbit/s)"
        );
    }
}
