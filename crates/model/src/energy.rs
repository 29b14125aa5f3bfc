//! What a run has used of electricity, and what is known of a site's electricity hour by hour.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Carbon, CarbonIntensity, Energy, Time};

use crate::{JobKey, Name, resource::Invalid};

/// The electricity of one attempt of one job, also of one that failed or was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnergyUse {
    pub job: JobKey,
    pub site: Name,
    /// 1 for the first run.
    pub attempt: u32,
    pub start: Time,
    /// Not before `start`.
    pub end: Time,
    /// Of the machines.
    pub it: Energy,
    /// Of the whole facility, by the site's PUE at that time.
    pub facility: Energy,
    /// The part of making the machines that falls to this run; zero where the flavor says nothing of it.
    pub embodied: Carbon,
}

/// What is known of a site's electricity beside its tariff and the grid's carbon.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Electricity {
    /// CO2 behind what no certificate covers, in the market-based account: the residual mix, without green power that
    /// was sold. Left out: as the grid's own, and reports say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residual: Option<CarbonIntensity>,
}

impl Electricity {
    pub(crate) fn check(&self, _wrong: &mut Vec<Invalid>) {}
}

/// What a series tells of a site, hour by hour.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Micrograms of CO2 equivalent behind a kWh.
    Carbon,
    /// Nano-yuan for a kWh; may be below zero.
    Price,
    /// Millionths of the grid's electricity that are free of carbon.
    CarbonFree,
    /// What the whole facility drew in the hour by its meter, mJ.
    Meter,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Carbon, Self::Price, Self::CarbonFree, Self::Meter];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Carbon => "carbon",
            Self::Price => "price",
            Self::CarbonFree => "carbon_free",
            Self::Meter => "meter",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How a value came to be known. Ordered: a later one replaces an earlier one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    Forecast,
    Estimated,
    Measured,
}

/// One hour of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalPoint {
    /// A full hour.
    pub hour: Time,
    /// In the signal's unit.
    pub value: i64,
    pub quality: Quality,
}
