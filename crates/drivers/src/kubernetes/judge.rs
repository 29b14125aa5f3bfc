//! What a pod says of its task.

use model::{Exit, ExitReason};
use serde::{Deserialize, Serialize};
use units::Time;

use super::view::{Container, Pod, Terminated, Waiting};

/// How a task ended, and when. Kubernetes counts whole seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) exit: Exit,
    /// None: it never ran.
    pub(crate) started: Option<Time>,
    pub(crate) at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// It waits, with the reason. `no_image`: its image cannot be had; `hopeless`: and never can.
    Waits {
        note: String,
        no_image: bool,
        hopeless: bool,
    },
    Runs {
        started: Time,
    },
    Ended(End),
}

/// Reasons that may pass by themselves: a registry comes back, a secret is made.
const NO_IMAGE: [&str; 5] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "RegistryUnavailable",
    "ImageInspectError",
    "CreateContainerConfigError",
];

pub(crate) fn judge(pod: &Pod, now: Time) -> Told {
    let state = pod.status.container_statuses.first().map(|it: &Container| &it.state);
    if let Some(ended) = state.and_then(|it| it.terminated.as_ref()) {
        return Told::Ended(by_container(pod, ended, now));
    }
    match pod.status.phase.as_str() {
        "Failed" => return Told::Ended(without_container(pod, now)),
        "Succeeded" => return Told::Ended(End { exit: exited(0), started: None, at: now }),
        _ => {}
    }
    if let Some(running) = state.and_then(|it| it.running.as_ref()) {
        return Told::Runs { started: time(running.started_at.as_deref()).unwrap_or(now) };
    }
    waits(pod, state.and_then(|it| it.waiting.as_ref()))
}

fn by_container(pod: &Pod, ended: &Terminated, now: Time) -> End {
    let at = time(ended.finished_at.as_deref()).unwrap_or(now);
    let started = time(ended.started_at.as_deref()).filter(|it| it.as_millis() > 0);
    let exit = match (pod.status.reason.as_str(), ended.reason.as_str()) {
        ("DeadlineExceeded", _) => said(ExitReason::TimeLimit, ""),
        ("Evicted" | "NodeLost" | "Preempting" | "Terminated" | "NodeShutdown", _) => {
            said(ExitReason::Lost, &words(&pod.status.reason, &pod.status.message))
        }
        (_, "OOMKilled") => said(ExitReason::OutOfMemory, ""),
        (_, "StartError" | "ContainerCannotRun" | "RunContainerError") => {
            said(ExitReason::NotStarted, &ended.message)
        }
        (_, "ContainerStatusUnknown") => said(ExitReason::Lost, &ended.message),
        _ => by_code(ended),
    };
    End { exit, started: started.map(|it| it.min(at)), at }
}

/// As shells tell signals; a program that itself ends with such a code is taken for signalled.
fn by_code(ended: &Terminated) -> Exit {
    match (ended.signal, ended.exit_code) {
        (signal @ 1.., _) => signalled(signal),
        (_, code @ 129..=192) => signalled(code - 128),
        (_, code) => exited(code),
    }
}

/// The node did not take it, or threw it out before it ran.
fn without_container(pod: &Pod, now: Time) -> End {
    let text = words(&pod.status.reason, &pod.status.message);
    let reason = match pod.status.reason.as_str() {
        "DeadlineExceeded" => ExitReason::TimeLimit,
        _ => ExitReason::Lost,
    };
    End { exit: said(reason, &text), started: None, at: now }
}

fn waits(pod: &Pod, waiting: Option<&Waiting>) -> Told {
    let unscheduled =
        pod.status.conditions.iter().find(|it| it.kind == "PodScheduled" && it.status == "False");
    let note = match (waiting, unscheduled) {
        (Some(waiting), _) => words(&waiting.reason, &waiting.message),
        (None, Some(condition)) => words(&condition.reason, &condition.message),
        (None, None) => "not scheduled yet".to_owned(),
    };
    let reason = waiting.map_or("", |it| it.reason.as_str());
    Told::Waits {
        note: short(&note),
        no_image: NO_IMAGE.contains(&reason),
        hopeless: reason == "InvalidImageName",
    }
}

fn words(reason: &str, message: &str) -> String {
    match (reason, message) {
        (reason, "") => reason.to_owned(),
        ("", message) => message.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    }
}

/// Messages come from engines, registries and programs: they have no end of their own.
pub(crate) fn short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect()
}

fn exited(code: i32) -> Exit {
    let message = match code {
        126 | 127 => "see its log: a program may be missing",
        _ => "",
    };
    Exit { reason: ExitReason::Exited, code: Some(code), signal: None, message: message.to_owned() }
}

fn signalled(signal: i32) -> Exit {
    let (code, message) = (None, String::new());
    Exit { reason: ExitReason::Signalled, code, signal: Some(signal), message }
}

pub(crate) fn said(reason: ExitReason, message: &str) -> Exit {
    Exit { reason, code: None, signal: None, message: short(message) }
}

fn time(text: Option<&str>) -> Option<Time> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn told(status: serde_json::Value) -> String {
        let pod: Pod = serde_json::from_value(json!({ "status": status })).unwrap();
        match judge(&pod, Time::from_millis(9_000)) {
            Told::Waits { note, no_image, hopeless } => {
                format!("waits, {note}, {no_image} {hopeless}\n")
            }
            Told::Runs { started } => format!("runs since {started}\n"),
            Told::Ended(end) => format!("{} at {}\n", end.exit, end.at),
        }
    }

    fn ended(reason: &str, code: i32) -> serde_json::Value {
        let state = json!({ "terminated": { "exitCode": code, "reason": reason, "message": "why",
            "startedAt": "1970-01-01T00:00:05Z", "finishedAt": "1970-01-01T00:00:07Z" } });
        json!({ "phase": "Failed", "containerStatuses": [{ "state": state }] })
    }

    #[test]
    fn states_of_pods_become_ends_and_reasons() {
        let waiting = |reason: &str| {
            json!({ "phase": "Pending", "containerStatuses": [
            { "state": { "waiting": { "reason": reason, "message": "no such\nhost" } } }] })
        };
        let all = [
            json!({}),
            json!({ "phase": "Pending", "conditions": [{ "type": "PodScheduled", "status": "False",
                "reason": "Unschedulable", "message": "0/3 nodes are available" }] }),
            waiting("ImagePullBackOff"),
            waiting("ContainerCreating"),
            json!({ "phase": "Running", "containerStatuses": [
                { "state": { "running": { "startedAt": "1970-01-01T00:00:05Z" } } }] }),
            ended("Completed", 0),
            ended("Error", 42),
            ended("Error", 137),
            ended("OOMKilled", 137),
            ended("StartError", 128),
            json!({ "phase": "Failed", "reason": "Evicted", "message": "low on memory" }),
            json!({ "phase": "Failed", "reason": "DeadlineExceeded" }),
            json!({ "phase": "Running", "containerStatuses": null, "conditions": null }),
        ];
        expect![[r#"
            waits, not scheduled yet, false false
            waits, Unschedulable: 0/3 nodes are available, false false
            waits, ImagePullBackOff: no such host, true false
            waits, ContainerCreating: no such host, false false
            runs since 1970-01-01T00:00:05Z
            ended with exit code 0 at 1970-01-01T00:00:07Z
            ended with exit code 42 at 1970-01-01T00:00:07Z
            ended by signal 9 at 1970-01-01T00:00:07Z
            took more memory than it asked for at 1970-01-01T00:00:07Z
            could not be started: why at 1970-01-01T00:00:07Z
            was lost by its site: Evicted: low on memory at 1970-01-01T00:00:09Z
            ran longer than its limit: DeadlineExceeded at 1970-01-01T00:00:09Z
            waits, not scheduled yet, false false
        "#]]
        .assert_eq(&all.map(told).concat());
    }
}
