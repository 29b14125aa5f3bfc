//! Names and labels of what the driver makes in a cluster.

use model::{Assignment, Name};

/// Which agent made it.
pub(crate) const AGENT: &str = "jingwei/agent";
/// The assignment, by the name of its objects.
pub(crate) const JOB: &str = "jingwei/job";
/// Number of the task, where a Job has one.
pub(crate) const TASK: &str = "jingwei/task";
/// Number of the task, where a Job has many: Kubernetes sets it.
pub(crate) const INDEX: &str = "batch.kubernetes.io/job-completion-index";
pub(crate) const NETWORK: &str = "jingwei/network";
pub(crate) const CLOSED: &str = "closed";
pub(crate) const QUEUE: &str = "kueue.x-k8s.io/queue-name";
/// "project.job.attempt", for people and for what finds its objects again.
pub(crate) const ATTEMPT: &str = "jingwei/attempt";
pub(crate) const GENERATION: &str = "jingwei/generation";

/// Room for "-", an index, and what Kubernetes adds for pods.
const MOST: usize = 44;

/// A valid label (RFC 1123) of at most 44 characters for an assignment of one agent. The digits make it unique.
pub(crate) fn base(agent: &str, order: &Assignment) -> String {
    let name = order.name();
    let digits = format!("{:012x}", hash(&format!("{agent}/{name}")) >> 16);
    let text: String = order.job.name.as_str().chars().take(MOST - 1 - digits.len()).collect();
    format!("{}-{digits}", text.trim_end_matches('-'))
}

/// Of the Job of one task.
pub(crate) fn of_task(base: &str, index: u32) -> String {
    format!("{base}-{index}")
}

/// The namespace of a project.
pub(crate) fn namespace(prefix: &str, project: &Name) -> String {
    let whole = format!("{prefix}{project}");
    if whole.len() <= 63 {
        return whole;
    }
    let digits = format!("{:012x}", hash(&whole) >> 16);
    let text: String = whole.chars().take(63 - 1 - digits.len()).collect();
    format!("{}-{digits}", text.trim_end_matches('-'))
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_stay_apart_and_valid() {
        let long: Name = format!("a{}", "-".repeat(40) + "b").parse().unwrap();
        let order = |job: &Name, attempt| -> Assignment {
            serde_json::from_value(serde_json::json!({
                "job": format!("p.{job}"), "attempt": attempt, "tasks": "0", "work": {
                    "program": { "command": ["true"] }, "of": 1, "cores": "1", "memory": "1GiB",
                    "pool": "main", "flavor": "core", "power": "1W" }}))
            .unwrap()
        };
        let (one, two) = (base("x", &order(&long, 1)), base("x", &order(&long, 2)));
        assert!(one != two && one != base("y", &order(&long, 1)));
        for name in [one, two, of_task(&base("x", &order(&long, 1)), 9_999)] {
            assert!(name.len() <= 50 && name.parse::<Name>().is_ok(), "{name}");
        }
        let project: Name = "p".repeat(63).parse().unwrap();
        let namespace = namespace("jw-", &project);
        assert!(namespace.parse::<Name>().is_ok(), "{namespace}");
    }
}
