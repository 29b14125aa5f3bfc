//! Tunnels between gateways in namespaces that these tests make. They need root; without it they say that they are skipped,
//! and as root they never are.
#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod root;

use std::{
    net::{SocketAddr, UdpSocket},
    sync::mpsc::{TryRecvError, channel},
    thread,
    time::{Duration, Instant},
};

use drivers::{
    lab::overlay,
    srv6::Namespace,
    tunnels::{ClassConfig, Config, PathConfig, Private, Report, Tunnel},
};
use root::is_root;

/// A namespace that is taken away whatever happens.
struct Room(Namespace);

impl Room {
    fn new(name: &str) -> Self {
        Self(Namespace::make(&format!("jwt.{name}{}", std::process::id())).unwrap())
    }

    fn within<T: Send>(&self, work: impl FnOnce() -> std::io::Result<T> + Send) -> T {
        self.0.within(work).unwrap()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        Namespace::remove(self.0.name()).unwrap();
    }
}

/// One of two gateways that reach each other over the loopback device of their room.
fn gateway(
    room: &Room,
    side: u8,
    keys: (&Private, &Private),
    peer: SocketAddr,
    local: u16,
) -> Tunnel {
    let config = config(side, keys, peer, local);
    room.within(|| Tunnel::start(&config).map_err(std::io::Error::other))
}

fn config(
    side: u8,
    (private, peer_key): (&Private, &Private),
    peer: SocketAddr,
    local: u16,
) -> Config {
    Config {
        device: format!("jwt{side}"),
        address: format!("2001:db8:9::{}", side + 1).parse().unwrap(),
        length: 64,
        private: private.clone(),
        peer: peer_key.public(),
        paths: vec![PathConfig {
            name: "only".to_owned(),
            local: SocketAddr::from(([127, 0, 0, 1], local)),
            peer: Some(peer),
            is_trusted: true,
            price: 0.0,
        }],
        interval: Duration::from_millis(2),
        classes: ClassConfig::default(),
    }
}

fn until(tunnel: &Tunnel, what: &str, is_so: impl Fn(&Report) -> bool) -> Report {
    let began = Instant::now();
    loop {
        let report = tunnel.report();
        if is_so(&report) {
            return report;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "never {what}: {report:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Both gateways in one room, with somebody between them who sees and repeats every datagram.
#[test]
fn what_is_forged_or_repeated_is_refused_and_nothing_else_suffers() {
    if !is_root("what_is_forged_or_repeated_is_refused_and_nothing_else_suffers") {
        return;
    }
    let room = Room::new("f");
    room.within(loopback);
    let (a, b) = (Private::generate().unwrap(), Private::generate().unwrap());
    let between = room.within(|| UdpSocket::bind("127.0.0.1:7003"));
    between.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let relay = SocketAddr::from(([127, 0, 0, 1], 7003));
    let one = gateway(&room, 0, (&a, &b), relay, 7001);
    let other = gateway(&room, 1, (&b, &a), relay, 7002);
    let (stop, stopped) = channel::<()>();
    let repeats = thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while stopped.try_recv() == Err(TryRecvError::Empty) {
            let Ok((length, from)) = between.recv_from(&mut buffer) else { continue };
            let to = if from.port() == 7001 { 7002 } else { 7001 };
            // More handshakes than a few a second are answered with a cookie: that is another defence.
            for _ in 0..if buffer[0] == 4 { 2 } else { 1 } {
                between.send_to(&buffer[..length], ("127.0.0.1", to)).unwrap();
            }
            between
                .send_to(
                    &[
                        4, 0, 0, 0, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                        0, 0, 0, 0, 0, 0, 0,
                    ],
                    ("127.0.0.1", to),
                )
                .unwrap();
        }
    });
    for it in [&one, &other] {
        let loses_nothing = |it: &Report| it.paths[0].quality.is_some_and(|it| it.loss == 0.0);
        until(it, "good", |it| loses_nothing(it) && it.refused > 100);
    }
    drop(stop);
    repeats.join().unwrap();
    // Nobody carries anything any more.
    until(&one, "down", |it| it.paths[0].quality.is_none());
}

#[test]
fn nobody_without_the_key_gets_in() {
    if !is_root("nobody_without_the_key_gets_in") {
        return;
    }
    let room = Room::new("k");
    room.within(loopback);
    let [a, b, c] = [0; 3].map(|_| Private::generate().unwrap());
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let one = gateway(&room, 0, (&a, &b), at(7012), 7011);
    let _stranger = gateway(&room, 1, (&c, &a), at(7011), 7012);
    let report = until(&one, "refused", |it| it.refused > 0);
    assert_eq!(report.paths[0].quality, None);
}

/// Switches the loopback device of the calling thread's namespace on.
fn loopback() -> std::io::Result<()> {
    let done = std::process::Command::new("ip").args(["link", "set", "lo", "up"]).status()?;
    if done.success() { Ok(()) } else { Err(std::io::Error::other("ip link set lo up")) }
}

#[test]
fn a_wrong_configuration_is_said() {
    let (a, b) = (Private::generate().unwrap(), Private::generate().unwrap());
    let at = SocketAddr::from(([127, 0, 0, 1], 1));
    let refusal = |change: &dyn Fn(&mut Config)| {
        let mut config = config(0, (&a, &b), at, 7021);
        change(&mut config);
        Tunnel::start(&config).unwrap_err().to_string()
    };
    assert_eq!(refusal(&|it| it.paths.clear()), "0 paths: give 1 to 8");
    assert_eq!(refusal(&|it| it.peer = a.public()), "the peer's key is our own");
    assert!(refusal(&|it| it.device = "a-device-with-a-long-name".to_owned()).contains("1 to 15"));
    assert!(refusal(&|it| it.interval = Duration::ZERO).contains("0.5 ms"));
}

#[test]
fn traffic_leaves_a_path_that_gets_worse_and_the_top_class_loses_nothing() {
    if !is_root("traffic_leaves_a_path_that_gets_worse_and_the_top_class_loses_nothing") {
        return;
    }
    let measured = overlay().unwrap();
    assert!(measured.critical_sent > 3_000, "{measured:?}");
    assert_eq!(measured.critical_lost, 0, "{measured:?}");
    // After 3 s a path counts as never left. Figures are for a machine that does nothing else: docs/benchmarks.md.
    assert!(measured.brownout_ms < 3_000.0, "{measured:?}");
    assert!(measured.tunnel_gbit_s > 0.01, "{measured:?}");
}
