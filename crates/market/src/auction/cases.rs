//! A bound on what any choice among bids is worth, by cases.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{
    region::Region,
    shadow::{self, FROM_NEAR},
};

/// What a bid gains for which prices say little of whether it wins, in parts of the mean worth.
const DOUBT: f64 = 0.05;

/// What no choice is worth more than, or `least` where none is worth more than that: what is most in doubt and dear is
/// decided both ways, and prices are found anew for each (branch and bound). At most so many cases are divided.
pub(super) fn proven(region: Region, prices: Vec<u64>, least: i128, most: usize) -> i128 {
    let bound = region.bound(&prices);
    let mut open = BinaryHeap::from([Case { bound, fixed: 0, prices, region }]);
    for _ in 0..most {
        match open.peek().filter(|it| it.bound > least).and_then(Case::doubt) {
            Some(nth) => open.pop().into_iter().for_each(|it| open.extend(it.both(nth))),
            None => break,
        }
    }
    open.pop().map_or(least, |it| it.bound.max(least))
}

/// What is left to decide when some bids are decided.
struct Case {
    bound: i128,
    /// Worth of those that won.
    fixed: i128,
    prices: Vec<u64>,
    region: Region,
}

impl Case {
    /// The bid of which prices say least, and that costs most.
    fn doubt(&self) -> Option<usize> {
        let scale = DOUBT * self.region.mean();
        let gains = self.region.gains(&self.prices).into_iter().zip(&self.region.worth);
        let score = |(nth, (gain, worth)): (usize, (i128, &u64))| {
            let (gain, worth) = (gain as f64, *worth as f64);
            ((worth - gain) / (1.0 + (gain / scale).powi(2)), nth)
        };
        let scores = gains.enumerate().map(score);
        scores.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).map(|it| it.1)
    }

    fn both(&self, nth: usize) -> [Self; 2] {
        [true, false].map(|wins| {
            let won = self.region.worth.get(nth).filter(|_| wins).copied().unwrap_or(0);
            let fixed = self.fixed + i128::from(won);
            let region = self.region.without(nth, wins);
            let prices = shadow::prices(&region, &self.prices, &FROM_NEAR);
            let bound = region.bound(&prices).min(region.bound(&self.prices));
            Self { bound: self.bound.min(fixed + bound), fixed, prices, region }
        })
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.bound == other.bound
    }
}

impl Eq for Case {}

impl PartialOrd for Case {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The case that may be worth most is divided first.
impl Ord for Case {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.cmp(&other.bound)
    }
}
