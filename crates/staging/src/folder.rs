//! Objects as files of a folder.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use units::Time;

use crate::{
    Pace, StagingError,
    error::{disk, stopped},
    objects::Object,
};

/// Where files are written before they get their names, and how long one may take.
const NEW: &str = "new";
const NEW_MOST: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone)]
pub struct Folder {
    root: Arc<PathBuf>,
    place: Arc<str>,
}

impl Folder {
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        let place = format!("file://{}", root.display()).into();
        Self { root: Arc::new(root), place }
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    async fn blocking<T: Send + 'static>(
        &self,
        does: impl FnOnce(&Path) -> Result<T, StagingError> + Send + 'static,
    ) -> Result<T, StagingError> {
        let root = Arc::clone(&self.root);
        tokio::task::spawn_blocking(move || does(&root)).await.map_err(stopped)?
    }

    pub(crate) async fn get(
        &self,
        key: &str,
        most: usize,
        pace: &Pace,
    ) -> Result<Bytes, StagingError> {
        let (place, key) = (self.place.to_string(), key.to_owned());
        let bytes = self.blocking(move |root| read(root, &key, most, &place)).await?;
        pace.take(bytes.len()).await;
        Ok(bytes)
    }

    pub(crate) async fn put(&self, key: &str, body: Bytes) -> Result<(), StagingError> {
        let key = key.to_owned();
        self.blocking(move |root| write(root, &key, &body)).await
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<Object>, StagingError> {
        let prefix = prefix.to_owned();
        self.blocking(move |root| {
            forget_unfinished(&root.join(NEW));
            let mut all = Vec::new();
            // The folder that the prefix begins in; keys are told from the root.
            let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
            walk(root, folder, &prefix, &mut all)?;
            Ok(all)
        })
        .await
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), StagingError> {
        let key = key.to_owned();
        self.blocking(move |root| {
            let path = root.join(&key);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(&path)(error)),
                _ => Ok(()),
            }
        })
        .await
    }

    pub(crate) async fn settle(&self) -> Result<(), StagingError> {
        self.blocking(|root| match settle(root) {
            // Nothing was put yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            settled => settled.map_err(disk(root)),
        })
        .await
    }
}

/// All that was written to the file system of this folder survives a crash. One call for a hundred thousand files.
pub(crate) fn settle(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

fn read(root: &Path, key: &str, most: usize, place: &str) -> Result<Bytes, StagingError> {
    let path = root.join(key);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(StagingError::NotThere { place: place.to_owned(), what: key.to_owned() });
        }
        other => other.map_err(disk(&path))?,
    };
    let size = file.metadata().map_err(disk(&path))?.len();
    if size > most as u64 {
        return Err(StagingError::Corrupt { place: place.to_owned(), what: key.to_owned() });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(most as u64).read_to_end(&mut bytes).map_err(disk(&path))?;
    Ok(bytes.into())
}

fn write(root: &Path, key: &str, body: &[u8]) -> Result<(), StagingError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let (path, folder) = (root.join(key), root.join(NEW));
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let new = folder.join(format!("{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).map_err(disk(&folder))?;
    let written = File::create(&new).and_then(|mut file| file.write_all(body));
    let named = written.and_then(|()| {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::rename(&new, &path)
    });
    named.map_err(|error| {
        // It may hold the last of the room; if it cannot be removed either, a later list does it.
        let _removed = fs::remove_file(&new);
        disk(&path)(error)
    })
}

/// What an earlier life was writing when it was killed.
fn forget_unfinished(new: &Path) {
    for entry in fs::read_dir(new).into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|it| it.modified());
        let age = written.ok().and_then(|it| SystemTime::now().duration_since(it).ok());
        if age.is_some_and(|age| age > NEW_MOST) {
            // It is tried again with the next list.
            let _removed = fs::remove_file(entry.path());
        }
    }
}

fn walk(
    root: &Path,
    folder: &str,
    prefix: &str,
    all: &mut Vec<Object>,
) -> Result<(), StagingError> {
    let path = root.join(folder);
    let entries = match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(disk(&path))?,
    };
    for entry in entries {
        let entry = entry.map_err(disk(&path))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let key = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let metadata = match entry.metadata() {
            // Deleted meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(disk(&path))?,
        };
        if metadata.is_dir() {
            walk(root, &key, prefix, all)?;
        } else if key.starts_with(prefix) {
            let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
            all.push(Object { key, size: metadata.len(), modified: time(modified) });
        }
    }
    Ok(())
}

fn time(at: SystemTime) -> Time {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

pub(crate) fn now() -> Time {
    time(SystemTime::now())
}
