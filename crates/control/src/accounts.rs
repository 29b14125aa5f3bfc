//! Accounts as manifests ask for them, and what is booked on request: deposits, reversals.

use std::collections::{BTreeMap, BTreeSet};

use api::{NewDeposit, Problem, ProblemKind, TransactionView};
use market::ledger::{Book, Bound, Posting, Transaction, again};
use model::{
    AccountId, Currency, Holder, Invalid, Kind, Name, OrganizationSpec, Purpose, Resource, Spec,
    VoucherSpec,
};
use units::{Money, Time};

use crate::{Control, money::refused};

/// Longest number of a payment.
const ID_MOST: usize = 200;

impl Control {
    /// The ledger with the accounts and vouchers of these resources; none where they change nothing of it.
    ///
    /// # Errors
    /// A credit is used already, or a budget.
    pub(crate) fn try_accounts(
        &self,
        nouns: &[Resource],
        now: Time,
    ) -> Result<Option<Book>, Problem> {
        check_issuers(nouns)?;
        let mut book = None;
        for noun in nouns.iter().filter(|it| self.touches_money(it)) {
            let book = book.get_or_insert_with(|| self.book.clone());
            self.open_accounts(book, noun, now)?;
        }
        Ok(book)
    }

    /// An account that would be nobody's if this resource went.
    pub(crate) fn account_left(&self, kind: Kind, name: &Name) -> Option<AccountId> {
        let holders = match kind {
            Kind::Project => {
                vec![Holder::Project(name.clone()), Holder::Disputed(name.clone())]
            }
            Kind::Organization => {
                let vouchers = self.old_vouchers(name);
                let own = [Holder::Organization, Holder::Owner, Holder::Settlement];
                let own = own.map(|holder| holder(name.clone()));
                own.into_iter().chain(vouchers.into_keys().map(Holder::Voucher)).collect()
            }
            _ => Vec::new(),
        };
        let is_left = |id: &AccountId| {
            let account = self.book.account(id);
            account.is_some_and(|it| !it.balance.is_zero() || !it.held.is_zero())
        };
        holders.into_iter().map(AccountId::new).find(is_left)
    }

    fn touches_money(&self, noun: &Resource) -> bool {
        let name = &noun.metadata.name;
        let has = |holder: Holder| {
            self.book.account(&AccountId::new(holder)).is_some_and(|it| it.bound != Bound::Free)
        };
        match &noun.spec {
            Spec::Project(it) => it.account.is_some() || has(Holder::Project(name.clone())),
            Spec::Organization(it) => {
                it.account.is_some()
                    || !it.vouchers.is_empty()
                    || !self.old_vouchers(name).is_empty()
                    || has(Holder::Organization(name.clone()))
            }
            _ => false,
        }
    }

    fn open_accounts(&self, book: &mut Book, noun: &Resource, now: Time) -> Result<(), Problem> {
        let name = noun.metadata.name.clone();
        match &noun.spec {
            Spec::Project(it) => {
                open(book, Holder::Project(name), it.account.as_ref().map(|it| it.credit))
            }
            Spec::Organization(it) => {
                open(
                    book,
                    Holder::Organization(name.clone()),
                    it.account.as_ref().map(|it| it.credit),
                )?;
                self.fund_vouchers(book, &name, it, now)
            }
            _ => Ok(()),
        }
    }

    /// As the organization was applied the last time.
    fn old_vouchers(&self, issuer: &Name) -> BTreeMap<Name, VoucherSpec> {
        let old = self.planner.world().organizations.get(issuer);
        old.map(|it| it.vouchers.clone()).unwrap_or_default()
    }

    /// A budget is the issuer's money, set aside: what is added is taken from it, what is taken away comes back.
    fn fund_vouchers(
        &self,
        book: &mut Book,
        issuer: &Name,
        spec: &OrganizationSpec,
        now: Time,
    ) -> Result<(), Problem> {
        let before = self.old_vouchers(issuer);
        for (name, voucher) in &spec.vouchers {
            if let Some(other) = self.other_issuer(issuer, name) {
                let message =
                    format!("`{other}` has issued a voucher of this name: choose another");
                return Err(wrong(format!("spec.vouchers.{name}"), message));
            }
            let old = before.get(name).map_or(Money::ZERO, |it| it.budget);
            open(book, Holder::Voucher(name.clone()), Some(Money::ZERO))?;
            self.move_budget(book, issuer, name, voucher.budget.saturating_sub(old), now)?;
        }
        for name in before.keys().filter(|name| !spec.vouchers.contains_key(*name)) {
            let account = book
                .account(&AccountId::new(Holder::Voucher(name.clone())))
                .copied()
                .unwrap_or_default();
            if !account.held.is_zero() {
                let message = format!(
                    "jobs that are not over hold {} of it: take it away when they are",
                    account.held
                );
                return Err(wrong(format!("spec.vouchers.{name}"), message));
            }
            self.move_budget(book, issuer, name, Money::ZERO.saturating_sub(account.balance), now)?;
        }
        Ok(())
    }

    fn other_issuer(&self, issuer: &Name, voucher: &Name) -> Option<&Name> {
        let organizations = self.planner.world().organizations.iter();
        let mut others =
            organizations.filter(|(name, it)| *name != issuer && it.vouchers.contains_key(voucher));
        others.next().map(|(name, _)| name)
    }

    fn move_budget(
        &self,
        book: &mut Book,
        issuer: &Name,
        voucher: &Name,
        more: Money,
        now: Time,
    ) -> Result<(), Problem> {
        if more.is_zero() {
            return Ok(());
        }
        let posting = |holder: Holder, amount| Posting { account: AccountId::new(holder), amount };
        let postings = vec![
            posting(Holder::Voucher(voucher.clone()), more),
            posting(Holder::Organization(issuer.clone()), Money::ZERO.saturating_sub(more)),
        ];
        let id = format!("voucher/{voucher}/{}", self.next_seq);
        let moved = Transaction::new(id, Purpose::Voucher, now, postings);
        moved
            .and_then(|it| book.post(it))
            .map_err(|error| wrong(format!("spec.vouchers.{voucher}.budget"), error.to_string()))
    }

    /// Books money that came in for an account, or went out. `known` is what has its id already.
    ///
    /// # Errors
    /// There is no such account, it does not suffice, or the id is that of another payment.
    pub fn deposit(
        &mut self,
        new: &NewDeposit,
        known: Option<&Transaction>,
        now: Time,
    ) -> Result<TransactionView, Problem> {
        self.check_deposit(new)?;
        let posting = |account, amount| Posting { account, amount };
        let outside = AccountId { holder: Holder::Deposits, currency: new.account.currency };
        let postings = vec![
            posting(new.account.clone(), new.amount),
            posting(outside, Money::ZERO.saturating_sub(new.amount)),
        ];
        let made = Transaction::new(deposit_id(&new.id), Purpose::Deposit, now, postings)
            .map_err(refused)?;
        self.once(made.with_note(&new.note), known)
    }

    fn check_deposit(&self, new: &NewDeposit) -> Result<(), Problem> {
        let world = self.planner.world();
        let is_there = match &new.account.holder {
            Holder::Project(name) => world.projects.contains_key(name),
            Holder::Organization(name) | Holder::Owner(name) | Holder::Settlement(name) => {
                world.organizations.contains_key(name)
            }
            Holder::Platform => true,
            Holder::Voucher(_) => {
                return Err(wrong("account", "a voucher's budget is in its issuer's manifest"));
            }
            Holder::Disputed(_) => {
                return Err(wrong("account", "what is disputed is held until that is resolved"));
            }
            Holder::Deposits => {
                return Err(wrong(
                    "account",
                    "`deposits` is where money comes from: name who gets it",
                ));
            }
        };
        if !is_there {
            return Err(Problem::new(
                ProblemKind::NotFound,
                format!("there is nobody for an account `{}`", new.account),
            ));
        }
        if new.account.currency != Currency::CNY {
            return Err(wrong("account", "amounts are in CNY: leave out the currency"));
        }
        if new.amount.is_zero() {
            return Err(wrong("amount", "nothing is not deposited"));
        }
        if !(1..=ID_MOST).contains(&new.id.len()) || !new.id.bytes().all(|it| it.is_ascii_graphic())
        {
            return Err(wrong("id", "the payment's own number: 1 to 200 visible ASCII characters"));
        }
        Ok(())
    }

    /// Undoes a transaction. `known` is its reversal, if there is one already.
    ///
    /// # Errors
    /// An account does not suffice, or it is itself a reversal.
    pub fn reverse(
        &mut self,
        what: &Transaction,
        known: Option<&Transaction>,
        note: &str,
        now: Time,
    ) -> Result<TransactionView, Problem> {
        let is_disputed = |it: &Posting| matches!(it.account.holder, Holder::Disputed(_));
        if what.postings().iter().any(is_disputed) {
            let detail = format!("`{}` is about a dispute: resolve that instead", what.id());
            return Err(Problem::new(ProblemKind::Conflict, detail));
        }
        self.once(what.reversal(now, note).map_err(refused)?, known)
    }

    fn once(
        &mut self,
        new: Transaction,
        known: Option<&Transaction>,
    ) -> Result<TransactionView, Problem> {
        if let Some(known) = known {
            again(known, &new).map_err(refused)?;
            return Ok(view(known));
        }
        let told = view(&new);
        self.post(new)?;
        Ok(told)
    }
}

/// A voucher has one issuer, also in what is applied together.
fn check_issuers(nouns: &[Resource]) -> Result<(), Problem> {
    let mut issued = BTreeSet::new();
    for noun in nouns {
        let Spec::Organization(spec) = &noun.spec else { continue };
        if let Some(name) = spec.vouchers.keys().find(|name| !issued.insert(*name)) {
            let message = "two organizations issue a voucher of this name: choose another";
            return Err(wrong(format!("spec.vouchers.{name}"), message));
        }
    }
    Ok(())
}

/// The id of the transaction that books a payment.
#[must_use]
pub fn deposit_id(payment: &str) -> String {
    format!("deposit/{payment}")
}

/// As it is told.
fn view(it: &Transaction) -> TransactionView {
    let posting =
        |it: &Posting| api::PostingView { account: it.account.clone(), amount: it.amount };
    TransactionView {
        id: it.id().to_owned(),
        at: it.at(),
        purpose: it.purpose(),
        job: it.job().cloned(),
        note: it.note().to_owned(),
        postings: it.postings().iter().map(posting).collect(),
    }
}

fn open(book: &mut Book, holder: Holder, credit: Option<Money>) -> Result<(), Problem> {
    let id = AccountId::new(holder);
    match credit {
        Some(credit) => book
            .open(&id, Bound::Credit(credit))
            .map_err(|error| wrong("spec.account.credit", error.to_string())),
        // An account without a bound is made by what is first posted to it.
        None if book.account(&id).is_none() => Ok(()),
        None => book.open(&id, Bound::Free).map_err(refused),
    }
}

fn wrong(field: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem::invalid(vec![Invalid::new(field, message)])
}
