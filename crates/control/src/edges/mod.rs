//! Edges and the services that they lead flows to: who joined, what they measure, what each is to do.
//!
//! Where flows go is decided by `network::cats`; here its questions are put together and its answers become targets.

mod check;
mod steer;
mod target;
mod ways;

use std::collections::BTreeMap;

use api::{
    EdgeReport, EdgeReportAnswer, EdgeStatus, EdgeTarget, EdgeView, Edges, JoinEdge,
    JoinEdgeAnswer, Problem, ProblemKind, ServiceStatus,
};
use model::{EdgeSpec, Invalid, JobKey, Kind, Name, Resource, ServiceSpec, Spec};
use network::cats::{selector::Selector, table::Row, view::View};
use units::{Span, Time};

use crate::{Change, Control, Settings};

pub(crate) use target::own_address;

/// Between two decisions while nothing else asks for one.
const PERIOD: Span = Span::new(500);
/// After an edge or service came, decisions are taken at once and whole: flows have nowhere to stay yet.
const EAGER: Span = Span::new(3_000);
/// Paths of one report.
const PATHS_MOST: usize = 512;
/// Letters of a public key, and of a hash.
const KEY_LETTERS: usize = 44;
const HASH_LETTERS: usize = 64;

/// All that control knows of edges and services.
#[derive(Debug, Default)]
pub(crate) struct Steering {
    pub(crate) specs: BTreeMap<Name, EdgeSpec>,
    pub(crate) services: BTreeMap<Name, ServiceSpec>,
    gateways: BTreeMap<Name, Gateway>,
    /// Paths of jobs that are at a site.
    paths: BTreeMap<JobKey, ways::JobPath>,
    ways: ways::Ways,
    served: BTreeMap<Name, Served>,
    selector: Selector,
    /// Something that targets follow from changed.
    is_changed: bool,
    /// When to decide again.
    due: Option<Time>,
    /// Until then decisions are taken at once and whole.
    eager_until: Time,
    /// After a start: targets wait until then for what edges measured.
    quiet_until: Time,
}

/// One edge.
#[derive(Debug, Clone, Default)]
struct Gateway {
    status: EdgeStatus,
    report: Option<EdgeReport>,
    /// As it was last given, with its generation. None: not since this server started.
    target: Option<EdgeTarget>,
}

/// One service, as it was decided last.
#[derive(Debug, Clone, Default)]
struct Served {
    status: ServiceStatus,
    view: Option<View>,
    /// By number of the edge, less one.
    rows: Vec<Row>,
}

impl Gateway {
    fn has_joined(&self) -> bool {
        self.status.public_key.is_some()
    }

    fn lost_at(&self, settings: &Settings) -> Option<Time> {
        let seen = self.status.last_seen.filter(|_| self.status.online)?;
        Some(seen.after(settings.lease).after(settings.margin))
    }
}

impl Control {
    /// Takes an edge or a service among those that are led.
    pub(crate) fn put_steering(&mut self, name: &Name, spec: &Spec, now: Time) {
        match spec {
            Spec::Edge(spec) => self.put_edge(name, spec, now),
            Spec::Service(spec) => self.put_service(name, spec, now),
            _ => {}
        }
    }

    fn put_edge(&mut self, name: &Name, spec: &EdgeSpec, now: Time) {
        let it = &mut self.steering;
        it.specs.insert(name.clone(), spec.clone());
        if !it.gateways.contains_key(name) {
            let taken = |number: &u16| it.gateways.values().any(|it| it.status.number == *number);
            let number = (1..=EdgeSpec::MOST).find(|number| !taken(number)).unwrap_or(0);
            let status = EdgeStatus { number, ..EdgeStatus::default() };
            let gateway = Gateway { status: status.clone(), ..Gateway::default() };
            it.gateways.insert(name.clone(), gateway);
            self.out.push(Change::Edge { edge: name.clone(), status });
        }
        self.steering.changed(now);
    }

    fn put_service(&mut self, name: &Name, spec: &ServiceSpec, now: Time) {
        let it = &mut self.steering;
        let mut status = it.served.get(name).map(|it| it.status.clone()).unwrap_or_default();
        let others = || it.served.values().map(|it| &it.status);
        if status.number == 0 {
            let last = others().map(|it| it.number).max().unwrap_or(0);
            status.number = last.saturating_add(1);
        }
        status.instances.retain(|name, _| spec.instances.iter().any(|it| it.name == *name));
        // Numbers are not given again soon: flows of who had them may go on.
        let mut last = others().flat_map(|it| it.instances.values()).max().copied().unwrap_or(0);
        for instance in &spec.instances {
            status.instances.entry(instance.name.clone()).or_insert_with(|| {
                last = last.saturating_add(1).min(ways::FIRST - 1);
                last
            });
        }
        it.services.insert(name.clone(), spec.clone());
        let served = it.served.entry(name.clone()).or_default();
        if served.status != status {
            served.status = status.clone();
            self.out.push(Change::Service { service: name.clone(), status });
        }
        self.steering.changed(now);
    }

    pub(crate) fn remove_steering(&mut self, kind: Kind, name: &Name, now: Time) {
        let it = &mut self.steering;
        match kind {
            Kind::Edge => {
                it.specs.remove(name);
                it.gateways.remove(name);
            }
            Kind::Service => {
                it.services.remove(name);
                it.served.remove(name);
            }
            _ => return,
        }
        it.changed(now);
    }

    /// What is durable of edges and services, before their specs are taken; edges that were there have a whole lease
    /// from now.
    pub(crate) fn restore_steering(
        &mut self,
        edges: BTreeMap<Name, EdgeStatus>,
        services: BTreeMap<Name, ServiceStatus>,
        now: Time,
    ) {
        let gateway = |(name, mut status): (Name, EdgeStatus)| {
            status.last_seen = if status.online { Some(now) } else { status.last_seen };
            (name, Gateway { status, ..Gateway::default() })
        };
        let served = |(name, status)| (name, Served { status, ..Served::default() });
        let it = &mut self.steering;
        it.gateways = edges.into_iter().map(gateway).collect();
        it.served = services.into_iter().map(served).collect();
        it.quiet_until = now.after(EAGER);
        it.changed(now);
    }

    /// A gateway becomes an edge, in place of the one that was it before.
    ///
    /// # Errors
    /// There is no such edge, or what it sends is no key or no hash.
    pub fn join_edge(
        &mut self,
        name: &Name,
        join: &JoinEdge,
        now: Time,
    ) -> Result<JoinEdgeAnswer, Problem> {
        check_join(join)?;
        let Some(gateway) = self.steering.gateways.get_mut(name) else {
            return Err(Problem::new(ProblemKind::NotFound, self.no_such(Kind::Edge, name)));
        };
        gateway.status.public_key = Some(join.public_key.clone());
        gateway.status.joined = Some(now);
        gateway.report = None;
        let (status, number) = (gateway.status.clone(), gateway.status.number);
        self.out.push(Change::Edge { edge: name.clone(), status });
        let nothing = serde_json::Value::Null;
        self.event(Kind::Edge, name.as_str(), "joined", String::new(), nothing, now);
        self.steering.changed(now);
        Ok(JoinEdgeAnswer { edge: name.clone(), number })
    }

    /// Takes what an edge measured.
    ///
    /// # Errors
    /// There is no such edge, no gateway has joined as it, or it tells too much.
    pub fn edge_report(
        &mut self,
        name: &Name,
        report: EdgeReport,
        now: Time,
    ) -> Result<EdgeReportAnswer, Problem> {
        let Some(gateway) = self.steering.gateways.get_mut(name) else {
            return Err(Problem::new(ProblemKind::NotFound, self.no_such(Kind::Edge, name)));
        };
        let counted = report.flows.len().max(report.ways.len());
        if report.paths.len() > PATHS_MOST || counted > usize::from(u16::MAX) {
            let detail = format!("more than {PATHS_MOST} paths in one report");
            return Err(Problem::new(ProblemKind::TooLarge, detail));
        }
        gateway.status.last_seen = Some(now);
        if report.generation > gateway.status.generation {
            // It knows more than this store, which was put back: go on from where it is.
            gateway.status.generation = report.generation;
            gateway.target = None;
            self.steering.is_changed = true;
        }
        gateway.report = Some(report);
        if !gateway.status.online {
            self.set_edge_online(name, true, now);
        }
        let due = self.steering.due.unwrap_or(now);
        self.steering.due = Some(due.min(now.after(PERIOD)));
        Ok(EdgeReportAnswer { lease: self.settings.lease })
    }

    fn set_edge_online(&mut self, name: &Name, online: bool, now: Time) {
        let Some(gateway) = self.steering.gateways.get_mut(name) else { return };
        gateway.status.online = online;
        if !online {
            gateway.report = None;
        }
        let status = gateway.status.clone();
        self.out.push(Change::Edge { edge: name.clone(), status });
        let what = if online { "online" } else { "offline" };
        self.event(Kind::Edge, name.as_str(), what, String::new(), serde_json::Value::Null, now);
        self.steering.changed(now);
    }

    /// When time alone changes something about edges.
    pub(crate) fn next_steering(&self) -> Option<Time> {
        let it = &self.steering;
        let lost = it.gateways.values().filter_map(|gateway| gateway.lost_at(&self.settings)).min();
        let due = if it.is_changed { Some(it.quiet_until) } else { it.due };
        lost.into_iter().chain(due).min()
    }

    /// What follows from silence, and where flows go now.
    pub(crate) fn tick_steering(&mut self, now: Time) {
        let settings = self.settings;
        let is_lost = |it: &Gateway| it.lost_at(&settings).is_some_and(|at| at <= now);
        let lost = self.steering.gateways.iter().filter(|(_, it)| is_lost(it));
        let lost: Vec<Name> = lost.map(|(name, _)| name.clone()).collect();
        for name in lost {
            self.set_edge_online(&name, false, now);
        }
        if !self.steering.is_changed && self.steering.due.is_none_or(|due| due > now) {
            return;
        }
        if self.steering.waits_for_reports(now) {
            return;
        }
        let is_changed = self.steering.is_changed;
        if is_changed {
            let links = &self.planner.world().links;
            self.steering.find_ways(links);
        }
        if self.steer(now) || is_changed {
            self.retarget_edges();
        }
        let is_watched = !self.steering.services.is_empty()
            && self.steering.gateways.values().any(|it| it.status.online);
        self.steering.due = is_watched.then(|| now.after(PERIOD));
        self.steering.is_changed = false;
    }

    /// The generation an edge's target has; `None` for an unknown one.
    #[must_use]
    pub fn edge_generations(&self) -> BTreeMap<Name, i64> {
        let all = self.steering.gateways.iter();
        all.map(|(name, it)| (name.clone(), it.status.generation)).collect()
    }

    /// The whole of what an edge should do. None: it is not known, or not yet.
    #[must_use]
    pub fn edge_target(&self, edge: &Name) -> Option<EdgeTarget> {
        self.steering.gateways.get(edge)?.target.clone()
    }

    /// Every edge as it is now.
    #[must_use]
    pub fn edges(&self) -> Edges {
        let view = |(name, gateway): (&Name, &Gateway)| {
            let spec = self.steering.specs.get(name)?;
            let report = gateway.report.as_ref();
            Some(EdgeView {
                name: name.clone(),
                at: spec.at.clone(),
                address: own_address(gateway.status.number),
                prefixes: spec.prefixes.clone(),
                has: report.map(|it| it.generation),
                fault: report.and_then(|it| it.fault.clone()),
                paths: report.map(|it| it.paths.clone()).unwrap_or_default(),
                ways: self.steering.way_views(name),
                status: gateway.status.clone(),
            })
        };
        Edges {
            items: self.steering.gateways.iter().filter_map(view).collect(),
            unled: self.steering.ways.unled.clone(),
        }
    }
}

impl Steering {
    /// Decides at the next tick, eagerly for a while.
    fn changed(&mut self, now: Time) {
        self.is_changed = true;
        self.eager_until = now.after(EAGER);
    }

    /// Every spec that may refer to another.
    pub(crate) fn specs_of_all(&self) -> impl Iterator<Item = (&Name, Spec)> {
        let edges = self.specs.iter().map(|(name, it)| (name, Spec::Edge(it.clone())));
        edges.chain(self.services.iter().map(|(name, it)| (name, Spec::Service(it.clone()))))
    }

    /// After a start, until every edge that was there has told what it measures, or long enough.
    fn waits_for_reports(&self, now: Time) -> bool {
        let is_missing = |it: &Gateway| it.status.online && it.report.is_none();
        now < self.quiet_until && self.gateways.values().any(is_missing)
    }
}

fn check_join(join: &JoinEdge) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    let letter = |it: u8| it.is_ascii_alphanumeric() || b"+/=".contains(&it);
    if join.public_key.len() != KEY_LETTERS || !join.public_key.bytes().all(letter) {
        wrong.push(Invalid::new("public_key", "a key is 32 bytes in base64, 44 letters"));
    }
    let hex = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    if join.token_hash.len() != HASH_LETTERS || !join.token_hash.bytes().all(hex) {
        wrong.push(Invalid::new("token_hash", "a SHA-256 in hex is 64 letters, lower case"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

/// Specs of a set that are edges or services.
fn of_set(resources: &[Resource]) -> impl Iterator<Item = (&Name, &Spec)> {
    resources.iter().map(|it| (&it.metadata.name, &it.spec))
}
