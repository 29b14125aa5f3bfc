//! What holds a network together: links and nodes without which it falls apart.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and links are numbers below the sizes made here"
)]

use crate::{LinkId, NodeId, directed::Directed};

/// Links and nodes whose loss parts a network. Directions do not count: a link joins its ends if any of its arcs does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Structure {
    /// By link: whether it is a bridge.
    pub bridges: Vec<bool>,
    /// By node: whether others reach each other only through it.
    pub cut_nodes: Vec<bool>,
    /// Groups of nodes that reach each other.
    pub components: u32,
}

const NONE: u32 = u32::MAX;

/// A node under way: how many of its links are looked at, and the link by which it was found.
#[derive(Debug, Clone, Copy)]
struct Frame {
    node: NodeId,
    next: usize,
    by: LinkId,
}

impl Structure {
    /// Depth first, without recursion (Tarjan, "A note on finding the bridges of a graph", IPL 2, 1974). Parallel links
    /// bridge nothing; arcs without capacity do not count.
    #[must_use]
    pub fn new(graph: &Directed) -> Self {
        Walk::new(graph).run()
    }

    /// How many links are bridges.
    pub fn bridge_count(&self) -> usize {
        self.bridges.iter().filter(|it| **it).count()
    }

    /// How many nodes are cut nodes.
    pub fn cut_node_count(&self) -> usize {
        self.cut_nodes.iter().filter(|it| **it).count()
    }
}

struct Walk {
    beside: Vec<Vec<(NodeId, LinkId)>>,
    /// When a node was found, and the first found that it and those after it reach without the link it was found by.
    found: Vec<u32>,
    low: Vec<u32>,
    clock: u32,
    to: Structure,
}

impl Walk {
    fn new(graph: &Directed) -> Self {
        let nodes = graph.nodes() as usize;
        let mut beside: Vec<Vec<(NodeId, LinkId)>> = vec![Vec::new(); nodes];
        for (_, arc) in graph.usable() {
            beside[arc.from as usize].push((arc.to, arc.link));
            beside[arc.to as usize].push((arc.from, arc.link));
        }
        for list in &mut beside {
            list.sort_unstable();
            list.dedup();
        }
        let to = Structure {
            bridges: vec![false; graph.links() as usize],
            cut_nodes: vec![false; nodes],
            components: 0,
        };
        let (found, low) = (vec![NONE; nodes], vec![NONE; nodes]);
        Self { beside, found, low, clock: 0, to }
    }

    fn run(mut self) -> Structure {
        for root in 0..self.found.len() {
            if self.found[root] == NONE {
                self.to.components += 1;
                self.from(root as u32);
            }
        }
        self.to
    }

    fn find(&mut self, node: NodeId, by: LinkId) -> Frame {
        (self.found[node as usize], self.low[node as usize]) = (self.clock, self.clock);
        self.clock += 1;
        Frame { node, next: 0, by }
    }

    fn from(&mut self, root: NodeId) {
        let mut children_of_root = 0;
        let mut frames = vec![self.find(root, NONE)];
        while let Some(frame) = frames.last_mut() {
            let (node, by) = (frame.node, frame.by);
            if let Some((to, link)) = self.beside[node as usize].get(frame.next).copied() {
                frame.next += 1;
                if self.found[to as usize] == NONE {
                    children_of_root += u32::from(node == root);
                    let next = self.find(to, link);
                    frames.push(next);
                } else if link != by {
                    self.low[node as usize] = self.low[node as usize].min(self.found[to as usize]);
                }
                continue;
            }
            frames.pop();
            if let Some(above) = frames.last().map(|it| it.node) {
                self.rise(node, by, above, root);
            }
        }
        self.to.cut_nodes[root as usize] = children_of_root > 1;
    }

    /// What is found of a node goes to the one it was found from; where it reaches nothing before itself, the link
    /// between them is a bridge.
    fn rise(&mut self, node: NodeId, by: LinkId, above: NodeId, root: NodeId) {
        let low = self.low[node as usize];
        self.low[above as usize] = self.low[above as usize].min(low);
        if above != root && low >= self.found[above as usize] {
            self.to.cut_nodes[above as usize] = true;
        }
        self.to.bridges[by as usize] |= low >= self.found[node as usize];
    }
}
