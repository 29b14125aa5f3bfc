//! The nodes of a pool, by state.
#![expect(clippy::indexing_slicing, reason = "nodes are numbers that the pool itself gave out")]

use super::{
    Book, Devices, Node, PackingError, Shape, WHOLE,
    states::{State, States},
};

/// Nodes by name, so that the first of equals has the smallest name.
#[derive(Debug, Clone)]
pub struct Pool {
    pub(super) nodes: Vec<Node>,
    /// What is free of each device.
    free: Vec<Devices>,
    pub(super) states: States,
    pub(super) book: Book,
}

impl Pool {
    /// # Errors
    /// A node that cannot be held.
    pub fn new(mut nodes: Vec<Node>, mut book: Book) -> Result<Self, PackingError> {
        nodes.iter().try_for_each(Node::check)?;
        nodes.sort_by(|one, other| one.name.cmp(&other.name));
        let mut states = States::new(nodes.len());
        for (number, node) in (0..).zip(&nodes) {
            let row = book.row(node.model, node.whole());
            states.put(number, (row, node.cpu_milli, node.memory_mib), &book);
        }
        let free = nodes.iter().map(Node::whole).collect();
        Ok(Self { nodes, free, states, book })
    }

    #[must_use]
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Thousandths of devices free.
    #[must_use]
    pub fn free_milli(&self) -> u64 {
        self.all().map(|state| u64::from(self.book.free_milli(state.row))).sum()
    }

    /// Thousandths that typical pods cannot use.
    #[must_use]
    pub fn fragment_milli(&self) -> f64 {
        self.all().map(|state| self.book.fragment_milli(state.row, state.cpu_milli)).sum()
    }

    /// By node.
    fn all(&self) -> impl Iterator<Item = State> + '_ {
        (0..self.nodes.len() as u32).map(|node| self.states.of(node))
    }

    /// Takes a shape from a node, whose devices then are in the row `after`. Gives the devices that were taken, by bit.
    pub(super) fn take(&mut self, node: u32, shape: &Shape, after: u32) -> u8 {
        let before = self.states.of(node);
        let devices = self.devices(node, shape, before.row, after);
        let free = &mut self.free[node as usize];
        each(devices).for_each(|device| free[device] -= shape.part_milli);
        let (cpu, memory) =
            (before.cpu_milli - shape.cpu_milli, before.memory_mib - shape.memory_mib);
        self.states.put(node, (after, cpu, memory), &self.book);
        devices
    }

    /// Gives back what was taken.
    pub(super) fn give(&mut self, node: u32, shape: &Shape, devices: u8) {
        let before = self.states.of(node);
        let free = &mut self.free[node as usize];
        each(devices).for_each(|device| free[device] += shape.part_milli);
        let row = self.book.row(self.nodes[node as usize].model, *free);
        let (cpu, memory) =
            (before.cpu_milli + shape.cpu_milli, before.memory_mib + shape.memory_mib);
        self.states.put(node, (row, cpu, memory), &self.book);
    }

    /// The devices by which a node comes from one row to another.
    fn devices(&self, node: u32, shape: &Shape, before: u32, after: u32) -> u8 {
        let free = &self.free[node as usize];
        let first = |is: &dyn Fn(usize) -> bool, most: u8| {
            let found = (0..free.len()).filter(|device| is(*device)).take(usize::from(most));
            found.fold(0, |bits, device| bits | 1 << device)
        };
        if shape.part_milli == WHOLE || shape.devices == 0 {
            return first(&|device| free[device] == WHOLE, shape.devices);
        }
        let (before, after) = (self.book.free(before), self.book.free(after));
        let place = (0..free.len()).find(|at| before[*at] != after[*at]).unwrap_or(0);
        if self.book.is_alike() {
            first(&|device| free[device] == before[place], 1)
        } else {
            1 << place
        }
    }
}

/// The devices of a set.
fn each(devices: u8) -> impl Iterator<Item = usize> {
    (0..8).filter(move |device| devices >> device & 1 == 1)
}
