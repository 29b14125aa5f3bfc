//! Making room: interruptible jobs give way to more urgent ones that would have to wait.

use std::collections::BTreeSet;

use model::{Decision, JobKey, JobState, Kind, Outcome};
use units::{Span, Time};

use crate::{
    Control,
    jobs::{Live, Stop},
    pauses::rest,
};

/// Jobs that one other may displace.
const MOST: usize = 64;
/// A gain below this is not worth stopping anyone.
const WORTH: Span = Span::seconds(1);

impl Control {
    /// What becomes of a job that was decided: the same, or a start now in the place of less urgent interruptible
    /// jobs. Those lose their place at once and their tasks as soon as the site confirms; the job starts then.
    pub(crate) fn make_room(&mut self, key: &JobKey, outcome: Outcome, now: Time) -> Outcome {
        let Some(live) = self.jobs.get(key) else { return outcome };
        let due =
            live.view.spec.earliest.map_or(now, |at| at.from(live.view.status.submitted)).max(now);
        let late = match &outcome {
            Outcome::Placed(decision) => decision.start > due.after(WORTH),
            Outcome::Unplaced { candidates, .. } => self.may_pass(candidates),
        };
        if !late {
            return outcome;
        }
        let others = self.interruptible_below(live.view.spec.priority);
        if others.is_empty() {
            return outcome;
        }
        let view = live.view.clone();
        for (other, _) in &others {
            self.planner.release(other, now);
        }
        let order = self.estimates.order_of(&view, now);
        let without = self.planner.decide(&order, now);
        let gains = matches!(&without, Outcome::Placed(new) if new.start <= due.after(WORTH));
        let displaced = self.put_back(key, gains.then_some(&without), others);
        if displaced.is_empty() {
            return outcome;
        }
        self.displace(key, displaced, now);
        without
    }

    /// Less urgent first, so that the most urgent are put back first and stay.
    fn interruptible_below(&self, priority: u8) -> Vec<(JobKey, Box<Decision>)> {
        let gives_way = |live: &&Live| {
            let state = live.view.status.state;
            live.view.spec.interruptible
                && live.view.spec.priority < priority
                && live.stopping.is_none()
                && (state.is_at_site() || state == JobState::Held)
        };
        let placed = self.interruptible.iter().filter_map(|key| self.jobs.get(key));
        let mut others: Vec<&Live> = placed.filter(gives_way).collect();
        others.sort_by_key(|live| {
            (live.view.spec.priority, std::cmp::Reverse(live.view.status.submitted))
        });
        others.truncate(MOST);
        let placed = others
            .into_iter()
            .filter_map(|live| Some((live.view.key.clone(), rest(&live.view.status)?)));
        placed.collect()
    }

    /// Holds again for the others what the new decision leaves them. Those for whom nothing is left.
    fn put_back(
        &mut self,
        key: &JobKey,
        new: Option<&Outcome>,
        others: Vec<(JobKey, Box<Decision>)>,
    ) -> Vec<JobKey> {
        let holds_new = match new {
            Some(Outcome::Placed(decision)) => self.planner.hold(key, decision).is_ok(),
            _ => false,
        };
        let mut displaced = Vec::new();
        for (other, decision) in others.into_iter().rev() {
            if !holds_new {
                self.planner.adopt(&other, &decision);
            } else if self.planner.hold(&other, &decision).is_err() {
                displaced.push(other);
            }
        }
        if holds_new {
            self.planner.release(key, Time::MIN);
        }
        displaced
    }

    fn displace(&mut self, key: &JobKey, displaced: Vec<JobKey>, now: Time) {
        let mut leaving = BTreeSet::new();
        for other in displaced {
            let message = format!("gives way to {key}");
            self.event(
                Kind::Job,
                &other.to_string(),
                "displaced",
                message.clone(),
                serde_json::Value::Null,
                now,
            );
            if self.jobs.get(&other).is_some_and(|live| live.view.status.state.is_at_site()) {
                self.stop(&other, Stop::Replan);
                leaving.insert(other);
            } else {
                self.replan(&other, &message, now);
            }
        }
        self.displacing |= !leaving.is_empty();
        if let Some(live) = self.jobs.get_mut(key) {
            live.after = leaving;
        }
    }

    /// A job has left its site: whoever waited for its place may start.
    pub(crate) fn place_is_free(&mut self, gone: &JobKey, now: Time) {
        if !self.displacing {
            return;
        }
        let waiting = self.jobs.values_mut().filter(|live| live.after.contains(gone));
        let free: Vec<JobKey> = waiting
            .filter_map(|live| {
                live.after.remove(gone);
                live.after.is_empty().then(|| live.view.key.clone())
            })
            .collect();
        for key in free {
            self.advance(&key, now);
        }
        self.displacing = self.jobs.values().any(|live| !live.after.is_empty());
    }
}
