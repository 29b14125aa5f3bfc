//! What each edge is to do.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use api::{EDGE_SLOTS, EdgeContact, EdgeInstance, EdgePath, EdgePeer, EdgeService, EdgeTarget};
use model::{EdgeNetwork, EdgeSpec, Name, Prefix6, ServiceInstance, ServiceSpec};

use super::{Gateway, Served, Steering};
use crate::{Change, Control};

/// The prefix of edge n is `fd4a:5700:0:n::/64`.
const fn part(number: u16, last: [u16; 2]) -> Ipv6Addr {
    let [group, host] = last;
    Ipv6Addr::new(0xfd4a, 0x5700, 0, number, 0, 0, group, host)
}

/// Of an edge, by its number.
pub(crate) const fn own_address(number: u16) -> Ipv6Addr {
    part(number, [0, 1])
}

/// What leads to an instance behind an edge, or along a way.
pub(super) const fn segment(edge: u16, instance: u16) -> Ipv6Addr {
    part(edge, [1, instance])
}

impl Control {
    /// Edges whose target differs from what they were last given get the next generation.
    pub(crate) fn retarget_edges(&mut self) {
        let steering = &self.steering;
        let names = steering.gateways.iter().filter(|(_, it)| it.has_joined());
        let keep = self.settings.keep;
        let targets = names.filter_map(|(name, gateway)| {
            let target = EdgeTarget { keep, ..steering.target(name, gateway)? };
            let old = gateway.target.as_ref();
            let is_same =
                old.is_some_and(|old| EdgeTarget { generation: 0, ..old.clone() } == target);
            (!is_same).then(|| (name.clone(), target))
        });
        let targets: Vec<(Name, EdgeTarget)> = targets.collect();
        for (name, target) in targets {
            let Some(gateway) = self.steering.gateways.get_mut(&name) else { continue };
            gateway.status.generation += 1;
            let generation = gateway.status.generation;
            gateway.target = Some(EdgeTarget { generation, ..target });
            self.out.push(Change::Edge { edge: name, status: gateway.status.clone() });
        }
    }
}

impl Steering {
    fn target(&self, name: &Name, gateway: &Gateway) -> Option<EdgeTarget> {
        let (spec, number) = (self.specs.get(name)?, gateway.status.number);
        let others = self.gateways.iter().filter(|(other, _)| *other != name);
        let peers = others.filter_map(|(other, it)| self.peer(number, spec, other, it)).collect();
        let instances = self.services.iter().flat_map(|(service, spec)| {
            spec.instances.iter().map(move |instance| (service, instance))
        });
        let here = instances.filter(|(_, it)| it.edge == *name);
        let contacts = here.filter_map(|(service, it)| {
            let instance = *self.served.get(service)?.status.instances.get(&it.name)?;
            Some(EdgeContact { segment: segment(number, instance), address: it.address })
        });
        let services = self.services.iter().filter_map(|(service, spec)| {
            self.service(service, spec, self.served.get(service)?, number)
        });
        Some(EdgeTarget {
            number,
            address: Some(own_address(number)),
            peers,
            contacts: contacts.collect(),
            services: services.collect(),
            classes: spec.classes.clone(),
            ways: self.ways.of(number),
            stops: self.ways.stops(number),
            ..EdgeTarget::default()
        })
    }

    pub(super) fn peer(
        &self,
        own: u16,
        spec: &EdgeSpec,
        name: &Name,
        gateway: &Gateway,
    ) -> Option<EdgePeer> {
        let (theirs, number) = (self.specs.get(name)?, gateway.status.number);
        let joined = spec.networks.iter().filter_map(|one| {
            let other = theirs.networks.iter().find(|it| it.name == one.name)?;
            path((own, one), (number, other))
        });
        let paths: Vec<EdgePath> = joined.collect();
        if paths.is_empty() {
            return None;
        }
        let own_prefix = Prefix6 { address: part(number, [0, 0]), length: 64 };
        Some(EdgePeer {
            name: name.clone(),
            number,
            public_key: gateway.status.public_key.clone()?,
            prefixes: std::iter::once(own_prefix).chain(theirs.prefixes.iter().copied()).collect(),
            paths,
        })
    }

    /// Instances whose edge is there, and who gets which part of the new flows at edge `number`.
    fn service(
        &self,
        name: &Name,
        spec: &ServiceSpec,
        served: &Served,
        number: u16,
    ) -> Option<EdgeService> {
        let instance = |it: &ServiceInstance| {
            let gateway = self.gateways.get(&it.edge).filter(|it| it.status.online)?;
            let own = *served.status.instances.get(&it.name)?;
            let edge = gateway.status.number;
            let segment = segment(edge, own);
            Some(EdgeInstance { number: own, name: it.name.clone(), edge, segment })
        };
        let instances: Vec<EdgeInstance> = spec.instances.iter().filter_map(instance).collect();
        let row = served.rows.get(usize::from(number).checked_sub(1)?)?;
        let owner = |at: Option<usize>| Some(row.choices.get(at?)?.instance.0);
        let slots = row.slots.merged(EDGE_SLOTS).into_iter().filter_map(owner);
        let slots: Vec<u16> = slots.filter_map(|it| u16::try_from(it).ok()).collect();
        let is_known = |it: &u16| instances.iter().any(|instance| instance.number == *it);
        let slots = if slots.iter().all(is_known) { slots } else { Vec::new() };
        Some(EdgeService {
            name: name.clone(),
            address: spec.address,
            class: spec.class,
            instances,
            slots: if slots.len() == EDGE_SLOTS { slots } else { Vec::new() },
        })
    }
}

/// Each side listens at the port of the other's number. Two that hide cannot meet.
fn path((own, one): (u16, &EdgeNetwork), (number, other): (u16, &EdgeNetwork)) -> Option<EdgePath> {
    if one.hidden && other.hidden || one.address.is_ipv4() != other.address.is_ipv4() {
        return None;
    }
    let at = |it: &EdgeNetwork, of: u16| -> SocketAddr {
        let address: IpAddr = it.address;
        SocketAddr::new(address, it.port.saturating_add(of))
    };
    Some(EdgePath {
        network: one.name.clone(),
        local: at(one, number),
        peer: (!other.hidden).then(|| at(other, own)),
        trusted: one.trusted && other.trusted,
        price: one.price.max(other.price),
    })
}
