//! The words between Jingwei and everyone else: manifests, wire types, the endpoint table, problems.
//!
//! Knows what is said, not how an answer is found. Yields the JSON Schemas of the manifests and `openapi.json`.

mod demand;
mod edges;
mod endpoint;
mod ledger;
pub mod manifest;
mod market;
mod network;
mod openapi;
mod power;
mod problem;
mod usage;
mod wire;
mod words;

pub use demand::{DemandRequest, DemandView};
pub use edges::{
    EDGE_SLOTS, EdgeContact, EdgeHop, EdgeInstance, EdgePath, EdgePeer, EdgeReport,
    EdgeReportAnswer, EdgeService, EdgeStatus, EdgeStop, EdgeTarget, EdgeView, EdgeWay, Edges,
    InstanceView, JoinEdge, JoinEdgeAnswer, MeasuredPath, PathQuality, ScoreParts, ServiceStatus,
    ServiceView, Services, SteeredEdge, SteeredShare, UnledJob, WayCount, WayView,
};
pub use endpoint::{Body, ENDPOINTS, Endpoint, Method, endpoint};
pub use ledger::{
    AccountEntry, AccountStory, AccountView, NewDeposit, NewReversal, PostingView, Settlement,
    SettlementRow, TransactionView,
};
pub use market::{ClearedPrice, ClearingView, Offer, Offers};
pub use network::{
    Flow, FlowKind, Flows, Resilience, ResilienceGrade, WayOption, WayVerdict, Ways, WeakPoint,
};
pub use openapi::{IDEMPOTENCY_KEY_MOST, openapi};
pub use power::{
    CertificateAnswer, DispatchSlot, DispatchView, EnergyBy, EnergyHour, EnergyReport, EnergyRow,
    EnergySums, SignalSeries, SignalUpload,
};
pub use problem::{Problem, ProblemKind};
pub use usage::{
    CloudEvent, Dispute, DisputeState, GivenUsage, LineReading, NewResolution, USAGE_LATE,
    USAGE_MOST, USAGE_SKEW, USAGE_TYPE, UsageAnswer, UsageData, UsageQuantity, UsageRecord,
};
pub use wire::{
    AgentReport, AgentReportAnswer, AppliedResource, ApplyAction, ApplyAnswer, Bill, BillGroup,
    BillRow, Capabilities, ChargeRecord, DataReport, Denial, Denials, EnergyPoint, Event, Fetch,
    Fetching, FoundPool, Invoice, InvoiceLine, JobCounts, JobFolder, JobSummary, JobView, Kept,
    LinkTop, LogChunk, LogUpload, Logs, NewToken, NewTokenAnswer, Origin, Page, PlanAllAnswer,
    PlanAnswer, PlannedJob, PlannedPlace, Policies, PolicyFile, PoolTop, Reach, ReachPlace,
    ResourceView, Role, RoundTrips, SavedFolder, SiteAbout, SiteEnergy, SitePair, SiteStatus,
    SiteTop, SoFar, Source, Target, TokenView, Top, Whoami,
};
pub use words::Language;
