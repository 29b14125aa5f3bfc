//! What a gateway's file says.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use drivers::tunnels::{self, ClassConfig, PathConfig, Private, Public};
use model::Name;
use network::overlay::{Class, ClassRule, RULES_MOST};
use serde::Deserialize;
use units::Delay;

use super::{EdgeError, key};

const TUNNELS_MOST: usize = 64;

/// A gateway and its tunnels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: Name,
    /// The file of its private key; from the folder of this file on.
    pub key: PathBuf,
    pub tunnels: Vec<TunnelSpec>,
    /// Classes of flows by their addresses and by the servers that they greet; the first that matches counts.
    #[serde(default)]
    pub classes: Vec<ClassSpec>,
    /// Flows that nothing names have the class of what they do; else they are reliable.
    #[serde(default = "usually")]
    pub by_behaviour: bool,
    #[serde(skip)]
    file: PathBuf,
}

/// A tunnel to one other gateway.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TunnelSpec {
    /// The device that its packets go into and come from.
    pub device: String,
    /// Of the device, with the bits that both ends share: `10.9.0.1/30`.
    pub address: String,
    /// The other gateway's public key.
    pub peer: Public,
    pub paths: Vec<PathSpec>,
    /// Between probes of each path.
    #[serde(default = "usual_interval")]
    pub probe_interval: Delay,
}

const fn usually() -> bool {
    true
}

/// The class of some flows: by one of both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassSpec {
    /// Packets from or to these addresses: `10.9.0.0/16`.
    pub prefix: Option<String>,
    /// In the greeting of TLS clients: `video.example.com`, or `*.example.com` for all below it.
    pub server_name: Option<String>,
    pub class: Class,
}

impl ClassSpec {
    fn rule(&self) -> Result<ClassRule, String> {
        ClassRule::of(self.prefix.as_deref(), self.server_name.as_deref(), self.class)
    }
}

const fn usual_interval() -> Delay {
    Delay::new(5_000_000)
}

/// One network that joins both gateways.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathSpec {
    pub name: String,
    /// Where it sends from and listens.
    pub local: SocketAddr,
    /// Where the peer listens. Left out: the peer comes here, from wherever it is.
    pub peer: Option<SocketAddr>,
    /// May carry what is to be secure.
    #[serde(default)]
    pub trusted: bool,
    /// Of a gigabyte, against those of the other paths.
    #[serde(default)]
    pub price: f64,
}

impl Config {
    /// Reads YAML and checks it; `file` is where it stands.
    pub fn read(text: &str, file: &Path) -> Result<Self, EdgeError> {
        let parsed = serde_saphyr::from_str(text);
        let parsed: Self = parsed.map_err(|error| EdgeError::invalid(file, error.to_string()))?;
        let it = Self { file: file.to_owned(), ..parsed };
        it.check().map_err(|what| EdgeError::invalid(file, what))?;
        Ok(it)
    }

    fn check(&self) -> Result<(), String> {
        if !(1..=TUNNELS_MOST).contains(&self.tunnels.len()) {
            return Err(format!("{} tunnels: give 1 to {TUNNELS_MOST}", self.tunnels.len()));
        }
        if self.classes.len() > RULES_MOST {
            return Err(format!("{} classes: give {RULES_MOST} at most", self.classes.len()));
        }
        self.rules().map_err(|what| format!("classes: {what}"))?;
        let (mut devices, mut sockets) = (BTreeSet::new(), BTreeSet::new());
        for TunnelSpec { device, address, paths, .. } in &self.tunnels {
            let wrong = |what: String| Err(format!("tunnel `{device}`: {what}"));
            if !devices.insert(device) {
                return wrong("its device is that of another tunnel too".to_owned());
            }
            if let Err(what) = parse_address(address) {
                return wrong(what);
            }
            let twice = paths.iter().find(|it| it.local.port() != 0 && !sockets.insert(it.local));
            if let Some(path) = twice {
                return wrong(format!(
                    "path `{}`: {} is taken by another path",
                    path.name, path.local
                ));
            }
            let price = paths.iter().find(|it| !(it.price >= 0.0 && it.price.is_finite()));
            if let Some(path) = price {
                return wrong(format!("path `{}`: a price is zero or more", path.name));
            }
        }
        Ok(())
    }

    fn rules(&self) -> Result<Vec<ClassRule>, String> {
        self.classes.iter().map(ClassSpec::rule).collect()
    }

    /// The gateway's key, from its file.
    pub(crate) fn private(&self) -> Result<Private, EdgeError> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        key::read(&folder.join(&self.key))
    }

    /// A tunnel as it is to be started.
    pub(crate) fn tunnel(
        &self,
        spec: &TunnelSpec,
        private: &Private,
    ) -> Result<tunnels::Config, EdgeError> {
        let parsed = parse_address(&spec.address);
        let (address, length) = parsed.map_err(|what| EdgeError::invalid(&self.file, what))?;
        let rules = self.rules().map_err(|what| EdgeError::invalid(&self.file, what))?;
        let path = |it: &PathSpec| PathConfig {
            name: it.name.clone(),
            local: it.local,
            peer: it.peer,
            is_trusted: it.trusted,
            price: it.price,
        };
        Ok(tunnels::Config {
            device: spec.device.clone(),
            address,
            length,
            private: private.clone(),
            peer: spec.peer,
            paths: spec.paths.iter().map(path).collect(),
            interval: Duration::from_nanos(spec.probe_interval.get()),
            classes: ClassConfig { rules, by_behaviour: self.by_behaviour },
        })
    }
}

fn parse_address(text: &str) -> Result<(IpAddr, u8), String> {
    let parts = text.split_once('/').and_then(|(address, length)| {
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        Some((address, length.parse().ok().filter(|it| *it <= most)?))
    });
    parts.ok_or_else(|| format!("address `{text}`: write it as 10.9.0.1/30 or fd00:9::1/64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

    fn refusal(change: impl Fn(&str) -> String) -> String {
        let good = format!(
            "name: east\nkey: east.key\ntunnels:\n- device: jw0\n  address: 10.9.0.1/30\n  peer: {KEY}\n  paths:\n  - {{name: fibre, local: \"127.0.0.1:51820\"}}\n"
        );
        assert!(Config::read(&good, Path::new("edge.yaml")).is_ok());
        Config::read(&change(&good), Path::new("edge.yaml")).unwrap_err().to_string()
    }

    #[test]
    fn the_examples_are_good() {
        for name in ["east", "west"] {
            let file = format!("{}/../../examples/edges/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&file).unwrap();
            assert_eq!(Config::read(&text, Path::new(&file)).unwrap().name.as_str(), name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        assert_eq!(
            refusal(|it| it.replace("10.9.0.1/30", "10.9.0.1/33")),
            "edge.yaml: tunnel `jw0`: address `10.9.0.1/33`: write it as 10.9.0.1/30 or fd00:9::1/64"
        );
        assert!(refusal(|it| it.replace(KEY, "abc")).contains("44 letters"));
        assert!(
            refusal(|it| it.replace("name: fibre", "name: fibre, price: -1"))
                .contains("zero or more")
        );
        assert!(refusal(|it| it.replace("key:", "keys:")).contains("keys"));
        let class = |rule: &str| refusal(|it| format!("{it}classes: [{{{rule}, class: bulk}}]\n"));
        assert!(class("prefix: 10.0.0.0/40").contains("`10.0.0.0/40` is no prefix"));
        assert!(class("server_name: 'a..b'").contains("`a..b` is no name of a server"));
        assert!(class("prefix: 10.0.0.0/8, server_name: a.b").contains("either"));
        let twice = |it: &str| format!("{it}  - {{name: radio, local: \"127.0.0.1:51820\"}}\n");
        assert!(refusal(twice).contains("taken by another path"));
    }
}
