//! How fast the ledger is, over a database of its own.

use std::time::Instant;

use market::ledger::{Bound, Entry, LedgerError, Posting, Transaction};
use model::{AccountId, Holder, Purpose};
use serde::Serialize;
use units::{Money, Span, Time};

use crate::{Store, StoreError, Write};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct LedgerBench {
    /// Entries that are there before anything is measured.
    pub entries: u64,
    /// Projects that pay; there is an owner that is paid for ten of them.
    pub accounts: u32,
    /// Transactions of two postings in one commit.
    pub batch: u32,
    /// Transactions measured.
    pub transactions: u64,
    /// Balances read.
    pub reads: u32,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerSpeed {
    /// Each durable before the next commit began.
    pub postings_per_s: f64,
    pub commits_per_s: f64,
    pub balance_read_ms: Quantiles,
    /// At the end.
    pub entries: u64,
    pub accounts: u64,
    pub seconds: f64,
    pub verify_s: f64,
    /// The ledger holds together at the end.
    pub verified: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quantiles {
    pub p50: f64,
    pub p99: f64,
}

/// Long enough that no other takes over.
const TTL: Span = Span::hours(24);
/// Transactions in one commit while filling up.
const FILL: u64 = 4_096;

impl LedgerBench {
    /// Writes into the store, which has to be empty.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has accounts; all of [`Store::commit`].
    pub async fn run(&self, store: &Store) -> Result<LedgerSpeed, StoreError> {
        let there = store.accounts(None, 1).await?.items;
        if let Some(account) = there.first() {
            let key = account.account.to_string();
            return Err(StoreError::Conflict {
                what: "account",
                key,
                expected: None,
                found: Some(1),
            });
        }
        let term = store.lead("ledger bench", Time::MIN, TTL, true).await?;
        let mut run = Run { store, term, next: 0, accounts: self.accounts.max(1) };
        run.open().await?;
        while run.next * 2 < self.entries {
            run.commit(FILL.min((self.entries - run.next * 2).div_ceil(2))).await?;
        }
        let (began, from) = (Instant::now(), run.next);
        let mut commits = 0;
        while run.next - from < self.transactions {
            run.commit(u64::from(self.batch.max(1))).await?;
            commits += 1;
        }
        let seconds = began.elapsed().as_secs_f64();
        let balance_read_ms = run.reads(self.reads.max(1)).await?;
        let verifying = Instant::now();
        let found = store.verify_ledger().await?;
        Ok(LedgerSpeed {
            postings_per_s: (run.next - from) as f64 * 2.0 / seconds,
            commits_per_s: f64::from(commits) / seconds,
            balance_read_ms,
            entries: found.entries,
            accounts: found.accounts,
            seconds,
            verify_s: verifying.elapsed().as_secs_f64(),
            verified: found.holds,
        })
    }
}

struct Run<'a> {
    store: &'a Store,
    term: i64,
    /// Transactions so far.
    next: u64,
    accounts: u32,
}

impl Run<'_> {
    fn project(&self, at: u64) -> AccountId {
        account(&format!("project:p{}", at % u64::from(self.accounts)))
    }

    async fn open(&self) -> Result<(), StoreError> {
        // More than all transactions together take: the bound is looked at and never met.
        let bound = Bound::Credit(Money::new(1_000_000_000_000_000));
        let payers = (0..self.accounts.into()).map(|at| (self.project(at), bound));
        let owners = (0..self.accounts.div_ceil(10)).map(|at| (owner(at.into()), Bound::Free));
        let opened = payers.chain(owners).map(|(account, bound)| Entry::Open { account, bound });
        let writes: Vec<Write> = opened.map(Write::Ledger).collect();
        self.store.commit(self.term, Time::MIN, TTL, &writes).await
    }

    async fn commit(&mut self, transactions: u64) -> Result<(), StoreError> {
        let numbers = self.next..self.next + transactions;
        let made = numbers.map(|at| self.transaction(at)).collect::<Result<Vec<_>, _>>();
        let made = made.map_err(|error| StoreError::Corrupt {
            what: "transaction",
            key: self.next.to_string(),
            detail: error.to_string(),
        })?;
        let writes: Vec<Write> =
            made.into_iter().map(|it| Write::Ledger(Entry::Post(Box::new(it)))).collect();
        self.store.commit(self.term, Time::MIN, TTL, &writes).await?;
        self.next += transactions;
        Ok(())
    }

    /// As of a charge: a project pays an owner.
    fn transaction(&self, at: u64) -> Result<Transaction, LedgerError> {
        let amount = i64::try_from(at % 1_000).unwrap_or(0) + 1;
        let scattered = at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 17;
        let postings = vec![
            Posting { account: self.project(scattered), amount: Money::new(-amount) },
            Posting {
                account: owner(scattered % u64::from(self.accounts.div_ceil(10))),
                amount: Money::new(amount),
            },
        ];
        Transaction::new(format!("charge/bench.j{at}/{at}"), Purpose::Charge, Time::MIN, postings)
    }

    async fn reads(&self, count: u32) -> Result<Quantiles, StoreError> {
        let mut times = Vec::new();
        for at in 0..u64::from(count) {
            let account = self.project(at.wrapping_mul(7_919));
            let began = Instant::now();
            self.store.account(&account).await?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let quantile =
            |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or(0.0);
        Ok(Quantiles { p50: quantile(50), p99: quantile(99) })
    }
}

fn owner(at: u64) -> AccountId {
    account(&format!("owner:o{at}"))
}

fn account(text: &str) -> AccountId {
    // All are written here and are accounts.
    text.parse().unwrap_or_else(|_| AccountId::new(Holder::Platform))
}
