//! How many machines, and what each of them must have.

use super::{
    order::Reader,
    values::{Gpus, count, gpus, gres, memory, nodes},
};
use crate::MEMORY_OF_CORE;

/// What sbatch's counts come to. Each machine is one task of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) nodes: u64,
    /// Slurm's tasks: processes that `srun` starts, on all machines.
    pub(crate) ntasks: u64,
    /// On each machine; on the last there may be fewer.
    pub(crate) per_node: u64,
    /// Where it was given.
    pub(crate) cpus_per_task: Option<u64>,
    pub(crate) ntasks_per_node: Option<u64>,
    /// Of one machine.
    pub(crate) cores: u64,
    pub(crate) gpus: u64,
    pub(crate) model: Option<String>,
    /// Of one machine, in bytes.
    pub(crate) memory: u64,
}

const TOGETHER: &str = "all tasks are put on one machine; --nodes=N spreads them over N, which `srun` in the script uses";
const MACHINES: &str = "the script runs on each machine, not only on the first; `srun` in it starts that machine's share. \
                        SLURM_NODEID tells them apart; host names of the others are not known";

impl Shape {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let (asked, per_node) =
            (reader.read("nodes", nodes), reader.read("ntasks-per-node", count));
        let gpus = Asked::read(reader);
        let of_gpus = reader
            .read("ntasks-per-gpu", count)
            .zip(gpus.of_job())
            .map(|(each, all)| each.saturating_mul(all));
        let ntasks = reader.read("ntasks", count).or(of_gpus);
        let is_array = reader.options.contains_key("array");
        let nodes = match (asked, ntasks, per_node) {
            (Some(_), ..) if is_array => 1,
            (Some(asked), Some(ntasks), _) => asked.min(ntasks),
            (Some(asked), None, _) => asked,
            (None, Some(ntasks), Some(each)) if !is_array => ntasks.div_ceil(each),
            _ => 1,
        };
        let ntasks = ntasks.unwrap_or_else(|| nodes.saturating_mul(per_node.unwrap_or(1)));
        if is_array && asked.is_some_and(|asked| asked > 1) {
            reader.say("nodes", "each task of an array has one machine", true);
        } else if nodes > 1 {
            let option = if asked.is_some() { "nodes" } else { "ntasks-per-node" };
            reader.say(option, MACHINES, false);
        } else if asked.is_none() && ntasks > 1 {
            reader.say(
                if reader.options.contains_key("ntasks") { "ntasks" } else { "ntasks-per-node" },
                TOGETHER,
                false,
            );
        }
        Self::of(reader, nodes, ntasks, per_node, &gpus)
    }

    fn of(
        reader: &mut Reader<'_>,
        nodes: u64,
        ntasks: u64,
        ntasks_per_node: Option<u64>,
        asked: &Asked,
    ) -> Self {
        let per_node = ntasks.div_ceil(nodes);
        let cpus_per_task = reader.read("cpus-per-task", count);
        let gpus = asked.of_node(nodes, per_node);
        let of_gpus =
            reader.read("cpus-per-gpu", count).map_or(0, |each| each.saturating_mul(gpus));
        let least = reader.read("mincpus", count).unwrap_or(1);
        let cores = per_node.saturating_mul(cpus_per_task.unwrap_or(1)).max(of_gpus).max(least);
        let memory = memory_of(reader, cores, gpus);
        let model = asked.model();
        Self { nodes, ntasks, per_node, cpus_per_task, ntasks_per_node, cores, gpus, model, memory }
    }
}

fn memory_of(reader: &mut Reader<'_>, cores: u64, gpus: u64) -> u64 {
    let of_node = reader.read("mem", memory);
    let of_cores = reader.read("mem-per-cpu", memory).map(|each| each.saturating_mul(cores));
    let of_gpus = reader.read("mem-per-gpu", memory).map(|each| each.saturating_mul(gpus));
    if of_node == Some(0) {
        reader.say("mem", "a whole machine's memory is not asked for: give an amount", true);
    }
    let given = of_node.or(of_cores).or(of_gpus).filter(|bytes| *bytes > 0);
    given.unwrap_or_else(|| cores.saturating_mul(MEMORY_OF_CORE))
}

/// GPUs as they are asked for.
#[derive(Debug)]
struct Asked {
    of_job: Option<Gpus>,
    of_node: Option<Gpus>,
    of_task: Option<Gpus>,
}

impl Asked {
    fn read(reader: &mut Reader<'_>) -> Self {
        let listed = reader.read("gres", gres);
        if let Some((_, others)) = listed.as_ref().filter(|(_, others)| !others.is_empty()) {
            let instead =
                format!("of `{}` nothing is known: GPUs are all that is counted", others.join(","));
            reader.say("gres", &instead, true);
        }
        let of_node = reader.read("gpus-per-node", gpus).or(listed.and_then(|(gpus, _)| gpus));
        Self {
            of_job: reader.read("gpus", gpus),
            of_node,
            of_task: reader.read("gpus-per-task", gpus),
        }
    }

    fn of_job(&self) -> Option<u64> {
        self.of_job.as_ref().map(|it| it.count)
    }

    fn of_node(&self, nodes: u64, per_node: u64) -> u64 {
        let count = |gpus: &Option<Gpus>| gpus.as_ref().map(|it| it.count);
        let of_task = count(&self.of_task).map(|each| each.saturating_mul(per_node));
        let of_job = count(&self.of_job).map(|all| all.div_ceil(nodes));
        count(&self.of_node).or(of_task).or(of_job).unwrap_or(0)
    }

    fn model(&self) -> Option<String> {
        let all = [&self.of_node, &self.of_task, &self.of_job];
        all.into_iter().flatten().find_map(|it| it.model.clone())
    }
}
