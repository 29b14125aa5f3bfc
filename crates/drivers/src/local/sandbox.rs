//! Which sandbox the machine gives, and what a program sees inside it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::{Program, SandboxLevel, TaskSpec};
use serde::{Deserialize, Serialize};
use units::Span;

use super::{cgroup, folder::Folder};
use crate::Options;

/// User and group of programs: nobody.
pub(crate) const NOBODY: u32 = 65_534;
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Where the script is inside.
const SCRIPT: &str = "/run/jingwei/script";
/// Of `/etc`, what programs cannot do without and what says nothing of the host.
const ETC: [&str; 6] =
    ["alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "nsswitch.conf"];
/// Needed as well to reach a network.
const ETC_NETWORK: [&str; 7] =
    ["resolv.conf", "hosts", "services", "protocols", "ssl", "ca-certificates", "pki"];

/// How tasks are shut in here. Kept with each task, so that its supervisor needs nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Where bubblewrap is, if it works.
    pub(crate) bubblewrap: Option<PathBuf>,
    pub(crate) cgroups: Option<cgroup::Version>,
    /// Gives up rights before the program where bubblewrap does not.
    pub(crate) setpriv: Option<PathBuf>,
    pub(crate) share: Option<PathBuf>,
    pub(crate) grace: Span,
}

impl Plan {
    /// Tries out what there is, at most what `options` ask for.
    pub(crate) fn probe(options: &Options) -> Self {
        use SandboxLevel::{Cgroup, Namespaces, NamespacesAndCgroup};
        let best = options.at_best;
        let bubblewrap = if matches!(best, NamespacesAndCgroup | Namespaces) {
            working_bubblewrap()
        } else {
            None
        };
        let cgroups =
            if matches!(best, NamespacesAndCgroup | Cgroup) { cgroup::detect() } else { None };
        let root = rustix::process::geteuid().is_root();
        let setpriv = if root && bubblewrap.is_none() { find("setpriv") } else { None };
        let plan = Self {
            bubblewrap,
            cgroups,
            setpriv,
            share: options.share.clone(),
            grace: options.grace,
        };
        if plan.level() != best {
            tracing::warn!(
                level = plan.level().as_str(),
                wanted = best.as_str(),
                "a weaker sandbox than asked for"
            );
        }
        plan
    }

    pub(crate) const fn level(&self) -> SandboxLevel {
        match (&self.bubblewrap, &self.cgroups) {
            (Some(_), Some(_)) => SandboxLevel::NamespacesAndCgroup,
            (Some(_), None) => SandboxLevel::Namespaces,
            (None, Some(_)) => SandboxLevel::Cgroup,
            (None, None) => SandboxLevel::Rlimit,
        }
    }
}

fn find(program: &str) -> Option<PathBuf> {
    PATH.split(':').map(|dir| Path::new(dir).join(program)).find(|path| path.is_file())
}

/// Some machines have the program and forbid what it does.
fn working_bubblewrap() -> Option<PathBuf> {
    let path = find("bwrap")?;
    let mut command = Command::new(&path);
    command.args(view(false)).args(["--uid", "65534", "--gid", "65534", "--", "/bin/true"]);
    let output = command.stdin(Stdio::null()).output().ok()?;
    if output.status.success() {
        return Some(path);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    tracing::warn!(said = said.trim(), "bubblewrap is here and does not work");
    None
}

/// What a program sees of the machine.
fn view(network: bool) -> Vec<OsString> {
    let mut list = List::default();
    list.add(["--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/usr", "/usr"]);
    if network {
        list.add(["--share-net"]);
    }
    for dir in ["bin", "sbin", "lib", "lib32", "lib64"] {
        let path = Path::new("/").join(dir);
        match fs::read_link(&path) {
            Ok(target) => list.add([OsString::from("--symlink"), target.into(), path.into()]),
            Err(_) if path.is_dir() => list.add(["--ro-bind".into(), path.clone(), path]),
            Err(_) => {}
        }
    }
    for name in ETC.iter().chain(if network { &ETC_NETWORK[..] } else { &[] }) {
        let path = Path::new("/etc").join(name);
        list.add(["--ro-bind-try".into(), path.clone(), path]);
    }
    list.add(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
    list.0
}

#[derive(Debug, Default)]
struct List(Vec<OsString>);

impl List {
    fn add<T: Into<OsString>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.0.extend(items.into_iter().map(Into::into));
    }
}

/// The arguments of bubblewrap for a task, up to the program. They go through a file: no other user of the machine
/// sees the environment, and there is no limit on their length.
pub(crate) fn arguments(folder: &Folder, spec: &TaskSpec, plan: &Plan) -> Vec<OsString> {
    let mut list = List(view(spec.work.open_network));
    list.add(["--bind".into(), folder.work().into_os_string(), "/job".into()]);
    list.add(["--chdir", "/job"]);
    if let Some(share) = &plan.share {
        list.add(["--bind".into(), share.clone().into_os_string(), "/share".into()]);
    }
    if matches!(spec.work.program, Program::Script(_)) {
        list.add(["--ro-bind".into(), script(folder, true).into_os_string(), SCRIPT.into()]);
    }
    list.add([
        "--uid".to_owned(),
        NOBODY.to_string(),
        "--gid".to_owned(),
        NOBODY.to_string(),
        "--clearenv".to_owned(),
    ]);
    for (key, value) in environment(folder, spec, plan) {
        list.add(["--setenv".into(), OsString::from(key), value]);
    }
    list.0
}

/// Where the script is on the machine. Without bubblewrap it is beside the program's own files, since the way to
/// the task's folder may be closed to nobody.
pub(crate) fn script(folder: &Folder, boxed: bool) -> PathBuf {
    if boxed { folder.dir().join("script") } else { folder.work().join(".jingwei-script") }
}

/// The program and its arguments as seen from inside.
pub(crate) fn words(spec: &TaskSpec, boxed: bool) -> Vec<String> {
    match &spec.work.program {
        Program::Command(words) => words.clone(),
        Program::Script(text) => {
            let path = if boxed { SCRIPT } else { "./.jingwei-script" }.to_owned();
            if text.starts_with("#!") { vec![path] } else { vec!["/bin/sh".to_owned(), path] }
        }
    }
}

/// What the program finds in its environment. The names that start with `JINGWEI_` cannot be set by a job.
pub(crate) fn environment(
    folder: &Folder,
    spec: &TaskSpec,
    plan: &Plan,
) -> Vec<(String, OsString)> {
    let boxed = plan.bubblewrap.is_some();
    let home = if boxed { "/job".into() } else { folder.work().into_os_string() };
    let mut all: Vec<(String, OsString)> = Vec::new();
    let mut put = |key: &str, value: OsString| all.push((key.to_owned(), value));
    put("PATH", PATH.into());
    put("HOME", home);
    put("TMPDIR", "/tmp".into());
    put("LANG", "C.UTF-8".into());
    for (key, value) in &spec.work.env {
        put(key, value.into());
    }
    put("JINGWEI_TASK", spec.id.index.to_string().into());
    put("JINGWEI_TASKS", spec.work.of.to_string().into());
    put("JINGWEI_JOB", spec.id.job.to_string().into());
    put("JINGWEI_ATTEMPT", spec.id.attempt.to_string().into());
    put("JINGWEI_ACCELERATORS", spec.work.accelerators.to_string().into());
    if let Some(share) = &plan.share {
        put("JINGWEI_SHARE", if boxed { "/share".into() } else { share.clone().into_os_string() });
    }
    all
}
