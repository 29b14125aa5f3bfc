//! A metric as it is sent (draft-ietf-cats-metric-definition, "CATS Metric Fields"): names of fields are the draft's.

use serde::{Deserialize, Serialize};

/// What a value is of: one row of [`KINDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricType {
    /// Requests that an instance serves side by side.
    ComputeCapacity,
    /// The part of them that is busy.
    ComputeUse,
    /// Requests that wait.
    ServiceQueue,
    /// How long a request is served, without its wait.
    ServiceDelay,
    /// One way, along a path.
    NetworkDelay,
    NetworkJitter,
    /// The part of packets that is lost.
    NetworkLoss,
    /// Of the busiest link of a path, the part that is used.
    NetworkUse,
    ComputeNorm,
    CommunicationNorm,
    ServiceNorm,
    /// All in one.
    NormFi,
}

/// How far a value is from what was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// Raw.
    L0,
    /// Normalised, one for each category.
    L1,
    /// Normalised, one for all.
    L2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Int,
    Float,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    None,
    /// Microseconds.
    Us,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Nominal,
    Estimation,
    #[serde(rename = "directly measured")]
    Measured,
    Normalization,
    Aggregation,
}

/// What was done with measurements of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistics {
    Max,
    Min,
    Mean,
    Cur,
}

/// What holds for every metric of one type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    pub of: MetricType,
    pub name: &'static str,
    pub level: Level,
    pub format: Format,
    /// Of the value, in octets.
    pub length: u8,
    pub unit: Unit,
    /// Values are from zero to this.
    pub most: f64,
}

/// The best score; zero is the worst.
pub const SCORE_MOST: f64 = 10.0;

const fn raw(of: MetricType, name: &'static str, unit: Unit, most: f64) -> Kind {
    Kind { of, name, level: Level::L0, format: Format::Float, length: 4, unit, most }
}

const fn norm(of: MetricType, name: &'static str, level: Level) -> Kind {
    Kind { of, name, level, format: Format::Int, length: 1, unit: Unit::None, most: SCORE_MOST }
}

/// A day in microseconds: no delay is longer.
const DAY_US: f64 = 86_400e6;

/// Every type of metric.
pub const KINDS: [Kind; 12] = [
    raw(MetricType::ComputeCapacity, "compute_capacity", Unit::None, 1e9),
    raw(MetricType::ComputeUse, "compute_use", Unit::None, 1.0),
    raw(MetricType::ServiceQueue, "service_queue", Unit::None, 1e12),
    raw(MetricType::ServiceDelay, "service_delay", Unit::Us, DAY_US),
    raw(MetricType::NetworkDelay, "network_delay", Unit::Us, DAY_US),
    raw(MetricType::NetworkJitter, "network_jitter", Unit::Us, DAY_US),
    raw(MetricType::NetworkLoss, "network_loss", Unit::None, 1.0),
    raw(MetricType::NetworkUse, "network_use", Unit::None, 1.0),
    norm(MetricType::ComputeNorm, "compute_norm", Level::L1),
    norm(MetricType::CommunicationNorm, "communication_norm", Level::L1),
    norm(MetricType::ServiceNorm, "service_norm", Level::L1),
    norm(MetricType::NormFi, "norm_fi", Level::L2),
];

impl MetricType {
    /// What holds for all of this type.
    #[must_use]
    pub fn kind(self) -> Kind {
        let [first, ..] = KINDS;
        KINDS.into_iter().find(|it| it.of == self).unwrap_or(first)
    }
}

/// Why a metric is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MetricError {
    #[error("{name}: {value} is not between 0 and {most}")]
    OutOfRange { name: &'static str, value: f64, most: f64 },
    #[error("{name}: {value} is not a whole number")]
    NotWhole { name: &'static str, value: f64 },
    #[error("{name}: its {field} is not what it always is: {right}")]
    Field { name: &'static str, field: &'static str, right: String },
    #[error("{name} is missing: an agent tells it with the others")]
    Missing { name: &'static str },
}

/// One metric, in range and with the fields that its type has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Metric {
    metric_type: MetricType,
    format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    format_std: Option<String>,
    length: u8,
    unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Statistics>,
    level: Level,
    value: f64,
}

impl Metric {
    /// A raw metric of an interval.
    ///
    /// # Errors
    /// The value is not a number or out of the range of its type, or the type is of a score.
    pub fn raw(
        of: MetricType,
        value: f64,
        source: Source,
        statistics: Statistics,
    ) -> Result<Self, MetricError> {
        let kind = of.kind();
        if kind.level != Level::L0 {
            let right = "L0; scores are made of raw metrics".to_owned();
            return Err(MetricError::Field { name: kind.name, field: "level", right });
        }
        Self::checked(kind, value, None, Some(source), Some(statistics))
    }

    /// A score, of which `format_std` says by which rule it was made.
    ///
    /// # Errors
    /// The value is not a whole number from 0 to 10.
    pub(super) fn score(of: MetricType, value: f64, rule: &str) -> Result<Self, MetricError> {
        Self::checked(of.kind(), value, Some(rule.to_owned()), Some(Source::Normalization), None)
    }

    fn checked(
        kind: Kind,
        value: f64,
        format_std: Option<String>,
        source: Option<Source>,
        statistics: Option<Statistics>,
    ) -> Result<Self, MetricError> {
        let Kind { of: metric_type, name, level, format, length, unit, most } = kind;
        if !(0.0..=most).contains(&value) {
            return Err(MetricError::OutOfRange { name, value, most });
        }
        if format == Format::Int && value.fract() != 0.0 {
            return Err(MetricError::NotWhole { name, value });
        }
        Ok(Self { metric_type, format, format_std, length, unit, source, statistics, level, value })
    }

    pub const fn metric_type(&self) -> MetricType {
        self.metric_type
    }

    /// In the unit of its type.
    pub const fn value(&self) -> f64 {
        self.value
    }

    pub const fn level(&self) -> Level {
        self.level
    }

    /// The rule of a score.
    pub fn format_std(&self) -> Option<&str> {
        self.format_std.as_deref()
    }
}

/// As it comes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    metric_type: MetricType,
    format: Format,
    format_std: Option<String>,
    length: u8,
    #[serde(default = "unitless")]
    unit: Unit,
    source: Option<Source>,
    statistics: Option<Statistics>,
    level: Level,
    value: f64,
}

/// The draft leaves the unit of scores out.
const fn unitless() -> Unit {
    Unit::None
}

impl TryFrom<Fields> for Metric {
    type Error = MetricError;

    fn try_from(it: Fields) -> Result<Self, MetricError> {
        let kind = it.metric_type.kind();
        let wrong =
            |field, right: String| Err(MetricError::Field { name: kind.name, field, right });
        if it.level != kind.level {
            return wrong("level", format!("{:?}", kind.level));
        }
        if it.unit != kind.unit {
            return wrong("unit", format!("{:?}", kind.unit).to_lowercase());
        }
        if it.format != kind.format {
            return wrong("format", format!("{:?}", kind.format).to_lowercase());
        }
        if it.length != kind.length {
            return wrong("length", kind.length.to_string());
        }
        Self::checked(kind, it.value, it.format_std, it.source, it.statistics)
    }
}

/// The value of a type among metrics of one agent.
///
/// # Errors
/// It is not there.
pub(super) fn value_of(metrics: &[Metric], of: MetricType) -> Result<f64, MetricError> {
    let found = metrics.iter().find(|it| it.metric_type == of);
    found.map(Metric::value).ok_or(MetricError::Missing { name: of.kind().name })
}
