//! The network and the electricity as people look at them.

use std::collections::BTreeSet;

use api::{
    EnergyPoint, Origin, Problem, ProblemKind, Reach, ReachPlace, Resilience, ResilienceGrade,
    RoundTrips, SiteEnergy, SitePair, WayOption, WayVerdict, Ways, WeakPoint,
};
use energy::Told;
use model::Name;
use network::repair::Grade;
use planner::{Choice, Net, Standing};
use units::{Bandwidth, Delay, Span, Time};

use crate::Control;

/// Rows of a matrix at most.
const SITES_MOST: usize = 64;
/// Places of a network whose failures are followed: what is kept grows with their square.
const PLACES_MOST: usize = 2_000;
/// Links, and places, that are listed as weak.
const WEAK_MOST: usize = 64;
/// Ways between two places.
const WAYS_MOST: usize = 16;
const NS_PER_MS: f64 = 1e6;

impl Control {
    /// The network, with what is held of each link now.
    #[must_use]
    pub fn net(&self, now: Time) -> Net {
        self.planner.net(now)
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

/// How well the network withstands failures, without some of the links.
///
/// # Errors
/// There is no such link, or more than [`PLACES_MOST`] places.
pub fn resilience(net: &Net, without: BTreeSet<Name>) -> Result<Resilience, Problem> {
    all_known(net, &without)?;
    let places = net.places();
    if places > PLACES_MOST {
        let detail = format!(
            "the world has {places} places: failures are followed for {PLACES_MOST} at most; `jw net grade` takes more"
        );
        return Err(Problem::new(ProblemKind::TooLarge, detail));
    }
    let Standing { places, resilience: it, weak_links, weak_places } = net.standing(&without);
    let (weak_links, more_links) = points(weak_links);
    let (weak_places, more_places) = points(weak_places);
    Ok(Resilience {
        without,
        places,
        grade: grade(it.grade),
        protected_links_pct: 100.0 * it.protected_links,
        protected_nodes_pct: 100.0 * it.protected_nodes,
        worst_served_pct: 100.0 * it.connected_worst,
        stretch_mean: it.stretch_mean,
        stretch_max: it.stretch_max,
        repair_delay_max: Delay::new((it.longer_max_ms * NS_PER_MS) as u64),
        segments_max: u32::try_from(it.segments_max).unwrap_or(u32::MAX),
        components: it.components,
        weak_links,
        weak_places,
        more_weak: more_links + more_places,
    })
}

const fn grade(it: Grade) -> ResilienceGrade {
    match it {
        Grade::A => ResilienceGrade::A,
        Grade::B => ResilienceGrade::B,
        Grade::C => ResilienceGrade::C,
        Grade::D => ResilienceGrade::D,
        Grade::E => ResilienceGrade::E,
    }
}

/// The first of them, and how many more there are.
fn points(all: Vec<(Name, u64)>) -> (Vec<WeakPoint>, u64) {
    let more = all.len().saturating_sub(WEAK_MOST) as u64;
    let some = all.into_iter().take(WEAK_MOST);
    (some.map(|(name, parted)| WeakPoint { name, parted }).collect(), more)
}

/// The ways between two places, and the one that a job takes that starts now.
///
/// # Errors
/// There is no such place, or no such link.
pub fn ways(
    net: &Net,
    [from, to]: [Name; 2],
    (bandwidth, latency): (Option<Bandwidth>, Option<Delay>),
    without: BTreeSet<Name>,
) -> Result<Ways, Problem> {
    all_known(net, &without)?;
    if let Some(place) = [&from, &to].into_iter().find(|it| !net.has_place(it)) {
        return Err(nowhere("site or node", place));
    }
    let limits = (bandwidth.unwrap_or_default(), latency.unwrap_or(Delay::MAX));
    let found = net.ways([&from, &to], limits, &without, WAYS_MOST).unwrap_or_default();
    let items = found.into_iter().map(|it| option(it, limits)).collect();
    Ok(Ways { from, to, without, bandwidth, latency, items })
}

fn option(it: Choice, (bandwidth, latency): (Bandwidth, Delay)) -> WayOption {
    let (free, narrowest) = it.narrowest.unzip();
    let verdict = if it.is_taken {
        WayVerdict::Taken
    } else if it.delay > latency {
        WayVerdict::TooSlow
    } else if free.is_some_and(|free| free < bandwidth) {
        WayVerdict::TooFull
    } else {
        WayVerdict::Dearer
    };
    WayOption {
        links: it.links,
        delay: it.delay,
        jitter: it.jitter,
        price: it.price,
        free: free.unwrap_or(Bandwidth::MAX),
        narrowest,
        verdict,
    }
}

fn all_known(net: &Net, links: &BTreeSet<Name>) -> Result<(), Problem> {
    links.iter().find(|link| !net.has_link(link)).map_or(Ok(()), |link| Err(nowhere("link", link)))
}

fn nowhere(what: &str, name: &Name) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("there is no {what} `{name}`"))
}
