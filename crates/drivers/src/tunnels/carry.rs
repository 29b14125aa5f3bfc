//! Carries packets: out of the device, encrypted, over the path of their class; and back.

use std::{
    io::IoSliceMut,
    net::SocketAddr,
    sync::{PoisonError, atomic::Ordering::Relaxed},
    thread,
    time::{Duration, SystemTime},
};

use boringtun::noise::TunnResult;
use network::overlay::{Class, Packet};
use quinn_udp::{BATCH_SIZE, RecvMeta};
use tun_rs::{GROTable, IDEAL_BATCH_SIZE, VIRTIO_NET_HDR_LEN};

use super::{
    MTU, Shared,
    path::{HANDSHAKE, OF_WIREGUARD, Path},
    stamp::{self, Own},
};

/// Octets of a datagram that the kernel cuts into several, at most.
const LARGEST: usize = 65_000;
/// What the kernel cuts one into, at most.
const SEGMENTS: usize = 64;
const PACKET: usize = MTU as usize + 64;
/// Octets that the kernel hands over at once.
const READ: usize = 65_536;

/// Datagrams of one length for one path.
struct Batch<'a> {
    path: &'a Path,
    bytes: Vec<u8>,
    each: usize,
    count: usize,
    is_last: bool,
}

impl<'a> Batch<'a> {
    fn new(path: &'a Path) -> Self {
        Self { path, bytes: Vec::with_capacity(LARGEST + READ), each: 0, count: 0, is_last: false }
    }

    /// Encrypts a packet behind the others.
    fn push(&mut self, packet: &[u8]) {
        let length = packet.len() + OF_WIREGUARD;
        let has_room = self.bytes.len() + length <= LARGEST && self.count < SEGMENTS;
        if self.count > 0 && (self.is_last || length > self.each || !has_room) {
            self.flush();
        }
        let start = self.bytes.len();
        self.bytes.resize(start + packet.len() + HANDSHAKE, 0);
        let to = self.bytes.get_mut(start..).unwrap_or_default();
        let (written, is_data) = match self.path.session().encapsulate(packet, to) {
            TunnResult::WriteToNetwork(message) => (message.len(), message.len() == length),
            _ => (0, true),
        };
        self.bytes.truncate(start + written);
        if written == 0 {
            return;
        }
        if self.count == 0 {
            self.each = written;
        }
        self.count += 1;
        // One that is shorter than the others ends a datagram.
        self.is_last = written < self.each || !is_data;
    }

    fn flush(&mut self) {
        if self.count > 0 {
            self.path.send(&self.bytes, self.each);
        }
        self.bytes.clear();
        (self.count, self.is_last) = (0, false);
    }
}

/// From the device to the paths.
pub(super) fn out(shared: &Shared) {
    let mut raw = vec![0; VIRTIO_NET_HDR_LEN + READ];
    let mut packets = vec![vec![0; PACKET]; IDEAL_BATCH_SIZE];
    let mut lengths = vec![0; IDEAL_BATCH_SIZE];
    let mut batches: Vec<Batch<'_>> = shared.paths.iter().map(Batch::new).collect();
    while !shared.is_over() {
        let read = shared.tun.recv_multiple_intr(
            &mut raw,
            &mut packets,
            &mut lengths,
            0,
            &shared.interrupt,
        );
        let Ok(count) = read else {
            // The device is off, or we are to stop.
            thread::sleep(Duration::from_millis(1));
            continue;
        };
        let all = packets.iter().zip(&lengths).take(count);
        let mut classes = shared.classes.lock().unwrap_or_else(PoisonError::into_inner);
        let now = shared.now();
        for packet in all.filter_map(|(packet, length)| packet.get(..*length)) {
            let class = classes.class(packet, now);
            send(shared, class, packet, &mut batches);
        }
        drop(classes);
        batches.iter_mut().for_each(Batch::flush);
    }
}

fn send<'a>(shared: &'a Shared, class: Class, packet: &[u8], batches: &mut [Batch<'a>]) {
    let ways = shared.ways(class);
    let [first, second] = ways;
    if first.is_none() {
        shared.counts.no_path.fetch_add(1, Relaxed);
    }
    let doubled = second.map(|_| stamp::double(shared.doubles.fetch_add(1, Relaxed), packet));
    let packet = doubled.as_deref().unwrap_or(packet);
    for path in ways.into_iter().flatten() {
        if let Some(batch) = batches.iter_mut().find(|it| std::ptr::eq(it.path, path)) {
            batch.push(packet);
        }
    }
}

/// Packets for the device.
struct Inward {
    packets: Vec<Vec<u8>>,
    count: usize,
    table: GROTable,
}

impl Inward {
    fn next(&mut self) -> &mut Vec<u8> {
        if self.count == self.packets.len() {
            self.packets.push(Vec::with_capacity(VIRTIO_NET_HDR_LEN + READ));
        }
        #[expect(clippy::indexing_slicing, reason = "one more was added if there was none")]
        &mut self.packets[self.count]
    }

    fn flush(&mut self, shared: &Shared) {
        let ready = self.packets.get_mut(..self.count).unwrap_or_default();
        if !ready.is_empty() {
            // A device that is off takes nothing.
            let _ = shared.tun.send_multiple(&mut self.table, ready, VIRTIO_NET_HDR_LEN);
        }
        self.count = 0;
    }
}

/// From a path to the device.
pub(super) fn into(shared: &Shared, at: usize) {
    let Some(path) = shared.paths.get(at) else { return };
    let mut buffers = vec![vec![0; READ]; BATCH_SIZE];
    let mut inward = Inward { packets: Vec::new(), count: 0, table: GROTable::default() };
    while !shared.is_over() {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut slices: Vec<IoSliceMut<'_>> =
            buffers.iter_mut().map(|it| IoSliceMut::new(it)).collect();
        let Ok(count) = path.receive(&mut slices, &mut metas) else {
            // A path that is down says so again and again.
            thread::sleep(Duration::from_millis(1));
            continue;
        };
        for (buffer, meta) in buffers.iter().zip(&metas).take(count) {
            let datagram = buffer.get(..meta.len).unwrap_or_default();
            for message in datagram.chunks(meta.stride.max(1)) {
                receive(shared, path, message, meta.addr, &mut inward);
            }
        }
        inward.flush(shared);
    }
}

fn receive(shared: &Shared, path: &Path, message: &[u8], from: SocketAddr, inward: &mut Inward) {
    path.received.fetch_add(message.len() as u64, Relaxed);
    let packet = inward.next();
    packet.clear();
    packet.resize(VIRTIO_NET_HDR_LEN + message.len().max(HANDSHAKE), 0);
    let mut session = path.session();
    let to = packet.get_mut(VIRTIO_NET_HDR_LEN..).unwrap_or_default();
    let inner = match session.decapsulate(Some(from.ip()), message, to) {
        TunnResult::WriteToTunnelV4(inner, _) | TunnResult::WriteToTunnelV6(inner, _) => {
            inner.len()
        }
        answer @ TunnResult::WriteToNetwork(_) => {
            path.heard_from(from);
            path.send_message(answer);
            // Packets that waited for the session.
            while path.send_message(session.decapsulate(None, &[], to)) {}
            return;
        }
        TunnResult::Done => return path.heard_from(from),
        TunnResult::Err(_) => {
            shared.counts.forged.fetch_add(1, Relaxed);
            return;
        }
    };
    drop(session);
    path.heard_from(from);
    packet.truncate(VIRTIO_NET_HDR_LEN + inner);
    if is_for_device(shared, path, packet) {
        inward.count += 1;
    }
}

/// A client's greeting, by its first octets, names the flow of the answers.
fn hear(shared: &Shared, packet: &[u8]) {
    let is_greeting = |it: &Packet<'_>| it.data.starts_with(&[22, 3]);
    if shared.hears.load(Relaxed) && Packet::read(packet).as_ref().is_some_and(is_greeting) {
        let mut classes = shared.classes.lock().unwrap_or_else(PoisonError::into_inner);
        classes.came(packet, shared.now());
    }
}

/// Takes our own packets out; what goes twice loses its headers, and its double.
fn is_for_device(shared: &Shared, path: &Path, packet: &mut Vec<u8>) -> bool {
    match stamp::read(packet.get(VIRTIO_NET_HDR_LEN..).unwrap_or_default()) {
        None => {
            hear(shared, packet.get(VIRTIO_NET_HDR_LEN..).unwrap_or_default());
            true
        }
        Some(Own::Probe(body)) => {
            if let Some(answer) = stamp::reflect(body, SystemTime::now()) {
                path.put(&answer);
            }
            false
        }
        Some(Own::Reflected(sequence)) => {
            path.window().answered(sequence, shared.now());
            false
        }
        Some(Own::Double(number, _)) => {
            let is_new = shared.seen.lock().unwrap_or_else(PoisonError::into_inner).is_new(number);
            shared.counts.doubled.fetch_add(u64::from(!is_new), Relaxed);
            packet.drain(VIRTIO_NET_HDR_LEN..VIRTIO_NET_HDR_LEN + stamp::OF_DOUBLE);
            is_new
        }
    }
}
