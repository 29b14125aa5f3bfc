//! The folder of one assignment.
//!
//! | file | when |
//! |---|---|
//! | `order.json` | before anything is made in the cluster |
//! | `sent.json` | what was made there |
//! | `logs/<n>` | what a task wrote, once it has ended |
//! | `ends.json` | tasks that have ended; their logs are whole |
//! | `forgotten` | tasks that must not be spoken of again |

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use model::{Assignment, Indexes};
use serde::{Deserialize, Serialize};

use super::judge::End;
use crate::local::{read_json, write_durably, write_whole};

#[derive(Debug, Clone)]
pub(crate) struct Record {
    dir: PathBuf,
}

/// `sent.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// All tasks as one Job, not each as its own.
    pub(crate) as_one: bool,
    pub(crate) tasks: Indexes,
    pub(crate) namespace: String,
}

impl Record {
    pub(crate) fn new(jobs: &Path, name: &str) -> Self {
        Self { dir: jobs.join(name) }
    }

    /// The intent.
    pub(crate) fn write(&self, order: &Assignment) -> io::Result<()> {
        fs::create_dir_all(self.dir.join("logs"))?;
        write_durably(&self.dir.join("order.json"), order)
    }

    pub(crate) fn order(&self) -> io::Result<Option<Assignment>> {
        read_json(&self.dir.join("order.json"))
    }

    pub(crate) fn sent(&self) -> io::Result<Option<Sent>> {
        read_json(&self.dir.join("sent.json"))
    }

    pub(crate) fn set_sent(&self, sent: &Sent) -> io::Result<()> {
        // If it is lost with the machine's power, the same objects are made again and found there.
        write_whole(&self.dir.join("sent.json"), &serde_json::to_vec(sent)?)
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

    pub(crate) fn log_path(&self, index: u32) -> PathBuf {
        self.dir.join("logs").join(index.to_string())
    }

    /// None: it is not here.
    pub(crate) fn log(&self, index: u32, offset: u64, max: usize) -> io::Result<Option<Vec<u8>>> {
        let mut file = match File::open(self.log_path(index)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(max as u64).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
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
