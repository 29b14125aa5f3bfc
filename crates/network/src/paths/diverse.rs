//! Several ways for each pair of places.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes, links and slots are numbers that the net itself gave out"
)]

use std::{collections::BTreeSet, ops::Range};

use super::seek::Seek;
use crate::{
    LinkId, NodeId,
    directed::{ArcId, Directed},
    search::{NONE, Net, Slot, Ways},
    share::over,
    structure::Structure,
};

/// Ways of a pair, at most.
pub const K_MOST: usize = 64;

/// What taking a link once more costs, in nanoseconds: more than any way can be long (16 minutes), so few shared links
/// come before short delay, and sums stay exact.
const SHARED: f64 = 1e12;

/// How many ways, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// 1 to [`K_MOST`].
    pub k: usize,
    /// The first is the shortest; each other one takes as few links of those before it as can be, and is the shortest of
    /// such. Else the shortest ones without a loop.
    pub diverse: bool,
}

/// A way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub arcs: Vec<ArcId>,
    /// One way, in nanoseconds.
    pub delay_ns: u64,
}

/// Finds the ways of pairs to one target after another.
#[derive(Debug)]
struct Finder<'a> {
    graph: &'a Net,
    bridges: &'a [bool],
    towards: Ways,
    target: NodeId,
    seek: Seek,
    /// How many of the pair's ways take a link.
    uses: Vec<u32>,
    found: Vec<Vec<Slot>>,
    way: Vec<Slot>,
}

impl<'a> Finder<'a> {
    fn new(net: &'a Net, bridges: &'a [bool]) -> Self {
        Self {
            graph: net,
            bridges,
            towards: Ways::new(net),
            target: NONE,
            seek: Seek::new(net),
            uses: vec![0; bridges.len()],
            found: Vec::new(),
            way: Vec::new(),
        }
    }

    fn towards(&mut self, target: NodeId) {
        if self.target != target {
            self.towards.find_towards(self.graph, target, &self.graph.delays);
            self.target = target;
        }
    }

    /// The ways from a node to the target; none where none leads.
    fn find(&mut self, from: NodeId, asked: Asked) {
        self.found.clear();
        if from == self.target || self.towards.distance[from as usize].is_infinite() {
            return;
        }
        self.shortest(from);
        if asked.diverse {
            self.diverse(from, asked.k);
        } else {
            self.next_shortest(from, asked.k);
        }
    }

    fn shortest(&mut self, from: NodeId) {
        let mut way = Vec::new();
        let mut node = from;
        while node != self.target {
            let slot = self.towards.last[node as usize];
            way.push(slot);
            node = self.graph.heads[slot as usize];
        }
        self.found.push(way);
    }

    fn diverse(&mut self, from: NodeId, k: usize) {
        self.count(0);
        while self.found.len() < k && self.one_more(from) {
            if self.found.len() == 2 && k > 2 && self.is_any_shared() {
                self.part(from);
            }
        }
        for way in &self.found {
            for slot in way {
                self.uses[self.graph.links[*slot as usize] as usize] = 0;
            }
        }
    }

    fn count(&mut self, way: usize) {
        for slot in &self.found[way] {
            let link = self.graph.links[*slot as usize] as usize;
            // Every way takes the same bridges.
            if !self.bridges[link] {
                self.uses[link] += 1;
            }
        }
    }

    /// One more way that shares as little as can be; false where that is one of those before.
    fn one_more(&mut self, from: NodeId) -> bool {
        let Self { graph, towards, uses, seek, way, .. } = self;
        let extra = |slot: Slot, tail: NodeId, head: NodeId| {
            let uses = uses[graph.links[slot as usize] as usize];
            detour(graph, towards, slot, [tail, head]) + SHARED * f64::from(uses)
        };
        let is_new = seek.find(graph, [from, self.target], &towards.distance, extra, way)
            && !self.found.contains(way);
        if is_new {
            self.found.push(std::mem::take(&mut self.way));
            self.count(self.found.len() - 1);
        }
        is_new
    }

    fn is_any_shared(&self) -> bool {
        self.found
            .iter()
            .flatten()
            .any(|slot| self.uses[self.graph.links[*slot as usize] as usize] > 1)
    }

    /// Where the shortest way stands in the way of any other: two ways that share as little as any two can, if that is
    /// less (Suurballe and Tarjan, "A quick method for finding shortest pairs of disjoint paths", Networks 14, 1984).
    fn part(&mut self, from: NodeId) {
        let before = sharing(self.graph, &self.found).min();
        let Some(pair) = self.disjoint(from) else { return };
        let second = self.found.pop();
        for way in pair {
            if !self.found.contains(&way) {
                self.found.push(way);
            }
        }
        if sharing(self.graph, &self.found).min().is_none_or(|now| Some(now) >= before) {
            self.found.truncate(1);
            self.found.extend(second);
        }
        self.uses.fill(0);
        (0..self.found.len()).for_each(|way| self.count(way));
    }

    /// Two ways made of the shortest and one that may run against it.
    fn disjoint(&mut self, from: NodeId) -> Option<[Vec<Slot>; 2]> {
        let first = self.found[0].clone();
        let Self { graph, towards, seek, way, .. } = self;
        let taken: BTreeSet<Slot> = first.iter().copied().collect();
        let of_first = |slot: Slot| {
            first.iter().find(|it| graph.links[**it as usize] == graph.links[slot as usize])
        };
        let extra = |slot: Slot, tail: NodeId, head: NodeId| {
            if taken.contains(&slot) {
                return SHARED;
            }
            match of_first(slot) {
                Some(against) if graph.heads[*against as usize] == tail => 0.0,
                _ => detour(graph, towards, slot, [tail, head]),
            }
        };
        if !seek.find(graph, [from, self.target], &towards.distance, extra, way) {
            return None;
        }
        Some(untangled(graph, [from, self.target], &first, way))
    }

    /// Yen's algorithm ("Finding the k shortest loopless paths in a network", Management Science 17, 1971).
    fn next_shortest(&mut self, from: NodeId, k: usize) {
        let mut waiting: BTreeSet<(u64, Vec<Slot>)> = BTreeSet::new();
        while self.found.len() < k {
            let last = self.found.last().cloned().unwrap_or_default();
            for at in 0..last.len() {
                if let Some(way) = self.leaving(from, &last[..at]) {
                    waiting.insert((delay(self.graph, &way), way));
                }
            }
            let Some((_, way)) = waiting.pop_first() else { return };
            self.found.push(way);
            let found = &self.found;
            waiting.retain(|(_, way)| !found.contains(way));
        }
    }

    /// The shortest way that begins with these arcs and then does what no way found so far does.
    fn leaving(&mut self, from: NodeId, root: &[Slot]) -> Option<Vec<Slot>> {
        let Self { graph, towards, seek, way, found, .. } = self;
        let begins = |it: &&Vec<Slot>| it.starts_with(root);
        let taken: BTreeSet<Slot> =
            found.iter().filter(begins).filter_map(|it| it.get(root.len()).copied()).collect();
        let passed: BTreeSet<NodeId> =
            root.iter().map(|slot| graph.tails[*slot as usize]).collect();
        let leaves = root.last().map_or(from, |slot| graph.heads[*slot as usize]);
        let extra = |slot: Slot, tail: NodeId, head: NodeId| {
            if passed.contains(&head) || (tail == leaves && taken.contains(&slot)) {
                return f64::INFINITY;
            }
            detour(graph, towards, slot, [tail, head])
        };
        let is_found = seek.find(graph, [leaves, self.target], &towards.distance, extra, way);
        is_found.then(|| [root, way].concat())
    }
}

fn delay(net: &Net, way: &[Slot]) -> u64 {
    way.iter().map(|slot| net.delays[*slot as usize] as u64).sum()
}

/// How much longer the way to the target gets by an arc.
fn detour(net: &Net, towards: &Ways, slot: Slot, [tail, head]: [NodeId; 2]) -> f64 {
    let ahead = &towards.distance;
    net.delays[slot as usize] + ahead[head as usize] - ahead[tail as usize]
}

/// How many links each two of the ways share.
fn sharing<'a>(net: &'a Net, ways: &'a [Vec<Slot>]) -> impl Iterator<Item = usize> + 'a {
    let before = move |b: usize| ways[..b].iter().map(move |a| shared(net, a, &ways[b]));
    (0..ways.len()).flat_map(before)
}

fn shared(net: &Net, a: &[Slot], b: &[Slot]) -> usize {
    let links: BTreeSet<LinkId> = a.iter().map(|slot| net.links[*slot as usize]).collect();
    b.iter().filter(|slot| links.contains(&net.links[**slot as usize])).count()
}

/// Two ways of the arcs of both, without those that run against each other; the shorter one first.
fn untangled(
    net: &Net,
    [from, to]: [NodeId; 2],
    first: &[Slot],
    second: &[Slot],
) -> [Vec<Slot>; 2] {
    let against = |a: &Slot, b: &Slot| {
        let (a, b) = (*a as usize, *b as usize);
        net.links[a] == net.links[b] && net.tails[a] == net.heads[b] && net.heads[a] == net.tails[b]
    };
    let lone = |way: &[Slot], other: &[Slot]| -> Vec<Slot> {
        way.iter().filter(|a| !other.iter().any(|b| against(a, b))).copied().collect()
    };
    let mut left = [lone(first, second), lone(second, first)].concat();
    let mut take = || {
        let (mut way, mut node) = (Vec::new(), from);
        while node != to {
            let at = left.iter().position(|slot| net.tails[*slot as usize] == node)?;
            let slot = left.swap_remove(at);
            way.push(slot);
            node = net.heads[slot as usize];
        }
        Some(straight(net, from, way))
    };
    let mut pair =
        [take().unwrap_or_else(|| first.to_vec()), take().unwrap_or_else(|| second.to_vec())];
    pair.sort_by_key(|way| delay(net, way));
    pair
}

/// A way without the circles in it.
pub(super) fn straight(net: &Net, from: NodeId, way: Vec<Slot>) -> Vec<Slot> {
    let mut out: Vec<Slot> = Vec::with_capacity(way.len());
    for slot in way {
        out.push(slot);
        let here = net.heads[slot as usize];
        if here == from {
            out.clear();
        } else if let Some(at) =
            out[..out.len() - 1].iter().position(|it| net.heads[*it as usize] == here)
        {
            out.truncate(at + 1);
        }
    }
    out
}

/// What was found for many pairs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Pairs with a way.
    pub pairs: u64,
    /// Pairs without.
    pub unreachable: u64,
    pub paths: u64,
    /// Pairs that have two ways without a common link.
    pub disjoint: u64,
    /// Sum over all ways but the first of their delay over the first one's, where that is not zero.
    pub stretch: f64,
    /// How many that are.
    pub stretched: u64,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            unreachable: self.unreachable + other.unreachable,
            paths: self.paths + other.paths,
            disjoint: self.disjoint + other.disjoint,
            stretch: self.stretch + other.stretch,
            stretched: self.stretched + other.stretched,
        }
    }

    fn add(&mut self, net: &Net, ways: &[Vec<Slot>]) {
        let Some(first) = ways.first() else {
            self.unreachable += 1;
            return;
        };
        self.pairs += 1;
        self.paths += ways.len() as u64;
        let best = delay(net, first);
        for other in &ways[1..] {
            if best > 0 {
                self.stretch += delay(net, other) as f64 / best as f64;
                self.stretched += 1;
            }
        }
        self.disjoint += u64::from(sharing(net, ways).any(|links| links == 0));
    }
}

/// What becomes of the ways of a pair.
pub type Each<'a> = &'a (dyn Fn(NodeId, NodeId, &mut dyn Iterator<Item = Way>) + Sync);

/// Finds the ways of all pairs, or of those given, on all cores. `each` gets every pair with its ways, in no order;
/// without it, ways of all pairs of a network whose arcs have equal opposites are found in one direction only.
#[must_use]
pub fn tally(
    graph: &Directed,
    pairs: Option<&[(NodeId, NodeId)]>,
    asked: Asked,
    each: Option<Each<'_>>,
) -> Tally {
    let net = Net::new(graph);
    let bridges = Structure::new(graph).bridges;
    let is_half = each.is_none() && pairs.is_none() && is_symmetric(&net);
    let of_targets = by_target(net.nodes(), pairs, is_half);
    let parts = over(net.nodes(), |targets: Range<u32>| {
        let mut finder = Finder::new(&net, &bridges);
        let mut tally = Tally::default();
        for target in targets {
            for from in &of_targets[target as usize] {
                finder.towards(target);
                finder.find(*from, asked);
                tally.add(&net, &finder.found);
                if let Some(each) = each {
                    each(*from, target, &mut finder.found.iter().map(|way| net.way(way)));
                }
            }
        }
        tally
    });
    let once = parts.into_iter().fold(Tally::default(), Tally::plus);
    if is_half { once.plus(once) } else { once }
}

/// Whether each arc has an opposite one of the same link and delay.
fn is_symmetric(net: &Net) -> bool {
    let of = |slot: usize, from: NodeId, to: NodeId| {
        (net.links[slot], from, to, net.delays[slot].to_bits())
    };
    let mut there: Vec<_> =
        (0..net.slots()).map(|at| of(at, net.tails[at], net.heads[at])).collect();
    let mut back: Vec<_> =
        (0..net.slots()).map(|at| of(at, net.heads[at], net.tails[at])).collect();
    there.sort_unstable();
    back.sort_unstable();
    there == back
}

/// The sources of each target. Pairs that name no node, or one twice, are left out.
fn by_target(nodes: u32, pairs: Option<&[(NodeId, NodeId)]>, is_half: bool) -> Vec<Vec<NodeId>> {
    // Half of the pairs such that every target has about as many sources.
    let is_first = |from: u32, to: u32| (from < to) == (from + to).is_multiple_of(2);
    let counts = |from: u32, to: u32| from != to && (!is_half || is_first(from, to));
    match pairs {
        None => {
            (0..nodes).map(|to| (0..nodes).filter(|from| counts(*from, to)).collect()).collect()
        }
        Some(pairs) => {
            let mut of_targets = vec![Vec::new(); nodes as usize];
            for (from, to) in pairs.iter().filter(|(from, to)| from != to && from.max(to) < &nodes)
            {
                of_targets[*to as usize].push(*from);
            }
            of_targets
        }
    }
}

impl Net {
    pub(super) fn way(&self, slots: &[Slot]) -> Way {
        let arcs = slots.iter().map(|slot| self.ids[*slot as usize]).collect();
        Way { arcs, delay_ns: delay(self, slots) }
    }
}
