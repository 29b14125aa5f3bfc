//! Links of one direction, and the links of both that they are together.

use std::collections::{BTreeMap, VecDeque};

use units::{DataPrice, Delay};

use super::{Notes, Rate};
use crate::NodeId;

/// A link as the text tells it; of one direction where the text is directed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) ends: [NodeId; 2],
    pub(super) figures: Figures,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Figures {
    pub(super) capacity: Option<Rate>,
    pub(super) delay: Option<Delay>,
    pub(super) length_m: Option<u64>,
    pub(super) price: Option<DataPrice>,
}

/// Equal for equal figures.
type Key = (Option<(u8, u64)>, Option<Delay>, Option<u64>, Option<DataPrice>);

impl Figures {
    fn key(&self) -> Key {
        (self.capacity.map(Rate::key), self.delay, self.length_m, self.price)
    }

    /// What both directions have: the smaller capacity, the larger delay, length and price.
    fn with(self, other: Self) -> Self {
        let capacities = self.capacity.into_iter().chain(other.capacity);
        Self {
            capacity: capacities.min_by_key(|rate| rate.key()),
            delay: self.delay.max(other.delay),
            length_m: self.length_m.max(other.length_m),
            price: self.price.max(other.price),
        }
    }
}

/// Arcs by their places in the text, those of one pair of nodes: the way of the first node, and the way back.
type Pair = [Vec<usize>; 2];

/// A link, and the arcs it was made of, by their places in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joined {
    pub(super) link: Arc,
    pub(super) first: usize,
    pub(super) second: Option<usize>,
}

/// Each arc with an opposite one: of equal figures first, then in the order of the text. What is alone stays alone.
pub(super) fn join(arcs: &[Arc], notes: &mut Notes) -> Vec<Joined> {
    let mut pairs: BTreeMap<(NodeId, NodeId), Pair> = BTreeMap::new();
    for (at, arc) in arcs.iter().enumerate() {
        let [a, b] = arc.ends;
        let [there, back] = pairs.entry((a.min(b), a.max(b))).or_default();
        if a < b { there.push(at) } else { back.push(at) }
    }
    let joined = pairs.values().flat_map(|pair| opposites(arcs, pair));
    let mut links: Vec<Joined> =
        joined.filter_map(|(one, other)| link(arcs, one, other, notes)).collect();
    links.sort_by_key(|it| it.first);
    links
}

fn opposites(arcs: &[Arc], [there, back]: &Pair) -> Vec<(usize, Option<usize>)> {
    let key = |at: usize| arcs.get(at).map(|arc| arc.figures.key());
    let mut waiting: BTreeMap<Option<Key>, VecDeque<usize>> = BTreeMap::new();
    for at in back {
        waiting.entry(key(*at)).or_default().push_back(*at);
    }
    let mut found: Vec<(usize, Option<usize>)> = Vec::new();
    for at in there {
        let equal = waiting.get_mut(&key(*at)).and_then(VecDeque::pop_front);
        found.push((*at, equal));
    }
    let mut left: Vec<usize> = waiting.into_values().flatten().collect();
    left.sort_unstable();
    let mut left = left.into_iter();
    for (_, other) in &mut found {
        *other = other.or_else(|| left.next());
    }
    found.extend(left.map(|at| (at, None)));
    found
}

/// One link of one or two arcs, at the place of the first.
fn link(arcs: &[Arc], one: usize, other: Option<usize>, notes: &mut Notes) -> Option<Joined> {
    let Some(other) = other else {
        notes.lone += 1;
        return arcs.get(one).map(|arc| Joined { link: *arc, first: one, second: None });
    };
    let first = arcs.get(one.min(other))?;
    let second = arcs.get(one.max(other))?;
    notes.joined += 1;
    notes.unequal += usize::from(first.figures.key() != second.figures.key());
    let link = Arc { ends: first.ends, figures: first.figures.with(second.figures) };
    Some(Joined { link, first: one.min(other), second: Some(one.max(other)) })
}
