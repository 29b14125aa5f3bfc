//! Sealed bids: what a project would pay for a job at most, held as money, until the market is cleared.
//!
//! A bid is a job in a state of its own, so that it is restored, watched and cancelled as every job is. Nothing but its
//! money is held while it waits. What was bid is the job's budget from then on: it never pays more, wherever it runs.

use api::{JobView, Problem, ProblemKind};
use model::{Bid, Invalid, JobKey, JobSpec, JobState, Kind, Name, Outcome, Resource};
use planner::Priced;
use serde_json::json;
use units::{Money, Span, Time, When};

use crate::{Control, clearing::AHEAD, jobs::Live};

/// How long a bid stands where nothing is said, and at most.
const STANDS: Span = Span::hours(24);
const STANDS_MOST: Span = Span::hours(24 * 30);
/// The most that can be bid: 10^18 nano-yuan.
const PRICE_MOST: Money = Money::new(1_000_000_000_000_000_000);
/// Open bids of one project, and of all: what one clearing looks at.
const OPEN_MOST: usize = 100;
const ALL_OPEN_MOST: usize = 1_000;

impl Control {
    /// Takes a bid: the job runs if a clearing gives it a place for no more than `price`, before `until`.
    ///
    /// # Errors
    /// As [`Control::submit`], or: the price or time is out of range, the job can never be had for that price, or runs
    /// longer than a clearing plans, the account cannot bear it, too many bids are open.
    pub fn bid(
        &mut self,
        job: Resource,
        price: Money,
        until: Option<When>,
        now: Time,
    ) -> Result<JobKey, Problem> {
        let until = until.unwrap_or(When::After(STANDS)).from(now);
        check_terms(price, until, now)?;
        let (key, metadata, mut spec) = self.check_new(job, now)?;
        self.check_open_bids(&key.project)?;
        let price = spec.budget.map_or(price, |it| it.min(price));
        spec.budget = Some(price);
        let until = spec.deadline.map_or(until, |it| until.min(it.from(now)));
        self.check_winnable(&key, &spec, now)?;
        self.check_allocation(&key.project, price)?;
        self.hold_money(&key, price, now)?;
        self.take_in(&key, metadata, spec, now);
        let message = format!("open until {until}");
        self.event(Kind::Job, &key.to_string(), "bid", message, json!({ "until": until }), now);
        if let Some(live) = self.jobs.get_mut(&key) {
            live.view.status.bid = Some(Bid { price, until, won: None });
        }
        self.set_state(&key, JobState::Bidding, "");
        self.note_bid(&key, now);
        Ok(key)
    }

    pub(crate) fn bid_of(&self, key: &JobKey) -> Option<Bid> {
        self.jobs.get(key)?.view.status.bid
    }

    /// A bid that is open is expected to cost what was bid, and is over when its time has come.
    pub(crate) fn note_bid(&mut self, key: &JobKey, now: Time) {
        let bid = self.bid_of(key);
        let Some(Bid { price, until, .. }) = bid else { return };
        if self.bidding.is_empty() {
            // The first of some waits for the next clearing too.
            self.last_clearing = self.last_clearing.max(now);
        }
        self.bids.insert(key.clone());
        self.bidding.insert(key.clone());
        let sum = self.expected.entry(key.project.clone()).or_default();
        *sum = sum.saturating_add(price);
        self.set_timer(key, Some(until));
    }

    /// It waits for no clearing any more.
    pub(crate) fn leave_bidding(&mut self, key: &JobKey) {
        let bid = self.bid_of(key);
        if let Some(bid) = bid.filter(|_| self.bidding.remove(key)) {
            let sum = self.expected.entry(key.project.clone()).or_default();
            *sum = sum.saturating_sub(bid.price);
        }
    }

    /// Its time is over. A clearing of this very moment comes too late.
    pub(crate) fn bid_expires(&mut self, key: &JobKey, now: Time) {
        let bid = self.bid_of(key);
        match bid.map(|bid| bid.until) {
            Some(until) if until > now => self.set_timer(key, Some(until)),
            _ => self.finish(key, JobState::Expired, "the bid won nothing in its time", now),
        }
    }

    /// Takes an open bid back; none if the job is none. Whether that is new.
    pub(crate) fn withdraw_bid(
        &mut self,
        key: &JobKey,
        now: Time,
    ) -> Option<Result<bool, Problem>> {
        let status = &self.jobs.get(key)?.view.status;
        let bid = status.bid?;
        if bid.won.is_some() {
            return Some(Err(won(key)));
        }
        let open = !status.state.is_final();
        self.finish(key, JobState::Cancelled, "the bid was withdrawn", now);
        Some(Ok(open))
    }

    /// Open bids, and jobs that won and have not ended, after one and by name.
    #[must_use]
    pub fn bids(&self, of: Option<&Name>, after: Option<&JobKey>, most: usize) -> Vec<JobView> {
        self.some_of(&self.bids, of, after, most)
    }

    /// What a run comes to: never more than what was bid, less what its earlier runs were charged.
    pub(crate) fn at_bid(live: &Live, priced: Priced) -> Priced {
        let most = left_of_bid(live).filter(|most| priced.total > *most);
        let Some(most) = most else { return priced };
        Priced { lines: market::ledger::cut(priced.lines, most), total: most, ..priced }
    }

    /// Whether a run that comes to this is beyond what was bid for it.
    pub(crate) fn is_beyond_bid(live: &Live, total: Money) -> bool {
        left_of_bid(live).is_some_and(|most| total > most)
    }

    /// Refuses what no clearing could ever give a place for this price, as the world is.
    fn check_winnable(&mut self, key: &JobKey, spec: &JobSpec, now: Time) -> Result<(), Problem> {
        let order = self.estimates.order(key, spec, now, now);
        match self.planner.decide(&order, now) {
            Outcome::Placed(decision) if decision.run_time > AHEAD => {
                let detail = format!(
                    "it is expected to run for {}, and a clearing plans {AHEAD} ahead: quote or submit it",
                    decision.run_time
                );
                Err(Problem::new(ProblemKind::Infeasible, detail))
            }
            Outcome::Placed(_) => Ok(()),
            outcome @ Outcome::Unplaced { .. } => self.refuse_the_impossible(key, &outcome, now),
        }
    }

    fn check_open_bids(&self, project: &Name) -> Result<(), Problem> {
        let open = self.bidding.iter().filter(|key| key.project == *project).count();
        let detail = if open >= OPEN_MOST {
            format!("project `{project}` has {open} open bids: withdraw some of them")
        } else if self.bidding.len() >= ALL_OPEN_MOST {
            format!("{} bids are open, as many as a clearing takes: try again", self.bidding.len())
        } else {
            return Ok(());
        };
        Err(Problem::new(ProblemKind::Busy, detail))
    }
}

fn left_of_bid(live: &Live) -> Option<Money> {
    let status = &live.view.status;
    status.bid.map(|bid| bid.price.saturating_sub(status.cost).max(Money::ZERO))
}

fn check_terms(price: Money, until: Time, now: Time) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    if !(Money::ZERO..=PRICE_MOST).contains(&price) {
        wrong.push(Invalid::new(
            "price",
            format!("{price} is out of range: use 0CNY to {PRICE_MOST}"),
        ));
    }
    if until <= now {
        wrong.push(Invalid::new("until", format!("{until} has passed")));
    } else if until > now.after(STANDS_MOST) {
        wrong.push(Invalid::new("until", "a bid stands for 30 days at most".to_owned()));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

fn won(key: &JobKey) -> Problem {
    let detail = format!("bid `{key}` has won: cancel the job to stop it");
    Problem::new(ProblemKind::Conflict, detail)
}

/// What to tell of a bid that has ended and is to be withdrawn: the job, where it won nothing. None if it never was a
/// bid.
#[must_use]
pub fn bid_ended_before(view: &JobView) -> Option<Result<(), Problem>> {
    let bid = view.status.bid?;
    Some(if bid.won.is_some() { Err(won(&view.key)) } else { Ok(()) })
}
