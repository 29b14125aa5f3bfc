//! What a gateway that joined keeps on its disk: who it is, its secrets, and the last it was told.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use api::EdgeTarget;
use drivers::tunnels::{Private, Public};
use model::Name;

use super::{EdgeError, key};

/// Octets of a stored target, at most.
const TARGET_MOST: u64 = 64 << 20;

/// The folder, held by one process.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as it is open, and gone with the process.
    _lock: File,
}

impl Folder {
    /// Makes it, for its owner only, if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, EdgeError> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(EdgeError::io(path))?;
        let file = path.join("lock");
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&file);
        let lock = opened.map_err(EdgeError::io(&file))?;
        if lock.try_lock().is_err() {
            let what = "another process is the edge of this folder: stop it or use another folder";
            return Err(EdgeError::invalid(path, what));
        }
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Its key; a new one if it has none.
    pub(crate) fn key(&self) -> Result<(Private, Public), EdgeError> {
        let file = self.path.join("key");
        if !file.exists() {
            key::make_key(&file)?;
        }
        let private = key::read(&file)?;
        let public = private.public();
        Ok((private, public))
    }

    /// The token that it speaks with, drawn here; a new one if it has none.
    pub(crate) fn token(&self) -> Result<String, EdgeError> {
        let file = self.path.join("token");
        match fs::read_to_string(&file) {
            Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(EdgeError::io(&file)(error));
            }
            _ => {}
        }
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|it| EdgeError::invalid(&file, it.to_string()))?;
        let token = format!("jw_{}", hex(&bytes));
        self.put("token", token.as_bytes())?;
        Ok(token)
    }

    /// The edge that it is. None: it has not joined.
    pub(crate) fn name(&self) -> Result<Option<Name>, EdgeError> {
        let file = self.path.join("edge");
        match fs::read_to_string(&file) {
            Ok(text) => {
                text.trim().parse().map(Some).map_err(|error: model::InvalidName| {
                    EdgeError::invalid(&file, error.to_string())
                })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EdgeError::io(&file)(error)),
        }
    }

    pub(crate) fn set_name(&self, name: &Name) -> Result<(), EdgeError> {
        if self.name()?.is_some_and(|it| it != *name) {
            self.forget("target.json")?;
        }
        self.put("edge", name.as_str().as_bytes())
    }

    /// The last target it accepted; one that cannot be read is none.
    pub(crate) fn target(&self) -> Option<EdgeTarget> {
        let file = File::open(self.path.join("target.json")).ok()?;
        let mut text = Vec::new();
        file.take(TARGET_MOST).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text)
            .inspect_err(|error| tracing::warn!(%error, "the stored target is left"))
            .ok()
    }

    pub(crate) fn set_target(&self, target: &EdgeTarget) -> Result<(), EdgeError> {
        let text = serde_json::to_vec(target)
            .map_err(|error| EdgeError::invalid(&self.path, error.to_string()))?;
        self.put("target.json", &text)
    }

    fn forget(&self, name: &str) -> Result<(), EdgeError> {
        let file = self.path.join(name);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(EdgeError::io(&file)(error))
            }
            _ => Ok(()),
        }
    }

    /// In one step, for its owner only: after a crash there is the old or the new.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), EdgeError> {
        let file = self.path.join(name);
        drivers::put_durably(&file, bytes).map_err(EdgeError::io(&file))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_outlives_the_process_and_one_process_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("edge");
        let one = Folder::open(&path).unwrap();
        assert!(Folder::open(&path).unwrap_err().to_string().contains("another process"));
        let (token, (_, public)) = (one.token().unwrap(), one.key().unwrap());
        assert_eq!((one.name().unwrap(), one.target()), (None, None));
        let target = EdgeTarget { generation: 7, ..EdgeTarget::default() };
        one.set_name(&"east".parse().unwrap()).unwrap();
        one.set_target(&target).unwrap();
        drop(one);
        let again = Folder::open(&path).unwrap();
        assert_eq!((again.token().unwrap(), again.key().unwrap().1), (token, public));
        assert_eq!(again.target(), Some(target));
        // As another edge it has been told nothing yet.
        again.set_name(&"west".parse().unwrap()).unwrap();
        assert_eq!(again.target(), None);
        fs::write(path.join("target.json"), "{").unwrap();
        assert_eq!(again.target(), None);
    }
}
