//! Whether the ledger holds together: everything computed anew from the postings, in one view of the database.

use std::{collections::BTreeMap, time::Duration};

use market::ledger::POSTINGS_MOST;
use model::JobState;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::{
    Store, StoreError,
    connect::Backend,
    error::failed,
    sql::{Sql, int, text, within},
};

const DURING: &str = "verify";
/// Violations told of; those beyond are only counted as more.
pub const VIOLATIONS_MOST: usize = 100;
/// Postings looked at in one query.
const CHUNK: i64 = 500_000;
/// How long it may take.
const MOST: Duration = Duration::from_secs(3_600);

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// `unbalanced`, `balance`, `held`, `below_zero`, `hold`, `account`, `postings` or
    /// `dispute`.
    pub rule: &'static str,
    /// The transaction, account or job.
    pub subject: String,
    pub detail: String,
}

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Nothing is wrong.
    pub holds: bool,
    pub accounts: u64,
    pub transactions: u64,
    pub entries: u64,
    pub job_holds: u64,
    /// At most [`VIOLATIONS_MOST`].
    pub violations: Vec<Violation>,
    /// There are more.
    pub more: bool,
}

/// Sums of thousand-millionths, from whole units and rest, so that no database runs over: `hi` and `lo`.
const SUMS: &str = "CAST(SUM(amount / 1000000000) AS BIGINT) AS hi, CAST(SUM(amount % 1000000000) AS BIGINT) AS lo";

impl Store {
    /// Looks at every posting, account and hold. What is written meanwhile is not seen: all is of one moment.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn verify_ledger(&self) -> Result<Verified, StoreError> {
        within(MOST, DURING, Box::pin(self.verify_all())).await
    }

    async fn verify_all(&self) -> Result<Verified, StoreError> {
        let begin = match self.pools.backend {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut tx = self.pools.read.begin_with(begin).await.map_err(failed(DURING))?;
        let mut check = Check::default();
        check.postings(&mut tx).await?;
        check.heads(&mut tx).await?;
        check.accounts(&mut tx).await?;
        check.holds(&mut tx).await?;
        check.disputes(&mut tx).await?;
        tx.rollback().await.map_err(failed(DURING))?;
        check.found.holds = check.found.violations.is_empty();
        Ok(check.found)
    }
}

#[derive(Debug, Default)]
struct Check {
    found: Verified,
    /// By account, from its postings.
    sums: BTreeMap<String, i128>,
    held: BTreeMap<String, i128>,
}

impl Check {
    fn wrong(&mut self, rule: &'static str, subject: &str, detail: String) {
        if self.found.violations.len() < VIOLATIONS_MOST {
            self.found.violations.push(Violation { rule, subject: subject.to_owned(), detail });
        } else {
            self.found.more = true;
        }
    }

    async fn postings(&mut self, tx: &mut AnyConnection) -> Result<(), StoreError> {
        let most = "SELECT COALESCE(MIN(id), 1) AS first, COALESCE(MAX(id), 0) AS last FROM ledger_posting";
        let Some(ends) = Sql::new(most).row(tx, DURING).await? else { return Ok(()) };
        let (first, last) = (int(&ends, "first")?, int(&ends, "last")?);
        let mut from = first.saturating_sub(1);
        while from < last {
            let to = from.saturating_add(CHUNK);
            self.balanced(tx, from, to).await?;
            self.placed(tx, from, to).await?;
            self.add_up(tx, from, to).await?;
            from = to;
        }
        Ok(())
    }

    /// Transactions whose number is in the range sum to zero.
    async fn balanced(
        &mut self,
        tx: &mut AnyConnection,
        from: i64,
        to: i64,
    ) -> Result<(), StoreError> {
        let most = i64::try_from(POSTINGS_MOST).unwrap_or(i64::MAX);
        let mut sql = Sql::new(&format!(
            "SELECT seq, currency, {SUMS}, (SELECT MAX(id) FROM ledger_transaction t WHERE t.seq = p.seq) AS name \
             FROM ledger_posting p WHERE id > "
        ));
        sql.int(from).push(" AND id <= ").int(to.saturating_add(most));
        sql.push(" AND seq > ").int(from).push(" AND seq <= ").int(to);
        sql.push(" GROUP BY seq, currency HAVING SUM(amount / 1000000000) * 1000000000 + SUM(amount % 1000000000) <> 0");
        sql.push(" ORDER BY seq LIMIT ").int(limit());
        for row in sql.all(tx, DURING).await? {
            let name: Option<String> = crate::sql::maybe_text(&row, "name")?;
            let (seq, currency) = (int(&row, "seq")?, text(&row, "currency")?);
            let detail =
                format!("its postings sum to {} {currency}, not to zero", money(sum(&row)?));
            self.wrong("unbalanced", &name.unwrap_or_else(|| format!("number {seq}")), detail);
        }
        Ok(())
    }

    /// Every posting stands among those of its transaction, in the currency of its account.
    async fn placed(
        &mut self,
        tx: &mut AnyConnection,
        from: i64,
        to: i64,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "SELECT p.id FROM ledger_posting p LEFT JOIN ledger_transaction t ON t.seq = p.seq WHERE p.id > ",
        );
        sql.int(from).push(" AND p.id <= ").int(to);
        sql.push(" AND (t.seq IS NULL OR p.id < t.seq OR p.id >= t.seq + t.postings OR p.currency <> CASE WHEN p.account LIKE '%@%' ");
        sql.push("THEN SUBSTR(p.account, LENGTH(p.account) - 2) ELSE 'CNY' END)");
        sql.push(" ORDER BY p.id LIMIT ").int(limit());
        for row in sql.all(tx, DURING).await? {
            let subject = format!("posting {}", int(&row, "id")?);
            self.wrong(
                "postings",
                &subject,
                "it is of no transaction, or not in the currency of its account".to_owned(),
            );
        }
        Ok(())
    }

    async fn add_up(
        &mut self,
        tx: &mut AnyConnection,
        from: i64,
        to: i64,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(&format!(
            "SELECT account, COUNT(*) AS n, {SUMS} FROM ledger_posting WHERE id > "
        ));
        sql.int(from).push(" AND id <= ").int(to).push(" GROUP BY account");
        for row in sql.all(tx, DURING).await? {
            *self.sums.entry(text(&row, "account")?.to_owned()).or_default() += sum(&row)?;
            self.found.entries += int(&row, "n")?.unsigned_abs();
        }
        Ok(())
    }

    /// Transactions say how many postings they have: none is gone.
    async fn heads(&mut self, tx: &mut AnyConnection) -> Result<(), StoreError> {
        let sql = Sql::new(
            "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(postings), 0) AS BIGINT) AS postings FROM ledger_transaction",
        );
        let Some(row) = sql.row(tx, DURING).await? else { return Ok(()) };
        self.found.transactions = int(&row, "n")?.unsigned_abs();
        let told = int(&row, "postings")?.unsigned_abs();
        if told != self.found.entries {
            let detail =
                format!("transactions speak of {told} postings, there are {}", self.found.entries);
            self.wrong("postings", "all", detail);
        }
        Ok(())
    }

    async fn accounts(&mut self, tx: &mut AnyConnection) -> Result<(), StoreError> {
        let held = "SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_hold GROUP BY account";
        for row in Sql::new(held).all(tx, DURING).await? {
            self.held.insert(text(&row, "account")?.to_owned(), int(&row, "amount")?.into());
        }
        let rows =
            Sql::new("SELECT id, bounded, credit, balance, held FROM ledger_account ORDER BY id");
        for row in rows.all(tx, DURING).await? {
            self.found.accounts += 1;
            let (id, account) = super::read::account(&row)?;
            self.account(&id.to_string(), &account);
        }
        for (id, _) in std::mem::take(&mut self.sums).into_iter().take(VIOLATIONS_MOST + 1) {
            self.wrong(
                "account",
                &id,
                "postings speak of it, and there is no such account".to_owned(),
            );
        }
        for (id, _) in std::mem::take(&mut self.held).into_iter().take(VIOLATIONS_MOST + 1) {
            self.wrong(
                "account",
                &id,
                "holds speak of it, and there is no such account".to_owned(),
            );
        }
        Ok(())
    }

    fn account(&mut self, id: &str, account: &market::ledger::Account) {
        let sum = self.sums.remove(id).unwrap_or_default();
        let (balance, kept) = (i128::from(account.balance.get()), i128::from(account.held.get()));
        if sum != balance {
            let detail =
                format!("its balance is {}, its entries sum to {}", money(balance), money(sum));
            self.wrong("balance", id, detail);
        }
        let held = self.held.remove(id).unwrap_or_default();
        if held != kept {
            let detail = format!("{} is held, its holds sum to {}", money(kept), money(held));
            self.wrong("held", id, detail);
        }
        if let Some(credit) = account.bound.credit().map(|it| i128::from(it.get()))
            && sum - held < -credit
        {
            let detail = format!(
                "{} less holds of {}, with a credit of {}",
                money(sum),
                money(held),
                money(credit)
            );
            self.wrong("below_zero", id, detail);
        }
    }

    /// Who holds is not over, and has a place or bids for one.
    async fn holds(&mut self, tx: &mut AnyConnection) -> Result<(), StoreError> {
        let count = Sql::new("SELECT COUNT(*) AS n FROM ledger_hold").row(tx, DURING).await?;
        self.found.job_holds = count.map_or(Ok(0), |row| int(&row, "n"))?.unsigned_abs();
        let mut sql = Sql::new(
            "SELECT h.job, h.account, COALESCE(j.state, '') AS state FROM ledger_hold h LEFT JOIN job j ON j.key = h.job \
             WHERE j.key IS NULL OR j.live = 0 OR (j.site = '' AND j.state <> ",
        );
        sql.text(JobState::Bidding.as_str()).push(") ORDER BY h.job LIMIT ");
        sql.int(limit());
        for row in sql.all(tx, DURING).await? {
            let what = match text(&row, "state")? {
                "" => "there is no such job".to_owned(),
                state => format!("the job is {state} and has no place"),
            };
            let detail = format!("it holds money of {}, and {what}", text(&row, "account")?);
            self.wrong("hold", text(&row, "job")?, detail);
        }
        Ok(())
    }

    /// What is held for open disputes is what the accounts for it have.
    async fn disputes(&mut self, tx: &mut AnyConnection) -> Result<(), StoreError> {
        let mut open: BTreeMap<String, (i128, i128)> = BTreeMap::new();
        let held = "SELECT project, CAST(SUM(held / 1000000000) AS BIGINT) AS hi, CAST(SUM(held % 1000000000) AS BIGINT) AS lo \
             FROM dispute WHERE state = 'open' GROUP BY project";
        for row in Sql::new(held).all(tx, DURING).await? {
            open.entry(format!("disputed:{}", text(&row, "project")?)).or_default().0 = sum(&row)?;
        }
        let kept = "SELECT id, balance FROM ledger_account WHERE id LIKE 'disputed:%'";
        for row in Sql::new(kept).all(tx, DURING).await? {
            open.entry(text(&row, "id")?.to_owned()).or_default().1 = int(&row, "balance")?.into();
        }
        for (id, (held, kept)) in open.into_iter().filter(|(_, (held, kept))| held != kept) {
            let detail = format!("{} is disputed, and it has {}", money(held), money(kept));
            self.wrong("dispute", &id, detail);
        }
        Ok(())
    }
}

fn limit() -> i64 {
    crate::stage::to_int(VIOLATIONS_MOST + 1)
}

fn sum(row: &sqlx::any::AnyRow) -> Result<i128, StoreError> {
    Ok(i128::from(int(row, "hi")?) * 1_000_000_000 + i128::from(int(row, "lo")?))
}

/// Beyond 64 bits too.
fn money(amount: i128) -> String {
    units::decimal(amount, 9)
}
