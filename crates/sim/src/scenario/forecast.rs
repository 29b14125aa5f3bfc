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

/// Even between the ends that have this standard deviation.
fn mistake(site: &mut SiteSpec, error: f64, random: &mut Random) {
    let most = error * 3.0_f64.sqrt();
    let mut factor = || 1.0 + random.uniform(-most, most);
    let mut price = |price: &mut EnergyPrice| {
        *price = EnergyPrice::new((price.get() as f64 * factor()) as i64);
    };
    for season in &mut site.tariff.seasons {
        price(&mut season.price);
        season.bands.iter_mut().for_each(|band| price(&mut band.price));
    }
    let carbon = &mut site.carbon;
    if carbon.by_hour.is_empty() {
        carbon.by_hour = vec![carbon.intensity; 24];
    }
    for hour in &mut carbon.by_hour {
        let factor = (1.0 + random.uniform(-most, most)).max(0.0);
        *hour = CarbonIntensity::new((hour.get() as f64 * factor) as u64);
    }
}
