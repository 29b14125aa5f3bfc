//! The nodes of a cluster as pools.

use std::collections::BTreeMap;

use model::Arch;
use serde_json::Value;

use super::{
    config::Config,
    view::{Node, Taint},
};
use crate::{
    FoundPool,
    found::{self, Nodes},
};

/// Nodes are named one by one only where no label tells a pool from the others, and no more than this.
const MOST_HOSTS: usize = 500;

/// How tasks get to the nodes of a pool, and what an accelerator is called there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) labels: BTreeMap<String, String>,
    /// Empty: any that fit.
    pub(crate) hosts: Vec<String>,
    pub(crate) resource: Option<String>,
}

/// Nodes of one kind in one group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    group: String,
    arch: &'static str,
    cores: u64,
    memory_mib: u64,
    accelerator: Option<Chips>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Chips {
    model: String,
    resource: String,
    count: u64,
}

/// The pools that tasks may use, each with the way there.
pub(crate) fn pools(nodes: &[Node], config: &Config) -> Vec<(FoundPool, Selector)> {
    let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for node in nodes.iter().filter(|node| is_open(node, &config.tolerations)) {
        if let Some(kind) = kind(node, config) {
            kinds.entry(kind).or_default().push(host(node));
        }
    }
    let mut of_group: BTreeMap<String, u32> = BTreeMap::new();
    for kind in kinds.keys() {
        *of_group.entry(kind.group.clone()).or_default() += 1;
    }
    let is_only = kinds.len() == 1;
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for (kind, hosts) in kinds {
        let nth = seen.entry(kind.group.clone()).or_default();
        *nth += 1;
        let Some(pool) = pool(&kind, *nth, hosts.len()) else { continue };
        let by_label =
            config.group_label.as_ref().filter(|_| of_group.get(&kind.group) == Some(&1));
        let mut selector = Selector {
            resource: kind.accelerator.as_ref().map(|it| it.resource.clone()),
            ..Selector::default()
        };
        match by_label {
            Some(label) => {
                drop(selector.labels.insert(label.clone(), raw_group(nodes, label, &kind)))
            }
            None if is_only => {}
            None if hosts.len() <= MOST_HOSTS => selector.hosts = hosts,
            None => {
                tracing::warn!(pool = %pool.name, "too many nodes to name: set `group_label`");
                continue;
            }
        }
        found.push((pool, selector));
    }
    found
}

/// The label's value as it is, of which the group's name was made.
fn raw_group(nodes: &[Node], label: &str, kind: &Kind) -> String {
    let values = nodes.iter().filter_map(|node| node.metadata.labels.get(label));
    values.clone().find(|value| as_name(value) == kind.group).cloned().unwrap_or_default()
}

fn host(node: &Node) -> String {
    let label = node.metadata.labels.get("kubernetes.io/hostname");
    label.unwrap_or(&node.metadata.name).clone()
}

/// Ready, not cordoned, and without a taint that tasks do not tolerate.
fn is_open(node: &Node, tolerations: &[Value]) -> bool {
    let is_ready =
        node.status.conditions.iter().any(|it| it.kind == "Ready" && it.status == "True");
    let keeps_out = |taint: &&Taint| taint.effect != "PreferNoSchedule";
    let tolerated = |taint: &Taint| tolerations.iter().any(|it| tolerates(it, taint));
    is_ready && !node.spec.unschedulable && node.spec.taints.iter().filter(keeps_out).all(tolerated)
}

fn tolerates(toleration: &Value, taint: &Taint) -> bool {
    let text = |key| toleration.get(key).and_then(Value::as_str).unwrap_or_default();
    let fits = |said: &str, is: &str| said.is_empty() || said == is;
    fits(text("key"), &taint.key)
        && fits(text("effect"), &taint.effect)
        && (text("operator") == "Exists" || text("value") == taint.value)
}

fn kind(node: &Node, config: &Config) -> Option<Kind> {
    let has = &node.status.allocatable;
    let cores = milli(has.get("cpu")?)? / 1_000;
    let memory_mib = (milli(has.get("memory")?)? / 1_000) >> 20;
    let accelerator = chips(node, config);
    let group = match &config.group_label {
        Some(label) => as_name(node.metadata.labels.get(label)?),
        None => accelerator.as_ref().map_or("cpu".to_owned(), |it| it.model.clone()),
    };
    let arch = match node.metadata.labels.get("kubernetes.io/arch").map(String::as_str) {
        Some("arm64") => "arm64",
        Some("riscv64") => "riscv64",
        Some("amd64") | None => "amd64",
        Some(_) => return None,
    };
    (cores > 0 && !group.is_empty()).then_some(Kind { group, arch, cores, memory_mib, accelerator })
}

fn chips(node: &Node, config: &Config) -> Option<Chips> {
    config.accelerators().find_map(|known| {
        let count = milli(node.status.allocatable.get(&known.resource)?)? / 1_000;
        let labelled = known.model_label.as_ref().and_then(|it| node.metadata.labels.get(it));
        let by_resource = known.resource.rsplit('/').next().unwrap_or_default();
        let model = known.model.as_ref().map(|it| it.to_string());
        let model = model.unwrap_or_else(|| as_name(labelled.map_or(by_resource, String::as_str)));
        (count > 0).then_some(Chips { model, resource: known.resource, count })
    })
}

/// Lower case, with what a name cannot have left out.
fn as_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let good = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    lower.chars().map(good).collect::<String>().trim_matches('-').to_owned()
}

/// A quantity as Kubernetes writes them ("250m", "8", "16Gi", "1e3"), in thousandths; rounded down.
fn milli(text: &str) -> Option<u64> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(at);
    let factor: u128 = match suffix {
        "" => 1_000,
        "m" => 1,
        "k" => 1_000_000,
        "M" => 1_000_000_000,
        "G" => 1_000_000_000_000,
        "T" => 1_000_000_000_000_000,
        "Ki" => 1_000 << 10,
        "Mi" => 1_000 << 20,
        "Gi" => 1_000 << 30,
        "Ti" => 1_000 << 40,
        other => 1_000 * 10_u128.checked_pow(other.strip_prefix(['e', 'E'])?.parse().ok()?)?,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.get(..9).unwrap_or(part);
    let scale = 10_u128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let digits: u128 = format!("{whole}{part}").parse().ok()?;
    u64::try_from(digits.checked_mul(factor)? / scale).ok()
}

fn pool(kind: &Kind, nth: u32, count: usize) -> Option<FoundPool> {
    let arch = match kind.arch {
        "arm64" => Arch::Aarch64,
        "riscv64" => Arch::Riscv64,
        _ => Arch::X86_64,
    };
    let (cores, memory_mib) = (kind.cores, kind.memory_mib);
    let accelerator = kind.accelerator.as_ref().map(|it| (it.model.as_str(), it.count));
    let nodes = Nodes { arch, cores, memory_mib, accelerator, count };
    found::pool(&kind.group, nth, &nodes)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn node(name: &str, labels: Value, allocatable: Value, spec: Value) -> Node {
        let conditions = json!([{ "type": "Ready", "status": "True" }]);
        let status = json!({ "allocatable": allocatable, "conditions": conditions });
        let metadata = json!({ "name": name, "labels": labels });
        let all = json!({ "metadata": metadata, "spec": spec, "status": status });
        serde_json::from_value(all).unwrap()
    }

    fn nodes() -> Vec<Node> {
        let cpu = || json!({ "cpu": "7910m", "memory": "16000Mi", "pods": "110" });
        let gpu = json!({ "cpu": "64", "memory": "512Gi", "nvidia.com/gpu": "4" });
        let taint = json!({ "taints": [{ "key": "gpu", "value": "yes", "effect": "NoSchedule" }] });
        let product = json!({ "nvidia.com/gpu.product": "NVIDIA-A100_80", "team": "Deep" });
        vec![
            node("n1", json!({ "team": "web" }), cpu(), json!({})),
            node("n2", json!({ "team": "web" }), cpu(), json!({ "taints": null })),
            node("n3", json!({}), cpu(), json!({ "unschedulable": true })),
            node("n4", json!({ "kubernetes.io/arch": "arm64" }), cpu(), json!({})),
            node("g1", product, gpu, taint),
            node("bad", json!({}), json!({ "cpu": "many" }), json!({})),
        ]
    }

    fn told(config: &str) -> String {
        let config = Config::read(config).unwrap();
        let line = |(pool, to): (FoundPool, Selector)| {
            let flavor = &pool.flavor;
            format!(
                "{} {}/{} {:?} {} {} | {:?} {:?} {:?}\n",
                pool.name,
                pool.units,
                pool.units_per_node,
                flavor.arch,
                flavor.cores,
                flavor.memory,
                to.labels,
                to.hosts,
                to.resource
            )
        };
        pools(&nodes(), &config).into_iter().map(line).collect()
    }

    #[test]
    fn nodes_of_one_shape_are_a_pool() {
        expect![[r#"
            cpu 14/7 X86_64 1 2285MiB | {} ["n1", "n2"] None
            cpu-2 7/7 Aarch64 1 2285MiB | {} ["n4"] None
        "#]]
        .assert_eq(&told(""));
        expect![[r#"
            cpu 14/7 X86_64 1 2285MiB | {} ["n1", "n2"] None
            cpu-2 7/7 Aarch64 1 2285MiB | {} ["n4"] None
            nvidia-a100-80 4/4 X86_64 16 128GiB | {} ["g1"] Some("nvidia.com/gpu")
        "#]]
        .assert_eq(&told("tolerations: [{key: gpu, operator: Exists}]"));
        expect![[r#"
            deep 4/4 X86_64 16 128GiB | {"team": "Deep"} [] Some("nvidia.com/gpu")
            web 14/7 X86_64 1 2285MiB | {"team": "web"} [] None
        "#]]
        .assert_eq(&told("{group_label: team, tolerations: [{operator: Exists}]}"));
    }

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        let all = ["250m", "8", "1.5", "16Gi", "1e3", "2k", "0.5Gi", "", "-1", "x", "1Zi", "9e99"];
        let read = all.map(|text| format!("{text}={:?}", milli(text))).join("\n");
        expect![[r#"
            250m=Some(250)
            8=Some(8000)
            1.5=Some(1500)
            16Gi=Some(17179869184000)
            1e3=Some(1000000)
            2k=Some(2000000)
            0.5Gi=Some(536870912000)
            =None
            -1=None
            x=None
            1Zi=None
            9e99=None"#]]
        .assert_eq(&read);
    }
}
