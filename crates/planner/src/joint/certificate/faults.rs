//! What is wrong with a plan: how much, and the first of it.

use super::Invalid;

/// Faults named at most.
const NAMED_MOST: usize = 20;

/// Why there is no certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// All that were found.
    pub count: usize,
    /// The first twenty of them, in the order of jobs, groups, pools, links, caps and prices.
    pub first: Vec<Invalid>,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Invalid) {
        self.count += 1;
        if self.first.len() < NAMED_MOST {
            self.first.push(fault);
        }
    }

    /// Adds a fault, if it is one.
    pub(super) fn note<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|fault| self.add(fault)).ok()
    }

    /// The first of them.
    #[must_use]
    pub fn into_first(self) -> Invalid {
        let unknown = || Invalid::wrong("plan", "does not hold");
        self.first.into_iter().next().unwrap_or_else(unknown)
    }
}

impl From<Invalid> for Faults {
    fn from(fault: Invalid) -> Self {
        Self { count: 1, first: vec![fault] }
    }
}
