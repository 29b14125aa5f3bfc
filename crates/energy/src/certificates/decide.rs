//! From an order to what happens.

use std::collections::BTreeMap;

use model::{Certificate, CertificateEvent, CertificateOrder, Generation, Name, Scheme};
use units::Time;

use super::{
    Book, MATCH_MOST, Refused,
    apply::{check_text, check_whole, is_of},
};
use crate::account::hour_of;

/// An order with what it has to be seen against.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub order: &'a CertificateOrder,
    pub now: Time,
    /// Of the site whose use is matched.
    pub zone: Option<&'a Name>,
    /// Wh that it used, by full hour.
    pub used: &'a BTreeMap<Time, u64>,
}

impl Book {
    /// Carries out an order: the events, all of which the book has taken. Nothing is changed if it is refused.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn order(&mut self, request: &Request<'_>) -> Result<Vec<CertificateEvent>, Refused> {
        let mut book = self.clone();
        let events = book.decide(request)?;
        *self = book;
        Ok(events)
    }

    fn decide(&mut self, request: &Request<'_>) -> Result<Vec<CertificateEvent>, Refused> {
        match request.order {
            CertificateOrder::Issue(generation) => self.issue(generation, request.now),
            CertificateOrder::Split { id, wh } => self.split_off(*id, *wh).map(|it| vec![it.1]),
            CertificateOrder::Transfer { id, to, wh } => self.transfer(*id, to, *wh),
            CertificateOrder::Match { owner, site, from, to, gec } => {
                self.matched((owner, site), (*from, *to), *gec, request)
            }
            CertificateOrder::Cancel { id, wh, reason } => {
                check_text("reason", reason)?;
                let wh = wh.unwrap_or(self.get(*id)?.open_wh());
                self.take_one(CertificateEvent::Cancelled { id: *id, wh, reason: reason.clone() })
            }
        }
    }

    fn issue(&mut self, it: &Generation, now: Time) -> Result<Vec<CertificateEvent>, Refused> {
        if it.end > now {
            let text = format!("it ends at {}, which is still to come: wait for it", it.end);
            return Err(Refused::Invalid(text));
        }
        let (wh, carried_wh) = self.made_of(it);
        let certificate = (wh > 0).then(|| self.following());
        let generation = it.clone();
        self.take_one(CertificateEvent::Issued { generation, certificate, wh, carried_wh })
    }

    fn take_one(&mut self, event: CertificateEvent) -> Result<Vec<CertificateEvent>, Refused> {
        self.apply(&event)?;
        Ok(vec![event])
    }

    fn split_off(&mut self, id: i64, wh: u64) -> Result<(i64, CertificateEvent), Refused> {
        let child = self.following();
        let event = CertificateEvent::Split { id, child, wh };
        self.apply(&event)?;
        Ok((child, event))
    }

    /// What is used already stays with whom it is.
    fn transfer(
        &mut self,
        id: i64,
        to: &Name,
        wh: Option<u64>,
    ) -> Result<Vec<CertificateEvent>, Refused> {
        let certificate = self.get(id)?;
        let (from, open) = (certificate.owner.clone(), certificate.open_wh());
        let wh = wh.unwrap_or(open);
        if from == *to {
            return Err(Refused::Invalid(format!("certificate {id} belongs to `{to}` already")));
        }
        if wh == 0 || wh > open {
            return Err(Refused::TooMuch { id, open, wh });
        }
        check_whole(certificate, wh)?;
        let mut events = Vec::new();
        let mut given = id;
        if wh != certificate.wh {
            let (child, event) = self.split_off(id, wh)?;
            given = child;
            events.push(event);
        }
        let event = CertificateEvent::Transferred { id: given, from, to: to.clone() };
        self.apply(&event)?;
        events.push(event);
        Ok(events)
    }

    fn matched(
        &mut self,
        (owner, site): (&Name, &Name),
        (from, to): (Time, Time),
        gec: bool,
        request: &Request<'_>,
    ) -> Result<Vec<CertificateEvent>, Refused> {
        if from >= to || to.since(from) > MATCH_MOST || hour_of(from) != from || hour_of(to) != to {
            let text =
                format!("from {from} to {to}: give full hours, at most {MATCH_MOST} of them");
            return Err(Refused::Invalid(text));
        }
        let zone = request.zone;
        let zone = zone.ok_or_else(|| Refused::Invalid(format!("there is no site `{site}`")))?;
        let mut events = Vec::new();
        for (hour, used) in request.used.range(from..to) {
            let need = used.saturating_sub(self.claimed(site, *hour));
            let granular = self.granular(owner, zone, *hour);
            let need = self.claim((site, *hour), need, granular, &mut events)?;
            if gec {
                let yearly = self.yearly(owner, *hour);
                self.claim((site, *hour), need, yearly, &mut events)?;
            }
        }
        Ok(events)
    }

    /// The largest first.
    fn granular(&self, owner: &Name, zone: &Name, hour: Time) -> Vec<i64> {
        let fits = |it: &&Certificate| {
            it.scheme == Scheme::Gc && it.owner == *owner && it.zone == *zone && is_of(it, hour)
        };
        self.open(fits, |it| (u64::MAX - it.open_wh(), it.id))
    }

    /// Those that expire first.
    fn yearly(&self, owner: &Name, hour: Time) -> Vec<i64> {
        let fits = |it: &&Certificate| {
            it.scheme == Scheme::Gec
                && it.owner == *owner
                && hour >= it.start
                && it.expires.is_none_or(|end| hour < end)
        };
        self.open(fits, |it| (it.expires, it.id))
    }

    fn open<K: Ord>(
        &self,
        fits: impl Fn(&&Certificate) -> bool,
        order: impl Fn(&Certificate) -> K,
    ) -> Vec<i64> {
        let mut all: Vec<&Certificate> =
            self.certificates.values().filter(|it| it.open_wh() > 0).filter(fits).collect();
        all.sort_by_key(|it| order(it));
        all.into_iter().map(|it| it.id).collect()
    }

    /// Of the need, what is left.
    fn claim(
        &mut self,
        (site, hour): (&Name, Time),
        mut need: u64,
        from: Vec<i64>,
        events: &mut Vec<CertificateEvent>,
    ) -> Result<u64, Refused> {
        for id in from {
            let wh = need.min(self.get(id)?.open_wh());
            if wh == 0 {
                break;
            }
            let event = CertificateEvent::Claimed { id, site: site.clone(), hour, wh };
            self.apply(&event)?;
            events.push(event);
            need -= wh;
        }
        Ok(need)
    }
}
