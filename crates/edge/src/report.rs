//! What a gateway that runs tells of itself: a file that its own commands read.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use drivers::tunnels::Report;
use model::Name;
use serde::{Deserialize, Serialize};

use super::EdgeError;

/// A report that is older is of a gateway that is stuck, or was killed.
const FRESH: Duration = Duration::from_secs(5);

/// A gateway as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seen {
    pub name: Name,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    pub running_s: f64,
    pub tunnels: Vec<Report>,
}

impl Seen {
    pub(crate) fn new(name: Name, running: Duration, tunnels: Vec<Report>) -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at_ms = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        Self { name, at_ms, running_s: running.as_secs_f64(), tunnels }
    }

    /// The last report of a gateway. None: it does not run, or is stuck.
    pub fn read(name: &Name) -> Result<Option<Self>, EdgeError> {
        let file = file(name);
        let text = match fs::read(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(EdgeError::io(&file))?,
        };
        let seen: Self = serde_json::from_slice(&text)
            .map_err(|error| EdgeError::invalid(&file, error.to_string()))?;
        let at = UNIX_EPOCH + Duration::from_millis(seen.at_ms);
        let is_fresh = SystemTime::now().duration_since(at).is_ok_and(|it| it < FRESH);
        Ok(is_fresh.then_some(seen))
    }
}

/// Where reports of gateways stand.
const FOLDER: &str = "/run/jingwei/edge";

pub(crate) fn file(name: &Name) -> PathBuf {
    Path::new(FOLDER).join(format!("{name}.json"))
}

/// In one step: a reader sees the old or the new.
pub(crate) fn write(file: &Path, seen: &Seen) -> Result<(), EdgeError> {
    let new = file.with_extension("new");
    let written = fs::create_dir_all(FOLDER)
        .and_then(|()| fs::write(&new, serde_json::to_vec(seen)?))
        .and_then(|()| fs::rename(&new, file));
    written.map_err(EdgeError::io(file))
}

pub(crate) fn remove(file: &Path) -> Result<(), EdgeError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(EdgeError::io(file)(error))
        }
        _ => Ok(()),
    }
}
