//! Tasks as Jobs of a Kubernetes cluster.
//!
//! Needs a kubeconfig, or runs in the cluster. One assignment is one indexed Job, or a Job for each task where the
//! cluster is older than 1.29. `calls` speaks to the API, `view` is what is read from it, `manifest` what is put into
//! it, `names` how that is called, `held` what is known of an assignment, `hear` how the cluster's word changes that,
//! `judge` what a pod means, `act` what is done there, `record` what is on disk, `shape` the nodes as pools, `config`
//! what an operator says.
//!
//! Work goes on when the agent is gone: nothing in a cluster ends it then. So this driver does not fence by itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use model::{Assignment, ExitReason, SandboxLevel, TaskId};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Notify};
use units::{Span, Time};

mod act;
mod calls;
mod config;
mod hear;
mod held;
mod judge;
mod look;
mod manifest;
mod names;
mod pursue;
mod record;
mod shape;
mod view;

use calls::{Cluster, Version};
use config::Config;
use held::Held;
use record::Record;
use shape::Selector;
use view::Node;

use crate::{
    Capabilities, DataFolders, Driver, DriverError, DriverInfo, Engine, Observed, OpenError,
    Options, Target,
    local::{read_json, write_durably, write_whole},
    now,
};

pub(crate) const INFO: DriverInfo =
    DriverInfo { name: "kubernetes", summary: "jobs of a Kubernetes cluster, by its API", open };

const ACCEPTED: &str = "accepted.json";
/// How often the same log is asked for, at most.
const ASK_LOG: Duration = Duration::from_millis(500);

/// `accepted.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Accepted {
    generation: i64,
    /// Ended and forgotten, but still in the newest target: they must not run again.
    forgotten: BTreeSet<TaskId>,
}

#[derive(Debug)]
struct Kubernetes {
    place: Place,
    wake: Arc<Notify>,
    inner: Mutex<Inner>,
    /// When the log of a running task was asked for, and how long it was.
    logs: std::sync::Mutex<BTreeMap<TaskId, (Instant, u64)>>,
}

/// What does not change.
#[derive(Debug)]
pub(crate) struct Place {
    config: Config,
    cluster: Arc<Cluster>,
    /// Tells this agent's objects from those of others; drawn once for a state folder.
    agent: String,
    grace: Span,
    data: Option<DataFolders>,
    jobs: PathBuf,
    trash: PathBuf,
    state: PathBuf,
}

#[derive(Debug)]
struct Inner {
    accepted: Accepted,
    /// By the assignment's name.
    held: BTreeMap<String, Held>,
    lease: Option<Time>,
    asked: Option<Instant>,
    /// How long the last look took.
    took: Duration,
    /// There may be Jobs that nobody wants any more.
    unswept: bool,
    version: Option<Version>,
    /// The way to the nodes of a pool, by the name under which it is published.
    pools: Option<BTreeMap<String, Selector>>,
    /// Namespaces that have all they need.
    ready: BTreeSet<String>,
}

fn open(options: &Options) -> Result<Box<dyn Driver>, OpenError> {
    let config = Config::read(&options.config)
        .map_err(|reason| OpenError { reason: format!("its configuration: {reason}") })?;
    let opened = open_place(options, config);
    let (place, inner) = opened
        .map_err(|source| OpenError { reason: format!("{}: {source}", options.state.display()) })?;
    let (inner, logs) = (Mutex::new(inner), std::sync::Mutex::default());
    Ok(Box::new(Kubernetes { place, wake: Arc::default(), inner, logs }))
}

fn open_place(options: &Options, config: Config) -> io::Result<(Place, Inner)> {
    let state = options.state.clone();
    let (jobs, trash) = (state.join("jobs"), state.join("trash"));
    fs::create_dir_all(&jobs)?;
    match fs::remove_dir_all(&trash) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&trash)?,
    }
    let place = Place {
        cluster: Arc::new(Cluster::new(&config)),
        agent: agent(&state.join("agent"))?,
        config,
        grace: options.grace,
        data: options.data.clone(),
        jobs,
        trash,
        state,
    };
    let accepted = read_json(&place.state.join(ACCEPTED))?
        .unwrap_or(Accepted { generation: -1, forgotten: BTreeSet::new() });
    let lease: Option<i64> = read_json(&place.state.join("lease"))?;
    let inner = Inner {
        accepted,
        held: load(&place)?,
        lease: lease.map(Time::from_millis),
        asked: None,
        took: Duration::ZERO,
        unswept: true,
        version: None,
        pools: None,
        ready: BTreeSet::new(),
    };
    Ok((place, inner))
}

/// 16 hexadecimal digits, drawn at the first start.
fn agent(path: &Path) -> io::Result<String> {
    if let Some(agent) = read_json(path)? {
        return Ok(agent);
    }
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let agent = format!("{:016x}", u64::from_be_bytes(bytes));
    write_durably(path, &agent)?;
    Ok(agent)
}

fn load(place: &Place) -> io::Result<BTreeMap<String, Held>> {
    let mut held = BTreeMap::new();
    for entry in fs::read_dir(&place.jobs)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        match Held::load(&place.jobs, &place.agent, &name) {
            Ok(Some(it)) => drop(held.insert(name, it)),
            Ok(None) => {}
            Err(error) => tracing::warn!(%name, %error, "left alone: cannot be read"),
        }
    }
    Ok(held)
}

impl Inner {
    fn refuse_older(&self, got: i64) -> Result<(), DriverError> {
        let have = self.accepted.generation;
        if got < have { Err(DriverError::Stale { got, have }) } else { Ok(()) }
    }

    fn remember(&self, place: &Place) -> Result<(), DriverError> {
        write_durably(&place.state.join(ACCEPTED), &self.accepted)
            .map_err(DriverError::failed("record what was accepted"))
    }

    /// First what must not get lost: a site that says it has accepted a target also knows its tasks.
    fn accept(&mut self, place: &Place, target: &Target) -> Result<(), DriverError> {
        self.refuse_older(target.generation)?;
        for order in &target.assignments {
            let is_gone = order.task_ids().all(|id| self.accepted.forgotten.contains(&id));
            if is_gone || self.held.contains_key(&order.name()) {
                continue;
            }
            let held = Held::accept(&place.jobs, &place.agent, order)
                .map_err(DriverError::failed(format!("accept {}", order.name())))?;
            self.held.insert(order.name(), held);
        }
        let wanted: BTreeSet<String> = target.assignments.iter().map(Assignment::name).collect();
        for (name, held) in &mut self.held {
            held.wanted = wanted.contains(name);
        }
        let all: BTreeSet<TaskId> =
            target.assignments.iter().flat_map(Assignment::task_ids).collect();
        self.accepted.forgotten.retain(|id| all.contains(id));
        self.accepted.generation = target.generation;
        self.remember(place)
    }

    fn stop_all(&mut self, message: &str) {
        for held in self.held.values_mut() {
            held.stop(ExitReason::Fenced, message);
        }
    }

    async fn version(&mut self, place: &Place) -> Result<Version, DriverError> {
        if let Some(version) = &self.version {
            return Ok(version.clone());
        }
        let version = place.cluster.version().await?;
        self.version = Some(version.clone());
        Ok(version)
    }

    async fn learn_pools(&mut self, place: &Place) -> Result<(), DriverError> {
        if self.pools.is_none() {
            self.engine(place).await?;
        }
        Ok(())
    }

    async fn engine(&mut self, place: &Place) -> Result<Engine, DriverError> {
        let version = place.cluster.version().await?;
        let nodes: Vec<Node> = place.cluster.list("/api/v1/nodes", "").await?;
        let pools = shape::pools(&nodes, &place.config);
        let text = format!("kubernetes {}", version.text);
        self.version = Some(version);
        self.pools =
            Some(pools.iter().map(|(pool, to)| (pool.name.to_string(), to.clone())).collect());
        Ok(Engine { version: text, pools: pools.into_iter().map(|(pool, _)| pool).collect() })
    }
}

#[async_trait]
impl Driver for Kubernetes {
    async fn observe(&self) -> Result<Observed, DriverError> {
        let mut inner = self.inner.lock().await;
        if inner.lease.is_some_and(|until| until < now()) {
            inner.stop_all("the lease ended");
        }
        inner.look(&self.place).await?;
        if let Err(error) = inner.pursue(&self.place).await {
            match error {
                DriverError::Away(_) => return Err(error),
                error => tracing::warn!(%error, "tried again later"),
            }
        }
        let tasks = inner.held.values().flat_map(Held::statuses).collect();
        Ok(Observed { generation: inner.accepted.generation, tasks })
    }

    async fn apply(&self, target: &Target) -> Result<(), DriverError> {
        let mut inner = self.inner.lock().await;
        inner.accept(&self.place, target)?;
        for held in inner.held.values_mut().filter(|held| !held.wanted) {
            held.stop(ExitReason::Stopped, "it was taken out of the target");
        }
        let done = inner.pursue(&self.place).await;
        self.wake.notify_one();
        done
    }

    async fn forget(&self, tasks: &[TaskId]) -> Result<(), DriverError> {
        let mut inner = self.inner.lock().await;
        let inner = &mut *inner;
        let mut gone: BTreeMap<String, Vec<&TaskId>> = BTreeMap::new();
        for id in tasks {
            let name = format!("{}.{}", id.job, id.attempt);
            let held = inner.held.get(&name);
            if held.is_some_and(|held| held.has(id.index) && held.is_ended(id.index)) {
                gone.entry(name).or_default().push(id);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        inner.accepted.forgotten.extend(gone.values().flatten().map(|id| (*id).clone()));
        inner.remember(&self.place)?;
        // What the cluster has of them goes with the next look, also if the cluster is away now.
        inner.unswept = true;
        for (name, ids) in gone {
            let Some(held) = inner.held.get_mut(&name) else { continue };
            let left = held.forget(ids.iter().map(|id| id.index), &self.place.trash);
            if left.map_err(DriverError::failed(format!("forget {name}")))? == 0 {
                inner.held.remove(&name);
            }
        }
        Ok(())
    }

    async fn fence(&self, reason: &str) -> Result<(), DriverError> {
        let mut inner = self.inner.lock().await;
        inner.stop_all(reason);
        let done = inner.pursue(&self.place).await;
        self.wake.notify_one();
        done
    }

    async fn renew(&self, until: Time) -> Result<(), DriverError> {
        let mut inner = self.inner.lock().await;
        inner.lease = Some(until);
        write_whole(&self.place.state.join("lease"), until.as_millis().to_string().as_bytes())
            .map_err(DriverError::failed("write the lease"))
    }

    async fn logs(&self, task: &TaskId, offset: u64, max: usize) -> Result<Vec<u8>, DriverError> {
        let (record, pod) = self.log_place(task).await?;
        let kept = record.log(task.index, offset, max);
        match (kept.map_err(DriverError::failed("read its log"))?, pod) {
            (Some(bytes), _) => Ok(bytes),
            (None, Some(pod)) => self.live_log(task, &pod, offset, max).await,
            (None, None) => Ok(Vec::new()),
        }
    }

    fn sandbox(&self) -> SandboxLevel {
        SandboxLevel::Engine
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            gangs: true,
            arrays: true,
            accelerators: true,
            containers: true,
            preemption: true,
            data: self.place.config.data.is_some() && self.place.data.is_some(),
            ..Capabilities::default()
        }
    }

    async fn engine(&self) -> Result<Engine, DriverError> {
        self.inner.lock().await.engine(&self.place).await
    }

    fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }
}

impl Kubernetes {
    /// Where the log of a task is kept, and its pod while that has the log.
    async fn log_place(&self, task: &TaskId) -> Result<(Record, Option<String>), DriverError> {
        let mut inner = self.inner.lock().await;
        let name = format!("{}.{}", task.job, task.attempt);
        let is_known = inner.held.get(&name).is_some_and(|held| held.has(task.index));
        if !is_known {
            return Err(DriverError::NoSuchTask(task.clone()));
        }
        let waits = |held: &Held| held.pod(task.index).is_none() && !held.is_ended(task.index);
        if inner.held.get(&name).is_some_and(waits) {
            inner.look(&self.place).await?;
        }
        let held = inner.held.get(&name).ok_or_else(|| DriverError::NoSuchTask(task.clone()))?;
        let pod = held.pod(task.index).filter(|_| !held.is_ended(task.index));
        Ok((held.record.clone(), pod.map(str::to_owned)))
    }

    /// The API gives a log from its beginning only: what was read before is read again and dropped. The agent reads
    /// no more than the first 256 KiB, and not more often than `ASK_LOG`.
    async fn live_log(
        &self,
        task: &TaskId,
        pod: &str,
        offset: u64,
        max: usize,
    ) -> Result<Vec<u8>, DriverError> {
        if let Some((at, length)) = self.asked_log(|all| all.get(task).copied())
            && at.elapsed() < ASK_LOG
            && offset >= length
        {
            return Ok(Vec::new());
        }
        let most = offset.saturating_add(max as u64);
        let log = self.place.cluster.log(pod, most).await?.unwrap_or_default();
        let length = log.len() as u64;
        self.asked_log(|all| {
            all.retain(|_, (at, _)| at.elapsed() < ASK_LOG);
            all.insert(task.clone(), (Instant::now(), length));
        });
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(log.len());
        Ok(log.get(from..).unwrap_or_default().to_vec())
    }

    fn asked_log<T>(&self, with: impl FnOnce(&mut BTreeMap<TaskId, (Instant, u64)>) -> T) -> T {
        let mut all = self.logs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        with(&mut all)
    }
}
