//! What a slot of a column costs a job of each size, over one slot and over powers of two of them.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the sizes they index")]

use std::ops::Range;

use super::{Markup, NEVER, Online, SIZES, STALE};

impl Online<'_> {
    pub(super) fn size(&self, units: f32) -> usize {
        let doubled = (units / self.units[0].max(f32::MIN_POSITIVE)).log2().ceil();
        (doubled.max(0.0) as usize).min(SIZES - 1)
    }

    /// What others could use of so many of the smallest jobs' units: whole jobs of each size, by how often they come.
    fn usable(&self, smallest: i32) -> f32 {
        let of = |(size, (share, units)): (usize, (&f32, &f32))| {
            share * (smallest >> size) as f32 * units
        };
        self.share.iter().zip(&self.units).enumerate().map(of).sum()
    }

    /// Works out anew what others lose in some slots and columns.
    pub(super) fn relose(&mut self, slots: Range<usize>, columns: Range<usize>) {
        let mut lost = std::mem::take(&mut self.lost);
        for slot in slots {
            let row = slot * self.columns;
            for at in row + columns.start..row + columns.end {
                // Cut off towards zero, which is free of calls.
                let smallest = (self.free[at] / self.units[0].max(f32::MIN_POSITIVE)) as i32;
                let usable = self.usable(smallest);
                for (size, lost) in lost.iter_mut().enumerate() {
                    if let Some(lost) = lost.get_mut(at) {
                        *lost = usable - self.usable(smallest - (1 << size));
                    }
                }
            }
        }
        self.lost = lost;
    }

    /// Works out the prices of some slots in some columns anew, and of all lengths that reach into them.
    pub(super) fn reprice(&mut self, slots: Range<usize>, columns: Range<usize>) {
        (0..SIZES).for_each(|size| self.reprice_size(size, slots.clone(), columns.clone()));
    }

    fn reprice_size(&mut self, size: usize, slots: Range<usize>, some: Range<usize>) {
        let columns = self.columns;
        let mut tiers = std::mem::take(&mut self.tiers[size]);
        if let Some(first) = tiers.first_mut() {
            slots.clone().for_each(|slot| self.price_slot(size, slot, some.clone(), first));
        }
        for tier in 1..tiers.len() {
            let (half, length) = (1_usize << (tier - 1), 1_usize << tier);
            let (shorter, longer) = tiers.split_at_mut(tier);
            let (shorter, longer) = (&shorter[tier - 1], &mut longer[0]);
            let last = (self.slots + 1).saturating_sub(length);
            for start in (slots.start + 1).saturating_sub(length)..slots.end.min(last) {
                let (row, other) = (start * columns, (start + half) * columns);
                let into = &mut longer[row + some.start..row + some.end];
                let one = &shorter[row + some.start..row + some.end];
                let two = &shorter[other + some.start..other + some.end];
                into.iter_mut().zip(one.iter().zip(two)).for_each(|(sum, (a, b))| *sum = a + b);
            }
        }
        self.tiers[size] = tiers;
    }

    /// What a job of a size costs in one slot of some columns: its own price, and what others lose by it at the
    /// markup.
    fn price_slot(&self, size: usize, slot: usize, some: Range<usize>, into: &mut [f32]) {
        let (units, markup) = (self.units[size], self.markup_of[slot]);
        let row = slot * self.columns;
        let part = row + some.start..row + some.end;
        let there = self.free[part.clone()].iter().zip(&self.own[part.clone()]);
        let rows = there.zip(&self.lost[size][part.clone()]).zip(&mut into[part]);
        for (((free, own), lost), price) in rows {
            let cost = units * own + markup * lost;
            *price = if *free < units { NEVER } else { cost };
        }
    }

    /// Makes tiers for a size and a length in slots, where there are none yet.
    pub(super) fn make_tiers(&mut self, size: usize, run: usize) {
        let wanted = run.max(1).ilog2() as usize + 1;
        if self.tiers[size].len() >= wanted {
            return;
        }
        let cells = self.slots * self.columns;
        self.tiers[size].resize(wanted, vec![0.0; cells]);
        if self.lost[size].is_empty() {
            self.lost[size].resize(cells, 0.0);
            self.relose(0..self.slots, 0..self.columns);
        }
        self.reprice_size(size, 0..self.slots, 0..self.columns);
    }

    /// The markup of a slot; whether it has changed by so much that all its prices are out of date.
    pub(super) fn mark_up(&mut self, slot: usize) -> bool {
        let Markup { top, steepness, ahead, .. } = self.markup;
        let whole = self.whole[slot];
        let used = if whole > 0.0 { (1.0 - self.left[slot] / whole) as f32 } else { 1.0 };
        let far = slot as f32 - self.now as f32;
        let part = ((far + 1.0) / ahead).clamp(0.0, 1.0);
        let growth = ((steepness * used).exp() - 1.0) / (steepness.exp() - 1.0);
        let new = self.asked * top * growth * part;
        let is_other = (new - self.markup_of[slot]).abs() > STALE * self.asked;
        if is_other {
            self.markup_of[slot] = new;
        }
        is_other
    }
}
