//! Looking at the cluster: one list of Jobs and one of pods for everything that this agent has there.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};

use super::{
    Inner, Place,
    act::AT_ONCE,
    hear::{Found, Look},
    held::Held,
    manifest::Part,
    names::{AGENT, JOB, TASK},
    view::{Event, Job, Meta, Pod},
};
use crate::{DriverError, now};

/// How often the cluster is asked, at most.
const ASK: Duration = Duration::from_millis(500);
/// The most of the time that is spent on looking: a tenth.
const REST: u32 = 10;
/// A log that cannot be read for so long after its task has ended is given up.
const LOG_BY: Duration = Duration::from_secs(30);

impl Inner {
    pub(super) async fn look(&mut self, place: &Place) -> Result<(), DriverError> {
        let is_needed = self.unswept || self.held.values().any(Held::is_live);
        let pause = ASK.max(self.took * REST);
        if !is_needed || self.asked.is_some_and(|at| at.elapsed() < pause) {
            return Ok(());
        }
        let asked = Instant::now();
        let labels = format!("{AGENT}={}", place.agent);
        let (jobs, pods) = futures::try_join!(
            place.cluster.list::<Job>("/apis/batch/v1/jobs", &labels),
            place.cluster.list::<Pod>("/api/v1/pods", &labels),
        )?;
        (self.asked, self.took) = (Some(Instant::now()), asked.elapsed());
        self.hear(place, &jobs, &pods, asked).await?;
        self.explain_waiting(place, &jobs).await;
        self.sweep(place, &jobs).await
    }

    async fn hear(
        &mut self,
        place: &Place,
        jobs: &[Job],
        pods: &[Pod],
        asked: Instant,
    ) -> Result<(), DriverError> {
        let (jobs, pods) = (by_job(jobs, |it| &it.metadata), by_job(pods, |it| &it.metadata));
        let mut found = Vec::new();
        for (name, held) in self.held.iter_mut().filter(|(_, held)| held.is_live()) {
            let look = Look {
                jobs: jobs.get(held.base.as_str()).map_or(&[], Vec::as_slice),
                pods: pods.get(held.base.as_str()).map_or(&[], Vec::as_slice),
                asked,
                now: now(),
                pull_wait: Duration::from_millis(place.config.pull_wait.get()),
            };
            found.extend(held.hear(look).into_iter().map(|it| (name.clone(), it)));
            held.follow_logs(&place.cluster, false);
        }
        self.record(place, found).await
    }

    /// An end counts once its log is here.
    async fn record(
        &mut self,
        place: &Place,
        found: Vec<(String, Found)>,
    ) -> Result<(), DriverError> {
        let with_files: Vec<(String, Found, PathBuf)> = found
            .into_iter()
            .filter_map(|(name, found)| {
                let file = self.held.get(&name)?.record.log_path(found.index);
                Some((name, found, file))
            })
            .collect();
        let keep = |(name, found, file): (String, Found, PathBuf)| async move {
            let kept = match &found.pod {
                Some(pod) => place.keep_log(pod, &file).await,
                None => Ok(()),
            };
            (name, found, kept)
        };
        let kept: Vec<_> =
            stream::iter(with_files).map(keep).buffer_unordered(AT_ONCE).collect().await;
        let mut ends: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        for (name, found, kept) in kept {
            if let Err(fault) = kept
                && self.held.get_mut(&name).is_some_and(|it| it.log_may_come(found.index, LOG_BY))
            {
                tracing::debug!(name, index = found.index, reason = fault.words(), "no log yet");
                continue;
            }
            ends.entry(name).or_default().push(found);
        }
        for (name, found) in ends {
            let Some(held) = self.held.get_mut(&name) else { continue };
            let ended = held.end(found.into_iter().map(|it| (it.index, it.end, it.by_pod)));
            ended.map_err(DriverError::failed(format!("record what became of {name}")))?;
            self.unswept = true;
        }
        Ok(())
    }

    /// Jobs that make no pod say why in events only.
    async fn explain_waiting(&mut self, place: &Place, jobs: &[Job]) {
        let waiting = self.held.values_mut().filter_map(|held| held.wants_reason());
        let waiting: Vec<(String, u32)> = waiting.take(AT_ONCE).collect();
        for (name, index) in waiting {
            let held = self.held.values_mut().find(|held| held.object(index) == name);
            let job = jobs.iter().find(|job| job.metadata.name == name);
            let (Some(held), Some(job)) = (held, job) else { continue };
            let path = format!("/api/v1/namespaces/{}/events", job.metadata.namespace);
            let fields = format!("involvedObject.uid={}", job.metadata.uid);
            match place.cluster.list_fields::<Event>(&path, &fields).await {
                Ok(events) => held.reason(index, events.last()),
                Err(fault) => tracing::debug!(reason = fault.words(), "events cannot be read"),
            }
        }
    }

    async fn sweep(&mut self, place: &Place, jobs: &[Job]) -> Result<(), DriverError> {
        if !self.unswept {
            return Ok(());
        }
        let by_base: BTreeMap<&str, &Held> =
            self.held.values().map(|held| (held.base.as_str(), held)).collect();
        let (mut left, mut later) = (Vec::new(), false);
        for job in jobs {
            let base = job.metadata.labels.get(JOB).map(String::as_str);
            match is_wanted(job, base.and_then(|base| by_base.get(base).copied())) {
                Some(false) => left.push(job),
                Some(true) => {}
                None => later = true,
            }
        }
        if left.is_empty() {
            self.unswept = later;
            return Ok(());
        }
        Ok(place.sweep(left).await?)
    }
}

/// Unless its tasks are forgotten, or have ended in a way that the Job does not know of. None: it may soon know.
fn is_wanted(job: &Job, held: Option<&Held>) -> Option<bool> {
    if job.metadata.deletion_timestamp.is_some() {
        return Some(true);
    }
    let Some(held) = held else { return Some(false) };
    let index = job.metadata.labels.get(TASK).and_then(|it| it.parse().ok());
    let tasks = held.tasks_of(index.map_or(Part::All, Part::One));
    if tasks.iter().all(|it| held.is_forgotten(*it)) {
        return Some(false);
    }
    let is_end = |it: &str| matches!(it, "Complete" | "Failed");
    let knows = job.status.conditions.iter().any(|it| is_end(&it.kind) && it.status == "True");
    if knows || !tasks.iter().all(|it| held.is_ended(*it)) {
        return Some(true);
    }
    let now = now();
    if tasks.iter().all(|it| held.is_over(*it, now)) { Some(false) } else { None }
}

/// By the name of their assignment's objects.
fn by_job<'a, T>(all: &'a [T], meta: impl Fn(&'a T) -> &'a Meta) -> BTreeMap<&'a str, Vec<&'a T>> {
    let mut by: BTreeMap<&str, Vec<&T>> = BTreeMap::new();
    for it in all {
        if let Some(job) = meta(it).labels.get(JOB) {
            by.entry(job).or_default().push(it);
        }
    }
    by
}
