//! Demands where nobody knows any.

use super::Demand;
use crate::{NodeId, directed::Directed};

/// A matrix by the gravity model: every node has a weight, drawn from an exponential distribution by the seed, and
/// between two nodes goes the product of their weights.
///
/// The sum of all is such that the busiest arc is used `load` times its capacity where every demand takes one way of
/// fewest arcs. (Roughan, "Simplifying the synthesis of Internet traffic matrices", CCR 35, 2005.)
#[must_use]
pub fn gravity(graph: &Directed, seed: u64, load: f64) -> Vec<Demand> {
    let mut draw = Draw(seed);
    let weights: Vec<f64> = (0..graph.nodes()).map(|_| draw.exponential()).collect();
    let all = || (0..).zip(&weights);
    let pairs = all().flat_map(|(from, a)| all().map(move |(to, b)| (from, to, a * b)));
    let pairs = pairs.filter(|(from, to, _)| from != to);
    let mut demands: Vec<Demand> =
        pairs.map(|(from, to, amount)| Demand { from, to, amount }).collect();
    let used = super::fewest_arcs(graph, &demands);
    let scale = if used > 0.0 { load / used } else { 0.0 };
    demands.iter_mut().for_each(|it| it.amount *= scale);
    demands
}

/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).
struct Draw(u64);

impl Draw {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn exponential(&mut self) -> f64 {
        let even = ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        -even.ln()
    }
}

/// Nodes whose pairs are not too many for a matrix of all.
pub const NODES_MOST: NodeId = 2_000;
