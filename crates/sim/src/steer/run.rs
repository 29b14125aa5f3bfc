//! One rival in one world, event by event.
#![expect(
    clippy::indexing_slicing,
    reason = "sites, services, nodes and flows are numbers that this world gave out"
)]

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque},
};

use network::{
    LinkId, NodeId,
    cats::{
        CsId, CsciId, PathId,
        classify::{Classifier, Rule},
        edge::{Edge, Why},
        flows::{Flows, Tuple},
        selector::{Moves, Policy},
        view::ViewError,
    },
};
use units::Time;

use super::{
    centre::{Agents, Centre, NOTICE_MS, SAMPLE_MS, Told},
    rival::{self, Rival},
    station::Station,
    ways::Paths,
    world::{Arrival, Fault, WARM_S, World},
};

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// From the first packet to the answer, by flow, in nanoseconds; of flows after the warm-up.
    pub(super) delays_ns: Vec<u64>,
    /// Flows that were given up.
    pub(super) given_up: u64,
    /// Packets that met a cut path or a gone instance, and were sent once more.
    pub(super) again: u64,
    /// Flows that were sent elsewhere though their instance could be used.
    pub(super) against_affinity: u64,
    /// Flows that lost their instance.
    pub(super) forced: u64,
    /// New flows for which there was no room to remember them.
    pub(super) unkept: u64,
    pub(super) moves: Moves,
    pub(super) sent: u64,
    pub(super) looks: u64,
    /// At the end.
    pub(super) edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy)]
struct Flow {
    arrival: Arrival,
    site: usize,
    life: u32,
    back_ns: u64,
    served_ns: u64,
    tries: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Fault(usize),
    Look,
    Decide,
    /// Out of turn.
    DecideNow,
    Install,
    /// Ingresses hear that an instance is gone.
    Lost(usize),
    /// The network leads around a link that is down.
    Repaired(LinkId, u64),
    New,
    Again(usize),
    Arrive(usize),
    End(usize),
}

struct Run<'a> {
    world: &'a World,
    rival: Rival,
    paths: Paths,
    stations: Vec<Station>,
    /// Links that are down, and since when.
    down: BTreeMap<LinkId, u64>,
    /// Of them, those that the network leads around.
    repaired: BTreeSet<LinkId>,
    agents: Agents,
    centre: Centre,
    told: Option<Told>,
    next_told: VecDeque<Told>,
    edges: Vec<Edge>,
    classifier: Classifier,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    numbered: u64,
    flows: Vec<Flow>,
    unused: Vec<usize>,
    scratch: Vec<u64>,
    out: Outcome,
    warm_ns: u64,
}

const NS_PER_MS: u64 = 1_000_000;
/// A sender that gets no answer sends once more after so long.
const AGAIN_NS: u64 = 200 * NS_PER_MS;
/// The network leads around a failure after so long.
const REPAIR_NS: u64 = 50 * NS_PER_MS;
const TRIES_MOST: u32 = 100;
/// Flows that one ingress can remember.
const ROOM: usize = 1 << 14;
const IDLE_MS: i64 = 60_000;
/// Of hashes.
const KEY: u64 = 7;

fn time(now_ns: u64) -> Time {
    Time::from_millis((now_ns / NS_PER_MS) as i64)
}

/// Every service has a prefix of its own.
pub(super) fn classifier(services: usize) -> Classifier {
    let rule = |service: usize| Rule {
        prefix: target(service),
        length: 128 - 16,
        protocol: None,
        ports: None,
        service: CsId(service as u32),
    };
    // A /112 of its own each cannot be refused.
    Classifier::new((0..services).map(rule).collect()).expect("prefixes of documentation addresses")
}

/// In 2001:db8::/32 (RFC 3849).
const fn target(service: usize) -> u128 {
    (0x2001_0db8 << 96) | ((service as u128) << 16)
}

pub(super) const fn tuple(arrival: &Arrival) -> Tuple {
    let name = arrival.name;
    Tuple {
        source: (0x2001_0db8_ffff << 80) | (name >> 16) as u128,
        target: target(arrival.service) | 1,
        source_port: name as u16,
        target_port: 443,
        protocol: 17,
    }
}

/// Runs a world under a rival.
///
/// # Errors
/// A metric was no number.
pub(super) fn run(world: &World, rival: Rival, policy: Policy) -> Result<Outcome, ViewError> {
    let edge = |_| Edge::new(Flows::new(ROOM, IDLE_MS), KEY);
    let mut run = Run {
        world,
        rival,
        paths: Paths::default(),
        stations: world.sites.iter().map(|site| Station::new(site.servers)).collect(),
        down: BTreeMap::new(),
        repaired: BTreeSet::new(),
        agents: Agents::new(world),
        centre: Centre::new(world, policy),
        told: None,
        next_told: VecDeque::new(),
        edges: (0..world.graph.nodes()).map(edge).collect(),
        classifier: classifier(world.service_s.len()),
        events: BinaryHeap::new(),
        numbered: 0,
        flows: Vec::new(),
        unused: Vec::new(),
        scratch: Vec::new(),
        out: Outcome::default(),
        warm_ns: (WARM_S * 1e9) as u64,
    };
    run.all()?;
    Ok(run.finished())
}

impl Run<'_> {
    fn at(&mut self, at_ns: u64, event: Event) {
        self.numbered += 1;
        self.events.push(Reverse((at_ns, self.numbered, event)));
    }

    fn all(&mut self) -> Result<(), ViewError> {
        let world = self.world;
        for (number, (at_s, _)) in world.faults.iter().enumerate() {
            self.at((at_s * 1e9) as u64, Event::Fault(number));
        }
        self.at(0, Event::Look);
        self.at(NOTICE_MS * NS_PER_MS, Event::Decide);
        let mut arrivals = world.arrivals();
        let mut next = arrivals.next();
        if let Some(arrival) = &next {
            self.at(arrival.at_ns, Event::New);
        }
        while let Some(Reverse((now_ns, _, event))) = self.events.pop() {
            if event == Event::New {
                if let Some(arrival) = next.take() {
                    self.begin(now_ns, arrival);
                }
                next = arrivals.next();
                if let Some(arrival) = &next {
                    self.at(arrival.at_ns, Event::New);
                }
            } else {
                self.happen(now_ns, event)?;
            }
        }
        Ok(())
    }

    fn is_over(&self, now_ns: u64) -> bool {
        now_ns as f64 > self.world.length_s * 1e9 + 5e9
    }

    fn happen(&mut self, now_ns: u64, event: Event) -> Result<(), ViewError> {
        let now_ms = now_ns / NS_PER_MS;
        match event {
            Event::Fault(number) => self.fault(now_ns, self.world.faults[number].1),
            Event::Look if !self.is_over(now_ns) => {
                self.agents.look(self.world, &mut self.stations, now_ms);
                self.at(now_ns + SAMPLE_MS * NS_PER_MS, Event::Look);
            }
            Event::Decide if !self.is_over(now_ns) => {
                self.decide(now_ns)?;
                self.at(now_ns + self.world.setup.period_ms * NS_PER_MS, Event::Decide);
            }
            Event::DecideNow => self.decide(now_ns)?,
            Event::Install => self.install(now_ns),
            Event::Lost(site) => self.lost(site),
            Event::Repaired(link, since_ns) => {
                if self.down.get(&link) == Some(&since_ns) {
                    self.repaired.insert(link);
                }
            }
            Event::Again(flow) => self.steer(now_ns, flow),
            Event::Arrive(flow) => self.arrive(now_ns, flow),
            Event::End(flow) => self.end(now_ns, flow),
            Event::Look | Event::Decide | Event::New => {}
        }
        Ok(())
    }

    fn decide(&mut self, now_ns: u64) -> Result<(), ViewError> {
        let now_ms = now_ns / NS_PER_MS;
        let told = self.centre.decide(self.world, &mut self.paths, &mut self.agents, now_ms)?;
        self.next_told.push_back(told);
        self.at(now_ns + NOTICE_MS * NS_PER_MS, Event::Install);
        Ok(())
    }

    fn decide_if_urgent(&mut self, now_ns: u64) {
        if self.agents.is_urgent() {
            let hears_ms = now_ns / NS_PER_MS + NOTICE_MS;
            self.at(hears_ms * NS_PER_MS, Event::DecideNow);
        }
    }

    fn install(&mut self, now_ns: u64) {
        if let Some(told) = self.next_told.pop_front() {
            for (edge, table) in self.edges.iter_mut().zip(&told.tables) {
                let is_newer = edge.install(table.clone(), time(now_ns)).is_ok();
                assert!(is_newer, "tables come in the order in which they were made");
            }
            self.told = Some(told);
        }
    }

    fn lost(&mut self, site: usize) {
        let id = CsciId(site as u32);
        self.edges.iter_mut().for_each(|edge| edge.leave_out(id));
        let views = self.told.iter_mut().flat_map(|told| &mut told.views);
        let instances = views.flat_map(|view| &mut view.instances);
        instances.filter(|it| it.id == id).for_each(|it| it.contact = None);
    }

    fn fault(&mut self, now_ns: u64, fault: Fault) {
        match fault {
            Fault::Speed { site, speed } => self.stations[site].speed = speed,
            Fault::Gone { site } => {
                self.stations[site].gone();
                self.agents.gone(now_ns / NS_PER_MS, site);
                self.decide_if_urgent(now_ns);
                self.at(now_ns + NOTICE_MS * NS_PER_MS, Event::Lost(site));
            }
            Fault::Back { site } => self.stations[site].back(now_ns),
            Fault::Down { link } => {
                self.down.insert(link, now_ns);
                self.at(now_ns + REPAIR_NS, Event::Repaired(link, now_ns));
                self.agents.link(now_ns / NS_PER_MS, link, false);
                self.decide_if_urgent(now_ns);
            }
            Fault::Up { link } => {
                self.down.remove(&link);
                self.repaired.remove(&link);
                self.agents.link(now_ns / NS_PER_MS, link, true);
            }
        }
    }

    fn begin(&mut self, now_ns: u64, arrival: Arrival) {
        self.agents.count(arrival.service, arrival.node);
        let flow = Flow { arrival, site: 0, life: 0, back_ns: 0, served_ns: 0, tries: 0 };
        let at = self.unused.pop().unwrap_or(self.flows.len());
        if at == self.flows.len() {
            self.flows.push(flow);
        } else {
            self.flows[at] = flow;
        }
        self.steer(now_ns, at);
    }

    fn steer(&mut self, now_ns: u64, flow: usize) {
        let arrival = self.flows[flow].arrival;
        let chosen = self.choose(now_ns, &arrival);
        let along = chosen.and_then(|(site, path)| Some((site, self.delay_ns(path, site)?)));
        match along {
            Some((site, delay_ns)) => {
                self.stations[site].coming += 1;
                self.flows[flow].site = site;
                self.flows[flow].back_ns = delay_ns;
                self.at(now_ns + delay_ns, Event::Arrive(flow));
            }
            None => self.again(now_ns, flow),
        }
    }

    /// Along a path, and around links that are down once the network has noticed; none where the packet is lost.
    fn delay_ns(&mut self, path: PathId, site: usize) -> Option<u64> {
        let (path, down) = (self.paths.get(path), &self.down);
        let Some(at) = path.links.iter().position(|link| down.contains_key(link)) else {
            return Some(path.delay_ns);
        };
        if !path.links.iter().all(|link| !down.contains_key(link) || self.repaired.contains(link)) {
            return None;
        }
        let (node, before_ns) = path.nodes[at];
        let ends = (node, self.world.sites[site].node);
        let around = self.paths.least(&self.world.graph, ends, &down.keys().copied().collect())?;
        Some(before_ns + self.paths.get(around).delay_ns)
    }

    /// The packet is lost, or goes nowhere: its sender tries once more.
    fn again(&mut self, now_ns: u64, flow: usize) {
        self.out.again += 1;
        self.flows[flow].tries += 1;
        if self.flows[flow].tries > TRIES_MOST {
            self.out.given_up += 1;
            self.unused.push(flow);
        } else {
            self.at(now_ns + AGAIN_NS, Event::Again(flow));
        }
    }

    fn choose(&mut self, now_ns: u64, arrival: &Arrival) -> Option<(usize, PathId)> {
        match self.rival {
            Rival::Oracle => self.oracle(now_ns, arrival),
            Rival::Ours => self.ours(now_ns, arrival),
            rival => self.others(rival, arrival),
        }
    }

    fn ours(&mut self, now_ns: u64, arrival: &Arrival) -> Option<(usize, PathId)> {
        let edge = &mut self.edges[arrival.node as usize];
        let steered = edge.steer(&self.classifier, &tuple(arrival), time(now_ns)).ok()?;
        match steered.why {
            Why::Gone { .. } => self.out.forced += 1,
            Why::Unkept => self.out.unkept += 1,
            Why::New | Why::Stays => {}
        }
        Some((steered.pick.instance.0 as usize, steered.pick.path))
    }

    fn others(&self, rival: Rival, arrival: &Arrival) -> Option<(usize, PathId)> {
        let told = self.told.as_ref()?;
        let (view, ingress) = (&told.views[arrival.service], arrival.node as usize);
        let of_it = rival::Told { view, ingress };
        let at = of_it.choose(rival, tuple(arrival).hash(KEY))?;
        let CsciId(site) = view.instances[at].id;
        Some((site as usize, view.ingresses[ingress].ways[at]?.path))
    }

    fn oracle(&mut self, now_ns: u64, arrival: &Arrival) -> Option<(usize, PathId)> {
        let Self { world, paths, stations, scratch, down, .. } = self;
        let mean_ns = world.service_s[arrival.service] * 1e9;
        let down = down.keys().copied().collect();
        let mut best: Option<(u64, usize, PathId)> = None;
        for (site, it) in world.sites_of(arrival.service) {
            let station = &stations[site];
            let ends: (NodeId, NodeId) = (arrival.node, it.node);
            let Some(path) = paths.least(&world.graph, ends, &down) else { continue };
            if station.life.is_none() {
                continue;
            }
            let delay_ns = paths.get(path).delay_ns;
            let begins_ns = station.begins_ns(mean_ns, scratch).max(now_ns + delay_ns);
            let ends_ns = begins_ns + (mean_ns / station.speed) as u64 + delay_ns;
            if best.is_none_or(|(known, ..)| ends_ns < known) {
                best = Some((ends_ns, site, path));
            }
        }
        best.map(|(_, site, path)| (site, path))
    }

    fn arrive(&mut self, now_ns: u64, flow: usize) {
        let Flow { site, arrival, .. } = self.flows[flow];
        let station = &mut self.stations[site];
        station.coming -= 1;
        let Some(life) = station.life else {
            return self.again(now_ns, flow);
        };
        let service = station.take(now_ns, arrival.work_ns);
        self.flows[flow].life = life;
        self.flows[flow].served_ns = service.served_ns;
        self.at(service.end_ns, Event::End(flow));
    }

    fn end(&mut self, now_ns: u64, flow: usize) {
        let Flow { site, arrival, life, back_ns, served_ns, .. } = self.flows[flow];
        if self.stations[site].life != Some(life) {
            return self.again(now_ns, flow);
        }
        self.stations[site].end(arrival.work_ns, served_ns);
        if self.rival == Rival::Ours {
            self.last_packet(now_ns, &arrival, site);
        }
        let ends_ns = now_ns + back_ns;
        if arrival.at_ns >= self.warm_ns {
            self.out.delays_ns.push(ends_ns - arrival.at_ns);
        }
        self.unused.push(flow);
    }

    /// A flow's last packet has to go where its first one went.
    fn last_packet(&mut self, now_ns: u64, arrival: &Arrival, site: usize) {
        let edge = &mut self.edges[arrival.node as usize];
        let packet = tuple(arrival);
        let is_usable =
            edge.table().stay(CsId(arrival.service as u32), CsciId(site as u32)).is_some();
        let steered = edge.steer(&self.classifier, &packet, time(now_ns));
        let goes_there = steered.is_ok_and(|it| it.pick.instance == CsciId(site as u32));
        if is_usable && !goes_there {
            self.out.against_affinity += 1;
        }
        edge.end(&packet);
    }

    fn finished(mut self) -> Outcome {
        self.out.moves = self.centre.selector.moves();
        (self.out.sent, self.out.looks) = (self.agents.sent, self.agents.looks);
        self.out.edges = self.edges;
        self.out
    }
}
