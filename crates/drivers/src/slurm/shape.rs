//! The nodes of a cluster as pools.

use std::collections::BTreeMap;

use model::Arch;

use super::{config::is_word, controller::Node};
use crate::{
    FoundPool,
    found::{self, Nodes},
};

/// States in which a node takes no work.
const CLOSED: [&str; 7] = ["down", "drain", "fail", "maint", "unknown", "powering", "reboot"];

/// Nodes of one kind in one partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    partition: String,
    cores: u64,
    memory_mib: u64,
    accelerator: Option<(String, u64)>,
}

/// How a job gets to the nodes of a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) partition: Option<String>,
    /// A feature that these nodes of the partition have and no others, where it has nodes of several kinds.
    pub(crate) constraint: Option<String>,
}

/// The pools, and how to get there. A node counts once: in the default partition if it is in that, else in the first
/// that is listed.
pub(crate) fn pools(nodes: &[Node], wanted: &[String]) -> Vec<(FoundPool, Share)> {
    let kinds = kinds(nodes, wanted);
    let mut found = Vec::new();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for (kind, members) in &kinds {
        let nth = seen.entry(&kind.partition).or_default();
        *nth += 1;
        let share = Share {
            partition: Some(kind.partition.clone()),
            constraint: feature(kind, members, &kinds),
        };
        let open = members.iter().filter(|node| is_open(node)).count();
        let open = u32::try_from(open).ok().filter(|count| *count > 0);
        found.extend(open.and_then(|count| pool(kind, *nth, count)).map(|pool| (pool, share)));
    }
    found
}

type Kinds<'a> = BTreeMap<Kind, Vec<&'a Node>>;

fn kinds<'a>(nodes: &'a [Node], wanted: &[String]) -> Kinds<'a> {
    let mut once: BTreeMap<&str, &Node> = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.cores > 0) {
        let is_wanted = wanted.is_empty() || wanted.contains(&node.partition);
        let has_better =
            once.get(node.name.as_str()).is_some_and(|it| it.is_default || !node.is_default);
        if is_wanted && !has_better {
            once.insert(&node.name, node);
        }
    }
    let mut kinds = Kinds::new();
    for node in once.into_values() {
        kinds.entry(kind(node)).or_default().push(node);
    }
    kinds
}

fn is_open(node: &Node) -> bool {
    let states = node.state.split('+');
    !node.state.ends_with('*')
        && !states.into_iter().any(|it| CLOSED.iter().any(|closed| it.starts_with(closed)))
}

/// What tells these nodes from the others of their partition. Closed nodes count too: they come back.
fn feature(kind: &Kind, members: &[&Node], kinds: &Kinds<'_>) -> Option<String> {
    let others: Vec<&Node> = kinds
        .iter()
        .filter(|(it, _)| it.partition == kind.partition && *it != kind)
        .flat_map(|(_, nodes)| nodes.iter().copied())
        .collect();
    let mine = members.first()?.features.iter();
    let has = |node: &Node, feature: &String| node.features.contains(feature);
    let is_good = |feature: &&String| {
        !others.is_empty()
            && is_word(feature)
            && members.iter().all(|node| has(node, feature))
            && !others.iter().any(|node| has(node, feature))
    };
    mine.filter(is_good).min().cloned()
}

fn kind(node: &Node) -> Kind {
    Kind {
        partition: node.partition.clone(),
        cores: node.cores,
        memory_mib: node.memory_mib,
        accelerator: accelerator(&node.gres),
    }
}

/// "gpu:a100:4(S:0-1)": the model and how many.
fn accelerator(gres: &str) -> Option<(String, u64)> {
    let first = gres.split(',').find(|it| it.starts_with("gpu"))?;
    let mut parts = first.split('(').next()?.split(':').skip(1);
    let (one, two) = (parts.next()?, parts.next());
    let (model, count) = match two {
        Some(count) => (one, count),
        None => ("gpu", one),
    };
    let count = count.parse().ok().filter(|count| *count > 0)?;
    Some((as_name(model), count))
}

/// Lower case, with what a name cannot have left out.
pub(crate) fn as_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let good = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    lower.chars().map(good).collect::<String>().trim_matches('-').to_owned()
}

fn pool(kind: &Kind, nth: u32, nodes: u32) -> Option<FoundPool> {
    let (cores, memory_mib) = (kind.cores, kind.memory_mib);
    let accelerator = kind.accelerator.as_ref().map(|(model, count)| (model.as_str(), *count));
    let count = usize::try_from(nodes).ok()?;
    let nodes = Nodes { arch: ARCH, cores, memory_mib, accelerator, count };
    found::pool(&as_name(&kind.partition), nth, &nodes)
}

/// Nodes are taken to be like the machine of the agent.
const ARCH: Arch = if cfg!(target_arch = "aarch64") {
    Arch::Aarch64
} else if cfg!(target_arch = "riscv64") {
    Arch::Riscv64
} else {
    Arch::X86_64
};

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn node(text: &str) -> Option<Node> {
        let fields: Vec<&str> = text.split('|').collect();
        let [name, partition, cores, memory, gres, state, features] = fields[..] else {
            return None;
        };
        Some(Node {
            name: name.to_owned(),
            partition: partition.trim_end_matches('*').to_owned(),
            is_default: partition.ends_with('*'),
            cores: cores.parse().ok()?,
            memory_mib: memory.parse().ok()?,
            gres: gres.to_owned(),
            state: state.to_owned(),
            features: features.split(',').map(str::to_owned).collect(),
        })
    }

    #[test]
    fn nodes_count_once_and_closed_ones_not_at_all() {
        let nodes = "n1|main*|8|16000|(null)|idle|x\nn1|long|8|16000|(null)|idle|x\nn2|main*|8|16000|(null)|mixed|x\n\
                     n5|main*|16|64000|(null)|idle|x,big\nn6|main*|16|64000|(null)|idle+drain|big\n\
                     g1|gpu|64|512000|gpu:A100_80:4(S:0-1)|allocated|\ng2|gpu|64|512000|gpu:2|idle|\n\
                     n3|main*|8|16000|(null)|drained|x\nn4|main*|8|16000|(null)|idle*|x";
        let nodes: Vec<Node> = nodes.lines().filter_map(node).collect();
        let told: Vec<String> = pools(&nodes, &[])
            .iter()
            .map(|(it, share)| {
                let model = it.flavor.accelerator.as_ref().map_or("-", |it| it.model.as_str());
                let (cores, memory) = (it.flavor.cores, it.flavor.memory);
                let by = share.constraint.as_deref().unwrap_or("any");
                format!(
                    "{} {} {by} {}/{} {cores} {memory} {model}\n",
                    it.name,
                    share.partition.as_deref().unwrap(),
                    it.units,
                    it.units_per_node
                )
            })
            .collect();
        expect![[r#"
            gpu gpu any 4/4 16 125GiB a100-80
            gpu-2 gpu any 2/2 32 250GiB gpu
            main main any 16/8 1 2000MiB -
            main-2 main big 16/16 1 4000MiB -
        "#]]
        .assert_eq(&told.concat());
        assert_eq!(pools(&nodes, &["long".to_owned()]).len(), 1);
    }
}
