//! Control groups, version 1 and 2: limits, use and end of one task, in `jingwei/<name>` of the mounted tree.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use model::TaskSpec;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use units::{Bytes, Span};

const MOUNT: &str = "/sys/fs/cgroup";
const PARENT: &str = "jingwei";
/// The controllers of version 1 that are used. `cpu` and `cpuacct` may be one folder.
const CONTROLLERS: [&str; 4] = ["memory", "cpu", "cpuacct", "pids"];
/// Length of a turn of the CPU limit, microseconds.
const PERIOD: u64 = 100_000;
/// Least share of a turn that the kernel takes, microseconds.
const LEAST_QUOTA: u64 = 1_000;
/// The sandbox itself needs about this much, bytes.
const LEAST_MEMORY: u64 = 8 << 20;
/// Processes and threads of one task.
const PROCESSES: u64 = 1_024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Version {
    V1,
    V2,
}

/// One group, which may not be there yet or any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cgroup {
    pub(crate) version: Version,
    pub(crate) name: String,
}

/// What this machine lets us use. Tried out for real.
pub(crate) fn detect() -> Option<Version> {
    let unified = Path::new(MOUNT).join("cgroup.controllers").exists();
    let version = if unified { Version::V2 } else { Version::V1 };
    let probe = Cgroup { version, name: format!("probe-{}", std::process::id()) };
    let works = probe.create(Limits { cores: 1_000, memory: 64 << 20 });
    probe.remove();
    works.ok().map(|()| version)
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Thousandths.
    pub(crate) cores: u64,
    /// Bytes.
    pub(crate) memory: u64,
}

impl From<&TaskSpec> for Limits {
    fn from(spec: &TaskSpec) -> Self {
        Self { cores: spec.work.cores.get(), memory: spec.work.memory.get() }
    }
}

impl Cgroup {
    fn parents(version: Version) -> Vec<PathBuf> {
        let mount = Path::new(MOUNT);
        match version {
            Version::V1 => CONTROLLERS.iter().map(|name| mount.join(name).join(PARENT)).collect(),
            Version::V2 => vec![mount.join(PARENT)],
        }
    }

    fn dirs(&self) -> impl Iterator<Item = PathBuf> {
        Self::parents(self.version).into_iter().map(|parent| parent.join(&self.name))
    }

    /// A file of a controller.
    fn file(&self, controller: &str, name: &str) -> PathBuf {
        let mount = Path::new(MOUNT);
        let root =
            if self.version == Version::V1 { mount.join(controller) } else { mount.to_path_buf() };
        root.join(PARENT).join(&self.name).join(name)
    }

    pub(crate) fn create(&self, limits: Limits) -> io::Result<()> {
        if self.version == Version::V2 {
            enable_controllers()?;
        }
        for dir in self.dirs() {
            fs::create_dir_all(&dir)?;
        }
        let quota = (limits.cores.saturating_mul(PERIOD) / 1_000).max(LEAST_QUOTA);
        let memory = limits.memory.max(LEAST_MEMORY).to_string();
        let set = |controller, name, value: &str| fs::write(self.file(controller, name), value);
        set("pids", "pids.max", &PROCESSES.to_string())?;
        match self.version {
            Version::V1 => {
                set("memory", "memory.limit_in_bytes", &memory)?;
                // Only there where the kernel accounts swap.
                let _ = set("memory", "memory.memsw.limit_in_bytes", &memory);
                set("cpu", "cpu.cfs_period_us", &PERIOD.to_string())?;
                set("cpu", "cpu.cfs_quota_us", &quota.to_string())
            }
            Version::V2 => {
                set("memory", "memory.max", &memory)?;
                let _ = set("memory", "memory.swap.max", "0");
                set("cpu", "cpu.max", &format!("{quota} {PERIOD}"))
            }
        }
    }

    /// Puts this process in.
    pub(crate) fn join(&self) -> io::Result<()> {
        self.dirs().try_for_each(|dir| fs::write(dir.join("cgroup.procs"), "0"))
    }

    /// Processor time and the most memory so far, page cache included.
    pub(crate) fn usage(&self) -> (Span, Bytes) {
        let milliseconds = match self.version {
            Version::V1 => number(&self.file("cpuacct", "cpuacct.usage")).map(|ns| ns / 1_000_000),
            Version::V2 => entry(&self.file("cpu", "cpu.stat"), "usage_usec").map(|us| us / 1_000),
        };
        let peak = match self.version {
            Version::V1 => number(&self.file("memory", "memory.max_usage_in_bytes")),
            Version::V2 => number(&self.file("memory", "memory.peak")),
        };
        (Span::new(milliseconds.unwrap_or(0)), Bytes::new(peak.unwrap_or(0)))
    }

    /// Processes that the kernel ended because the memory limit was reached.
    pub(crate) fn out_of_memory(&self) -> u64 {
        let name = if self.version == Version::V1 { "memory.oom_control" } else { "memory.events" };
        entry(&self.file("memory", name), "oom_kill").unwrap_or(0)
    }

    fn processes(&self) -> Vec<Pid> {
        let text =
            self.dirs().next().and_then(|dir| fs::read_to_string(dir.join("cgroup.procs")).ok());
        text.unwrap_or_default()
            .lines()
            .filter_map(|line| Pid::from_raw(line.parse().ok()?))
            .collect()
    }

    pub(crate) fn kill(&self) {
        if self.version == Version::V2 && fs::write(self.file("", "cgroup.kill"), "1").is_ok() {
            return;
        }
        for pid in self.processes() {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    /// Ends what is in it and removes it. What resists for 2 s is left for [`sweep`].
    pub(crate) fn remove(&self) {
        let until = Instant::now() + Duration::from_secs(2);
        while !self.try_remove() && Instant::now() < until {
            self.kill();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn try_remove(&self) -> bool {
        self.dirs().fold(true, |gone, dir| {
            let removed = fs::remove_dir(&dir);
            removed.map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |()| true) && gone
        })
    }
}

/// Removes the groups whose name ends so, unless they are still needed: left behind by supervisors that were killed.
pub(crate) fn sweep(version: Version, suffix: &str, needed: impl Fn(&str) -> bool) {
    let names = Cgroup::parents(version).into_iter().flat_map(fs::read_dir).flatten().flatten();
    for name in names.filter_map(|entry| entry.file_name().into_string().ok()) {
        if name.strip_suffix(suffix).is_some_and(|task| !needed(task)) {
            Cgroup { version, name }.remove();
        }
    }
}

/// Version 2 gives a group only the controllers that all above it hand down.
fn enable_controllers() -> io::Result<()> {
    let mount = Path::new(MOUNT);
    fs::create_dir_all(mount.join(PARENT))?;
    for dir in [mount.to_path_buf(), mount.join(PARENT)] {
        fs::write(dir.join("cgroup.subtree_control"), "+cpu +memory +pids")?;
    }
    Ok(())
}

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The number after a word at the start of a line.
fn entry(path: &Path, key: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix(key)?.trim().parse().ok())
}
