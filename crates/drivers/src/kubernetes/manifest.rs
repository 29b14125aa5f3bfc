//! What is put into a cluster, as its API takes it. Program and environment are fields of their own: nothing that a
//! customer wrote becomes part of another text.

use std::collections::BTreeMap;

use model::{Assignment, Program, Work};
use serde_json::{Map, Value, json};
use units::Span;

use super::{
    config::{Config, Volume},
    names::{self, AGENT, ATTEMPT, CLOSED, GENERATION, INDEX, JOB, NETWORK, QUEUE, TASK},
    shape::Selector,
};

/// Where tasks find what is theirs.
const HOME: &str = "/jingwei/work";
const INPUTS: &str = "/jingwei/inputs";
const RESULT: &str = "/jingwei/result";
const CHECKPOINT: &str = "/jingwei/checkpoint";
const PROGRAM: &str = "/jingwei/program";
/// An environment larger than this goes into a Secret.
const MOST_PLAIN: usize = 32 << 10;
/// An ended Job whose agent is gone for good is deleted by the cluster after a week.
const KEEP_S: u32 = 7 * 24 * 3_600;

/// Everything that decides how an assignment is put into the cluster.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) config: &'a Config,
    pub(crate) order: &'a Assignment,
    pub(crate) agent: &'a str,
    pub(crate) generation: i64,
    pub(crate) selector: &'a Selector,
    /// Of the site.
    pub(crate) grace: Span,
    pub(crate) image: &'a str,
}

/// One Job of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// All its tasks, numbered by the cluster.
    All,
    /// One task.
    One(u32),
}

impl Part {
    pub(crate) fn name(self, base: &str) -> String {
        match self {
            Self::All => base.to_owned(),
            Self::One(index) => names::of_task(base, index),
        }
    }
}

impl Plan<'_> {
    fn base(&self) -> String {
        names::base(self.agent, self.order)
    }

    fn labels(&self, part: Part) -> Map<String, Value> {
        let mut labels = Map::new();
        let mut put = |key: &str, value: String| labels.insert(key.to_owned(), value.into());
        put("app.kubernetes.io/managed-by", "jingwei".to_owned());
        put(AGENT, self.agent.to_owned());
        put(JOB, self.base());
        if let Part::One(index) = part {
            put(TASK, index.to_string());
        }
        if !self.order.work.open_network {
            put(NETWORK, CLOSED.to_owned());
        }
        labels
    }

    fn needs_secret(&self) -> bool {
        let size: usize =
            self.order.work.env.iter().map(|(key, value)| key.len() + value.len()).sum();
        size > MOST_PLAIN || is_file(&self.order.work.program)
    }

    /// Program and environment, where they are too large for the Job or have to be a file. `owner`: the Job's id.
    pub(crate) fn secret(&self, part: Part, owner: &str) -> Option<Value> {
        let name = part.name(&self.base());
        let work = &self.order.work;
        let mut data: Map<String, Value> = work
            .env
            .iter()
            .map(|(key, value)| (format!("env.{key}"), value.clone().into()))
            .collect();
        if let Program::Script(text) = &work.program {
            data.insert("program".to_owned(), text.clone().into());
        }
        self.needs_secret().then(|| {
            json!({
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                "metadata": { "name": name, "labels": self.labels(part), "ownerReferences": [
                    { "apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": owner },
                ]},
                "stringData": data,
            })
        })
    }

    pub(crate) fn job(&self, part: Part) -> Value {
        let (order, work) = (self.order, &self.order.work);
        let mut labels = self.labels(part);
        let mut spec = json!({
            "backoffLimit": 0,
            "ttlSecondsAfterFinished": KEEP_S,
            "template": {
                "metadata": { "labels": labels, "annotations": { ATTEMPT: order.name() } },
                "spec": self.pod(part),
            },
        });
        if part == Part::All {
            let tasks = order.tasks.len();
            set(&mut spec, "completionMode", "Indexed".into());
            set(&mut spec, "completions", tasks.into());
            set(
                &mut spec,
                "parallelism",
                work.at_once.map_or(tasks, |it| it as usize).min(tasks).into(),
            );
            if work.at_once.is_some() {
                // Its tasks are independent: one that fails is not tried again and takes no other with it.
                set(&mut spec, "backoffLimitPerIndex", 0.into());
                set(&mut spec, "backoffLimit", i32::MAX.into());
            }
        }
        if let Some(queue) = &self.config.queue {
            labels.insert(QUEUE.to_owned(), queue.clone().into());
            set(&mut spec, "suspend", true.into());
        }
        json!({
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": {
                "name": part.name(&self.base()),
                "labels": labels,
                "annotations": { ATTEMPT: order.name(), GENERATION: self.generation.to_string() },
            },
            "spec": spec,
        })
    }

    fn pod(&self, part: Part) -> Value {
        let work = &self.order.work;
        let grace = work.grace.unwrap_or(self.grace).max(self.grace);
        let mut pod = json!({
            "restartPolicy": "Never",
            // The program is not the first process of its namespace: signals do to it what they do elsewhere.
            "shareProcessNamespace": true,
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "terminationGracePeriodSeconds": seconds(grace),
            "containers": [self.container(part)],
            "volumes": self.volumes(part),
            "securityContext": { "seccompProfile": { "type": "RuntimeDefault" } },
        });
        if !self.config.user_of_image {
            let user = json!({
                "runAsNonRoot": true, "runAsUser": self.config.user, "runAsGroup": self.config.group,
                "seccompProfile": { "type": "RuntimeDefault" },
            });
            set(&mut pod, "securityContext", user);
        }
        if let Some(limit) = work.time_limit {
            set(&mut pod, "activeDeadlineSeconds", seconds(limit).max(1).into());
        }
        if let Some(account) = &self.config.service_account {
            set(&mut pod, "serviceAccountName", account.clone().into());
        }
        if let Some(secret) = &self.config.pull_secret {
            set(&mut pod, "imagePullSecrets", json!([{ "name": secret }]));
        }
        if !self.config.tolerations.is_empty() {
            set(&mut pod, "tolerations", self.config.tolerations.clone().into());
        }
        if !self.selector.labels.is_empty() {
            set(&mut pod, "nodeSelector", json!(self.selector.labels));
        }
        if !self.selector.hosts.is_empty() {
            set(&mut pod, "affinity", affinity(&self.selector.hosts));
        }
        pod
    }

    fn container(&self, part: Part) -> Value {
        let work = &self.order.work;
        let mut limits = json!({
            "cpu": format!("{}m", work.cores.get().max(1)),
            "memory": work.memory.get().max(1).to_string(),
        });
        if let Some(resource) = self.selector.resource.as_ref().filter(|_| work.accelerators > 0) {
            set(&mut limits, resource, work.accelerators.to_string().into());
        }
        json!({
            "name": "task",
            "image": self.image,
            "imagePullPolicy": "IfNotPresent",
            "command": command(&work.program),
            "workingDir": HOME,
            "env": self.environment(part),
            "resources": { "requests": limits, "limits": limits },
            "securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] },
            },
            "volumeMounts": self.mounts(),
        })
    }

    fn environment(&self, part: Part) -> Vec<Value> {
        let work = &self.order.work;
        let secret = part.name(&self.base());
        let is_secret = self.needs_secret();
        let mut all: Vec<Value> = work
            .env
            .iter()
            .map(|(key, value)| {
                if is_secret {
                    let key_of = json!({ "name": secret, "key": format!("env.{key}") });
                    json!({ "name": key, "valueFrom": { "secretKeyRef": key_of } })
                } else {
                    json!({ "name": key, "value": literal(value) })
                }
            })
            .collect();
        let mut put = |key: &str, value: String| all.push(json!({ "name": key, "value": value }));
        put("HOME", HOME.to_owned());
        put("JINGWEI_TASKS", work.of.to_string());
        put("JINGWEI_JOB", self.order.job.to_string());
        put("JINGWEI_ATTEMPT", self.order.attempt.to_string());
        put("JINGWEI_ACCELERATORS", work.accelerators.to_string());
        if !work.inputs.is_empty() {
            put("JINGWEI_INPUTS", INPUTS.to_owned());
        }
        if work.result {
            put("JINGWEI_RESULT", RESULT.to_owned());
        }
        if work.checkpoint.is_some() {
            put("JINGWEI_CHECKPOINT", CHECKPOINT.to_owned());
        }
        if let Part::One(index) = part {
            put("JINGWEI_TASK", index.to_string());
        } else {
            let path = format!("metadata.annotations['{INDEX}']");
            let from = json!({ "fieldRef": { "apiVersion": "v1", "fieldPath": path } });
            all.push(json!({ "name": "JINGWEI_TASK", "valueFrom": from }));
        }
        all
    }

    fn volumes(&self, part: Part) -> Vec<Value> {
        let mut all = vec![json!({ "name": "work", "emptyDir": {} })];
        if is_file(&self.order.work.program) {
            let item = json!({ "key": "program", "path": "program", "mode": 0o555 });
            let secret = json!({ "secretName": part.name(&self.base()), "items": [item] });
            all.push(json!({ "name": "program", "secret": secret }));
        }
        match self.data() {
            Some(Volume::Claim(name)) => {
                all.push(json!({ "name": "data", "persistentVolumeClaim": { "claimName": name } }));
            }
            Some(Volume::HostPath(path)) => {
                let path = json!({ "path": path, "type": "Directory" });
                all.push(json!({ "name": "data", "hostPath": path }));
            }
            None => {}
        }
        all
    }

    fn data(&self) -> Option<&Volume> {
        self.config.data.as_ref().filter(|_| self.order.work.has_data())
    }

    /// Folders below the root of the agent's data, as `data` lays them out.
    fn mounts(&self) -> Vec<Value> {
        let work: &Work = &self.order.work;
        let mut all = vec![json!({ "name": "work", "mountPath": HOME })];
        if is_file(&work.program) {
            all.push(json!({ "name": "program", "mountPath": PROGRAM, "readOnly": true }));
        }
        if self.data().is_none() {
            return all;
        }
        for input in &work.inputs {
            all.push(json!({
                "name": "data", "readOnly": true, "mountPath": format!("{INPUTS}/{}", input.name),
                "subPath": format!("trees/{}", input.content),
            }));
        }
        let own = [
            ("result", RESULT, work.result),
            ("checkpoint", CHECKPOINT, work.checkpoint.is_some()),
        ];
        for (folder, path, _) in own.iter().filter(|(.., is_there)| *is_there) {
            let below = format!("jobs/{}/{folder}", self.order.name());
            all.push(json!({ "name": "data", "mountPath": path, "subPath": below }));
        }
        all
    }
}

/// A namespace, and what keeps what runs in it apart.
pub(crate) fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": name, "labels": { "app.kubernetes.io/managed-by": "jingwei" } },
    })
}

/// Pods of jobs that ask for no network reach nothing, if the cluster's network plugin keeps policies.
pub(crate) fn closed_network() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": { "name": "jingwei-closed" },
        "spec": {
            "podSelector": { "matchLabels": { NETWORK: CLOSED } },
            "policyTypes": ["Ingress", "Egress"],
        },
    })
}

pub(crate) fn quota(hard: &BTreeMap<String, String>) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ResourceQuota",
        "metadata": { "name": "jingwei" }, "spec": { "hard": hard },
    })
}

/// A script whose first line says what reads it.
fn is_file(program: &Program) -> bool {
    matches!(program, Program::Script(text) if text.starts_with("#!"))
}

fn command(program: &Program) -> Vec<String> {
    match program {
        Program::Command(words) => words.iter().map(|word| literal(word)).collect(),
        Program::Script(_) if is_file(program) => vec![format!("{PROGRAM}/program")],
        Program::Script(text) => {
            vec!["/bin/sh".to_owned(), "-c".to_owned(), literal(text), "program".to_owned()]
        }
    }
}

/// Kubernetes puts variables in for `$(NAME)` in commands and environment, and takes `$$` for `$`.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

fn affinity(hosts: &[String]) -> Value {
    let is_one = json!({ "key": "kubernetes.io/hostname", "operator": "In", "values": hosts });
    let terms = json!({ "nodeSelectorTerms": [{ "matchExpressions": [is_one] }] });
    json!({ "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": terms } })
}

fn seconds(span: Span) -> u64 {
    span.get().div_ceil(1_000)
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

#[cfg(test)]
mod tests;
