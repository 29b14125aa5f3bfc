//! What a run has used of electricity, and what is known of a site's electricity hour by hour.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Carbon, CarbonIntensity, Energy, Money, Power, Span, Time, WaterIntensity};

use crate::{
    JobKey, Name,
    power::{Battery, GridConnection, Supply},
    resource::Invalid,
};

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
    /// Where the server reads series of the site, again and again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub feeds: Vec<Feed>,
    /// Ed25519 public keys, in Base64, of those who may ask the site to draw less for a while.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub demand_response: Vec<String>,
    /// Ed25519 public keys of the site's meters, in Base64; where there are any, usage events for it need a signature.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub meters: Vec<String>,
    /// Water used for a kWh of IT energy (WUE).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub water: Option<WaterIntensity>,
    /// What the facility draws at all times beside its jobs.
    #[serde(skip_serializing_if = "crate::resource::is_usual")]
    pub base_load: Power,
    /// Left out: it takes what it needs and gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridConnection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub battery: Option<Battery>,
    /// Sun and wind behind the site's own meter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub generation: Vec<Supply>,
    /// Green supply under contract, which comes through the grid connection. What is not taken is not paid for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub contracts: Vec<Supply>,
}

/// A series that somebody else keeps up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    pub signal: Signal,
    pub format: FeedFormat,
    /// "file:///folder/file.csv", "https://host/path?query". Read as it stands; holds no secret.
    #[schemars(length(min = 8, max = 1024))]
    pub from: String,
    /// What its values are in; a CSV file and an answer that says something else are refused.
    pub unit: FeedUnit,
    /// Yuan for one unit of the currency, where that is not the yuan: at most 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Money>,
    /// The column of a CSV file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128))]
    pub column: Option<String>,
    /// Between two readings: 1 minute to 1 day.
    #[serde(default = "quarter")]
    pub every: Span,
    /// The variable of the server's environment with the key that is sent; its name starts with `JW_FEED_`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 9, max = 128))]
    pub key_from: Option<String>,
}

const fn quarter() -> Span {
    Span::minutes(15)
}

/// How a feed puts its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedFormat {
    /// A CSV file with a time and named columns, as Electricity Maps exports it.
    Csv,
    /// Answers of the Electricity Maps API: `history`, `forecast` or `data`.
    ElectricityMaps,
    /// Answers of the Carbon Aware SDK: emissions, or forecasts of them.
    CarbonAware,
}

/// What a feed's values are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FeedUnit {
    #[serde(rename = "gCO2/kWh")]
    GramsPerKwh,
    #[serde(rename = "lbCO2/MWh")]
    PoundsPerMwh,
    #[serde(rename = "%")]
    Percent,
    #[serde(rename = "kWh")]
    Kwh,
    #[serde(rename = "CNY/MWh")]
    YuanPerMwh,
    #[serde(rename = "CNY/kWh")]
    YuanPerKwh,
    #[serde(rename = "EUR/MWh")]
    EuroPerMwh,
    #[serde(rename = "USD/MWh")]
    DollarPerMwh,
}

impl FeedUnit {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GramsPerKwh => "gCO2/kWh",
            Self::PoundsPerMwh => "lbCO2/MWh",
            Self::Percent => "%",
            Self::Kwh => "kWh",
            Self::YuanPerMwh => "CNY/MWh",
            Self::YuanPerKwh => "CNY/kWh",
            Self::EuroPerMwh => "EUR/MWh",
            Self::DollarPerMwh => "USD/MWh",
        }
    }

    /// What it is a unit of.
    #[must_use]
    pub const fn signal(self) -> Signal {
        match self {
            Self::GramsPerKwh | Self::PoundsPerMwh => Signal::Carbon,
            Self::Percent => Signal::CarbonFree,
            Self::Kwh => Signal::Meter,
            Self::YuanPerMwh | Self::YuanPerKwh | Self::EuroPerMwh | Self::DollarPerMwh => {
                Signal::Price
            }
        }
    }

    const fn is_foreign(self) -> bool {
        matches!(self, Self::EuroPerMwh | Self::DollarPerMwh)
    }
}

impl Feed {
    fn check(&self, field: &str, wrong: &mut Vec<Invalid>) {
        let mut say =
            |name: &str, text: String| wrong.push(Invalid::new(format!("{field}.{name}"), text));
        let has =
            |scheme: &str| self.from.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
        let is_web = has("http://") || has("https://");
        if !(is_web || has("file:///")) || self.from.len() > 1024 || self.from.contains([' ', '@'])
        {
            say(
                "from",
                "use \"file:///folder/file.csv\" or \"https://host/path\", without keys".to_owned(),
            );
        }
        if self.unit.signal() != self.signal {
            say("unit", format!("{} is no unit of {}", self.unit.as_str(), self.signal));
        }
        let rate = self.rate.map(Money::get);
        if rate.is_some() != self.unit.is_foreign()
            || rate.is_some_and(|it| !(1..=1_000_000_000_000).contains(&it))
        {
            say(
                "rate",
                "give yuan for one euro or dollar, as \"7.8CNY\"; of yuan give none".to_owned(),
            );
        }
        if (self.format == FeedFormat::Csv) != self.column.is_some() {
            say("column", "name the column of a CSV file; other formats have none".to_owned());
        }
        if !(60_000..=86_400_000).contains(&self.every.get()) {
            say("every", format!("{}: give 1m to 1d", self.every));
        }
        if self.key_from.as_ref().is_some_and(|it| !it.starts_with("JW_FEED_")) {
            say("key_from", "the variable's name has to start with JW_FEED_".to_owned());
        }
    }
}

impl Electricity {
    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        if self.feeds.len() > 8 {
            wrong.push(Invalid::new("spec.electricity.feeds", "at most 8"));
        }
        crate::usage::check_keys("spec.electricity.meters", &self.meters, wrong);
        crate::usage::check_keys("spec.electricity.demand_response", &self.demand_response, wrong);
        for (at, feed) in self.feeds.iter().enumerate() {
            feed.check(&format!("spec.electricity.feeds[{at}]"), wrong);
        }
        self.check_supply(wrong);
    }
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
    /// What the site's battery holds at the beginning of the hour, mJ: by its own meter, else as planned.
    Stored,
    /// Nano-yuan for one kWh more at a site with supply of its own, by its dispatch. Only the platform tells it.
    MarginalPrice,
    /// Micrograms of CO2 equivalent behind one kWh more, likewise.
    MarginalCarbon,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Carbon,
        Self::Price,
        Self::CarbonFree,
        Self::Meter,
        Self::Stored,
        Self::MarginalPrice,
        Self::MarginalCarbon,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Carbon => "carbon",
            Self::Price => "price",
            Self::CarbonFree => "carbon_free",
            Self::Meter => "meter",
            Self::Stored => "stored",
            Self::MarginalPrice => "marginal_price",
            Self::MarginalCarbon => "marginal_carbon",
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
