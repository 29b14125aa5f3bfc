//! Tasks as processes of this machine, each in a sandbox, each with a supervisor of its own that outlives us.
//!
//! `folder` is what is on disk, `known` what we know of it; `shim` the supervisor; `enter` its last step before the
//! program; `sandbox`, `cgroup` and `processes` are what the kernel gives; `container` is a root file system of one's
//! own, from `images`; `binds` what of the machine is inside; `judge` says what an ending means.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use model::{Assignment, ExitReason, SandboxLevel, TaskId, TaskSpec};
use tokio::sync::Notify;
use units::Time;

mod binds;
mod cgroup;
mod config;
mod container;
mod enter;
mod folder;
mod image;
mod images;
mod judge;
mod known;
mod processes;
mod pump;
mod sandbox;
mod shim;

use config::Config;
pub use folder::put_durably;
use folder::{Folder, Order};
pub(crate) use folder::{read_json, write_durably, write_whole};
use images::{Answer, Images};
use known::{Accepted, Held, Known};
use sandbox::Plan;
pub use shim::shim_main;

use crate::{
    Capabilities, Driver, DriverError, DriverInfo, Observed, OpenError, Options, Target, Tasks,
};

pub(crate) const INFO: DriverInfo =
    DriverInfo { name: "local", summary: "processes of this machine, each in a sandbox", open };

/// Milliseconds since 1970 until which work may go on; no file: no limit.
const LEASE: &str = "lease";
const ACCEPTED: &str = "accepted.json";
const TASKS: &str = "tasks";
/// Forgotten tasks on their way out: renamed at once, deleted after.
const TRASH: &str = "trash";
/// Tasks that are started or stopped before others get their turn to ask.
const AT_ONCE: usize = 16;
/// A supervisor that has not shown up by then is started again.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug)]
struct Local {
    place: Arc<Place>,
}

#[derive(Debug)]
struct Place {
    options: Options,
    plan: Plan,
    /// Or why no image is run here.
    images: Result<Images, String>,
    wake: Arc<Notify>,
    held: Mutex<Held>,
}

fn open(options: &Options) -> Result<Box<dyn Driver>, OpenError> {
    let config = Config::read(&options.config).map_err(|reason| OpenError { reason })?;
    let place = open_place(options, config)
        .map_err(|source| OpenError { reason: format!("{}: {source}", options.state.display()) })?;
    Ok(Box::new(Local { place: Arc::new(place) }))
}

fn open_place(options: &Options, config: Config) -> io::Result<Place> {
    fs::create_dir_all(options.state.join(TASKS))?;
    // Others may pass, not look around: a program without bubblewrap runs as nobody in a folder below.
    fs::set_permissions(options.state.join(TASKS), fs::Permissions::from_mode(0o711))?;
    let state = options.state.canonicalize()?;
    let share = options.share.as_ref().map(|share| share.canonicalize()).transpose()?;
    let options = Options { state, share, ..options.clone() };
    let _ = fs::remove_dir_all(options.state.join(TRASH));
    fs::create_dir_all(options.state.join(TRASH))?;
    let accepted = read_json(&options.state.join(ACCEPTED))?;
    let accepted = accepted.unwrap_or(Accepted { generation: -1, forgotten: BTreeSet::new() });
    let tasks = load(&options.state.join(TASKS))?;
    let wake = Arc::default();
    let (plan, images) = plan(&options, config, &wake);
    if let Some(version) = plan.cgroups {
        let runs = |name: &str| {
            name.parse().is_ok_and(|id| tasks.get(&id).is_some_and(|task| !task.has_ended()))
        };
        cgroup::sweep(version, &suffix(&options.state), runs);
    }
    let held = Held { accepted, tasks, arrays: BTreeMap::new() };
    Ok(Place { options, plan, images, wake, held: Mutex::new(held) })
}

/// How tasks are shut in, and whether in containers too.
fn plan(options: &Options, config: Config, wake: &Arc<Notify>) -> (Plan, Result<Images, String>) {
    let plan = Plan::probe(options);
    let Some(containers) = config.containers else {
        return (plan, Err("this site runs no containers".to_owned()));
    };
    let contained = plan.with_containers(options);
    let opened = contained
        .and_then(|plan| Ok((plan, Images::open(containers, &options.state, Arc::clone(wake))?)));
    match opened {
        Ok((plan, images)) => (plan, Ok(images)),
        Err(why) => {
            tracing::warn!(why, "no task gets a container");
            (plan, Err(format!("this site cannot run containers: {why}")))
        }
    }
}

/// What an earlier life of this driver has accepted.
fn load(dir: &Path) -> io::Result<Tasks<Known>> {
    let mut tasks = Tasks::new();
    for entry in fs::read_dir(dir)? {
        let folder = Folder::new(entry?.path());
        // Without a specification it was never accepted.
        if let (Some(id), true) = (folder.id(), folder.order().exists()) {
            tasks.insert(id.clone(), Known::load(folder, id));
        }
    }
    Ok(tasks)
}

/// Task and site together: several agents may share a machine.
fn cgroup_name(folder: &Folder) -> String {
    let task = folder.dir().file_name().unwrap_or_default().to_string_lossy();
    format!("{task}{}", suffix(folder.state()))
}

fn suffix(state: &Path) -> String {
    format!("@{:016x}", fnv(state.as_os_str().as_encoded_bytes()))
}

/// FNV-1a, 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl Place {
    /// Runs on a thread that may wait for the disk.
    async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        action: &'static str,
        work: impl FnOnce(&Self, &mut Held) -> Result<T, DriverError> + Send + 'static,
    ) -> Result<T, DriverError> {
        let place = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // A panic elsewhere leaves at worst an old view of the disk behind.
            let mut held = place.held.lock().unwrap_or_else(PoisonError::into_inner);
            work(&place, &mut held)
        });
        done.await.map_err(io::Error::other).map_err(DriverError::failed(action))?
    }

    fn observe(&self, held: &mut Held) -> Observed {
        for (id, task) in &mut held.tasks {
            if let Err(error) = task.look(false).and_then(|()| self.ensure(task)) {
                tracing::warn!(task = %id, %error, "cannot be looked at");
            }
        }
        held.give_turns();
        self.fetch_only_what_is_due(held);
        let tasks = held.tasks.values().map(|task| task.status.clone()).collect();
        Observed { generation: held.accepted.generation, tasks }
    }

    /// First what must not get lost: a site that says it has accepted a target also knows its tasks.
    fn accept_tasks(
        &self,
        held: &mut Held,
        generation: i64,
        specs: &[TaskSpec],
    ) -> Result<(), DriverError> {
        held.refuse_older(generation)?;
        for spec in specs {
            if !held.accepted.forgotten.contains(&spec.id) && !held.tasks.contains_key(&spec.id) {
                let id = spec.id.clone();
                let folder =
                    self.accept(&id, spec).map_err(DriverError::failed(format!("accept {id}")))?;
                held.tasks.insert(id.clone(), Known::new(folder, id, spec.work.image.clone()));
            }
        }
        Ok(())
    }

    /// Then that it is the newest. Gives all tasks there are.
    fn accept_target(&self, held: &mut Held, target: &Target) -> Result<Vec<TaskId>, DriverError> {
        let have = held.refuse_older(target.generation)?;
        let wanted: BTreeSet<TaskId> =
            target.assignments.iter().flat_map(Assignment::task_ids).collect();
        let before = held.accepted.forgotten.len();
        held.accepted.forgotten.retain(|id| wanted.contains(id));
        if target.generation > have || held.accepted.forgotten.len() != before {
            held.accepted.generation = target.generation;
            self.remember(&held.accepted)?;
        }
        for (id, task) in &mut held.tasks {
            task.wanted = wanted.contains(id);
        }
        held.take_arrays(target);
        Ok(held.tasks.keys().cloned().collect())
    }

    /// Last, some of the tasks are started or stopped, unless a newer target has come meanwhile.
    fn pursue(&self, held: &mut Held, generation: i64, ids: &[TaskId]) -> Result<(), DriverError> {
        held.refuse_older(generation)?;
        let mut first_error = None;
        for id in ids {
            let Some(task) = held.tasks.get_mut(id) else { continue };
            let done = if task.wanted {
                self.ensure(task)
            } else {
                task.stop(ExitReason::Stopped, "it was taken out of the target")
            };
            note(&mut first_error, format!("start or stop {id}"), done);
        }
        self.fetch_only_what_is_due(held);
        self.wake.notify_one();
        first_error.map_or(Ok(()), Err)
    }

    fn fetch_only_what_is_due(&self, held: &Held) {
        let Ok(images) = &self.images else { return };
        let due = held.tasks.values().filter(|task| task.is_due());
        images.only(&due.filter_map(|task| task.image.as_deref()).collect());
    }

    fn accept(&self, id: &TaskId, spec: &TaskSpec) -> io::Result<Folder> {
        let folder = Folder::new(self.options.state.join(TASKS).join(id.to_string()));
        fs::create_dir_all(folder.dir())?;
        write_durably(
            &folder.order(),
            &Order { spec: spec.clone(), plan: self.plan.clone(), root: None },
        )?;
        Ok(folder)
    }

    /// Lays down the root file system that it runs in. Says whether it can be started.
    fn furnish(&self, task: &mut Known) -> io::Result<bool> {
        let Some(name) = &task.image else { return Ok(true) };
        let answer = match &self.images {
            Ok(images) => images.want(name),
            Err(why) => Answer::Refused(why.clone()),
        };
        match answer {
            Answer::Here(root) => write_durably(&task.folder.root(), &root).map(|()| true),
            Answer::Coming => {
                task.status.note = format!("waits for the image {name}");
                Ok(false)
            }
            Answer::Refused(why) => task.refuse(&why).map(|()| false),
        }
    }

    /// Starts a supervisor where there should be one and is none. One too many is harmless.
    fn ensure(&self, task: &mut Known) -> io::Result<()> {
        let recently = task.spawned.is_some_and(|at| at.elapsed() < PATIENCE);
        if !task.is_due() || recently || task.folder.holder()?.is_some() || !self.furnish(task)? {
            return Ok(());
        }
        task.spawned = Some(Instant::now());
        let mut command = std::process::Command::new(&self.options.shim);
        command.process_group(0);
        command.arg("shim").arg(task.folder.dir()).env_clear().current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = tokio::process::Command::from(command).spawn()?;
        let wake = Arc::clone(&self.wake);
        tokio::spawn(async move {
            let _ = child.wait().await;
            wake.notify_one();
        });
        Ok(())
    }

    /// Takes them out of sight; what is left to delete.
    fn forget(&self, held: &mut Held, ids: &[TaskId]) -> Result<Vec<PathBuf>, DriverError> {
        let ended = |id: &&TaskId| held.tasks.get(*id).is_some_and(Known::has_ended);
        let gone: Vec<TaskId> = ids.iter().filter(ended).cloned().collect();
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        held.accepted.forgotten.extend(gone.iter().cloned());
        self.remember(&held.accepted)?;
        let mut left = Vec::new();
        for id in gone {
            let there = self.options.state.join(TRASH).join(id.to_string());
            let folder = held.tasks.remove(&id).map(|task| task.folder);
            let moved = folder.map_or(Ok(()), |folder| fs::rename(folder.dir(), &there));
            moved.map_err(DriverError::failed(format!("forget {id}")))?;
            left.push(there);
        }
        Ok(left)
    }

    fn remember(&self, accepted: &Accepted) -> Result<(), DriverError> {
        let path = self.options.state.join(ACCEPTED);
        write_durably(&path, accepted).map_err(DriverError::failed("record what was accepted"))
    }
}

/// Keeps the first of several errors; the rest are in the log.
fn note(first: &mut Option<DriverError>, action: String, result: io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%action, %error, "failed");
        first.get_or_insert(DriverError::Failed { action, source: error });
    }
}

#[async_trait]
impl Driver for Local {
    async fn observe(&self) -> Result<Observed, DriverError> {
        self.place.with("observe", |place, held| Ok(place.observe(held))).await
    }

    async fn apply(&self, target: &Target) -> Result<(), DriverError> {
        let generation = target.generation;
        let specs: Vec<TaskSpec> = target.tasks().collect();
        for some in specs.chunks(AT_ONCE) {
            let some = some.to_vec();
            self.place
                .with("accept", move |place, held| place.accept_tasks(held, generation, &some))
                .await?;
        }
        let whole = target.clone();
        let ids =
            self.place.with("accept", move |place, held| place.accept_target(held, &whole)).await?;
        let mut outcome = Ok(());
        for some in ids.chunks(AT_ONCE) {
            let some = some.to_vec();
            let done = self
                .place
                .with("apply", move |place, held| place.pursue(held, generation, &some))
                .await;
            outcome = outcome.and(done);
        }
        outcome
    }

    async fn forget(&self, tasks: &[TaskId]) -> Result<(), DriverError> {
        let tasks = tasks.to_vec();
        let left = self.place.with("forget", move |place, held| place.forget(held, &tasks)).await?;
        // What cannot be deleted now is when the driver is opened next.
        let delete = move || left.iter().for_each(|folder| drop(fs::remove_dir_all(folder)));
        tokio::task::spawn_blocking(delete)
            .await
            .map_err(io::Error::other)
            .map_err(DriverError::failed("forget"))
    }

    async fn fence(&self, reason: &str) -> Result<(), DriverError> {
        let reason = reason.to_owned();
        let work = move |place: &Place, held: &mut Held| {
            let mut first_error = None;
            for (id, task) in &mut held.tasks {
                note(
                    &mut first_error,
                    format!("fence {id}"),
                    task.stop(ExitReason::Fenced, &reason),
                );
            }
            place.wake.notify_one();
            first_error.map_or(Ok(()), Err)
        };
        self.place.with("fence", work).await
    }

    async fn renew(&self, until: Time) -> Result<(), DriverError> {
        let path = self.place.options.state.join(LEASE);
        let text = until.as_millis().to_string();
        let done =
            write_whole(&path, text.as_bytes()).or_else(|error| rewrite(&path, &text, error));
        done.map_err(DriverError::failed("renew the lease"))
    }

    async fn logs(&self, task: &TaskId, offset: u64, max: usize) -> Result<Vec<u8>, DriverError> {
        let task = task.clone();
        let work = move |_: &Place, held: &mut Held| {
            let known =
                held.tasks.get(&task).ok_or_else(|| DriverError::NoSuchTask(task.clone()))?;
            read_part(&known.folder.log(), offset, max)
                .map_err(DriverError::failed(format!("read the log of {task}")))
        };
        self.place.with("read a log", work).await
    }

    fn sandbox(&self) -> SandboxLevel {
        self.place.plan.level()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            gangs: true,
            accelerators: true,
            containers: self.place.images.is_ok(),
            preemption: true,
            data: self.place.options.data.is_some(),
            fences: true,
            ..Capabilities::default()
        }
    }

    fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.place.wake)
    }
}

/// At most `max` bytes from `offset`; nothing where there is no such file.
fn read_part(path: &Path, offset: u64, max: usize) -> io::Result<Vec<u8>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(max as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Without room on the disk, over what is there if that is as long: work must not end for want of 13 bytes. Who reads
/// at that very moment sees digits of both times, which differ in the last ones.
fn rewrite(path: &Path, text: &str, error: io::Error) -> io::Result<()> {
    if shim::is_full(&error) && fs::metadata(path).is_ok_and(|it| it.len() == text.len() as u64) {
        return File::options().write(true).open(path)?.write_all(text.as_bytes());
    }
    Err(error)
}

/// Where the last `size` bytes of a file begin.
fn tail_from(path: &Path, size: u64) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len().saturating_sub(size))
}
