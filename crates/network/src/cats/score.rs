//! From raw metrics (L0) to one score for each category (L1) and one for all (L2), by a rule that has a version.
//!
//! Scores are whole numbers from 0, which is of no use, to 10, the best. Whoever compares two looks at `format_std`
//! first: scores by different rules are not to be compared.

use serde::{Deserialize, Serialize};

use super::metric::{Metric, MetricError, MetricType, SCORE_MOST, Source, Statistics, value_of};

/// What a C-SMA knows of one contact instance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Requests served side by side; zero where it serves none.
    pub capacity: f64,
    /// The part of that which is busy, 0 to 1.
    pub used: f64,
    /// Requests that wait.
    pub queue: f64,
    /// How long one is served, without its wait, in seconds.
    pub service_s: f64,
}

/// What a C-NMA knows of one path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Along {
    /// One way, in seconds.
    pub delay_s: f64,
    pub jitter_s: f64,
    /// The part of packets lost, 0 to 1.
    pub loss: f64,
    /// Of the busiest link, the part that is used, 0 to 1.
    pub used: f64,
}

const US_PER_S: f64 = 1e6;

impl Contact {
    /// As raw metrics.
    ///
    /// # Errors
    /// A figure is not a number or out of range.
    pub fn metrics(&self) -> Result<[Metric; 4], MetricError> {
        use MetricType::{ComputeCapacity, ComputeUse, ServiceDelay, ServiceQueue};
        let mean = |of, value| Metric::raw(of, value, Source::Measured, Statistics::Mean);
        Ok([
            Metric::raw(ComputeCapacity, self.capacity, Source::Nominal, Statistics::Cur)?,
            mean(ComputeUse, self.used)?,
            Metric::raw(ServiceQueue, self.queue, Source::Measured, Statistics::Cur)?,
            mean(ServiceDelay, self.service_s * US_PER_S)?,
        ])
    }

    /// From raw metrics, in any order.
    ///
    /// # Errors
    /// One is missing.
    pub fn read(metrics: &[Metric]) -> Result<Self, MetricError> {
        Ok(Self {
            capacity: value_of(metrics, MetricType::ComputeCapacity)?,
            used: value_of(metrics, MetricType::ComputeUse)?,
            queue: value_of(metrics, MetricType::ServiceQueue)?,
            service_s: value_of(metrics, MetricType::ServiceDelay)? / US_PER_S,
        })
    }

    /// From the arrival of a request to its end, by the queue that is there; infinite without capacity.
    #[must_use]
    pub fn sojourn_s(&self) -> f64 {
        if self.capacity <= 0.0 {
            return f64::INFINITY;
        }
        self.service_s * (1.0 + self.queue / self.capacity)
    }
}

/// How long a sender waits before it sends once more what was lost: the least that is common (RFC 6298 says 1 s).
const AGAIN_S: f64 = 0.2;

impl Along {
    /// As raw metrics.
    ///
    /// # Errors
    /// A figure is not a number or out of range.
    pub fn metrics(&self) -> Result<[Metric; 4], MetricError> {
        use MetricType::{NetworkDelay, NetworkJitter, NetworkLoss, NetworkUse};
        let mean = |of, value| Metric::raw(of, value, Source::Measured, Statistics::Mean);
        Ok([
            mean(NetworkDelay, self.delay_s * US_PER_S)?,
            mean(NetworkJitter, self.jitter_s * US_PER_S)?,
            mean(NetworkLoss, self.loss)?,
            mean(NetworkUse, self.used)?,
        ])
    }

    /// From raw metrics, in any order.
    ///
    /// # Errors
    /// One is missing.
    pub fn read(metrics: &[Metric]) -> Result<Self, MetricError> {
        Ok(Self {
            delay_s: value_of(metrics, MetricType::NetworkDelay)? / US_PER_S,
            jitter_s: value_of(metrics, MetricType::NetworkJitter)? / US_PER_S,
            loss: value_of(metrics, MetricType::NetworkLoss)?,
            used: value_of(metrics, MetricType::NetworkUse)?,
        })
    }

    /// The delay that a packet has in the mean, one way, with what is lost sent again; infinite where all is lost.
    #[must_use]
    pub fn expected_s(&self) -> f64 {
        if self.loss >= 1.0 {
            return f64::INFINITY;
        }
        self.delay_s + self.jitter_s + AGAIN_S * self.loss / (1.0 - self.loss)
    }
}

/// A rule that makes scores. A new one is a new row, and keeps what the old ones say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    pub version: u16,
    /// What scores by it carry as `format_std`.
    pub name: &'static str,
    /// The time from arrival to end at which an instance has half of the best score, in seconds.
    pub service_half_s: f64,
    /// The expected delay, one way, at which a path has half of the best score, in seconds.
    pub network_half_s: f64,
}

/// The rules there are, the newest last.
pub const RULES: [Rule; 1] =
    [Rule { version: 1, name: "jingwei-norm-1", service_half_s: 0.1, network_half_s: 0.02 }];

/// One score for each category, and one for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scores {
    pub compute: u8,
    pub communication: u8,
    pub service: u8,
    pub all: u8,
}

impl Rule {
    /// The newest.
    #[must_use]
    pub const fn newest() -> Self {
        let [.., newest] = RULES;
        newest
    }

    /// Compute is the part that is free. Service and communication are `half / (half + time)`, and communication is
    /// less by the part of the busiest link above nine tenths. All is the mean, and zero where one of them is.
    #[must_use]
    pub fn scores(&self, contact: &Contact, along: &Along) -> Scores {
        let near = |half: f64, time: f64| half / (half + time);
        let is_there = if contact.capacity > 0.0 { 1.0 } else { 0.0 };
        let spare = ((1.0 - along.used) / 0.1).clamp(0.0, 1.0);
        let compute = whole(is_there * (1.0 - contact.used));
        let communication = whole(spare * near(self.network_half_s, along.expected_s()));
        let service = whole(near(self.service_half_s, contact.sojourn_s()));
        let sum = u32::from(compute) + u32::from(communication) + u32::from(service);
        let is_usable = compute.min(communication).min(service) > 0;
        let all = if is_usable { whole(f64::from(sum) / (3.0 * SCORE_MOST)) } else { 0 };
        Scores { compute, communication, service, all }
    }
}

/// Of a part from 0 to 1, rounded; what is no number is the worst.
fn whole(part: f64) -> u8 {
    (part * SCORE_MOST).round().clamp(0.0, SCORE_MOST) as u8
}

impl Scores {
    /// As metrics: three of L1, one of L2.
    ///
    /// # Errors
    /// A score is above 10.
    pub fn metrics(&self, rule: &Rule) -> Result<[Metric; 4], MetricError> {
        let one = |of, value| Metric::score(of, f64::from(value), rule.name);
        Ok([
            one(MetricType::ComputeNorm, self.compute)?,
            one(MetricType::CommunicationNorm, self.communication)?,
            one(MetricType::ServiceNorm, self.service)?,
            one(MetricType::NormFi, self.all)?,
        ])
    }
}
