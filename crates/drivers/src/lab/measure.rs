//! How fast packets follow a decision, and what is lost when it changes or a link fails: measured with packets.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv6Addr, SocketAddrV6, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use model::Name;
use rustix::net::sockopt;
use serde::Serialize;

use super::{Lab, LabError, plan::end};
use crate::srv6::Namespace;

const PORT: u16 = 7_400;
/// Flows that go on through everything.
const LONG_FLOWS: u32 = 16;
const INTERVAL: Duration = Duration::from_micros(50);
/// Source ports of flows of one packet each, one after another.
const PORTS: std::ops::Range<u32> = 10_000..60_000;
/// After the last packet, until it counts as lost.
const LATE: Duration = Duration::from_millis(300);
const BETWEEN_SWITCHES: Duration = Duration::from_millis(10);
const AFTER_A_CUT: Duration = Duration::from_millis(300);

/// What is to be measured.
#[derive(Debug, Clone, Copy)]
pub struct Bench {
    pub switches: u32,
}

/// What came of it. Times are in milliseconds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Measured {
    pub switches: usize,
    /// From a decision until the first packet of a new flow arrives at the instance decided on; all that is asked of the
    /// kernel stands in it.
    pub steer_ms_p50: f64,
    pub steer_ms_p99: f64,
    /// Packets sent while it was switched.
    pub sent: usize,
    /// Of those, the ones that did not arrive.
    pub lost: usize,
    /// Of those, the ones that arrived elsewhere than the first of their flow.
    pub moved: usize,
    /// Cuts of links that carried the packets, at either end.
    pub failures: usize,
    /// From a cut until packets arrive again; the worst.
    pub failover_ms: f64,
    /// Packets lost while links that had been cut came back.
    pub lost_on_return: usize,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    flow: u32,
    at: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Arrived {
    number: usize,
    at: Duration,
}

/// Packets on their way from a client to a service, and what came of them.
struct Traffic {
    began: Instant,
    stop: Arc<AtomicBool>,
    sender: JoinHandle<io::Result<Vec<Sent>>>,
    /// By instance.
    receivers: Vec<JoinHandle<io::Result<Vec<Arrived>>>>,
}

/// All packets of one run.
struct Record {
    sent: Vec<Sent>,
    /// By number; the instance and when.
    arrived: Vec<Option<(usize, Duration)>>,
}

impl Traffic {
    fn start(lab: &Lab<'_>) -> Result<Self, LabError> {
        let nobody = || LabError::Invalid("it takes a client and a service".to_owned());
        let client = lab.file.clients.first().ok_or_else(nobody)?;
        let service = lab.file.services.first().ok_or_else(nobody)?;
        let (began, stop) = (Instant::now(), Arc::new(AtomicBool::new(false)));
        let to = SocketAddrV6::new(service.address, PORT, 0, 0);
        let mut receivers = Vec::new();
        for at in &service.instances {
            let socket = listening(lab, at, to)?;
            let stop = Arc::clone(&stop);
            receivers.push(thread::spawn(move || receive(&socket, began, &stop)));
        }
        let room = lab.namespace(&client.name);
        let from = end(lab.file.links.len(), 0);
        let inside = Namespace::open(&room).map_err(LabError::io(room))?;
        let sender = {
            let stop = Arc::clone(&stop);
            thread::spawn(move || inside.enter().and_then(|()| send(from, to, began, &stop)))
        };
        Ok(Self { began, stop, sender, receivers })
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn end(self) -> Result<Record, LabError> {
        self.stop.store(true, Relaxed);
        let sent = ended(self.sender)?;
        let mut arrived = vec![None; sent.len()];
        for (instance, receiver) in self.receivers.into_iter().enumerate() {
            for it in ended(receiver)? {
                if let Some(place) = arrived.get_mut(it.number) {
                    *place = Some((instance, it.at));
                }
            }
        }
        Ok(Record { sent, arrived })
    }
}

fn ended<T>(thread: JoinHandle<io::Result<T>>) -> Result<T, LabError> {
    let what = "packets of the measurement";
    let done = thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread fell over")));
    done.map_err(LabError::io(what))
}

/// A socket at somebody's. What waits for a thread that has no core just then is not lost.
pub(super) fn listening(lab: &Lab<'_>, of: &Name, at: SocketAddrV6) -> Result<UdpSocket, LabError> {
    const BYTES: usize = 16 << 20;
    lab.within(of, || {
        let socket = UdpSocket::bind(at)?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        sockopt::set_socket_recv_buffer_size_force(&socket, BYTES)?;
        Ok(socket)
    })
}

/// Every other packet is of a flow that goes on; the others are a flow each.
fn send(
    from: Ipv6Addr,
    to: SocketAddrV6,
    began: Instant,
    stop: &AtomicBool,
) -> io::Result<Vec<Sent>> {
    let bound = |port: u16| UdpSocket::bind(SocketAddrV6::new(from, port, 0, 0));
    let long: Vec<UdpSocket> = (0..LONG_FLOWS).map(|_| bound(0)).collect::<io::Result<_>>()?;
    let mut sent: Vec<Sent> = Vec::new();
    while !stop.load(Relaxed) {
        let number = sent.len() as u64;
        let nth = (number / 2) as u32;
        let (flow, socket) = if number.is_multiple_of(2) {
            (nth % LONG_FLOWS, None)
        } else {
            let port = PORTS.start + nth % (PORTS.end - PORTS.start);
            (LONG_FLOWS + nth, bound(port as u16).ok())
        };
        let Some(socket) = socket.as_ref().or_else(|| long.get(flow as usize)) else { continue };
        let at = began.elapsed();
        // What the kernel does not take is lost as well.
        let _ = socket.send_to(&number.to_ne_bytes(), to);
        sent.push(Sent { flow, at });
        thread::sleep(INTERVAL);
    }
    Ok(sent)
}

fn receive(socket: &UdpSocket, began: Instant, stop: &AtomicBool) -> io::Result<Vec<Arrived>> {
    let mut arrived = Vec::new();
    let (mut buffer, mut ends) = ([0; 8], None);
    while ends.is_none_or(|it: Instant| it.elapsed() < LATE) {
        match socket.recv(&mut buffer) {
            Ok(8) => arrived.push(Arrived {
                number: usize::try_from(u64::from_ne_bytes(buffer)).unwrap_or(usize::MAX),
                at: began.elapsed(),
            }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if stop.load(Relaxed) && ends.is_none() {
            ends = Some(Instant::now());
        }
    }
    Ok(arrived)
}

impl Record {
    /// Numbers of packets sent in a time.
    fn during(&self, time: std::ops::Range<Duration>) -> impl Iterator<Item = usize> {
        let within = move |(_, it): &(usize, &Sent)| time.contains(&it.at);
        self.sent.iter().enumerate().filter(within).map(|(number, _)| number)
    }

    fn is_lost(&self, number: usize) -> bool {
        self.arrived.get(number).is_none_or(Option::is_none)
    }

    /// Packets that arrived elsewhere than the first of their flow.
    fn moved(&self, time: std::ops::Range<Duration>) -> usize {
        let mut first = BTreeMap::new();
        let all = self.during(time);
        let arrived =
            all.filter_map(|it| Some((self.sent.get(it)?.flow, (*self.arrived.get(it)?)?.0)));
        arrived
            .filter(|(flow, instance)| first.entry(*flow).or_insert(*instance) != instance)
            .count()
    }

    /// From a decision until a new flow's packet arrives at the instance decided on.
    fn followed(&self, at: Duration, instance: usize) -> Option<Duration> {
        let new = |number: &usize| self.sent.get(*number).is_some_and(|it| it.flow >= LONG_FLOWS);
        let arrival =
            |number: usize| (*self.arrived.get(number)?).filter(|(to, _)| *to == instance);
        let after = self.during(at..Duration::MAX).filter(new).find_map(arrival);
        after.map(|(_, arrived)| arrived.saturating_sub(at))
    }

    /// From a cut until the first packet after the last lost one is sent.
    fn outage(&self, time: std::ops::Range<Duration>) -> Duration {
        let start = time.start;
        let Some(last) = self.during(time).filter(|it| self.is_lost(*it)).last() else {
            return Duration::ZERO;
        };
        self.sent.get(last + 1).map_or(Duration::MAX, |it| it.at.saturating_sub(start))
    }
}

impl Lab<'_> {
    /// Sends packets from the first client to the first service of a lab that is up, steers it to and fro, and cuts each
    /// link that the packets take.
    pub fn bench(&self, bench: Bench) -> Result<Measured, LabError> {
        let mut measured = self.switches(bench.switches)?;
        self.failures(&mut measured)?;
        Ok(measured)
    }

    fn switches(&self, count: u32) -> Result<Measured, LabError> {
        let Some(service) = self.file.services.first() else {
            return Err(LabError::Invalid("it has no service".to_owned()));
        };
        let mut generation = self.status()?.generation();
        let traffic = Traffic::start(self)?;
        thread::sleep(LATE);
        let began = traffic.now();
        let mut decisions = Vec::new();
        for nth in 1..=count as usize {
            let instance = nth % service.instances.len();
            let Some(to) = service.instances.get(instance) else { continue };
            generation += 1;
            let current = BTreeMap::from([(service.name.clone(), to.clone())]);
            let steered = self.steered(generation, &current)?;
            decisions.push((traffic.now(), instance));
            for (mut plane, desired) in steered {
                plane.apply(&desired).map_err(LabError::plane(&self.file.name))?;
            }
            thread::sleep(BETWEEN_SWITCHES);
        }
        let during = began..traffic.now();
        let record = traffic.end()?;
        let mut followed: Vec<f64> = decisions
            .iter()
            .map(|(at, to)| record.followed(*at, *to).map_or(f64::INFINITY, ms))
            .collect();
        followed.sort_unstable_by(f64::total_cmp);
        let sent = record.during(during.clone());
        Ok(Measured {
            switches: decisions.len(),
            steer_ms_p50: quantile(&followed, 0.5),
            steer_ms_p99: quantile(&followed, 0.99),
            sent: sent.count(),
            lost: record.during(during.clone()).filter(|it| record.is_lost(*it)).count(),
            moved: record.moved(during),
            ..Measured::default()
        })
    }

    /// Cuts each link that packets take now, once at each end.
    fn failures(&self, measured: &mut Measured) -> Result<(), LabError> {
        let status = self.status()?;
        let traffic = Traffic::start(self)?;
        thread::sleep(LATE);
        let (mut outages, mut returns) = (Vec::new(), Vec::new());
        for [a, b] in self.taken(&status.current()) {
            for cut in [[&a, &b], [&b, &a]] {
                let at = traffic.now();
                self.join(cut, false)?;
                thread::sleep(AFTER_A_CUT);
                outages.push(at..traffic.now());
                let back = traffic.now();
                self.join(cut, true)?;
                thread::sleep(AFTER_A_CUT);
                returns.push(back..traffic.now());
            }
        }
        let record = traffic.end()?;
        measured.failures = outages.len();
        let worst = outages.into_iter().map(|it| record.outage(it)).max();
        measured.failover_ms = worst.map_or(0.0, ms);
        let lost = |it| record.during(it).filter(|number| record.is_lost(*number)).count();
        measured.lost_on_return = returns.into_iter().map(lost).sum();
        Ok(())
    }

    /// Ends of the links between the first client's router and the first service's instance.
    fn taken(&self, current: &BTreeMap<Name, Name>) -> Vec<[Name; 2]> {
        let numbers = self.file.numbers();
        let number = |it: Option<&Name>| it.and_then(|it| numbers.get(it)).copied();
        let from = number(self.file.clients.first().map(|it| &it.at));
        let to = number(self.file.services.first().and_then(|it| current.get(&it.name)));
        let (Some(from), Some(to)) = (from, to) else { return Vec::new() };
        self.plan.ends(from, to)
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Of sorted figures; 0 where there are none.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}
