//! A sealed auction of bundles: who offers sells units of items (a pool in a slot, a link in a slot, a kilowatt in an hour)
//! at no less than a reserve price; who bids wants some units of several items, all or nothing, and says what they are worth
//! together.
//!
//! One price for a unit of an item, whoever buys it. Nobody pays more than was bid, nobody sells below the reserve, and what
//! is paid is what is received, to the last unit of money. Shadow prices of the capacities bound the best welfare there can
//! be, so that each result says how near to it it is.

mod beam;
mod cases;
mod check;
mod choices;
mod groups;
mod region;
mod round;
mod shadow;
#[cfg(test)]
mod tests;

pub use check::Check;
pub use choices::{Choices, Chosen};

use std::collections::BTreeSet;

use groups::Groups;
use region::Region;
use shadow::FROM_NOTHING;

/// Something sold by units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub units: u32,
    /// Of a unit: the owner sells for no less.
    pub reserve: u64,
}

/// So many units of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Its place among the items.
    pub item: u32,
    pub units: u32,
}

/// Wants all its needs, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    /// What they are worth together: no more is ever paid. In the unit of the reserves.
    pub value: u64,
    pub needs: Vec<Need>,
}

/// Values and prices, at most; sums of them stay far below what 128 bits hold.
pub const VALUE_MOST: u64 = 1_000_000_000_000_000_000;
/// Bids of one auction, and needs of all of them.
pub const BIDS_MOST: usize = 1_000_000;
pub const NEEDS_MOST: usize = 50_000_000;

/// What is wrong with which bid or item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuctionError {
    #[error("item {item}: its reserve is above 10^18")]
    Reserve { item: usize },
    #[error("bid {bid}: {what}")]
    Bid { bid: usize, what: String },
    #[error("{bids} bids with {needs} needs: at most {BIDS_MOST} and {NEEDS_MOST}")]
    Size { bids: usize, needs: usize },
}

/// Items and bids that fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auction {
    items: Vec<Item>,
    bids: Vec<Bid>,
    /// Items from here on only keep bids apart, and cost nothing.
    sold: usize,
}

impl Auction {
    pub fn new(items: Vec<Item>, bids: Vec<Bid>) -> Result<Self, AuctionError> {
        let needs = bids.iter().map(|it| it.needs.len()).sum();
        if bids.len() > BIDS_MOST || needs > NEEDS_MOST {
            return Err(AuctionError::Size { bids: bids.len(), needs });
        }
        if let Some(item) = items.iter().position(|it| it.reserve > VALUE_MOST) {
            return Err(AuctionError::Reserve { item });
        }
        for (bid, it) in bids.iter().enumerate() {
            it.check(&items).map_err(|what| AuctionError::Bid { bid, what })?;
        }
        Ok(Self { sold: items.len(), items, bids })
    }

    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    #[must_use]
    pub fn bids(&self) -> &[Bid] {
        &self.bids
    }

    /// What a bid costs at these prices of a unit.
    pub(crate) fn cost(&self, bid: &Bid, price: impl Fn(usize) -> u64) -> u128 {
        let of = |it: &Need| u128::from(it.units) * u128::from(price(it.item as usize));
        bid.needs.iter().map(of).sum()
    }

    fn reserve(&self, item: usize) -> u64 {
        self.items.get(item).map_or(0, |it| it.reserve)
    }

    /// Whether it could win alone.
    pub(crate) fn fits(&self, bid: &Bid) -> bool {
        bid.needs
            .iter()
            .all(|it| self.items.get(it.item as usize).is_some_and(|item| item.units >= it.units))
    }

    /// Bids that could have won, of bidders that got nothing.
    pub(crate) fn losers(&self, won: &[bool]) -> Vec<&Bid> {
        let stand_in =
            |bid: &Bid| bid.needs.last().map(|it| it.item).filter(|it| *it as usize >= self.sold);
        let bids = || self.bids.iter().zip(won);
        let served: BTreeSet<u32> =
            bids().filter(|(_, won)| **won).filter_map(|(bid, _)| stand_in(bid)).collect();
        let lost = bids().filter(|(_, won)| !**won).map(|(bid, _)| bid);
        lost.filter(|bid| self.fits(bid) && stand_in(bid).is_none_or(|it| !served.contains(&it)))
            .collect()
    }

    /// What a bid is worth above the reserves; None where it is worth less, and can never win.
    pub(crate) fn surplus(&self, bid: &Bid) -> Option<u64> {
        let reserve = u64::try_from(self.cost(bid, |it| self.reserve(it))).ok()?;
        bid.value.checked_sub(reserve)
    }
}

impl Bid {
    fn check(&self, items: &[Item]) -> Result<(), String> {
        if self.value > VALUE_MOST {
            return Err(format!("its value {} is above 10^18", self.value));
        }
        if self.needs.is_empty() {
            return Err("it wants nothing".to_owned());
        }
        let mut last = None;
        for Need { item, units } in &self.needs {
            if *units == 0 {
                return Err(format!("it wants 0 units of item {item}"));
            }
            if *item as usize >= items.len() {
                return Err(format!("there is no item {item}, only {}", items.len()));
            }
            if last.is_some_and(|it| it >= *item) {
                return Err(format!("item {item} is out of order, or twice: sort needs by item"));
            }
            last = Some(*item);
        }
        Ok(())
    }
}

/// How an auction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    /// By bid.
    pub won: Vec<bool>,
    /// Of a unit, by item; at least its reserve.
    pub prices: Vec<u64>,
    /// Values of the bids that won, less the reserves of what they get.
    pub welfare: u128,
    /// No choice of bids has more.
    pub bound: u128,
}

impl Cleared {
    /// How far the welfare can be from the best, in per cent of it.
    #[must_use]
    pub fn gap_pct(&self) -> f64 {
        if self.bound == 0 {
            0.0
        } else {
            100.0 * (self.bound - self.welfare.min(self.bound)) as f64 / self.bound as f64
        }
    }
}

/// Decides who wins, and prices. Of bids that are alike the earlier wins; the same bids give the same result again. Work: some
/// thousand passes over all bids, and for each group of items some ten thousand choices.
#[must_use]
pub fn clear(auction: &Auction) -> Cleared {
    cleared(auction, |_, premiums| premiums)
}

/// With what becomes of the premiums of winners in the end.
fn cleared(auction: &Auction, finish: impl FnOnce(&[bool], Vec<u64>) -> Vec<u64>) -> Cleared {
    let premiums = premiums(auction);
    let groups = Groups::new(auction);
    let won = round::choose(auction, &premiums, &groups);
    let bound = groups.bound(auction, &premiums, &won);
    let mut premiums = premiums;
    premiums.iter_mut().skip(auction.sold).for_each(|it| *it = 0);
    let premiums = finish(&won, round::rational(auction, &won, premiums));
    let prices = auction.items.iter().zip(premiums).map(|(item, it)| item.reserve + it).collect();
    let of = |(bid, won): (&Bid, &bool)| if *won { auction.surplus(bid) } else { None };
    let welfare = auction.bids.iter().zip(&won).filter_map(of).map(u128::from).sum();
    Cleared { won, prices, welfare, bound }
}

/// What a unit of each item is worth above its reserve.
fn premiums(auction: &Auction) -> Vec<u64> {
    let mut whole = Region::new(auction.items.iter().map(|it| it.units).collect());
    for (at, bid) in (0..).zip(&auction.bids) {
        if let Some(surplus) = auction.surplus(bid).filter(|it| *it > 0) {
            whole.bid(at, surplus, bid.needs.iter().map(|it| (it.item, it.units)));
        }
    }
    let nothing = vec![0; auction.items.len()];
    let found = shadow::prices(&whole, &nothing, &FROM_NOTHING);
    if whole.bound(&found) < whole.bound(&nothing) { found } else { nothing }
}
