//! The gateway's own thread: it has the tunnels and the kernel, and makes both what the target says.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use api::{EdgePath, EdgeTarget, MeasuredPath, PathQuality, WayCount};
use drivers::{
    srv6::{self, Desired, Plane, PlaneError},
    tunnels::{Private, Report, Tunnel},
};
use model::{Name, ServiceClass};
use network::overlay::{CLASSES, Quality};
use units::{Delay, Loss};

use super::{
    EdgeError,
    desired::{ANCHOR, Running, classes, desired, tunnel},
};

/// Between two looks at the tunnels.
const LOOK: Duration = Duration::from_millis(50);
/// Between two looks at the whole kernel, and tries of what did not work.
const AGAIN: Duration = Duration::from_secs(2);
const FLOWS: Duration = Duration::from_secs(1);

/// What the conversation with the centre tells the thread.
#[derive(Debug)]
pub(crate) enum Told {
    Target(Box<EdgeTarget>),
    /// The centre answered.
    Contact,
}

/// What the thread shows.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// The newest generation that the kernel has; -1: none.
    pub(crate) generation: i64,
    pub(crate) fault: Option<String>,
    pub(crate) paths: Vec<MeasuredPath>,
    pub(crate) flows: BTreeMap<u16, u64>,
    pub(crate) ways: BTreeMap<u16, WayCount>,
    /// As files of `jw edge status` have it.
    pub(crate) reports: Vec<Report>,
}

pub(crate) type Window = Arc<Mutex<Shown>>;

struct Carrier {
    key: (String, Vec<EdgePath>),
    name: Name,
    tunnel: Tunnel,
}

pub(crate) struct Worker {
    private: Private,
    plane: Plane,
    tunnels: BTreeMap<u16, Carrier>,
    target: Option<EdgeTarget>,
    /// What the kernel has. None: it is to be looked at anew.
    applied: Option<Desired>,
    looked: Instant,
    counted: Instant,
    heard: Instant,
    shown: Shown,
    window: Window,
}

impl Worker {
    /// Finds what an earlier life left in the kernel: it stays until the first target, which takes away what is too much.
    pub(crate) fn new(private: Private) -> Result<Self, EdgeError> {
        srv6::prepare().map_err(plane)?;
        let mut kernel = Plane::here().map_err(plane)?;
        kernel.anchor(ANCHOR).map_err(plane)?;
        let found = kernel.observe().map_err(plane)?;
        let left = found.routes.len();
        tracing::info!(left, generation = ?found.generation, "found in the kernel");
        let shown = Shown {
            generation: -1,
            fault: None,
            paths: Vec::new(),
            flows: BTreeMap::new(),
            ways: BTreeMap::new(),
            reports: Vec::new(),
        };
        let now = Instant::now();
        Ok(Self {
            private,
            plane: kernel,
            tunnels: BTreeMap::new(),
            target: None,
            applied: None,
            looked: now,
            counted: now,
            heard: now,
            window: Arc::new(Mutex::new(shown.clone())),
            shown,
        })
    }

    pub(crate) fn window(&self) -> Window {
        Arc::clone(&self.window)
    }

    /// Until the other side hangs up; then all that is ours goes.
    pub(crate) fn run(mut self, told: &Receiver<Told>) -> Result<(), EdgeError> {
        loop {
            match told.recv_timeout(LOOK) {
                Ok(Told::Target(target)) => self.take(*target),
                Ok(Told::Contact) => self.heard = Instant::now(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.turn();
        }
        self.tunnels.clear();
        self.plane.clean().and_then(|()| self.plane.remove_anchor(ANCHOR)).map_err(plane)
    }

    fn take(&mut self, target: EdgeTarget) {
        let have = self.target.as_ref().map_or(-1, |it| it.generation);
        if target.generation < have {
            tracing::warn!(
                got = target.generation,
                have,
                "refused a target older than what was accepted"
            );
            return;
        }
        tracing::info!(generation = target.generation, peers = target.peers.len(), "target");
        self.target = Some(target);
        self.applied = None;
    }

    fn turn(&mut self) {
        let Some(target) = self.target.clone() else { return };
        let is_due = self.applied.is_none() || self.looked.elapsed() >= AGAIN;
        if is_due {
            self.shown.fault = self.carry(&target).err();
        }
        let running = self.measure();
        let is_fresh = self.heard.elapsed() < Duration::from_millis(target.keep.get());
        let wanted = desired(&target, &running, is_fresh);
        if is_due || self.applied.as_ref() != Some(&wanted) {
            self.program(wanted, target.generation);
        }
        self.count();
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = self.shown.clone();
    }

    /// What the kernel refuses is tried again with the next look at all of it.
    fn program(&mut self, wanted: Desired, generation: i64) {
        self.looked = Instant::now();
        match self.plane.apply(&wanted) {
            Ok(_) if self.shown.fault.is_none() => self.shown.generation = generation,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the kernel is not as it should be");
                self.shown.fault = Some(error.to_string());
            }
        }
        self.applied = Some(wanted);
    }

    /// Tunnels as the target says; those that are as they should be go on. Gives the first fault.
    fn carry(&mut self, target: &EdgeTarget) -> Result<(), String> {
        let keys: BTreeMap<u16, (String, Vec<EdgePath>)> = target
            .peers
            .iter()
            .map(|it| (it.number, (it.public_key.clone(), it.paths.clone())))
            .collect();
        self.tunnels.retain(|number, it| keys.get(number) == Some(&it.key));
        let mut fault = Ok(());
        let classes = classes(target);
        for peer in &target.peers {
            if let Some(it) = self.tunnels.get(&peer.number) {
                it.tunnel.set_classes(classes.clone());
                continue;
            }
            let wrong = |what: String| Err(format!("tunnel to `{}`: {what}", peer.name));
            let Some(config) = tunnel(target, peer, &self.private) else {
                fault = fault.and(wrong("its key cannot be read".to_owned()));
                continue;
            };
            match Tunnel::start(&config) {
                Ok(tunnel) => {
                    let key = (peer.public_key.clone(), peer.paths.clone());
                    let name = peer.name.clone();
                    self.tunnels.insert(peer.number, Carrier { key, name, tunnel });
                    self.applied = None;
                }
                Err(error) => {
                    tracing::warn!(peer = %peer.name, %error, "no tunnel");
                    fault = fault.and(wrong(error.to_string()));
                }
            }
        }
        fault
    }

    fn measure(&mut self) -> Running {
        let reports: Vec<(u16, Name, Report)> = self
            .tunnels
            .iter()
            .map(|(number, it)| (*number, it.name.clone(), it.tunnel.report()))
            .collect();
        self.shown.paths = reports.iter().flat_map(|(_, name, it)| paths(name, it)).collect();
        let running = reports.iter().map(|(number, _, it)| (*number, round_trips(it))).collect();
        self.shown.reports = reports.into_iter().map(|(_, _, report)| report).collect();
        running
    }

    fn count(&mut self) {
        if self.counted.elapsed() < FLOWS {
            return;
        }
        self.counted = Instant::now();
        if let Ok(flows) = self.plane.flows() {
            let many = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
            self.shown.flows = flows.into_iter().map(|(at, it)| (at, many(it))).collect();
        }
        if let Ok(ways) = self.count_ways() {
            self.shown.ways = ways;
        }
    }

    fn count_ways(&mut self) -> Result<BTreeMap<u16, WayCount>, PlaneError> {
        let mut ways: BTreeMap<u16, WayCount> = BTreeMap::new();
        let Some(target) = self.target.as_ref().filter(|it| !it.stops.is_empty()) else {
            return Ok(ways);
        };
        let found = self.plane.observe()?;
        for (number, sent) in &found.sent {
            let way = ways.entry(*number).or_default();
            (way.sent_packets, way.sent_bytes) = (sent.packets, sent.bytes);
            way.dropped_packets = sent.dropped;
        }
        let counted = |segment| {
            let mut all = found.counters.iter();
            all.find(|(place, _)| place.to.address == segment).map(|(_, it)| *it)
        };
        for stop in &target.stops {
            let Some(came) = counted(std::net::IpAddr::V6(stop.segment)) else { continue };
            let way = ways.entry(stop.number).or_default();
            (way.came_packets, way.came_bytes) = (came.packets, came.bytes);
        }
        Ok(ways)
    }
}

fn plane(error: PlaneError) -> EdgeError {
    EdgeError::Kernel(error.to_string())
}

/// Of each class, by the path that it takes.
fn round_trips(report: &Report) -> BTreeMap<ServiceClass, Option<f64>> {
    let all =
        [ServiceClass::Reliable, ServiceClass::LowDelay, ServiceClass::Secure, ServiceClass::Bulk];
    let of = |class: ServiceClass| {
        let it = report.classes.iter().find(|it| it.class.name() == class.as_str())?;
        let path = report.paths.get(it.ways.first?)?;
        path.quality.map(|it| it.round_trip_ms)
    };
    all.into_iter().map(|class| (class, of(class))).collect()
}

fn paths(peer: &Name, report: &Report) -> Vec<MeasuredPath> {
    let path = |(at, it): (usize, &drivers::tunnels::PathReport)| {
        let takes = |class: &network::overlay::Class| {
            let ways = report.classes.iter().find(|it| it.class == *class);
            ways.is_some_and(|it| it.ways.first == Some(at))
        };
        Some(MeasuredPath {
            peer: peer.clone(),
            network: it.name.parse().ok()?,
            quality: it.quality.map(quality),
            classes: CLASSES.iter().filter(|it| takes(it)).map(|it| it.name().to_owned()).collect(),
            sent_bytes: it.sent_bytes,
            received_bytes: it.received_bytes,
        })
    };
    report.paths.iter().enumerate().filter_map(path).collect()
}

/// In whole base units.
fn quality(it: Quality) -> PathQuality {
    let nanoseconds = |ms: f64| Delay::new((ms.clamp(0.0, 1e9) * 1e6) as _);
    PathQuality {
        round_trip: nanoseconds(it.round_trip_ms),
        jitter: nanoseconds(it.jitter_ms),
        loss: Loss::new((it.loss.clamp(0.0, 1.0) * 1e6) as _),
    }
}
