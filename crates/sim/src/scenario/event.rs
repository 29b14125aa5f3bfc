//! What happens in a simulated world, and in which order.

use api::{AgentReport, AgentReportAnswer};
use model::TaskId;
use units::Time;

use super::{jobs::Order, site::Told};

#[derive(Debug, Clone)]
pub(super) enum Event {
    Order(Box<Order>),
    /// A site's agent speaks; by its own clock, or because something is new.
    Speak {
        site: usize,
        by_clock: bool,
    },
    Report {
        site: usize,
        report: Box<AgentReport>,
        version: u64,
    },
    Answer {
        site: usize,
        answer: Box<AgentReportAnswer>,
        version: u64,
    },
    Target {
        site: usize,
        told: Told,
    },
    RunsOut {
        site: usize,
        task: Box<TaskId>,
    },
    Fault {
        id: usize,
        begins: bool,
    },
    NewForecast,
    /// A quarter of an hour begins.
    Supply,
    /// A site is asked to draw less, or the time for it is over.
    Ask {
        id: usize,
        ends: bool,
    },
    Outage {
        id: usize,
    },
}

/// By time, then in the order in which they were planned.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) at: Time,
    pub(super) number: u64,
    pub(super) event: Event,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl Eq for Planned {}
impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Planned {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}
