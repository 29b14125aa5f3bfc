//! Waiting jobs get places; held ones get better places when something is freed.

use api::JobView;
use model::{Candidate, JobKey, JobState, Outcome, Rule};
use planner::Order;
use units::{Span, Time};

use crate::Control;

/// Rounds come no closer together than this.
const ROUND_PAUSE: Span = Span::new(20);
/// Without anything new, waiting jobs are looked at this often.
const IDLE_PAUSE: Span = Span::seconds(2);

impl Control {
    /// Does what an outcome says.
    pub(crate) fn settle(&mut self, key: &JobKey, outcome: Outcome, now: Time) {
        match self.make_room(key, outcome, now) {
            Outcome::Placed(decision) => {
                self.leave_queue(key);
                self.hold(key, decision, now);
            }
            Outcome::Unplaced { candidates, .. } if self.may_pass(&candidates) => {
                self.keep_waiting(key, candidates, now)
            }
            Outcome::Unplaced { candidates, nearest } => {
                let late = nearest.is_some_and(|other| other.field == "spec.deadline");
                let state = if late { JobState::Expired } else { JobState::Unplaceable };
                let reason = best_refusal(&candidates);
                if let Some(live) = self.jobs.get_mut(key) {
                    live.view.status.refused = candidates;
                }
                self.finish(key, state, &reason, now);
            }
        }
    }

    pub(crate) fn leave_queue(&mut self, key: &JobKey) {
        if let Some(live) = self.jobs.get(key) {
            self.waiting.remove(&live.waiting_key());
        }
    }

    fn keep_waiting(&mut self, key: &JobKey, candidates: Vec<Candidate>, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let reason = best_refusal(&candidates);
        let known = self.waiting.contains(&live.waiting_key());
        let same_rule = rule_of(&live.view.status.reason) == rule_of(&reason);
        live.view.status.refused = candidates;
        if known && same_rule {
            return;
        }
        self.wait(key, &reason, None, now);
    }

    /// When it is worth looking at waiting and held jobs again: soon if something is new, else now and then.
    pub(crate) fn next_round(&self) -> Option<Time> {
        if self.look_again {
            return Some(self.last_round.after(ROUND_PAUSE));
        }
        (!self.waiting.is_empty()).then(|| self.last_round.after(IDLE_PAUSE))
    }

    /// Whether time may lift what refuses: a site comes back, a job ends, a link is mended.
    pub(crate) fn may_pass(&self, candidates: &[Candidate]) -> bool {
        let is_cut = self.planner.world().links.values().any(|link| link.down);
        let by_path =
            |rule| matches!(rule, Rule::NoPath | Rule::Latency | Rule::Jitter | Rule::Replica);
        let mut rules =
            candidates.iter().filter_map(|it| it.refused.as_ref()).map(|refusal| refusal.rule);
        rules.any(|rule| rule.may_pass() || is_cut && by_path(rule))
    }

    /// Looks at a bounded number of waiting jobs, best first and on from where the last round stopped, then at
    /// held ones that might start earlier.
    pub(crate) fn round(&mut self, now: Time) {
        let has_news = std::mem::take(&mut self.look_again);
        let most = self.settings.replans_per_round;
        let after = self.waiting_from.take();
        let keys: Vec<_> = match &after {
            Some(from) => self.waiting.range(from.clone()..).take(most).cloned().collect(),
            None => self.waiting.iter().take(most).cloned().collect(),
        };
        // Without news one look at the first few is enough: time alone opens few doors.
        if has_news && keys.len() == most {
            self.waiting_from = keys.last().cloned();
        }
        let seen = keys.len();
        for (_, _, key) in keys {
            self.try_to_place(&key, now);
        }
        self.pull_forward(most.saturating_sub(seen), now);
        self.look_again |= self.waiting_from.is_some();
        self.last_round = now;
    }

    fn try_to_place(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        if live.view.status.retry_at.is_some_and(|at| at > now) {
            return;
        }
        let JobView { spec, status, .. } = &live.view;
        let order = Order {
            resume: status.checkpoint.as_ref(),
            ..Order::new(key, spec, status.submitted, now)
        };
        let outcome = self.planner.decide(&order, now);
        let is_lost =
            matches!(&outcome, Outcome::Unplaced { candidates, .. } if !self.may_pass(candidates));
        if is_lost && order.resume.is_some() {
            self.forget_checkpoint(key, "no site can be reached by it", now);
            return self.try_to_place(key, now);
        }
        self.settle(key, outcome, now);
    }

    /// Held jobs, soonest first: a place that was freed may let them start earlier or cost less.
    fn pull_forward(&mut self, most: usize, now: Time) {
        let later: Vec<JobKey> = self
            .held
            .iter()
            .skip_while(|(start, _)| *start <= now)
            .take(most)
            .map(|(_, key)| key.clone())
            .collect();
        for key in later {
            self.improve(&key, now);
        }
    }

    fn improve(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key).filter(|live| live.view.status.state == JobState::Held)
        else {
            return;
        };
        let Some(old) = live.view.status.decision.clone() else { return };
        let JobView { spec, status, .. } = live.view.clone();
        self.planner.release(key, now);
        let resume = status.checkpoint.as_ref();
        let order = Order { resume, ..Order::new(key, &spec, status.submitted, now) };
        let outcome = self.planner.decide(&order, now);
        match outcome {
            Outcome::Placed(new) if new.score < old.score => {
                self.unhold(key, now);
                self.hold(key, new, now);
            }
            _ => {
                if self.planner.hold(key, &old).is_err() {
                    self.replan(key, "its place is gone", now);
                }
            }
        }
    }
}

/// The figures behind a rule change all the time; only another rule is news.
fn rule_of(reason: &str) -> &str {
    reason.split(':').next().unwrap_or_default()
}

/// The refusal that got furthest: what a person would change first.
pub(crate) fn best_refusal(candidates: &[Candidate]) -> String {
    let refused = candidates.iter().filter_map(|it| Some((it.refused.as_ref()?, &it.site)));
    match refused.max_by_key(|(refusal, _)| refusal.rule) {
        Some((refusal, site)) => format!("{}: {} ({site})", refusal.rule, refusal.detail),
        None => "there is no site".to_owned(),
    }
}
