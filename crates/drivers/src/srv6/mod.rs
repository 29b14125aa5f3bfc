//! Steering by segment routing over IPv6 (SRv6, RFC 8986) in Linux: makes a node's kernel have exactly the routes that it
//! is told to have, and keeps flows with their instance.
//!
//! Level-triggered: the caller states the whole. What is ours is known by the protocol number of its routes and rules and
//! by the name of one nftables table, so it is found again after a crash. The generation stands in a route that leads
//! nowhere: it outlives the process, and ends with the namespace, as all the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::IpAddr,
};

pub(crate) mod device;
mod error;
mod expression;
mod flows;
mod namespace;
pub(crate) mod netlink;
pub(crate) mod queue;
pub(crate) mod route;
mod rule;
mod state;

pub use error::{PlaneError, Refusal};
pub use flows::{IDLE, MOST_FLOWS, SLOTS};
pub use namespace::Namespace;
pub use queue::Sent;
pub use route::Counters;
pub use state::{
    Action, Desired, Instance, LOCAL, MAIN, MOST_ROUTES, MOST_SEGMENTS, Mode, Path, Place, Prefix,
    Route, SegmentList, Service, Way,
};

use error::{EXISTS, NO_DEVICE, NO_ENTRY, NO_PROCESS};
use flows::Current;
use netlink::{CREATE, Channel, EXCL, NETLINK_NETFILTER, NETLINK_ROUTE, REPLACE};
use queue::Queues;
use route::{Devices, Found, IPV4, IPV6, PROTOCOL};
use rule::Rule;

/// What a kernel has from us.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Installed {
    /// Of the state accepted last. None: there was none.
    pub generation: Option<u64>,
    /// By place; None where what is there is none that we would make.
    pub routes: BTreeMap<Place, Option<Route>>,
    /// By the place of a segment of ours.
    pub counters: BTreeMap<Place, Counters>,
    /// What ways have sent from here since they were made, by their number.
    pub sent: BTreeMap<u16, Sent>,
    rules: BTreeSet<Rule>,
    current: Option<Current>,
    queues: Queues,
}

/// What applying a state did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Routes made, made anew in one step, taken away.
    pub made: usize,
    pub replaced: usize,
    pub removed: usize,
}

/// Figures of the kernel that steering needs, in the calling thread's namespace: packets and segments are forwarded.
pub fn prepare() -> Result<(), PlaneError> {
    let names = ["all/forwarding", "all/seg6_enabled", "default/seg6_enabled"];
    names.into_iter().try_for_each(|name| {
        let file = format!("/proc/sys/net/ipv6/conf/{name}");
        std::fs::write(&file, "1").map_err(PlaneError::refused::<io::Error>(file))
    })
}

/// The steering of one namespace. One process at a time changes it.
#[derive(Debug)]
pub struct Plane {
    /// None: the namespace of this process.
    namespace: Option<Namespace>,
    routes: Channel,
    filter: Channel,
}

impl Plane {
    /// That of the calling thread's namespace.
    pub fn here() -> Result<Self, PlaneError> {
        let open = || Ok((Channel::open(NETLINK_ROUTE)?, Channel::open(NETLINK_NETFILTER)?));
        let (routes, filter) = open().map_err(PlaneError::refused::<io::Error>("netlink"))?;
        Ok(Self { namespace: None, routes, filter })
    }

    /// That of a namespace with a name.
    pub fn of(name: &str) -> Result<Self, PlaneError> {
        let what = format!("namespace `{name}`");
        let namespace = Namespace::open(name).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => PlaneError::Gone(name.to_owned()),
            _ => PlaneError::refused(what.clone())(error),
        })?;
        let inside = namespace.within(|| Ok(Self::here()));
        let plane = inside.map_err(PlaneError::refused(what))??;
        Ok(Self { namespace: Some(namespace), ..plane })
    }

    /// Sockets keep a namespace alive that has lost its name.
    fn check_there(&self) -> Result<(), PlaneError> {
        match &self.namespace {
            Some(it) if !it.is_there() => Err(PlaneError::Gone(it.name().to_owned())),
            _ => Ok(()),
        }
    }

    /// What is there from us, whoever made it.
    pub fn observe(&mut self) -> Result<Installed, PlaneError> {
        self.check_there()?;
        let devices = self.devices()?;
        self.look(&devices)
    }

    fn devices(&mut self) -> Result<Devices, PlaneError> {
        let list = self.routes.list(&device::list());
        let list = list.map_err(PlaneError::refused("the list of devices"))?;
        Ok(list.iter().filter_map(device::read).collect())
    }

    fn look(&mut self, devices: &Devices) -> Result<Installed, PlaneError> {
        let names = devices.iter().map(|(name, index)| (*index, name.clone())).collect();
        let mut installed = Installed::default();
        for family in [IPV4, IPV6] {
            let routes = self.routes.list(&route::list(family));
            let routes = routes.map_err(PlaneError::refused("the list of routes"))?;
            for found in routes.iter().filter_map(|answer| route::read(answer, &names)) {
                installed.take(found);
            }
            let rules = self.routes.list(&rule::list(family));
            let rules = rules.map_err(PlaneError::refused("the list of rules"))?;
            installed.rules.extend(rule::read(&rules));
        }
        let current = flows::current(&mut self.filter);
        installed.current = current.map_err(PlaneError::refused("the nftables map of services"))?;
        self.look_at_queues(&mut installed)?;
        Ok(installed)
    }

    fn look_at_queues(&mut self, installed: &mut Installed) -> Result<(), PlaneError> {
        const WHAT: &str = "the list of queues";
        let queues = self.routes.list(&queue::list()).map_err(PlaneError::refused(WHAT))?;
        for index in queues.iter().filter_map(queue::read_queue) {
            let rates = installed.queues.entry(index).or_default();
            let classes = self.routes.list(&queue::list_classes(index));
            let classes = classes.map_err(PlaneError::refused(WHAT))?;
            for (mark, rate, sent) in classes.iter().filter_map(queue::read_class) {
                rates.insert(mark, rate);
                installed.sent.insert(instance_of(mark), sent);
            }
        }
        Ok(())
    }

    /// Makes the kernel have this, and nothing else from us. Refuses a state older than the newest accepted. Whatever a
    /// packet needs is there before it is led there, and is taken away after: no packet falls into a hole.
    pub fn apply(&mut self, desired: &Desired) -> Result<Applied, PlaneError> {
        let wanted = desired.rows()?;
        self.check_there()?;
        let devices = self.devices()?;
        let found = self.look(&devices)?;
        if let Some(have) = found.generation.filter(|have| *have > desired.generation) {
            return Err(PlaneError::Stale { got: desired.generation, have });
        }
        let changes = changes(&wanted, &found, &devices)?;
        self.accept(found.generation, desired.generation)?;
        let rules = rules(desired);
        let mut applied = self.put(&changes)?;
        for missing in rules.difference(&found.rules) {
            self.ask(rule::put(*missing), EXISTS, || rule_name(*missing))?;
        }
        for change in queue::changes(&queue::wanted(&desired.ways, &devices), &found.queues) {
            self.ask(change, NO_ENTRY, || "the queue of a device".to_owned())?;
        }
        self.steer(desired, &found, &rules)?;
        applied.removed = self.remove(&wanted, &found, &rules)?;
        Ok(applied)
    }

    /// Takes away everything that is ours, the generation too.
    pub fn clean(&mut self) -> Result<(), PlaneError> {
        let generation = self.observe()?.generation.unwrap_or(0);
        self.apply(&Desired { generation, ..Desired::default() })?;
        let last = route::generation(route::DELETE, 0, generation);
        self.ask(last, NO_PROCESS, || GENERATION.to_owned())
    }

    /// Makes the device that segments are on, if it is not there.
    pub fn anchor(&mut self, name: &str) -> Result<(), PlaneError> {
        self.ask(device::anchor(name), EXISTS, || format!("device `{name}`"))
    }

    /// Takes it away, if it is there.
    pub fn remove_anchor(&mut self, name: &str) -> Result<(), PlaneError> {
        let Some(index) = self.devices()?.get(name).copied() else { return Ok(()) };
        self.ask(device::remove(index), NO_DEVICE, || format!("device `{name}`"))
    }

    /// Flows that are kept with their instance, by its number.
    pub fn flows(&mut self) -> Result<BTreeMap<u16, usize>, PlaneError> {
        let counts = flows::count(&mut self.filter);
        let counts = counts.map_err(PlaneError::refused("the nftables map of flows"))?;
        Ok(counts.into_iter().map(|(mark, count)| (instance_of(mark), count)).collect())
    }

    /// One change; the refusal that says it is made already is none.
    fn ask(
        &mut self,
        message: netlink::Message,
        made_already: i32,
        what: impl Fn() -> String,
    ) -> Result<(), PlaneError> {
        match self.routes.ask(message) {
            Err(refusal) if refusal.code != made_already => {
                Err(PlaneError::Refused { what: what(), refusal })
            }
            _ => Ok(()),
        }
    }

    /// Before anything is changed. A process that ends in between leaves both, and the newer counts.
    fn accept(&mut self, old: Option<u64>, new: u64) -> Result<(), PlaneError> {
        let what = || GENERATION.to_owned();
        if old == Some(new) {
            return Ok(());
        }
        self.ask(route::generation(route::NEW, CREATE | EXCL, new), EXISTS, what)?;
        match old {
            Some(old) => self.ask(route::generation(route::DELETE, 0, old), NO_PROCESS, what),
            None => Ok(()),
        }
    }

    fn put(&mut self, changes: &[Change<'_>]) -> Result<Applied, PlaneError> {
        let mut applied = Applied::default();
        for Change { route, device, is_new } in changes {
            let flags = CREATE | if *is_new { EXCL } else { REPLACE };
            let what = route.place.to_string();
            match self.routes.ask(route::put(route, *device, PROTOCOL, flags)) {
                Err(refusal) if *is_new && refusal.code == EXISTS => {
                    return Err(PlaneError::Occupied { what });
                }
                other => other.map_err(|refusal| PlaneError::Refused { what, refusal })?,
            }
            *(if *is_new { &mut applied.made } else { &mut applied.replaced }) += 1;
        }
        Ok(applied)
    }

    fn steer(
        &mut self,
        desired: &Desired,
        found: &Installed,
        rules: &BTreeSet<Rule>,
    ) -> Result<(), PlaneError> {
        let current = current(desired);
        let gone: BTreeSet<u32> = found.rules.difference(rules).map(|(_, mark)| *mark).collect();
        let filter = &mut self.filter;
        let done = match (current.is_empty(), found.current.is_some(), gone.is_empty()) {
            (true, false, _) => Ok(()),
            (true, true, _) => flows::remove(filter),
            (false, _, true) => flows::set(filter, found.current.as_ref(), &current),
            (false, _, false) => flows::set(filter, found.current.as_ref(), &current)
                .and_then(|()| flows::forget(filter, &gone)),
        };
        done.map_err(PlaneError::refused::<Refusal>("the nftables table of services and flows"))
    }

    /// Gives the number of routes that went.
    fn remove(
        &mut self,
        wanted: &BTreeMap<Place, Route>,
        found: &Installed,
        rules: &BTreeSet<Rule>,
    ) -> Result<usize, PlaneError> {
        for gone in found.rules.difference(rules) {
            self.ask(rule::remove(*gone), NO_ENTRY, || rule_name(*gone))?;
        }
        let is_gone = |place: &&Place| !wanted.contains_key(place);
        let mut count = 0;
        for place in found.routes.keys().filter(is_gone) {
            self.ask(route::remove(place), NO_PROCESS, || place.to_string())?;
            count += 1;
        }
        Ok(count)
    }
}

impl Installed {
    fn take(&mut self, found: Found) {
        match found {
            // Two where a process ended between making one and taking the other away.
            Found::Generation(it) => self.generation = self.generation.max(Some(it)),
            Found::Route { place, route, counters } => {
                self.routes.insert(place, route);
                self.counters.extend(counters.map(|counters| (place, counters)));
            }
        }
    }

    /// The instance that all new flows of a service go to, by its number; None where there is none or several.
    #[must_use]
    pub fn current(&self, service: IpAddr) -> Option<u16> {
        let slots = self.slots(service);
        let first = *slots.first()?;
        slots.iter().all(|it| *it == first).then_some(first)
    }

    /// The instance of each slot of a service, by its number; nothing where flows are not led.
    #[must_use]
    pub fn slots(&self, service: IpAddr) -> Vec<u16> {
        let slot = |slot| flows::slot(self.current.as_ref()?, service, slot).map(instance_of);
        (0..flows::SLOTS as u32).filter_map(slot).collect()
    }
}

const GENERATION: &str = "the route of the generation";

/// A route that is not as it should be.
#[derive(Debug)]
struct Change<'a> {
    route: &'a Route,
    device: u32,
    is_new: bool,
}

fn changes<'a>(
    wanted: &'a BTreeMap<Place, Route>,
    found: &Installed,
    devices: &Devices,
) -> Result<Vec<Change<'a>>, PlaneError> {
    let differs = |it: &&Route| found.routes.get(&it.place).and_then(Option::as_ref) != Some(*it);
    let change = |route: &'a Route| match devices.get(&route.device) {
        Some(&device) => {
            Ok(Change { route, device, is_new: !found.routes.contains_key(&route.place) })
        }
        None => Err(PlaneError::NoSuchDevice {
            what: route.place.to_string(),
            device: route.device.clone(),
        }),
    };
    let changes: Result<Vec<Change<'a>>, PlaneError> =
        wanted.values().filter(differs).map(change).collect();
    let mut changes = changes?;
    // What routes lead to is there before them: segments of ours, then next hops, then ways into segments.
    changes.sort_by_key(|it| match it.route.action {
        Action::Encapsulate(_) => 2,
        Action::Forward(_) => 1,
        _ => 0,
    });
    Ok(changes)
}

fn instances(desired: &Desired) -> impl Iterator<Item = (&Service, &Instance)> {
    let of = |service| Service::all(service).map(move |it| (service, it));
    desired.services.iter().flat_map(of)
}

fn rules(desired: &Desired) -> BTreeSet<Rule> {
    let of_ways = desired.ways.iter().map(|way| (route::IPV6, way.mark()));
    instances(desired)
        .map(|(service, it)| (route::family(service.address), it.mark()))
        .chain(of_ways)
        .collect()
}

fn current(desired: &Desired) -> Current {
    let mut current = Current::new();
    for service in &desired.services {
        for (slot, number) in (0..).zip(&service.slots) {
            flows::put_slot(&mut current, service.address, slot, state::MARKS | u32::from(*number));
        }
        if let Some(code_point) = service.code_point {
            flows::put_class(&mut current, service.address, code_point);
        }
    }
    for way in &desired.ways {
        flows::put_way(&mut current, way);
    }
    current
}

/// The number of an instance, by its mark.
const fn instance_of(mark: u32) -> u16 {
    (mark & 0xffff) as u16
}

fn rule_name((_, mark): Rule) -> String {
    format!("rule for packets with mark {mark:#x}")
}
