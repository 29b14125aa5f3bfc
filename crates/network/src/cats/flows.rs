//! Which instance each flow that goes on has: a table of a fixed size.

use super::{CsId, CsciId};

/// What tells a flow: the packet's five fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuple {
    /// IPv6, or IPv4 as `::ffff:a.b.c.d`.
    pub source: u128,
    pub target: u128,
    pub source_port: u16,
    pub target_port: u16,
    /// By IANA's numbers: 6 is TCP, 17 UDP.
    pub protocol: u8,
}

impl Tuple {
    /// Even over all 64 bits; the same on every machine. The key is the operator's, so that others cannot choose
    /// flows that fall together.
    #[must_use]
    pub const fn hash(&self, key: u64) -> u64 {
        let ports =
            (self.source_port as u64) << 24 | (self.target_port as u64) << 8 | self.protocol as u64;
        let a = fold(low(self.source) ^ key, high(self.source) ^ 0x9e37_79b9_7f4a_7c15);
        let b = fold(low(self.target) ^ a, high(self.target) ^ 0xbf58_476d_1ce4_e5b9);
        fold(b ^ ports, key ^ 0x94d0_49bb_1331_11eb)
    }
}

/// The two halves of a product, over each other (wyhash, Wang Yi).
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    low(product) ^ high(product)
}

const fn low(word: u128) -> u64 {
    word as u64
}

const fn high(word: u128) -> u64 {
    (word >> 64) as u64
}

/// Places that one flow may have.
const WIDTH: usize = 4;

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// Hash of the flow, of which zero is nobody's.
    key: u64,
    service: CsId,
    instance: CsciId,
    /// Last packet, in milliseconds since 1970.
    seen_ms: i64,
}

/// Flows that go on. Takes the same memory whatever happens: a flow that finds its four places taken by others that
/// go on is not remembered, and follows its hash.
#[derive(Debug, Clone)]
pub struct Flows {
    sets: Vec<[Entry; WIDTH]>,
    /// Silent for longer is ended, in milliseconds.
    idle_ms: i64,
}

/// Sets of one table, at most: four flows each.
const SETS_MOST: usize = 1 << 24;

impl Flows {
    /// For about so many flows at once, of which those silent for `idle_ms` are ended.
    #[must_use]
    pub fn new(flows: usize, idle_ms: i64) -> Self {
        let sets = flows.div_ceil(WIDTH).clamp(1, SETS_MOST).next_power_of_two();
        Self { sets: vec![[Entry::default(); WIDTH]; sets], idle_ms }
    }

    fn set(&mut self, key: u64) -> Option<&mut [Entry; WIDTH]> {
        let at = key as usize & (self.sets.len() - 1);
        self.sets.get_mut(at)
    }

    /// The instance that the flow has; a packet of it is seen.
    pub fn seen(&mut self, hash: u64, service: CsId, now_ms: i64) -> Option<CsciId> {
        let (key, idle_ms) = (named(hash), self.idle_ms);
        let entry = self.set(key)?.iter_mut().find(|it| it.key == key && it.service == service)?;
        if now_ms.saturating_sub(entry.seen_ms) > idle_ms {
            entry.key = 0;
            return None;
        }
        entry.seen_ms = entry.seen_ms.max(now_ms);
        Some(entry.instance)
    }

    /// Remembers the flow's instance; false where there is no room for it.
    pub fn keep(&mut self, hash: u64, service: CsId, instance: CsciId, now_ms: i64) -> bool {
        let (key, idle_ms) = (named(hash), self.idle_ms);
        let is_ended = |it: &Entry| it.key == 0 || now_ms.saturating_sub(it.seen_ms) > idle_ms;
        let Some(set) = self.set(key) else { return false };
        let own = set.iter().position(|it| it.key == key);
        let place = own.or_else(|| set.iter().position(is_ended));
        let Some(entry) = place.and_then(|at| set.get_mut(at)) else { return false };
        *entry = Entry { key, service, instance, seen_ms: now_ms };
        true
    }

    /// The flow has ended.
    pub fn end(&mut self, hash: u64) {
        let key = named(hash);
        let found = self.set(key).and_then(|set| set.iter_mut().find(|it| it.key == key));
        if let Some(entry) = found {
            entry.key = 0;
        }
    }
}

/// Zero is nobody's.
const fn named(hash: u64) -> u64 {
    if hash == 0 { 1 } else { hash }
}
