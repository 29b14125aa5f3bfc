//! Pairs that are lost by some failure.
#![expect(clippy::indexing_slicing, reason = "nodes are numbers below the size made here")]

use std::sync::atomic::{AtomicU64, Ordering};

use crate::NodeId;

/// One bit for each ordered pair, set by many threads at once. A bit that is set stays set, so the order in which they
/// come changes nothing.
#[derive(Debug)]
pub(super) struct Marks {
    nodes: usize,
    words: Vec<AtomicU64>,
}

impl Marks {
    pub(super) fn new(nodes: u32) -> Self {
        let nodes = nodes as usize;
        let words = (0..(nodes * nodes).div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self { nodes, words }
    }

    pub(super) fn mark(&self, from: NodeId, to: NodeId) {
        let at = to as usize * self.nodes + from as usize;
        self.words[at / 64].fetch_or(1 << (at % 64), Ordering::Relaxed);
    }

    /// How many pairs are marked.
    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.load(Ordering::Relaxed).count_ones())).sum()
    }
}
