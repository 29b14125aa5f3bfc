//! The proof: bounds that hold for any prices that are not below zero, whatever led to them.
#![expect(clippy::indexing_slicing, reason = "nodes are numbers that the net itself gave out")]

use std::num::NonZero;

use super::net::{Net, Origin, Ways};

/// Relative error of the sums, more than it can be: they have some million terms, each with an error of 1e-16.
const ROUNDING: f64 = 1e-9;
/// Searches times arcs from which on several threads are worth their start.
const THREADS_FROM: usize = 20_000;
const THREADS_MOST: usize = 8;

/// No routing of all demands has a busiest arc used less than this: what they cost on their cheapest ways over what
/// all capacity costs (the dual of concurrent flow; Shahrokhi and Matula, "The maximum concurrent flow problem", JACM 37,
/// 1990).
pub(super) fn busiest(net: &Net, origins: &[Origin], prices: &[f64]) -> f64 {
    let capacity = value_of_capacity(net, prices);
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
    (value_of_capacity(net, prices) + sum(net, origins, prices, gain)) * (1.0 + ROUNDING)
}

fn value_of_capacity(net: &Net, prices: &[f64]) -> f64 {
    prices.iter().zip(&net.inverse).map(|(price, inverse)| price / inverse).sum()
}

/// Over all demands, of their amount and the length of their cheapest way.
fn sum(
    net: &Net,
    origins: &[Origin],
    prices: &[f64],
    of: impl Fn(f64, f64) -> f64 + Copy + Sync,
) -> f64 {
    let part = |origins: &[Origin]| {
        let mut ways = Ways::new(net);
        origins.iter().map(|origin| of_one(net, origin, prices, &mut ways, of)).sum::<f64>()
    };
    if origins.len() * net.slots() < THREADS_FROM {
        return part(origins);
    }
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MOST);
    std::thread::scope(|scope| {
        let parts = origins.chunks(origins.len().div_ceil(threads));
        let running: Vec<_> = parts.map(|origins| scope.spawn(move || part(origins))).collect();
        running.into_iter().map(|it| it.join().unwrap_or(f64::NAN)).sum()
    })
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
