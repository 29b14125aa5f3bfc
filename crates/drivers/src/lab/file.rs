//! What a lab's file says, and what makes it wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv6Addr,
};

use model::Name;
use serde::Deserialize;
use units::{Bandwidth, Delay};

use super::LabError;

/// Bytes of a name: with a number behind it, it is the name of a device.
const NAME_MOST: usize = 10;
/// Each router costs about a megabyte of the kernel's memory.
const ROUTERS_MOST: usize = 100;
const LINKS_MOST: usize = 400;
const CLIENTS_MOST: usize = 100;
const SERVICES_MOST: usize = 100;

/// A network to be made on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    pub name: Name,
    pub routers: Vec<Name>,
    pub links: Vec<Link>,
    #[serde(default)]
    pub clients: Vec<Client>,
    #[serde(default)]
    pub services: Vec<Service>,
}

/// A connection of two routers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub between: [Name; 2],
    /// In each direction. Zero: what a pair of virtual devices takes, a few microseconds.
    #[serde(default)]
    pub delay: Delay,
    /// In each direction. Left out: as much as the machine can.
    pub capacity: Option<Bandwidth>,
}

/// Somebody who asks, with a connection to one router.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub name: Name,
    pub at: Name,
}

/// An address that several routers answer for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub name: Name,
    pub address: Ipv6Addr,
    /// The routers that have an instance. New flows go to the first until they are steered.
    pub instances: Vec<Name>,
}

impl Description {
    /// Reads YAML and checks it.
    pub fn read(text: &str) -> Result<Self, LabError> {
        let it: Self =
            serde_saphyr::from_str(text).map_err(|error| LabError::Invalid(error.to_string()))?;
        it.check().map_err(LabError::Invalid)?;
        Ok(it)
    }

    fn check(&self) -> Result<(), String> {
        self.sizes()?;
        let mut all = BTreeSet::new();
        let clients = self.clients.iter().map(|it| &it.name);
        for name in self.routers.iter().chain(clients) {
            short(name)?;
            if !all.insert(name) {
                return Err(format!("`{name}`: it is given twice"));
            }
        }
        short(&self.name)?;
        let routers = self.numbers();
        let known = |name: &Name, what: &str| match routers.get(name) {
            Some(_) => Ok(()),
            None => Err(format!("{what}: there is no router `{name}`")),
        };
        for Link { between: [a, b], .. } in &self.links {
            let what = format!("link {a} to {b}");
            known(a, &what).and_then(|()| known(b, &what))?;
            if a == b {
                return Err(format!("{what}: both ends are the same"));
            }
        }
        self.clients.iter().try_for_each(|it| known(&it.at, &format!("client `{}`", it.name)))?;
        self.services_are_good(&known)
    }

    fn sizes(&self) -> Result<(), String> {
        let counts = [
            ("routers", self.routers.len(), ROUTERS_MOST),
            ("links", self.links.len(), LINKS_MOST),
            ("clients", self.clients.len(), CLIENTS_MOST),
            ("services", self.services.len(), SERVICES_MOST),
        ];
        match counts.into_iter().find(|(_, count, most)| count > most) {
            Some((what, count, most)) => Err(format!("{count} {what}: at most {most}")),
            None if self.routers.is_empty() => Err("it has no routers".to_owned()),
            None => Ok(()),
        }
    }

    fn services_are_good(
        &self,
        known: &dyn Fn(&Name, &str) -> Result<(), String>,
    ) -> Result<(), String> {
        let (mut names, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for Service { name, address, instances } in &self.services {
            let what = format!("service `{name}`");
            let distinct: BTreeSet<&Name> = instances.iter().collect();
            if instances.is_empty() || distinct.len() < instances.len() {
                return Err(format!("{what}: give its instances, each once"));
            }
            if !names.insert(name) || !addresses.insert(address) {
                return Err(format!("{what}: its name and its address are of one service only"));
            }
            if is_taken(*address) {
                return Err(format!("{what}: {address} is of the lab itself, or reaches no host"));
            }
            instances.iter().try_for_each(|it| known(it, &what))?;
        }
        Ok(())
    }

    /// Services, and their instances with a number each: from 1 on, through all services.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (&Service, Vec<(u16, &Name)>)> {
        let mut numbers = 1..;
        self.services.iter().map(move |it| (it, numbers.by_ref().zip(&it.instances).collect()))
    }

    /// Routers by name; the first is 0.
    pub(super) fn numbers(&self) -> BTreeMap<&Name, u32> {
        self.routers.iter().zip(0..).collect()
    }
}

fn short(name: &Name) -> Result<(), String> {
    match name.as_str().len() {
        0..=NAME_MOST => Ok(()),
        _ => Err(format!("`{name}`: a name in a lab has at most {NAME_MOST} letters")),
    }
}

/// `fc00::/7` holds the lab's own addresses.
fn is_taken(address: Ipv6Addr) -> bool {
    let [first, ..] = address.octets();
    address.is_unspecified() || address.is_loopback() || first & 0xfe == 0xfc || first >= 0xfe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Description::read(text).unwrap_err().to_string()
    }

    #[test]
    fn the_example_is_good() {
        let text = include_str!("../../../../examples/labs/five-node.yaml");
        let it = Description::read(text).unwrap();
        assert_eq!((it.routers.len(), it.links.len(), it.services.len()), (5, 6, 1));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let lab = |rest: &str| refusal(&format!("name: x\nrouters: [a, b]\n{rest}"));
        assert_eq!(lab("links: [{between: [a, c]}]"), "link a to c: there is no router `c`");
        assert_eq!(lab("links: [{between: [a, a]}]"), "link a to a: both ends are the same");
        assert_eq!(lab("links: []\nclients: [{name: a, at: b}]"), "`a`: it is given twice");
        let service = |address: &str, instances: &str| {
            lab(&format!(
                "links: []\nservices: [{{name: web, address: \"{address}\", instances: [{instances}]}}]"
            ))
        };
        assert_eq!(service("2001:db8::1", ""), "service `web`: give its instances, each once");
        assert_eq!(
            service("fd00:1::1", "a"),
            "service `web`: fd00:1::1 is of the lab itself, or reaches no host"
        );
        assert_eq!(service("2001:db8::1", "d"), "service `web`: there is no router `d`");
        assert!(lab("links: [{between: [a, b], speed: 3}]").contains("speed"));
    }
}
