//! Accounts, transactions and holds as they are stored.

use api::{AccountEntry, AccountStory, AccountView, Page};
use market::ledger::{Account, Bound, Posting, Transaction};
use model::{AccountId, JobKey};
use sqlx::any::AnyRow;
use units::Money;

use crate::{
    Store, StoreError, cursor,
    list::page_by,
    page_size,
    sql::{Sql, int, maybe, number, parsed, text, time, word},
};

const ACCOUNTS: &str = "SELECT id, bounded, credit, balance, held FROM ledger_account";
const ENTRIES: &str = "SELECT p.id AS number, p.amount, t.id, t.at, t.purpose, t.job, t.note FROM ledger_posting p \
     JOIN ledger_transaction t ON t.seq = p.seq WHERE p.account = ";
/// Names of lists in cursors.
const LIST: &str = "accounts";

impl Store {
    /// All accounts, or one page of them, by their ids.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn accounts(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<AccountView>, StoreError> {
        let after = after.map_or(Ok(String::new()), |after| cursor::read(LIST, after))?;
        let mut sql = Sql::new(ACCOUNTS);
        sql.push(" WHERE id > ").text(&after);
        sql.push(" ORDER BY id LIMIT ").int(page_size(limit) + 1);
        let rows = sql.read(&self.pools.read, "accounts").await?;
        page_by(rows.iter().map(account_view), limit, |last| {
            cursor::write(LIST, &last.account.to_string())
        })
    }

    /// The accounts with these ids that there are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn account(&self, id: &AccountId) -> Result<AccountView, StoreError> {
        let mut sql = Sql::new(ACCOUNTS);
        sql.push(" WHERE id = ").text(&id.to_string());
        let missing = || StoreError::NotFound { what: "account", key: id.to_string() };
        account_view(&sql.read_one(&self.pools.read, "account").await?.ok_or_else(missing)?)
    }

    /// An account with what came and went, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::BadCursor`], [`StoreError::Corrupt`], [`StoreError::Database`],
    /// [`StoreError::Unreachable`].
    pub async fn account_story(
        &self,
        id: &AccountId,
        before: Option<&str>,
        limit: usize,
    ) -> Result<AccountStory, StoreError> {
        let before = cursor::read_number("entries", before, i64::MAX)?;
        let account = self.account(id).await?;
        let mut sql = Sql::new(ENTRIES);
        sql.text(&id.to_string()).push(" AND p.id < ").int(before);
        sql.push(" ORDER BY p.id DESC LIMIT ").int(page_size(limit) + 1);
        let rows = sql.read(&self.pools.read, "entries").await?;
        let rows = rows.iter().map(|row| Ok((int(row, "number")?, entry(row)?)));
        let Page { items, cursor } =
            page_by(rows, limit, |(number, _)| cursor::write("entries", &number.to_string()))?;
        let items = items.into_iter().map(|(_, entry)| entry).collect();
        Ok(AccountStory { account, entries: Page { items, cursor } })
    }

    /// The transaction with this id, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn transaction(&self, id: &str) -> Result<Option<Transaction>, StoreError> {
        let mut sql =
            Sql::new("SELECT seq, id, at, purpose, job, note FROM ledger_transaction WHERE id = ");
        sql.text(id);
        let Some(head) = sql.read_one(&self.pools.read, "transaction").await? else {
            return Ok(None);
        };
        let (seq, many) =
            (int(&head, "seq")?, "SELECT account, amount FROM ledger_posting WHERE id >= ");
        let mut sql = Sql::new(many);
        sql.int(seq).push(" AND seq = ").int(seq).push(" AND id < ").int(seq);
        sql.push(" + (SELECT postings FROM ledger_transaction WHERE seq = ").int(seq);
        sql.push(") ORDER BY id");
        let rows = sql.read(&self.pools.read, "transaction").await?;
        let postings = rows.iter().map(posting).collect::<Result<_, _>>()?;
        transaction(&head, postings).map(Some)
    }

    /// What every account has, as the engine starts with it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn all_accounts(&self) -> Result<Vec<(AccountId, Account)>, StoreError> {
        let rows = Sql::new(ACCOUNTS).read(&self.pools.read, "accounts").await?;
        rows.iter().map(account).collect()
    }

    /// What every job may still take.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn all_holds(&self) -> Result<Vec<(JobKey, AccountId, Money)>, StoreError> {
        let sql = Sql::new("SELECT job, account, amount FROM ledger_hold");
        let rows = sql.read(&self.pools.read, "holds").await?;
        let hold = |row: &AnyRow| {
            Ok((parsed(row, "job")?, parsed(row, "account")?, Money::new(int(row, "amount")?)))
        };
        rows.iter().map(hold).collect()
    }
}

pub(super) fn account(row: &AnyRow) -> Result<(AccountId, Account), StoreError> {
    let credit = Money::new(int(row, "credit")?);
    let bound = if int(row, "bounded")? == 0 { Bound::Free } else { Bound::Credit(credit) };
    let (balance, held) = (Money::new(int(row, "balance")?), Money::new(int(row, "held")?));
    Ok((parsed(row, "id")?, Account { bound, balance, held }))
}

fn account_view(row: &AnyRow) -> Result<AccountView, StoreError> {
    let (id, account) = account(row)?;
    Ok(AccountView {
        account: id,
        balance: account.balance,
        held: account.held,
        credit: account.bound.credit(),
        available: account.available(),
    })
}

fn entry(row: &AnyRow) -> Result<AccountEntry, StoreError> {
    Ok(AccountEntry {
        transaction: text(row, "id")?.to_owned(),
        at: time(row, "at")?,
        purpose: word(row, "purpose")?,
        job: maybe(row, "job")?,
        note: text(row, "note")?.to_owned(),
        amount: Money::new(number(row, "amount")?),
    })
}

fn posting(row: &AnyRow) -> Result<Posting, StoreError> {
    Ok(Posting { account: parsed(row, "account")?, amount: Money::new(int(row, "amount")?) })
}

fn transaction(head: &AnyRow, postings: Vec<Posting>) -> Result<Transaction, StoreError> {
    let id = text(head, "id")?.to_owned();
    let made = Transaction::new(id.clone(), word(head, "purpose")?, time(head, "at")?, postings);
    let made = made.map_err(|error| StoreError::Corrupt {
        what: "transaction",
        key: id,
        detail: error.to_string(),
    })?;
    let made = made.with_note(text(head, "note")?);
    Ok(match maybe(head, "job")? {
        Some(job) => made.of_job(job),
        None => made,
    })
}
