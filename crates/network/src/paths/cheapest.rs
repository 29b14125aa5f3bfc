//! Ways of one pair, the cheapest first, none longer than a bound (Yen, "Finding the k shortest loopless paths in a
//! network", Management Science 17, 1971, over a search that keeps the bound).
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use std::collections::BTreeSet;

use units::{Bandwidth, DataPrice, Delay};

use crate::{
    Graph, Limits, Link, NodeId, Routes,
    search::{Net, Slot},
};

/// What a search goes over: a link of one direction for each slot, with a weight as its price.
pub(super) fn routes(net: &Net, weight: impl Fn(Slot) -> u64) -> Routes {
    let link = |slot: usize| Link {
        ends: [net.tails[slot], net.heads[slot]],
        delay: Delay::new(net.delays[slot] as u64),
        jitter: Delay::ZERO,
        price: DataPrice::new(i64::try_from(weight(slot as Slot)).unwrap_or(i64::MAX)),
        capacity: Bandwidth::ZERO,
    };
    Routes::new(Graph::one_way(net.nodes(), (0..net.slots()).map(link).collect()))
}

pub(super) const fn within(max_delay: Delay) -> Limits {
    Limits { delay: max_delay, jitter: Delay::MAX }
}

/// One way after another, the cheapest first.
pub(super) struct Cheapest<'a> {
    net: &'a Net,
    routes: Routes,
    weights: &'a [u64],
    ends: [NodeId; 2],
    max_delay: Delay,
    found: Vec<Vec<Slot>>,
    waiting: BTreeSet<(u128, Vec<Slot>)>,
    /// Some search left ways out: there may be cheaper ones within the bound.
    pub(super) is_cut: bool,
}

impl<'a> Cheapest<'a> {
    pub(super) fn new(
        net: &'a Net,
        ends: [NodeId; 2],
        weights: &'a [u64],
        max_delay: Delay,
    ) -> Self {
        let routes = routes(net, |slot| weights[slot as usize]);
        let (found, waiting) = (Vec::new(), BTreeSet::new());
        Self { net, routes, weights, ends, max_delay, found, waiting, is_cut: false }
    }

    /// Ways that leave the last one somewhere and are none of those found.
    fn branch(&mut self) {
        let last = self.found.last().cloned();
        let places = last.as_ref().map_or(1, Vec::len);
        let last = last.unwrap_or_default();
        for at in 0..places {
            if let Some(way) = self.leaving(&last[..at]) {
                self.waiting.insert((sum(self.weights, &way), way));
            }
        }
    }

    /// The cheapest way that begins with these arcs and then does what no way found so far does.
    fn leaving(&mut self, root: &[Slot]) -> Option<Vec<Slot>> {
        let [from, to] = self.ends;
        let net = self.net;
        let begins = |it: &&Vec<Slot>| it.starts_with(root);
        let taken: BTreeSet<Slot> =
            self.found.iter().filter(begins).map(|it| it[root.len()]).collect();
        let passed: BTreeSet<NodeId> = root.iter().map(|slot| net.tails[*slot as usize]).collect();
        let leaves = root.last().map_or(from, |slot| net.heads[*slot as usize]);
        let usable =
            |slot: Slot| !taken.contains(&slot) && !passed.contains(&net.heads[slot as usize]);
        let left = match self.max_delay {
            Delay::MAX => Delay::MAX,
            bound => bound.checked_sub(delay(net, root))?,
        };
        let (path, is_cut) = self.routes.search(leaves, to, within(left), usable);
        self.is_cut |= is_cut;
        Some([root, &path?.links].concat())
    }
}

impl Iterator for Cheapest<'_> {
    type Item = Vec<Slot>;

    fn next(&mut self) -> Option<Vec<Slot>> {
        self.branch();
        let (_, way) = self.waiting.pop_first()?;
        self.found.push(way.clone());
        Some(way)
    }
}

pub(super) fn sum(weights: &[u64], way: &[Slot]) -> u128 {
    way.iter().map(|slot| u128::from(weights[*slot as usize])).sum()
}

pub(super) fn delay(net: &Net, way: &[Slot]) -> Delay {
    Delay::new(way.iter().map(|slot| net.delays[*slot as usize] as u64).sum())
}
