//! Choices, with the scores of every shape kept until a node changes.
#![expect(
    clippy::indexing_slicing,
    reason = "shapes and nodes are numbers that the packer itself gave out"
)]

use std::collections::BTreeMap;

use super::{PackingError, Placement, Policy, Pool, Shape, policy::NONE};

/// A pool, a policy, and what has been scored.
#[derive(Debug, Clone)]
pub struct Packer {
    pool: Pool,
    policy: Policy,
    cards: Vec<Card>,
    known: BTreeMap<Shape, u32>,
}

/// The scores of one shape.
#[derive(Debug, Clone)]
struct Card {
    shape: Shape,
    kind: u32,
    scores: Vec<f32>,
    /// Row each node would be in.
    after: Vec<u32>,
    /// Changes of the pool that are in the scores.
    seen: usize,
}

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
        let (scores, after) = (Vec::new(), Vec::new());
        self.cards.push(Card { shape, kind, scores, after, seen: 0 });
        self.known.insert(shape, number);
        Ok(number)
    }

    /// The number of a shape that was given one.
    #[must_use]
    pub fn known(&self, shape: &Shape) -> Option<u32> {
        self.known.get(shape).copied()
    }

    /// The best node for a shape and its score; of equals the one with the smallest name.
    pub fn best(&mut self, shape: u32) -> Option<(u32, f32)> {
        let card = &mut self.cards[shape as usize];
        card.refresh(&mut self.pool, self.policy);
        let best = greatest(&card.scores);
        let at = card.scores.iter().position(|score| *score == best)?;
        (best > NONE).then_some((at as u32, best))
    }

    /// Puts a pod on the best node, if any has room.
    pub fn place(&mut self, shape: u32) -> Option<Placement> {
        let (node, _) = self.best(shape)?;
        let card = &self.cards[shape as usize];
        let after = card.after[node as usize];
        Some(self.pool.take(node, &card.shape, after))
    }

    /// Puts a pod on any node with room: `chance` is a number in `[0, 1)`.
    pub fn place_any(&mut self, shape: u32, chance: f64) -> Option<Placement> {
        let card = &mut self.cards[shape as usize];
        card.refresh(&mut self.pool, self.policy);
        let fits = || (0..card.scores.len()).filter(|at| card.scores[*at] > NONE);
        let at = fits().nth((fits().count() as f64 * chance) as usize)?;
        let after = card.after[at];
        Some(self.pool.take(at as u32, &card.shape, after))
    }

    /// A pod leaves.
    pub fn remove(&mut self, placement: &Placement) {
        self.pool.give_back(placement);
    }
}

impl Card {
    fn refresh(&mut self, pool: &mut Pool, policy: Policy) {
        if self.scores.is_empty() {
            self.scores = vec![NONE; pool.nodes.len()];
            self.after = vec![0; pool.nodes.len()];
            (0..pool.nodes.len()).for_each(|at| self.score(pool, policy, at));
        }
        for change in self.seen..pool.changed.len() {
            let at = pool.changed[change] as usize;
            if pool.changed_last[at] as usize == change + 1 {
                self.score(pool, policy, at);
            }
        }
        self.seen = pool.changed.len();
    }

    fn score(&mut self, pool: &mut Pool, policy: Policy, at: usize) {
        (self.scores[at], self.after[at]) = policy.score(pool, at, &self.shape, self.kind);
    }
}

/// Several at once, so that it is no chain of comparisons.
fn greatest(scores: &[f32]) -> f32 {
    let mut most = [NONE; 16];
    let chunks = scores.chunks_exact(16);
    let rest = chunks.remainder().iter().copied().fold(NONE, f32::max);
    for chunk in chunks {
        for (most, score) in most.iter_mut().zip(chunk) {
            *most = if *score > *most { *score } else { *most };
        }
    }
    most.into_iter().fold(rest, f32::max)
}
