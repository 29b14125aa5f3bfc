//! Certificates in a batch: one book for all orders of it, so that what one has taken is gone for the next.

use std::collections::BTreeMap;

use api::{CertificateAnswer, Problem, ProblemKind};
use control::account::used_wh;
use energy::certificates::{Book, Known, Refused, Request, touched};
use model::{CertificateOrder, Invalid, Kind, Name, SiteSpec};
use store::{Store, StoreError, Write};
use units::Time;

/// What the store knows of what an order touches.
#[derive(Debug, Default)]
pub(crate) struct Green {
    known: Known,
    /// Where the site is whose use is matched.
    zone: Option<Name>,
    /// Wh that it used, by full hour.
    used: BTreeMap<Time, u64>,
}

/// Reads what an order touches.
pub(crate) async fn read(store: &Store, order: &CertificateOrder) -> Result<Green, StoreError> {
    let mut green = Green::default();
    if let CertificateOrder::Match { site, from, to, .. } = order {
        match store.resource(Kind::Site, site).await {
            Err(StoreError::NotFound { .. }) => {}
            found => {
                let spec: Option<SiteSpec> = serde_json::from_value(found?.spec).ok();
                green.zone = spec.map(|it| it.region);
            }
        }
        let uses = store.energy_uses(*from, *to).await?;
        let told = store.signals(Some(site), *from, *to).await?.into_iter();
        let used = used_wh(&uses, told.map(|it| (it.site, it.signal, it.point))).into_iter();
        let used = used.filter(|((it, _), _)| it == site).map(|((_, hour), wh)| (hour, wh));
        green.used = used.collect();
    }
    green.known = store.known_certificates(order, green.zone.as_ref()).await?;
    Ok(green)
}

/// Carries out an order in the batch's book.
pub(crate) fn order(
    book: &mut Book,
    order: &CertificateOrder,
    green: &Green,
    who: &Name,
    now: Time,
) -> Result<(CertificateAnswer, Option<Write>), Problem> {
    book.learn(&green.known);
    let request = Request { order, now, zone: green.zone.as_ref(), used: &green.used };
    let events = book.order(&request).map_err(problem)?;
    let mut ids: Vec<i64> = events.iter().flat_map(touched).collect();
    ids.sort_unstable();
    ids.dedup();
    let certificates: Vec<_> =
        ids.into_iter().filter_map(|id| book.certificate(id).cloned()).collect();
    let write = (!events.is_empty()).then(|| Write::Certificates {
        who: who.to_string(),
        at: now,
        events: events.clone(),
        certificates: certificates.clone(),
    });
    Ok((CertificateAnswer { events, certificates }, write))
}

fn problem(refused: Refused) -> Problem {
    let detail = refused.to_string();
    match refused {
        Refused::Unknown(_) => Problem::new(ProblemKind::NotFound, detail),
        Refused::Invalid(_) => Problem::invalid(vec![Invalid::new("order", detail)]),
        Refused::TooMuch { .. }
        | Refused::Twice { .. }
        | Refused::NotOwner(..)
        | Refused::Overclaimed { .. } => Problem::new(ProblemKind::Conflict, detail),
    }
}

/// Whether an owner that an order names has to be there.
pub(crate) fn names_organization(order: &CertificateOrder) -> Option<&Name> {
    match order {
        CertificateOrder::Issue(generation) => Some(&generation.owner),
        CertificateOrder::Transfer { to, .. } => Some(to),
        CertificateOrder::Match { owner, .. } => Some(owner),
        CertificateOrder::Split { .. } | CertificateOrder::Cancel { .. } => None,
    }
}
