//! A topology as the text of a form, which reads back as the same nodes and arcs.

use units::{Bandwidth, Delay};

use super::{Arc, Demand, Format, Link, Rate, Topology, graphml, node_link, repetita, rfc8345};
use crate::NodeId;

/// Why a topology cannot be written in a form: what is missing, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    #[error("the link from {from:?} to {to:?} {what}")]
    Link { from: String, to: String, what: String },
    #[error("{0} is read, not written: choose another form")]
    ReadOnly(&'static str),
}

/// Writes a network. Read again, it has the same nodes with their ids, labels, countries and places, and the same arcs
/// with their capacities, delays, lengths and prices; of Repetita's form those that it has room for (see [`Format`]).
///
/// # Errors
/// The form is only read, or needs what the network does not say: Repetita's a capacity in bit/s and a delay, said or by length or places.
pub fn write(format: Format, topology: &Topology) -> Result<String, Unwritable> {
    match format {
        Format::Graphml => Ok(graphml::write(topology)),
        Format::Repetita => repetita::write(topology),
        Format::NodeLink => Ok(node_link::write(topology)),
        Format::Rfc8345 => Ok(rfc8345::write(topology)),
        Format::Sndlib => Err(Unwritable::ReadOnly(format.name())),
    }
}

impl Topology {
    /// Says capacities and delays that are not said; `unit` is what one is of those without a unit.
    pub fn assume(
        &mut self,
        unit: Option<Bandwidth>,
        capacity: Option<Bandwidth>,
        delay: Option<Delay>,
    ) {
        let rate = |said: Option<Rate>| {
            let known = said.and_then(|rate| rate.bandwidth(unit)).map(Rate::Known);
            known.or(said).or(capacity.map(Rate::Known))
        };
        let delay_of = |ends, said, length_m| {
            if self.delay(ends, said, length_m).is_some() { said } else { delay }
        };
        let of_links = self.links.iter().map(|it| delay_of(it.ends, it.delay, it.length_m));
        let of_arcs = self.arcs.iter().map(|it| delay_of(it.ends, it.delay, it.length_m));
        let (of_links, of_arcs): (Vec<_>, Vec<_>) = (of_links.collect(), of_arcs.collect());
        for (link, delay) in self.links.iter_mut().zip(of_links) {
            (link.capacity, link.delay) = (rate(link.capacity), delay);
        }
        for (arc, delay) in self.arcs.iter_mut().zip(of_arcs) {
            (arc.capacity, arc.delay) = (rate(arc.capacity), delay);
        }
    }

    pub(super) fn id(&self, node: NodeId) -> &str {
        self.nodes.get(node as usize).map_or("", |node| node.id.as_str())
    }

    /// What has to be written: its links where each is two arcs of the same figures, else its arcs.
    pub(super) fn edges(&self) -> (bool, Vec<Arc>) {
        let both = |(at, link): (u32, &Link)| {
            let Link { ends: [a, b], capacity, delay, length_m, price, .. } = *link;
            let arc = |ends| Arc { link: at, ends, capacity, delay, length_m, price };
            [arc([a, b]), arc([b, a])]
        };
        let twice: Vec<Arc> = (0..).zip(&self.links).flat_map(both).collect();
        let is_directed = twice != self.arcs;
        let edges = self.arcs.iter().step_by(if is_directed { 1 } else { 2 }).copied().collect();
        (is_directed, edges)
    }

    pub(super) fn unwritable(&self, arc: &Arc, what: impl Into<String>) -> Unwritable {
        let [from, to] = arc.ends.map(|end| self.id(end).to_owned());
        Unwritable::Link { from, to, what: what.into() }
    }

    /// The demands of one matrix, if the form has room for them: node-link JSON for figures without a unit, one of each
    /// pair.
    #[must_use]
    pub fn demands_written(&self, format: Format) -> &[Demand] {
        let is_plain = |it: &Demand| it.matrix == 0 && matches!(it.rate, Rate::Figure(_));
        let mut pairs: Vec<_> = self.demands.iter().map(|it| (it.from, it.to)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let fits = format == Format::NodeLink
            && pairs.len() == self.demands.len()
            && self.demands.iter().all(is_plain);
        if fits { &self.demands } else { &[] }
    }
}
