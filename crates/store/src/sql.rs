//! Statements with their parameters, and the columns of their answers.

use std::{future::Future, time::Duration};

use serde::de::DeserializeOwned;
use sqlx::{
    AnyConnection, AnyPool, Arguments, AssertSqlSafe, Decode, Row, Type,
    any::{Any, AnyArguments, AnyRow},
};
use units::Time;

use crate::{StoreError, error::failed};

/// How long one statement that reads may take.
const READ: Duration = Duration::from_secs(30);

/// Parameters in order. A zero byte, which PostgreSQL cannot store, becomes U+FFFD.
#[derive(Default)]
pub(crate) struct Params(AnyArguments);

impl Params {
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        if text.contains('\0') { self.add(text.replace('\0', "\u{fffd}")) } else { self.add(text) }
    }

    pub(crate) fn int(&mut self, number: i64) -> &mut Self {
        self.add(number)
    }

    pub(crate) fn time(&mut self, time: Time) -> &mut Self {
        self.add(time.as_millis())
    }

    pub(crate) fn maybe_time(&mut self, time: Option<Time>) -> &mut Self {
        self.add(time.map(Time::as_millis))
    }

    pub(crate) fn maybe_int(&mut self, number: Option<i64>) -> &mut Self {
        self.add(number)
    }

    fn add<'q, T: sqlx::Encode<'q, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        self.0.add(value).expect("text and integers are always encoded");
        self
    }

    pub(crate) fn into_arguments(self) -> AnyArguments {
        self.0
    }
}

/// A statement that grows with its parameters. Text comes from this crate, values only as parameters.
pub(crate) struct Sql {
    text: String,
    params: Params,
    count: usize,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), params: Params::default(), count: 0 }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.params.text(value);
        self.next()
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        self.params.int(value);
        self.next()
    }

    pub(crate) fn time(&mut self, value: Time) -> &mut Self {
        self.int(value.as_millis())
    }

    pub(crate) fn maybe_time(&mut self, value: Option<Time>) -> &mut Self {
        self.params.maybe_time(value);
        self.next()
    }

    /// Several texts, separated by commas.
    pub(crate) fn texts<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " }).text(value);
        }
        self
    }

    /// As [`Self::texts`], filled up with the last one to a power of two, so that few statements serve all lengths.
    pub(crate) fn texts_padded(&mut self, values: &[String]) -> &mut Self {
        let missing = values.len().next_power_of_two() - values.len();
        let all = values.iter().chain(std::iter::repeat_n(values.last(), missing).flatten());
        self.texts(all.map(String::as_str))
    }

    fn next(&mut self) -> &mut Self {
        self.count += 1;
        self.text.push_str(&format!("${}", self.count));
        self
    }

    /// Rows changed.
    pub(crate) async fn execute(
        self,
        tx: &mut AnyConnection,
        during: &'static str,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query_with(AssertSqlSafe(self.text), self.params.into_arguments());
        query.execute(tx).await.map(|done| done.rows_affected()).map_err(failed(during))
    }

    pub(crate) async fn row(
        self,
        tx: &mut AnyConnection,
        during: &'static str,
    ) -> Result<Option<AnyRow>, StoreError> {
        let query = sqlx::query_with(AssertSqlSafe(self.text), self.params.into_arguments());
        query.fetch_optional(tx).await.map_err(failed(during))
    }

    /// All rows, however long that takes.
    pub(crate) async fn all(
        self,
        tx: &mut AnyConnection,
        during: &'static str,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let query = sqlx::query_with(AssertSqlSafe(self.text), self.params.into_arguments());
        query.fetch_all(tx).await.map_err(failed(during))
    }

    /// All rows, outside of a transaction and within the time that a read may take.
    pub(crate) async fn read(
        self,
        pool: &AnyPool,
        during: &'static str,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let query = sqlx::query_with(AssertSqlSafe(self.text), self.params.into_arguments());
        let rows = async { query.fetch_all(pool).await.map_err(failed(during)) };
        within(READ, during, rows).await
    }

    /// The first row, if any; as [`Self::read`].
    pub(crate) async fn read_one(
        self,
        pool: &AnyPool,
        during: &'static str,
    ) -> Result<Option<AnyRow>, StoreError> {
        self.read(pool, during).await.map(|rows| rows.into_iter().next())
    }
}

/// Gives up after `most`.
pub(crate) async fn within<T>(
    most: Duration,
    during: &'static str,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let late =
        |_| StoreError::Unreachable { during, detail: format!("no answer in {}s", most.as_secs()) };
    tokio::time::timeout(most, work).await.map_err(late)?
}

pub(crate) fn int(row: &AnyRow, column: &str) -> Result<i64, StoreError> {
    get(row, column)
}

/// An integer in the range that it should have.
pub(crate) fn number<T: TryFrom<i64>>(row: &AnyRow, column: &str) -> Result<T, StoreError> {
    let value = int(row, column)?;
    T::try_from(value).map_err(|_| corrupt(column, value, "out of range"))
}

pub(crate) fn time(row: &AnyRow, column: &str) -> Result<Time, StoreError> {
    int(row, column).map(Time::from_millis)
}

pub(crate) fn maybe_time(row: &AnyRow, column: &str) -> Result<Option<Time>, StoreError> {
    get::<Option<i64>>(row, column).map(|time| time.map(Time::from_millis))
}

pub(crate) fn maybe_int(row: &AnyRow, column: &str) -> Result<Option<i64>, StoreError> {
    get(row, column)
}

pub(crate) fn maybe_text(row: &AnyRow, column: &str) -> Result<Option<String>, StoreError> {
    get(row, column)
}

pub(crate) fn text<'r>(row: &'r AnyRow, column: &str) -> Result<&'r str, StoreError> {
    get(row, column)
}

/// A text that has a form.
pub(crate) fn parsed<T>(row: &AnyRow, column: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = text(row, column)?;
    text.parse().map_err(|error| corrupt(column, text, error))
}

/// None where the text is empty.
pub(crate) fn maybe<T>(row: &AnyRow, column: &str) -> Result<Option<T>, StoreError>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    if text(row, column)?.is_empty() { Ok(None) } else { parsed(row, column).map(Some) }
}

pub(crate) fn json<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, StoreError> {
    let text = text(row, column)?;
    serde_json::from_str(text).map_err(|error| corrupt(column, text, error))
}

/// A word of an enum, as its JSON spells it.
pub(crate) fn word<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, StoreError> {
    let text = text(row, column)?;
    serde_json::from_value(text.into()).map_err(|error| corrupt(column, text, error))
}

fn get<'r, T: Decode<'r, Any> + Type<Any>>(row: &'r AnyRow, column: &str) -> Result<T, StoreError> {
    row.try_get(column).map_err(failed("decode"))
}

fn corrupt(column: &str, value: impl ToString, detail: impl ToString) -> StoreError {
    let key = format!("{column} = {}", value.to_string().chars().take(80).collect::<String>());
    StoreError::Corrupt { what: "column", key, detail: detail.to_string() }
}
