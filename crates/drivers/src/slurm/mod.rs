//! Tasks as jobs of a Slurm cluster, under the customer's own account there.
//!
//! Needs Slurm's commands, and the state folder on a file system that the nodes share. One assignment is one
//! submission: an array, a step of a gang, or a plain job. What a task did is told by the files it writes; what they do
//! not tell, the queue does. `commands` calls Slurm, `script` is what runs on the nodes, `record` is what is on disk,
//! `held` what is known of an assignment, `shape` the nodes as pools, `config` what an operator says.
//!
//! Tasks look at the lease themselves every few seconds, so they end with it even if agent and controller are gone.

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
use units::Time;

mod commands;
mod config;
mod held;
mod record;
mod script;
mod shape;

use commands::{Row, Slurm as Commands};
use config::Config;
use held::Held;

use crate::{
    Capabilities, Driver, DriverError, DriverInfo, Engine, Observed, OpenError, Options, Target,
    local::{read_json, write_durably},
    now,
};

pub(crate) const INFO: DriverInfo =
    DriverInfo { name: "slurm", summary: "jobs of a Slurm cluster, by its commands", open };

const ACCEPTED: &str = "accepted.json";
/// How often the queue is asked, at most. Files tell of starts and ends sooner.
const ASK: Duration = Duration::from_secs(1);

/// `accepted.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Accepted {
    generation: i64,
    /// Ended and forgotten, but still in the newest target: they must not run again.
    forgotten: BTreeSet<TaskId>,
}

#[derive(Debug)]
struct Slurm {
    place: Place,
    wake: Arc<Notify>,
    inner: Mutex<Inner>,
}

/// What does not change.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) config: Config,
    pub(crate) commands: Commands,
    pub(crate) jobs: PathBuf,
    pub(crate) lease: PathBuf,
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
    /// Partition by the name under which it is published.
    partitions: BTreeMap<String, String>,
}

fn open(options: &Options) -> Result<Box<dyn Driver>, OpenError> {
    let config = Config::read(&options.config)
        .map_err(|reason| OpenError { reason: format!("its configuration: {reason}") })?;
    let opened = open_place(options, config);
    let (place, inner) = opened
        .map_err(|source| OpenError { reason: format!("{}: {source}", options.state.display()) })?;
    Ok(Box::new(Slurm { place, wake: Arc::default(), inner: Mutex::new(inner) }))
}

fn open_place(options: &Options, config: Config) -> io::Result<(Place, Inner)> {
    let jobs = options.state.join("jobs");
    fs::create_dir_all(&jobs)?;
    let state = options.state.canonicalize()?;
    let trash = state.join("trash");
    match fs::remove_dir_all(&trash) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&trash)?,
    }
    let name = format!("jw-{:016x}", hash(&state));
    let place = Place {
        commands: Commands { conf: config.conf.clone(), name },
        config,
        jobs: state.join("jobs"),
        lease: state.join("lease"),
        trash,
        state,
    };
    let accepted = read_json(&place.state.join(ACCEPTED))?
        .unwrap_or(Accepted { generation: -1, forgotten: BTreeSet::new() });
    let held = load(&place.jobs)?;
    let lease = fs::read_to_string(&place.lease).ok();
    let lease = lease.and_then(|text| text.trim().parse().ok()).map(Time::from_millis);
    Ok((place, Inner { accepted, held, lease, asked: None, partitions: BTreeMap::new() }))
}

fn load(jobs: &Path) -> io::Result<BTreeMap<String, Held>> {
    let mut held = BTreeMap::new();
    for entry in fs::read_dir(jobs)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        match Held::load(jobs, &name) {
            Ok(Some(it)) => drop(held.insert(name, it)),
            Ok(None) => {}
            Err(error) => tracing::warn!(%name, %error, "left alone: cannot be read"),
        }
    }
    Ok(held)
}

/// FNV-1a, 64 bits: several agents may use one cluster.
fn hash(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
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
            let held = Held::accept(place, order)
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

    /// The partition of a pool: by configuration, else the one that was published under its name.
    fn partition(&self, place: &Place, order: &Assignment) -> Option<String> {
        let pool = &order.work.pool;
        let by_name = || {
            let fits =
                |name: &str| pool.as_str() == name || pool.as_str().ends_with(&format!("-{name}"));
            self.partitions
                .iter()
                .find(|(name, _)| fits(name))
                .map(|(_, partition)| partition.clone())
        };
        place.config.pools.get(pool).cloned().or_else(by_name)
    }

    async fn learn_partitions(&mut self, place: &Place) -> Result<(), DriverError> {
        if self.partitions.is_empty() {
            let nodes = place.commands.nodes().await?;
            let pools = shape::pools(&nodes, &place.config.partitions);
            self.partitions =
                pools.into_iter().map(|(pool, at)| (pool.name.to_string(), at)).collect();
        }
        Ok(())
    }

    /// Submits what is wanted and not there, cancels what is there and not wanted.
    async fn pursue(&mut self, place: &Place) -> Result<(), DriverError> {
        let names: Vec<String> = self
            .held
            .iter()
            .filter(|(_, it)| it.needs_care())
            .map(|(name, _)| name.clone())
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        self.learn_partitions(place).await?;
        let mut outcome = Ok(());
        for name in names {
            let Some(mut held) = self.held.remove(&name) else { continue };
            let partition = self.partition(place, &held.order);
            let done = held.care(place, partition).await;
            self.held.insert(name, held);
            let is_away = matches!(done, Err(DriverError::Away(_)));
            outcome = outcome.and(done);
            if is_away {
                break;
            }
        }
        outcome
    }

    /// Reads the files, and now and then the queue.
    async fn look(&mut self, place: &Place) -> Result<(), DriverError> {
        let mut is_live = false;
        for (name, held) in &mut self.held {
            if let Err(error) = held.read() {
                tracing::warn!(%name, %error, "cannot be looked at");
            }
            is_live |= !held.has_ended();
        }
        if !is_live || self.asked.is_some_and(|at| at.elapsed() < ASK) {
            return Ok(());
        }
        let asked = Instant::now();
        self.asked = Some(asked);
        let rows = match place.commands.queue().await {
            Ok(rows) => rows,
            Err(error) => {
                // Not waited for in vain with every look.
                self.asked = None;
                return Err(error);
            }
        };

        let mut by_name: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            by_name.entry(row.comment.as_str()).or_default().push(row);
        }
        for (name, held) in self.held.iter_mut().filter(|(_, held)| !held.has_ended()) {
            let rows = by_name.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            let told = held.hear(rows, asked).and_then(|()| held.read());
            told.map_err(DriverError::failed(format!("record what became of {name}")))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Driver for Slurm {
    async fn observe(&self) -> Result<Observed, DriverError> {
        let mut inner = self.inner.lock().await;
        if inner.lease.is_some_and(|until| until < now()) {
            stop_all(&mut inner, ExitReason::Fenced, "the lease ended");
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
            if inner.held.get(&name).is_some_and(|held| held.is_ended(id.index)) {
                gone.entry(name).or_default().push(id);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        inner.accepted.forgotten.extend(gone.values().flatten().map(|id| (*id).clone()));
        inner.remember(&self.place)?;
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
        stop_all(&mut inner, ExitReason::Fenced, reason);
        let done = inner.pursue(&self.place).await;
        self.wake.notify_one();
        done
    }

    async fn renew(&self, until: Time) -> Result<(), DriverError> {
        let mut inner = self.inner.lock().await;
        inner.lease = Some(until);
        let text = format!("{}\n", until.as_millis());
        let new = self.place.lease.with_extension("new");
        fs::write(&new, text)
            .and_then(|()| open_to_all(&new))
            .and_then(|()| fs::rename(&new, &self.place.lease))
            .map_err(DriverError::failed("write the lease"))
    }

    async fn logs(&self, task: &TaskId, offset: u64, max: usize) -> Result<Vec<u8>, DriverError> {
        let inner = self.inner.lock().await;
        let held = inner.held.get(&format!("{}.{}", task.job, task.attempt));
        let held = held.filter(|held| held.has(task.index));
        let held = held.ok_or_else(|| DriverError::NoSuchTask(task.clone()))?;
        held.record.log(task.index, offset, max).map_err(DriverError::failed("read its log"))
    }

    fn sandbox(&self) -> SandboxLevel {
        SandboxLevel::Engine
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            gangs: true,
            arrays: true,
            accelerators: true,
            preemption: true,
            fences: true,
            accounts: !self.place.config.accounts.is_empty(),
            ..Capabilities::default()
        }
    }

    async fn engine(&self) -> Result<Engine, DriverError> {
        let version = self.place.commands.version().await?;
        let nodes = self.place.commands.nodes().await?;
        let pools = shape::pools(&nodes, &self.place.config.partitions);
        let mut inner = self.inner.lock().await;
        inner.partitions =
            pools.iter().map(|(pool, at)| (pool.name.to_string(), at.clone())).collect();
        Ok(Engine { version, pools: pools.into_iter().map(|(pool, _)| pool).collect() })
    }

    fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }
}

fn stop_all(inner: &mut Inner, reason: ExitReason, message: &str) {
    for held in inner.held.values_mut() {
        held.stop(reason, message);
    }
}

/// Tasks under other accounts read it.
fn open_to_all(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}
