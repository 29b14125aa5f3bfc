//! Devices: what there is, pairs of them between namespaces, addresses (`linux/if_link.h`, `linux/if_addr.h`).

use std::{fs::File, net::IpAddr, os::fd::AsRawFd};

use super::{
    netlink::{Answer, Attributes, CREATE, EXCL, Message, REPLACE, attribute, text},
    route::{family, octets},
};

const NEW_LINK: u16 = 16;
const DELETE_LINK: u16 = 17;
const GET_LINK: u16 = 18;
const NEW_ADDRESS: u16 = 20;

/// Bytes of `struct ifinfomsg`.
const HEAD: usize = 16;
const NAME: u16 = 3;
const INFO: u16 = 18;
const NAMESPACE: u16 = 28;
/// Flag of a device that is switched on.
const UP: u32 = 1;
/// Flag of a device that is connected.
const RUNNING: u32 = 0x40;
/// An address is used at once, without asking whether another has it.
const NOT_DOUBLED: u8 = 2;

pub(crate) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|it| it.to_ne_bytes()).collect()
}

fn head(index: u32, flags: u32, change: u32) -> Vec<u8> {
    words(&[0, index, flags, change])
}

pub(crate) fn list() -> Message {
    Message::new(GET_LINK, 0, &head(0, 0, 0))
}

/// Name and index.
pub(crate) fn read(answer: &Answer) -> Option<(String, u32)> {
    let ([_, _, _, _, index @ ..], attributes) = answer.body.split_first_chunk::<HEAD>()?;
    let index = index.first_chunk().map(|it| u32::from_ne_bytes(*it))?;
    Some((text(attribute(attributes, NAME)?), index))
}

/// Name, and whether it is on and connected.
pub(crate) fn works(answer: &Answer) -> Option<(String, bool)> {
    let ([_, _, _, _, _, _, _, _, flags @ ..], attributes) =
        answer.body.split_first_chunk::<HEAD>()?;
    let flags = flags.first_chunk().map(|it| u32::from_ne_bytes(*it))?;
    Some((text(attribute(attributes, NAME)?), flags & UP != 0 && flags & RUNNING != 0))
}

/// One end of a pair.
#[derive(Debug)]
pub(crate) struct End<'a> {
    pub(crate) name: &'a str,
    /// Free in its namespace, and another than that of the other end: of a device whose index is that of its peer the
    /// kernel tells a lost carrier up to one second later (`linkwatch`).
    pub(crate) index: u32,
    pub(crate) namespace: &'a File,
}

impl End<'_> {
    fn write(&self, body: &mut Attributes) {
        body.text(NAME, self.name);
        body.push(NAMESPACE, &self.namespace.as_raw_fd().to_ne_bytes());
    }
}

/// Two devices; what enters one leaves the other.
pub(crate) fn pair(one: &End<'_>, other: &End<'_>) -> Message {
    let mut it = Message::new(NEW_LINK, CREATE | EXCL, &head(one.index, 0, 0));
    one.write(&mut it.body);
    it.body.nest(INFO, |info| {
        info.text(1, "veth").nest(2, |data| {
            let mut peer = Attributes::default();
            peer.raw(&head(other.index, 0, 0));
            other.write(&mut peer);
            data.push(1, peer.bytes());
        });
    });
    it
}

/// A device that never loses its carrier, for segments to be on. (`ifb`: some kernels have no `dummy`.)
pub(crate) fn anchor(name: &str) -> Message {
    let mut it = Message::new(NEW_LINK, CREATE | EXCL, &head(0, UP, UP));
    it.body.text(NAME, name).nest(INFO, |info| {
        info.text(1, "ifb");
    });
    it
}

pub(crate) fn remove(index: u32) -> Message {
    Message::new(DELETE_LINK, 0, &head(index, 0, 0))
}

pub(crate) fn switch(index: u32, is_on: bool) -> Message {
    Message::new(NEW_LINK, 0, &head(index, if is_on { UP } else { 0 }, UP))
}

/// An address of the device; `length` bits are those of all on the link.
pub(crate) fn address(index: u32, address: IpAddr, length: u8) -> Message {
    let [a, b, c, d] = index.to_ne_bytes();
    let flags = if address.is_ipv6() { NOT_DOUBLED } else { 0 };
    let head = [family(address), length, flags, 0, a, b, c, d];
    let mut it = Message::new(NEW_ADDRESS, CREATE | REPLACE, &head);
    it.body.push(1, &octets(address)).push(2, &octets(address));
    it
}
