//! What the cluster shows of an assignment.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{Exit, ExitReason};
use units::{Span, Time};

use super::{
    held::{Held, Seen, Task},
    judge::{End, Told, judge, said, short},
    names::{INDEX, TASK},
    view::{Job, Meta, Pod},
};

/// A Job that the cluster does not show so long after it was made is gone; so is a pod that is being deleted.
const SHOWS_BY: Duration = Duration::from_secs(10);
/// How long the cluster may take to remove a pod after its time is up.
const REMOVED_BY: Span = Span::new(60_000);
const DELETED: &str = "its pod was deleted at the cluster, not by us";
/// The rest of a log may come so long after the pod is gone.
const LOG_BY: Duration = Duration::from_secs(5);

/// An end that is not recorded yet.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) index: u32,
    pub(crate) end: End,
    /// Its pod in the API, while that has the log.
    pub(crate) pod: Option<String>,
    /// A pod said so.
    pub(crate) by_pod: bool,
}

/// One look at the cluster.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) jobs: &'a [&'a Job],
    pub(crate) pods: &'a [&'a Pod],
    /// When it began.
    pub(crate) asked: Instant,
    pub(crate) now: Time,
    pub(crate) pull_wait: Duration,
}

impl Held {
    pub(crate) fn hear(&mut self, look: Look<'_>) -> Vec<Found> {
        let mut pods: BTreeMap<u32, Vec<&Pod>> = BTreeMap::new();
        for pod in look.pods {
            if let Some(index) = index(&pod.metadata) {
                pods.entry(index).or_default().push(pod);
            }
        }
        let live: Vec<u32> = self.order.tasks.iter().filter(|it| !self.is_ended(*it)).collect();
        // Those that ended by themselves first: if one of a gang fails, the others do not end by themselves.
        let by_itself = |index: &u32| {
            let pods = pods.get(index).map_or(&[][..], Vec::as_slice);
            !pods.iter().any(|pod| matches!(judge(pod, look.now), Told::Ended(_)))
        };
        let mut ordered = live;
        ordered.sort_by_key(by_itself);
        let mut found = Vec::new();
        for index in ordered {
            let of_it = pods.get(&index).map_or(&[][..], Vec::as_slice);
            let Some(it) = self.hear_task(index, of_it, look) else { continue };
            if self.is_gang() && !it.end.exit.is_success() {
                self.stop(ExitReason::Stopped, &format!("task {index} of its gang has failed"));
            }
            found.push(it);
        }
        found
    }

    fn hear_task(&mut self, index: u32, pods: &[&Pod], look: Look<'_>) -> Option<Found> {
        let known = self.tasks.get(&index).and_then(|it| it.pod.clone());
        let of_uid = |uid: &str| pods.iter().find(|pod| pod.metadata.uid == uid);
        let first = || pods.iter().min_by_key(|pod| pod.metadata.creation_timestamp.clone());
        let pod = match &known {
            // What is being stopped has ended only when the last pod of it has.
            Some(known) if self.stopping.is_some() => of_uid(&known.uid).or_else(first),
            Some(known) => of_uid(&known.uid),
            None => first(),
        };
        match pod {
            Some(pod) => self.hear_pod(index, pod, look),
            None if known.is_some() => self.vanished(index, look),
            None => self.nothing(index, look),
        }
    }

    fn hear_pod(&mut self, index: u32, pod: &Pod, look: Look<'_>) -> Option<Found> {
        let is_stopping = self.stopping.is_some();
        let task = self.tasks.entry(index).or_default();
        let meta = &pod.metadata;
        let path = format!("/api/v1/namespaces/{}/pods/{}", meta.namespace, meta.name);
        task.pod = Some(Seen { uid: meta.uid.clone(), path: path.clone() });
        task.note = format!("kubernetes {}/{}", meta.namespace, meta.name);
        if !pod.spec.node_name.is_empty() {
            task.note = format!("{} on {}", task.note, pod.spec.node_name);
        }
        let told = judge(pod, look.now);
        if !is_stopping && !matches!(told, Told::Ended(_)) && is_given_up(pod, look.now) {
            let message = "its node does not answer";
            let exit = said(ExitReason::Lost, message);
            return Some(Found { index, end: task.end(exit, look.now), pod: None, by_pod: false });
        }
        match told {
            Told::Ended(end) => {
                let is_followed = task.follow.is_some();
                if is_followed && !task.is_written(look.asked) {
                    return None;
                }
                let end = self.explain(end, meta.deletion_timestamp.is_some());
                Some(Found { index, end, pod: (!is_followed).then_some(path), by_pod: true })
            }
            Told::Runs { started } => {
                task.started = Some(started);
                task.no_image = None;
                task.is_going = meta.deletion_timestamp.is_some();
                None
            }
            Told::Waits { note, no_image, hopeless } => {
                task.note = format!("{}, waits: {note}", task.note);
                let since = *task.no_image.get_or_insert(look.asked);
                if !no_image {
                    task.no_image = None;
                }
                let is_over = hopeless || no_image && look.asked - since >= look.pull_wait;
                if !is_over || is_stopping {
                    return None;
                }
                let end = task.end(said(ExitReason::NotStarted, &note), look.now);
                Some(Found { index, end, pod: None, by_pod: false })
            }
        }
    }

    /// Ends that we brought about, or others who deleted the pod.
    fn explain(&self, end: End, is_deleted: bool) -> End {
        let by_others = (ExitReason::Lost, DELETED.to_owned());
        let by = self.stopping.as_ref().or_else(|| is_deleted.then_some(&by_others));
        match (by, end.exit.reason) {
            (None, _) | (_, ExitReason::Exited) => end,
            (Some((reason, message)), _) => {
                let exit = Exit { signal: end.exit.signal, ..said(*reason, message) };
                End { exit, ..end }
            }
        }
    }

    /// Its pod was there and is not any more.
    fn vanished(&mut self, index: u32, look: Look<'_>) -> Option<Found> {
        let (reason, message) =
            self.stopping.clone().unwrap_or((ExitReason::Lost, DELETED.to_owned()));
        let task = self.tasks.entry(index).or_default();
        if !task.is_written(look.asked) {
            return None;
        }
        Some(Found {
            index,
            end: task.end(said(reason, &message), look.now),
            pod: None,
            by_pod: false,
        })
    }

    /// No pod of it has been seen.
    fn nothing(&mut self, index: u32, look: Look<'_>) -> Option<Found> {
        let name = self.part(index).name(&self.base);
        let job = look.jobs.iter().find(|job| job.metadata.name == name);
        let is_sent = self.sent.tasks.contains(index);
        let may_be_there = self.may_be_there(index);
        let sent_at = self.sent_at;
        let stopping = self.stopping.clone();
        let task = self.tasks.entry(index).or_default();
        let end = |task: &Task, reason, message: &str| {
            Some(Found {
                index,
                end: task.end(said(reason, message), look.now),
                pod: None,
                by_pod: false,
            })
        };
        match (job, stopping) {
            (None, Some((reason, message))) if !may_be_there || look.asked > sent_at => {
                end(task, reason, &message)
            }
            (Some(_), Some((reason, message))) => {
                let since = *task.missing.get_or_insert(look.asked);
                (since.elapsed() >= SHOWS_BY).then(|| end(task, reason, &message)).flatten()
            }
            (None, None)
                if is_sent && look.asked.saturating_duration_since(sent_at) >= SHOWS_BY =>
            {
                end(task, ExitReason::Lost, "its Job was deleted at the cluster, not by us")
            }
            (Some(job), None) => match failure(job) {
                Some(why) => end(task, ExitReason::Lost, &why),
                None => {
                    task.note =
                        format!("kubernetes {}/{name}, has no pod yet", job.metadata.namespace);
                    None
                }
            },
            _ => None,
        }
    }
}

impl Task {
    /// Nothing more is to be expected of its log.
    fn is_written(&mut self, asked: Instant) -> bool {
        let since = *self.missing.get_or_insert(asked);
        let is_done = self.follow.as_ref().is_none_or(tokio::task::JoinHandle::is_finished);
        is_done || since.elapsed() >= LOG_BY
    }

    fn end(&self, exit: Exit, at: Time) -> End {
        End { exit, started: self.started, at }
    }
}

/// Number of the task.
fn index(meta: &Meta) -> Option<u32> {
    let by_us = meta.labels.get(TASK);
    by_us.or_else(|| meta.annotations.get(INDEX)).or_else(|| meta.labels.get(INDEX))?.parse().ok()
}

/// The cluster wants it gone and its node does not say that it is.
fn is_given_up(pod: &Pod, now: Time) -> bool {
    let until = pod.metadata.deletion_timestamp.as_deref().and_then(|it| it.parse::<Time>().ok());
    until.is_some_and(|until| pod.status.reason == "NodeLost" || now.since(until) >= REMOVED_BY)
}

fn failure(job: &Job) -> Option<String> {
    let failed = job.status.conditions.iter().find(|it| it.kind == "Failed" && it.status == "True");
    failed.map(|it| short(&format!("{}: {}", it.reason, it.message)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value, json};

    use super::*;
    use crate::kubernetes::held::Need;

    const NOW: &str = "2026-03-01T00:10:00Z";

    /// A gang of three in a cluster that numbers the tasks of one Job itself.
    fn gang(folder: &std::path::Path) -> Held {
        let work = json!({ "of": 3, "cores": "1", "memory": "1GiB", "pool": "main",
            "flavor": "core", "power": "1W", "program": { "command": ["true"] } });
        let order = json!({ "job": "p.gang", "attempt": 1, "tasks": "0-2", "work": work });
        let order = serde_json::from_value(order).unwrap();
        let mut held = Held::accept(folder, "a1", &order).unwrap();
        held.wanted = true;
        let Some(Need::Make(parts)) = held.needs(29) else { panic!("nothing is to be made") };
        assert_eq!(parts, [crate::kubernetes::manifest::Part::All]);
        held.try_parts(&parts);
        held.made(&parts, "jw-p").unwrap();
        held
    }

    fn pod(index: u32, uid: &str, deleted: Option<&str>, state: Value) -> Pod {
        let phase = if state.get("terminated").is_some() { "Failed" } else { "Running" };
        serde_json::from_value(json!({
            "metadata": { "name": uid, "namespace": "jw-p", "uid": uid, "deletionTimestamp": deleted,
                "annotations": { INDEX: index.to_string() } },
            "spec": { "nodeName": "n1" },
            "status": { "phase": phase, "containerStatuses": [{ "state": state }] },
        }))
        .unwrap()
    }

    fn runs() -> Value {
        json!({ "running": { "startedAt": "2026-03-01T00:00:00Z" } })
    }

    fn hear(held: &mut Held, pods: &[Pod]) -> String {
        let job: Job =
            serde_json::from_value(json!({ "metadata": { "name": held.base } })).unwrap();
        let pods: Vec<&Pod> = pods.iter().collect();
        let (asked, now) = (Instant::now(), NOW.parse().unwrap());
        let pull_wait = Duration::from_secs(60);
        let look = Look { jobs: &[&job], pods: &pods, asked, now, pull_wait };
        let found = held.hear(look);
        let text = found.iter().map(|it| format!("{}: {}\n", it.index, it.end.exit)).collect();
        held.end(found.into_iter().map(|it| (it.index, it.end, it.by_pod))).unwrap();
        text
    }

    #[test]
    fn one_that_fails_takes_its_gang_along() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = gang(folder.path());
        let all = [0, 1, 2].map(|index| pod(index, &format!("u{index}"), None, runs()));
        assert_eq!(hear(&mut held, &all), "");
        assert!(held.statuses().all(|it| it.phase == model::Phase::Running));
        // The cluster has removed the others before we look.
        let failed = pod(1, "u1", None, json!({ "terminated": { "exitCode": 3 } }));
        expect![[r"
            1: ended with exit code 3
            0: was stopped: task 1 of its gang has failed
            2: was stopped: task 1 of its gang has failed
        "]]
        .assert_eq(&hear(&mut held, &[failed]));
        assert!(held.has_ended());
    }

    #[test]
    fn a_pod_that_is_replaced_or_left_on_a_dead_node_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = gang(folder.path());
        let all = [0, 1, 2].map(|index| pod(index, &format!("u{index}"), None, runs()));
        hear(&mut held, &all);
        let just_now = pod(0, "u0", Some("2026-03-01T00:09:50Z"), runs());
        let [_, one, two] = all;
        assert_eq!(hear(&mut held, &[just_now, one.clone(), two.clone()]), "");
        let long_ago = pod(0, "u0", Some("2026-03-01T00:08:00Z"), runs());
        let told = hear(&mut held, &[long_ago, one, two]);
        assert!(told.starts_with("0: was lost by its site: its node does not answer"), "{told}");
        let mut held = gang(&folder.path().join("second"));
        let all = [0, 1, 2].map(|index| pod(index, &format!("u{index}"), None, runs()));
        hear(&mut held, &all);
        let [_, one, two] = all;
        let told = hear(&mut held, &[pod(0, "u9", None, runs()), one, two]);
        assert!(told.starts_with("0: was lost by its site: its pod was deleted"), "{told}");
    }
}
