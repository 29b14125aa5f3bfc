//! One site's rates over real time.

use std::{collections::BTreeMap, sync::Arc};

use jiff::tz::TimeZone;
use model::{CarbonSource, SiteSpec, Tariff};
use units::{Carbon, CarbonIntensity, EnergyPrice, Money, Power, Span, Time};

use crate::{Rate, RateSum};

/// The electricity of one site. Works at any time; fast within the window given to [`SiteEnergy::cover`].
#[derive(Debug, Clone)]
pub struct SiteEnergy {
    zone: TimeZone,
    /// By month (0 to 11) and hour (0 to 23) of local time.
    rates: Box<[[Rate; 24]; 12]>,
    told: Arc<Told>,
    window: Window,
}

/// Rates of single full hours, by their number since 1970; what they do not say is as the site's description has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub prices: BTreeMap<i64, EnergyPrice>,
    pub carbon: BTreeMap<i64, CarbonIntensity>,
}

impl Told {
    /// The number, since 1970, of the full hour that a time is in.
    #[must_use]
    pub const fn hour(at: Time) -> i64 {
        at.as_millis().div_euclid(HOUR_MS)
    }

    fn is_empty(&self) -> bool {
        self.prices.is_empty() && self.carbon.is_empty()
    }
}

/// Every change of rate within an interval, with running sums.
#[derive(Debug, Clone, Default)]
struct Window {
    to: Time,
    /// When each step begins; apart from the steps, so that a search reads little memory. The first one is the
    /// window's start; empty before the first `cover`.
    times: Vec<Time>,
    steps: Vec<Step>,
    least: Option<Rate>,
    most: Option<Rate>,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    at: Time,
    /// In force from `at` to the next step.
    rate: Rate,
    /// Summed from the window's start to `at`.
    before: RateSum,
}

/// How much more than asked a window covers on each side, so that it is not rebuilt each time `now` moves.
const MARGIN: Span = Span::hours(24);

impl SiteEnergy {
    /// A time zone that is not known counts as UTC; `SiteSpec::check` refuses it before.
    #[must_use]
    pub fn new(site: &SiteSpec) -> Self {
        let rate = |month: usize, hour: usize| Rate {
            price: price_in(&site.tariff, month + 1, hour),
            carbon: carbon_in(&site.carbon, hour),
        };
        let rates = std::array::from_fn(|month| std::array::from_fn(|hour| rate(month, hour)));
        let zone = TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC);
        Self { zone, rates: Box::new(rates), told: Arc::default(), window: Window::default() }
    }

    /// From now on, these hours are as told. What was covered has to be covered again.
    pub fn tell(&mut self, told: Arc<Told>) {
        self.told = told;
        self.window = Window::default();
    }

    /// Makes questions about `[from, to)` fast. Costs some microseconds a day when it has to be built; whether it
    /// had to.
    pub fn cover(&mut self, from: Time, to: Time) -> bool {
        if self.window.covers(from, to) {
            return false;
        }
        let (from, to) = (from.before(MARGIN), to.after(MARGIN));
        self.window = Window::new(self.pieces(from, to), to);
        true
    }

    /// The hour of the site's own day, 0 to 23.
    pub fn hour_at(&self, at: Time) -> usize {
        let local = self.zone.to_offset(at.timestamp()).to_datetime(at.timestamp());
        usize::from(local.hour().unsigned_abs())
    }

    pub fn price_at(&self, at: Time) -> EnergyPrice {
        self.rate_at(at).price
    }

    pub fn carbon_at(&self, at: Time) -> CarbonIntensity {
        self.rate_at(at).carbon
    }

    pub fn rate_at(&self, at: Time) -> Rate {
        let local = self.zone.to_offset(at.timestamp()).to_datetime(at.timestamp());
        let month = usize::from(local.month().unsigned_abs()).saturating_sub(1);
        let hour = usize::from(local.hour().unsigned_abs());
        let zero = Rate { price: EnergyPrice::ZERO, carbon: CarbonIntensity::ZERO };
        let stated = self.rates.get(month).and_then(|hours| hours.get(hour)).copied();
        let (stated, since_1970) = (stated.unwrap_or(zero), Told::hour(at));
        Rate {
            price: self.told.prices.get(&since_1970).copied().unwrap_or(stated.price),
            carbon: self.told.carbon.get(&since_1970).copied().unwrap_or(stated.carbon),
        }
    }

    /// What drawing `power` (of the whole facility) over `[from, to)` costs.
    pub fn cost(&self, power: Power, from: Time, to: Time) -> Option<Money> {
        self.sum(from, to)
            .cost(power.over(to.since(from))?)
            .or_else(|| (from >= to).then_some(Money::ZERO))
    }

    /// What drawing `power` (of the whole facility) over `[from, to)` emits.
    pub fn carbon(&self, power: Power, from: Time, to: Time) -> Option<Carbon> {
        self.sum(from, to)
            .carbon(power.over(to.since(from))?)
            .or_else(|| (from >= to).then_some(Carbon::ZERO))
    }

    /// The rates summed over `[from, to)`; nothing if that is empty.
    pub fn sum(&self, from: Time, to: Time) -> RateSum {
        if from >= to {
            return RateSum::default();
        }
        if self.window.covers(from, to) {
            return self.window.sum_to(to).minus(self.window.sum_to(from));
        }
        self.pieces(from, to)
            .map(|(from, to, rate)| RateSum::of(rate, from, to))
            .fold(RateSum::default(), RateSum::plus)
    }

    /// The times in `(from, to)` at which price or carbon changes, within the covered window.
    pub fn changes_between(&self, from: Time, to: Time) -> impl Iterator<Item = Time> + '_ {
        let times = &self.window.times;
        let first = times.partition_point(|at| *at <= from).max(1);
        times.iter().skip(first).copied().take_while(move |at| *at < to)
    }

    /// The least price and the least carbon (perhaps at different times) of the covered window: a bound from
    /// below on any interval in it.
    pub fn min_rate(&self) -> Option<Rate> {
        self.window.least
    }

    /// The least price and the least carbon of each full hour since 1970 in the covered window, in order.
    pub fn least_by_hour(&self) -> impl Iterator<Item = (i64, Rate)> + '_ {
        let window = &self.window;
        let first = window
            .times
            .first()
            .map_or(i64::MAX, |at| (at.as_millis() - 1).div_euclid(HOUR_MS) + 1);
        let end = Told::hour(window.to);
        (first..end).filter_map(|hour| Some((hour, window.least_in(hour)?)))
    }

    /// The greatest size of price and the greatest carbon of the covered window.
    pub fn max_rate(&self) -> Option<Rate> {
        self.window.most
    }

    /// `[from, to)` cut where the local hour, the zone's offset or the signal changes, with what is in force.
    pub fn pieces(&self, from: Time, to: Time) -> impl Iterator<Item = (Time, Time, Rate)> + '_ {
        let mut at = from;
        std::iter::from_fn(move || {
            if at >= to {
                return None;
            }
            let start = at;
            at = self.next_turn(start).min(to);
            Some((start, at, self.rate_at(start)))
        })
    }

    /// The next full local hour, or the next change of the zone's offset or of the signal if that is earlier.
    fn next_turn(&self, at: Time) -> Time {
        let timestamp = at.timestamp();
        let offset_ms = i64::from(self.zone.to_offset(timestamp).seconds()) * 1000;
        let into_hour = (at.as_millis() + offset_ms).rem_euclid(HOUR_MS);
        let full_hour = Time::from_millis(at.as_millis() + HOUR_MS - into_hour);
        let turn = self.zone.following(timestamp).next().map(|it| Time::from(it.timestamp()));
        let turn = turn.filter(|turn| *turn > at).map_or(full_hour, |turn| turn.min(full_hour));
        if self.told.is_empty() {
            return turn;
        }
        turn.min(Time::from_millis((Told::hour(at) + 1) * HOUR_MS))
    }
}

const HOUR_MS: i64 = 3_600_000;

fn price_in(tariff: &Tariff, month: usize, hour: usize) -> EnergyPrice {
    let has_month =
        |months: &[u8]| months.is_empty() || months.iter().any(|it| usize::from(*it) == month);
    let Some(season) = tariff.seasons.iter().find(|season| has_month(&season.months)) else {
        return EnergyPrice::ZERO;
    };
    let band = season
        .bands
        .iter()
        .find(|band| (usize::from(band.from)..usize::from(band.to)).contains(&hour));
    band.map_or(season.price, |band| band.price)
}

fn carbon_in(carbon: &CarbonSource, hour: usize) -> CarbonIntensity {
    carbon.by_hour.get(hour).copied().unwrap_or(carbon.intensity)
}

impl Window {
    fn new(pieces: impl Iterator<Item = (Time, Time, Rate)>, to: Time) -> Self {
        let mut window = Self { to, ..Self::default() };
        let mut sum = RateSum::default();
        for (from, to, rate) in pieces {
            if window.steps.last().is_none_or(|last| last.rate != rate) {
                window.times.push(from);
                window.steps.push(Step { at: from, rate, before: sum });
                window.widen(rate);
            }
            sum = sum.plus(RateSum::of(rate, from, to));
        }
        window
    }

    fn widen(&mut self, rate: Rate) {
        self.least = Some(self.least.unwrap_or(rate).least(rate));
        let size = EnergyPrice::new(rate.price.get().checked_abs().unwrap_or(i64::MAX));
        let most = self.most.unwrap_or(Rate { price: size, carbon: rate.carbon });
        self.most =
            Some(Rate { price: most.price.max(size), carbon: most.carbon.max(rate.carbon) });
    }

    fn least_in(&self, hour: i64) -> Option<Rate> {
        let (from, to) = (hour * HOUR_MS, (hour + 1) * HOUR_MS);
        let next = self.times.partition_point(|at| at.as_millis() <= from);
        let steps = self.steps.iter().skip(next.saturating_sub(1));
        let rates = steps.take_while(|step| step.at.as_millis() < to).map(|step| step.rate);
        rates.reduce(Rate::least)
    }

    fn covers(&self, from: Time, to: Time) -> bool {
        self.times.first().is_some_and(|first| *first <= from) && to <= self.to
    }

    /// From the window's start to `at`, which lies in it.
    fn sum_to(&self, at: Time) -> RateSum {
        let next = self.times.partition_point(|time| *time <= at);
        let step = next.checked_sub(1).and_then(|index| self.steps.get(index));
        step.map_or(RateSum::default(), |step| {
            step.before.plus(RateSum::of(step.rate, step.at, at))
        })
    }
}
