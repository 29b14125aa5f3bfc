//! How much to move from one way to another so that both cost the same.

use super::costs::{Costs, Slope};
use crate::search::{Net, Slot};

/// Steps of Newton's method, at most.
const STEPS: u32 = 6;
/// Logarithm of the ratio of both costs that counts as the same.
const SAME: f64 = 1e-3;

/// A way, or doing without one at a fixed cost.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side<'a> {
    Arcs(&'a [Slot]),
    Fixed(f64),
}

impl Side<'_> {
    fn slope(self, net: &Net, costs: &Costs, more: f64) -> Slope {
        match self {
            Self::Arcs(slots) => costs.slope(net, slots, more),
            Self::Fixed(cost) => Slope { cost, growth: 0.0 },
        }
    }
}

/// What to move from the dearer side to the cheaper, zero to `limit`: Newton's method on the logarithms of the costs,
/// which are close to straight where one arc of each side counts, within bounds that close in.
pub(super) fn shift(net: &Net, costs: &Costs, dear: Side<'_>, cheap: Side<'_>, limit: f64) -> f64 {
    let excess = |amount: f64| {
        let (from, to) = (dear.slope(net, costs, -amount), cheap.slope(net, costs, amount));
        let fall = from.growth / from.cost + to.growth / to.cost;
        ((from.cost / to.cost).ln(), fall)
    };
    let (mut low, mut high, mut at) = (0.0, limit, 0.0);
    for _ in 0..STEPS {
        let (over, fall) = excess(at);
        if over.abs() < SAME {
            break;
        }
        if over > 0.0 {
            low = at
        } else {
            high = at
        }
        let next = at + over / fall;
        if next >= limit && high >= limit && excess(limit).0 >= 0.0 {
            return limit;
        }
        at = if next > low && next < high { next } else { f64::midpoint(low, high) };
    }
    at
}
