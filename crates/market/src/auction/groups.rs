//! Items that are wanted together, and a bound from each group of them by itself.
#![expect(
    clippy::indexing_slicing,
    reason = "the auction itself checked that its bids name its items"
)]

use std::{collections::BTreeMap, thread};

use super::{Auction, Bid, cases, region::Region};

/// Items of a group, at most.
const ITEMS_MOST: usize = 512;
/// Cases of a group that are divided, at most.
const CASES: usize = 60;

/// Items in groups (the slots of a pool, say): two are in one where at least half of the bids that want either want both.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// By item.
    of: Vec<u32>,
    items: Vec<Vec<u32>>,
    /// Bids that want something of it, by group.
    bids: Vec<Vec<u32>>,
}

impl Groups {
    pub(super) fn new(auction: &Auction) -> Self {
        let mut groups = Self::single(auction.items.len());
        for (a, b) in together(auction) {
            groups.join(a, b);
        }
        groups.items.retain(|it| !it.is_empty());
        for (group, items) in (0..).zip(&groups.items) {
            items.iter().for_each(|it| groups.of[*it as usize] = group);
        }
        groups.bids = vec![Vec::new(); groups.items.len()];
        for (at, bid) in (0..).zip(&auction.bids) {
            groups.of(bid).into_iter().for_each(|it| groups.bids[it as usize].push(at));
        }
        groups
    }

    fn single(items: usize) -> Self {
        let all = (0..).take(items);
        Self {
            of: all.clone().collect(),
            items: all.map(|it| vec![it]).collect(),
            bids: Vec::new(),
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (to, from) = (self.of[a as usize], self.of[b as usize]);
        let size = |group: u32| self.items[group as usize].len();
        if to != from && size(to) + size(from) <= ITEMS_MOST {
            let moved = std::mem::take(&mut self.items[from as usize]);
            moved.iter().for_each(|it| self.of[*it as usize] = to);
            self.items[to as usize].extend(moved);
        }
    }

    /// Groups of which a bid wants something, each once.
    pub(super) fn of(&self, bid: &Bid) -> Vec<u32> {
        let mut groups: Vec<u32> = bid.needs.iter().map(|it| self.of[it.item as usize]).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// Bids that want something of these groups, by the first item they want of any.
    pub(super) fn bids(&self, auction: &Auction, groups: &[u32]) -> Vec<u32> {
        let mut bids: Vec<u32> =
            groups.iter().flat_map(|it| &self.bids[*it as usize]).copied().collect();
        bids.sort_by_key(|it| (auction.bids[*it as usize].needs.first().map(|it| it.item), *it));
        bids.dedup();
        bids
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// No choice is worth more: what each group is worth at most by itself, where a bid that wants something of several is
    /// shared out among them at these prices (Lagrangian decomposition; Guignard and Kim, 1987). At least what was won.
    pub(super) fn bound(&self, auction: &Auction, premiums: &[u64], won: &[bool]) -> u128 {
        let of = |groups: std::ops::Range<usize>| {
            groups.map(|it| self.bound_of(auction, premiums, won, it)).sum::<i128>()
        };
        let half = self.len() / 2;
        let both = thread::scope(|scope| {
            let rest = scope.spawn(|| of(half..self.len()));
            of(0..half) + rest.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        u128::try_from(both).unwrap_or(0)
    }

    fn bound_of(&self, auction: &Auction, premiums: &[u64], won: &[bool], group: usize) -> i128 {
        let items = &self.items[group];
        let place: BTreeMap<u32, u32> = items.iter().copied().zip(0..).collect();
        let free = items.iter().map(|it| auction.items[*it as usize].units);
        let mut region = Region::new(free.collect());
        let mut least = 0;
        for at in &self.bids[group] {
            let bid = &auction.bids[*at as usize];
            let share = self.share(auction, premiums, bid, group);
            if won[*at as usize] {
                least += i128::from(share);
            }
            if share > 0 && auction.fits(bid) {
                let place = |it: &super::Need| Some((*place.get(&it.item)?, it.units));
                region.bid(*at, share, bid.needs.iter().filter_map(place));
            }
        }
        let prices = items.iter().map(|it| premiums[*it as usize]).collect();
        cases::proven(region, prices, least, CASES)
    }

    /// What a bid is worth in a group: what it costs there, and its part of what it gains. In all groups together at least
    /// what it is worth.
    fn share(&self, auction: &Auction, premiums: &[u64], bid: &Bid, group: usize) -> u64 {
        let premium = |item: usize| premiums[item];
        let own = |item: usize| if self.of[item] as usize == group { premiums[item] } else { 0 };
        let (all, own) = (auction.cost(bid, premium), auction.cost(bid, own));
        let Some(surplus) = auction.surplus(bid) else { return 0 };
        let groups = self.of(bid).len() as i128;
        let gain = i128::from(surplus) - i128::try_from(all).unwrap_or(i128::MAX);
        // Rounded up.
        let part = gain.div_euclid(groups) + i128::from(gain.rem_euclid(groups) > 0);
        let share = i128::try_from(own).unwrap_or(i128::MAX).saturating_add(part);
        u64::try_from(share.max(0)).unwrap_or(u64::MAX)
    }
}

/// Items that follow each other in what bids want, where at least half of those that want either want both.
fn together(auction: &Auction) -> Vec<(u32, u32)> {
    let mut wanted = vec![0_u32; auction.items.len()];
    let mut pairs = BTreeMap::<(u32, u32), u32>::new();
    for needs in auction.bids.iter().map(|it| &it.needs) {
        needs.iter().for_each(|it| wanted[it.item as usize] += 1);
        for (one, next) in needs.iter().zip(needs.iter().skip(1)) {
            *pairs.entry((one.item, next.item)).or_default() += 1;
        }
    }
    let either = |(a, b): (u32, u32)| wanted[a as usize].max(wanted[b as usize]);
    pairs.into_iter().filter(|(pair, both)| 2 * both >= either(*pair)).map(|it| it.0).collect()
}
