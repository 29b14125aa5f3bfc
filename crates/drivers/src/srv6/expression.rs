//! The small machine in which nftables rules are written (`linux/netfilter/nf_tables.h`): loads into registers,
//! comparisons, lookups. A rule stops where an expression does not hold.

use super::netlink::Attributes;

/// Registers of 4 bytes start here: the key of a flow is laid out from the first on.
pub(crate) const KEY: u32 = 8;
/// The last of them: the mark.
pub(crate) const MARK: u32 = 23;

const ELEMENT: u16 = 1;
/// `NFTA_SET_ELEM_KEY_END`.
pub(crate) const KEY_END: u16 = 10;
/// `NFTA_DATA_VALUE`.
const VALUE: u16 = 1;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Network = 1,
    Transport = 2,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum About {
    /// The class of the device's queue.
    Priority = 2,
    Mark = 3,
    IpVersion = 15,
    Protocol = 16,
}

/// Expressions of one rule.
#[derive(Debug)]
pub(crate) struct Expressions<'a>(pub(crate) &'a mut Attributes);

impl Expressions<'_> {
    fn push(&mut self, name: &str, fill: impl FnOnce(&mut Attributes)) -> &mut Self {
        self.0.nest(ELEMENT, |it| {
            it.text(1, name).nest(2, fill);
        });
        self
    }

    /// Bytes of the packet; it stops where the packet has none there.
    pub(crate) fn load(&mut self, part: Part, offset: u32, length: u32, to: u32) -> &mut Self {
        self.push("payload", |it| {
            it.big(1, to).big(2, part as u32).big(3, offset).big(4, length);
        })
    }

    pub(crate) fn meta(&mut self, about: About, to: u32) -> &mut Self {
        self.push("meta", |it| {
            it.big(1, to).big(2, about as u32);
        })
    }

    pub(crate) fn set_mark(&mut self, from: u32) -> &mut Self {
        self.set(About::Mark, from)
    }

    pub(crate) fn set(&mut self, about: About, from: u32) -> &mut Self {
        self.push("meta", |it| {
            it.big(2, about as u32).big(3, from);
        })
    }

    /// Writes the first octets of a register into the network header.
    pub(crate) fn store(&mut self, from: u32, offset: u32, length: u32) -> &mut Self {
        self.push("payload", |it| {
            it.big(2, Part::Network as u32).big(3, offset).big(4, length).big(5, from);
            // No checksum covers it.
            it.big(6, 0).big(7, 0).big(8, 0);
        })
    }

    /// A number below `modulus` by the hash (Jenkins) of so many octets of registers, with a seed of its own.
    pub(crate) fn hash(&mut self, from: u32, octets: u32, modulus: u32, to: u32) -> &mut Self {
        self.push("hash", |it| {
            it.big(1, from).big(2, to).big(3, octets).big(4, modulus);
        })
    }

    /// It stops where the register is another.
    pub(crate) fn is(&mut self, register: u32, value: &[u8]) -> &mut Self {
        self.push("cmp", |it| {
            it.big(1, register).big(2, 0).nest(3, |data| {
                data.push(VALUE, value);
            });
        })
    }

    /// It stops where the map has no such key.
    pub(crate) fn find(&mut self, map: &str, key: u32, to: u32) -> &mut Self {
        self.push("lookup", |it| {
            it.text(1, map).big(2, key).big(3, to);
        })
    }

    /// Puts what is not there yet into the map, and lets what is there live longer. It stops where the map is full.
    pub(crate) fn keep(&mut self, map: &str, key: u32, data: u32) -> &mut Self {
        self.push("dynset", |it| {
            it.text(1, map).big(3, 1).big(4, key).big(5, data);
        })
    }
}

/// An element of a map: key, the key that its range ends with, and data.
pub(crate) fn element(
    list: &mut Attributes,
    (key, end): (&[u8], Option<&[u8]>),
    data: Option<&[u8]>,
) {
    let value = |bytes: &[u8], inner: &mut Attributes| {
        inner.push(VALUE, bytes);
    };
    list.nest(ELEMENT, |it| {
        it.nest(1, |inner| value(key, inner));
        if let Some(end) = end {
            it.nest(KEY_END, |inner| value(end, inner));
        }
        if let Some(data) = data {
            it.nest(2, |inner| value(data, inner));
        }
    });
}
