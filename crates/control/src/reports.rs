//! What sites report, taken into account once.

use std::collections::BTreeMap;

use api::{AgentReport, AgentReportAnswer, JobView, Problem, ProblemKind, SoFar};
use model::{ExitReason, JobKey, JobState, Kind, Name, Phase, PriceLine, TaskId, TaskStatus};
use planner::Priced;
use serde_json::json;
use units::{Energy, Money, Span, Time};

use crate::{
    Change, Control,
    jobs::{Live, Stop},
    sites::Phases,
};

/// Most tasks that one report may speak of.
const MOST_TASKS: usize = 200_000;

/// Of a job that was stopped because its account was empty.
const SPENT: &str = "funds: what its account could hold for it is used up";

impl Control {
    /// Takes a site's report. Told twice is told once.
    ///
    /// # Errors
    /// There is no such site, or the report is too long.
    pub fn report(
        &mut self,
        name: &Name,
        report: &AgentReport,
        now: Time,
    ) -> Result<AgentReportAnswer, Problem> {
        let Some(site) = self.sites.get_mut(name) else {
            return Err(Problem::new(ProblemKind::NotFound, self.no_such(Kind::Site, name)));
        };
        if report.tasks.len() > MOST_TASKS {
            return Err(Problem::new(
                ProblemKind::TooLarge,
                format!("more than {MOST_TASKS} tasks in one report"),
            ));
        }
        let is_same_life = site.instance == report.instance && site.known.is_some();
        site.status.last_seen = Some(now);
        site.fenced_at = None;
        if report.generation > site.status.generation {
            // The site knows more than this store, which was put back: go on from where the site is.
            site.status.generation = report.generation;
            site.change(name, &mut self.retargeted);
        }
        report.instance.clone_into(&mut site.instance);
        self.take_about(name, report, now);
        self.set_online(name, true, now);
        self.take_data(name, report, now);
        self.note_wake(name);
        let (lease, keep) = (self.settings.lease, self.settings.keep.max(self.settings.lease));
        if !report.whole && !is_same_life {
            return Ok(AgentReportAnswer { lease, keep, forget: Vec::new(), again: true });
        }
        self.know_tasks(name, report);
        self.take_statuses(name, report, now);
        self.miss_tasks(name, report, now);
        Ok(AgentReportAnswer { lease, keep, forget: self.forgettable(name, report), again: false })
    }

    /// Keeps which tasks the site has.
    fn know_tasks(&mut self, name: &Name, report: &AgentReport) {
        let Some(site) = self.sites.get_mut(name) else { return };
        let known = site.known.get_or_insert_default();
        if report.whole {
            known.clear();
        }
        for TaskStatus { id, phase, .. } in &report.tasks {
            let place = (id.attempt, id.index);
            match known.get_mut(&id.job) {
                Some(tasks) => drop(tasks.insert(place, *phase)),
                None => drop(known.insert(id.job.clone(), BTreeMap::from([(place, *phase)]))),
            }
        }
    }

    fn take_statuses(&mut self, name: &Name, report: &AgentReport, now: Time) {
        let mut touched: Vec<JobKey> = Vec::new();
        let clock = Skew::of(report, now);
        for status in &report.tasks {
            let job = &status.id.job;
            let Some(live) = self.jobs.get_mut(job) else { continue };
            let is_ours = is_current(live, &status.id, name);
            if is_ours && merge(live, on_our_clock(status, clock)) && touched.last() != Some(job) {
                touched.push(job.clone());
            }
        }
        touched.sort();
        touched.dedup();
        for key in touched {
            self.progressed(&key, now);
            self.follow_tasks(&key, now);
        }
    }

    /// A job with many tasks is a long document, and each change writes all of it: that tasks went on is written
    /// once in half a millisecond a task. Nothing hangs on it: a site keeps what it has told until the job's end is
    /// durable, and tells all of it again to a server that starts anew.
    fn progressed(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key).filter(|live| live.due.is_none()) else { return };
        let tasks = u64::try_from(live.view.status.tasks.len()).unwrap_or(u64::MAX);
        let due = live.written.after(Span::new(tasks / 2));
        if due <= now {
            live.written = now;
            self.changed.insert(key.clone());
        } else {
            live.due = Some(due);
            self.unwritten.insert((due, key.clone()));
        }
    }

    /// Writes what tasks did since the last time, where enough of it has passed.
    pub(crate) fn write_progress(&mut self, now: Time) {
        while self.unwritten.first().is_some_and(|(due, _)| *due <= now) {
            let Some((due, key)) = self.unwritten.pop_first() else { return };
            // An ended job of the same name may have left it here.
            let Some(live) = self.jobs.get_mut(&key).filter(|live| live.due == Some(due)) else {
                continue;
            };
            live.due = None;
            live.written = now;
            self.changed.insert(key);
        }
    }

    /// What follows from the phases of a job's tasks.
    fn follow_tasks(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let is_array = live.view.spec.array.is_some();
        let wanted = live.tasks().len();
        let status = &mut live.view.status;
        status.started = status.tasks.iter().filter_map(|task| task.started).min();
        let ended = status.tasks.iter().filter(|task| task.phase == Phase::Ended).count();
        let any_started = status.tasks.iter().any(|task| task.phase != Phase::Starting);
        let failed = status
            .tasks
            .iter()
            .any(|task| task.exit.as_ref().is_some_and(|exit| !exit.is_success()));
        let is_stopping = live.stopping.is_some();
        if any_started && status.state == JobState::Dispatched {
            self.now_running(key, now);
        }
        if ended >= wanted {
            self.run_ended(key, now);
        } else if failed && !is_stopping && !is_array {
            self.stop(key, Stop::Failed);
        }
    }

    fn now_running(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let site = live.site().map(ToString::to_string).unwrap_or_default();
        let end = live.view.status.started.unwrap_or(now).after(live.run_time());
        let pause_at = live.pause_at();
        let is_stopping = live.stopping.is_some();
        self.set_state(key, JobState::Running, "");
        self.event(
            Kind::Job,
            &key.to_string(),
            "running",
            format!("at {site}"),
            serde_json::Value::Null,
            now,
        );
        if !is_stopping {
            // It runs longer than estimated only once its end could have been heard.
            let overrun = end.max(now).after(self.settings.margin);
            self.set_timer(key, Some(pause_at.map_or(overrun, |at| at.max(now))));
        }
    }

    /// All tasks of an attempt have ended: charge it, then decide what that means.
    fn run_ended(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let stopping = live.stopping;
        let JobView { spec, status, .. } = &mut *live.view;
        status.ended = status.tasks.iter().filter_map(|task| task.ended).max();
        let of_tasks = || status.tasks.iter().filter_map(|task| Some((task, task.exit.as_ref()?)));
        // What the tasks of one attempt left is one result: those of another cannot add to it.
        let keeps = spec.result.as_ref().is_some_and(|it| it.dataset.is_some());
        if spec.array.is_some() && !keeps {
            let fine = of_tasks().filter(|(_, exit)| exit.is_success());
            let fine = fine.map(|(task, _)| task.id.index).chain(status.done.iter());
            status.done = fine.collect();
        }
        let of_tasks = || status.tasks.iter().filter_map(|task| task.exit.as_ref());
        let bad = of_tasks().filter(|exit| !exit.is_success());
        let failures = bad.clone().count();
        let worst = bad.min_by_key(|exit| exit.reason == ExitReason::Stopped).cloned();
        let Some(exit) = worst else { return self.succeeded(key, now) };
        let ours = matches!(exit.reason, ExitReason::Lost | ExitReason::Fenced);
        if let Some(live) = self.jobs.get_mut(key).filter(|_| !ours) {
            live.view.status.losses = 0;
        }
        if !ours {
            self.charge(key, now);
        }
        if stopping == Some(Stop::Spent) {
            return self.finish(key, JobState::Failed, SPENT, now);
        }
        if stopping == Some(Stop::Cancel) || self.is_cancelling(key) {
            return self.finish(key, JobState::Cancelled, "cancelled on request", now);
        }
        let why = match failures {
            1 => format!("a task {exit}"),
            _ => format!("{failures} tasks did not succeed, one {exit}"),
        };
        match exit.reason {
            ExitReason::Stopped if stopping == Some(Stop::Pause) => self.paused(key, now),
            ExitReason::Lost | ExitReason::Fenced | ExitReason::Stopped => {
                self.replan(key, &why, now)
            }
            ExitReason::TimeLimit => self.finish(key, JobState::Failed, &why, now),
            _ => self.failed_once(key, &why, now),
        }
    }

    /// Nothing it was asked for is missing, its result included.
    fn succeeded(&mut self, key: &JobKey, now: Time) {
        self.charge(key, now);
        match self.keep_result(key, now) {
            Ok(()) => self.finish(key, JobState::Succeeded, "", now),
            Err(why) => self.failed_once(key, &format!("the result is not kept: {why}"), now),
        }
    }

    fn is_cancelling(&self, key: &JobKey) -> bool {
        self.jobs.get(key).is_some_and(|live| live.view.status.cancelling)
    }

    pub(crate) fn failed_once(&mut self, key: &JobKey, message: &str, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.failures += 1;
        let (failures, retries) = (live.view.status.failures, live.view.spec.retries);
        if failures > retries {
            return self.finish(key, JobState::Failed, message, now);
        }
        let reason = format!("{message}; failure {failures}, retried up to {retries} times");
        self.replan(key, &reason, now);
    }

    /// The run from its start to its end, or until now, and what it comes to. `measured` says what to take for the
    /// energy of its tasks; by default what the flavor draws.
    fn priced(
        &self,
        live: &Live,
        now: Time,
        measured: impl FnOnce(Energy) -> Option<Energy>,
    ) -> Option<(Time, Time, Priced)> {
        let status = &live.view.status;
        let (decision, start) = (status.decision.as_ref()?, status.started?);
        let end = status.ended.unwrap_or(now).max(start);
        let priced = self.run_price(live, decision, (start, end), measured(status.tasks_energy()));
        Some((start, end, Self::at_bid(live, self.at_quote(live, start, end, priced))))
    }

    /// What a running job has come to by now, with what earlier runs were charged; none of one that does not run.
    #[must_use]
    pub fn so_far(&self, key: &JobKey, now: Time) -> Option<SoFar> {
        let live = self.jobs.get(key)?;
        let running = live.view.status.state == JobState::Running;
        let (_, until, priced) = running.then(|| {
            self.priced(live, now, |measured| Some(measured).filter(|it| *it > Energy::ZERO))
        })??;
        let charged = &live.view.status;
        Some(SoFar {
            until,
            cost: charged.cost.saturating_add(priced.total),
            energy: charged.energy.saturating_add(priced.energy),
            carbon: charged.carbon.saturating_add(priced.carbon),
        })
    }

    /// Turns what the run used into charges: the decision's lines at the real times.
    fn charge(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let Some((start, end, priced)) = self.priced(live, now, Some) else { return };
        let attempt = live.view.status.attempt;
        let lines = self.at_meters(key, attempt, priced.lines);
        let worth = billed(&lines);
        let booked = self.book_charges(key, attempt, lines, now);
        let transaction = booked.transaction.as_deref();
        let mut charges = market::charges((key, attempt), &booked.lines, (start, end), transaction);
        for it in &mut charges {
            it.tax = self.tax_of(it.line.provider.as_ref());
        }
        let total = charges.iter().fold(Money::ZERO, |sum, it| sum.saturating_add(it.line.amount));
        // What it used may be worth more than its account could hold for it.
        let used = (total < worth).then_some(worth);
        let data =
            json!({ "lines": charges.len(), "total": total, "attempt": attempt, "used": used });
        let spent = self.spent.entry(key.project.clone()).or_default();
        *spent = spent.saturating_add(total);
        if let Some(live) = self.jobs.get_mut(key) {
            let status = &mut live.view.status;
            status.cost = status.cost.saturating_add(total);
            status.energy = status.energy.saturating_add(priced.energy);
            status.carbon = status.carbon.saturating_add(priced.carbon);
        }
        self.charged_now.insert(key.clone());
        self.note_paid(key, total);
        self.event(Kind::Job, &key.to_string(), "charged", total.human(), data, now);
        self.dispute_charges(&charges, &booked.disputed, now);
        self.out.push(Change::Charges(charges));
    }

    /// Tasks that the site should have by its own account and does not: stopped as asked, or lost. Only a whole
    /// report, or one of a newer target, can tell.
    fn miss_tasks(&mut self, name: &Name, report: &AgentReport, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        let before = std::mem::replace(&mut site.reported, report.generation);
        if report.engine_away.is_some() || !report.whole && before == report.generation {
            return;
        }
        let Some(known) = site.known.as_ref() else { return };
        // What it was informed of before it has, unless a whole report says otherwise.
        let checked = std::mem::replace(&mut site.checked, report.generation);
        let news = if report.whole { i64::MIN } else { checked.saturating_add(1) };
        let informed = site
            .jobs
            .iter()
            .filter_map(|key| self.jobs.get(key))
            .filter(|live| (news..=report.generation).contains(&live.generation));
        let missing = |live: &Live| {
            let key = &live.view.key;
            let all = missing_all(live, known.get(key))?;
            Some((key.clone(), all))
        };
        let missing: Vec<(JobKey, bool)> = informed.filter_map(missing).collect();
        for (key, all) in missing {
            self.tasks_missing(&key, all, now);
        }
    }

    fn tasks_missing(&mut self, key: &JobKey, all: bool, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        match live.stopping {
            // It never started there, and now never will.
            Some(Stop::Cancel) if all => {
                self.finish(key, JobState::Cancelled, "cancelled on request", now)
            }
            Some(Stop::Spent) if all => self.finish(key, JobState::Failed, SPENT, now),
            Some(Stop::Replan | Stop::Pause) if all => {
                self.replan(key, "taken back from the site", now)
            }
            Some(Stop::Failed) if all => self.failed_once(key, "a task failed", now),
            None if all => self.replan(key, "the site knows nothing of it", now),
            None => self.stop(key, Stop::Replan),
            Some(_) => {}
        }
    }

    /// Ended tasks whose end is on record here and that the target no longer has.
    fn forgettable(&mut self, name: &Name, report: &AgentReport) -> Vec<TaskId> {
        let Some(site) = self.sites.get_mut(name) else { return Vec::new() };
        let Some(known) = &mut site.known else { return Vec::new() };
        let current = site.status.generation;
        let leaving = &mut site.leaving;
        let mut forget = Vec::new();
        for (job, tasks) in known.iter_mut() {
            if tasks.values().all(|phase| *phase != Phase::Ended) {
                continue;
            }
            let wanted = self.jobs.get(job).filter(|live| is_at(live, name));
            let wanted = wanted.map(|live| (live.view.status.attempt, live.view.spec.tasks));
            let is_wanted = |(attempt, index): (u32, u32)| {
                wanted.is_some_and(|(present, count)| attempt == present && index < count)
            };
            // As a rule they are all of the attempt that runs; between the first and the last are no others then.
            let ends = tasks.first_key_value().zip(tasks.last_key_value());
            if ends.is_some_and(|((first, _), (last, _))| is_wanted(*first) && is_wanted(*last)) {
                continue;
            }
            tasks.retain(|place, phase| {
                if *phase != Phase::Ended || is_wanted(*place) {
                    return true;
                }
                let (attempt, index) = *place;
                let since = *leaving.entry((job.clone(), attempt)).or_insert(current);
                if report.generation < since {
                    return true;
                }
                forget.push(TaskId { job: job.clone(), index, attempt });
                false
            });
        }
        known.retain(|_, tasks| !tasks.is_empty());
        leaving.retain(|(job, attempt), since| {
            let of_attempt = (*attempt, 0)..=(*attempt, u32::MAX);
            let mut tasks = known.get(job).into_iter().flat_map(|it| it.range(of_attempt.clone()));
            report.generation < *since || tasks.next().is_some()
        });
        forget
    }
}

/// How far a site's clock is off. It may be minutes: its times are shifted by what `sent` was off when it arrived. A
/// difference under two seconds is the way of the message, not the clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Skew {
    ahead: Span,
    behind: Span,
    now: Time,
}

impl Skew {
    pub(crate) fn of(report: &AgentReport, now: Time) -> Self {
        Self { ahead: report.sent.since(now), behind: now.since(report.sent), now }
    }

    /// A time of the site by the clock here.
    pub(crate) fn ours(self, time: Time) -> Time {
        let small = Span::seconds(2);
        match (self.ahead > small, self.behind > small) {
            (true, _) => time.before(self.ahead),
            (_, true) => time.after(self.behind),
            _ => time.min(self.now),
        }
    }
}

fn on_our_clock(status: &TaskStatus, clock: Skew) -> TaskStatus {
    TaskStatus {
        started: status.started.map(|time| clock.ours(time)),
        ended: status.ended.map(|time| clock.ours(time)),
        ..status.clone()
    }
}

/// Whether a task is of the job's current attempt, at the site where that is.
fn is_current(live: &Live, id: &TaskId, site: &Name) -> bool {
    live.view.status.attempt == id.attempt && id.index < live.view.spec.tasks && is_at(live, site)
}

/// Of the tasks that the attempt runs, whether all are missing; none if none is.
fn missing_all(live: &Live, known: Option<&Phases>) -> Option<bool> {
    let attempt = live.view.status.attempt;
    let wanted = live.tasks();
    let has = |index: u32| known.is_some_and(|tasks| tasks.contains_key(&(attempt, index)));
    let there = wanted.iter().filter(|index| has(*index)).count();
    (there < wanted.len()).then_some(there == 0)
}

fn is_at(live: &Live, site: &Name) -> bool {
    live.view.status.state.is_at_site() && live.site() == Some(site)
}

/// Whether anything is new in it.
fn merge(live: &mut Live, status: TaskStatus) -> bool {
    let tasks = &mut live.view.status.tasks;
    let place = tasks.binary_search_by_key(&status.id.index, |task| task.id.index);
    match place.map(|at| tasks.get_mut(at)) {
        Ok(Some(known)) if *known == status || known.phase == Phase::Ended => return false,
        Ok(Some(known)) if known.phase == status.phase => {
            // Only use has grown: worth keeping, not worth a write of its own.
            *known = status;
            return false;
        }
        Ok(Some(known)) => *known = status,
        Ok(None) => return false,
        Err(at) => tasks.insert(at, status),
    }
    true
}

fn billed(lines: &[PriceLine]) -> Money {
    let billed = lines.iter().filter(|it| it.kind.is_billed());
    billed.fold(Money::ZERO, |sum, it| sum.saturating_add(it.amount))
}
