//! Transactions: postings that sum to zero, written once.

use std::collections::BTreeMap;

use model::{AccountId, Currency, JobKey, Purpose};
use units::{Money, Time};

use super::{LedgerError, POSTINGS_MOST, TEXT_MOST};

/// What an account gets, or gives where it is below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub account: AccountId,
    pub amount: Money,
}

/// Sums to zero in each currency: there is no other way to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    id: String,
    at: Time,
    purpose: Purpose,
    /// Whose work, of a charge.
    job: Option<JobKey>,
    /// For people.
    note: String,
    postings: Vec<Posting>,
}

impl Transaction {
    /// # Errors
    /// [`LedgerError::Form`], [`LedgerError::Unbalanced`].
    pub fn new(
        id: String,
        purpose: Purpose,
        at: Time,
        postings: Vec<Posting>,
    ) -> Result<Self, LedgerError> {
        check_form(&id, &postings)?;
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for posting in &postings {
            *sums.entry(posting.account.currency).or_default() += i128::from(posting.amount.get());
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((currency, sum)) => Err(LedgerError::Unbalanced { currency, sum }),
            None => Ok(Self { id, at, purpose, job: None, note: String::new(), postings }),
        }
    }

    #[must_use]
    pub fn of_job(self, job: JobKey) -> Self {
        Self { job: Some(job), ..self }
    }

    /// Cut at [`TEXT_MOST`].
    #[must_use]
    pub fn with_note(self, note: &str) -> Self {
        let end = note.floor_char_boundary(TEXT_MOST);
        Self { note: note.get(..end).unwrap_or_default().to_owned(), ..self }
    }

    /// What undoes it. Its id follows from this one's, so that nothing is undone twice.
    ///
    /// # Errors
    /// [`LedgerError::IsReversal`], [`LedgerError::Form`] for an id that is too long.
    pub fn reversal(&self, at: Time, note: &str) -> Result<Self, LedgerError> {
        if self.purpose == Purpose::Reversal {
            return Err(LedgerError::IsReversal { id: self.id.clone() });
        }
        let back = |posting: &Posting| Posting {
            account: posting.account.clone(),
            // The least of 64 bits has no negative: no account can ever hold it.
            amount: Money::new(posting.amount.get().saturating_neg()),
        };
        let postings = self.postings.iter().map(back).collect();
        let undone = Self::new(reversal_id(&self.id), Purpose::Reversal, at, postings)?;
        Ok(Self { job: self.job.clone(), ..undone.with_note(note) })
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
    #[must_use]
    pub const fn at(&self) -> Time {
        self.at
    }
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }
    #[must_use]
    pub const fn job(&self) -> Option<&JobKey> {
        self.job.as_ref()
    }
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// The id of what undoes the transaction with this id.
#[must_use]
pub fn reversal_id(id: &str) -> String {
    format!("reversal/{id}")
}

/// Whether `new`, whose id is that of `known`, is the same told again, and so done already.
///
/// # Errors
/// [`LedgerError::IdTaken`]: it is another one.
pub fn again(known: &Transaction, new: &Transaction) -> Result<(), LedgerError> {
    let what = |it: &Transaction| (it.purpose, it.job.clone(), sorted(&it.postings));
    if known.id == new.id && what(known) == what(new) {
        return Ok(());
    }
    Err(LedgerError::IdTaken { id: new.id.clone() })
}

fn sorted(postings: &[Posting]) -> Vec<(AccountId, Money)> {
    let mut sorted: Vec<_> = postings.iter().map(|it| (it.account.clone(), it.amount)).collect();
    sorted.sort();
    sorted
}

fn check_form(id: &str, postings: &[Posting]) -> Result<(), LedgerError> {
    let wrong = |what: String| Err(LedgerError::Form { what });
    if id.is_empty() || id.len() > TEXT_MOST || !id.bytes().all(|it| it.is_ascii_graphic()) {
        return wrong(format!("an id is 1 to {TEXT_MOST} visible ASCII characters"));
    }
    if !(2..=POSTINGS_MOST).contains(&postings.len()) {
        return wrong(format!("here are {}", postings.len()));
    }
    let mut accounts: Vec<&AccountId> = postings.iter().map(|it| &it.account).collect();
    accounts.sort();
    if let Some(twice) =
        accounts.windows(2).find_map(|pair| (pair.first() == pair.last()).then(|| pair.first()))
    {
        let twice = twice.map(ToString::to_string).unwrap_or_default();
        return wrong(format!("`{twice}` stands twice"));
    }
    match postings.iter().find(|it| it.amount.is_zero()) {
        Some(zero) => wrong(format!("`{}` gets nothing", zero.account)),
        None => Ok(()),
    }
}
