//! What is for sale, on the wire. A quote, an order and a bid are a job: [`crate::JobView`].

use std::collections::BTreeMap;

use model::{Accelerator, Arch, Name, Precision, ThroughputSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{CarbonIntensity, EnergyPrice, HourPrice, Money, Span, Time};

/// What every owner has to sell now, as it follows from sites, pools and flavors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offers {
    pub now: Time,
    /// ISO 4217; of all prices.
    pub currency: String,
    /// By site and pool.
    pub offers: Vec<Offer>,
}

/// Capacity of one kind that an owner sells at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// The organization that is paid.
    pub owner: Name,
    pub site: Name,
    pub region: Name,
    pub pool: Name,
    pub flavor: Name,
    pub arch: Arch,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<Accelerator>,
    /// Units there are.
    pub units: u32,
    /// Units that nobody holds now.
    pub free: u32,
    /// It can be had now: the site reports and takes new work.
    pub open: bool,
    /// Of one unit, without electricity and carbon.
    pub price: HourPrice,
    /// What electricity costs and emits there now.
    pub electricity: EnergyPrice,
    pub carbon: CarbonIntensity,
    /// One unit at work for an hour, with electricity and carbon of the whole facility: at the rates of now, and the
    /// least and the greatest of the next 24 hours.
    pub hour: Money,
    pub hour_least: Money,
    pub hour_most: Money,
    /// `hour` by arithmetic: for 10^15 operations a second over an hour, by precision; of flavors whose throughput is
    /// known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub compute_hour: BTreeMap<Precision, Money>,
    /// Whether that throughput was measured or is the maker's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput_source: Option<ThroughputSource>,
}

/// One clearing of the market: who bid is not told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClearingView {
    /// Rises from clearing to clearing.
    pub number: i64,
    pub at: Time,
    /// How long a slot is.
    pub slot: Span,
    /// Bids that could have had a place.
    pub bids: u32,
    /// Those that have one now.
    pub won: u32,
    /// By those, with all their lines.
    pub paid: Money,
    /// What the winners bid, less what their places cost at posted prices.
    pub welfare: Money,
    /// No choice among the bids and their places has more.
    pub bound: Money,
    /// How far `welfare` can be below the best, in percent of `bound`.
    pub gap_pct: f64,
    /// Nothing was sold twice, and what buyers pay is what owners get.
    pub budget_balanced: bool,
    /// Nobody pays more than was bid, and no owner gets less than posted.
    pub rational: bool,
    /// By pool and time; only of what was sold, or cost more than posted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<ClearedPrice>,
}

/// What a unit of a pool cost in slots that follow each other, whoever bought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClearedPrice {
    pub site: Name,
    pub pool: Name,
    pub from: Time,
    pub to: Time,
    /// Units sold.
    pub units: u32,
    /// Units that were free before.
    pub free: u32,
    /// What the owner posts: no unit is sold below.
    pub posted: HourPrice,
    /// What is paid.
    pub price: HourPrice,
}
