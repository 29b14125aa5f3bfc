//! Bidders who would take any one of several bundles, and not two (XOR bids).
//!
//! Each such bidder has a stand-in of its own: an item of one unit that all its bundles want, and that costs nothing
//! (Fujishima, Leyton-Brown and Shoham, 1999). So at most one bundle wins, and all that holds of an auction of bundles,
//! its bound too, holds of this one.

use super::{Auction, AuctionError, Bid, Check, Cleared, Item, Need, cleared, round};

/// Items, and bidders with what each would take, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    auction: Auction,
    /// By bid of the auction: the bidder, and which of its bundles.
    of: Vec<(usize, usize)>,
    bidders: usize,
}

/// Who got what, at which prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// By bidder: which of its bundles.
    pub won: Vec<Option<usize>>,
    /// Of a unit, by item; at least its reserve.
    pub prices: Vec<u64>,
    pub welfare: u128,
    /// No choice of bundles has more.
    pub bound: u128,
    pub check: Check,
}

impl Choices {
    /// # Errors
    /// As [`Auction::new`]; bids are counted over all bidders.
    pub fn new(items: Vec<Item>, bidders: Vec<Vec<Bid>>) -> Result<Self, AuctionError> {
        let (sold, count) = (items.len(), bidders.len());
        let (mut all, mut bids, mut of) = (items, Vec::new(), Vec::new());
        for (bidder, bundles) in bidders.into_iter().enumerate() {
            let stand_in = (bundles.len() > 1).then(|| u32::try_from(all.len()).ok()).flatten();
            all.extend(stand_in.map(|_| Item { units: 1, reserve: 0 }));
            for (bundle, mut bid) in bundles.into_iter().enumerate() {
                bid.needs.extend(stand_in.map(|item| Need { item, units: 1 }));
                bids.push(bid);
                of.push((bidder, bundle));
            }
        }
        let auction = Auction { sold, ..Auction::new(all, bids)? };
        Ok(Self { auction, of, bidders: count })
    }

    /// As [`super::clear`], at the lowest prices at which no loser that is content is so no more: what nobody else wants
    /// costs its reserve. Of bidders that are alike the earlier wins, of bundles that are alike the first.
    #[must_use]
    pub fn clear(&self) -> Chosen {
        let lowest = |won: &[bool], premiums| round::lowest(&self.auction, won, premiums);
        let cleared = cleared(&self.auction, lowest);
        let check = Check::new(&self.auction, &cleared);
        let Cleared { won, mut prices, welfare, bound } = cleared;
        prices.truncate(self.auction.sold);
        let mut chosen = Chosen { won: vec![None; self.bidders], prices, welfare, bound, check };
        for ((bidder, bundle), _) in self.of.iter().zip(&won).filter(|(_, won)| **won) {
            if let Some(it) = chosen.won.get_mut(*bidder) {
                *it = Some(*bundle);
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bid(value: u64, needs: &[(u32, u32)]) -> Bid {
        Bid { value, needs: needs.iter().map(|&(item, units)| Need { item, units }).collect() }
    }

    /// The most welfare, by trying all.
    fn best(items: &[Item], bidders: &[Vec<Bid>]) -> u128 {
        let Some((first, rest)) = bidders.split_first() else { return 0 };
        let without = best(items, rest);
        let with = first.iter().filter_map(|bid| {
            let mut left = items.to_vec();
            let mut cost = 0;
            for need in &bid.needs {
                let item = &mut left[need.item as usize];
                item.units = item.units.checked_sub(need.units)?;
                cost += u128::from(need.units) * u128::from(item.reserve);
            }
            Some(u128::from(bid.value).checked_sub(cost)? + best(&left, rest))
        });
        with.max().unwrap_or(0).max(without)
    }

    #[test]
    fn a_bidder_gets_one_of_what_it_would_take_and_leaves_room_for_others() {
        let items = vec![Item { units: 1, reserve: 10 }; 2];
        // The first would take either; the other only the first item.
        let bidders = vec![vec![bid(50, &[(0, 1)]), bid(50, &[(1, 1)])], vec![bid(40, &[(0, 1)])]];
        let chosen = Choices::new(items, bidders).unwrap().clear();
        assert_eq!((chosen.won, chosen.welfare), (vec![Some(1), Some(0)], 70));
        assert!(chosen.check.feasible && chosen.check.budget_balanced && chosen.check.rational);
        assert_eq!(chosen.prices.len(), 2, "stand-ins are not sold");
    }

    #[test]
    fn who_takes_either_is_charged_for_what_it_gets_alone() {
        // Two bidders for two items: nobody is in anybody's way, so nobody pays above the reserve.
        let items = vec![Item { units: 1, reserve: 3 }; 2];
        let either = || vec![bid(50, &[(0, 1)]), bid(50, &[(1, 1)])];
        let chosen = Choices::new(items, vec![either(), either()]).unwrap().clear();
        assert_eq!((chosen.welfare, chosen.check.paid), (94, 6));
    }

    #[test]
    fn the_last_unit_costs_what_the_other_bid() {
        let items = vec![Item { units: 1, reserve: 3 }];
        let bidders = vec![vec![bid(30, &[(0, 1)])], vec![bid(50, &[(0, 1)])]];
        let chosen = Choices::new(items, bidders).unwrap().clear();
        assert_eq!((chosen.won, chosen.prices), (vec![None, Some(0)], vec![30]));
    }

    fn any() -> impl Strategy<Value = (Vec<Item>, Vec<Vec<Bid>>)> {
        let items = proptest::collection::vec((1_u32..4, 0_u64..6), 1..5);
        items.prop_flat_map(|items| {
            let items: Vec<Item> =
                items.iter().map(|&(units, reserve)| Item { units, reserve }).collect();
            let count = items.len();
            let need = proptest::collection::btree_map(0..count as u32, 1_u32..3, 1..=count);
            let bundle = (0_u64..60, need)
                .prop_map(|(value, needs)| bid(value, &needs.into_iter().collect::<Vec<_>>()));
            let bundles = proptest::collection::vec(bundle, 1..4);
            (Just(items), proptest::collection::vec(bundles, 0..6))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn one_bundle_each_at_one_price_and_the_bound_holds((items, bidders) in any()) {
            let choices = Choices::new(items.clone(), bidders.clone()).unwrap();
            let chosen = choices.clear();
            let check = chosen.check;
            prop_assert!(check.feasible && check.budget_balanced && check.rational, "{check:?}");
            let mut left: Vec<i64> = items.iter().map(|it| i64::from(it.units)).collect();
            for (bundles, won) in bidders.iter().zip(&chosen.won) {
                let Some(won) = won else { continue };
                let bid = &bundles[*won];
                let cost: u128 = bid.needs.iter().map(|it| {
                    left[it.item as usize] -= i64::from(it.units);
                    u128::from(it.units) * u128::from(chosen.prices[it.item as usize])
                }).sum();
                prop_assert!(cost <= u128::from(bid.value));
            }
            prop_assert!(left.iter().all(|it| *it >= 0));
            let best = best(&items, &bidders);
            prop_assert!(chosen.welfare <= best && best <= chosen.bound, "{chosen:?} {best}");
            prop_assert!(chosen.welfare * 2 >= best, "{chosen:?} {best}");
            prop_assert_eq!(choices.clear(), chosen, "the same again");
        }
    }
}
