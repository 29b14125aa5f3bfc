//! Nodes of a cluster as a pool: what one unit is.

use std::collections::BTreeMap;

use api::FoundPool;
use model::{Accelerator, Arch, FlavorSpec, Name, ThroughputSource};
use units::{Bytes, Cores, Power};

/// What a core and an accelerator draw where nothing measures it, in watts.
const CORE_W: u64 = 10;
const ACCELERATOR_W: u64 = 300;

/// Nodes that are alike.
#[derive(Debug)]
pub(crate) struct Nodes<'a> {
    pub(crate) arch: Arch,
    pub(crate) cores: u64,
    pub(crate) memory_mib: u64,
    /// Model and count.
    pub(crate) accelerator: Option<(&'a str, u64)>,
    pub(crate) count: usize,
}

/// A unit is an accelerator with its share of the node, or a core with its. The `nth` pool of a name has its number
/// behind it. None: it cannot be named or counted.
pub(crate) fn pool(name: &str, nth: u32, nodes: &Nodes<'_>) -> Option<FoundPool> {
    let name = if nth == 1 { name.to_owned() } else { format!("{name}-{nth}") };
    let per_node = nodes.accelerator.map_or(nodes.cores, |(_, count)| count).max(1);
    let model: Option<Name> = nodes.accelerator.and_then(|(model, _)| model.parse().ok());
    let cores = (nodes.cores / per_node).max(1);
    let watts = cores * CORE_W + if model.is_some() { ACCELERATOR_W } else { 0 };
    let units_per_node = u32::try_from(per_node).ok()?;
    let accelerator =
        model.map(|model| Accelerator { model, count: 1, memory: None, simulated: false });
    Some(FoundPool {
        name: name.parse().ok()?,
        units: units_per_node.checked_mul(u32::try_from(nodes.count).ok()?)?,
        units_per_node,
        flavor: FlavorSpec {
            arch: nodes.arch,
            cores: Cores::new(cores * 1_000),
            memory: Bytes::new((nodes.memory_mib / per_node).max(1) << 20),
            accelerator,
            throughput: BTreeMap::new(),
            throughput_source: ThroughputSource::Rated,
            power: Power::new(watts * 1_000),
            embodied: None,
        },
    })
}
