//! What electricity costs and emits at a site, over real time.
//!
//! Knows tariffs (seasons and hour bands in the site's own time zone, daylight saving included), carbon
//! intensities, and series that stand in for them; does not know who uses the power. Rates are piecewise constant, so sums over any interval are
//! exact up to one rounding.
//!
//! Also who used it, hour by hour ([`account`]), and the lives of certificates of green electricity ([`certificates`]).
//!
//! Also what is best done about it: a site's supply over the coming slots ([`dispatch`]), and, as functions over plain
//! numbers, the cheapest slots of a window, a storage's dispatch, hubs that share a day's work, and forecasts with bands.

pub mod account;
pub mod certificates;
pub mod dispatch;
mod forecast;
mod hubs;
mod pieces;
mod rates;
pub mod signals;
mod site;
mod slots;
mod storage;

pub use forecast::{Forecast, forecast, seasonal};
pub use hubs::{DAY, HubEffort, HubPlan, Hubs};
pub use rates::{Rate, RateSum};
pub use site::{SiteEnergy, Told};
pub use slots::{cheapest_run, cheapest_slots};
pub use storage::{Dispatch, Step, Storage};

#[cfg(test)]
mod tests;
