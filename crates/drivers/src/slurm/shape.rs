//! The nodes of a cluster as pools.

use std::collections::BTreeMap;

use model::{Accelerator, Arch, FlavorSpec, Name, ThroughputSource};
use units::{Bytes, Cores, Power};

use crate::FoundPool;

/// What a unit is taken to draw where nobody measured it: 10 W a core, 300 W an accelerator.
const CORE_W: u64 = 10;
const ACCELERATOR_W: u64 = 300;
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

/// The pools, each with its partition. A node counts once: in the default partition if it is in that, else in the
/// first that is listed.
pub(crate) fn pools(sinfo: &str, wanted: &[String]) -> Vec<(FoundPool, String)> {
    let mut nodes: BTreeMap<&str, (bool, Kind)> = BTreeMap::new();
    for (node, is_default, kind) in sinfo.lines().filter_map(line) {
        if !wanted.is_empty() && !wanted.contains(&kind.partition) {
            continue;
        }
        match nodes.get(node) {
            Some((true, _)) => {}
            Some(_) if !is_default => {}
            _ => drop(nodes.insert(node, (is_default, kind))),
        }
    }
    let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
    for (_, kind) in nodes.into_values() {
        *kinds.entry(kind).or_default() += 1;
    }
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (kind, count) in kinds {
        let nth = seen.entry(kind.partition.clone()).or_default();
        *nth += 1;
        found.extend(pool(&kind, *nth, count).map(|pool| (pool, kind.partition.clone())));
    }
    found
}

fn line(text: &str) -> Option<(&str, bool, Kind)> {
    let mut parts = text.split('|').map(str::trim);
    let (node, partition) = (parts.next()?, parts.next()?);
    let (cores, memory_mib) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let (gres, state) = (parts.next()?, parts.next()?);
    if cores == 0 || state.ends_with('*') || CLOSED.iter().any(|closed| state.starts_with(closed)) {
        return None;
    }
    let (partition, is_default) = match partition.strip_suffix('*') {
        Some(partition) => (partition, true),
        None => (partition, false),
    };
    let kind =
        Kind { partition: partition.to_owned(), cores, memory_mib, accelerator: accelerator(gres) };
    Some((node, is_default, kind))
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
    let name = as_name(&kind.partition);
    let name = if nth == 1 { name } else { format!("{name}-{nth}") };
    let per_node = kind.accelerator.as_ref().map_or(kind.cores, |(_, count)| *count);
    let memory = Bytes::new((kind.memory_mib / per_node).max(1) << 20);
    let model: Option<Name> = kind.accelerator.as_ref().and_then(|(model, _)| model.parse().ok());
    let cores = (kind.cores / per_node).max(1);
    let watts = cores * CORE_W + if model.is_some() { ACCELERATOR_W } else { 0 };
    let units_per_node = u32::try_from(per_node).ok()?;
    Some(FoundPool {
        name: name.parse().ok()?,
        units: units_per_node.checked_mul(nodes)?,
        units_per_node,
        flavor: FlavorSpec {
            arch: ARCH,
            cores: Cores::new(cores * 1_000),
            memory,
            accelerator: model.map(|model| Accelerator {
                model,
                count: 1,
                memory: None,
                simulated: false,
            }),
            throughput: BTreeMap::new(),
            throughput_source: ThroughputSource::Rated,
            power: Power::new(watts * 1_000),
        },
    })
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

    #[test]
    fn nodes_count_once_and_closed_ones_not_at_all() {
        let sinfo = "n1|main*|8|16000|(null)|idle\nn1|long|8|16000|(null)|idle\nn2|main*|8|16000|(null)|mixed\n\
                     g1|gpu|64|512000|gpu:A100_80:4(S:0-1)|allocated\ng2|gpu|64|512000|gpu:2|idle\n\
                     n3|main*|8|16000|(null)|drained\nn4|main*|8|16000|(null)|idle*\ngarbage\n";
        let told: Vec<String> = pools(sinfo, &[])
            .iter()
            .map(|(it, partition)| {
                let model = it.flavor.accelerator.as_ref().map_or("-", |it| it.model.as_str());
                let (cores, memory) = (it.flavor.cores, it.flavor.memory);
                format!(
                    "{} {partition} {}/{} {cores} {memory} {model}\n",
                    it.name, it.units, it.units_per_node
                )
            })
            .collect();
        expect![[r#"
            gpu gpu 4/4 16 125GiB a100-80
            gpu-2 gpu 2/2 32 250GiB gpu
            main main 16/8 1 2000MiB -
        "#]]
        .assert_eq(&told.concat());
        assert_eq!(pools(sinfo, &["long".to_owned()]).len(), 1);
    }
}
