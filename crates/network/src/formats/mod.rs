//! Public descriptions of networks: text in, a [`Topology`] out, or the line that is wrong; and a topology as text.
//!
//! What a text does not say stays unsaid here: no delay, capacity, length or place is made up. Whoever makes a world of
//! it says what to assume.

mod amount;
mod arcs;
mod delays;
mod demands;
mod draft;
mod graphml;
mod names;
mod node_link;
mod rate;
mod repetita;
mod rfc8345;
mod sndlib;
#[cfg(test)]
mod tests;
mod write;
mod xml;

use model::{Coordinates, Name};
use serde::Serialize;
use units::{Bandwidth, DataPrice, Delay};

use crate::{LinkId, NodeId};

pub use delays::Source;
pub use demands::read as read_demands;
pub use names::name_of;
pub use write::{Unwritable, write};

/// Bytes of a text, at most.
pub const TEXT_MOST_BYTES: usize = 256 << 20;
/// Nodes, links (arcs, where they are directed) and demands, at most.
pub const NODES_MOST: usize = 100_000;
pub const LINKS_MOST: usize = 1_000_000;
pub const DEMANDS_MOST: usize = 4_000_000;

/// Forms of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Internet Topology Zoo.
    Graphml,
    /// Repetita's `.graph`: directed arcs with bandwidth and delay. It has no room for ids, titles, countries, lengths,
    /// prices and demands; `_` and `+` in labels are read as blanks.
    Repetita,
    /// JSON of nodes and links, as NetworkX writes it; TopoHub's and Teal's.
    NodeLink,
    /// JSON by the YANG models of RFC 8345.
    Rfc8345,
    /// SNDlib's own XML. It is read only: its capacities and demands have no units.
    Sndlib,
}

impl Format {
    pub const ALL: [Self; 5] =
        [Self::Graphml, Self::Repetita, Self::NodeLink, Self::Rfc8345, Self::Sndlib];
    /// Those that are written, too.
    pub const WRITTEN: [Self; 4] = [Self::Graphml, Self::Repetita, Self::NodeLink, Self::Rfc8345];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graphml => "graphml",
            Self::Repetita => "repetita",
            Self::NodeLink => "node-link",
            Self::Rfc8345 => "rfc8345",
            Self::Sndlib => "sndlib",
        }
    }

    /// Whose it is, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Graphml => "Network in GraphML, as of the Internet Topology Zoo",
            Self::Repetita => "Network as Repetita's .graph",
            Self::NodeLink => "Network in node-link JSON, as of TopoHub and Teal",
            Self::Rfc8345 => "Network in the JSON of RFC 8345's YANG models",
            Self::Sndlib => "Network in SNDlib's own XML",
        }
    }
}

/// A network as its text tells it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Topology {
    pub title: Option<String>,
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
    /// One direction each: as the text tells them where it is directed, else both of every link.
    pub arcs: Vec<Arc>,
    pub demands: Vec<Demand>,
    pub notes: Notes,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What the text calls it where it speaks of it.
    pub id: String,
    /// Made of the label, else of the id; no two are the same.
    pub name: Name,
    pub label: Option<String>,
    pub country: Option<String>,
    pub place: Option<Coordinates>,
}

/// The same in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Made of the names of its ends; no two are the same.
    pub name: Name,
    pub ends: [NodeId; 2],
    pub capacity: Option<Rate>,
    /// One way.
    pub delay: Option<Delay>,
    pub length_m: Option<u64>,
    /// Zero or more.
    pub price: Option<DataPrice>,
}

/// From the first end to the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// The link it is a direction of.
    pub link: LinkId,
    pub ends: [NodeId; 2],
    pub capacity: Option<Rate>,
    pub delay: Option<Delay>,
    pub length_m: Option<u64>,
    /// Zero or more.
    pub price: Option<DataPrice>,
}

/// What wants to go from one node to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Where there are several matrices: which; else zero.
    pub matrix: u32,
    pub from: NodeId,
    pub to: NodeId,
    pub rate: Rate,
    pub terms: Terms,
}

/// How a demand is to be served, where the text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Lower ones are served first.
    pub priority: u8,
    /// No way that is longer.
    pub max_delay: Option<Delay>,
}

/// A bandwidth, or a figure whose unit the text does not tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    Known(Bandwidth),
    /// Zero or more, finite.
    Figure(f64),
}

/// What was done to make a topology of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Notes {
    /// Pairs of opposite arcs that became one link.
    pub joined: usize,
    /// Those of them that differ: the smaller capacity, and the larger delay and price are kept.
    pub unequal: usize,
    /// Arcs without an opposite one that became links.
    pub lone: usize,
    /// Links from a node to itself, left out.
    pub loops: usize,
    /// Nodes whose name got a number because another has it.
    pub renamed: usize,
    /// Nodes at latitude and longitude zero, which is taken as nothing said.
    pub at_zero: usize,
    /// Positions that are left out, all of the text, because one is not on earth: they are not degrees.
    pub not_on_earth: usize,
}

/// What is wrong with a text, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", line.map_or_else(String::new, |line| format!("line {line}: ")))]
pub struct FormatError {
    /// From 1, where it is known.
    pub line: Option<u64>,
    pub what: String,
}

impl FormatError {
    fn at(line: u64, what: impl Into<String>) -> Self {
        Self { line: Some(line), what: what.into() }
    }

    fn somewhere(what: impl Into<String>) -> Self {
        Self { line: None, what: what.into() }
    }
}

/// As much of a text as a message needs.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads a network.
///
/// # Errors
/// The text is of another form, too large, or contradicts itself.
pub fn read(format: Format, text: &str) -> Result<Topology, FormatError> {
    if text.len() > TEXT_MOST_BYTES {
        let what = format!("the text has {} bytes: the most is {TEXT_MOST_BYTES}", text.len());
        return Err(FormatError::somewhere(what));
    }
    let topology = match format {
        Format::Graphml => graphml::read(text),
        Format::Repetita => repetita::read(text),
        Format::NodeLink => node_link::read(text),
        Format::Rfc8345 => rfc8345::read(text),
        Format::Sndlib => sndlib::read(text),
    }?;
    if topology.nodes.is_empty() {
        return Err(FormatError::somewhere("there is no node: a network needs one at least"));
    }
    Ok(topology)
}

impl Topology {
    /// A node by what the text calls it, or by its name.
    ///
    /// # Errors
    /// There is none; says so.
    pub fn node(&self, id: &str) -> Result<NodeId, String> {
        let is_it = |node: &Node| node.id == id || node.name.as_str() == id;
        let at = self.nodes.iter().position(|node| node.id == id);
        let at = at.or_else(|| self.nodes.iter().position(is_it));
        at.and_then(|at| NodeId::try_from(at).ok()).ok_or_else(|| draft::missing(id))
    }

    /// Parts that no link joins; one where every node reaches every other.
    #[must_use]
    pub fn parts(&self) -> usize {
        let mut above: Vec<usize> = (0..self.nodes.len()).collect();
        for link in &self.links {
            let [a, b] = link.ends.map(|end| top(&mut above, end as usize));
            if let Some(up) = above.get_mut(a.max(b)) {
                *up = a.min(b);
            }
        }
        above.iter().enumerate().filter(|(at, up)| at == *up).count()
    }
}

/// The first of the part that a node is known to be in; the way there is halved.
fn top(above: &mut [usize], mut at: usize) -> usize {
    while let Some(up) = above.get(at).copied().filter(|up| *up != at) {
        let next = above.get(up).copied().unwrap_or(up);
        if let Some(it) = above.get_mut(at) {
            *it = next;
        }
        at = next;
    }
    at
}
