//! One path of a tunnel: its socket, its WireGuard session, and how good it is.

use std::{
    io::{self, IoSliceMut},
    net::{SocketAddr, UdpSocket},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use boringtun::noise::{Tunn, TunnResult};
use network::overlay::{Facts, Window};
use quinn_udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Config, PathReport, TunnelError};

/// What WireGuard adds to a packet.
pub(super) const OF_WIREGUARD: usize = 32;
/// A message that sets up a session has less.
pub(super) const HANDSHAKE: usize = 256;
/// Seconds after which silence is broken, so that address translators keep their entry.
const KEEPALIVE_S: u16 = 10;
/// For bursts of 64 KiB datagrams.
const BUFFER: usize = 4 << 20;
/// How long a thread waits for packets before it looks whether it is to stop.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// A path as it is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct PathConfig {
    pub name: String,
    /// Where we send from and listen; port 0 takes any.
    pub local: SocketAddr,
    /// Where the peer listens. None: the peer comes to us.
    pub peer: Option<SocketAddr>,
    pub is_trusted: bool,
    /// Of a gigabyte, in any one unit.
    pub price: f64,
}

pub(super) struct Path {
    name: String,
    socket: UdpSocket,
    state: UdpSocketState,
    peer: Mutex<Option<SocketAddr>>,
    session: Mutex<Tunn>,
    window: Mutex<Window>,
    is_trusted: bool,
    price: f64,
    pub(super) sent: AtomicU64,
    pub(super) received: AtomicU64,
}

impl Path {
    /// `at` is its place among the tunnel's paths.
    pub(super) fn open(config: &Config, at: u32, path: &PathConfig) -> Result<Self, TunnelError> {
        let what = format!("path `{}` at {}", path.name, path.local);
        let opened = open(path.local).map_err(TunnelError::io(what))?;
        let (socket, state) = opened;
        let keys = (config.private.0.clone(), config.peer.0);
        let session = Tunn::new(keys.0, keys.1, None, Some(KEEPALIVE_S), at, None);
        Ok(Self {
            name: path.name.clone(),
            socket,
            state,
            peer: Mutex::new(path.peer),
            session: Mutex::new(session),
            window: Mutex::default(),
            is_trusted: path.is_trusted,
            price: path.price,
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
        })
    }

    pub(super) fn session(&self) -> MutexGuard<'_, Tunn> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn facts(&self, now: Duration) -> Facts {
        let quality = self.window().quality(now);
        Facts { quality, is_trusted: self.is_trusted, price: self.price }
    }

    pub(super) fn report(&self, now: Duration) -> PathReport {
        PathReport {
            name: self.name.clone(),
            peer: *self.peer.lock().unwrap_or_else(PoisonError::into_inner),
            quality: self.window().quality(now),
            sent_bytes: self.sent.load(Relaxed),
            received_bytes: self.received.load(Relaxed),
        }
    }

    /// The peer proved to be there: it may have moved.
    pub(super) fn heard_from(&self, at: SocketAddr) {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Sends datagrams of one length, the last one perhaps shorter. What the network does not take is lost, as on any path.
    pub(super) fn send(&self, contents: &[u8], each: usize) {
        let Some(destination) = *self.peer.lock().unwrap_or_else(PoisonError::into_inner) else {
            return;
        };
        let segment_size = (contents.len() > each).then_some(each);
        let transmit = Transmit { destination, ecn: None, contents, segment_size, src_ip: None };
        let socket = UdpSockRef::from(&self.socket);
        // The error of one datagram is that of a path that is down: the probes tell.
        if self.state.try_send(socket, &transmit).is_ok() {
            self.sent.fetch_add(contents.len() as u64, Relaxed);
        }
    }

    /// Waits for datagrams; gives how many reads there were. (A read of several at once would wait for all of them.)
    pub(super) fn receive(
        &self,
        to: &mut [IoSliceMut<'_>],
        metas: &mut [RecvMeta],
    ) -> io::Result<usize> {
        poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&PATIENCE))?;
        match self.state.recv(UdpSockRef::from(&self.socket), to, metas) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            other => other,
        }
    }

    /// Encrypts one packet and sends it.
    pub(super) fn put(&self, packet: &[u8]) {
        let mut buffer = vec![0; packet.len() + HANDSHAKE];
        self.send_message(self.session().encapsulate(packet, &mut buffer));
    }

    /// What has to be sent by the clock: new keys, signs of life.
    pub(super) fn tick(&self) {
        self.send_message(self.session().update_timers(&mut [0; HANDSHAKE]));
    }

    /// Sends what the session wants sent; false where it wants nothing sent.
    pub(super) fn send_message(&self, made: TunnResult<'_>) -> bool {
        let TunnResult::WriteToNetwork(message) = made else { return false };
        self.send(message, message.len());
        true
    }
}

fn open(local: SocketAddr) -> io::Result<(UdpSocket, UdpSocketState)> {
    let socket = UdpSocket::bind(local)?;
    let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
    // The kernel may give less; then bursts are lost sooner.
    let _ = state.set_send_buffer_size(UdpSockRef::from(&socket), BUFFER);
    let _ = state.set_recv_buffer_size(UdpSockRef::from(&socket), BUFFER);
    socket.set_nonblocking(true)?;
    Ok((socket, state))
}
