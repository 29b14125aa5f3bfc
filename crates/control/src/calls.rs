//! Demand response: a site draws less for a while, by work that may be paused, moved or put off.
//!
//! Whoever asked was checked before. Only interruptible jobs are touched: those that wait for their start first, then the
//! least urgent of those that run, those with checkpoints before others, the largest first. What is left of the site's
//! power is a limit for all that is planned until the end of the request.

use std::collections::BTreeMap;

use api::{DemandRequest, DemandView, Problem, ProblemKind};
use model::{Invalid, JobKey, JobState, Kind, Name};
use serde_json::json;
use units::{Energy, Power, Span, Time};

use crate::{
    Change, Control,
    jobs::{Live, Stop},
};

/// Longest request.
const MINUTES_MOST: u32 = 1_440;
/// A signature is good for so long, before and after.
const FRESH: Span = Span::minutes(5);
/// Within this the cut should be reached.
const REACHED_IN: Span = Span::seconds(30);
/// Requests are remembered for so long.
pub const REMEMBERED: Span = Span::hours(48);
/// Requests remembered for one site at most.
const REMEMBERED_MOST: usize = 1_000;

/// Requests of the last two days, by site and id.
pub(crate) type Calls = BTreeMap<(Name, Name), DemandView>;

/// A job with a place at the site, as a draw on its power.
#[derive(Debug)]
struct Draw {
    key: JobKey,
    from: Time,
    to: Time,
    power: u64,
    flexible: bool,
    /// What is touched first is least.
    order: (bool, bool, u8, bool, u64),
}

impl Control {
    /// The keys that may ask a site to draw less.
    ///
    /// # Errors
    /// There is no such site, or it takes no requests.
    pub fn demand_keys(&self, site: &Name) -> Result<Vec<String>, Problem> {
        let spec = self.planner.world().sites.get(site);
        let no_site = || Problem::new(ProblemKind::NotFound, self.no_such(Kind::Site, site));
        let keys =
            spec.ok_or_else(no_site)?.electricity.as_ref().map(|it| it.demand_response.clone());
        keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
            let detail = format!(
                "site `{site}` takes no demand-response requests: its description names no key"
            );
            Problem::new(ProblemKind::Conflict, detail)
        })
    }

    /// Takes a request whose signature is good: what has to go is told to leave at once.
    ///
    /// # Errors
    /// It is old, came before, overlaps another, or cannot be met; nothing is touched then.
    pub fn demand(
        &mut self,
        site: &Name,
        request: &DemandRequest,
        now: Time,
    ) -> Result<DemandView, Problem> {
        self.check_demand(site, request, now)?;
        let until = now.after(Span::minutes(request.minutes.into()));
        let baseline = self.drawn(site);
        let limit = baseline.checked_sub(request.cut).ok_or_else(|| {
            impossible(format!("site `{site}` draws {}, less than the cut", baseline.human()))
        })?;
        let touched = self.to_touch(site, limit, (now, until))?;
        let mut view = begun(site, request, (now, until), baseline, touched);
        self.planner.curtail(site, (now, until), limit);
        self.touch(&view.jobs, site, now);
        let message = format!(
            "{} less for {} min, of {}; {} jobs give way",
            request.cut.human(),
            request.minutes,
            baseline.human(),
            view.jobs.len()
        );
        let data = json!({ "id": view.id, "jobs": view.jobs });
        self.event(Kind::Site, site.as_str(), "demand-response", message, data, now);
        self.count(&mut view, now);
        self.put_call(view.clone());
        Ok(view)
    }

    /// All that are remembered of a site, the newest last.
    #[must_use]
    pub fn demands(&self, site: &Name) -> Vec<DemandView> {
        let of_site = self.calls.values().filter(|it| it.site == *site);
        let mut all: Vec<DemandView> = of_site.cloned().collect();
        all.sort_by_key(|it| it.from);
        all
    }

    fn check_demand(&self, site: &Name, it: &DemandRequest, now: Time) -> Result<(), Problem> {
        let invalid =
            |field: &str, text: String| Err(Problem::invalid(vec![Invalid::new(field, text)]));
        let conflict = |text: String| Err(Problem::new(ProblemKind::Conflict, text));
        if !(1..=MINUTES_MOST).contains(&it.minutes) {
            return invalid("minutes", format!("{}: give 1 to {MINUTES_MOST}", it.minutes));
        }
        if it.cut.is_zero() {
            return invalid("cut", "a cut of nothing: give some kW".to_owned());
        }
        if it.issued.after(FRESH) < now || it.issued > now.after(FRESH) {
            let text = format!(
                "it was signed at {}, more than {FRESH} from {now}: sign it anew",
                it.issued
            );
            return conflict(text);
        }
        if self.calls.contains_key(&(site.clone(), it.id.clone())) {
            return conflict(format!(
                "the request `{}` came before: give a new one another id",
                it.id
            ));
        }
        let of_site = self.calls.values().filter(|call| call.site == *site);
        if let Some(other) = of_site.clone().find(|call| !call.ended) {
            let text =
                format!("the request `{}` lasts until {}: wait for its end", other.id, other.until);
            return conflict(text);
        }
        if of_site.count() >= REMEMBERED_MOST {
            return conflict(format!(
                "{REMEMBERED_MOST} requests came in {REMEMBERED}: no more are taken"
            ));
        }
        Ok(())
    }

    fn draws(&self, live: &Live) -> Power {
        let decision = live.view.status.decision.as_deref();
        decision.map_or(Power::ZERO, |it| self.facility_power(&it.site, &it.flavor, it.units))
    }

    /// The jobs that have to give way so that no more than `limit` is drawn, in the order in which they are found.
    fn to_touch(
        &self,
        site: &Name,
        limit: Power,
        (from, until): (Time, Time),
    ) -> Result<Vec<JobKey>, Problem> {
        let at_site = self.jobs.values().filter(|live| live.site() == Some(site));
        let mut draws: Vec<Draw> =
            at_site.filter_map(|live| self.draw(live, from, until)).collect();
        draws.sort_by(|a, b| (a.order, &a.key).cmp(&(b.order, &b.key)));
        let mut touched = Vec::new();
        while peak(&draws) > limit.get() {
            let Some(next) = draws.iter().position(|it| it.flexible) else {
                let rigid = Power::new(peak(&draws)).human();
                return Err(impossible(format!(
                    "work at `{site}` that may not be touched draws up to {rigid}, and {} would be left: ask for less",
                    limit.human()
                )));
            };
            touched.push(draws.remove(next).key);
        }
        Ok(touched)
    }

    fn draw(&self, live: &Live, from: Time, until: Time) -> Option<Draw> {
        let (status, spec) = (&live.view.status, &live.view.spec);
        let decision = status.decision.as_deref()?;
        let at_site = status.state.is_at_site();
        let runs = decision.runs_after(status.progress.intervals);
        let mut runs = runs.filter(|it| it.end > from && it.start < until);
        let first = runs.next();
        let last = runs.next_back().or(first);
        let start = first.filter(|_| !at_site).map_or(from, |it| it.start.max(from));
        let is_later = first.is_none() && !at_site;
        let end = last.map_or(decision.end, |it| it.end);
        let to = end.max(start.after(Span::new(1))).min(until);
        let power = self.draws(live).get();
        // What nobody has bought keeps nobody from drawing less.
        let is_bought = status.state != JobState::Quoted;
        let order =
            (is_bought, at_site, spec.priority, spec.checkpoint.is_none(), u64::MAX - power);
        let may_move = spec.interruptible && !status.cancelling && live.stopping.is_none();
        let flexible = may_move || !is_bought;
        (start < until && power > 0 && !is_later).then(|| Draw {
            key: live.view.key.clone(),
            from: start,
            to,
            power,
            flexible,
            order,
        })
    }

    fn touch(&mut self, jobs: &[JobKey], site: &Name, now: Time) {
        for key in jobs {
            let at_site = self.jobs.get(key).is_some_and(|it| it.view.status.state.is_at_site());
            if at_site {
                self.stop(key, Stop::Replan);
            } else {
                self.replan(key, &format!("site {site} has to draw less"), now);
            }
        }
    }

    /// Counts what was not drawn, and ends what is over.
    pub(crate) fn watch_calls(&mut self, now: Time) {
        let open: Vec<DemandView> = self.calls.values().filter(|it| !it.ended).cloned().collect();
        for mut view in open {
            let before = view.clone();
            self.count(&mut view, now);
            let is_late = |at: Time| at >= view.from.after(REACHED_IN) && view.reached.is_none();
            if is_late(now) && !is_late(before.counted) {
                let message = format!("{} is not reached in {REACHED_IN}", view.cut.human());
                self.tell_call(&view, "demand-response-late", message, now);
            }
            if view.ended {
                let settled = view.delivered.min(view.asked);
                let message =
                    format!("{} of {} were delivered", settled.human(), view.asked.human());
                self.tell_call(&view, "demand-response-ended", message, now);
                self.look_again = true;
            }
            // Not each count is written: after a restart it goes on from the last one.
            if (before.power, before.reached, before.ended)
                == (view.power, view.reached, view.ended)
            {
                self.calls.insert((view.site.clone(), view.id.clone()), view);
            } else {
                self.put_call(view);
            }
        }
        self.calls.retain(|_, it| it.until.after(REMEMBERED) > now);
    }

    /// When something of it is due.
    pub(crate) fn calls_due(&self) -> Option<Time> {
        let open = self.calls.values().filter(|it| !it.ended);
        let due = |it: &DemandView| {
            let late = it.from.after(REACHED_IN);
            if it.counted < late && it.reached.is_none() { late.min(it.until) } else { it.until }
        };
        open.map(due).min()
    }

    /// Requests of before a restart: what is still to come of them holds again.
    pub(crate) fn restore_calls(&mut self, calls: Vec<DemandView>) {
        for view in calls {
            if !view.ended {
                let limit = view.baseline.saturating_sub(view.cut);
                self.planner.curtail(&view.site, (view.from, view.until), limit);
            }
            self.calls.insert((view.site.clone(), view.id.clone()), view);
        }
    }

    /// Up to now at what was drawn so far; from now on at what is drawn now.
    fn count(&self, view: &mut DemandView, now: Time) {
        let to = now.min(view.until);
        let less = view.baseline.saturating_sub(view.power);
        let saved = less.over(to.since(view.counted)).unwrap_or(Energy::ZERO);
        view.delivered = view.delivered.saturating_add(saved);
        view.counted = view.counted.max(to);
        view.power = self.drawn(&view.site);
        let reached = view.power.saturating_add(view.cut) <= view.baseline;
        if reached && view.reached.is_none() && now < view.until {
            view.reached = Some(now);
        }
        view.ended = now >= view.until;
    }

    fn put_call(&mut self, view: DemandView) {
        self.out.push(Change::Demand(Box::new(view.clone())));
        self.calls.insert((view.site.clone(), view.id.clone()), view);
    }

    fn tell_call(&mut self, view: &DemandView, what: &str, message: String, now: Time) {
        let data = json!({ "id": view.id, "delivered": view.delivered, "asked": view.asked });
        self.event(Kind::Site, view.site.as_str(), what, message, data, now);
    }
}

/// A request that begins now.
fn begun(
    site: &Name,
    request: &DemandRequest,
    (from, until): (Time, Time),
    baseline: Power,
    jobs: Vec<JobKey>,
) -> DemandView {
    DemandView {
        site: site.clone(),
        id: request.id.clone(),
        cut: request.cut,
        from,
        until,
        baseline,
        power: baseline,
        counted: from,
        reached: None,
        asked: request.cut.over(until.since(from)).unwrap_or(Energy::MAX),
        delivered: Energy::ZERO,
        jobs,
        ended: false,
    }
}

fn impossible(text: String) -> Problem {
    Problem::new(ProblemKind::Conflict, format!("the request cannot be met: {text}"))
}

/// The most that is drawn at any time.
fn peak(draws: &[Draw]) -> u64 {
    let at = |time: Time| {
        let then = draws.iter().filter(|it| it.from <= time && time < it.to);
        then.fold(0, |sum: u64, it| sum.saturating_add(it.power))
    };
    draws.iter().map(|it| at(it.from)).max().unwrap_or(0)
}
