//! Tasks as jobs of a Slurm cluster, under the customer's own account there.
//!
//! Needs Slurm's commands or its REST interface, and the state folder on a file system that the nodes share. One assignment is one
//! submission: an array, a step of a gang, or a plain job. What a task did is told by the files it writes; what they do
//! not tell, the queue does, and then accounting.
//!
//! `controller` is the conversation with Slurm: `commands` has it by Slurm's commands, `rest` by slurmrestd in the forms
//! of `words`. `script` is what runs on the nodes, `record` is what is on disk, `told` what tasks write, `held` what is
//! known of an assignment, `learn` how, `shape` the nodes as pools, `config` what an operator says.
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
use units::{Span, Time};

mod commands;
mod config;
mod controller;
mod held;
mod learn;
mod record;
mod rest;
mod script;
mod shape;
mod told;
mod words;

use commands::Commands;
use config::Config;
use controller::{Controller, Row};
use held::Held;
use record::Setting;
use rest::Rest;
use shape::Share;

use crate::{
    Capabilities, DataFolders, Driver, DriverError, DriverInfo, Engine, Observed, OpenError,
    Options, Target,
    local::{read_json, write_durably},
    now,
};

pub(crate) const INFO: DriverInfo =
    DriverInfo { name: "slurm", summary: "jobs of a Slurm cluster, by its commands", open };

const ACCEPTED: &str = "accepted.json";
/// How often the queue is asked, at most. Files tell of starts and ends sooner.
const ASK: Duration = Duration::from_secs(1);
/// A long queue costs the controller more to tell: one part in so many of the time goes to asking, and at least every
/// so often, unless only the queue can tell what is waited for.
const PART: u32 = 40;
const ASK_LEAST: Duration = Duration::from_secs(15);

/// `accepted.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Accepted {
    generation: i64,
    /// Assignments that ended and are forgotten, but are still in the newest target: they must not run again.
    forgotten: BTreeSet<String>,
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
    pub(crate) controller: Box<dyn Controller>,
    pub(crate) jobs: PathBuf,
    lease: PathBuf,
    data: Option<DataFolders>,
    grace: Span,
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
    /// Between two looks at the queue.
    ask_every: Duration,
    cut: Option<Instant>,
    /// How to get to a pool, by the name under which it is published.
    shares: BTreeMap<String, Share>,
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
        controller: match config.rest.clone() {
            Some(rest) => Box::new(Rest::new(rest, name)?),
            None => Box::new(Commands { conf: config.conf.clone(), name }),
        },
        config,
        jobs: state.join("jobs"),
        lease: state.join("lease"),
        data: options.data.clone(),
        grace: options.grace,
        trash,
        state,
    };
    let accepted = read_json(&place.state.join(ACCEPTED))?
        .unwrap_or(Accepted { generation: -1, forgotten: BTreeSet::new() });
    let mut held = load(&place.jobs)?;
    held.values_mut().for_each(|it| it.check_account(&place));
    let lease = fs::read_to_string(&place.lease).ok();
    let lease = lease.and_then(|text| text.trim().parse().ok()).map(Time::from_millis);
    let (asked, ask_every, cut, shares) = (None, ASK, None, BTreeMap::new());
    Ok((place, Inner { accepted, held, lease, asked, ask_every, cut, shares }))
}

impl Place {
    /// Between asking its tasks to end and ending them.
    pub(crate) fn grace(&self, order: &Assignment) -> Span {
        order.work.grace.map_or(self.grace, |grace| grace.max(self.grace))
    }

    pub(crate) fn setting(&self, order: &Assignment) -> Setting<'_> {
        Setting { lease: &self.lease, data: self.data.as_ref(), grace: self.grace(order) }
    }
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
    async fn accept(&mut self, place: &Place, target: &Target) -> Result<(), DriverError> {
        self.refuse_older(target.generation)?;
        let wanted: BTreeSet<String> = target.assignments.iter().map(Assignment::name).collect();
        for (order, name) in target.assignments.iter().map(|it| (it, it.name())) {
            if self.accepted.forgotten.contains(&name) || self.held.contains_key(&name) {
                continue;
            }
            let held = Held::accept(place, order).await;
            let held = held.map_err(DriverError::failed(format!("accept {name}")))?;
            self.held.insert(name, held);
        }
        for (name, held) in &mut self.held {
            held.wanted = wanted.contains(name);
        }
        self.accepted.forgotten.retain(|name| wanted.contains(name));
        self.accepted.generation = target.generation;
        self.remember(place)
    }

    /// How to get to a pool: by configuration, else as it was published under its name.
    fn share(&self, place: &Place, order: &Assignment) -> Share {
        let pool = &order.work.pool;
        let fits =
            |name: &str| pool.as_str() == name || pool.as_str().ends_with(&format!("-{name}"));
        match place.config.pools.get(pool) {
            Some(partition) => Share { partition: Some(partition.clone()), constraint: None },
            // The longest that fits: "main-2" before "2".
            None => {
                let all = self.shares.iter().filter(|(name, _)| fits(name));
                all.max_by_key(|(name, _)| name.len()).map(|(_, it)| it.clone()).unwrap_or_default()
            }
        }
    }

    async fn learn_shares(&mut self, place: &Place) -> Result<(), DriverError> {
        if self.shares.is_empty() {
            let nodes = place.controller.nodes().await?;
            let pools = shape::pools(&nodes, &place.config.partitions);
            self.shares = pools.into_iter().map(|(pool, it)| (pool.name.to_string(), it)).collect();
        }
        Ok(())
    }

    /// Submits what is wanted and not there, cancels what is there and not wanted.
    async fn pursue(&mut self, place: &Place) -> Result<(), DriverError> {
        let needs = |it: &Held| it.needs_care(place.grace(&it.order));
        let names = self.held.iter().filter(|(_, it)| needs(it)).map(|(name, _)| name.clone());
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            return Ok(());
        }
        self.learn_shares(place).await?;
        let mut outcome = Ok(());
        for name in names {
            let Some(mut held) = self.held.remove(&name) else { continue };
            let share = self.share(place, &held.order);
            let done = held.care(place, share).await;
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
        let (mut is_live, mut is_urgent) = (false, false);
        for (name, held) in &mut self.held {
            if let Err(error) = held.read() {
                tracing::warn!(%name, %error, "cannot be looked at");
            }
            is_live |= !held.has_ended();
            is_urgent |= held.is_urgent();
        }
        if self.cut.is_none_or(|at| at.elapsed() >= ASK) {
            self.cut = Some(Instant::now());
            self.held.values_mut().for_each(Held::cut_logs);
        }
        let every = if is_urgent { ASK } else { self.ask_every };
        if is_live && self.asked.is_none_or(|at| at.elapsed() >= every) {
            self.ask(place).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, place: &Place) -> Result<(), DriverError> {
        let asked = Instant::now();
        // Not waited for in vain with every look.
        self.asked = None;
        let live: Vec<Option<u64>> =
            self.held.values().filter(|it| !it.has_ended()).map(Held::job).collect();
        // Of one job the controller has less to tell than of all.
        let only = if let [Some(job)] = live.as_slice() { Some(*job) } else { None };
        let rows = place.controller.queue(only).await?;
        self.ask_every = (asked.elapsed() * PART).clamp(ASK, ASK_LEAST);
        self.asked = Some(asked);
        let mut by_name: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            by_name.entry(row.comment.as_str()).or_default().push(row);
        }
        for (name, held) in self.held.iter_mut().filter(|(_, held)| !held.has_ended()) {
            let rows = by_name.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            let told = held.hear(rows, asked).and_then(|()| held.read());
            told.map_err(DriverError::failed(format!("record what became of {name}")))?;
            if held.has_vanished(rows)
                && let Some(job) = held.job()
            {
                let kept = place.controller.accounts(job).await?;
                held.close(&kept);
            }
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
        inner.accept(&self.place, target).await?;
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
        for (name, ids) in gone {
            let Some(held) = inner.held.get_mut(&name) else { continue };
            let is_left = held.forget(ids.iter().map(|id| id.index));
            if is_left.map_err(DriverError::failed(format!("forget {name}")))? {
                continue;
            }
            // Remembered before its folder goes: it must not run again.
            inner.accepted.forgotten.insert(name.clone());
            inner.remember(&self.place)?;
            let removed =
                inner.held.get(&name).map_or(Ok(()), |it| it.record.remove(&self.place.trash));
            removed.map_err(DriverError::failed(format!("forget {name}")))?;
            inner.held.remove(&name);
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
            data: self.place.data.is_some(),
            ..Capabilities::default()
        }
    }

    async fn engine(&self) -> Result<Engine, DriverError> {
        let version = self.place.controller.version().await?;
        let nodes = self.place.controller.nodes().await?;
        let pools = shape::pools(&nodes, &self.place.config.partitions);
        let mut inner = self.inner.lock().await;
        inner.shares = pools.iter().map(|(pool, it)| (pool.name.to_string(), it.clone())).collect();
        let version = format!("slurm {version}");
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
