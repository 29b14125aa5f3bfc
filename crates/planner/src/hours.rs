//! Electricity and carbon hour by hour: a bound from below for a run that may start at many times, at the price of a
//! few sums.

use energy::SiteEnergy;
use units::{CarbonPrice, Pue, Span, Time};

/// The least rates of each hour of a site's covered window, summed from its beginning.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hours {
    /// Hours since 1970 of the first.
    first: i64,
    /// Before each hour, and after the last. Micro-yuan per kW of IT equipment.
    sums: Vec<Sum>,
    /// Of any hour.
    least: Sum,
}

/// Of electricity, and of carbon at its price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    price: i64,
    carbon: i64,
}

/// What a run costs per kW, in weighted micro-yuan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PerKw {
    pub(crate) price: i64,
    pub(crate) carbon: i64,
    /// An hour of waiting.
    pub(crate) waiting: i64,
    pub(crate) run: Span,
}

pub(crate) const HOUR_MS: i64 = 3_600_000;
/// A thousand yuan per kWh, and weights of a thousand: so far, sums over centuries stay in 64 bits.
const RATE_MOST: i64 = 1_000_000_000;
const WEIGHT_MOST: i64 = 1_000;
pub(crate) const WAITING_MOST: i64 = 1_000_000_000_000;

impl Hours {
    pub(crate) fn new(energy: &SiteEnergy, pue: Pue, carbon_price: CarbonPrice) -> Self {
        let mut hours =
            Self { least: Sum { price: i64::MAX, carbon: i64::MAX }, ..Self::default() };
        let mut sum = Sum::default();
        for (hour, rate) in energy.least_by_hour() {
            let each = i128::from(carbon_price.get()).saturating_mul(pue.get().into());
            let carbon = i128::from(rate.carbon.get()).saturating_mul(each);
            let price = micro(i128::from(rate.price.get()) * i128::from(pue.get()), 1_000_000);
            let carbon = micro(carbon, 1_000_000_000_000_000_000);
            let (Some(price), Some(carbon)) = (price, carbon) else { return Self::default() };
            if hours.sums.is_empty() {
                (hours.first, hours.sums) = (hour, vec![sum]);
            }
            sum = Sum { price: sum.price + price, carbon: sum.carbon + carbon };
            hours.sums.push(sum);
            let Sum { price: least_price, carbon: least_carbon } = hours.least;
            hours.least = Sum { price: price.min(least_price), carbon: carbon.min(least_carbon) };
        }
        hours
    }

    /// At most what electricity, carbon and waiting from `from` on come to for any start in `[from, last]`. None if
    /// that is beyond the window, or the figures are beyond reason.
    pub(crate) fn least(&self, of: &PerKw, from: Time, last: Time) -> Option<i64> {
        if !of.is_within_reason() {
            return None;
        }
        let waiting = of.waiting.min(WAITING_MOST);
        let weighed = |sum: &Sum| of.price * sum.price + of.carbon * sum.carbon;
        let (run, part) = (of.run.get() / HOUR_MS as u64, of.run.get() % HOUR_MS as u64);
        let (run, part) = (usize::try_from(run).ok()?, i64::try_from(part).ok()?);
        let (first, into) = self.hour(from)?;
        let (end, _) = self.hour(last)?;
        // With the two edges of the hour in which it starts, and the two hours in which it may end.
        let starts = self.sums.get(first..end.checked_add(2)?)?.windows(2);
        let ends = self.sums.get(first.checked_add(run)?..end.checked_add(run)?.checked_add(3)?)?;
        let floor = weighed(&self.least);
        let floor = floor * i64::try_from(run).ok()? + of_an_hour(floor, part);
        let mut waited = 0;
        let mut least = i64::MAX;
        for (id, (start, end)) in starts.zip(ends.windows(3)).enumerate() {
            if waited + floor >= least {
                break;
            }
            let ([start, next], [end, after, further]) = (start, end) else { return None };
            let (start, next) = (weighed(start), weighed(next));
            let (end, after, further) = (weighed(end), weighed(after), weighed(further));
            let (now, then) = (end - start, after - next);
            let sum = if id == 0 { between(now, then, into).min(then) } else { now.min(then) };
            let tail = (after - end).min(further - after);
            least = least.min(sum + of_an_hour(tail, part) + waited);
            let waits = if id == 0 { HOUR_MS - into } else { HOUR_MS };
            waited += of_an_hour(waiting, waits);
        }
        (least < i64::MAX).then_some(least)
    }

    /// Its place, and how far in it is.
    fn hour(&self, at: Time) -> Option<(usize, i64)> {
        let (hour, into) = hour_of(at);
        Some((usize::try_from(hour - self.first).ok()?, into))
    }

    /// The last hour, since 1970, for the starts in which a run of so many hours and a part is known to its end.
    pub(crate) fn last_start(&self, run: i64) -> Option<i64> {
        let known = i64::try_from(self.sums.len()).ok()?;
        Some(self.first + known - run - 3).filter(|last| *last >= self.first)
    }

    /// Weighted, for a run that starts in an hour since 1970: its whole hours if it starts at the beginning, and if at
    /// the end; and the least an hour of what is left costs.
    pub(crate) fn run_from(&self, hour: i64, run: i64, weights: (i64, i64)) -> Option<[i64; 3]> {
        let at = |more: i64| {
            let place = usize::try_from(hour - self.first + more).ok()?;
            let sum = self.sums.get(place)?;
            Some(weights.0 * sum.price + weights.1 * sum.carbon)
        };
        let (end, after, further) = (at(run)?, at(run + 1)?, at(run + 2)?);
        Some([end - at(0)?, after - at(1)?, (after - end).min(further - after)])
    }
}

impl PerKw {
    pub(crate) fn is_within_reason(&self) -> bool {
        let weights = [self.price, self.carbon];
        weights.iter().all(|it| (0..=WEIGHT_MOST).contains(it)) && self.waiting >= 0
    }
}

/// The hour since 1970 of a time, and how far in it is, in milliseconds.
pub(crate) const fn hour_of(at: Time) -> (i64, i64) {
    let ms = at.as_millis();
    (ms.div_euclid(HOUR_MS), ms.rem_euclid(HOUR_MS))
}

/// Rounded down, where it is within reason.
fn micro(value: i128, by: i128) -> Option<i64> {
    i64::try_from(value.div_euclid(by)).ok().filter(|it| it.abs() <= RATE_MOST)
}

/// Rounded down.
const fn of_an_hour(value: i64, ms: i64) -> i64 {
    let (whole, rest) = (value.div_euclid(HOUR_MS), value.rem_euclid(HOUR_MS));
    whole * ms + (rest * ms).div_euclid(HOUR_MS)
}

const fn between(from: i64, to: i64, ms: i64) -> i64 {
    from + of_an_hour(to - from, ms)
}
