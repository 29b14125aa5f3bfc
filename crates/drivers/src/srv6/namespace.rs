//! Network namespaces: rooms with devices, routes and rules of their own.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
};

use nix::sched::{CloneFlags, setns, unshare};
use rustix::mount::{UnmountFlags, mount_bind, unmount};

/// Where named ones are kept, by the custom of `ip netns`.
const FOLDER: &str = "/run/netns";

/// A namespace that has a name on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    name: String,
    /// Says whether the name still means the same one.
    inode: u64,
}

impl Namespace {
    /// One that is there.
    pub fn open(name: &str) -> io::Result<Self> {
        let inode = fs::metadata(path(name))?.ino();
        Ok(Self { name: name.to_owned(), inode })
    }

    /// A new one.
    pub fn make(name: &str) -> io::Result<Self> {
        fs::create_dir_all(FOLDER)?;
        File::create_new(path(name))?;
        let place = path(name);
        let made = on_own_thread(move || {
            unshare(CloneFlags::CLONE_NEWNET)?;
            Ok(mount_bind("/proc/thread-self/ns/net", &place)?)
        });
        if let Err(error) = made {
            // The first error says more than one about the file that is left.
            let _ = fs::remove_file(path(name));
            return Err(error);
        }
        Self::open(name)
    }

    /// Takes its name away. It ends with the last process and socket in it. One that is not there is fine.
    pub fn remove(name: &str) -> io::Result<()> {
        match fs::metadata(path(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        // A file that nothing is mounted on is what a broken start left.
        let _ = unmount(path(name), UnmountFlags::DETACH);
        fs::remove_file(path(name))
    }

    /// The names that begin so, in order.
    pub fn beginning(prefix: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(FOLDER) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| name.starts_with(prefix)).collect();
        names.sort_unstable();
        Ok(names)
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its name still means it.
    #[must_use]
    pub fn is_there(&self) -> bool {
        fs::metadata(path(&self.name)).is_ok_and(|it| it.ino() == self.inode)
    }

    /// Does something in it, on a thread of its own: a thread that has entered another namespace is not used again.
    pub fn within<T: Send>(&self, work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
        on_own_thread(|| {
            self.enter()?;
            work()
        })
    }

    /// The calling thread is in it from now on.
    pub fn enter(&self) -> io::Result<()> {
        Ok(setns(self.file()?, CloneFlags::CLONE_NEWNET)?)
    }

    /// Sets figures of the kernel in it, by their paths under `/proc/sys/net`.
    pub fn set(&self, settings: &[(&str, &str)]) -> io::Result<()> {
        self.within(|| {
            settings.iter().try_for_each(|(name, value)| {
                fs::write(Path::new("/proc/sys/net").join(name), value)
                    .map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))
            })
        })
    }

    pub(crate) fn file(&self) -> io::Result<File> {
        File::open(path(&self.name))
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

fn on_own_thread<T: Send>(work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|_| Err(io::Error::other("the thread in the namespace fell over")))
}
