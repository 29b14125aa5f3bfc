//! Some bids that are decided together, with all else as it is.
#![expect(
    clippy::indexing_slicing,
    reason = "bids and places are numbered here, and only from here"
)]

/// Bids, and the items that they want.
#[derive(Debug, Clone)]
pub(super) struct Region {
    /// In the order in which they are decided.
    pub(super) bids: Vec<u32>,
    pub(super) worth: Vec<u64>,
    /// Needs of the `n`th bid are `starts[n]..starts[n + 1]`.
    starts: Vec<usize>,
    /// Items, by their place among those of the region, and units.
    needs: Vec<(u32, u32)>,
    /// By place.
    pub(super) free: Vec<u32>,
}

impl Region {
    /// Without bids: units that are free, by place.
    pub(super) fn new(free: Vec<u32>) -> Self {
        Self { bids: Vec::new(), worth: Vec::new(), starts: vec![0], needs: Vec::new(), free }
    }

    /// One more bid, by places of items. It is left out where it does not fit.
    pub(super) fn bid(&mut self, bid: u32, worth: u64, needs: impl Iterator<Item = (u32, u32)>) {
        let from = self.needs.len();
        self.needs.extend(needs);
        let fits = |(place, units): &(u32, u32)| self.free[*place as usize] >= *units;
        if !self.needs[from..].iter().all(fits) {
            self.needs.truncate(from);
            return;
        }
        self.bids.push(bid);
        self.worth.push(worth);
        self.starts.push(self.needs.len());
    }

    pub(super) fn needs(&self, nth: usize) -> &[(u32, u32)] {
        &self.needs[self.starts[nth]..self.starts[nth + 1]]
    }

    /// Units that all bids want together, by place.
    pub(super) fn wanted(&self) -> Vec<u64> {
        let mut wanted = vec![0; self.free.len()];
        for (place, units) in &self.needs {
            wanted[*place as usize] += u64::from(*units);
        }
        wanted
    }

    /// The mean worth of a bid.
    pub(super) fn mean(&self) -> f64 {
        let sum: f64 = self.worth.iter().map(|it| *it as f64).sum();
        (sum / self.worth.len().max(1) as f64).max(f64::MIN_POSITIVE)
    }

    /// What each bid is worth above its cost at prices of a unit.
    pub(super) fn gains(&self, prices: &[u64]) -> Vec<i128> {
        let cost = |it: &(u32, u32)| paid(prices, it.0, it.1.into());
        let cost = |nth| self.needs(nth).iter().map(cost).sum::<i128>();
        (0..self.bids.len()).map(|nth| i128::from(self.worth[nth]) - cost(nth)).collect()
    }

    /// No choice is worth more, at any prices (weak duality). Exact.
    pub(super) fn bound(&self, prices: &[u64]) -> i128 {
        let free = (0..).zip(&self.free).map(|(it, free)| paid(prices, it, (*free).into()));
        free.sum::<i128>() + self.gains(prices).into_iter().map(|it| it.max(0)).sum::<i128>()
    }

    /// Without a bid: either it wins, and what it wants is not free any more, or not.
    pub(super) fn without(&self, nth: usize, wins: bool) -> Self {
        let mut free = self.free.clone();
        if wins {
            self.needs(nth).iter().for_each(|(place, units)| free[*place as usize] -= units);
        }
        let mut left = Self::new(free);
        for it in (0..self.bids.len()).filter(|it| *it != nth) {
            left.bid(self.bids[it], self.worth[it], self.needs(it).iter().copied());
        }
        left
    }
}

/// What units of an item cost.
pub(super) fn paid(prices: &[u64], place: u32, units: u64) -> i128 {
    i128::from(prices[place as usize]) * i128::from(units)
}
