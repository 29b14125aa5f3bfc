//! Other ways of choosing, as others do: orders are rewritten before they are submitted, so that the same control and
//! the same planner carry them out.

use control::Control;
use model::{JobSpec, Name, NetworkNeed, Objective, Outcome, Resource, Spec, Weights};
use serde::Deserialize;
use units::Time;

/// How places are chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Place, time, path and data together, by the order's objective; planned anew together now and then.
    #[default]
    Jingwei,
    /// The same one by one: never planned anew together.
    OneByOne,
    /// The same, but jobs that may be paused are not.
    Unpaused,
    /// At once at the place with the least delay to the user or the first input; else as soon as there is room there.
    Nearest,
    /// At once where it costs least, else as soon as possible: what SkyPilot's optimizer does with a list of regions.
    Cheapest,
    /// At once where it emits least, else as soon as possible.
    Greenest,
    /// As soon as possible; of equals the first by name.
    FirstFit,
    /// The site by the price of compute and electricity alone; then a path and a time there.
    TwoStep,
    /// In order of arrival, each the soonest end that those before leave: conservative backfilling.
    FifoBackfill,
}

/// Waiting outweighs everything else.
const AT_ONCE: u32 = 10_000;

impl Rule {
    pub const ALL: [Self; 9] = [
        Self::Jingwei,
        Self::OneByOne,
        Self::Unpaused,
        Self::Nearest,
        Self::Cheapest,
        Self::Greenest,
        Self::FirstFit,
        Self::TwoStep,
        Self::FifoBackfill,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jingwei => "jingwei",
            Self::OneByOne => "one-by-one",
            Self::Unpaused => "unpaused",
            Self::Nearest => "nearest",
            Self::Cheapest => "cheapest",
            Self::Greenest => "greenest",
            Self::FirstFit => "first-fit",
            Self::TwoStep => "two-step",
            Self::FifoBackfill => "fifo-backfill",
        }
    }

    /// What it does, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Jingwei => {
                "Place, time, path and data together, and planned anew together now and then"
            }
            Self::OneByOne => "The same, but never planned anew together",
            Self::Unpaused => "The same, but no job is paused that may be",
            Self::Nearest => "At once where the delay to the user or the data is least",
            Self::Cheapest => "At once where it costs least (SkyPilot's rule)",
            Self::Greenest => "At once where it emits least",
            Self::FirstFit => "As soon as possible, at the first by name",
            Self::TwoStep => "The site without regard to the network, then a path there",
            Self::FifoBackfill => "In order of arrival, each the soonest that those before leave",
        }
    }

    /// Whether jobs are planned anew together.
    #[must_use]
    pub const fn together(self) -> bool {
        matches!(self, Self::Jingwei | Self::Unpaused)
    }

    /// The order as this rule would have it.
    pub(super) fn rewrite(self, control: &mut Control, job: Resource, now: Time) -> Resource {
        let weights = |cost, carbon| Objective::Weights(Weights { cost, carbon, time: AT_ONCE });
        let pauses = matches!(self, Self::Jingwei | Self::OneByOne);
        let job = if pauses { job } else { with(job, |spec| spec.pauses = None) };
        match self {
            Self::Jingwei | Self::OneByOne | Self::Unpaused => job,
            Self::Cheapest => with(job, |spec| spec.objective = weights(1, 0)),
            Self::Greenest => with(job, |spec| spec.objective = weights(0, 1)),
            Self::FirstFit | Self::FifoBackfill => with(job, |spec| spec.objective = weights(0, 0)),
            Self::Nearest => match nearest(control, &job, now) {
                Some(region) => with(job, |spec| {
                    spec.regions.allow = vec![region];
                    spec.objective = weights(0, 0);
                }),
                None => job,
            },
            Self::TwoStep => match without_network(control, &job, now) {
                Some(region) => with(job, |spec| spec.regions.allow = vec![region]),
                None => job,
            },
        }
    }
}

fn with(mut job: Resource, change: impl FnOnce(&mut JobSpec)) -> Resource {
    if let Spec::Job(spec) = &mut job.spec {
        change(spec);
    }
    job
}

/// The region that would be chosen if the network cost nothing and had no end.
fn without_network(control: &mut Control, job: &Resource, now: Time) -> Option<Name> {
    let plain = with(job.clone(), |spec| {
        spec.network = NetworkNeed::default();
        spec.user = None;
        spec.inputs.clear();
        spec.result = None;
    });
    region_of(control, plain, now)
}

/// The region with the least delay to the user, else to the first input: the smallest bound on delay that can be kept.
fn nearest(control: &mut Control, job: &Resource, now: Time) -> Option<Name> {
    let Spec::Job(spec) = &job.spec else { return None };
    let user = spec.user.clone().or_else(|| {
        let input = spec.inputs.first()?;
        control.planner_world().datasets.get(&input.dataset)?.replicas.first().cloned()
    })?;
    let from_there = with(job.clone(), |spec| {
        spec.user = Some(user);
        spec.inputs.clear();
        spec.result = None;
        spec.deadline = None;
        spec.network = NetworkNeed::default();
    });
    [0_u64, 1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 60, 100].into_iter().find_map(|ms| {
        let within = with(from_there.clone(), |spec| {
            spec.network.latency = Some(units::Delay::new(ms * 1_000_000));
        });
        region_of(control, within, now)
    })
}

fn region_of(control: &mut Control, job: Resource, now: Time) -> Option<Name> {
    let Outcome::Placed(decision) = control.plan(job, now).ok()?.outcome else { return None };
    control.planner_world().sites.get(&decision.site).map(|site| site.region.clone())
}
