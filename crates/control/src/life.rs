//! The steps of a job's life. Each leaves the job in a state from which a restart can go on.

use api::JobView;
use model::{Content, Decision, EnergyUse, FlavorSpec, JobKey, JobState, Kind, Name, Quote};
use planner::Planner;
use serde_json::json;
use units::{Carbon, Energy, Money, Pue, Span, Time};

use crate::{
    Change, Control,
    jobs::{Live, Stop},
    pauses,
};

impl Control {
    /// Moves on every job whose timer has come.
    pub(crate) fn run_timers(&mut self, now: Time) {
        while let Some((time, key)) = self.timers.first().cloned() {
            if time > now {
                return;
            }
            self.timers.remove(&(time, key.clone()));
            if let Some(live) = self.jobs.get_mut(&key) {
                live.timer = None;
                self.timer_came(&key, now);
            }
        }
    }

    fn timer_came(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        match live.view.status.state {
            JobState::Submitted | JobState::Planned => self.look_again = true,
            JobState::Quoted => self.expire(key, now),
            JobState::Bidding => self.bid_expires(key, now),
            JobState::Held | JobState::Staging => self.advance(key, now),
            JobState::Dispatched if live.stopping.is_none() => self.not_started(key, now),
            JobState::Running if live.is_interval_over(now) => self.pause(key, now),
            JobState::Running => self.overrun(key, now),
            _ => {}
        }
    }

    /// The one timer of a job; an earlier one is forgotten.
    pub(crate) fn set_timer(&mut self, key: &JobKey, at: Option<Time>) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        if let Some(old) = live.timer.take() {
            self.timers.remove(&(old, key.clone()));
        }
        live.timer = at;
        if let Some(at) = at {
            self.timers.insert((at, key.clone()));
        }
    }

    pub(crate) fn set_state(&mut self, key: &JobKey, state: JobState, reason: &str) {
        if let Some(live) = self.jobs.get_mut(key) {
            live.view.status.state = state;
            reason.clone_into(&mut live.view.status.reason);
            self.changed.insert(key.clone());
        }
    }

    /// Reserves what was decided and waits for its time, which may be now.
    pub(crate) fn hold(&mut self, key: &JobKey, decision: Box<Decision>, now: Time) {
        if let Err(overbooked) = self.planner.hold(key, &decision) {
            let reason = format!("decided but not to be had: {overbooked}");
            self.has_no_place(key);
            self.wait(key, &reason, Some(now.after(self.settings.retry_pause)), now);
            return;
        }
        if let Err(problem) = self.hold_money(key, decision.total, now) {
            self.planner.release(key, Time::MIN);
            self.has_no_place(key);
            return self.wait_for_money(key, &problem, now);
        }
        let ttl = decision.start.after(self.settings.hold_ttl);
        let figures = json!({
            "site": decision.site, "pool": decision.pool, "units": decision.units,
            "start": decision.start, "end": decision.end, "total": decision.total,
        });
        let text = key.to_string();
        self.event(Kind::Job, &text, "planned", in_short(&decision, now), figures, now);
        self.event(Kind::Job, &text, "held", format!("until {ttl}"), serde_json::Value::Null, now);
        self.note_place(key, decision.total);
        self.held.insert((decision.start, key.clone()));
        self.mixed = true;
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.progress.intervals = 0;
        live.view.status.progress.paid = Money::ZERO;
        live.view.status.decision = Some(decision);
        live.view.status.held_until = Some(ttl);
        live.view.status.refused = Vec::new();
        live.view.status.retry_at = None;
        self.set_state(key, JobState::Held, "");
        self.note_data(key);
        self.advance(key, now);
    }

    /// Notes that a job has a place: what it is expected to cost, and whether it would give the place up.
    pub(crate) fn note_place(&mut self, key: &JobKey, amount: Money) {
        if self.jobs.get(key).is_some_and(|live| live.view.spec.interruptible) {
            self.interruptible.insert(key.clone());
        }
        let sum = self.expected.entry(key.project.clone()).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// It waits for another place: an order is not bound to what was quoted any more.
    fn has_no_place(&mut self, key: &JobKey) {
        self.book.release(key);
        let Some(live) = self.jobs.get_mut(key) else { return };
        let status = &mut live.view.status;
        status.quote = status.quote.map(|it| Quote { void: true, ..it });
        status.decision = None;
        status.held_until = None;
    }

    /// Gives back everything a job holds from now on.
    pub(crate) fn unhold(&mut self, key: &JobKey, now: Time) {
        self.give_up_place(key, now);
        self.book.release(key);
    }

    /// Gives back everything but the money: what holds it may be for nothing new.
    pub(crate) fn give_up_place(&mut self, key: &JobKey, now: Time) {
        let frees = self.planner.holds_after(key, now);
        self.planner.release(key, now);
        self.interruptible.remove(key);
        let Some(status) = self.jobs.get(key).map(|live| &live.view.status) else { return };
        let Some(decision) = &status.decision else { return };
        let (start, total) = (decision.start, pauses::expected(status));
        if frees {
            self.all_freed |= decision.path.is_some() || !decision.transfers.is_empty();
            self.freed.insert(decision.pool.clone());
        }
        let sum = self.expected.entry(key.project.clone()).or_default();
        *sum = sum.saturating_sub(total);
        self.held.remove(&(start, key.clone()));
        self.data_leaves(key);
        // A run that took as long as it was to leaves nothing that anyone was kept from.
        self.look_again |= frees;
        self.mixed |= frees;
    }

    /// From held through staging to dispatched, as far as the time and the data have come.
    pub(crate) fn advance(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let Some(decision) = &live.view.status.decision else { return };
        let Some(start) = live.next_start() else { return };
        let staging_start = if live.is_between() { start } else { decision.staging_start };
        let must_wait = !live.after.is_empty();
        let misses = now >= staging_start && !self.missing_data(key).is_empty();
        if now >= start && must_wait {
            // Someone displaced is still there; `place_is_free` goes on.
            self.set_timer(key, None);
        } else if now >= start && !misses {
            self.dispatch(key, now);
        } else if now >= staging_start {
            self.stage(key, start, now);
        } else {
            self.set_timer(key, Some(staging_start));
        }
    }

    /// Its data is on the way.
    fn stage(&mut self, key: &JobKey, start: Time, now: Time) {
        if self.jobs.get(key).is_some_and(|live| live.view.status.state == JobState::Held) {
            self.set_state(key, JobState::Staging, "");
            self.look_at_data(key);
            let message = format!("inputs arrive by {start}");
            let nothing = serde_json::Value::Null;
            self.event(Kind::Job, &key.to_string(), "staging", message, nothing, now);
        }
        let patience = self.settings.hold_ttl;
        if now < start {
            return self.set_timer(key, Some(start));
        }
        if self.misses_interval(key, now) {
            return;
        }
        self.keep_waiting_place(key, now.after(patience));
        match self.stuck_on(key).filter(|_| now >= start.after(patience)) {
            Some((content, why)) => self.data_failed(key, &content, &why, now),
            None => self.set_timer(key, Some(now.after(patience))),
        }
    }

    /// Plans a job anew whose interval is over before it began.
    fn misses_interval(&mut self, key: &JobKey, now: Time) -> bool {
        let misses = self.jobs.get(key).is_some_and(|live| live.is_interval_over(now));
        if misses {
            self.replan(key, "its interval is over, and it has not begun", now);
        }
        misses
    }

    /// Its data is late: its place stays its own while it waits, and as long as it will run.
    fn keep_waiting_place(&mut self, key: &JobKey, until: Time) {
        let live = self.jobs.get(key).filter(|live| live.pause_at().is_none());
        if let Some(run_time) = live.map(Live::run_time) {
            self.planner.extend(key, until.after(run_time));
        }
    }

    /// Without an input a job has failed once. Without its checkpoint it begins again, but not while a site that
    /// answers still has it and there are tries left.
    fn data_failed(&mut self, key: &JobKey, content: &Content, why: &str, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let tries = live.view.status.failures < live.view.spec.retries;
        let site = live.site().cloned();
        let is_input = self.inputs(&live.view.spec).into_iter().find(|it| it.content == *content);
        if let Some(input) = is_input {
            let reason = format!("input `{}` did not arrive: {why}", input.name);
            return self.failed_once(key, &reason, now);
        }
        if tries && site.is_some_and(|site| self.is_elsewhere(&site, content)) {
            let reason = format!("its checkpoint did not arrive: {why}");
            return self.failed_once(key, &reason, now);
        }
        self.forget_checkpoint(key, why, now);
        self.replan(key, "its checkpoint did not arrive", now);
    }

    /// Puts the tasks of a new attempt into the site's target.
    fn dispatch(&mut self, key: &JobKey, now: Time) {
        if self.misses_interval(key, now) {
            return;
        }
        let Some(live) = self.jobs.get(key) else { return };
        let inputs = self.inputs(&live.view.spec);
        let Some(live) = self.jobs.get_mut(key) else { return };
        let run_time = live.run_time();
        let (Some(start), others) = (live.next_start(), live.pause_at().is_some()) else { return };
        let Some(decision) = &live.view.status.decision else { return };
        let site = decision.site.clone();
        let there = self.sites.get(&site).filter(|it| it.status.online);
        let Some(generation) = there.map(|it| it.change(&site, &mut self.retargeted)) else {
            self.replan(key, &format!("site {site} is offline"), now);
            return;
        };
        live.generation = generation;
        live.dispatched = Some(now);
        live.view.status.inputs = inputs;
        live.view.status.attempt += 1;
        live.view.status.tasks = Vec::new();
        live.view.status.resumed =
            live.view.status.checkpoint.as_ref().map(|it| it.content.clone());
        live.view.status.started = None;
        live.view.status.ended = None;
        let attempt = live.view.status.attempt;
        self.held.remove(&(start, key.clone()));
        if now > start && !others {
            // Its data came late: what it runs on is needed as much longer.
            self.planner.extend(key, now.after(run_time));
        }
        self.claim(key);
        self.note_told(key);
        if let Some(site) = self.sites.get_mut(&site) {
            site.jobs.insert(key.clone());
        }
        self.set_state(key, JobState::Dispatched, "");
        let data = json!({ "site": site, "attempt": attempt, "generation": generation });
        self.event(
            Kind::Job,
            &key.to_string(),
            "dispatched",
            format!("to {site}, attempt {attempt}"),
            data,
            now,
        );
        self.set_timer(key, Some(now.after(self.settings.hold_ttl)));
    }

    /// A site that shows the tasks may take its time: their folders are made, or its own queue is long.
    fn not_started(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        if live.is_interval_over(now) {
            return self.take_back(key, now);
        }
        let since = *live.dispatched.get_or_insert(now);
        let shown = live.view.status.tasks.len() >= live.tasks().len();
        if shown && now < since.after(self.settings.start_patience) {
            let again = now.after(self.settings.hold_ttl);
            let at = live.pause_at().map_or(again, |it| it.min(again));
            return self.set_timer(key, Some(at));
        }
        self.take_back(key, now);
    }

    /// The site did not show the tasks in time: take them back, then plan anew.
    fn take_back(&mut self, key: &JobKey, now: Time) {
        self.event(
            Kind::Job,
            &key.to_string(),
            "expired-hold",
            "the site did not start it in time".to_owned(),
            serde_json::Value::Null,
            now,
        );
        self.stop(key, Stop::Replan);
    }

    /// It runs longer than estimated: keep its place.
    fn overrun(&mut self, key: &JobKey, now: Time) {
        let Some(decision) = self.jobs.get(key).and_then(|live| live.view.status.decision.as_ref())
        else {
            return;
        };
        let more = Span::new((decision.run_time.get() / 10).max(60_000));
        let until = now.after(more);
        self.planner.extend(key, until);
        self.set_timer(key, Some(until));
        self.hold_longer(key, until, now);
    }

    /// Takes the tasks of a job out of its site's target. What happens then follows from `why` once the site
    /// confirms that they are gone.
    pub(crate) fn stop(&mut self, key: &JobKey, why: Stop) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        if live.stopping == Some(why) || live.stopping == Some(Stop::Cancel) {
            return;
        }
        let first = live.stopping.replace(why).is_none();
        let place = live.view.status.decision.as_ref().map(|decision| &decision.site);
        let site = place.and_then(|name| Some((name, self.sites.get(name)?)));
        if let Some((name, site)) = site.filter(|_| first) {
            live.generation = site.change(name, &mut self.retargeted);
        }
        self.set_timer(key, None);
    }

    /// Back to waiting for a place. What it held is given back; no task of it is at a site any more.
    pub(crate) fn replan(&mut self, key: &JobKey, reason: &str, now: Time) {
        if self.has_ended(key) {
            return;
        }
        if self.jobs.get(key).is_some_and(|live| live.view.status.state == JobState::Quoted) {
            return self.finish(
                key,
                JobState::Expired,
                &format!("the quote is void: {reason}"),
                now,
            );
        }
        self.note_worked(key);
        self.leave_site(key, now);
        self.unhold(key, now);
        self.look_again = true;
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.quote = live.view.status.quote.map(|it| Quote { void: true, ..it });
        live.stopping = None;
        live.after.clear();
        live.view.status.decision = None;
        live.view.status.inputs = Vec::new();
        live.view.status.held_until = None;
        if live.view.status.cancelling {
            self.finish(key, JobState::Cancelled, "cancelled on request", now);
        } else if live.view.status.attempt >= self.settings.most_attempts {
            let reason = format!("given up after {} attempts: {reason}", live.view.status.attempt);
            self.finish(key, JobState::Failed, &reason, now);
        } else {
            let pause = self.pause_of(key);
            self.wait(key, reason, pause.map(|pause| now.after(pause)), now);
        }
    }

    /// Doubles with each failure.
    fn pause_of(&self, key: &JobKey) -> Option<Span> {
        let failures = self.jobs.get(key)?.view.status.failures;
        let doublings = failures.checked_sub(1)?.min(6);
        Some(self.settings.retry_pause.saturating_mul(1 << doublings))
    }

    /// In the queue for a place, not before `retry_at`.
    pub(crate) fn wait(&mut self, key: &JobKey, reason: &str, retry_at: Option<Time>, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.retry_at = retry_at;
        self.waiting.insert(live.waiting_key());
        self.set_state(key, JobState::Submitted, reason);
        self.set_timer(key, retry_at);
        let data = json!({ "retry_at": retry_at });
        self.event(Kind::Job, &key.to_string(), "waiting", reason.to_owned(), data, now);
    }

    pub(crate) fn leave_site(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key).filter(|live| live.view.status.state.is_at_site())
        else {
            return;
        };
        let place = live.view.status.decision.as_ref().map(|decision| &decision.site);
        let site = place.and_then(|name| Some((name, self.sites.get_mut(name)?)));
        let Some((name, site)) = site else { return };
        let used = used(&self.planner, &live.view, now);
        let generation = match live.stopping {
            Some(_) => live.generation,
            None => site.change(name, &mut self.retargeted),
        };
        site.jobs.remove(key);
        site.leaving.insert((key.clone(), live.view.status.attempt), generation);
        self.out.extend(used.map(Change::EnergyUse));
        self.place_is_free(key, now);
    }

    /// It ended in this round and leaves with its last change: nothing may happen to it any more.
    pub(crate) fn has_ended(&self, key: &JobKey) -> bool {
        self.jobs.get(key).is_some_and(|live| live.view.status.state.is_final())
    }

    /// The end of a life. There is only one.
    pub(crate) fn finish(&mut self, key: &JobKey, state: JobState, reason: &str, now: Time) {
        if self.has_ended(key) {
            return;
        }
        self.leave_site(key, now);
        self.leave_bidding(key);
        self.unhold(key, now);
        self.set_timer(key, None);
        let Some(live) = self.jobs.get_mut(key) else { return };
        self.waiting.remove(&live.waiting_key());
        live.stopping = None;
        live.view.status.held_until = None;
        live.view.status.retry_at = None;
        if live.view.status.ended.is_none() {
            live.view.status.ended = Some(now);
        }
        let cost = live.view.status.cost;
        self.set_state(key, state, reason);
        let data = json!({ "cost": cost });
        self.event(Kind::Job, &key.to_string(), state.as_str(), reason.to_owned(), data, now);
    }
}

/// The electricity of a run that has ended, however it did; none if no task had started.
fn used(planner: &Planner, job: &JobView, now: Time) -> Option<EnergyUse> {
    let status = &job.status;
    let (decision, start) = status.decision.as_deref().zip(status.started)?;
    let start = start.max(status.submitted);
    let end = status.ended.unwrap_or(now).max(start);
    let told = status.tasks_energy();
    let world = planner.world();
    let flavor = world.flavors.get(&decision.flavor);
    let draws =
        |it: &FlavorSpec| it.power.saturating_mul(decision.units.into()).over(end.since(start));
    // A site that was lost tells nothing.
    let it = if told.is_zero() { flavor.and_then(draws).unwrap_or(told) } else { told };
    let pue = world.sites.get(&decision.site).map_or(Pue::ONE, |site| site.pue);
    let embodied = flavor.and_then(|it| it.embodied?.share(decision.units, end.since(start)));
    Some(EnergyUse {
        job: job.key.clone(),
        site: decision.site.clone(),
        attempt: status.attempt,
        start,
        end,
        it,
        facility: it.at_pue(pue).unwrap_or(Energy::MAX),
        embodied: embodied.unwrap_or(Carbon::ZERO),
    })
}

/// A decision in a line: where, when, over which path, for how much, and what the next best would have been.
fn in_short(decision: &Decision, now: Time) -> String {
    let mut text = decision.pool.to_string();
    if decision.start > now {
        text += &format!(" in {}", decision.start.since(now));
    }
    if let Some(path) = decision.path.as_ref().filter(|path| !path.links.is_empty()) {
        let links: Vec<&str> = path.links.iter().map(Name::as_str).collect();
        text += &format!(", {} over {}", path.delay, links.join(" "));
    }
    if !decision.intervals.is_empty() {
        text += &format!(", in {} intervals", decision.intervals.len());
    }
    text += &format!(", {}", decision.total.human());
    let others = decision.candidates.iter().filter(|it| it.site != decision.site);
    match others.filter_map(|it| Some((it.score?, &it.site))).min() {
        Some((score, site)) => {
            text + &format!(
                "; {site} would be {} more",
                score.saturating_sub(decision.score).human()
            )
        }
        None => text + "; no other site can",
    }
}
