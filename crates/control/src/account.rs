//! The account of electricity and carbon, from what runs used to a report.

use std::collections::{BTreeMap, BTreeSet};

use api::{EnergyBy, EnergyHour, EnergyReport, EnergyRow, EnergySums};
use energy::{
    SiteEnergy,
    account::{self, Facts, Part, Scores, Sums, WH},
};
use model::{
    Claim, Electricity, EnergyUse, JobKey, Name, Quality, Scheme, Signal, SignalPoint, SiteSpec,
};
use units::{CarbonIntensity, Energy, Span, Time};

/// Under which energy stands that no job ran for.
const IDLE: &str = "idle";
const HOUR: Span = Span::hours(1);

/// All that a report is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// Of all projects: what a site used is shared by all that ran there.
    pub uses: Vec<EnergyUse>,
    pub sites: BTreeMap<Name, SiteSpec>,
    /// By site, signal and hour; without forecasts.
    pub signals: BTreeMap<(Name, Signal, Time), i64>,
    pub claims: Vec<Claim>,
}

/// What of it is reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Full hours.
    pub from: Time,
    pub to: Time,
    pub by: EnergyBy,
    pub job: Option<JobKey>,
    pub project: Option<Name>,
    pub site: Option<Name>,
    /// Hour by hour too.
    pub hours: bool,
}

/// The account, summed up as asked.
#[must_use]
pub fn report(evidence: &Evidence, scope: &Scope) -> EnergyReport {
    let facts = FactBook::new(evidence);
    let mut parts = account::account(&evidence.uses, |site, hour| facts.of(site, hour));
    let seen: BTreeSet<(&Name, Time)> = parts.iter().map(|it| (&it.site, it.hour)).collect();
    let idle = evidence.signals.keys().filter(|(_, signal, _)| *signal == Signal::Meter);
    let idle = idle.filter(|(site, _, hour)| !seen.contains(&(site, *hour)));
    let idle: Vec<Part> =
        idle.map(|(site, _, hour)| account::idle(site, *hour, &facts.of(site, *hour))).collect();
    parts.extend(idle);
    parts.retain(|part| scope.has(part));
    let rows = rows(&parts, scope.by);
    let hours = if scope.hours { hours(&parts, scope.by) } else { Vec::new() };
    EnergyReport {
        from: scope.from,
        to: scope.to,
        by: scope.by,
        total: row("total", &parts.iter().collect::<Vec<_>>()),
        rows,
        hours,
        notes: facts.notes(&parts),
    }
}

/// Wh that each site used in each hour, by its meter where it has one, which a forecast is not: what certificates can
/// be matched to. `told` may hold other signals too.
#[must_use]
pub fn used_wh(
    uses: &[EnergyUse],
    told: impl IntoIterator<Item = (Name, Signal, SignalPoint)>,
) -> BTreeMap<(Name, Time), u64> {
    let mut used = account::used(uses);
    for (site, signal, point) in told {
        if signal == Signal::Meter && point.quality > Quality::Forecast {
            let value = u64::try_from(point.value).unwrap_or(0);
            used.insert((site, point.hour), Energy::new(value));
        }
    }
    used.into_iter().map(|(of, energy)| (of, energy.get() / WH)).collect()
}

impl Scope {
    fn has(&self, part: &Part) -> bool {
        let job = part.job.as_ref();
        (self.from..self.to).contains(&part.hour)
            && self.site.as_ref().is_none_or(|site| *site == part.site)
            && self.job.as_ref().is_none_or(|it| Some(it) == job)
            && self.project.as_ref().is_none_or(|it| job.is_some_and(|job| job.project == *it))
    }
}

/// What is known of each site and hour.
struct FactBook<'a> {
    evidence: &'a Evidence,
    rates: BTreeMap<&'a Name, SiteEnergy>,
    claims: BTreeMap<(&'a Name, Time), (u64, u64)>,
}

impl<'a> FactBook<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        let rates = evidence.sites.iter().map(|(name, spec)| (name, SiteEnergy::new(spec)));
        let mut claims: BTreeMap<(&Name, Time), (u64, u64)> = BTreeMap::new();
        for claim in &evidence.claims {
            let (granular, yearly) = claims.entry((&claim.site, claim.hour)).or_default();
            match claim.scheme {
                Scheme::Gc => *granular += claim.wh,
                Scheme::Gec => *yearly += claim.wh,
            }
        }
        Self { rates: rates.collect(), claims, evidence }
    }

    fn signal(&self, site: &Name, signal: Signal, hour: Time) -> Option<u64> {
        let value = self.evidence.signals.get(&(site.clone(), signal, hour));
        value.and_then(|value| u64::try_from(*value).ok())
    }

    fn residual(&self, site: &Name) -> Option<CarbonIntensity> {
        self.electricity(site)?.residual
    }

    fn electricity(&self, site: &Name) -> Option<&Electricity> {
        self.evidence.sites.get(site)?.electricity.as_deref()
    }

    fn of(&self, site: &Name, hour: Time) -> Facts {
        let by_feed = self.signal(site, Signal::Carbon, hour).map(CarbonIntensity::new);
        let rates = self.rates.get(site);
        let stated = || rates.map(|it| it.sum(hour, hour.after(HOUR)).mean_carbon());
        let (granular, yearly) = self.claims.get(&(site, hour)).copied().unwrap_or_default();
        Facts {
            carbon: by_feed.or_else(stated).unwrap_or_default(),
            residual: self.residual(site),
            free_ppm: self.signal(site, Signal::CarbonFree, hour).unwrap_or(0),
            metered: self.signal(site, Signal::Meter, hour).map(Energy::new),
            granular: Energy::new(granular.saturating_mul(WH)),
            yearly: Energy::new(yearly.saturating_mul(WH)),
            water: self.electricity(site).and_then(|it| it.water).unwrap_or_default(),
        }
    }

    /// On what the figures rest.
    fn notes(&self, parts: &[Part]) -> Vec<String> {
        let share = |has: &dyn Fn(&Part) -> bool| {
            let sum = |all: &mut dyn Iterator<Item = &Part>| {
                all.map(|it| u128::from(it.sums.facility.get())).sum::<u128>()
            };
            let part = sum(&mut parts.iter().filter(|it| has(it)));
            (part * 100).checked_div(sum(&mut parts.iter())).unwrap_or(0)
        };
        let fed = share(&|it| self.signal(&it.site, Signal::Carbon, it.hour).is_some());
        let metered = share(&|it| self.signal(&it.site, Signal::Meter, it.hour).is_some());
        let mut notes = vec![
            format!(
                "carbon intensity: {fed} % of the energy by a feed, the rest as the site's description says"
            ),
            format!("facility energy: {metered} % by meters, the rest by PUE"),
        ];
        let sites: BTreeSet<&Name> = parts.iter().map(|it| &it.site).collect();
        let without: Vec<&str> = sites
            .iter()
            .filter(|site| self.residual(site).is_none())
            .map(|site| site.as_str())
            .collect();
        if !without.is_empty() {
            notes.push(format!(
                "market-based: no residual mix is stated for {}; what no certificate covers counts as the grid there",
                without.join(", ")
            ));
        }
        if parts.iter().all(|it| it.sums.embodied.is_zero()) {
            notes.push("SCI: no flavor states its embodied carbon; it counts as zero".to_owned());
        }
        notes.push("runs that have not ended yet are not in it".to_owned());
        notes
    }
}

fn name_of(part: &Part, by: EnergyBy) -> String {
    let job = |of: fn(&JobKey) -> String| part.job.as_ref().map_or_else(|| IDLE.to_owned(), of);
    let date = |length| part.hour.to_string().chars().take(length).collect();
    match by {
        EnergyBy::Job => job(ToString::to_string),
        EnergyBy::Project => job(|it| it.project.to_string()),
        EnergyBy::Site => part.site.to_string(),
        EnergyBy::Month => date(7),
        EnergyBy::Year => date(4),
    }
}

fn rows(parts: &[Part], by: EnergyBy) -> Vec<EnergyRow> {
    let mut groups: BTreeMap<String, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        groups.entry(name_of(part, by)).or_default().push(part);
    }
    groups.iter().map(|(name, parts)| row(name, parts)).collect()
}

fn row(name: &str, parts: &[&Part]) -> EnergyRow {
    let sums: Sums = parts.iter().map(|it| &it.sums).sum();
    let jobs: BTreeSet<&JobKey> = parts.iter().filter_map(|it| it.job.as_ref()).collect();
    let jobs = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
    let scores = Scores::of(&sums);
    EnergyRow {
        name: name.to_owned(),
        jobs,
        sums: on_the_wire(&sums),
        pue: scores.pue,
        cue: scores.cue,
        wue: scores.wue,
        cfe_pct: scores.cfe_pct,
        sci: account::sci(&sums, jobs),
    }
}

fn hours(parts: &[Part], by: EnergyBy) -> Vec<EnergyHour> {
    let mut hours: BTreeMap<(Time, String), Sums> = BTreeMap::new();
    for part in parts {
        hours.entry((part.hour, name_of(part, by))).or_default().add(&part.sums);
    }
    let hour = |((hour, name), sums)| EnergyHour { hour, name, sums: on_the_wire(&sums) };
    hours.into_iter().map(hour).collect()
}

const fn on_the_wire(sums: &Sums) -> EnergySums {
    EnergySums {
        it: sums.it,
        facility: sums.facility,
        location_based: sums.location,
        market_based: sums.market,
        granular: sums.granular,
        yearly: sums.yearly,
        carbon_free: sums.free,
        embodied: sums.embodied,
        water: sums.water,
    }
}
