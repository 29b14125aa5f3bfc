//! What can be said of a site and a pool in O(1), without looking at time: a refusal, or a bound from below.

use network::{Frontier, Limits};

use crate::{
    Abilities, Policy,
    ask::{Ask, Goal, Need},
    index::{Shelf, Site},
    moves::{self, Plan},
    refused::Refused,
    scan::{Context, Found},
};

/// One site, as one order sees it: what a pass over all pools reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Front {
    /// Nothing but the pool can refuse.
    pub(crate) is_open: bool,
    /// From below, weighted nano-yuan: per kWh of IT equipment, per GB held to the user, for all transfers and data.
    per_kwh: i64,
    per_gb: i64,
    moves: i64,
}

/// The same site: what is found out about it.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// Refuses the site before any pool is looked at.
    pub(crate) closed: Option<Refused>,
    /// Refuses it once a pool would do.
    pub(crate) cut_off: Option<Refused>,
    /// Computed when a pool of the site is first scanned.
    pub(crate) plans: Option<Result<Vec<Plan>, Refused>>,
    pub(crate) found: Option<Box<Found>>,
    pub(crate) refused: Option<Refused>,
}

impl View {
    pub(crate) fn refuse(&mut self, refused: Refused) {
        self.refused = Some(self.refused.map_or(refused, |before| before.further(refused)));
    }
}

pub(crate) fn view(cx: &Context<'_>, id: u32, site: &Site) -> (Front, View) {
    let goal = &cx.ask.goal;
    let mut front = Front { is_open: false, per_kwh: 0, per_gb: 0, moves: 0 };
    let mut view = View { closed: closed(cx.ask, site), ..View::default() };
    if view.closed.is_some() {
        return (front, view);
    }
    match (price_to_user(cx, id), moves::floor(cx, id)) {
        (Ok(per_gb), Ok(moves)) => {
            let per_kwh =
                goal.cost * i128::from(site.floor.0) + goal.carbon * i128::from(site.floor.1);
            let (per_gb, moves) = (clamped(goal.cost * per_gb), clamped(goal.cost * moves));
            front = Front { is_open: true, per_kwh: clamped(per_kwh), per_gb, moves };
        }
        (Err(refused), _) | (_, Err(refused)) => view.cut_off = Some(refused),
    }
    (front, view)
}

/// The nearest that 64 bits hold: bounds from below only get lower by it.
fn clamped(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

fn closed(ask: &Ask<'_>, site: &Site) -> Option<Refused> {
    let region = (!ask.spec.regions.permits(&site.region)).then_some(Refused::Region);
    let admission = || (!site.open).then_some(Refused::Closed);
    let offline = || (!site.online).then_some(Refused::Offline);
    region.or_else(admission).or_else(offline).or_else(|| unable(ask.takes, site.can))
}

const fn unable(takes: Abilities, can: Abilities) -> Option<Refused> {
    if takes.containers && !can.containers {
        Some(Refused::NoContainers)
    } else if takes.data && !can.data {
        Some(Refused::NoData)
    } else if takes.fences && !can.fences {
        Some(Refused::NoFence)
    } else {
        None
    }
}

/// Nano-yuan per GB of the cheapest path between the user and a site, within the order's limits.
pub(crate) fn price_to_user(cx: &Context<'_>, site: u32) -> Result<i128, Refused> {
    let Some(user) = cx.ask.user else { return Ok(0) };
    let frontier = cx.to_user.ok_or(Refused::NoPath)?;
    let limits = cx.ask.limits;
    if let Some(reach) = frontier.cheapest(site, limits) {
        return Ok(reach.price().get().into());
    }
    let refused = too_far(frontier, site, limits);
    if refused == Refused::LatencyAndJitter
        && let Some(path) = cx.index.routes.cheapest_avoiding(user, site, limits, |_| true)
    {
        return Ok(path.price.get().into());
    }
    Err(refused)
}

fn too_far(frontier: &Frontier, site: u32, limits: Limits) -> Refused {
    let Some(least) = frontier.to(site).map(|reach| reach.delay()).min() else {
        return Refused::NoPath;
    };
    if least > limits.delay {
        return Refused::Latency { least };
    }
    let steadiest = frontier.to(site).map(|reach| reach.jitter()).min().unwrap_or_default();
    if steadiest > limits.jitter {
        Refused::Jitter { least: steadiest }
    } else {
        Refused::LatencyAndJitter
    }
}

/// The parts of a pool's bound that depend only on what is needed of its flavor. Fixed point, rounded so that the
/// bound stays one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) need: Need,
    /// Weighted unit-hours, x 2^16.
    hours: i64,
    /// kWh of IT equipment, x 2^32.
    kwh: i64,
    /// GB held, x 2^16.
    gb: i64,
    /// Waiting and haste until the earliest start, less what rounding of lines may take off.
    constant: i64,
}

pub(crate) const MS_PER_HOUR: i128 = 3_600_000;
/// Milliwatt x milliseconds in a kWh.
pub(crate) const MWMS_PER_KWH: i128 = 3_600_000_000_000;
pub(crate) const BITMS_PER_GB: i128 = 8_000_000_000_000;

impl Terms {
    pub(crate) fn new(ask: &Ask<'_>, policy: &Policy, need: Need) -> Self {
        let (units, run) = (i128::from(need.units), i128::from(need.run.get()));
        let goal = &ask.goal;
        let kwh =
            i128::from(need.power.get()).saturating_mul(run).saturating_mul(1 << 32) / MWMS_PER_KWH;
        let gb = i128::from(ask.bandwidth.get()) * run;
        let waited = i128::from(ask.earliest.since(ask.waiting_from).get());
        let waiting =
            i128::from(policy.waiting_price.get()).saturating_mul(units * waited) / MS_PER_HOUR;
        let hours = goal.cost.saturating_mul(units.saturating_mul(run) << 16) / MS_PER_HOUR;
        let constant =
            goal.time.saturating_mul(waiting) + goal.haste * (waited + run) - slack(goal);
        Self {
            need,
            hours: clamped(hours),
            kwh: clamped(kwh),
            gb: clamped(gb.saturating_mul(1 << 16) / BITMS_PER_GB),
            constant: clamped(constant),
        }
    }

    /// The terms in a pool of so many units: others only for an array.
    pub(crate) fn within(self, ask: &Ask<'_>, policy: &Policy, units: u32) -> Self {
        if self.need.array.is_some() {
            Self::new(ask, policy, self.need.within(units))
        } else {
            self
        }
    }

    /// No start in the pool scores less. Weighted nano-yuan.
    pub(crate) fn bound(&self, front: &Front, pool: &Shelf) -> i64 {
        // A product of two 64-bit numbers is one instruction.
        let product = |a: i64, b: i64| i128::from(a) * i128::from(b);
        let hours = product(pool.price.get(), self.hours) >> 16;
        let kwh = if front.per_kwh < 0 { self.kwh.saturating_add(1) } else { self.kwh };
        let energy = product(front.per_kwh, kwh) >> 32;
        let held = product(front.per_gb, self.gb) >> 16;
        clamped(hours + energy + held + i128::from(front.moves) + i128::from(self.constant))
    }
}

/// What the rounding of up to 64 lines of each kind can make a score less than its exact value.
pub(crate) const fn slack(goal: &Goal) -> i128 {
    (goal.cost + goal.carbon + goal.time) * 64
}
