//! A service with two instances behind gateways that joined the platform by token, in namespaces: new flows go where it is
//! best now, flows that have begun stay, no packet is lost, and the edges go on without the centre. It needs root; without
//! it, it says that it is skipped, and as root it never is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    collections::BTreeMap,
    net::UdpSocket,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use common::{Grid, JW, Process, ip, is_root, output_of};
use drivers::srv6::Namespace;
use serde_json::Value;

/// Asked for by clients, answered by instances.
const SERVICE: &str = "2001:db8:5::1";
/// How long a change may take until new flows go elsewhere: two halves, each after a second that it lasted.
const STATED: Duration = Duration::from_secs(10);

/// The centre with the underlay; gateways a, b, d; a client behind a, instances behind b and d.
struct Net(BTreeMap<&'static str, String>);

impl Net {
    fn new() -> Self {
        let names = ["hub", "a", "b", "d", "client", "p", "q"];
        let room = |it: &'static str| (it, format!("jws{it}{}", std::process::id() % 100_000));
        let it = Self(names.into_iter().map(room).collect());
        for room in it.0.values() {
            ip(&format!("netns add {room}"));
            ip(&format!("-n {room} link set lo up"));
        }
        let hub = &it.0["hub"];
        ip(&format!("-n {hub} link add br0 type bridge"));
        ip(&format!("-n {hub} addr add 192.0.2.1/24 dev br0"));
        ip(&format!("-n {hub} link set br0 up"));
        for (at, edge) in (2..).zip(["a", "b", "d"]) {
            let room = &it.0[edge];
            ip(&format!("link add u0 netns {room} type veth peer name to-{edge} netns {hub}"));
            ip(&format!("-n {hub} link set to-{edge} master br0 up"));
            ip(&format!("-n {room} addr add 192.0.2.{at}/24 dev u0"));
            ip(&format!("-n {room} link set u0 up"));
        }
        for (edge, host) in [("a", "client"), ("b", "p"), ("d", "q")] {
            let (edge_room, host_room) = (&it.0[edge], &it.0[host]);
            ip(&format!(
                "link add lan netns {edge_room} type veth peer name uplink netns {host_room}"
            ));
            for (room, device, end) in [(edge_room, "lan", 1), (host_room, "uplink", 2)] {
                ip(&format!("-n {room} addr add 2001:db8:{edge}::{end}/64 dev {device} nodad"));
                ip(&format!("-n {room} link set {device} up"));
            }
            ip(&format!("-n {host_room} -6 route add default via 2001:db8:{edge}::1"));
        }
        for host in ["p", "q"] {
            ip(&format!("-n {} addr add {SERVICE}/128 dev lo nodad", it.0[host]));
        }
        it
    }

    fn within<T: Send>(&self, room: &str, work: impl FnOnce() -> std::io::Result<T> + Send) -> T {
        Namespace::open(&self.0[room]).unwrap().within(work).unwrap()
    }

    fn said(&self, room: &str, words: &str) -> String {
        output_of(&format!("netns exec {} {words}", self.0[room]))
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        self.0.values().for_each(|room| ip(&format!("netns del {room}")));
    }
}

const MANIFEST: &str = r"
kind: Edge
metadata: {name: a}
spec: {at: east, prefixes: ['2001:db8:a::/64'], networks: [{name: fibre, address: 192.0.2.2}]}
---
kind: Edge
metadata: {name: b}
spec: {at: east, prefixes: ['2001:db8:b::/64'], networks: [{name: fibre, address: 192.0.2.3}]}
---
kind: Edge
metadata: {name: d}
spec: {at: west, prefixes: ['2001:db8:d::/64'], networks: [{name: fibre, address: 192.0.2.4}]}
---
kind: Service
metadata: {name: web}
spec:
  address: 2001:db8:5::1
  class: low-delay
  instances:
  - {name: p, edge: b, address: '2001:db8:b::2', pool: east-cpu, service_time: 10ms}
  - {name: q, edge: d, address: '2001:db8:d::2', service_time: 40ms}
";

/// Holds all of the pool beside instance p.
const JOB: &str = r"
kind: Job
metadata: {name: heavy, project: default}
spec:
  tasks: 4
  script: sleep 100
  resources: {cores: 1, memory: 32MiB}
  run_time: 5m
";

/// Answers every datagram with its letter before it.
fn answer(net: &Net, room: &str, over: &Arc<AtomicBool>) -> thread::JoinHandle<()> {
    let letter = room.as_bytes()[0];
    let socket = net.within(room, || UdpSocket::bind(format!("[{SERVICE}]:9000")));
    socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let over = Arc::clone(over);
    thread::spawn(move || {
        let mut buffer = [0; 64];
        while !over.load(Relaxed) {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else { continue };
            let text = [&[letter], &buffer[..length]].concat();
            let _ = socket.send_to(&text, from);
        }
    })
}

/// A new flow: which instance answers; a packet that is lost is told.
fn ask(net: &Net) -> Option<char> {
    let socket = net.within("client", || UdpSocket::bind("[::]:0"));
    socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    socket.send_to(b"new", (SERVICE, 9000)).unwrap();
    let mut buffer = [0; 64];
    let length = socket.recv(&mut buffer).ok()?;
    assert_eq!(&buffer[1..length], b"new");
    Some(char::from(buffer[0]))
}

/// One flow that goes on: how many packets went, and what came back of them.
#[derive(Debug, Default)]
struct Flow {
    sent: usize,
    by: BTreeMap<char, usize>,
}

fn flow(net: &Net, over: &Arc<AtomicBool>) -> (Arc<Mutex<Flow>>, thread::JoinHandle<()>) {
    let socket = net.within("client", || UdpSocket::bind("[::]:0"));
    socket.connect((SERVICE, 9000)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let seen = Arc::new(Mutex::new(Flow::default()));
    let (kept, over) = (Arc::clone(&seen), Arc::clone(over));
    let going = thread::spawn(move || {
        let mut buffer = [0; 64];
        while !over.load(Relaxed) {
            let sent = socket.send(b"old").is_ok();
            let by = socket.recv(&mut buffer).ok().map(|_| char::from(buffer[0]));
            let mut seen = kept.lock().unwrap();
            seen.sent += usize::from(sent);
            if let Some(by) = by {
                *seen.by.entry(by).or_default() += 1;
            }
            drop(seen);
            thread::sleep(Duration::from_millis(2));
        }
    });
    (seen, going)
}

/// The next flows all go to one instance, and none of them is lost; how long it took until then.
fn until_all_go_to(net: &Net, instance: char, within: Duration) -> Duration {
    let began = Instant::now();
    loop {
        let by: Vec<Option<char>> = (0..24).map(|_| ask(net)).collect();
        if by.iter().all(|it| *it == Some(instance)) {
            return began.elapsed();
        }
        assert!(began.elapsed() < within, "never all to {instance}: {by:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

struct World<'a> {
    net: &'a Net,
    grid: Grid,
    port: String,
}

impl World<'_> {
    fn edge(&self, name: &str, token: Option<&Path>) -> Process {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.net.0[name], JW, "edge", "join", "--insecure"]);
        command.args(["--server", &format!("http://192.0.2.1:{}", self.port)]);
        command.arg("--dir").arg(self.grid.path(&format!("edge-{name}")));
        if let Some(token) = token {
            command.arg("--token-file").arg(token);
        }
        self.grid.spawn(command, &format!("edge-{name}.log"))
    }

    fn shown(&self, words: &[&str]) -> Value {
        let text = self.grid.ok(&[words, &["-o", "json"]].concat());
        serde_json::from_str(&text).unwrap()
    }

    fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let began = Instant::now();
        while !is_so() {
            let logs = ["a", "b", "d"].map(|it| self.grid.read(&format!("edge-{it}.log")));
            let server = self.grid.read("up.log");
            let waited = began.elapsed();
            assert!(
                waited < Duration::from_secs(30),
                "never {what}:\n{server}\n{}",
                logs.join("\n")
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Every edge joins with a token that is good for one.
    fn join(&self) -> BTreeMap<&'static str, Process> {
        let edges = ["a", "b", "d"].into_iter().map(|name| {
            let token = self.grid.path(&format!("{name}.join"));
            self.grid.ok(&["edge", "token", name, "--to", token.to_str().unwrap()]);
            (name, self.edge(name, Some(&token)))
        });
        let edges = edges.collect();
        self.until("all edges have what they should", || {
            let all = self.shown(&["edge", "ls"]);
            let is_up = |it: &Value| {
                let paths = it["paths"].as_array().unwrap();
                let are_up = paths.len() == 2 && paths.iter().all(|it| !it["quality"].is_null());
                are_up && it["has"] == it["generation"] && it["fault"].is_null()
            };
            all.as_array().unwrap().iter().all(is_up)
        });
        edges
    }
}

fn nothing_is_left(net: &Net, edge: &str) -> bool {
    let routes = net.said(edge, "ip -6 route show table all proto 74");
    let rules = net.said(edge, "ip -6 rule show");
    let tables = net.said(edge, "nft list tables");
    let links = net.said(edge, "ip -o link");
    routes.trim().is_empty()
        && !rules.contains("fwmark")
        && tables.trim().is_empty()
        && !links.contains("jw-")
}

#[test]
fn new_flows_go_where_it_is_best_and_old_ones_stay() {
    if !is_root("new_flows_go_where_it_is_best_and_old_ones_stay") {
        return;
    }
    let net = Net::new();
    // The thread's children are where it is: the server and the agent run at the hub.
    Namespace::open(&net.0["hub"]).unwrap().enter().unwrap();
    let mut grid = Grid::new();
    let port = grid.address.rsplit(':').next().unwrap().to_owned();
    grid.listen = Some(format!("0.0.0.0:{port}"));
    let world = World { net: &net, grid, port };
    let grid = &world.grid;
    let mut server = grid.server();
    let _agent = grid.agent("east");
    let file = grid.write("edges.yaml", MANIFEST);
    grid.ok(&["apply", "-f", file.to_str().unwrap()]);
    let mut edges = world.join();

    // A token is good for one gateway.
    let token = grid.path("a.join");
    let mut used = world.edge("hub", Some(&token));
    world.until("the used token refused", || used.has_ended());
    assert!(grid.read("edge-hub.log").contains("not known here"), "{}", grid.read("edge-hub.log"));

    let over = Arc::new(AtomicBool::new(false));
    let answering = [answer(&net, "p", &over), answer(&net, "q", &over)];
    until_all_go_to(&net, 'p', STATED);
    let (old, going) = flow(&net, &over);
    let shown = world.shown(&["service", "show", "web"]);
    let share = |shown: &Value, at: usize| shown["steering"][0]["shares"][at]["share_pct"].as_f64();
    assert_eq!((share(&shown, 0), share(&shown, 1)), (Some(100.0), Some(0.0)), "{shown:#}");
    assert!(shown["steering"][0]["why"].as_str().unwrap().contains("p "), "{shown:#}");

    // What came in the first seconds moves at once; from now on in halves, each after it lasted.
    world.until("a flow has gone on", || old.lock().unwrap().sent > 1_000);
    // Jobs take the machine that p runs on.
    let job = grid.write("job.yaml", JOB);
    grid.ok(&["submit", "-f", job.to_str().unwrap()]);
    let moved = until_all_go_to(&net, 'q', STATED);
    eprintln!("new flows at q {moved:?} after the job was submitted");
    let shown = world.shown(&["service", "show", "web"]);
    assert!(shown["instances"][0]["used_pct"].as_f64().unwrap() > 90.0, "{shown:#}");
    grid.ok(&["cancel", "heavy"]);
    let moved = until_all_go_to(&net, 'p', STATED);
    eprintln!("new flows at p {moved:?} after the job was cancelled");

    // Without the centre: edges go on, also one that starts anew, which takes over what it finds.
    server.kill();
    until_all_go_to(&net, 'p', STATED);
    let count = old.lock().unwrap().sent;
    {
        let seen = old.lock().unwrap();
        assert!(count > 200 && seen.by == BTreeMap::from([('p', count)]), "{seen:?}");
    }
    edges.get_mut("a").unwrap().kill();
    assert!(!nothing_is_left(&net, "a"), "a killed edge leaves what it made");
    edges.insert("a", world.edge("a", None));
    until_all_go_to(&net, 'p', STATED);

    // What p is behind is gone: new flows go to q before anybody says so.
    edges.get_mut("b").unwrap().kill();
    let moved = until_all_go_to(&net, 'q', STATED * 3);
    eprintln!("new flows at q {moved:?} after the edge of p was killed, without the centre");
    edges.insert("b", world.edge("b", None));
    until_all_go_to(&net, 'p', STATED);

    // The centre is back and knows all of them.
    let _server = grid.server();
    world.until("all edges online again", || {
        let all = world.shown(&["edge", "ls"]);
        all.as_array()
            .unwrap()
            .iter()
            .all(|it| it["online"] == true && it["has"] == it["generation"])
    });
    until_all_go_to(&net, 'p', STATED);
    for name in ["a", "b", "d"] {
        edges.get_mut(name).unwrap().end();
        assert!(nothing_is_left(&net, name), "edge {name} leaves something");
    }
    over.store(true, Relaxed);
    going.join().unwrap();
    answering.into_iter().for_each(|it| it.join().unwrap());
}

/// A town whose way to the site goes over a hub, with an edge at each.
const ON_THE_WAY: &str = r"
kind: Node
metadata: {name: town}
spec: {region: r, place: {lat: 31, lon: 118}}
---
kind: Node
metadata: {name: hub}
spec: {region: r, place: {lat: 33, lon: 110}}
---
kind: Link
metadata: {name: town-hub}
spec: {ends: [town, hub], delay: 2ms, capacity: 10Gbit/s, price: 0.01CNY/GB, organization: o}
---
kind: Link
metadata: {name: hub-west}
spec: {ends: [hub, west], delay: 3ms, capacity: 10Gbit/s, price: 0.01CNY/GB, organization: o}
---
kind: Edge
metadata: {name: a}
spec: {at: town, prefixes: ['2001:db8:a::/64'], networks: [{name: fibre, address: 192.0.2.2}]}
---
kind: Edge
metadata: {name: b}
spec: {at: hub, networks: [{name: fibre, address: 192.0.2.3}]}
---
kind: Edge
metadata: {name: d}
spec: {at: west, prefixes: ['2001:db8:d::/64'], networks: [{name: fibre, address: 192.0.2.4}]}
";

const LED: &str = r"
kind: Job
metadata: {name: led, project: default}
spec:
  script: sleep 300
  resources: {cores: 1, memory: 32MiB}
  run_time: 10m
  user: town
  network: {bandwidth: 16Mbit/s}
";
/// Bytes a second of that.
const LED_BYTES_S: f64 = 2e6;

/// The client sends four times as much to q as the job asked for, for two seconds; how many bytes a second arrive.
fn flood(net: &Net) -> f64 {
    let to = net.within("q", || UdpSocket::bind("[2001:db8:d::2]:9001"));
    to.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let from = net.within("client", || UdpSocket::bind("[::]:0"));
    from.connect("[2001:db8:d::2]:9001").unwrap();
    let sending = thread::spawn(move || {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(2) {
            (0..8).for_each(|_| drop(from.send(&[7; 1_000])));
            thread::sleep(Duration::from_millis(1));
        }
    });
    let (mut buffer, mut bytes) = ([0; 2_000], 0);
    let mut times: Option<(Instant, Instant)> = None;
    while let Ok(length) = to.recv(&mut buffer) {
        let now = Instant::now();
        times = Some((times.map_or(now, |(first, _)| first), now));
        bytes += length;
    }
    sending.join().unwrap();
    times.map_or(0.0, |(first, last)| bytes as f64 / (last - first).as_secs_f64())
}

#[test]
fn a_jobs_packets_go_the_way_that_was_decided_at_the_bandwidth_it_asked_for() {
    if !is_root("a_jobs_packets_go_the_way_that_was_decided_at_the_bandwidth_it_asked_for") {
        return;
    }
    let net = Net::new();
    Namespace::open(&net.0["hub"]).unwrap().enter().unwrap();
    let mut grid = Grid::new();
    let port = grid.address.rsplit(':').next().unwrap().to_owned();
    grid.listen = Some(format!("0.0.0.0:{port}"));
    let world = World { net: &net, grid, port };
    let grid = &world.grid;
    let mut server = grid.server();
    let _agent = grid.agent("west");
    let file = grid.write("way.yaml", ON_THE_WAY);
    grid.ok(&["apply", "-f", file.to_str().unwrap()]);
    let mut edges = world.join();
    let before = flood(&net);

    let job = grid.write("led.yaml", LED);
    grid.ok(&["submit", "-f", job.to_str().unwrap()]);
    let way = || world.shown(&["edge", "show", "a"])["ways"][0].clone();
    let all_have_it = || {
        let all = world.shown(&["edge", "ls"]);
        all.as_array().unwrap().iter().all(|it| it["has"] == it["generation"])
    };
    world.until("the job's way at the edges", || !way().is_null() && all_have_it());
    let over_hub = |edge: &str| {
        let shown = world.shown(&["edge", "show", edge]);
        let to_d = shown["paths"].as_array().unwrap().iter().find(|it| it["peer"] == "d").unwrap();
        to_d["sent_bytes"].as_u64().unwrap()
    };
    let passed = over_hub("b");
    let during = flood(&net);
    eprintln!("bytes a second without a way {before:.0}, on it {during:.0}");
    assert!(during < 1.15 * LED_BYTES_S && during > 0.5 * LED_BYTES_S, "{during}");
    world.until("what was counted", || {
        let it = way();
        let count = |field: &str| it[field].as_u64().unwrap();
        count("sent_bytes") > 1_000_000
            && count("came_bytes") * 10 > count("sent_bytes") * 9
            && count("dropped_packets") > 0
    });
    let it = way();
    assert_eq!((&it["over"][0], &it["to"]), (&"b".into(), &"d".into()), "{it:#}");
    assert_eq!((&it["jobs"][0], &it["bandwidth"]), (&"default.led".into(), &"16Mbit/s".into()));
    assert!(!it["delay"].is_null() && !it["loss"].is_null(), "{it:#}");
    assert!(over_hub("b") - passed > 1_000_000, "the hub's edge has led them on");
    let told = grid.ok(&["describe", "job", "led"]);
    assert!(told.contains("a > b > d"), "{told}");

    // An edge that is killed leaves what it made, and finds it again; without the centre, too.
    server.kill();
    edges.get_mut("a").unwrap().kill();
    assert!(flood(&net) < 1.0, "its tunnels are gone");
    edges.insert("a", world.edge("a", None));
    let began = Instant::now();
    let mut again = 0.0;
    while again < 0.5 * LED_BYTES_S {
        assert!(began.elapsed() < Duration::from_secs(40), "{}", grid.read("edge-a.log"));
        again = flood(&net);
    }
    assert!(again < 1.15 * LED_BYTES_S, "{again}");
    let _server = grid.server();

    grid.ok(&["cancel", "led"]);
    world.until("the way gone", || way().is_null() && all_have_it());
    let queues = net.said("a", "tc qdisc show");
    assert!(
        !queues.contains("htb") && net.said("a", "nft list tables").trim().is_empty(),
        "{queues}"
    );
    assert!(flood(&net) > 0.0, "packets go on without it");
    for name in ["a", "b", "d"] {
        edges.get_mut(name).unwrap().end();
        assert!(nothing_is_left(&net, name), "edge {name} leaves something");
    }
}
