//! Numbers by key, found in about one look: open addressing with a fixed hash, so that it repeats on every machine.
#![expect(clippy::indexing_slicing, reason = "slots are found modulo their number")]

/// No number.
const EMPTY: u32 = u32::MAX;
const SLOTS_FIRST: usize = 64;

#[derive(Debug, Clone)]
pub(super) struct Table {
    /// A power of two; at most half of them are taken.
    slots: Vec<(u128, u32)>,
    count: usize,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { slots: vec![(0, EMPTY); SLOTS_FIRST], count: 0 }
    }

    pub(super) fn get(&self, key: u128) -> Option<u32> {
        let (found, number) = self.slots[self.slot(key)];
        (number != EMPTY && found == key).then_some(number)
    }

    /// A key that is not there yet.
    pub(super) fn insert(&mut self, key: u128, number: u32) {
        if 2 * self.count >= self.slots.len() {
            let most = 2 * self.slots.len();
            let old = std::mem::replace(&mut self.slots, vec![(0, EMPTY); most]);
            for (key, number) in old.into_iter().filter(|(_, number)| *number != EMPTY) {
                let slot = self.slot(key);
                self.slots[slot] = (key, number);
            }
        }
        let slot = self.slot(key);
        self.slots[slot] = (key, number);
        self.count += 1;
    }

    /// Where the key is, or would be.
    fn slot(&self, key: u128) -> usize {
        let most = self.slots.len() - 1;
        let mixed =
            (key as u64 ^ ((key >> 64) as u64).rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mut slot = (mixed >> 32) as usize & most;
        while self.slots[slot].1 != EMPTY && self.slots[slot].0 != key {
            slot = (slot + 1) & most;
        }
        slot
    }
}
