//! Looks at the simulated world, not at what control believes of it.

use model::TaskId;
use units::{Money, Time};

use super::site::Site;

/// What was found wrong: the first few are told.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    pub(super) violations: u64,
    pub(super) first: Vec<String>,
}

/// Violations that are told.
const TOLD: usize = 10;

impl Oracle {
    pub(super) fn wrong(&mut self, what: impl FnOnce() -> String) {
        self.violations += 1;
        if self.first.len() < TOLD {
            self.first.push(what());
        }
    }

    /// An exclusive task has started at a site: it must not run anywhere else.
    pub(super) fn runs_once(&mut self, sites: &mut [Site], at: usize, task: &TaskId, now: Time) {
        for (id, site) in sites.iter_mut().enumerate().filter(|(id, _)| *id != at) {
            site.fence(now);
            if site.runs(&task.job, task.index) {
                self.wrong(|| format!("{task} is exclusive and runs at site {id} too"));
            }
        }
    }

    /// What jobs say they cost is what was charged.
    pub(super) fn adds_up(&mut self, jobs: Money, charged: Money) {
        if jobs != charged {
            self.wrong(|| format!("jobs cost {jobs}, charged was {charged}"));
        }
    }
}
