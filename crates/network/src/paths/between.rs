//! The ways of one pair by delay or price within bounds, and two ways that share as little as can be.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes, links and slots are numbers that the net itself gave out"
)]

use std::collections::BTreeSet;

use units::{DataPrice, Delay};

use super::{
    K_MOST, Way,
    cheapest::{Cheapest, delay, routes, sum, within},
    flow::two_apart,
};
use crate::{
    LinkId, NodeId,
    directed::{Arc, Directed},
    search::{Net, Slot},
};

/// First ways that are tried for a pair where no flow finds the best one.
pub const TRIED_MOST: usize = 128;

/// What two ways should not share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Apart {
    /// They may share anything: the cheapest ways are asked for, as many as `k`.
    #[default]
    Nothing,
    Links,
    /// Nodes between their ends, then links.
    Nodes,
    /// Groups of links that share a risk, and links in none, then links.
    Risks,
}

impl Apart {
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Links, Self::Nodes, Self::Risks];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Links => "link",
            Self::Nodes => "node",
            Self::Risks => "risk",
        }
    }

    /// What it means, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Nothing => "Ways may share anything",
            Self::Links => "Two ways that share no link, or as few as can be",
            Self::Nodes => "Two ways that share no node between their ends, or as few as can be",
            Self::Risks => "Two ways that share no risk of --risk, or as few as can be",
        }
    }
}

/// What ways are asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted<'a> {
    pub from: NodeId,
    pub to: NodeId,
    pub apart: Apart,
    /// 1 to [`K_MOST`]; two where they should not share something.
    pub k: usize,
    /// No way is longer, one way.
    pub max_delay: Delay,
    /// Arcs with less capacity are on no way; zero: any that has some.
    pub capacity: f64,
    /// By arc, zero or more: what ways are chosen by. Left out: they are chosen by delay.
    pub prices: Option<&'a [DataPrice]>,
    /// Links that share a risk.
    pub groups: &'a [Vec<LinkId>],
}

impl Wanted<'_> {
    /// The shortest way.
    #[must_use]
    pub const fn shortest(from: NodeId, to: NodeId) -> Self {
        let (apart, max_delay, capacity) = (Apart::Nothing, Delay::MAX, 0.0);
        Self { from, to, apart, k: 1, max_delay, capacity, prices: None, groups: &[] }
    }
}

/// What two ways have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shared {
    pub links: Vec<LinkId>,
    /// Between their ends, where nodes should not be shared.
    pub nodes: Vec<NodeId>,
    /// By their places in the list, where risks should not be shared.
    pub groups: Vec<usize>,
}

/// The ways found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen {
    /// The cheapest first; one where two were asked for and there is no other.
    pub ways: Vec<Way>,
    /// Of the first two, if they should share nothing; of one alone, all it has.
    pub shared: Shared,
    /// Whether it is certain that no others are better: cheaper, or of two, those that share less, then those that are
    /// cheaper together.
    pub is_exact: bool,
}

/// Finds the ways of a pair. None are found where none leads, and from a node to itself.
///
/// Ways that may share anything follow Yen. Two that share few links or nodes are a flow of least cost, which is the best
/// there is. Where one of the two is then longer than it may be, or risks are to be kept apart, which is NP-hard (Hu,
/// "Diverse routing in optical mesh networks", IEEE Trans. Comm. 51, 2003), each of the [`TRIED_MOST`] cheapest ways is
/// tried as the first, with the way that shares least with it; [`Chosen::is_exact`] tells whether that proves to be enough.
#[must_use]
pub fn between(graph: &Directed, wanted: &Wanted<'_>) -> Chosen {
    let nodes = graph.nodes();
    if wanted.from == wanted.to || wanted.from.max(wanted.to) >= nodes {
        return Chosen::default();
    }
    let arc = |arc: &Arc| {
        let fits = arc.capacity >= wanted.capacity;
        Arc { capacity: if fits { arc.capacity } else { 0.0 }, ..*arc }
    };
    let fitting = Directed::new(nodes, graph.arcs().iter().map(arc).collect());
    let net = Net::new(&fitting);
    let weights = weights(&net, wanted.prices);
    let risks = risks(&net, wanted, graph.links());
    let choice = Choice { net: &net, wanted, weights: &weights, risks: &risks };
    match wanted.apart {
        Apart::Nothing => choice.cheapest(),
        Apart::Links | Apart::Nodes | Apart::Risks => choice.two(),
    }
}

fn weights(net: &Net, prices: Option<&[DataPrice]>) -> Vec<u64> {
    let price = |slot: usize| {
        let price = prices?.get(net.ids[slot] as usize)?;
        Some(u64::try_from(price.get()).unwrap_or(0))
    };
    (0..net.slots()).map(|slot| price(slot).unwrap_or(net.delays[slot] as u64)).collect()
}

/// What a slot has that another way should not have, besides its link; a node by its number, and a group by its place. A
/// link in no group is a risk of its own, with a number above them.
fn risks(net: &Net, wanted: &Wanted<'_>, links: u32) -> Vec<Vec<usize>> {
    let mut of_links: Vec<Vec<usize>> = vec![Vec::new(); links as usize];
    for (at, group) in wanted.groups.iter().enumerate() {
        for link in group {
            if let Some(of_link) = of_links.get_mut(*link as usize).filter(|it| !it.contains(&at)) {
                of_link.push(at);
            }
        }
    }
    let of = |slot: usize| {
        let link = net.links[slot] as usize;
        let alone = || vec![wanted.groups.len() + link];
        match wanted.apart {
            Apart::Nothing | Apart::Links => Vec::new(),
            Apart::Nodes => [net.heads[slot] as usize]
                .into_iter()
                .filter(|head| *head != wanted.to as usize)
                .collect(),
            Apart::Risks if of_links[link].is_empty() => alone(),
            Apart::Risks => of_links[link].clone(),
        }
    };
    (0..net.slots()).map(of).collect()
}

/// Two ways, and how good they are: risks and links that they share, and what they cost together. Less is better.
type Pair = ((usize, usize, u128), [Vec<Slot>; 2]);

struct Choice<'a> {
    net: &'a Net,
    wanted: &'a Wanted<'a>,
    weights: &'a [u64],
    /// By slot.
    risks: &'a [Vec<usize>],
}

impl Choice<'_> {
    const fn ends(&self) -> [NodeId; 2] {
        [self.wanted.from, self.wanted.to]
    }

    fn ways(&self) -> Cheapest<'_> {
        Cheapest::new(self.net, self.ends(), self.weights, self.wanted.max_delay)
    }

    fn cheapest(&self) -> Chosen {
        let mut cheapest = self.ways();
        let k = self.wanted.k.clamp(1, K_MOST);
        let found: Vec<Vec<Slot>> = cheapest.by_ref().take(k).collect();
        let ways = found.iter().map(|way| self.net.way(way)).collect();
        Chosen { ways, shared: Shared::default(), is_exact: !cheapest.is_cut }
    }

    fn two(&self) -> Chosen {
        let nodes_count = self.wanted.apart == Apart::Nodes;
        let Some(pair) = two_apart(self.net, self.ends(), self.weights, nodes_count) else {
            return Chosen { is_exact: true, ..Chosen::default() };
        };
        let best = self.scored(pair);
        let is_short = best.1.iter().all(|way| delay(self.net, way) <= self.wanted.max_delay);
        let is_best = self.wanted.apart != Apart::Risks || shares_nothing(&best);
        if is_short && is_best {
            return self.chosen(&best, true);
        }
        let (best, is_exact) = self.tried();
        best.map_or_else(
            || Chosen { is_exact, ..Chosen::default() },
            |best| self.chosen(&best, is_exact),
        )
    }

    /// The best pair of one of the cheapest ways with what shares least with it, and whether it is the best of all.
    fn tried(&self) -> (Option<Pair>, bool) {
        let mut ways = self.ways();
        let (mut first, mut best): (Vec<Vec<Slot>>, Option<Pair>) = (Vec::new(), None);
        let mut is_cut = false;
        while first.len() < TRIED_MOST
            && let Some(way) = ways.next()
        {
            // The cheaper of two ways costs at most half of both.
            let least = 2 * sum(self.weights, &way);
            if best.as_ref().is_some_and(|best| shares_nothing(best) && best.0.2 <= least) {
                return (best, !is_cut && !ways.is_cut);
            }
            let (other, is_other_cut) = self.beside(&way);
            is_cut |= is_other_cut;
            best = better(best, self.scored([way.clone(), other]));
            first.push(way);
        }
        let is_all = first.len() < TRIED_MOST || ways.next().is_none();
        let others = |at: usize| first[at..].iter().map(move |other| (at, other));
        let pairs = (0..first.len()).flat_map(others);
        let pairs = pairs.map(|(at, other)| self.scored([first[at].clone(), other.clone()]));
        (pairs.fold(best, better), is_all && !ways.is_cut)
    }

    /// A way that shares few risks and links with another, and is cheap, the same if there is no other; and whether the
    /// search left any out.
    fn beside(&self, way: &[Slot]) -> (Vec<Slot>, bool) {
        let links = self.links(way);
        let risks = self.risks(way);
        // More than any way costs.
        let all = self.weights.iter().fold(1_u64, |sum, weight| sum.saturating_add(*weight));
        let weight = |slot: Slot| {
            let at = slot as usize;
            let shared = self.risks[at].iter().filter(|risk| risks.contains(risk)).count();
            let shared = shared + usize::from(links.contains(&self.net.links[at]));
            self.weights[at].saturating_add(all.saturating_mul(shared as u64))
        };
        let routes = routes(self.net, weight);
        let [from, to] = self.ends();
        let (path, is_cut) = routes.search(from, to, within(self.wanted.max_delay), |_| true);
        (path.map_or_else(|| way.to_vec(), |path| path.links), is_cut)
    }

    fn links(&self, way: &[Slot]) -> BTreeSet<LinkId> {
        way.iter().map(|slot| self.net.links[*slot as usize]).collect()
    }

    fn risks(&self, way: &[Slot]) -> BTreeSet<usize> {
        way.iter().flat_map(|slot| self.risks[*slot as usize].iter().copied()).collect()
    }

    /// The cheaper way first.
    fn scored(&self, mut ways: [Vec<Slot>; 2]) -> Pair {
        ways.sort_by_cached_key(|way| (sum(self.weights, way), way.clone()));
        let [a, b] = &ways;
        let risks = self.risks(a).intersection(&self.risks(b)).count();
        let links = self.links(a).intersection(&self.links(b)).count();
        let cost = sum(self.weights, a) + sum(self.weights, b);
        ((risks, links, cost), ways)
    }

    fn chosen(&self, (_, ways): &Pair, is_exact: bool) -> Chosen {
        let [a, b] = ways;
        let links = self.links(a).intersection(&self.links(b)).copied().collect();
        let risks: Vec<usize> = self.risks(a).intersection(&self.risks(b)).copied().collect();
        let is_nodes = self.wanted.apart == Apart::Nodes;
        let nodes = risks.iter().filter(|_| is_nodes).map(|node| *node as NodeId).collect();
        let is_group = |risk: &&usize| !is_nodes && **risk < self.wanted.groups.len();
        let groups = risks.iter().filter(is_group).copied().collect();
        let count = if a == b { 1 } else { 2 };
        let found = ways.iter().take(count).map(|way| self.net.way(way)).collect();
        Chosen { ways: found, shared: Shared { links, nodes, groups }, is_exact }
    }
}

fn shares_nothing(pair: &Pair) -> bool {
    matches!(pair.0, (0, 0, _))
}

fn better(best: Option<Pair>, other: Pair) -> Option<Pair> {
    Some(best.filter(|best| *best <= other).unwrap_or(other))
}
