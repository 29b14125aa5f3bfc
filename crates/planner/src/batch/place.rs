//! An order put where the joint plan wants it, as exactly as any other decision.

use model::Outcome;
use units::Time;

use crate::{
    Order, Planner,
    ask::Lifted,
    moves,
    scan::{Context, Found, Scan},
};

/// Where and when a joint plan wants a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    /// The number of the pool.
    pub pool: u32,
    pub start: Time,
}

impl Planner {
    /// As [`Planner::decide`], but where the guide says if that can be had; the other candidates are told all the
    /// same.
    pub fn decide_guided(&mut self, order: &Order<'_>, guide: Guide, now: Time) -> Outcome {
        self.decide_with(order, Lifted::Nothing, None, Some(guide), now)
    }
}

impl Guide {
    /// What is there for the order, if everything for it is free.
    pub(crate) fn found(self, cx: &Context<'_>) -> Option<Found> {
        let pool = cx.index.pool(self.pool)?;
        let need = (*cx.ask.needs.get(pool.flavor as usize)?).ok()?.within(pool.units);
        let plans = moves::plans(cx.index, cx.policy, cx.ask, pool.site).ok()?;
        let soonest = moves::soonest(cx.index, cx.policy, cx.ask, pool.site);
        let found = plans.iter().enumerate().filter_map(|plan| {
            let scan = Scan::new(cx, self.pool, need, plan, soonest).ok()?;
            scan.at(self.start.max(scan.first))
        });
        found.min_by_key(Found::rank)
    }
}
