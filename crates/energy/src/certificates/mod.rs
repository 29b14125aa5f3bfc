//! Certificates of green electricity: made once, used once.
//!
//! [`Book::decide`] turns an order into events; [`Book::apply`] takes an event, checks it against all that happened before
//! and is the only way a book changes. A book may hold a part of all certificates: those that an order can touch. Whoever
//! replays all events from the first has the whole, and with it the proof that no Wh was made or used twice
//! ([`verify`]).

mod apply;
mod decide;
mod verify;

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};
use model::{Certificate, CertificateEvent, Generation, Name, Scheme};
use units::{Span, Time};

pub use decide::Request;
pub use verify::{Stored, verify};

/// What one green electricity certificate (绿证) stands for.
pub const GEC_WH: u64 = 1_000_000;
/// Most Wh of one generation: 1 TWh.
pub const GENERATION_WH_MOST: u64 = 1_000_000_000_000;
/// Longest time matched by one order.
pub const MATCH_MOST: Span = Span::hours(31 * 24);
/// Most characters of an issuer or a reason.
const TEXT_MOST: usize = 200;
/// Months for which a green electricity certificate is valid, that of its generation included.
const GEC_MONTHS: i16 = 24;

/// Why an order or event cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no certificate {0}")]
    Unknown(i64),
    #[error("certificate {id} has {open} Wh left, not {wh}")]
    TooMuch { id: i64, open: u64, wh: u64 },
    #[error(
        "device `{device}` has certificates from {start} to {end} already: no Wh is certified twice"
    )]
    Twice { device: Name, start: Time, end: Time },
    #[error("certificate {0} belongs to `{1}`")]
    NotOwner(i64, Name),
    /// The site used less in that hour than would be claimed for it.
    #[error(
        "`{site}` used {used} Wh in the hour of {hour}, and {claimed} Wh would be claimed for it"
    )]
    Overclaimed { site: Name, hour: Time, used: u64, claimed: u64 },
    /// What is wrong with the order, and what would be right.
    #[error("{0}")]
    Invalid(String),
}

/// Certificates and what has to be known of them to decide. A copy is cheap where it is a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// The last id that was given.
    last: i64,
    certificates: BTreeMap<i64, Certificate>,
    /// End of each generation, by device and start.
    generations: BTreeMap<(Name, Time), Time>,
    /// Wh that were too few for a certificate, by device.
    carried: BTreeMap<Name, u64>,
    /// Wh claimed for a site in an hour.
    claimed: BTreeMap<(Name, Time), u64>,
}

/// What a store knows that orders may touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    pub last: i64,
    pub certificates: Vec<Certificate>,
    /// Device, start and end.
    pub generations: Vec<(Name, Time, Time)>,
    pub carried: Vec<(Name, u64)>,
    pub claimed: Vec<((Name, Time), u64)>,
}

impl Book {
    /// Takes in what is known; what the book has already is newer and stays.
    pub fn learn(&mut self, known: &Known) {
        self.last = self.last.max(known.last);
        for it in &known.certificates {
            self.certificates.entry(it.id).or_insert_with(|| it.clone());
        }
        for (device, start, end) in &known.generations {
            self.generations.entry((device.clone(), *start)).or_insert(*end);
        }
        for (device, wh) in &known.carried {
            self.carried.entry(device.clone()).or_insert(*wh);
        }
        for (of, wh) in &known.claimed {
            self.claimed.entry(of.clone()).or_insert(*wh);
        }
    }

    #[must_use]
    pub fn certificate(&self, id: i64) -> Option<&Certificate> {
        self.certificates.get(&id)
    }

    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.values()
    }

    /// Wh of a device that wait for its next generation.
    #[must_use]
    pub fn carried(&self, device: &Name) -> u64 {
        self.carried.get(device).copied().unwrap_or(0)
    }

    /// Wh claimed for a site in an hour.
    #[must_use]
    pub fn claimed(&self, site: &Name, hour: Time) -> u64 {
        self.claimed.get(&(site.clone(), hour)).copied().unwrap_or(0)
    }

    fn get(&self, id: i64) -> Result<&Certificate, Refused> {
        self.certificates.get(&id).ok_or(Refused::Unknown(id))
    }

    fn get_mut(&mut self, id: i64) -> Result<&mut Certificate, Refused> {
        self.certificates.get_mut(&id).ok_or(Refused::Unknown(id))
    }

    /// What of a device's time is certified already and lies in `[start, end)`.
    fn overlap(&self, device: &Name, start: Time, end: Time) -> Option<(Time, Time)> {
        let key = |at| (device.clone(), at);
        let last = self.generations.range(key(Time::MIN)..key(end)).next_back()?;
        (*last.1 > start).then_some((last.0.1, *last.1))
    }
}

/// Until when a green electricity certificate can be used, by the month of its generation in China's time.
fn expires(generation: &Generation) -> Option<Time> {
    if generation.scheme == Scheme::Gc {
        return None;
    }
    let first = month_of(generation.start)?;
    let end = first.checked_add(jiff::Span::new().try_months(GEC_MONTHS).ok()?).ok()?;
    end.to_zoned(china()).ok().map(|it| it.timestamp().into())
}

/// The first day of the month.
fn month_of(at: Time) -> Option<Date> {
    Some(at.timestamp().to_zoned(china()).date().first_of_month())
}

fn china() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)))
}

/// What an event did, for who keeps certificates elsewhere: those that it made or changed.
#[must_use]
pub fn touched(event: &CertificateEvent) -> Vec<i64> {
    match event {
        CertificateEvent::Issued { certificate, .. } => certificate.iter().copied().collect(),
        CertificateEvent::Split { id, child, .. } => vec![*id, *child],
        CertificateEvent::Transferred { id, .. }
        | CertificateEvent::Claimed { id, .. }
        | CertificateEvent::Cancelled { id, .. } => vec![*id],
    }
}

#[cfg(test)]
mod tests;
