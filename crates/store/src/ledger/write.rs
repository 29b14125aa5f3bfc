//! What a batch does to the ledger. Balances change by what all of it comes to, in the transaction of the postings; a
//! constraint of the table refuses what would leave an account below what it may be.

use std::collections::BTreeMap;

use market::ledger::{Bound, Entry, HoldChange, Posting, Transaction};
use model::{AccountId, JobKey};
use sqlx::AnyConnection;
use units::Money;

use crate::{
    StoreError,
    commit::{DURING, Statements},
    sql::Params,
    stage::to_int,
};

pub(crate) const ADD_ACCOUNTS: (&str, usize, &str) = (
    "INSERT INTO ledger_account (id, bounded, credit, balance, held) VALUES ",
    5,
    " ON CONFLICT (id) DO NOTHING",
);
/// `bounded` below zero leaves the bound as it is.
pub(crate) const CHANGE_ACCOUNTS: (&str, usize, &str) = (
    "WITH v (id, bounded, credit, balance, held) AS (VALUES ",
    5,
    ") UPDATE ledger_account SET bounded = CASE WHEN v.bounded < 0 THEN ledger_account.bounded ELSE v.bounded END, \
     credit = CASE WHEN v.bounded < 0 THEN ledger_account.credit ELSE v.credit END, \
     balance = ledger_account.balance + v.balance, held = ledger_account.held + v.held \
     FROM v WHERE ledger_account.id = v.id",
);
pub(crate) const ADD_TRANSACTIONS: (&str, usize, &str) =
    ("INSERT INTO ledger_transaction (seq, id, at, purpose, job, note, postings) VALUES ", 7, "");
pub(crate) const ADD_POSTINGS: (&str, usize, &str) =
    ("INSERT INTO ledger_posting (id, seq, account, currency, amount) VALUES ", 5, "");
pub(crate) const ADD_HOLDS: (&str, usize, &str) =
    ("INSERT INTO ledger_hold (job, account, amount) VALUES ", 3, "");
pub(crate) const CHANGE_HOLDS: (&str, usize, &str) = (
    "WITH v (job, account, before, after) AS (VALUES ",
    4,
    ") UPDATE ledger_hold SET amount = v.after FROM v \
     WHERE ledger_hold.job = v.job AND ledger_hold.account = v.account AND ledger_hold.amount = v.before",
);
pub(crate) const END_HOLDS: (&str, usize, &str) = (
    "WITH v (job, account, before) AS (VALUES ",
    3,
    ") DELETE FROM ledger_hold WHERE (job, account, amount) IN (SELECT job, account, before FROM v)",
);

/// What becomes of one account.
#[derive(Debug, Default)]
struct Change {
    bound: Option<Bound>,
    balance: i128,
    held: i128,
}

/// Before and after all of the batch.
type Holds<'a> = BTreeMap<(&'a JobKey, &'a AccountId), (Money, Money)>;

/// All entries of a batch, folded.
#[derive(Debug, Default)]
pub(crate) struct Folded<'a> {
    accounts: BTreeMap<&'a AccountId, Change>,
    holds: Holds<'a>,
    transactions: Vec<&'a Transaction>,
}

impl<'a> Folded<'a> {
    /// # Errors
    /// [`StoreError::Conflict`]: a hold does not go on from where it was.
    pub(crate) fn add(&mut self, entry: &'a Entry) -> Result<(), StoreError> {
        match entry {
            Entry::Open { account, bound } => {
                self.accounts.entry(account).or_default().bound = Some(*bound);
            }
            Entry::Post(transaction) => {
                for Posting { account, amount } in transaction.postings() {
                    self.accounts.entry(account).or_default().balance += i128::from(amount.get());
                }
                self.transactions.push(transaction);
            }
            Entry::Hold(change) => self.hold(change)?,
        }
        Ok(())
    }

    fn hold(&mut self, change: &'a HoldChange) -> Result<(), StoreError> {
        let HoldChange { job, account, before, after } = change;
        let (_, known) = self.holds.entry((job, account)).or_insert((*before, *before));
        if known != before {
            return Err(hold_conflict(job, *before, Some(known.get())));
        }
        *known = *after;
        let held = i128::from(after.get()) - i128::from(before.get());
        self.accounts.entry(account).or_default().held += held;
        Ok(())
    }

    /// All of them.
    pub(crate) fn postings(&self) -> i64 {
        self.transactions.iter().map(|it| to_int(it.postings().len())).sum()
    }

    /// Holds that this batch leaves, begins or changes, in three lists.
    fn holds(&self) -> [Vec<(&JobKey, &AccountId, Money, Money)>; 3] {
        let mut lists: [Vec<_>; 3] = Default::default();
        for ((job, account), (before, after)) in &self.holds {
            let list = match (before.is_zero(), after.is_zero()) {
                _ if before == after => continue,
                (_, true) => 0,
                (true, false) => 1,
                (false, false) => 2,
            };
            if let Some(list) = lists.get_mut(list) {
                list.push((*job, *account, *before, *after));
            }
        }
        lists
    }
}

/// `first` is the number of the first posting.
pub(crate) async fn write(
    tx: &mut AnyConnection,
    all: &Statements,
    folded: &Folded<'_>,
    first: i64,
) -> Result<(), StoreError> {
    write_transactions(tx, all, folded, first).await?;
    write_holds(tx, all, folded).await?;
    write_accounts(tx, all, folded).await
}

async fn write_transactions(
    tx: &mut AnyConnection,
    all: &Statements,
    folded: &Folded<'_>,
    first: i64,
) -> Result<(), StoreError> {
    let (mut next, mut heads, mut postings) = (first, Vec::new(), Vec::new());
    for transaction in &folded.transactions {
        heads.push((next, *transaction));
        postings.extend((next..).zip(transaction.postings()).map(|(id, it)| (id, next, it)));
        next += to_int(transaction.postings().len());
    }
    all.add_transactions.execute(tx, &heads, |(seq, it), params| bind(*seq, it, params)).await?;
    let bind = |(id, seq, it): &(i64, i64, &Posting), params: &mut Params| {
        params.int(*id).int(*seq).text(&it.account.to_string());
        params.text(&it.account.currency.to_string()).int(it.amount.get());
    };
    all.add_postings.execute(tx, &postings, bind).await.map(drop)
}

fn bind(seq: i64, it: &Transaction, params: &mut Params) {
    let job = it.job().map(ToString::to_string).unwrap_or_default();
    params.int(seq).text(it.id()).time(it.at()).text(it.purpose().as_str()).text(&job);
    params.text(it.note()).int(to_int(it.postings().len()));
}

async fn write_holds(
    tx: &mut AnyConnection,
    all: &Statements,
    folded: &Folded<'_>,
) -> Result<(), StoreError> {
    let [ended, begun, changed] = folded.holds();
    let name = |(job, account, _, _): &(&JobKey, &AccountId, Money, Money), params: &mut Params| {
        params.text(&job.to_string()).text(&account.to_string());
    };
    let bind_before = |it: &(&JobKey, &AccountId, Money, Money), params: &mut Params| {
        name(it, params);
        params.int(it.2.get());
    };
    let bind_after = |it: &(&JobKey, &AccountId, Money, Money), params: &mut Params| {
        name(it, params);
        params.int(it.3.get());
    };
    let bind_both = |it: &(&JobKey, &AccountId, Money, Money), params: &mut Params| {
        bind_before(it, params);
        params.int(it.3.get());
    };
    let gone = all.end_holds.execute(tx, &ended, bind_before).await?;
    all.add_holds.execute(tx, &begun, bind_after).await?;
    let moved = all.change_holds.execute(tx, &changed, bind_both).await?;
    let first = || ended.first().or_else(|| changed.first());
    match first() {
        Some((job, _, before, _)) if gone + moved != (ended.len() + changed.len()) as u64 => {
            Err(hold_conflict(job, *before, None))
        }
        _ => Ok(()),
    }
}

async fn write_accounts(
    tx: &mut AnyConnection,
    all: &Statements,
    folded: &Folded<'_>,
) -> Result<(), StoreError> {
    let opened = folded.accounts.iter().filter(|(_, it)| it.bound.is_some());
    let opened: Vec<&AccountId> = opened.map(|(id, _)| *id).collect();
    let none = |id: &&AccountId, params: &mut Params| {
        params.text(&id.to_string()).int(0).int(0).int(0).int(0);
    };
    all.add_accounts.execute(tx, &opened, none).await?;
    let mut changes = Vec::with_capacity(folded.accounts.len());
    for (id, change) in &folded.accounts {
        changes.push((*id, change.bound, narrow(id, change.balance)?, narrow(id, change.held)?));
    }
    let bind = |(id, bound, balance, held): &(&AccountId, Option<Bound>, i64, i64),
                params: &mut Params| {
        let (bounded, credit) = match bound {
            None => (-1, 0),
            Some(Bound::Free) => (0, 0),
            Some(Bound::Credit(credit)) => (1, credit.get()),
        };
        params.text(&id.to_string()).int(bounded).int(credit).int(*balance).int(*held);
    };
    let changed = all.change_accounts.execute(tx, &changes, bind).await.map_err(overdrawn)?;
    if changed == changes.len() as u64 {
        return Ok(());
    }
    let key = changes.first().map(|it| it.0.to_string()).unwrap_or_default();
    Err(StoreError::NotFound { what: "account", key })
}

/// The constraint of the table: SQLite's code 275, PostgreSQL's 23514.
fn overdrawn(error: StoreError) -> StoreError {
    match &error {
        StoreError::Database { source: sqlx::Error::Database(inner), .. }
            if inner.code().is_some_and(|it| it == "275" || it == "23514") =>
        {
            StoreError::Overdrawn { during: DURING }
        }
        _ => error,
    }
}

fn narrow(id: &AccountId, amount: i128) -> Result<i64, StoreError> {
    i64::try_from(amount)
        .map_err(|_| StoreError::TooLarge {
            what: "change of an account",
            size: u64::try_from(amount.unsigned_abs()).unwrap_or(u64::MAX),
            most: i64::MAX.unsigned_abs(),
        })
        .inspect_err(
            |_| tracing::warn!(account = %id, "an account changes by more than money can be"),
        )
}

fn hold_conflict(job: &JobKey, expected: Money, found: Option<i64>) -> StoreError {
    StoreError::Conflict {
        what: "hold",
        key: job.to_string(),
        expected: Some(expected.get()),
        found,
    }
}
