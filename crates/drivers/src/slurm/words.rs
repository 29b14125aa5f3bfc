//! The words of `slurmrestd` in the forms that are spoken here.
//!
//! | | 0.0.38 | 0.0.40 to 0.0.42 |
//! |---|---|---|
//! | script | beside `job` | in `job` |
//! | environment | map | list of "KEY=value" |
//! | numbers that may be unset | number or null | `{set, number}` |
//! | accelerators | `gres`, `gpus_per_task` | `tres_per_node`, `tres_per_task` |
//! | state | text | list of texts |
//! | exit code | as `wait` tells it | `{return_code, signal}` |

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    commands::features,
    config::Account,
    controller::{Node, Row, Submission, Used},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form(u32);

impl Form {
    pub(crate) const NEWEST_FIRST: [Self; 4] = [Self(42), Self(41), Self(40), Self(38)];

    pub(crate) fn path(self) -> String {
        format!("v0.0.{}", self.0)
    }

    pub(crate) const fn is_old(self) -> bool {
        self.0 < 40
    }

    pub(crate) fn submission(
        self,
        name: &str,
        account: &Account,
        it: &Submission,
        script: String,
    ) -> Value {
        let mut job = json!({
            "name": name,
            "comment": it.comment,
            "current_working_directory": it.folder,
            "standard_output": "/dev/null",
            "tasks": it.tasks,
            "cpus_per_task": it.cores,
            "memory_per_cpu": self.number(it.memory_per_core_mib),
            "requeue": false,
            "environment": if self.is_old() { json!({ "PATH": PATH }) } else { json!([format!("PATH={PATH}")]) },
        });
        let mut put = |key: &str, value: Option<Value>| {
            if let (Some(value), Some(job)) = (value, job.as_object_mut()) {
                job.insert(key.to_owned(), value);
            }
        };
        let text = |text: &Option<String>| text.clone().map(Value::from);
        put("account", text(&account.slurm_account));
        put("qos", text(&account.qos));
        put("partition", text(&it.partition));
        put("constraints", text(&it.constraint));
        put("array", text(&it.array));
        put("time_limit", it.minutes.map(|minutes| self.number(minutes)));
        if let Some(gres) = &it.accelerators {
            let (key, value) = self.accelerators(gres, it.tasks > 1);
            put(key, Some(value.into()));
        }
        if self.is_old() {
            return json!({ "script": script, "job": job });
        }
        put("script", Some(script.into()));
        json!({ "job": job })
    }

    fn number(self, number: u64) -> Value {
        if self.is_old() { json!(number) } else { json!({ "set": true, "number": number }) }
    }

    /// `gres` is "gpu:a100:2".
    fn accelerators(self, gres: &str, is_gang: bool) -> (&'static str, String) {
        match (self.is_old(), is_gang) {
            (true, false) => ("gres", gres.to_owned()),
            (true, true) => ("gpus_per_task", gres.trim_start_matches("gpu:").to_owned()),
            (false, false) => ("tres_per_node", format!("gres/{gres}")),
            (false, true) => ("tres_per_task", format!("gres/{gres}")),
        }
    }
}

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What every answer has.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    errors: Vec<Told>,
    #[serde(default)]
    meta: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    description: String,
    error: String,
    error_number: i64,
    error_code: i64,
}

/// ESLURM_INVALID_JOB_ID
const INVALID_JOB: i64 = 2017;
/// Authentication and access: SLURM_PROTOCOL_AUTHENTICATION_ERROR, ESLURM_ACCESS_DENIED, ESLURM_AUTH_CRED_INVALID.
const IDENTITY: [i64; 4] = [1007, 2002, 6000, 6001];
/// What an interface says that cannot speak with its controller; one of 22.05 says the last two also of bad tokens.
const AWAY: [&str; 6] = [
    "Unable to contact slurm controller",
    "Connection refused",
    "Zero Bytes were transmitted",
    "timed out",
    "is unable to load",
    "Failed while looking",
];

impl Answer {
    pub(crate) fn is_failure(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(crate) fn is_unknown_job(&self) -> bool {
        self.errors.iter().any(|it| it.number() == INVALID_JOB)
    }

    pub(crate) fn is_about_identity(&self) -> bool {
        self.errors.iter().any(|it| IDENTITY.contains(&it.number()))
    }

    pub(crate) fn is_away(&self) -> bool {
        let text = self.text();
        AWAY.iter().any(|sign| text.contains(sign))
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let all: Vec<String> = self.errors.iter().map(Told::text).collect();
        all.join("; ").chars().take(400).collect()
    }

    /// "22.05.8"
    pub(crate) fn release(&self) -> Option<String> {
        let slurm = self.meta.get("Slurm").or_else(|| self.meta.get("slurm"))?;
        Some(slurm.get("release")?.as_str()?.to_owned())
    }
}

impl Told {
    const fn number(&self) -> i64 {
        if self.error_number == 0 { self.error_code } else { self.error_number }
    }

    fn text(&self) -> String {
        let parts = [&self.description, &self.error];
        parts
            .iter()
            .filter(|it| !it.is_empty())
            .map(|it| it.as_str())
            .collect::<Vec<_>>()
            .join(": ")
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submitted {
    #[serde(flatten)]
    pub(crate) answer: Answer,
    #[serde(default)]
    pub(crate) job_id: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Jobs {
    #[serde(default)]
    errors: Vec<Told>,
    #[serde(default)]
    pub(crate) jobs: Vec<Job>,
}

impl Jobs {
    /// What went wrong, taken out of it.
    pub(crate) fn answer(&mut self) -> Answer {
        Answer { errors: std::mem::take(&mut self.errors), meta: Value::Null }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Job {
    #[serde(default)]
    pub(crate) name: String,
    job_id: u64,
    #[serde(default)]
    array_job_id: Value,
    #[serde(default)]
    array_task_id: Value,
    #[serde(default)]
    array_task_string: Option<String>,
    #[serde(default)]
    job_state: Value,
    #[serde(default)]
    state_reason: Option<String>,
    #[serde(default)]
    nodes: Option<String>,
    #[serde(default)]
    exit_code: Value,
    #[serde(default)]
    comment: Option<String>,
}

impl Job {
    pub(crate) fn row(self) -> Row {
        let waiting = self.array_task_string.filter(|it| !it.is_empty());
        let array = match number(&self.array_task_id) {
            Some(task) => task.to_string(),
            None => waiting.map_or(String::new(), |it| format!("[{it}]")),
        };
        Row {
            job: number(&self.array_job_id).filter(|job| *job > 0).unwrap_or(self.job_id),
            array,
            state: first(&self.job_state),
            reason: self.state_reason.unwrap_or_default(),
            nodes: self.nodes.unwrap_or_default(),
            status: status(&self.exit_code),
            comment: self.comment.unwrap_or_default(),
            used: Used::default(),
        }
    }
}

/// 7, `{set: true, number: 7}`; null and `{set: false}` are none.
fn number(value: &Value) -> Option<u64> {
    let set = value.get("set").and_then(Value::as_bool);
    match set {
        Some(false) => None,
        Some(true) => value.get("number")?.as_u64(),
        None => value.as_u64(),
    }
}

/// "PENDING", or the first of a list: what follows in it are flags.
fn first(value: &Value) -> String {
    let text = value.as_str().or_else(|| value.get(0)?.as_str());
    text.unwrap_or_default().to_owned()
}

fn status(value: &Value) -> Option<i32> {
    if let Some(raw) = value.as_i64() {
        return i32::try_from(raw).ok();
    }
    let code = number(value.get("return_code")?).unwrap_or(0);
    let signal = value.get("signal").and_then(|it| number(it.get("id")?)).unwrap_or(0);
    i32::try_from((code << 8) | signal).ok()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Partitions {
    #[serde(default)]
    partitions: Vec<Partition>,
}

#[derive(Debug, Deserialize)]
struct Partition {
    name: String,
    #[serde(default)]
    flags: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Nodes {
    #[serde(default)]
    nodes: Vec<OneNode>,
}

#[derive(Debug, Deserialize)]
struct OneNode {
    name: String,
    #[serde(default)]
    partitions: Vec<String>,
    cpus: u64,
    real_memory: u64,
    #[serde(default)]
    gres: String,
    #[serde(default)]
    state: Value,
    #[serde(default)]
    state_flags: Vec<String>,
    #[serde(default)]
    features: Value,
}

impl Nodes {
    /// Each node once for each of its partitions.
    pub(crate) fn with(self, partitions: &Partitions) -> Vec<Node> {
        let is_default = |name: &str| {
            let flag =
                |it: &Partition| it.flags.iter().any(|it| it.eq_ignore_ascii_case("default"));
            partitions.partitions.iter().any(|it| it.name == name && flag(it))
        };
        let all = self.nodes.iter();
        all.flat_map(|node| node.partitions.iter().map(move |it| (node, it)))
            .map(|(node, partition)| node.within(partition, is_default(partition)))
            .collect()
    }
}

impl OneNode {
    fn within(&self, partition: &str, is_default: bool) -> Node {
        Node {
            name: self.name.clone(),
            partition: partition.to_owned(),
            is_default,
            cores: self.cpus,
            memory_mib: self.real_memory,
            gres: self.gres.clone(),
            state: self.state(),
            features: match &self.features {
                Value::Array(all) => {
                    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                }
                other => features(other.as_str().unwrap_or_default()),
            },
        }
    }

    /// As `sinfo` writes it: "idle", "mixed+drain", "down*".
    fn state(&self) -> String {
        let base = match &self.state {
            Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            other => vec![other.as_str().unwrap_or_default().to_owned()],
        };
        let words = base.iter().chain(&self.state_flags).map(|word| word.to_lowercase());
        let (silent, words): (Vec<String>, Vec<String>) =
            words.partition(|word| word == "not_responding");
        words.join("+") + if silent.is_empty() { "" } else { "*" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(job: Value) -> Row {
        serde_json::from_value::<Job>(job).unwrap().row()
    }

    #[test]
    fn both_forms_tell_the_same() {
        let old = row(json!({ "name": "jw", "job_id": 9, "array_job_id": 7, "array_task_id": 2,
            "array_task_string": "", "job_state": "FAILED", "state_reason": "NonZeroExitCode",
            "nodes": "n1", "exit_code": 768, "comment": "p.j.1" }));
        let set = |number: u64| json!({ "set": true, "infinite": false, "number": number });
        let unset = json!({ "set": false, "infinite": false, "number": 0 });
        let new = row(
            json!({ "name": "jw", "job_id": 9, "array_job_id": set(7), "array_task_id": set(2),
            "array_task_string": "", "job_state": ["FAILED"], "state_reason": "NonZeroExitCode", "nodes": "n1",
            "exit_code": { "return_code": set(3), "signal": { "id": unset } }, "comment": "p.j.1" }),
        );
        assert_eq!(old, new);
        assert_eq!((new.job, new.array.as_str(), new.status), (7, "2", Some(3 << 8)));
        let waits = row(json!({ "job_id": 7, "array_job_id": set(7), "array_task_id": unset,
            "array_task_string": "2-3%2", "job_state": ["PENDING"] }));
        assert_eq!((waits.array.as_str(), waits.state.as_str()), ("[2-3%2]", "PENDING"));
        let plain = row(
            json!({ "job_id": 8, "array_job_id": 0, "array_task_id": null, "job_state": "RUNNING" }),
        );
        assert_eq!((plain.job, plain.array.as_str()), (8, ""));
    }

    #[test]
    fn nodes_are_told_as_sinfo_tells_them() {
        let read = |json| serde_json::from_value::<Nodes>(json).unwrap();
        let partitions =
            json!({ "partitions": [{ "name": "main", "flags": ["default"] }, { "name": "x" }] });
        let partitions: Partitions = serde_json::from_value(partitions).unwrap();
        let old = read(
            json!({ "nodes": [{ "name": "n1", "partitions": ["main", "x"], "cpus": 4, "real_memory": 100,
            "state": "mixed", "state_flags": ["DRAIN"], "features": "big,fast" }] }),
        );
        let new = read(
            json!({ "nodes": [{ "name": "n1", "partitions": ["main", "x"], "cpus": 4, "real_memory": 100,
            "state": ["MIXED", "DRAIN"], "features": ["big", "fast"] }] }),
        );
        let (old, new) = (old.with(&partitions), new.with(&partitions));
        assert_eq!(old, new);
        assert_eq!((new.len(), new[0].is_default, new[0].state.as_str()), (2, true, "mixed+drain"));
        let silent = read(
            json!({ "nodes": [{ "name": "n1", "partitions": ["x"], "cpus": 4, "real_memory": 1,
            "state": ["DOWN", "NOT_RESPONDING"] }] }),
        );
        assert_eq!(silent.with(&partitions)[0].state, "down*");
    }
}
