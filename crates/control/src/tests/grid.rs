//! A small simulated grid around a real [`Control`]: a durable store, sites with agents, a network that can be cut.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    AgentReport, Capabilities, DataReport, Fetching, JobView, Kept, Problem, ResourceView,
    SiteAbout, SiteStatus, Target,
};
use model::{
    Content, Exit, ExitReason, JobKey, JobState, Kind, Name, Phase, TaskId, TaskStatus, Usage,
};
use planner::Policy;
use units::{Bytes, Span, Time};

use super::ledger::Ledger;
use crate::{Change, Control, Durable, Settings};

pub(super) const START: Time = Time::from_millis(1_772_000_000_000);

pub(super) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(super) fn key(text: &str) -> JobKey {
    text.parse().unwrap()
}

/// What a site really does, whatever control believes.
#[derive(Debug, Default)]
pub(super) struct FakeSite {
    pub(super) generation: i64,
    pub(super) tasks: BTreeMap<TaskId, FakeTask>,
    pub(super) agent_up: bool,
    pub(super) cut_until: Option<Time>,
    pub(super) lease_until: Option<Time>,
    pub(super) about: Option<SiteAbout>,
    pub(super) engine_away: Option<String>,
    /// Tasks with these numbers end with exit code 1 in their first attempt.
    pub(super) fails_first: BTreeSet<u32>,
    pub(super) data: Option<FakeData>,
    instance: u32,
}

/// A site's store, in which contents are but names.
#[derive(Debug, Default)]
pub(super) struct FakeData {
    pub(super) quota: u64,
    pub(super) contents: BTreeMap<Content, Kept>,
    /// What the newest target says.
    pub(super) fetch: Vec<api::Fetch>,
    /// Since when it fetches each.
    pub(super) since: BTreeMap<Content, Time>,
    pub(super) saved: Vec<api::SavedFolder>,
    /// Why nothing arrives, if nothing does.
    pub(super) broken: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct FakeTask {
    pub(super) started: Time,
    pub(super) until: Time,
    pub(super) exit: Option<(Time, Exit)>,
}

/// What is on disk.
#[derive(Debug, Default)]
pub(super) struct Disk {
    resources: BTreeMap<(Kind, Name), ResourceView>,
    sites: BTreeMap<Name, SiteStatus>,
    pub(super) jobs: BTreeMap<JobKey, JobView>,
    pub(super) events: Vec<api::Event>,
    pub(super) charges: Vec<model::Charge>,
    pub(super) ledger: Ledger,
    pub(super) energy: Vec<model::EnergyUse>,
    signals: Vec<(Name, model::Signal, model::SignalPoint)>,
    calls: BTreeMap<(Name, Name), api::DemandView>,
    pub(super) clearings: Vec<api::ClearingView>,
    edges: BTreeMap<Name, api::EdgeStatus>,
    pub(super) metered: Vec<(model::Metered, Option<units::Money>)>,
    pub(super) disputes: BTreeMap<i64, api::Dispute>,
}

pub(super) struct Grid {
    pub(super) control: Control,
    pub(super) disk: Disk,
    pub(super) sites: BTreeMap<Name, FakeSite>,
    pub(super) now: Time,
    pub(super) task_time: Span,
    /// Every task that ever ran to its own end: what must happen once a job.
    pub(super) completed: Vec<TaskId>,
}

/// As all drivers but that of Kubernetes say.
fn fencing() -> SiteAbout {
    let can = Capabilities { fences: true, ..Capabilities::default() };
    SiteAbout { can, ..SiteAbout::default() }
}

fn settings() -> Settings {
    Settings {
        lease: Span::seconds(20),
        keep: Span::seconds(40),
        hold_ttl: Span::seconds(30),
        ..Settings::default()
    }
}

impl Disk {
    pub(super) const fn resources(&self) -> &BTreeMap<(Kind, Name), ResourceView> {
        &self.resources
    }
}

impl Grid {
    /// Units of all pools that are held at a time.
    pub(super) fn used_at(&self, at: Time) -> u64 {
        self.control.planner.usage(at).pools.iter().map(|(_, used, _)| *used).sum()
    }

    pub(super) fn until_final(&mut self, key: &JobKey) {
        for _ in 0..600 {
            if self.state(key).is_final() {
                return;
            }
            self.step();
        }
        panic!("{key} is {}: {}", self.state(key), self.history(&key.to_string()));
    }

    pub(super) fn new(world: &str) -> Self {
        let mut grid = Self {
            control: Control::new(settings(), Policy::default()),
            disk: Disk::default(),
            sites: BTreeMap::new(),
            now: START,
            task_time: Span::seconds(3),
            completed: Vec::new(),
        };
        let resources = api::manifest::parse(world).unwrap();
        for resource in resources.iter().filter(|it| it.spec.kind() == Kind::Site) {
            grid.sites.insert(
                resource.metadata.name.clone(),
                FakeSite { agent_up: true, about: Some(fencing()), ..FakeSite::default() },
            );
        }
        grid.control.apply(resources, &BTreeMap::new(), false, grid.now).unwrap();
        grid.commit();
        grid
    }

    /// What the engine does after every batch.
    pub(super) fn commit(&mut self) {
        for change in self.control.take_changes() {
            match change {
                Change::PutResource(view) => {
                    self.disk.resources.insert((view.kind, view.metadata.name.clone()), *view);
                }
                Change::DeleteResource { kind, name } => {
                    self.disk.resources.remove(&(kind, name));
                }
                Change::NewJob(view) => {
                    assert!(
                        self.disk.jobs.insert(view.key.clone(), (*view).clone()).is_none(),
                        "a new job is new"
                    );
                }
                Change::UpdateJob(view) => {
                    let old = self.disk.jobs.insert(view.key.clone(), (*view).clone()).unwrap();
                    assert_eq!(old.version + 1, view.version, "{}", view.key);
                    assert!(!old.status.state.is_final(), "{} changed after its end", view.key);
                }
                Change::Site { site, status } => {
                    let data = self.disk.sites.get_mut(&site).and_then(|it| it.data.take());
                    self.disk.sites.insert(site, SiteStatus { data, ..status });
                }
                Change::SiteData { site, data } => {
                    self.disk.sites.entry(site).or_default().data = Some(data);
                }
                Change::Edge { edge, status } => drop(self.disk.edges.insert(edge, status)),
                Change::Service { .. } => {}
                Change::Charges(charges) => self.disk.charges.extend(charges),
                Change::Ledger(entry) => self.disk.ledger.take(entry),
                Change::EnergyUse(used) => self.disk.energy.push(used),
                Change::Signals { site, signal, points, .. } => {
                    let points = points.into_iter().map(|it| (site.clone(), signal, it));
                    self.disk.signals.extend(points);
                }
                Change::Clearing(view) => self.disk.clearings.push(*view),
                Change::Demand(view) => {
                    self.disk.calls.insert((view.site.clone(), view.id.clone()), *view);
                }
                Change::Usage(events) => self.disk.metered.extend(events),
                Change::Dispute(it) => drop(self.disk.disputes.insert(it.id, *it)),
                Change::Event(event) => {
                    assert_eq!(event.seq, self.disk.events.last().map_or(1, |last| last.seq + 1));
                    self.disk.events.push(event);
                }
            }
        }
        self.disk.ledger.check(&self.disk.jobs);
        self.disk.check_disputes();
    }

    /// The server dies; what was not committed is gone; another one starts from the disk.
    pub(super) fn restart_server(&mut self) {
        let mut spent = BTreeMap::new();
        for charge in &self.disk.charges {
            let sum: &mut units::Money = spent.entry(charge.project.clone()).or_default();
            *sum = sum.saturating_add(charge.line.amount);
        }
        let durable = Durable {
            resources: self.disk.resources.values().cloned().collect(),
            sites: self.disk.sites.clone(),
            edges: self.disk.edges.clone(),
            services: BTreeMap::new(),
            jobs: self
                .disk
                .jobs
                .values()
                .filter(|job| !job.status.state.is_final())
                .cloned()
                .collect(),
            spent,
            runs: self.runs(),
            accounts: self.disk.ledger.accounts(),
            holds: self.disk.ledger.holds(),
            last_seq: self.disk.events.last().map_or(0, |event| event.seq),
            signals: self.disk.signals.clone(),
            calls: self.disk.calls.values().cloned().collect(),
            readings: self.disk.readings(|job| !job.status.state.is_final()),
        };
        self.control = Control::new(settings(), Policy::default());
        self.control.restore(durable, self.now).unwrap();
        self.commit();
    }

    /// Of finished jobs, oldest first.
    fn runs(&self) -> Vec<crate::Run> {
        let mut ended: Vec<&JobView> = self.disk.jobs.values().collect();
        ended.sort_by_key(|job| job.status.ended);
        ended.into_iter().filter_map(crate::run_of).collect()
    }

    pub(super) fn submit(&mut self, manifest: &str) -> Result<JobKey, Problem> {
        let mut resources = api::manifest::parse(manifest).unwrap();
        let mut job = resources.pop().unwrap();
        job.metadata.project.get_or_insert(name("p"));
        let done = self.control.submit(job, self.now);
        self.commit();
        done
    }

    /// One step of 200 ms: sites work, agents talk, time passes for control.
    pub(super) fn step(&mut self) {
        self.now = self.now.after(Span::new(200));
        let names: Vec<Name> = self.sites.keys().cloned().collect();
        for site in &names {
            self.work(site);
            self.talk(site);
        }
        self.control.clear_market(self.now);
        self.control.tick(self.now);
        self.commit();
        self.check_no_exclusive_task_runs_twice();
    }

    pub(super) fn steps(&mut self, count: usize) {
        for _ in 0..count {
            self.step();
        }
    }

    fn work(&mut self, site: &Name) {
        let (now, completed) = (self.now, &mut self.completed);
        let it = self.sites.get_mut(site).unwrap();
        // The supervisors keep the lease even while the agent is dead.
        let fenced = it.lease_until.is_some_and(|until| now > until);
        for (id, task) in &mut it.tasks {
            if task.exit.is_some() {
                continue;
            }
            if fenced {
                task.exit = Some((now, exit(ExitReason::Fenced, None)));
            } else if now >= task.until {
                let fails = id.attempt == 1 && it.fails_first.contains(&id.index);
                task.exit = Some((task.until, exit(ExitReason::Exited, Some(i32::from(fails)))));
                completed.extend((!fails).then(|| id.clone()));
            }
        }
    }

    fn talk(&mut self, site: &Name) {
        let it = self.sites.get_mut(site).unwrap();
        if !it.agent_up || it.cut_until.is_some_and(|until| self.now < until) {
            return;
        }
        let report = it.report(self.now);
        let answer = self.control.report(site, &report, self.now).unwrap();
        self.commit();
        let it = self.sites.get_mut(site).unwrap();
        it.lease_until = Some(self.now.after(answer.keep));
        for id in answer.forget {
            let task = it.tasks.remove(&id).unwrap();
            assert!(task.exit.is_some(), "{id} is forgotten while it runs");
        }
        let target = self.control.target(site).unwrap();
        it.apply(&target, self.now, self.task_time);
    }

    fn check_no_exclusive_task_runs_twice(&self) {
        let mut seen = BTreeSet::new();
        for (site, it) in &self.sites {
            let exclusive = |id: &TaskId| self.disk.jobs[&id.job].spec.exclusive;
            let runs = it.tasks.iter().filter(|(_, task)| task.exit.is_none());
            for (id, _) in runs.filter(|(id, _)| exclusive(id)) {
                assert!(
                    seen.insert((id.job.clone(), id.index)),
                    "{id} runs at {site} and elsewhere"
                );
            }
        }
    }

    pub(super) fn state(&self, job: &JobKey) -> JobState {
        self.disk.jobs[job].status.state
    }

    /// The events of one job, as words.
    pub(super) fn history(&self, job: &str) -> String {
        let of_job = self.disk.events.iter().filter(|event| event.subject == job);
        of_job.map(|event| event.what.clone()).collect::<Vec<_>>().join(" ")
    }
}

impl FakeSite {
    fn report(&self, now: Time) -> AgentReport {
        let status = |(id, task): (&TaskId, &FakeTask)| TaskStatus {
            id: id.clone(),
            phase: if task.exit.is_some() { Phase::Ended } else { Phase::Running },
            started: Some(task.started),
            ended: task.exit.as_ref().map(|(at, _)| *at),
            exit: task.exit.as_ref().map(|(_, exit)| exit.clone()),
            usage: Usage { energy: units::Energy::new(1_000), ..Usage::default() },
            sandbox: None,
            note: String::new(),
        };
        AgentReport {
            instance: self.instance.to_string(),
            sent: now,
            generation: self.generation,
            tasks: self.tasks.iter().map(status).collect(),
            whole: true,
            engine_away: self.engine_away.clone(),
            about: self.about.clone(),
            data: self.data.as_ref().map(FakeData::report),
        }
    }

    /// As every driver must: refuse what is stale, start what is new, stop what is gone, run nothing twice.
    fn apply(&mut self, target: &Target, now: Time, task_time: Span) {
        if target.generation < self.generation {
            return;
        }
        self.generation = target.generation;
        if let Some(data) = &mut self.data {
            data.apply(target, now);
        }
        let wanted: BTreeSet<TaskId> =
            target.assignments.iter().flat_map(model::Assignment::task_ids).collect();
        self.check_data_is_here(target);
        for id in &wanted {
            self.tasks.entry(id.clone()).or_insert_with(|| FakeTask {
                started: now,
                until: now.after(task_time),
                exit: None,
            });
        }
        for (id, task) in &mut self.tasks {
            if task.exit.is_none() && !wanted.contains(id) {
                task.exit = Some((now, exit(ExitReason::Stopped, None)));
            }
        }
    }

    /// What starts finds its inputs, and what it goes on from.
    fn check_data_is_here(&self, target: &Target) {
        let is_new =
            |it: &&model::Assignment| it.task_ids().any(|id| !self.tasks.contains_key(&id));
        for order in target.assignments.iter().filter(is_new) {
            let inputs = order.work.inputs.iter().map(|it| &it.content);
            for content in inputs.chain(&order.work.resume) {
                let data = self.data.as_ref().unwrap();
                assert!(
                    data.contents.contains_key(content),
                    "{} starts without {content}",
                    order.name()
                );
            }
        }
    }

    pub(super) fn restart_agent(&mut self) {
        self.agent_up = true;
        self.instance += 1;
    }
}

/// How long a fetch takes.
const FETCH: Span = Span::seconds(2);

impl FakeData {
    pub(super) fn keep(&mut self, content: &Content, size: u64, last_used: Time) {
        let kept = Kept { content: content.clone(), size: Bytes::new(size), last_used };
        self.contents.insert(content.clone(), kept);
    }

    fn used(&self) -> u64 {
        self.contents.values().map(|it| it.size.get()).sum()
    }

    fn wanted(&self) -> u64 {
        let missing = self.fetch.iter().filter(|it| !self.contents.contains_key(&it.content));
        let asked: u64 = missing.map(|it| it.size.get()).sum();
        (self.used() + asked).saturating_sub(self.quota)
    }

    fn report(&self) -> DataReport {
        let fetching = |it: &api::Fetch| Fetching {
            content: it.content.clone(),
            done: Bytes::ZERO,
            moved: Bytes::ZERO,
            error: self.broken.clone().or_else(|| (self.wanted() > 0).then(|| "no room".into())),
        };
        DataReport {
            quota: Some(Bytes::new(self.quota)),
            used: Bytes::new(self.used()),
            wanted: Bytes::new(self.wanted()),
            contents: self.contents.values().cloned().collect(),
            fetching: self.fetch.iter().map(fetching).collect(),
            saved: self.saved.clone(),
        }
    }

    fn apply(&mut self, target: &Target, now: Time) {
        for content in &target.drop {
            self.contents.remove(content);
        }
        self.fetch = target.fetch.clone();
        self.fetch.retain(|it| !self.contents.contains_key(&it.content));
        self.since.retain(|it, _| self.fetch.iter().any(|fetch| fetch.content == *it));
        if self.broken.is_some() || self.wanted() > 0 {
            return;
        }
        for fetch in std::mem::take(&mut self.fetch) {
            let since = *self.since.entry(fetch.content.clone()).or_insert(now);
            if now.since(since) >= FETCH && !fetch.from.is_empty() {
                self.keep(&fetch.content, fetch.size.get(), now);
            } else {
                self.fetch.push(fetch);
            }
        }
    }
}

pub(super) fn exit(reason: ExitReason, code: Option<i32>) -> Exit {
    Exit { reason, code, signal: None, message: format!("{reason:?}") }
}

pub(super) const WORLD: &str = r#"
kind: Organization
metadata: {name: o}
spec: {}
---
kind: Project
metadata: {name: p}
spec: {organization: o}
---
kind: Flavor
metadata: {name: cpu}
spec: {arch: x86_64, cores: 1, memory: 1GiB, power: 10W}
---
kind: Site
metadata: {name: east}
spec: {organization: o, region: r-east, place: {lat: 31, lon: 121}, time_zone: Asia/Shanghai, pue: 1.2, tariff: {seasons: [{price: 0.8CNY/kWh}]}, carbon: {intensity: 600gCO2/kWh}}
---
kind: Site
metadata: {name: west}
spec: {organization: o, region: r-west, place: {lat: 37, lon: 105}, time_zone: Asia/Shanghai, pue: 1.2, tariff: {seasons: [{price: 0.4CNY/kWh}]}, carbon: {intensity: 600gCO2/kWh}}
---
kind: Pool
metadata: {name: east-cpu}
spec: {site: east, flavor: cpu, units: 4, price: 0.1CNY/h}
---
kind: Pool
metadata: {name: west-cpu}
spec: {site: west, flavor: cpu, units: 2, price: 0.1CNY/h}
---
kind: Link
metadata: {name: east-west}
spec: {ends: [east, west], delay: 8ms, capacity: 100Gbit/s, price: 0.01CNY/GB, organization: o}
"#;
