//! A price and a carbon intensity that change at known times.

use units::{Carbon, CarbonIntensity, Energy, EnergyPrice, Money, Time};

/// What a kWh costs and emits at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub price: EnergyPrice,
    pub carbon: CarbonIntensity,
}

impl Rate {
    /// The lower of both, each for itself.
    #[must_use]
    pub(crate) fn least(self, other: Self) -> Self {
        Self { price: self.price.min(other.price), carbon: self.carbon.min(other.carbon) }
    }
}

/// Rates summed over an interval: each rate times the milliseconds it was in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateSum {
    /// Nano-yuan per kWh x ms.
    pub price: i128,
    /// Micrograms per kWh x ms.
    pub carbon: i128,
    /// Length of the interval in ms.
    pub ms: i128,
}

const MJ_PER_KWH: i128 = 3_600_000_000;

impl RateSum {
    pub(crate) fn of(rate: Rate, from: Time, to: Time) -> Self {
        let ms = i128::from(to.as_millis()) - i128::from(from.as_millis());
        Self {
            price: i128::from(rate.price.get()) * ms,
            carbon: i128::from(rate.carbon.get()) * ms,
            ms,
        }
    }

    #[must_use]
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            price: self.price + other.price,
            carbon: self.carbon + other.carbon,
            ms: self.ms + other.ms,
        }
    }

    /// Without a part of the interval.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            price: self.price - other.price,
            carbon: self.carbon - other.carbon,
            ms: self.ms - other.ms,
        }
    }

    /// What `energy`, drawn evenly over the interval, costs; `None` if that is too much to write down.
    #[must_use]
    pub fn cost(&self, energy: Energy) -> Option<Money> {
        i64::try_from(self.share(self.price, energy)?).ok().map(Money::new)
    }

    /// What `energy`, drawn evenly over the interval, emits; `None` if that is too much to write down.
    #[must_use]
    pub fn carbon(&self, energy: Energy) -> Option<Carbon> {
        u64::try_from(self.share(self.carbon, energy)?).ok().map(Carbon::new)
    }

    /// The time-weighted mean price; zero over an empty interval.
    #[must_use]
    pub fn mean_price(&self) -> EnergyPrice {
        let mean = divided(self.price, self.ms).unwrap_or(0);
        EnergyPrice::new(i64::try_from(mean).unwrap_or(i64::MAX))
    }

    /// The time-weighted mean intensity; zero over an empty interval.
    #[must_use]
    pub fn mean_carbon(&self) -> CarbonIntensity {
        let mean = divided(self.carbon, self.ms).unwrap_or(0);
        CarbonIntensity::new(u64::try_from(mean).unwrap_or(u64::MAX))
    }

    fn share(&self, sum: i128, energy: Energy) -> Option<i128> {
        divided(sum.checked_mul(i128::from(energy.get()))?, self.ms.checked_mul(MJ_PER_KWH)?)
    }
}

/// Rounded half away from zero; `None` by zero.
fn divided(sum: i128, by: i128) -> Option<i128> {
    let half = if sum < 0 { -by / 2 } else { by / 2 };
    sum.checked_add(half)?.checked_div(by)
}
