//! A joint problem in whole numbers: pools, links and shared limits over time, and jobs that want them.
//!
//! Times are milliseconds from the problem's origin. Amounts are whole numbers of whatever unit the capacity is
//! counted in. Costs are *atoms*: [`Problem::atoms`] of them make one unit of money, so that
//! `amount x price x milliseconds` is a cost without any rounding.

use serde::{Deserialize, Serialize};

/// Everything that can run out, and the jobs that are to share it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Atoms in one unit of money. Positive.
    pub atoms: i128,
    /// Rates and prices are constant within a slot of this many milliseconds. Positive.
    pub slot_ms: i64,
    /// Slots in the horizon: nothing runs before 0 or after `slots x slot_ms`.
    pub slots: u32,
    /// Nodes of the network are `0..nodes`.
    pub nodes: u32,
    pub pools: Vec<Pool>,
    pub links: Vec<Link>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    pub jobs: Vec<Job>,
}

impl Problem {
    /// Milliseconds that are planned.
    #[must_use]
    pub fn horizon_ms(&self) -> i64 {
        self.slot_ms.saturating_mul(self.slots.into())
    }
}

/// Units at one node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    pub node: u32,
    /// Jobs say by class how many units they need and for how long: the flavor.
    #[serde(default)]
    pub class: u32,
    /// Units free.
    pub capacity: Steps,
    /// `rates[k][slot]`: what a unit adds to sum `k` in a millisecond of the slot: atoms of money for `k` = 0,
    /// and whatever else jobs weigh or caps limit (carbon) for the others. Every pool has the same number of sums.
    pub rates: Vec<Vec<i64>>,
}

/// Both ways over it share its capacity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub ends: (u32, u32),
    /// Bandwidth free.
    pub capacity: Steps,
    /// Atoms for a unit of bandwidth and a millisecond. Part of sum 0. Not negative.
    pub price: i64,
    #[serde(default)]
    pub delay_us: u64,
}

/// A limit that several pools share at any time: the power of a site. `sum(weight x units in use) <= capacity`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub capacity: Steps,
    /// Pool and weight of each of its units.
    pub members: Vec<(u32, i64)>,
}

/// A limit on one of the sums of [`Pool::rates`] over all jobs and all time: a carbon budget.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Which sum.
    pub sum: u32,
    pub most: i128,
}

/// An amount that changes: `(from, amount)`, sorted by time, zero before the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Steps(pub Vec<(i64, i64)>);

impl Steps {
    /// The same amount at all times.
    #[must_use]
    pub fn always(amount: i64) -> Self {
        Self(vec![(i64::MIN, amount)])
    }

    #[must_use]
    pub fn at(&self, time_ms: i64) -> i64 {
        let after = self.0.partition_point(|(from, _)| *from <= time_ms);
        after.checked_sub(1).and_then(|last| self.0.get(last)).map_or(0, |(_, amount)| *amount)
    }

    /// The amount summed over `[from, to)`: times milliseconds.
    #[must_use]
    pub fn sum(&self, from_ms: i64, to_ms: i64) -> i128 {
        let ends = self.0.iter().skip(1).map(|(from, _)| *from).chain([i64::MAX]);
        let piece = |((start, amount), end): (&(i64, i64), i64)| {
            let span = end.min(to_ms).saturating_sub((*start).max(from_ms)).max(0);
            i128::from(*amount) * i128::from(span)
        };
        self.0.iter().zip(ends).map(piece).sum()
    }
}

/// What is to run, or to be refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Job {
    /// What it needs of a pool of each class, sorted by class. It cannot run in pools of other classes.
    pub needs: Vec<Need>,
    /// Where it may run; none: in every pool of a class that it has a need for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pools: Option<Vec<Offer>>,
    /// It does not start before.
    pub earliest_ms: i64,
    /// It has ended by then.
    pub latest_ms: i64,
    #[serde(default)]
    pub shape: Shape,
    /// How much each sum of [`Pool::rates`] counts for this job. Not negative. Links count as sum 0.
    pub weights: Vec<i64>,
    /// Atoms for each millisecond from `earliest_ms` to its first start. Not negative.
    #[serde(default)]
    pub waiting: i64,
    /// Where it needs bandwidth to, as long as it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Home>,
    /// Atoms if it does not run at all.
    pub refusal: i128,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Need {
    pub class: u32,
    /// Positive.
    pub units: i64,
    /// Positive.
    pub run_ms: i64,
}

/// A pool that a job may use, and what that adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Offer {
    pub pool: u32,
    /// Atoms for using it at all: data to bring in, a migration. Already weighted. Not negative.
    #[serde(default)]
    pub fixed: i128,
    /// Its data is not there before.
    #[serde(default)]
    pub earliest_ms: i64,
}

/// Bandwidth between the pool and this node, on one loop-free path, held as long as the job runs. A pool at the
/// node itself takes none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Home {
    pub node: u32,
    /// For all units of the job; a piece with fewer of them holds its part, rounded up.
    pub bandwidth: i64,
    /// The most that the delays of the path may come to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_most_us: Option<u64>,
}

/// What freedom a run has in time and width.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// All units, from start to end, in one pool.
    #[default]
    Rigid,
    /// One pool and all units, but in pieces: each a multiple of `every_ms` long, but for the last.
    Interruptible { every_ms: i64 },
    /// One pool and one start without a break, with between `least` and `most` units, changing at slots only,
    /// until `units x run_ms` is done.
    Elastic { least: i64, most: i64 },
    /// This many equal tasks (a divisor of `units`), each of them rigid, in any pools at any time.
    Splittable { tasks: u32 },
}

/// What becomes of each job: no pieces, it is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub jobs: Vec<Vec<Piece>>,
}

/// A part of a job that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub pool: u32,
    pub start_ms: i64,
    pub end_ms: i64,
    pub units: i64,
    /// Links from the pool to the job's home.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<u32>,
}

/// Shadow prices, none below zero: atoms for a unit and a millisecond, `[which][slot]`; of a cap, atoms for one of
/// its sum, as a fraction of 2^32.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    pub pools: Vec<Vec<i64>>,
    pub links: Vec<Vec<i64>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Vec<i64>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<i64>,
}

impl Prices {
    /// Nothing is scarce.
    #[must_use]
    pub fn zero(problem: &Problem) -> Self {
        let rows = |count: usize| vec![vec![0; problem.slots as usize]; count];
        Self {
            pools: rows(problem.pools.len()),
            links: rows(problem.links.len()),
            groups: rows(problem.groups.len()),
            caps: vec![0; problem.caps.len()],
        }
    }
}

/// A plan with its world and its prices: what can be checked by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub problem: Problem,
    pub plan: Plan,
    pub prices: Prices,
}
