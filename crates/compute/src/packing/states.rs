//! Nodes by state: those with the same free devices, CPU and memory are one to every policy but for their names.
#![expect(
    clippy::indexing_slicing,
    reason = "states and nodes are numbers that the pool itself gave out"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Book, table::Table};

/// What a node has free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    /// In the book of free devices.
    pub(super) row: u32,
    pub(super) cpu_milli: u32,
    pub(super) memory_mib: u32,
    /// What the policy [`super::Policy::Jingwei`] holds it for.
    pub(super) hope: f32,
}

/// Every state that some node has been in, and who is in it now.
#[derive(Debug, Clone)]
pub(super) struct States {
    found: Table,
    pub(super) states: Vec<State>,
    /// Nodes in each, and their number: those that have left are taken out once they come to the top.
    members: Vec<BinaryHeap<Reverse<u32>>>,
    counts: Vec<u32>,
    /// State of each node.
    of: Vec<u32>,
    /// States whose first node became a smaller one, in the order in which that came about.
    pub(super) improved: Vec<u32>,
    /// Of each state, one more than its last place in `improved`.
    improved_last: Vec<u32>,
    /// Times that everything was numbered anew.
    pub(super) age: u32,
}

/// States, and improvements, that are kept for each node at most; and for few nodes in all.
const KEPT_A_NODE: usize = 4;
const KEPT: usize = 1 << 20;

impl States {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            found: Table::new(),
            states: Vec::new(),
            members: Vec::new(),
            counts: Vec::new(),
            of: vec![u32::MAX; nodes],
            improved: Vec::new(),
            improved_last: Vec::new(),
            age: 0,
        }
    }

    pub(super) fn of(&self, node: u32) -> State {
        self.states[self.of[node as usize] as usize]
    }

    pub(super) fn is_occupied(&self, state: u32) -> bool {
        self.counts[state as usize] > 0
    }

    /// Whether the change at `place` is the last one of its state.
    pub(super) fn is_last(&self, place: usize) -> bool {
        self.improved_last[self.improved[place] as usize] as usize == place + 1
    }

    /// The node with the smallest name in a state.
    pub(super) fn first(&mut self, state: u32) -> Option<u32> {
        if self.counts[state as usize] == 0 {
            return None;
        }
        let members = &mut self.members[state as usize];
        while let Some(Reverse(node)) = members.peek() {
            if self.of[*node as usize] == state {
                return Some(*node);
            }
            members.pop();
        }
        None
    }

    /// A node comes to have this free: row, CPU and memory.
    pub(super) fn put(&mut self, node: u32, free: (u32, u32, u32), book: &Book) {
        if self.states.len().max(self.improved.len()) > KEPT.max(KEPT_A_NODE * self.of.len()) {
            self.renumber(book);
        }
        let to = self.number(free, book);
        let from = std::mem::replace(&mut self.of[node as usize], to);
        if let Some(count) = self.counts.get_mut(from as usize) {
            *count -= 1;
        }
        self.counts[to as usize] += 1;
        self.tidy(to);
        self.members[to as usize].push(Reverse(node));
        if self.first(to) == Some(node) {
            self.improved.push(to);
            self.improved_last[to as usize] = self.improved.len() as u32;
        }
    }

    fn number(&mut self, (row, cpu_milli, memory_mib): (u32, u32, u32), book: &Book) -> u32 {
        let key = u128::from(row) << 64 | u128::from(cpu_milli) << 32 | u128::from(memory_mib);
        if let Some(number) = self.found.get(key) {
            return number;
        }
        let number = self.states.len() as u32;
        self.found.insert(key, number);
        let hope = book.hope_milli(row, cpu_milli, memory_mib);
        self.states.push(State { row, cpu_milli, memory_mib, hope });
        self.members.push(BinaryHeap::new());
        self.counts.push(0);
        self.improved_last.push(0);
        number
    }

    /// Takes out those that have left, once they are the most.
    fn tidy(&mut self, state: u32) {
        let members = &mut self.members[state as usize];
        if members.len() > 2 * self.counts[state as usize] as usize + 16 {
            let mut here: Vec<_> = std::mem::take(members).into_vec();
            here.retain(|Reverse(node)| self.of[*node as usize] == state);
            here.sort_unstable();
            here.dedup();
            *members = here.into();
        }
    }

    /// Forgets what nobody is in any more.
    fn renumber(&mut self, book: &Book) {
        let states: Vec<State> = self.of.iter().map(|state| self.states[*state as usize]).collect();
        let age = self.age;
        *self = Self::new(states.len());
        self.age = age + 1;
        (0..).zip(states).for_each(|(node, state)| {
            let to = self.number((state.row, state.cpu_milli, state.memory_mib), book);
            self.of[node as usize] = to;
            self.counts[to as usize] += 1;
            self.members[to as usize].push(Reverse(node));
        });
    }
}
