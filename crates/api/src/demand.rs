//! Demand response: somebody at the grid asks a site to draw less for a while.

use model::{JobKey, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Energy, Power, Time};

/// A request to draw less, signed by one of the keys that the site's description names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandRequest {
    /// Never used before for this site.
    pub id: Name,
    /// So much less than when it arrives; of the whole facility.
    pub cut: Power,
    /// From its arrival on.
    #[schemars(range(min = 1, max = 1440))]
    pub minutes: u32,
    /// When it was signed: 5 minutes ago at most.
    pub issued: Time,
    /// Ed25519 (RFC 8032) of [`DemandRequest::text`], in Base64.
    #[schemars(length(max = 128))]
    pub signature: String,
}

impl DemandRequest {
    /// What is signed.
    #[must_use]
    pub fn text(&self, site: &Name) -> String {
        format!(
            "jingwei demand response 1\nsite {site}\nid {}\ncut {} mW\nminutes {}\nissued {} ms\n",
            self.id,
            self.cut.get(),
            self.minutes,
            self.issued.as_millis()
        )
    }
}

/// A request that was taken, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DemandView {
    pub site: Name,
    pub id: Name,
    pub cut: Power,
    pub from: Time,
    pub until: Time,
    /// What the site drew when the request came, by what its running jobs draw and its PUE.
    pub baseline: Power,
    /// What it draws.
    pub power: Power,
    /// Up to when `delivered` counts.
    pub counted: Time,
    /// When it drew so much less for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Time>,
    /// The cut over the time that was asked for.
    pub asked: Energy,
    /// Not drawn, beside the baseline: what is settled is this, up to `asked`.
    pub delivered: Energy,
    /// Jobs that were paused, moved or put off.
    pub jobs: Vec<JobKey>,
    pub ended: bool,
}
