//! Certificates of green electricity.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::Time;

use crate::Name;

/// By which rules a certificate was made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Granular certificate (EnergyTag): of an hour at most, any number of Wh.
    Gc,
    /// Green electricity certificate (绿证): units of 1,000 kWh, valid for two years.
    Gec,
}

impl Scheme {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gc => "gc",
            Self::Gec => "gec",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the electricity was made from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Technology {
    Solar,
    Wind,
    Hydro,
    Geothermal,
    Biomass,
    Nuclear,
}

impl Technology {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Solar => "solar",
            Self::Wind => "wind",
            Self::Hydro => "hydro",
            Self::Geothermal => "geothermal",
            Self::Biomass => "biomass",
            Self::Nuclear => "nuclear",
        }
    }
}

impl fmt::Display for Technology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a device has fed in over a time, as its issuer says. No time of a device is told twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generation {
    pub scheme: Scheme,
    pub device: Name,
    pub technology: Technology,
    /// Who vouches for it: at most 200 characters.
    pub issuer: String,
    /// The region whose sites it can be matched to hour by hour.
    pub zone: Name,
    /// The organization that has the certificates then.
    pub owner: Name,
    pub start: Time,
    /// Of a granular certificate, in the same full hour as `start`; else in the same month, in China's time.
    pub end: Time,
    /// Above 0, at most 10^12.
    pub wh: u64,
}

/// So many Wh of green electricity, and what has become of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    pub id: i64,
    /// What it was split from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<i64>,
    pub scheme: Scheme,
    pub device: Name,
    pub technology: Technology,
    pub issuer: String,
    pub zone: Name,
    /// The organization that may use it.
    pub owner: Name,
    /// Of the generation; of a green electricity certificate, the last that went into it.
    pub start: Time,
    pub end: Time,
    /// It cannot be matched to what is used from then on; none: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    pub wh: u64,
    /// Matched to consumption.
    pub claimed_wh: u64,
    /// Taken out of use.
    pub cancelled_wh: u64,
    /// Gone into certificates that were split from it.
    pub split_wh: u64,
}

impl Certificate {
    /// What can still be used.
    #[must_use]
    pub const fn open_wh(&self) -> u64 {
        self.wh
            .saturating_sub(self.claimed_wh)
            .saturating_sub(self.cancelled_wh)
            .saturating_sub(self.split_wh)
    }
}

/// Some of a certificate, for what a site used in one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    pub certificate: i64,
    pub scheme: Scheme,
    pub site: Name,
    /// A full hour.
    pub hour: Time,
    pub wh: u64,
}

/// What can be done with certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CertificateOrder {
    Issue(Generation),
    /// Puts `wh` of what is open into a new certificate of the same owner.
    Split {
        id: i64,
        wh: u64,
    },
    /// Gives all that is open, or `wh` of it, to another organization.
    Transfer {
        id: i64,
        to: Name,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wh: Option<u64>,
    },
    /// Claims certificates for what a site has used, hour by hour: granular ones of the same hour and zone first, the
    /// largest first; then, if asked for, green electricity certificates, those that expire first.
    Match {
        owner: Name,
        site: Name,
        /// Full hours, at most 31 days.
        from: Time,
        to: Time,
        #[serde(default)]
        gec: bool,
    },
    /// Takes all that is open, or `wh` of it, out of use for ever.
    Cancel {
        id: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wh: Option<u64>,
        /// 1 to 200 characters.
        reason: String,
    },
}

/// One step of a certificate's life. Those of all certificates, in order, give all that is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CertificateEvent {
    /// With the certificate made of it, if it was enough for one, and what is carried to the device's next.
    Issued {
        generation: Generation,
        certificate: Option<i64>,
        wh: u64,
        carried_wh: u64,
    },
    Split {
        id: i64,
        child: i64,
        wh: u64,
    },
    Transferred {
        id: i64,
        from: Name,
        to: Name,
    },
    Claimed {
        id: i64,
        site: Name,
        hour: Time,
        wh: u64,
    },
    Cancelled {
        id: i64,
        wh: u64,
        reason: String,
    },
}
