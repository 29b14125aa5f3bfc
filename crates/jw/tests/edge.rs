//! `jw edge` as a stranger calls it: two gateways in namespaces, joined by two networks. It needs root; without it, it says
//! that it is skipped, and as root it never is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    net::UdpSocket,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use common::{Grid, JW, Process, ip, is_root, refusal, run};
use drivers::srv6::Namespace;
use serde_json::Value;

/// Two rooms and two links between them, taken away whatever happens.
struct Rooms([String; 2]);

impl Rooms {
    fn new() -> Self {
        let rooms = ["a", "b"].map(|it| format!("jwe{it}{}", std::process::id()));
        rooms.iter().for_each(|room| ip(&format!("netns add {room}")));
        let [a, b] = &rooms;
        for link in 1..=2 {
            ip(&format!("link add n{link} netns {a} type veth peer name n{link} netns {b}"));
            for (room, end) in [(a, 1), (b, 2)] {
                ip(&format!("-n {room} addr add 192.0.{link}.{end}/24 dev n{link}"));
                ip(&format!("-n {room} link set n{link} up"));
            }
        }
        Self(rooms)
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        self.0.iter().for_each(|room| ip(&format!("netns del {room}")));
    }
}

fn gateway(room: &str, config: &Path) -> Process {
    let words = ["netns", "exec", room, JW, "edge", "run"];
    Process::of(Command::new("ip").args(words).arg(config).spawn().unwrap())
}

fn config(grid: &Grid, side: usize, peer: &str) -> std::path::PathBuf {
    let (own, other) = (side + 1, 2 - side);
    let name = format!("e{side}-{}", std::process::id());
    let path = |name: &str, link: usize| {
        format!(
            "  - {{name: {name}, local: \"192.0.{link}.{own}:5000\", peer: \"192.0.{link}.{other}:5000\", trusted: {}}}\n",
            link == 1
        )
    };
    let text = format!(
        "name: {name}\nkey: key-{side}\ntunnels:\n- device: jw0\n  address: 10.9.0.{own}/30\n  peer: {peer}\n  paths:\n{}{}",
        path("leased", 1),
        path("internet", 2)
    );
    let file = grid.path(&format!("edge-{side}.yaml"));
    std::fs::write(&file, text).unwrap();
    file
}

fn status(config: &Path) -> Value {
    let output = run(&["edge", "status", config.to_str().unwrap(), "-o", "json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

fn until(config: &Path, what: &str, is_so: impl Fn(&Value) -> bool) {
    let began = Instant::now();
    loop {
        let seen = status(config);
        if is_so(&seen) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "never {what}: {seen:#}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn two_gateways_carry_packets_and_leave_a_network_that_is_cut() {
    if !is_root("two_gateways_carry_packets_and_leave_a_network_that_is_cut") {
        return;
    }
    let grid = Grid::new();
    let keys = [0, 1].map(|side| {
        let file = grid.path(&format!("key-{side}"));
        let made = run(&["edge", "key", file.to_str().unwrap()]);
        assert!(made.status.success());
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    });
    let configs = [config(&grid, 0, &keys[1]), config(&grid, 1, &keys[0])];
    let rooms = Rooms::new();
    assert_eq!(run(&["edge", "status", configs[0].to_str().unwrap()]).status.code(), Some(3));
    let gateways = [0, 1].map(|side| gateway(&rooms.0[side], &configs[side]));
    let up = |seen: &Value, path: usize| !seen["tunnels"][0]["paths"][path]["quality"].is_null();
    until(&configs[0], "both paths up", |it| up(it, 0) && up(it, 1));
    until(&configs[1], "both paths up", |it| up(it, 0) && up(it, 1));
    let page = run(&["edge", "status", configs[0].to_str().unwrap()]);
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("leased") && page.contains("secure"), "{page}");

    let socket = |side: usize| {
        let room = Namespace::open(&rooms.0[side]).unwrap();
        let at = format!("10.9.0.{}:6000", side + 1);
        let socket = room.within(|| UdpSocket::bind(at)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        socket
    };
    let (one, other) = (socket(0), socket(1));
    let passes = |text: &[u8]| {
        one.send_to(text, "10.9.0.2:6000").unwrap();
        let mut buffer = [0; 16];
        other.recv(&mut buffer).is_ok_and(|length| buffer[..length] == *text)
    };
    assert!(passes(b"before"));
    ip(&format!("-n {} link set n1 down", rooms.0[0]));
    until(&configs[0], "the cut path down", |it| !up(it, 0) && up(it, 1));
    assert!(passes(b"after"));
    drop(gateways);
    thread::sleep(Duration::from_secs(6));
    assert_eq!(
        run(&["edge", "status", configs[0].to_str().unwrap()]).status.code(),
        Some(3),
        "it is old"
    );
}

#[test]
fn a_key_that_is_there_is_not_overwritten_and_a_wrong_file_is_said() {
    let grid = Grid::new();
    let file = grid.path("key");
    let file = file.to_str().unwrap();
    assert!(run(&["edge", "key", file]).status.success());
    refusal(&["edge", "key", file]);
    let wrong = grid.path("wrong.yaml");
    std::fs::write(&wrong, "name: x\nkey: k\ntunnels: []\n").unwrap();
    let said = refusal(&["edge", "run", wrong.to_str().unwrap()]);
    assert!(said.contains("0 tunnels: give 1 to 64"), "{said}");
}
