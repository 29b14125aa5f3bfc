//! The nouns of the platform and their invariants: what a site, a link or a job *is*.
//!
//! Knows no I/O, no clock, no way of being stored or sent. Fields are valid by construction (names, quantities);
//! what one noun says about itself as a whole is checked by [`Spec::check`]; what it says about others (a pool's
//! site exists) is checked by whoever holds them all.

mod account;
mod certificate;
mod content;
mod decision;
mod edge;
mod energy;
mod geography;
mod indexes;
mod job;
mod name;
mod power;
mod resource;
mod site;
mod status;
mod task;
mod usage;

pub use account::{AccountId, AccountSpec, Currency, Holder, InvalidAccount, Purpose, VoucherSpec};
pub use certificate::{
    Certificate, CertificateEvent, CertificateOrder, Claim, Generation, Scheme, Technology,
};
pub use content::Content;
pub use decision::{
    Alternative, Candidate, Charge, Decision, Interval, LineKind, Outcome, PathChoice, PriceLine,
    Refusal, Rule, Transfer, Unpaused,
};
pub use edge::{
    EdgeClass, EdgeNetwork, EdgeSpec, Prefix6, ServiceClass, ServiceInstance, ServiceSpec,
};
pub use energy::{
    Electricity, EnergyUse, Feed, FeedFormat, FeedUnit, Quality, Signal, SignalPoint,
};
pub use geography::{Coordinates, great_circle_m};
pub use indexes::Indexes;
pub use job::{
    Array, Checkpoint, Choice, DatasetRef, JobSpec, JobState, NetworkNeed, Objective, Pauses,
    Regions, Resources, ResultSpec, Weights,
};
pub use name::{InvalidName, JobKey, Name};
pub use power::{Battery, DemandCharge, GridConnection, Supply};
pub use resource::{
    DatasetSpec, Invalid, Kind, LinkSpec, Metadata, NodeSpec, OrganizationSpec, ProjectSpec,
    Resource, Spec,
};
pub use site::{
    Accelerator, Admission, Arch, CarbonSource, Embodied, FlavorSpec, HourBand, Maintenance,
    PoolSpec, Precision, Rates, SitePower, SiteSpec, Tariff, TariffSeason, ThroughputSource,
};
pub use status::{Bid, JobStatus, Progress, Quote, Saved};
pub use task::{
    Assignment, Exit, ExitReason, Input, Phase, Program, SandboxLevel, TaskId, TaskSpec,
    TaskStatus, Usage, Work,
};
pub use usage::{Metered, MeteredLine, QUANTITY_MOST, Reading, Side};

#[cfg(test)]
mod tests;
