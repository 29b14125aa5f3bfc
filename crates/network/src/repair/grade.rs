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

/// The least part of all hit pairs that is repaired, after links and after nodes fail, and the least part of all pairs
/// that stay connected after the worst failure of a link, for each grade but the last.
const LEAST: [(Grade, [f64; 3]); 4] = [
    (Grade::A, [1.0, 0.99, 1.0]),
    (Grade::B, [0.99, 0.95, 0.99]),
    (Grade::C, [0.90, 0.80, 0.90]),
    (Grade::D, [0.70, 0.60, 0.70]),
];

/// A grade, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Resilience {
    pub grade: Grade,
    /// Part of the pairs hit by a failing link that is repaired at once.
    pub protected_links: f64,
    /// The same for failing nodes.
    pub protected_nodes: f64,
    /// Part of all pairs that stay connected after the worst failure of a link.
    pub connected_worst: f64,
    /// How much longer repaired ways are, in the mean and at most, over links and nodes.
    pub stretch_mean: f64,
    pub stretch_max: f64,
    pub segments_max: usize,
    pub bridges: usize,
    pub cut_nodes: usize,
    /// Groups of nodes that reach each other.
    pub components: u32,
}

impl Resilience {
    #[must_use]
    pub fn new(structure: &Structure, drill: &Drill) -> Self {
        let Drill { links, nodes, connected, .. } = drill;
        let cut = if *connected == 0 { 0.0 } else { links.cut_worst as f64 / *connected as f64 };
        let parts = [links.protected_share(), nodes.protected_share(), 1.0 - cut];
        let [protected_links, protected_nodes, connected_worst] = parts;
        let all = drill.all();
        Self {
            grade: grade(parts, structure.components),
            protected_links,
            protected_nodes,
            connected_worst,
            stretch_mean: all.stretch_mean(),
            stretch_max: all.stretch_max,
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
