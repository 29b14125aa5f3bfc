//! What a plan is worth: whether it keeps every limit, what it costs to the atom, and a bound that no plan at all can
//! be below.
//!
//! Takes a problem, a plan and prices, and trusts none of them; shares nothing with the solver but the nouns. Whole
//! numbers only. For any prices that are not below zero the Lagrangian dual bounds the cost of every plan from below
//! (Geoffrion, "Lagrangean relaxation for integer programming", 1974); wrong prices give a poor bound, never a wrong
//! one.

mod bound;
mod cost;
mod faults;
mod feasible;
mod sound;

use serde::Serialize;

use super::{Plan, Prices, Problem};

pub use faults::Faults;
pub use sound::sound;

/// What was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Of the plan, in atoms.
    pub cost: i128,
    /// No plan costs less, in atoms.
    pub bound: i128,
    /// Jobs that run, and jobs that do not.
    pub placed: usize,
    pub refused: usize,
}

impl Certificate {
    /// By how much the plan can be above the cheapest possible, in percent of the bound; none where the bound is not
    /// above zero.
    #[must_use]
    pub fn gap_pct(&self) -> Option<f64> {
        (self.bound > 0).then(|| (self.cost - self.bound) as f64 / self.bound as f64 * 100.0)
    }
}

/// Why there is no certificate: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    #[error("{place}: {what}")]
    Wrong { place: String, what: String },
    /// Some sum leaves 126 bits.
    #[error("{place}: a sum is too large to be exact: use smaller numbers")]
    TooLarge { place: &'static str },
}

impl Invalid {
    pub(super) fn wrong(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Wrong { place: place.into(), what: what.into() }
    }
}

/// Checks a plan against its problem, and bounds all plans by the prices.
///
/// # Errors
/// The problem contradicts itself, the plan breaks a limit, a price is below zero, or a number is too large: all of
/// these that can be told, the first of them in full.
pub fn judge(problem: &Problem, plan: &Plan, prices: &Prices) -> Result<Certificate, Faults> {
    let mut faults = Faults::default();
    // Nothing else makes sense of a problem that does not.
    sound(problem).map_err(Faults::from)?;
    let kept = feasible::check(problem, plan, &mut faults);
    faults.note(kept);
    let bound = faults.note(bound::bound(problem, prices));
    if faults.count > 0 {
        return Err(faults);
    }
    let cost = cost::of_plan(problem, plan)?;
    let bound = bound.unwrap_or(i128::MIN);
    if bound > cost {
        // Cannot be unless this module is wrong: better no certificate than a false one.
        return Err(Invalid::wrong("bound", "it is above the cost of the plan").into());
    }
    let placed = plan.jobs.iter().filter(|pieces| !pieces.is_empty()).count();
    let refused = plan.jobs.len() - placed;
    Ok(Certificate { cost, bound, placed, refused })
}

/// As [`judge`], with the first fault only.
///
/// # Errors
/// The first fault.
pub fn check(problem: &Problem, plan: &Plan, prices: &Prices) -> Result<Certificate, Invalid> {
    judge(problem, plan, prices).map_err(Faults::into_first)
}

/// `a * b` and sums of such, with an error in place of a wrong number.
pub(super) fn times(a: i128, b: i128, place: &'static str) -> Result<i128, Invalid> {
    a.checked_mul(b).ok_or(Invalid::TooLarge { place })
}

pub(super) fn plus(a: i128, b: i128, place: &'static str) -> Result<i128, Invalid> {
    a.checked_add(b).ok_or(Invalid::TooLarge { place })
}
