//! Files out of chunks.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::{StreamExt, TryStreamExt, stream};
use model::Content;

use crate::{
    Pace, StagingError,
    chunk::ChunkId,
    error::{disk, stopped},
    folder::settle,
    manifest::{Entry, EntryKind, FileEntry, Manifest},
    objects::Objects,
    read::{self, AT_ONCE, Kind},
};

/// Makes the files of a content at `into`, which must not be there: whole or not at all, each chunk checked. With
/// `writable` they are the owner's to change; without, nobody's. Gives the manifest.
///
/// # Errors
/// [`StagingError`]; nothing is left half made.
pub async fn lay_out(
    places: &[Objects],
    content: &Content,
    into: &Path,
    writable: bool,
    pace: &Pace,
) -> Result<Manifest, StagingError> {
    let (_, manifest) = read::manifest(places, content, Kind::Whole, pace).await?;
    make(places, &manifest, into, writable, pace, &Mutex::default()).await?;
    Ok(manifest)
}

/// `doubted`: a chunk that a place should have had and had not.
pub(crate) async fn make(
    places: &[Objects],
    manifest: &Manifest,
    into: &Path,
    writable: bool,
    pace: &Pace,
    doubted: &Mutex<Option<ChunkId>>,
) -> Result<(), StagingError> {
    let unfinished = Unfinished::beside(into)?;
    let root = &unfinished.0;
    frame(root, manifest)?;
    let fill = |(path, file): (PathBuf, FileEntry)| async move {
        fill(places, &path, &file, writable, pace, doubted).await
    };
    let files = stream::iter(files(root, manifest)).map(fill);
    files.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    let (from, to) = (root.clone(), into.to_path_buf());
    let named = tokio::task::spawn_blocking(move || name(&from, &to, writable));
    named.await.map_err(stopped)?.map_err(disk(into))
}

fn files(root: &Path, manifest: &Manifest) -> Vec<(PathBuf, FileEntry)> {
    let file = |entry: &Entry| match &entry.kind {
        EntryKind::File(file) => Some((root.join(&entry.path), file.clone())),
        EntryKind::Link(_) | EntryKind::Folder => None,
    };
    manifest.entries().iter().filter_map(file).collect()
}

/// A folder that is removed unless it got its name.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(into: &Path) -> Result<Self, StagingError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = into.file_name().unwrap_or_default().to_string_lossy();
        let name = format!(".new-{name}-{}-{number}", std::process::id());
        let path = into.parent().unwrap_or(Path::new(".")).join(name);
        fs::create_dir_all(&path).map_err(disk(&path))?;
        Ok(Self(path))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // What cannot be removed is removed with the rest of its folder at the next start.
        let _removed = remove(&self.0);
    }
}

/// Folders and links.
fn frame(root: &Path, manifest: &Manifest) -> Result<(), StagingError> {
    for entry in manifest.entries() {
        let path = root.join(&entry.path);
        let folder = if entry.kind == EntryKind::Folder { Some(&*path) } else { path.parent() };
        let made = folder.map_or(Ok(()), fs::create_dir_all).and_then(|()| match &entry.kind {
            EntryKind::Link(target) => std::os::unix::fs::symlink(target, &path),
            EntryKind::File(_) | EntryKind::Folder => Ok(()),
        });
        made.map_err(disk(&path))?;
    }
    Ok(())
}

async fn fill(
    places: &[Objects],
    path: &Path,
    entry: &FileEntry,
    writable: bool,
    pace: &Pace,
    doubted: &Mutex<Option<ChunkId>>,
) -> Result<(), StagingError> {
    let mode = if entry.executable { 0o755 } else { 0o644 };
    let mode = if writable { mode } else { mode & 0o555 };
    let mut made =
        File::options().write(true).create_new(true).mode(mode).open(path).map_err(disk(path))?;
    for (id, size) in &entry.chunks {
        let body = read::chunk(places, *id, *size, pace).await.inspect_err(|error| {
            if matches!(error, StagingError::Corrupt { .. } | StagingError::NotThere { .. }) {
                *doubted.lock().unwrap_or_else(PoisonError::into_inner) = Some(*id);
            }
        })?;
        let written = tokio::task::spawn_blocking(move || made.write_all(&body).map(|()| made));
        made = written.await.map_err(stopped)?.map_err(disk(path))?;
    }
    // Whatever the mask of this process is.
    made.set_permissions(fs::Permissions::from_mode(mode)).map_err(disk(path))
}

fn name(from: &Path, to: &Path, writable: bool) -> io::Result<()> {
    settle(from)?;
    set_folders(from, if writable { 0o755 } else { 0o555 })?;
    fs::rename(from, to)?;
    // "out" has the parent "".
    match to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => settle(parent),
        None => settle(Path::new(".")),
    }
}

/// The mode of a folder and all folders in it, innermost first.
fn set_folders(folder: &Path, mode: u32) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            set_folders(&entry.path(), mode)?;
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

/// Removes a folder that was laid out, or one that is not there. Blocks.
///
/// # Errors
/// What the file system says.
pub fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // Folders that nobody may write to give nothing away, unless one is root.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_folders(folder)?;
            fs::remove_dir_all(folder)
        }
        other => other,
    }
}

fn open_folders(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}
