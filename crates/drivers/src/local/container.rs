//! A task in a root file system of its own: an image's, or a folder that the operator allows.
//!
//! In a mount namespace of its own the last step before bubblewrap lays out, as root, what the task is to have below
//! [`ROOM`]: the root, with a layer above it that takes what is written and is thrown away, and the folders. Then it
//! becomes nobody, and bubblewrap builds the sandbox from there without any right over the machine.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    os::{fd::AsRawFd, unix::fs::chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::{Exit, Program, SandboxLevel, TaskSpec, TaskStatus, Work};
use rustix::{
    mount::{MountFlags, MountPropagationFlags, mount, mount_bind_recursive, mount_change},
    thread::UnshareFlags,
};
use serde::{Deserialize, Serialize};
use units::Span;

use super::{
    binds::{Bind, binds},
    folder::{Folder, Order, read_json, write_durably},
    sandbox::{List, NOBODY, Plan},
};
use crate::Options;

/// Any folder that every machine has will do: only the task's own mount namespace sees what is put over it.
const ROOM: &str = "/mnt";

/// A root file system, and what its image says of programs in it. `root.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Root {
    pub(crate) dir: PathBuf,
    /// Of an image: the file that is locked while it is used.
    pub(crate) facts: Option<PathBuf>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cwd: Option<PathBuf>,
    /// What the task takes itself for. Outside it is nobody.
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Root {
    pub(crate) const fn of_folder(dir: PathBuf) -> Self {
        Self { dir, facts: None, env: Vec::new(), cwd: None, uid: NOBODY, gid: NOBODY }
    }

    /// Held as long as the file is open: the image stays.
    pub(crate) fn hold(&self) -> io::Result<Option<File>> {
        let Some(facts) = &self.facts else { return Ok(None) };
        let file = File::open(facts)?;
        file.try_lock_shared().map_err(io::Error::from)?;
        Ok(Some(file))
    }
}

/// Where the layer is that takes what the task writes.
fn disk(folder: &Folder) -> PathBuf {
    folder.dir().join("disk")
}

/// An empty layer.
pub(crate) fn lay(folder: &Folder) -> io::Result<()> {
    let upper = disk(folder).join("upper");
    fs::create_dir_all(disk(folder).join("work"))?;
    fs::create_dir_all(&upper)?;
    chown(upper, Some(NOBODY), Some(NOBODY))
}

/// Throws away what the task wrote into its root.
pub(crate) fn clear(folder: &Folder) {
    // What is left goes with the task's folder.
    let _ = fs::remove_dir_all(disk(folder));
}

/// The arguments of bubblewrap that make the task's file system.
pub(crate) fn view(root: &Root, work: &Work) -> List {
    let mut list = List::default();
    list.add(["--unshare-all", "--die-with-parent", "--new-session"]);
    list.add(["--bind", &format!("{ROOM}/root"), "/"]);
    list.add(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
    if work.open_network {
        list.add(["--share-net"]);
        for name in ["resolv.conf", "hosts"] {
            // Into a folder that is not the task's own only over what is there.
            if root.facts.is_some() || root.dir.join("etc").join(name).is_file() {
                let path = Path::new("/etc").join(name);
                list.add(["--ro-bind-try".into(), path.clone(), path]);
            }
        }
    }
    list
}

/// Where a folder of the machine is laid out for bubblewrap.
pub(crate) fn place(at: usize) -> PathBuf {
    Path::new(ROOM).join(format!("bind-{at}"))
}

/// Lays out all that the task has. To be called by a process of one thread that then becomes another program.
pub(crate) fn lay_out(folder: &Folder, order: &Order, root: &Root) -> io::Result<()> {
    own_mounts()?;
    // Opened before the folder is covered: any of them may be below it.
    let lower = File::open(&root.dir)?;
    let disk = File::open(disk(folder))?;
    let binds = binds(folder, order)?;
    let sources: Vec<File> =
        binds.iter().map(|bind| File::open(&bind.source)).collect::<Result<_, _>>()?;
    mount("none", ROOM, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, Some(c"mode=755"))?;
    bind(&lower, &Path::new(ROOM).join("lower"), false)?;
    bind(&disk, &Path::new(ROOM).join("disk"), false)?;
    fs::create_dir(Path::new(ROOM).join("root"))?;
    let layers = c"lowerdir=/mnt/lower,upperdir=/mnt/disk/upper,workdir=/mnt/disk/work";
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("none", Path::new(ROOM).join("root"), "overlay", flags, Some(layers))?;
    for (at, (source, Bind { is_file, .. })) in sources.iter().zip(&binds).enumerate() {
        bind(source, &place(at), *is_file)?;
    }
    Ok(())
}

fn own_mounts() -> io::Result<()> {
    #[expect(deprecated, reason = "the other is unsafe for the sake of descriptors, which stay")]
    rustix::thread::unshare(UnshareFlags::NEWNS)?;
    Ok(mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}

fn bind(source: &File, target: &Path, is_file: bool) -> io::Result<()> {
    if is_file {
        File::create(target)?;
    } else {
        fs::create_dir(target)?;
    }
    Ok(mount_bind_recursive(format!("/proc/self/fd/{}", source.as_raw_fd()), target)?)
}

/// Bubblewrap, as nobody. `bubblewrap` is where it is.
pub(crate) fn command(setpriv: &Path, bubblewrap: &Path) -> Command {
    let mut command = Command::new(setpriv);
    command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}"));
    command.args(["--clear-groups", "--pdeathsig=KILL", "--"]).arg(bubblewrap);
    command
}

/// Runs a program of this machine in a container over `/usr`, the whole way that tasks go.
pub(crate) fn try_out(options: &Options, plan: &Plan) -> Result<(), String> {
    if plan.cgroups.is_none() {
        return Err("containers need control groups".to_owned());
    }
    let state = options.state.join("probe");
    let _ = fs::remove_dir_all(&state);
    let said = run_probe(options, plan, &state).map_err(|error| error.to_string());
    let _ = fs::remove_dir_all(&state);
    said?.map_or(Ok(()), Err)
}

/// What went wrong, if anything.
fn run_probe(options: &Options, plan: &Plan, state: &Path) -> io::Result<Option<String>> {
    let spec = probe().map_err(io::Error::other)?;
    let folder = Folder::new(state.join(super::TASKS).join(spec.id.to_string()));
    fs::create_dir_all(folder.dir())?;
    write_durably(&folder.root(), &Root::of_folder("/usr".into()))?;
    write_durably(&folder.order(), &Order { spec, plan: plan.clone(), root: None })?;
    let mut command = Command::new(&options.shim);
    command.arg("shim").arg(folder.dir()).env_clear().current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let exit = read_json::<TaskStatus>(&folder.exit())?.and_then(|status| status.exit);
    let log = fs::read_to_string(folder.log()).unwrap_or_default();
    Ok(match exit {
        Some(exit) if exit.is_success() => None,
        Some(exit) => Some(format!("{} {}", words(&exit), log.trim())),
        None => Some("its supervisor left no word".to_owned()),
    })
}

fn words(exit: &Exit) -> String {
    if exit.message.is_empty() { exit.to_string() } else { exit.message.clone() }
}

fn probe() -> Result<TaskSpec, model::InvalidName> {
    let program = Program::Command(vec!["/bin/true".to_owned()]);
    let mut work = Work::new(program, "probe".parse()?, "probe".parse()?);
    work.image = Some("/usr".to_owned());
    work.time_limit = Some(Span::seconds(20));
    Ok(TaskSpec { id: "jingwei.probe.0.1".parse()?, work })
}

pub(crate) const LEVEL: SandboxLevel = SandboxLevel::Container;

/// The variables that an image asks for.
pub(crate) fn environment(root: &Root) -> impl Iterator<Item = (&str, OsString)> {
    root.env.iter().map(|(key, value)| (key.as_str(), value.into()))
}
