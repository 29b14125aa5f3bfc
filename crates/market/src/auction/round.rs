//! From shadow prices to winners, and to prices that every winner can bear.
#![expect(
    clippy::indexing_slicing,
    reason = "the auction itself checked that its bids name its items"
)]

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Auction, Need, beam,
    groups::Groups,
    region::Region,
    shadow::{self, FROM_NEAR},
};

/// Times that all losers are looked at, whether they are worth more than those in their way.
const PUSHES: u32 = 6;
/// Choices side by side when a group is decided, and when one bid is tried the other way.
const WIDTH: usize = 100;
const WIDTH_OF_TRIES: usize = 90;
/// Losers that are looked at when groups are decided, at most.
const LOSERS_MOST: usize = 400;
/// Times that all bids are tried the other way, at most; those around which nothing changed are not.
const PASSES: usize = 6;
/// How far from its cost a bid may be worth to be tried the other way, in parts of the cost.
const NEAR: f64 = 0.05;

/// Winners, and what they leave.
struct Taken<'a> {
    auction: &'a Auction,
    groups: &'a Groups,
    premiums: &'a [u64],
    surplus: Vec<u64>,
    /// What each bid is worth above what it costs at the shadow prices, in parts of that cost.
    merit: Vec<f64>,
    free: Vec<u32>,
    won: Vec<bool>,
    /// Winners that have some of an item.
    holders: Vec<Vec<u32>>,
}

/// Who wins: by merit at the shadow prices while there is room, then losers that are worth more than those in their way.
/// Then each group is decided anew with all else as it is; then bids of which prices say little are tried the other way,
/// with the groups that they want something of decided anew around them. What is worth more is kept.
pub(super) fn choose(auction: &Auction, premiums: &[u64], groups: &Groups) -> Vec<bool> {
    let mut taken = Taken::new(auction, premiums, groups);
    let mut order: Vec<u32> =
        (0..).take(auction.bids.len()).filter(|it| taken.may_win(*it)).collect();
    // Ties: the earlier bid.
    order.sort_by(|a, b| taken.merit(*b).total_cmp(&taken.merit(*a)).then(a.cmp(b)));
    taken.add_each(&order);
    for _ in 0..PUSHES {
        if order.iter().filter(|bid| taken.push_in(**bid)).count() == 0 {
            break;
        }
        taken.add_each(&order);
    }
    for group in (0..).take(groups.len()) {
        taken.decide(&[group], None);
    }
    order.retain(|it| {
        taken.merit(*it) >= -NEAR && (taken.merit(*it) <= NEAR || !taken.won[*it as usize])
    });
    Tries::new(groups.len(), auction.bids.len()).pass(&mut taken, &order);
    taken.won
}

/// When groups changed last, and when bids were tried last.
struct Tries {
    changed: Vec<usize>,
    tried: Vec<usize>,
    now: usize,
}

impl Tries {
    fn new(groups: usize, bids: usize) -> Self {
        Self { changed: vec![1; groups], tried: vec![0; bids], now: 1 }
    }

    fn pass(&mut self, taken: &mut Taken<'_>, order: &[u32]) {
        for bid in std::iter::repeat_n(order, PASSES).flatten() {
            let groups = taken.groups.of(&taken.auction.bids[*bid as usize]);
            let tried = std::mem::replace(&mut self.tried[*bid as usize], self.now);
            let is_new = groups.iter().any(|it| self.changed[*it as usize] > tried);
            if is_new && taken.decide(&groups, Some(*bid)) {
                self.now += 1;
                groups.iter().for_each(|it| self.changed[*it as usize] = self.now);
            }
        }
    }
}

impl<'a> Taken<'a> {
    fn new(auction: &'a Auction, premiums: &'a [u64], groups: &'a Groups) -> Self {
        let surplus: Vec<u64> =
            auction.bids.iter().map(|it| auction.surplus(it).unwrap_or(0)).collect();
        let merit = |(bid, surplus): (&super::Bid, &u64)| {
            let cost = auction.cost(bid, |item| premiums[item]) as f64;
            (*surplus as f64 - cost) / (cost + 1e-9 * *surplus as f64 + 1.0)
        };
        Self {
            auction,
            groups,
            premiums,
            merit: auction.bids.iter().zip(&surplus).map(merit).collect(),
            surplus,
            free: auction.items.iter().map(|it| it.units).collect(),
            won: vec![false; auction.bids.len()],
            holders: vec![Vec::new(); auction.items.len()],
        }
    }

    fn merit(&self, bid: u32) -> f64 {
        self.merit[bid as usize]
    }

    fn sum(&self, bids: &[u32]) -> i128 {
        bids.iter().map(|it| i128::from(self.surplus[*it as usize])).sum()
    }

    fn may_win(&self, bid: u32) -> bool {
        self.surplus[bid as usize] > 0 && self.auction.fits(&self.auction.bids[bid as usize])
    }

    fn needs(&self, bid: u32) -> &'a [Need] {
        &self.auction.bids[bid as usize].needs
    }

    /// Units that are missing of an item for a need.
    fn missing(&self, need: &Need) -> u32 {
        need.units.saturating_sub(self.free[need.item as usize])
    }

    /// It wins if there is room.
    fn add(&mut self, bid: u32) -> bool {
        let needs = self.needs(bid);
        if self.won[bid as usize] || needs.iter().any(|it| self.missing(it) > 0) {
            return false;
        }
        for Need { item, units } in needs {
            self.free[*item as usize] -= units;
            self.holders[*item as usize].push(bid);
        }
        self.won[bid as usize] = true;
        true
    }

    fn add_each(&mut self, bids: &[u32]) {
        for bid in bids {
            self.add(*bid);
        }
    }

    fn remove(&mut self, bid: u32) {
        if std::mem::take(&mut self.won[bid as usize]) {
            for Need { item, units } in self.needs(bid) {
                self.free[*item as usize] += units;
                self.holders[*item as usize].retain(|at| *at != bid);
            }
        }
    }

    /// A loser takes the place of winners of least merit, if it is worth more than they and what can be won with the room
    /// they leave.
    fn push_in(&mut self, bid: u32) -> bool {
        if self.won[bid as usize] {
            return false;
        }
        let worth = |taken: &Self, bid: u32| taken.surplus[bid as usize];
        let (mut gone, mut lost) = (Vec::new(), 0_u64);
        for need in self.needs(bid) {
            while self.missing(need) > 0 {
                let Some(least) = self
                    .least(need.item)
                    .filter(|it| lost.saturating_add(worth(self, *it)) < worth(self, bid))
                else {
                    self.add_each(&gone);
                    return false;
                };
                lost = lost.saturating_add(worth(self, least));
                gone.push(least);
                self.remove(least);
            }
        }
        let added = self.add(bid);
        // Some of them may have room beside it.
        self.add_each(&gone);
        added
    }

    /// The holder of least merit; of equal ones the latest.
    fn least(&self, item: u32) -> Option<u32> {
        let order = |a: &&u32, b: &&u32| self.merit(**a).total_cmp(&self.merit(**b)).then(b.cmp(a));
        self.holders[item as usize].iter().min_by(order).copied()
    }

    /// Decides the bids of some groups anew, all else as it is: one of them the other way, if it is said which. Whether
    /// something was found that is worth more.
    fn decide(&mut self, groups: &[u32], other: Option<u32>) -> bool {
        let bids = self.in_reach(groups, other);
        let gone: Vec<u32> =
            bids.iter().chain(&other).copied().filter(|it| self.won[*it as usize]).collect();
        let mut least = self.sum(&gone);
        gone.iter().for_each(|it| self.remove(*it));
        let comes: Vec<u32> = other.into_iter().filter(|it| !gone.contains(it)).collect();
        self.add_each(&comes);
        least -= self.sum(&comes);
        let found = self.best(&bids, least, if other.is_some() { WIDTH_OF_TRIES } else { WIDTH });
        if found.is_none() {
            comes.iter().for_each(|it| self.remove(*it));
        }
        self.add_each(found.as_ref().unwrap_or(&gone));
        found.is_some()
    }

    /// Bids of some groups but one: all that won, and the losers of most merit.
    fn in_reach(&self, groups: &[u32], other: Option<u32>) -> Vec<u32> {
        let mut bids = self.groups.bids(self.auction, groups);
        bids.retain(|it| self.may_win(*it) && Some(*it) != other);
        let mut losers: Vec<u32> =
            bids.iter().copied().filter(|it| !self.won[*it as usize]).collect();
        if losers.len() > LOSERS_MOST {
            let order = |a: &u32, b: &u32| self.merit(*b).total_cmp(&self.merit(*a)).then(a.cmp(b));
            losers.select_nth_unstable_by(LOSERS_MOST, order);
            let out: BTreeSet<u32> = losers.split_off(LOSERS_MOST).into_iter().collect();
            bids.retain(|it| !out.contains(it));
        }
        bids
    }

    /// Who of the bids should win of what is free, if that is worth more than `least`.
    fn best(&self, bids: &[u32], least: i128, width: usize) -> Option<Vec<u32>> {
        let mut places = BTreeMap::new();
        for need in bids.iter().flat_map(|it| self.needs(*it)) {
            places.insert(need.item, 0);
        }
        for (place, nth) in places.values_mut().zip(0..) {
            *place = nth;
        }
        let items = || places.keys().map(|it| *it as usize);
        let mut region = Region::new(items().map(|it| self.free[it]).collect());
        for bid in bids {
            let needs = self.needs(*bid).iter().map(|it| (places[&it.item], it.units));
            region.bid(*bid, self.surplus[*bid as usize], needs);
        }
        let prices: Vec<u64> = items().map(|it| self.premiums[it]).collect();
        let prices = shadow::prices(&region, &prices, &FROM_NEAR);
        beam::best(&region, &prices, least, width)
    }
}

/// Prices go down until no winner pays more than was bid; they never go up, so one pass leaves all content.
pub(super) fn rational(auction: &Auction, won: &[bool], mut premiums: Vec<u64>) -> Vec<u64> {
    for (bid, _) in auction.bids.iter().zip(won).filter(|(_, won)| **won) {
        let cost = auction.cost(bid, |item| premiums[item]);
        let Some(most) = auction.surplus(bid).map(u128::from).filter(|it| *it < cost) else {
            continue;
        };
        for need in &bid.needs {
            let it = &mut premiums[need.item as usize];
            // Rounded down: the sum is at most what may be paid.
            *it = u64::try_from(u128::from(*it) * most / cost).unwrap_or(*it);
        }
    }
    premiums
}

/// Prices go down, one after the other, as far as no loser that is content to have lost would not be any more: what
/// nobody else wants costs no more than its reserve.
pub(super) fn lowest(auction: &Auction, won: &[bool], mut premiums: Vec<u64>) -> Vec<u64> {
    // What losers would pay above what they bid for, and who wants an item.
    let mut above = Vec::new();
    let mut wanted: Vec<Vec<(usize, u32)>> = vec![Vec::new(); premiums.len()];
    for bid in auction.losers(won) {
        let Some(surplus) = auction.surplus(bid) else { continue };
        let cost = auction.cost(bid, |item| premiums[item]);
        let Some(more) = cost.checked_sub(u128::from(surplus)) else { continue };
        for need in &bid.needs {
            wanted[need.item as usize].push((above.len(), need.units));
        }
        above.push(more);
    }
    for (premium, losers) in premiums.iter_mut().zip(&wanted).filter(|(it, _)| **it > 0) {
        let most = losers.iter().map(|(bid, units)| above[*bid] / u128::from(*units)).min();
        let less = most.map_or(*premium, |it| u64::try_from(it).unwrap_or(*premium).min(*premium));
        *premium -= less;
        losers.iter().for_each(|(bid, units)| above[*bid] -= u128::from(less) * u128::from(*units));
    }
    premiums
}
