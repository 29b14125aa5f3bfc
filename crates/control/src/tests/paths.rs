//! Paths of jobs at the edges: told while the job is at its site, shared where packets cannot be told apart, and let go of.

use api::{EdgeReport, EdgeTarget, FlowKind, JoinEdge, MeasuredPath, PathQuality, WayCount};
use model::{JobKey, JobState};
use units::{Bandwidth, Delay, Loss, Span};

use super::grid::{Grid, WORLD, key, name};

const EDGES: &str = "
---
kind: Node
metadata: {name: town}
spec: {region: r-west, place: {lat: 31, lon: 118}}
---
kind: Node
metadata: {name: hub}
spec: {region: r-west, place: {lat: 33, lon: 110}}
---
kind: Link
metadata: {name: town-hub}
spec: {ends: [town, hub], delay: 2ms, capacity: 10Gbit/s, price: 0.01CNY/GB, organization: o}
---
kind: Link
metadata: {name: hub-west}
spec: {ends: [west, hub], delay: 3ms, capacity: 10Gbit/s, price: 0.01CNY/GB, organization: o}
---
kind: Edge
metadata: {name: a}
spec: {at: town, prefixes: ['2001:db8:a::/64'], networks: [{name: fibre, address: 192.0.2.1}]}
---
kind: Edge
metadata: {name: h}
spec: {at: hub, networks: [{name: fibre, address: 192.0.2.2}]}
---
kind: Edge
metadata: {name: w}
spec: {at: west, prefixes: ['2001:db8:b::/64'], networks: [{name: fibre, address: 192.0.2.3}]}
";

struct Net(Grid);

impl Net {
    fn new() -> Self {
        let mut grid = Grid::new(&format!("{WORLD}{EDGES}"));
        for edge in ["a", "h", "w"] {
            let join = JoinEdge {
                public_key: format!("{}=", edge.to_uppercase().repeat(43)),
                token_hash: "0".repeat(64),
            };
            grid.control.join_edge(&name(edge), &join, grid.now).unwrap();
        }
        let mut it = Self(grid);
        it.seconds(2);
        it
    }

    /// Edges tell that each tunnel takes 4 ms there and back and loses a hundredth.
    fn seconds(&mut self, seconds: usize) {
        for _ in 0..seconds {
            for (edge, peers) in [("a", ["h", "w"]), ("h", ["a", "w"]), ("w", ["a", "h"])] {
                let path = |peer: &str| MeasuredPath {
                    peer: name(peer),
                    network: name("fibre"),
                    quality: Some(PathQuality {
                        round_trip: Delay::new(4_000_000),
                        jitter: Delay::ZERO,
                        loss: Loss::new(10_000),
                    }),
                    classes: vec!["reliable".to_owned(), "low-delay".to_owned()],
                    sent_bytes: 0,
                    received_bytes: 0,
                };
                let target = self.target(edge);
                let sent = u64::from(edge == "a") * 900;
                let count = WayCount { sent_bytes: sent, came_bytes: 800, ..WayCount::default() };
                let report = EdgeReport {
                    generation: target.as_ref().map_or(-1, |it| it.generation),
                    paths: peers.map(path).to_vec(),
                    ways: target
                        .iter()
                        .flat_map(|it| &it.stops)
                        .map(|it| (it.number, count))
                        .collect(),
                    ..EdgeReport::default()
                };
                self.0.control.edge_report(&name(edge), report, self.0.now).unwrap();
            }
            self.0.steps(5);
        }
    }

    fn target(&self, edge: &str) -> Option<EdgeTarget> {
        self.0.control.edge_target(&name(edge))
    }

    fn submit(&mut self, name: &str, network: &str) -> JobKey {
        let job = format!(
            "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work], run_time: 1h, user: town, network: {{{network}}}, regions: {{allow: [r-west]}}}}\n"
        );
        self.0.submit(&job).unwrap()
    }

    /// Ways and stops of an edge, in a line each.
    fn told(&self, edge: &str) -> String {
        let target = self.target(edge).unwrap();
        let ways = target.ways.iter().map(|it| {
            let list = |all: &[model::Prefix6]| {
                all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            };
            let hops: Vec<String> = it.hops.iter().map(|hop| hop.segment.to_string()).collect();
            let [from, to] = [list(&it.from), list(&it.to)];
            format!(
                "{} {from} to {to} at {} by {}",
                it.class.as_str(),
                it.bandwidth,
                hops.join(" ")
            )
        });
        let stops = target
            .stops
            .iter()
            .map(|it| format!("{} {}", it.segment, if it.is_end { "ends" } else { "passes" }));
        ways.chain(stops).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn a_path_is_told_to_the_edges_while_its_job_is_at_the_site() {
    let mut net = Net::new();
    net.0.task_time = Span::minutes(10);
    let before = net.target("a").unwrap().generation;
    let job = net.submit("one", "bandwidth: 1Gbit/s, latency: 50ms");
    net.seconds(1);
    assert_eq!(net.0.state(&job), JobState::Running);
    assert_eq!(
        net.told("a"),
        "low-delay 2001:db8:a::/64 to 2001:db8:b::/64 at 1Gbit/s by fd4a:5700:0:2::1:fffe fd4a:5700:0:3::1:fffe\nfd4a:5700:0:1::1:fffe ends"
    );
    assert_eq!(
        net.told("w"),
        "low-delay 2001:db8:b::/64 to 2001:db8:a::/64 at 1Gbit/s by fd4a:5700:0:2::1:fffe fd4a:5700:0:1::1:fffe\nfd4a:5700:0:3::1:fffe ends"
    );
    assert_eq!(net.told("h"), "fd4a:5700:0:2::1:fffe passes");
    let told = net.target("a").unwrap();
    assert_eq!(told.generation, before + 1);
    net.seconds(5);
    assert_eq!(net.target("a").unwrap(), told, "nothing changed: nothing is told anew");

    let edges = net.0.control.edges();
    assert_eq!(edges.unled, []);
    let view = &edges.items[0].ways[0];
    assert_eq!(
        (&view.jobs, &view.to, &view.over),
        (&vec![job.clone()], &name("w"), &vec![name("h")])
    );
    assert_eq!(view.links, [name("town-hub"), name("hub-west")]);
    assert_eq!(
        (view.planned_delay, view.delay),
        (Delay::new(5_000_000), Some(Delay::new(4_000_000)))
    );
    assert_eq!(view.loss, Some(Loss::new(19_900)));
    assert_eq!((view.sent_bytes, view.came_bytes), (900, 800));
    let flows = net.0.control.flows(net.0.now);
    let [flow] = flows.items.as_slice() else { panic!("{flows:?}") };
    assert_eq!((flow.kind, flow.jobs, &flow.links), (FlowKind::Job, 1, &view.links));
    assert_eq!((flow.bandwidth, flow.measured_delay), (Bandwidth::new(1_000_000_000), view.delay));

    net.0.restart_server();
    net.seconds(2);
    assert_eq!(net.target("a").unwrap().ways, told.ways, "the same after a restart");
    net.0.control.cancel(&job, None, net.0.now).unwrap();
    net.seconds(2);
    assert_eq!(net.0.state(&job), JobState::Cancelled);
    assert_eq!([net.told("a"), net.told("h"), net.told("w")], ["", "", ""]);
    assert_eq!(net.0.control.flows(net.0.now).items, []);
}

#[test]
fn a_path_is_let_go_of_when_its_job_is_lost() {
    let mut net = Net::new();
    net.0.task_time = Span::minutes(10);
    let job = net.submit("one", "bandwidth: 1Gbit/s");
    net.seconds(1);
    assert!(net.told("a").starts_with("reliable "), "{}", net.told("a"));
    net.0.sites.get_mut(&name("west")).unwrap().agent_up = false;
    net.seconds(40);
    assert_ne!(net.0.state(&job), JobState::Running);
    assert_eq!(net.told("a"), "");
}

#[test]
fn jobs_whose_packets_are_the_same_share_a_way_and_others_have_their_own() {
    let mut net = Net::new();
    net.0.task_time = Span::minutes(10);
    let one = net.submit("one", "bandwidth: 1Gbit/s");
    let two = net.submit("two", "bandwidth: 2Gbit/s");
    net.seconds(1);
    assert!(net.told("a").contains("at 3Gbit/s"), "{}", net.told("a"));
    let flows = net.0.control.flows(net.0.now).items;
    assert_eq!((flows[0].jobs, flows[0].bandwidth.get()), (2, 3_000_000_000));
    net.0.control.cancel(&one, None, net.0.now).unwrap();
    net.seconds(2);
    assert!(net.told("a").contains("at 2Gbit/s"), "{}", net.told("a"));
    let own = net.submit("own", "bandwidth: 1Gbit/s, prefix: '2001:db8:a::7/128'");
    net.seconds(1);
    let why = |net: &Net| -> Vec<(JobKey, String)> {
        net.0.control.edges().unled.into_iter().map(|it| (it.job, it.why)).collect()
    };
    let said = "its packets cannot be told from those of job `p.two`".to_owned();
    assert_eq!(why(&net), [(own.clone(), said)]);
    net.0.control.cancel(&two, None, net.0.now).unwrap();
    net.seconds(2);
    assert_eq!(why(&net), []);
    assert!(net.told("a").contains("2001:db8:a::7/128 to 2001:db8:b::/64 at 1Gbit/s"));
    let far = net.submit("far", "latency: 50ms, prefix: '2001:db8:c::7/128'");
    net.seconds(1);
    let said = "2001:db8:c::7/128 is not behind edge `a`".to_owned();
    assert_eq!(why(&net), [(far, said)]);
    assert_eq!(key("p.own"), own);
}
