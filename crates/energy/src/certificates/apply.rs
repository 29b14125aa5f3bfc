//! The one way a book changes.

use model::{Certificate, CertificateEvent, Generation, Name, Scheme};
use units::{Span, Time};

use super::{Book, GEC_WH, GENERATION_WH_MOST, Refused, TEXT_MOST, expires, month_of};
use crate::account::hour_of;

impl Book {
    /// Takes one event. Nothing is changed if it cannot be.
    ///
    /// # Errors
    /// It makes or uses a Wh twice, or speaks of what there is not.
    pub fn apply(&mut self, event: &CertificateEvent) -> Result<(), Refused> {
        match event {
            CertificateEvent::Issued { generation, certificate, wh, carried_wh } => {
                self.issued(generation, *certificate, *wh, *carried_wh)
            }
            CertificateEvent::Split { id, child, wh } => self.split(*id, *child, *wh),
            CertificateEvent::Transferred { id, from, to } => self.transferred(*id, from, to),
            CertificateEvent::Claimed { id, site, hour, wh } => {
                self.take(*id, *wh)?.claimed_wh += wh;
                *self.claimed.entry((site.clone(), *hour)).or_default() += wh;
                Ok(())
            }
            CertificateEvent::Cancelled { id, wh, reason } => {
                check_text("reason", reason)?;
                self.take(*id, *wh)?.cancelled_wh += wh;
                Ok(())
            }
        }
    }

    fn issued(
        &mut self,
        generation: &Generation,
        certificate: Option<i64>,
        wh: u64,
        carried: u64,
    ) -> Result<(), Refused> {
        check_generation(generation)?;
        let device = &generation.device;
        if let Some((start, end)) = self.overlap(device, generation.start, generation.end) {
            return Err(Refused::Twice { device: device.clone(), start, end });
        }
        if (wh, carried) != self.made_of(generation) || certificate.is_some() != (wh > 0) {
            let text = format!("{wh} Wh and {carried} Wh carried are not what was generated");
            return Err(Refused::Invalid(text));
        }
        if let Some(id) = certificate {
            self.next(id)?;
            self.certificates.insert(id, first(id, generation, wh));
        }
        if generation.scheme == Scheme::Gec {
            self.carried.insert(device.clone(), carried);
        }
        self.generations.insert((device.clone(), generation.start), generation.end);
        Ok(())
    }

    /// Wh of the certificate that a generation makes, and Wh that are carried then.
    pub(super) fn made_of(&self, generation: &Generation) -> (u64, u64) {
        if generation.scheme == Scheme::Gc {
            return (generation.wh, 0);
        }
        let all = generation.wh + self.carried(&generation.device);
        (all - all % GEC_WH, all % GEC_WH)
    }

    fn split(&mut self, id: i64, child: i64, wh: u64) -> Result<(), Refused> {
        check_whole(self.get(id)?, wh)?;
        let parent = self.take(id, wh)?;
        let new = Certificate {
            id: child,
            parent: Some(id),
            wh,
            claimed_wh: 0,
            cancelled_wh: 0,
            split_wh: 0,
            ..parent.clone()
        };
        parent.split_wh += wh;
        self.next(child).inspect_err(|_| {
            if let Ok(parent) = self.get_mut(id) {
                parent.split_wh -= wh;
            }
        })?;
        self.certificates.insert(child, new);
        Ok(())
    }

    fn transferred(&mut self, id: i64, from: &Name, to: &Name) -> Result<(), Refused> {
        let certificate = self.get_mut(id)?;
        if certificate.owner != *from {
            return Err(Refused::NotOwner(id, certificate.owner.clone()));
        }
        let open = certificate.open_wh();
        if open != certificate.wh {
            return Err(Refused::TooMuch { id, open, wh: certificate.wh });
        }
        certificate.owner = to.clone();
        Ok(())
    }

    /// The certificate, which has so much left.
    fn take(&mut self, id: i64, wh: u64) -> Result<&mut Certificate, Refused> {
        let certificate = self.get_mut(id)?;
        let open = certificate.open_wh();
        if wh == 0 || wh > open {
            return Err(Refused::TooMuch { id, open, wh });
        }
        Ok(certificate)
    }

    fn next(&mut self, id: i64) -> Result<(), Refused> {
        if id <= self.last {
            return Err(Refused::Invalid(format!("the number {id} was given before")));
        }
        self.last = id;
        Ok(())
    }

    pub(super) const fn following(&self) -> i64 {
        self.last + 1
    }
}

fn first(id: i64, generation: &Generation, wh: u64) -> Certificate {
    Certificate {
        id,
        parent: None,
        scheme: generation.scheme,
        device: generation.device.clone(),
        technology: generation.technology,
        issuer: generation.issuer.clone(),
        zone: generation.zone.clone(),
        owner: generation.owner.clone(),
        start: generation.start,
        end: generation.end,
        expires: expires(generation),
        wh,
        claimed_wh: 0,
        cancelled_wh: 0,
        split_wh: 0,
    }
}

/// Green electricity certificates are whole.
pub(super) fn check_whole(certificate: &Certificate, wh: u64) -> Result<(), Refused> {
    if certificate.scheme == Scheme::Gec && !wh.is_multiple_of(GEC_WH) {
        let text = format!("{wh} Wh are no whole certificates: give a multiple of {GEC_WH} Wh");
        return Err(Refused::Invalid(text));
    }
    Ok(())
}

pub(super) fn check_text(what: &str, text: &str) -> Result<(), Refused> {
    let length = text.chars().count();
    if !(1..=TEXT_MOST).contains(&length) || text.chars().any(char::is_control) {
        let text = format!("the {what} has {length} characters: use 1 to {TEXT_MOST} on one line");
        return Err(Refused::Invalid(text));
    }
    Ok(())
}

fn check_generation(it: &Generation) -> Result<(), Refused> {
    let invalid = |text: String| Err(Refused::Invalid(text));
    check_text("issuer", &it.issuer)?;
    if !(1..=GENERATION_WH_MOST).contains(&it.wh) {
        return invalid(format!("{} Wh: give 1 to {GENERATION_WH_MOST}", it.wh));
    }
    if it.end <= it.start {
        return invalid(format!(
            "it ends at {} and starts at {}: give a later end",
            it.end, it.start
        ));
    }
    let last = it.end.before(Span::new(1));
    match it.scheme {
        Scheme::Gc if hour_of(last) != hour_of(it.start) => invalid(format!(
            "from {} to {} is not within one full hour: give an hour at most, and cut it at full hours",
            it.start, it.end
        )),
        Scheme::Gec if month_of(last) != month_of(it.start) => invalid(format!(
            "from {} to {} is not within one month of China's time: cut it at the end of the month",
            it.start, it.end
        )),
        _ => Ok(()),
    }
}

/// Of the hour that it lies in.
pub(super) fn is_of(certificate: &Certificate, hour: Time) -> bool {
    hour_of(certificate.start) == hour
}
