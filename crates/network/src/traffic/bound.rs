//! The proof: bounds that hold for any prices that are not below zero, whatever led to them.
#![expect(clippy::indexing_slicing, reason = "nodes are numbers that the net itself gave out")]

use std::ops::Range;

use super::origins::Origin;
use crate::{
    search::{Net, Ways, number},
    share::over,
};

/// Relative error of the sums, more than it can be: they have some million terms, each with an error of 1e-16.
const ROUNDING: f64 = 1e-9;
/// Searches times arcs from which on several threads are worth their start.
const THREADS_FROM: usize = 20_000;

/// No routing of all demands has a busiest arc used less than this: what they cost on their cheapest ways over what
/// all capacity costs (the dual of concurrent flow; Shahrokhi and Matula, "The maximum concurrent flow problem", JACM 37,
/// 1990).
pub(super) fn busiest(net: &Net, origins: &[Origin], prices: &[f64]) -> f64 {
    let capacity = net.capacity(prices);
    if capacity <= 0.0 {
        return 0.0;
    }
    let carried = sum(net, origins, prices, |amount, distance| amount * distance);
    carried / capacity * (1.0 - ROUNDING)
}

/// No routing within capacities carries more than this: what all capacity costs, and what each unit of demand would
/// gain, were it worth 1, on its cheapest way.
pub(super) fn served(net: &Net, origins: &[Origin], prices: &[f64]) -> f64 {
    let gain = |amount: f64, distance: f64| amount * (1.0 - distance).max(0.0);
    (net.capacity(prices) + sum(net, origins, prices, gain)) * (1.0 + ROUNDING)
}

/// Over all demands, of their amount and the length of their cheapest way.
fn sum(
    net: &Net,
    origins: &[Origin],
    prices: &[f64],
    what: impl Fn(f64, f64) -> f64 + Copy + Sync,
) -> f64 {
    let part = |of: &[Origin]| {
        let mut ways = Ways::new(net);
        of.iter().map(|origin| of_one(net, origin, prices, &mut ways, what)).sum::<f64>()
    };
    if origins.len() * net.slots() < THREADS_FROM {
        return part(origins);
    }
    let within = |range: Range<u32>| {
        part(origins.get(range.start as usize..range.end as usize).unwrap_or_default())
    };
    over(number(origins.len()), within).into_iter().sum()
}

fn of_one(
    net: &Net,
    origin: &Origin,
    prices: &[f64],
    ways: &mut Ways,
    of: impl Fn(f64, f64) -> f64,
) -> f64 {
    ways.find(net, origin.node, prices);
    origin.demands.iter().map(|(to, amount)| of(*amount, ways.distance[*to as usize])).sum()
}
