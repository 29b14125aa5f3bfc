//! Routes as the kernel's messages have them (`linux/rtnetlink.h`, `linux/seg6_iptunnel.h`, `linux/seg6_local.h`).

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::{
    netlink::{Answer, Attributes, Message, attribute, number},
    state::{Action, GENERATION_TABLE, Mode, Place, Prefix, Route, SegmentList},
};

/// Says that a route or a rule is ours. Free in the list of `iproute2`.
pub(crate) const PROTOCOL: u8 = 74;

pub(crate) const NEW: u16 = 24;
pub(crate) const DELETE: u16 = 25;
const GET: u16 = 26;

pub(crate) const IPV4: u8 = 2;
pub(crate) const IPV6: u8 = 10;

const UNICAST: u8 = 1;
const BLACKHOLE: u8 = 6;
const SCOPE_LINK: u8 = 253;
const SCOPE_ANY: u8 = 255;
/// Bytes of `struct rtmsg`.
const HEAD: usize = 12;

const DESTINATION: u16 = 1;
const DEVICE: u16 = 4;
const GATEWAY: u16 = 5;
const METRIC: u16 = 6;
const TABLE: u16 = 15;
const ENCAP_TYPE: u16 = 21;
const ENCAP: u16 = 22;

const SEG6: u16 = 5;
const SEG6_LOCAL: u16 = 7;
/// `SEG6_IPTUNNEL_SRH`.
const HEADER: u16 = 1;
const ENCAPS: u32 = 1;
const REDUCED: u32 = 3;

const ACTION: u16 = 1;
const LOOKUP: u16 = 3;
const NEXT4: u16 = 4;
const NEXT6: u16 = 5;
const COUNTERS: u16 = 10;
const COUNT_PACKETS: u16 = 2;
const COUNT_BYTES: u16 = 3;
const COUNT_ERRORS: u16 = 4;

/// Octets of the segment routing header before its list (RFC 8754 section 2).
const FIXED: usize = 8;
/// Of routing headers, the segment routing one.
const ROUTING_TYPE: u8 = 4;

/// Devices by name.
pub(crate) type Devices = BTreeMap<String, u32>;

/// What passed a segment of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    pub packets: u64,
    pub bytes: u64,
    /// Packets that the segment could do nothing with.
    pub errors: u64,
}

/// A route of ours as it is in the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// None: it is none that we would make now, and has to go or be made anew.
    Route {
        place: Place,
        route: Option<Route>,
        counters: Option<Counters>,
    },
    Generation(u64),
}

pub(crate) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(it) => it.octets().to_vec(),
        IpAddr::V6(it) => it.octets().to_vec(),
    }
}

pub(crate) fn address(octets: &[u8]) -> Option<IpAddr> {
    match octets.len() {
        4 => octets.first_chunk::<4>().map(|it| IpAddr::from(*it)),
        16 => octets.first_chunk::<16>().map(|it| IpAddr::from(*it)),
        _ => None,
    }
}

pub(crate) fn family(address: IpAddr) -> u8 {
    if address.is_ipv4() { IPV4 } else { IPV6 }
}

/// What a route says besides where it leads.
#[derive(Debug, Clone, Copy)]
struct Head {
    owner: u8,
    scope: u8,
    kind: u8,
}

fn message(kind: u16, flags: u16, place: &Place, head: Head) -> Message {
    let Place { table, to, metric } = place;
    let Head { owner, scope, kind: route_kind } = head;
    let head = [family(to.address), to.length, 0, 0, 0, owner, scope, route_kind, 0, 0, 0, 0];
    let mut it = Message::new(kind, flags, &head);
    it.body.push(DESTINATION, &octets(to.address)).number(TABLE, *table).number(METRIC, *metric);
    it
}

/// Makes the route for this owner. It leaves by the device of this index.
pub(crate) fn put(route: &Route, device: u32, owner: u8, flags: u16) -> Message {
    let is_local = route.place.to.address.is_ipv4() && route.action == Action::Forward(None);
    let scope = if is_local { SCOPE_LINK } else { 0 };
    let mut it = message(NEW, flags, &route.place, Head { owner, scope, kind: UNICAST });
    it.body.number(DEVICE, device);
    write_action(&route.action, &mut it.body);
    it
}

pub(crate) fn remove(place: &Place) -> Message {
    message(DELETE, 0, place, Head { owner: PROTOCOL, scope: SCOPE_ANY, kind: 0 })
}

fn write_action(action: &Action, body: &mut Attributes) {
    match action {
        Action::Forward(None) => {}
        Action::Forward(Some(next)) => {
            body.push(GATEWAY, &octets(*next));
        }
        Action::Encapsulate(list) => {
            body.push(ENCAP_TYPE, &SEG6.to_ne_bytes());
            body.nest(ENCAP, |it| {
                it.push(HEADER, &write_list(list));
            });
        }
        Action::End => write_local(body, 1, None),
        Action::EndX(next) => write_local(body, 2, Some((NEXT6, &next.octets()))),
        Action::EndDx6(next) => write_local(body, 5, Some((NEXT6, &next.octets()))),
        Action::EndDx4(next) => write_local(body, 6, Some((NEXT4, &next.octets()))),
        Action::EndDt6(table) => write_local(body, 7, Some((LOOKUP, &table.to_ne_bytes()))),
    }
}

fn write_local(body: &mut Attributes, action: u32, more: Option<(u16, &[u8])>) {
    body.push(ENCAP_TYPE, &SEG6_LOCAL.to_ne_bytes());
    body.nest(ENCAP, |it| {
        it.number(ACTION, action);
        if let Some((kind, value)) = more {
            it.push(kind, value);
        }
        it.nest(COUNTERS, |counters| {
            for kind in [COUNT_PACKETS, COUNT_BYTES, COUNT_ERRORS] {
                counters.push(kind, &0_u64.to_ne_bytes());
            }
        });
    });
}

/// Mode, and the header with its list, which stands in it last segment first.
fn write_list(list: &SegmentList) -> Vec<u8> {
    let mode = match list.mode {
        Mode::Encaps => ENCAPS,
        Mode::Reduced => REDUCED,
    };
    let count = u8::try_from(list.segments.len()).unwrap_or(u8::MAX);
    let last = count.saturating_sub(1);
    let mut bytes = mode.to_ne_bytes().to_vec();
    bytes.extend([0, count.saturating_mul(2), ROUTING_TYPE, last, last, 0, 0, 0]);
    bytes.extend(list.segments.iter().rev().flat_map(Ipv6Addr::octets));
    bytes
}

fn read_list(bytes: &[u8]) -> Option<SegmentList> {
    let mode = match number(bytes)? {
        ENCAPS => Mode::Encaps,
        REDUCED => Mode::Reduced,
        _ => return None,
    };
    let (segments, rest) = bytes.get(4 + FIXED..)?.as_chunks::<16>();
    let segments = segments.iter().rev().map(|it| Ipv6Addr::from(*it)).collect();
    rest.is_empty().then_some(SegmentList { mode, segments })
}

fn read_local(bytes: &[u8]) -> Option<Action> {
    let next6 = || attribute(bytes, NEXT6)?.first_chunk::<16>().map(|it| Ipv6Addr::from(*it));
    let next4 = || attribute(bytes, NEXT4)?.first_chunk::<4>().map(|it| Ipv4Addr::from(*it));
    Some(match number(attribute(bytes, ACTION)?)? {
        1 => Action::End,
        2 => Action::EndX(next6()?),
        5 => Action::EndDx6(next6()?),
        6 => Action::EndDx4(next4()?),
        7 => Action::EndDt6(number(attribute(bytes, LOOKUP)?)?),
        _ => return None,
    })
}

fn read_counters(bytes: &[u8]) -> Option<Counters> {
    let bytes = attribute(bytes, COUNTERS)?;
    let count = |kind| Some(u64::from_ne_bytes(*attribute(bytes, kind)?.first_chunk()?));
    Some(Counters {
        packets: count(COUNT_PACKETS)?,
        bytes: count(COUNT_BYTES)?,
        errors: count(COUNT_ERRORS)?,
    })
}

fn read_action(attributes: &[u8]) -> (Option<Action>, Option<Counters>) {
    let encap = attribute(attributes, ENCAP).unwrap_or_default();
    let kind = attribute(attributes, ENCAP_TYPE).and_then(|it| it.first_chunk());
    match kind.map(|it| u16::from_ne_bytes(*it)) {
        Some(SEG6) => {
            let list = attribute(encap, HEADER).and_then(read_list);
            (list.map(Action::Encapsulate), None)
        }
        Some(SEG6_LOCAL) => (read_local(encap), read_counters(encap)),
        Some(_) => (None, None),
        None => (Some(Action::Forward(attribute(attributes, GATEWAY).and_then(address))), None),
    }
}

/// None: it is not ours.
pub(crate) fn read(answer: &Answer, names: &BTreeMap<u32, String>) -> Option<Found> {
    let (head, attributes) = answer.body.split_first_chunk::<HEAD>()?;
    let [family, length, _, _, table, PROTOCOL, _, kind, ..] = *head else { return None };
    let zero: IpAddr =
        if family == IPV4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let to = attribute(attributes, DESTINATION).and_then(address).unwrap_or(zero);
    let table = attribute(attributes, TABLE).and_then(number).unwrap_or(u32::from(table));
    if let (GENERATION_TABLE, IpAddr::V6(to)) = (table, to) {
        let [_, _, _, _, _, _, _, _, generation @ ..] = to.octets();
        return Some(Found::Generation(u64::from_be_bytes(generation)));
    }
    let metric = attribute(attributes, METRIC).and_then(number).unwrap_or(0);
    let place = Place { table, to: Prefix { address: to, length }, metric };
    let device = attribute(attributes, DEVICE).and_then(number).and_then(|it| names.get(&it));
    let (action, counters) = read_action(attributes);
    let route = || Some(Route { place, device: device?.clone(), action: action? });
    Some(Found::Route { place, route: if kind == UNICAST { route() } else { None }, counters })
}

/// All routes of all tables.
pub(crate) fn list(family: u8) -> Message {
    Message::new(GET, 0, &[family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// The route that says which state was accepted. It leads nowhere, and nothing leads to it.
pub(crate) fn generation(kind: u16, flags: u16, generation: u64) -> Message {
    let bits = (0xfd4a_5700_0000_0000_u128 << 64) | u128::from(generation);
    let to = Prefix::host(Ipv6Addr::from_bits(bits).into());
    let place = Place { table: GENERATION_TABLE, to, metric: 1 };
    message(kind, flags, &place, Head { owner: PROTOCOL, scope: 0, kind: BLACKHOLE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_list_is_written_as_the_kernel_reads_it() {
        let segments = vec!["fd00:20::e".parse().unwrap(), "fd00:40::6".parse().unwrap()];
        let list = SegmentList { mode: Mode::Encaps, segments };
        let bytes = write_list(&list);
        // Mode 1; then next header, length in units of 8 octets, type 4, two figures of the last segment's place.
        assert_eq!(bytes[..12], [1, 0, 0, 0, 0, 4, 4, 1, 1, 0, 0, 0]);
        assert_eq!(bytes[12..16], [0xfd, 0x00, 0x00, 0x40]);
        assert_eq!(read_list(&bytes), Some(list));
    }
}
