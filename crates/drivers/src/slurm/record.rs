//! The folder of one assignment, on a file system that the nodes share.
//!
//! | file | written by | when |
//! |---|---|---|
//! | `order.json` | driver | before it is submitted |
//! | `task`, `gang`, `program`, `env` | driver | before it is submitted |
//! | `job` | driver | after: Slurm's number |
//! | `out/<n>.start`, `out/<n>.log`, `out/<n>.exit` | task | |
//! | `ends.json` | driver | for ends that no task wrote down |
//! | `forgotten` | driver | tasks that must not be spoken of again |

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
};

use model::{Assignment, Exit, ExitReason, Indexes};
use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};
use units::{Span, Time};

use super::script;
use crate::local::{read_json, write_durably, write_whole};

#[derive(Debug, Clone)]
pub(crate) struct Record {
    dir: PathBuf,
}

/// `<n>.exit`, or an end that the driver recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) exit: Exit,
    pub(crate) at: Time,
    pub(crate) cpu: Span,
}

/// What tasks have written since the last look: start times with the node, and ends.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) started: Vec<(u32, Time, String)>,
    pub(crate) ended: Vec<(u32, End)>,
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
        lease: &Path,
        owner: Option<(u32, u32)>,
    ) -> io::Result<()> {
        for folder in ["work", "out"] {
            fs::create_dir_all(self.dir.join(folder))?;
        }
        let only = (order.work.at_once.is_none() && order.tasks.len() == 1)
            .then(|| order.tasks.iter().next())
            .flatten();
        self.program("program", &script::program(&order.work))?;
        self.program("task", &script::task(&self.dir, lease, only))?;
        self.program("gang", &script::gang(&self.dir, order.tasks.len()))?;
        let environment = environment(order);
        write_whole(&self.dir.join("env"), script::environment(environment).as_bytes())?;
        if let Some((user, group)) = owner {
            // What the driver relies on stays its own: a customer can change only what tasks write.
            for entry in ["work", "out", "program", "task", "gang", "env"] {
                chown(self.dir.join(entry), Some(user), Some(group))?;
            }
        }
        write_durably(&self.dir.join("order.json"), order)
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
        write_durably(&self.dir.join("forgotten"), indexes)
    }

    /// Starts and ends of tasks that are not in these sets yet.
    pub(crate) fn news(&self, started: &BTreeSet<u32>, ended: &BTreeSet<u32>) -> io::Result<News> {
        let mut news = News::default();
        for entry in fs::read_dir(self.out())? {
            let name = entry?.file_name();
            let Some((index, kind)) = name.to_str().and_then(|name| name.split_once('.')) else {
                continue;
            };
            let Ok(index) = index.parse() else { continue };
            match kind {
                "start" if !started.contains(&index) => news.started.extend(self.start(index)),
                "exit" if !ended.contains(&index) => {
                    news.ended.extend(self.exit(index).map(|end| (index, end)));
                    news.started.extend(self.start(index).filter(|_| !started.contains(&index)));
                }
                _ => {}
            }
        }
        Ok(news)
    }

    /// Nothing while the line is not whole.
    fn start(&self, index: u32) -> Option<(u32, Time, String)> {
        let text = self.told(&format!("{index}.start"))?;
        let (at, node) = text.strip_suffix('\n')?.split_once(' ')?;
        Some((index, Time::from_millis(at.parse().ok()?), node.to_owned()))
    }

    fn exit(&self, index: u32) -> Option<End> {
        let text = self.told(&format!("{index}.exit"))?;
        end(&text)
    }

    fn out(&self) -> PathBuf {
        self.dir.join("out")
    }

    /// A short text that a task wrote.
    fn told(&self, name: &str) -> Option<String> {
        let mut text = String::new();
        let file = open_plain(&self.out().join(name)).ok()?;
        file.take(MOST).read_to_string(&mut text).ok()?;
        Some(text)
    }

    pub(crate) fn log(&self, index: u32, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let mut file = match open_plain(&self.out().join(format!("{index}.log"))) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
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

/// Of a text that a task writes for us.
const MOST: u64 = 4_096;

/// A file that a customer may have put there: no link is followed, nothing is waited for, only plain files are read.
fn open_plain(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::other(format!("{} is not a plain file", path.display())))
}

/// `exited 3 1700000000000`, then the processor time of the shell and of its children, as `times` writes it.
fn end(text: &str) -> Option<End> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?.strip_suffix('\n')?;
    let (_, children) = (lines.next()?, lines.next()?.strip_suffix('\n')?);
    let mut words = first.split(' ');
    let (kind, code, at) =
        (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let exit = |reason, code, signal, message: &str| Exit {
        reason,
        code,
        signal,
        message: message.to_owned(),
    };
    let exit = match (kind, code) {
        ("fenced", _) => exit(ExitReason::Fenced, None, None, "the lease ended"),
        ("failed", _) => {
            exit(ExitReason::NotStarted, None, None, "its working folder cannot be entered")
        }
        // As shells tell signals; a program that itself ends with such a code is taken for signalled.
        (_, 129..=192) => exit(ExitReason::Signalled, None, Some(code - 128), ""),
        (_, 126 | 127) => {
            exit(ExitReason::Exited, Some(code), None, "see its log: a program may be missing")
        }
        _ => exit(ExitReason::Exited, Some(code), None, ""),
    };
    Some(End {
        exit,
        at: Time::from_millis(at),
        cpu: children.split(' ').filter_map(minutes).fold(Span::ZERO, Span::saturating_add),
    })
}

/// "1m2.345s".
fn minutes(text: &str) -> Option<Span> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    let (whole, part) = seconds.split_once(['.', ','])?;
    let whole = minutes.parse::<u64>().ok()?.checked_mul(60)?.checked_add(whole.parse().ok()?)?;
    let part: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(Span::new(whole.checked_mul(1_000)?.checked_add(part)?))
}

fn environment(order: &Assignment) -> impl Iterator<Item = (String, String)> {
    let work = &order.work;
    let mut all: Vec<(String, String)> =
        work.env.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut put = |key: &str, value: String| all.push((key.to_owned(), value));
    put("JINGWEI_TASKS", work.of.to_string());
    put("JINGWEI_JOB", order.job.to_string());
    put("JINGWEI_ATTEMPT", order.attempt.to_string());
    put("JINGWEI_ACCELERATORS", work.accelerators.to_string());
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_ends_are_ends() {
        let whole = "exited 3 1700000000123\n0m0.004s 0m0.002s\n1m2.345s 0m0.005s\n";
        let read = end(whole).unwrap();
        assert_eq!(
            (read.exit.code, read.at.as_millis(), read.cpu),
            (Some(3), 1_700_000_000_123, Span::new(62_350))
        );
        for cut in 0..whole.len() {
            assert_eq!(end(whole.get(..cut).unwrap()), None, "{cut}");
        }
        let killed = end(&whole.replace("exited 3", "exited 137")).unwrap();
        assert_eq!((killed.exit.reason, killed.exit.signal), (ExitReason::Signalled, Some(9)));
        assert_eq!(
            end(&whole.replace("exited 3", "fenced 0")).unwrap().exit.reason,
            ExitReason::Fenced
        );
    }
}
