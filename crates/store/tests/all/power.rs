//! Electricity and certificates, told to each database.

use std::collections::BTreeMap;

use api::{ClearedPrice, ClearingView, DemandView};
use energy::certificates::{Book, Request, touched, verify};
use model::{
    CertificateOrder, EnergyUse, Generation, Quality, Scheme, Signal, SignalPoint, Technology,
};
use store::{CertificateFilter, StoreError, Write};
use units::{Carbon, Energy, Power, Span, Time};

use crate::databases::{each, lead, write};
use crate::world::{at, key, name};

const HOUR: i64 = 3_600;

fn used(attempt: u32, from: i64, to: i64) -> EnergyUse {
    EnergyUse {
        job: key("demo.a"),
        site: name("west"),
        attempt,
        start: at(from),
        end: at(to),
        it: Energy::new(7),
        facility: Energy::new(8),
        embodied: Carbon::new(9),
    }
}

fn point(hour: i64, value: i64, quality: Quality) -> SignalPoint {
    SignalPoint { hour: at(hour * HOUR), value, quality }
}

fn told(points: Vec<SignalPoint>) -> Write {
    let (signal, source) = (Signal::Price, "test".to_owned());
    Write::Signals { site: name("west"), signal, source, at: at(5), points }
}

#[tokio::test]
async fn what_runs_used_is_found_by_time() {
    each(async |database| {
        let (store, term) = (&database.store, lead(&database.store).await);
        let all = [used(1, 0, 10), used(2, 20, 30), used(3, 40, 50)];
        let mut again = all[0].clone();
        again.it = Energy::new(99);
        let writes: Vec<Write> =
            all.iter().chain([&again]).cloned().map(Write::EnergyUse).collect();
        write(store, term, &writes).await;
        assert_eq!(
            store.energy_uses(at(0), at(60)).await.unwrap(),
            all,
            "the first of an attempt stands"
        );
        assert_eq!(store.energy_uses(at(15), at(40)).await.unwrap(), all[1..2]);
    })
    .await;
}

#[tokio::test]
async fn what_is_known_better_stays() {
    each(async |database| {
        let (store, term) = (&database.store, lead(&database.store).await);
        write(
            store,
            term,
            &[told(vec![point(0, -5, Quality::Measured), point(1, 6, Quality::Forecast)])],
        )
        .await;
        let twice = vec![point(1, 7, Quality::Estimated), point(1, 8, Quality::Estimated)];
        write(store, term, &[told(vec![point(0, 1, Quality::Forecast)]), told(twice)]).await;
        let found = store.signals(Some(&name("west")), at(0), at(2 * HOUR)).await.unwrap();
        let points: Vec<_> = found.iter().map(|it| (it.point.value, it.point.quality)).collect();
        assert_eq!(points, [(-5, Quality::Measured), (8, Quality::Estimated)]);
        assert!(store.signals(None, at(2 * HOUR), at(9 * HOUR)).await.unwrap().is_empty());
    })
    .await;
}

/// Carries out an order as the engine does.
async fn order(
    store: &store::Store,
    term: i64,
    order: CertificateOrder,
    used: &BTreeMap<Time, u64>,
) {
    let zone = name("west");
    let mut book = Book::default();
    book.learn(&store.known_certificates(&order, Some(&zone)).await.unwrap());
    let request = Request { order: &order, now: at(99 * HOUR), zone: Some(&zone), used };
    let events = book.order(&request).unwrap();
    let changed = events.iter().flat_map(touched).collect::<std::collections::BTreeSet<_>>();
    let certificates = changed.into_iter().map(|id| book.certificate(id).unwrap().clone());
    let (who, certificates) = ("me".to_owned(), certificates.collect());
    write(store, term, &[Write::Certificates { who, at: at(1), events, certificates }]).await;
}

fn generation(scheme: Scheme, device: &str, from: i64, to: i64, wh: u64) -> CertificateOrder {
    CertificateOrder::Issue(Generation {
        scheme,
        device: name(device),
        technology: Technology::Solar,
        issuer: "registry \u{7eff}\u{8bc1}".to_owned(),
        zone: name("west"),
        owner: name("farm"),
        start: at(from * HOUR),
        end: at(to * HOUR),
        wh,
    })
}

#[tokio::test]
async fn certificates_come_back_as_their_events_left_them() {
    each(async |database| {
        let (store, term) = (&database.store, lead(&database.store).await);
        let used = BTreeMap::from([(at(0), 3_000), (at(HOUR), 4_000)]);
        let orders = [
            generation(Scheme::Gc, "d1", 0, 1, 2_500),
            generation(Scheme::Gec, "d2", 0, 3, 1_400_000),
            generation(Scheme::Gec, "d2", 3, 6, 700_000),
            CertificateOrder::Transfer { id: 1, to: name("shop"), wh: Some(500) },
            CertificateOrder::Match {
                owner: name("farm"),
                site: name("west"),
                from: at(0),
                to: at(2 * HOUR),
                gec: true,
            },
            CertificateOrder::Cancel { id: 3, wh: Some(1_000), reason: "lost".into() },
        ];
        for one in orders {
            order(store, term, one, &used).await;
        }
        database.reopen().await;
        if !database.lasts() {
            return;
        }
        let store = &database.store;
        let mut stored = store.all_certificates().await.unwrap();
        stored.used = used.iter().map(|(hour, wh)| ((name("west"), *hour), *wh)).collect();
        assert_eq!(verify(&stored), Vec::<String>::new());
        assert_eq!(
            (stored.events.len(), stored.certificates.len(), stored.claims.len()),
            (9, 4, 3)
        );
        let page = store.certificates(&CertificateFilter::default(), None, 3).await.unwrap();
        let ids: Vec<i64> = page.items.iter().map(|it| it.id).collect();
        assert_eq!(ids, [4, 3, 2]);
        let rest = store
            .certificates(&CertificateFilter::default(), page.cursor.as_deref(), 3)
            .await
            .unwrap();
        assert_eq!((rest.items.len(), rest.cursor), (1, None));
        let shop = CertificateFilter { owner: Some(name("shop")), open: true };
        assert_eq!(store.certificates(&shop, None, 9).await.unwrap().items.len(), 1);
        // Whoever changes a figure is found out, and more than there is cannot be written at all.
        database.run("UPDATE certificate SET cancelled_wh = 1 WHERE id = 2").await;
        let mut changed = database.store.all_certificates().await.unwrap();
        changed.used = stored.used;
        assert_eq!(verify(&changed), ["certificate 2 is not as its events left it"]);
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_refuses_what_is_used_twice() {
    each(async |database| {
        let (store, term) = (&database.store, lead(&database.store).await);
        let used = BTreeMap::new();
        order(store, term, generation(Scheme::Gc, "d1", 0, 1, 100), &used).await;
        let known = store
            .known_certificates(&CertificateOrder::Split { id: 1, wh: 1 }, None)
            .await
            .unwrap();
        let mut certificate = known.certificates[0].clone();
        (certificate.claimed_wh, certificate.cancelled_wh) = (60, 60);
        let both = Write::Certificates {
            who: "me".into(),
            at: at(1),
            events: vec![],
            certificates: vec![certificate],
        };
        let refused = store.commit(term, at(1), crate::world::TTL, &[both]).await.unwrap_err();
        assert!(matches!(refused, StoreError::Database { .. }), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn requests_to_draw_less_are_remembered() {
    each(async |database| {
        let (store, term) = (&database.store, lead(&database.store).await);
        let view = |id: &str, until: i64, delivered: u64| DemandView {
            site: name("west"),
            id: name(id),
            cut: Power::new(5),
            from: at(0),
            until: at(until),
            baseline: Power::new(9),
            power: Power::new(4),
            counted: at(1),
            reached: None,
            asked: Energy::new(50),
            delivered: Energy::new(delivered),
            jobs: vec![key("demo.a")],
            ended: false,
        };
        let writes = [view("one", 10, 1), view("two", 20, 2), view("one", 10, 3)];
        let writes = writes.map(|it| Write::Demand(Box::new(it)));
        write(store, term, &writes).await;
        let all = store.demands(at(0)).await.unwrap();
        assert_eq!(all, [view("one", 10, 3), view("two", 20, 2)]);
        assert_eq!(store.demands(at(10).after(Span::new(0))).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn clearings_are_told_newest_first_and_page_by_page() {
    each(async |database| {
        let (store, term) = (&database.store, lead(&database.store).await);
        let view = |number: i64| ClearingView {
            number,
            at: at(number),
            slot: Span::minutes(15),
            bids: 3,
            won: 2,
            paid: units::Money::new(7),
            welfare: units::Money::new(10),
            bound: units::Money::new(12),
            gap_pct: 16.5,
            budget_balanced: true,
            rational: true,
            prices: vec![ClearedPrice {
                site: name("west"),
                pool: name("west-cpu"),
                from: at(1),
                to: at(2),
                units: 1,
                free: 2,
                posted: units::HourPrice::new(1),
                price: units::HourPrice::new(3),
            }],
        };
        let writes = [4, 7, 9].map(|it| Write::Clearing(Box::new(view(it))));
        write(store, term, &writes).await;
        let first = store.clearings(None, 2).await.unwrap();
        assert_eq!(first.items, [view(9), view(7)]);
        let rest = store.clearings(first.cursor.as_deref(), 2).await.unwrap();
        assert_eq!((rest.items, rest.cursor), (vec![view(4)], None));
    })
    .await;
}
