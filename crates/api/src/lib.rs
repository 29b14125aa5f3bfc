//! The words between Jingwei and everyone else: manifests, wire types, the endpoint table, problems.
//!
//! Knows what is said, not how an answer is found. Yields the JSON Schemas of the manifests and `openapi.json`.

mod demand;
mod endpoint;
pub mod manifest;
mod openapi;
mod power;
mod problem;
mod wire;

pub use demand::{DemandRequest, DemandView};
pub use endpoint::{Body, ENDPOINTS, Endpoint, Method, endpoint};
pub use openapi::{IDEMPOTENCY_KEY_MOST, openapi};
pub use power::{
    CertificateAnswer, EnergyBy, EnergyHour, EnergyReport, EnergyRow, EnergySums, SignalSeries,
    SignalUpload,
};
pub use problem::{Problem, ProblemKind};
pub use wire::{
    AgentReport, AgentReportAnswer, AppliedResource, ApplyAction, ApplyAnswer, Bill, BillGroup,
    BillRow, Capabilities, DataReport, Denial, Denials, EnergyPoint, Event, Fetch, Fetching,
    FoundPool, JobCounts, JobFolder, JobSummary, JobView, Kept, LinkTop, LogChunk, LogUpload, Logs,
    NewToken, NewTokenAnswer, Origin, Page, PlanAllAnswer, PlanAnswer, PlannedJob, PlannedPlace,
    Policies, PolicyFile, PoolTop, Reach, ReachPlace, ResourceView, Role, RoundTrips, SavedFolder,
    SiteAbout, SiteEnergy, SitePair, SiteStatus, SiteTop, Source, Target, TokenView, Top, Whoami,
};
