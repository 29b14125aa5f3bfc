//! What clients, agents and the server send each other.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Assignment, Charge, Content, FlavorSpec, JobKey, JobState, JobStatus, Kind, LineKind, Metadata,
    Name, Outcome, Precision, TaskId, TaskSpec, TaskStatus,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bandwidth, Bytes, Carbon, Delay, Energy, Money, Share, Span, Throughput, Time};

/// One page of a list. `cursor` is given back to get the next; none on the last page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Page_of_{T}")]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A stored resource of any kind but Job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceView {
    pub kind: Kind,
    pub metadata: Metadata,
    /// As its manifest's spec.
    pub spec: serde_json::Value,
    /// Goes up by one with every change; also in the ETag.
    pub version: i64,
    pub created: Time,
    pub updated: Time,
    /// Of a site: what its agent reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SiteStatus>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteStatus {
    pub online: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Time>,
    pub generation: i64,
    /// What the agent said of its sandbox: "namespaces+cgroup".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sandbox: String,
    /// Measured by the agent on its machine, of one core.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<Precision, Throughput>,
    /// "slurm 22.05.8", "kubernetes v1.20.2", or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub engine: String,
    /// The engine cannot be asked, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_away: Option<String>,
    #[serde(default)]
    pub can: Capabilities,
    /// Where its agent keeps data. If that is not the `storage` of the site's manifest, the site takes no data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// It came and went too often: nothing new is put here until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damped_until: Option<Time>,
    /// The data kept there, as last reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<DataReport>>,
}

/// A job with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobView {
    pub key: JobKey,
    pub metadata: Metadata,
    pub spec: model::JobSpec,
    pub status: JobStatus,
    /// While it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub so_far: Option<SoFar>,
    pub version: i64,
}

/// What a job has come to: what was charged, and what its present run would be charged if it ended now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SoFar {
    pub until: Time,
    pub cost: Money,
    /// Of the whole facility: by the flavor's power until the run's own is measured.
    pub energy: Energy,
    pub carbon: Carbon,
}

/// A job as one row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobSummary {
    pub key: JobKey,
    pub state: JobState,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub priority: u8,
    pub tasks: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Name>,
    pub submitted: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Time>,
    /// Charged so far; before the first charge, what the decision expects.
    pub cost: Money,
    pub attempt: u32,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApplyAction {
    Created,
    Updated,
    Unchanged,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppliedResource {
    pub kind: Kind,
    /// A job's is `project.name`.
    pub name: String,
    pub action: ApplyAction,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApplyAnswer {
    pub resources: Vec<AppliedResource>,
}

/// What would happen; nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanAnswer {
    pub key: JobKey,
    /// The time for which it was planned.
    pub now: Time,
    /// The kind of its tasks, and what it was seen by: "training (`torchrun`), accelerator bound (8 accelerators a task)".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub outcome: Outcome,
}

/// What all jobs that wait or can still move would get if they were planned anew together; nothing is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanAllAnswer {
    /// The time for which it was planned.
    pub now: Time,
    pub jobs: Vec<PlannedJob>,
    /// Jobs that keep what they have: they run beyond what is planned together, go on from a checkpoint, or fit nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<JobKey>,
    /// The sum of the scores of what is held now, of the jobs that hold something.
    pub cost_before: Money,
    /// The same of the plan, of all jobs that it gives a place; data moves are counted at their least.
    pub cost: Money,
    /// No way of giving all these jobs their places could score less. None where the plan leaves some without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Money>,
    /// How far at most what is held now is above the cheapest possible, in percent. None where some jobs wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_before_pct: Option<f64>,
    /// The same of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_pct: Option<f64>,
}

/// One of the jobs that are planned together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedJob {
    pub key: JobKey,
    /// What it holds now; none if it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<PlannedPlace>,
    /// What it would get; none if it would wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PlannedPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedPlace {
    pub site: Name,
    pub pool: Name,
    pub start: Time,
    pub end: Time,
}

/// Something that happened, once and for all, in order of `seq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    pub seq: i64,
    pub time: Time,
    /// What it happened to.
    pub kind: Kind,
    /// Its name; of a job `project.name`.
    pub subject: String,
    /// "submitted", "planned", ..., "created", "updated", "deleted", "online", "offline".
    #[serde(rename = "type")]
    pub what: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Figures, by type.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
}

/// What a task wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogChunk {
    pub task: TaskId,
    /// Bytes before this chunk.
    pub offset: u64,
    /// Output and errors in the order written; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Logs from a site. The answer is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogUpload {
    pub chunks: Vec<LogChunk>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Logs {
    pub chunks: Vec<LogChunk>,
    /// Give it back as `after` to get what follows.
    pub cursor: String,
    /// The job has ended and there is nothing more.
    pub done: bool,
}

/// The invoice so far: every charge, grouped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bill {
    pub by: BillGroup,
    pub rows: Vec<BillRow>,
    pub total: Money,
    /// The single charges, newest last, where asked for; at most 10,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    /// What the project has or owes, or what the provider has earned, where the bill is that of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<crate::AccountView>,
}

/// A charge as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChargeRecord {
    /// One more than the charge before.
    pub number: i64,
    /// When it was made: it is on the invoice of that month.
    pub charged: Time,
    #[serde(flatten)]
    pub charge: Charge,
}

/// What a project owes for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invoice {
    /// The project and the month: "demo-2026-03".
    pub id: String,
    pub project: Name,
    /// Whose the project is.
    pub organization: Name,
    /// Everything charged in it, in UTC: from its first moment to the first after it.
    pub from: Time,
    pub to: Time,
    /// The month is over: nothing can be added. What is charged later for use in it is on a later invoice.
    pub is_final: bool,
    pub lines: Vec<InvoiceLine>,
    /// The sum of the charges.
    pub exact: Money,
    /// What rounding each line to a hundredth has added.
    pub rounding: Money,
    /// To pay: the sum of the lines.
    pub total: Money,
    /// The tax that the total includes: the sum of that of the lines.
    #[serde(default)]
    pub tax: Money,
}

/// All of one kind that one owner is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Name>,
    pub kind: LineKind,
    /// The sum of its charges.
    pub exact: Money,
    /// Rounded to a hundredth, half away from zero.
    pub amount: Money,
    /// The rate of the tax that the amount includes.
    #[serde(default)]
    pub tax_rate: Share,
    /// That tax, rounded as the amount is.
    #[serde(default)]
    pub tax: Money,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BillGroup {
    /// One row a job.
    #[default]
    Job,
    /// One row a project.
    Project,
    /// One row an organization that is paid.
    Provider,
    /// One row a kind of line.
    Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BillRow {
    /// The job, project, provider or kind.
    pub name: String,
    pub charges: u64,
    /// By kind of line.
    pub by_kind: BTreeMap<LineKind, Money>,
    pub total: Money,
}

/// How many jobs there are in each state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobCounts {
    pub states: BTreeMap<JobState, u64>,
}

/// How full everything is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Top {
    pub now: Time,
    /// It tells of a time in the past, by the jobs that ran then (their last attempts) in the world of today. What
    /// waited, which sites were online and what moved data then is not kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub past: bool,
    /// More jobs ran then than are looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    pub jobs: BTreeMap<JobState, u64>,
    /// Of a kWh now, in the middle of all sites by order of price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_energy_price: Option<units::EnergyPrice>,
    /// What runs emits in an hour, at the intensities of now.
    pub carbon_per_hour: units::Carbon,
    pub sites: Vec<SiteTop>,
    pub links: Vec<LinkTop>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteTop {
    pub site: Name,
    pub online: bool,
    /// Of a kWh now, in the tariff.
    pub energy_price: units::EnergyPrice,
    pub carbon: units::CarbonIntensity,
    /// Of the facility, by what runs.
    pub power: units::Power,
    /// What runs there emits in an hour, at the intensity of now.
    pub carbon_per_hour: units::Carbon,
    /// Jobs dispatched or running there.
    pub jobs: u64,
    /// When its agent last reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Time>,
    pub pools: Vec<PoolTop>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PoolTop {
    pub pool: Name,
    pub flavor: Name,
    pub units: u32,
    pub used: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkTop {
    pub link: Name,
    pub capacity: Bandwidth,
    pub used: Bandwidth,
}

/// The rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Policies {
    pub files: Vec<PolicyFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyFile {
    pub name: String,
    /// Cedar.
    pub text: String,
}

/// What was denied lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Denials {
    pub items: Vec<Denial>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Denial {
    pub time: Time,
    /// The token's name.
    pub token: Name,
    /// What was asked for: an endpoint's `operationId`.
    pub action: String,
    /// The rule that forbids it, or that none permits it.
    pub rule: String,
    pub detail: String,
}

/// How far every place is from one, by the least delay over links that are in service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    pub from: Name,
    /// As if these links were cut.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<Name>,
    /// Sites and nodes, by name.
    pub places: Vec<ReachPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReachPlace {
    pub place: Name,
    /// There and back; none where no path leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip: Option<Delay>,
    /// The links of the way there, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Name>,
}

/// How far sites are from each other, by the least delay over links that are in service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoundTrips {
    /// As if these links were cut.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<Name>,
    /// By name: those of the rows and columns.
    pub sites: Vec<Name>,
    /// Sites beyond these, that have no row.
    pub more_sites: usize,
    /// By row and column, there and back; null where no path leads.
    pub round_trips: Vec<Vec<Option<Delay>>>,
    /// The two sites furthest from each other, of all that a path joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<SitePair>,
    /// Pairs of sites that no path joins.
    pub cut_off: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SitePair {
    pub from: Name,
    pub to: Name,
    pub round_trip: Delay,
}

/// What electricity costs and emits at a site over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteEnergy {
    pub site: Name,
    pub now: Time,
    /// Series that have ended: a forecast, or the last day that is known, stands in for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<model::Signal>,
    /// One after the other, without gaps.
    pub points: Vec<EnergyPoint>,
}

/// An interval in which nothing changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnergyPoint {
    pub from: Time,
    pub to: Time,
    /// Of a kWh.
    pub price: units::EnergyPrice,
    pub carbon: units::CarbonIntensity,
    #[serde(default, skip_serializing_if = "Origin::is_stated")]
    pub price_from: Origin,
    #[serde(default, skip_serializing_if = "Origin::is_stated")]
    pub carbon_from: Origin,
}

/// How a price or carbon intensity is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// By the site's description.
    #[default]
    Stated,
    Measured,
    Estimated,
    Forecast,
    /// As in the same hour of the last day that is known.
    LastDay,
}

impl Origin {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(crate) fn is_stated(&self) -> bool {
        *self == Self::Stated
    }
}

/// Who a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May do everything.
    Admin,
    /// May change the world and see all jobs; no tokens.
    Operator,
    /// May submit, cancel and see the jobs of one project, and see the world.
    Member,
    /// May see the jobs of one project, and the world.
    Viewer,
    /// An agent: may report and fetch the target of one site.
    Agent,
    /// A gateway that joined: may report and fetch the target of one edge.
    Edge,
    /// May make one gateway an edge, once.
    Joiner,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    pub name: Name,
    pub role: Role,
    /// For `member` and `viewer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Name>,
    /// For `agent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Name>,
    /// For `edge` and `joiner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Name>,
    /// Left out: it does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for: Option<Span>,
}

/// The token itself is shown this once and kept only as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewTokenAnswer {
    pub token: String,
    #[serde(flatten)]
    pub view: TokenView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenView {
    pub name: Name,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Name>,
    pub created: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Whoami {
    pub name: Name,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Name>,
    pub server_version: String,
}

/// What an agent's site knows. Sent when something changed, and as a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentReport {
    /// Drawn anew each time the agent starts.
    pub instance: String,
    /// The site's clock when it was sent. Its times are shifted by the difference to the server's clock.
    pub sent: Time,
    /// The newest generation it has accepted.
    pub generation: i64,
    /// Whether `tasks` is every task that it has not been told to forget. Else only those that changed since the
    /// last report of this instance that was answered.
    pub whole: bool,
    pub tasks: Vec<TaskStatus>,
    /// The engine behind the driver cannot be asked, and why: what runs there is not known, and not lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_away: Option<String>,
    /// What the site is and has; sent with the first report of an instance and when it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<SiteAbout>,
    /// The data kept at the site, where there is a place for it; sent with the first report of an instance and when
    /// it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataReport>,
}

/// What an agent says of its site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SiteAbout {
    pub driver: String,
    /// The engine and its version: "slurm 22.05.8", or nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub engine: String,
    pub sandbox: String,
    pub can: Capabilities,
    /// Where it keeps data; has to be what the site's manifest says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<Precision, Throughput>,
    /// What the engine has, to be published as pools. Empty where the operator describes the pools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<FoundPool>,
}

/// What a driver and its engine can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub struct Capabilities {
    /// Tasks over several machines start together or not at all.
    pub gangs: bool,
    /// A whole array is one submission.
    pub arrays: bool,
    pub accelerators: bool,
    /// Tasks run in an OCI image of their own.
    pub containers: bool,
    /// A task can be stopped for another and told in advance.
    pub preemption: bool,
    pub suspend: bool,
    /// Energy is measured, not estimated.
    pub energy: bool,
    /// Tasks run under the customer's own account at the site.
    pub accounts: bool,
    /// Inputs, results and checkpoints are laid out for tasks.
    pub data: bool,
    /// Tasks stop by themselves when the site has been without contact for too long, also if its agent is gone.
    pub fences: bool,
}

/// Schedulable capacity that a driver found: so many units of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundPool {
    /// Unique at the site, as the partition or node group is called, made a valid name.
    pub name: Name,
    pub units: u32,
    /// Units in one machine.
    pub units_per_node: u32,
    /// Says what one unit is.
    pub flavor: FlavorSpec,
}

/// The data at a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DataReport {
    /// The most it may hold; none: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<Bytes>,
    pub used: Bytes,
    /// Bytes that a fetch needs and the quota has no room for: some content has to go first.
    #[serde(skip_serializing_if = "is_nothing")]
    pub wanted: Bytes,
    /// Whole, verified copies, by content; at most 10,000.
    pub contents: Vec<Kept>,
    /// What it was told to fetch and is not there yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fetching: Vec<Fetching>,
    /// What jobs left: results and checkpoints. Told until the target has the job's attempt no more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub saved: Vec<SavedFolder>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_nothing(bytes: &Bytes) -> bool {
    bytes.is_zero()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub content: Content,
    pub size: Bytes,
    pub last_used: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fetching {
    pub content: Content,
    /// Bytes of it that are here.
    pub done: Bytes,
    /// Bytes that came over the network for it; less where chunks were here already.
    pub moved: Bytes,
    /// Why it does not go on, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A folder of a job that became content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedFolder {
    pub job: JobKey,
    pub attempt: u32,
    pub folder: JobFolder,
    pub content: Content,
    pub size: Bytes,
    pub time: Time,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum JobFolder {
    Result,
    Checkpoint,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentReportAnswer {
    /// The site counts as lost this long after its last report; the agent reports a few times within it.
    pub lease: Span,
    /// From the moment the report was sent, the site may keep its work this long without another answer; after
    /// that it stops it.
    pub keep: Span,
    /// Ended tasks whose end is durable here: the site may forget them.
    pub forget: Vec<TaskId>,
    /// The server does not know what earlier reports said: the next one has to be whole.
    #[serde(default)]
    pub again: bool,
}

/// The whole set of what a site should have. What is not in it is stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// A site refuses a target older than the newest it has accepted.
    pub generation: i64,
    pub assignments: Vec<Assignment>,
    /// Data that has to be at the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fetch: Vec<Fetch>,
    /// Data that no longer counts as a copy: the site may delete it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<Content>,
}

impl Target {
    /// Work, and no data of its own.
    #[must_use]
    pub const fn of(generation: i64, assignments: Vec<Assignment>) -> Self {
        Self { generation, assignments, fetch: Vec::new(), drop: Vec::new() }
    }

    /// Every task on its own.
    pub fn tasks(&self) -> impl Iterator<Item = TaskSpec> + '_ {
        self.assignments.iter().flat_map(Assignment::task_specs)
    }
}

/// Data to bring to a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fetch {
    pub content: Content,
    pub size: Bytes,
    /// Where it is, best first.
    pub from: Vec<Source>,
    /// Held for it: no faster. None: as fast as it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Bandwidth>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    pub site: Name,
    /// The site's object storage.
    pub storage: String,
}
