//! A stored placement with its candidates and prices. The lines that explain it are the lines that bill it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bandwidth, Bytes, Carbon, Delay, Energy, HourPrice, Money, Share, Span, Time};

use crate::{JobKey, Name};

/// What the planner answers for one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Placed(Box<Decision>),
    Unplaced {
        /// One for every site, each with the rule that refuses it.
        candidates: Vec<Candidate>,
        /// What little change to the order would do, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nearest: Option<Alternative>,
    },
}

/// The chosen place, time, path and replicas, and what they cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    pub site: Name,
    pub pool: Name,
    pub flavor: Name,
    /// Units of the pool that one task takes.
    pub units_per_task: u32,
    /// Units of the pool that the whole gang takes.
    pub units: u32,
    /// When data starts to move, if any has to; else `start`.
    pub staging_start: Time,
    /// When the tasks start.
    pub start: Time,
    /// Estimated run time.
    pub run_time: Span,
    /// Where that comes from, if it is not of the order: "12 finished runs (P90), ±8 %", nine of ten having been so near
    /// the middle one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_time_from: Option<String>,
    /// What a unit costs for an hour, where an auction cleared it: the mean over the run. None: as its owner posts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared: Option<HourPrice>,
    /// When the tasks have ended.
    pub end: Time,
    /// When the tasks run, in order, where they are paused in between; empty where they run from `start` to `end` at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<Interval>,
    /// The best that it could have had without pauses, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpaused: Option<Unpaused>,
    /// When the result is where it has to go; `end` if there is none.
    pub delivered: Time,
    /// To the user; none if the order asks for nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathChoice>,
    /// Inputs to bring in, and the result to bring out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
    /// What it costs, line by line.
    pub lines: Vec<PriceLine>,
    /// Sum of the billed lines.
    pub total: Money,
    /// The sum that was minimised: the lines, weighted by the order's objective.
    pub score: Money,
    /// No other choice of place, start, path and replicas could score less, as things were held then. None in
    /// decisions of before this was proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Money>,
    /// Of the whole facility, estimated.
    pub energy: Energy,
    pub carbon: Carbon,
    /// The chosen site first, then the others: each with its total or the rule that refuses it.
    pub candidates: Vec<Candidate>,
    /// Sites left out of `candidates` because there are more than are kept.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub more_candidates: u32,
}

impl Decision {
    /// When the tasks run, in order: one interval where there are no pauses.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = Interval> + '_ {
        self.runs_after(0)
    }

    /// The same, without those that are over.
    pub fn runs_after(&self, over: u32) -> impl DoubleEndedIterator<Item = Interval> + '_ {
        let over = usize::try_from(over).unwrap_or(usize::MAX).min(self.intervals.len());
        let left = self.intervals.get(over..).unwrap_or_default();
        let whole = Interval { start: self.start, end: self.end };
        self.intervals.is_empty().then_some(whole).into_iter().chain(left.iter().copied())
    }

    /// What is left of it once so many of its intervals are over.
    #[must_use]
    pub fn rest(&self, over: u32) -> Self {
        let mut rest = self.clone();
        let over = usize::try_from(over).unwrap_or(usize::MAX).min(rest.intervals.len());
        rest.intervals.drain(..over);
        rest.start = rest.intervals.first().map_or(self.start, |it| it.start);
        rest
    }

    /// How far the score can be above the least there is, in parts of that; none where nothing is known of it, or
    /// where that is not above zero.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        let bound = self.bound.filter(|bound| *bound > Money::ZERO)?.get() as f64;
        Some((self.score.get() as f64 - bound).max(0.0) / bound)
    }
}

/// A time in which the tasks of a job run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    pub start: Time,
    pub end: Time,
}

/// A run without pauses, to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unpaused {
    pub site: Name,
    pub start: Time,
    pub end: Time,
    pub total: Money,
    pub score: Money,
    pub carbon: Carbon,
}

/// A path through the network and what is held on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathChoice {
    pub from: Name,
    pub to: Name,
    /// In order from `from`; empty where both are the same place.
    pub links: Vec<Name>,
    /// One way.
    pub delay: Delay,
    pub jitter: Delay,
    /// Held on every link; zero if only delay was asked for.
    pub bandwidth: Bandwidth,
}

/// Data that moves for a job, at a bandwidth held for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transfer {
    /// The dataset, or none for the job's result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<Name>,
    pub size: Bytes,
    pub path: PathChoice,
    pub start: Time,
    pub span: Span,
}

/// One scarce thing and what it costs this job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceLine {
    pub kind: LineKind,
    /// What is priced: the pool, the link, the site, the dataset.
    pub what: Name,
    /// Who is paid; none for what is not billed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Name>,
    /// "16 unit x 2h", "3.2kWh", "120GB".
    pub quantity: String,
    /// "1.5CNY/h"; a mean where the price changes over the run.
    pub price: String,
    pub amount: Money,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Units of a pool over the run.
    Compute,
    /// Electricity of the facility by the tariff in force.
    Electricity,
    /// CO2 at its stated price.
    Carbon,
    /// A link, for the bandwidth held over the run.
    Link,
    /// A link, for data moved before or after the run.
    Transfer,
    /// A read of a dataset.
    Data,
    /// Waiting from the earliest possible start, at its stated price. Steers the choice; never billed.
    Waiting,
}

impl LineKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Electricity => "electricity",
            Self::Carbon => "carbon",
            Self::Link => "link",
            Self::Transfer => "transfer",
            Self::Data => "data",
            Self::Waiting => "waiting",
        }
    }

    pub const fn is_billed(self) -> bool {
        !matches!(self, Self::Waiting)
    }
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One site, looked at for one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    pub site: Name,
    /// The best pool there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Name>,
    /// The best start there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Money>,
    /// Its lines by kind, so that candidates compare line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<(LineKind, Money)>,
    /// Why it cannot be, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refusal>,
}

/// The rule that refuses a site, and the figures behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    pub rule: Rule,
    /// For people: "needs 64 units, the largest pool has 32".
    pub detail: String,
}

impl Refusal {
    pub fn new(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, detail: detail.into() }
    }
}

/// Why a site cannot take a job. Ordered: a later rule got further.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The order forbids the region, or does not allow it.
    Region,
    /// It is cordoned, drained, or came and went too often.
    Admission,
    /// No agent reports from there, or the engine behind it does not answer.
    Offline,
    /// Its agent or driver cannot give tasks what the order takes: an image, data, a certain end.
    Capability,
    /// No flavor there has what a task needs.
    Flavor,
    /// More is asked than the largest pool or machine there has.
    Size,
    /// No way there.
    NoPath,
    Latency,
    Jitter,
    /// An input's replicas cannot be reached from there.
    Replica,
    /// The links on the way have too little left.
    Bandwidth,
    /// Not enough units free before the deadline or the horizon.
    Capacity,
    /// It cannot end before the deadline.
    Deadline,
    /// More CO2 than the order's cap.
    CarbonCap,
    /// More money than the order's budget.
    Budget,
}

impl Rule {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Admission => "admission",
            Self::Offline => "offline",
            Self::Capability => "capability",
            Self::Flavor => "flavor",
            Self::Size => "size",
            Self::NoPath => "no_path",
            Self::Latency => "latency",
            Self::Jitter => "jitter",
            Self::Replica => "replica",
            Self::Bandwidth => "bandwidth",
            Self::Capacity => "capacity",
            Self::Deadline => "deadline",
            Self::CarbonCap => "carbon_cap",
            Self::Budget => "budget",
        }
    }

    /// Time alone may lift it: an agent comes back, a job ends.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Admission | Self::Offline | Self::Bandwidth | Self::Capacity)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The smallest change to an order that would make it possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alternative {
    /// The field of the order to change: "spec.deadline", "spec.budget", "spec.carbon_cap".
    pub field: String,
    /// The value that would do.
    pub value: String,
    pub site: Name,
    pub start: Time,
    pub delivered: Time,
    pub total: Money,
}

/// A line of an invoice: a price line of the decision, at what was really used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Charge {
    pub job: JobKey,
    pub project: Name,
    #[serde(flatten)]
    pub line: PriceLine,
    /// When the use began and ended.
    pub start: Time,
    pub end: Time,
    /// Of the job: which run it is.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub attempt: u32,
    /// What is charged, in base units of its kind (see [`crate::Metered::quantity`]), as the provider metered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metered: Option<u64>,
    /// The transaction of the ledger that booked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booked: Option<String>,
    /// The tax that the amount includes.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub tax: Share,
    /// It gives back what this dispute was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<i64>,
}
