use model::{CertificateOrder as Order, Claim, Technology};
use proptest::prelude::*;

use super::*;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn generation(scheme: Scheme, device: &str, start: &str, end: &str, wh: u64) -> Generation {
    Generation {
        scheme,
        device: name(device),
        technology: Technology::Wind,
        issuer: "registry".into(),
        zone: name("west"),
        owner: name("farm"),
        start: at(start),
        end: at(end),
        wh,
    }
}

/// A book, all that it was told, and the sites' use.
#[derive(Default)]
struct World {
    book: Book,
    events: Vec<CertificateEvent>,
    used: BTreeMap<Time, u64>,
}

impl World {
    fn order(&mut self, order: &Order) -> Result<Vec<CertificateEvent>, Refused> {
        let zone = name("west");
        let now = at("2026-06-01T00:00:00Z");
        let request = Request { order, now, zone: Some(&zone), used: &self.used };
        let events = self.book.order(&request)?;
        self.events.extend(events.clone());
        Ok(events)
    }

    fn told(&mut self, order: &Order) -> String {
        self.order(order).map_or_else(|it| it.to_string(), |it| format!("{} events", it.len()))
    }

    fn stored(&self) -> Stored {
        let schemes = |id: i64| self.book.certificate(id).unwrap().scheme;
        let claim = |event: &CertificateEvent| match event {
            CertificateEvent::Claimed { id, site, hour, wh } => Some(Claim {
                certificate: *id,
                scheme: schemes(*id),
                site: site.clone(),
                hour: *hour,
                wh: *wh,
            }),
            _ => None,
        };
        Stored {
            events: self.events.clone(),
            certificates: self.book.certificates().cloned().collect(),
            claims: self.events.iter().filter_map(claim).collect(),
            used: self.used.iter().map(|(hour, wh)| ((name("site"), *hour), *wh)).collect(),
        }
    }
}

fn matching(from: &str, to: &str, gec: bool) -> Order {
    Order::Match { owner: name("farm"), site: name("site"), from: at(from), to: at(to), gec }
}

const H0: &str = "2026-03-01T00:00:00Z";
const H1: &str = "2026-03-01T01:00:00Z";
const H2: &str = "2026-03-01T02:00:00Z";

#[test]
fn an_hour_is_matched_by_certificates_of_that_hour_only() {
    let used = BTreeMap::from([(at(H0), 5_000), (at(H1), 5_000)]);
    let mut world = World { used, ..World::default() };
    world.order(&Order::Issue(generation(Scheme::Gc, "w1", H0, H1, 8_000))).unwrap();
    world.order(&Order::Issue(generation(Scheme::Gc, "w2", H1, H2, 2_000))).unwrap();
    assert_eq!(world.told(&matching(H0, H2, false)), "2 events");
    assert_eq!(world.told(&matching(H0, H2, false)), "0 events");
    let left: Vec<u64> = world.book.certificates().map(Certificate::open_wh).collect();
    assert_eq!(left, [3_000, 0]);
    assert_eq!(
        (world.book.claimed(&name("site"), at(H0)), world.book.claimed(&name("site"), at(H1))),
        (5_000, 2_000)
    );
    assert!(verify(&world.stored()).is_empty());
}

#[test]
fn a_thousand_kwh_make_one_and_the_rest_is_carried() {
    let mut world = World::default();
    let (march, april, may) =
        ("2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z", "2026-04-30T16:00:00Z");
    world.order(&Order::Issue(generation(Scheme::Gec, "w1", march, april, 999_999))).unwrap();
    assert_eq!((world.book.certificates().count(), world.book.carried(&name("w1"))), (0, 999_999));
    world.order(&Order::Issue(generation(Scheme::Gec, "w1", april, may, 2_000_002))).unwrap();
    let one = world.book.certificate(1).unwrap();
    assert_eq!((one.wh, one.expires), (3_000_000, Some(at("2028-03-31T16:00:00Z"))));
    assert_eq!(world.book.carried(&name("w1")), 1);
    let split = Order::Split { id: 1, wh: 1_500_000 };
    assert_eq!(
        world.told(&split),
        "1500000 Wh are no whole certificates: give a multiple of 1000000 Wh"
    );
    let late = at("2028-03-31T15:00:00Z");
    world.used = BTreeMap::from([(late, 400_000), (at("2028-03-31T16:00:00Z"), 400_000)]);
    assert_eq!(
        world.told(&matching("2028-03-31T15:00:00Z", "2028-03-31T17:00:00Z", true)),
        "1 events"
    );
    assert_eq!(world.book.claimed(&name("site"), late), 400_000);
    assert!(verify(&world.stored()).is_empty());
}

#[test]
fn nothing_is_made_or_used_twice() {
    let mut world = World::default();
    world.order(&Order::Issue(generation(Scheme::Gc, "w1", H0, H1, 1_000))).unwrap();
    let half = "2026-03-01T00:30:00Z";
    let twice = "device `w1` has certificates from 2026-03-01T00:00:00Z to 2026-03-01T01:00:00Z already: no Wh is certified twice";
    assert_eq!(world.told(&Order::Issue(generation(Scheme::Gc, "w1", half, H1, 5))), twice);
    assert_eq!(world.told(&Order::Issue(generation(Scheme::Gec, "w1", H0, H2, 5))), twice);
    assert_eq!(world.told(&Order::Issue(generation(Scheme::Gc, "w1", H1, H2, 7))), "1 events");
    let long = Order::Issue(generation(Scheme::Gc, "w3", half, "2026-03-01T01:30:00Z", 5));
    assert!(world.told(&long).contains("give an hour at most"));
    assert!(
        world.told(&Order::Issue(generation(Scheme::Gc, "w3", H0, H0, 5))).contains("a later end")
    );
    assert!(
        world.told(&Order::Issue(generation(Scheme::Gc, "w3", H0, H1, 0))).contains("give 1 to")
    );
    let to_come = generation(Scheme::Gc, "w3", "2027-03-01T00:00:00Z", "2027-03-01T01:00:00Z", 5);
    assert!(world.told(&Order::Issue(to_come)).contains("still to come"));
    let give = Order::Transfer { id: 1, to: name("shop"), wh: Some(600) };
    assert_eq!(world.told(&give), "2 events");
    assert_eq!(world.told(&give), "certificate 1 has 400 Wh left, not 600");
    assert_eq!(world.book.certificate(3).unwrap().owner, name("shop"));
    let cancel = Order::Cancel { id: 3, wh: None, reason: "sold abroad".into() };
    assert_eq!(
        (world.told(&cancel), world.told(&cancel)),
        ("1 events".into(), "certificate 3 has 0 Wh left, not 0".into())
    );
    assert_eq!(world.told(&Order::Split { id: 9, wh: 1 }), "there is no certificate 9");
    assert!(world.told(&matching(half, H1, false)).contains("give full hours"));
    assert!(verify(&world.stored()).is_empty());
}

#[test]
fn what_was_changed_behind_its_back_is_found() {
    let mut world = World { used: BTreeMap::from([(at(H0), 700)]), ..World::default() };
    world.order(&Order::Issue(generation(Scheme::Gc, "w1", H0, H1, 1_000))).unwrap();
    world.order(&matching(H0, H1, false)).unwrap();
    let good = world.stored();
    assert!(verify(&good).is_empty());
    let mut bad = good.clone();
    bad.certificates[0].claimed_wh = 0;
    assert_eq!(verify(&bad), ["certificate 1 is not as its events left it"]);
    let mut bad = good.clone();
    bad.certificates[0].wh = 600;
    assert_eq!(verify(&bad).len(), 2);
    let mut bad = good.clone();
    bad.claims.clear();
    assert_eq!(verify(&bad).len(), 2);
    let mut bad = good.clone();
    bad.used.clear();
    assert!(verify(&bad)[0].contains("used 0 Wh"));
    let mut bad = good.clone();
    bad.events.remove(0);
    assert_eq!(verify(&bad)[0], "event 1 cannot be: there is no certificate 1");
    let mut bad = good;
    bad.events.push(bad.events[0].clone());
    assert!(verify(&bad)[0].contains("no Wh is certified twice"));
}

fn orders() -> impl Strategy<Value = Order> {
    let hour = |at: i64| Time::from_millis(1_772_323_200_000 + at * 3_600_000);
    let issue =
        (0_u8..3, 0_i64..4, 1_u64..5_000, any::<bool>()).prop_map(move |(device, at, wh, gec)| {
            let scheme = if gec { Scheme::Gec } else { Scheme::Gc };
            let wh = if gec { wh * 1_000 } else { wh };
            let mut it = generation(scheme, &format!("d{device}"), H0, H1, wh);
            (it.start, it.end) = (hour(at), hour(at + 1));
            Order::Issue(it)
        });
    let owner = prop_oneof![Just("farm"), Just("shop")];
    prop_oneof![
        3 => issue,
        1 => (1_i64..12, 0_u64..4_000).prop_map(|(id, wh)| Order::Split { id, wh }),
        1 => (1_i64..12, prop::option::of(0_u64..4_000)).prop_map(|(id, wh)| Order::Transfer { id, to: name("shop"), wh }),
        1 => (1_i64..12, prop::option::of(0_u64..4_000)).prop_map(|(id, wh)| Order::Cancel { id, wh, reason: "r".into() }),
        2 => (owner, 0_i64..4, 1_i64..4, any::<bool>()).prop_map(move |(owner, at, long, gec)| Order::Match {
            owner: name(owner), site: name("site"), from: hour(at), to: hour(at + long), gec,
        }),
    ]
}

proptest! {
    #[test]
    fn whatever_is_ordered_every_wh_adds_up(orders in prop::collection::vec(orders(), 1..40), used in prop::collection::vec(0_u64..6_000, 4)) {
        let mut world = World::default();
        let hours = (0..).map(|at| Time::from_millis(1_772_323_200_000 + at * 3_600_000));
        world.used = hours.zip(used).collect();
        for order in &orders {
            let before = world.book.clone();
            if world.order(order).is_err() {
                prop_assert_eq!(&before, &world.book);
            }
        }
        prop_assert_eq!(verify(&world.stored()), Vec::<String>::new());
        let generated: u64 = world.events.iter().map(|it| match it {
            CertificateEvent::Issued { generation, .. } => generation.wh,
            _ => 0,
        }).sum();
        let ends: u64 = world.book.certificates().map(|it| it.open_wh() + it.claimed_wh + it.cancelled_wh).sum();
        let carried: u64 = world.book.carried.values().sum();
        prop_assert_eq!(generated, ends + carried);
    }
}
