//! The network as people look at it: how well it withstands failures, which ways there are, what flows now.

use std::collections::BTreeSet;

use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bandwidth, Bytes, DataPrice, Delay, Time};

/// From best to worst.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ResilienceGrade {
    A,
    B,
    C,
    D,
    E,
}

/// How well the network withstands failures, with the parts that its grade follows from. Pairs are of any two places, and
/// links that are down do not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resilience {
    /// As if these links were cut.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<Name>,
    /// Sites and nodes.
    pub places: u32,
    pub grade: ResilienceGrade,
    /// Pairs whose packets arrive whichever link fails, by the repairs installed ahead where it hits them; in percent.
    pub protected_links_pct: f64,
    /// The same whichever place between them fails.
    pub protected_nodes_pct: f64,
    /// Pairs that are still served after the failure of the link that parts most, in percent.
    pub worst_served_pct: f64,
    /// How many times as long repaired ways are, in the mean and at most.
    pub stretch_mean: f64,
    pub stretch_max: f64,
    /// How much later than the packet before it one can arrive that takes a repair, at most. What the place that sees the
    /// failure takes to switch comes on top: `jw net lab bench` measures it.
    pub repair_delay_max: Delay,
    /// Segments of a repair, at most.
    pub segments_max: u32,
    /// Groups of places that reach each other.
    pub components: u32,
    /// Links whose failure parts places, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak_links: Vec<WeakPoint>,
    /// Places whose failure parts others, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak_places: Vec<WeakPoint>,
    /// Weak links and places beyond those listed.
    pub more_weak: u64,
}

/// A link or a place that holds others together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WeakPoint {
    pub name: Name,
    /// Pairs of places that are parted where it fails.
    pub parted: u64,
}

/// The ways from one place to another that are worth having: none is both cheaper and faster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ways {
    pub from: Name,
    pub to: Name,
    /// As if these links were cut.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<Name>,
    /// Asked for; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<Bandwidth>,
    /// One way, at most; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Delay>,
    /// The cheapest first; at most 16.
    pub items: Vec<WayOption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WayOption {
    /// In order from where it begins.
    pub links: Vec<Name>,
    /// One way.
    pub delay: Delay,
    pub jitter: Delay,
    pub price: DataPrice,
    /// What is free now on the link with the least.
    pub free: Bandwidth,
    /// The link with the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrowest: Option<Name>,
    pub verdict: WayVerdict,
}

/// Why a way is taken, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WayVerdict {
    /// The cheapest of those that are within what is asked for: a job that starts now takes it.
    Taken,
    /// It would do, and costs more.
    Dearer,
    /// Its delay is above what is asked for.
    TooSlow,
    /// Less is free on it than is asked for.
    TooFull,
}

/// What moves over the network now, as it is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flows {
    pub now: Time,
    /// Flows of one kind over the same links count as one. The one with the most bandwidth first; at most 1,000.
    pub items: Vec<Flow>,
    /// Beyond those listed.
    pub more: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flow {
    pub kind: FlowKind,
    pub from: Name,
    pub to: Name,
    /// In order from `from`.
    pub links: Vec<Name>,
    pub jobs: u32,
    /// Held on every link; zero where only a delay was asked for.
    pub bandwidth: Bandwidth,
    /// One way, as it was decided.
    pub delay: Delay,
    /// Along the tunnels of the edges that lead it, as measured now; none where no edge leads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_delay: Option<Delay>,
    /// Of data: how much there is to move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Bytes>,
    /// Of data: what its site has reported to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Bytes>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FlowKind {
    /// Between the user and the tasks of jobs that are at their site.
    Job,
    /// Data on its way to the site of a job that waits for it.
    Data,
}
