//! The network as people look at it: how far places are from each other, also without some of the links.

use std::collections::{BTreeMap, BTreeSet};

use model::Name;
use network::{
    Graph, Limits, LinkId, Nearest, NodeId, Routes,
    directed::{Arc, Directed},
    repair::{self, drill},
    structure::Structure,
};
use units::{Bandwidth, DataPrice, Delay, Time};

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
    /// By link: what is held of it.
    held: Vec<Bandwidth>,
}

/// A place as seen from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Far {
    /// There and back; none where no path leads.
    pub round_trip: Option<Delay>,
    /// Over these links, the first one first.
    pub path: Vec<Name>,
}

/// A way from one place to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// In order from where it begins.
    pub links: Vec<Name>,
    pub delay: Delay,
    pub jitter: Delay,
    pub price: DataPrice,
    /// What is free on the link with the least, and that link; none of a way without links.
    pub narrowest: Option<(Bandwidth, Name)>,
    /// The cheapest within what is asked for.
    pub is_taken: bool,
}

/// How well the network withstands failures.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub places: u32,
    pub resilience: repair::Resilience,
    /// Links and places whose failure parts others, with the pairs that they part, the worst first.
    pub weak_links: Vec<(Name, u64)>,
    pub weak_places: Vec<(Name, u64)>,
}

impl Planner {
    /// With what is held of each link at a time.
    #[must_use]
    pub fn net(&self, at: Time) -> Net {
        let index = &self.index;
        Net {
            graph: index.routes.graph().clone(),
            places: index.place_names.clone(),
            sites: index.sites.len(),
            links: index.links.iter().map(|link| link.name.clone()).collect(),
            up: (0..).take(index.links.len()).map(|id| index.routes.is_up(id)).collect(),
            held: index.links.iter().map(|it| Bandwidth::new(it.calendar.used_at(at))).collect(),
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

    #[must_use]
    pub fn has_place(&self, place: &Name) -> bool {
        self.places.contains(place)
    }

    /// How many places there are.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places.len()
    }

    /// Fails every link and every place once. Work grows with the square of places, and with links.
    #[must_use]
    pub fn standing(&self, without: &BTreeSet<Name>) -> Standing {
        let graph = self.directed(&self.usable(without));
        let structure = Structure::new(&graph);
        Standing {
            places: graph.nodes(),
            resilience: repair::Resilience::new(&structure, &drill(&graph, &[])),
            weak_links: weak(&self.links, &structure.parted_by_link),
            weak_places: weak(&self.places, &structure.parted_by_node),
        }
    }

    /// Both directions of every link; one that cannot be used has no capacity.
    fn directed(&self, usable: &[bool]) -> Directed {
        let both = |(id, link): (LinkId, &network::Link)| {
            let is_usable = usable.get(id as usize) == Some(&true);
            let capacity = if is_usable { 1.0 } else { 0.0 };
            let arc = |from, to| Arc { from, to, link: id, capacity, delay: link.delay };
            let [a, b] = link.ends;
            [arc(a, b), arc(b, a)]
        };
        Directed::new(self.graph.nodes(), (0..).zip(self.graph.links()).flat_map(both).collect())
    }

    /// The ways between two places of which none is both cheaper and faster than another, the cheapest first, at most
    /// `most`, and the one that is taken where so much bandwidth is to be free, and the delay at most this. None if a
    /// place is not there.
    #[must_use]
    pub fn ways(
        &self,
        [from, to]: [&Name; 2],
        (bandwidth, latency): (Bandwidth, Delay),
        without: &BTreeSet<Name>,
        most: usize,
    ) -> Option<Vec<Choice>> {
        let node = |name: &Name| self.places.iter().position(|place| place == name);
        let [from, to] = [node(from)?, node(to)?].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        let mut routes = Routes::new(self.graph.clone());
        for (link, usable) in (0..).zip(self.usable(without)) {
            routes.set_link(link, usable);
        }
        let limits = Limits { delay: latency, jitter: Delay::MAX };
        let has_room = |link: LinkId| self.free(link) >= bandwidth;
        let taken = routes.cheapest_avoiding(from, to, limits, has_room);
        let both = Limits { delay: Delay::ZERO, jitter: Delay::MAX }.criteria();
        routes.prepare(&[from], both);
        let frontier = routes.frontier(from, both)?;
        let mut all: Vec<network::Path> =
            frontier.to(to).take(most).map(|it| frontier.path(it)).collect();
        if let Some(taken) = taken.iter().find(|it| !all.iter().any(|way| way.links == it.links)) {
            all.push(taken.clone());
            all.sort_by_key(|way| (way.price, way.delay));
        }
        let taken = taken.map(|it| it.links);
        Some(all.iter().map(|way| self.choice(way, taken.as_ref() == Some(&way.links))).collect())
    }

    fn choice(&self, way: &network::Path, is_taken: bool) -> Choice {
        let narrowest = way.links.iter().map(|link| (self.free(*link), *link)).min();
        let name = |link: LinkId| self.links.get(link as usize).cloned();
        Choice {
            links: way.links.iter().filter_map(|link| name(*link)).collect(),
            delay: way.delay,
            jitter: way.jitter,
            price: way.price,
            narrowest: narrowest.and_then(|(free, link)| Some((free, name(link)?))),
            is_taken,
        }
    }

    fn free(&self, link: LinkId) -> Bandwidth {
        let held = self.held.get(link as usize).copied().unwrap_or_default();
        let capacity = self.graph.link(link).map(|it| it.capacity).unwrap_or_default();
        capacity.saturating_sub(held)
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

/// Those that part anything, the worst first.
fn weak(names: &[Name], parted: &[u64]) -> Vec<(Name, u64)> {
    let some = names.iter().zip(parted).filter(|(_, parted)| **parted > 0);
    let mut some: Vec<(Name, u64)> = some.map(|(name, parted)| (name.clone(), *parted)).collect();
    some.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    some
}
