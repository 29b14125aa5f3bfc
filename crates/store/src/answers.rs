//! Answers already given, by idempotency key.

use sqlx::AnyConnection;
use std::collections::BTreeMap;

use units::Time;

use crate::{
    Store, StoreError, Write,
    commit::{MOST, Statements},
    error::failed,
    sql::{Params, Sql, number, text, within},
    stage::check_size,
};

pub(crate) const INSERT: (&str, usize, &str) = (
    "INSERT INTO answer (principal, key, fingerprint, status, body, at) VALUES ",
    6,
    " ON CONFLICT (principal, key) DO NOTHING",
);

/// Keys looked up in one query.
const AT_ONCE: usize = 256;
/// Rows deleted in one transaction, so that commits are not held up.
const TRIM: i64 = 5_000;

/// What was answered to a request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Of the request: another one under the same key must be refused.
    pub fingerprint: String,
    /// HTTP.
    pub status: u16,
    pub body: String,
}

impl Store {
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn answer(
        &self,
        principal: &str,
        key: &str,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        let mut sql = Sql::new("SELECT fingerprint, status, body FROM answer WHERE principal = ");
        sql.text(principal).push(" AND key = ").text(key);
        let Some(row) = sql.read_one(&self.pools.read, "answer").await? else { return Ok(None) };
        Ok(Some(StoredAnswer {
            fingerprint: text(&row, "fingerprint")?.to_owned(),
            status: number(&row, "status")?,
            body: text(&row, "body")?.to_owned(),
        }))
    }

    /// What was answered to those of one principal's keys that are known, by key, in few queries.
    ///
    /// # Errors
    /// As [`Self::answer`].
    pub async fn answers(
        &self,
        principal: &str,
        keys: &[String],
    ) -> Result<BTreeMap<String, StoredAnswer>, StoreError> {
        let mut found = BTreeMap::new();
        for some in keys.chunks(AT_ONCE) {
            let mut sql =
                Sql::new("SELECT key, fingerprint, status, body FROM answer WHERE principal = ");
            sql.text(principal).push(" AND key IN (").texts_padded(some).push(")");
            for row in &sql.read(&self.pools.read, "answers").await? {
                let answer = StoredAnswer {
                    fingerprint: text(row, "fingerprint")?.to_owned(),
                    status: number(row, "status")?,
                    body: text(row, "body")?.to_owned(),
                };
                found.insert(text(row, "key")?.to_owned(), answer);
            }
        }
        Ok(found)
    }

    /// Drops the answers given before this time, a few thousand at a time. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Unreachable`]; some may be dropped then.
    pub async fn trim_answers(&self, before: Time) -> Result<u64, StoreError> {
        let mut dropped = 0;
        loop {
            let now = within(MOST, "trim_answers", self.drop_answers(before)).await?;
            dropped += now;
            if now < TRIM.unsigned_abs() {
                return Ok(dropped);
            }
        }
    }

    async fn drop_answers(&self, before: Time) -> Result<u64, StoreError> {
        let mut tx = self.begin("trim_answers").await?;
        let mut sql = Sql::new(
            "DELETE FROM answer WHERE (principal, key) IN (SELECT principal, key FROM answer WHERE at < ",
        );
        sql.time(before).push(" LIMIT ").int(TRIM).push(")");
        let dropped = sql.execute(&mut tx, "trim_answers").await?;
        tx.commit().await.map_err(failed("trim_answers"))?;
        Ok(dropped)
    }
}

pub(crate) async fn insert(
    tx: &mut AnyConnection,
    all: &Statements,
    answers: &[&Write],
) -> Result<(), StoreError> {
    for answer in answers {
        if let Write::Answer { body, .. } = answer {
            check_size("answer", body.len())?;
        }
    }
    all.insert_answers.execute(tx, answers, |answer, params| bind(answer, params)).await.map(drop)
}

fn bind(answer: &Write, params: &mut Params) {
    if let Write::Answer { principal, key, fingerprint, status, body, at } = answer {
        params
            .text(principal)
            .text(key)
            .text(fingerprint)
            .int((*status).into())
            .text(body)
            .time(*at);
    }
}
