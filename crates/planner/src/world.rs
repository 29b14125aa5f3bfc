//! What the planner is given: the world, the operator's policy, an order.

use std::collections::BTreeMap;

use compute::recognise::Estimate;
use model::{
    DatasetSpec, FlavorSpec, JobKey, JobSpec, LinkSpec, Name, NodeSpec, OrganizationSpec, PoolSpec,
    ProjectSpec, Saved, SiteSpec,
};
use units::{Bandwidth, CarbonPrice, HourPrice, Span, Time};

/// Everything that exists, by name. What refers to something that is not there is left out of planning.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    pub organizations: BTreeMap<Name, OrganizationSpec>,
    pub projects: BTreeMap<Name, ProjectSpec>,
    pub nodes: BTreeMap<Name, NodeSpec>,
    pub flavors: BTreeMap<Name, FlavorSpec>,
    pub sites: BTreeMap<Name, SiteSpec>,
    pub pools: BTreeMap<Name, PoolSpec>,
    pub links: BTreeMap<Name, LinkSpec>,
    pub datasets: BTreeMap<Name, DatasetSpec>,
}

/// What the operator has decided for everyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What emitting carbon costs.
    pub carbon_price: CarbonPrice,
    /// What an hour of waiting is worth, for each unit that waits. Steers the choice; never billed.
    pub waiting_price: HourPrice,
    /// How far ahead a start is looked for, from the earliest possible one.
    pub horizon: Span,
    /// What a start that is put off leaves to the deadline: words travel, and tasks take a moment to begin.
    pub start_margin: Span,
    /// Run time of a job that says nothing about it.
    pub default_run_time: Span,
    /// Sites reported with a decision.
    pub candidates_kept: usize,
    /// The most that one staging transfer takes of its links.
    pub transfer_bandwidth: Bandwidth,
}

impl Policy {
    /// What servers and simulations leave: jobs that wait until just before their deadline would miss it by the time that it
    /// takes to start them.
    pub const START_MARGIN: Span = Span::seconds(5);
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            carbon_price: CarbonPrice::new(90_000_000_000),
            waiting_price: HourPrice::new(50_000_000),
            horizon: Span::hours(48),
            start_margin: Span::ZERO,
            default_run_time: Span::minutes(10),
            candidates_kept: 32,
            transfer_bandwidth: Bandwidth::new(10_000_000_000),
        }
    }
}

/// One job to be placed.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub key: &'a JobKey,
    pub spec: &'a JobSpec,
    /// Relative times of the order count from here.
    pub submitted: Time,
    /// Nothing is planned before: retry back-off.
    pub ready: Time,
    /// What it goes on from, which has to be at its site like an input.
    pub resume: Option<&'a Saved>,
    /// Of its run time, what is done already.
    pub worked: Span,
    /// What its run time is taken to be where the order says nothing of it; none: [`Policy::default_run_time`].
    pub expected: Option<Estimate>,
}

impl<'a> Order<'a> {
    /// One that begins at its beginning.
    #[must_use]
    pub const fn new(key: &'a JobKey, spec: &'a JobSpec, submitted: Time, ready: Time) -> Self {
        Self { key, spec, submitted, ready, resume: None, worked: Span::ZERO, expected: None }
    }
}

/// What tasks can be given at a site, by its agent and driver; of an order: what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// An image of their own.
    pub containers: bool,
    /// Inputs, results and checkpoints laid out for them.
    pub data: bool,
    /// They certainly stop when the site is cut off for long.
    pub fences: bool,
}

impl Default for Abilities {
    /// Of a site that has not said.
    fn default() -> Self {
        Self { containers: false, data: false, fences: true }
    }
}
