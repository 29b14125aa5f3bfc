//! Double-entry ledger: accounts, transactions whose postings sum to zero in each currency, holds, one rounding rule.
//!
//! Nothing is ever changed or taken away: a mistake is put right by a [reversal](Transaction::reversal). An account that
//! is [bounded](Bound) never has less than its holds and its credit limit allow, because nothing that would make it so
//! is taken in; the store holds the same by a constraint. Money is in thousand-millionths of a unit of its currency.

mod book;
mod round;
#[cfg(test)]
mod tests;
mod transaction;

use model::{AccountId, JobKey};
use units::Money;

pub use book::{Account, Book};
pub use round::{cut, split};
pub use transaction::{Posting, Transaction, again, reversal_id};

/// No balance is further from zero: what is beyond is refused, long before 64 bits end.
pub const BALANCE_MOST: i64 = 9_000_000_000_000_000_000;
/// Postings of one transaction.
pub const POSTINGS_MOST: usize = 10_000;
/// Longest id of a transaction, and note, in bytes.
pub const TEXT_MOST: usize = 400;

/// How far an account may go below zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bound {
    /// As far as it goes: what is owed is asked for later.
    #[default]
    Free,
    /// Balance less holds is never below minus this; zero or more.
    Credit(Money),
}

impl Bound {
    #[must_use]
    pub const fn credit(self) -> Option<Money> {
        match self {
            Self::Free => None,
            Self::Credit(credit) => Some(credit),
        }
    }
}

/// One thing that happened, to be made durable in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Makes an account, or gives it another bound.
    Open {
        account: AccountId,
        bound: Bound,
    },
    Post(Box<Transaction>),
    /// What a job may still take from an account.
    Hold(HoldChange),
}

/// Of zero there is no hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldChange {
    pub job: JobKey,
    pub account: AccountId,
    pub before: Money,
    pub after: Money,
}

/// Why the ledger does not take something. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Write other postings.
    #[error("the postings sum to {sum} thousand-millionths of {currency}, not to zero")]
    Unbalanced { currency: model::Currency, sum: i128 },
    /// Write other postings.
    #[error(
        "a transaction has 2 to {POSTINGS_MOST} postings, none of zero, each account once: {what}"
    )]
    Form { what: String },
    /// Deposit more, or ask for less.
    #[error(
        "account `{account}` does not suffice: {needed} is needed and {available} is there (balance {balance}, held for \
         jobs {held}, credit {credit})"
    )]
    Insufficient {
        account: AccountId,
        needed: Money,
        available: Money,
        balance: Money,
        held: Money,
        credit: Money,
    },
    /// Use another account.
    #[error("there is no account `{account}`")]
    NoAccount { account: AccountId },
    /// Write a smaller amount.
    #[error(
        "account `{account}` would go beyond what an account can have: {BALANCE_MOST} thousand-millionths"
    )]
    TooLarge { account: AccountId },
    /// Draw another id.
    #[error("transaction `{id}` was made before and is another one")]
    IdTaken { id: String },
    /// Post a new transaction instead.
    #[error("transaction `{id}` reverses another: it is not reversed itself")]
    IsReversal { id: String },
}
