//! Why a site cannot take an order: figures first, words only when someone reads them.

use model::{Refusal, Rule};
use units::{Bandwidth, Carbon, Delay, Money, Span, Time};

use crate::{ask::Ask, index::Index, text};

/// A refusal as the search notes it: no text, no allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Region,
    Offline,
    /// It takes no new work.
    Closed,
    NoContainers,
    NoData,
    NoFence,
    /// The site has no pool at all.
    NoPool,
    NotListed,
    NoAccelerator,
    /// A task needs more units than a machine has.
    Task {
        units: u64,
        most: u64,
    },
    /// The gang needs more units than the pool has.
    Gang {
        units: u64,
        most: u64,
    },
    TooLong {
        run: Span,
    },
    NoUser,
    NoDestination,
    NoPath,
    NoPathForResult,
    Latency {
        least: Delay,
    },
    Jitter {
        least: Delay,
    },
    /// Each bound can be met, both together cannot.
    LatencyAndJitter,
    NoDataset,
    Replica {
        dataset: u32,
    },
    /// No path to the user is wide enough even when nothing is held on it.
    TooNarrow {
        asked: Bandwidth,
    },
    /// On the way to the user.
    Bandwidth {
        asked: Bandwidth,
    },
    /// For an input or the result.
    TransferBandwidth {
        dataset: Option<u32>,
    },
    TooFarAhead {
        earliest: Time,
    },
    Power {
        asked: u64,
        most: u64,
    },
    Capacity {
        units: u64,
        until: Time,
    },
    Deadline {
        delivered: Time,
        deadline: Time,
    },
    CarbonCap {
        least: Carbon,
        cap: Carbon,
    },
    Budget {
        least: Money,
        budget: Money,
    },
    /// A sum that cannot be written down.
    TooMuch,
}

impl Refused {
    pub(crate) const fn rule(&self) -> Rule {
        match self {
            Self::Region => Rule::Region,
            Self::Offline => Rule::Offline,
            Self::Closed => Rule::Admission,
            Self::NoContainers | Self::NoData | Self::NoFence => Rule::Capability,
            Self::NoPool | Self::NotListed | Self::NoAccelerator => Rule::Flavor,
            Self::Task { .. } | Self::Gang { .. } | Self::TooLong { .. } | Self::Power { .. } => {
                Rule::Size
            }
            Self::NoUser
            | Self::NoDestination
            | Self::NoPath
            | Self::NoPathForResult
            | Self::TooNarrow { .. } => Rule::NoPath,
            Self::Latency { .. } | Self::LatencyAndJitter => Rule::Latency,
            Self::Jitter { .. } => Rule::Jitter,
            Self::NoDataset | Self::Replica { .. } => Rule::Replica,
            Self::Bandwidth { .. } | Self::TransferBandwidth { .. } => Rule::Bandwidth,
            Self::TooFarAhead { .. } | Self::Capacity { .. } => Rule::Capacity,
            Self::Deadline { .. } => Rule::Deadline,
            Self::CarbonCap { .. } => Rule::CarbonCap,
            Self::Budget { .. } | Self::TooMuch => Rule::Budget,
        }
    }

    /// The one that got further; of two that got as far, the one with the smaller figure to overcome, else the first.
    pub(crate) fn further(self, other: Self) -> Self {
        let less = match (self, other) {
            (Self::Deadline { delivered: a, .. }, Self::Deadline { delivered: b, .. }) => b < a,
            (Self::Budget { least: a, .. }, Self::Budget { least: b, .. }) => b < a,
            (Self::CarbonCap { least: a, .. }, Self::CarbonCap { least: b, .. }) => b < a,
            (Self::Task { most: a, .. }, Self::Task { most: b, .. })
            | (Self::Gang { most: a, .. }, Self::Gang { most: b, .. }) => b > a,
            (Self::Task { .. }, Self::Gang { .. }) => true,
            _ => false,
        };
        if other.rule() > self.rule() || (other.rule() == self.rule() && less) {
            other
        } else {
            self
        }
    }

    /// What has too little free now, told apart from what could never be enough.
    pub(crate) fn for_good(self, site: u32, index: &Index, ask: &Ask<'_>) -> Self {
        let (Self::Bandwidth { asked }, Some(user)) = (self, ask.user) else { return self };
        let wide =
            |id: u32| index.link(id).is_some_and(|link| link.calendar.capacity() >= asked.get());
        let path = index.routes.cheapest_avoiding(user, site, ask.limits, wide);
        if path.is_none() { Self::TooNarrow { asked } } else { self }
    }

    /// In words, with the figures.
    pub(crate) fn told(&self, site: u32, index: &Index, ask: &Ask<'_>) -> Refusal {
        let region = index.site(site).map_or("", |site| site.region.as_str());
        let dataset = |id: u32| index.dataset(id).map_or("", |it| it.name.as_str());
        let (latency, jitter) = (ask.limits.delay, ask.limits.jitter);
        let detail = match *self {
            Self::Region => format!("the order does not permit region `{region}`"),
            Self::Offline => "no agent reports from there".into(),
            Self::Closed => "it takes no new work: cordoned, drained, or too often away".into(),
            Self::NoContainers => "tasks cannot run in an image of their own there".into(),
            Self::NoData => {
                "inputs, results and checkpoints cannot be laid out for tasks there".into()
            }
            Self::NoFence => {
                "a cut-off site cannot be trusted to stop what must not run twice there".into()
            }
            Self::NoPool => "there is no pool".into(),
            Self::NotListed => "none of the flavors in `any_of` is there".into(),
            Self::NoAccelerator => "no flavor there has an accelerator".into(),
            Self::Task { units, most } => {
                format!("a task needs {units} units, the largest machine has {most}")
            }
            Self::Gang { units, most } => {
                format!("needs {units} units together, the largest pool has {most}")
            }
            Self::TooLong { run } => {
                format!("would run {run}, the longest run that is planned is 366d")
            }
            Self::NoUser => format!(
                "there is no place `{}` where the user is",
                text::or_none(ask.spec.user.as_ref())
            ),
            Self::NoDestination => {
                let to = ask.spec.result.as_ref().map(|it| &it.to);
                format!("there is no place `{}` for the result", text::or_none(to))
            }
            Self::NoPath => format!("no path from `{}`", text::or_none(ask.spec.user.as_ref())),
            Self::NoPathForResult => {
                let to = ask.spec.result.as_ref().map(|it| &it.to);
                format!("no path for the result to `{}`", text::or_none(to))
            }
            Self::Latency { least } => {
                format!("the fastest path has {least}, at most {latency} is asked")
            }
            Self::Jitter { least } => {
                format!("the steadiest path has {least} jitter, at most {jitter} is asked")
            }
            Self::LatencyAndJitter => {
                format!("no path has at most {latency} delay and {jitter} jitter at once")
            }
            Self::NoDataset => "a dataset among the inputs does not exist".into(),
            Self::Replica { dataset: id } => {
                format!("no replica of `{}` can be reached", dataset(id))
            }
            Self::TooNarrow { asked } => {
                format!("no path to the user could carry {asked} even if it were empty")
            }
            Self::Bandwidth { asked } => {
                format!("no path to the user has {asked} free for the run")
            }
            Self::TransferBandwidth { dataset: Some(id) } => {
                format!("the paths for `{}` are full", dataset(id))
            }
            Self::TransferBandwidth { dataset: None } => "the paths for the result are full".into(),
            Self::TooFarAhead { earliest } => {
                format!("starts no earlier than {earliest}: planned when that is nearer")
            }
            Self::Power { asked, most } => format!(
                "needs {} of the facility, its cap is {}",
                units::Power::new(asked).human(),
                units::Power::new(most).human()
            ),
            Self::Capacity { units: 1, until } => {
                format!("no unit is free long enough at any start until {until}")
            }
            Self::Capacity { units, until } => {
                format!("{units} units are not free together at any start until {until}")
            }
            Self::Deadline { delivered, deadline } => {
                format!("done at {delivered} at the earliest, due {deadline}")
            }
            Self::CarbonCap { least, cap } => {
                format!("causes at least {}, the cap is {}", least.human(), cap.human())
            }
            Self::Budget { least, budget } => {
                format!("costs at least {}, the budget is {}", least.human(), budget.human())
            }
            Self::TooMuch => "costs more than can be written down".into(),
        };
        Refusal::new(self.rule(), detail)
    }
}
