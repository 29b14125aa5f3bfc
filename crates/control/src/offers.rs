//! What is for sale: every pool of every site as an offer of whoever owns the site. Follows from the world alone.

use std::collections::BTreeMap;

use api::{Offer, Offers};
use model::{FlavorSpec, Name, PoolSpec, Precision, SiteSpec};
use units::{CarbonIntensity, EnergyPrice, Money, Pue, Span, Time};

use crate::Control;

/// So far ahead prices are looked at.
const AHEAD: Span = Span::hours(24);
/// Of 10^15 operations a second, in millions.
const PETA: i128 = 1_000_000_000;

/// Which offers; none of a kind: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfferFilter {
    pub flavor: Option<Name>,
    pub region: Option<Name>,
    pub owner: Option<Name>,
}

impl OfferFilter {
    fn fits(&self, site: &SiteSpec, pool: &PoolSpec) -> bool {
        let is = |wanted: &Option<Name>, it: &Name| wanted.as_ref().is_none_or(|name| name == it);
        is(&self.flavor, &pool.flavor)
            && is(&self.region, &site.region)
            && is(&self.owner, &site.organization)
    }
}

impl Control {
    /// Everything for sale, by site and pool. Work: pools x hours of a day.
    #[must_use]
    pub fn offers(&self, filter: &OfferFilter, now: Time) -> Offers {
        let world = self.planner.world();
        let used: BTreeMap<Name, u64> =
            self.planner.usage(now).pools.into_iter().map(|(name, used, _)| (name, used)).collect();
        let offer = |(name, pool): (&Name, &PoolSpec)| {
            let site = world.sites.get(&pool.site).filter(|site| filter.fits(site, pool))?;
            let used = used.get(name).copied().unwrap_or(0);
            self.offer((name, pool), site, used, now)
        };
        let mut offers: Vec<Offer> = world.pools.iter().filter_map(offer).collect();
        offers.sort_by(|a, b| (&a.site, &a.pool).cmp(&(&b.site, &b.pool)));
        Offers { now, currency: "CNY".to_owned(), offers }
    }

    fn offer(
        &self,
        (name, pool): (&Name, &PoolSpec),
        site: &SiteSpec,
        used: u64,
        now: Time,
    ) -> Option<Offer> {
        let flavor = self.planner.world().flavors.get(&pool.flavor)?;
        let (electricity, carbon) = self.planner.energy_now(&pool.site, now)?;
        let at = |rates| self.unit_hour(pool, flavor, site.pue, rates).unwrap_or(Money::MAX);
        let hour = at((electricity, carbon));
        let pieces = self.planner.energy_between(&pool.site, now, now.after(AHEAD));
        let hours = pieces.into_iter().flatten().map(|(_, _, price, carbon)| at((price, carbon)));
        let hours: Vec<Money> = hours.chain([hour]).collect();
        let known = !flavor.throughput.is_empty();
        Some(Offer {
            owner: site.organization.clone(),
            site: pool.site.clone(),
            region: site.region.clone(),
            pool: name.clone(),
            flavor: pool.flavor.clone(),
            arch: flavor.arch,
            accelerator: flavor.accelerator.clone(),
            units: pool.units,
            free: pool.units.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX)),
            open: self.takes_work(&pool.site, site),
            price: pool.price,
            electricity,
            carbon,
            hour,
            hour_least: hours.iter().min().copied().unwrap_or(hour),
            hour_most: hours.iter().max().copied().unwrap_or(hour),
            compute_hour: compute_hours(hour, flavor),
            throughput_source: known.then_some(flavor.throughput_source),
        })
    }

    fn takes_work(&self, name: &Name, site: &SiteSpec) -> bool {
        let status = self.site_status(name);
        let works = status
            .is_some_and(|it| it.online && it.engine_away.is_none() && it.damped_until.is_none());
        works && site.admission == model::Admission::Open
    }

    /// One unit at work for an hour, in the lines of every decision: compute, electricity, carbon.
    fn unit_hour(
        &self,
        pool: &PoolSpec,
        flavor: &FlavorSpec,
        pue: Pue,
        (electricity, carbon): (EnergyPrice, CarbonIntensity),
    ) -> Option<Money> {
        let hour = Span::hours(1);
        let energy = flavor.power.at_pue(pue)?.over(hour)?;
        let emitted = self.planner.policy().carbon_price.times(carbon.times(energy)?)?;
        pool.price.times(hour)?.checked_add(electricity.times(energy)?)?.checked_add(emitted)
    }
}

/// The price of an hour by what is computed in it.
fn compute_hours(hour: Money, flavor: &FlavorSpec) -> BTreeMap<Precision, Money> {
    let per_peta = |millions: u64| {
        let price = (i128::from(hour.get()) * PETA).checked_div(i128::from(millions))?;
        i64::try_from(price).ok().map(Money::new)
    };
    let known = flavor.throughput.iter();
    known.filter_map(|(precision, it)| Some((*precision, per_peta(it.get())?))).collect()
}
