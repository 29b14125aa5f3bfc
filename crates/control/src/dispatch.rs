//! Supply of sites that have their own: the coming 48 hours at the least cost, and what one kWh more costs then.
//!
//! The dispatch reads the load of the jobs that are placed; the planner reads the price and the carbon of one kWh more,
//! hour by hour, in place of the grid's. Both go on from there at most once a minute for each site. An hour that has begun
//! keeps its price, and all that is told is written, so that plans and bills are the same after a restart.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use api::{DispatchSlot, DispatchView, Problem, ProblemKind};
use energy::{
    SiteEnergy, Told,
    account::hour_of,
    dispatch::{BatteryNow, Planned, SLOT, SitePlan, Slot, plan, slots},
};
use model::{Electricity, Kind, Name, Quality, Signal, SignalPoint, SiteSpec};
use units::{Energy, Power, Span, Time};

use crate::{Change, Control, jobs::Live};

/// 48 hours.
const SLOTS: usize = 192;
const HOUR: Span = Span::hours(1);
/// Between two looks at a site.
const PAUSE: Span = Span::minutes(1);
/// Sites that are dispatched in one round.
const SITES_A_ROUND: usize = 4;
const SOURCE: &str = "dispatch";

/// What is planned of sites with supply of their own.
#[derive(Debug, Default)]
pub(crate) struct Dispatching {
    sites: BTreeSet<Name>,
    due: BTreeSet<Name>,
    checked: Option<Time>,
    standing: BTreeMap<Name, Standing>,
}

/// The last plan of a site.
#[derive(Debug)]
struct Standing {
    made: Time,
    first: Time,
    jobs: Vec<Energy>,
    stated: Option<Arc<Told>>,
    /// At the beginning of each slot.
    stored: Vec<Energy>,
}

/// All that a plan is made of.
struct Supplied {
    first: Time,
    jobs: Vec<Energy>,
    slots: Vec<Slot>,
    battery: Option<BatteryNow>,
    plan: SitePlan,
}

impl Control {
    /// How a site is supplied over the coming 48 hours, by the jobs that are placed there; without the grid for as long
    /// as `island` says.
    ///
    /// # Errors
    /// There is no such site.
    pub fn supply_plan(
        &self,
        site: &Name,
        island: Option<Span>,
        now: Time,
    ) -> Result<DispatchView, Problem> {
        let spec =
            self.planner.world().sites.get(site).ok_or_else(|| {
                Problem::new(ProblemKind::NotFound, self.no_such(Kind::Site, site))
            })?;
        let island_until = island.map(|it| now.after(it));
        let jobs = self.planned_load(site, now);
        let found = self.supplied(site, spec, jobs, (island_until, now));
        let charge = charge_of(spec);
        let without = plan(&found.slots, None, charge);
        let at_slot = found.slots.iter().zip(&found.plan.slots).enumerate();
        let all: Vec<DispatchSlot> = at_slot
            .map(|(at, (slot, planned))| {
                self.slot_view(site, from_slot(found.first, at), slot, planned)
            })
            .collect();
        let unserved = all.iter().fold(Energy::ZERO, |sum, it| sum.saturating_add(it.unserved));
        Ok(DispatchView {
            site: site.clone(),
            now,
            island_until,
            stored: found.battery.map_or(Energy::ZERO, |it| it.stored),
            slots: all,
            cost: found.plan.cost,
            carbon: found.plan.carbon,
            cost_without_battery: without.cost,
            carbon_without_battery: without.carbon,
            saving: without.cost.saturating_sub(found.plan.cost),
            wear: found.plan.wear,
            demand_charge: found.plan.demand_charge,
            peak: found.plan.peak,
            unserved,
        })
    }

    fn slot_view(&self, site: &Name, from: Time, slot: &Slot, it: &Planned) -> DispatchSlot {
        let flows = it.flows;
        DispatchSlot {
            from,
            to: from.after(SLOT),
            load: slot.load,
            own: flows.own,
            curtailed: flows.curtailed,
            contracted: flows.contracted,
            import: flows.import,
            export: flows.export,
            charge: it.charge,
            discharge: it.discharge,
            stored: it.stored,
            unserved: flows.unserved,
            price: slot.rate.price,
            carbon_intensity: slot.rate.carbon,
            price_from: self.stated_origin(site, Signal::Price, from),
            carbon_from: self.stated_origin(site, Signal::Carbon, from),
            cost: it.cost,
            carbon: it.carbon,
            marginal_price: it.marginal_price,
            marginal_carbon: it.marginal_carbon,
        }
    }

    fn supplied(
        &self,
        site: &Name,
        spec: &SiteSpec,
        jobs: Vec<Energy>,
        (island_until, now): (Option<Time>, Time),
    ) -> Supplied {
        let first = slot_of(now);
        let mut rates = SiteEnergy::new(spec);
        if let Some(stated) = self.stated_rates(site) {
            rates.tell(Arc::clone(stated));
        }
        let of = electricity(spec);
        let island = island_until.map(|until| (first, until));
        let carbon_price = self.planner.policy().carbon_price;
        let slots = slots(&of, (&rates, carbon_price), first, &jobs, island);
        let battery = of.battery.map(|battery| BatteryNow {
            battery,
            stored: self.stored_at(site, battery.reserve, first).min(battery.energy),
        });
        let plan = plan(&slots, battery, charge_of(spec));
        Supplied { first, jobs, slots, battery, plan }
    }

    /// What the jobs that are placed at a site draw, with everything around them, slot by slot from that of now on.
    fn planned_load(&self, site: &Name, now: Time) -> Vec<Energy> {
        let first = slot_of(now);
        let mut load = vec![Energy::ZERO; SLOTS];
        for live in self.jobs.values().filter(|live| live.site() == Some(site)) {
            self.add_load(live, first, now, &mut load);
        }
        load
    }

    fn add_load(&self, live: &Live, first: Time, now: Time, load: &mut [Energy]) {
        let status = &live.view.status;
        let Some(decision) = status.decision.as_deref() else { return };
        let power = self.facility_power(&decision.site, &decision.flavor, decision.units);
        let is_here = status.state.is_at_site();
        for (at, run) in decision.runs_after(status.progress.intervals).enumerate() {
            let (from, to) = if is_here && at == 0 {
                (first, run.end.max(now.after(PAUSE)))
            } else {
                (run.start.max(now), run.end)
            };
            add_power(power, (from, to), first, load);
        }
    }

    /// What the battery holds: by its own meter where it told since the last plan, as planned before, or its reserve.
    fn stored_at(&self, site: &Name, reserve: Energy, first: Time) -> Energy {
        let hour = hour_of(first);
        let told = self.told_points(site, Signal::Stored, hour).find(|it| it.0 == hour);
        let standing = self.dispatching.standing.get(site);
        let known = |it: i64| Energy::new(u64::try_from(it).unwrap_or(0));
        if let Some((_, value, quality)) = told
            && quality > Quality::Forecast
            && standing.is_none_or(|it| it.made < hour)
        {
            return known(value);
        }
        let planned = standing.and_then(|it| {
            let slots = first.since(it.first).get() / SLOT.get();
            it.stored.get(usize::try_from(slots).ok()?).copied().filter(|_| first >= it.first)
        });
        planned.or_else(|| told.map(|it| known(it.1))).unwrap_or(reserve)
    }

    /// The sites that have supply of their own, from the world as it is now.
    pub(crate) fn note_supply(&mut self) {
        let world = self.planner.world();
        let has_supply =
            |spec: &SiteSpec| spec.electricity.as_ref().is_some_and(|it| it.has_supply());
        let sites = world.sites.iter().filter(|it| has_supply(it.1)).map(|it| it.0.clone());
        let sites: BTreeSet<Name> = sites.collect();
        if sites != self.dispatching.sites {
            self.dispatching.checked = None;
            self.dispatching.standing.retain(|site, _| sites.contains(site));
            self.dispatching.sites = sites;
        }
    }

    /// Plans are made anew with each quarter of an hour, and where load or rates are other than they were.
    pub(crate) fn watch_dispatch(&mut self, now: Time) {
        if self.dispatching.checked.is_none_or(|at| at.after(PAUSE) <= now) {
            self.dispatching.checked = Some(now);
            self.dispatching.due.clone_from(&self.dispatching.sites);
        }
        for _ in 0..SITES_A_ROUND {
            let Some(site) = self.dispatching.due.pop_first() else { return };
            let jobs = self.planned_load(&site, now);
            if self.is_other(&site, &jobs, now) {
                self.agree(&site, jobs, now);
            }
        }
    }

    pub(crate) fn dispatch_due(&self) -> Option<Time> {
        let it = &self.dispatching;
        if !it.due.is_empty() {
            return Some(Time::MIN);
        }
        (!it.sites.is_empty()).then(|| it.checked.map_or(Time::MIN, |at| at.after(PAUSE)))
    }

    fn is_other(&self, site: &Name, jobs: &[Energy], now: Time) -> bool {
        let first = slot_of(now);
        self.dispatching.standing.get(site).is_none_or(|it| {
            it.first != first || it.stated.as_ref() != self.stated_rates(site) || it.jobs != jobs
        })
    }

    /// Dispatches a site anew, and tells the planner what one kWh more costs and emits.
    fn agree(&mut self, site: &Name, jobs: Vec<Energy>, now: Time) {
        let Some(spec) = self.planner.world().sites.get(site) else { return };
        let found = self.supplied(site, spec, jobs, (None, now));
        let start = found.battery.map_or(Energy::ZERO, |it| it.stored);
        let stored = [start].into_iter().chain(found.plan.slots.iter().map(|it| it.stored));
        let standing = Standing {
            made: now,
            first: found.first,
            jobs: found.jobs,
            stated: self.stated_rates(site).cloned(),
            stored: stored.collect(),
        };
        let mut fell = false;
        let mut is_news = false;
        for (signal, points) in points(found.first, &found.plan, found.battery.is_some()) {
            let (news, is_less) = self.news(site, signal, points, hour_of(now));
            if news.is_empty() {
                continue;
            }
            is_news |= signal != Signal::Stored;
            fell |= signal != Signal::Stored && is_less;
            self.learn_signal(site, signal, &news, now);
            let (site, source) = (site.clone(), SOURCE.to_owned());
            self.out.push(Change::Signals { site, signal, source, at: now, points: news });
        }
        self.dispatching.standing.insert(site.clone(), standing);
        if is_news {
            self.retell_rates(site);
        }
        if fell {
            self.look_at_all();
        }
    }

    /// Points that are other than what was told, and whether one is less, or was not told. An hour that has begun keeps
    /// what was told of it.
    fn news(
        &self,
        site: &Name,
        signal: Signal,
        points: Vec<SignalPoint>,
        hour: Time,
    ) -> (Vec<SignalPoint>, bool) {
        let told: BTreeMap<Time, i64> =
            self.told_points(site, signal, hour).map(|it| (it.0, it.1)).collect();
        let is_new = |it: &SignalPoint| match told.get(&it.hour) {
            Some(value) => it.hour > hour && *value != it.value,
            None => true,
        };
        let news: Vec<SignalPoint> = points.into_iter().filter(is_new).collect();
        let is_less = news.iter().any(|it| told.get(&it.hour).is_none_or(|old| it.value < *old));
        (news, is_less)
    }
}

/// What is drawn from one time to another, in slots that begin with `first`.
fn add_power(power: Power, (from, to): (Time, Time), first: Time, load: &mut [Energy]) {
    for (at, sum) in load.iter_mut().enumerate() {
        let start = from_slot(first, at);
        let (start, end) = (start.max(from), start.after(SLOT).min(to));
        if start < end {
            *sum = sum.saturating_add(power.over(end.since(start)).unwrap_or(Energy::MAX));
        }
    }
}

fn electricity(spec: &SiteSpec) -> Electricity {
    spec.electricity.as_deref().cloned().unwrap_or_default()
}

fn charge_of(spec: &SiteSpec) -> Option<model::DemandCharge> {
    spec.electricity.as_ref()?.grid.as_ref()?.demand_charge
}

fn slot_of(at: Time) -> Time {
    let slot = i64::try_from(SLOT.get()).unwrap_or(1);
    Time::from_millis(at.as_millis().div_euclid(slot) * slot)
}

fn from_slot(first: Time, at: usize) -> Time {
    first.after(SLOT.saturating_mul(u64::try_from(at).unwrap_or(u64::MAX)))
}

/// What is told of each hour: the mean of its slots; and what the battery holds when the next hour begins.
fn points(first: Time, plan: &SitePlan, has_battery: bool) -> Vec<(Signal, Vec<SignalPoint>)> {
    let mut hours: BTreeMap<Time, Vec<&Planned>> = BTreeMap::new();
    for (at, planned) in plan.slots.iter().enumerate() {
        hours.entry(hour_of(from_slot(first, at))).or_default().push(planned);
    }
    let told = |of: &dyn Fn(&Planned) -> i64| -> Vec<SignalPoint> {
        let mean = |all: &[&Planned]| {
            let sum: i128 = all.iter().map(|it| i128::from(of(it))).sum();
            let count = i128::try_from(all.len().max(1)).unwrap_or(1);
            i64::try_from(sum.div_euclid(count)).unwrap_or(i64::MAX)
        };
        hours.iter().map(|(hour, all)| point(*hour, mean(all))).collect()
    };
    let signed = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    let mut all = vec![
        (Signal::MarginalPrice, told(&|it| it.marginal_price.get())),
        (Signal::MarginalCarbon, told(&|it| signed(it.marginal_carbon.get()))),
    ];
    let next = hour_of(first).after(HOUR);
    let slots = next.since(first).get() / SLOT.get();
    let last = usize::try_from(slots).ok().and_then(|it| plan.slots.get(it.checked_sub(1)?));
    if let Some(last) = last.filter(|_| has_battery) {
        all.push((Signal::Stored, vec![point(next, signed(last.stored.get()))]));
    }
    all
}

const fn point(hour: Time, value: i64) -> SignalPoint {
    SignalPoint { hour, value, quality: Quality::Forecast }
}
