//! Who wins of some bids, by looking at many choices side by side.
#![expect(
    clippy::indexing_slicing,
    reason = "states and places are numbered here and by the region, and only there"
)]

use std::cmp::Reverse;

use super::region::{Region, paid};

/// Winners that are worth more than `least` together, if such were found: bid by bid, the choices so far that promise most
/// are kept, at most `width` of them (beam search).
pub(super) fn best(region: &Region, prices: &[u64], least: i128, width: usize) -> Option<Vec<u32>> {
    let mut search = Search::new(region, prices, least);
    for (nth, gain) in region.gains(prices).into_iter().enumerate() {
        search.decide(nth, gain, width);
    }
    search.winners()
}

/// A choice among the bids so far.
#[derive(Debug, Clone, Copy)]
struct State {
    /// No choice that goes on from here is worth more.
    bound: i128,
    worth: i128,
    /// Where its last winner is written.
    last: usize,
}

#[derive(Debug, Clone, Copy)]
struct Next {
    bound: i128,
    from: usize,
    wins: bool,
}

/// At prices of the items no choice is worth more than what was won so far, what the bids to come gain above their costs,
/// and for each item its price times the units that are free **and** wanted by bids to come. The last is why bids that want
/// the same items are best decided one after the other: what nobody can use any more is seen early.
struct Search<'a> {
    region: &'a Region,
    prices: &'a [u64],
    least: i128,
    states: Vec<State>,
    /// What is free, state by state.
    free: Vec<u32>,
    next: Vec<Next>,
    /// What bids to come want, by place.
    rest: Vec<u64>,
    /// Winners: the bid, and where the one before is written.
    won: Vec<(usize, usize)>,
}

impl<'a> Search<'a> {
    fn new(region: &'a Region, prices: &'a [u64], least: i128) -> Self {
        let rest = region.wanted();
        let gains: i128 = region.gains(prices).into_iter().map(|it| it.max(0)).sum();
        let rows = region.free.iter().zip(&rest).zip(0..);
        let rows: i128 =
            rows.map(|((free, rest), it)| paid(prices, it, u64::from(*free).min(*rest))).sum();
        let first = State { bound: gains + rows, worth: 0, last: usize::MAX };
        Self {
            region,
            prices,
            least,
            states: vec![first],
            free: region.free.clone(),
            next: Vec::new(),
            rest,
            won: Vec::new(),
        }
    }

    fn decide(&mut self, nth: usize, gain: i128, width: usize) {
        let needs = self.region.needs(nth);
        for (place, units) in needs {
            self.rest[*place as usize] -= u64::from(*units);
        }
        self.branch(needs, gain);
        self.narrow(width);
        self.follow(nth, needs);
    }

    /// Each choice, with and without the bid.
    fn branch(&mut self, needs: &[(u32, u32)], gain: i128) {
        self.next.clear();
        let rows = self.region.free.len();
        for (from, state) in self.states.iter().enumerate() {
            let free = &self.free[from * rows..][..rows];
            let unused = |(place, units): &(u32, u32)| {
                let (free, rest) = (u64::from(free[*place as usize]), self.rest[*place as usize]);
                paid(self.prices, *place, (rest + u64::from(*units)).min(free) - rest.min(free))
            };
            let without = state.bound - gain.max(0) - needs.iter().map(unused).sum::<i128>();
            let fits = needs.iter().all(|(place, units)| free[*place as usize] >= *units);
            let with = fits.then_some((state.bound + gain.min(0), true));
            for (bound, wins) in [(without, false)].into_iter().chain(with) {
                if bound > self.least {
                    self.next.push(Next { bound, from, wins });
                }
            }
        }
    }

    fn narrow(&mut self, width: usize) {
        if self.next.len() > width {
            let order = |it: &Next| (Reverse(it.bound), it.from, it.wins);
            self.next.select_nth_unstable_by_key(width, order);
            self.next.truncate(width);
        }
    }

    fn follow(&mut self, nth: usize, needs: &[(u32, u32)]) {
        let rows = self.region.free.len();
        let mut free = Vec::with_capacity(self.next.len() * rows);
        let mut states = Vec::with_capacity(self.next.len());
        for next in &self.next {
            let mut state = State { bound: next.bound, ..self.states[next.from] };
            let from = free.len();
            free.extend_from_slice(&self.free[next.from * rows..][..rows]);
            if next.wins {
                needs.iter().for_each(|(place, units)| free[from + *place as usize] -= units);
                state.last = {
                    self.won.push((nth, state.last));
                    self.won.len() - 1
                };
                state.worth += i128::from(self.region.worth[nth]);
            }
            states.push(state);
        }
        (self.free, self.states) = (free, states);
    }

    fn winners(self) -> Option<Vec<u32>> {
        // Of equal ones the first.
        let best = self.states.iter().rev().max_by_key(|it| it.worth);
        let mut at = best.filter(|it| it.worth > self.least)?.last;
        let back = std::iter::from_fn(|| {
            let (nth, before) = *self.won.get(at)?;
            at = before;
            Some(self.region.bids[nth])
        });
        Some(back.collect())
    }
}
