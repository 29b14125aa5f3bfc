//! One policy over several seeds.

use compute::packing::{Book, Mix, Packer, PackingError, Policy, Pool, Shape, WHOLE};
use serde::Serialize;

use super::{
    Cluster, arrivals,
    stream::{Seen, Stream},
};
use crate::{SimError, random::Random};

/// What to run.
#[derive(Debug, Clone)]
pub struct PackSpec {
    pub policy: Policy,
    /// Runs, each with arrivals in another order.
    pub seeds: u64,
    /// Demand that arrives, in capacities of the devices.
    pub load: f64,
    /// Pods that may be held undecided; 1 is strictly online.
    pub window: usize,
    /// Whatever fits is placed, whether it is worth its device or not.
    pub admit_all: bool,
}

/// What came out. Percentages are of the capacity of all devices.
#[derive(Debug, Clone, Serialize)]
pub struct PackReport {
    pub policy: &'static str,
    /// Allocated once all have arrived: the mean over the seeds and their standard deviation.
    pub alloc_pct_mean: f64,
    pub alloc_pct_sd: f64,
    /// What typical pods cannot use (Weng et al., 4.1).
    pub frag_pct_mean: f64,
    /// Arrivals decided, by the time spent on them alone.
    pub attempts_per_s: f64,
    pub p99_us: f64,
    pub window: usize,
    pub admit_all: bool,
    pub seeds: u64,
    pub load: f64,
    pub nodes: usize,
    pub pods: usize,
    /// Over all seeds.
    pub attempts: usize,
    pub placed: usize,
    /// Would have fitted, but were not worth their devices.
    pub refused: usize,
}

/// The share of pods that are typical (Weng et al., 4.2).
const TYPICAL: f64 = 0.95;
/// The share of pods with devices that ours looks at: more do not pack better, and take longer.
const FREQUENT: f64 = 0.6;
/// Seeds, and pods of one run, at most.
const SEEDS_MOST: u64 = 1_000;
const LOAD_MOST: f64 = 100.0;

/// # Errors
/// A cluster without devices, pods that ask for none, or figures out of their ranges.
pub fn run(cluster: &Cluster, spec: &PackSpec) -> Result<PackReport, SimError> {
    let capacity = check(cluster, spec)?;
    let mut runs = Vec::new();
    for seed in 0..spec.seeds {
        runs.push(one(cluster, spec, capacity, seed)?);
    }
    let alloc = || runs.iter().map(|run| run.alloc_pct);
    let mean = mean(alloc());
    let spread = alloc().map(|one| (one - mean).powi(2)).sum::<f64>() / runs.len() as f64;
    let mut times: Vec<u64> =
        runs.iter().flat_map(|run| run.seen.nanoseconds.iter().copied()).collect();
    times.sort_unstable();
    let total = times.iter().sum::<u64>().max(1);
    Ok(PackReport {
        policy: spec.policy.name(),
        alloc_pct_mean: mean,
        alloc_pct_sd: spread.sqrt(),
        frag_pct_mean: self::mean(runs.iter().map(|run| run.frag_pct)),
        attempts_per_s: times.len() as f64 * 1e9 / total as f64,
        p99_us: times.get(times.len() * 99 / 100).map_or(0.0, |at| *at as f64 / 1e3),
        window: spec.window,
        admit_all: spec.admit_all,
        seeds: spec.seeds,
        load: spec.load,
        nodes: cluster.nodes.len(),
        pods: cluster.pods.len(),
        attempts: times.len(),
        placed: runs.iter().map(|run| run.seen.placed).sum(),
        refused: runs.iter().map(|run| run.seen.refused).sum(),
    })
}

/// The capacity in thousandths of devices.
fn check(cluster: &Cluster, spec: &PackSpec) -> Result<u64, SimError> {
    let asked = |what: &str| Err(SimError::Asked(what.to_owned()));
    let capacity: u64 =
        cluster.nodes.iter().map(|it| u64::from(it.devices) * u64::from(WHOLE)).sum();
    if capacity == 0 {
        return asked("none of the nodes has a device: there is nothing to allocate");
    }
    if cluster.pods.iter().all(|pod| pod.devices == 0) {
        return asked(
            "none of the pods asks for a device: demand would never be as large as the load",
        );
    }
    if !(1..=SEEDS_MOST).contains(&spec.seeds) {
        return asked("--seeds has to be from 1 to 1000");
    }
    if !(spec.load > 0.0 && spec.load <= LOAD_MOST) {
        return asked("--load has to be above 0 and at most 100");
    }
    if spec.window == 0 {
        return asked("--window has to be at least 1: strictly online");
    }
    Ok(capacity)
}

struct Run {
    alloc_pct: f64,
    frag_pct: f64,
    seen: Seen,
}

fn one(cluster: &Cluster, spec: &PackSpec, capacity: u64, seed: u64) -> Result<Run, SimError> {
    let packer =
        packer(cluster, spec.policy).map_err(|error| SimError::Asked(error.to_string()))?;
    let arrived = arrivals(&cluster.pods, capacity, spec.load, seed);
    let mut stream = Stream::new(packer, &cluster.pods, spec, Random::new(!seed));
    let demand = |pod: &u32| cluster.pods.get(*pod as usize).map_or(0, Shape::device_milli);
    let mut to_come: f64 = arrived.iter().map(|pod| f64::from(demand(pod))).sum();
    for pod in arrived {
        stream.arrive(pod, to_come);
        to_come -= f64::from(demand(&pod));
    }
    let (packer, seen) = stream.end();
    let percent = 100.0 / capacity as f64;
    Ok(Run {
        alloc_pct: 100.0 - percent * packer.pool().free_milli() as f64,
        frag_pct: percent * packer.pool().fragment_milli(),
        seen,
    })
}

fn packer(cluster: &Cluster, policy: Policy) -> Result<Packer, PackingError> {
    let mix = (Mix::typical(&cluster.pods, TYPICAL), Mix::demanding(&cluster.pods, FREQUENT));
    let pool = Pool::new(cluster.nodes.clone(), Book::new(mix.0, mix.1))?;
    let mut packer = Packer::new(pool, policy);
    cluster.pods.iter().try_for_each(|pod| packer.shape(*pod).map(|_| ()))?;
    Ok(packer)
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().sum::<f64>() / values.count().max(1) as f64
}
