//! The folder of one task: what is written where, and the lock that says whether its supervisor lives.
//!
//! | file | written by | when |
//! |---|---|---|
//! | `spec.json` | driver | before the first supervisor |
//! | `root.json` | driver | before the first supervisor, if the task has a root file system of its own |
//! | `stop.json` | driver | when it should end |
//! | `lock` | supervisor | held for its whole life |
//! | `started.json` | supervisor | before the program, so that it never runs twice |
//! | `log`, `work/`, `disk/` | program | |
//! | `usage.json` | supervisor | now and then |
//! | `exit.json` | who holds the lock | last |

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use model::{ExitReason, TaskId, TaskSpec, TaskStatus};
use rustix::{
    fs::{FlockOperation, fcntl_lock},
    io::Errno,
    process::{
        Flock, FlockType, Pid, PidfdFlags, Signal, fcntl_getlk, pidfd_open, pidfd_send_signal,
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{cgroup::Cgroup, container::Root, sandbox::Plan};

/// `spec.json`: all that a supervisor needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) spec: TaskSpec,
    pub(crate) plan: Plan,
    /// From `root.json`.
    #[serde(skip)]
    pub(crate) root: Option<Root>,
}

impl Order {
    /// `None` while something of it is missing.
    pub(crate) fn read(folder: &Folder) -> io::Result<Option<Self>> {
        let Some(mut order) = read_json::<Self>(&folder.order())? else { return Ok(None) };
        if order.spec.work.image.is_none() {
            return Ok(Some(order));
        }
        order.root = read_json(&folder.root())?;
        Ok(order.root.is_some().then_some(order))
    }
}

/// `started.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Started {
    pub(crate) status: TaskStatus,
    pub(crate) cgroup: Option<Cgroup>,
}

/// `stop.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stop {
    pub(crate) reason: ExitReason,
    pub(crate) message: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Folder {
    dir: PathBuf,
}

impl Folder {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }
    pub(crate) fn id(&self) -> Option<TaskId> {
        self.dir.file_name()?.to_str()?.parse().ok()
    }
    /// The driver's own folder, two above.
    pub(crate) fn state(&self) -> &Path {
        self.dir.parent().and_then(Path::parent).unwrap_or(&self.dir)
    }
    pub(crate) fn order(&self) -> PathBuf {
        self.dir.join("spec.json")
    }
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.join("root.json")
    }
    pub(crate) fn started(&self) -> PathBuf {
        self.dir.join("started.json")
    }
    pub(crate) fn exit(&self) -> PathBuf {
        self.dir.join("exit.json")
    }
    pub(crate) fn stop(&self) -> PathBuf {
        self.dir.join("stop.json")
    }
    pub(crate) fn usage(&self) -> PathBuf {
        self.dir.join("usage.json")
    }
    pub(crate) fn log(&self) -> PathBuf {
        self.dir.join("log")
    }
    pub(crate) fn work(&self) -> PathBuf {
        self.dir.join("work")
    }
    /// Arguments for bubblewrap, zero bytes between them.
    pub(crate) fn arguments(&self) -> PathBuf {
        self.dir.join("bwrap.args")
    }
    /// What bubblewrap says of its child.
    pub(crate) fn boxed(&self) -> PathBuf {
        self.dir.join("bwrap.status")
    }
    /// Why the program could not be started.
    pub(crate) fn failure(&self) -> PathBuf {
        self.dir.join("failure")
    }
    fn lock(&self) -> PathBuf {
        self.dir.join("lock")
    }

    /// The lock, if nobody has it. It is a record lock: it goes with its process, and with *any* descriptor of the
    /// file that the process closes, so who holds it must not open the file again.
    pub(crate) fn try_lock(&self) -> io::Result<Option<Lock>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.lock())?;
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(Errno::AGAIN | Errno::ACCESS) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// The process that holds the lock. Asking does not take it.
    pub(crate) fn holder(&self) -> io::Result<Option<Pid>> {
        let file = match OpenOptions::new().read(true).write(true).open(self.lock()) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))?.and_then(|found| found.pid))
    }

    /// Has the supervisor look at `stop.json`. The handle is taken before the holder is asked again, so the signal
    /// cannot reach another process that has got the same number since.
    pub(crate) fn nudge(&self) -> io::Result<()> {
        let Some(pid) = self.holder()? else { return Ok(()) };
        let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return Ok(()) };
        if self.holder()? == Some(pid) {
            match pidfd_send_signal(&handle, Signal::TERM) {
                Ok(()) | Err(Errno::SRCH) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }
}

/// Held as long as this lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// What is there as a whole or not at all, also after the machine lost power.
pub(crate) fn write_durably<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    put_durably(path, &serde_json::to_vec(value)?)
}

/// The same of bytes; for the file's owner only.
///
/// # Errors
/// What the file system says; then the old file is there.
pub fn put_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes, true)?;
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// What is there as a whole or not at all, unless the machine loses power.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes, false)
}

fn replace(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    if durable {
        file.sync_all()?;
    }
    fs::rename(&new, path)
}

/// `None` if there is no such file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
