//! What no choice can score less than: with each decision, how far it can be from the best.
//!
//! Where a search is exact its best is the least. Data that moves is planned by rules of thumb (known ways, one input
//! after the other), so are paths once many links were full, and pauses on a grid; there the least is that of an easier order: all data
//! over the cheapest ways at full speed and without a queue, the path as if every link were empty.

use units::{Bytes, Span};

use crate::{
    Policy,
    ask::Need,
    moves::{self, Plan},
    pauses,
    scan::{Context, SEARCHES_MOST, Scan, Start},
    screen::{BITMS_PER_GB, MWMS_PER_KWH, price_to_user, slack},
};

/// Weighted nano-yuan, at most those of any choice in a pool, after it was scanned; none where the scan told it all.
pub(crate) fn least_after_scan(
    cx: &Context<'_>,
    pool: u32,
    need: Need,
    bound: i64,
    starts: &mut Vec<Start>,
) -> Option<i128> {
    let site = cx.index.pool(pool)?.site;
    let searched = cx.searches.get() < SEARCHES_MOST;
    if searched && need.pauses.is_none() && moves::nothing_moves(cx.index, cx.ask, site) {
        return None;
    }
    eased(cx, pool, need, starts).map(|it| it.max(bound.into()))
}

/// None where not even the easier order can be.
pub(crate) fn eased(
    cx: &Context<'_>,
    pool: u32,
    need: Need,
    starts: &mut Vec<Start>,
) -> Option<i128> {
    let site = cx.index.pool(pool)?.site;
    let (ask, policy) = (cx.ask, cx.policy);
    let plan = Plan { moves: Vec::new(), ready: ask.from.after(staging(cx, site)) };
    let delivery = moves::result_elsewhere(ask, site)
        .map_or(Span::ZERO, |(_, size)| at_full_speed(policy, size));
    let scan = Scan::new(cx, pool, need, (0, &plan), delivery).ok()?;
    let moved = moves::floor(cx, site).ok()?.saturating_sub(moves::reads(cx.index, ask));
    let held = i128::from(ask.bandwidth.get()).saturating_mul(need.run.get().into());
    let path = price_to_user(cx, site).ok()?.saturating_mul(held).div_euclid(BITMS_PER_GB);
    let start = match need.pauses {
        Some(_) => pauses::least(&scan)?,
        None => scan.least(starts)?,
    };
    let others = ask.goal.cost.saturating_mul(moved.saturating_add(path));
    Some(start.div_euclid(MWMS_PER_KWH).saturating_add(others) - slack(&ask.goal))
}

/// The least time that bringing the inputs takes, one after the other.
fn staging(cx: &Context<'_>, site: u32) -> Span {
    let missing = cx.ask.inputs.iter().filter(|id| !moves::is_at(cx.index, **id, site));
    let sizes = missing.filter_map(|id| cx.index.dataset(*id)).map(|it| it.size);
    sizes.map(|size| at_full_speed(cx.policy, size)).fold(Span::ZERO, Span::saturating_add)
}

fn at_full_speed(policy: &Policy, size: Bytes) -> Span {
    size.at(policy.transfer_bandwidth).unwrap_or(Span::ZERO)
}
