//! An order put where the joint plan wants it, as exactly as any other decision.

use model::Outcome;
use units::Time;

use crate::{
    Order, Planner,
    ask::{Ask, Lifted},
    decide, moves,
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
        let ask = Ask::new(order, Lifted::Nothing, &self.index, &self.policy, None, now);
        if ask.hopeless.is_none() {
            self.prepare(&ask, now);
        }
        let cx = Context::new(&self.index, &self.policy, &ask);
        let best = decide::search(&cx, &mut self.scratch);
        let guided = guided(&cx, guide);
        if let Some(found) = &guided {
            decide::put(&cx, &mut self.scratch, found);
        }
        let decision = guided.or(best).and_then(|best| decide::decision(&cx, &self.scratch, &best));
        decision.map_or_else(
            || decide::unplaced(&cx, &self.scratch),
            |decision| Outcome::Placed(Box::new(decision)),
        )
    }
}

fn guided(cx: &Context<'_>, guide: Guide) -> Option<Found> {
    let pool = cx.index.pool(guide.pool)?;
    let need = (*cx.ask.needs.get(pool.flavor as usize)?).ok()?.within(pool.units);
    let plans = moves::plans(cx.index, cx.policy, cx.ask, pool.site).ok()?;
    let soonest = moves::soonest(cx.index, cx.policy, cx.ask, pool.site);
    let found = plans.iter().enumerate().filter_map(|plan| {
        let scan = Scan::new(cx, guide.pool, need, plan, soonest).ok()?;
        scan.at(guide.start.max(scan.first))
    });
    found.min_by_key(Found::rank)
}
