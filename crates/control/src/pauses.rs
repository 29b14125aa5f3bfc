//! Planned pauses: a job that runs in several intervals leaves its site after each but the last, as for a demand-response
//! request: its tasks are asked to stop, save what they have done, and a new attempt goes on from there. What the later
//! intervals take stays held. Each attempt is charged by itself, so the bill is the sum.

use api::JobView;
use model::{
    Checkpoint, Decision, Exit, ExitReason, Interval, JobKey, JobState, JobStatus, Kind, LineKind,
    Pauses, PriceLine,
};
use planner::Priced;
use serde_json::json;
use units::{Energy, Money, Span, Time};

use crate::{
    Control,
    jobs::{Live, Stop},
};

/// A run that did so much less than its interval leaves the rest to be planned anew.
const BEHIND: Span = Span::minutes(1);

impl Live {
    /// The interval that runs or comes next, and whether others follow; none of a job without pauses.
    fn interval(&self) -> Option<(Interval, bool)> {
        let status = &self.view.status;
        let intervals = &status.decision.as_ref()?.intervals;
        let at = usize::try_from(status.progress.intervals).ok()?;
        Some((*intervals.get(at)?, at + 1 < intervals.len()))
    }

    /// When its tasks start next.
    pub(crate) fn next_start(&self) -> Option<Time> {
        let decision = self.view.status.decision.as_ref()?;
        Some(self.interval().map_or(decision.start, |(next, _)| next.start))
    }

    /// How long the present run is to take.
    pub(crate) fn run_time(&self) -> Span {
        let decided = self.view.status.decision.as_ref().map_or(Span::ZERO, |it| it.run_time);
        self.interval().map_or(decided, |(present, _)| present.end.since(present.start))
    }

    /// Some of its intervals are over, and others are to come.
    pub(crate) fn is_between(&self) -> bool {
        self.view.status.progress.intervals > 0
    }

    /// Between the request to stop and the end.
    fn grace(&self) -> Span {
        self.view.spec.grace.unwrap_or(Checkpoint::GRACE)
    }

    /// When it is asked to stop, so that it is gone at the end of its interval; none if no other follows.
    pub(crate) fn pause_at(&self) -> Option<Time> {
        let (present, _) = self.interval().filter(|(_, others)| *others)?;
        let grace = self.grace();
        let most = Span::new(present.end.since(present.start).get() / 4);
        Some(present.end.before(grace.min(most)))
    }

    /// Whether the interval in which it should start is over, and others follow.
    pub(crate) fn is_interval_over(&self, now: Time) -> bool {
        self.pause_at().is_some_and(|at| at <= now)
    }
}

/// What is still expected of a job's place.
pub(crate) fn expected(status: &JobStatus) -> Money {
    let total = status.decision.as_ref().map_or(Money::ZERO, |it| it.total);
    total.saturating_sub(status.progress.paid)
}

/// What a job still holds of its decision.
pub(crate) fn rest(status: &JobStatus) -> Option<Box<Decision>> {
    status.decision.as_ref().map(|it| Box::new(it.rest(status.progress.intervals)))
}

/// What the last attempt of a job did of its work, as far as it is saved: all until it was stopped, else until the last
/// checkpoint.
fn worked(job: &JobView) -> Option<Span> {
    let Pauses { overhead, .. } = job.spec.pauses?;
    let status = &job.status;
    let started = status.started?;
    let is_fine = |exit: &Exit| exit.reason == ExitReason::Stopped || exit.is_success();
    let is_saved = status.tasks.iter().all(|task| task.exit.as_ref().is_some_and(is_fine));
    let saved = status.checkpoint.as_ref().map(|it| it.time);
    let until = if is_saved { status.ended } else { saved };
    let again = if status.progress.worked.is_zero() { Span::ZERO } else { overhead };
    Some(until?.since(started).saturating_sub(again))
}

impl Control {
    /// A run leaves its site: what it did is not planned again.
    pub(crate) fn note_worked(&mut self, key: &JobKey) {
        let at_site = |live: &&mut Live| live.view.status.state.is_at_site();
        let Some(live) = self.jobs.get_mut(key).filter(at_site) else { return };
        if let Some(more) = worked(&live.view) {
            let progress = &mut live.view.status.progress;
            progress.worked = progress.worked.saturating_add(more);
        }
    }

    /// Its interval is over: its tasks leave the site.
    pub(crate) fn pause(&mut self, key: &JobKey, now: Time) {
        let nothing = serde_json::Value::Null;
        let message = "its interval is over".to_owned();
        self.event(Kind::Job, &key.to_string(), "pausing", message, nothing, now);
        self.stop(key, Stop::Pause);
    }

    /// Its tasks have left, and what they did is charged: it waits for its next interval, or is planned anew if it did
    /// less than it was to.
    pub(crate) fn paused(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let status = &live.view.status;
        let ran = status.started.zip(status.ended).map(|(from, to)| to.since(from));
        let behind = live.run_time().saturating_sub(ran.unwrap_or(Span::ZERO));
        let overhead = live.view.spec.pauses.map_or(Span::ZERO, |it| it.overhead);
        if behind > BEHIND.max(overhead).saturating_add(live.grace()) {
            return self.replan(key, &format!("it ran {behind} less than planned"), now);
        }
        let left = expected(&live.view.status);
        if let Err(problem) = self.hold_money(key, left, now) {
            return self.replan(key, &problem.detail, now);
        }
        self.note_worked(key);
        self.leave_site(key, now);
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.stopping = None;
        live.view.status.progress.intervals += 1;
        live.view.status.inputs = Vec::new();
        self.wait_for_interval(key, now);
        self.advance(key, now);
    }

    fn wait_for_interval(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let (Some(next), Some(decision)) = (live.next_start(), &live.view.status.decision) else {
            return;
        };
        let (over, of) = (live.view.status.progress.intervals, decision.intervals.len());
        live.view.status.held_until = Some(next.after(self.settings.hold_ttl));
        let reason = format!("paused until {next}, {over} of {of} intervals are over");
        let worked = live.view.status.progress.worked;
        let data = json!({ "until": next, "intervals": over, "of": of, "worked": worked });
        self.set_state(key, JobState::Held, &reason);
        self.event(Kind::Job, &key.to_string(), "paused", reason, data, now);
    }

    /// What one run of a job comes to. What is moved and read before the first of its intervals is not paid again for
    /// the others.
    pub(crate) fn run_price(
        &self,
        live: &Live,
        decision: &Decision,
        (start, end): (Time, Time),
        it_energy: Option<Energy>,
    ) -> Priced {
        let mut priced = self.planner.price_run(&live.view.spec, decision, start, end, it_energy);
        if live.is_between() {
            let is_once = |it: &PriceLine| matches!(it.kind, LineKind::Transfer | LineKind::Data);
            for line in priced.lines.iter().filter(|it| is_once(it)) {
                priced.total = priced.total.saturating_sub(line.amount);
            }
            priced.lines.retain(|it| !is_once(it));
        }
        priced
    }

    /// What a run was charged is not expected any more.
    pub(crate) fn note_paid(&mut self, key: &JobKey, amount: Money) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let status = &mut live.view.status;
        if status.decision.as_ref().is_none_or(|it| it.intervals.is_empty()) {
            return;
        }
        status.progress.paid = status.progress.paid.saturating_add(amount);
        let sum = self.expected.entry(key.project.clone()).or_default();
        *sum = sum.saturating_sub(amount);
    }
}
