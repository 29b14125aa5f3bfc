//! Whether what is kept is what happened.

use std::collections::BTreeMap;

use model::{Certificate, CertificateEvent, Claim, Name};
use units::Time;

use super::{Book, Refused};

/// All that a store keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// In order.
    pub events: Vec<CertificateEvent>,
    pub certificates: Vec<Certificate>,
    pub claims: Vec<Claim>,
    /// Wh that each site used in each hour.
    pub used: BTreeMap<(Name, Time), u64>,
}

/// Replays all events and compares. The faults, in words; none if every Wh adds up.
#[must_use]
pub fn verify(stored: &Stored) -> Vec<String> {
    let mut book = Book::default();
    let mut faults = Vec::new();
    for (number, event) in (1..).zip(&stored.events) {
        if let Err(refused) = book.apply(event) {
            faults.push(format!("event {number} cannot be: {refused}"));
        }
    }
    certificates(&book, stored, &mut faults);
    claims(&book, stored, &mut faults);
    faults
}

fn certificates(book: &Book, stored: &Stored, faults: &mut Vec<String>) {
    let kept: BTreeMap<i64, &Certificate> =
        stored.certificates.iter().map(|it| (it.id, it)).collect();
    for it in book.certificates() {
        match kept.get(&it.id) {
            Some(kept) if *kept == it => {}
            Some(_) => faults.push(format!("certificate {} is not as its events left it", it.id)),
            None => faults.push(format!("certificate {} is missing", it.id)),
        }
    }
    let invented = stored.certificates.iter().filter(|it| book.certificate(it.id).is_none());
    faults.extend(invented.map(|it| format!("certificate {} was never issued", it.id)));
    let used = |it: &Certificate| {
        u128::from(it.claimed_wh) + u128::from(it.cancelled_wh) + u128::from(it.split_wh)
    };
    let over = stored.certificates.iter().filter(|it| used(it) > u128::from(it.wh));
    faults.extend(over.map(|it| format!("certificate {} is used beyond its {} Wh", it.id, it.wh)));
}

fn claims(book: &Book, stored: &Stored, faults: &mut Vec<String>) {
    let mut kept: BTreeMap<(Name, Time), u64> = BTreeMap::new();
    let mut by_certificate: BTreeMap<i64, u64> = BTreeMap::new();
    for it in &stored.claims {
        let sum = kept.entry((it.site.clone(), it.hour)).or_default();
        *sum = sum.saturating_add(it.wh);
        let sum = by_certificate.entry(it.certificate).or_default();
        *sum = sum.saturating_add(it.wh);
    }
    if kept != book.claimed {
        faults.push("the claims are not those of the events".to_owned());
    }
    for it in book.certificates() {
        let claimed = by_certificate.get(&it.id).copied().unwrap_or(0);
        if claimed != it.claimed_wh {
            faults.push(format!(
                "certificate {}: {claimed} Wh in claims, {} claimed",
                it.id, it.claimed_wh
            ));
        }
    }
    for ((site, hour), claimed) in kept {
        let used = stored.used.get(&(site.clone(), hour)).copied().unwrap_or(0);
        if claimed > used {
            faults.push(Refused::Overclaimed { site, hour, used, claimed }.to_string());
        }
    }
}
