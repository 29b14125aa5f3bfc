use proptest::prelude::*;

use super::*;

fn bid(value: u64, needs: &[(u32, u32)]) -> Bid {
    Bid { value, needs: needs.iter().map(|&(item, units)| Need { item, units }).collect() }
}

/// The most welfare of all choices, by trying them all.
fn best(auction: &Auction) -> u128 {
    let bids = auction.bids();
    let welfare = |choice: u32| {
        let chosen =
            || bids.iter().enumerate().filter(move |(at, _)| choice >> at & 1 == 1).map(|it| it.1);
        let mut sold = vec![0_u64; auction.items().len()];
        for need in chosen().flat_map(|it| &it.needs) {
            sold[need.item as usize] += u64::from(need.units);
        }
        let fits =
            sold.iter().zip(auction.items()).all(|(sold, item)| *sold <= u64::from(item.units));
        let worth: Option<u128> = chosen().map(|it| auction.surplus(it).map(u128::from)).sum();
        if fits { worth.unwrap_or(0) } else { 0 }
    };
    (0..1_u32 << bids.len()).map(welfare).max().unwrap_or(0)
}

#[test]
fn the_bundle_beats_its_parts_when_it_is_worth_more() {
    let items = vec![Item { units: 1, reserve: 10 }; 2];
    let bids = vec![bid(100, &[(0, 1), (1, 1)]), bid(40, &[(0, 1)]), bid(45, &[(1, 1)])];
    let cleared = clear(&Auction::new(items.clone(), bids).unwrap());
    assert_eq!((cleared.won, cleared.welfare), (vec![true, false, false], 80));
    let bids = vec![bid(100, &[(0, 1), (1, 1)]), bid(60, &[(0, 1)]), bid(65, &[(1, 1)])];
    let cleared = clear(&Auction::new(items, bids).unwrap());
    assert_eq!((cleared.won, cleared.welfare), (vec![false, true, true], 105));
}

#[test]
fn below_the_reserve_nobody_wins_and_of_equal_bids_the_first_does() {
    let items = vec![Item { units: 1, reserve: 10 }];
    let cleared = clear(&Auction::new(items.clone(), vec![bid(9, &[(0, 1)])]).unwrap());
    assert_eq!((cleared.won, cleared.prices, cleared.bound), (vec![false], vec![10], 0));
    let twins = vec![bid(50, &[(0, 1)]), bid(50, &[(0, 1)])];
    assert_eq!(clear(&Auction::new(items, twins).unwrap()).won, [true, false]);
}

#[test]
fn what_cannot_be_a_bid_is_said() {
    let items = vec![Item { units: 1, reserve: 0 }; 2];
    let refusal = |bid: Bid| Auction::new(items.clone(), vec![bid]).unwrap_err().to_string();
    assert_eq!(refusal(bid(1, &[(0, 0)])), "bid 0: it wants 0 units of item 0");
    assert_eq!(refusal(bid(1, &[])), "bid 0: it wants nothing");
    assert_eq!(refusal(bid(1, &[(2, 1)])), "bid 0: there is no item 2, only 2");
    assert_eq!(
        refusal(bid(1, &[(1, 1), (1, 1)])),
        "bid 0: item 1 is out of order, or twice: sort needs by item"
    );
    assert_eq!(
        refusal(bid(u64::MAX, &[(0, 1)])),
        format!("bid 0: its value {} is above 10^18", u64::MAX)
    );
    let dear = vec![Item { units: 1, reserve: u64::MAX }];
    assert!(Auction::new(dear, Vec::new()).is_err());
}

#[test]
fn the_greatest_values_do_not_overflow() {
    let items = vec![Item { units: u32::MAX, reserve: VALUE_MOST }; 3];
    let all = [(0, u32::MAX), (1, u32::MAX), (2, u32::MAX)];
    let auction =
        Auction::new(items, vec![bid(VALUE_MOST, &all), bid(VALUE_MOST, &[(0, 1)])]).unwrap();
    let cleared = clear(&auction);
    let check = Check::new(&auction, &cleared);
    assert!(check.feasible && check.budget_balanced && check.rational, "{check:?}");
    assert_eq!(cleared.welfare, 0);
}

fn any_auction() -> impl Strategy<Value = Auction> {
    let items = proptest::collection::vec((1_u32..5, 0_u64..6), 1..5);
    items.prop_flat_map(|items| {
        let count = items.len() as u32;
        let need = proptest::collection::btree_map(0..count, 1_u32..4, 1..=items.len());
        let bids = proptest::collection::vec((0_u64..60, need), 0..10);
        bids.prop_map(move |bids| {
            let items = items.iter().map(|&(units, reserve)| Item { units, reserve }).collect();
            let bids = bids
                .into_iter()
                .map(|(value, needs)| bid(value, &needs.into_iter().collect::<Vec<_>>()));
            Auction::new(items, bids.collect()).unwrap()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn nobody_is_worse_off_money_is_kept_and_the_bound_holds(auction in any_auction()) {
        let cleared = clear(&auction);
        let check = Check::new(&auction, &cleared);
        prop_assert!(check.feasible && check.budget_balanced && check.rational, "{check:?}");
        let best = best(&auction);
        prop_assert!(cleared.welfare <= best && best <= cleared.bound, "{cleared:?} {best}");
        prop_assert!(cleared.welfare * 2 >= best, "{cleared:?} {best}");
        prop_assert_eq!(clear(&auction), cleared, "the same again");
    }
}

/// Pools of eight slots; bids for the same slots of one or two pools, drawn by a seed.
fn pools(bids: u64) -> Auction {
    let items = (0..32).map(|it| Item { units: 5 + it / 8, reserve: 3 }).collect();
    let draw = |nth: u64, of: u64| {
        let mixed = (nth * 8 + of + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
    };
    let one = |nth: u64| {
        let (length, pool) = (1 + draw(nth, 0) % 6, draw(nth, 1) % 4);
        let (from, units) = (draw(nth, 2) % (9 - length), 1 + draw(nth, 3) % 4);
        let other = (draw(nth, 4) % 3 == 0 && pool < 3).then_some(pool + 1);
        let slots = [pool].into_iter().chain(other).flat_map(|pool| {
            (from..from + length).map(move |slot| ((pool * 8 + slot) as u32, units as u32))
        });
        let needs: Vec<(u32, u32)> = slots.collect();
        let worth = needs.len() as u64 * units * (300 + draw(nth, 5) % 700) / 100;
        bid(worth, &needs)
    };
    Auction::new(items, (0..bids).map(one).collect()).unwrap()
}

#[test]
fn slots_of_a_pool_are_a_group_and_each_group_by_itself_bounds_better() {
    let auction = pools(300);
    let premiums = premiums(&auction);
    let groups = Groups::new(&auction);
    assert!(groups.len() < 12, "{} groups of 32 items", groups.len());
    let cleared = clear(&auction);
    let free = groups.bound(&auction, &vec![0; 32], &vec![false; 300]);
    assert!(cleared.bound <= free, "{} {free}", cleared.bound);
    let whole: u128 = auction
        .items()
        .iter()
        .zip(&premiums)
        .map(|(it, premium)| u128::from(it.units) * u128::from(*premium))
        .sum();
    let gains = auction.bids().iter().filter_map(|it| {
        u128::from(auction.surplus(it)?).checked_sub(auction.cost(it, |item| premiums[item]))
    });
    let whole = whole + gains.sum::<u128>();
    assert!(cleared.bound < whole, "{} {whole}", cleared.bound);
    assert!(cleared.gap_pct() < 5.0, "{}", cleared.gap_pct());
}

#[test]
fn many_bids_for_one_pool_end_too() {
    let items = vec![Item { units: 50, reserve: 1 }; 4];
    let bids = (0..3_000)
        .map(|it| bid(10 + it % 89, &[(0, 1 + (it % 5) as u32), (1, 1 + (it % 3) as u32)]));
    let cleared = clear(&Auction::new(items, bids.collect()).unwrap());
    assert!(cleared.gap_pct() < 2.0, "{}", cleared.gap_pct());
}
