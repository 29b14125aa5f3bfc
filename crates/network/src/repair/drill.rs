//! Everything fails once, and every packet that is hit is followed.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use serde::Serialize;

use super::{
    marks::Marks,
    segments::{End, Segment, encode, walk},
    tables::{Failure, NANOSECOND, Tables},
};
use crate::{
    LinkId, NodeId,
    directed::Directed,
    search::{NONE, Net, Slot, Ways, trace},
    share::over,
};

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// All arcs of a link.
    Link,
    /// A node between others, with all its arcs.
    Node,
    /// All links of a group that share a risk.
    Group,
}

/// What came of all failures of a kind, in pairs of source and destination, once for each failure that hits them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Tally {
    pub failures: u32,
    /// Pairs whose way leads over what fails.
    pub hit: u64,
    /// Those for which a way is left from the node that sees the failure.
    pub protectable: u64,
    /// Those whose packets arrive with the repair installed there.
    pub repaired: u64,
    /// Packets that went round.
    pub loops: u64,
    /// Segments of a repair, at most.
    pub segments_max: usize,
    /// Cost of the way from the node that sees the failure, over what it was before; summed over repaired pairs.
    #[serde(skip)]
    pub(super) stretch: f64,
    pub stretch_max: f64,
    /// How much longer a repaired way is at most, in nanoseconds: by so much a packet can come later than the one before.
    #[serde(skip)]
    pub(super) longer_max_ns: f64,
    /// Pairs that are parted by the worst failure.
    pub cut_worst: u64,
}

impl Tally {
    /// How much longer repaired ways are in the mean; 1 where none is.
    #[must_use]
    pub fn stretch_mean(&self) -> f64 {
        if self.repaired == 0 { 1.0 } else { self.stretch / self.repaired as f64 }
    }

    /// So many packets arrived by a repair, on a way of this cost; before it was that.
    pub(super) fn arrived(&mut self, sources: u64, cost: f64, before: f64) {
        let stretch = cost / before;
        self.longer_max_ns = self.longer_max_ns.max((cost - before) / NANOSECOND);
        self.repaired += sources;
        self.stretch += stretch * sources as f64;
        self.stretch_max = self.stretch_max.max(stretch);
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            failures: self.failures + other.failures,
            hit: self.hit + other.hit,
            protectable: self.protectable + other.protectable,
            repaired: self.repaired + other.repaired,
            loops: self.loops + other.loops,
            segments_max: self.segments_max.max(other.segments_max),
            stretch: self.stretch + other.stretch,
            stretch_max: self.stretch_max.max(other.stretch_max),
            longer_max_ns: self.longer_max_ns.max(other.longer_max_ns),
            cut_worst: self.cut_worst.max(other.cut_worst),
        }
    }
}

/// What came of everything.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Drill {
    pub links: Tally,
    pub nodes: Tally,
    pub groups: Tally,
    /// All pairs of two nodes, connected or not.
    pub pairs: u64,
    /// Pairs that reach each other while nothing fails.
    pub connected: u64,
    pub kept: Kept,
}

/// Pairs of source and destination that reach each other while nothing fails, and whose packets arrive whichever one
/// thing of a kind fails: it does not hit them, or the repair installed ahead takes them round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Kept {
    pub links: u64,
    /// A pair is not asked to outlive its own ends.
    pub nodes: u64,
    pub groups: u64,
}

impl Drill {
    #[must_use]
    pub fn all(&self) -> Tally {
        self.links.plus(self.nodes).plus(self.groups)
    }
}

/// Fails every link, every node and every group once.
///
/// For each failure and each node that sees it, one search of the ways that are left; then one packet to each
/// destination, which stands for those of all sources whose ways lead over that node.
#[must_use]
pub fn drill(graph: &Directed, groups: &[Vec<LinkId>]) -> Drill {
    let net = Net::new(graph);
    let tables = Tables::new(&net);
    let of = |kind: Kind, count: u32, failure: &(dyn Fn(u32) -> Failure + Sync)| {
        let lost = Marks::new(net.nodes());
        let parts = over(count, |range| {
            let mut hit = Hit::new(&net, &tables, &lost);
            range.map(|at| hit.fail(&failure(at), kind)).fold(Tally::default(), Tally::plus)
        });
        (parts.into_iter().fold(Tally::default(), Tally::plus), lost.count())
    };
    let by_link = by_link(&net, graph.links());
    let link = |at: u32| Failure { slots: by_link[at as usize].clone(), node: None };
    let (links, of_links) = of(Kind::Link, graph.links(), &link);
    let (nodes, of_nodes) = of(Kind::Node, net.nodes(), &|node| Failure::of_node(&net, node));
    let group_count = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    let group = |at: u32| Failure::of_links(&net, &groups[at as usize]);
    let (groups, of_groups) = of(Kind::Group, group_count, &group);
    let connected = connected(&net, &tables);
    let [of_links, of_nodes, of_groups] =
        [of_links, of_nodes, of_groups].map(|lost| connected - lost);
    let kept = Kept { links: of_links, nodes: of_nodes, groups: of_groups };
    let count = u64::from(net.nodes());
    let pairs = count * count.saturating_sub(1);
    Drill { links, nodes, groups, pairs, connected, kept }
}

fn connected(net: &Net, tables: &Tables) -> u64 {
    let reached = |to: NodeId| {
        (0..net.nodes()).filter(|from| tables.distance(*from, to).is_finite()).count() as u64 - 1
    };
    (0..net.nodes()).map(reached).sum()
}

fn by_link(net: &Net, links: u32) -> Vec<Vec<Slot>> {
    let mut slots = vec![Vec::new(); links as usize];
    for (slot, link) in (0..).zip(&net.links) {
        slots[*link as usize].push(slot);
    }
    slots
}

/// Where failures are tried one after another.
struct Hit<'a> {
    net: &'a Net,
    tables: &'a Tables,
    lost: &'a Marks,
    ways: Ways,
    costs: Vec<f64>,
    failing: Vec<bool>,
    way: Vec<Slot>,
    list: Vec<Segment>,
}

impl<'a> Hit<'a> {
    fn new(net: &'a Net, tables: &'a Tables, lost: &'a Marks) -> Self {
        Self {
            net,
            tables,
            lost,
            ways: Ways::new(net),
            costs: tables.costs.clone(),
            failing: vec![false; net.slots()],
            way: Vec::new(),
            list: Vec::new(),
        }
    }

    fn fail(&mut self, failure: &Failure, kind: Kind) -> Tally {
        self.mark(failure, true);
        let mut tally =
            Tally { failures: u32::from(!failure.slots.is_empty()), ..Tally::default() };
        let mut seeing: Vec<NodeId> =
            failure.slots.iter().map(|slot| self.net.tails[*slot as usize]).collect();
        seeing.sort_unstable();
        seeing.dedup();
        for node in seeing.into_iter().filter(|node| Some(*node) != failure.node) {
            self.see(node, failure, kind, &mut tally);
        }
        tally.cut_worst = tally.hit - tally.protectable;
        self.mark(failure, false);
        tally
    }

    fn mark(&mut self, failure: &Failure, fails: bool) {
        for slot in failure.slots.iter().map(|slot| *slot as usize) {
            self.failing[slot] = fails;
            self.costs[slot] = if fails { f64::INFINITY } else { self.tables.costs[slot] };
        }
    }

    /// All packets that come to a node whose next hop fails.
    fn see(&mut self, node: NodeId, failure: &Failure, kind: Kind, tally: &mut Tally) {
        let (net, tables) = (self.net, self.tables);
        let is_hit = |to: &NodeId| {
            let next = tables.next(node, *to);
            next != NONE && self.failing[next as usize] && Some(*to) != failure.node
        };
        let hit: Vec<NodeId> = (0..net.nodes()).filter(is_hit).collect();
        if hit.is_empty() {
            return;
        }
        self.ways.find(net, node, &self.costs);
        for to in hit {
            let sources = match kind {
                Kind::Group => self.sources(node, to, |_| {}),
                Kind::Link | Kind::Node => u64::from(tables.upstream(node, to)),
            };
            tally.hit += sources;
            let is_protectable = self.ways.distance[to as usize].is_finite();
            tally.protectable += if is_protectable { sources } else { 0 };
            if !is_protectable || !self.repair(node, to, failure, sources, tally) {
                self.sources(node, to, |from| self.lost.mark(from, to));
            }
        }
    }

    /// Whether the packet arrives.
    fn repair(
        &mut self,
        from: NodeId,
        to: NodeId,
        failure: &Failure,
        sources: u64,
        tally: &mut Tally,
    ) -> bool {
        let Self { net, tables, ways, failing, way, list, .. } = self;
        trace(net, from, to, &ways.last, way);
        way.reverse();
        encode(net, tables, failure, from, way, list);
        tally.segments_max = tally.segments_max.max(list.len());
        let end = walk(net, tables, failing, from, list, to);
        match end {
            End::Arrived(cost) => tally.arrived(sources, cost, tables.distance(from, to)),
            End::Loop => tally.loops += sources,
            End::Lost => {}
        }
        matches!(end, End::Arrived(_))
    }

    fn sources(&self, node: NodeId, to: NodeId, each: impl FnMut(NodeId)) -> u64 {
        sources(self.net, self.tables, &self.failing, (node, to), each)
    }
}

/// The nodes whose ways to a destination come to this node before anything of the failure; how many there are.
pub(super) fn sources(
    net: &Net,
    tables: &Tables,
    failing: &[bool],
    (node, to): (NodeId, NodeId),
    mut each: impl FnMut(NodeId),
) -> u64 {
    let mut open = vec![node];
    let mut count = 0;
    while let Some(here) = open.pop() {
        count += 1;
        each(here);
        let above = net
            .ending(here)
            .filter(|slot| !failing[*slot] && tables.next(net.tails[*slot], to) == *slot as Slot);
        open.extend(above.map(|slot| net.tails[slot]));
    }
    count
}
