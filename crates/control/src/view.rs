//! How full everything is, for those who look.

use std::collections::BTreeMap;

use api::{JobView, LinkTop, PoolTop, SiteTop, Top};
use model::{Decision, JobState, Name};
use units::{Bandwidth, Carbon, CarbonIntensity, Energy, EnergyPrice, Power, Span, Time};

use crate::Control;

impl Control {
    /// The whole grid at a glance. Counts only jobs that are not final.
    #[must_use]
    pub fn top(&self, now: Time) -> Top {
        let usage = self.planner.usage(now);
        let world = self.planner.world();
        let pool = |name: &Name, used: u32| {
            let spec = world.pools.get(name)?;
            let top = PoolTop {
                pool: name.clone(),
                flavor: spec.flavor.clone(),
                units: spec.units,
                used,
            };
            Some((spec.site.clone(), top))
        };
        let mut pools: BTreeMap<Name, Vec<PoolTop>> = BTreeMap::new();
        for (name, used, _) in &usage.pools {
            if let Some((site, pool)) = pool(name, u32::try_from(*used).unwrap_or(u32::MAX)) {
                pools.entry(site).or_default().push(pool);
            }
        }
        let sites = self.sites.keys().map(|name| {
            let of_site = pools.remove(name).unwrap_or_default();
            self.site_top(name, of_site, now)
        });
        let links = usage.links.iter().filter_map(|(name, used)| {
            let capacity = world.links.get(name)?.capacity;
            Some(LinkTop { link: name.clone(), capacity, used: *used })
        });
        let sites: Vec<SiteTop> = sites.collect();
        Top {
            now,
            past: false,
            incomplete: false,
            jobs: self.live_counts(),
            median_energy_price: median(&sites),
            carbon_per_hour: carbon_per_hour(&sites),
            sites,
            links: links.collect(),
        }
    }

    /// The same at a time in the past, by the jobs that had started then and had not ended.
    #[must_use]
    pub fn top_at(&self, at: Time, jobs: &[JobView]) -> Top {
        let ran = |job: &&JobView| {
            let status = &job.status;
            status.state == JobState::Running || status.ended.is_some_and(|ended| ended > at)
        };
        let ran = jobs.iter().filter(ran).filter_map(|job| job.status.decision.as_deref());
        let taken = Taken::by(ran);
        let mut top = self.top(at);
        for site in &mut top.sites {
            for pool in &mut site.pools {
                pool.used = taken.units.get(&pool.pool).copied().unwrap_or(0);
            }
            let power =
                site.pools.iter().map(|it| self.facility_power(&site.site, &it.flavor, it.used));
            site.power = power.fold(Power::ZERO, Power::saturating_add);
            site.carbon_per_hour = emitted_in_an_hour(site.carbon, site.power);
            (site.online, site.last_seen) = (true, None);
            site.jobs = taken.jobs.get(&site.site).copied().unwrap_or(0);
        }
        for link in &mut top.links {
            link.used = taken.bandwidth.get(&link.link).copied().unwrap_or(Bandwidth::ZERO);
        }
        top.jobs = BTreeMap::from([(JobState::Running, taken.jobs.values().sum())]);
        top.carbon_per_hour = carbon_per_hour(&top.sites);
        Top { past: true, ..top }
    }

    /// What so many units draw, with everything around them.
    pub(crate) fn facility_power(&self, site: &Name, flavor: &Name, units: u32) -> Power {
        let world = self.planner.world();
        let power =
            world.flavors.get(flavor).zip(world.sites.get(site)).and_then(|(flavor, site)| {
                flavor.power.saturating_mul(units.into()).at_pue(site.pue)
            });
        power.unwrap_or(Power::ZERO)
    }

    /// The world as it is planned with.
    #[must_use]
    pub fn planner_world(&self) -> &planner::World {
        self.planner.world()
    }

    /// What is known of a site.
    #[must_use]
    pub fn site_status(&self, site: &Name) -> Option<&api::SiteStatus> {
        self.sites.get(site).map(|site| &site.status)
    }

    /// What the site's running jobs draw, with everything around them.
    pub(crate) fn drawn(&self, site: &Name) -> Power {
        let jobs = self.sites.get(site).into_iter().flat_map(|site| &site.jobs);
        let jobs = jobs.filter_map(|key| self.jobs.get(key));
        jobs.filter(|live| live.view.status.state == JobState::Running)
            .filter_map(|live| live.view.status.decision.as_ref())
            .map(|it| self.facility_power(site, &it.flavor, it.units))
            .fold(Power::ZERO, Power::saturating_add)
    }

    fn site_top(&self, name: &Name, pools: Vec<PoolTop>, now: Time) -> SiteTop {
        let (energy_price, carbon) = self.planner.energy_now(name, now).unwrap_or_default();
        let site = self.sites.get(name);
        let power = self.drawn(name);
        SiteTop {
            site: name.clone(),
            online: site.is_some_and(|site| site.status.online),
            energy_price,
            carbon,
            power,
            carbon_per_hour: emitted_in_an_hour(carbon, power),
            last_seen: site.and_then(|site| site.status.last_seen),
            jobs: site.map_or(0, |site| u64::try_from(site.jobs.len()).unwrap_or(u64::MAX)),
            pools,
        }
    }
}

/// The lower of two in the middle.
fn median(sites: &[SiteTop]) -> Option<EnergyPrice> {
    let mut prices: Vec<EnergyPrice> = sites.iter().map(|site| site.energy_price).collect();
    prices.sort_unstable();
    prices.get(prices.len().checked_sub(1)? / 2).copied()
}

/// Sticks at the largest amount instead of overflowing.
fn emitted_in_an_hour(carbon: CarbonIntensity, power: Power) -> Carbon {
    let energy = power.over(Span::hours(1)).unwrap_or(Energy::MAX);
    carbon.times(energy).unwrap_or(Carbon::MAX)
}

/// Of all sites together.
fn carbon_per_hour(sites: &[SiteTop]) -> Carbon {
    sites.iter().map(|site| site.carbon_per_hour).fold(Carbon::ZERO, Carbon::saturating_add)
}

/// What jobs take while they run.
#[derive(Debug, Default)]
struct Taken<'a> {
    /// By pool.
    units: BTreeMap<&'a Name, u32>,
    /// By site.
    jobs: BTreeMap<&'a Name, u64>,
    /// By link.
    bandwidth: BTreeMap<&'a Name, Bandwidth>,
}

impl<'a> Taken<'a> {
    fn by(decisions: impl Iterator<Item = &'a Decision>) -> Self {
        let mut taken = Self::default();
        for decision in decisions {
            let units = taken.units.entry(&decision.pool).or_default();
            *units = units.saturating_add(decision.units);
            *taken.jobs.entry(&decision.site).or_default() += 1;
            let Some(path) = &decision.path else { continue };
            for link in &path.links {
                let held = taken.bandwidth.entry(link).or_default();
                *held = held.saturating_add(path.bandwidth);
            }
        }
        taken
    }
}
