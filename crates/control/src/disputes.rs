//! Disputes: the part of a charge that its two sides metered differently is held until one of them is given it.

use api::{Dispute, DisputeState, NewResolution, Problem, ProblemKind, USAGE_LATE};
use market::{
    ledger::{Bound, LedgerError, Posting, TEXT_MOST, Transaction, split},
    usage::{disputed, metered},
};
use model::{
    AccountId, Charge, Holder, JobKey, Kind, LineKind, MeteredLine, Name, PriceLine, Purpose, Side,
};
use serde_json::json;
use units::{Money, Time};

use crate::{
    Change, Control,
    money::refused,
    usage::{UsageKnown, wrong_field},
};

impl Control {
    /// A charge that was made, with what the consumer has metered by now: a dispute that is opened or changed by it.
    pub(crate) fn compare(
        &mut self,
        known: &UsageKnown,
        line: &MeteredLine,
        consumer: u64,
        now: Time,
    ) -> Option<Dispute> {
        // Of several lines that are alike nobody can tell which one a reading is for.
        let mut alike = known.charges.iter().filter(|it| is_for(it, line));
        let charge = alike.next().filter(|_| alike.next().is_none())?;
        let (metered, booked) = (charge.metered?, charge.booked.as_ref()?);
        let amount = disputed(charge.line.amount, metered, consumer.into());
        let before = known.disputes.iter().rev().find(|it| is_about(it, charge));
        match before {
            None if amount.is_zero() || charge.end.after(USAGE_LATE) < now => None,
            None => {
                let new = opened((charge, metered, booked), consumer, now);
                self.dispute_moves(Dispute { id: self.next_seq, ..new }, amount, now)
            }
            Some(it) if it.state == DisputeState::Open => {
                self.dispute_moves(Dispute { consumer, ..it.clone() }, amount, now)
            }
            Some(_) => None,
        }
    }

    /// Holds `amount` for a dispute in place of what it holds; nothing more where its sides agree now.
    fn dispute_moves(&mut self, mut it: Dispute, amount: Money, now: Time) -> Option<Dispute> {
        let more = amount.saturating_sub(it.held());
        let owner = owner(it.provider.as_ref());
        if !more.is_zero() {
            let posting = |account, amount| Posting { account, amount };
            let postings = vec![
                posting(owner, Money::ZERO.saturating_sub(more)),
                posting(held_by(&it.job.project), more),
            ];
            if let Err(error) = self.post_dispute(&mut it, postings, now) {
                self.tell_dispute(&it, "not-disputed", error.detail, now);
                return None;
            }
        }
        if amount.is_zero() {
            (it.state, it.resolved) = (DisputeState::Agreed, Some(now));
        } else {
            it.amount = amount;
        }
        self.put_dispute(it, now)
    }

    fn post_dispute(
        &mut self,
        it: &mut Dispute,
        postings: Vec<Posting>,
        now: Time,
    ) -> Result<(), Problem> {
        let id = format!("dispute/{}/{}", it.id, it.transactions.len() + 1);
        self.open_disputed(&it.job.project).map_err(refused)?;
        let made =
            Transaction::new(id.clone(), Purpose::Dispute, now, postings).map_err(refused)?;
        self.post(made.of_job(it.job.clone()).with_note(&it.note))?;
        it.transactions.push(id);
        Ok(())
    }

    /// The account for what a project disputes: never below zero.
    pub(crate) fn open_disputed(&mut self, project: &Name) -> Result<(), LedgerError> {
        self.book.open(&held_by(project), Bound::Credit(Money::ZERO))
    }

    fn put_dispute(&mut self, it: Dispute, now: Time) -> Option<Dispute> {
        let what = match it.state {
            DisputeState::Open => "disputed",
            _ => "dispute-over",
        };
        let message = match it.state {
            DisputeState::Open => format!(
                "{} of {} for {} of {}: the consumer metered {} of {}",
                it.amount.human(),
                it.charged.human(),
                it.kind,
                it.what,
                it.kind.quantity_text(it.consumer),
                it.kind.quantity_text(it.metered),
            ),
            state => format!("dispute {}: {state}, {}", it.id, it.amount.human()),
        };
        self.tell_dispute(&it, what, message, now);
        self.out.push(Change::Dispute(Box::new(it.clone())));
        Some(it)
    }

    fn tell_dispute(&mut self, it: &Dispute, what: &str, message: String, now: Time) {
        let data = json!({ "dispute": it.id, "held": it.held(), "state": it.state });
        self.event(Kind::Job, &it.job.to_string(), what, message, data, now);
    }

    /// Gives what a dispute holds to one of its sides. `charge` is the transaction that it is about.
    ///
    /// # Errors
    /// It was resolved already, for the other side; or the ledger refuses.
    pub fn resolve(
        &mut self,
        new: &NewResolution,
        dispute: &Dispute,
        charge: &Transaction,
        by: &Name,
        now: Time,
    ) -> Result<Dispute, Problem> {
        let state = match new.side {
            Side::Provider => DisputeState::Provider,
            Side::Consumer => DisputeState::Consumer,
        };
        if dispute.state == state {
            return Ok(dispute.clone());
        }
        if dispute.state != DisputeState::Open {
            let text = format!("dispute {} is over: {}", dispute.id, dispute.state);
            return Err(Problem::new(ProblemKind::Conflict, text));
        }
        if new.note.len() > TEXT_MOST {
            return Err(wrong_field("note", format!("more than {TEXT_MOST} bytes")));
        }
        let mut it = Dispute {
            resolved: Some(now),
            by: Some(by.clone()),
            note: new.note.clone(),
            ..dispute.clone()
        };
        let mut postings = match new.side {
            Side::Provider => {
                vec![Posting { account: owner(it.provider.as_ref()), amount: it.amount }]
            }
            Side::Consumer => paid_back(charge, it.amount),
        };
        let out = Money::ZERO.saturating_sub(it.amount);
        postings.push(Posting { account: held_by(&it.job.project), amount: out });
        self.post_dispute(&mut it, postings, now)?;
        it.state = state;
        if new.side == Side::Consumer {
            self.correct(&it);
        }
        self.put_dispute(it.clone(), now);
        Ok(it)
    }

    /// What goes back to the consumer is a charge below zero, on the invoice of this month.
    fn correct(&mut self, it: &Dispute) {
        let less = it.metered.saturating_sub(it.consumer);
        let back = Money::ZERO.saturating_sub(it.amount);
        let charge = Charge {
            job: it.job.clone(),
            project: it.job.project.clone(),
            line: PriceLine {
                kind: it.kind,
                what: it.what.clone(),
                provider: it.provider.clone(),
                quantity: it.kind.quantity_text(less),
                price: format!("dispute {}", it.id),
                amount: back,
            },
            start: it.start,
            end: it.end,
            attempt: it.attempt,
            metered: None,
            booked: it.transactions.last().cloned(),
            tax: it.tax,
            corrects: Some(it.id),
        };
        let spent = self.spent.entry(it.job.project.clone()).or_default();
        *spent = spent.saturating_add(back);
        self.out.push(Change::Charges(vec![charge]));
    }

    /// The part of each line that the consumer's meters do not agree with; nothing of lines that it has not metered.
    pub(crate) fn not_agreed(&self, key: &JobKey, attempt: u32, lines: &[PriceLine]) -> Vec<Money> {
        let is_one = |line: &PriceLine| {
            let alike = |it: &&PriceLine| (it.kind, &it.what) == (line.kind, &line.what);
            lines.iter().filter(alike).count() == 1
        };
        let part = |line: &PriceLine| {
            let consumer = self.read(key, attempt, line, Side::Consumer)?;
            let metered = metered(line)?;
            is_one(line).then(|| disputed(line.amount, metered, consumer.into()))
        };
        lines.iter().map(|line| part(line).unwrap_or_default()).collect()
    }

    /// Disputes over charges as they are made: what they are about is held by the charge itself.
    pub(crate) fn dispute_charges(&mut self, charges: &[Charge], parts: &[Money], now: Time) {
        for (charge, part) in charges.iter().zip(parts).filter(|(_, part)| !part.is_zero()) {
            let (Some(metered), Some(booked)) = (charge.metered, &charge.booked) else { continue };
            let consumer = self.read(&charge.job, charge.attempt, &charge.line, Side::Consumer);
            let new = opened((charge, metered, booked), consumer.unwrap_or_default(), now);
            let transactions = vec![booked.clone()];
            let new = Dispute { id: self.next_seq, amount: *part, transactions, ..new };
            self.put_dispute(new, now);
        }
    }
}

fn is_for(it: &Charge, line: &MeteredLine) -> bool {
    let of = (it.attempt, it.line.kind, &it.line.what);
    it.metered.is_some() && of == (line.attempt, line.meter, &line.what)
}

fn is_about(it: &Dispute, charge: &Charge) -> bool {
    let of: (u32, LineKind, &Name) = (charge.attempt, charge.line.kind, &charge.line.what);
    (it.attempt, it.kind, &it.what) == of
}

/// A dispute that holds nothing yet.
fn opened((charge, metered, booked): (&Charge, u64, &String), consumer: u64, now: Time) -> Dispute {
    Dispute {
        id: 0,
        state: DisputeState::Open,
        job: charge.job.clone(),
        attempt: charge.attempt,
        kind: charge.line.kind,
        what: charge.line.what.clone(),
        provider: charge.line.provider.clone(),
        metered,
        consumer,
        charged: charge.line.amount,
        tax: charge.tax,
        amount: Money::ZERO,
        start: charge.start,
        end: charge.end,
        opened: now,
        resolved: None,
        by: None,
        note: String::new(),
        charge: booked.clone(),
        transactions: Vec::new(),
    }
}

/// The account of who is paid for a line.
pub(crate) fn owner(provider: Option<&Name>) -> AccountId {
    AccountId::new(provider.map_or(Holder::Platform, |it| Holder::Owner(it.clone())))
}

/// The account for what a project disputes.
pub(crate) fn held_by(project: &Name) -> AccountId {
    AccountId::new(Holder::Disputed(project.clone()))
}

/// To whoever paid the charge, in proportion.
fn paid_back(charge: &Transaction, amount: Money) -> Vec<Posting> {
    let paid = charge.postings().iter().filter(|it| it.amount < Money::ZERO);
    let payers: Vec<&Posting> = paid.collect();
    let weights: Vec<Money> =
        payers.iter().map(|it| Money::ZERO.saturating_sub(it.amount)).collect();
    let parts = split(amount, &weights).into_iter().zip(payers);
    let parts = parts.map(|(amount, it)| Posting { account: it.account.clone(), amount });
    parts.filter(|it| !it.amount.is_zero()).collect()
}
