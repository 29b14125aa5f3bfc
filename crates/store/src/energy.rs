//! What runs used of electricity, and what is known of sites hour by hour.

use std::collections::BTreeMap;

use api::DemandView;
use model::{EnergyUse, Name, Quality, Signal, SignalPoint};
use sqlx::{AnyConnection, any::AnyRow};
use units::{Carbon, Energy, Time};

use crate::{
    Store, StoreError, Write,
    commit::{DURING, Statements},
    sql::{Params, Sql, int, json, number, parsed, text, time, word},
    stage::{document, to_int},
};

pub(crate) const INSERT: (&str, usize, &str) = (
    "INSERT INTO energy_use (job, attempt, began, ended, site, it, facility, embodied) VALUES ",
    8,
    " ON CONFLICT DO NOTHING",
);
pub(crate) const PUT_SIGNALS: (&str, usize, &str) = (
    "INSERT INTO signal (site, signal, hour, value, rank, source, at) VALUES ",
    7,
    " ON CONFLICT (site, signal, hour) DO UPDATE SET value = excluded.value, rank = excluded.rank, \
     source = excluded.source, at = excluded.at WHERE excluded.rank >= signal.rank",
);

/// Most runs of one account.
pub const ENERGY_USES_MOST: usize = 200_000;
/// Most requests read at once.
const DEMANDS_MOST: i64 = 100_000;
/// Most points of signals at once.
pub const SIGNALS_MOST: usize = 400_000;

/// One hour of a site's series, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignal {
    pub site: Name,
    pub signal: Signal,
    pub point: SignalPoint,
    pub source: String,
    /// When it was told.
    pub at: Time,
}

impl Store {
    /// Runs of which something lies in `[from, to)`, in order of their end.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than [`ENERGY_USES_MOST`]: narrow it; [`StoreError::Corrupt`],
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn energy_uses(&self, from: Time, to: Time) -> Result<Vec<EnergyUse>, StoreError> {
        let mut sql = Sql::new(
            "SELECT job, attempt, began, ended, site, it, facility, embodied FROM energy_use WHERE ended >= ",
        );
        sql.time(from).push(" AND began < ").time(to).push(" ORDER BY ended, job, attempt LIMIT ");
        sql.int(to_int(ENERGY_USES_MOST + 1));
        let rows = sql.read(&self.pools.read, "energy_uses").await?;
        check_most("energy account", rows.len(), ENERGY_USES_MOST)?;
        rows.iter().map(energy_use).collect()
    }

    /// Requests to draw less that ended after `from`, or have not yet.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn demands(&self, from: Time) -> Result<Vec<DemandView>, StoreError> {
        let mut sql = Sql::new("SELECT view FROM demand_response WHERE until > ");
        sql.time(from).push(" ORDER BY until, site, id LIMIT ").int(DEMANDS_MOST);
        let rows = sql.read(&self.pools.read, "demands").await?;
        rows.iter().map(|row| json(row, "view")).collect()
    }

    /// Signals of all sites, or one, in `[from, to)`, in order of site, signal and hour.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than [`SIGNALS_MOST`]: narrow it; [`StoreError::Corrupt`],
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn signals(
        &self,
        site: Option<&Name>,
        from: Time,
        to: Time,
    ) -> Result<Vec<StoredSignal>, StoreError> {
        let mut sql = Sql::new(
            "SELECT site, signal, hour, value, rank, source, at FROM signal WHERE hour >= ",
        );
        sql.time(from).push(" AND hour < ").time(to);
        if let Some(site) = site {
            sql.push(" AND site = ").text(site.as_str());
        }
        sql.push(" ORDER BY site, signal, hour LIMIT ").int(to_int(SIGNALS_MOST + 1));
        let rows = sql.read(&self.pools.read, "signals").await?;
        check_most("signals", rows.len(), SIGNALS_MOST)?;
        rows.iter().map(signal).collect()
    }
}

pub(crate) fn check_most(what: &'static str, size: usize, most: usize) -> Result<(), StoreError> {
    if size <= most {
        return Ok(());
    }
    Err(StoreError::TooLarge { what, size: size as u64, most: most as u64 })
}

fn energy_use(row: &AnyRow) -> Result<EnergyUse, StoreError> {
    Ok(EnergyUse {
        job: parsed(row, "job")?,
        site: parsed(row, "site")?,
        attempt: number(row, "attempt")?,
        start: time(row, "began")?,
        end: time(row, "ended")?,
        it: Energy::new(number(row, "it")?),
        facility: Energy::new(number(row, "facility")?),
        embodied: Carbon::new(number(row, "embodied")?),
    })
}

fn signal(row: &AnyRow) -> Result<StoredSignal, StoreError> {
    let quality = match int(row, "rank")? {
        0 => Quality::Forecast,
        1 => Quality::Estimated,
        _ => Quality::Measured,
    };
    Ok(StoredSignal {
        site: parsed(row, "site")?,
        signal: word(row, "signal")?,
        point: SignalPoint { hour: time(row, "hour")?, value: int(row, "value")?, quality },
        source: text(row, "source")?.to_owned(),
        at: time(row, "at")?,
    })
}

/// As the column holds it; more than that is as much as it holds.
fn column(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) async fn write(
    tx: &mut AnyConnection,
    all: &Statements,
    writes: &[&Write],
) -> Result<(), StoreError> {
    let uses: Vec<&EnergyUse> = writes
        .iter()
        .filter_map(|write| match write {
            Write::EnergyUse(it) => Some(it),
            _ => None,
        })
        .collect();
    all.insert_energy.execute(tx, &uses, |it, params| bind_use(it, params)).await?;
    for write in writes {
        if let Write::Demand(view) = write {
            put_demand(tx, view).await?;
        }
        if let Write::Signals { site, signal, source, at, points } = write {
            // Of one hour twice, the last: a statement changes no row twice.
            let hours: BTreeMap<Time, &SignalPoint> =
                points.iter().map(|it| (it.hour, it)).collect();
            let points: Vec<&SignalPoint> = hours.into_values().collect();
            let bind = |point: &&SignalPoint, params: &mut Params| {
                params.text(site.as_str()).text(signal.as_str()).time(point.hour);
                params.int(point.value).int(point.quality as i64).text(source).time(*at);
            };
            all.put_signals.execute(tx, &points, bind).await?;
        }
    }
    Ok(())
}

fn bind_use(it: &EnergyUse, params: &mut Params) {
    params.text(&it.job.to_string()).int(it.attempt.into()).time(it.start).time(it.end);
    params.text(it.site.as_str()).int(column(it.it.get())).int(column(it.facility.get()));
    params.int(column(it.embodied.get()));
}

async fn put_demand(tx: &mut AnyConnection, view: &DemandView) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO demand_response (site, id, until, view) VALUES (");
    sql.texts([view.site.as_str(), view.id.as_str()]).push(", ").time(view.until).push(", ");
    sql.text(&document("demand response", &view.id, view)?);
    sql.push(") ON CONFLICT (site, id) DO UPDATE SET view = excluded.view");
    sql.execute(tx, DURING).await.map(drop)
}

/// Removes what is known of a site that is gone.
pub(crate) async fn forget_site(tx: &mut AnyConnection, site: &Name) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM signal WHERE signal <> 'meter' AND site = ");
    sql.text(site.as_str());
    sql.execute(tx, DURING).await.map(drop)
}
