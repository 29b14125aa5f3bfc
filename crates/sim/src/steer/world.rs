//! Services, their instances at sites of a network, who asks for them, and what goes wrong.

use std::f64::consts::TAU;

use network::{
    Graph, Link, LinkId, NodeId,
    directed::Unsaid,
    formats::{self, Format},
};
use serde::Serialize;
use units::{Bandwidth, DataPrice, Delay};

use crate::{SimError, random::Random};

/// What makes a world.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Setup {
    pub seed: u64,
    /// New flows that count, in expectation.
    pub flows: u64,
    /// Arrivals as part of what all instances of a service can serve when none is slow or gone, in the mean.
    pub load: f64,
    /// Instances of each service.
    pub instances: u32,
    /// How often the path selector makes new tables, in milliseconds.
    pub period_ms: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self { seed: 1, flows: 400_000, load: 0.65, instances: 5, period_ms: 250 }
    }
}

/// What is simulated: delays follow from its places.
const NETWORK: &str = include_str!("../../../../examples/networks/eight-hubs.json");

/// Flows that begin before this do not count: nothing is known yet.
pub(super) const WARM_S: f64 = 5.0;

/// Mean times that services serve a flow for, in seconds; one service for each.
const SERVICE_S: [f64; 4] = [0.03, 0.06, 0.12, 0.24];
/// Requests that an instance serves side by side.
const SERVERS: (f64, f64) = (24.0, 72.0);
/// How far an ingress's arrivals go up and down about their mean, as part of it, and in how long once.
const SWING: f64 = 0.5;
const SWING_S: f64 = 90.0;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Site {
    pub(super) service: usize,
    pub(super) node: NodeId,
    pub(super) servers: usize,
}

/// Something that changes by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fault {
    /// A site serves at this part of its usual speed.
    Speed {
        site: usize,
        speed: f64,
    },
    /// All flows at it are lost.
    Gone {
        site: usize,
    },
    Back {
        site: usize,
    },
    Down {
        link: LinkId,
    },
    Up {
        link: LinkId,
    },
}

/// An ingress's part in the arrivals of a service.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Source {
    service: usize,
    node: NodeId,
    /// Flows a second, in the mean.
    rate: f64,
    phase: f64,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) graph: Graph,
    pub(super) setup: Setup,
    pub(super) service_s: Vec<f64>,
    /// By service, side by side.
    pub(super) sites: Vec<Site>,
    sources: Vec<Source>,
    pub(super) length_s: f64,
    /// In order of time, in seconds.
    pub(super) faults: Vec<(f64, Fault)>,
}

/// A new flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arrival {
    pub(super) at_ns: u64,
    pub(super) service: usize,
    pub(super) node: NodeId,
    /// How long it is served at usual speed.
    pub(super) work_ns: u64,
    /// Tells it from others.
    pub(super) name: u64,
}

const NS_PER_S: f64 = 1e9;

impl World {
    /// # Errors
    /// A figure is out of range.
    pub(super) fn new(setup: Setup) -> Result<Self, SimError> {
        let graph = graph()?;
        check(&graph, &setup)?;
        let mut random = Random::new(setup.seed);
        let service_s = SERVICE_S.to_vec();
        let of_one = |service| place(&graph, setup.instances, service, &mut random);
        let sites = (0..service_s.len()).flat_map(of_one).collect();
        let mut world = Self {
            graph,
            setup,
            service_s,
            sites,
            sources: Vec::new(),
            length_s: 0.0,
            faults: Vec::new(),
        };
        world.sources = world.sources(&mut random);
        let rate: f64 = world.sources.iter().map(|it| it.rate).sum();
        world.length_s = WARM_S + setup.flows as f64 / rate;
        world.faults = faults(&world, &mut random);
        Ok(world)
    }

    pub(super) fn sites_of(&self, service: usize) -> impl Iterator<Item = (usize, &Site)> {
        self.sites.iter().enumerate().filter(move |(_, site)| site.service == service)
    }

    /// Every node has a part in a service, drawn from an exponential distribution.
    fn sources(&self, random: &mut Random) -> Vec<Source> {
        let mut sources = Vec::new();
        for (service, service_s) in self.service_s.iter().enumerate() {
            let weights: Vec<f64> = (0..self.graph.nodes()).map(|_| random.exponential()).collect();
            let servers: usize = self.sites_of(service).map(|(_, site)| site.servers).sum();
            let all = self.setup.load * servers as f64 / service_s / weights.iter().sum::<f64>();
            for (node, weight) in (0..).zip(weights) {
                sources.push(Source { service, node, rate: all * weight, phase: random.unit() });
            }
        }
        sources
    }

    /// New flows, one after the other, the same at every call.
    pub(super) fn arrivals(&self) -> Arrivals<'_> {
        let mut sums = Vec::new();
        let mut sum = 0.0;
        for source in &self.sources {
            sum += source.rate * (1.0 + SWING);
            sums.push(sum);
        }
        Arrivals { world: self, sums, sum, at_s: 0.0, random: Random::new(!self.setup.seed) }
    }
}

fn graph() -> Result<Graph, SimError> {
    let topology = formats::read(Format::NodeLink, NETWORK)
        .map_err(|it| SimError::Asked(format!("the network of the simulation: {it}")))?;
    let directed = topology.directed(Unsaid { capacity: 1.0, delay: Delay::ZERO });
    let link = |id: LinkId| {
        let arc = directed.arcs().iter().find(|arc| arc.link == id)?;
        let (capacity, price) = (Bandwidth::ZERO, DataPrice::ZERO);
        Some(Link {
            ends: [arc.from, arc.to],
            delay: arc.delay,
            jitter: Delay::ZERO,
            price,
            capacity,
        })
    };
    Ok(Graph::new(directed.nodes(), (0..directed.links()).filter_map(link).collect()))
}

fn check(graph: &Graph, setup: &Setup) -> Result<(), SimError> {
    let asked = |what: String| Err(SimError::Asked(what));
    let Setup { flows, load, instances, period_ms, .. } = *setup;
    if !(1_000..=100_000_000).contains(&flows) {
        return asked(format!("{flows} flows: from 1,000 to 100,000,000"));
    }
    if !(0.01..=0.95).contains(&load) {
        return asked(format!("load {load}: from 0.01 to 0.95"));
    }
    if !(10..=60_000).contains(&period_ms) {
        return asked(format!("a period of {period_ms} ms: from 10 to 60,000"));
    }
    if !(2..=graph.nodes()).contains(&instances) {
        let nodes = graph.nodes();
        return asked(format!(
            "{instances} instances of a service: from 2 to {nodes}, one at each node"
        ));
    }
    Ok(())
}

fn place(graph: &Graph, instances: u32, service: usize, random: &mut Random) -> Vec<Site> {
    let mut nodes: Vec<NodeId> = (0..graph.nodes()).collect();
    random.shuffle(&mut nodes);
    let (least, most) = SERVERS;
    let one = |node| Site { service, node, servers: random.uniform(least, most) as usize };
    nodes.into_iter().take(instances as usize).map(one).collect()
}

/// Mean times between faults of a kind, in seconds.
const SLOW_EVERY_S: f64 = 15.0;
const GONE_EVERY_S: f64 = 40.0;
const DOWN_EVERY_S: f64 = 20.0;
const FLAP_EVERY_S: f64 = 60.0;

fn faults(world: &World, random: &mut Random) -> Vec<(f64, Fault)> {
    let mut faults = Vec::new();
    let sites = world.sites.len() as u64;
    for at in times(world, SLOW_EVERY_S, random) {
        let site = random.below(sites) as usize;
        let speed = random.uniform(0.4, 0.8);
        faults.push((at, Fault::Speed { site, speed }));
        faults.push((at + random.uniform(5.0, 15.0), Fault::Speed { site, speed: 1.0 }));
    }
    for at in times(world, GONE_EVERY_S, random) {
        let site = random.below(sites) as usize;
        faults.push((at, Fault::Gone { site }));
        faults.push((at + random.uniform(5.0, 10.0), Fault::Back { site }));
    }
    let links = world.graph.links().len() as u64;
    for at in times(world, DOWN_EVERY_S, random) {
        let link = random.below(links) as LinkId;
        faults.push((at, Fault::Down { link }));
        faults.push((at + random.uniform(3.0, 10.0), Fault::Up { link }));
    }
    for at in times(world, FLAP_EVERY_S, random) {
        let link = random.below(links) as LinkId;
        for flap in 0..5 {
            let from = at + 2.0 * f64::from(flap);
            faults.push((from, Fault::Down { link }));
            faults.push((from + 0.5, Fault::Up { link }));
        }
    }
    faults.sort_by(|a, b| a.0.total_cmp(&b.0));
    faults
}

fn times(world: &World, every_s: f64, random: &mut Random) -> Vec<f64> {
    let mut times = Vec::new();
    let mut at = random.exponential() * every_s;
    while at < world.length_s {
        times.push(at);
        at += random.exponential() * every_s;
    }
    times
}

/// A Poisson process of each source, by thinning (Lewis and Shedler, 1979).
#[derive(Debug)]
pub(super) struct Arrivals<'a> {
    world: &'a World,
    sums: Vec<f64>,
    sum: f64,
    at_s: f64,
    random: Random,
}

impl Iterator for Arrivals<'_> {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        loop {
            self.at_s += self.random.exponential() / self.sum;
            if self.at_s >= self.world.length_s {
                return None;
            }
            let point = self.random.unit() * self.sum;
            let source = self.world.sources.get(self.sums.partition_point(|sum| *sum <= point))?;
            let swing = SWING * (TAU * (self.at_s / SWING_S + source.phase)).sin();
            if self.random.unit() * (1.0 + SWING) < 1.0 + swing {
                let work_s =
                    self.random.exponential() * self.world.service_s.get(source.service)?;
                return Some(Arrival {
                    at_ns: (self.at_s * NS_PER_S) as u64,
                    service: source.service,
                    node: source.node,
                    work_ns: (work_s * NS_PER_S) as u64,
                    name: self.random.next(),
                });
            }
        }
    }
}
