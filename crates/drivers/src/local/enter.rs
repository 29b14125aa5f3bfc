//! The last step before the program: a process of its own that puts itself under the limits and then becomes
//! bubblewrap, or the program itself. A program may change itself in any way that needs no unsafe code; that is why
//! this is not done between fork and exec.

use std::{
    convert::Infallible,
    env,
    fs::File,
    io::{self, Write},
    os::{fd::IntoRawFd, unix::process::CommandExt},
    path::Path,
    process::Command,
};

use rustix::{
    fs::{Mode, OFlags},
    process::{
        Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit, setsid,
        umask,
    },
};

use super::{
    container,
    folder::{Folder, Order, Started, read_json},
    processes::MARK,
    sandbox::{NOBODY, environment},
};

/// Set to the supervisor's process number where this step is asked for.
pub(crate) const STEP: &str = "JINGWEI_SHIM_OF";

/// The command for this step: this program again with the same arguments.
pub(crate) fn command(folder: &Folder) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args(env::args_os().skip(1)).env_clear();
    command.env(STEP, std::process::id().to_string()).env(MARK, folder.dir());
    command.current_dir(folder.work());
    command
}

/// Returns only if the program could not be started.
pub(crate) fn enter(folder: &Folder, supervisor: &str) -> i32 {
    // Open before anything may be covered.
    let failure = File::create(folder.failure());
    let Err(error) = become_program(folder, supervisor);
    let _ = failure.and_then(|mut file| write!(file, "{error}"));
    127
}

fn become_program(folder: &Folder, supervisor: &str) -> io::Result<Infallible> {
    let order: Order =
        Order::read(folder)?.ok_or_else(|| io::Error::other("its specification is gone"))?;
    let started: Option<Started> = read_json(&folder.started())?;
    setsid()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let parent = getppid().map_or(0, |pid| pid.as_raw_nonzero().get());
    if parent.to_string() != supervisor {
        return Err(io::Error::other("its supervisor is gone"));
    }
    umask(Mode::WGRP | Mode::WOTH);
    set_limit(Resource::Core, 0)?;
    match started.and_then(|started| started.cgroup) {
        Some(cgroup) => cgroup.join()?,
        None => set_limit(Resource::Data, order.spec.work.memory.get())?,
    }
    let mut command = if order.is_boxed() { boxed(folder, &order)? } else { bare(folder, &order) };
    Err(explain(command.exec(), &order))
}

/// `RLIMIT_DATA` counts private writable memory (Linux 4.7), so programs that only reserve addresses still run.
fn set_limit(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

fn boxed(folder: &Folder, order: &Order) -> io::Result<Command> {
    let bubblewrap = order.plan.bubblewrap.as_deref().unwrap_or(Path::new("bwrap"));
    let status_flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC;
    let arguments = inherited(&folder.arguments(), OFlags::RDONLY)?;
    let status = inherited(&folder.boxed(), status_flags)?;
    let mut command = match (&order.root, &order.plan.contain) {
        (Some(root), Some(setpriv)) => {
            container::lay_out(folder, order, root)?;
            container::command(setpriv, bubblewrap)
        }
        (Some(_), None) => return Err(io::Error::other("this site runs no containers")),
        (None, _) => Command::new(bubblewrap),
    };
    command.env_clear().env(MARK, folder.dir());
    command.arg("--args").arg(arguments).arg("--json-status-fd").arg(status);
    command.arg("--").args(order.words());
    Ok(command)
}

/// Opens a file so that the next program has it too, and says under which number.
fn inherited(path: &Path, flags: OFlags) -> io::Result<String> {
    let file = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?;
    Ok(file.into_raw_fd().to_string())
}

fn bare(folder: &Folder, order: &Order) -> Command {
    let mut words = order.words().into_iter();
    let mut command = match &order.plan.setpriv {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}"));
            command
                .args(["--clear-groups", "--no-new-privs", "--pdeathsig=KILL", "--"])
                .args(words);
            command
        }
        None => {
            let mut command = Command::new(words.next().unwrap_or_default());
            command.args(words);
            command
        }
    };
    command.env_clear().envs(environment(folder, order)).env(MARK, folder.dir());
    command
}

fn explain(error: io::Error, order: &Order) -> io::Error {
    let program = order.words().into_iter().next().unwrap_or_default();
    io::Error::new(error.kind(), format!("`{program}` cannot be started: {error}"))
}
