//! What is told of sites hour by hour, and what is planned with where nothing is.

use std::{collections::BTreeMap, sync::Arc};

use api::{EnergyPoint, Origin, Problem, ProblemKind, SignalUpload};
use energy::{
    Told,
    account::hour_of,
    signals::{self, Series, check},
};
use model::{Invalid, Kind, Name, Quality, Signal, SignalPoint};
use serde_json::json;
use units::{CarbonIntensity, EnergyPrice, Span, Time};

use crate::{Change, Control};

/// Most characters of a source.
const SOURCE_MOST: usize = 200;
const HOUR: Span = Span::hours(1);
/// Rates are known so far ahead, by points or by what follows from them.
const AHEAD: Span = Span::hours(24 * 8);
/// Sites whose rates are made anew in one round.
const SITES_A_ROUND: usize = 4;

/// The series that plans look at.
const PLANNED: [Signal; 2] = [Signal::Carbon, Signal::Price];

/// What is told of sites.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    series: BTreeMap<(Name, Signal), Series>,
    /// Where hours come from that no point says.
    origins: BTreeMap<(Name, Signal), BTreeMap<Time, Origin>>,
    /// Those that ended and were told to have.
    stale: std::collections::BTreeSet<(Name, Signal)>,
    /// Why feeds could not be read, as it was told last.
    failed: BTreeMap<(Name, Signal), String>,
    /// What is told of prices and carbon without regard to supply that sites have of their own.
    stated: BTreeMap<Name, Arc<Told>>,
    /// Sites whose rates are to be made anew.
    due: std::collections::BTreeSet<Name>,
    /// The hour for which all were made.
    hour: Time,
}

impl Control {
    /// Whether there is a resource of this kind and name.
    #[must_use]
    pub fn has(&self, kind: Kind, name: &Name) -> bool {
        self.resources.contains_key(&(kind, name.clone()))
    }

    /// Takes points of a series of a site. What is known better already stays. Decisions see them at once.
    ///
    /// # Errors
    /// There is no such site, or a point that cannot be true: then none is taken.
    pub fn signals(&mut self, site: &Name, told: SignalUpload, now: Time) -> Result<(), Problem> {
        if !self.sites.contains_key(site) {
            let detail = self.no_such(Kind::Site, site);
            return Err(Problem::new(ProblemKind::NotFound, detail));
        }
        let length = told.source.chars().count();
        if !(1..=SOURCE_MOST).contains(&length) || told.source.chars().any(char::is_control) {
            let message = format!("{length} characters: use 1 to {SOURCE_MOST} on one line");
            return Err(Problem::invalid(vec![Invalid::new("source", message)]));
        }
        let SignalUpload { signal, source, points } = told;
        let key = (site.clone(), signal);
        check(signal, &points, self.signals.series.get(&key), now)
            .map_err(|refused| Problem::invalid(vec![Invalid::new("points", refused.0)]))?;
        self.signals.failed.remove(&key);
        self.learn_signal(site, signal, &points, now);
        // Others change no rate.
        if PLANNED.contains(&signal) {
            self.make_rates(site, now);
        }
        self.out.push(Change::Signals { site: site.clone(), signal, source, at: now, points });
        Ok(())
    }

    /// A feed could not be read: told once, until it can be or the reason is another.
    pub fn feed_failed(&mut self, site: &Name, signal: Signal, why: &str, now: Time) {
        let key = (site.clone(), signal);
        if !self.sites.contains_key(site)
            || self.signals.failed.get(&key).is_some_and(|it| it == why)
        {
            return;
        }
        self.signals.failed.insert(key, why.to_owned());
        let (message, data) = (format!("{signal}: {why}"), json!({ "signal": signal }));
        self.event(Kind::Site, site.as_str(), "feed-failed", message, data, now);
    }

    /// Where a site's series come from at a time, and which of them have ended.
    #[must_use]
    pub(crate) fn origin(&self, site: &Name, signal: Signal, at: Time) -> Origin {
        let told =
            if signal == Signal::Price { Signal::MarginalPrice } else { Signal::MarginalCarbon };
        let hour = hour_of(at);
        if self.told_points(site, told, hour).next().is_some_and(|it| it.0 == hour) {
            return Origin::Forecast;
        }
        self.stated_origin(site, signal, at)
    }

    /// Without regard to supply of its own.
    pub(crate) fn stated_origin(&self, site: &Name, signal: Signal, at: Time) -> Origin {
        let of = self.signals.origins.get(&(site.clone(), signal));
        of.and_then(|hours| hours.get(&hour_of(at))).copied().unwrap_or(Origin::Stated)
    }

    pub(crate) fn with_origins(&self, site: &Name, point: EnergyPoint) -> EnergyPoint {
        EnergyPoint {
            price_from: self.origin(site, Signal::Price, point.from),
            carbon_from: self.origin(site, Signal::Carbon, point.from),
            ..point
        }
    }

    pub(crate) fn stale_signals(&self, site: &Name) -> Vec<Signal> {
        let of_site = self.signals.stale.iter().filter(|(name, _)| name == site);
        of_site.map(|(_, signal)| *signal).collect()
    }

    /// What was told before a restart.
    pub(crate) fn restore_signals(&mut self, told: Vec<(Name, Signal, SignalPoint)>, now: Time) {
        for (site, signal, point) in told {
            self.learn_signal(&site, signal, std::slice::from_ref(&point), now);
            self.signals.due.insert(site);
        }
        while !self.signals.due.is_empty() {
            self.make_due_rates(now);
        }
    }

    pub(crate) fn learn_signal(
        &mut self,
        site: &Name,
        signal: Signal,
        points: &[SignalPoint],
        now: Time,
    ) {
        let series = self.signals.series.entry((site.clone(), signal)).or_default();
        series.take(points, now);
    }

    /// Each hour the rates of all sites are made anew: the past has grown, and series may have ended.
    pub(crate) fn watch_signals(&mut self, now: Time) {
        if self.signals.hour < hour_of(now) {
            self.signals.hour = hour_of(now);
            self.signals.series.retain(|(site, _), _| self.sites.contains_key(site));
            let sites = self.signals.series.keys().map(|(site, _)| site.clone());
            self.signals.due.extend(sites);
        }
        self.make_due_rates(now);
    }

    /// When the next round of it is due.
    pub(crate) fn signals_due(&self) -> Option<Time> {
        let signals = &self.signals;
        if !signals.due.is_empty() {
            return Some(Time::MIN);
        }
        (!signals.series.is_empty()).then(|| signals.hour.after(HOUR))
    }

    fn make_due_rates(&mut self, now: Time) {
        for _ in 0..SITES_A_ROUND {
            let Some(site) = self.signals.due.pop_first() else { return };
            self.make_rates(&site, now);
        }
    }

    fn make_rates(&mut self, site: &Name, now: Time) {
        let mut told = Told::default();
        for signal in PLANNED {
            let key = (site.clone(), signal);
            let Some(series) = self.signals.series.get(&key) else { continue };
            let filled = series.filled(now.before(signals::KEPT), now.after(AHEAD));
            let values = filled.iter().map(|(at, value, _)| (Told::hour(*at), *value));
            if signal == Signal::Price {
                told.prices = values.map(|(at, it)| (at, EnergyPrice::new(it))).collect();
            } else {
                let carbon = |it: i64| CarbonIntensity::new(u64::try_from(it).unwrap_or(0));
                told.carbon = values.map(|(at, it)| (at, carbon(it))).collect();
            }
            let is_stale = series.is_stale(now);
            let origins = filled.into_iter().map(|(at, _, origin)| (at, on_the_wire(origin)));
            self.signals.origins.insert(key, origins.collect());
            self.tell_staleness(site, signal, is_stale, now);
        }
        if told != Told::default() || self.signals.series.contains_key(&marginal(site)) {
            self.tell_rates(site, told);
        }
    }

    /// From now on, the site's rates are these; where it has supply of its own, in hours that its dispatch has told,
    /// those of one kWh more.
    pub(crate) fn tell_rates(&mut self, site: &Name, stated: Told) {
        self.signals.stated.insert(site.clone(), Arc::new(stated));
        self.retell_rates(site);
    }

    pub(crate) fn retell_rates(&mut self, site: &Name) {
        let mut told = self.stated_rates(site).map(|it| (**it).clone()).unwrap_or_default();
        let spec = self.planner.world().sites.get(site);
        let electricity = spec.and_then(|it| it.electricity.as_ref());
        if electricity.is_some_and(|it| it.has_supply()) {
            let prices = self.told_points(site, Signal::MarginalPrice, Time::MIN);
            told.prices.extend(prices.map(|it| (Told::hour(it.0), EnergyPrice::new(it.1))));
            let carbon = |it: i64| CarbonIntensity::new(u64::try_from(it).unwrap_or(0));
            let points = self.told_points(site, Signal::MarginalCarbon, Time::MIN);
            told.carbon.extend(points.map(|it| (Told::hour(it.0), carbon(it.1))));
        }
        self.planner.set_rates(site, told);
    }

    /// Prices and carbon as feeds and files told them; none where the description says all.
    pub(crate) fn stated_rates(&self, site: &Name) -> Option<&Arc<Told>> {
        self.signals.stated.get(site)
    }

    /// What was told of a series from an hour on, in order.
    pub(crate) fn told_points(
        &self,
        site: &Name,
        signal: Signal,
        from: Time,
    ) -> impl Iterator<Item = (Time, i64, Quality)> + '_ {
        let series = self.signals.series.get(&(site.clone(), signal));
        series.into_iter().flat_map(move |it| it.told_from(from))
    }

    fn tell_staleness(&mut self, site: &Name, signal: Signal, is_stale: bool, now: Time) {
        let key = (site.clone(), signal);
        let was = self.signals.stale.contains(&key);
        if is_stale == was {
            return;
        }
        let last = self.signals.series.get(&key).and_then(Series::last_known);
        let (what, message) = if is_stale {
            self.signals.stale.insert(key);
            let since = last.map_or_else(|| "ever".to_owned(), |last| last.to_string());
            let message = format!(
                "{signal}: nothing is known after {since}; a forecast or the last day that is known is used"
            );
            ("signal-stale", message)
        } else {
            self.signals.stale.remove(&key);
            ("signal-fresh", format!("{signal}: it is known again"))
        };
        let data = json!({ "signal": signal, "last": last });
        self.event(Kind::Site, site.as_str(), what, message, data, now);
    }
}

fn marginal(site: &Name) -> (Name, Signal) {
    (site.clone(), Signal::MarginalPrice)
}

const fn on_the_wire(origin: signals::Origin) -> Origin {
    match origin {
        signals::Origin::Told(Quality::Measured) => Origin::Measured,
        signals::Origin::Told(Quality::Estimated) => Origin::Estimated,
        signals::Origin::Told(Quality::Forecast) | signals::Origin::Forecast => Origin::Forecast,
        signals::Origin::LastDay => Origin::LastDay,
    }
}
