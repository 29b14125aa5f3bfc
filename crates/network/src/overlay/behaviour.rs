//! What kind of traffic a flow is, by what it does: the sizes of its packets, its rate, and the gaps between them.
//!
//! The first packets with data that go one way are summed up in [`FEATURES`] figures, and a decision tree tells the kind. The
//! tree is trained (Breiman et al., "Classification and Regression Trees", 1984) on flows whose kind is known; the one that
//! gateways use is kept beside this file.

use std::{sync::LazyLock, time::Duration};

use serde::{Deserialize, Serialize};

use super::Class;

/// Kinds of flows that can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// As much as fits, until all is there.
    Bulk,
    /// Keys pressed and lines shown, as in a terminal.
    Interactive,
    /// Frames at a steady pace.
    Video,
    /// Questions and answers.
    Rpc,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Bulk, Self::Interactive, Self::Video, Self::Rpc];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Interactive => "interactive",
            Self::Video => "video",
            Self::Rpc => "rpc",
        }
    }

    /// What its packets need.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Bulk => Class::Bulk,
            Self::Interactive | Self::Video => Class::LowDelay,
            Self::Rpc => Class::Reliable,
        }
    }

    const fn index(self) -> usize {
        self as usize
    }
}

/// What a flow is known by, in this order.
pub const FEATURES: [&str; 8] = [
    "octets_mean",
    "full_part",
    "small_part",
    "rate_kbit_s",
    "gap_mean_ms",
    "gap_spread",
    "burst_mean",
    "growth",
];

pub type Features = [f64; FEATURES.len()];

/// It is looked at until it has sent so many packets with data...
const PACKETS: u32 = 320;
/// ...or so many, and for so long.
const PACKETS_LEAST: u32 = 8;
const LOOKED_AT: Duration = Duration::from_secs(1);
/// Octets of data in a packet that is full, and of a small one.
const FULL: usize = 1_000;
const SMALL: usize = 200;
/// A longer gap ends a burst.
const BURST_GAP_S: f64 = 0.002;
/// Packets that come at once stand this far apart at least: no rate is infinite.
const LEAST_S: f64 = 1e-4;

/// A flow that is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    first: Duration,
    last: Duration,
    packets: u32,
    octets: u64,
    full: u32,
    small: u32,
    bursts: u32,
    gaps_squared_s: f64,
    /// When it had sent so many packets: the last two powers of two.
    marks: [(u32, Duration); 2],
}

impl Watch {
    /// From now on.
    #[must_use]
    pub const fn new(now: Duration) -> Self {
        Self {
            first: now,
            last: now,
            packets: 0,
            octets: 0,
            full: 0,
            small: 0,
            bursts: 0,
            gaps_squared_s: 0.0,
            marks: [(0, now); 2],
        }
    }

    /// A packet with so many octets of data; those without say nothing. Tells what the flow is known by once that is enough.
    pub fn saw(&mut self, octets: usize, now: Duration) -> Option<Features> {
        if octets == 0 {
            return None;
        }
        if self.packets == 0 {
            (self.first, self.last) = (now, now);
        }
        let gap = now.saturating_sub(self.last).as_secs_f64();
        self.bursts += u32::from(self.packets == 0 || gap > BURST_GAP_S);
        self.gaps_squared_s += gap * gap;
        self.last = now.max(self.last);
        self.packets += 1;
        self.octets += octets as u64;
        self.full += u32::from(octets >= FULL);
        self.small += u32::from(octets < SMALL);
        let passed = self.last.saturating_sub(self.first);
        let is_enough = self.packets >= PACKETS_LEAST && passed >= LOOKED_AT;
        if is_enough || self.packets >= PACKETS {
            return Some(self.features());
        }
        if self.packets.is_power_of_two() {
            self.marks = [self.marks[1], (self.packets, self.last)];
        }
        None
    }

    fn features(&self) -> Features {
        let (packets, octets) = (f64::from(self.packets), self.octets as f64);
        let passed = self.last.saturating_sub(self.first).as_secs_f64().max(LEAST_S);
        let gaps = (packets - 1.0).max(1.0);
        let mean = passed / gaps;
        let spread = (self.gaps_squared_s / gaps - mean * mean).max(0.0).sqrt() / mean;
        [
            octets / packets,
            f64::from(self.full) / packets,
            f64::from(self.small) / packets,
            octets * 8.0 / passed / 1e3,
            mean * 1e3,
            spread,
            packets / f64::from(self.bursts.max(1)),
            self.growth(),
        ]
    }

    /// How much faster packets came in the later part than in the part before.
    fn growth(&self) -> f64 {
        let [before, last] = self.marks;
        let (count, at) = if 2 * self.packets >= 3 * last.0 { last } else { before };
        let rate =
            |packets: u32, passed: Duration| f64::from(packets) / passed.as_secs_f64().max(LEAST_S);
        let later = rate(self.packets - count, self.last.saturating_sub(at));
        later / rate(count, at.saturating_sub(self.first))
    }
}

/// A decision tree: the first node is where it begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tree(Vec<Node>);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Node {
    /// Of a feature, by its place: flows below the figure go on at one node, others at the other.
    Split {
        feature: usize,
        below: f64,
        then: usize,
        or: usize,
    },
    Leaf {
        kind: Kind,
    },
}

/// As it was trained last.
static TRAINED: LazyLock<Tree> = LazyLock::new(|| {
    serde_json::from_str(include_str!("behaviour.json")).unwrap_or_else(|_| Tree(Vec::new()))
});

impl Tree {
    /// The one that gateways use.
    #[must_use]
    pub fn trained() -> &'static Self {
        &TRAINED
    }

    /// The kind of a flow; one that no leaf is found for is none.
    #[must_use]
    pub fn kind(&self, features: &Features) -> Option<Kind> {
        let mut at = 0;
        for _ in 0..self.0.len() {
            match *self.0.get(at)? {
                Node::Leaf { kind } => return Some(kind),
                Node::Split { feature, below, then, or } => {
                    at = if *features.get(feature)? < below { then } else { or };
                }
            }
        }
        None
    }

    /// Learns from flows whose kind is known: the same tree from the same flows, on every machine. Of nothing comes nothing.
    #[must_use]
    pub fn train(flows: &[(Features, Kind)]) -> Self {
        let mut tree = Self(Vec::new());
        if !flows.is_empty() {
            tree.grow(flows, 0);
        }
        tree
    }

    /// The node for these flows; gives its place.
    fn grow(&mut self, flows: &[(Features, Kind)], depth: usize) -> usize {
        let at = self.0.len();
        self.0.push(Node::Leaf { kind: commonest(&counts(flows)) });
        if depth < DEPTH_MOST
            && let Some((feature, below)) = best_split(flows)
        {
            let is_below = |it: &&(Features, Kind)| it.0.get(feature).is_some_and(|it| *it < below);
            let (low, high): (Vec<_>, Vec<_>) = flows.iter().copied().partition(|it| is_below(&it));
            let then = self.grow(&low, depth + 1);
            let or = self.grow(&high, depth + 1);
            let split = Node::Split { feature, below, then, or };
            self.settle(at, split);
        }
        at
    }

    /// Puts a split where its leaf was, unless both sides of it say the same.
    fn settle(&mut self, at: usize, split: Node) {
        let Node::Split { then, or, .. } = split else { return };
        let leaf = |place: usize| match self.0.get(place) {
            Some(Node::Leaf { kind }) => Some(*kind),
            _ => None,
        };
        if leaf(then).is_some() && leaf(then) == leaf(or) {
            self.0.truncate(at + 1);
        } else if let Some(node) = self.0.get_mut(at) {
            *node = split;
        }
    }
}

/// Small, so that it says what kinds are like, and not what the flows it learned from were.
const DEPTH_MOST: usize = 5;
const LEAF_LEAST: usize = 6;

type Counts = [u32; Kind::ALL.len()];

fn counts(flows: &[(Features, Kind)]) -> Counts {
    let mut counts = [0; Kind::ALL.len()];
    for (_, kind) in flows {
        add(&mut counts, *kind, 1);
    }
    counts
}

fn add(counts: &mut Counts, kind: Kind, by: i32) {
    if let Some(count) = counts.get_mut(kind.index()) {
        *count = count.saturating_add_signed(by);
    }
}

fn commonest(counts: &Counts) -> Kind {
    let most = counts.iter().max();
    let kinds = Kind::ALL.into_iter().zip(counts);
    kinds.into_iter().find(|(_, count)| Some(*count) == most).map_or(Kind::Rpc, |it| it.0)
}

/// Flows times the chance that two of them are of different kinds.
fn mixed(counts: &Counts) -> f64 {
    let all: u32 = counts.iter().sum();
    let squares: f64 = counts.iter().map(|it| f64::from(*it) * f64::from(*it)).sum();
    if all == 0 { 0.0 } else { f64::from(all) - squares / f64::from(all) }
}

/// The feature and figure that part the kinds best. None: they are of one kind, or nothing parts them.
fn best_split(flows: &[(Features, Kind)]) -> Option<(usize, f64)> {
    let all = counts(flows);
    let mut best = None;
    let mut least = mixed(&all) - 1e-9;
    for feature in 0..FEATURES.len() {
        let value = |it: &(Features, Kind)| it.0.get(feature).copied().unwrap_or(0.0);
        let mut sorted: Vec<(f64, Kind)> = flows.iter().map(|it| (value(it), it.1)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut low, mut high) = ([0; Kind::ALL.len()], all);
        for (at, pair) in (1..).zip(sorted.windows(2)) {
            let [(here, kind), (next, _)] = pair else { continue };
            add(&mut low, *kind, 1);
            add(&mut high, *kind, -1);
            let sum = mixed(&low) + mixed(&high);
            let has_room = at >= LEAF_LEAST && sorted.len() - at >= LEAF_LEAST;
            if here < next && has_room && sum < least {
                least = sum;
                best = Some((feature, f64::midpoint(*here, *next)));
            }
        }
    }
    best
}

/// How often a tree is right about flows whose kind is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Accuracy {
    pub flows: u32,
    /// Of the right kind.
    pub right: u32,
    /// Of the right class.
    pub right_class: u32,
    /// By the kind that flows are, how many were taken for each kind, in the order of [`Kind::ALL`].
    pub taken_for: [Counts; Kind::ALL.len()],
}

impl Accuracy {
    #[must_use]
    pub fn of(tree: &Tree, flows: &[(Features, Kind)]) -> Self {
        let mut it = Self::default();
        for (features, is) in flows {
            let Some(taken) = tree.kind(features) else { continue };
            it.right += u32::from(taken == *is);
            it.right_class += u32::from(taken.class() == is.class());
            if let Some(counts) = it.taken_for.get_mut(is.index()) {
                add(counts, taken, 1);
            }
        }
        it.flows = u32::try_from(flows.len()).unwrap_or(u32::MAX);
        it
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_flow_is_known_by_sizes_rate_and_gaps() {
        let mut watch = Watch::new(Duration::from_secs(9));
        assert_eq!(watch.saw(0, Duration::from_secs(10)), None, "without data it says nothing");
        let at = |packet: u64| Duration::from_millis(10_000 + 100 * (packet / 2));
        let known = (0..30)
            .filter_map(|packet| watch.saw(if packet % 2 == 0 { 1_200 } else { 100 }, at(packet)))
            .next();
        let [octets, full, small, rate, gap, _, burst, growth] = known.unwrap();
        assert_eq!(
            (octets.round(), (100.0 * full).round(), (100.0 * small).round()),
            (676.0, 52.0, 48.0)
        );
        assert_eq!((rate.round(), gap.round(), burst.round()), (114.0, 50.0, 2.0));
        assert!((0.5..2.0).contains(&growth), "{growth}");
    }

    #[test]
    fn what_starts_slowly_grows() {
        let mut watch = Watch::new(Duration::ZERO);
        let rounds = [10_u64, 20, 40, 80, 160, 320];
        let packets =
            (0_u64..).zip(rounds).flat_map(|(round, count)| (0..count).map(move |_| round));
        let known =
            packets.filter_map(|round| watch.saw(1_288, Duration::from_millis(20 * round))).next();
        assert!(known.unwrap()[7] > 1.8, "{known:?}");
    }

    fn sample() -> impl Strategy<Value = (Features, Kind)> {
        (prop::array::uniform8(0_u8..4), 0..Kind::ALL.len())
            .prop_map(|(features, kind)| (features.map(f64::from), Kind::ALL[kind]))
    }

    proptest! {
        /// Flows that differ in their features only by their kind are all told apart, where leaves may be so small.
        #[test]
        fn what_one_feature_tells_is_learnt(others in prop::collection::vec(prop::array::uniform8(0_u8..9), 40)) {
            let flow = |(at, features): (usize, &[u8; 8])| {
                let mut features = features.map(f64::from);
                features[3] = [1.0, 5.0, 9.0, 30.0][at % 4];
                (features, Kind::ALL[at % 4])
            };
            let flows: Vec<_> = others.iter().enumerate().map(flow).collect();
            let tree = Tree::train(&flows);
            prop_assert_eq!(Accuracy::of(&tree, &flows).right, 40);
            let text = serde_json::to_string(&tree).unwrap();
            prop_assert_eq!(serde_json::from_str::<Tree>(&text).unwrap(), tree);
        }

        /// It is right at least as often as always saying the commonest kind, and about any flow it says something.
        #[test]
        fn learning_makes_nothing_worse(flows in prop::collection::vec(sample(), 1..60)) {
            let tree = Tree::train(&flows);
            let told = Accuracy::of(&tree, &flows);
            prop_assert!(told.right >= counts(&flows).into_iter().max().unwrap());
            prop_assert_eq!(told.taken_for.iter().flatten().sum::<u32>(), told.flows);
            prop_assert!(tree.kind(&[f64::NAN; FEATURES.len()]).is_some());
        }

        #[test]
        fn a_tree_that_is_none_is_followed_to_no_end(nodes in prop::collection::vec((0..12_usize, 0..9_usize, 0..9_usize), 0..9)) {
            let node = |(feature, then, or)| Node::Split { feature, below: 1.0, then, or };
            let tree = Tree(nodes.into_iter().map(node).collect());
            prop_assert_eq!(tree.kind(&Features::default()), None);
        }
    }
}
