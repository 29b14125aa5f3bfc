//! How much a tunnel carries, and how soon it leaves a path that gets worse: measured with packets between two gateways that
//! two networks join.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6, TcpListener, TcpStream, UdpSocket},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use model::Name;
use network::overlay::Class;
use rustix::net::sockopt;
use serde::Serialize;
use units::Delay;

use super::{
    Description, Lab, LabError, Link, Wires, emulate::Figures, measure::listening, plan::end,
};
use crate::tunnels::{ClassConfig, Config, PathConfig, Private, Public, Tunnel};

const PORT: u16 = 51_820;
const DEVICE: &str = "jw0";
/// Code point 46, in the octet that it stands in.
const EXPEDITED: u32 = 46 << 2;
/// Until both ends know each path.
const SETS_UP: Duration = Duration::from_secs(10);
/// A path is left within this, or never.
const MOVES: Duration = Duration::from_secs(3);
const BETWEEN_BROWNOUTS: Duration = Duration::from_millis(3_000);
const CARRIES: Duration = Duration::from_secs(3);
const USUAL: Figures = Figures { delay: Delay::new(1_000_000), loss_ppm: 0 };
const LATE: Figures = Figures { delay: Delay::new(31_000_000), loss_ppm: 0 };
const LOSSY: Figures = Figures { delay: Delay::new(1_000_000), loss_ppm: 50_000 };
/// What happens to the path in use, one after another.
const BROWNOUTS: [Figures; 5] = [LATE, LATE, LOSSY, LOSSY, LOSSY];

/// What came of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Overlay {
    /// Of one TCP connection through the tunnel, both ends on this machine.
    pub tunnel_gbit_s: f64,
    /// From the moment that the path in use gets worse (30 ms more, or 5 % loss, in each direction) until traffic has left
    /// it; the worst of five.
    pub brownout_ms: f64,
    /// Critical packets sent meanwhile, and those that did not arrive.
    pub critical_sent: usize,
    pub critical_lost: usize,
}

/// Two gateways with two networks between them.
pub(super) fn gateways(delay: Delay) -> Result<Description, LabError> {
    let name = |text: &str| -> Result<Name, LabError> {
        text.parse().map_err(|error: model::InvalidName| LabError::Invalid(error.to_string()))
    };
    let between = [name("left")?, name("right")?];
    let link = Link { between: between.clone(), delay, capacity: None };
    Ok(Description {
        name: name(&format!("t{}", std::process::id()))?,
        routers: between.to_vec(),
        links: vec![link.clone(), link],
        clients: Vec::new(),
        services: Vec::new(),
    })
}

/// The address of an end inside the tunnel.
pub(super) fn inside(side: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0x77, 0, 0, 0, 0, side + 1)
}

fn start(
    lab: &Lab<'_>,
    side: u16,
    (private, peer): (Private, Public),
    classes: &ClassConfig,
) -> Result<Tunnel, LabError> {
    let at = |link: usize, side: u16| SocketAddr::new(end(link, side).into(), PORT);
    let path = |link: usize| PathConfig {
        name: format!("network-{}", link + 1),
        local: at(link, side),
        peer: Some(at(link, 1 - side)),
        is_trusted: true,
        price: 0.0,
    };
    let config = Config {
        device: DEVICE.to_owned(),
        address: IpAddr::V6(inside(side)),
        length: 64,
        private,
        peer,
        paths: (0..2).map(path).collect(),
        interval: Duration::from_millis(1),
        classes: classes.clone(),
    };
    lab.within(gateway(lab, side)?, move || Tunnel::start(&config).map_err(io::Error::other))
}

pub(super) fn gateway<'a>(lab: &Lab<'a>, side: u16) -> Result<&'a Name, LabError> {
    let nobody = || LabError::Invalid("there is no such gateway".to_owned());
    lab.file.routers.get(usize::from(side)).ok_or_else(nobody)
}

/// Both ends of a tunnel, once each path works; they may look at what flows do.
pub(super) fn both(lab: &Lab<'_>, by_behaviour: bool) -> Result<[Tunnel; 2], LabError> {
    let random = |error: getrandom::Error| LabError::Invalid(error.to_string());
    let (a, b) = (Private::generate().map_err(random)?, Private::generate().map_err(random)?);
    let (public_a, public_b) = (a.public(), b.public());
    let classes = ClassConfig { rules: Vec::new(), by_behaviour };
    let tunnels =
        [start(lab, 0, (a, public_b), &classes)?, start(lab, 1, (b, public_a), &classes)?];
    let began = Instant::now();
    let knows = |it: &Tunnel| it.report().paths.iter().all(|path| path.quality.is_some());
    while !tunnels.iter().all(knows) {
        if began.elapsed() > SETS_UP {
            return Err(LabError::Invalid(format!(
                "no session came up: {:?}",
                tunnels[0].report()
            )));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(tunnels)
}

/// Measures both, in networks of its own.
pub fn overlay() -> Result<Overlay, LabError> {
    let file = gateways(Delay::ZERO)?;
    let lab = Lab::new(&file);
    lab.up(None)?;
    let carried = throughput(&lab);
    lab.down()?;
    let measured = over_wires(&gateways(USUAL.delay)?, brownouts)?;
    Ok(Overlay { tunnel_gbit_s: carried?, ..measured })
}

/// A lab with networks that can be made worse, for as long as `run` takes.
pub(super) fn over_wires<T>(
    file: &Description,
    run: impl FnOnce(&Lab<'_>, &Wires) -> Result<T, LabError>,
) -> Result<T, LabError> {
    let lab = Lab::new(file);
    let wires = std::cell::OnceCell::new();
    let carry = |_: &std::path::Path| {
        let started = Wires::start(&lab).map_err(io::Error::other)?;
        wires.set(started).map_err(|_| io::Error::other("they have been started"))
    };
    lab.up(Some(&carry))?;
    let ran = match wires.get() {
        Some(wires) => run(&lab, wires),
        None => Err(LabError::Down(file.name.clone())),
    };
    lab.down()?;
    ran
}

fn throughput(lab: &Lab<'_>) -> Result<f64, LabError> {
    let _tunnels = both(lab, true)?;
    let to = SocketAddrV6::new(inside(1), 5_001, 0, 0);
    let listener = lab.within(gateway(lab, 1)?, || TcpListener::bind(to))?;
    let (left, stop) = (gateway(lab, 0)?, AtomicBool::new(false));
    let counted = thread::scope(|scope| {
        let sink = scope.spawn(|| sink(&listener));
        let source = scope.spawn(|| lab.within(left, || source(to, &stop)));
        thread::sleep(CARRIES);
        stop.store(true, Relaxed);
        let fell = |_| Err(io::Error::other("a thread fell over"));
        source.join().unwrap_or(Ok(()))?;
        sink.join().unwrap_or_else(fell).map_err(LabError::io("the sink of the tunnel"))
    })?;
    let (bytes, time) = counted;
    Ok(bytes as f64 * 8.0 / time.as_secs_f64() / 1e9)
}

/// Bytes that came, and in which time.
fn sink(listener: &TcpListener) -> io::Result<(u64, Duration)> {
    let (mut stream, _) = listener.accept()?;
    let began = Instant::now();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok((bytes, began.elapsed())),
            count => bytes += count as u64,
        }
    }
}

fn source(to: SocketAddrV6, stop: &AtomicBool) -> io::Result<()> {
    let mut stream = TcpStream::connect(to)?;
    let buffer = vec![0; 256 << 10];
    while !stop.load(Relaxed) {
        stream.write_all(&buffer)?;
    }
    Ok(())
}

fn brownouts(lab: &Lab<'_>, wires: &Wires) -> Result<Overlay, LabError> {
    let tunnels = both(lab, false)?;
    let [left, _] = &tunnels;
    let to = SocketAddrV6::new(inside(1), 5_002, 0, 0);
    let receiver = listening(lab, gateway(lab, 1)?, to)?;
    let sender = lab.within(gateway(lab, 0)?, || UdpSocket::bind("[::]:0"))?;
    let marked = sockopt::set_ipv6_unicast_hops(&sender, Some(64))
        .and_then(|()| sockopt::set_ipv6_tclass(&sender, EXPEDITED));
    marked.map_err(|error| LabError::io("the class of critical packets")(error.into()))?;
    let stop = AtomicBool::new(false);
    let (sent, arrived, left_after) = thread::scope(|scope| {
        let arrived = scope.spawn(|| arrived(&receiver, &stop));
        let sent = scope.spawn(|| send(&sender, to, &stop));
        let left_after = each_brownout(left, wires);
        stop.store(true, Relaxed);
        (sent.join().unwrap_or(0), arrived.join().unwrap_or(0), left_after)
    });
    let worst = left_after?.into_iter().max().unwrap_or_default();
    Ok(Overlay {
        brownout_ms: worst.as_secs_f64() * 1e3,
        critical_sent: sent,
        critical_lost: sent.saturating_sub(arrived),
        ..Overlay::default()
    })
}

fn each_brownout(tunnel: &Tunnel, wires: &Wires) -> Result<Vec<Duration>, LabError> {
    let current = || {
        let classes = tunnel.report().classes;
        classes.iter().find(|it| it.class == Class::Reliable).and_then(|it| it.ways.first)
    };
    let mut times = Vec::new();
    for figures in BROWNOUTS {
        thread::sleep(BETWEEN_BROWNOUTS);
        let Some(link) = current() else {
            return Err(LabError::Invalid("no path is in use".to_owned()));
        };
        let began = Instant::now();
        wires.set(link, figures);
        while current() == Some(link) && began.elapsed() < MOVES {
            thread::sleep(Duration::from_micros(500));
        }
        times.push(began.elapsed());
        wires.set(link, USUAL);
    }
    Ok(times)
}

/// One a millisecond; gives how many.
fn send(socket: &UdpSocket, to: SocketAddrV6, stop: &AtomicBool) -> usize {
    let mut sent = 0_usize;
    while !stop.load(Relaxed) {
        // What the kernel does not take is lost as well.
        let _ = socket.send_to(&sent.to_ne_bytes(), to);
        sent += 1;
        thread::sleep(Duration::from_millis(1));
    }
    sent
}

/// Different packets that come, until a while after the last was sent.
fn arrived(socket: &UdpSocket, stop: &AtomicBool) -> usize {
    let mut numbers = std::collections::BTreeSet::new();
    let mut buffer = [0; 8];
    let waits = socket.set_read_timeout(Some(Duration::from_millis(300)));
    while waits.is_ok() {
        match socket.recv(&mut buffer) {
            Ok(_) => drop(numbers.insert(buffer)),
            Err(_) if stop.load(Relaxed) => break,
            Err(_) => {}
        }
    }
    numbers.len()
}
