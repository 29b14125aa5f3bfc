//! Networks of others as the nodes and links of a world.
//!
//! Whatever their text leaves unsaid is assumed by stated rules, counted, and marked with the label `assumed`.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
};

use model::{
    Coordinates, Kind, LinkSpec, Metadata, Name, NodeSpec, OrganizationSpec, Resource, Spec,
};
use network::{
    NodeId,
    formats::{
        self, Demand, Format, FormatError, Link, Node, Notes, Source, TEXT_MOST_BYTES, Topology,
    },
};
use serde::Serialize;
use units::{Bandwidth, DataPrice, Delay, Loss};

use crate::{SimError, files};

/// The longest title of a resource, in characters.
const TITLE_MOST: usize = 120;
/// Where a node is that neither says so nor can be reached from one that does.
const NOWHERE: Coordinates = Coordinates { lat: 0.0, lon: 0.0 };

/// What is taken where the text says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assumptions {
    pub capacity: Bandwidth,
    /// Of links of which neither the length nor the places of both ends are known.
    pub delay: Delay,
    /// Of links that say none.
    pub price: DataPrice,
    /// What one is of a text's figures without a unit; left out: they say nothing.
    pub unit: Option<Bandwidth>,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            capacity: Bandwidth::new(100_000_000_000),
            delay: Delay::new(1_000_000),
            price: DataPrice::new(1_000_000),
            unit: None,
        }
    }
}

/// Resources of a network, and how they came to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// One organization, then nodes, then links.
    pub resources: Vec<Resource>,
    pub report: Report,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub title: String,
    pub nodes: usize,
    pub links: usize,
    pub demands: usize,
    /// Parts that no link joins: one where every node reaches every other.
    pub parts: usize,
    pub notes: Notes,
    pub assumed: Assumed,
}

/// How many figures are assumed, and by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Assumed {
    /// Nodes put where the nearest node is, by links, of which the place is known.
    pub places: usize,
    /// Nodes put at latitude and longitude zero: none that they reach has a place.
    pub nowhere: usize,
    pub capacities: usize,
    /// Those of them for which the text has a figure without a unit.
    pub without_unit: usize,
    /// By the length that is said, at 200 km a millisecond.
    pub delays_by_length: usize,
    /// By the great circle between both ends, at 200 km a millisecond.
    pub delays_by_distance: usize,
    /// By nothing but the delay given for such links.
    pub delays: usize,
    pub prices: usize,
}

/// Reads a network, plain or compressed (`.gz`).
///
/// # Errors
/// It cannot be read, or is of another form.
pub fn read(format: Format, path: &Path) -> Result<Topology, SimError> {
    let text = files::text_within(path, TEXT_MOST_BYTES as u64)?;
    let mut topology = formats::read(format, &text).map_err(|error| wrong(path, error))?;
    topology.title = topology.title.or_else(|| stem(path));
    Ok(topology)
}

/// Reads the demands of a network, which have a file of their own beside it: Repetita's or Teal's.
///
/// # Errors
/// It cannot be read, is of another form, or names nodes that the network has not.
pub fn read_demands(path: &Path, topology: &Topology) -> Result<Vec<Demand>, SimError> {
    let text = files::text_within(path, TEXT_MOST_BYTES as u64)?;
    formats::read_demands(&text, topology).map_err(|error| wrong(path, error))
}

fn wrong(path: &Path, error: FormatError) -> SimError {
    SimError::Invalid { path: path.to_owned(), line: error.line.unwrap_or(1), what: error.what }
}

/// The name of a file without what says its form.
fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let name = name.split('.').find(|part| !part.is_empty())?;
    Some(name.to_owned())
}

/// Makes the resources of a world.
#[must_use]
pub fn world(topology: &Topology, assumptions: &Assumptions) -> Imported {
    let title = topology.title.clone().unwrap_or_else(|| "network".to_owned());
    let owner = formats::name_of(&title).or_else(|| formats::name_of("network"));
    let owner = owner.expect("`network` is a name");
    let mut making = Making { assumptions, owner, assumed: Assumed::default() };
    let mut resources = vec![making.organization(&title)];
    let places = places(topology);
    let nodes = topology.nodes.iter().zip(places);
    resources.extend(nodes.map(|(node, place)| making.node(node, place)));
    resources.extend(topology.links.iter().filter_map(|link| making.link(topology, link)));
    let report = Report {
        title,
        nodes: topology.nodes.len(),
        links: topology.links.len(),
        demands: topology.demands.len(),
        parts: topology.parts(),
        notes: topology.notes,
        assumed: making.assumed,
    };
    Imported { resources, report }
}

/// The resources as `jw apply` takes them.
///
/// # Errors
/// There are more than it takes.
pub fn manifests(resources: &[Resource]) -> Result<Vec<Manifest<'_>>, SimError> {
    let most = api::manifest::MOST_DOCUMENTS;
    if resources.len() > most {
        let count = resources.len();
        let what =
            format!("the network has {count} resources: a file of manifests has at most {most}");
        return Err(SimError::Asked(what));
    }
    Ok(resources.iter().map(Manifest::of).collect())
}

/// A resource as it stands in a file.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Manifest<'a> {
    kind: Kind,
    metadata: &'a Metadata,
    spec: &'a Spec,
}

impl<'a> Manifest<'a> {
    fn of(resource: &'a Resource) -> Self {
        let Resource { metadata, spec } = resource;
        Self { kind: spec.kind(), metadata, spec }
    }
}

struct Making<'a> {
    assumptions: &'a Assumptions,
    /// Of all links.
    owner: Name,
    assumed: Assumed,
}

impl Making<'_> {
    fn organization(&self, title: &str) -> Resource {
        let spec = Spec::Organization(OrganizationSpec::default());
        resource(&self.owner, Some(title), &[], spec)
    }

    /// `nearest` is its own place where it says one.
    fn node(&mut self, node: &Node, nearest: Option<Coordinates>) -> Resource {
        let region = node.country.as_deref().and_then(formats::name_of);
        let place = nearest.unwrap_or(NOWHERE);
        let assumed: &[&str] = if node.place.is_none() { &["place"] } else { &[] };
        self.assumed.nowhere += usize::from(nearest.is_none());
        self.assumed.places += usize::from(node.place.is_none() && nearest.is_some());
        let spec = NodeSpec { place, region: region.unwrap_or_else(|| self.owner.clone()) };
        resource(&node.name, node.label.as_deref(), assumed, Spec::Node(spec))
    }

    /// None where it has an end outside the network, which no reader makes.
    fn link(&mut self, topology: &Topology, link: &Link) -> Option<Resource> {
        let [a, b] = link.ends.map(|end| topology.nodes.get(end as usize));
        let (a, b) = (a?, b?);
        let mut assumed = Vec::new();
        let spec = LinkSpec {
            ends: [a.name.clone(), b.name.clone()],
            delay: self.delay(topology, link, &mut assumed),
            capacity: self.capacity(link, &mut assumed),
            price: self.price(link),
            jitter: Delay::ZERO,
            loss: Loss::ZERO,
            organization: self.owner.clone(),
            down: false,
        };
        Some(resource(&link.name, None, &assumed, Spec::Link(spec)))
    }

    fn capacity(&mut self, link: &Link, assumed: &mut Vec<&'static str>) -> Bandwidth {
        let said = link.capacity.and_then(|rate| rate.bandwidth(self.assumptions.unit));
        said.unwrap_or_else(|| {
            self.assumed.capacities += 1;
            self.assumed.without_unit += usize::from(link.capacity.is_some());
            assumed.push("capacity");
            self.assumptions.capacity
        })
    }

    fn price(&mut self, link: &Link) -> DataPrice {
        link.price.unwrap_or_else(|| {
            self.assumed.prices += 1;
            self.assumptions.price
        })
    }

    fn delay(
        &mut self,
        topology: &Topology,
        link: &Link,
        assumed: &mut Vec<&'static str>,
    ) -> Delay {
        let known = topology.delay(link.ends, link.delay, link.length_m);
        let (count, rule) = match known {
            Some((delay, Source::Said)) => return delay,
            Some((_, Source::Length)) => (&mut self.assumed.delays_by_length, "delay by length"),
            Some((_, Source::Distance)) => {
                (&mut self.assumed.delays_by_distance, "delay by distance")
            }
            None => (&mut self.assumed.delays, "delay"),
        };
        *count += 1;
        assumed.push(rule);
        known.map_or(self.assumptions.delay, |(delay, _)| delay)
    }
}

fn resource(name: &Name, title: Option<&str>, assumed: &[&str], spec: Spec) -> Resource {
    let marked = (!assumed.is_empty()).then(|| ("assumed".to_owned(), assumed.join(", ")));
    let metadata = Metadata {
        name: name.clone(),
        project: None,
        title: title.map(|title| title.chars().take(TITLE_MOST).collect()),
        labels: marked.into_iter().collect::<BTreeMap<_, _>>(),
    };
    Resource { metadata, spec }
}

/// Of each node its place, else that of the nearest by links that has one.
fn places(topology: &Topology) -> Vec<Option<Coordinates>> {
    let mut places: Vec<Option<Coordinates>> = topology.nodes.iter().map(|it| it.place).collect();
    let beside = neighbours(topology);
    let known = places.iter().enumerate().filter(|(_, place)| place.is_some());
    let mut next: VecDeque<usize> = known.map(|(at, _)| at).collect();
    while let Some(at) = next.pop_front() {
        let here = places.get(at).copied().flatten();
        for to in beside.get(at).into_iter().flatten().map(|to| *to as usize) {
            if let Some(place) = places.get_mut(to).filter(|place| place.is_none()) {
                *place = here;
                next.push_back(to);
            }
        }
    }
    places
}

fn neighbours(topology: &Topology) -> Vec<Vec<NodeId>> {
    let mut beside = vec![Vec::new(); topology.nodes.len()];
    for link in &topology.links {
        let [a, b] = link.ends;
        for (at, to) in [(a, b), (b, a)] {
            if let Some(list) = beside.get_mut(at as usize) {
                list.push(to);
            }
        }
    }
    beside
}

impl Report {
    /// Whether it is one network.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.parts <= 1
    }
}
