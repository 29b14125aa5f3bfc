//! What sites report, taken into account once.

use std::collections::BTreeSet;

use api::{AgentReport, AgentReportAnswer, Problem, ProblemKind};
use model::{ExitReason, JobKey, JobState, Kind, Name, Phase, TaskId, TaskStatus};
use serde_json::json;
use units::{Energy, Span, Time};

use crate::{
    Change, Control,
    jobs::{Live, Stop},
};

/// Most tasks that one report may speak of.
const MOST_TASKS: usize = 200_000;

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
        let is_new = site.instance != report.instance || site.status.measured != report.measured;
        site.status.last_seen = Some(now);
        if report.generation > site.status.generation {
            // The site knows more than this store, which was put back: go on from where the site is.
            site.status.generation = report.generation;
            site.change();
        }
        if is_new {
            report.instance.clone_into(&mut site.instance);
            report.sandbox.clone_into(&mut site.status.sandbox);
            site.status.measured.clone_from(&report.measured);
            self.out.push(Change::Site { site: name.clone(), status: site.status.clone() });
        }
        self.set_online(name, true, now);
        self.take_statuses(name, report, now);
        let reported: BTreeSet<&TaskId> = report.tasks.iter().map(|task| &task.id).collect();
        self.miss_tasks(name, report.generation, &reported, now);
        Ok(AgentReportAnswer {
            lease: self.settings.lease,
            forget: self.forgettable(name, report, &reported),
        })
    }

    fn take_statuses(&mut self, name: &Name, report: &AgentReport, now: Time) {
        let mut touched: Vec<JobKey> = Vec::new();
        for status in &report.tasks {
            let job = &status.id.job;
            let is_ours = self.jobs.get(job).is_some_and(|live| is_current(live, &status.id, name));
            if is_ours
                && self.merge(&on_our_clock(status, report.sent, now))
                && touched.last() != Some(job)
            {
                touched.push(job.clone());
            }
        }
        touched.sort();
        touched.dedup();
        for key in touched {
            self.follow_tasks(&key, now);
        }
    }

    /// Whether anything is new in it.
    fn merge(&mut self, status: &TaskStatus) -> bool {
        let Some(live) = self.jobs.get_mut(&status.id.job) else { return false };
        let tasks = &mut live.view.status.tasks;
        match tasks.iter_mut().find(|task| task.id == status.id) {
            Some(known) if known == status || known.phase == Phase::Ended => return false,
            Some(known) if known.phase == status.phase => {
                // Only use has grown: worth keeping, not worth a write of its own.
                *known = status.clone();
                return false;
            }
            Some(known) => *known = status.clone(),
            None => tasks.push(status.clone()),
        }
        self.changed.insert(status.id.job.clone());
        true
    }

    /// What follows from the phases of a job's tasks.
    fn follow_tasks(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let status = &mut live.view.status;
        status.started = status.tasks.iter().filter_map(|task| task.started).min();
        let wanted = usize::try_from(live.view.spec.tasks).unwrap_or(usize::MAX);
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
        } else if failed && !is_stopping {
            self.stop(key, Stop::Failed);
        }
    }

    fn now_running(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let decision = live.view.status.decision.as_ref();
        let (site, run_time) =
            decision.map_or_else(Default::default, |it| (it.site.to_string(), it.run_time));
        let end = live.view.status.started.unwrap_or(now).after(run_time);
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
            self.set_timer(key, Some(end.max(now)));
        }
    }

    /// All tasks of an attempt have ended: charge it, then decide what that means.
    fn run_ended(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let stopping = live.stopping;
        let status = &mut live.view.status;
        status.ended = status.tasks.iter().filter_map(|task| task.ended).max();
        let bad = status
            .tasks
            .iter()
            .filter_map(|task| task.exit.as_ref())
            .filter(|exit| !exit.is_success());
        let worst = bad.min_by_key(|exit| exit.reason == ExitReason::Stopped).cloned();
        let Some(exit) = worst else {
            self.charge(key, now);
            return self.finish(key, JobState::Succeeded, "", now);
        };
        let ours = matches!(exit.reason, ExitReason::Lost | ExitReason::Fenced);
        if !ours {
            self.charge(key, now);
        }
        if stopping == Some(Stop::Cancel) || self.is_cancelling(key) {
            return self.finish(key, JobState::Cancelled, "cancelled on request", now);
        }
        let why = format!("a task {exit}");
        match exit.reason {
            ExitReason::Lost | ExitReason::Fenced | ExitReason::Stopped => {
                self.replan(key, &why, now)
            }
            ExitReason::TimeLimit => self.finish(key, JobState::Failed, &why, now),
            _ => self.failed_once(key, &why, now),
        }
    }

    fn is_cancelling(&self, key: &JobKey) -> bool {
        self.jobs.get(key).is_some_and(|live| live.view.status.cancelling)
    }

    fn failed_once(&mut self, key: &JobKey, message: &str, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.failures += 1;
        let (failures, retries) = (live.view.status.failures, live.view.spec.retries);
        if failures > retries {
            return self.finish(key, JobState::Failed, message, now);
        }
        let reason = format!("{message}; failure {failures}, retried up to {retries} times");
        self.replan(key, &reason, now);
    }

    /// Turns what the run used into charges: the decision's lines at the real times.
    fn charge(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let status = &live.view.status;
        let (Some(decision), Some(start)) = (&status.decision, status.started) else { return };
        let end = status.ended.unwrap_or(now).max(start);
        let energy = status
            .tasks
            .iter()
            .fold(Energy::ZERO, |sum, task| sum.saturating_add(task.usage.energy));
        let priced = self.planner.price_run(&live.view.spec, decision, start, end, Some(energy));
        let charges = market::charges(key, &priced.lines, start, end);
        let data =
            json!({ "lines": charges.len(), "total": priced.total, "attempt": status.attempt });
        let spent = self.spent.entry(key.project.clone()).or_default();
        *spent = spent.saturating_add(priced.total);
        if let Some(live) = self.jobs.get_mut(key) {
            let status = &mut live.view.status;
            status.cost = status.cost.saturating_add(priced.total);
            status.energy = status.energy.saturating_add(priced.energy);
            status.carbon = status.carbon.saturating_add(priced.carbon);
        }
        self.out.push(Change::Charges(charges));
        self.event(Kind::Job, &key.to_string(), "charged", priced.total.human(), data, now);
    }

    /// Tasks that the site should have by its own account and does not: stopped as asked, or lost.
    fn miss_tasks(
        &mut self,
        name: &Name,
        generation: i64,
        reported: &BTreeSet<&TaskId>,
        now: Time,
    ) {
        let Some(site) = self.sites.get(name) else { return };
        let informed = site
            .jobs
            .iter()
            .filter_map(|key| self.jobs.get(key))
            .filter(|live| generation >= live.generation);
        let missing: Vec<(JobKey, bool)> = informed
            .filter(|live| !crate::task_ids(live).all(|id| reported.contains(&id)))
            .map(|live| {
                (live.view.key.clone(), !crate::task_ids(live).any(|id| reported.contains(&id)))
            })
            .collect();
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
            Some(Stop::Replan) if all => self.replan(key, "taken back from the site", now),
            Some(Stop::Failed) if all => self.failed_once(key, "a task failed", now),
            None if all => self.replan(key, "the site knows nothing of it", now),
            None => self.stop(key, Stop::Replan),
            Some(_) => {}
        }
    }

    /// Ended tasks whose end is on record here and that the target no longer has.
    fn forgettable(
        &mut self,
        name: &Name,
        report: &AgentReport,
        reported: &BTreeSet<&TaskId>,
    ) -> Vec<TaskId> {
        let Some(site) = self.sites.get_mut(name) else { return Vec::new() };
        let current = site.status.generation;
        let jobs = &self.jobs;
        let mut forget = Vec::new();
        for task in &report.tasks {
            let is_wanted =
                jobs.get(&task.id.job).is_some_and(|live| is_current(live, &task.id, name));
            if task.phase != Phase::Ended || is_wanted {
                continue;
            }
            let since = *site.leaving.entry(task.id.clone()).or_insert(current);
            if report.generation >= since {
                forget.push(task.id.clone());
            }
        }
        site.leaving.retain(|id, since| report.generation < *since || reported.contains(id));
        forget
    }
}

/// A site's clock may be off by minutes: its times are shifted by what `sent` was off when it arrived. A
/// difference under two seconds is the way of the message, not the clock.
fn on_our_clock(status: &TaskStatus, sent: Time, now: Time) -> TaskStatus {
    let (ahead, behind) = (sent.since(now), now.since(sent));
    let small = Span::seconds(2);
    let shift = |time: Time| match (ahead > small, behind > small) {
        (true, _) => time.before(ahead),
        (_, true) => time.after(behind),
        _ => time.min(now),
    };
    TaskStatus {
        started: status.started.map(shift),
        ended: status.ended.map(shift),
        ..status.clone()
    }
}

/// Whether a task is of the job's current attempt, at the site where that is.
fn is_current(live: &Live, id: &TaskId, site: &Name) -> bool {
    live.view.status.attempt == id.attempt
        && live.view.status.state.is_at_site()
        && live.site() == Some(site)
        && id.index < live.view.spec.tasks
}
