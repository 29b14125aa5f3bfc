//! Which addresses a lab's routers have, and what each has installed before anything happens.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

use model::Name;
use network::{
    NodeId,
    directed::{Arc, ArcId, Directed},
    repair::{Ahead, Repair, Step},
};

use super::file::{self, Description};
use crate::srv6::{
    Action, Desired, Instance, LOCAL, MAIN, Mode, Path, Place, Prefix, Route, SegmentList, Service,
};

/// A device that is always on: segments of a router are on it. Ways into segments are on the device that their packets
/// leave by: the kernel remembers where those went, and does not look again when only the carrier of that device is lost.
pub(super) const ANCHOR: &str = "segments";

/// Of the usual way, and of the way that is taken when the device of the usual one fails.
const USUAL: u32 = 100;
const BACKUP: u32 = 200;

/// What a segment of a router does.
#[derive(Debug, Clone, Copy)]
enum Does {
    End,
    /// Unwraps, and forwards what was inside as any packet.
    Unwrap,
    /// Unwraps for the services of the router itself.
    Serve,
    /// Goes to the neighbour over this link.
    Cross(usize),
}

/// A router's prefix is its number's: `fd00:N::/64`.
fn segment(router: NodeId, does: Does) -> Ipv6Addr {
    let (kind, link) = match does {
        Does::End => (0xe, 0),
        Does::Unwrap => (0xd, 0),
        Does::Serve => (0x6, 0),
        Does::Cross(link) => (0xa, word(link as u32)),
    };
    Ipv6Addr::new(0xfd00, word(router), 0, 0, 0, 0, link, kind)
}

/// The part of an address that is a number of ours, from 1 on.
fn word(number: u32) -> u16 {
    u16::try_from(number.saturating_add(1)).unwrap_or(u16::MAX)
}

/// The router's own address.
pub(super) fn own(router: NodeId) -> Ipv6Addr {
    Ipv6Addr::new(0xfd00, word(router), 0, 0, 0, 0, 0, 1)
}

/// The address of an end of a link, 0 or 1; clients' links are counted after those of routers.
pub(super) fn end(link: usize, which: u16) -> Ipv6Addr {
    Ipv6Addr::new(0xfc00, word(link as u32), 0, 0, 0, 0, 0, which + 1)
}

fn prefix(of: Ipv6Addr) -> Prefix {
    Prefix { address: of.into(), length: 64 }.cut()
}

/// The device of an end of a link: who is on the other end, and the link's number.
pub(super) fn device(neighbour: &Name, link: usize) -> String {
    format!("{neighbour}-{}", link + 1)
}

/// A lab with its ways.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    lab: &'a Description,
    graph: Directed,
    ahead: Ahead,
}

impl<'a> Plan<'a> {
    pub(super) fn new(lab: &'a Description) -> Self {
        let graph = graph(lab);
        let ahead = Ahead::new(&graph);
        Self { lab, graph, ahead }
    }

    /// What a router has; `current` are the routers that services are steered to.
    pub(super) fn desired(
        &self,
        router: NodeId,
        generation: u64,
        current: &BTreeMap<Name, Name>,
    ) -> Desired {
        let mut routes = self.segments(router);
        for (to, at) in self.destinations().filter(|(_, at)| *at != router) {
            routes.extend(self.to(router, at, to));
        }
        let services = self.services(router, current);
        Desired { generation, routes, services, ..Desired::default() }
    }

    /// Both ends of each link on the way between two routers.
    pub(super) fn ends(&self, from: NodeId, to: NodeId) -> Vec<[Name; 2]> {
        let way = self.ahead.way(from, to);
        let links =
            way.iter().filter_map(|it| self.lab.links.get(self.graph.arc(*it)?.link as usize));
        links.map(|it| it.between.clone()).collect()
    }

    /// Prefixes, and the router each is at: of routers themselves, and of clients.
    fn destinations(&self) -> impl Iterator<Item = (Prefix, NodeId)> {
        let numbers = self.lab.numbers();
        let routers = (0..self.graph.nodes()).map(|it| (prefix(own(it)), it));
        let links = self.lab.links.len()..;
        let client = move |(link, it): (usize, &file::Client)| {
            Some((prefix(end(link, 0)), *numbers.get(&it.at)?))
        };
        routers.chain(links.zip(&self.lab.clients).filter_map(client))
    }

    /// Whom an arc leads to: their address and the device.
    fn hop(&self, arc: ArcId) -> Option<(Ipv6Addr, String)> {
        let Arc { to, link, .. } = self.graph.arc(arc)?;
        let link = *link as usize;
        let neighbour = self.lab.routers.get(*to as usize)?;
        let is_second = self.lab.links.get(link)?.between.last() == Some(neighbour);
        Some((end(link, u16::from(is_second)), device(neighbour, link)))
    }

    /// The usual way to a prefix at a router, and the one when its next hop fails.
    fn to(&self, from: NodeId, at: NodeId, to: Prefix) -> Vec<Route> {
        let place = |metric| Place { table: MAIN, to, metric };
        let forward = |arc, metric| {
            let (next, device) = self.hop(arc)?;
            let action = Action::Forward(Some(IpAddr::V6(next)));
            Some(Route { place: place(metric), device, action })
        };
        let usual = self.ahead.next(from, at).and_then(|arc| forward(arc, USUAL));
        let backup = self.ahead.repair(from, at).and_then(|Repair { first, steps }| {
            if steps.is_empty() {
                return forward(first, BACKUP);
            }
            let list = SegmentList { mode: Mode::Encaps, segments: self.unwrapped(&steps) };
            let (_, device) = self.hop(first)?;
            Some(Route { place: place(BACKUP), device, action: Action::Encapsulate(list) })
        });
        usual.into_iter().chain(backup).collect()
    }

    /// The usual way to the service at another router, and the one when its next hop fails. None where none leads there.
    fn paths(&self, from: NodeId, at: NodeId) -> Vec<Path> {
        let path = |first: ArcId, before: Vec<Ipv6Addr>| {
            let segments = before.into_iter().chain([segment(at, Does::Serve)]).collect();
            let (_, device) = self.hop(first)?;
            Some(Path { device, list: SegmentList { mode: Mode::Encaps, segments } })
        };
        let usual = self.ahead.next(from, at).and_then(|first| path(first, Vec::new()));
        let backup = self.ahead.repair(from, at).and_then(|Repair { first, steps }| {
            let neighbour =
                self.graph.arc(first).map(|it| Step::Node(it.to)).filter(|_| steps.is_empty());
            let steps = steps.into_iter().chain(neighbour);
            path(first, steps.filter_map(|it| self.passed(it)).collect())
        });
        usual.into_iter().chain(backup).collect()
    }

    /// Segments of steps; the packet goes on from the last as it was.
    fn unwrapped(&self, steps: &[Step]) -> Vec<Ipv6Addr> {
        let Some((last, before)) = steps.split_last() else { return Vec::new() };
        let mut all: Vec<Ipv6Addr> = before.iter().filter_map(|it| self.passed(*it)).collect();
        match *last {
            Step::Node(node) => all.push(segment(node, Does::Unwrap)),
            Step::Arc(arc) => {
                all.extend(self.passed(*last));
                let head = self.graph.arc(arc).map(|it| it.to);
                all.extend(head.map(|it| segment(it, Does::Unwrap)));
            }
        }
        all
    }

    fn passed(&self, step: Step) -> Option<Ipv6Addr> {
        Some(match step {
            Step::Node(node) => segment(node, Does::End),
            Step::Arc(arc) => {
                let Arc { from, link, .. } = *self.graph.arc(arc)?;
                segment(from, Does::Cross(link as usize))
            }
        })
    }

    /// Those of a router itself. A segment over a link that has failed does as one that only ends.
    fn segments(&self, router: NodeId) -> Vec<Route> {
        let own = |does, metric, device: &str, action| {
            let to = Prefix::host(segment(router, does).into());
            let place = Place { table: MAIN, to, metric };
            Route { place, device: device.to_owned(), action }
        };
        let mut routes = vec![
            own(Does::End, USUAL, ANCHOR, Action::End),
            own(Does::Unwrap, USUAL, ANCHOR, Action::EndDt6(MAIN)),
            own(Does::Serve, USUAL, ANCHOR, Action::EndDt6(LOCAL)),
        ];
        let leaving = (0..).zip(self.graph.arcs()).filter(|(_, arc)| arc.from == router);
        for (arc, Arc { link, .. }) in leaving {
            let does = Does::Cross(*link as usize);
            if let Some((next, device)) = self.hop(arc) {
                routes.push(own(does, USUAL, &device, Action::EndX(next)));
                routes.push(own(does, BACKUP, ANCHOR, Action::End));
            }
        }
        routes
    }

    /// Those that clients of the router ask for and that it does not answer itself.
    fn services(&self, router: NodeId, current: &BTreeMap<Name, Name>) -> Vec<Service> {
        let numbers = self.lab.numbers();
        let is_at = |name: &Name| numbers.get(name) == Some(&router);
        if !self.lab.clients.iter().any(|it| is_at(&it.at)) {
            return Vec::new();
        }
        let service = |(it, instances): (&file::Service, Vec<(u16, &Name)>)| {
            if it.instances.iter().any(is_at) {
                return None;
            }
            let chosen = current
                .get(&it.name)
                .filter(|to| it.instances.contains(to))
                .or(it.instances.first())?;
            let number = instances.iter().find(|at| at.1 == chosen)?.0;
            let instance = |(number, name): (u16, &Name)| {
                let paths = numbers.get(name).map(|at| self.paths(router, *at)).unwrap_or_default();
                Some(Instance { number, paths }).filter(|it| !it.paths.is_empty())
            };
            let instances = instances.into_iter().filter_map(instance).collect();
            Some(Service::to_one(it.address.into(), number, instances))
        };
        self.lab.numbered().filter_map(service).collect()
    }
}

/// Arcs in both directions of each link: 2k and 2k + 1. What has no delay has the least.
fn graph(lab: &Description) -> Directed {
    let numbers = lab.numbers();
    let arcs = |(link, it): (u32, &file::Link)| {
        let [a, b] = it.between.each_ref().map(|name| numbers.get(name).copied().unwrap_or(0));
        let arc = |from, to| Arc { from, to, link, capacity: 1.0, delay: it.delay };
        [arc(a, b), arc(b, a)]
    };
    Directed::new(lab.routers.len() as u32, (0..).zip(&lab.links).flat_map(arcs).collect())
}
