//! Test packets of STAMP (RFC 8762, with the session identifier of RFC 8972), and our packets that go inside a tunnel
//! beside those of its users: IPv6 and UDP between `fe80::1` and `fe80::2`, so that any decoder of packets can read them.
//! The tunnel encrypts and authenticates them: they are in STAMP's unauthenticated mode.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// STAMP's own port.
const TEST: u16 = 862;
/// Of critical packets, which come twice.
const DOUBLE: u16 = 863;
const IPV6: usize = 40;
const HEADERS: usize = IPV6 + 8;
/// Octets of a test packet, both ways (RFC 8762 section 4.2.1).
const BODY: usize = 44;
/// From 1900 to 1970 (RFC 5905).
const NTP_OFFSET_S: u64 = 2_208_988_800;
/// Not synchronized; scale and multiplier say nothing (RFC 4656 section 4.1.2).
const ERROR: [u8; 2] = [0, 1];

/// What one of our own packets is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own<'a> {
    /// A probe, to be reflected.
    Probe(&'a [u8]),
    /// It came back: its sequence number.
    Reflected(u32),
    /// One of two, by its number.
    Double(u64, &'a [u8]),
}

/// None: it is of somebody who uses the tunnel.
pub(super) fn read(packet: &[u8]) -> Option<Own<'_>> {
    let (header, rest) = packet.split_first_chunk::<IPV6>()?;
    let is_ours = header.get(8..24)? == address(1) || header.get(8..24)? == address(2);
    let udp = rest.get(..8)?;
    let port = |at: usize| Some(u16::from_be_bytes(*udp.get(at..)?.first_chunk()?));
    let (from, to) = (port(0)?, port(2)?);
    let body = rest.get(8..)?;
    if !is_ours || header.first()? >> 4 != 6 || *header.get(6)? != 17 {
        return None;
    }
    match (from, to) {
        (_, TEST) => Some(Own::Probe(body)),
        (TEST, _) => Some(Own::Reflected(u32::from_be_bytes(*body.get(24..)?.first_chunk()?))),
        (_, DOUBLE) => {
            let (number, packet) = body.split_first_chunk()?;
            Some(Own::Double(u64::from_be_bytes(*number), packet))
        }
        _ => None,
    }
}

fn address(last: u8) -> [u8; 16] {
    [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]
}

/// Headers with the body behind them. Its checksum is none: the tunnel has a better one.
fn packet(ports: [u16; 2], body: &[&[u8]]) -> Vec<u8> {
    let length = 8 + body.iter().map(|it| it.len()).sum::<usize>();
    let octets = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    let mut bytes = Vec::with_capacity(IPV6 + length);
    bytes.extend([0x60, 0, 0, 0]);
    bytes.extend(octets);
    bytes.extend([17, 1]);
    bytes.extend(address(1));
    bytes.extend(address(2));
    bytes.extend(ports.into_iter().flat_map(u16::to_be_bytes));
    bytes.extend(octets);
    bytes.extend([0, 0]);
    body.iter().for_each(|it| bytes.extend(*it));
    bytes
}

/// What a session-sender sends (RFC 8762 section 4.2.1).
pub(super) fn probe(sequence: u32, at: SystemTime) -> Vec<u8> {
    let (sequence, stamp) = (sequence.to_be_bytes(), stamp(at));
    packet([49_862, TEST], &[&sequence, &stamp, &ERROR, &[0; BODY - 14]])
}

/// What a session-reflector answers (section 4.3.1); None where the probe is too short.
pub(super) fn reflect(probe: &[u8], at: SystemTime) -> Option<Vec<u8>> {
    let theirs = probe.get(..14)?;
    let sequence = theirs.get(..4)?;
    let session = probe.get(14..16)?;
    let now = stamp(at);
    let parts: [&[u8]; 7] = [sequence, &now, &ERROR, session, &now, theirs, &[0, 0, 1, 0, 0, 0]];
    Some(packet([TEST, 49_862], &parts))
}

/// Octets that are added to a packet that goes twice.
pub(super) const OF_DOUBLE: usize = HEADERS + 8;

pub(super) fn double(number: u64, inner: &[u8]) -> Vec<u8> {
    packet([DOUBLE, DOUBLE], &[&number.to_be_bytes(), inner])
}

/// Seconds since 1900 and their fractions (RFC 5905).
fn stamp(at: SystemTime) -> [u8; 8] {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    let seconds = (since.as_secs() + NTP_OFFSET_S) & 0xffff_ffff;
    ((seconds << 32) | fraction).to_be_bytes()
}

/// Which numbers have been seen, of the last 4,096.
#[derive(Debug)]
pub(super) struct Seen {
    next: u64,
    bits: [u64; Self::WORDS],
}

impl Seen {
    const WORDS: usize = 64;

    pub(super) const fn new() -> Self {
        Self { next: 0, bits: [0; Self::WORDS] }
    }

    /// Whether it comes for the first time. One that is too old to tell does not.
    pub(super) fn is_new(&mut self, number: u64) -> bool {
        let span = 64 * Self::WORDS as u64;
        if number.saturating_add(span) < self.next {
            return false;
        }
        for forgotten in self.next..number.saturating_add(1).min(self.next.saturating_add(span)) {
            *self.word(forgotten) &= !(1 << (forgotten % 64));
        }
        self.next = self.next.max(number.saturating_add(1));
        let bit = 1 << (number % 64);
        let word = self.word(number);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    fn word(&mut self, number: u64) -> &mut u64 {
        #[expect(clippy::indexing_slicing, reason = "the remainder is below the number of words")]
        &mut self.bits[(number / 64) as usize % Self::WORDS]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_probe_comes_back_with_its_number() {
        let at = UNIX_EPOCH + Duration::from_millis(1_500);
        let sent = probe(77, at);
        assert_eq!(sent.len(), HEADERS + BODY);
        let Some(Own::Probe(body)) = read(&sent) else { panic!("no probe") };
        assert_eq!(body[4..12], [0x83, 0xaa, 0x7e, 0x81, 0x80, 0, 0, 0], "1.5 s after 1970");
        let back = reflect(body, at).unwrap();
        assert_eq!(back.len(), HEADERS + BODY, "as long as the probe");
        assert_eq!(read(&back), Some(Own::Reflected(77)));
        assert_eq!(reflect(&body[..10], at), None);
    }

    #[test]
    fn of_two_the_second_is_known() {
        let sent = double(5, b"inner");
        assert_eq!(sent.len(), OF_DOUBLE + 5);
        assert_eq!(read(&sent), Some(Own::Double(5, b"inner")));
        let mut seen = Seen::new();
        let firsts = [0, 1, 1, 5, 3, 3, 5, 70, 4_200, 4_200, 1, 4_199].map(|it| seen.is_new(it));
        let expected =
            [true, true, false, true, true, false, false, true, true, false, false, true];
        assert_eq!(firsts, expected);
        assert!(seen.is_new(u64::MAX) && !seen.is_new(u64::MAX) && !seen.is_new(4_201));
    }

    #[test]
    fn packets_of_others_are_theirs() {
        let mut other = probe(1, UNIX_EPOCH);
        other[8] = 0x20;
        assert_eq!(read(&other), None);
    }

    proptest! {
        #[test]
        fn no_packet_stops_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
            if let Some(Own::Probe(body)) = read(&bytes) {
                let _ = reflect(body, UNIX_EPOCH);
            }
        }
    }
}
