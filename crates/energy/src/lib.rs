//! What electricity costs and emits at a site, over real time.
//!
//! Knows tariffs (seasons and hour bands in the site's own time zone, daylight saving included) and carbon
//! intensities; does not know who uses the power. Rates are piecewise constant, so sums over any interval are
//! exact up to one rounding.

mod rates;
mod site;

pub use rates::{Rate, RateSum};
pub use site::SiteEnergy;

#[cfg(test)]
mod tests;
