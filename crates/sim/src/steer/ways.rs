//! Paths of least delay, whatever links are down, and the numbers that paths have.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and paths are numbers that the graph or this table gave out"
)]

use std::collections::{BTreeMap, BTreeSet};

use network::{Graph, LinkId, Nearest, NodeId, cats::PathId};

/// The links of a path, the first one first, and its delay, one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) links: Vec<LinkId>,
    /// Where each link is entered, and the delay up to there.
    pub(super) nodes: Vec<(NodeId, u64)>,
    pub(super) delay_ns: u64,
}

impl Path {
    fn new(graph: &Graph, from: NodeId, links: Vec<LinkId>) -> Self {
        let (mut at, mut delay_ns, mut nodes) = (from, 0, Vec::new());
        for link in links.iter().filter_map(|link| graph.link(*link)) {
            nodes.push((at, delay_ns));
            let [a, b] = link.ends;
            at = if a == at { b } else { a };
            delay_ns += link.delay.get();
        }
        Self { links, nodes, delay_ns }
    }
}

/// Every path that was ever one of least delay.
#[derive(Debug, Default)]
pub(super) struct Paths {
    paths: Vec<Path>,
    numbers: BTreeMap<(NodeId, Vec<LinkId>), PathId>,
    /// By links that are down and start: what was found for them.
    trees: BTreeMap<(Vec<LinkId>, NodeId), Vec<Option<PathId>>>,
}

impl Paths {
    pub(super) fn get(&self, id: PathId) -> &Path {
        &self.paths[id.0 as usize]
    }

    /// Whether no link of it is down.
    pub(super) fn is_whole(&self, id: PathId, down: &BTreeSet<LinkId>) -> bool {
        down.is_empty() || self.get(id).links.iter().all(|link| !down.contains(link))
    }

    /// The path of least delay from here to there, over links that are not down.
    pub(super) fn least(
        &mut self,
        graph: &Graph,
        (from, to): (NodeId, NodeId),
        down: &BTreeSet<LinkId>,
    ) -> Option<PathId> {
        let key = (down.iter().copied().collect(), from);
        if !self.trees.contains_key(&key) {
            let tree = Nearest::new(graph, from, |link| !down.contains(&link));
            let path = |to| tree.delay(to).map(|_| self.number(graph, from, tree.path(to)));
            let paths = (0..graph.nodes()).map(path).collect();
            self.trees.insert(key.clone(), paths);
        }
        self.trees[&key][to as usize]
    }

    fn number(&mut self, graph: &Graph, from: NodeId, links: Vec<LinkId>) -> PathId {
        let next = PathId(self.paths.len() as u32);
        let id = *self.numbers.entry((from, links.clone())).or_insert(next);
        if id == next {
            self.paths.push(Path::new(graph, from, links));
        }
        id
    }
}
