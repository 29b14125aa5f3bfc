//! The best start in one pool.
//!
//! Over the start time, electricity and carbon are piecewise linear (rates are piecewise constant) and waiting is
//! linear, so the best start of a free interval is one of its ends or a time at which a rate changes at the start
//! or at the end of the run. Each such start is rated by its *numerator*: the part of the weighted score that
//! depends on the start, times 3.6e12 so that it is an integer.

use std::cell::Cell;

use network::{Criteria, Frontier, Path};
use prices::{Demand, free_together};
use units::{Energy, Span, Time};

use crate::{
    Policy,
    ask::{Ask, Goal, Need},
    index::{Index, Pool, Site},
    lines::{self, Run, Sums},
    moves::{self, Move, Plan},
    refused::Refused,
    screen::{MWMS_PER_KWH, slack, waiting_per_hour},
};

/// Searches around full links in one decision; after that only the known paths are tried.
pub(crate) const SEARCHES_MOST: u32 = 64;

/// What one decision works with.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) index: &'a Index,
    pub(crate) policy: &'a Policy,
    pub(crate) ask: &'a Ask<'a>,
    /// The ways to the user, within the order's limits and beyond.
    pub(crate) to_user: Option<&'a Frontier>,
    /// The ways to the result's place, judged by price.
    pub(crate) to_result: Option<&'a Frontier>,
    /// For each input, those to its replicas.
    pub(crate) to_replicas: Vec<Vec<&'a Frontier>>,
    /// Nano-yuan per microgram, x 2^40.
    pub(crate) carbon_scale: i128,
    pub(crate) searches: Cell<u32>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(index: &'a Index, policy: &'a Policy, ask: &'a Ask<'a>) -> Self {
        let cheapest = |source: u32| index.routes.frontier(source, Criteria::PRICE);
        let replicas = |id: &u32| {
            let replicas = index.dataset(*id).map(|it| it.replicas.as_slice()).unwrap_or_default();
            replicas.iter().filter_map(|replica| cheapest(*replica)).collect()
        };
        Self {
            index,
            policy,
            ask,
            to_user: ask.user.and_then(|user| index.routes.frontier(user, ask.limits.criteria())),
            to_result: ask.result.and_then(|(to, _)| cheapest(to)),
            to_replicas: ask.inputs.iter().map(replicas).collect(),
            carbon_scale: carbon_scale(policy),
            searches: Cell::new(0),
        }
    }
}

/// Nano-yuan per microgram, x 2^40.
pub(crate) fn carbon_scale(policy: &Policy) -> i128 {
    (i128::from(policy.carbon_price.get()) << 40) / 1_000_000_000_000
}

/// The best of a pool.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) pool: u32,
    pub(crate) need: Need,
    /// Place of the plan among the site's.
    pub(crate) plan: usize,
    pub(crate) start: Time,
    pub(crate) end: Time,
    /// In between, when it is paused; in order.
    pub(crate) gaps: Vec<(Time, Time)>,
    pub(crate) path: Option<Path>,
    pub(crate) result: Option<Move>,
    pub(crate) energy: Energy,
    pub(crate) sums: Sums,
    pub(crate) score: i128,
}

/// Score, start and number of a pool: the least is the best.
pub(crate) type Rank = (i128, Time, u32);

impl Found {
    /// Lowest score, then earliest start, then name.
    pub(crate) const fn rank(&self) -> Rank {
        (self.score, self.start, self.pool)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Refused(Refused),
    /// It has nothing better than what is known already.
    Worse,
}

/// A start to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Start {
    pub(crate) numerator: i128,
    pub(crate) at: Time,
    /// Which free interval it lies in.
    pub(crate) interval: u32,
}

/// One pool and one way of bringing the inputs.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) cx: &'a Context<'a>,
    pool_id: u32,
    pub(crate) pool: &'a Pool,
    pub(crate) site: &'a Site,
    pub(crate) need: Need,
    plan_id: usize,
    plan: &'a Plan,
    /// Of the facility.
    pub(crate) power_mw: u64,
    energy: Energy,
    pub(crate) first: Time,
    pub(crate) last: Time,
    /// Part of the score that no start changes, and the least of what the path and the result's way add, as numerators.
    pub(crate) fixed: i128,
    /// Numerator per millisecond of waiting.
    pub(crate) waiting: i128,
    /// Least numerator of electricity and carbon at any start.
    least_power: i128,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(
        cx: &'a Context<'a>,
        pool_id: u32,
        need: Need,
        (plan_id, plan): (usize, &'a Plan),
        soonest: Span,
    ) -> Result<Self, Refused> {
        let pool = cx.index.pool(pool_id).ok_or(Refused::NoPool)?;
        let site = cx.index.site(pool.site).ok_or(Refused::NoPool)?;
        let power = need.power.at_pue(site.pue).ok_or(Refused::TooMuch)?;
        if let Some(cap) =
            site.power.as_ref().map(prices::Calendar::capacity).filter(|cap| *cap < power.get())
        {
            return Err(Refused::Power { asked: power.get(), most: cap });
        }
        let energy = power.over(need.run).ok_or(Refused::TooMuch)?;
        let (first, last) = window(cx.ask, need.run, plan.ready, soonest)?;
        let goal = &cx.ask.goal;
        // A numerator is 3.6e12 times as much, an hour 3.6e6 milliseconds.
        let waiting = waiting_per_hour(goal, cx.policy, need.units).saturating_mul(1_000_000);
        let power_mw = power.get();
        let mut scan = Self {
            cx,
            pool_id,
            pool,
            site,
            need,
            plan_id,
            plan,
            power_mw,
            energy,
            first,
            last,
            waiting,
            fixed: 0,
            least_power: 0,
        };
        scan.least_power = scan.checked_least_power().ok_or(Refused::TooMuch)?;
        scan.fixed = scan.fixed_part()?;
        Ok(scan)
    }

    /// The best start whose score is not above `limit`.
    pub(crate) fn run(&self, limit: Option<i128>, starts: &mut Vec<Start>) -> Result<Found, Stop> {
        let limit = limit.map_or(i128::MAX, |score| {
            (score + slack(&self.cx.ask.goal)).saturating_mul(MWMS_PER_KWH)
        });
        let cut = self.gather(limit, true, starts);
        let Some(best) = starts.iter().min().copied() else {
            let capacity = Refused::Capacity { units: self.need.units, until: self.last };
            return Err(if cut { Stop::Worse } else { Stop::Refused(capacity) });
        };
        match self.settle(self.whole(best.at), Vec::new()) {
            Ok((found, true)) => Ok(found),
            _ => self.thorough(limit, starts),
        }
    }

    /// From when to when it runs without pauses.
    fn whole(&self, start: Time) -> (Time, Time) {
        (start, start.after(self.need.run))
    }

    /// This very start, if everything for it is free.
    pub(crate) fn at(&self, start: Time) -> Option<Found> {
        let end = start.after(self.need.run);
        let power = self.site.power.as_ref();
        let is_free = self.pool.calendar.fits(start, end, self.need.units)
            && power.is_none_or(|it| it.fits(start, end, self.power_mw));
        if !is_free || start > self.last {
            return None;
        }
        self.settle((start, end), Vec::new()).ok().map(|(found, _)| found)
    }

    /// The least numerator of any start that units and power allow: no choice in this pool has less.
    pub(crate) fn least(&self, starts: &mut Vec<Start>) -> Option<i128> {
        self.gather(i128::MAX, true, starts);
        starts.iter().map(|it| it.numerator).min().map(|it| it.saturating_add(self.fixed))
    }

    /// Every start that can be best as far as pool and rates go, leaving out what is worse than the limit and, if
    /// `only_best`, than those before it; whether some were left out.
    fn gather(&self, limit: i128, only_best: bool, starts: &mut Vec<Start>) -> bool {
        starts.clear();
        let units = Demand { calendar: &self.pool.calendar, amount: self.need.units };
        let to = self.last.after(self.need.run);
        match &self.site.power {
            None => {
                self.gather_from(free_together([units], self.first, to), limit, only_best, starts)
            }
            Some(calendar) => {
                let power = Demand { calendar, amount: self.power_mw };
                self.gather_from(
                    free_together([units, power], self.first, to),
                    limit,
                    only_best,
                    starts,
                )
            }
        }
    }

    fn gather_from(
        &self,
        free: impl Iterator<Item = (Time, Time)>,
        limit: i128,
        only_best: bool,
        starts: &mut Vec<Start>,
    ) -> bool {
        let run = self.need.run;
        let energy = &self.site.energy;
        let mut limit = limit.saturating_sub(self.fixed);
        // The later a start, the more it has waited: once that alone is too much, so is every later one.
        for (interval, (from, to)) in (0..).zip(free) {
            let last = to.before(run).min(self.last);
            if last < from {
                continue;
            }
            let mut push = |at: Time| {
                if self.least_power + self.waiting_until(at) > limit {
                    return false;
                }
                let numerator = self.numerator(at);
                limit = if only_best { limit.min(numerator) } else { limit };
                starts.push(Start { numerator, at, interval });
                true
            };
            if !push(from) {
                return true;
            }
            if last > from {
                let _ = energy.changes_between(from, last).all(&mut push);
                let _ = energy
                    .changes_between(from.after(run), last.after(run))
                    .all(|at| push(at.before(run)));
                push(last);
            }
        }
        false
    }

    /// The start-dependent part of the score, times 3.6e12.
    pub(crate) fn numerator(&self, start: Time) -> i128 {
        self.drawn(start, start.after(self.need.run)) + self.waiting_until(start)
    }

    /// Electricity and carbon from one time to another, as a numerator.
    pub(crate) fn drawn(&self, from: Time, to: Time) -> i128 {
        let sum = self.site.energy.sum(from, to);
        let goal = &self.cx.ask.goal;
        let carbon = (sum.carbon * self.cx.carbon_scale) >> 40;
        i128::from(self.power_mw) * (goal.cost * sum.price + goal.carbon * carbon)
    }

    /// What the units cost, as a numerator per millisecond.
    pub(crate) fn compute_per_ms(&self) -> i128 {
        let hourly = i128::from(self.pool.price.get()).saturating_mul(self.need.units.into());
        self.cx.ask.goal.cost.saturating_mul(hourly).saturating_mul(1_000_000)
    }

    /// Of electricity and carbon of the whole run, from below.
    pub(crate) const fn least_power(&self) -> i128 {
        self.least_power
    }

    fn waiting_until(&self, start: Time) -> i128 {
        self.waiting * i128::from(start.since(self.cx.ask.waiting_from).get())
    }

    /// From below at any start; `None` where the greatest could leave 126 bits, so that nothing else overflows.
    fn checked_least_power(&self) -> Option<i128> {
        let (least, most) = (self.site.energy.min_rate()?, self.site.energy.max_rate()?);
        let goal = &self.cx.ask.goal;
        let run = i128::from(self.need.run.get());
        let worth = |price: i64, carbon: u64| {
            let carbon =
                i128::from(carbon).checked_mul(self.cx.carbon_scale)?.checked_mul(run)? >> 40;
            let price = i128::from(price).checked_mul(run)?;
            let sum =
                goal.cost.checked_mul(price)?.checked_add(goal.carbon.checked_mul(carbon)?)?;
            sum.checked_mul(i128::from(self.power_mw))
        };
        worth(most.price.get(), most.carbon.get()).filter(|most| most.leading_zeros() > 2)?;
        let longest = i128::from(self.last.since(self.cx.ask.waiting_from).get());
        self.waiting.checked_mul(longest)?;
        worth(least.price.get(), least.carbon.get())
    }

    fn fixed_part(&self) -> Result<i128, Refused> {
        let run = self.priced_run(self.whole(self.first), &[], None, None);
        let sum = lines::fixed(self.cx.index, &run).ok_or(Refused::TooMuch)?;
        self.cx
            .ask
            .goal
            .cost
            .checked_mul(sum)
            .and_then(|it| it.checked_mul(MWMS_PER_KWH))
            .ok_or(Refused::TooMuch)
    }

    /// Of a run without pauses.
    pub(crate) fn sums(
        &self,
        start: Time,
        path: Option<&Path>,
        result: Option<&Move>,
    ) -> Option<Sums> {
        let run = self.priced_run(self.whole(start), &[], path, result);
        Sums::new(self.cx.index, self.cx.policy, &run)
    }

    fn priced_run<'b>(
        &'b self,
        (start, end): (Time, Time),
        gaps: &'b [(Time, Time)],
        path: Option<&'b Path>,
        result: Option<&'b Move>,
    ) -> Run<'b> {
        Run {
            pool: self.pool_id,
            units: self.need.units,
            price: None,
            start,
            end,
            gaps,
            energy: self.energy,
            links: path.map_or(&[], |path| &path.links),
            bandwidth: self.cx.ask.bandwidth,
            staged: &self.plan.moves,
            result,
            inputs: &self.cx.ask.inputs,
            waits: waits(self.cx.ask, end, self.need),
        }
    }

    /// Everything that a run needs besides units and power; whether its paths are the cheapest there are.
    pub(crate) fn settle(
        &self,
        (start, end): (Time, Time),
        gaps: Vec<(Time, Time)>,
    ) -> Result<(Found, bool), Refused> {
        let ask = self.cx.ask;
        let (path, path_is_cheapest) = self.path((start, end), &gaps)?;
        let result = moves::deliver(self.cx.index, self.cx.policy, ask, self.pool.site, end)?;
        let is_cheapest =
            path_is_cheapest && result.as_ref().is_none_or(|it| self.is_cheapest_way(it));
        let run = self.priced_run((start, end), &gaps, path.as_ref(), result.as_ref());
        let energy = match gaps.is_empty() {
            true => self.energy,
            false => units::Power::new(self.power_mw).over(run.span()).ok_or(Refused::TooMuch)?,
        };
        let sums = Sums::new(self.cx.index, self.cx.policy, &Run { energy, ..run })
            .ok_or(Refused::TooMuch)?;
        self.check_caps(&sums)?;
        let score = sums.score(&ask.goal, ask.waiting_from, end);
        let (pool, need, plan) = (self.pool_id, self.need, self.plan_id);
        let found = Found { pool, need, plan, start, end, gaps, path, result, energy, sums, score };
        Ok((found, is_cheapest))
    }

    pub(crate) fn check_caps(&self, sums: &Sums) -> Result<(), Refused> {
        if let Some(cap) = self.cx.ask.carbon_cap.filter(|cap| sums.carbon > *cap) {
            return Err(Refused::CarbonCap { least: sums.carbon, cap });
        }
        if let Some(budget) = self.cx.ask.budget.filter(|budget| sums.total > *budget) {
            return Err(Refused::Budget { least: sums.total, budget });
        }
        Ok(())
    }

    /// The cheapest path to the user that has the bandwidth for the whole run, gaps left out; whether none would be
    /// cheaper empty.
    pub(crate) fn path(
        &self,
        whole: (Time, Time),
        gaps: &[(Time, Time)],
    ) -> Result<(Option<Path>, bool), Refused> {
        let (index, ask, site) = (self.cx.index, self.cx.ask, self.pool.site);
        let Some(user) = ask.user else { return Ok((None, true)) };
        let frontier = self.cx.to_user.ok_or(Refused::NoPath)?;
        let fits = |links: &mut dyn Iterator<Item = u32>| {
            index.links_fit(links, whole, gaps, ask.bandwidth)
        };
        let mut known = frontier.to(site).filter(|reach| reach.is_within(ask.limits));
        if let Some(reach) = known.next()
            && fits(&mut frontier.links_back(reach))
        {
            return Ok((Some(frontier.path(reach)), true));
        }
        if self.cx.searches.get() < SEARCHES_MOST {
            self.cx.searches.set(self.cx.searches.get() + 1);
            let usable = |link| fits(&mut std::iter::once(link));
            let path = index.routes.cheapest_avoiding(user, site, ask.limits, usable);
            return path
                .map(|path| (Some(path), false))
                .ok_or(Refused::Bandwidth { asked: ask.bandwidth });
        }
        let other = known.find(|reach| fits(&mut frontier.links_back(reach)));
        let path = other
            .map(|reach| frontier.path(reach))
            .ok_or(Refused::Bandwidth { asked: ask.bandwidth })?;
        Ok((Some(path), false))
    }

    /// Whether any path to the user has the bandwidth at all: if not, no start needs a search.
    fn is_wide_enough(&self) -> bool {
        let (index, ask) = (self.cx.index, self.cx.ask);
        let wide = |id: u32| {
            index.link(id).is_some_and(|it| it.calendar.capacity() >= ask.bandwidth.get())
        };
        let path = |user| index.routes.cheapest_avoiding(user, self.pool.site, ask.limits, wide);
        ask.user.is_none_or(|user| path(user).is_some())
    }

    fn is_cheapest_way(&self, result: &Move) -> bool {
        let routes = &self.cx.index.routes;
        let price =
            |link: &u32| routes.graph().link(*link).map_or(0, |link| i128::from(link.price.get()));
        let cheapest = self.cx.to_result.and_then(|it| it.to(self.pool.site).next());
        cheapest
            .is_some_and(|it| i128::from(it.price().get()) == result.links.iter().map(price).sum())
    }

    /// Where the cheapest start does not do: every start in order of its numerator, those at which links get free or
    /// full among them, until no later one can be better.
    fn thorough(&self, mut limit: i128, starts: &mut Vec<Start>) -> Result<Found, Stop> {
        if !self.is_wide_enough() {
            return Err(Stop::Refused(Refused::Bandwidth { asked: self.cx.ask.bandwidth }));
        }
        // Crossings lie between starts, so those above the limit are needed too.
        self.gather(i128::MAX, false, starts);
        self.add_link_changes(starts);
        self.add_crossings(starts);
        starts.sort_unstable();
        starts.dedup_by_key(|start| start.at);
        let mut best: Result<Found, Stop> = Err(Stop::Worse);
        for start in starts.iter() {
            if self.fixed + start.numerator > limit {
                break;
            }
            best = match (best, self.settle(self.whole(start.at), Vec::new())) {
                (Ok(best), Ok((found, _))) if found.rank() >= best.rank() => Ok(best),
                (_, Ok((found, _))) => {
                    limit = limit.min(as_numerator(found.score, &self.cx.ask.goal));
                    Ok(found)
                }
                (Err(Stop::Refused(before)), Err(refused)) => {
                    Err(Stop::Refused(before.further(refused)))
                }
                (Err(Stop::Worse), Err(refused)) => Err(Stop::Refused(refused)),
                (Ok(best), Err(_)) => Ok(best),
            };
        }
        best
    }
}

/// The numerator above which no start can have this score.
const fn as_numerator(score: i128, goal: &Goal) -> i128 {
    (score + slack(goal)).saturating_mul(MWMS_PER_KWH)
}

/// From when to when it runs, without the gaps.
pub(crate) fn between(
    (start, end): (Time, Time),
    gaps: &[(Time, Time)],
) -> impl Iterator<Item = (Time, Time)> + '_ {
    let from = std::iter::once(start).chain(gaps.iter().map(|gap| gap.1));
    from.zip(gaps.iter().map(|gap| gap.0).chain([end]))
}

/// How long a run that ends then has waited before it started and in between.
pub(crate) fn waits(ask: &Ask<'_>, end: Time, need: Need) -> Span {
    end.since(ask.waiting_from).saturating_sub(need.run)
}

/// First and last start that the order permits, once inputs are there.
fn window(ask: &Ask<'_>, run: Span, ready: Time, soonest: Span) -> Result<(Time, Time), Refused> {
    let first = ask.earliest.max(ready);
    let latest = ask.latest.max(first);
    let Some(deadline) = ask.deadline else { return Ok((first, latest)) };
    let last = latest.min(deadline.before(soonest).before(run));
    if last < first {
        return Err(Refused::Deadline { delivered: first.after(run).after(soonest), deadline });
    }
    Ok((first, first.max(last.before(ask.margin))))
}
