//! Auctions by a rule and a seed: pools in slots, and bundles of them.

use market::auction::{Auction, AuctionError, Bid, Item, Need};

use crate::random::Random;

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub bids: u32,
    pub pools: u32,
    pub slots: u32,
    pub seed: u64,
}

/// Units of a pool: 16 to 96.
const UNITS: [u64; 2] = [16, 96];
/// Reserve of a unit and slot: 0.5 to 2.5, in millionths, half as much again by day.
const RESERVE: [f64; 2] = [0.5e6, 2.5e6];
/// Units that a bid wants of each of its pools: half of the bids one, each power of two half as often as the one before, to 64.
const POWERS_MOST: u32 = 6;
/// Slots: 1 to 48. Pools: one, every fourth bid two, every sixteenth three.
const SLOTS_MOST: u64 = 48;

impl Rule {
    /// Items are pool by pool, slot by slot. A bid is for the same slots of all its pools, and worth 0.8 to 4 times its
    /// reserve, in the mean twice.
    pub fn draw(self) -> Result<Auction, AuctionError> {
        let mut random = Random::new(self.seed);
        let pools: Vec<(u32, f64)> = (0..self.pools)
            .map(|_| {
                let units = UNITS[0] + random.below(UNITS[1] - UNITS[0] + 1);
                (units as u32, random.uniform(RESERVE[0], RESERVE[1]))
            })
            .collect();
        let of_pool = |&(units, reserve): &(u32, f64)| {
            (0..self.slots).map(move |slot| {
                let day = f64::from(slot) / f64::from(self.slots.max(1));
                let by_day = 1.0 + 0.5 * (std::f64::consts::PI * day).sin();
                Item { units, reserve: (reserve * by_day) as u64 }
            })
        };
        let items: Vec<Item> = pools.iter().flat_map(of_pool).collect();
        let bids = (0..self.bids).map(|_| self.bid(&mut random, &items)).collect();
        Auction::new(items, bids)
    }

    fn bid(self, random: &mut Random, items: &[Item]) -> Bid {
        let count = match random.below(16) {
            0 => 3,
            1..=4 => 2,
            _ => 1,
        };
        let mut pools: Vec<u64> = (0..count).map(|_| random.below(u64::from(self.pools))).collect();
        pools.sort_unstable();
        pools.dedup();
        let length = 1 + random.below(SLOTS_MOST.min(u64::from(self.slots)));
        let from = random.below(u64::from(self.slots) - length + 1);
        let units = 1_u32 << random.next().trailing_ones().min(POWERS_MOST);
        let slots =
            |pool: u64| (from..from + length).map(move |slot| pool * u64::from(self.slots) + slot);
        let needs: Vec<Need> = pools
            .into_iter()
            .flat_map(slots)
            .map(|item| Need { item: item as u32, units })
            .collect();
        let reserve = |it: &Need| {
            f64::from(it.units) * items.get(it.item as usize).map_or(0.0, |it| it.reserve as f64)
        };
        let whole: f64 = needs.iter().map(reserve).sum();
        let worth = 0.8 + 1.2 * (random.unit() + random.unit() + 0.66 * random.unit());
        Bid { value: (whole * worth) as u64, needs }
    }
}

#[cfg(test)]
mod tests {
    use market::auction::{Check, clear};

    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_it_clears_near_the_best() {
        let rule = Rule { bids: 400, pools: 10, slots: 24, seed: 1 };
        let auction = rule.draw().unwrap();
        assert_eq!(auction, rule.draw().unwrap());
        let cleared = clear(&auction);
        let check = Check::new(&auction, &cleared);
        assert!(check.feasible && check.budget_balanced && check.rational, "{check:?}");
        assert!(cleared.gap_pct() < 3.0, "{}", cleared.gap_pct());
    }
}
