//! What edges, the server and people who look at them send each other.

use std::{
    collections::BTreeMap,
    net::{Ipv6Addr, SocketAddr},
};

use model::{EdgeClass, JobKey, Name, Prefix6, ServiceClass};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bandwidth, DataPrice, Delay, Loss, Span, Time};

/// Parts that the new flows of a service at an edge are counted in.
pub const EDGE_SLOTS: usize = 64;

/// A gateway becomes the edge that its token names. Both secrets stay with it: here is what others know them by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinEdge {
    /// Curve25519, in 44 letters of base64.
    pub public_key: String,
    /// Of the token that it speaks with from now on: lower-case hex SHA-256.
    pub token_hash: String,
}

/// Who it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinEdgeAnswer {
    pub edge: Name,
    /// Its number among the edges, 1 to 64.
    pub number: u16,
}

/// The whole of what an edge should do. What is not in it is taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeTarget {
    /// An edge refuses a target older than the newest it has accepted.
    pub generation: i64,
    pub number: u16,
    /// Its own, of the platform's network of tunnels.
    pub address: Option<Ipv6Addr>,
    /// Without contact for so long, new flows go to the nearest instance, whatever the shares say.
    pub keep: Span,
    pub peers: Vec<EdgePeer>,
    /// Instances that are behind it.
    pub contacts: Vec<EdgeContact>,
    pub services: Vec<EdgeService>,
    /// Classes of flows, as its manifest says; the first that matches counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<EdgeClass>,
    /// Of jobs, for what leaves here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<EdgeWay>,
    /// Segments of ways that pass or end here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<EdgeStop>,
}

/// The way of the packets of jobs from one edge to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeWay {
    /// Of this way only, among ways and instances.
    pub number: u16,
    pub class: ServiceClass,
    /// Its packets are those from here...
    pub from: Vec<Prefix6>,
    /// ...to there.
    pub to: Vec<Prefix6>,
    /// No more goes; zero: as much as there is.
    pub bandwidth: Bandwidth,
    /// Edges in the order they are passed, the last is where it ends.
    pub hops: Vec<EdgeHop>,
}

/// An edge of a way, by its number, and the segment there that is this way's alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeHop {
    pub edge: u16,
    pub segment: Ipv6Addr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeStop {
    /// The number of its way.
    pub number: u16,
    pub segment: Ipv6Addr,
    /// Packets are unwrapped here; else they go on to the next segment.
    pub is_end: bool,
}

/// Another edge, to which it has a tunnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgePeer {
    pub name: Name,
    pub number: u16,
    pub public_key: String,
    /// What is sent to it.
    pub prefixes: Vec<Prefix6>,
    pub paths: Vec<EdgePath>,
}

/// One network that joins two edges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgePath {
    pub network: Name,
    /// Where it sends from and listens.
    pub local: SocketAddr,
    /// Where the peer listens. None: the peer comes here.
    pub peer: Option<SocketAddr>,
    pub trusted: bool,
    pub price: DataPrice,
}

/// An instance behind an edge: what is sent to the segment goes to the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeContact {
    pub segment: Ipv6Addr,
    pub address: Ipv6Addr,
}

/// How an edge leads flows of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeService {
    pub name: Name,
    pub address: Ipv6Addr,
    pub class: ServiceClass,
    pub instances: Vec<EdgeInstance>,
    /// The instance that new flows go to, by its number, for each of 64 ranges of their hashes.
    pub slots: Vec<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeInstance {
    /// Of this instance only, in the whole platform: the CSCI-ID.
    pub number: u16,
    pub name: Name,
    /// The number of the edge it is behind.
    pub edge: u16,
    pub segment: Ipv6Addr,
}

/// What an edge measured. Sent when something changed, and as a sign of life.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeReport {
    /// The newest generation that it has made so; -1 before the first.
    pub generation: i64,
    /// Why the newest target is not made so, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// At most 512.
    pub paths: Vec<MeasuredPath>,
    /// Flows that it leads, by the number of their instance.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flows: BTreeMap<u16, u64>,
    /// Of ways that begin, pass or end here, by their number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ways: BTreeMap<u16, WayCount>,
}

/// What an edge counted of a way since it has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WayCount {
    /// Sent into it here; bytes with the header that leads them.
    pub sent_packets: u64,
    pub sent_bytes: u64,
    /// Not sent, because they were more than its bandwidth.
    pub dropped_packets: u64,
    /// Of it, what came to its segment here.
    pub came_packets: u64,
    pub came_bytes: u64,
}

/// One path of a tunnel, as measured over the last fraction of a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasuredPath {
    pub peer: Name,
    pub network: Name,
    /// None: it is down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<PathQuality>,
    /// Classes of traffic that take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    pub sent_bytes: u64,
    pub received_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathQuality {
    pub round_trip: Delay,
    pub jitter: Delay,
    pub loss: Loss,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeReportAnswer {
    /// An edge that is silent for so long counts as lost; it reports a few times within it.
    pub lease: Span,
}

/// What stays known of an edge when the server starts anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeStatus {
    /// Among the edges, 1 to 64.
    pub number: u16,
    /// Of the gateway that joined last. None: none has joined yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Time>,
    pub online: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Time>,
    /// Of its target.
    pub generation: i64,
}

/// An edge as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeView {
    pub name: Name,
    pub at: Name,
    #[serde(flatten)]
    pub status: EdgeStatus,
    /// The generation that it has made so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Its own, of the platform's network of tunnels.
    pub address: Ipv6Addr,
    pub prefixes: Vec<Prefix6>,
    /// As it last told.
    pub paths: Vec<MeasuredPath>,
    /// Ways of jobs that begin here: one for each direction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<WayView>,
}

/// The way of jobs' packets from one edge, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WayView {
    pub number: u16,
    /// Those whose packets it leads: they cannot be told apart.
    pub jobs: Vec<JobKey>,
    pub to: Name,
    /// Edges that it passes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<Name>,
    /// As they were decided, from here.
    pub links: Vec<Name>,
    pub class: ServiceClass,
    /// Zero: not shaped.
    pub bandwidth: Bandwidth,
    /// One way, as it was decided.
    pub planned_delay: Delay,
    /// Along the tunnels that it takes, as they are measured now; none while one of them is down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    pub sent_bytes: u64,
    pub dropped_packets: u64,
    /// What came to its end.
    pub came_bytes: u64,
}

/// A job with a path that no edge leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnledJob {
    pub job: JobKey,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Edges {
    pub items: Vec<EdgeView>,
    /// Jobs that run now; their paths are held, but not set up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unled: Vec<UnledJob>,
}

/// What stays known of a service when the server starts anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceStatus {
    /// Of the service itself: the CS-ID as a number.
    pub number: u16,
    /// The CSCI-ID of each instance.
    pub instances: BTreeMap<Name, u16>,
}

/// A service as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceView {
    pub name: Name,
    pub address: Ipv6Addr,
    pub class: ServiceClass,
    /// New flows a second that are expected.
    pub flows: u32,
    pub instances: Vec<InstanceView>,
    /// By edge that joined, how its new flows are led, and why.
    pub steering: Vec<SteeredEdge>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InstanceView {
    pub name: Name,
    pub number: u16,
    pub edge: Name,
    pub address: Ipv6Addr,
    /// Flows that it can serve at once now, after what jobs use of its pool.
    pub capacity: f64,
    /// Of its capacity, the part that expected flows and jobs take, in percent.
    pub used_pct: f64,
    /// Flows that edges lead to it.
    pub flows: u64,
    /// Why nothing is led to it, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SteeredEdge {
    pub edge: Name,
    pub shares: Vec<SteeredShare>,
    /// "nearest and least loaded by 4.1 ms", for people.
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SteeredShare {
    pub instance: Name,
    /// Of the edge's new flows, in percent.
    pub share_pct: f64,
    /// One way from the edge, with what is lost sent again, in milliseconds; none where no path leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<f64>,
    /// There and back, waiting and served, as expected for a new flow, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<f64>,
    /// Of it, at the instance: being served, and waiting for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ms: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<f64>,
    /// Flows that the edge leads to it now, as it last told.
    #[serde(default)]
    pub flows: u64,
    /// Metric level L2 (draft-ietf-cats-metric-definition): 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// The metrics of level L1 that it is made of, each 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<ScoreParts>,
}

/// Metrics of level L1: 10 is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreParts {
    /// The part of the instance that is free.
    pub compute: u8,
    /// The path, by its delay, jitter and loss.
    pub network: u8,
    /// The time that the instance takes for a flow.
    pub service: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Services {
    pub items: Vec<ServiceView>,
}
