//! The products between quantities that mean something, each rounded once, half away from zero.

use crate::{
    Bandwidth, Bytes, Carbon, CarbonIntensity, CarbonPrice, DataPrice, Energy, EnergyPrice,
    HourPrice, Money, Power, Pue, Share, Span, Throughput, Water, WaterIntensity, Work,
};

const MILLION: u64 = 1_000_000;
const MJ_PER_KWH: i128 = 3_600_000_000;
const MS_PER_HOUR: i128 = 3_600_000;
const UG_PER_TONNE: i128 = 1_000_000_000_000;
const BYTES_PER_GB: i128 = 1_000_000_000;

/// `a * b / c`, rounded half away from zero.
fn scaled(a: i128, b: i128, c: i128) -> Option<i128> {
    let product = a.checked_mul(b)?;
    let half = if product < 0 { -c / 2 } else { c / 2 };
    Some(product.checked_add(half)? / c)
}

impl Share {
    /// So much of an amount, at most all of it.
    #[must_use]
    pub fn of(self, amount: Money) -> Money {
        money(amount.get(), self.get().min(MILLION), MILLION.into()).unwrap_or(amount)
    }
}

impl Money {
    /// Where `whole` costs this, what `quantity` costs, half away from zero; at most what money can be. Nothing where there
    /// is no whole.
    #[must_use]
    pub fn part(self, quantity: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self::ZERO;
        }
        let end = if self.get() < 0 { i64::MIN } else { i64::MAX };
        let part = scaled(self.get().into(), quantity.into(), whole.into());
        Self::new(part.and_then(|it| i64::try_from(it).ok()).unwrap_or(end))
    }

    /// The nearest multiple of `step`, half away from zero; itself where that does not fit or `step` is not positive.
    #[must_use]
    pub fn rounded_to(self, step: Self) -> Self {
        let (amount, step) = (i128::from(self.get()), i128::from(step.get()));
        let nearest = (step > 0).then(|| scaled(amount, 1, step)?.checked_mul(step)).flatten();
        nearest.and_then(|it| i64::try_from(it).ok()).map_or(self, Self::new)
    }
}

fn money(a: i64, b: u64, per: i128) -> Option<Money> {
    i64::try_from(scaled(i128::from(a), i128::from(b), per)?).ok().map(Money::new)
}

fn unsigned(a: u64, b: u64, per: i128) -> Option<u64> {
    u64::try_from(scaled(i128::from(a), i128::from(b), per)?).ok()
}

impl Power {
    /// Power drawn for a time is energy.
    #[must_use]
    pub fn over(self, span: Span) -> Option<Energy> {
        unsigned(self.get(), span.get(), 1_000).map(Energy::new)
    }

    /// What the whole facility draws for this IT power.
    #[must_use]
    pub fn at_pue(self, pue: Pue) -> Option<Power> {
        unsigned(self.get(), pue.get(), 1_000).map(Power::new)
    }
}

impl Energy {
    /// What the whole facility uses for this IT energy.
    #[must_use]
    pub fn at_pue(self, pue: Pue) -> Option<Energy> {
        unsigned(self.get(), pue.get(), 1_000).map(Energy::new)
    }
}

impl EnergyPrice {
    #[must_use]
    pub fn times(self, energy: Energy) -> Option<Money> {
        money(self.get(), energy.get(), MJ_PER_KWH)
    }
}

impl CarbonIntensity {
    #[must_use]
    pub fn times(self, energy: Energy) -> Option<Carbon> {
        unsigned(self.get(), energy.get(), MJ_PER_KWH).map(Carbon::new)
    }
}

impl WaterIntensity {
    #[must_use]
    pub fn times(self, energy: Energy) -> Option<Water> {
        unsigned(self.get(), energy.get(), MJ_PER_KWH).map(Water::new)
    }
}

impl CarbonPrice {
    #[must_use]
    pub fn times(self, carbon: Carbon) -> Option<Money> {
        money(self.get(), carbon.get(), UG_PER_TONNE)
    }
}

impl HourPrice {
    #[must_use]
    pub fn times(self, span: Span) -> Option<Money> {
        money(self.get(), span.get(), MS_PER_HOUR)
    }
}

impl DataPrice {
    #[must_use]
    pub fn times(self, bytes: Bytes) -> Option<Money> {
        money(self.get(), bytes.get(), BYTES_PER_GB)
    }
}

impl Bandwidth {
    /// Bytes that pass in a time.
    #[must_use]
    pub fn over(self, span: Span) -> Option<Bytes> {
        unsigned(self.get(), span.get(), 8_000).map(Bytes::new)
    }
}

impl Bytes {
    /// Time to move this much at a bandwidth, rounded up; `None` at zero bandwidth.
    #[must_use]
    pub fn at(self, bandwidth: Bandwidth) -> Option<Span> {
        ratio_up(i128::from(self.get()).checked_mul(8_000)?, bandwidth.get())
    }
}

impl Work {
    /// Time to do this work at a throughput, rounded up; `None` at zero throughput.
    #[must_use]
    pub fn at(self, throughput: Throughput) -> Option<Span> {
        ratio_up(i128::from(self.get()).checked_mul(1_000)?, throughput.get())
    }
}

fn ratio_up(amount: i128, rate: u64) -> Option<Span> {
    let rate = i128::from(rate);
    if rate == 0 {
        return None;
    }
    u64::try_from((amount + rate - 1) / rate).ok().map(Span::new)
}
