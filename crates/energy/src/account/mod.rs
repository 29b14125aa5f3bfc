//! Who used how much electricity, hour by hour, and what it emitted.
//!
//! A run's energy is cut into the hours it ran in. What a site used in an hour is the sum of those parts by PUE, or what
//! its meter says; its carbon is rounded once and cut again, so that the parts of jobs sum to the site's total exactly.
//! Carbon stands twice, and the two are never mixed: by location, as the grid is; by market, where what certificates
//! cover emits nothing and the rest is as the residual mix, or as the grid where none is known (GHG Protocol, scope 2).

mod score;
mod sum;

use std::collections::BTreeMap;

use model::{EnergyUse, JobKey, Name};
use units::{Carbon, CarbonIntensity, Energy, Span, Time, Water, WaterIntensity, shares};

pub use score::{Scores, sci};
pub use sum::Sums;

const HOUR: Span = Span::hours(1);
const HOUR_MS: i64 = 3_600_000;
/// mJ.
pub const WH: u64 = 3_600_000;

/// What is known of a site in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Of the grid.
    pub carbon: CarbonIntensity,
    /// Of what no certificate covers.
    pub residual: Option<CarbonIntensity>,
    /// Of the grid, free of carbon, in millionths; zero where nothing is known.
    pub free_ppm: u64,
    /// By the site's meter; none: runs by PUE.
    pub metered: Option<Energy>,
    /// Covered by granular certificates of this hour.
    pub granular: Energy,
    /// Covered by certificates that are not of the hour.
    pub yearly: Energy,
    /// Used for a kWh of IT energy, where the site says so.
    pub water: WaterIntensity,
}

/// What one job has of one hour at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub site: Name,
    /// A full hour.
    pub hour: Time,
    /// None: what the meter has and no job ran for.
    pub job: Option<JobKey>,
    pub sums: Sums,
}

/// All parts, in order of site and hour. They sum to what the sites used.
#[must_use]
pub fn account(uses: &[EnergyUse], facts: impl Fn(&Name, Time) -> Facts) -> Vec<Part> {
    let mut parts = Vec::new();
    for ((site, hour), jobs) in by_hour(uses) {
        let facts = facts(site, hour);
        parts.extend(site_hour(site, hour, jobs, &facts));
    }
    parts
}

/// What each site used in each hour, without looking at meters.
#[must_use]
pub fn used(uses: &[EnergyUse]) -> BTreeMap<(Name, Time), Energy> {
    let all = by_hour(uses).into_iter();
    let facility = |jobs: BTreeMap<_, Sums>| {
        jobs.into_values().fold(Energy::ZERO, |sum, it: Sums| sum.saturating_add(it.facility))
    };
    all.map(|((site, hour), jobs)| ((site.clone(), hour), facility(jobs))).collect()
}

/// The full hour that `at` lies in.
#[must_use]
pub fn hour_of(at: Time) -> Time {
    Time::from_millis(at.as_millis().div_euclid(HOUR_MS) * HOUR_MS)
}

type Jobs<'a> = BTreeMap<&'a JobKey, Sums>;

fn by_hour(uses: &[EnergyUse]) -> BTreeMap<(&Name, Time), Jobs<'_>> {
    let mut all: BTreeMap<(&Name, Time), Jobs<'_>> = BTreeMap::new();
    for it in uses {
        for (hour, sums) in cut(it) {
            all.entry((&it.site, hour)).or_default().entry(&it.job).or_default().add(&sums);
        }
    }
    all
}

/// One run, cut into the hours it ran in.
fn cut(run: &EnergyUse) -> Vec<(Time, Sums)> {
    let mut hours = vec![(hour_of(run.start), 0)];
    let mut at = run.start;
    while at < run.end {
        let hour = hour_of(at);
        let next = hour.after(HOUR).min(run.end);
        match hours.last_mut().filter(|last| last.0 == hour) {
            Some(last) => last.1 += next.since(at).get(),
            None => hours.push((hour, next.since(at).get())),
        }
        at = next;
    }
    let weights: Vec<u64> = hours.iter().map(|it| it.1).collect();
    let cut = |total| shares(total, &weights).into_iter();
    let (it, facility) = (cut(run.it.get()), cut(run.facility.get()));
    let parts = it.zip(facility).zip(cut(run.embodied.get()));
    let parts = parts.map(|((it, facility), embodied)| Sums {
        it: Energy::new(it),
        facility: Energy::new(facility),
        embodied: Carbon::new(embodied),
        ..Sums::default()
    });
    hours.iter().map(|it| it.0).zip(parts).collect()
}

/// The parts of one hour at a site: what they sum to is settled first, then cut.
fn site_hour(site: &Name, hour: Time, jobs: Jobs<'_>, facts: &Facts) -> Vec<Part> {
    let mut parts: Vec<Part> = jobs
        .into_iter()
        .map(|(job, sums)| Part { site: site.clone(), hour, job: Some(job.clone()), sums })
        .collect();
    if let Some(metered) = facts.metered {
        follow_meter(&mut parts, metered);
    }
    let weights: Vec<u64> = parts.iter().map(|it| it.sums.facility.get()).collect();
    let whole = emitted(total(&weights), facts);
    let cut = |total| shares(total, &weights).into_iter();
    let fields = cut(whole.location.get()).zip(cut(whole.market.get()));
    let fields = fields.zip(cut(whole.granular.get()).zip(cut(whole.yearly.get())));
    let fields = fields.zip(cut(whole.free.get()));
    let machines: Vec<u64> = parts.iter().map(|it| it.sums.it.get()).collect();
    let water = facts.water.times(total(&machines)).unwrap_or(Water::MAX);
    for (part, share) in parts.iter_mut().zip(shares(water.get(), &machines)) {
        part.sums.water = Water::new(share);
    }
    for (part, (((location, market), (granular, yearly)), free)) in parts.iter_mut().zip(fields) {
        part.sums.location = Carbon::new(location);
        part.sums.market = Carbon::new(market);
        part.sums.granular = Energy::new(granular);
        part.sums.yearly = Energy::new(yearly);
        part.sums.free = Energy::new(free);
    }
    parts
}

fn total(weights: &[u64]) -> Energy {
    Energy::new(weights.iter().fold(0, |sum: u64, it| sum.saturating_add(*it)))
}

/// The meter's figure, cut as the jobs' own figures are.
fn follow_meter(parts: &mut [Part], metered: Energy) {
    let weights: Vec<u64> = parts.iter().map(|it| it.sums.facility.get()).collect();
    for (part, share) in parts.iter_mut().zip(shares(metered.get(), &weights)) {
        part.sums.facility = Energy::new(share);
    }
}

/// A site's carbon in an hour, and what of its energy is covered.
fn emitted(used: Energy, facts: &Facts) -> Sums {
    let granular = facts.granular.min(used);
    let yearly = facts.yearly.min(used.saturating_sub(granular));
    let rest = used.saturating_sub(granular).saturating_sub(yearly);
    let of_grid = used.saturating_sub(granular);
    let free = u128::from(of_grid.get()) * u128::from(facts.free_ppm.min(1_000_000)) / 1_000_000;
    let times = |intensity: CarbonIntensity, energy| intensity.times(energy).unwrap_or(Carbon::MAX);
    Sums {
        location: times(facts.carbon, used),
        market: times(facts.residual.unwrap_or(facts.carbon), rest),
        granular,
        yearly,
        free: granular.saturating_add(Energy::new(u64::try_from(free).unwrap_or(0))),
        ..Sums::default()
    }
}

/// What meters have for hours in which no job ran.
#[must_use]
pub fn idle(site: &Name, hour: Time, facts: &Facts) -> Part {
    let facility = facts.metered.unwrap_or(Energy::ZERO);
    let sums = Sums { facility, ..emitted(facility, facts) };
    Part { site: site.clone(), hour, job: None, sums }
}

#[cfg(test)]
mod tests;
