//! How much devices let through: hierarchical token buckets (HTB, `linux/pkt_sched.h`), one for a whole device or one for
//! each way that leaves by it.

use std::collections::BTreeMap;

use super::{
    Way,
    device::words,
    netlink::{Answer, CREATE, Message, REPLACE, attribute, number, text},
    route::Devices,
    state::MARKS,
};

const NEW_QUEUE: u16 = 36;
const DELETE_QUEUE: u16 = 37;
const GET_QUEUE: u16 = 38;
const NEW_CLASS: u16 = 40;
const DELETE_CLASS: u16 = 41;
const GET_CLASS: u16 = 42;

/// Bytes of `struct tcmsg`.
const HEAD: usize = 20;
const KIND: u16 = 1;
const OPTIONS: u16 = 2;
const STATISTICS: u16 = 7;
const PARAMETERS: u16 = 1;
const RATE: u16 = 6;
const CEILING: u16 = 7;

const ROOT: u32 = u32::MAX;
/// Handle of the queue of a whole device, and of its only class.
const QUEUE: u32 = 0x0001_0000;
const CLASS: u32 = QUEUE | 1;
/// Bytes a second of a way that is not held to any: more than any device takes.
const UNBOUND: u64 = 125_000_000_000;

/// What a way's class has sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub packets: u64,
    /// With the header that leads them.
    pub bytes: u64,
    pub dropped: u64,
}

/// By index of the device: bytes a second of each class, by its mark.
pub(crate) type Queues = BTreeMap<u32, BTreeMap<u32, u64>>;

fn traffic(kind: u16, flags: u16, [index, handle, parent]: [u32; 3]) -> Message {
    Message::new(kind, flags, &words(&[0, index, handle, parent, 0]))
}

/// Packets of no class go to `default`; to zero: at once.
fn queue(index: u32, handle: u32, default: u32) -> Message {
    let mut it = traffic(NEW_QUEUE, CREATE | REPLACE, [index, handle, ROOT]);
    it.body.text(KIND, "htb").nest(OPTIONS, |it| {
        // Version 3; the quantum is a tenth of the rate.
        it.push(2, &words(&[3, 10, default, 0, 0]));
    });
    it
}

fn class(index: u32, [handle, parent]: [u32; 2], bytes_s: u64) -> Message {
    let mut it = traffic(NEW_CLASS, CREATE | REPLACE, [index, handle, parent]);
    it.body.text(KIND, "htb").nest(OPTIONS, |it| {
        it.push(PARAMETERS, &class_figures(bytes_s));
        it.push(RATE, &bytes_s.to_ne_bytes()).push(CEILING, &bytes_s.to_ne_bytes());
    });
    it
}

/// The device lets so much through, in bytes a second: first the queue, then its class.
pub(crate) fn limit(index: u32, bytes_s: u64) -> [Message; 2] {
    [queue(index, QUEUE, 1), class(index, [CLASS, QUEUE], bytes_s)]
}

/// `struct tc_htb_opt`. What may go at once is 10 ms of the rate, and at least 64 KiB: the largest packet there is.
fn class_figures(bytes_s: u64) -> Vec<u8> {
    const LEAST_BURST: u64 = 64 << 10;
    /// Nanoseconds of a tick of the packet scheduler.
    const TICK_NS: u64 = 64;
    let rate = u32::try_from(bytes_s).unwrap_or(u32::MAX).to_ne_bytes();
    let burst = LEAST_BURST.max(bytes_s / 100);
    let ticks = burst.saturating_mul(1_000_000_000) / bytes_s.max(1) / TICK_NS;
    let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
    // Figures of a rate: cell, link layer (1: Ethernet), overhead, alignment, least packet.
    let spec = [[0, 1, 0, 0, 0, 0, 0, 0].as_slice(), &rate].concat();
    [spec.clone(), spec, words(&[ticks, ticks, 60_000, 0, 0])].concat()
}

/// What the queues of devices should be. Devices that are not there are left out: routes say that.
pub(crate) fn wanted(ways: &[Way], devices: &Devices) -> Queues {
    let mut queues = Queues::new();
    for way in ways {
        let Some(index) = devices.get(&way.path.device) else { continue };
        let rate = way.bytes_s.unwrap_or(UNBOUND).max(1);
        queues.entry(*index).or_default().insert(way.mark(), rate);
    }
    queues
}

/// What makes these of those: first what is too much goes.
pub(crate) fn changes(wanted: &Queues, found: &Queues) -> Vec<Message> {
    let (mut gone, mut made) = (Vec::new(), Vec::new());
    let none = BTreeMap::new();
    for (index, have) in found {
        match wanted.get(index) {
            None => gone.push(traffic(DELETE_QUEUE, 0, [*index, MARKS, ROOT])),
            Some(wanted) => {
                let old = have.keys().filter(|mark| !wanted.contains_key(mark));
                gone.extend(old.map(|mark| traffic(DELETE_CLASS, 0, [*index, *mark, MARKS])));
            }
        }
    }
    for (index, wanted) in wanted {
        let have = found.get(index);
        made.extend(have.is_none().then(|| queue(*index, MARKS, 0)));
        let have = have.unwrap_or(&none);
        let new = wanted.iter().filter(|(mark, rate)| have.get(mark) != Some(rate));
        made.extend(new.map(|(mark, rate)| class(*index, [*mark, MARKS], *rate)));
    }
    gone.into_iter().chain(made).collect()
}

/// Of all devices.
pub(crate) fn list() -> Message {
    traffic(GET_QUEUE, 0, [0, 0, 0])
}

pub(crate) fn list_classes(index: u32) -> Message {
    traffic(GET_CLASS, 0, [index, 0, 0])
}

/// Index, handle and attributes.
fn read(answer: &Answer) -> Option<(u32, u32, &[u8])> {
    let (head, attributes) = answer.body.split_first_chunk::<HEAD>()?;
    let word = |at: usize| head.get(at..).and_then(number);
    (text(attribute(attributes, KIND)?) == "htb").then_some((word(4)?, word(8)?, attributes))
}

/// The device, if the queue is one of ours.
pub(crate) fn read_queue(answer: &Answer) -> Option<u32> {
    let (index, handle, _) = read(answer)?;
    (handle == MARKS).then_some(index)
}

/// Mark, bytes a second, and what was sent.
pub(crate) fn read_class(answer: &Answer) -> Option<(u32, u64, Sent)> {
    let (_, handle, attributes) = read(answer)?;
    let options = attribute(attributes, OPTIONS)?;
    let long = |bytes: &[u8]| bytes.first_chunk().map(|it| u64::from_ne_bytes(*it));
    let small = || attribute(options, PARAMETERS)?.get(8..).and_then(number).map(u64::from);
    let rate = attribute(options, RATE).and_then(long).or_else(small)?;
    let statistics = attribute(attributes, STATISTICS).unwrap_or_default();
    let basic = attribute(statistics, 1).unwrap_or_default();
    let queued = attribute(statistics, 3).unwrap_or_default();
    let sent = Sent {
        bytes: long(basic).unwrap_or(0),
        packets: basic.get(8..).and_then(number).map_or(0, u64::from),
        dropped: queued.get(8..).and_then(number).map_or(0, u64::from),
    };
    (handle & 0xffff_0000 == MARKS).then_some((handle, rate, sent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_goes_and_what_differs_is_made() {
        let queues = |all: &[(u32, &[(u32, u64)])]| -> Queues {
            all.iter().map(|(index, it)| (*index, it.iter().copied().collect())).collect()
        };
        let (one, two) = (MARKS | 1, MARKS | 2);
        let found = queues(&[(7, &[(one, 5), (two, 5)]), (8, &[(one, 5)])]);
        assert_eq!(changes(&found, &found).len(), 0);
        let all = changes(&queues(&[(7, &[(one, 6)]), (9, &[(two, 1)])]), &found);
        // Class two and device 8 go; class one anew; a queue and a class for device 9.
        assert_eq!(all.len(), 5);
    }
}
