//! What can be said of a site and a pool without looking for a start: a refusal, or a bound from below.

use network::{Frontier, Limits};
use units::Time;

use crate::{
    Abilities, Policy,
    ask::{Ask, Goal, Need},
    hours::PerKw,
    index::{Pool, Shelf, Site},
    moves::{self, Plan},
    outlook::{Moment, Row},
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

/// What data costs at least, weighted nano-yuan: per GB held to the user, for all transfers and data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) per_gb: i64,
    pub(crate) moves: i64,
}

impl Front {
    /// Of a site that takes nothing.
    pub(crate) const SHUT: Self = Self { is_open: false, per_kwh: 0, per_gb: 0, moves: 0 };
}

/// The same site: what is found out about it, where a pool of it was looked at.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) is_touched: bool,
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

/// What decides a site's front where nothing but electricity does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plain {
    cost: i128,
    carbon: i128,
    takes: Abilities,
    sites_changed: u64,
}

impl Plain {
    /// None for an order that has data, a user or regions.
    pub(crate) fn of(cx: &Context<'_>) -> Option<Self> {
        let Ask { goal, takes, spec, .. } = cx.ask;
        let is_plain = cx.ask.user.is_none()
            && cx.ask.inputs.is_empty()
            && cx.ask.result.is_none()
            && spec.regions.allow.is_empty()
            && spec.regions.forbid.is_empty();
        let sites_changed = cx.index.sites_changed;
        is_plain.then_some(Self {
            cost: goal.cost,
            carbon: goal.carbon,
            takes: *takes,
            sites_changed,
        })
    }
}

pub(crate) fn front(cx: &Context<'_>, id: u32, site: &Site) -> Front {
    let goal = &cx.ask.goal;
    if closed(cx.ask, site).is_none()
        && let (Ok(per_gb), Ok(moves)) = (price_to_user(cx, id), moves::floor(cx, id))
    {
        let per_kwh = goal.cost * i128::from(site.floor.0) + goal.carbon * i128::from(site.floor.1);
        let (per_gb, moves) = (clamped(goal.cost * per_gb), clamped(goal.cost * moves));
        return Front { is_open: true, per_kwh: clamped(per_kwh), per_gb, moves };
    }
    Front::SHUT
}

/// What refuses the site before any pool is looked at, and what does once a pool would do.
pub(crate) fn shut(cx: &Context<'_>, id: u32, site: &Site) -> (Option<Refused>, Option<Refused>) {
    let closed = closed(cx.ask, site);
    let cut_off = || price_to_user(cx, id).and_then(|_| moves::floor(cx, id)).err();
    (closed, if closed.is_none() { cut_off() } else { None })
}

/// The nearest that 64 bits hold: bounds from below only get lower by it.
pub(crate) fn clamped(value: i128) -> i64 {
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
    /// Unit-hours, x 2^16.
    unit_hours: i64,
    /// kWh of IT equipment, x 2^32.
    kwh: i64,
    /// The same with all that pauses can add, where more would be less.
    most: Most,
    /// GB held, x 2^16.
    gb: i64,
    /// Waiting and haste until the earliest start, less what rounding of lines may take off.
    constant: i64,
    /// What bounds by the hours can be too low, since they are in whole micro-yuan per kW and hour; a floor is below
    /// them by as much.
    coarse: i64,
    /// Of waiting and haste, weighted nano-yuan.
    waiting_per_hour: i64,
    /// Where it can be told.
    per_kw: Option<PerKw>,
    /// When it may start at the latest.
    pub(crate) last: Time,
}

/// Of a run with as many pauses as there can be, rounded up.
#[derive(Debug, Clone, Copy)]
struct Most {
    hours: i64,
    unit_hours: i64,
    kwh: i64,
}

impl Most {
    fn new(goal: &Goal, need: &Need) -> Self {
        let longest = i128::from(need.run.saturating_add(need.overhead_most()).get());
        let unit_ms = i128::from(need.units).saturating_mul(longest) << 16;
        Self {
            hours: clamped(goal.cost.saturating_mul(unit_ms) / MS_PER_HOUR + 1),
            unit_hours: clamped(unit_ms / MS_PER_HOUR + 1),
            kwh: clamped(kwh_of(need, longest) + 1),
        }
    }
}

pub(crate) const MS_PER_HOUR: i128 = 3_600_000;
/// Milliwatt x milliseconds in a kWh.
pub(crate) const MWMS_PER_KWH: i128 = 3_600_000_000_000;
pub(crate) const BITMS_PER_GB: i128 = 8_000_000_000_000;

impl Terms {
    pub(crate) fn new(ask: &Ask<'_>, policy: &Policy, need: Need) -> Self {
        let (units, run) = (i128::from(need.units), i128::from(need.run.get()));
        let goal = &ask.goal;
        let kwh = kwh_of(&need, run);
        let gb = i128::from(ask.bandwidth.get()) * run;
        let waited = i128::from(ask.earliest.since(ask.waiting_from).get());
        let waiting =
            i128::from(policy.waiting_price.get()).saturating_mul(units * waited) / MS_PER_HOUR;
        let unit_ms = units.saturating_mul(run) << 16;
        let hours = goal.cost.saturating_mul(unit_ms) / MS_PER_HOUR;
        let constant =
            goal.time.saturating_mul(waiting) + goal.haste * (waited + run) - slack(goal);
        let waiting_per_hour = waiting_per_hour(goal, policy, need.units);
        let kilowatts = i128::from(need.power.get() / 1_000_000) + 1;
        let coarse = (goal.cost + goal.carbon) * 1_000 * ((kwh >> 32) + 4 * kilowatts);
        let (hours, unit_hours) = (clamped(hours), clamped(unit_ms / MS_PER_HOUR));
        let kwh = clamped(kwh);
        let more = |value: i64| value.saturating_add(1);
        let most = match need.pauses {
            None => Most { hours, unit_hours: more(unit_hours), kwh: more(kwh) },
            Some(_) => Most::new(goal, &need),
        };
        let per_kw = per_kw(goal, policy, &need).filter(|_| need.pauses.is_none());
        Self {
            need,
            most,
            hours,
            unit_hours,
            kwh,
            gb: clamped(gb.saturating_mul(1 << 16) / BITMS_PER_GB),
            constant: clamped(constant),
            coarse: clamped(coarse),
            waiting_per_hour: clamped(waiting_per_hour),
            per_kw,
            last: ask.deadline.map_or(ask.latest, |it| ask.latest.min(it.before(need.run))),
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

    /// No start scores less in any pool where an hour of a unit, and data, cost so much at least. Weighted nano-yuan.
    /// Not told of arrays, which are as wide as the pool.
    pub(crate) fn floor(&self, of_an_hour: i64, carried: Carried) -> i64 {
        if self.need.array.is_some() || of_an_hour == i64::MIN {
            return i64::MIN;
        }
        let hours = if of_an_hour < 0 { self.most.unit_hours } else { self.unit_hours };
        let held = product(carried.per_gb, self.gb) >> 16;
        let sum = (product(of_an_hour, hours) >> 16) + held + i128::from(carried.moves);
        clamped(sum + i128::from(self.constant) - i128::from(self.coarse))
    }

    /// No start in the pool scores less. Weighted nano-yuan.
    pub(crate) fn bound(&self, front: &Front, pool: &Shelf) -> i64 {
        let kwh = if front.per_kwh < 0 { self.most.kwh } else { self.kwh };
        let energy = product(front.per_kwh, kwh) >> 32;
        clamped(energy + self.without_energy(front, pool))
    }

    fn without_energy(&self, front: &Front, pool: &Shelf) -> i128 {
        let hours = if pool.price.get() < 0 { self.most.hours } else { self.hours };
        let hours = product(pool.price.get(), hours) >> 16;
        let held = product(front.per_gb, self.gb) >> 16;
        hours + held + i128::from(front.moves) + i128::from(self.constant)
    }

    /// The same by the hours of electricity, for starts from `from` on; the greatest if that is too late, none where
    /// nothing more is known.
    pub(crate) fn refined(
        &self,
        cx: &Context<'_>,
        front: &Front,
        shelf: &Shelf,
        from: Option<Time>,
    ) -> Option<i64> {
        let last = self.last;
        let Some(from) = from.filter(|from| *from <= last) else { return Some(i64::MAX) };
        let hours = &cx.index.site(shelf.site)?.hours;
        let least = hours.least(self.per_kw.as_ref()?, from, last)?;
        Some(self.with_energy(cx, front, shelf, (least, from)))
    }

    /// With electricity, carbon and waiting from `from` on, in weighted micro-yuan per kW.
    fn with_energy(
        &self,
        cx: &Context<'_>,
        front: &Front,
        shelf: &Shelf,
        (least, from): (i64, Time),
    ) -> i64 {
        let waited = from.since(cx.ask.earliest).get() as i64 / 1_000;
        let waited = product(self.waiting_per_hour, waited) * 1_000 / MS_PER_HOUR;
        // The facility's power is rounded to a milliwatt.
        let power = i128::from(self.need.power.get()) - i128::from(least.signum());
        let energy = i128::from(least).saturating_mul(power) / 1_000 - 1;
        clamped(energy + waited + self.without_energy(front, shelf))
    }

    /// What was worked out beforehand for such runs.
    pub(crate) fn quick<'a>(&self, cx: &Context<'a>) -> Option<Quick<'a>> {
        let rows = cx.index.outlook.rows(self.per_kw.as_ref()?)?;
        let row = rows.of(self.need.run.get() as i64, self.last)?;
        Some(Quick {
            row,
            earliest: cx.ask.earliest,
            now: row.moment(cx.ask.earliest)?,
            last: self.last,
            hours: self.hours as f64 / 65_536.0,
            gb: self.gb as f64 / 65_536.0,
            constant: self.constant as f64,
            waiting_per_ms: self.waiting_per_hour as f64 / MS_PER_HOUR as f64,
            power: self.need.power.get() as f64,
        })
    }

    /// When a pool first has room for it from some time on.
    pub(crate) fn first_fit(&self, from: Time, pool: &Pool) -> Option<Time> {
        pool.calendar.earliest_fit(from, self.need.shortest(), self.need.units, self.last)
    }
}

/// The bound of [`Terms::refined`], or a little less, for a pass over all pools: where it was worked out beforehand.
/// In floating point, which for sums of a few products is the same on every machine; what is lost by rounding is taken
/// off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quick<'a> {
    row: Row<'a>,
    earliest: Time,
    now: Moment,
    last: Time,
    hours: f64,
    gb: f64,
    constant: f64,
    waiting_per_ms: f64,
    /// Milliwatts.
    power: f64,
}

/// Parts of a bound that its rounding is below.
const ROUNDING: f64 = 1e-12;

impl Quick<'_> {
    /// For starts from `from` on; the greatest if that is too late, none where nothing is known.
    pub(crate) fn bound(&self, front: &Front, pool: &Shelf, from: Time) -> Option<i64> {
        if from > self.last {
            return Some(i64::MAX);
        }
        let at = if from == self.earliest { self.now } else { self.row.moment(from)? };
        let least = self.row.least(pool.site, at)?;
        let waited = from.since(self.earliest).get() as f64 * self.waiting_per_ms;
        // The facility's power is rounded to a milliwatt.
        let energy = (least * self.power - least.abs()) / 1_000.0;
        let compute = pool.price.get() as f64 * self.hours;
        let path = front.per_gb as f64 * self.gb + front.moves as f64;
        let sum = energy + compute + path + waited + self.constant;
        let size = energy.abs() + compute.abs() + path.abs() + waited.abs() + self.constant.abs();
        // Casts keep to what 64 bits hold.
        Some((sum - size * ROUNDING) as i64 - 4)
    }
}

/// kWh, x 2^32, of so many milliseconds.
const fn kwh_of(need: &Need, ms: i128) -> i128 {
    (need.power.get() as i128).saturating_mul(ms).saturating_mul(1 << 32) / MWMS_PER_KWH
}

/// What a run costs per kW, where it can be told.
pub(crate) fn per_kw(goal: &Goal, policy: &Policy, need: &Need) -> Option<PerKw> {
    let waiting_per_hour = waiting_per_hour(goal, policy, need.units);
    Some(PerKw {
        price: i64::try_from(goal.cost).ok()?,
        carbon: i64::try_from(goal.carbon).ok()?,
        waiting: clamped(
            waiting_per_hour.saturating_mul(1_000).checked_div(need.power.get().into())?,
        ),
        run: need.run,
    })
}

/// A product of two 64-bit numbers is one instruction.
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// Of waiting and haste, weighted nano-yuan.
pub(crate) fn waiting_per_hour(goal: &Goal, policy: &Policy, units: u64) -> i128 {
    let price = i128::from(policy.waiting_price.get()).saturating_mul(units.into());
    goal.time.saturating_mul(price) + goal.haste * MS_PER_HOUR
}

/// What the rounding of up to 64 lines of each kind can make a score less than its exact value.
pub(crate) const fn slack(goal: &Goal) -> i128 {
    (goal.cost + goal.carbon + goal.time) * 64
}
