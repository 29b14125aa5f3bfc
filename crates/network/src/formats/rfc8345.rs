//! A network topology as the JSON (RFC 7951) of the YANG models `ietf-network` and `ietf-network-topology` (RFC 8345).
//! Links are of one direction.
//!
//! The models have room for nodes and links, and leave what they are like to others. Here that is `jingwei-network`:
//! `label`, `country` and `geo-location` (latitude and longitude, as the grouping of RFC 9179) of nodes; `capacity`,
//! `delay`, `price` with their units and `length-m` of links. A capacity that is a plain number has no unit. Whatever else
//! a text has is passed over.

use serde::{Deserialize, Serialize};

use super::{
    FormatError, Topology,
    amount::{Amount, Word},
    arcs::Figures,
    draft::{Draft, NodeDraft},
    shown,
};

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(rename = "ietf-network:networks")]
    networks: Networks,
}

#[derive(Serialize, Deserialize)]
struct Networks {
    network: Vec<Network>,
}

#[derive(Serialize, Deserialize)]
struct Network {
    #[serde(rename = "network-types", default)]
    types: Types,
    #[serde(rename = "network-id")]
    id: Word,
    #[serde(default)]
    node: Vec<Node>,
    #[serde(rename = "ietf-network-topology:link", alias = "link", default)]
    link: Vec<Link>,
}

#[derive(Serialize, Deserialize, Default)]
struct Types {}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Node {
    node_id: Word,
    #[serde(rename = "jingwei-network:label", skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(rename = "jingwei-network:country", skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(rename = "jingwei-network:geo-location", skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

/// In degrees; as texts, like every decimal number of RFC 7951.
#[derive(Serialize, Deserialize)]
struct Place {
    latitude: Word,
    longitude: Word,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Link {
    link_id: Word,
    source: Source,
    destination: Destination,
    #[serde(rename = "jingwei-network:capacity", skip_serializing_if = "Option::is_none")]
    capacity: Option<Amount>,
    #[serde(rename = "jingwei-network:delay", skip_serializing_if = "Option::is_none")]
    delay: Option<Amount>,
    #[serde(rename = "jingwei-network:price", skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
    #[serde(rename = "jingwei-network:length-m", skip_serializing_if = "Option::is_none")]
    length_m: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Source {
    source_node: Word,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Destination {
    dest_node: Word,
}

pub(super) fn read(text: &str) -> Result<Topology, FormatError> {
    let file: File =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let what = format!("not RFC 8345's JSON, which has `ietf-network:networks`: {error}");
            FormatError::at(error.line() as u64, what)
        })?;
    let count = file.networks.network.len();
    let [network] = <[Network; 1]>::try_from(file.networks.network).map_err(|_| {
        FormatError::somewhere(format!("it has {count} networks: a text of one is needed"))
    })?;
    let mut draft = Draft::default();
    for (at, it) in network.node.into_iter().enumerate() {
        let added = node(it).and_then(|node| draft.add_node(node));
        added.map_err(|what| wrong("node", at, &what))?;
    }
    for (at, it) in network.link.into_iter().enumerate() {
        let [from, to] = [&it.source.source_node.0, &it.destination.dest_node.0];
        let added = figures(&it).and_then(|figures| draft.add_link(from, to, figures));
        added.map_err(|what| wrong("link", at, &what))?;
    }
    Ok(draft.finish(Some(network.id.0), true))
}

fn wrong(list: &str, at: usize, what: &str) -> FormatError {
    FormatError::somewhere(format!("{list}[{at}]: {what}"))
}

fn node(it: Node) -> Result<NodeDraft, String> {
    let degrees = |name: &str, text: &Word| {
        let number = text.0.trim().parse().ok().filter(|it: &f64| it.is_finite());
        number.ok_or_else(|| {
            format!("{name} is {:?}: it has to be a number of degrees", shown(&text.0))
        })
    };
    let position = |it: Place| {
        Ok::<_, String>((degrees("longitude", &it.longitude)?, degrees("latitude", &it.latitude)?))
    };
    let position = it.place.map(position).transpose()?;
    Ok(NodeDraft { id: it.node_id.0, label: it.label, country: it.country, position })
}

fn figures(link: &Link) -> Result<Figures, String> {
    let Link { capacity, delay, price, length_m, .. } = link;
    Figures::said(capacity.as_ref(), delay.as_ref(), price.as_ref(), *length_m)
}

pub(super) fn write(topology: &Topology) -> String {
    let node = |it: &super::Node| Node {
        node_id: Word(it.id.clone()),
        label: it.label.clone(),
        country: it.country.clone(),
        place: it.place.map(|at| Place {
            latitude: Word(at.lat.to_string()),
            longitude: Word(at.lon.to_string()),
        }),
    };
    let link = |(at, arc): (usize, &super::Arc)| {
        let [from, to] = arc.ends.map(|end| topology.id(end));
        Link {
            link_id: Word(format!("{at}:{from}-{to}")),
            source: Source { source_node: Word(from.to_owned()) },
            destination: Destination { dest_node: Word(to.to_owned()) },
            capacity: arc.capacity.map(Amount::of_rate),
            delay: arc.delay.map(Amount::of),
            price: arc.price.map(Amount::of),
            length_m: arc.length_m,
        }
    };
    let network = Network {
        types: Types {},
        id: Word(topology.title.clone().unwrap_or_else(|| "network".to_owned())),
        node: topology.nodes.iter().map(node).collect(),
        link: topology.arcs.iter().enumerate().map(link).collect(),
    };
    super::amount::text(&File { networks: Networks { network: vec![network] } })
}
