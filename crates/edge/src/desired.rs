//! From a target, and what the tunnels are like, to what the kernel is to have. Plain values in and out.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use api::{EdgeInstance, EdgePeer, EdgeService, EdgeStop, EdgeTarget, EdgeWay};
use drivers::{
    srv6::{
        Action, Desired, Instance, MAIN, Mode, Path, Place, Prefix, Route, SLOTS, SegmentList,
        Service, Way,
    },
    tunnels::{self, ClassConfig, PathConfig, Private},
};
use model::{Prefix6, ServiceClass};
use network::overlay::ClassRule;

/// What segments are on.
pub(crate) const ANCHOR: &str = "jw-segments";
const METRIC: u32 = 100;
/// Between probes of each path.
const PROBES: Duration = Duration::from_millis(5);
const NANO: f64 = 1e9;

/// The tunnels that run, by the number of the peer: the round trip of each class's path in milliseconds; none while
/// no path of it works.
pub(crate) type Running = BTreeMap<u16, BTreeMap<ServiceClass, Option<f64>>>;

pub(crate) fn device(peer: u16) -> String {
    format!("jw-{peer}")
}

/// The classes as packets carry them (RFC 4594): in the middle of the ranges that tunnels tell them apart by.
const fn code_point(class: ServiceClass) -> u8 {
    match class {
        ServiceClass::Reliable => 0,
        ServiceClass::LowDelay => 34,
        ServiceClass::Secure => 18,
        ServiceClass::Bulk => 8,
    }
}

/// The whole of it. Services whose shares do not hold any more, and slots of what cannot be reached, go to the nearest.
pub(crate) fn desired(target: &EdgeTarget, running: &Running, is_fresh: bool) -> Desired {
    let here = target.contacts.iter().map(|it| Route {
        place: place(Prefix6::host(it.segment)),
        device: ANCHOR.to_owned(),
        action: Action::EndDx6(it.address),
    });
    let peers = target.peers.iter().filter(|it| running.contains_key(&it.number));
    let there = peers.flat_map(|peer| {
        peer.prefixes.iter().map(|prefix| Route {
            place: place(*prefix),
            device: device(peer.number),
            action: Action::Forward(None),
        })
    });
    Desired {
        generation: u64::try_from(target.generation).unwrap_or(0),
        routes: here.chain(there).chain(target.stops.iter().map(stop)).collect(),
        services: target
            .services
            .iter()
            .map(|it| service(it, target.number, running, is_fresh))
            .filter(|it| !it.instances.is_empty())
            .collect(),
        ways: target.ways.iter().filter_map(|it| way(it, running)).collect(),
    }
}

fn stop(it: &EdgeStop) -> Route {
    Route {
        place: place(Prefix6::host(it.segment)),
        device: ANCHOR.to_owned(),
        action: if it.is_end { Action::EndDt6(MAIN) } else { Action::End },
    }
}

/// Over its hops; straight to its end where the tunnel to the first is down and that one works.
fn way(it: &EdgeWay, running: &Running) -> Option<Way> {
    let works = |edge: u16| {
        running.get(&edge).is_some_and(|all| matches!(all.get(&it.class), Some(Some(_))))
    };
    let (first, last) = (it.hops.first()?, it.hops.last()?);
    let is_cut = !works(first.edge) && works(last.edge);
    let hops = if is_cut { std::slice::from_ref(last) } else { &it.hops };
    let next = hops.first()?.edge;
    let list =
        SegmentList { mode: Mode::Reduced, segments: hops.iter().map(|hop| hop.segment).collect() };
    running.contains_key(&next).then(|| Way {
        number: it.number,
        from: it.from.iter().map(|it| prefix(*it)).collect(),
        to: it.to.iter().map(|it| prefix(*it)).collect(),
        code_point: code_point(it.class),
        bytes_s: (!it.bandwidth.is_zero()).then(|| it.bandwidth.get() / 8),
        path: Path { device: device(next), list },
    })
}

fn place(prefix: Prefix6) -> Place {
    Place { table: MAIN, to: self::prefix(prefix), metric: METRIC }
}

fn prefix(it: Prefix6) -> Prefix {
    Prefix { address: IpAddr::V6(it.address), length: it.length }
}

fn service(it: &EdgeService, own: u16, running: &Running, is_fresh: bool) -> Service {
    let is_there = |it: &&EdgeInstance| it.edge == own || running.contains_key(&it.edge);
    let all = || it.instances.iter().filter(is_there);
    let far = |to: &EdgeInstance| match to.edge == own {
        true => Some(0.0),
        false => *running.get(&to.edge)?.get(&it.class)?,
    };
    let usable: BTreeMap<u16, f64> = all().filter_map(|to| Some((to.number, far(to)?))).collect();
    let nearest = usable.iter().min_by(|a, b| a.1.total_cmp(b.1)).map(|(number, _)| *number);
    let slot = |wanted: &u16| match usable.contains_key(wanted) && is_fresh {
        true => Some(*wanted),
        // Where nothing works, new flows wait at who should have them.
        false => nearest.or_else(|| all().find(|it| it.number == *wanted).map(|it| it.number)),
    };
    let mut slots: Vec<u16> = it.slots.iter().filter_map(slot).collect();
    if it.slots.is_empty()
        && let Some(nearest) = nearest
    {
        slots = vec![nearest; SLOTS];
    }
    if slots.len() != SLOTS {
        slots.clear();
    }
    let instance = |to: &EdgeInstance| {
        let device = if to.edge == own { ANCHOR.to_owned() } else { device(to.edge) };
        let list = SegmentList { mode: Mode::Reduced, segments: vec![to.segment] };
        Instance { number: to.number, paths: vec![Path { device, list }] }
    };
    Service {
        address: it.address.into(),
        slots,
        code_point: Some(code_point(it.class)),
        instances: all().map(instance).collect(),
    }
}

/// How classes are told apart; a rule that this edge does not know is left out.
pub(crate) fn classes(target: &EdgeTarget) -> ClassConfig {
    let rules = target.classes.iter().filter_map(|it| ClassRule::of_edge(it).ok());
    ClassConfig { rules: rules.collect(), by_behaviour: true }
}

/// The tunnel to a peer. None: its key or paths are none.
pub(crate) fn tunnel(
    target: &EdgeTarget,
    peer: &EdgePeer,
    private: &Private,
) -> Option<tunnels::Config> {
    let path = |it: &api::EdgePath| PathConfig {
        name: it.network.to_string(),
        local: it.local,
        peer: it.peer.map(|at: SocketAddr| at),
        is_trusted: it.trusted,
        price: it.price.get() as f64 / NANO,
    };
    Some(tunnels::Config {
        device: device(peer.number),
        address: target.address?.into(),
        length: 128,
        private: private.clone(),
        peer: peer.public_key.parse().ok()?,
        paths: peer.paths.iter().map(path).collect(),
        interval: PROBES,
        classes: classes(target),
    })
}

#[cfg(test)]
mod tests {
    use api::EdgeHop;
    use units::Bandwidth;

    use super::*;

    fn instance(number: u16, edge: u16) -> EdgeInstance {
        let segment = format!("fd4a:5700:0:{edge}::1:{number}").parse().unwrap();
        EdgeInstance { number, name: format!("i{number}").parse().unwrap(), edge, segment }
    }

    /// Edge 1, with an instance behind edge 2 and one behind edge 3.
    fn target(slots: Vec<u16>) -> EdgeTarget {
        let service = EdgeService {
            name: "web".parse().unwrap(),
            address: "2001:db8::1".parse().unwrap(),
            class: ServiceClass::LowDelay,
            instances: vec![instance(7, 2), instance(8, 3)],
            slots,
        };
        EdgeTarget { generation: 4, number: 1, services: vec![service], ..EdgeTarget::default() }
    }

    fn running(all: &[(u16, Option<f64>)]) -> Running {
        let classes = |far| BTreeMap::from([(ServiceClass::LowDelay, far)]);
        all.iter().map(|(peer, far)| (*peer, classes(*far))).collect()
    }

    fn slots(target: &EdgeTarget, running: &Running, is_fresh: bool) -> Vec<u16> {
        let mut slots = desired(target, running, is_fresh).services[0].slots.clone();
        slots.dedup();
        slots
    }

    #[test]
    fn slots_go_where_the_target_says_while_it_is_fresh_and_that_works() {
        let half = target([vec![7; 32], vec![8; 32]].concat());
        let both = running(&[(2, Some(9.0)), (3, Some(2.0))]);
        assert_eq!(slots(&half, &both, true), [7, 8]);
        assert_eq!(slots(&half, &both, false), [8], "too old: the nearest");
        let one = running(&[(2, Some(9.0)), (3, None)]);
        assert_eq!(slots(&half, &one, true), [7], "what is cut off gets nothing new");
        let none = running(&[(2, None), (3, None)]);
        assert_eq!(slots(&half, &none, true), [7, 8], "nothing works: as told");
        assert_eq!(slots(&target(Vec::new()), &both, true), [8], "not decided yet: the nearest");
        assert_eq!(slots(&target(Vec::new()), &none, true), [0_u16; 0]);
    }

    #[test]
    fn a_way_goes_over_its_hops_or_straight_where_the_first_is_cut_off() {
        let hop = |edge: u16| EdgeHop {
            edge,
            segment: format!("fd4a:5700:0:{edge}::1:fffe").parse().unwrap(),
        };
        let way = EdgeWay {
            number: 65_534,
            class: ServiceClass::LowDelay,
            from: vec!["2001:db8:a::/64".parse().unwrap()],
            to: vec!["2001:db8:b::/64".parse().unwrap()],
            bandwidth: Bandwidth::new(8_000_000),
            hops: vec![hop(2), hop(3)],
        };
        let target = EdgeTarget { ways: vec![way], ..target(Vec::new()) };
        let told = |running: &[(u16, Option<f64>)]| -> Vec<String> {
            let all = desired(&target, &self::running(running), true).ways;
            let path = |it: Way| format!("{} {:?}", it.path.device, it.path.list.segments);
            all.into_iter().map(path).collect()
        };
        let whole = ["jw-2 [fd4a:5700:0:2::1:fffe, fd4a:5700:0:3::1:fffe]"];
        assert_eq!(told(&[(2, Some(1.0)), (3, Some(1.0))]), whole);
        assert_eq!(told(&[(2, None), (3, None)]), whole, "nothing works: as told");
        assert_eq!(told(&[(2, None), (3, Some(1.0))]), ["jw-3 [fd4a:5700:0:3::1:fffe]"]);
        assert_eq!(told(&[(3, None)]), [""; 0], "no tunnel");
        let it = desired(&target, &self::running(&[(2, Some(1.0))]), true);
        assert_eq!((it.ways[0].bytes_s, it.ways[0].code_point), (Some(1_000_000), 34));
    }

    #[test]
    fn flows_of_what_is_cut_off_keep_their_place() {
        let it = desired(&target(vec![7; 64]), &running(&[(2, None), (3, Some(1.0))]), true);
        let numbers: Vec<u16> = it.services[0].instances.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [7, 8]);
        let gone = desired(&target(vec![7; 64]), &running(&[(3, Some(1.0))]), true);
        assert_eq!(gone.services[0].instances.len(), 1);
        assert!(desired(&target(vec![7; 64]), &Running::new(), true).services.is_empty());
    }
}
