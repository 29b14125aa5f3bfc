//! Which slots of a window to run in, by a price for each slot.

/// The start of the contiguous run of `length` slots with the least sum; the first of equals. `None` if the window is
/// shorter than the run, or the run is empty.
#[must_use]
pub fn cheapest_run(prices: &[f64], length: usize) -> Option<usize> {
    let mut sum: f64 = prices.get(..length).filter(|run| !run.is_empty())?.iter().sum();
    let (mut least, mut best) = (sum, 0);
    for (start, (left, entered)) in prices.iter().zip(prices.get(length..)?).enumerate() {
        sum += entered - left;
        if sum < least {
            (least, best) = (sum, start + 1);
        }
    }
    Some(best)
}

/// The `count` cheapest slots, in order of time; of equals the earlier. All slots if there are no more.
#[must_use]
pub fn cheapest_slots(prices: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<(f64, usize)> =
        prices.iter().enumerate().map(|(slot, price)| (*price, slot)).collect();
    let by_price = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if count < order.len() {
        order.select_nth_unstable_by(count, by_price);
        order.truncate(count);
    }
    let mut slots: Vec<usize> = order.into_iter().map(|(_, slot)| slot).collect();
    slots.sort_unstable();
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_cheapest_runs_is_taken() {
        assert_eq!(cheapest_run(&[3.0, 1.0, 2.0, 1.0, 2.0, 5.0], 2), Some(1));
        assert_eq!(cheapest_run(&[3.0, 1.0], 2), Some(0));
        assert_eq!((cheapest_run(&[3.0], 2), cheapest_run(&[3.0], 0)), (None, None));
    }

    #[test]
    fn the_cheapest_slots_come_in_order_of_time() {
        assert_eq!(cheapest_slots(&[3.0, 1.0, 2.0, 1.0, -4.0], 3), [1, 3, 4]);
        assert_eq!(cheapest_slots(&[2.0, 2.0, 2.0], 2), [0, 1]);
        assert_eq!(cheapest_slots(&[2.0, 1.0], 9), [0, 1]);
        assert!(cheapest_slots(&[], 1).is_empty());
    }
}
