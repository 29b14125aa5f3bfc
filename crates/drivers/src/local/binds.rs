//! The folders and files of the machine that a task has, where they are inside, and whose they are.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt, lchown},
    path::{Path, PathBuf},
};

use model::{Input, Program};
use rustix::fs::FlockOperation;

use super::{
    folder::{Folder, Order},
    sandbox::{NOBODY, script},
};
use crate::{
    JobFolders,
    data::{CHECKPOINT, INPUTS, RESULT},
};

/// Where a boxed program finds its data.
const DATA: &str = "/jingwei";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bind {
    pub(crate) source: PathBuf,
    pub(crate) inside: PathBuf,
    pub(crate) may_write: bool,
    pub(crate) is_file: bool,
}

impl Bind {
    fn new(source: PathBuf, inside: impl Into<PathBuf>, may_write: bool) -> Self {
        Self { source, inside: inside.into(), may_write, is_file: false }
    }
}

/// All of them, for a task in a box.
pub(crate) fn binds(folder: &Folder, order: &Order) -> io::Result<Vec<Bind>> {
    let mut all = vec![Bind::new(folder.work(), "/job", true)];
    all.extend(order.plan.share.iter().map(|share| Bind::new(share.clone(), "/share", true)));
    if matches!(order.spec.work.program, Program::Script(_)) {
        let bind = Bind::new(script(folder, true), order.script_inside(), false);
        all.push(Bind { is_file: true, ..bind });
    }
    let Some(data) = data(order)? else { return Ok(all) };
    for Input { name, .. } in &order.spec.work.inputs {
        let inside = Path::new(DATA).join("inputs").join(name.as_str());
        all.push(Bind::new(input(&data, name.as_str())?, inside, false));
    }
    for path in data.writable(&order.spec.work) {
        let inside = Path::new(DATA).join(path.file_name().unwrap_or_default());
        all.push(Bind::new(path, inside, true));
    }
    Ok(all)
}

/// The folders of the task's attempt, if it has any.
fn data(order: &Order) -> io::Result<Option<JobFolders>> {
    if !order.spec.work.has_data() {
        return Ok(None);
    }
    let Some(data) = &order.plan.data else {
        return Err(io::Error::other("this site lays out no data for tasks"));
    };
    let id = &order.spec.id;
    Ok(Some(data.job(&format!("{}.{}", id.job, id.attempt))))
}

/// The files behind the link.
fn input(data: &JobFolders, name: &str) -> io::Result<PathBuf> {
    let missing = |error| io::Error::other(format!("the input `{name}` is not here: {error}"));
    let path = data.inputs().join(name).canonicalize().map_err(missing)?;
    if path.is_dir() { Ok(path) } else { Err(missing(io::ErrorKind::NotADirectory.into())) }
}

/// Checks that the data of the task is here, and gives the folders it writes to its account.
pub(crate) fn furnish(order: &Order) -> io::Result<()> {
    let Some(data) = data(order)? else { return Ok(()) };
    for Input { name, .. } in &order.spec.work.inputs {
        input(&data, name.as_str())?;
    }
    for path in data.writable(&order.spec.work) {
        if !path.is_dir() {
            let name = path.file_name().unwrap_or_default().display();
            return Err(io::Error::other(format!("its {name} folder is not here")));
        }
        if order.is_nobody() {
            // Tasks of one attempt may share it: one gives it, before any of them runs.
            let _lock = lock(data.dir())?;
            give(&path)?;
        }
    }
    Ok(())
}

fn lock(dir: &Path) -> io::Result<File> {
    let dir = File::open(dir)?;
    rustix::fs::flock(&dir, FlockOperation::LockExclusive)?;
    Ok(dir)
}

/// To nobody, with all that is in it, itself last: once it is theirs, tasks may run in it, and nothing is followed or
/// given any more.
fn give(path: &Path) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    if meta.uid() == NOBODY {
        return Ok(());
    }
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            give(&entry?.path())?;
        }
    }
    lchown(path, Some(NOBODY), Some(NOBODY))
}

/// The variables that say where the data is.
pub(crate) fn variables(order: &Order) -> Vec<(&'static str, PathBuf)> {
    let Ok(Some(data)) = data(order) else { return Vec::new() };
    let seen = |(name, path): (&'static str, PathBuf)| {
        let inside = match name {
            INPUTS => "inputs",
            RESULT => "result",
            CHECKPOINT => "checkpoint",
            _ => return (name, path),
        };
        (name, Path::new(DATA).join(inside))
    };
    let all = data.variables(&order.spec.work).into_iter();
    if order.is_boxed() { all.map(seen).collect() } else { all.collect() }
}
