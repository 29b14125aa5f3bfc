//! What edges and services must not have in common.

use std::collections::BTreeMap;

use model::{EdgeClass, EdgeSpec, Invalid, Name, Prefix6, Resource, ServiceSpec, Spec};

use network::overlay::{ClassRule, RULES_MOST};

use super::of_set;
use crate::Control;

/// Services of one platform, at most: each has a number of instances at every edge.
const SERVICES_MOST: usize = 1_024;

impl Control {
    /// What is wrong with an edge or a service beside all others, those of the same text included.
    pub(crate) fn check_steering(&self, resource: &Resource, given: &[Resource]) -> Vec<Invalid> {
        let name = &resource.metadata.name;
        match &resource.spec {
            Spec::Edge(spec) => self.check_edge(name, spec, given),
            Spec::Service(spec) => self.check_service(name, spec, given),
            _ => Vec::new(),
        }
    }

    fn check_edge(&self, name: &Name, spec: &EdgeSpec, given: &[Resource]) -> Vec<Invalid> {
        let mut all: BTreeMap<&Name, &EdgeSpec> = self.steering.specs.iter().collect();
        all.extend(of_set(given).filter_map(|(name, spec)| match spec {
            Spec::Edge(spec) => Some((name, spec)),
            _ => None,
        }));
        let mut wrong = Vec::new();
        if all.len() > usize::from(EdgeSpec::MOST) {
            let message = format!("{} edges: at most {}", all.len(), EdgeSpec::MOST);
            wrong.push(Invalid::new("metadata.name", message));
        }
        let tunnels = Prefix6 {
            address: "fd4a:5700::".parse().unwrap_or(std::net::Ipv6Addr::UNSPECIFIED),
            length: 32,
        };
        for (at, prefix) in spec.prefixes.iter().enumerate() {
            let field = format!("spec.prefixes[{at}]");
            let others = all.iter().filter(|(other, _)| **other != name);
            let meets = |it: &&Prefix6| it.overlaps(*prefix);
            let met = others.filter_map(|(it, spec)| Some((it, spec.prefixes.iter().find(meets)?)));
            if let Some((other, theirs)) = met.into_iter().next() {
                let message = format!("{prefix} is also behind edge `{other}`, in {theirs}");
                wrong.push(Invalid::new(field, message));
            } else if prefix.overlaps(tunnels) && prefix.length > 0 {
                let message =
                    format!("{prefix} is in {tunnels}, which the tunnels have themselves");
                wrong.push(Invalid::new(field, message));
            }
        }
        wrong.extend(classes(spec));
        wrong
    }

    fn check_service(&self, name: &Name, spec: &ServiceSpec, given: &[Resource]) -> Vec<Invalid> {
        let mut all: BTreeMap<&Name, &ServiceSpec> = self.steering.services.iter().collect();
        all.extend(of_set(given).filter_map(|(name, spec)| match spec {
            Spec::Service(spec) => Some((name, spec)),
            _ => None,
        }));
        let mut wrong = Vec::new();
        if all.len() > SERVICES_MOST {
            let message = format!("{} services: at most {SERVICES_MOST}", all.len());
            wrong.push(Invalid::new("metadata.name", message));
        }
        let twin = all.iter().find(|(other, it)| **other != name && it.address == spec.address);
        if let Some((other, _)) = twin {
            let message = format!("{} is the address of service `{other}`", spec.address);
            wrong.push(Invalid::new("spec.address", message));
        }
        wrong
    }
}

fn classes(spec: &EdgeSpec) -> Vec<Invalid> {
    if spec.classes.len() > RULES_MOST {
        let message = format!("{} classes: at most {RULES_MOST}", spec.classes.len());
        return vec![Invalid::new("spec.classes", message)];
    }
    let fault = |(at, it): (usize, &EdgeClass)| {
        Some(Invalid::new(format!("spec.classes[{at}]"), ClassRule::of_edge(it).err()?))
    };
    spec.classes.iter().enumerate().filter_map(fault).collect()
}
