//! Certificates: what has happened to them, and what follows from it.

use std::collections::BTreeMap;

use energy::certificates::{Known, Stored};
use model::{Certificate, CertificateEvent, CertificateOrder, Claim, Generation, Name, Scheme};
use sqlx::{AnyConnection, any::AnyRow};
use units::{Span, Time};

use crate::{
    Store, StoreError, Write,
    commit::DURING,
    cursor,
    energy::check_most,
    list::page_by,
    page_size,
    sql::{Sql, int, json, maybe_time, number, parsed, text, time, word},
    stage::{document, to_int},
};

const LIST: &str = "g";
const COLUMNS: &str = "id, parent, scheme, device, technology, issuer, zone, owner, began, ended, expires, wh, \
                       claimed_wh, cancelled_wh, split_wh";
/// Left of a certificate.
const OPEN: &str = "claimed_wh + cancelled_wh + split_wh < wh";
/// Most certificates that one order may touch.
pub const CERTIFICATES_MOST: usize = 20_000;
/// No generation is longer.
const GENERATION_MOST: Span = Span::hours(32 * 24);

/// Which certificates; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateFilter {
    pub owner: Option<Name>,
    /// With something left.
    pub open: bool,
}

impl Store {
    /// By number, newest first. `limit` is held to 1 ..= [`crate::PAGE_MOST`].
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn certificates(
        &self,
        filter: &CertificateFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<api::Page<Certificate>, StoreError> {
        let before = cursor::read_number(LIST, cursor, i64::MAX)?;
        let mut sql = Sql::new(&format!("SELECT {COLUMNS} FROM certificate WHERE id < "));
        sql.int(before);
        if let Some(owner) = &filter.owner {
            sql.push(" AND owner = ").text(owner.as_str());
        }
        if filter.open {
            sql.push(" AND ").push(OPEN);
        }
        sql.push(" ORDER BY id DESC LIMIT ").int(page_size(limit) + 1);
        let items = self.read_certificates(sql).await?.into_iter().map(Ok);
        page_by(items, limit, |it| cursor::write(LIST, &it.id.to_string()))
    }

    /// What of all certificates an order may touch.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if that is more than [`CERTIFICATES_MOST`]; [`StoreError::Corrupt`],
    /// [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn known_certificates(
        &self,
        order: &CertificateOrder,
        zone: Option<&Name>,
    ) -> Result<Known, StoreError> {
        let last = Sql::new("SELECT COALESCE(MAX(id), 0) AS id FROM certificate");
        let last = last.read_one(&self.pools.read, "certificates").await?;
        let mut known =
            Known { last: last.map_or(Ok(0), |row| int(&row, "id"))?, ..Known::default() };
        match order {
            CertificateOrder::Issue(generation) => {
                self.known_generation(generation, &mut known).await?
            }
            CertificateOrder::Split { id, .. }
            | CertificateOrder::Transfer { id, .. }
            | CertificateOrder::Cancel { id, .. } => {
                let mut sql = Sql::new(&format!("SELECT {COLUMNS} FROM certificate WHERE id = "));
                sql.int(*id);
                known.certificates = self.read_certificates(sql).await?;
            }
            CertificateOrder::Match { owner, site, from, to, gec } => {
                known.certificates = self.matchable(owner, zone, (*from, *to), *gec).await?;
                let claims = self.claims(Some(site), *from, *to).await?;
                let mut sums: BTreeMap<(Name, Time), u64> = BTreeMap::new();
                for it in claims {
                    *sums.entry((it.site, it.hour)).or_default() += it.wh;
                }
                known.claimed = sums.into_iter().collect();
            }
        }
        Ok(known)
    }

    async fn known_generation(&self, it: &Generation, known: &mut Known) -> Result<(), StoreError> {
        let mut sql = Sql::new("SELECT device, began, ended FROM generation WHERE device = ");
        sql.text(it.device.as_str()).push(" AND began >= ").time(it.start.before(GENERATION_MOST));
        sql.push(" AND began < ").time(it.end).push(" LIMIT 2000");
        for row in &sql.read(&self.pools.read, "generations").await? {
            known.generations.push((
                parsed(row, "device")?,
                time(row, "began")?,
                time(row, "ended")?,
            ));
        }
        let mut sql = Sql::new("SELECT wh FROM generation_carried WHERE device = ");
        sql.text(it.device.as_str());
        if let Some(row) = sql.read_one(&self.pools.read, "generations").await? {
            known.carried.push((it.device.clone(), number(&row, "wh")?));
        }
        Ok(())
    }

    async fn matchable(
        &self,
        owner: &Name,
        zone: Option<&Name>,
        (from, to): (Time, Time),
        gec: bool,
    ) -> Result<Vec<Certificate>, StoreError> {
        let mut sql = Sql::new(&format!("SELECT {COLUMNS} FROM certificate WHERE owner = "));
        sql.text(owner.as_str()).push(" AND ").push(OPEN).push(" AND began < ").time(to);
        sql.push(" AND ((scheme = 'gc' AND began >= ").time(from).push(" AND zone = ");
        sql.text(zone.map_or("", Name::as_str)).push(")");
        if gec {
            sql.push(" OR (scheme = 'gec' AND expires > ").time(from).push(")");
        }
        sql.push(") ORDER BY id LIMIT ").int(to_int(CERTIFICATES_MOST + 1));
        let found = self.read_certificates(sql).await?;
        check_most("certificates", found.len(), CERTIFICATES_MOST)?;
        Ok(found)
    }

    /// What was claimed for hours in `[from, to)`.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`]; [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn claims(
        &self,
        site: Option<&Name>,
        from: Time,
        to: Time,
    ) -> Result<Vec<Claim>, StoreError> {
        let mut sql = Sql::new(
            "SELECT k.certificate, c.scheme, k.site, k.hour, k.wh FROM certificate_claim k \
             JOIN certificate c ON c.id = k.certificate WHERE k.hour >= ",
        );
        sql.time(from).push(" AND k.hour < ").time(to);
        if let Some(site) = site {
            sql.push(" AND k.site = ").text(site.as_str());
        }
        sql.push(" ORDER BY k.hour, k.site, k.certificate LIMIT ");
        sql.int(to_int(crate::SIGNALS_MOST + 1));
        let rows = sql.read(&self.pools.read, "claims").await?;
        check_most("claims", rows.len(), crate::SIGNALS_MOST)?;
        rows.iter().map(claim).collect()
    }

    /// Everything that is kept of certificates, to be verified. `used` is left empty.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`], [`StoreError::Unreachable`].
    pub async fn all_certificates(&self) -> Result<Stored, StoreError> {
        let mut stored = Stored::default();
        let mut after = 0;
        loop {
            let mut sql = Sql::new("SELECT seq, what FROM certificate_event WHERE seq > ");
            sql.int(after).push(" ORDER BY seq LIMIT 10000");
            let rows = sql.read(&self.pools.read, "certificate_events").await?;
            let Some(last) = rows.last() else { break };
            after = int(last, "seq")?;
            for row in &rows {
                stored.events.push(json(row, "what")?);
            }
        }
        let sql = Sql::new(&format!("SELECT {COLUMNS} FROM certificate ORDER BY id"));
        stored.certificates = self.read_certificates(sql).await?;
        // Not joined: a claim of what there is not has to be seen too.
        let sql =
            Sql::new("SELECT certificate, 'gc' AS scheme, site, hour, wh FROM certificate_claim");
        let rows = sql.read(&self.pools.read, "claims").await?;
        stored.claims = rows.iter().map(claim).collect::<Result<_, _>>()?;
        Ok(stored)
    }

    async fn read_certificates(&self, sql: Sql) -> Result<Vec<Certificate>, StoreError> {
        sql.read(&self.pools.read, "certificates").await?.iter().map(certificate).collect()
    }
}

fn certificate(row: &AnyRow) -> Result<Certificate, StoreError> {
    Ok(Certificate {
        id: int(row, "id")?,
        parent: maybe_time(row, "parent")?.map(Time::as_millis),
        scheme: word(row, "scheme")?,
        device: parsed(row, "device")?,
        technology: word(row, "technology")?,
        issuer: text(row, "issuer")?.to_owned(),
        zone: parsed(row, "zone")?,
        owner: parsed(row, "owner")?,
        start: time(row, "began")?,
        end: time(row, "ended")?,
        expires: maybe_time(row, "expires")?,
        wh: number(row, "wh")?,
        claimed_wh: number(row, "claimed_wh")?,
        cancelled_wh: number(row, "cancelled_wh")?,
        split_wh: number(row, "split_wh")?,
    })
}

fn claim(row: &AnyRow) -> Result<Claim, StoreError> {
    Ok(Claim {
        certificate: int(row, "certificate")?,
        scheme: word(row, "scheme")?,
        site: parsed(row, "site")?,
        hour: time(row, "hour")?,
        wh: number(row, "wh")?,
    })
}

pub(crate) async fn write(tx: &mut AnyConnection, writes: &[&Write]) -> Result<(), StoreError> {
    for write in writes {
        let Write::Certificates { who, at, events, certificates } = write else { continue };
        for event in events {
            record(tx, who, *at, event).await?;
        }
        for it in certificates {
            put(tx, it).await?;
        }
    }
    Ok(())
}

async fn record(
    tx: &mut AnyConnection,
    who: &str,
    at: Time,
    event: &CertificateEvent,
) -> Result<(), StoreError> {
    let what = document("certificate event", &at, event)?;
    let mut sql = Sql::new(
        "INSERT INTO certificate_event (seq, at, who, what) SELECT COALESCE(MAX(seq), 0) + 1, CAST(",
    );
    sql.time(at).push(" AS BIGINT), CAST(").text(who).push(" AS TEXT), CAST(").text(&what);
    sql.push(" AS TEXT) FROM certificate_event");
    sql.execute(tx, DURING).await?;
    match event {
        CertificateEvent::Issued { generation, carried_wh, .. } => {
            generated(tx, generation, *carried_wh).await
        }
        CertificateEvent::Claimed { id, site, hour, wh } => {
            let mut sql =
                Sql::new("INSERT INTO certificate_claim (certificate, site, hour, wh) VALUES (");
            sql.int(*id).push(", ").text(site.as_str()).push(", ").time(*hour).push(", ");
            sql.int(signed(*wh)).push(
                ") ON CONFLICT (certificate, site, hour) DO UPDATE SET wh = certificate_claim.wh + excluded.wh",
            );
            sql.execute(tx, DURING).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn generated(
    tx: &mut AnyConnection,
    it: &Generation,
    carried_wh: u64,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO generation (device, began, ended, scheme, wh) VALUES (");
    sql.text(it.device.as_str()).push(", ").time(it.start).push(", ").time(it.end).push(", ");
    sql.text(it.scheme.as_str()).push(", ").int(signed(it.wh)).push(")");
    sql.execute(tx, DURING).await?;
    if it.scheme == Scheme::Gc {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO generation_carried (device, wh) VALUES (");
    sql.text(it.device.as_str()).push(", ").int(signed(carried_wh));
    sql.push(") ON CONFLICT (device) DO UPDATE SET wh = excluded.wh");
    sql.execute(tx, DURING).await.map(drop)
}

async fn put(tx: &mut AnyConnection, it: &Certificate) -> Result<(), StoreError> {
    let mut sql = Sql::new(&format!("INSERT INTO certificate ({COLUMNS}) VALUES ("));
    sql.int(it.id).push(", ").maybe_time(it.parent.map(Time::from_millis)).push(", ");
    let names = [it.scheme.as_str(), it.device.as_str(), it.technology.as_str(), &it.issuer];
    sql.texts(names).push(", ").texts([it.zone.as_str(), it.owner.as_str()]).push(", ");
    sql.time(it.start).push(", ").time(it.end).push(", ").maybe_time(it.expires);
    for wh in [it.wh, it.claimed_wh, it.cancelled_wh, it.split_wh] {
        sql.push(", ").int(signed(wh));
    }
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, claimed_wh = excluded.claimed_wh, \
         cancelled_wh = excluded.cancelled_wh, split_wh = excluded.split_wh",
    );
    sql.execute(tx, DURING).await.map(drop)
}

/// At most 10^12 by its making.
fn signed(wh: u64) -> i64 {
    i64::try_from(wh).unwrap_or(i64::MAX)
}
