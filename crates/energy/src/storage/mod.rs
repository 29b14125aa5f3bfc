//! Charging and discharging a storage to the end of a horizon, exactly.
//!
//! The least cost to go is kept as a function of what is stored, made of straight pieces, from the last step back to the
//! first (dynamic programming without a grid). Where a price is below zero, charging and discharging are two functions
//! and the lower of them counts, so that no step does both: that is what the binaries of a mixed-integer program say.

use crate::pieces::{Pieces, Point};

/// A storage. Energies are in one unit of the caller's choice, MWh for instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Storage {
    /// What it holds at most.
    pub capacity: f64,
    /// What it takes or gives in one step at most, outside of it.
    pub power: f64,
    /// Of what is taken in, the part that is stored; of what is stored, the part that is given: above 0, at most 1.
    pub efficiency: f64,
}

/// What one step costs, by what is given (taken in, if below zero), outside of the storage.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The lower of these counts; each is convex once losses are taken into account.
    modes: Vec<Pieces>,
}

/// What a need costs: corners, straight between them, and the slopes beyond.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    /// In ascending order, one at least.
    pub(crate) points: Vec<Point>,
    /// Before the first corner the cost grows by this a unit, the further away the more; so after the last.
    pub(crate) before: f64,
    pub(crate) after: f64,
}

impl Curve {
    pub(crate) fn at(&self, need: f64) -> f64 {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return 0.0;
        };
        if need < first.0 {
            return first.1 + self.before * (first.0 - need);
        }
        if need > last.0 {
            return last.1 + self.after * (need - last.0);
        }
        let pieces: Pieces = self.points.iter().copied().collect();
        pieces.at(need)
    }
}

/// What is done in every step, and what comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// No other way costs less.
    pub cost: f64,
    /// Given in each step; taken in, if below zero.
    pub given: Vec<f64>,
    /// Stored after each step.
    pub stored: Vec<f64>,
}

impl Storage {
    /// What there is at hand in one step, in terms of what leaves the store.
    fn leaves(&self, given: f64) -> f64 {
        if given < 0.0 { given * self.efficiency } else { given / self.efficiency }
    }

    pub(crate) fn given(&self, leaves: f64) -> f64 {
        if leaves < 0.0 { leaves / self.efficiency } else { leaves * self.efficiency }
    }

    /// A step in which a unit is bought and sold at `price`, which may be below zero.
    #[must_use]
    pub fn traded(&self, price: f64) -> Step {
        let sold = |given: f64| (self.leaves(given), -price * given);
        let all = [sold(-self.power), (0.0, 0.0), sold(self.power)];
        let [bought, nothing, given] = all;
        let modes = if price >= 0.0 {
            vec![all.into_iter().collect()]
        } else {
            vec![[bought, nothing].into_iter().collect(), [nothing, given].into_iter().collect()]
        };
        Step { modes }
    }

    /// A step whose cost falls as more is given, convexly, with corners at the points `(given, cost)` and straight beyond
    /// the outer ones.
    #[must_use]
    pub fn relieved(&self, corners: &[Point], slope_before: f64, slope_after: f64) -> Step {
        let cost: Pieces = corners.iter().copied().collect();
        let (first, last) = (
            cost.points().first().copied().unwrap_or_default(),
            cost.points().last().copied().unwrap_or_default(),
        );
        let at = |given: f64| {
            if given < first.0 {
                first.1 - slope_before * (first.0 - given)
            } else if given > last.0 {
                last.1 + slope_after * (given - last.0)
            } else {
                cost.at(given)
            }
        };
        let mut marks = vec![-self.power, 0.0, self.power];
        marks.extend(corners.iter().map(|it| it.0).filter(|it| it.abs() < self.power));
        marks.sort_unstable_by(f64::total_cmp);
        Step {
            modes: vec![marks.into_iter().map(|given| (self.leaves(given), at(given))).collect()],
        }
    }

    /// A step in which a site's need is met at one of some costs, of which the lowest counts; each is convex in what is
    /// needed. `wear` is what a unit that is given costs. `apart`: charging and discharging are looked at each for
    /// itself, which is needed where one unit more may cost less than nothing.
    pub(crate) fn needed(&self, curves: &[Curve], load: f64, wear: f64, apart: bool) -> Step {
        let mut modes = Vec::new();
        for curve in curves {
            let mut marks = vec![-self.power, 0.0, self.power];
            let corners = curve.points.iter().map(|it| load - it.0);
            marks.extend(corners.filter(|it| it.abs() < self.power));
            marks.sort_unstable_by(f64::total_cmp);
            let cost = |given: f64| curve.at(load - given) + wear * given.max(0.0);
            let mode = |keep: fn(f64) -> bool| -> Pieces {
                let kept = marks.iter().copied().filter(|it| keep(*it));
                kept.map(|given| (self.leaves(given), cost(given))).collect()
            };
            if apart {
                modes.extend([mode(|it| it <= 0.0), mode(|it| it >= 0.0)]);
            } else {
                modes.push(mode(|_| true));
            }
        }
        Step { modes }
    }

    /// The cheapest way from `start` stored, and what the rest costs after each step by what is stored then. What is
    /// below the step's floor after it costs `SHORT` a unit.
    pub(crate) fn dispatch_above(
        &self,
        steps: &[Step],
        floors: &[f64],
        start: f64,
    ) -> Option<(Dispatch, Vec<Pieces>)> {
        let mut to_go = Vec::with_capacity(steps.len());
        let mut next = self.at_the_end(0.0)?;
        for (step, floor) in steps.iter().zip(floors).rev() {
            let after = next.short_of(*floor, SHORT);
            next = step.before(&after, self.capacity)?;
            to_go.push(after);
        }
        to_go.reverse();
        let mut stored = start.clamp(0.0, self.capacity);
        let mut found = Dispatch { cost: 0.0, given: Vec::new(), stored: Vec::new() };
        for (step, after) in steps.iter().zip(&to_go) {
            let (leaves, cost) = step.best(stored, after)?;
            stored = (stored - leaves).clamp(0.0, self.capacity);
            found.cost += cost;
            found.given.push(self.given(leaves));
            found.stored.push(stored);
        }
        Some((found, to_go))
    }

    /// The cheapest way from `start` stored to at least `end` after the last step. `None` if there is none: bounds that
    /// contradict each other, or an end out of reach.
    #[must_use]
    pub fn dispatch(&self, steps: &[Step], start: f64, end: f64) -> Option<Dispatch> {
        let to_go = self.to_go(steps, end)?;
        let mut stored = start;
        let mut found = Dispatch {
            cost: 0.0,
            given: Vec::with_capacity(steps.len()),
            stored: Vec::with_capacity(steps.len()),
        };
        for (step, after) in steps.iter().zip(to_go.iter().skip(1)) {
            let (leaves, cost) = step.best(stored, after)?;
            stored = (stored - leaves).clamp(0.0, self.capacity);
            found.cost += cost;
            found.given.push(self.given(leaves));
            found.stored.push(stored);
        }
        (stored >= end - SLACK * MISSING.sqrt()).then_some(found)
    }

    /// What to give now, the first of `steps`, and what stays stored. `None` as in [`Storage::dispatch`].
    #[must_use]
    pub fn first(&self, steps: &[Step], start: f64, end: f64) -> Option<(f64, f64)> {
        let (now, later) = steps.split_first()?;
        let after = self.to_go_at_once(later, end)?;
        let (leaves, _) = now.best(start, &after)?;
        Some((self.given(leaves), (start - leaves).clamp(0.0, self.capacity)))
    }

    /// What the rest costs at least, by what is stored: before each step, and after the last.
    fn to_go(self, steps: &[Step], end: f64) -> Option<Vec<Pieces>> {
        let mut all = vec![self.at_the_end(end)?];
        for step in steps.iter().rev() {
            let before = step.before(all.last()?, self.capacity)?;
            all.push(before);
        }
        all.reverse();
        Some(all)
    }

    fn to_go_at_once(self, steps: &[Step], end: f64) -> Option<Pieces> {
        let mut steps = steps.iter().rev();
        steps.try_fold(self.at_the_end(end)?, |after, step| step.before(&after, self.capacity))
    }

    /// What is missing at the end costs more than any price.
    fn at_the_end(&self, end: f64) -> Option<Pieces> {
        let is_sound = end <= self.capacity && self.capacity.is_finite() && self.power.is_finite();
        let end = end.max(0.0);
        let points = [(0.0, end * MISSING), (end, 0.0), (self.capacity, 0.0)];
        let from = usize::from(end <= 0.0);
        is_sound.then(|| points.into_iter().skip(from).collect())
    }
}

impl Step {
    /// What is left to pay before this step, by what is stored, if it is `after` once it is over. Only differences
    /// count: it begins at zero, so that a long horizon does not eat up the digits.
    fn before(&self, after: &Pieces, capacity: f64) -> Option<Pieces> {
        let mut modes = self.modes.iter().map(|mode| after.plus(mode).within(0.0, capacity));
        let first = modes.next()??;
        let all = modes.try_fold(first, |least, mode| least.lower(&mode?).within(0.0, capacity))?;
        Some(all.begun_at_zero())
    }

    /// What best leaves the store of `stored`, and what the step costs then.
    fn best(&self, stored: f64, after: &Pieces) -> Option<(f64, f64)> {
        let (least, most) = (after.points().first()?.0, after.points().last()?.0);
        let mut best: Option<(f64, f64, f64)> = None;
        for mode in &self.modes {
            let (from, to) = (mode.points().first()?.0, mode.points().last()?.0);
            let ends = mode.points().iter().map(|it| it.0);
            let levels = after.points().iter().map(|it| stored - it.0);
            for leaves in ends.chain(levels) {
                let left = stored - leaves;
                if leaves < from - SLACK
                    || leaves > to + SLACK
                    || left < least - SLACK
                    || left > most + SLACK
                {
                    continue;
                }
                let now = mode.at(leaves);
                let all = now + after.at(left);
                if best.is_none_or(|it| all < it.0 - SLACK) {
                    best = Some((all, leaves, now));
                }
            }
        }
        best.map(|(_, leaves, now)| (leaves, now))
    }
}

/// Rounding that is forgiven, in the unit of energy or money.
const SLACK: f64 = 1e-9;

/// A unit below the floor after a step: above what any hour of a real tariff costs.
const SHORT: f64 = 50.0;

/// A unit that is missing at the end; above any price of [`Step`]s.
const MISSING: f64 = 1e6;

#[cfg(test)]
mod tests;
