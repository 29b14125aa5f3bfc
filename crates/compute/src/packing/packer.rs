//! Choices, with the scores of every shape kept until a node changes.
#![expect(
    clippy::indexing_slicing,
    reason = "shapes and nodes are numbers that the packer itself gave out"
)]

use std::collections::BTreeMap;

use super::{PackingError, Policy, Pool, Shape, policy::NONE};

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

    /// Puts a pod on the best node, of equals the one with the smallest name; whether any has room.
    pub fn place(&mut self, shape: u32) -> bool {
        let scores = self.scores(shape);
        let best = greatest(scores);
        let at = scores.iter().position(|score| best > NONE && *score == best);
        self.take(shape, at)
    }

    /// Puts a pod on any node with room, if there is one: `chance` is a number in `[0, 1)`.
    pub fn place_any(&mut self, shape: u32, chance: f64) -> bool {
        let scores = self.scores(shape);
        let fits = || (0..scores.len()).filter(|at| scores[*at] > NONE);
        let at = fits().nth((fits().count() as f64 * chance) as usize);
        self.take(shape, at)
    }

    /// Of every node, as it is now.
    fn scores(&mut self, shape: u32) -> &[f32] {
        let card = &mut self.cards[shape as usize];
        card.refresh(&mut self.pool, self.policy);
        &card.scores
    }

    fn take(&mut self, shape: u32, at: Option<usize>) -> bool {
        let card = &self.cards[shape as usize];
        if let Some(at) = at {
            self.pool.take(at as u32, &card.shape, card.after[at]);
        }
        at.is_some()
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
