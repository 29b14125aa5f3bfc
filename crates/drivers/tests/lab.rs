//! Steering in the real kernel: routers in namespaces that these tests make and take away. They need root; without it they
//! say that they are skipped, and as root they never are.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod root;

use std::{
    net::{SocketAddrV6, UdpSocket},
    time::{Duration, Instant},
};

use drivers::{
    lab::{Bench, Description, Lab, LabError, Wires},
    srv6::{
        Action, Desired, MAIN, Mode, Namespace, Place, Plane, PlaneError, Prefix, Route,
        SegmentList,
    },
};
use model::Name;
use root::is_root;

const EXAMPLE: &str = include_str!("../../../examples/labs/five-node.yaml");

/// The example, under a name of this test's own.
fn lab(name: &str) -> Option<Description> {
    if !is_root(name) {
        return None;
    }
    let mut it = Description::read(EXAMPLE).unwrap();
    it.name = format!("{name}{}", std::process::id() % 10_000).parse().unwrap();
    Some(it)
}

/// Takes it away whatever happens.
struct Up<'a>(Lab<'a>);

impl<'a> Up<'a> {
    fn new(file: &'a Description) -> Self {
        let lab = Lab::new(file);
        lab.up(None).unwrap();
        Self(lab)
    }
}

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.0.down().unwrap();
    }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

#[test]
fn packets_follow_decisions_and_survive_cuts() {
    let Some(file) = lab("a") else { return };
    let up = Up::new(&file);
    let measured = up.0.bench(Bench { switches: 30 }).unwrap();
    assert_eq!((measured.lost, measured.moved, measured.lost_on_return), (0, 0, 0), "{measured:?}");
    assert!(measured.sent > 1_000, "{measured:?}");
    // Bounds for a machine that does other things too; docs/benchmarks.md has the figures.
    assert_eq!(measured.failures, 4, "both ends of both links on the way");
    assert!(measured.steer_ms_p50 < 50.0 && measured.failover_ms < 200.0, "{measured:?}");
}

#[test]
fn each_service_goes_where_it_was_steered() {
    let Some(file) = lab("b") else { return };
    let up = Up::new(&file);
    let current = |lab: &Lab<'_>| lab.status().unwrap().current()[&name("web")].clone();
    assert_eq!(current(&up.0), name("east"));
    up.0.steer(&name("web"), &name("west")).unwrap();
    assert_eq!(current(&up.0), name("west"));
    let wrong = up.0.steer(&name("web"), &name("north")).unwrap_err();
    assert_eq!(wrong.to_string(), "service `web` has no instance at `north`");
    assert!(matches!(up.0.up(None), Err(LabError::Up(_))), "it is up already");
}

#[test]
fn a_lab_that_was_left_half_made_is_taken_away() {
    let Some(file) = lab("c") else { return };
    let lab = Lab::new(&file);
    Namespace::make(&lab.namespace(&name("south"))).unwrap();
    assert!(matches!(lab.up(None), Err(LabError::Up(_))));
    lab.down().unwrap();
    lab.down().unwrap();
    assert!(matches!(lab.status(), Err(LabError::Down(_))));
    lab.up(None).unwrap();
    lab.down().unwrap();
}

/// A route to a host, out of a router's anchor.
fn route(to: &str, metric: u32) -> Route {
    let to = Prefix::host(to.parse().unwrap());
    let place = Place { table: MAIN, to, metric };
    Route { place, device: "segments".to_owned(), action: Action::Forward(None) }
}

#[test]
fn the_older_of_two_controllers_is_refused_and_nothing_is_changed() {
    let Some(file) = lab("d") else { return };
    let up = Up::new(&file);
    let room = up.0.namespace(&name("east"));
    let (mut one, mut other) = (Plane::of(&room).unwrap(), Plane::of(&room).unwrap());
    let state = |generation, to: &str| Desired {
        generation,
        routes: vec![route(to, 100)],
        ..Desired::default()
    };
    one.apply(&state(9, "2001:db8::9")).unwrap();
    let before = one.observe().unwrap();
    let refused = other.apply(&state(8, "2001:db8::8")).unwrap_err();
    assert!(matches!(refused, PlaneError::Stale { got: 8, have: 9 }), "{refused}");
    assert_eq!(other.observe().unwrap(), before);
    // Who comes after a crash knows what is ours, and takes it away.
    other.clean().unwrap();
    let after = Plane::of(&room).unwrap().observe().unwrap();
    assert_eq!((after.generation, after.routes.len()), (None, 0));
}

#[test]
fn each_action_is_read_back_as_it_was_made() {
    let Some(file) = lab("h") else { return };
    let up = Up::new(&file);
    let mut plane = Plane::of(&up.0.namespace(&name("east"))).unwrap();
    let segments = vec!["fd00:2::e".parse().unwrap(), "fd00:4::6".parse().unwrap()];
    let list = |mode| Action::Encapsulate(SegmentList { mode, segments: segments.clone() });
    let actions = [
        Action::Forward(Some("fc00:3::1".parse().unwrap())),
        list(Mode::Encaps),
        list(Mode::Reduced),
        Action::End,
        Action::EndX("fc00:3::1".parse().unwrap()),
        Action::EndDt6(MAIN),
        Action::EndDx6("fc00:3::1".parse().unwrap()),
        Action::EndDx4("0.0.0.0".parse().unwrap()),
    ];
    let made = actions.into_iter().zip(1..).map(|(action, nth)| Route {
        device: "north-3".to_owned(),
        action,
        ..route(&format!("2001:db8:7::{nth}"), 100)
    });
    let routes: Vec<Route> = made.collect();
    let desired = Desired { generation: 60, routes: routes.clone(), ..Desired::default() };
    plane.apply(&desired).unwrap();
    let found = plane.observe().unwrap();
    for route in routes {
        assert_eq!(found.routes.get(&route.place), Some(&Some(route)));
    }
    let again = plane.apply(&Desired { generation: 61, ..desired }).unwrap();
    assert_eq!((again.made, again.replaced, again.removed), (0, 0, 0), "nothing is left to do");
}

#[test]
fn what_the_kernel_refuses_is_said() {
    let Some(file) = lab("e") else { return };
    let up = Up::new(&file);
    let room = up.0.namespace(&name("west"));
    let mut plane = Plane::of(&room).unwrap();
    let with = |route: Route| Desired { generation: 50, routes: vec![route], ..Desired::default() };
    let absent = Route { device: "none".to_owned(), ..route("2001:db8::1", 100) };
    assert_eq!(
        plane.apply(&with(absent)).unwrap_err().to_string(),
        "route to 2001:db8::1/128 in table 254 with metric 100: there is no device `none` in this namespace"
    );
    let unreachable = Action::Forward(Some("2001:db8:ffff::1".parse().unwrap()));
    let unreachable = Route { action: unreachable, ..route("2001:db8::1", 100) };
    let refused = plane.apply(&with(unreachable)).unwrap_err();
    assert!(refused.to_string().contains("No route to host"), "{refused}");
    // The kernel's own route to the link has this place.
    let taken = Prefix { address: "fc00:4::".parse().unwrap(), length: 64 };
    let taken = Place { table: MAIN, to: taken, metric: 256 };
    let taken = Route { place: taken, device: "north-4".to_owned(), action: Action::Forward(None) };
    let refused = plane.apply(&with(taken)).unwrap_err();
    assert!(matches!(refused, PlaneError::Occupied { .. }), "{refused}");
}

#[test]
fn a_namespace_that_disappears_is_said_to_be_gone() {
    let Some(file) = lab("f") else { return };
    let up = Up::new(&file);
    let room = up.0.namespace(&name("west"));
    let mut plane = Plane::of(&room).unwrap();
    Namespace::remove(&room).unwrap();
    let gone = plane.apply(&Desired { generation: 99, ..Desired::default() }).unwrap_err();
    assert!(matches!(gone, PlaneError::Gone(_)), "{gone}");
}

/// The time that a datagram takes from the client to the service and back.
fn round_trip(lab: &Lab<'_>) -> Option<Duration> {
    let to = SocketAddrV6::new("2001:db8:5::80".parse().unwrap(), 7, 0, 0);
    let socket = |of: &str, at: SocketAddrV6| {
        let room = Namespace::open(&lab.namespace(&name(of))).unwrap();
        room.within(|| UdpSocket::bind(at)).unwrap()
    };
    let service = socket("east", to);
    let client = socket("user", "[::]:0".parse().unwrap());
    for it in [&service, &client] {
        it.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    }
    let began = Instant::now();
    client.send_to(b"ping", to).unwrap();
    let mut buffer = [0; 8];
    let (_, from) = service.recv_from(&mut buffer).ok()?;
    service.send_to(b"pong", from).unwrap();
    client.recv(&mut buffer).ok()?;
    Some(began.elapsed())
}

#[test]
fn delayed_links_take_their_time_and_lose_what_they_are_to_lose() {
    let Some(file) = lab("g") else { return };
    let lab = Lab::new(&file);
    let start = |_: &std::path::Path| {
        let wires = Wires::start(&Lab::new(&file)).map_err(std::io::Error::other)?;
        std::thread::spawn(move || wires.run());
        Ok(())
    };
    lab.up(Some(&start)).unwrap();
    // The first one waits for addresses of neighbours to be found out.
    let _ = round_trip(&lab);
    // 1 ms and 1 ms, there and back.
    let took = round_trip(&lab).unwrap();
    assert!(took >= Duration::from_millis(4) && took < Duration::from_millis(40), "{took:?}");
    let between = [&name("in"), &name("north")];
    let worse = Some(units::Delay::new(30_000_000));
    lab.degrade(between, worse, 0).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    let took = round_trip(&lab).unwrap();
    assert!(took >= Duration::from_millis(62), "{took:?}");
    lab.degrade(between, worse, 1_000_000).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    assert_eq!(round_trip(&lab), None);
    lab.degrade(between, None, 0).unwrap();
    lab.down().unwrap();
}
