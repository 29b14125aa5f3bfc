//! Which pods come, and how often: what a policy knows beforehand.

use std::collections::BTreeMap;

use super::Shape;

/// Shapes and their shares of all pods, by CPU, least first.
#[derive(Debug, Clone, Default)]
pub struct Mix {
    pub(super) shapes: Vec<Shape>,
    /// Of the shapes that are kept: the sum is 1.
    pub(super) shares: Vec<f32>,
}

impl Mix {
    /// The most frequent shapes that make `most` (0 to 1) of the pods: FGD's typical pods (Weng et al., USENIX ATC'23,
    /// 4.2). Memory is not looked at, as there; of equally frequent ones the smaller is first.
    #[must_use]
    pub fn typical(pods: &[Shape], most: f64) -> Self {
        Self::cut(count(pods.iter().map(|pod| Shape { memory_mib: 0, ..*pod })), pods.len(), most)
    }

    /// The same with memory, and of pods with devices only.
    #[must_use]
    pub fn demanding(pods: &[Shape], most: f64) -> Self {
        let counts = count(pods.iter().filter(|pod| pod.devices > 0).copied());
        let total = counts.values().sum();
        Self::cut(counts, total, most)
    }

    fn cut(counts: BTreeMap<Shape, usize>, total: usize, most: f64) -> Self {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(shape, count)| (std::cmp::Reverse(*count), *shape));
        let mut seen = 0;
        counts.retain(|(_, count)| {
            let is_typical = (seen as f64) < most * total as f64;
            seen += count;
            is_typical
        });
        counts.sort();
        let kept: usize = counts.iter().map(|(_, count)| count).sum();
        let share = |count: usize| count as f32 / kept.max(1) as f32;
        Self {
            shapes: counts.iter().map(|(shape, _)| *shape).collect(),
            shares: counts.iter().map(|(_, count)| share(*count)).collect(),
        }
    }
}

fn count(shapes: impl Iterator<Item = Shape>) -> BTreeMap<Shape, usize> {
    let mut counts = BTreeMap::new();
    shapes.for_each(|shape| *counts.entry(shape).or_default() += 1);
    counts
}
