//! Joint planning instances by a rule and a seed: the same everywhere.
//!
//! Nodes lie evenly in the unit square; the shortest pairs of them are linked. Pools lie at random nodes and share a
//! load of 0.85; electricity is cheap at night and dear in the peaks. Jobs want accelerators for whole hours within a
//! window, and bandwidth to their home for as long.

use planner::joint::{Home, Job, Link, Need, Pool, Problem, Shape, Steps};
use serde::Serialize;

use crate::{SimError, random::Random};

/// Atoms in a unit of money: a milli-accelerator for a millisecond then costs a whole number of them at any price
/// with twelve decimals.
const ATOMS: i128 = 3_600_000_000_000_000_000_000;
const HOUR_MS: i64 = 3_600_000;
/// Milli-accelerators.
const ACCELERATOR: f64 = 1_000.0;
/// Atoms for a milli-accelerator and a millisecond at one unit of money an accelerator-hour.
const PER_ACCELERATOR: f64 = 1e12;
/// Kilobits a second.
const GBIT: f64 = 1e6;
/// Atoms for a kbit/s and a millisecond at one unit of money a Gbit/s-hour.
const PER_GBIT: f64 = 1e9;
/// Demand over what there is in all hours.
const LOAD: f64 = 0.85;

/// How large jobs are against pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// 1 to 32 accelerators.
    Coarse,
    /// An eighth of that.
    Fine,
}

/// What an instance is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    pub jobs: u32,
    pub pools: u32,
    pub nodes: u32,
    pub links: u32,
    pub hours: u32,
    pub grain: Grain,
    pub seed: u64,
}

/// The most of each that an instance may have.
const MOST: u32 = 10_000_000;

impl Rule {
    /// # Errors
    /// A number with which there is no such instance.
    pub fn problem(&self) -> Result<Problem, SimError> {
        self.check()?;
        let mut random = Random::new(self.seed);
        let places: Vec<(f64, f64)> =
            (0..self.nodes).map(|_| (random.unit(), random.unit())).collect();
        let links = self.links(&places, &mut random);
        let mut pools: Vec<(Pool, f64)> = (0..self.pools).map(|_| self.pool(&mut random)).collect();
        let jobs: Vec<Job> = (0..self.jobs).map(|_| self.job(&mut random)).collect();
        self.scale(&mut pools, &jobs);
        Ok(Problem {
            atoms: ATOMS,
            slot_ms: HOUR_MS,
            slots: self.hours,
            nodes: self.nodes,
            pools: pools.into_iter().map(|(pool, _)| pool).collect(),
            links,
            groups: Vec::new(),
            caps: Vec::new(),
            jobs,
        })
    }

    fn check(&self) -> Result<(), SimError> {
        let pairs = u64::from(self.nodes) * u64::from(self.nodes.saturating_sub(1)) / 2;
        let wrong = |what: &str| Err(SimError::Asked(what.to_owned()));
        match self {
            _ if self.nodes == 0 => wrong("--nodes is 0: pools and jobs need at least one node"),
            _ if self.pools == 0 => wrong("--pools is 0: say how many pools there are"),
            _ if self.hours == 0 => wrong("--hours is 0: say how long the horizon is"),
            _ if self.hours > 8_784 => wrong("--hours is over 8784, a year: ask for less"),
            _ if self.jobs > MOST || self.pools > 100_000 || self.nodes > 20_000 => {
                wrong("at most 10000000 jobs, 100000 pools and 20000 nodes: ask for less")
            }
            _ if u64::from(self.links) > pairs => Err(SimError::Asked(format!(
                "--links is {}, but {} nodes have only {pairs} pairs: ask for as many or less",
                self.links, self.nodes
            ))),
            _ => Ok(()),
        }
    }

    /// The shortest pairs of nodes.
    fn links(&self, places: &[(f64, f64)], random: &mut Random) -> Vec<Link> {
        let mut pairs = Vec::new();
        for (a, (x, y)) in (0_u32..).zip(places) {
            for (b, (other_x, other_y)) in (0_u32..a).zip(places) {
                pairs.push(((x - other_x).hypot(y - other_y), b, a));
            }
        }
        pairs.sort_by(|one, two| one.0.total_cmp(&two.0).then((one.1, one.2).cmp(&(two.1, two.2))));
        let link = |(length, a, b): (f64, u32, u32)| Link {
            ends: (a, b),
            capacity: Steps::always(whole(random.uniform(20.0, 80.0) * GBIT)),
            price: whole((0.02 + 0.2 * length) * PER_GBIT),
            delay_us: 0,
        };
        pairs.into_iter().take(self.links as usize).map(link).collect()
    }

    /// A pool, and its accelerators before all are scaled.
    fn pool(&self, random: &mut Random) -> (Pool, f64) {
        let node = below(random, self.nodes);
        let size = pick(random, &[64.0, 128.0, 256.0, 512.0, 1_024.0]);
        let (base, energy) = (random.uniform(1.0, 1.7), random.uniform(0.3, 0.45));
        let price = |hour: u32| whole((base + energy * tariff(hour % 24)) * PER_ACCELERATOR);
        let rates = vec![(0..self.hours).map(price).collect()];
        (Pool { node, class: 0, capacity: Steps::default(), rates }, size)
    }

    fn job(&self, random: &mut Random) -> Job {
        let accelerators = pick(random, &[1.0, 1.0, 2.0, 4.0, 8.0, 8.0, 16.0, 32.0]);
        let units = self.accelerators(accelerators);
        let accelerators = units as f64 / ACCELERATOR;
        let hours = (1 + below(random, 8)).min(self.hours);
        let release = below(random, 30).min(self.hours - hours);
        let slack = below(random, 14);
        let end = (release + hours + slack).min(self.hours);
        let home = below(random, self.nodes);
        let bandwidth = whole(random.uniform(0.05, 0.55) * GBIT);
        let refusing = accelerators * f64::from(hours) * random.uniform(4.0, 8.0);
        let run_ms = i64::from(hours) * HOUR_MS;
        Job {
            needs: vec![Need { class: 0, units, run_ms }],
            pools: None,
            earliest_ms: i64::from(release) * HOUR_MS,
            latest_ms: i64::from(end) * HOUR_MS,
            shape: Shape::Rigid,
            weights: vec![1],
            waiting: 0,
            home: Some(Home { node: home, bandwidth, delay_most_us: None }),
            refusal: i128::from(whole(refusing * 1e6)) * (ATOMS / 1_000_000),
        }
    }

    /// Milli-accelerators of a job that counts as so many.
    fn accelerators(&self, count: f64) -> i64 {
        let part = if self.grain == Grain::Fine { 8.0 } else { 1.0 };
        whole(count / part * ACCELERATOR)
    }

    /// All pools by one factor, so that the load is as it should be, none below the largest job, in whole multiples
    /// of the smallest.
    fn scale(&self, pools: &mut [(Pool, f64)], jobs: &[Job]) {
        let needs = || jobs.iter().flat_map(|job| &job.needs);
        let largest = needs().map(|need| need.units).max().unwrap_or(0);
        let smallest = self.accelerators(1.0);
        let demand: f64 = needs().map(|it| it.units as f64 * (it.run_ms / HOUR_MS) as f64).sum();
        let there = pools.iter().map(|(_, size)| size * ACCELERATOR).sum::<f64>();
        let factor = demand / (LOAD * there * f64::from(self.hours));
        for (pool, size) in pools {
            let whole_jobs = whole(*size * ACCELERATOR * factor / smallest as f64) * smallest;
            pool.capacity = Steps::always(whole_jobs.max(largest));
        }
    }
}

/// Of the price of electricity: night, peaks, and the rest.
const fn tariff(hour: u32) -> f64 {
    match hour {
        0..=6 => 0.5,
        9..=11 | 18..=21 => 1.6,
        _ => 1.0,
    }
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

fn below(random: &mut Random, most: u32) -> u32 {
    u32::try_from(random.below(most.into())).unwrap_or(0)
}

fn pick(random: &mut Random, from: &[f64]) -> f64 {
    let at = random.below(from.len() as u64) as usize;
    from.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        jobs: 400,
        pools: 10,
        nodes: 12,
        links: 30,
        hours: 48,
        grain: Grain::Coarse,
        seed: 1,
    };

    #[test]
    fn an_instance_is_by_the_rule() {
        let rule = Rule { jobs: 4_000, ..RULE };
        let problem = rule.problem().unwrap();
        let demand: i128 = problem
            .jobs
            .iter()
            .flat_map(|job| &job.needs)
            .map(|need| i128::from(need.units) * i128::from(need.run_ms / HOUR_MS))
            .sum();
        let there: i64 = problem.pools.iter().map(|pool| pool.capacity.at(0)).sum();
        let load = demand as f64 / (there as f64 * 48.0);
        assert!((load - LOAD).abs() < 0.01, "{load}");
        assert!(problem.jobs.iter().all(|job| job.latest_ms <= 48 * HOUR_MS));
        assert!(
            problem.jobs.iter().all(|job| job.earliest_ms + job.needs[0].run_ms <= job.latest_ms)
        );
        let lengths: Vec<i64> = problem.links.iter().map(|link| link.price).collect();
        assert!(lengths.is_sorted(), "shortest first");
        assert_eq!(problem, rule.problem().unwrap());
        assert_ne!(problem, Rule { seed: 2, ..rule }.problem().unwrap());
    }

    #[test]
    fn fine_jobs_are_an_eighth() {
        let fine = Rule { grain: Grain::Fine, ..RULE }.problem().unwrap();
        let coarse = RULE.problem().unwrap();
        let pairs = fine.jobs.iter().zip(&coarse.jobs);
        assert!(
            pairs.clone().all(|(fine, coarse)| fine.needs[0].units * 8 == coarse.needs[0].units)
        );
    }

    #[test]
    fn what_cannot_be_made_is_refused_with_the_reason() {
        let refused = |rule: Rule| rule.problem().unwrap_err().to_string();
        assert_eq!(
            refused(Rule { nodes: 3, links: 9, ..RULE }),
            "--links is 9, but 3 nodes have only 3 pairs: ask for as many or less"
        );
        assert!(refused(Rule { nodes: 0, ..RULE }).starts_with("--nodes is 0"));
        assert!(refused(Rule { hours: 0, ..RULE }).starts_with("--hours is 0"));
    }
}
