//! Flows that have begun stay with their instance. An nftables table gives each packet for a service the mark of an
//! instance: the one that its flow was given first, or the one that has the slot its hash falls into. It tracks no
//! connections, so packets may come back any other way. Packets to and from a service get its class's code point.
//! Packets of a way are known by where they come from and go to: they get its mark, its code point, and the class of the
//! same number in the queue of the device that they leave by.
//!
//! A flow is the five-tuple of TCP or UDP; it is forgotten when it was silent for [`IDLE`]. Other packets, later fragments,
//! and flows for which there is no room go by the hash of their addresses or of themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::Duration,
};

use super::{
    Refusal,
    error::NO_ENTRY,
    expression::{About, Expressions, KEY, KEY_END, MARK, Part, element},
    netlink::{Answer, Attributes, CREATE, Channel, Message, attribute, attributes, number},
    route::{IPV4, IPV6, octets},
    state::{MARKS, Prefix, Way},
};

/// The number is that of its layout: another layout has another table.
const TABLE: &str = "jingwei-3";
const CHAIN: &str = "affinity";
pub const IDLE: Duration = Duration::from_secs(120);
/// Ranges of hashes that instances share the new flows of a service by.
pub const SLOTS: usize = 64;
/// Flows of one IP version that are remembered at once.
pub const MOST_FLOWS: u32 = 262_144;
/// Elements of one message.
const CHUNK: usize = 400;

const SUBSYSTEM: u16 = 10;
const BEGIN: u16 = 0x10;
const END: u16 = 0x11;
/// Both IP versions.
const INET: u8 = 1;
/// Behind the rules that are there.
const APPEND: u16 = 0x800;

const NEW_TABLE: u16 = 0;
const DELETE_TABLE: u16 = 2;
const NEW_CHAIN: u16 = 3;
const NEW_RULE: u16 = 6;
const NEW_SET: u16 = 9;
const NEW_ELEMENT: u16 = 12;
const GET_ELEMENT: u16 = 13;
const DELETE_ELEMENT: u16 = 14;
/// As the former, but one that is not there is fine (Linux 6.3).
const DESTROY_ELEMENT: u16 = 30;

const IS_MAP: u32 = 8;
const HAS_TIMEOUT: u32 = 0x10;
const FROM_PACKETS: u32 = 0x20;
/// Keys are ranges of several fields.
const RANGES: u32 = 0x80 | 0x4;

/// Types as `nft` numbers them, so that it can show the maps.
const TYPE_MARK: u32 = 19;
const TYPE_PORT: u32 = 13;
const TYPE_PROTOCOL: u32 = 12;

const TCP: u8 = 6;
const UDP: u8 = 17;

/// What differs between the IP versions.
#[derive(Debug)]
struct Version {
    family: u8,
    /// The services, and who has which slot of them.
    services: &'static str,
    slots: &'static str,
    flows: &'static str,
    /// `nft`'s type of an address, its bytes, and where in the header source and destination are.
    address_type: u32,
    length: u32,
    source: u32,
    destination: u32,
}

const VERSIONS: [Version; 2] = [
    Version {
        family: IPV4,
        services: "services4",
        slots: "slots4",
        flows: "flows4",
        address_type: 7,
        length: 4,
        source: 12,
        destination: 16,
    },
    Version {
        family: IPV6,
        services: "services6",
        slots: "slots6",
        flows: "flows6",
        address_type: 8,
        length: 16,
        source: 8,
        destination: 24,
    },
];

/// From a service to its class, in IPv6.
const CLASSES: &str = "classes6";
/// From source and destination of a way's packets to its mark; from its mark to its class.
const WAYS: &str = "ways6";
const WAY_CLASSES: &str = "wayclasses";
/// All maps but those of flows.
const MAPS: [&str; 7] = ["services4", "services6", "slots4", "slots6", CLASSES, WAYS, WAY_CLASSES];

/// By map: what each key leads to.
pub(crate) type Current = BTreeMap<&'static str, BTreeMap<Vec<u8>, u32>>;

/// The mark of who has a slot of a service.
pub(crate) fn put_slot(into: &mut Current, service: IpAddr, slot: u32, mark: u32) {
    let version = version_of(service);
    into.entry(version.services).or_default().insert(octets(service), MARKS);
    into.entry(version.slots).or_default().insert(slot_key(service, slot), mark);
}

/// The code point, 0 to 63, that packets of an IPv6 service get.
pub(crate) fn put_class(into: &mut Current, service: IpAddr, code_point: u8) {
    if service.is_ipv6() {
        into.entry(CLASSES).or_default().insert(octets(service), with_class(code_point));
    }
}

/// The first two octets of an IPv6 header: version 6, code point, and the end of the flow label's first part.
const fn with_class(code_point: u8) -> u32 {
    u32::from_ne_bytes([0x60 | (code_point >> 2 & 0xf), code_point << 6, 0, 0])
}

/// The packets of a way and what they get.
pub(crate) fn put_way(into: &mut Current, way: &Way) {
    for (from, to) in way.pairs() {
        let key = [from.address, to.address, last(from), last(to)].map(octets).concat();
        into.entry(WAYS).or_default().insert(key, way.mark());
    }
    let class = with_class(way.code_point);
    into.entry(WAY_CLASSES).or_default().insert(way.mark().to_ne_bytes().to_vec(), class);
}

/// The last address of a prefix that is cut.
fn last(prefix: Prefix) -> IpAddr {
    match prefix.address {
        IpAddr::V6(it) => {
            let rest = u128::MAX.checked_shr(u32::from(prefix.length)).unwrap_or(0);
            IpAddr::V6((it.to_bits() | rest).into())
        }
        it @ IpAddr::V4(_) => it,
    }
}

/// Who has a slot.
pub(crate) fn slot(of: &Current, service: IpAddr, slot: u32) -> Option<u32> {
    of.get(version_of(service).slots)?.get(&slot_key(service, slot)).copied()
}

const fn version_of(service: IpAddr) -> &'static Version {
    let [four, six] = &VERSIONS;
    if service.is_ipv4() { four } else { six }
}

fn slot_key(service: IpAddr, slot: u32) -> Vec<u8> {
    let mut key = octets(service);
    key.extend(slot.to_ne_bytes());
    key
}
/// Key of a map, and the mark it leads to.
type Marked = (Vec<u8>, u32);
/// The same, or the key alone.
type Element = (Vec<u8>, Option<u32>);

fn message(kind: u16, flags: u16) -> Message {
    let mut it = Message::new((SUBSYSTEM << 8) | kind, flags, &[INET, 0, 0, 0]);
    // Each kind of object names the table in its first attribute.
    it.body.text(1, TABLE);
    it
}

/// All of it happens, or none.
fn commit(channel: &mut Channel, changes: Vec<Message>) -> Result<(), Refusal> {
    let edge = |kind| Message::new(kind, 0, &[0, 0, 0, 10]);
    let mut messages = vec![edge(BEGIN)];
    messages.extend(changes.into_iter().map(Message::answered));
    messages.push(edge(END));
    channel.transact(&messages)
}

/// What the maps hold. None: there is no table.
pub(crate) fn current(channel: &mut Channel) -> Result<Option<Current>, Refusal> {
    let mut all = Current::new();
    for map in MAPS {
        let Some(elements) = elements(channel, map)? else { return Ok(None) };
        all.insert(map, elements.into_iter().collect());
    }
    Ok(Some(all))
}

/// Flows that are remembered, by the mark of their instance.
pub(crate) fn count(channel: &mut Channel) -> Result<BTreeMap<u32, usize>, Refusal> {
    let mut counts = BTreeMap::new();
    for version in &VERSIONS {
        for (_, mark) in elements(channel, version.flows)?.unwrap_or_default() {
            *counts.entry(mark).or_default() += 1;
        }
    }
    Ok(counts)
}

/// None: there is no such map.
fn elements(channel: &mut Channel, map: &str) -> Result<Option<Vec<Marked>>, Refusal> {
    let mut question = message(GET_ELEMENT, 0);
    question.body.text(2, map);
    match channel.list(&question) {
        Ok(answers) => Ok(Some(answers.iter().flat_map(read_elements).collect())),
        Err(refusal) if refusal.code == NO_ENTRY => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn read_elements(answer: &Answer) -> Vec<(Vec<u8>, u32)> {
    let list = answer.body.get(4..).and_then(|body| attribute(body, 3)).unwrap_or_default();
    let value = |it, kind| attribute(attribute(it, kind)?, 1);
    let read = |(_, it)| {
        let end = value(it, KEY_END).unwrap_or_default();
        Some(([value(it, 1)?, end].concat(), number(value(it, 2)?)?))
    };
    attributes(list).filter_map(read).collect()
}

/// Makes the maps hold these, where they held those.
pub(crate) fn set(
    channel: &mut Channel,
    was: Option<&Current>,
    now: &Current,
) -> Result<(), Refusal> {
    let mut changes = if was.is_some() { Vec::new() } else { layout() };
    let none = BTreeMap::new();
    for map in MAPS {
        let was = was.and_then(|it| it.get(map)).unwrap_or(&none);
        let now = now.get(map).unwrap_or(&none);
        let old = differing(was, now).map(|(key, _)| (key, None));
        changes.extend(change(DELETE_ELEMENT, map, &old.collect::<Vec<_>>()));
        let new = differing(now, was).map(|(key, mark)| (key, Some(mark)));
        changes.extend(change(NEW_ELEMENT, map, &new.collect::<Vec<_>>()));
    }
    if changes.is_empty() { Ok(()) } else { commit(channel, changes) }
}

/// What is in the one and not the same in the other.
fn differing(
    one: &BTreeMap<Vec<u8>, u32>,
    other: &BTreeMap<Vec<u8>, u32>,
) -> impl Iterator<Item = (Vec<u8>, u32)> {
    let changed = one.iter().filter(|(key, mark)| other.get(*key) != Some(mark));
    changed.map(|(key, mark)| (key.clone(), *mark))
}

fn change(kind: u16, map: &str, elements: &[Element]) -> Vec<Message> {
    let flags = if kind == NEW_ELEMENT { CREATE } else { 0 };
    let of_chunk = |chunk: &[Element]| {
        let mut it = message(kind, flags);
        it.body.text(2, map).nest(3, |list| {
            for (key, mark) in chunk {
                let (key, end) = key.split_at(if map == WAYS { key.len() / 2 } else { key.len() });
                let key = (key, Some(end).filter(|end| !end.is_empty()));
                element(list, key, mark.map(u32::to_ne_bytes).as_ref().map(<[u8; 4]>::as_slice));
            }
        });
        it
    };
    elements.chunks(CHUNK).map(of_chunk).collect()
}

/// Flows of instances that are no more are new again.
pub(crate) fn forget(channel: &mut Channel, marks: &BTreeSet<u32>) -> Result<(), Refusal> {
    for version in &VERSIONS {
        let flows = elements(channel, version.flows)?.unwrap_or_default();
        let gone = flows.into_iter().filter(|(_, mark)| marks.contains(mark));
        let gone: Vec<Element> = gone.map(|(key, _)| (key, None)).collect();
        for change in change(DESTROY_ELEMENT, version.flows, &gone) {
            commit(channel, vec![change])?;
        }
    }
    Ok(())
}

/// Takes the table away, if there is one.
pub(crate) fn remove(channel: &mut Channel) -> Result<(), Refusal> {
    match commit(channel, vec![message(DELETE_TABLE, 0)]) {
        Err(refusal) if refusal.code != NO_ENTRY => Err(refusal),
        _ => Ok(()),
    }
}

/// The table with its maps and rules, empty.
fn layout() -> Vec<Message> {
    let mut changes = vec![message(NEW_TABLE, CREATE), chain()];
    let [_, six] = &VERSIONS;
    changes.push(map(1, CLASSES, 0, [six.address_type, six.length]));
    for (id, version) in (2..).step_by(3).zip(&VERSIONS) {
        changes.push(map(id, version.services, 0, [version.address_type, version.length]));
        changes.push(slot_map(id + 1, version));
        changes.push(flow_map(id + 2, version));
    }
    changes.extend([way_map(8, six), map(9, WAY_CLASSES, 0, [TYPE_MARK, 4])]);
    changes.extend([six.destination, six.source].map(|offset| class(six, offset)));
    changes.extend(way(six));
    for version in &VERSIONS {
        changes.push(new_flow(version));
        changes.extend([TCP, UDP].map(|protocol| known_flow(version, protocol)));
    }
    changes
}

/// Before routing, when marks are given by custom ("mangle").
fn chain() -> Message {
    let mut it = message(NEW_CHAIN, CREATE);
    it.body.text(3, CHAIN).nest(4, |hook| {
        hook.big(1, 0).big(2, (-150_i32).cast_unsigned());
    });
    it.body.text(7, "filter");
    it
}

/// `[type, bytes]` of its keys.
fn map(id: u32, name: &str, flags: u32, [kind, length]: [u32; 2]) -> Message {
    let mut it = message(NEW_SET, CREATE);
    it.body.text(2, name).big(3, flags | IS_MAP).big(4, kind).big(5, length);
    it.body.big(6, TYPE_MARK).big(7, 4).big(10, id);
    it
}

/// From ranges of source and destination to a mark.
fn way_map(id: u32, version: &Version) -> Message {
    let kind = version.address_type << 6 | version.address_type;
    let mut it = map(id, WAYS, RANGES, [kind, 2 * version.length]);
    it.body.nest(9, |description| {
        description.nest(2, |fields| {
            for _ in 0..2 {
                fields.nest(1, |field| {
                    field.big(1, version.length);
                });
            }
        });
    });
    it
}

/// What the packets of a way get: mark and queue, then the code point.
fn way(version: &Version) -> [Message; 2] {
    let marked = rule(|it| {
        it.meta(About::IpVersion, KEY).is(KEY, &[version.family]);
        it.load(Part::Network, version.source, version.length, KEY);
        it.load(Part::Network, version.destination, version.length, KEY + version.length / 4);
        it.find(WAYS, KEY, MARK).set_mark(MARK);
        it.meta(About::Mark, MARK).set(About::Priority, MARK);
    });
    let class = rule(|it| {
        it.meta(About::IpVersion, KEY).is(KEY, &[version.family]);
        it.meta(About::Mark, KEY).find(WAY_CLASSES, KEY, MARK).store(MARK, 0, 2);
    });
    [marked, class]
}

/// From service and slot to a mark.
fn slot_map(id: u32, version: &Version) -> Message {
    map(id, version.slots, 0, [version.address_type << 6 | TYPE_MARK, version.length + 4])
}

/// From source, destination, both ports and the protocol to a mark.
fn flow_map(id: u32, version: &Version) -> Message {
    let types = [version.address_type, version.address_type, TYPE_PORT, TYPE_PORT, TYPE_PROTOCOL];
    let kind = types.into_iter().fold(0, |all, it| (all << 6) | it);
    let flags = HAS_TIMEOUT | FROM_PACKETS;
    let mut it = map(id, version.flows, flags, [kind, 2 * version.length + 12]);
    let idle_ms = u64::try_from(IDLE.as_millis()).unwrap_or(u64::MAX);
    it.body.nest(9, |description| {
        description.big(1, MOST_FLOWS);
    });
    it.body.push(11, &idle_ms.to_be_bytes());
    it
}

fn rule(fill: impl FnOnce(&mut Expressions<'_>)) -> Message {
    let mut it = message(NEW_RULE, CREATE | APPEND);
    it.body.text(2, CHAIN).nest(4, |list: &mut Attributes| fill(&mut Expressions(list)));
    it
}

/// The code point of the service whose address stands at `offset`.
fn class(version: &Version, offset: u32) -> Message {
    rule(|it| {
        it.meta(About::IpVersion, KEY).is(KEY, &[version.family]);
        it.load(Part::Network, offset, version.length, KEY);
        it.find(CLASSES, KEY, MARK).store(MARK, 0, 2);
    })
}

/// The slot of the hash of what stands from the key's first register on, then the mark of who has it, which the packet
/// gets. Slot and mark go by way of the packet's mark: `nft` (1.0.6) falls over rules that use what they looked up.
fn by_slot(it: &mut Expressions<'_>, version: &Version, hashed: u32) {
    let service = MARK - version.length / 4;
    it.hash(KEY, hashed, SLOTS as u32, MARK).set_mark(MARK).meta(About::Mark, MARK);
    it.load(Part::Network, version.destination, version.length, service);
    it.find(version.slots, service, MARK).set_mark(MARK).meta(About::Mark, MARK);
}

/// By the hash of both addresses.
fn new_flow(version: &Version) -> Message {
    rule(|it| {
        it.meta(About::IpVersion, KEY).is(KEY, &[version.family]);
        let destination = KEY + version.length / 4;
        it.load(Part::Network, version.destination, version.length, destination);
        it.find(version.services, destination, MARK);
        it.load(Part::Network, version.source, version.length, KEY);
        by_slot(it, version, 2 * version.length);
    })
}

/// The mark that its flow was given first.
fn known_flow(version: &Version, protocol: u8) -> Message {
    let words = version.length / 4;
    let (destination, port) = (KEY + words, KEY + 2 * words);
    rule(|it| {
        it.meta(About::IpVersion, KEY).is(KEY, &[version.family]);
        it.meta(About::Protocol, KEY).is(KEY, &[protocol]);
        it.load(Part::Network, version.destination, version.length, destination);
        it.find(version.services, destination, MARK);
        it.load(Part::Network, version.source, version.length, KEY);
        it.load(Part::Transport, 0, 2, port).load(Part::Transport, 2, 2, port + 1);
        by_slot(it, version, 2 * version.length + 8);
        it.meta(About::Protocol, port + 2);
        it.keep(version.flows, KEY, MARK).find(version.flows, KEY, MARK).set_mark(MARK);
    })
}
