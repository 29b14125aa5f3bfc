//! Agents that measure, and the centre that makes tables of what it is told.
#![expect(
    clippy::indexing_slicing,
    reason = "sites, services and nodes are numbers that the world gave out"
)]

use std::collections::{BTreeSet, VecDeque};

use network::{
    LinkId, NodeId,
    cats::{
        CsId, CsciId, PathId,
        damping::{Damping, Flaps},
        score::Contact,
        selector::{Policy, Selector},
        table::Table,
        trigger::{Sender, Threshold},
        view::{Ingress, Instance, View, ViewError, Way},
    },
};
use units::{Span, Time};

use super::{station::Station, ways::Paths, world::World};

/// What an agent sends.
#[derive(Debug, Clone, Copy)]
enum Message {
    Contact { site: usize, told: Option<Contact> },
    Rate { service: usize, node: NodeId, flows_per_s: f64 },
    Link { link: LinkId, is_up: bool },
}

/// Metrics are looked at so often.
pub(super) const SAMPLE_MS: u64 = 100;
/// From an agent to the centre, and from the centre to an ingress.
pub(super) const NOTICE_MS: u64 = 50;
/// The mean age of what a smoothed rate is made of, in seconds.
const SMOOTH_S: f64 = 1.0;
const SILENCE: Span = Span::new(1_000);

const fn threshold(relative: f64, absolute: f64) -> Threshold {
    Threshold { relative, absolute }
}

/// Capacity, use, queue and service time.
const OF_CONTACT: [Threshold; 4] =
    [threshold(0.0, 0.5), threshold(0.0, 0.1), threshold(0.2, 2.0), threshold(0.05, 0.0)];
const OF_RATE: [Threshold; 1] = [threshold(0.05, 1.0)];

/// What is measured at sites and ingresses, and when it is sent.
#[derive(Debug)]
pub(super) struct Agents {
    contacts: Vec<Sender<4>>,
    rates: Vec<Sender<1>>,
    /// New flows since the last look, and the smoothed rate, by service and node.
    counts: Vec<(u64, Option<f64>)>,
    nodes: usize,
    on_the_way: VecDeque<(u64, Message)>,
    /// Something was sent that the centre acts on at once: a loss.
    is_urgent: bool,
    pub(super) sent: u64,
    /// As many as there would be, were all sent at every look.
    pub(super) looks: u64,
}

impl Agents {
    pub(super) fn new(world: &World) -> Self {
        let nodes = world.graph.nodes() as usize;
        let sources = nodes * world.service_s.len();
        Self {
            contacts: vec![Sender::new(OF_CONTACT, SILENCE); world.sites.len()],
            rates: vec![Sender::new(OF_RATE, SILENCE); sources],
            counts: vec![(0, None); sources],
            nodes,
            on_the_way: VecDeque::new(),
            is_urgent: false,
            sent: 0,
            looks: 0,
        }
    }

    pub(super) fn count(&mut self, service: usize, node: NodeId) {
        self.counts[service * self.nodes + node as usize].0 += 1;
    }

    pub(super) fn look(&mut self, world: &World, stations: &mut [Station], now_ms: u64) {
        let now = Time::from_millis(now_ms as i64);
        for (site, station) in stations.iter_mut().enumerate() {
            let told = contact(world, site, station);
            let figures =
                told.map_or([0.0; 4], |it| [it.capacity, it.used, it.queue, it.service_s]);
            let due = self.contacts[site].sends(now, figures);
            self.send(now_ms, due, Message::Contact { site, told });
        }
        for at in 0..self.counts.len() {
            let rate = smooth(&mut self.counts[at]);
            let due = self.rates[at].sends(now, [rate]);
            let (service, node) = (at / self.nodes, (at % self.nodes) as NodeId);
            self.send(now_ms, due, Message::Rate { service, node, flows_per_s: rate });
        }
    }

    pub(super) fn link(&mut self, now_ms: u64, link: LinkId, is_up: bool) {
        self.is_urgent |= !is_up;
        self.send(now_ms, true, Message::Link { link, is_up });
    }

    /// An agent sees at once that its instance is gone.
    pub(super) fn gone(&mut self, now_ms: u64, site: usize) {
        self.is_urgent = true;
        self.send(now_ms, true, Message::Contact { site, told: None });
    }

    /// Whether the centre is to decide as soon as it hears; asked once.
    pub(super) fn is_urgent(&mut self) -> bool {
        std::mem::take(&mut self.is_urgent)
    }

    fn send(&mut self, now_ms: u64, due: bool, message: Message) {
        self.looks += 1;
        if due {
            self.sent += 1;
            self.on_the_way.push_back((now_ms + NOTICE_MS, message));
        }
    }
}

fn contact(world: &World, site: usize, station: &mut Station) -> Option<Contact> {
    let stretch = station.stretch();
    station.life?;
    let servers = station.servers() as f64;
    Some(Contact {
        capacity: servers,
        used: station.busy() as f64 / servers,
        queue: station.queue() as f64,
        service_s: world.service_s[world.sites[site].service] * stretch,
    })
}

fn smooth((count, rate): &mut (u64, Option<f64>)) -> f64 {
    let step_s = SAMPLE_MS as f64 / 1e3;
    let now = std::mem::take(count) as f64 / step_s;
    let part = (step_s / SMOOTH_S).min(1.0);
    let smoothed = rate.map_or(now, |before| before + part * (now - before));
    *rate = Some(smoothed);
    smoothed
}

/// What an ingress is told: a table each, and what they were made of.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) tables: Vec<Table>,
    pub(super) views: Vec<View>,
}

#[derive(Debug)]
pub(super) struct Centre {
    pub(super) selector: Selector,
    policy: Policy,
    generation: u64,
    damping: Damping,
    contacts: Vec<Option<Contact>>,
    rates: Vec<f64>,
    flaps: Vec<Flaps>,
    down: BTreeSet<LinkId>,
    nodes: usize,
}

impl Centre {
    pub(super) fn new(world: &World, policy: Policy) -> Self {
        let nodes = world.graph.nodes() as usize;
        Self {
            selector: Selector::default(),
            policy,
            generation: 0,
            damping: Damping::default(),
            contacts: vec![None; world.sites.len()],
            rates: vec![0.0; nodes * world.service_s.len()],
            flaps: vec![Flaps::default(); world.graph.links().len()],
            down: BTreeSet::new(),
            nodes,
        }
    }

    /// Takes what has arrived, and makes tables.
    pub(super) fn decide(
        &mut self,
        world: &World,
        paths: &mut Paths,
        agents: &mut Agents,
        now_ms: u64,
    ) -> Result<Told, ViewError> {
        while let Some((_, message)) = agents.on_the_way.pop_front_if(|(at, _)| *at <= now_ms) {
            self.take(message, now_ms);
        }
        let now = Time::from_millis(now_ms as i64);
        let avoided = self.avoided(now);
        let views: Vec<View> = (0..world.service_s.len())
            .map(|service| self.view(world, paths, service, &avoided, now))
            .collect();
        self.generation += 1;
        let tables = self.selector.tables(&self.policy, &views, (self.generation, now))?;
        Ok(Told { tables, views })
    }

    fn take(&mut self, message: Message, now_ms: u64) {
        match message {
            Message::Contact { site, told } => self.contacts[site] = told,
            Message::Rate { service, node, flows_per_s } => {
                self.rates[service * self.nodes + node as usize] = flows_per_s;
            }
            Message::Link { link, is_up: true } => {
                self.down.remove(&link);
            }
            Message::Link { link, is_up: false } => {
                self.down.insert(link);
                self.flaps[link as usize].fail(&self.damping, Time::from_millis(now_ms as i64));
            }
        }
    }

    /// Links that are down, or were too often.
    fn avoided(&mut self, now: Time) -> BTreeSet<LinkId> {
        let suppressed = |(link, flaps): (LinkId, &mut Flaps)| {
            flaps.is_suppressed(&self.damping, now).then_some(link)
        };
        let mut avoided: BTreeSet<LinkId> =
            (0..).zip(&mut self.flaps).filter_map(suppressed).collect();
        avoided.extend(&self.down);
        avoided
    }

    fn view(
        &mut self,
        world: &World,
        paths: &mut Paths,
        service: usize,
        avoided: &BTreeSet<LinkId>,
        now: Time,
    ) -> View {
        let sites: Vec<(usize, NodeId)> =
            world.sites_of(service).map(|(site, it)| (site, it.node)).collect();
        let instances = sites
            .iter()
            .map(|(site, _)| Instance { id: CsciId(*site as u32), contact: self.contacts[*site] });
        let instances = instances.collect();
        let ingresses = (0..self.nodes).map(|node| Ingress {
            arrivals: self.rates[service * self.nodes + node],
            ways: sites
                .iter()
                .map(|site| self.way(world, paths, node as NodeId, *site, avoided, now))
                .collect(),
        });
        let ingresses = ingresses.collect();
        View { service: CsId(service as u32), instances, ingresses }
    }

    fn way(
        &mut self,
        world: &World,
        paths: &mut Paths,
        node: NodeId,
        (site, to): (usize, NodeId),
        avoided: &BTreeSet<LinkId>,
        now: Time,
    ) -> Option<Way> {
        // A link that fails often is better than none.
        let least = paths
            .least(&world.graph, (node, to), avoided)
            .or_else(|| paths.least(&world.graph, (node, to), &self.down));
        let (paths, policy) = (&*paths, self.policy);
        let way = |path: PathId| Way { path, delay_s: paths.get(path).delay_ns as f64 / 1e9 };
        let last = |path| paths.is_whole(path, avoided).then(|| way(path));
        self.selector.way(&policy.paths, now, (node, CsciId(site as u32)), last, least.map(way))
    }
}
