//! The network as people look at it: how far places are from each other, also without some of the links.

use std::collections::{BTreeMap, BTreeSet};

use model::Name;
use network::{Graph, Nearest, NodeId};
use units::Delay;

use crate::Planner;

/// A copy of the network as it is now, so that it can be looked at elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Net {
    graph: Graph,
    /// By node: sites first, in order of name.
    places: Vec<Name>,
    sites: usize,
    links: Vec<Name>,
    up: Vec<bool>,
}

/// A place as seen from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Far {
    /// There and back; none where no path leads.
    pub round_trip: Option<Delay>,
    /// Over these links, the first one first.
    pub path: Vec<Name>,
}

impl Planner {
    #[must_use]
    pub fn net(&self) -> Net {
        let index = &self.index;
        Net {
            graph: index.routes.graph().clone(),
            places: index.place_names.clone(),
            sites: index.sites.len(),
            links: index.links.iter().map(|link| link.name.clone()).collect(),
            up: (0..).take(index.links.len()).map(|id| index.routes.is_up(id)).collect(),
        }
    }
}

impl Net {
    #[must_use]
    pub fn sites(&self) -> &[Name] {
        self.places.get(..self.sites).unwrap_or_default()
    }

    #[must_use]
    pub fn has_link(&self, link: &Name) -> bool {
        self.links.contains(link)
    }

    /// Every place as seen from one, by name; none if there is no such place.
    #[must_use]
    pub fn reach(&self, from: &Name, without: &BTreeSet<Name>) -> Option<BTreeMap<Name, Far>> {
        let from = self.places.iter().position(|place| place == from)?;
        let nearest = self.nearest(u32::try_from(from).ok()?, &self.usable(without));
        let far = |(id, place): (NodeId, &Name)| {
            let links = nearest.path(id).into_iter();
            let path = links.filter_map(|link| self.links.get(link as usize).cloned()).collect();
            (place.clone(), Far { round_trip: round_trip(&nearest, id), path })
        };
        Some((0..).zip(&self.places).map(far).collect())
    }

    /// Round trips from every site to every site, in the order of [`Net::sites`].
    pub fn round_trips(
        &self,
        without: &BTreeSet<Name>,
    ) -> impl Iterator<Item = Vec<Option<Delay>>> + '_ {
        let usable = self.usable(without);
        let sites = u32::try_from(self.sites).unwrap_or(u32::MAX);
        (0..sites).map(move |from| {
            let nearest = self.nearest(from, &usable);
            (0..sites).map(|to| round_trip(&nearest, to)).collect()
        })
    }

    fn usable(&self, without: &BTreeSet<Name>) -> Vec<bool> {
        self.links.iter().zip(&self.up).map(|(link, up)| *up && !without.contains(link)).collect()
    }

    fn nearest(&self, from: NodeId, usable: &[bool]) -> Nearest {
        Nearest::new(&self.graph, from, |link| usable.get(link as usize) == Some(&true))
    }
}

fn round_trip(nearest: &Nearest, to: NodeId) -> Option<Delay> {
    nearest.delay(to).map(|delay| Delay::new(delay.get().saturating_mul(2)))
}
