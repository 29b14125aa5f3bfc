//! From shadow prices to winners, and to prices that every winner can bear.
#![expect(
    clippy::indexing_slicing,
    reason = "the auction itself checked that its bids name its items"
)]

use super::{Auction, Bid, Need};

/// Times that all losers are looked at, whether they are worth more than those in their way.
const PASSES: u32 = 6;

/// Times for each bid that some winners are taken out, and their place is given anew.
const TRIES: usize = 40;
/// How far merits are taken to be off, to try other orders: the differences that decide are about as large.
const DOUBT: f64 = 0.25;
/// Bids that are looked at for one place, at most.
const LOOKED_AT: usize = 600;

/// Winners, and what they leave.
struct Taken<'a> {
    auction: &'a Auction,
    surplus: Vec<u64>,
    /// What each bid is worth above what it costs at the shadow prices, in parts of that cost.
    merit: Vec<f64>,
    free: Vec<u32>,
    won: Vec<bool>,
    /// Winners that have some of an item.
    holders: Vec<Vec<u32>>,
}

/// Who wins: by merit at the shadow prices while there is room, then losers that are worth more than those in their way.
pub(super) fn choose(auction: &Auction, premiums: &[u64]) -> Vec<bool> {
    let mut taken = Taken::new(auction, premiums);
    let mut order: Vec<u32> =
        (0..).take(auction.bids.len()).filter(|it| taken.worth(*it) > 0).collect();
    // Ties: the earlier bid.
    order.sort_by(|a, b| taken.merit(*b).total_cmp(&taken.merit(*a)).then(a.cmp(b)));
    for bid in &order {
        taken.add(*bid);
    }
    for _ in 0..PASSES {
        if order.iter().filter(|bid| taken.push_in(**bid)).count() == 0 {
            break;
        }
        for bid in &order {
            taken.add(*bid);
        }
    }
    Anew::new(&mut taken).search();
    taken.won
}

/// Gives places anew, again and again, and keeps what is worth more (large neighbourhood search; Shaw, 1998).
struct Anew<'t, 'a> {
    taken: &'t mut Taken<'a>,
    /// Bids that want an item, by item.
    wanting: Vec<Vec<u32>>,
    /// The try that looked at a bid last.
    looked: Vec<usize>,
}

impl<'t, 'a> Anew<'t, 'a> {
    fn new(taken: &'t mut Taken<'a>) -> Self {
        let mut wanting = vec![Vec::new(); taken.free.len()];
        for bid in (0..).take(taken.won.len()).filter(|it| taken.worth(*it) > 0) {
            for need in taken.needs(bid) {
                wanting[need.item as usize].push(bid);
            }
        }
        let looked = vec![0; taken.won.len()];
        Self { taken, wanting, looked }
    }

    fn search(&mut self) {
        for nth in 1..=TRIES * self.looked.len() {
            let at = mixed(nth as u64, 0) as usize % self.wanting.len().max(1);
            let gone = self.take_out(at, nth as u64);
            let before = self.taken.sum(&gone);
            let came = self.fill(&gone, at, nth);
            if self.taken.sum(&came) < before {
                came.iter().for_each(|it| self.taken.remove(*it));
                self.taken.add_each(&gone);
            }
        }
    }

    /// About half of those that have some of an item.
    fn take_out(&mut self, item: usize, nth: u64) -> Vec<u32> {
        let holders = self.taken.holders[item].iter().copied();
        let gone: Vec<u32> = holders.filter(|it| mixed(nth, u64::from(*it) + 1) & 1 == 0).collect();
        gone.iter().for_each(|it| self.taken.remove(*it));
        gone
    }

    /// Gives the room to bids that want something of it, by doubted merit. Gives who came.
    fn fill(&mut self, gone: &[u32], item: usize, nth: usize) -> Vec<u32> {
        let ends = |bid: &u32| {
            let needs = self.taken.needs(*bid);
            [needs.first(), needs.get(needs.len() / 2), needs.last()]
        };
        let items = gone.iter().flat_map(ends).flatten().map(|it| it.item as usize);
        let mut some = Vec::new();
        for bid in [item].into_iter().chain(items).flat_map(|it| &self.wanting[it]) {
            let looked = std::mem::replace(&mut self.looked[*bid as usize], nth);
            if looked != nth && !self.taken.has_won(*bid) && some.len() < LOOKED_AT {
                let doubt = mixed(nth as u64, u64::from(*bid) + 1) >> 11;
                let doubt = DOUBT * (doubt as f64 / (1_u64 << 52) as f64 - 1.0);
                some.push((self.taken.merit(*bid) + doubt, *bid));
            }
        }
        some.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        some.into_iter().map(|it| it.1).filter(|it| self.taken.add(*it)).collect()
    }
}

/// Two numbers to one that looks like chance, the same each time (SplitMix64's finalizer).
const fn mixed(a: u64, b: u64) -> u64 {
    let mut it = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xd1b5_4a32_d192_ed03);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

impl<'a> Taken<'a> {
    fn new(auction: &'a Auction, premiums: &[u64]) -> Self {
        let surplus: Vec<u64> =
            auction.bids.iter().map(|it| auction.surplus(it).unwrap_or(0)).collect();
        let premium = |item: usize| premiums.get(item).copied().unwrap_or(0);
        let merit = |(bid, surplus): (&Bid, &u64)| {
            let cost = auction.cost(bid, premium) as f64;
            (*surplus as f64 - cost) / (cost + 1e-9 * *surplus as f64 + 1.0)
        };
        Self {
            auction,
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

    fn sum(&self, bids: &[u32]) -> u128 {
        bids.iter().map(|it| u128::from(self.worth(*it))).sum()
    }

    fn worth(&self, bid: u32) -> u64 {
        self.surplus[bid as usize]
    }

    fn has_won(&self, bid: u32) -> bool {
        self.won[bid as usize]
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
        if self.has_won(bid) || needs.iter().any(|it| self.missing(it) > 0) {
            return false;
        }
        for Need { item, units } in needs {
            self.free[*item as usize] -= units;
            self.holders[*item as usize].push(bid);
        }
        self.won[bid as usize] = true;
        true
    }

    /// Those of them for which there is room, in this order.
    fn add_each(&mut self, bids: &[u32]) {
        for bid in bids {
            self.add(*bid);
        }
    }

    fn remove(&mut self, bid: u32) {
        for Need { item, units } in self.needs(bid) {
            self.free[*item as usize] += units;
            self.holders[*item as usize].retain(|at| *at != bid);
        }
        self.won[bid as usize] = false;
    }

    /// A loser takes the place of winners of least merit, if it is worth more than they and what can be won with the room
    /// they leave.
    fn push_in(&mut self, bid: u32) -> bool {
        if self.has_won(bid) {
            return false;
        }
        let (mut gone, mut lost) = (Vec::new(), 0_u64);
        for need in self.needs(bid) {
            while self.missing(need) > 0 {
                let Some(least) = self
                    .least(need.item)
                    .filter(|it| lost.saturating_add(self.worth(*it)) < self.worth(bid))
                else {
                    self.add_each(&gone);
                    return false;
                };
                lost = lost.saturating_add(self.worth(least));
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
