//! Gateways that join places, and services that are reached through them.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv6Addr},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{DataPrice, Delay};

use crate::{Invalid, Kind, Name};

/// Networks of one edge, prefixes behind it, and instances of one service, at most.
const NETWORKS_MOST: usize = 8;
const PREFIXES_MOST: usize = 64;
const INSTANCES_MOST: usize = 64;
/// A port for each other edge follows the first one.
const PORT_LAST: u16 = u16::MAX - EdgeSpec::MOST;

/// A gateway that joins the platform with a token of its own and has a tunnel to every other one that shares a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeSpec {
    /// The site or node that it stands at.
    pub at: Name,
    /// Those that it sends over: tunnels to another edge have a path over each that both have, by name.
    #[schemars(length(min = 1, max = 8))]
    pub networks: Vec<EdgeNetwork>,
    /// IPv6 prefixes behind it: others send what is for them here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<Prefix6>,
    /// Classes of flows whose packets have no code point, and, by addresses, of others too; the first that matches counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub classes: Vec<EdgeClass>,
}

/// The class of some flows, by their addresses or by the server that their clients greet: one of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeClass {
    /// Packets from or to these addresses: `2001:db8:7::/48` or `10.9.0.0/16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// By the greeting of a TLS client: `video.example.com`, or `*.example.com` for all below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    pub class: ServiceClass,
}

/// Where an edge is in one network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeNetwork {
    pub name: Name,
    /// Of its device in this network: where it sends from and listens.
    pub address: IpAddr,
    /// The first of 64 UDP ports, one for each other edge.
    #[serde(default = "EdgeNetwork::usual_port")]
    pub port: u16,
    /// It is behind an address translator: it comes to the others, and they do not know where it is until then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// May carry what is to be secure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trusted: bool,
    /// Of what is sent over it.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub price: DataPrice,
}

impl EdgeNetwork {
    const fn usual_port() -> u16 {
        51_820
    }
}

/// IPv6 addresses that begin alike, written as `2001:db8:1::/64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix6 {
    pub address: Ipv6Addr,
    /// Bits that count, up to 128.
    pub length: u8,
}

impl Prefix6 {
    const fn mask(length: u8) -> u128 {
        match u128::MAX.checked_shl(128 - length as u32) {
            Some(mask) => mask,
            None => 0,
        }
    }

    /// Whether some address is in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let mask = Self::mask(self.length.min(other.length));
        self.address.to_bits() & mask == other.address.to_bits() & mask
    }

    /// This address alone.
    #[must_use]
    pub const fn host(address: Ipv6Addr) -> Self {
        Self { address, length: 128 }
    }
}

impl std::fmt::Display for Prefix6 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl std::str::FromStr for Prefix6 {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(address, length)| {
            let address: Ipv6Addr = address.parse().ok()?;
            Some(Self { address, length: length.parse().ok().filter(|it| *it <= 128)? })
        });
        let it = parts
            .ok_or_else(|| format!("`{text}` is no IPv6 prefix: write it as 2001:db8:1::/64"))?;
        if it.address.to_bits() & !Self::mask(it.length) != 0 {
            return Err(format!("`{text}` has bits set beyond its length of {}", it.length));
        }
        Ok(it)
    }
}

impl Serialize for Prefix6 {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Prefix6 {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Prefix6 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Prefix6".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "examples": ["2001:db8:1::/64"] })
    }
}

/// What is asked for by one address and given by several instances. Edges lead new flows to the one that is best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    /// Its anycast address, the CS-ID: every instance answers to it.
    pub address: Ipv6Addr,
    /// What its packets need.
    #[serde(default)]
    pub class: ServiceClass,
    /// New flows a second that are expected in all: what one instance cannot serve goes to several.
    #[serde(default = "ServiceSpec::usual_flows")]
    pub flows: u32,
    #[schemars(length(min = 1, max = 64))]
    pub instances: Vec<ServiceInstance>,
}

impl ServiceSpec {
    const fn usual_flows() -> u32 {
        1
    }
}

/// What the packets of a service need of the paths that they take.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceClass {
    /// What loses least.
    #[default]
    Reliable,
    /// The fastest.
    LowDelay,
    /// Trusted paths only.
    Secure,
    /// The cheapest.
    Bulk,
}

impl ServiceClass {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reliable => "reliable",
            Self::LowDelay => "low-delay",
            Self::Secure => "secure",
            Self::Bulk => "bulk",
        }
    }
}

/// One place that gives a service: a contact instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceInstance {
    pub name: Name,
    /// The edge it is behind.
    pub edge: Name,
    /// Where it is there.
    pub address: Ipv6Addr,
    /// The pool it shares a machine with: what jobs use of it, the instance does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Name>,
    /// Flows that it serves at once while nothing else runs there.
    #[serde(default = "ServiceInstance::usual_capacity")]
    pub capacity: u32,
    /// How long it serves one.
    #[serde(default = "ServiceInstance::usual_time")]
    pub service_time: Delay,
}

impl ServiceInstance {
    const fn usual_capacity() -> u32 {
        100
    }

    const fn usual_time() -> Delay {
        Delay::new(10_000_000)
    }
}

fn twice<'a>(names: impl Iterator<Item = &'a Name>) -> Option<&'a Name> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}

impl EdgeSpec {
    /// Edges of one platform, at most: each has a tunnel to every other one.
    pub const MOST: u16 = 64;

    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        if !(1..=NETWORKS_MOST).contains(&self.networks.len()) {
            wrong.push(Invalid::new("spec.networks", format!("give 1 to {NETWORKS_MOST}")));
        }
        if self.prefixes.len() > PREFIXES_MOST {
            wrong.push(Invalid::new("spec.prefixes", format!("give at most {PREFIXES_MOST}")));
        }
        if let Some(name) = twice(self.networks.iter().map(|it| &it.name)) {
            wrong.push(Invalid::new("spec.networks", format!("`{name}` is named twice")));
        }
        for (at, it) in self.networks.iter().enumerate() {
            if !(1..=PORT_LAST).contains(&it.port) {
                let message = format!("{}: give 1 to {PORT_LAST}", it.port);
                wrong.push(Invalid::new(format!("spec.networks[{at}].port"), message));
            }
            if it.price.get() < 0 {
                let message = format!("{} is negative: a price is zero or more", it.price);
                wrong.push(Invalid::new(format!("spec.networks[{at}].price"), message));
            }
        }
    }

    pub(crate) fn references(&self) -> Vec<(Kind, &Name, String)> {
        vec![(Kind::Node, &self.at, "spec.at".into())]
    }
}

impl ServiceSpec {
    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        if !(1..=INSTANCES_MOST).contains(&self.instances.len()) {
            wrong.push(Invalid::new("spec.instances", format!("give 1 to {INSTANCES_MOST}")));
        }
        if let Some(name) = twice(self.instances.iter().map(|it| &it.name)) {
            wrong.push(Invalid::new("spec.instances", format!("`{name}` is named twice")));
        }
        if self.address.is_multicast()
            || self.address.is_unspecified()
            || self.address.is_loopback()
        {
            let message =
                format!("{} can be nobody's: give an address of a prefix of yours", self.address);
            wrong.push(Invalid::new("spec.address", message));
        }
        for (at, it) in self.instances.iter().enumerate() {
            let mut say = |field: &str, message: &str| {
                wrong.push(Invalid::new(format!("spec.instances[{at}].{field}"), message));
            };
            if it.address == self.address {
                say("address", "it is the service's own: give that of its machine");
            }
            if !(1..=1_000_000).contains(&it.capacity) {
                say("capacity", "give 1 to 1000000");
            }
            if it.service_time.is_zero() {
                say("service_time", "serving takes some time: give more than zero");
            }
        }
    }

    pub(crate) fn references(&self) -> Vec<(Kind, &Name, String)> {
        let each = self.instances.iter().enumerate();
        each.flat_map(|(at, it)| {
            let pool = it.pool.as_ref();
            let pool = pool.map(|it| (Kind::Pool, it, format!("spec.instances[{at}].pool")));
            [(Kind::Edge, &it.edge, format!("spec.instances[{at}].edge"))].into_iter().chain(pool)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_and_written_and_nothing_else_is() {
        let read = |text: &str| text.parse::<Prefix6>();
        assert_eq!(read("2001:db8:1::/64").unwrap().to_string(), "2001:db8:1::/64");
        assert_eq!(read("::/0").unwrap().to_string(), "::/0");
        assert!(read("2001:db8::1/64").unwrap_err().contains("beyond its length"));
        for wrong in ["10.0.0.0/8", "2001:db8::", "2001:db8::/129", "x/4"] {
            assert!(read(wrong).unwrap_err().contains("no IPv6 prefix"), "{wrong}");
        }
        let overlaps = |a: &str, b: &str| read(a).unwrap().overlaps(read(b).unwrap());
        assert!(overlaps("2001:db8::/32", "2001:db8:1::/64") && overlaps("::/0", "1::/16"));
        assert!(!overlaps("2001:db8:1::/64", "2001:db8:2::/64"));
    }
}
