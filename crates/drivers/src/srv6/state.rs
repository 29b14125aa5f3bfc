//! The whole of what a node's kernel should have from us, and what makes it wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::{PlaneError, flows::SLOTS};

/// Marks, and the tables of the same number, are this and the number of an instance: two letters in 32 bits, so that they
/// meet nobody else's.
pub(crate) const MARKS: u32 = 0x4a57_0000;
/// Its destination says the generation. No rule leads there.
pub(crate) const GENERATION_TABLE: u32 = MARKS | 0xffff;
pub const MAIN: u32 = 254;
/// The table of a node's own addresses: where End.DT6 leads to a service on the node itself.
pub const LOCAL: u32 = 255;
/// Of an instance's first path; each further one has that much more.
const PATH_METRIC: u32 = 100;

/// Routes of one state.
pub const MOST_ROUTES: usize = 65_536;
/// Segments of one list. The header could say 127 (RFC 8754 section 2); few devices take more than this.
pub const MOST_SEGMENTS: usize = 16;
/// Of prefixes whose packets go one way.
const MOST_PAIRS: usize = 1_024;

/// Everything that is not in it is taken away, if it is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    /// Newer states have higher ones.
    pub generation: u64,
    pub routes: Vec<Route>,
    pub services: Vec<Service>,
    pub ways: Vec<Way>,
}

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix {
    pub address: IpAddr,
    /// Bits that count: 0 to 32, or 0 to 128.
    pub length: u8,
}

impl Prefix {
    /// This address alone.
    #[must_use]
    pub const fn host(address: IpAddr) -> Self {
        let length = if address.is_ipv4() { 32 } else { 128 };
        Self { address, length }
    }

    /// The same with all bits zero that do not count, as the kernel has it.
    #[must_use]
    pub fn cut(self) -> Self {
        let address = match self.address {
            IpAddr::V4(it) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.length.min(32)));
                IpAddr::V4(Ipv4Addr::from_bits(it.to_bits() & mask.unwrap_or(0)))
            }
            IpAddr::V6(it) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length.min(128)));
                IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() & mask.unwrap_or(0)))
            }
        };
        Self { address, ..self }
    }

    fn is_good(&self) -> bool {
        self.length <= Self::host(self.address).length
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

/// What distinguishes routes of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub table: u32,
    pub to: Prefix,
    /// Of several that fit, the least whose device works is used. Above 0.
    pub metric: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "route to {} in table {} with metric {}", self.to, self.table, self.metric)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub place: Place,
    /// The device it leaves by. For a segment of our own: any that never goes down.
    pub device: String,
    pub action: Action,
}

/// What happens to a packet; the names of RFC 8986.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Forwards as usual; without a next hop, to who is on the device.
    Forward(Option<IpAddr>),
    Encapsulate(SegmentList),
    End,
    /// To this neighbour.
    EndX(Ipv6Addr),
    /// Unwraps, and looks the inner IPv6 packet up in the table.
    EndDt6(u32),
    /// Unwraps, and forwards the inner IPv6 packet to this neighbour; `::`: where the packet itself says.
    EndDx6(Ipv6Addr),
    /// Unwraps, and forwards the inner IPv4 packet to this neighbour; `0.0.0.0`: where the packet itself says.
    EndDx4(Ipv4Addr),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentList {
    pub mode: Mode,
    /// In the order they are visited.
    pub segments: Vec<Ipv6Addr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// H.Encaps.
    Encaps,
    /// H.Encaps.Red: the first segment stands in the destination only.
    Reduced,
}

/// An address whose packets are led to one of several instances. Flows that have begun stay with theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub address: IpAddr,
    /// The instance that new flows go to, by its number, for each of [`SLOTS`] ranges of their hashes. Empty: flows are
    /// not led.
    pub slots: Vec<u16>,
    /// The code point, 0 to 63, that its packets get; None: they keep theirs. Of IPv6 services.
    pub code_point: Option<u8>,
    pub instances: Vec<Instance>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// 1 to 65534, of one instance of one service only. It must not be given to another while flows of the first may live.
    pub number: u16,
    /// The first is used while its device works, then the next.
    pub paths: Vec<Path>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub device: String,
    pub list: SegmentList,
}

/// Packets that are known by where they come from and go to, led along one path and held to a bandwidth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// As that of an instance, and of none of them.
    pub number: u16,
    /// IPv6; no two ways have packets in common.
    pub from: Vec<Prefix>,
    pub to: Vec<Prefix>,
    /// The code point, 0 to 63, that its packets get.
    pub code_point: u8,
    /// Bytes a second, with the header that leads them; None: as many as there are.
    pub bytes_s: Option<u64>,
    pub path: Path,
}

impl Way {
    /// The mark of its packets, the table of its routes, and its class of the device's queue.
    pub(crate) const fn mark(&self) -> u32 {
        MARKS | self.number as u32
    }

    /// From and to of its packets.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Prefix, Prefix)> {
        self.from.iter().flat_map(|from| self.to.iter().map(|to| (from.cut(), to.cut())))
    }

    fn routes(&self) -> impl Iterator<Item = Route> {
        self.to.iter().map(|to| Route {
            place: Place { table: self.mark(), to: *to, metric: PATH_METRIC },
            device: self.path.device.clone(),
            action: Action::Encapsulate(self.path.list.clone()),
        })
    }

    fn check(&self, numbers: &mut BTreeSet<u16>) -> Result<(), String> {
        let all = || self.from.iter().chain(&self.to);
        if matches!(self.number, 0 | u16::MAX) || !numbers.insert(self.number) {
            return Err("use 1 to 65534, each for one instance or way only".to_owned());
        }
        if self.from.len().saturating_mul(self.to.len()) > MOST_PAIRS {
            return Err(format!("more than {MOST_PAIRS} pairs of prefixes"));
        }
        match all().find(|it| it.address.is_ipv4() || !it.is_good()) {
            Some(wrong) => Err(format!("{wrong} is no IPv6 prefix")),
            None => Ok(()),
        }
    }
}

impl Instance {
    /// The mark of its packets, and the table of its routes.
    pub(crate) const fn mark(&self) -> u32 {
        MARKS | self.number as u32
    }
}

impl Desired {
    /// Its routes by their place, with those of the services. Says what is wrong with it.
    pub(crate) fn rows(&self) -> Result<BTreeMap<Place, Route>, PlaneError> {
        self.services_are_good()?;
        let of_services = self.services.iter().flat_map(Service::routes);
        let of_ways = self.ways.iter().flat_map(Way::routes);
        let mut rows = BTreeMap::new();
        for mut route in self.routes.iter().cloned().chain(of_services).chain(of_ways) {
            is_good(&route).map_err(PlaneError::Invalid)?;
            route.place.to = route.place.to.cut();
            if let Some(twice) = rows.insert(route.place, route) {
                return Err(PlaneError::Invalid(format!("{}: it is given twice", twice.place)));
            }
        }
        match rows.len() {
            0..=MOST_ROUTES => Ok(rows),
            many => Err(PlaneError::Invalid(format!("{many} routes: at most {MOST_ROUTES}"))),
        }
    }

    fn services_are_good(&self) -> Result<(), PlaneError> {
        let (mut addresses, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        self.services.iter().try_for_each(|service| {
            let known = if addresses.insert(service.address) {
                service.check(&mut numbers)
            } else {
                Err("it is given twice".to_owned())
            };
            known
                .map_err(|what| PlaneError::Invalid(format!("service {}: {what}", service.address)))
        })?;
        self.ways.iter().try_for_each(|way| {
            let known = way.check(&mut numbers);
            known.map_err(|what| PlaneError::Invalid(format!("way {}: {what}", way.number)))
        })
    }
}

impl Service {
    /// All new flows go to one instance.
    #[must_use]
    pub fn to_one(address: IpAddr, number: u16, instances: Vec<Instance>) -> Self {
        Self { address, slots: vec![number; SLOTS], code_point: None, instances }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Instance> {
        self.instances.iter()
    }

    /// `numbers` are those of the instances of other services.
    fn check(&self, numbers: &mut BTreeSet<u16>) -> Result<(), String> {
        let Self { slots, instances, .. } = self;
        if !slots.is_empty() && slots.len() != SLOTS {
            return Err(format!("{} slots: there are {SLOTS}, or none", slots.len()));
        }
        let is_there = |number: &u16| instances.iter().any(|it| it.number == *number);
        if let Some(number) = slots.iter().find(|it| !is_there(it)) {
            return Err(format!("instance {number} of its slots is not among its instances"));
        }
        for Instance { number, paths } in instances {
            if matches!(*number, 0 | u16::MAX) || !numbers.insert(*number) {
                return Err(format!(
                    "instance {number}: use 1 to 65534, each for one instance only"
                ));
            }
            if paths.is_empty() {
                return Err(format!("instance {number}: it has no path"));
            }
        }
        Ok(())
    }

    fn routes(&self) -> impl Iterator<Item = Route> {
        self.instances.iter().flat_map(|instance| {
            (1..).zip(&instance.paths).map(|(nth, path)| Route {
                place: Place {
                    table: instance.mark(),
                    to: Prefix::host(self.address),
                    metric: PATH_METRIC * nth,
                },
                device: path.device.clone(),
                action: Action::Encapsulate(path.list.clone()),
            })
        })
    }
}

fn is_good(route: &Route) -> Result<(), String> {
    let Route { place, action, .. } = route;
    let wrong = |what: &str| Err(format!("{place}: {what}"));
    if !place.to.is_good() {
        return wrong("an IPv4 prefix has at most 32 bits, an IPv6 prefix 128");
    }
    if place.metric == 0 || matches!(place.table, 0 | GENERATION_TABLE) {
        return wrong("its metric is at least 1, and its table neither 0 nor that of generations");
    }
    let is_ipv6 = place.to.address.is_ipv6();
    match action {
        Action::Encapsulate(SegmentList { segments, .. }) => match segments.len() {
            1..=MOST_SEGMENTS => Ok(()),
            _ => wrong(&format!("a segment list has 1 to {MOST_SEGMENTS} segments")),
        },
        Action::Forward(Some(next)) if next.is_ipv6() != is_ipv6 => {
            wrong("its next hop is of the other IP version")
        }
        Action::Forward(_) => Ok(()),
        _ if !is_ipv6 => wrong("a segment is an IPv6 address"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(current: u16, numbers: &[u16]) -> Service {
        let list = SegmentList { mode: Mode::Encaps, segments: vec!["fd00::6".parse().unwrap()] };
        let path = Path { device: "a".to_owned(), list };
        let instance = |&number: &u16| Instance { number, paths: vec![path.clone(); 2] };
        let instances = numbers.iter().map(instance).collect();
        Service::to_one("2001:db8::1".parse().unwrap(), current, instances)
    }

    fn refusal(services: Vec<Service>, routes: Vec<Route>) -> String {
        Desired { generation: 1, routes, services, ..Desired::default() }
            .rows()
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_instance_has_a_table_with_a_route_for_each_path() {
        let desired = Desired { services: vec![service(2, &[1, 2])], ..Desired::default() };
        let rows = desired.rows().unwrap();
        let places: Vec<(u32, u32)> = rows.keys().map(|it| (it.table - MARKS, it.metric)).collect();
        assert_eq!(places, [(1, 100), (1, 200), (2, 100), (2, 200)]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let text = refusal(vec![service(3, &[1, 2])], Vec::new());
        assert_eq!(text, "service 2001:db8::1: instance 3 of its slots is not among its instances");
        let text = refusal(vec![service(1, &[1, 1])], Vec::new());
        assert_eq!(
            text,
            "service 2001:db8::1: instance 1: use 1 to 65534, each for one instance only"
        );
        let to = Prefix { address: "10.0.0.0".parse().unwrap(), length: 8 };
        let place = Place { table: MAIN, to, metric: 1 };
        let route = Route { place, device: "a".to_owned(), action: Action::End };
        let text = refusal(Vec::new(), vec![route.clone()]);
        let which = "route to 10.0.0.0/8 in table 254 with metric 1";
        assert_eq!(text, format!("{which}: a segment is an IPv6 address"));
        let twice = Route { action: Action::Forward(None), ..route };
        let text = refusal(Vec::new(), vec![twice.clone(), twice]);
        assert_eq!(text, format!("{which}: it is given twice"));
    }

    #[test]
    fn a_prefix_is_cut_at_its_length() {
        let cut = |text: &str, length| {
            Prefix { address: text.parse().unwrap(), length }.cut().to_string()
        };
        assert_eq!(cut("10.1.2.3", 8), "10.0.0.0/8");
        assert_eq!(cut("10.1.2.3", 0), "0.0.0.0/0");
        assert_eq!(cut("fd00:1::5", 32), "fd00:1::/32");
        assert_eq!(cut("fd00:1::5", 128), "fd00:1::5/128");
        assert_eq!(cut("fd00:1::5", 0), "::/0");
    }
}
