//! Quotes and orders: everything a job needs is held for a time to live, at a price, and bought or given back.
//!
//! A quote is a job in a state of its own, so that its place, paths and money are held, restored and given back as
//! every job's are. Nothing of it starts, or moves data, before it expires: an order never comes too late for what is
//! held.

use std::collections::BTreeSet;

use api::{JobView, Problem, ProblemKind};
use model::{Decision, Invalid, JobKey, JobSpec, JobState, Kind, Name, Outcome, Quote, Resource};
use planner::Priced;
use serde_json::json;
use units::{Money, Span, Time};

use crate::{
    Control,
    jobs::{Live, no_job},
};

/// How long a quote is held where nothing is said; the least and the most that can be asked for.
pub const TTL: Span = Span::minutes(10);
const TTL_LEAST: Span = Span::seconds(1);
const TTL_MOST: Span = Span::hours(1);
/// However often it is refreshed, a quote is over so long after it was made.
const LIFE_MOST: Span = Span::hours(4);
/// Open quotes of one project.
const OPEN_MOST: usize = 100;

impl Control {
    /// Holds all that a job needs, as an offer to its project, for `ttl`; or nothing.
    ///
    /// # Errors
    /// As [`Control::submit`], or: it cannot be had now, the time to live is out of range, the project has too many
    /// open quotes.
    pub fn quote(&mut self, job: Resource, ttl: Span, now: Time) -> Result<JobKey, Problem> {
        check_ttl(ttl)?;
        let (key, metadata, spec) = self.check_new(job, now)?;
        self.check_open(&key.project)?;
        let expires = now.after(ttl);
        let decision = self.place_after(&key, &spec, now, expires, now)?;
        self.take_place(&key, &decision, now)?;
        self.take_in(&key, metadata, spec, now);
        self.note_place(&key, decision.total);
        let quote =
            Quote { expires, total: decision.total, refreshed: 0, ordered: None, void: false };
        self.note_quoted(&key, decision, quote, "quoted", now);
        Ok(key)
    }

    /// Buys what was quoted. Whether that is new: bought again it changes nothing.
    ///
    /// # Errors
    /// There is no such quote, or it is over.
    pub fn order(&mut self, key: &JobKey, now: Time) -> Result<bool, Problem> {
        let live = self.jobs.get_mut(key).ok_or_else(|| no_job(key))?;
        let Some(quote) = quoted(&live.view)? else { return Ok(false) };
        check_open_at(&live.view, quote, now)?;
        let Some(decision) = live.view.status.decision.as_deref() else {
            return Err(over(key, &quote));
        };
        let (start, total) = (decision.start, quote.total);
        live.view.status.quote = Some(Quote { ordered: Some(now), ..quote });
        live.view.status.held_until = Some(start.after(self.settings.hold_ttl));
        self.set_state(key, JobState::Held, "");
        let data = json!({ "total": total, "start": start });
        self.event(Kind::Job, &key.to_string(), "ordered", total.human(), data, now);
        self.held.insert((start, key.clone()));
        self.mixed = true;
        if !self.move_if(key, now, |old, new| new.delivered < old.delivered) {
            self.advance(key, now);
        }
        Ok(true)
    }

    /// Holds an open quote until `ttl` from now: what is held, where that can wait so long, else planned anew, at
    /// the prices of now. Where that cannot be had, it stays as it was.
    ///
    /// # Errors
    /// There is no such quote, it is ordered or over or as old as it may be, or its job cannot be had that late.
    pub fn refresh(&mut self, key: &JobKey, ttl: Span, now: Time) -> Result<(), Problem> {
        check_ttl(ttl)?;
        let live = self.jobs.get(key).ok_or_else(|| no_job(key))?;
        let quote = quoted(&live.view)?.ok_or_else(|| ordered(key))?;
        check_open_at(&live.view, quote, now)?;
        let expires = now.after(ttl);
        if expires > live.view.status.submitted.after(LIFE_MOST) {
            let detail =
                format!("quote `{key}` has been open for long: it lives 4h at most, ask anew");
            return Err(Problem::new(ProblemKind::Conflict, detail));
        }
        let held = live.view.status.decision.clone().ok_or_else(|| over(key, &quote))?;
        let quote = Quote { expires, refreshed: quote.refreshed.saturating_add(1), ..quote };
        let decision = if held.staging_start.min(held.start) >= expires {
            held
        } else {
            self.move_place(key, &held, expires, now)?
        };
        let quote = Quote { total: decision.total, ..quote };
        self.note_quoted(key, decision, quote, "refreshed", now);
        Ok(())
    }

    /// Gives an open quote back, or takes an open bid back. Whether that is new.
    ///
    /// # Errors
    /// There is no such quote or bid, or it is ordered or has won.
    pub fn withdraw(&mut self, key: &JobKey, now: Time) -> Result<bool, Problem> {
        if let Some(done) = self.withdraw_bid(key, now) {
            return done;
        }
        let live = self.jobs.get(key).ok_or_else(|| no_job(key))?;
        quoted(&live.view)?.ok_or_else(|| ordered(key))?;
        let open = !live.view.status.state.is_final();
        self.finish(key, JobState::Cancelled, "the quote was withdrawn", now);
        Ok(open)
    }

    /// Open quotes, and orders that have not ended, after one and by name.
    #[must_use]
    pub fn quotes(&self, of: Option<&Name>, after: Option<&JobKey>, most: usize) -> Vec<JobView> {
        self.some_of(&self.quoted, of, after, most)
    }

    /// Jobs of a set, of one project or all, after one and by name.
    pub(crate) fn some_of(
        &self,
        keys: &BTreeSet<JobKey>,
        of: Option<&Name>,
        after: Option<&JobKey>,
        most: usize,
    ) -> Vec<JobView> {
        let is_of = |key: &&JobKey| {
            of.is_none_or(|project| *project == key.project)
                && after.is_none_or(|after| *key > after)
        };
        let keys = keys.iter().filter(is_of).take(most);
        keys.filter_map(|key| self.job(key)).cloned().collect()
    }

    /// Its time is over.
    pub(crate) fn expire(&mut self, key: &JobKey, now: Time) {
        let quote = self.jobs.get(key).and_then(|live| live.view.status.quote);
        match quote.map(|quote| quote.expires) {
            Some(expires) if expires > now => self.set_timer(key, Some(expires)),
            _ => self.finish(key, JobState::Expired, "the quote expired: nobody ordered it", now),
        }
    }

    /// A place in which nothing begins before `expires`.
    fn place_after(
        &mut self,
        key: &JobKey,
        spec: &JobSpec,
        submitted: Time,
        expires: Time,
        now: Time,
    ) -> Result<Box<Decision>, Problem> {
        let order = self.estimates.order(key, spec, submitted, expires);
        let outcome = self.planner.decide(&order, now);
        self.refuse_the_impossible(key, &outcome, now)?;
        match outcome {
            Outcome::Placed(decision) => Ok(decision),
            Outcome::Unplaced { candidates, nearest } => {
                let detail = "no site can hold this now: submit it to wait for a place";
                let problem = Problem::new(ProblemKind::Infeasible, detail);
                Err(Problem { candidates, alternative: nearest, ..problem })
            }
        }
    }

    /// Capacity, paths and money, or nothing.
    fn take_place(&mut self, key: &JobKey, decision: &Decision, now: Time) -> Result<(), Problem> {
        self.planner.hold(key, decision).map_err(|overbooked| {
            Problem::new(ProblemKind::Conflict, format!("decided but not to be had: {overbooked}"))
        })?;
        let held = self.hold_money(key, decision.total, now);
        held.inspect_err(|_| self.planner.release(key, Time::MIN))
    }

    /// Another place for what holds one; where there is none it holds that as before.
    fn move_place(
        &mut self,
        key: &JobKey,
        held: &Decision,
        expires: Time,
        now: Time,
    ) -> Result<Box<Decision>, Problem> {
        let view = self.jobs.get(key).map(|live| live.view.clone()).ok_or_else(|| no_job(key))?;
        self.give_up_place(key, now);
        let moved = self
            .place_after(key, &view.spec, view.status.submitted, expires, now)
            .and_then(|new| self.take_place(key, &new, now).map(|()| new));
        // What was held a moment ago can be held again.
        let back = if moved.is_err() { self.take_place(key, held, now) } else { Ok(()) };
        self.note_place(key, moved.as_ref().map_or(held.total, |new| new.total));
        self.note_data(key);
        if let Err(problem) = back {
            self.finish(key, JobState::Expired, &problem.detail, now);
        }
        moved
    }

    fn note_quoted(
        &mut self,
        key: &JobKey,
        decision: Box<Decision>,
        quote: Quote,
        what: &str,
        now: Time,
    ) {
        let figures = json!({
            "site": decision.site, "pool": decision.pool, "units": decision.units,
            "start": decision.start, "total": quote.total, "expires": quote.expires,
        });
        let message = format!("{} until {}", quote.total.human(), quote.expires);
        self.event(Kind::Job, &key.to_string(), what, message, figures, now);
        self.quoted.insert(key.clone());
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.decision = Some(decision);
        live.view.status.quote = Some(quote);
        self.set_state(key, JobState::Quoted, "");
        self.set_timer(key, Some(quote.expires));
        self.note_data(key);
    }

    /// After a restart: its place again, or nothing.
    pub(crate) fn restore_quoted(&mut self, key: &JobKey, decision: &Decision, now: Time) {
        self.note_place(key, decision.total);
        if self.planner.hold(key, decision).is_err() {
            return self.finish(
                key,
                JobState::Expired,
                "the quote is void: its place is gone",
                now,
            );
        }
        let quote = self.jobs.get(key).and_then(|live| live.view.status.quote);
        self.set_timer(key, Some(quote.map_or(now, |quote| quote.expires)));
    }

    /// Whether a place costs no more than what was ordered.
    pub(crate) fn is_as_quoted(&self, key: &JobKey, total: Money) -> bool {
        let quote = self.jobs.get(key).and_then(|live| live.view.status.quote.as_ref());
        quote.is_none_or(|quote| !quote.is_firm() || total <= quote.total)
    }

    /// What a run by a firm order comes to: as much time as was quoted costs no more than was quoted, whatever prices
    /// are now, and less time no more than its part of that. Time beyond costs what it costs.
    pub(crate) fn at_quote(&self, live: &Live, start: Time, end: Time, priced: Priced) -> Priced {
        let status = &live.view.status;
        let firm = status.quote.as_ref().filter(|quote| quote.is_firm());
        let Some((quote, decision)) = firm.zip(status.decision.as_deref()) else { return priced };
        let run = |end| self.run_price(live, decision, (start, end), None).total;
        let (quoted, used) = (run(start.after(live.run_time())), run(end));
        let most = if !decision.intervals.is_empty() {
            // Each of its runs may come to what is left of the quote.
            let left = quote.total.saturating_sub(status.progress.paid).max(Money::ZERO);
            left.saturating_add(used.saturating_sub(quoted).max(Money::ZERO))
        } else if used < quoted {
            let part = i128::from(quote.total.get()) * i128::from(used.get().max(0));
            Money::new(i64::try_from(part / i128::from(quoted.get().max(1))).unwrap_or(i64::MAX))
        } else {
            quote.total.saturating_add(used.saturating_sub(quoted))
        };
        if priced.total <= most {
            return priced;
        }
        Priced { lines: market::ledger::cut(priced.lines, most), total: most, ..priced }
    }

    fn check_open(&self, project: &Name) -> Result<(), Problem> {
        let of_project = self.quoted.iter().filter(|key| key.project == *project);
        let jobs = of_project.filter_map(|key| self.job(key));
        let open = jobs.filter(|job| job.status.state == JobState::Quoted).count();
        if open < OPEN_MOST {
            return Ok(());
        }
        let detail =
            format!("project `{project}` has {open} open quotes: order or withdraw some of them");
        Err(Problem::new(ProblemKind::Busy, detail))
    }
}

fn check_ttl(ttl: Span) -> Result<(), Problem> {
    if (TTL_LEAST..=TTL_MOST).contains(&ttl) {
        return Ok(());
    }
    let wrong = Invalid::new("ttl", format!("{ttl} is out of range: use 1s to 1h"));
    Err(Problem::invalid(vec![wrong]))
}

/// The quote of a job; none if it is ordered already.
fn quoted(view: &JobView) -> Result<Option<Quote>, Problem> {
    let quote = view.status.quote.ok_or_else(|| {
        let detail = format!("job `{}` was submitted, not quoted", view.key);
        Problem::new(ProblemKind::Conflict, detail)
    })?;
    Ok(Some(quote).filter(|quote| quote.ordered.is_none()))
}

fn check_open_at(view: &JobView, quote: Quote, now: Time) -> Result<(), Problem> {
    let is_open = view.status.state == JobState::Quoted && now < quote.expires;
    if is_open { Ok(()) } else { Err(over(&view.key, &quote)) }
}

fn over(key: &JobKey, quote: &Quote) -> Problem {
    let detail = format!(
        "quote `{key}` was good until {} and is over: nothing is held any more, ask for a new one",
        quote.expires
    );
    Problem::new(ProblemKind::QuoteExpired, detail)
}

fn ordered(key: &JobKey) -> Problem {
    let detail = format!("quote `{key}` is ordered: cancel the job to stop it");
    Problem::new(ProblemKind::Conflict, detail)
}

/// What to tell of a quote that has ended: the job, where asking again changes nothing.
///
/// # Errors
/// It was never ordered, or never was a quote.
pub fn ordered_before(view: &JobView) -> Result<(), Problem> {
    match quoted(view)? {
        Some(quote) => Err(over(&view.key, &quote)),
        None => Ok(()),
    }
}

/// The same of a quote or bid to be given back.
///
/// # Errors
/// It was ordered or has won, or never was either.
pub fn ended_before(view: &JobView) -> Result<(), Problem> {
    if let Some(done) = crate::bid_ended_before(view) {
        return done;
    }
    quoted(view)?.map(drop).ok_or_else(|| ordered(&view.key))
}

/// Why a quote cannot be prolonged once its job has ended.
#[must_use]
pub fn refused_after_its_end(view: &JobView) -> Problem {
    match quoted(view) {
        Err(problem) => problem,
        Ok(Some(quote)) => over(&view.key, &quote),
        Ok(None) => ordered(&view.key),
    }
}
