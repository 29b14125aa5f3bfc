//! The folder of one assignment, on a file system that the nodes share.
//!
//! | file | written by | when |
//! |---|---|---|
//! | `order.json` | driver | before it is submitted |
//! | `task`, `gang`, `program`, `env` | driver | before it is submitted |
//! | `job` | driver | after: Slurm's number |
//! | `told/NODE` | tasks | when they start and end: see `told` |
//! | `out/<n>.log` | task | from its start; it is what says that a task has started |
//! | `ends.json` | driver | for ends that no task wrote down |
//! | `stopping` | driver | before the first word of it to Slurm |
//! | `forgotten` | driver | tasks that must not be spoken of again |

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::{PermissionsExt, lchown},
    path::{Path, PathBuf},
};

use model::{Assignment, Exit, ExitReason, Indexes, Program};
use serde::{Deserialize, Serialize};
use units::{Bytes, Energy, Span, Time};

use super::{
    held::Ids,
    script,
    told::{Told, cut_plain, open_plain},
};
use crate::{
    DataFolders, JobFolders,
    local::{read_json, write_durably, write_whole},
};

#[derive(Debug, Clone)]
pub(crate) struct Record {
    dir: PathBuf,
}

/// As a task told it, or as the driver recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) exit: Exit,
    pub(crate) at: Time,
    pub(crate) cpu: Span,
    /// Where accounting measured them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peak_memory: Option<Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) energy: Option<Energy>,
}

impl End {
    pub(crate) const fn new(exit: Exit, at: Time, cpu: Span) -> Self {
        Self { exit, at, cpu, peak_memory: None, energy: None }
    }
}

/// Of the log of one task that is kept at the site.
const LOG_MOST: u64 = 16 << 20;

/// Why an assignment is to end, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stopping {
    pub(crate) reason: ExitReason,
    pub(crate) message: String,
    pub(crate) since: Time,
}

impl Record {
    pub(crate) fn new(jobs: &Path, name: &str) -> Self {
        Self { dir: jobs.join(name) }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Everything that the cluster needs, and the intent to submit it. `owner`: user and group of a mapped account.
    pub(crate) fn write(
        &self,
        order: &Assignment,
        setting: &Setting<'_>,
        owner: Option<Ids>,
    ) -> io::Result<()> {
        for folder in ["work", "out", "told"] {
            fs::create_dir_all(self.dir.join(folder))?;
        }
        let folders = setting.data.and_then(|data| data.of(order));
        self.program("program", &script::program(&order.work))?;
        self.program("task", &self.task(order, setting))?;
        self.program("gang", &script::gang(&self.dir, order.tasks.len()))?;
        let environment = script::environment(environment(order, folders.as_ref()));
        write_whole(&self.dir.join("env"), environment.as_bytes())?;
        if let Some((user, group)) = owner {
            // What the driver relies on stays its own: a customer can change only what tasks write.
            let own = ["work", "out", "told", "program", "task", "gang", "env"];
            let own = own.iter().map(|entry| self.dir.join(entry));
            let theirs = folders.map(|it| it.writable(&order.work)).unwrap_or_default();
            for path in own.chain(theirs) {
                give(&path, user, group)?;
            }
        }
        write_durably(&self.dir.join("order.json"), order)
    }

    fn task(&self, order: &Assignment, setting: &Setting<'_>) -> String {
        let is_one = order.work.at_once.is_none() && order.tasks.len() == 1;
        script::task(&script::Task {
            folder: &self.dir,
            lease: setting.lease,
            index: is_one.then(|| order.tasks.iter().next()).flatten(),
            time_limit: order.work.time_limit,
            grace: setting.grace,
        })
    }

    fn program(&self, name: &str, text: &str) -> io::Result<()> {
        let path = self.dir.join(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))
    }

    pub(crate) fn order(&self) -> io::Result<Option<Assignment>> {
        read_json(&self.dir.join("order.json"))
    }

    pub(crate) fn job(&self) -> io::Result<Option<u64>> {
        read_json(&self.dir.join("job"))
    }

    pub(crate) fn set_job(&self, job: u64) -> io::Result<()> {
        write_durably(&self.dir.join("job"), &job)
    }

    pub(crate) fn ends(&self) -> io::Result<BTreeMap<u32, End>> {
        Ok(read_json(&self.dir.join("ends.json"))?.unwrap_or_default())
    }

    pub(crate) fn set_ends(&self, ends: &BTreeMap<u32, End>) -> io::Result<()> {
        write_durably(&self.dir.join("ends.json"), ends)
    }

    pub(crate) fn forgotten(&self) -> io::Result<Indexes> {
        Ok(read_json(&self.dir.join("forgotten"))?.unwrap_or_default())
    }

    pub(crate) fn set_forgotten(&self, indexes: &Indexes) -> io::Result<()> {
        // Lost with the machine's power it would only be told and forgotten again.
        write_whole(&self.dir.join("forgotten"), &serde_json::to_vec(indexes)?)
    }

    pub(crate) fn stopping(&self) -> io::Result<Option<Stopping>> {
        read_json(&self.dir.join("stopping"))
    }

    pub(crate) fn set_stopping(&self, stopping: &Stopping) -> io::Result<()> {
        write_durably(&self.dir.join("stopping"), stopping)
    }

    pub(crate) fn told(&self) -> Told {
        Told::new(self.dir.join("told"))
    }

    fn out(&self) -> PathBuf {
        self.dir.join("out")
    }

    pub(crate) fn log(&self, index: u32, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let mut file = match open_plain(&self.out().join(format!("{index}.log"))) {
            Ok((file, _)) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// What it writes beyond that is dropped, now and then. Its first part stays as it is.
    pub(crate) fn cut_log(&self, index: u32) -> io::Result<()> {
        cut_plain(&self.out().join(format!("{index}.log")), LOG_MOST)
    }

    /// Out of sight at once, then deleted.
    pub(crate) fn remove(&self, trash: &Path) -> io::Result<()> {
        let there = trash.join(self.dir.file_name().unwrap_or_default());
        match fs::rename(&self.dir, &there) {
            Ok(()) => fs::remove_dir_all(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// What records of one site have in common.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) lease: &'a Path,
    pub(crate) data: Option<&'a DataFolders>,
    /// Of this order.
    pub(crate) grace: Span,
}

/// To a customer's account, with all that is in it. Links are given, not what they point to.
fn give(path: &Path, user: u32, group: u32) -> io::Result<()> {
    lchown(path, Some(user), Some(group))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            give(&entry?.path(), user, group)?;
        }
    }
    Ok(())
}

fn environment(
    order: &Assignment,
    folders: Option<&JobFolders>,
) -> impl Iterator<Item = (String, String)> {
    let work = &order.work;
    let mut all: Vec<(String, String)> =
        work.env.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let has_interpreter = matches!(&work.program, Program::Script(text) if text.starts_with("#!"));
    if has_interpreter && !work.env.contains_key("LANG") {
        all.push(("LANG".to_owned(), "C.UTF-8".to_owned()));
    }
    let mut put = |key: &str, value: String| all.push((key.to_owned(), value));
    put("JINGWEI_TASKS", work.of.to_string());
    put("JINGWEI_JOB", order.job.to_string());
    put("JINGWEI_ATTEMPT", order.attempt.to_string());
    put("JINGWEI_ACCELERATORS", work.accelerators.to_string());
    for (key, path) in folders.map(|it| it.variables(work)).unwrap_or_default() {
        put(key, path.to_string_lossy().into_owned());
    }
    all.into_iter()
}
