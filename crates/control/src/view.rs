//! How full everything is, for those who look.

use api::{LinkTop, PoolTop, SiteTop, Top};
use model::{JobState, Name};
use units::{Carbon, EnergyPrice, Power, Span, Time};

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
        let pools: Vec<(Name, PoolTop)> = usage
            .pools
            .iter()
            .filter_map(|(name, used, _)| pool(name, u32::try_from(*used).unwrap_or(u32::MAX)))
            .collect();
        let sites = self.sites.keys().map(|name| {
            let of_site =
                pools.iter().filter(|(site, _)| site == name).map(|(_, pool)| pool.clone());
            self.site_top(name, of_site.collect(), now)
        });
        let links = usage.links.iter().filter_map(|(name, used)| {
            let capacity = world.links.get(name)?.capacity;
            Some(LinkTop { link: name.clone(), capacity, used: *used })
        });
        let sites: Vec<SiteTop> = sites.collect();
        Top {
            now,
            jobs: self.live_counts(),
            median_energy_price: median(&sites),
            carbon_per_hour: sites
                .iter()
                .map(carbon_per_hour)
                .fold(Carbon::ZERO, Carbon::saturating_add),
            sites,
            links: links.collect(),
        }
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

    fn site_top(&self, name: &Name, pools: Vec<PoolTop>, now: Time) -> SiteTop {
        let world = self.planner.world();
        let (energy_price, carbon) = self.planner.energy_now(name, now).unwrap_or_default();
        let site = self.sites.get(name);
        let running =
            site.into_iter().flat_map(|site| &site.jobs).filter_map(|key| self.jobs.get(key));
        let power =
            running.filter(|live| live.view.status.state == JobState::Running).filter_map(|live| {
                let decision = live.view.status.decision.as_ref()?;
                let flavor = world.flavors.get(&decision.flavor)?;
                flavor
                    .power
                    .saturating_mul(decision.units.into())
                    .at_pue(world.sites.get(name)?.pue)
            });
        SiteTop {
            site: name.clone(),
            online: site.is_some_and(|site| site.status.online),
            energy_price,
            carbon,
            power: power.fold(Power::ZERO, Power::saturating_add),
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

fn carbon_per_hour(site: &SiteTop) -> Carbon {
    let energy = site.power.over(Span::hours(1));
    energy.and_then(|energy| site.carbon.times(energy)).unwrap_or(Carbon::ZERO)
}
