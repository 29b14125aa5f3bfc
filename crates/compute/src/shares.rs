//! Fair shares of unlike processors: the worst-off gets the most that is possible.
//!
//! The linear program of Gavel's heterogeneity-aware policies (Narayanan et al., OSDI'20, section 4), over groups of
//! equal jobs, so that its size is the number of groups and not of jobs; columns that a solution needs are added as
//! prices ask for them (Gilmore and Gomory, 1961). Every answer carries a bound from the dual that is computed anew
//! from the prices alone, and trusts no step of the solver.

mod simplex;

use std::collections::BTreeMap;

use simplex::Simplex;

/// Jobs that are equal in everything that counts for their share.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// How many jobs.
    pub jobs: u64,
    /// Processors that one job takes while it runs, of one type.
    pub processors: u32,
    /// Worth of a whole share on each type of processor: weight x speed, in any one unit. Zero: cannot run there.
    pub worth: Vec<f64>,
}

/// A way of using processors of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The type.
    pub on: usize,
    /// Processors taken as long as it is used.
    pub processors: f64,
    /// Who runs then, and what it is worth to him. One, or several that share the same processors.
    pub serves: Vec<(usize, f64)>,
}

/// Parts of the time, and the proof of how good they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// The ways used, and how much of the time: 0 to 1.
    pub used: Vec<(usize, f64)>,
    /// The least worth that anyone gets.
    pub least: f64,
    /// No shares give everyone more than this.
    pub bound: f64,
}

/// Why there are no shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SharesError {
    #[error(
        "group {0}: its worths must be finite, not negative, and one for each type of processor"
    )]
    Worth(usize),
    #[error("group {0}: it must have at least one job of at least one processor")]
    Empty(usize),
    #[error(
        "way {0}: it must serve someone that there is, be on a type that there is, and take a finite number of processors"
    )]
    Way(usize),
    #[error("the shares were not found within {0} steps")]
    Steps(usize),
}

/// Shares that give the worst-off job the most, among `capacity` processors of each type. Way `g * types + t` is
/// group `g` on type `t`.
///
/// # Errors
/// When a group is empty, or its worths are not one finite number for each type.
pub fn max_min(groups: &[Group], capacity: &[u32]) -> Result<Shares, SharesError> {
    for (at, group) in groups.iter().enumerate() {
        let is_valid = group.worth.iter().all(|worth| worth.is_finite() && *worth >= 0.0);
        if group.worth.len() != capacity.len() || !is_valid {
            return Err(SharesError::Worth(at));
        }
        if group.jobs == 0 || group.processors == 0 {
            return Err(SharesError::Empty(at));
        }
    }
    let ways = groups.iter().enumerate().flat_map(|(at, group)| {
        let processors = group.jobs as f64 * f64::from(group.processors);
        let way =
            move |(on, worth): (usize, &f64)| Way { on, processors, serves: vec![(at, *worth)] };
        group.worth.iter().enumerate().map(way)
    });
    max_min_of(&ways.collect::<Vec<Way>>(), groups.len(), capacity)
}

/// The same for `count` that are served in any of these ways, nobody for more than the whole time.
///
/// # Errors
/// A way that cannot be, or too many steps: none is known that takes them.
pub fn max_min_of(ways: &[Way], count: usize, capacity: &[u32]) -> Result<Shares, SharesError> {
    check(ways, count, capacity.len())?;
    if count == 0 {
        return Ok(Shares { used: Vec::new(), least: 0.0, bound: 0.0 });
    }
    let mut simplex = Simplex::new(ways, count, capacity);
    simplex.solve()?;
    let used = simplex.used();
    let mut worth = vec![0.0; count];
    for (who, gain) in used
        .iter()
        .filter_map(|(id, time)| Some((ways.get(*id)?, time)))
        .flat_map(|(way, time)| way.serves.iter().map(move |(who, worth)| (*who, worth * time)))
    {
        if let Some(sum) = worth.get_mut(who) {
            *sum += gain;
        }
    }
    let least = worth.into_iter().fold(f64::INFINITY, f64::min);
    let (weights, prices, times) = simplex.prices();
    Ok(Shares { used, least, bound: bound(ways, capacity, &weights, &prices, times) })
}

fn check(ways: &[Way], count: usize, types: usize) -> Result<(), SharesError> {
    for (at, way) in ways.iter().enumerate() {
        let is_served =
            |(who, worth): &(usize, f64)| *who < count && worth.is_finite() && *worth >= 0.0;
        let takes = way.processors.is_finite() && way.processors > 0.0;
        if way.on >= types || way.serves.is_empty() || !takes || !way.serves.iter().all(is_served) {
            return Err(SharesError::Way(at));
        }
    }
    Ok(())
}

/// What no shares can exceed, from weights of those served, prices of the types and of everyone's time (weak
/// duality). Any numbers not below zero will do: where a way gains more than it pays by them, its first pays more.
#[must_use]
pub fn bound(
    ways: &[Way],
    capacity: &[u32],
    weights: &[f64],
    prices: &[f64],
    mut times: Vec<f64>,
) -> f64 {
    let total: f64 = weights.iter().map(|weight| weight.max(0.0)).sum();
    if total <= 0.0 {
        return f64::INFINITY;
    }
    let of = |list: &[f64], at: usize| list.get(at).map_or(0.0, |it| it.max(0.0));
    times.iter_mut().for_each(|time| *time = time.max(0.0) / total);
    for way in ways {
        let gain: f64 =
            way.serves.iter().map(|(who, worth)| of(weights, *who) / total * worth).sum();
        let paid: f64 = way.serves.iter().map(|(who, _)| of(&times, *who)).sum();
        let missing = gain - paid - way.processors * of(prices, way.on) / total;
        if missing > 0.0
            && let Some(time) = way.serves.first().and_then(|(who, _)| times.get_mut(*who))
        {
            *time += missing;
        }
    }
    let processors =
        capacity.iter().enumerate().map(|(at, n)| f64::from(*n) * of(prices, at) / total);
    processors.sum::<f64>() + times.iter().sum::<f64>()
}

/// Jobs by what makes them equal, kept up to date as they come and go: shares cost groups, not jobs.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// Bits of the worths and processors, so that equal is equal to the bit.
    groups: BTreeMap<(u32, Vec<u64>), u64>,
}

impl Grouping {
    /// A job that takes `processors` comes.
    pub fn add(&mut self, processors: u32, worth: &[f64]) {
        *self.groups.entry(key(processors, worth)).or_default() += 1;
    }

    /// A job like this goes. Nothing happens when there is none.
    pub fn remove(&mut self, processors: u32, worth: &[f64]) {
        let key = key(processors, worth);
        match self.groups.get_mut(&key) {
            Some(jobs) if *jobs > 1 => *jobs -= 1,
            Some(_) => drop(self.groups.remove(&key)),
            None => {}
        }
    }

    /// The groups, in a fixed order.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let group = |((processors, worth), jobs): (&(u32, Vec<u64>), &u64)| Group {
            jobs: *jobs,
            processors: *processors,
            worth: worth.iter().map(|bits| f64::from_bits(*bits)).collect(),
        };
        self.groups.iter().map(group).collect()
    }
}

fn key(processors: u32, worth: &[f64]) -> (u32, Vec<u64>) {
    (processors, worth.iter().map(|worth| worth.to_bits()).collect())
}

#[cfg(test)]
mod tests;
