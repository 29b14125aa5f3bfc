//! The supervisor of one task: a process of its own, so that the task outlives the agent.
//!
//! Life: take the lock or leave; if there is an end on record, leave; if there is a start but no end, an earlier
//! supervisor was killed: record the loss; else record the start, run the program, record the end. So starting a
//! second supervisor is harmless, and a task never runs twice.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt, chown},
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use model::{Exit, ExitReason, Phase, Program, TaskId, TaskStatus, Usage};
use rustix::process::{Pid, Signal, set_child_subreaper, setsid};
use tokio::{
    net::unix::pipe::Receiver,
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};
use units::{Bytes, Span, Time};

use super::{
    binds,
    cgroup::Cgroup,
    container::{self, Root},
    enter,
    folder::{Folder, Lock, Order, Started, Stop, read_json, write_durably, write_whole},
    judge::{Facts, judge},
    processes, pump, sandbox,
};
use crate::{now, usage::usage};

/// How often it looks around.
const LOOK: Duration = Duration::from_secs(1);
/// How often while the task should be ending.
const LOOK_ENDING: Duration = Duration::from_millis(100);

/// Runs the task whose folder this is; the whole of `jw shim DIR`. Returns the process's exit code.
pub fn shim_main(dir: &Path) -> i32 {
    let folder = Folder::new(dir.to_path_buf());
    if let Some(supervisor) = std::env::var_os(enter::STEP) {
        return enter::enter(&folder, &supervisor.to_string_lossy());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(supervise(&folder))) {
        Ok(()) => 0,
        Err(error) => {
            tracing::error!(%error, folder = %dir.display(), "the supervisor gives up");
            1
        }
    }
}

async fn supervise(folder: &Folder) -> io::Result<()> {
    let _ = setsid();
    let _ = set_child_subreaper(Some(rustix::process::getpid()));
    // Before the lock is taken: who has the lock may be signalled.
    let mut nudge = signal(SignalKind::terminate())?;
    let _quiet = (signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?);
    let Some(lock) = folder.try_lock()? else { return Ok(()) };
    if settle(folder, &lock)? {
        return Ok(());
    }
    let order = match Order::read(folder) {
        Ok(Some(order)) => order,
        Ok(None) => return Ok(()),
        Err(error) => {
            return not_started(folder, &format!("its specification cannot be read: {error}"));
        }
    };
    // Held to the end: the image stays as long as it is used.
    let _image = order.root.as_ref().map(Root::hold).transpose()?;
    let mut run = Run::prepare(folder, order);
    let child = match run.start() {
        Ok(child) => child,
        Err(error) if is_full(&error) => return run.put_off(error),
        Err(error) => return run.refuse(&error),
    };
    let status = run.watch(child, &mut nudge).await?;
    run.finish(status).await
}

/// Records an end that needs no running: there is one already, its supervisor was killed, or it was stopped, or its
/// site's lease had ended, before it started. Says whether it did.
pub(crate) fn settle(folder: &Folder, _lock: &Lock) -> io::Result<bool> {
    if folder.exit().exists() {
        return Ok(true);
    }
    if let Some(started) = read_json::<Started>(&folder.started())? {
        bury(folder, started)?;
        return Ok(true);
    }
    let Some(stop) = read_json(&folder.stop())?.or_else(|| past_lease(folder)) else {
        return Ok(false);
    };
    never_ran(folder, stop.reason, format!("{}; it had not started", stop.message))?;
    Ok(true)
}

pub(crate) fn not_started(folder: &Folder, message: &str) -> io::Result<()> {
    never_ran(folder, ExitReason::NotStarted, message.to_owned())
}

fn never_ran(folder: &Folder, reason: ExitReason, message: String) -> io::Result<()> {
    let id = folder.id().ok_or_else(|| io::Error::other("the folder's name is not a task's"))?;
    let exit = Exit { reason, code: None, signal: None, message };
    write_durably(&folder.exit(), &ended(waiting(id), now(), exit))
}

fn bury(folder: &Folder, started: Started) -> io::Result<()> {
    if let Some(cgroup) = &started.cgroup {
        cgroup.remove();
    }
    processes::end_left_behind(folder.dir());
    container::clear(folder);
    let message = "its supervisor was killed, or the machine went down".to_owned();
    let exit = Exit { reason: ExitReason::Lost, code: None, signal: None, message };
    let used = read_json(&folder.usage()).ok().flatten().unwrap_or_default();
    write_durably(&folder.exit(), &ended(TaskStatus { usage: used, ..started.status }, now(), exit))
}

/// Accepted, not yet there.
pub(crate) const fn waiting(id: TaskId) -> TaskStatus {
    TaskStatus {
        id,
        phase: Phase::Starting,
        started: None,
        ended: None,
        exit: None,
        usage: ZERO,
        sandbox: None,
        note: String::new(),
    }
}

const ZERO: Usage =
    Usage { cpu: Span::ZERO, peak_memory: Bytes::ZERO, energy: units::Energy::ZERO };

fn ended(status: TaskStatus, at: Time, exit: Exit) -> TaskStatus {
    TaskStatus { phase: Phase::Ended, ended: Some(at), exit: Some(exit), ..status }
}

/// One run of the program.
struct Run<'a> {
    folder: &'a Folder,
    order: Order,
    status: TaskStatus,
    cgroup: Option<Cgroup>,
    begun: Instant,
    pump: Option<tokio::task::JoinHandle<io::Result<()>>>,
    ending: Option<Ending>,
    /// Seen at once, where no cgroup counts it.
    peak: Bytes,
    reported: Option<Instant>,
}

/// It was asked to end.
struct Ending {
    stop: Stop,
    /// Not asked any more from here on.
    kill_at: Instant,
    asked: BTreeSet<i32>,
}

impl<'a> Run<'a> {
    fn prepare(folder: &'a Folder, order: Order) -> Self {
        let cgroup =
            order.plan.cgroups.map(|version| Cgroup { version, name: super::cgroup_name(folder) });
        let status = TaskStatus {
            phase: Phase::Running,
            started: Some(now()),
            sandbox: Some(order.level()),
            ..waiting(order.spec.id.clone())
        };
        let begun = Instant::now();
        Self {
            folder,
            order,
            status,
            cgroup,
            begun,
            pump: None,
            ending: None,
            peak: Bytes::ZERO,
            reported: None,
        }
    }

    fn boxed(&self) -> bool {
        self.order.is_boxed()
    }

    fn start(&mut self) -> io::Result<Child> {
        self.furnish()?;
        let log = File::options().create(true).append(true).mode(0o600).open(self.folder.log())?;
        let started = Started { status: self.status.clone(), cgroup: self.cgroup.clone() };
        write_durably(&self.folder.started(), &started)?;
        if let Some(cgroup) = &self.cgroup {
            cgroup.create((&self.order.spec).into())?;
        }
        let (output, input) = io::pipe()?;
        self.pump = Some(tokio::spawn(pump::pump(Receiver::from_owned_fd(output.into())?, log)));
        let mut command = Command::from(enter::command(self.folder));
        command.stdin(Stdio::null()).stdout(input.try_clone()?).stderr(input);
        command.spawn()
    }

    /// Everything that the program finds.
    fn furnish(&self) -> io::Result<()> {
        let (folder, order) = (self.folder, &self.order);
        fs::create_dir_all(folder.work())?;
        binds::furnish(order)?;
        if let Program::Script(text) = &order.spec.work.program {
            let script = sandbox::script(folder, self.boxed());
            fs::write(&script, text)?;
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
        }
        if self.boxed() {
            let list = sandbox::arguments(folder, order)?;
            let bytes: Vec<u8> =
                list.iter().flat_map(|word| [word.as_encoded_bytes(), &[0]].concat()).collect();
            write_whole(&folder.arguments(), &bytes)?;
        }
        if order.root.is_some() {
            container::lay(folder)?;
        }
        if order.is_nobody() {
            chown(folder.work(), Some(sandbox::NOBODY), Some(sandbox::NOBODY))?;
        }
        Ok(())
    }

    /// The end of a run that never was.
    fn refuse(&self, error: &io::Error) -> io::Result<()> {
        if let Some(cgroup) = &self.cgroup {
            cgroup.remove();
        }
        not_started(self.folder, &format!("it could not be set up: {error}"))
    }

    /// There is no room on the disk: the driver starts it again. The program has not run.
    fn put_off(&self, error: io::Error) -> io::Result<()> {
        let removed = fs::remove_file(self.folder.started());
        match removed {
            Err(gone) if gone.kind() != io::ErrorKind::NotFound => Err(gone),
            _ => Err(error),
        }
    }

    async fn watch(
        &mut self,
        mut child: Child,
        nudge: &mut tokio::signal::unix::Signal,
    ) -> io::Result<ExitStatus> {
        let main = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        loop {
            let pause = self.look(main);
            tokio::select! {
                status = child.wait() => return status,
                _ = nudge.recv() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One look around; says when the next is due.
    fn look(&mut self, main: Option<Pid>) -> Duration {
        let instant = Instant::now();
        if self.reported.is_none_or(|at| instant - at >= LOOK) {
            self.reported = Some(instant);
            self.report();
        }
        let (stop, next) = self.reasons_to_end();
        if let Some(stop) = stop {
            self.begin_ending(stop);
        }
        match &self.ending {
            Some(_) => {
                self.pursue(main);
                LOOK_ENDING
            }
            // Short runs are seen at least once where no cgroup counts their memory.
            None if self.cgroup.is_none() && self.begun.elapsed() < LOOK => LOOK_ENDING.min(next),
            None => LOOK.min(next),
        }
    }

    /// Why it should end now, and how long until the next known reason.
    fn reasons_to_end(&self) -> (Option<Stop>, Duration) {
        if let Some(stop) = read_json::<Stop>(&self.folder.stop()).ok().flatten() {
            return (Some(stop), LOOK);
        }
        if !self.folder.order().exists() {
            let message = "its folder was removed".to_owned();
            return (Some(Stop { reason: ExitReason::Stopped, message }), LOOK);
        }
        let (now, mut next) = (now(), LOOK);
        if let Some(stop) = past_lease(self.folder) {
            return (Some(stop), LOOK);
        }
        if let Some(until) = lease(self.folder) {
            next = next.min(Duration::from_millis(until.since(now).get()));
        }
        if let Some(limit) = self.order.spec.work.time_limit {
            let left = Duration::from_millis(limit.get()).saturating_sub(self.begun.elapsed());
            if left.is_zero() {
                let message = format!("it ran longer than its limit of {limit}");
                return (Some(Stop { reason: ExitReason::TimeLimit, message }), LOOK);
            }
            next = next.min(left);
        }
        (None, next)
    }

    /// The site's own, or the job's where that is longer.
    fn grace(&self) -> Span {
        self.order.spec.work.grace.map_or(self.order.plan.grace, |it| it.max(self.order.plan.grace))
    }

    /// The first reason counts, except that a fence has no patience.
    fn begin_ending(&mut self, stop: Stop) {
        let grace = match stop.reason {
            ExitReason::Fenced => Duration::ZERO,
            _ => Duration::from_millis(self.grace().get()),
        };
        let kill_at = Instant::now() + grace;
        match &mut self.ending {
            Some(ending) => ending.kill_at = ending.kill_at.min(kill_at),
            None => self.ending = Some(Ending { stop, kill_at, asked: BTreeSet::new() }),
        }
    }

    /// Asks every process of the task once to end, or ends all. Bubblewrap itself is not asked: it would take the
    /// program down with it at once.
    fn pursue(&mut self, main: Option<Pid>) {
        let Some(ending) = &mut self.ending else { return };
        let main = main.map_or(0, |pid| pid.as_raw_nonzero().get());
        if Instant::now() >= ending.kill_at {
            if let Some(cgroup) = &self.cgroup {
                cgroup.kill();
            }
            processes::mine().into_iter().for_each(|pid| processes::send(pid, Signal::KILL));
            return;
        }
        let spared = if self.order.is_boxed() { main } else { 0 };
        for pid in processes::mine() {
            if pid != spared && ending.asked.insert(pid) {
                processes::send(pid, Signal::TERM);
            }
        }
    }

    /// Writes what has been used so far, for the driver to read.
    fn report(&mut self) {
        let used = self.used();
        if let Ok(bytes) = serde_json::to_vec(&used) {
            let _ = write_whole(&self.folder.usage(), &bytes);
        }
    }

    fn used(&mut self) -> Usage {
        let (cpu, peak) = self.cgroup.as_ref().map_or_else(processes::usage, Cgroup::usage);
        self.peak = self.peak.max(peak);
        let wall = Span::new(u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX));
        usage(&self.order.spec.work, wall, cpu, self.peak)
    }

    async fn finish(mut self, status: ExitStatus) -> io::Result<()> {
        let at = now();
        let used = self.used();
        let out_of_memory = self.cgroup.as_ref().map_or(0, Cgroup::out_of_memory);
        if let Some(cgroup) = &self.cgroup {
            cgroup.remove();
        }
        end_all();
        if let Some(pump) = self.pump.take() {
            // All writers are gone; the bound is for a process that cannot be killed.
            let _ = tokio::time::timeout(LOOK, pump).await;
        }
        let facts = Facts {
            status,
            boxed: self.boxed().then(|| came_to_program(self.folder)),
            failure: fs::read_to_string(self.folder.failure()).ok().filter(|why| !why.is_empty()),
            last_line: last_line(self.folder),
            out_of_memory,
            stop: self.ending.take().map(|ending| ending.stop),
        };
        if self.order.root.is_some() {
            container::clear(self.folder);
        }
        let status = TaskStatus { usage: used, ..self.status };
        record(self.folder, &ended(status, at, judge(facts))).await
    }
}

/// How a run ended must not get lost because there is no room on the disk: it waits for some.
async fn record(folder: &Folder, end: &TaskStatus) -> io::Result<()> {
    loop {
        match write_durably(&folder.exit(), end) {
            Err(error) if is_full(&error) && folder.order().exists() => {
                tokio::time::sleep(LOOK).await;
            }
            done => return done,
        }
    }
}

pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Ends what the program left running; waits at most 2 s.
fn end_all() {
    let until = Instant::now() + 2 * LOOK;
    loop {
        let left = processes::mine();
        if left.is_empty() || Instant::now() > until {
            return;
        }
        left.into_iter().for_each(|pid| processes::send(pid, Signal::KILL));
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Until when work may go on, if there is a limit.
fn lease(folder: &Folder) -> Option<Time> {
    let text = fs::read_to_string(folder.state().join(super::LEASE)).ok()?;
    text.trim().parse().ok().map(Time::from_millis)
}

fn past_lease(folder: &Folder) -> Option<Stop> {
    let until = lease(folder).filter(|until| *until <= now())?;
    let message = format!("the site's lease ended at {until}");
    Some(Stop { reason: ExitReason::Fenced, message })
}

/// Bubblewrap writes the exit code only if it came as far as the program.
fn came_to_program(folder: &Folder) -> bool {
    fs::read_to_string(folder.boxed()).is_ok_and(|text| text.contains("\"exit-code\""))
}

fn last_line(folder: &Folder) -> String {
    let text = super::read_part(&folder.log(), super::tail_from(&folder.log(), 512), 512)
        .unwrap_or_default();
    String::from_utf8_lossy(&text).lines().next_back().unwrap_or_default().to_owned()
}
