//! What a packet's headers say of the flow that it belongs to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Protocol numbers.
const TCP: u8 = 6;
const UDP: u8 = 17;

/// The flow of a TCP or UDP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey {
    pub from: IpAddr,
    pub to: IpAddr,
    pub from_port: u16,
    pub to_port: u16,
    pub is_udp: bool,
}

impl FlowKey {
    /// Of the answers.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
            from_port: self.to_port,
            to_port: self.from_port,
            is_udp: self.is_udp,
        }
    }
}

/// A TCP or UDP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub key: FlowKey,
    /// Of its first octet of data; zero for UDP.
    pub sequence: u32,
    pub data: &'a [u8],
}

/// The code point in a packet's header; zero where there is none.
#[must_use]
pub fn code_point(packet: &[u8]) -> u8 {
    let octet = |at: usize| packet.get(at).copied().unwrap_or(0);
    let (first, second) = (octet(0), octet(1));
    match first >> 4 {
        4 => second >> 2,
        _ => ((first & 0xf) << 2) | (second >> 6),
    }
}

impl<'a> Packet<'a> {
    /// None: neither TCP nor UDP, a fragment, behind headers that it does not know, or cut off.
    #[must_use]
    pub fn read(packet: &'a [u8]) -> Option<Self> {
        match packet.first()? >> 4 {
            4 => Self::v4(packet),
            6 => Self::v6(packet),
            _ => None,
        }
    }

    fn v4(packet: &'a [u8]) -> Option<Self> {
        let header = packet.first_chunk::<20>()?;
        let length = usize::from(header[0] & 0xf) * 4;
        // More fragments, or not the first one.
        if u16::from_be_bytes([header[6], header[7]]) & 0x3fff != 0 {
            return None;
        }
        let total = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let address = |at: usize| -> Option<IpAddr> {
            Some(Ipv4Addr::from(*header.get(at..)?.first_chunk::<4>()?).into())
        };
        Self::of(header[9], (address(12)?, address(16)?), packet.get(length..total)?)
    }

    fn v6(packet: &'a [u8]) -> Option<Self> {
        let header = packet.first_chunk::<40>()?;
        let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let address = |at: usize| -> Option<IpAddr> {
            Some(Ipv6Addr::from(*header.get(at..)?.first_chunk::<16>()?).into())
        };
        Self::of(header[6], (address(8)?, address(24)?), packet.get(40..40 + length)?)
    }

    fn of(protocol: u8, (from, to): (IpAddr, IpAddr), rest: &'a [u8]) -> Option<Self> {
        let ports = rest.first_chunk::<4>()?;
        let is_udp = protocol == UDP;
        let header = match protocol {
            UDP => 8,
            TCP => usize::from(rest.get(12)? >> 4) * 4,
            _ => return None,
        };
        let sequence = if is_udp { 0 } else { u32::from_be_bytes(*rest.get(4..)?.first_chunk()?) };
        let key = FlowKey {
            from,
            to,
            from_port: u16::from_be_bytes([ports[0], ports[1]]),
            to_port: u16::from_be_bytes([ports[2], ports[3]]),
            is_udp,
        };
        Some(Self { key, sequence, data: rest.get(header..)? })
    }
}
