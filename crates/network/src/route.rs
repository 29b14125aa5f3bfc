//! Paths worth having: for each pair of places, those that no other path beats in every criterion at once.
//!
//! The fewer criteria, the fewer paths are worth having: a frontier is computed for price alone, or for price and
//! what is limited.
//!
//! Multi-criteria label setting (Martins, "On a multicriteria shortest path problem", EJOR 16, 1984): labels are
//! settled in order of price, then delay, then jitter, so one that no settled label of its node dominates is on
//! the frontier for good.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use units::{DataPrice, Delay};

use crate::{Graph, LinkId, NodeId, graph::Edge};

/// Most paths kept for a pair of places: the cheapest ones; where there are more, the one of least delay and the
/// one of least jitter besides.
pub const LABELS_MOST: usize = 16;

/// Most partial paths kept for a place in a search with limits on delay or jitter.
pub const SEARCH_LABELS_MOST: usize = 64;

/// Labels over all sources (32 bytes each) above which the cache is emptied before it grows.
const CACHED_LABELS_MOST: usize = 3_000_000;

/// What a path may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub delay: Delay,
    pub jitter: Delay,
}

impl Limits {
    pub const NONE: Self = Self { delay: Delay::MAX, jitter: Delay::MAX };

    /// What has to be told apart to keep them.
    #[must_use]
    pub fn criteria(self) -> Criteria {
        Criteria { delay: self.delay != Delay::MAX, jitter: self.jitter != Delay::MAX }
    }
}

/// What a path is judged by besides its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Criteria {
    pub delay: bool,
    pub jitter: bool,
}

impl Criteria {
    pub const PRICE: Self = Self { delay: false, jitter: false };
    pub const ALL: Self = Self { delay: true, jitter: true };
}

/// A way through the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// In order from the source; empty where source and destination are the same.
    pub links: Vec<LinkId>,
    pub price: DataPrice,
    pub delay: Delay,
    pub jitter: Delay,
}

/// The sums along a partial path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    price: u64,
    delay: u64,
    jitter: u64,
}

impl Cost {
    const fn plus(self, edge: &Edge) -> Self {
        Self {
            price: self.price.saturating_add(edge.price),
            delay: self.delay.saturating_add(edge.delay),
            jitter: self.jitter.saturating_add(edge.jitter),
        }
    }

    const fn dominates(&self, other: &Self, criteria: Criteria) -> bool {
        self.price <= other.price
            && (!criteria.delay || self.delay <= other.delay)
            && (!criteria.jitter || self.jitter <= other.jitter)
    }

    const fn within(&self, limits: Limits) -> bool {
        self.delay <= limits.delay.get() && self.jitter <= limits.jitter.get()
    }
}

/// One path of a frontier: its sums, and where to find its links ([`Frontier::path`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    cost: Cost,
    /// The last link, and the label it leaves from; both [`NONE`] at the source.
    link: LinkId,
    parent: u32,
}

const NONE: u32 = u32::MAX;

impl Reach {
    pub fn price(&self) -> DataPrice {
        DataPrice::new(i64::try_from(self.cost.price).unwrap_or(i64::MAX))
    }
    pub const fn delay(&self) -> Delay {
        Delay::new(self.cost.delay)
    }
    pub const fn jitter(&self) -> Delay {
        Delay::new(self.cost.jitter)
    }
    pub const fn is_within(&self, limits: Limits) -> bool {
        self.cost.within(limits)
    }
}

/// Every path worth having from one source.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    /// Row `n` is `starts[n]..starts[n + 1]`: the paths to node `n`, cheapest first. Behind the last row, what only
    /// leads on to others.
    labels: Vec<Reach>,
    starts: Vec<u32>,
    /// By node, the price of the cheapest; the greatest number where there is no way.
    least: Vec<u64>,
}

impl Frontier {
    /// By node, nano-yuan per GB over the cheapest path, whatever else it is; [`u64::MAX`] where no path leads.
    pub fn least_prices(&self) -> &[u64] {
        &self.least
    }

    /// The paths to `to`, cheapest first; none if there is no way.
    pub fn to(&self, to: NodeId) -> std::slice::Iter<'_, Reach> {
        let bound = |node: usize| self.starts.get(node).map_or(0, |at| *at as usize);
        self.labels.get(bound(to as usize)..bound(to as usize + 1)).unwrap_or_default().iter()
    }

    /// The cheapest path to `to` within limits.
    pub fn cheapest(&self, to: NodeId, limits: Limits) -> Option<&Reach> {
        self.to(to).find(|reach| reach.is_within(limits))
    }

    /// The links of a path, from its end back to the source.
    pub fn links_back<'a>(&'a self, reach: &'a Reach) -> impl Iterator<Item = LinkId> + 'a {
        let parent = |label: &&Reach| self.labels.get(label.parent as usize);
        std::iter::successors(Some(reach), parent)
            .map(|label| label.link)
            .take_while(|link| *link != NONE)
    }

    #[must_use]
    pub fn path(&self, reach: &Reach) -> Path {
        trace(&self.labels, reach)
    }
}

fn trace(labels: &[Reach], last: &Reach) -> Path {
    let mut links = Vec::new();
    let mut label = last;
    while let Some(parent) = labels.get(label.parent as usize) {
        links.push(label.link);
        label = parent;
    }
    links.reverse();
    Path { links, price: last.price(), delay: last.delay(), jitter: last.jitter() }
}

/// A graph with its links up or down, and the frontiers asked for so far.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    graph: Graph,
    down: Vec<bool>,
    frontiers: BTreeMap<(Criteria, NodeId), Frontier>,
    cached: usize,
}

impl Routes {
    #[must_use]
    pub fn new(graph: Graph) -> Self {
        let down = vec![false; graph.links().len()];
        Self { graph, down, frontiers: BTreeMap::new(), cached: 0 }
    }

    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    pub fn is_up(&self, link: LinkId) -> bool {
        self.down.get(link as usize).is_some_and(|down| !down)
    }

    /// A link that is down is on no path.
    pub fn set_link(&mut self, link: LinkId, up: bool) {
        if let Some(down) = self.down.get_mut(link as usize)
            && *down == up
        {
            *down = !up;
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.frontiers.clear();
        self.cached = 0;
    }

    /// Computes what is missing, so that [`Routes::frontier`] answers for these sources.
    pub fn prepare(&mut self, sources: &[NodeId], criteria: Criteria) {
        let is_known = |source: &NodeId| self.frontiers.contains_key(&(criteria, *source));
        if !sources.iter().all(is_known) && self.cached > CACHED_LABELS_MOST {
            self.forget();
        }
        for source in sources {
            if !self.frontiers.contains_key(&(criteria, *source)) {
                let frontier = self.explore(*source, criteria);
                self.cached += frontier.labels.len();
                self.frontiers.insert((criteria, *source), frontier);
            }
        }
    }

    /// The frontier of a prepared source.
    pub fn frontier(&self, source: NodeId, criteria: Criteria) -> Option<&Frontier> {
        self.frontiers.get(&(criteria, source))
    }

    /// The cheapest path within limits. Exact where the pair has no more than [`LABELS_MOST`] paths worth having.
    pub fn cheapest(&mut self, from: NodeId, to: NodeId, limits: Limits) -> Option<Path> {
        self.prepare(&[from], limits.criteria());
        let frontier = self.frontier(from, limits.criteria())?;
        frontier.cheapest(to, limits).map(|reach| frontier.path(reach))
    }

    /// The cheapest path within limits over the links that are up and `usable`. Not cached. Exact where no place
    /// on the way has more than [`SEARCH_LABELS_MOST`] partial paths worth having.
    pub fn cheapest_avoiding(
        &self,
        from: NodeId,
        to: NodeId,
        limits: Limits,
        usable: impl Fn(LinkId) -> bool,
    ) -> Option<Path> {
        self.search(from, to, limits, usable).0
    }

    /// The same, and whether partial paths worth having were left out: if none were, the answer is exact.
    pub(crate) fn search(
        &self,
        from: NodeId,
        to: NodeId,
        limits: Limits,
        usable: impl Fn(LinkId) -> bool,
    ) -> (Option<Path>, bool) {
        let criteria = limits.criteria();
        let mut search =
            Search::new(&self.graph, SEARCH_LABELS_MOST, Order::cheapest_first(criteria), criteria);
        search.limits = limits;
        let last = search.run(from, Some(to), |link| self.is_up(link) && usable(link));
        let last = last.and_then(|last| search.labels.get(last as usize));
        (last.map(|last| trace(&search.labels, last)), search.cut)
    }

    fn explore(&self, source: NodeId, criteria: Criteria) -> Frontier {
        let usable = |link| self.is_up(link);
        let mut search =
            Search::new(&self.graph, LABELS_MOST, Order::cheapest_first(criteria), criteria);
        search.run(source, None, usable);
        let (cut, mut rows, mut labels) = (search.cut, search.settled, search.labels);
        let extremes = [(Order::Delay, criteria.delay), (Order::Jitter, criteria.jitter)];
        for (order, _) in extremes.into_iter().filter(|(_, wanted)| cut && *wanted) {
            let mut other = Search::new(&self.graph, 1, order, criteria);
            other.labels = labels;
            other.run(source, None, usable);
            labels = other.labels;
            rows.iter_mut()
                .zip(&other.settled)
                .for_each(|(row, extra)| add(row, extra, &labels, criteria));
        }
        packed(labels, rows)
    }
}

/// Adds what no label of the row dominates; an extreme path of equal worth is not kept twice.
fn add(row: &mut Vec<u32>, extra: &[u32], labels: &[Reach], criteria: Criteria) {
    let cost = |label: u32| labels.get(label as usize).map(|it| it.cost).unwrap_or_default();
    for new in extra {
        if !row.iter().any(|old| cost(*old).dominates(&cost(*new), criteria)) {
            row.push(*new);
            row.sort_by_key(|label| cost(*label));
        }
    }
}

/// Puts the labels of each node side by side.
fn packed(labels: Vec<Reach>, rows: Vec<Vec<u32>>) -> Frontier {
    let mut starts = vec![0];
    let mut order: Vec<u32> = Vec::with_capacity(labels.len());
    for row in rows {
        order.extend(row);
        starts.push(u32::try_from(order.len()).unwrap_or(NONE));
    }
    let mut places = vec![NONE; labels.len()];
    let mut place = |label: u32, at: usize| {
        if let Some(place) = places.get_mut(label as usize) {
            *place = u32::try_from(at).unwrap_or(NONE);
        }
    };
    order.iter().enumerate().for_each(|(at, label)| place(*label, at));
    let in_rows: BTreeSet<u32> = order.iter().copied().collect();
    let rest: Vec<u32> =
        (0..).take(labels.len()).filter(|label| !in_rows.contains(label)).collect();
    rest.iter().enumerate().for_each(|(at, label)| place(*label, order.len() + at));
    let moved = |label: &u32| {
        let reach = labels.get(*label as usize)?;
        Some(Reach { parent: places.get(reach.parent as usize).copied().unwrap_or(NONE), ..*reach })
    };
    let labels: Vec<Reach> = order.iter().chain(&rest).filter_map(moved).collect();
    let mut frontier = Frontier { labels, starts, least: Vec::new() };
    let nodes = u32::try_from(frontier.starts.len()).unwrap_or(NONE).saturating_sub(1);
    let least = |node| frontier.to(node).next().map_or(u64::MAX, |reach| reach.cost.price);
    frontier.least = (0..nodes).map(least).collect();
    frontier
}

/// What labels are settled by first; the other sums break ties. A criterion that counts comes before one that does
/// not, or a label that is beaten could be settled before the one that beats it.
#[derive(Debug, Clone, Copy)]
enum Order {
    Price,
    /// Where delay does not count.
    PriceJitter,
    Delay,
    Jitter,
}

impl Order {
    const fn cheapest_first(criteria: Criteria) -> Self {
        if criteria.jitter && !criteria.delay { Self::PriceJitter } else { Self::Price }
    }

    const fn key(self, cost: Cost) -> [u64; 3] {
        match self {
            Self::Price => [cost.price, cost.delay, cost.jitter],
            Self::PriceJitter => [cost.price, cost.jitter, cost.delay],
            Self::Delay => [cost.delay, cost.price, cost.jitter],
            Self::Jitter => [cost.jitter, cost.price, cost.delay],
        }
    }

    const fn cost(self, key: [u64; 3]) -> Cost {
        let [a, b, c] = key;
        match self {
            Self::Price => Cost { price: a, delay: b, jitter: c },
            Self::PriceJitter => Cost { price: a, delay: c, jitter: b },
            Self::Delay => Cost { price: b, delay: a, jitter: c },
            Self::Jitter => Cost { price: b, delay: c, jitter: a },
        }
    }
}

/// A partial path that waits to be settled. Compared by key first; the rest makes the order total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    key: [u64; 3],
    node: NodeId,
    link: LinkId,
    parent: u32,
}

struct Search<'a> {
    graph: &'a Graph,
    /// Labels kept for a node.
    most: usize,
    order: Order,
    criteria: Criteria,
    limits: Limits,
    labels: Vec<Reach>,
    /// By node: its labels in the order in which they were settled.
    settled: Vec<Vec<u32>>,
    queue: BinaryHeap<Reverse<Waiting>>,
    /// Some label was left out because its node had `most`.
    cut: bool,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph, most: usize, order: Order, criteria: Criteria) -> Self {
        let settled = vec![Vec::new(); graph.nodes() as usize];
        let (labels, queue) = (Vec::new(), BinaryHeap::new());
        Self {
            graph,
            most,
            order,
            criteria,
            limits: Limits::NONE,
            labels,
            settled,
            queue,
            cut: false,
        }
    }

    /// Settles labels until the queue is empty or `until` has one; that one.
    fn run(
        &mut self,
        from: NodeId,
        until: Option<NodeId>,
        usable: impl Fn(LinkId) -> bool,
    ) -> Option<u32> {
        self.queue.push(Reverse(Waiting { key: [0; 3], node: from, link: NONE, parent: NONE }));
        while let Some(Reverse(next)) = self.queue.pop() {
            let cost = self.order.cost(next.key);
            if self.is_spare(next.node, &cost) {
                continue;
            }
            let label = self.settle(&next, cost);
            if until == Some(next.node) {
                return Some(label);
            }
            for edge in self.graph.edges(next.node) {
                let cost = cost.plus(edge);
                let is_new = edge.link != next.link
                    && cost.within(self.limits)
                    && !self.is_spare(edge.to, &cost);
                if is_new && usable(edge.link) {
                    let key = self.order.key(cost);
                    self.queue.push(Reverse(Waiting {
                        key,
                        node: edge.to,
                        link: edge.link,
                        parent: label,
                    }));
                }
            }
        }
        None
    }

    fn settle(&mut self, next: &Waiting, cost: Cost) -> u32 {
        let label = u32::try_from(self.labels.len()).unwrap_or(NONE);
        self.labels.push(Reach { cost, link: next.link, parent: next.parent });
        if let Some(row) = self.settled.get_mut(next.node as usize) {
            row.push(label);
        }
        label
    }

    /// Whether the node has something as good, or enough.
    fn is_spare(&mut self, node: NodeId, cost: &Cost) -> bool {
        let Some(row) = self.settled.get(node as usize) else { return true };
        let (labels, criteria) = (&self.labels, self.criteria);
        let worth = |label: &u32| {
            labels.get(*label as usize).is_some_and(|it| it.cost.dominates(cost, criteria))
        };
        let dominated = row.iter().any(worth);
        let full = row.len() >= self.most;
        self.cut |= full && !dominated;
        dominated || full
    }
}
