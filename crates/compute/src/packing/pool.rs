//! The nodes of a pool as columns.
#![expect(clippy::indexing_slicing, reason = "nodes are numbers that the pool itself gave out")]

use super::{Book, Node, PackingError, Shape};

/// Nodes by name, so that the first of equals has the smallest name.
#[derive(Debug, Clone)]
pub struct Pool {
    pub(super) nodes: Vec<Node>,
    pub(super) cpu_milli: Vec<u32>,
    pub(super) memory_mib: Vec<u32>,
    pub(super) row: Vec<u32>,
    /// What the policy [`super::Policy::Jingwei`] holds a node for, as it is.
    pub(super) hope: Vec<f32>,
    pub(super) book: Book,
    /// Nodes in the order in which they changed.
    pub(super) changed: Vec<u32>,
    /// Of each node, one more than its last place in `changed`.
    pub(super) changed_last: Vec<u32>,
}

impl Pool {
    /// # Errors
    /// A node that cannot be held.
    pub fn new(mut nodes: Vec<Node>, mut book: Book) -> Result<Self, PackingError> {
        nodes.iter().try_for_each(Node::check)?;
        nodes.sort_by(|one, other| one.name.cmp(&other.name));
        let mut pool = Self {
            cpu_milli: nodes.iter().map(|node| node.cpu_milli).collect(),
            memory_mib: nodes.iter().map(|node| node.memory_mib).collect(),
            row: nodes.iter().map(|node| book.row(node.model, node.whole())).collect(),
            changed: Vec::new(),
            changed_last: vec![0; nodes.len()],
            hope: vec![0.0; nodes.len()],
            nodes,
            book,
        };
        (0..pool.nodes.len()).for_each(|at| pool.hope[at] = pool.hope_of(at));
        Ok(pool)
    }

    /// Thousandths of devices free.
    #[must_use]
    pub fn free_milli(&self) -> u64 {
        self.row.iter().map(|row| u64::from(self.book.free_milli(*row))).sum()
    }

    /// Thousandths that typical pods cannot use.
    #[must_use]
    pub fn fragment_milli(&self) -> f64 {
        let nodes = self.row.iter().zip(&self.cpu_milli);
        nodes.map(|(row, cpu)| self.book.fragment_milli(*row, *cpu)).sum()
    }

    /// Whether CPU, memory and the model will do; devices are the book's matter.
    pub(super) fn has_room(&self, at: usize, shape: &Shape) -> bool {
        self.cpu_milli[at] >= shape.cpu_milli
            && self.memory_mib[at] >= shape.memory_mib
            && shape.permits(self.nodes[at].model)
    }

    /// Takes a shape from a node, which then is in the row `after`.
    pub(super) fn take(&mut self, node: u32, shape: &Shape, after: u32) {
        let at = node as usize;
        self.cpu_milli[at] -= shape.cpu_milli;
        self.memory_mib[at] -= shape.memory_mib;
        self.row[at] = after;
        self.hope[at] = self.hope_of(at);
        self.changed.push(node);
        self.changed_last[at] = self.changed.len() as u32;
    }

    fn hope_of(&self, at: usize) -> f32 {
        self.book.hope_milli(self.row[at], self.cpu_milli[at], self.memory_mib[at])
    }
}
