//! Electricity and carbon on the wire: accounts, certificates, signals.

use model::{Certificate, CertificateEvent, Name, Signal, SignalPoint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Carbon, CarbonIntensity, Energy, EnergyPrice, Money, Power, Time, Water};

use crate::Origin;

/// What an account is summed up by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EnergyBy {
    /// One row a job; what meters have and no job ran for stands under `idle`.
    #[default]
    Job,
    /// One row a project.
    Project,
    /// One row a site.
    Site,
    /// One row a month, in UTC.
    Month,
    /// One row a year, in UTC.
    Year,
}

/// Who used how much electricity, and what it emitted. Rows sum to the total exactly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnergyReport {
    pub from: Time,
    pub to: Time,
    pub by: EnergyBy,
    /// By name.
    pub rows: Vec<EnergyRow>,
    pub total: EnergyRow,
    /// By hour and name, if asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<EnergyHour>,
    /// What figures rest on, for people: which factor was used where no better one is known.
    pub notes: Vec<String>,
}

/// Energy and carbon of one job, project, site or time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnergyRow {
    pub name: String,
    /// Jobs in it.
    pub jobs: u64,
    #[serde(flatten)]
    pub sums: EnergySums,
    /// Facility energy over IT energy (ISO/IEC 30134-2); none without IT energy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pue: Option<f64>,
    /// kgCO2 by location for a kWh of IT energy (ISO/IEC 30134-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cue: Option<f64>,
    /// Litres of water for a kWh of IT energy (ISO/IEC 30134-9); none where no site says what it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wue: Option<f64>,
    /// Of facility energy, free of carbon in the hour of its use, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cfe_pct: Option<f64>,
    /// Software carbon intensity (SCI 1.1, ISO/IEC 21031), for each job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sci: Option<Carbon>,
}

/// What is added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnergySums {
    /// Of the machines.
    pub it: Energy,
    /// Of the whole facility.
    pub facility: Energy,
    /// Scope 2 by location: as the grid is.
    pub location_based: Carbon,
    /// Scope 2 by market: what certificates cover emits nothing.
    pub market_based: Carbon,
    /// Of `facility`, covered by certificates of the same hour.
    pub granular: Energy,
    /// Of `facility`, covered by certificates of another time.
    pub yearly: Energy,
    /// Of `facility`, free of carbon in its hour.
    pub carbon_free: Energy,
    /// Of making the machines.
    pub embodied: Carbon,
    /// Used by sites that say so.
    #[serde(default)]
    pub water: Water,
}

/// One row's part of one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnergyHour {
    /// A full hour.
    pub hour: Time,
    pub name: String,
    #[serde(flatten)]
    pub sums: EnergySums,
}

/// What an order did to certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateAnswer {
    /// In order; none where there was nothing to match.
    pub events: Vec<CertificateEvent>,
    /// Those that it made or changed, as they are now.
    pub certificates: Vec<Certificate>,
}

/// Points of a series of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalUpload {
    pub signal: Signal,
    /// Where they come from, for people: 1 to 200 characters.
    pub source: String,
    /// 1 to 20,000, each of another hour.
    #[schemars(length(min = 1, max = 20_000))]
    pub points: Vec<SignalPoint>,
}

/// A series of a site as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignalSeries {
    pub site: Name,
    pub signal: Signal,
    /// Of the newest point.
    pub source: String,
    /// When that was told.
    pub at: Time,
    pub points: Vec<SignalPoint>,
}

/// How a site is supplied over the coming 48 hours, at the least cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DispatchView {
    pub site: Name,
    pub now: Time,
    /// Without the grid until then, as was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub island_until: Option<Time>,
    /// In the battery at the beginning.
    pub stored: Energy,
    /// Of 15 minutes each; the first has begun.
    pub slots: Vec<DispatchSlot>,
    /// What is paid to others less what they pay, with wear and demand charge.
    pub cost: Money,
    pub carbon: Carbon,
    /// The same load without the battery.
    pub cost_without_battery: Money,
    pub carbon_without_battery: Carbon,
    /// The difference in money; below zero where the reserve has to be filled, or where carbon is saved instead.
    pub saving: Money,
    /// The part of `cost` that the battery wears off.
    pub wear: Money,
    pub demand_charge: Money,
    /// The most that is drawn through the grid connection.
    pub peak: Power,
    /// Need that nothing can meet.
    pub unserved: Energy,
}

/// Where everything goes in 15 minutes: load = own + contracted + import - export + discharge - charge + unserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DispatchSlot {
    pub from: Time,
    pub to: Time,
    /// Of jobs that are placed there, and of what the site draws at all times.
    pub load: Energy,
    /// Own generation that is used, stored or given to the grid, and what is not.
    pub own: Energy,
    pub curtailed: Energy,
    /// Green supply under contract.
    pub contracted: Energy,
    pub import: Energy,
    pub export: Energy,
    pub charge: Energy,
    pub discharge: Energy,
    /// In the battery at the end.
    pub stored: Energy,
    pub unserved: Energy,
    /// Of the grid.
    pub price: EnergyPrice,
    pub carbon_intensity: CarbonIntensity,
    #[serde(default, skip_serializing_if = "Origin::is_stated")]
    pub price_from: Origin,
    #[serde(default, skip_serializing_if = "Origin::is_stated")]
    pub carbon_from: Origin,
    pub cost: Money,
    pub carbon: Carbon,
    /// Of one kWh more.
    pub marginal_price: EnergyPrice,
    pub marginal_carbon: CarbonIntensity,
}
