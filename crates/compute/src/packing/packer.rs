//! Choices: for every shape the states of the pool in order of their scores.
#![expect(
    clippy::indexing_slicing,
    reason = "shapes and nodes are numbers that the packer itself gave out"
)]

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap, binary_heap::PeekMut},
};

use super::{PackingError, Policy, Pool, Shape, policy::NONE};

/// A pool, a policy, and what has been scored.
#[derive(Debug, Clone)]
pub struct Packer {
    pub(super) pool: Pool,
    policy: Policy,
    cards: Vec<Card>,
    known: BTreeMap<Shape, u32>,
}

/// Where a pod is, by which it can leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// In order of the names.
    pub node: u32,
    pub shape: u32,
    /// The devices that it has something of, by bit.
    pub devices: u8,
}

/// The best states for one shape.
///
/// A state has the same score as long as it is, so only who is in which can be out of date: an entry of a state that
/// nobody is in is dropped, and one whose first node has left is put back with the next, which can only be further down.
/// A smaller first node is told by the pool.
#[derive(Debug, Clone)]
struct Card {
    shape: Shape,
    kind: u32,
    /// All that somebody is in with scores of at least `floor`.
    best: BinaryHeap<Entry>,
    floor: f32,
    /// Entries above which it is put in order anew.
    most: usize,
    /// Scores of the states, where they are kept; not a number where not known yet.
    scores: Vec<f32>,
    /// Improvements of the pool that are in it, and the age of their numbers; none yet.
    seen: Option<(u32, usize)>,
}

/// States that are put in order at once; with four times as many, the lower ones are dropped.
const BEST: usize = 1_024;

/// A state, ordered by score and then by name.
#[derive(Debug, Clone, Copy)]
struct Entry {
    score: f32,
    node: u32,
    state: u32,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |it: &Self| (Reverse(it.node), Reverse(it.state));
        self.score.total_cmp(&other.score).then_with(|| key(self).cmp(&key(other)))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl Packer {
    #[must_use]
    pub const fn new(pool: Pool, policy: Policy) -> Self {
        Self { pool, policy, cards: Vec::new(), known: BTreeMap::new() }
    }

    #[must_use]
    pub const fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The number of a shape, by which it is placed.
    ///
    /// # Errors
    /// A shape that no node can hold by its form.
    pub fn shape(&mut self, shape: Shape) -> Result<u32, PackingError> {
        shape.check()?;
        if let Some(known) = self.known.get(&shape) {
            return Ok(*known);
        }
        let number = self.cards.len() as u32;
        let kind = self.pool.book.kind(&shape);
        self.cards.push(Card::new(shape, kind));
        self.known.insert(shape, number);
        Ok(number)
    }

    /// The number of a shape that was given one.
    #[must_use]
    pub fn known(&self, shape: &Shape) -> Option<u32> {
        self.known.get(shape).copied()
    }

    /// Puts a pod on the best node, of equals the one with the smallest name, if any has room.
    pub fn place(&mut self, shape: u32) -> Option<Placed> {
        let node = self.cards[shape as usize].best(&mut self.pool, self.policy)?;
        let (_, after) = self.room(shape, node)?;
        Some(self.take(shape, node, after))
    }

    /// Puts a pod on any node with room, if there is one: `chance` is a number in `[0, 1)`. Looks at all of them.
    pub fn place_any(&mut self, shape: u32, chance: f64) -> Option<Placed> {
        let rooms: Vec<(u32, u32)> = (0..self.pool.len() as u32)
            .filter_map(|at| Some((at, self.room(shape, at)?.1)))
            .collect();
        let (node, after) = *rooms.get((rooms.len() as f64 * chance) as usize)?;
        Some(self.take(shape, node, after))
    }

    /// A pod leaves.
    pub fn leave(&mut self, placed: &Placed) {
        let shape = self.cards[placed.shape as usize].shape;
        self.pool.give(placed.node, &shape, placed.devices);
    }

    /// Score of a node and the row it would be in, if it has room.
    pub(super) fn room(&mut self, shape: u32, node: u32) -> Option<(f32, u32)> {
        let card = &self.cards[shape as usize];
        let state = self.pool.states.of(node);
        let (score, after) = self.policy.score(&mut self.pool.book, &state, &card.shape, card.kind);
        (score > NONE).then_some((score, after))
    }

    pub(super) fn take(&mut self, shape: u32, node: u32, after: u32) -> Placed {
        let devices = self.pool.take(node, &self.cards[shape as usize].shape, after);
        Placed { node, shape, devices }
    }
}

impl Card {
    const fn new(shape: Shape, kind: u32) -> Self {
        Self {
            shape,
            kind,
            best: BinaryHeap::new(),
            floor: NONE,
            most: 0,
            scores: Vec::new(),
            seen: None,
        }
    }

    fn best(&mut self, pool: &mut Pool, policy: Policy) -> Option<u32> {
        self.refresh(pool, policy);
        if let Some(node) = self.top(pool) {
            return Some(node);
        }
        if self.floor > NONE {
            self.rebuild(pool, policy);
        }
        self.top(pool)
    }

    fn top(&mut self, pool: &mut Pool) -> Option<u32> {
        loop {
            let mut top = self.best.peek_mut()?;
            match pool.states.first(top.state) {
                Some(node) if node == top.node => return Some(node),
                Some(node) => top.node = node,
                None => {
                    PeekMut::pop(top);
                }
            }
        }
    }

    fn refresh(&mut self, pool: &mut Pool, policy: Policy) {
        let most = pool.states.improved.len();
        match self.seen {
            Some((age, seen)) if age == pool.states.age && self.best.len() <= self.most => {
                for change in seen..most {
                    if pool.states.is_last(change) {
                        self.put(pool, policy, pool.states.improved[change]);
                    }
                }
            }
            _ => self.rebuild(pool, policy),
        }
        self.seen = Some((pool.states.age, most));
    }

    fn put(&mut self, pool: &mut Pool, policy: Policy, state: u32) {
        if !pool.states.is_occupied(state) {
            return;
        }
        let score = self.score(pool, policy, state);
        if score >= self.floor
            && score > NONE
            && let Some(node) = pool.states.first(state)
        {
            self.best.push(Entry { score, node, state });
        }
    }

    /// The best of all states, and with them all that are as good as the last of them.
    fn rebuild(&mut self, pool: &mut Pool, policy: Policy) {
        if self.seen.is_none_or(|(age, _)| age != pool.states.age) {
            self.scores.clear();
        }
        let mut scored: Vec<(f32, u32)> = Vec::new();
        for state in 0..pool.states.states.len() as u32 {
            if pool.states.is_occupied(state) {
                let score = self.score(pool, policy, state);
                scored.extend((score > NONE).then_some((score, state)));
            }
        }
        self.floor = NONE;
        if scored.len() > 2 * BEST {
            let (_, last, _) = scored.select_nth_unstable_by(BEST, |a, b| b.0.total_cmp(&a.0));
            self.floor = last.0;
        }
        let entry = |(score, state): (f32, u32)| {
            let node = (score >= self.floor).then(|| pool.states.first(state))??;
            Some(Entry { score, node, state })
        };
        self.best = scored.into_iter().filter_map(entry).collect();
        self.most = (4 * BEST).max(2 * self.best.len());
    }

    fn score(&mut self, pool: &mut Pool, policy: Policy, state: u32) -> f32 {
        let at = state as usize;
        if let Some(score) = self.scores.get(at).filter(|score| !score.is_nan()) {
            return *score;
        }
        let free = pool.states.states[at];
        let (score, _) = policy.score(&mut pool.book, &free, &self.shape, self.kind);
        // Zeros of both signs are equal.
        let score = score + 0.0;
        if pool.book.is_alike() {
            let most = self.scores.len().max(pool.states.states.len());
            self.scores.resize(most, f32::NAN);
            self.scores[at] = score;
        }
        score
    }
}
