//! What is planned by where forecasts are wrong: the true rates of each site, each price and hour with an error of its
//! own, drawn anew every day.

use model::{Resource, SiteSpec, Spec};
use units::{CarbonIntensity, EnergyPrice};

use crate::random::Random;

/// The sites of a world with other rates.
pub(super) fn mistaken(resources: &[Resource], error: f64, random: &mut Random) -> Vec<Resource> {
    let sites = resources.iter().filter(|it| matches!(it.spec, Spec::Site(_)));
    sites.map(|it| with_error(it, error, random)).collect()
}

fn with_error(resource: &Resource, error: f64, random: &mut Random) -> Resource {
    let mut resource = resource.clone();
    if let Spec::Site(site) = &mut resource.spec {
        mistake(site, error, random);
    }
    resource
}

/// Draws errors, even between the ends that have this standard deviation.
pub(super) struct Errors<'a> {
    most: f64,
    random: &'a mut Random,
}

impl<'a> Errors<'a> {
    pub(super) fn new(error: f64, random: &'a mut Random) -> Self {
        Self { most: error * 3.0_f64.sqrt(), random }
    }

    fn factor(&mut self) -> f64 {
        1.0 + self.random.uniform(-self.most, self.most)
    }

    pub(super) fn price(&mut self, price: &mut EnergyPrice) {
        *price = EnergyPrice::new((price.get() as f64 * self.factor()) as i64);
    }

    pub(super) fn carbon(&mut self, carbon: &mut CarbonIntensity) {
        *carbon = CarbonIntensity::new((carbon.get() as f64 * self.factor().max(0.0)) as u64);
    }
}

fn mistake(site: &mut SiteSpec, error: f64, random: &mut Random) {
    let mut errors = Errors::new(error, random);
    for season in &mut site.tariff.seasons {
        errors.price(&mut season.price);
        season.bands.iter_mut().for_each(|band| errors.price(&mut band.price));
    }
    let carbon = &mut site.carbon;
    if carbon.by_hour.is_empty() {
        carbon.by_hour = vec![carbon.intensity; 24];
    }
    carbon.by_hour.iter_mut().for_each(|hour| errors.carbon(hour));
}
