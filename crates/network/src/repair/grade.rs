//! How well a network withstands failures, as a grade with its parts.

use serde::Serialize;

use super::Drill;
use crate::structure::Structure;

/// From best to worst, by the worst of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Grade {
    A,
    B,
    C,
    D,
    E,
}

/// For each grade but the last, the least parts of all pairs of two nodes: those whose packets arrive whichever link
/// fails, whichever node fails, and those that are still connected after the worst failure of a link.
const LEAST: [(Grade, [f64; 3]); 4] = [
    (Grade::A, [1.0, 0.99, 1.0]),
    (Grade::B, [0.99, 0.95, 0.99]),
    (Grade::C, [0.90, 0.80, 0.90]),
    (Grade::D, [0.70, 0.60, 0.70]),
];

/// A grade, and what it is made of. All parts are of all pairs of two nodes, connected or not, so that one more link of
/// both directions makes none of them smaller, and the grade no worse: what it lets fail leaves the network as it was.
/// (Where links have one direction only, a link can draw ways to where no local repair helps.)
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Resilience {
    pub grade: Grade,
    /// Part of all pairs whose packets arrive whichever link fails, by the repairs installed ahead where it hits them.
    pub protected_links: f64,
    /// The same whichever node between them fails.
    pub protected_nodes: f64,
    /// Part of all pairs that are connected after the worst failure of a link.
    pub connected_worst: f64,
    /// How much longer repaired ways are, in the mean and at most, over links and nodes.
    pub stretch_mean: f64,
    pub stretch_max: f64,
    /// By how much a repaired way is longer, at most, in milliseconds: so much later than the packet before it can one arrive
    /// that goes round. What the node that sees the failure takes to switch comes on top.
    pub longer_max_ms: f64,
    pub segments_max: usize,
    pub bridges: usize,
    pub cut_nodes: usize,
    /// Groups of nodes that reach each other.
    pub components: u32,
}

impl Resilience {
    #[must_use]
    pub fn new(structure: &Structure, drill: &Drill) -> Self {
        let Drill { links, connected, kept, pairs, .. } = drill;
        let of_all = |part: u64| if *pairs == 0 { 1.0 } else { part as f64 / *pairs as f64 };
        let parts = [kept.links, kept.nodes, connected - links.cut_worst].map(of_all);
        let [protected_links, protected_nodes, connected_worst] = parts;
        let all = drill.all();
        Self {
            grade: grade(parts, structure.components),
            protected_links,
            protected_nodes,
            connected_worst,
            stretch_mean: all.stretch_mean(),
            stretch_max: all.stretch_max,
            longer_max_ms: all.longer_max_ns.round() / 1e6,
            segments_max: all.segments_max,
            bridges: structure.bridge_count(),
            cut_nodes: structure.cut_node_count(),
            components: structure.components,
        }
    }
}

/// A network in several components is never better than the last.
fn grade(parts: [f64; 3], components: u32) -> Grade {
    let meets = |least: &[f64; 3]| parts.iter().zip(least).all(|(part, least)| part >= least);
    let best = LEAST.iter().find(|(_, least)| meets(least)).map(|(grade, _)| *grade);
    best.filter(|_| components <= 1).unwrap_or(Grade::E)
}
