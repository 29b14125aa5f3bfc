//! Statements over many rows at once: what one statement costs is paid once for up to 128 rows.
//!
//! Only a few sizes are used, so that each stays prepared.

use std::sync::Arc;

use sqlx::{
    AnyConnection, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
};

use crate::{StoreError, connect::Backend, error::failed, sql::Params};

/// Rows a statement, largest first, ending in 1. The largest times the most columns (22) stays far below the
/// 32,766 parameters of SQLite and the 65,535 of PostgreSQL.
const SIZES: [usize; 4] = [128, 32, 8, 1];

/// One statement with a list of rows in its middle, in every size.
#[derive(Debug)]
pub(crate) struct Bulk {
    during: &'static str,
    texts: [(usize, Arc<str>); 4],
}

impl Bulk {
    /// `head`, the rows of so many `columns`, `tail`.
    pub(crate) fn new(
        backend: Backend,
        during: &'static str,
        head: &str,
        columns: usize,
        tail: &str,
    ) -> Self {
        let text = |rows| format!("{head}{}{tail}", placeholders(backend, rows, columns));
        Self { during, texts: SIZES.map(|rows| (rows, text(rows).into())) }
    }

    /// Rows changed.
    pub(crate) async fn execute<T>(
        &self,
        tx: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(&T, &mut Params),
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        for (text, arguments) in self.calls(rows, bind) {
            let query = sqlx::query_with(AssertSqlSafe(text), arguments);
            changed += query.execute(&mut *tx).await.map_err(failed(self.during))?.rows_affected();
        }
        Ok(changed)
    }

    pub(crate) async fn fetch<T>(
        &self,
        tx: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(&T, &mut Params),
    ) -> Result<Vec<AnyRow>, StoreError> {
        let mut found = Vec::with_capacity(rows.len());
        for (text, arguments) in self.calls(rows, bind) {
            let query = sqlx::query_with(AssertSqlSafe(text), arguments);
            found.extend(query.fetch_all(&mut *tx).await.map_err(failed(self.during))?);
        }
        Ok(found)
    }

    /// Cuts the rows into the sizes, each with its parameters.
    fn calls<T>(
        &self,
        rows: &[T],
        bind: impl Fn(&T, &mut Params),
    ) -> Vec<(Arc<str>, AnyArguments)> {
        let mut calls = Vec::new();
        let mut rest = rows;
        while let Some((size, text)) = self.texts.iter().find(|(size, _)| *size <= rest.len()) {
            let (chunk, after) = rest.split_at(*size);
            let mut params = Params::default();
            chunk.iter().for_each(|row| bind(row, &mut params));
            calls.push((Arc::clone(text), params.into_arguments()));
            rest = after;
        }
        calls
    }
}

/// SQLite looks for the number of every `$n` one by one, which is slow with thousands: there `?` is used.
fn placeholders(backend: Backend, rows: usize, columns: usize) -> String {
    let mark = |at: usize| match backend {
        Backend::Sqlite => "?".to_owned(),
        Backend::Postgres => format!("${}", at + 1),
    };
    let row = |row: usize| {
        (0..columns).map(|column| mark(row * columns + column)).collect::<Vec<_>>().join(",")
    };
    (0..rows).map(|at| format!("({})", row(at))).collect::<Vec<_>>().join(",")
}
