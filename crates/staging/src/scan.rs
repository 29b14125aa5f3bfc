//! Reads a folder that somebody else may be changing, on purpose too: every name is opened from the handle of its
//! folder and no link is followed, so nothing outside is ever read.

use std::{
    fs::File,
    io,
    os::{fd::OwnedFd, unix::fs::MetadataExt},
    path::Path,
};

use bytes::Bytes;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

use crate::{
    StagingError, chunk,
    chunk::ChunkId,
    error::disk,
    manifest::{Entry, EntryKind, FileEntry, stays_inside},
};

/// Folders in folders, and entries, at most.
const DEPTH_MOST: usize = 100;
const ENTRIES_MOST: usize = 1_000_000;

/// What becomes of sockets, pipes, devices, and links that lead out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// The folder is refused.
    Refuse,
    /// They are passed over: nothing can go on from them anyway.
    Skip,
}

/// A folder as it was found.
#[derive(Debug)]
pub struct Scan {
    root: OwnedFd,
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    path: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    File(Stamp),
    Link(String),
    Folder,
}

impl Kind {
    /// Another one as soon as it changed.
    fn mark(&self) -> String {
        match self {
            Self::File(Stamp { inode, size, modified, changed }) => {
                format!("file {inode} {size} {modified:?} {changed:?}")
            }
            Self::Link(target) => format!("link {target}"),
            Self::Folder => "folder".to_owned(),
        }
    }
}

/// What changes when a file is written to.
#[derive(Debug, Clone, Copy)]
struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Scan {
    /// Blocks.
    ///
    /// # Errors
    /// [`StagingError::Refused`] with the path of what cannot be kept, or [`StagingError::Disk`].
    pub fn of(folder: &Path, odd: Odd) -> Result<Self, StagingError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = rustix::fs::open(folder, flags, Mode::empty());
        let root = opened.map_err(|error| disk(folder)(error.into()))?;
        let mut found = Vec::new();
        walk(&root, "", 0, odd, &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { root, found })
    }

    /// Nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Equal as long as nothing was changed in it. Of this machine only.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for Found { path, kind } in &self.found {
            hasher.update(format!("{path}\0{}\n", kind.mark()).as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// Bytes of all files, as they were found: files with holes count whole.
    #[must_use]
    pub fn size(&self) -> u64 {
        let sizes = self.found.iter().map(|it| match it.kind {
            Kind::File(stamp) => stamp.size,
            Kind::Link(_) | Kind::Folder => 0,
        });
        sizes.fold(0, u64::saturating_add)
    }

    /// Cuts all files, hands on each chunk, and gives the entries of the manifest. Reads at most `most` bytes. Blocks.
    ///
    /// # Errors
    /// Those of `each`, and as [`Scan::of`].
    pub fn read(
        self,
        most: u64,
        mut each: impl FnMut(ChunkId, Bytes) -> Result<(), StagingError>,
    ) -> Result<Vec<Entry>, StagingError> {
        let mut left = most;
        let mut entries = Vec::with_capacity(self.found.len());
        for Found { path, kind } in self.found {
            let kind = match kind {
                Kind::Link(target) => EntryKind::Link(target),
                Kind::Folder => EntryKind::Folder,
                Kind::File(_) => match open(&self.root, &path) {
                    Ok(file) => EntryKind::File(read(&file, &path, &mut left, &mut each)?),
                    // Gone, or something else by now: a program goes on while it is looked at.
                    Err(error) if is_gone(&error) => continue,
                    Err(error) => return Err(disk(Path::new(&path))(error)),
                },
            };
            entries.push(Entry { path, kind });
        }
        Ok(entries)
    }
}

fn is_gone(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let gone = [Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::NXIO];
    Errno::from_io_error(error).is_some_and(|errno| gone.contains(&errno))
}

/// Either what carries the error of the caller, or one of reading.
enum Failed {
    Theirs(StagingError),
    Reading(io::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Reading(error)
    }
}

fn read(
    file: &File,
    path: &str,
    left: &mut u64,
    each: &mut impl FnMut(ChunkId, Bytes) -> Result<(), StagingError>,
) -> Result<FileEntry, StagingError> {
    let metadata = file.metadata().map_err(disk(Path::new(path)))?;
    if !metadata.is_file() {
        return Err(StagingError::refused(path, "is no regular file any more"));
    }
    let mut chunks = Vec::new();
    let cut = chunk::cut(file, |id, bytes| {
        *left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            Failed::Theirs(StagingError::refused(path, "makes the folder larger than it may be"))
        })?;
        chunks.push((id, u32::try_from(bytes.len()).unwrap_or(u32::MAX)));
        each(id, bytes).map_err(Failed::Theirs)
    });
    match cut {
        Ok(()) => Ok(FileEntry { executable: metadata.mode() & 0o100 != 0, chunks }),
        Err(Failed::Theirs(error)) => Err(error),
        Err(Failed::Reading(error)) => Err(disk(Path::new(path))(error)),
    }
}

/// A file by its path from the root, through real folders only.
fn open(root: &OwnedFd, path: &str) -> io::Result<File> {
    let (folders, name) =
        path.rsplit_once('/').map_or(("", path), |(folders, name)| (folders, name));
    let mut folder = root.try_clone()?;
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder = open_folder(&folder, part)?;
    }
    // Not blocking: it may be a pipe by now.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(&folder, name, flags, Mode::empty())?.into())
}

fn open_folder(folder: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(folder, name, flags, Mode::empty())?)
}

fn walk(
    folder: &OwnedFd,
    path: &str,
    depth: usize,
    odd: Odd,
    found: &mut Vec<Found>,
) -> Result<(), StagingError> {
    let failed = |path: &str| {
        let path = if path.is_empty() { ".".to_owned() } else { path.to_owned() };
        move |error: rustix::io::Errno| StagingError::Disk { path, source: error.into() }
    };
    if depth > DEPTH_MOST {
        return Err(StagingError::refused(path, format!("is more than {DEPTH_MOST} folders deep")));
    }
    let before = found.len();
    for entry in Dir::read_from(folder).map_err(failed(path))? {
        let entry = entry.map_err(failed(path))?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let Ok(text) = name.to_str() else {
            let name = name.to_string_lossy();
            return Err(StagingError::refused(join(path, &name), "has a name that is not UTF-8"));
        };
        let here = join(path, text);
        match look(folder, text, &here, odd) {
            Ok(Some(Kind::Folder)) => match open_folder(folder, text) {
                Ok(inner) => walk(&inner, &here, depth + 1, odd, found)?,
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(disk(Path::new(&here))(error)),
            },
            Ok(Some(kind)) => found.push(Found { path: here, kind }),
            Ok(None) => {}
            Err(error) => return Err(error),
        }
        if found.len() > ENTRIES_MOST {
            let why = format!("is one of more than {ENTRIES_MOST} entries");
            return Err(StagingError::refused(join(path, text), why));
        }
    }
    if found.len() == before && !path.is_empty() {
        found.push(Found { path: path.to_owned(), kind: Kind::Folder });
    }
    Ok(())
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// What is under a name; none if it is to be passed over.
fn look(folder: &OwnedFd, name: &str, path: &str, odd: Odd) -> Result<Option<Kind>, StagingError> {
    let stat = match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        other => other.map_err(|error| disk(Path::new(path))(error.into()))?,
    };
    let why = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => return Ok(Some(Kind::File(Stamp::of(&stat)))),
        FileType::Directory => return Ok(Some(Kind::Folder)),
        FileType::Symlink => match rustix::fs::readlinkat(folder, name, Vec::new()) {
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::INVAL) => return Ok(None),
            Err(error) => return Err(disk(Path::new(path))(error.into())),
            Ok(target) => match target.into_string() {
                Ok(target) if stays_inside(path, &target) => return Ok(Some(Kind::Link(target))),
                _ => "is a link that leads out of the folder",
            },
        },
        FileType::Fifo => "is a pipe",
        FileType::Socket => "is a socket",
        _ => "is a device",
    };
    match odd {
        Odd::Skip => Ok(None),
        Odd::Refuse => {
            Err(StagingError::refused(path, format!("{why}: only files, folders and links inside")))
        }
    }
}

impl Stamp {
    fn of(stat: &rustix::fs::Stat) -> Self {
        let nanos = |nanos| i64::try_from(nanos).unwrap_or(0);
        Self {
            inode: stat.st_ino,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            modified: (stat.st_mtime, nanos(stat.st_mtime_nsec)),
            changed: (stat.st_ctime, nanos(stat.st_ctime_nsec)),
        }
    }
}
