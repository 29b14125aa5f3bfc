//! Flows of known kinds through a real tunnel, as its gateways see them: what the classifier learns from.

use std::{
    io::{self, Read, Write},
    net::{SocketAddrV6, TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

use network::overlay::Features;
use units::Delay;

use super::{
    Lab, LabError,
    overlay::{both, gateway, gateways, inside, over_wires},
};
use crate::tunnels::Tunnel;

/// Of the first flow; each has one of its own.
const FIRST_PORT: u16 = 20_000;
/// Flows at once.
pub const FLOWS_MOST: usize = 400;
/// An end that waits longer for the other gives up: its flow counts as it is.
const PATIENCE: Duration = Duration::from_secs(20);
/// Octets of data in a datagram.
const DATAGRAM: usize = 1_200;
const CHUNK: usize = 64 << 10;

/// One of the two ends waits, then sends; the other may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    pub wait: Duration,
    /// What the client sends; none: the server waits and sends.
    pub asks: usize,
    /// What the server sends once that is there.
    pub answers: usize,
}

/// What a flow does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    pub is_udp: bool,
    pub acts: Vec<Act>,
}

/// Plays all flows at once between two gateways whose networks have this delay, one way; gives what each gateway knew each
/// by, with the place of the flow. A direction with too few packets is not told.
///
/// # Errors
/// More than [`FLOWS_MOST`] flows, or the lab cannot be made.
pub fn flows(plays: &[Play], delay: Delay) -> Result<Vec<(usize, Features)>, LabError> {
    if plays.len() > FLOWS_MOST {
        return Err(LabError::Invalid(format!("{} flows: {FLOWS_MOST} at most", plays.len())));
    }
    over_wires(&gateways(delay)?, |lab, _| {
        let tunnels = both(lab, true)?;
        play_all(lab, plays)?;
        Ok(seen(&tunnels, plays.len()))
    })
}

fn play_all(lab: &Lab<'_>, plays: &[Play]) -> Result<(), LabError> {
    let [left, right] = [gateway(lab, 0)?, gateway(lab, 1)?];
    thread::scope(|scope| {
        let mut ends = Vec::new();
        for (port, play) in (FIRST_PORT..).zip(plays) {
            let to = SocketAddrV6::new(inside(1), port, 0, 0);
            if play.is_udp {
                let taken = lab.within(right, || UdpSocket::bind(to))?;
                ends.push(scope.spawn(move || drain(&taken)));
                ends.push(scope.spawn(move || lab.within(left, || sends(to, &play.acts)).is_ok()));
                continue;
            }
            let listener = lab.within(right, || TcpListener::bind(to))?;
            ends.push(scope.spawn(move || serve(&listener, &play.acts).is_ok()));
            ends.push(scope.spawn(move || lab.within(left, || ask(to, &play.acts)).is_ok()));
        }
        // A flow that was cut short was seen as far as it went.
        ends.into_iter().for_each(|it| drop(it.join()));
        Ok(())
    })
}

fn seen(tunnels: &[Tunnel; 2], count: usize) -> Vec<(usize, Features)> {
    let [left, right] = tunnels;
    let out = left.watched().into_iter().map(|it| (it.key.to_port, it.features));
    let back = right.watched().into_iter().map(|it| (it.key.from_port, it.features));
    let place = |(port, features): (u16, Features)| {
        let at = usize::from(port.checked_sub(FIRST_PORT)?);
        (at < count).then_some((at, features))
    };
    out.chain(back).filter_map(place).collect()
}

fn patient(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))
}

fn ask(to: SocketAddrV6, acts: &[Act]) -> io::Result<()> {
    let mut stream = TcpStream::connect(to)?;
    patient(&stream)?;
    for act in acts {
        if act.asks > 0 {
            thread::sleep(act.wait);
            give(&mut stream, act.asks)?;
        }
        take(&mut stream, act.answers)?;
    }
    Ok(())
}

fn serve(listener: &TcpListener, acts: &[Act]) -> io::Result<()> {
    let (mut stream, _) = listener.accept()?;
    patient(&stream)?;
    for act in acts {
        take(&mut stream, act.asks)?;
        if act.asks == 0 {
            thread::sleep(act.wait);
        }
        give(&mut stream, act.answers)?;
    }
    // Until the other has all.
    take(&mut stream, 1).or(Ok(()))
}

fn give(stream: &mut TcpStream, octets: usize) -> io::Result<()> {
    let chunk = [0x5a; CHUNK];
    let mut left = octets;
    while left > 0 {
        let some = left.min(CHUNK);
        stream.write_all(chunk.get(..some).unwrap_or_default())?;
        left -= some;
    }
    Ok(())
}

fn take(stream: &mut TcpStream, octets: usize) -> io::Result<()> {
    let mut chunk = [0; CHUNK];
    let mut left = octets;
    while left > 0 {
        let room = chunk.get_mut(..left.min(CHUNK)).unwrap_or_default();
        match stream.read(room)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => left -= count,
        }
    }
    Ok(())
}

fn sends(to: SocketAddrV6, acts: &[Act]) -> io::Result<()> {
    let socket = UdpSocket::bind("[::]:0")?;
    let datagram = [0x5a; DATAGRAM];
    for act in acts {
        thread::sleep(act.wait);
        let mut left = act.asks;
        while left > 0 {
            let some = left.min(DATAGRAM);
            // What the kernel does not take is lost.
            let _ = socket.send_to(datagram.get(..some).unwrap_or_default(), to);
            left -= some;
        }
    }
    Ok(())
}

/// Until nothing came for a second.
fn drain(socket: &UdpSocket) -> bool {
    let mut buffer = [0; DATAGRAM];
    let mut is_waiting = socket.set_read_timeout(Some(Duration::from_secs(1))).is_ok();
    while is_waiting {
        is_waiting = socket.recv(&mut buffer).is_ok();
    }
    true
}
