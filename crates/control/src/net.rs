//! The network and the electricity as people look at them.

use std::collections::BTreeSet;

use api::{
    EnergyPoint, Origin, Problem, ProblemKind, Reach, ReachPlace, RoundTrips, SiteEnergy, SitePair,
};
use energy::Told;
use model::Name;
use planner::Net;
use units::{Span, Time};

use crate::Control;

/// Rows of a matrix at most.
const SITES_MOST: usize = 64;

impl Control {
    /// The network as it is now.
    #[must_use]
    pub fn net(&self) -> Net {
        self.planner.net()
    }

    /// What a site's electricity costs and emits, or is expected to, in some hours, instead of what its manifest says.
    ///
    /// # Errors
    /// There is no such site.
    pub fn set_rates(&mut self, site: &Name, told: Told) -> Result<(), Problem> {
        if !self.sites.contains_key(site) {
            return Err(nowhere("site", site));
        }
        self.tell_rates(site, told);
        self.look_at_all();
        Ok(())
    }

    /// What electricity costs and emits at a site, from `back` ago to `ahead` from now.
    ///
    /// # Errors
    /// There is no such site.
    pub fn site_energy(
        &self,
        site: &Name,
        (back, ahead): (Span, Span),
        now: Time,
    ) -> Result<SiteEnergy, Problem> {
        let rates = self.planner.energy_between(site, now.before(back), now.after(ahead));
        let rates = rates.ok_or_else(|| nowhere("site", site))?;
        let (price_from, carbon_from) = (Origin::Stated, Origin::Stated);
        let point = |(from, to, price, carbon)| {
            let point = EnergyPoint { from, to, price, carbon, price_from, carbon_from };
            self.with_origins(site, point)
        };
        let points = rates.into_iter().map(point).collect();
        Ok(SiteEnergy { site: site.clone(), now, stale: self.stale_signals(site), points })
    }
}

/// Every place as seen from one, without some of the links.
///
/// # Errors
/// There is no such place, or no such link.
pub fn reach(net: &Net, from: &Name, without: BTreeSet<Name>) -> Result<Reach, Problem> {
    all_known(net, &without)?;
    let places = net.reach(from, &without).ok_or_else(|| nowhere("site or node", from))?;
    let place = |(place, far): (Name, planner::Far)| {
        let (round_trip, path) = (far.round_trip, far.path);
        ReachPlace { place, round_trip, path }
    };
    let places = places.into_iter().map(place).collect();
    Ok(Reach { from: from.clone(), without, places })
}

/// The round trips between sites, without some of the links. Work grows with sites x links.
///
/// # Errors
/// There is no such link.
pub fn round_trips(net: &Net, without: BTreeSet<Name>) -> Result<RoundTrips, Problem> {
    all_known(net, &without)?;
    let sites = net.sites();
    let mut answer = RoundTrips {
        sites: sites.iter().take(SITES_MOST).cloned().collect(),
        more_sites: sites.len().saturating_sub(SITES_MOST),
        round_trips: Vec::new(),
        worst: None,
        cut_off: 0,
        without: without.clone(),
    };
    for (from, row) in net.round_trips(&without).enumerate() {
        let further = row.iter().zip(sites).skip(from + 1);
        for (round_trip, to) in further {
            let Some(round_trip) = *round_trip else {
                answer.cut_off += 1;
                continue;
            };
            let worst = answer.worst.as_ref().map(|it| it.round_trip);
            if let Some(from) = sites.get(from).filter(|_| worst < Some(round_trip)) {
                answer.worst = Some(SitePair { from: from.clone(), to: to.clone(), round_trip });
            }
        }
        if from < SITES_MOST {
            answer.round_trips.push(row.into_iter().take(SITES_MOST).collect());
        }
    }
    Ok(answer)
}

fn all_known(net: &Net, links: &BTreeSet<Name>) -> Result<(), Problem> {
    links.iter().find(|link| !net.has_link(link)).map_or(Ok(()), |link| Err(nowhere("link", link)))
}

fn nowhere(what: &str, name: &Name) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("there is no {what} `{name}`"))
}
