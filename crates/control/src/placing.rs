//! Waiting jobs get places; held ones get better places when something is freed.

use std::collections::BTreeSet;

use model::{Candidate, Decision, JobKey, JobState, Name, Outcome, Rule};
use planner::batch::move_price;
use units::{Money, Span, Time};

use crate::{Control, jobs::Live};

/// Rounds come no closer together than this.
const ROUND_PAUSE: Span = Span::new(20);
/// Looks at held jobs that help nobody double the pause before the next, so often: up to 41 s.
const PULLS_DOUBLED: u32 = 11;
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
        let idle = (!self.waiting.is_empty()).then(|| self.last_round.after(IDLE_PAUSE));
        idle.into_iter().chain(self.next_pull()).min()
    }

    /// The world or a site has changed: anything may be better now, for everyone.
    pub(crate) fn look_at_all(&mut self) {
        (self.look_again, self.all_freed, self.pulled_in_vain) = (true, true, 0);
    }

    /// When held jobs are looked at again: what is given back here and there is worth less and less haste as long as
    /// it helps nobody.
    fn next_pull(&self) -> Option<Time> {
        let pause = ROUND_PAUSE.saturating_mul(1 << self.pulled_in_vain.min(PULLS_DOUBLED));
        (self.all_freed || !self.freed.is_empty()).then(|| self.last_pull.after(pause))
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
        if self.next_pull().is_some_and(|at| at <= now) {
            self.pull_forward(most.saturating_sub(seen), now);
        }
        self.look_again |= self.waiting_from.is_some();
        self.last_round = now;
    }

    fn try_to_place(&mut self, key: &JobKey, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        if live.view.status.retry_at.is_some_and(|at| at > now) {
            return;
        }
        let order = self.estimates.order_of(&live.view, now);
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
        let (freed, all) = (std::mem::take(&mut self.freed), std::mem::take(&mut self.all_freed));
        self.last_pull = now;
        let held = self.held.iter().skip_while(|(start, _)| *start <= now).take(most);
        let later: Vec<JobKey> = held.map(|(_, key)| key.clone()).collect();
        let mut helped = false;
        for key in later {
            if all || self.may_gain(&key, &freed, now) {
                helped |= self.improve(&key, now);
            }
        }
        self.pulled_in_vain = if helped { 0 } else { self.pulled_in_vain.saturating_add(1) };
    }

    /// Whether what was given back in these pools could be better for a job than what it holds.
    fn may_gain(&mut self, key: &JobKey, pools: &BTreeSet<Name>, now: Time) -> bool {
        let Some(live) = self.jobs.get(key) else { return false };
        let Some(held) = &live.view.status.decision else { return false };
        let order = self.estimates.order_of(&live.view, now);
        order.resume.is_some() || self.planner.may_gain(&order, worth_moving(held), pools, now)
    }

    /// Whether it has a better place now.
    fn improve(&mut self, key: &JobKey, now: Time) -> bool {
        self.move_if(key, now, |old, new| new.score <= worth_moving(old))
    }

    /// Moves a held job to the best place there is now, where that is as `better` says and can be paid. Whether it did.
    pub(crate) fn move_if(
        &mut self,
        key: &JobKey,
        now: Time,
        better: impl FnOnce(&Decision, &Decision) -> bool,
    ) -> bool {
        let can_move =
            |live: &&Live| live.view.status.state == JobState::Held && !live.is_between();
        let Some(live) = self.jobs.get(key).filter(can_move) else { return false };
        let view = live.view.clone();
        let status = &view.status;
        // What was won at a clearing's price is kept.
        let Some(old) = status.decision.as_ref().filter(|it| it.cleared.is_none()) else {
            return false;
        };
        self.planner.release(key, now);
        let order = self.estimates.order_of(&view, now);
        let outcome = self.planner.decide(&order, now);
        match outcome {
            Outcome::Placed(new) if better(old, &new) && self.can_pay(key, &new, now) => {
                self.give_up_place(key, now);
                self.hold(key, new, now);
                true
            }
            _ => {
                if self.planner.hold(key, old).is_err() {
                    self.replan(key, "its place is gone", now);
                }
                false
            }
        }
    }
}

/// The score at which another place is worth the move.
fn worth_moving(held: &Decision) -> Money {
    Money::new(held.score.get() - move_price(held).get().max(1))
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
