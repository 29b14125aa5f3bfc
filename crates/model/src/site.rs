//! Places with resources: sites, flavors, pools.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{
    Bytes, Carbon, CarbonIntensity, Cores, EnergyPrice, HourPrice, Power, Pue, Span, Throughput,
    Time,
};

use crate::{Coordinates, Electricity, Name, resource::Invalid};

/// A place with resources, its electricity and its carbon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteSpec {
    /// Who owns the site and is paid for it.
    pub organization: Name,
    /// The geography that `regions.allow` and `regions.forbid` of a job speak of.
    pub region: Name,
    pub place: Coordinates,
    /// IANA name of the time zone in which the tariff's hours are meant.
    pub time_zone: String,
    /// Facility energy over IT energy, 1 to 5.
    pub pue: Pue,
    pub tariff: Tariff,
    pub carbon: CarbonSource,
    /// What else is known of its electricity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub electricity: Option<Box<Electricity>>,
    /// Limits on what the site may draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<SitePower>,
    /// Whether new work is put here.
    #[serde(default, skip_serializing_if = "Admission::is_open")]
    pub admission: Admission,
    /// Times at which nothing may run here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<Maintenance>,
    /// Object storage that holds the site's copies of datasets, reachable from the other sites: "s3://bucket/prefix",
    /// "file:///folder". Who may use it is known to the agents alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// Prices of pools that the site's agent finds and publishes; a pool can be given another price later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
}

/// Whether a site takes work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Admission {
    #[default]
    Open,
    /// What is here stays; nothing new comes.
    Cordoned,
    /// Nothing new comes, and what is here is moved elsewhere.
    Drained,
}

impl Admission {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_open(&self) -> bool {
        *self == Self::Open
    }
}

/// A time at which nothing may run: work is placed around it, and what runs longer than thought is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Maintenance {
    pub from: Time,
    /// Later than `from`.
    pub to: Time,
}

/// What capacity costs an hour, without electricity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// One core.
    pub core: HourPrice,
    /// One accelerator of a model that `accelerators` does not name.
    pub accelerator: HourPrice,
    /// One accelerator, by model.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub accelerators: BTreeMap<Name, HourPrice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePower {
    /// The most the whole facility may draw.
    pub cap: Power,
}

/// What a kWh costs, by month and hour of the site's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// Where the figures come from: a notice's number, a URL, a contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Each month of the year in exactly one season.
    #[schemars(length(min = 1, max = 12))]
    pub seasons: Vec<TariffSeason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TariffSeason {
    /// 1 to 12; left out: every month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<u8>,
    /// The price in hours that no band names.
    pub price: EnergyPrice,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<HourBand>,
}

/// A price for some hours of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HourBand {
    /// What the tariff calls it: peak, valley, tip, deep.
    pub name: String,
    /// First hour, 0 to 23.
    pub from: u8,
    /// Hour it ends before, 1 to 24, later than `from`.
    pub to: u8,
    pub price: EnergyPrice,
}

/// Grams of CO2 equivalent behind a kWh of grid electricity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CarbonSource {
    pub intensity: CarbonIntensity,
    /// 24 values, midnight first, in the site's own time; left out: `intensity` all day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hour: Vec<CarbonIntensity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    Fp64,
    Fp32,
    Bf16,
    Fp16,
    Fp8,
    Int8,
    Int64,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Arch {
    X86_64,
    Aarch64,
    Loongarch64,
    Riscv64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThroughputSource {
    /// By `jw agent bench` on the site's own machine.
    Measured,
    /// By the maker's data sheet.
    #[default]
    Rated,
}

/// Typed capacity: what one unit of a pool is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlavorSpec {
    pub arch: Arch,
    /// Of one unit.
    pub cores: Cores,
    /// Of one unit.
    pub memory: Bytes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<Accelerator>,
    /// Of one unit, by precision, so that unlike chips compare.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub throughput: BTreeMap<Precision, Throughput>,
    #[serde(default)]
    pub throughput_source: ThroughputSource,
    /// What one unit draws when it works.
    pub power: Power,
    /// Of making one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embodied: Option<Embodied>,
}

/// CO2 that making a thing has caused, spread evenly over the time it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Embodied {
    pub carbon: Carbon,
    /// Expected, above zero.
    pub lifetime: Span,
}

impl Embodied {
    /// What falls to so many units over a time, rounded down; `None` if that is too much to write down.
    #[must_use]
    pub fn share(&self, units: u32, time: Span) -> Option<Carbon> {
        let product = u128::from(self.carbon.get()).checked_mul(u128::from(time.get()))?;
        let all = product.checked_mul(u128::from(units))?;
        u64::try_from(all.checked_div(u128::from(self.lifetime.get()))?).ok().map(Carbon::new)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accelerator {
    pub model: Name,
    /// In one unit.
    #[schemars(range(min = 1, max = 1024))]
    pub count: u32,
    /// Of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Bytes>,
    /// There is no such chip behind it: tasks run on the processor, and everything shown says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

/// Schedulable capacity: so many units of one flavor at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolSpec {
    pub site: Name,
    pub flavor: Name,
    #[schemars(range(min = 1, max = 10_000_000))]
    pub units: u32,
    /// Units in one machine: the most that one task can have. Left out: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub units_per_node: Option<u32>,
    /// Of one unit, without electricity.
    pub price: HourPrice,
}

impl PoolSpec {
    /// The most units that one task can have.
    #[must_use]
    pub fn node_units(&self) -> u32 {
        self.units_per_node.unwrap_or(self.units).min(self.units)
    }
}

/// An address of object storage that holds no secret.
fn is_storage(url: &str) -> bool {
    let has = |scheme: &str| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    (has("s3://") || has("file:///")) && url.len() <= 512 && !url.contains(['@', '?', '#', ' '])
}

impl SiteSpec {
    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        if !self.place.is_on_earth() {
            wrong.push(Invalid::new(
                "spec.place",
                "latitude is -90 to 90 and longitude -180 to 180 degrees",
            ));
        }
        if self.pue < Pue::ONE || self.pue > Pue::new(5_000) {
            wrong.push(Invalid::new(
                "spec.pue",
                format!("a PUE of {} cannot be: use 1 to 5", self.pue),
            ));
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            let message = format!(
                "`{}` is not an IANA time zone: use one as \"Asia/Shanghai\"",
                self.time_zone
            );
            wrong.push(Invalid::new("spec.time_zone", message));
        }
        self.tariff.check(wrong);
        if self.maintenance.len() > 64 || self.maintenance.iter().any(|it| it.to <= it.from) {
            wrong.push(Invalid::new("spec.maintenance", "at most 64, each with `to` after `from`"));
        }
        if self.storage.as_deref().is_some_and(|url| !is_storage(url)) {
            wrong.push(Invalid::new(
                "spec.storage",
                "use \"s3://bucket/prefix\" or \"file:///folder\", without keys or passwords",
            ));
        }
        if let Some(electricity) = &self.electricity {
            electricity.check(wrong);
        }
        if !matches!(self.carbon.by_hour.len(), 0 | 24) {
            let message = format!("{} values: give 24, midnight first", self.carbon.by_hour.len());
            wrong.push(Invalid::new("spec.carbon.by_hour", message));
        }
    }
}

impl Tariff {
    /// One price at all times.
    #[must_use]
    pub fn flat(price: EnergyPrice) -> Self {
        Self {
            source: None,
            seasons: vec![TariffSeason { months: Vec::new(), price, bands: Vec::new() }],
        }
    }

    fn check(&self, wrong: &mut Vec<Invalid>) {
        for month in 1..=12 {
            let seasons = self
                .seasons
                .iter()
                .filter(|s| s.months.is_empty() || s.months.contains(&month))
                .count();
            if seasons != 1 {
                let message =
                    format!("month {month} is in {seasons} seasons: put it in exactly one");
                wrong.push(Invalid::new("spec.tariff.seasons", message));
            }
        }
        for (at, season) in self.seasons.iter().enumerate() {
            season.check(at, wrong);
        }
    }
}

impl TariffSeason {
    fn check(&self, at: usize, wrong: &mut Vec<Invalid>) {
        if let Some(month) = self.months.iter().find(|month| !(1..=12).contains(*month)) {
            wrong.push(Invalid::new(
                format!("spec.tariff.seasons[{at}].months"),
                format!("there is no month {month}: use 1 to 12"),
            ));
        }
        let field = || format!("spec.tariff.seasons[{at}].bands");
        for band in &self.bands {
            if band.from >= band.to || band.to > 24 {
                let message = format!(
                    "band `{}` goes from {} to {}: use 0 to 24",
                    band.name, band.from, band.to
                );
                wrong.push(Invalid::new(field(), message));
            }
        }
        let twice = (0..24)
            .find(|hour| self.bands.iter().filter(|b| (b.from..b.to).contains(hour)).count() > 1);
        if let Some(hour) = twice {
            wrong
                .push(Invalid::new(field(), format!("hour {hour} is in two bands: put it in one")));
        }
    }
}

impl FlavorSpec {
    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        if self.cores.is_zero() {
            wrong.push(Invalid::new(
                "spec.cores",
                "a unit without cores runs nothing: give at least 1m",
            ));
        }
        if self.memory.is_zero() {
            wrong.push(Invalid::new(
                "spec.memory",
                "a unit without memory runs nothing: give at least 1MiB",
            ));
        }
        if self.embodied.is_some_and(|it| it.lifetime.is_zero()) {
            wrong.push(Invalid::new(
                "spec.embodied.lifetime",
                "a lifetime of nothing cannot be: give some years, as \"1826d\"",
            ));
        }
        if self.accelerator.as_ref().is_some_and(|a| !(1..=1024).contains(&a.count)) {
            wrong.push(Invalid::new(
                "spec.accelerator.count",
                "give 1 to 1024, or leave the accelerator out",
            ));
        }
    }
}

impl PoolSpec {
    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        if !(1..=10_000_000).contains(&self.units) {
            wrong.push(Invalid::new("spec.units", "give 1 to 10,000,000"));
        }
        if self.units_per_node.is_some_and(|units| units == 0 || units > self.units) {
            wrong.push(Invalid::new(
                "spec.units_per_node",
                format!("give 1 to {}, the pool's units", self.units),
            ));
        }
        if self.price.get() < 0 {
            wrong.push(Invalid::new(
                "spec.price",
                format!("{} is negative: a price is zero or more", self.price),
            ));
        }
    }
}
