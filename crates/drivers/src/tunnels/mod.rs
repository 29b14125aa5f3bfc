//! Encrypted tunnels between two gateways over any networks that join them (SD-WAN): the WireGuard protocol in this
//! process, one session for each path; each path is probed all the time, and each class of traffic takes the path that suits
//! it now.

mod carry;
mod classes;
mod key;
mod path;
mod probe;
mod stamp;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use network::overlay::{CLASSES, Chooser, Class, Quality, Ways};
use serde::{Deserialize, Serialize};
use tun_rs::{DeviceBuilder, InterruptEvent, SyncDevice};

pub use classes::{ClassConfig, FlowCounts, Watched};
pub use key::{InvalidKey, Private, Public};
pub use path::PathConfig;

use self::{classes::Classes, path::Path, stamp::Seen};
use crate::srv6::{
    Refusal,
    device::{self},
    netlink::{Channel, NETLINK_ROUTE},
};

/// Of the device: what fits into 1,500 octets with the headers of a critical packet, WireGuard, UDP and IPv6 around it.
pub const MTU: u16 = 1_360;
pub const PATHS_MOST: usize = 8;

/// A tunnel to one other gateway.
#[derive(Debug, Clone)]
pub struct Config {
    /// Of its device, up to 15 letters.
    pub device: String,
    /// Of the device, and the bits of it that both ends share.
    pub address: IpAddr,
    pub length: u8,
    pub private: Private,
    pub peer: Public,
    pub paths: Vec<PathConfig>,
    /// Between probes of a path. 1 ms sees 5 % loss within 200 ms; each probe is 156 octets on an IPv6 network.
    pub interval: Duration,
    pub classes: ClassConfig,
}

#[derive(Debug, thiserror::Error)]
pub enum TunnelError {
    #[error("{0}")]
    Invalid(String),
    /// Run it as root.
    #[error("{what}: not permitted: a tunnel needs root, or CAP_NET_ADMIN")]
    NotPermitted { what: String },
    #[error("{what}: {error}")]
    Io { what: String, error: io::Error },
    #[error("{what}: {refusal}")]
    Refused { what: String, refusal: Refusal },
}

impl TunnelError {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |error| match error.kind() {
            io::ErrorKind::PermissionDenied => Self::NotPermitted { what },
            _ => Self::Io { what, error },
        }
    }
}

/// What all threads of a tunnel share.
struct Shared {
    tun: SyncDevice,
    paths: Vec<Path>,
    interval: Duration,
    began: Instant,
    stop: AtomicBool,
    interrupt: InterruptEvent,
    chooser: Mutex<Chooser>,
    /// Of each class: first and second path in a byte each, 255 for none.
    ways: [AtomicU64; CLASSES.len()],
    doubles: AtomicU64,
    seen: Mutex<Seen>,
    classes: Mutex<Classes>,
    /// Whether what comes is looked at, too.
    hears: AtomicBool,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    forged: AtomicU64,
    doubled: AtomicU64,
    no_path: AtomicU64,
}

/// A tunnel that carries packets until it is dropped.
pub struct Tunnel {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What a tunnel is like now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    pub device: String,
    pub paths: Vec<PathReport>,
    /// Which path each class takes.
    pub classes: Vec<ClassReport>,
    /// Times that a class left a path.
    pub moves: u64,
    /// Datagrams that were no packets of the peer: forged, replayed, or of a session that has ended.
    pub refused: u64,
    /// Critical packets that came a second time, as they should.
    pub doubled: u64,
    /// Packets that no path may carry.
    pub unsent: u64,
    /// By what flows have their class.
    #[serde(default)]
    pub flows: FlowCounts,
}

/// The paths of a class, by their places among the paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassReport {
    pub class: Class,
    #[serde(flatten)]
    pub ways: Ways,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PathReport {
    pub name: String,
    /// Where the peer is, as last heard of it.
    pub peer: Option<SocketAddr>,
    /// None: it is down.
    pub quality: Option<Quality>,
    pub sent_bytes: u64,
    pub received_bytes: u64,
}

const NO_PATH: u8 = u8::MAX;

fn pack(ways: Ways) -> u64 {
    let byte =
        |at: Option<usize>| u64::from(at.and_then(|it| u8::try_from(it).ok()).unwrap_or(NO_PATH));
    byte(ways.first) << 8 | byte(ways.second)
}

impl Shared {
    fn path(&self, packed: u64) -> Option<&Path> {
        self.paths.get(usize::from((packed & 0xff) as u8))
    }

    /// The paths of a class.
    fn ways(&self, class: Class) -> [Option<&Path>; 2] {
        let packed = self.ways.get(class.index()).map_or(u64::MAX, |it| it.load(Relaxed));
        [self.path(packed >> 8), self.path(packed)]
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn is_over(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// Decides for all classes anew.
    fn decide(&self) {
        let now = self.now();
        let facts: Vec<_> = self.paths.iter().map(|it| it.facts(now)).collect();
        let mut chooser = self.chooser.lock().unwrap_or_else(PoisonError::into_inner);
        chooser.decide(&facts, now);
        for (class, ways) in CLASSES.into_iter().zip(&self.ways) {
            ways.store(pack(chooser.ways(class)), Relaxed);
        }
    }
}

impl Tunnel {
    /// Makes the device and begins, in the namespace of the calling thread.
    pub fn start(config: &Config) -> Result<Self, TunnelError> {
        config.check().map_err(TunnelError::Invalid)?;
        let tun = device(config)?;
        let paths = (0..).zip(&config.paths).map(|(at, it)| Path::open(config, at, it));
        let classes = Classes::new(config.classes.clone());
        let shared = Arc::new(Shared {
            tun,
            paths: paths.collect::<Result<_, _>>()?,
            interval: config.interval,
            began: Instant::now(),
            stop: AtomicBool::new(false),
            interrupt: InterruptEvent::new().map_err(TunnelError::io("an event to stop by"))?,
            chooser: Mutex::default(),
            ways: std::array::from_fn(|_| AtomicU64::new(u64::MAX)),
            doubles: AtomicU64::new(0),
            seen: Mutex::new(Seen::new()),
            hears: AtomicBool::new(classes.hears()),
            classes: Mutex::new(classes),
            counts: Counts::default(),
        });
        // The first packets have paths too: sessions keep them until they are set up.
        shared.decide();
        let mut threads = vec![run(&shared, carry::out), run(&shared, probe::run)];
        for at in 0..config.paths.len() {
            threads.push(run(&shared, move |shared| carry::into(shared, at)));
        }
        Ok(Self { shared, threads })
    }

    #[must_use]
    pub fn report(&self) -> Report {
        let shared = &self.shared;
        let now = shared.now();
        let chooser = shared.chooser.lock().unwrap_or_else(PoisonError::into_inner);
        let Counts { forged, doubled, no_path } = &shared.counts;
        Report {
            device: shared.tun.name().unwrap_or_default(),
            paths: shared.paths.iter().map(|it| it.report(now)).collect(),
            classes: CLASSES
                .into_iter()
                .map(|class| ClassReport { class, ways: chooser.ways(class) })
                .collect(),
            moves: chooser.moves(),
            refused: forged.load(Relaxed),
            doubled: doubled.load(Relaxed),
            unsent: no_path.load(Relaxed),
            flows: shared.classes.lock().unwrap_or_else(PoisonError::into_inner).counts(),
        }
    }

    /// From now on classes are told apart so; where that is new, all flows are.
    pub fn set_classes(&self, config: ClassConfig) {
        let mut classes = self.shared.classes.lock().unwrap_or_else(PoisonError::into_inner);
        if !classes.is_by(&config) {
            *classes = Classes::new(config);
            self.shared.hears.store(classes.hears(), Relaxed);
        }
    }

    /// Flows out of the device that nothing names, and what they did.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        self.shared.classes.lock().unwrap_or_else(PoisonError::into_inner).watched()
    }
}

impl std::fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tunnel").field(&self.report()).finish()
    }
}

fn run(shared: &Arc<Shared>, work: impl FnOnce(&Shared) + Send + 'static) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    thread::spawn(move || work(&shared))
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.shared.stop.store(true, Relaxed);
        // Threads that are not woken look at `stop` within a tenth of a second.
        let _ = self.shared.interrupt.trigger();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Config {
    fn check(&self) -> Result<(), String> {
        if !(1..=PATHS_MOST).contains(&self.paths.len()) {
            return Err(format!("{} paths: give 1 to {PATHS_MOST}", self.paths.len()));
        }
        if !(1..=15).contains(&self.device.len()) {
            return Err(format!("device `{}`: its name has 1 to 15 letters", self.device));
        }
        if self.interval < Duration::from_micros(500) {
            return Err(
                "probes at intervals below 0.5 ms would load the paths themselves".to_owned()
            );
        }
        let own = self.private.public() == self.peer;
        if own { Err("the peer's key is our own".to_owned()) } else { Ok(()) }
    }
}

fn device(config: &Config) -> Result<SyncDevice, TunnelError> {
    let what = format!("device `{}`", config.device);
    let built = DeviceBuilder::new().name(&config.device).enable(false).with(|it| {
        it.offload(true);
    });
    let made = built.build_sync().and_then(|it| {
        it.set_mtu(MTU)?;
        it.set_nonblocking(true)?;
        Ok(it)
    });
    let tun = made.map_err(TunnelError::io(&what))?;
    let mut channel = Channel::open(NETLINK_ROUTE).map_err(TunnelError::io("netlink"))?;
    let list = channel.list(&device::list());
    let refused = |refusal| TunnelError::Refused { what: what.clone(), refusal };
    let found =
        list.map_err(refused)?.iter().filter_map(device::read).find(|it| it.0 == config.device);
    let Some((_, index)) = found else {
        return Err(TunnelError::Invalid(format!("{what}: it is not there")));
    };
    channel.ask(device::address(index, config.address, config.length)).map_err(refused)?;
    channel.ask(device::switch(index, true)).map_err(refused)?;
    Ok(tun)
}
