//! What is to hold of a result, computed anew from the bids alone.
#![expect(
    clippy::indexing_slicing,
    reason = "the auction itself checked that its bids name its items"
)]

use super::{Auction, Cleared};

/// A result looked at by somebody who trusts nothing but the bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// No item is sold more often than there are units.
    pub feasible: bool,
    /// What buyers pay is what owners receive, by item.
    pub budget_balanced: bool,
    /// No winner pays more than was bid, and no unit is sold below its reserve.
    pub rational: bool,
    pub paid: u128,
    pub received: u128,
    /// Losers that would have paid these prices: their needs do not fit beside the winners'. With choices, bundles of
    /// those who got nothing.
    pub rejected_above_price: usize,
}

impl Check {
    #[must_use]
    pub fn new(auction: &Auction, cleared: &Cleared) -> Self {
        let price = |item: usize| cleared.prices.get(item).copied().unwrap_or(0);
        let mut sold = vec![0_u64; auction.items.len()];
        let (mut paid, mut content) = (0, true);
        for (bid, won) in auction.bids.iter().zip(&cleared.won) {
            let cost = auction.cost(bid, price);
            if *won {
                paid += cost;
                content &= cost <= u128::from(bid.value);
                for need in &bid.needs {
                    sold[need.item as usize] += u64::from(need.units);
                }
            }
        }
        let losers = auction.losers(&cleared.won);
        let is_above = |bid: &&super::Bid| auction.cost(bid, price) < u128::from(bid.value);
        let rejected_above_price = losers.into_iter().filter(is_above).count();
        let received = sold
            .iter()
            .enumerate()
            .map(|(item, units)| u128::from(*units) * u128::from(price(item)))
            .sum();
        let items = || auction.items.iter().enumerate().zip(&sold);
        Self {
            feasible: items().all(|((_, item), sold)| *sold <= u64::from(item.units)),
            budget_balanced: paid == received,
            rational: content && items().all(|((at, item), _)| price(at) >= item.reserve),
            paid,
            received,
            rejected_above_price,
        }
    }
}
