//! Hubs that share a day's work: each has generation of its own, a storage, and load that may go down or up by a part in
//! any hour; over all hubs and the hours of a day, what is done is kept. As little as can be is drawn from the grid.
//!
//! The work of a day has one price, the energy from the grid that a unit more of it costs: between zero, on a day with
//! more generation than work, and one. At given prices the hubs part, and each is a [`Storage`] that is dispatched
//! exactly. The sum is below any plan (Lagrange), and prices are moved to raise it. The mean of the storages' ways is a
//! way too, and what it draws is above the best plan.

use crate::{Dispatch, Step, Storage};

/// Hours over which work is kept.
pub const DAY: usize = 24;

/// All hubs are alike but for their generation.
#[derive(Debug, Clone, Copy)]
pub struct Hubs<'a> {
    /// For each hub, hour by hour; whole days, the same number for each.
    pub generation: &'a [Vec<f64>],
    /// Of a hub in an hour.
    pub load: f64,
    /// The part of it that may be less or more: 0 to 1.
    pub flexible: f64,
    pub storage: Storage,
    /// Stored before the first hour, and at least after the last.
    pub start: f64,
}

/// A plan for all hubs.
#[derive(Debug, Clone, PartialEq)]
pub struct HubPlan {
    /// For each hub and hour, what its storage gives; takes in, if below zero.
    pub given: Vec<Vec<f64>>,
    /// Drawn from the grid.
    pub grid: f64,
    /// No plan draws less.
    pub bound: f64,
    pub rounds: u32,
}

/// How long to search.
#[derive(Debug, Clone, Copy)]
pub struct HubEffort {
    pub rounds: u32,
    /// Of the grid's energy, the part that plan and bound may be apart.
    pub tolerance: f64,
    pub threads: usize,
}

/// Of the ways found so far, the part that the newest takes in their mean.
const NEWEST: f64 = 0.08;
/// Of the step that would close the gap at once, if prices were alone.
const STRIDE: f64 = 0.6;

impl Hubs<'_> {
    fn least(&self) -> f64 {
        self.load * (1.0 - self.flexible)
    }

    fn most(&self) -> f64 {
        self.load * (1.0 + self.flexible)
    }

    fn days(&self) -> usize {
        self.generation.first().map_or(0, |hub| hub.len() / DAY)
    }

    /// The work of a day over all hubs.
    fn work(&self) -> f64 {
        self.load * (DAY * self.generation.len()) as f64
    }

    /// The load that takes all it can of what there is, and no more.
    #[must_use]
    pub fn follows(&self, there: f64) -> f64 {
        there.clamp(self.least(), self.most())
    }

    /// An hour of a hub, by what its storage gives: energy from the grid less work at its price, the mean over several
    /// generations that it may have. Generations are sorted by the caller's will; none is taken for zero.
    #[must_use]
    pub fn hour(&self, generations: &[f64], price: f64) -> Step {
        let (least, most) = (self.least(), self.most());
        let mut turns: Vec<(f64, f64)> = Vec::with_capacity(generations.len() * 2);
        let part = 1.0 / generations.len().max(1) as f64;
        for generation in generations {
            turns.push((least - generation, part * (1.0 - price)));
            turns.push((most - generation, part * price));
        }
        turns.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let (mut slope, mut cost, mut at) = (-1.0, 0.0, turns.first().map_or(0.0, |it| it.0));
        // All generations are short before the first turn: the grid gives what is missing of the least load.
        let mean = generations.iter().sum::<f64>() * part;
        cost += least - mean - at - price * least;
        let mut corners = Vec::with_capacity(turns.len());
        for (turn, bend) in turns {
            cost += slope * (turn - at);
            corners.push((turn, cost));
            (at, slope) = (turn, slope + bend);
        }
        self.storage.relieved(&corners, -1.0, 0.0)
    }

    /// Drawn on a day, if the storages give this; whatever the order in which work is done.
    fn drawn(&self, given: &[Vec<f64>], day: usize) -> f64 {
        let (mut short, mut done) = (0.0, 0.0);
        for (generation, given) in self.generation.iter().zip(given) {
            for (generation, given) in generation.iter().zip(given).skip(day * DAY).take(DAY) {
                let there = generation + given;
                short += (self.least() - there).max(0.0);
                done += self.follows(there);
            }
        }
        short + (self.work() - done).max(0.0)
    }

    /// Work that follows generation on a day.
    fn done(&self, given: &[Vec<f64>], day: usize) -> f64 {
        let hubs = self.generation.iter().zip(given);
        hubs.flat_map(|(generation, given)| generation.iter().zip(given).skip(day * DAY).take(DAY))
            .map(|(generation, given)| self.follows(generation + given))
            .sum()
    }

    fn total(&self, given: &[Vec<f64>]) -> f64 {
        (0..self.days()).map(|day| self.drawn(given, day)).sum()
    }

    /// Each hub for itself, at prices of each day's work.
    fn apart(&self, prices: &[f64], threads: usize) -> Option<Vec<Dispatch>> {
        let one = |generation: &Vec<f64>| {
            let hours = generation.iter().enumerate();
            let price = |hour: usize| prices.get(hour / DAY).copied().unwrap_or(0.0);
            let steps: Vec<Step> = hours.map(|(hour, it)| self.hour(&[*it], price(hour))).collect();
            self.storage.dispatch(&steps, self.start, self.start)
        };
        let part = self.generation.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = self
                .generation
                .chunks(part)
                .map(|hubs| scope.spawn(move || hubs.iter().map(one).collect::<Option<Vec<_>>>()))
                .collect();
            let mut all = Vec::new();
            for part in parts {
                all.extend(part.join().ok()??);
            }
            Some(all)
        })
    }

    /// Plans all hours, with all generation known. `None` if the storage cannot come back to where it starts.
    #[must_use]
    pub fn plan(&self, effort: &HubEffort) -> Option<HubPlan> {
        let idle: Vec<Vec<f64>> = self.generation.iter().map(|hub| vec![0.0; hub.len()]).collect();
        let lacks = |day: usize| self.done(&idle, day) < self.work();
        let mut prices: Vec<f64> =
            (0..self.days()).map(|day| if lacks(day) { 0.9 } else { 0.1 }).collect();
        let mut mean: Vec<Vec<f64>> = Vec::new();
        let mut centre = prices.clone();
        let mut best = HubPlan { grid: self.total(&idle), given: idle, bound: 0.0, rounds: 0 };
        let mut stale = 0;
        let mut stride = STRIDE;
        while best.rounds < effort.rounds && best.grid - best.bound > effort.tolerance * best.grid {
            best.rounds += 1;
            let ways = self.apart(&prices, effort.threads)?;
            let bound = ways.iter().map(|way| way.cost).sum::<f64>()
                + prices.iter().sum::<f64>() * self.work();
            stale += 1;
            if bound > best.bound {
                (best.bound, centre, stale) = (bound, prices.clone(), 0);
            } else if stale > 12 {
                (stride, stale) = (stride * 0.7, 0);
            }
            blend(&mut mean, ways);
            let given: Vec<Vec<f64>> = mean.iter().map(|stored| self.gives(stored)).collect();
            let grid = self.total(&given);
            let slopes: Vec<f64> =
                (0..self.days()).map(|day| self.work() - self.done(&given, day)).collect();
            let square = slopes.iter().map(|it| it * it).sum::<f64>().max(f64::MIN_POSITIVE);
            if grid < best.grid {
                (best.grid, best.given) = (grid, given);
            }
            let step = stride * (best.grid - best.bound).max(0.0) / square;
            prices = centre
                .iter()
                .zip(&slopes)
                .map(|(price, slope)| (price + step * slope).clamp(0.0, 1.0))
                .collect();
        }
        Some(best)
    }

    /// What a storage gives that holds this after each hour.
    fn gives(&self, stored: &[f64]) -> Vec<f64> {
        let before = std::iter::once(&self.start).chain(stored);
        before.zip(stored).map(|(before, after)| self.storage.given(before - after)).collect()
    }
}

/// Adds what each way holds to the mean of those before it.
fn blend(mean: &mut Vec<Vec<f64>>, ways: Vec<Dispatch>) {
    if mean.is_empty() {
        *mean = ways.into_iter().map(|way| way.stored).collect();
        return;
    }
    for (mean, way) in mean.iter_mut().zip(ways) {
        mean.iter_mut().zip(way.stored).for_each(|(mean, now)| *mean += NEWEST * (now - *mean));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFORT: HubEffort = HubEffort { rounds: 300, tolerance: 1e-6, threads: 2 };

    fn hubs(generation: &[Vec<f64>], flexible: f64, power: f64) -> Hubs<'_> {
        let storage = Storage { capacity: 4.0 * power, power, efficiency: 0.9 };
        Hubs { generation, load: 10.0, flexible, storage, start: 2.0 * power }
    }

    /// Sun at one hub, wind at night at the other.
    fn unlike() -> [Vec<f64>; 2] {
        let by_hour = |one: f64, other: f64| {
            (0..3 * DAY)
                .map(|hour| if (6..18).contains(&(hour % DAY)) { one } else { other })
                .collect()
        };
        [by_hour(20.0, 0.0), by_hour(0.0, 20.0)]
    }

    #[test]
    fn work_follows_generation_over_hubs_as_far_as_it_may() {
        let generation = unlike();
        for (flexible, wanted) in [(0.0, 720.0), (0.4, 720.0 * 0.6), (1.0, 0.0)] {
            let plan = hubs(&generation, flexible, 0.0).plan(&EFFORT).unwrap();
            assert!(
                (plan.grid - wanted).abs() < 1e-6 && plan.bound <= plan.grid + 1e-6,
                "{plan:?}"
            );
        }
    }

    #[test]
    fn storages_only_help_and_nothing_is_below_the_bound() {
        let generation = unlike();
        let plan = hubs(&generation, 0.2, 3.0).plan(&EFFORT).unwrap();
        let without = hubs(&generation, 0.2, 0.0).plan(&EFFORT).unwrap();
        assert!(
            plan.grid < without.grid - 1.0 && plan.bound <= plan.grid + 1e-6,
            "{} {}",
            plan.grid,
            plan.bound
        );
        assert!(plan.grid - plan.bound < 0.01 * plan.grid, "{} {}", plan.grid, plan.bound);
    }

    /// The mean over generations is the mean of the costs.
    #[test]
    fn an_hour_that_is_not_known_costs_the_mean_of_what_it_may_be() {
        let generation = unlike();
        let hubs = hubs(&generation, 0.4, 5.0);
        let cost = |steps: &[Step]| hubs.storage.dispatch(steps, 0.0, 0.0).unwrap().cost;
        let of = |generations: &[f64]| cost(&[hubs.hour(generations, 0.3)]);
        assert!(
            (of(&[2.0, 12.0, 30.0]) - (of(&[2.0]) + of(&[12.0]) + of(&[30.0])) / 3.0).abs() < 1e-9
        );
        assert!(
            (of(&[2.0]) - (4.0 - 0.3 * 6.0)).abs() < 1e-9
                && (of(&[12.0]) + 0.3 * 12.0).abs() < 1e-9
        );
    }
}
