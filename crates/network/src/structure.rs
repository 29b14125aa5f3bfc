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
    /// By link: pairs of nodes that are parted where it fails.
    pub parted_by_link: Vec<u64>,
    /// By node: pairs of other nodes that are parted where it fails.
    pub parted_by_node: Vec<u64>,
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
    /// By node: how many were found from it on, itself among them.
    size: Vec<u64>,
    /// By node: the parts that only it joins to the rest, as the sum of their sizes and of the squares.
    parts: Vec<(u64, u64)>,
    /// By bridge: how many nodes are beyond it.
    beyond: Vec<(LinkId, u64)>,
    /// Nodes of the component under way.
    order: Vec<NodeId>,
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
            parted_by_link: vec![0; graph.links() as usize],
            parted_by_node: vec![0; nodes],
            components: 0,
        };
        let (found, low) = (vec![NONE; nodes], vec![NONE; nodes]);
        let (size, parts) = (vec![1; nodes], vec![(0, 0); nodes]);
        let (beyond, order) = (Vec::new(), Vec::new());
        Self { beside, size, parts, beyond, order, found, low, clock: 0, to }
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
        self.order.push(node);
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
        self.count();
    }

    /// Pairs that each link and node of a component holds together, once its size is known.
    fn count(&mut self) {
        let all = self.order.len() as u64;
        for (link, beyond) in self.beyond.drain(..) {
            self.to.parted_by_link[link as usize] = beyond * (all - beyond);
        }
        for node in self.order.drain(..) {
            let (sum, squares) = self.parts[node as usize];
            let rest = all - 1 - sum;
            self.to.parted_by_node[node as usize] =
                ((all - 1) * (all - 1) - squares - rest * rest) / 2;
        }
    }

    /// What is found of a node goes to the one it was found from; where it reaches nothing before itself, the link
    /// between them is a bridge.
    fn rise(&mut self, node: NodeId, by: LinkId, above: NodeId, root: NodeId) {
        let low = self.low[node as usize];
        self.low[above as usize] = self.low[above as usize].min(low);
        let size = self.size[node as usize];
        self.size[above as usize] += size;
        if low >= self.found[above as usize] {
            self.to.cut_nodes[above as usize] |= above != root;
            let (sum, squares) = &mut self.parts[above as usize];
            (*sum, *squares) = (*sum + size, *squares + size * size);
        }
        if low >= self.found[node as usize] {
            self.to.bridges[by as usize] = true;
            self.beyond.push((by, size));
        }
    }
}
