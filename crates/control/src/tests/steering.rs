//! Edges and services: who joins, what targets say, where new flows go and when they move; and the same after a restart.

use std::collections::BTreeMap;

use api::{
    EdgeReport, EdgeStatus, EdgeTarget, JoinEdge, MeasuredPath, PathQuality, ResourceView,
    ServiceStatus,
};
use model::{Kind, Name};
use planner::Policy;
use units::{Delay, Loss, Span, Time};

use super::grid::{START, name};
use crate::{Change, Control, Durable, Settings};

const WORLD: &str = r"
kind: Organization
metadata: {name: o}
spec: {}
---
kind: Project
metadata: {name: default}
spec: {organization: o}
---
kind: Node
metadata: {name: town}
spec: {region: r, place: {lat: 31, lon: 121}}
---
kind: Edge
metadata: {name: a}
spec: {at: town, prefixes: ['2001:db8:a::/64'], networks: [{name: fibre, address: 192.0.2.1}, {name: radio, address: 198.51.100.1, hidden: true}]}
---
kind: Edge
metadata: {name: b}
spec: {at: town, prefixes: ['2001:db8:b::/64'], networks: [{name: fibre, address: 192.0.2.2, trusted: true}]}
---
kind: Edge
metadata: {name: d}
spec: {at: town, networks: [{name: fibre, address: 192.0.2.4, port: 6000}, {name: radio, address: 198.51.100.4}]}
---
kind: Service
metadata: {name: web}
spec:
  address: 2001:db8:5::1
  class: low-delay
  instances:
  - {name: p, edge: b, address: '2001:db8:b::2'}
  - {name: q, edge: d, address: '2001:db8:d::2'}
";

/// Control, and what of its changes is durable.
struct Centre {
    control: Control,
    resources: BTreeMap<(Kind, Name), ResourceView>,
    edges: BTreeMap<Name, EdgeStatus>,
    services: BTreeMap<Name, ServiceStatus>,
    now: Time,
}

impl Centre {
    fn new(world: &str) -> Self {
        let mut it = Self {
            control: Control::new(Settings::default(), Policy::default()),
            resources: BTreeMap::new(),
            edges: BTreeMap::new(),
            services: BTreeMap::new(),
            now: START,
        };
        it.apply(world).unwrap();
        it
    }

    fn apply(&mut self, text: &str) -> Result<(), String> {
        let resources = api::manifest::parse(text).unwrap();
        let done = self.control.apply(resources, &BTreeMap::new(), false, self.now);
        self.commit();
        done.map(drop).map_err(|problem| problem.detail)
    }

    fn commit(&mut self) {
        self.control.tick(self.now);
        for change in self.control.take_changes() {
            match change {
                Change::PutResource(view) => {
                    self.resources.insert((view.kind, view.metadata.name.clone()), *view);
                }
                Change::Edge { edge, status } => drop(self.edges.insert(edge, status)),
                Change::Service { service, status } => drop(self.services.insert(service, status)),
                _ => {}
            }
        }
    }

    fn join(&mut self, edge: &str, letter: char) {
        let join = JoinEdge {
            public_key: format!("{}=", letter.to_string().repeat(43)),
            token_hash: "0".repeat(64),
        };
        self.control.join_edge(&name(edge), &join, self.now).unwrap();
        self.commit();
    }

    /// A second passes, in which every edge tells how far each of its peers is, in milliseconds; none: it is cut off.
    fn second(&mut self, far: &[Far<'_>]) {
        for _ in 0..4 {
            self.now = self.now.after(Span::new(250));
            for (edge, peers) in far {
                let report = self.report(edge, peers);
                self.control.edge_report(&name(edge), report, self.now).unwrap();
            }
            self.commit();
        }
    }

    fn report(&self, edge: &str, peers: &[(&str, Option<u64>)]) -> EdgeReport {
        let path = |(peer, ms): &(&str, Option<u64>)| MeasuredPath {
            peer: name(peer),
            network: name("fibre"),
            quality: ms.map(|ms| PathQuality {
                round_trip: Delay::new(ms * 1_000_000),
                jitter: Delay::ZERO,
                loss: Loss::ZERO,
            }),
            classes: vec!["low-delay".to_owned()],
            sent_bytes: 0,
            received_bytes: 0,
        };
        EdgeReport {
            generation: self.target(edge).map_or(-1, |it| it.generation),
            paths: peers.iter().map(path).collect(),
            ..EdgeReport::default()
        }
    }

    fn target(&self, edge: &str) -> Option<EdgeTarget> {
        self.control.edge_target(&name(edge))
    }

    /// Which part of edge a's new flows each instance gets, of 64.
    fn slots(&self) -> BTreeMap<u16, usize> {
        let mut slots = BTreeMap::new();
        for owner in &self.target("a").unwrap().services[0].slots {
            *slots.entry(*owner).or_default() += 1;
        }
        slots
    }

    fn restart(&mut self) {
        let mut control = Control::new(Settings::default(), Policy::default());
        let durable = Durable {
            resources: self.resources.values().cloned().collect(),
            edges: self.edges.clone(),
            services: self.services.clone(),
            ..Durable::default()
        };
        control.restore(durable, self.now).unwrap();
        self.control = control;
        self.commit();
    }

    fn joined() -> Self {
        let mut it = Self::new(WORLD);
        for (edge, letter) in [("a", 'A'), ("b", 'B'), ("d", 'D')] {
            it.join(edge, letter);
        }
        it
    }
}

/// An edge, and how far others are from it; none if they cannot be reached.
type Far<'a> = (&'a str, &'a [(&'a str, Option<u64>)]);

const B_IS_NEAR: [Far<'static>; 3] =
    [("a", &[("b", Some(2)), ("d", Some(40))]), ("b", &[]), ("d", &[])];
const D_IS_NEAR: [Far<'static>; 3] =
    [("a", &[("b", Some(80)), ("d", Some(40))]), ("b", &[]), ("d", &[])];

#[test]
fn a_target_has_the_peers_that_share_a_network_at_ports_that_fit() {
    let centre = Centre::joined();
    let target = centre.target("a").unwrap();
    assert_eq!(target.address.unwrap().to_string(), "fd4a:5700:0:1::1");
    let told = target.peers.iter().flat_map(|peer| {
        peer.paths.iter().map(move |it| {
            let to = it.peer.map_or_else(|| "comes here".to_owned(), |it| it.to_string());
            format!("{} {}: {} to {to}, trusted {}", peer.name, it.network, it.local, it.trusted)
        })
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "b fibre: 192.0.2.1:51822 to 192.0.2.2:51821, trusted false",
            "d fibre: 192.0.2.1:51823 to 192.0.2.4:6001, trusted false",
            "d radio: 198.51.100.1:51823 to 198.51.100.4:51821, trusted false",
        ]
    );
    let radio = &centre.target("d").unwrap().peers[0].paths[1];
    assert_eq!((radio.peer, radio.local.port()), (None, 51_821), "a hides there");
    let prefixes: Vec<String> = target.peers[0].prefixes.iter().map(ToString::to_string).collect();
    assert_eq!(prefixes, ["fd4a:5700:0:2::/64", "2001:db8:b::/64"]);
    let contact = &centre.target("b").unwrap().contacts[0];
    assert_eq!(contact.segment.to_string(), "fd4a:5700:0:2::1:1");
    assert!(target.contacts.is_empty());
}

#[test]
fn new_flows_move_in_halves_after_a_second_and_not_for_little() {
    let mut centre = Centre::joined();
    centre.second(&B_IS_NEAR);
    assert_eq!(centre.slots(), BTreeMap::from([(1, 64)]), "at the start at once and whole");
    centre.second(&B_IS_NEAR);
    centre.second(&B_IS_NEAR);
    centre.second(&B_IS_NEAR);
    let generation = centre.target("a").unwrap().generation;
    let little: [Far<'_>; 3] = [("a", &[("b", Some(41)), ("d", Some(40))]), ("b", &[]), ("d", &[])];
    for _ in 0..5 {
        centre.second(&little);
    }
    assert_eq!(centre.slots(), BTreeMap::from([(1, 64)]), "a tenth has to be gained");
    assert_eq!(centre.target("a").unwrap().generation, generation, "and nothing is told anew");
    let mut seen = Vec::new();
    for _ in 0..5 {
        centre.second(&D_IS_NEAR);
        seen.push(centre.slots().get(&1).copied().unwrap_or(0));
    }
    assert_eq!(seen.last(), Some(&0), "{seen:?}");
    assert!(seen.contains(&32), "in halves: {seen:?}");
    assert!(centre.target("a").unwrap().generation > generation);
    let view = &centre.control.services(centre.now).items[0];
    assert_eq!(view.steering[0].why, "expected time of a new flow: q 50.0 ms, p 90.0 ms");
    assert_eq!(view.steering[0].shares[1].share_pct, 100.0);
}

#[test]
fn an_edge_that_is_silent_is_left_out_and_comes_back() {
    let mut centre = Centre::joined();
    centre.second(&B_IS_NEAR);
    let without_b = [B_IS_NEAR[0], B_IS_NEAR[2]];
    for _ in 0..10 {
        centre.second(&without_b);
    }
    assert_eq!(centre.slots(), BTreeMap::from([(2, 64)]));
    let instances = |it: &Centre| it.target("a").unwrap().services[0].instances.len();
    assert_eq!(instances(&centre), 1, "flows that were there are new again");
    let view = &centre.control.services(centre.now).items[0];
    assert_eq!(view.instances[0].left_out.as_deref(), Some("edge `b` is away"));
    centre.second(&B_IS_NEAR);
    assert_eq!((centre.slots(), instances(&centre)), (BTreeMap::from([(1, 64)]), 2));
}

#[test]
fn after_a_restart_numbers_stay_and_nothing_is_told_before_edges_have() {
    let mut centre = Centre::joined();
    centre.second(&B_IS_NEAR);
    let before = centre.target("a").unwrap();
    centre.restart();
    assert_eq!(centre.target("a"), None, "what edges measure is not known yet");
    assert_eq!(centre.control.edge_generations()[&name("a")], before.generation);
    centre.second(&B_IS_NEAR);
    let after = centre.target("a").unwrap();
    assert!(after.generation > before.generation);
    assert_eq!(EdgeTarget { generation: before.generation, ..after }, before);
    // A store that was put back: the edge knows more.
    let report = EdgeReport { generation: 99, ..centre.report("a", B_IS_NEAR[0].1) };
    centre.control.edge_report(&name("a"), report, centre.now).unwrap();
    centre.commit();
    assert_eq!(centre.target("a").unwrap().generation, 100);
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut centre = Centre::new(WORLD);
    let edge = |name: &str, more: &str| {
        format!(
            "kind: Edge\nmetadata: {{name: {name}}}\nspec: {{at: town, networks: [{{name: fibre, address: 192.0.2.9}}]{more}}}\n"
        )
    };
    let said = centre.apply(&edge("e", ", prefixes: ['2001:db8:a:0::/60']")).unwrap_err();
    assert!(said.contains("also behind edge `a`"), "{said}");
    let said = centre.apply(&edge("e", ", prefixes: ['fd4a:5700:0:1::/64']")).unwrap_err();
    assert!(said.contains("which the tunnels have"), "{said}");
    let said = centre.apply(&edge("e", ", classes: [{server_name: 'a..b', class: bulk}]"));
    assert!(said.unwrap_err().contains("`a..b` is no name of a server"));
    let many: Vec<String> = (0..62).map(|it| edge(&format!("e{it}"), "")).collect();
    let said = centre.apply(&many.join("---\n")).unwrap_err();
    assert!(said.contains("65 edges: at most 64"), "{said}");
    let service = "kind: Service\nmetadata: {name: other}\nspec: {address: '2001:db8:5::1', instances: [{name: p, edge: b, address: '::2'}]}\n";
    let said = centre.apply(service).unwrap_err();
    assert!(said.contains("is the address of service `web`"), "{said}");
    let said = centre.apply(&service.replace("edge: b", "edge: z")).unwrap_err();
    assert!(said.contains("there is no edge `z`; there are: a, b, d"), "{said}");
    let in_use = centre.control.delete(Kind::Edge, &name("b"), None, centre.now).unwrap_err();
    assert!(in_use.detail.contains("service `web` refers to edge `b`"), "{}", in_use.detail);
    let no_key = JoinEdge { public_key: "x".to_owned(), token_hash: "y".to_owned() };
    let wrong = centre.control.join_edge(&name("a"), &no_key, centre.now).unwrap_err();
    assert!(wrong.detail.contains("public_key"), "{}", wrong.detail);
}
