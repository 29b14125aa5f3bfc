//! `wait`: until jobs reach a state.

use std::{collections::BTreeMap, time::Duration};

use api::{JobSummary, JobView};
use client::{Client, WatchQuery};
use model::{JobKey, Kind};
use units::Span;

use crate::{
    args::{JobName, Until},
    context::Context,
    failure::Failure,
    format,
    get::summary,
    kinds,
    output::Values,
    patience::Patience,
    progress::Progress,
    watch::Feed,
};

/// Every job is asked for again after so long without an event.
const SILENCE: Duration = Duration::from_secs(5);

pub(crate) async fn run(
    context: &Context,
    until: Until,
    timeout: Option<Span>,
    jobs: &[JobName],
) -> Result<(), Failure> {
    let keys: Vec<JobKey> = jobs.iter().map(|job| context.key(job)).collect();
    let client = context.client()?;
    let mut waiting = Waiting::new(&keys);
    let work = Box::pin(waiting.all(context, &client, until));
    match timeout {
        None => work.await?,
        Some(span) => match tokio::time::timeout(Duration::from_millis(span.get()), work).await {
            Ok(done) => done?,
            Err(_) => return Err(Failure::Timeout(waiting.late(until, span))),
        },
    }
    let views: Vec<&JobView> = keys.iter().filter_map(|key| waiting.ended.get(key)).collect();
    let rows: Vec<JobSummary> = views.iter().map(|view| summary(view)).collect();
    context.out.print(Values::Many(&views), |out| kinds::jobs(&rows, &out.clock).into())?;
    if waiting.missed { Err(Failure::Code(1)) } else { Ok(()) }
}

#[derive(Debug)]
struct Waiting {
    pending: Vec<JobKey>,
    ended: BTreeMap<JobKey, JobView>,
    /// A job ended otherwise, or is not there.
    missed: bool,
}

impl Waiting {
    fn new(keys: &[JobKey]) -> Self {
        let mut pending = keys.to_vec();
        pending.sort();
        pending.dedup();
        Self { pending, ended: BTreeMap::new(), missed: false }
    }

    async fn all(
        &mut self,
        context: &Context,
        client: &Client,
        until: Until,
    ) -> Result<(), Failure> {
        let mut feed = Feed::new(client, query(&self.pending));
        // Before the first look, so that nothing happens unseen in between.
        feed.open(&context.out).await?;
        let progress = Progress::steps(&context.out, self.pending.len());
        self.look(context, client, until, &progress, None).await?;
        while !self.pending.is_empty() {
            progress.status(self.pending.first().map(ToString::to_string).unwrap_or_default());
            let changed = tokio::select! {
                event = feed.next(&context.out) => Some(event?.subject),
                () = tokio::time::sleep(SILENCE) => None,
            };
            self.look(context, client, until, &progress, changed.as_deref()).await?;
        }
        Ok(())
    }

    /// Asks for those of the pending jobs that are called so; for all without a name.
    async fn look(
        &mut self,
        context: &Context,
        client: &Client,
        until: Until,
        progress: &Progress<'_>,
        named: Option<&str>,
    ) -> Result<(), Failure> {
        for key in self.pending.clone() {
            if named.is_some_and(|name| name != key.to_string()) {
                continue;
            }
            let seen = match ask(context, client, &key).await {
                Ok(view) => judge(&view, until).map(|reached| (reached, Some(view))),
                Err(failure) if failure.is_not_found() => Some((false, None)),
                Err(failure) => return Err(failure),
            };
            if let Some((reached, view)) = seen {
                self.missed |= !reached;
                progress.line(line(&key, view.as_ref()));
                progress.step();
                self.pending.retain(|it| *it != key);
                self.ended.extend(view.map(|view| (key, view)));
            }
        }
        Ok(())
    }

    fn late(&self, until: Until, after: Span) -> String {
        let names = self.pending.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let state = match until {
            Until::End => "ended".to_owned(),
            Until::State(state) => format!("become {state}"),
        };
        format!("not {state} after {}: {names}", format::span(after))
    }
}

fn line(key: &JobKey, view: Option<&JobView>) -> String {
    match view {
        Some(view) if view.status.reason.is_empty() => format!("{key} {}", view.status.state),
        Some(view) => format!("{key} {}: {}", view.status.state, view.status.reason),
        None => format!("{key} is not there"),
    }
}

/// Events of one job, of one project's jobs, or of all.
fn query(keys: &[JobKey]) -> WatchQuery {
    let first = keys.first();
    let one_project = first.filter(|first| keys.iter().all(|key| key.project == first.project));
    let one_job = first.filter(|_| keys.len() == 1);
    WatchQuery {
        project: one_project.map(|key| key.project.clone()),
        kind: Some(Kind::Job),
        subject: one_job.map(ToString::to_string),
    }
}

async fn ask(context: &Context, client: &Client, key: &JobKey) -> Result<JobView, Failure> {
    let mut patience = Patience::default();
    loop {
        match client.job(key).await {
            Ok(view) => return Ok(view),
            Err(error) => patience.bear(error.into(), &context.out).await?,
        }
    }
}

/// Whether it has reached the state; none while it may yet.
fn judge(view: &JobView, until: Until) -> Option<bool> {
    let state = view.status.state;
    let reached = match until {
        Until::End => state.is_final(),
        Until::State(wanted) if wanted.is_final() => state == wanted,
        // It may have passed through between two looks.
        Until::State(wanted) => {
            let passed = !state.is_final() || view.status.started.is_some();
            state == wanted || (state > wanted && passed)
        }
    };
    match (reached, state.is_final()) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use model::JobState;
    use serde_json::json;

    use super::*;

    fn job(state: JobState, started: Option<&str>) -> JobView {
        serde_json::from_value(json!({
            "key": "demo.hello", "metadata": {"name": "hello"}, "spec": {"script": "true"}, "version": 1,
            "status": {"state": state, "submitted": "2026-03-01T04:00:00Z", "started": started},
        }))
        .unwrap()
    }

    #[test]
    fn a_state_may_be_passed_but_an_end_may_not_be_another() {
        let running = Until::State(JobState::Running);
        let judged = |state, started, until| judge(&job(state, started), until);
        assert_eq!(judged(JobState::Held, None, running), None);
        assert_eq!(judged(JobState::Running, Some("2026-03-01T04:00:00Z"), running), Some(true));
        assert_eq!(judged(JobState::Failed, Some("2026-03-01T04:00:00Z"), running), Some(true));
        assert_eq!(judged(JobState::Cancelled, None, running), Some(false));
        assert_eq!(judged(JobState::Failed, None, Until::State(JobState::Succeeded)), Some(false));
        assert_eq!(judged(JobState::Running, None, Until::State(JobState::Succeeded)), None);
        assert_eq!(judged(JobState::Expired, None, Until::End), Some(true));
    }

    #[test]
    fn lateness_names_the_jobs() {
        let keys = ["demo.b", "demo.a", "demo.b"].map(|key| key.parse().unwrap());
        let waiting = Waiting::new(&keys);
        assert_eq!(
            waiting.late(Until::End, Span::minutes(5)),
            "not ended after 5m: demo.a, demo.b"
        );
        assert_eq!(
            query(&waiting.pending).project.map(|it| it.to_string()).as_deref(),
            Some("demo")
        );
    }
}
