//! Who pays for a job, what is held for it, and what its charges become in the ledger.
//!
//! A job that has a place holds what the decision costs, on the project's account, else on its organization's, where
//! one of them has an account; vouchers take their share first. Without an account a project is billed later: nothing
//! is held, and its account goes below zero by what it owes.

use market::ledger::{Bound, LedgerError, Posting, Transaction, cut};
use model::{AccountId, Decision, Holder, JobKey, Name, PriceLine, Purpose, VoucherSpec};
use units::{Money, Share, Span, Time};

use api::{Problem, ProblemKind};

use crate::{
    Control,
    disputes::{held_by, owner},
    jobs::Stop,
    pauses::expected,
};

/// Between two tries to hold money for a job that waits for it.
const PAUSE: Span = Span::seconds(10);
/// What reasons begin with where money is missing.
pub(crate) const FUNDS: &str = "funds";

/// What each account is to pay of an amount: vouchers first, then who pays the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    vouchers: Vec<(AccountId, Money)>,
    payer: AccountId,
    rest: Money,
}

/// What became of a charge.
#[derive(Debug, Default)]
pub(crate) struct Booked {
    /// As they are charged.
    pub(crate) lines: Vec<PriceLine>,
    /// The part of each that is held because its sides do not agree.
    pub(crate) disputed: Vec<Money>,
    /// None where nothing was to be paid.
    pub(crate) transaction: Option<String>,
}

impl Control {
    /// Whose account pays for a project's jobs.
    fn payer(&self, project: &Name) -> AccountId {
        let own = AccountId::new(Holder::Project(project.clone()));
        let is_bounded =
            |id: &AccountId| self.book.account(id).is_some_and(|it| it.bound != Bound::Free);
        if is_bounded(&own) {
            return own;
        }
        let spec = self.planner.world().projects.get(project);
        let organization =
            spec.map(|it| AccountId::new(Holder::Organization(it.organization.clone())));
        organization.filter(is_bounded).unwrap_or(own)
    }

    /// Who pays for this job: whoever holds for it, else whoever would.
    fn payer_of(&self, key: &JobKey) -> AccountId {
        let mut held = self.book.holds_of(key).map(|(id, _)| id);
        let payer = held.find(|id| !matches!(id.holder, Holder::Voucher(_))).cloned();
        payer.unwrap_or_else(|| self.payer(&key.project))
    }

    /// Those that may pay for the project's jobs now, or hold for this one already: soonest to expire first, and last
    /// those that never do.
    fn vouchers(&self, key: &JobKey, now: Time) -> Vec<(AccountId, &VoucherSpec)> {
        let organizations = self.planner.world().organizations.values();
        let all = organizations.flat_map(|it| &it.vouchers);
        let of = self.planner.world().projects.get(&key.project).map(|it| &it.organization);
        let mut fit: Vec<(AccountId, &VoucherSpec)> = all
            .map(|(name, spec)| (AccountId::new(Holder::Voucher(name.clone())), spec))
            .filter(|(id, spec)| {
                let is_held = self.book.holds_of(key).any(|(held, _)| held == id);
                is_held || spec.pays_for(&key.project, of, now)
            })
            .collect();
        fit.sort_by_key(|(id, spec)| (spec.expires.is_none(), spec.expires, id.clone()));
        fit
    }

    /// What can be taken for this job, with what is held for it already; none where there is no bound.
    fn reach(&self, key: &JobKey, id: &AccountId) -> Option<Money> {
        let account = self.book.account(id)?;
        let held = self.book.holds_of(key).find(|(held, _)| *held == id).map(|(_, amount)| amount);
        account.available().map(|it| it.saturating_add(held.unwrap_or_default()))
    }

    fn parts(&self, key: &JobKey, total: Money, now: Time) -> Parts {
        let mut rest = total.max(Money::ZERO);
        let mut vouchers = Vec::new();
        for (id, spec) in self.vouchers(key, now) {
            let most = self.reach(key, &id).unwrap_or_default().max(Money::ZERO);
            let paid = spec.covers.of(total.max(Money::ZERO)).min(most).min(rest);
            if !paid.is_zero() {
                rest = rest.saturating_sub(paid);
                vouchers.push((id, paid));
            }
        }
        let below = total.min(Money::ZERO);
        Parts { vouchers, payer: self.payer_of(key), rest: rest.saturating_add(below) }
    }

    /// What each account pays for a job of this price, where they suffice; else what they have for it with the last.
    fn funded(&self, key: &JobKey, total: Money, now: Time) -> Result<Parts, (Parts, Money)> {
        let parts = self.parts(key, total, now);
        match self.reach(key, &parts.payer).filter(|it| *it < parts.rest) {
            Some(reach) => Err((parts, reach)),
            None => Ok(parts),
        }
    }

    /// Whether the accounts suffice for a job of this price.
    pub(crate) fn check_funds(&self, key: &JobKey, total: Money, now: Time) -> Result<(), Problem> {
        self.funded(key, total, now).map(drop).map_err(|short| self.short_of(&short))
    }

    fn short_of(&self, (parts, reach): &(Parts, Money)) -> Problem {
        let account = self.book.account(&parts.payer).copied().unwrap_or_default();
        let covered =
            parts.vouchers.iter().fold(Money::ZERO, |sum, (_, it)| sum.saturating_add(*it));
        let by_vouchers = if covered.is_zero() {
            String::new()
        } else {
            format!(" besides {covered} by vouchers")
        };
        let detail = format!(
            "{} is needed{by_vouchers}, and account `{}` has {reach} left: balance {}, held for jobs {}, credit {}; deposit {} \
             or more",
            parts.rest,
            parts.payer,
            account.balance,
            account.held,
            account.bound.credit().unwrap_or_default(),
            parts.rest.saturating_sub(*reach),
        );
        Problem::new(ProblemKind::InsufficientFunds, detail)
    }

    /// Holds what a place costs, in place of what the job held before.
    pub(crate) fn hold_money(
        &mut self,
        key: &JobKey,
        total: Money,
        now: Time,
    ) -> Result<(), Problem> {
        let parts = self.funded(key, total, now).map_err(|short| self.short_of(&short))?;
        let mut holds = parts.vouchers;
        if self.book.account(&parts.payer).is_some_and(|it| it.bound != Bound::Free) {
            holds.push((parts.payer, parts.rest));
        }
        self.book.hold_all(key, &holds).map_err(refused)
    }

    /// Back to the queue until there is money; tried again now and then, and when some comes in.
    pub(crate) fn wait_for_money(&mut self, key: &JobKey, problem: &Problem, now: Time) {
        let reason = format!("{FUNDS}: {}", problem.detail);
        let retry_at = Some(now.after(PAUSE));
        let Some(live) = self.jobs.get_mut(key) else { return };
        if !live.view.status.reason.starts_with(FUNDS) {
            return self.wait(key, &reason, retry_at, now);
        }
        live.view.status.retry_at = retry_at;
        self.waiting.insert(live.waiting_key());
        self.set_timer(key, retry_at);
    }

    /// Jobs that wait for money are looked at again.
    fn money_came(&mut self) {
        for (_, _, key) in &self.waiting {
            if let Some(live) = self.jobs.get_mut(key)
                && live.view.status.reason.starts_with(FUNDS)
            {
                live.view.status.retry_at = None;
                self.look_again = true;
            }
        }
    }

    /// A run that goes on longer holds more; where there is no more it is stopped. It is never charged more than it
    /// could hold.
    pub(crate) fn hold_longer(&mut self, key: &JobKey, until: Time, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let status = &live.view.status;
        let (Some(decision), Some(start)) = (&status.decision, status.started) else { return };
        let priced = self.run_price(live, decision, (start, until), None);
        let total = self.at_quote(live, start, until, priced).total.max(expected(status));
        if Self::is_beyond_bid(live, total) {
            let detail = format!("{total} would be more than was bid for it");
            return self.out_of_funds(key, detail, now);
        }
        if self.reach(key, &self.payer_of(key)).is_none() {
            return;
        }
        if let Err(problem) = self.hold_money(key, total, now) {
            self.out_of_funds(key, problem.detail, now);
        }
    }

    fn out_of_funds(&mut self, key: &JobKey, detail: String, now: Time) {
        let nothing = serde_json::Value::Null;
        self.event(model::Kind::Job, &key.to_string(), "out-of-funds", detail, nothing, now);
        self.stop(key, Stop::Spent);
    }

    /// Whether a job could pay for another place.
    pub(crate) fn can_pay(&self, key: &JobKey, decision: &Decision, now: Time) -> bool {
        self.is_as_quoted(key, decision.total) && self.funded(key, decision.total, now).is_ok()
    }

    /// Books what a run used: its lines as they are charged. They are cut where the accounts do not suffice for all
    /// of them, which they do unless the run took longer or used more than was decided.
    pub(crate) fn book_charges(
        &mut self,
        key: &JobKey,
        attempt: u32,
        lines: Vec<PriceLine>,
        now: Time,
    ) -> Booked {
        let lines: Vec<PriceLine> = lines.into_iter().filter(|it| it.kind.is_billed()).collect();
        let total = sum(&lines);
        let most = self.payable(key, total, now);
        let lines = if most < total { cut(lines, most) } else { lines };
        let parts = self.parts(key, sum(&lines), now);
        self.book.release(key);
        let disputed = self.not_agreed(key, attempt, &lines);
        match self.post_charge(key, (&lines, &disputed), parts, now) {
            Ok(transaction) => Booked { lines, disputed, transaction },
            Err(error) => {
                let nothing = serde_json::Value::Null;
                self.event(
                    model::Kind::Job,
                    &key.to_string(),
                    "not-charged",
                    error.to_string(),
                    nothing,
                    now,
                );
                Booked::default()
            }
        }
    }

    /// The most of a total, never below zero, that the job's accounts can pay.
    fn payable(&self, key: &JobKey, total: Money, now: Time) -> Money {
        let suffices = |total: i64| self.funded(key, Money::new(total), now).is_ok();
        if total <= Money::ZERO || suffices(total.get()) {
            return total;
        }
        // What is left for the payer grows with the total.
        let (mut good, mut bad) = (0, total.get());
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if suffices(middle) { good = middle } else { bad = middle }
        }
        Money::new(good)
    }

    fn post_charge(
        &mut self,
        key: &JobKey,
        (lines, disputed): (&[PriceLine], &[Money]),
        parts: Parts,
        now: Time,
    ) -> Result<Option<String>, LedgerError> {
        let mut postings: Vec<Posting> = Vec::new();
        let paid = parts.vouchers.into_iter().chain([(parts.payer, parts.rest)]);
        for (account, amount) in paid {
            postings.push(Posting { account, amount: Money::ZERO.saturating_sub(amount) });
        }
        let held = disputed.iter().fold(Money::ZERO, |sum, it| sum.saturating_add(*it));
        if !held.is_zero() {
            self.open_disputed(&key.project)?;
            postings.push(Posting { account: held_by(&key.project), amount: held });
        }
        let undisputed = lines.iter().zip(disputed).map(|(line, part)| PriceLine {
            amount: line.amount.saturating_sub(*part),
            ..line.clone()
        });
        for (provider, amount) in market::shares(&undisputed.collect::<Vec<_>>()) {
            postings.push(Posting { account: owner(provider), amount });
        }
        postings.retain(|it| !it.amount.is_zero());
        if postings.is_empty() {
            return Ok(None);
        }
        // The number of the event that tells of it: no other transaction has it, whatever jobs are called.
        let id = format!("charge/{key}/{}", self.next_seq);
        let charge = Transaction::new(id.clone(), Purpose::Charge, now, postings)?;
        self.book.post(charge.of_job(key.clone())).map(|()| Some(id))
    }

    /// The tax that an owner's prices include now.
    pub(crate) fn tax_of(&self, owner: Option<&Name>) -> Share {
        let spec = owner.and_then(|it| self.planner.world().organizations.get(it));
        spec.map(|it| it.tax).unwrap_or_default()
    }

    /// Money was posted past the jobs.
    pub(crate) fn post(&mut self, transaction: Transaction) -> Result<(), Problem> {
        self.book.post(transaction).map_err(refused)?;
        self.money_came();
        Ok(())
    }
}

fn sum(lines: &[PriceLine]) -> Money {
    lines.iter().fold(Money::ZERO, |sum, line| sum.saturating_add(line.amount))
}

/// As whoever asked is told.
pub(crate) fn refused(error: LedgerError) -> Problem {
    let kind = match &error {
        LedgerError::Insufficient { .. } => ProblemKind::InsufficientFunds,
        LedgerError::NoAccount { .. } => ProblemKind::NotFound,
        LedgerError::IdTaken { .. } => ProblemKind::Exists,
        LedgerError::IsReversal { .. } => ProblemKind::Conflict,
        LedgerError::Unbalanced { .. }
        | LedgerError::Form { .. }
        | LedgerError::TooLarge { .. } => ProblemKind::Invalid,
    };
    Problem::new(kind, error.to_string())
}
