//! Balances and holds, and what may change them.

use std::collections::BTreeMap;

use model::{AccountId, Holder, JobKey};
use units::Money;

use super::{BALANCE_MOST, Bound, Entry, HoldChange, LedgerError, Posting, Transaction};

/// An account as it is now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    pub bound: Bound,
    pub balance: Money,
    /// For jobs, of all holds together.
    pub held: Money,
}

impl Account {
    /// What can be taken from it now; none where there is no bound.
    #[must_use]
    pub fn available(&self) -> Option<Money> {
        let credit = self.bound.credit()?;
        Some(narrow(wide(self.balance) - wide(self.held) + wide(credit)))
    }

    fn keeps_bound(&self) -> bool {
        self.available().is_none_or(|it| it >= Money::ZERO)
    }
}

/// All accounts and holds. What is done to it stands in [`Self::take`] until it is made durable.
#[derive(Debug, Clone, Default)]
pub struct Book {
    accounts: BTreeMap<AccountId, Account>,
    holds: BTreeMap<JobKey, BTreeMap<AccountId, Money>>,
    entries: Vec<Entry>,
}

impl Book {
    /// As it was made durable: `held` of the accounts is that of the holds.
    #[must_use]
    pub fn restored(
        accounts: impl IntoIterator<Item = (AccountId, Account)>,
        holds: impl IntoIterator<Item = (JobKey, AccountId, Money)>,
    ) -> Self {
        let mut book = Self { accounts: accounts.into_iter().collect(), ..Self::default() };
        for (job, account, amount) in holds {
            book.holds.entry(job).or_default().insert(account, amount);
        }
        book
    }

    /// What happened since the last time.
    pub fn take(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id)
    }

    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &Account)> {
        self.accounts.iter()
    }

    /// What a job may still take, by account.
    pub fn holds_of(&self, job: &JobKey) -> impl Iterator<Item = (&AccountId, Money)> {
        self.holds.get(job).into_iter().flatten().map(|(account, amount)| (account, *amount))
    }

    pub fn jobs(&self) -> impl Iterator<Item = &JobKey> {
        self.holds.keys()
    }

    /// Makes an account, or gives it another bound.
    ///
    /// # Errors
    /// [`LedgerError::Insufficient`]: it is further below zero than the new bound allows.
    pub fn open(&mut self, id: &AccountId, bound: Bound) -> Result<(), LedgerError> {
        let old = self.accounts.get(id).copied();
        let new = Account { bound, ..old.unwrap_or_default() };
        if !new.keeps_bound() {
            return Err(insufficient(id, &new, Money::ZERO));
        }
        if old != Some(new) {
            self.accounts.insert(id.clone(), new);
            self.entries.push(Entry::Open { account: id.clone(), bound });
        }
        Ok(())
    }

    /// Whoever gives the transaction its id sees to it that no other has it. Accounts without a bound are made where
    /// they are missing.
    ///
    /// # Errors
    /// [`LedgerError::Insufficient`], [`LedgerError::TooLarge`], [`LedgerError::NoAccount`].
    pub fn post(&mut self, transaction: Transaction) -> Result<(), LedgerError> {
        // Each account once: none depends on another.
        let after =
            transaction.postings().iter().map(|it| Ok((it.account.clone(), self.after(it)?)));
        for (account, new) in after.collect::<Result<Vec<_>, _>>()? {
            if self.accounts.insert(account.clone(), new).is_none() {
                self.entries.push(Entry::Open { account, bound: Bound::Free });
            }
        }
        self.entries.push(Entry::Post(Box::new(transaction)));
        Ok(())
    }

    fn after(&self, posting: &Posting) -> Result<Account, LedgerError> {
        let id = &posting.account;
        let old = match self.accounts.get(id) {
            Some(old) => *old,
            // A voucher without a budget pays for nothing.
            None if matches!(id.holder, Holder::Voucher(_)) => {
                return Err(LedgerError::NoAccount { account: id.clone() });
            }
            None => Account::default(),
        };
        let balance = wide(old.balance) + wide(posting.amount);
        if balance.abs() > i128::from(BALANCE_MOST) {
            return Err(LedgerError::TooLarge { account: id.clone() });
        }
        let new = Account { balance: narrow(balance), ..old };
        // What an account gets is never refused.
        if posting.amount < Money::ZERO && !new.keeps_bound() {
            return Err(insufficient(id, &old, Money::new(posting.amount.get().saturating_neg())));
        }
        Ok(new)
    }

    /// Lets a job take so much from an account, in place of what it was let before; zero gives it back.
    ///
    /// # Errors
    /// [`LedgerError::Insufficient`], [`LedgerError::NoAccount`], [`LedgerError::TooLarge`].
    pub fn hold(&mut self, job: &JobKey, id: &AccountId, amount: Money) -> Result<(), LedgerError> {
        let before = self.holds.get(job).and_then(|it| it.get(id)).copied().unwrap_or_default();
        let after = amount.max(Money::ZERO);
        if before == after {
            return Ok(());
        }
        let account = self
            .accounts
            .get_mut(id)
            .ok_or_else(|| LedgerError::NoAccount { account: id.clone() })?;
        let held = wide(account.held) - wide(before) + wide(after);
        if held > i128::from(BALANCE_MOST) {
            return Err(LedgerError::TooLarge { account: id.clone() });
        }
        let new = Account { held: narrow(held), ..*account };
        if after > before && !new.keeps_bound() {
            return Err(insufficient(id, account, after.saturating_sub(before)));
        }
        *account = new;
        let of_job = self.holds.entry(job.clone()).or_default();
        if after.is_zero() {
            of_job.remove(id);
        } else {
            of_job.insert(id.clone(), after);
        }
        if of_job.is_empty() {
            self.holds.remove(job);
        }
        self.entries.push(Entry::Hold(HoldChange {
            job: job.clone(),
            account: id.clone(),
            before,
            after,
        }));
        Ok(())
    }

    /// Several accounts at once, all or none.
    ///
    /// # Errors
    /// As [`Self::hold`].
    pub fn hold_all(
        &mut self,
        job: &JobKey,
        parts: &[(AccountId, Money)],
    ) -> Result<(), LedgerError> {
        let before: Vec<(AccountId, Money)> =
            self.holds_of(job).map(|(id, amount)| (id.clone(), amount)).collect();
        self.release(job);
        for (id, amount) in parts {
            if let Err(error) = self.hold(job, id, *amount) {
                self.release(job);
                // What was there before fits again: it was just given back.
                before.iter().for_each(|(id, amount)| drop(self.hold(job, id, *amount)));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Gives back all that a job may still take.
    pub fn release(&mut self, job: &JobKey) {
        for (account, before) in self.holds.remove(job).into_iter().flatten() {
            if let Some(it) = self.accounts.get_mut(&account) {
                it.held = it.held.saturating_sub(before);
            }
            let (job, after) = (job.clone(), Money::ZERO);
            self.entries.push(Entry::Hold(HoldChange { job, account, before, after }));
        }
    }
}

fn insufficient(id: &AccountId, account: &Account, needed: Money) -> LedgerError {
    LedgerError::Insufficient {
        account: id.clone(),
        needed,
        available: account.available().unwrap_or(Money::MAX),
        balance: account.balance,
        held: account.held,
        credit: account.bound.credit().unwrap_or_default(),
    }
}

fn wide(amount: Money) -> i128 {
    i128::from(amount.get())
}

fn narrow(amount: i128) -> Money {
    Money::new(i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX }))
}
