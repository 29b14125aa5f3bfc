//! The smallest change to an order that would make it possible.

use model::{Alternative, Decision};
use units::Time;

use crate::{Order, ask::Lifted};

/// The limits of an order that may be lifted, one at a time.
pub(crate) fn liftable(order: &Order<'_>) -> impl Iterator<Item = Lifted> {
    let spec = order.spec;
    let deadline = spec.deadline.is_some().then_some(Lifted::Deadline);
    let budget = spec.budget.is_some().then_some(Lifted::Budget);
    let carbon_cap = spec.carbon_cap.is_some().then_some(Lifted::CarbonCap);
    [deadline, budget, carbon_cap].into_iter().flatten()
}

/// What the decision found without a limit says about it, and by how many thousandths of itself the limit would
/// have to grow.
pub(crate) fn alternative(
    order: &Order<'_>,
    lifted: Lifted,
    decision: &Decision,
) -> Option<(u128, Alternative)> {
    let spec = order.spec;
    let (field, value, growth) = match lifted {
        Lifted::Nothing => return None,
        Lifted::Deadline => {
            let deadline = spec.deadline?.from(order.submitted);
            let given = deadline.since(order.submitted).get();
            let needed = decision.delivered.since(order.submitted).get();
            ("spec.deadline", decision.delivered.to_string(), growth(given.into(), needed.into()))
        }
        Lifted::Budget => {
            let given = u128::try_from(spec.budget?.get()).unwrap_or(0);
            let needed = u128::try_from(decision.total.get()).unwrap_or(0);
            ("spec.budget", decision.total.to_string(), growth(given, needed))
        }
        Lifted::CarbonCap => {
            let (given, needed) = (spec.carbon_cap?.get(), decision.carbon.get());
            ("spec.carbon_cap", decision.carbon.to_string(), growth(given.into(), needed.into()))
        }
    };
    let (site, start, delivered) = (decision.site.clone(), decision.start, decision.delivered);
    debug_assert!(start <= delivered && start > Time::MIN);
    Some((
        growth,
        Alternative { field: field.into(), value, site, start, delivered, total: decision.total },
    ))
}

fn growth(given: u128, needed: u128) -> u128 {
    needed.saturating_sub(given) * 1_000 / given.max(1)
}
