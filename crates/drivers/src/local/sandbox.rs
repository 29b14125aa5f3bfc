//! Which sandbox the machine gives, and what a program sees inside it.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::{Program, SandboxLevel};
use serde::{Deserialize, Serialize};
use units::Span;

use super::{
    binds::{Bind, binds, variables},
    cgroup, container,
    folder::{Folder, Order},
};
use crate::{DataFolders, Options};

/// User and group of programs: nobody.
pub(crate) const NOBODY: u32 = 65_534;
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Where the script is inside: of the machine's own view, and of a container's, where `/run` may be closed.
const SCRIPT: &str = "/run/jingwei/script";
const SCRIPT_CONTAINED: &str = "/jingwei/script";
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
    #[serde(default)]
    pub(crate) data: Option<DataFolders>,
    pub(crate) grace: Span,
    /// Containers work; this then gives up rights before their bubblewrap.
    #[serde(default)]
    pub(crate) contain: Option<PathBuf>,
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
            data: options.data.clone(),
            grace: options.grace,
            contain: None,
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

    /// With containers, or why there are none.
    pub(crate) fn with_containers(&self, options: &Options) -> Result<Self, String> {
        if self.bubblewrap.is_none() || !rustix::process::geteuid().is_root() {
            return Err("containers need root and bubblewrap".to_owned());
        }
        let setpriv = find("setpriv").ok_or("containers need `setpriv`")?;
        let plan = Self { contain: Some(setpriv), ..self.clone() };
        container::try_out(options, &plan)?;
        Ok(plan)
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

pub(crate) fn find(program: &str) -> Option<PathBuf> {
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
pub(crate) struct List(Vec<OsString>);

impl List {
    pub(crate) fn add<T: Into<OsString>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.0.extend(items.into_iter().map(Into::into));
    }

    fn bind(&mut self, source: PathBuf, Bind { inside, may_write, .. }: Bind) {
        let how = if may_write { "--bind" } else { "--ro-bind" };
        self.add([how.into(), source, inside]);
    }
}

/// The arguments of bubblewrap for a task, up to the program. They go through a file: no other user of the machine
/// sees the environment, and there is no limit on their length.
pub(crate) fn arguments(folder: &Folder, order: &Order) -> io::Result<Vec<OsString>> {
    let work = &order.spec.work;
    let mut list = match &order.root {
        Some(root) => container::view(root, work),
        None => List(view(work.open_network)),
    };
    for (at, bind) in binds(folder, order)?.into_iter().enumerate() {
        let source = match &order.root {
            Some(_) => container::place(at),
            None => bind.source.clone(),
        };
        list.bind(source, bind);
    }
    let root = order.root.as_ref();
    if let Some(cwd) = root.and_then(|root| root.cwd.as_deref()) {
        list.add([Path::new("--dir"), cwd, Path::new("--chdir"), cwd]);
    } else {
        list.add(["--chdir", "/job"]);
    }
    let (uid, gid) = root.map_or((NOBODY, NOBODY), |root| (root.uid, root.gid));
    list.add(["--uid", &uid.to_string(), "--gid", &gid.to_string(), "--clearenv"]);
    for (key, value) in environment(folder, order) {
        list.add(["--setenv".into(), OsString::from(key), value]);
    }
    Ok(list.0)
}

/// Where the script is on the machine. Without bubblewrap it is beside the program's own files, since the way to
/// the task's folder may be closed to nobody.
pub(crate) fn script(folder: &Folder, boxed: bool) -> PathBuf {
    if boxed { folder.dir().join("script") } else { folder.work().join(".jingwei-script") }
}

impl Order {
    pub(crate) fn is_boxed(&self) -> bool {
        self.root.is_some() || self.plan.bubblewrap.is_some()
    }

    /// Its processes are nobody's also outside their box.
    pub(crate) fn is_nobody(&self) -> bool {
        self.root.is_some() || self.plan.setpriv.is_some()
    }

    pub(crate) fn level(&self) -> SandboxLevel {
        if self.root.is_some() { container::LEVEL } else { self.plan.level() }
    }

    pub(crate) fn script_inside(&self) -> &'static str {
        match (&self.root, self.is_boxed()) {
            (Some(_), _) => SCRIPT_CONTAINED,
            (None, true) => SCRIPT,
            (None, false) => "./.jingwei-script",
        }
    }

    /// The program and its arguments as seen from inside.
    pub(crate) fn words(&self) -> Vec<String> {
        match &self.spec.work.program {
            Program::Command(words) => words.clone(),
            Program::Script(text) => {
                let path = self.script_inside().to_owned();
                if text.starts_with("#!") { vec![path] } else { vec!["/bin/sh".to_owned(), path] }
            }
        }
    }
}

/// What the program finds in its environment. The names that start with `JINGWEI_` cannot be set by a job.
pub(crate) fn environment(folder: &Folder, order: &Order) -> Vec<(String, OsString)> {
    let (boxed, spec) = (order.is_boxed(), &order.spec);
    let home = if boxed { "/job".into() } else { folder.work().into_os_string() };
    let mut all: Vec<(String, OsString)> = Vec::new();
    let mut put = |key: &str, value: OsString| all.push((key.to_owned(), value));
    put("PATH", PATH.into());
    put("HOME", home);
    put("TMPDIR", "/tmp".into());
    put("LANG", "C.UTF-8".into());
    for (key, value) in order.root.iter().flat_map(container::environment) {
        put(key, value);
    }
    for (key, value) in &spec.work.env {
        put(key, value.into());
    }
    put("JINGWEI_TASK", spec.id.index.to_string().into());
    put("JINGWEI_TASKS", spec.work.of.to_string().into());
    put("JINGWEI_JOB", spec.id.job.to_string().into());
    put("JINGWEI_ATTEMPT", spec.id.attempt.to_string().into());
    put("JINGWEI_ACCELERATORS", spec.work.accelerators.to_string().into());
    if let Some(share) = &order.plan.share {
        put("JINGWEI_SHARE", if boxed { "/share".into() } else { share.clone().into_os_string() });
    }
    for (key, path) in variables(order) {
        put(key, path.into_os_string());
    }
    all
}
