//! Charges and their sums.

use std::collections::BTreeMap;

use api::{BillGroup, BillRow, ChargeRecord, Page};
use market::Billed;
use model::{Charge, JobKey, LineKind, Name, PriceLine};
use sqlx::{AnyConnection, any::AnyRow};
use units::{Money, Share, Time};

use crate::{
    Store, StoreError,
    commit::Statements,
    cursor,
    energy::check_most,
    list::page,
    page_size,
    sql::{Params, Sql, int, maybe, maybe_int, number, parsed, text, time, word},
    stage::to_int,
};

pub(crate) const INSERT: (&str, usize, &str) = (
    "INSERT INTO charge (id, job, project, kind, what, provider, quantity, price, amount, began, ended, charged, \
     attempt, metered, booked, corrects, tax) VALUES ",
    17,
    "",
);
pub(crate) const ADD: (&str, usize, &str) = (
    "INSERT INTO charge_total (project, provider, kind, charges, amount) VALUES ",
    5,
    " ON CONFLICT (project, provider, kind) DO UPDATE SET charges = charge_total.charges + excluded.charges, \
     amount = charge_total.amount + excluded.amount",
);

/// Most rows of a bill.
pub const BILL_ROWS_MOST: usize = 100_000;
/// Most charges at once.
pub const CHARGES_MOST: usize = 10_000;

/// Which charges; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BillFilter {
    pub project: Option<Name>,
    pub job: Option<JobKey>,
    /// Who is paid.
    pub provider: Option<Name>,
    /// Made from the first of these times until before the second.
    pub charged: Option<(Time, Time)>,
}

impl Store {
    /// Sums of all charges that match, by name of the group. A group `""` holds what nobody is paid.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than [`BILL_ROWS_MOST`] rows: narrow it or group it otherwise;
    /// [`StoreError::Corrupt`], [`StoreError::Database`] (also if a sum is beyond what money can be),
    /// [`StoreError::Unreachable`].
    pub async fn bill(
        &self,
        filter: &BillFilter,
        by: BillGroup,
    ) -> Result<Vec<BillRow>, StoreError> {
        let rows = bill_sql(filter, by).read(&self.pools.read, "bill").await?;
        let mut bill: BTreeMap<String, BillRow> = BTreeMap::new();
        for row in &rows {
            let name = text(row, "name")?;
            let line = bill.entry(name.to_owned()).or_insert_with(|| empty_row(name));
            add_to(line, row)?;
        }
        if bill.len() > BILL_ROWS_MOST || rows.len() > rows_most() {
            let (size, most) = (bill.len() as u64, BILL_ROWS_MOST as u64);
            return Err(StoreError::TooLarge { what: "bill", size, most });
        }
        Ok(bill.into_values().collect())
    }

    /// Sums of all charges that match, by owner, kind and rate of tax: what an invoice is made of.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than [`BILL_ROWS_MOST`] rows; [`StoreError::Corrupt`],
    /// [`StoreError::Database`] (also if a sum is beyond what money can be), [`StoreError::Unreachable`].
    pub async fn billed(&self, filter: &BillFilter) -> Result<Vec<Billed>, StoreError> {
        let mut sql = Sql::new(
            "SELECT provider, kind, tax, CAST(SUM(amount) AS BIGINT) AS amount FROM charge",
        );
        push_filter(&mut sql, filter);
        sql.push(" GROUP BY provider, kind, tax ORDER BY provider, kind, tax LIMIT ");
        sql.int(to_int(BILL_ROWS_MOST + 1));
        let rows = sql.read(&self.pools.read, "billed").await?;
        check_most("invoice", rows.len(), BILL_ROWS_MOST)?;
        let billed = |row: &AnyRow| {
            Ok(Billed {
                provider: maybe(row, "provider")?,
                kind: word(row, "kind")?,
                tax: Share::new(number(row, "tax")?),
                amount: Money::new(int(row, "amount")?),
            })
        };
        rows.iter().map(billed).collect()
    }

    /// The newest `limit` (at most [`CHARGES_MOST`]) that match, newest last.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn charges(
        &self,
        filter: &BillFilter,
        limit: usize,
    ) -> Result<Vec<Charge>, StoreError> {
        let mut sql = select(filter);
        sql.push(" ORDER BY id DESC LIMIT ").int(to_int(limit.clamp(1, CHARGES_MOST)));
        let rows = sql.read(&self.pools.read, "charges").await?;
        rows.iter().rev().map(charge).collect()
    }

    /// One page of the charges that match, oldest first.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn charge_page(
        &self,
        filter: &BillFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<ChargeRecord>, StoreError> {
        let after = cursor::read_number(LIST, cursor, 0)?;
        let mut sql = select(filter);
        sql.push(" AND id > ").int(after).push(" ORDER BY id LIMIT ").int(page_size(limit) + 1);
        page(LIST, sql.read(&self.pools.read, "charges").await?, limit, record)
    }
}

/// The list in cursors.
const LIST: &str = "c";

const COLUMNS: &str = "SELECT id AS seq, job, project, kind, what, provider, quantity, price, amount, began, ended, charged, \
     attempt, metered, booked, corrects, tax FROM charge";

/// All of some jobs, oldest first.
pub(crate) async fn of_jobs(store: &Store, keys: &[String]) -> Result<Vec<Charge>, StoreError> {
    let mut sql = Sql::new(&format!("{COLUMNS} WHERE job IN ("));
    sql.texts_padded(keys).push(") ORDER BY id");
    sql.read(&store.pools.read, "charges").await?.iter().map(charge).collect()
}

fn select(filter: &BillFilter) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    push_filter(&mut sql, filter);
    sql
}

/// A group has one row for each kind of line.
const fn rows_most() -> usize {
    BILL_ROWS_MOST * 7
}

fn bill_sql(filter: &BillFilter, by: BillGroup) -> Sql {
    let name = match by {
        BillGroup::Job => "job",
        BillGroup::Project => "project",
        BillGroup::Provider => "provider",
        BillGroup::Kind => "kind",
    };
    // Totals know neither jobs nor times.
    let of_jobs = by == BillGroup::Job || filter.job.is_some() || filter.charged.is_some();
    let (count, table) =
        if of_jobs { ("COUNT(*)", "charge") } else { ("SUM(charges)", "charge_total") };
    let mut sql = Sql::new(&format!(
        "SELECT {name} AS name, kind AS line, CAST({count} AS BIGINT) AS n, CAST(SUM(amount) AS BIGINT) AS amount \
         FROM {table}"
    ));
    push_filter(&mut sql, filter);
    let groups = if by == BillGroup::Kind { "kind".to_owned() } else { format!("{name}, kind") };
    sql.push(&format!(" GROUP BY {groups} ORDER BY {groups} LIMIT ")).int(to_int(rows_most() + 1));
    sql
}

fn push_filter(sql: &mut Sql, filter: &BillFilter) {
    sql.push(" WHERE 1 = 1");
    if let Some(project) = &filter.project {
        sql.push(" AND project = ").text(project.as_str());
    }
    if let Some(job) = &filter.job {
        sql.push(" AND job = ").text(&job.to_string());
    }
    if let Some(provider) = &filter.provider {
        sql.push(" AND provider = ").text(provider.as_str());
    }
    if let Some((from, to)) = filter.charged {
        sql.push(" AND charged >= ").time(from).push(" AND charged < ").time(to);
    }
}

fn empty_row(name: &str) -> BillRow {
    BillRow { name: name.to_owned(), charges: 0, by_kind: BTreeMap::new(), total: Money::ZERO }
}

fn add_to(line: &mut BillRow, row: &AnyRow) -> Result<(), StoreError> {
    let amount = Money::new(int(row, "amount")?);
    let too_large =
        || StoreError::TooLarge { what: "bill", size: u64::MAX, most: i64::MAX.unsigned_abs() };
    line.charges += number::<u64>(row, "n")?;
    line.total = line.total.checked_add(amount).ok_or_else(too_large)?;
    line.by_kind.insert(word(row, "line")?, amount);
    Ok(())
}

fn charge(row: &AnyRow) -> Result<Charge, StoreError> {
    Ok(Charge {
        job: parsed(row, "job")?,
        project: parsed(row, "project")?,
        line: PriceLine {
            kind: word(row, "kind")?,
            what: parsed(row, "what")?,
            provider: maybe(row, "provider")?,
            quantity: text(row, "quantity")?.to_owned(),
            price: text(row, "price")?.to_owned(),
            amount: Money::new(int(row, "amount")?),
        },
        start: time(row, "began")?,
        end: time(row, "ended")?,
        attempt: number(row, "attempt")?,
        metered: maybe_int(row, "metered")?.and_then(|it| u64::try_from(it).ok()),
        booked: Some(text(row, "booked")?).filter(|it| !it.is_empty()).map(str::to_owned),
        corrects: maybe_int(row, "corrects")?,
        tax: Share::new(number(row, "tax")?),
    })
}

fn record(row: &AnyRow) -> Result<ChargeRecord, StoreError> {
    Ok(ChargeRecord {
        number: int(row, "seq")?,
        charged: time(row, "charged")?,
        charge: charge(row)?,
    })
}

pub(crate) async fn insert(
    tx: &mut AnyConnection,
    all: &Statements,
    charges: &[&Charge],
    first: i64,
    now: Time,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, &Charge)> = (first..).zip(charges.iter().copied()).collect();
    all.insert_charges
        .execute(tx, &rows, |(id, charge), params| bind(*id, charge, now, params))
        .await?;
    let totals: Vec<_> = totals(charges)?.into_iter().collect();
    let bind = |((project, provider, kind), (n, amount)): &(Group<'_>, (i64, Money)),
                params: &mut Params| {
        params.text(project).text(provider).text(kind.as_str()).int(*n).int(amount.get());
    };
    all.add_totals.execute(tx, &totals, bind).await.map(drop)
}

fn bind(id: i64, charge: &Charge, now: Time, params: &mut Params) {
    let line = &charge.line;
    params.int(id).text(&charge.job.to_string()).text(charge.project.as_str());
    params.text(line.kind.as_str()).text(line.what.as_str()).text(provider(charge));
    params.text(&line.quantity).text(&line.price).int(line.amount.get());
    params.time(charge.start).time(charge.end).time(now).int(charge.attempt.into());
    params.maybe_int(charge.metered.map(|it| i64::try_from(it).unwrap_or(i64::MAX)));
    params.text(charge.booked.as_deref().unwrap_or_default()).maybe_int(charge.corrects);
    params.int(i64::try_from(charge.tax.get()).unwrap_or(i64::MAX));
}

/// Project, provider, kind.
type Group<'a> = (&'a str, &'a str, LineKind);

fn totals<'a>(charges: &[&'a Charge]) -> Result<BTreeMap<Group<'a>, (i64, Money)>, StoreError> {
    let mut totals: BTreeMap<Group<'a>, (i64, Money)> = BTreeMap::new();
    for charge in charges {
        let group = (charge.project.as_str(), provider(charge), charge.line.kind);
        let (n, sum) = totals.entry(group).or_default();
        let too_large = || StoreError::TooLarge {
            what: "charges",
            size: u64::MAX,
            most: i64::MAX.unsigned_abs(),
        };
        *n += 1;
        *sum = sum.checked_add(charge.line.amount).ok_or_else(too_large)?;
    }
    Ok(totals)
}

fn provider(charge: &Charge) -> &str {
    charge.line.provider.as_ref().map_or("", Name::as_str)
}
