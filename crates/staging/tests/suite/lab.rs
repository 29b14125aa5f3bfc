//! Places to keep objects in: folders, and buckets of a server that can be killed.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use model::Content;
use staging::{
    Bucket, BucketConfig, Folder, Manifest, Objects, Odd, Pace, Progress, Saved, Scan,
    StagingError, Storage,
};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;

/// Bound on every wait: only a failure takes that long.
const BOUND: Duration = Duration::from_secs(60);
const KEYS: (&str, &str) = ("TESTACCESS", "testsecret");

/// Where a test keeps things. Storages are told apart by name.
pub(crate) struct Lab {
    pub(crate) dir: TempDir,
    server: Option<Server>,
}

struct Server {
    program: PathBuf,
    port: u16,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Server {
    fn start(program: &Path, root: &Path, port: u16) -> Child {
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--access-key", KEYS.0, "--secret-key", KEYS.1]).arg(root);
        command.env("RUST_LOG", "off").stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < BOUND, "{} does not listen", program.display());
            std::thread::sleep(Duration::from_millis(10));
        }
        child
    }

    fn stop(&mut self) {
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Lab {
    pub(crate) fn folders() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), server: None }
    }

    /// Where `TEST_S3` names the program of a server.
    pub(crate) fn buckets() -> Option<Self> {
        let Some(program) = std::env::var_os("TEST_S3").map(PathBuf::from) else {
            eprintln!("SKIPPED: TEST_S3 names no S3 server; scripts/setup.sh test installs one");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Server::start(&program, dir.path(), port);
        Some(Self { dir, server: Some(Server { program, port, child }) })
    }

    /// Both.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Some(Self::folders()), Self::buckets()].into_iter().flatten()
    }

    pub(crate) fn objects(&self, name: &str) -> Objects {
        fs::create_dir_all(self.dir.path().join(name)).unwrap();
        if self.server.is_none() {
            return Objects::Folder(Folder::new(self.dir.path().join(name)));
        }
        self.with_keys("http", name, KEYS.0, KEYS.1)
    }

    /// A bucket with these keys.
    pub(crate) fn with_keys(
        &self,
        scheme: &str,
        name: &str,
        access: &str,
        secret: &str,
    ) -> Objects {
        fs::create_dir_all(self.dir.path().join(name)).unwrap();
        let endpoint = format!("{scheme}://127.0.0.1:{}", self.server.as_ref().unwrap().port);
        bucket(endpoint, name, access, secret)
    }

    /// A bucket behind a wire: each of its connections is cut after so many bytes of answers; those after are not.
    /// Gives the number of cuts that were made, too.
    pub(crate) async fn behind_wire(
        &self,
        name: &str,
        cuts: Vec<u64>,
    ) -> (Objects, Arc<AtomicUsize>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let made = Arc::default();
        tokio::spawn(wire(listener, self.server.as_ref().unwrap().port, cuts, Arc::clone(&made)));
        (bucket(format!("http://127.0.0.1:{port}"), name, KEYS.0, KEYS.1), made)
    }

    pub(crate) async fn storage(&self, name: &str) -> Storage {
        self.storage_of(name, None).await
    }

    pub(crate) async fn storage_of(&self, name: &str, quota: Option<u64>) -> Storage {
        Storage::open(self.objects(name), quota).await.unwrap()
    }

    /// Kills whoever serves the objects; folders are moved away.
    pub(crate) fn cut(&mut self, name: &str) {
        match &mut self.server {
            Some(server) => server.stop(),
            None => fs::rename(self.dir.path().join(name), self.dir.path().join("away")).unwrap(),
        }
    }

    pub(crate) fn mend(&mut self, name: &str) {
        match &mut self.server {
            Some(server) => {
                server.child = Server::start(&server.program, self.dir.path(), server.port);
            }
            None => fs::rename(self.dir.path().join("away"), self.dir.path().join(name)).unwrap(),
        }
    }

    /// The file that holds an object's bytes.
    pub(crate) fn file(&self, name: &str, key: &str) -> PathBuf {
        let prefix = if self.server.is_some() { "some/where" } else { "" };
        self.dir.path().join(name).join(prefix).join(key)
    }

    /// A folder to be kept, which is no storage.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join("folders").join(name);
        fs::create_dir_all(&path).unwrap();
        path
    }
}

fn bucket(endpoint: String, name: &str, access: &str, secret: &str) -> Objects {
    let config = BucketConfig {
        endpoint,
        region: "us-east-1".to_owned(),
        bucket: name.to_owned(),
        prefix: "some/where".to_owned(),
        credentials: Some((access.to_owned(), secret.to_owned())),
    };
    Objects::Bucket(Bucket::new(&config).unwrap())
}

async fn wire(listener: tokio::net::TcpListener, to: u16, cuts: Vec<u64>, made: Arc<AtomicUsize>) {
    let mut cuts = cuts.into_iter();
    while let Ok((client, _)) = listener.accept().await {
        let server = tokio::net::TcpStream::connect(("127.0.0.1", to)).await.unwrap();
        tokio::spawn(pass(client, server, cuts.next().unwrap_or(u64::MAX), made.clone()));
    }
}

async fn pass(
    client: tokio::net::TcpStream,
    server: tokio::net::TcpStream,
    most: u64,
    made: Arc<AtomicUsize>,
) {
    let (mut asks, mut hears) = client.into_split();
    let (answers, mut asked) = server.into_split();
    let mut answers = answers.take(most);
    tokio::select! {
        _ = tokio::io::copy(&mut asks, &mut asked) => {}
        copied = tokio::io::copy(&mut answers, &mut hears) => {
            if copied.is_ok_and(|bytes| bytes == most) {
                made.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Bytes that cannot be made smaller, the same for the same seed.
pub(crate) fn noise(seed: &str, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(seed.as_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// A folder with a bit of everything, about `mebibytes` in all.
pub(crate) fn fill(folder: &Path, mebibytes: usize) {
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write("large.bin", &noise("large", mebibytes << 20));
    write("run.sh", b"#!/bin/sh\necho hello\n");
    fs::set_permissions(folder.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    write("deep/er/名字 with spaces & 'quotes'.txt", "经纬\n".as_bytes());
    write("deep/none", b"");
    fs::create_dir_all(folder.join("empty/inner")).unwrap();
    std::os::unix::fs::symlink("../run.sh", folder.join("deep/link")).unwrap();
    for n in 0..50 {
        write(&format!("many/{n}"), &noise(&n.to_string(), 100 * n));
    }
}

pub(crate) fn scan(folder: &Path) -> Scan {
    Scan::of(folder, Odd::Refuse).unwrap()
}

pub(crate) async fn save(storage: &Storage, folder: &Path) -> Saved {
    storage.save(scan(folder)).await.unwrap()
}

/// Fetches as fast as it goes; gives the bytes that moved.
pub(crate) async fn fetch(
    to: &Storage,
    content: &Content,
    from: &[Objects],
) -> Result<u64, StagingError> {
    let progress = Progress::default();
    to.fetch(content, from, &Pace::free(), &progress).await?;
    Ok(progress.moved())
}

/// All there is to a folder: paths, bytes, modes, links.
pub(crate) fn told(folder: &Path) -> Vec<String> {
    fn walk(root: &Path, folder: &Path, all: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            let metadata = fs::symlink_metadata(&path).unwrap();
            if metadata.is_dir() {
                all.push(format!("{name}/"));
                walk(root, &path, all);
            } else if metadata.is_symlink() {
                all.push(format!("{name} -> {}", fs::read_link(&path).unwrap().display()));
            } else {
                let bytes = fs::read(&path).unwrap();
                let executable = metadata.permissions().mode() & 0o100 != 0;
                all.push(format!("{name} {executable} {}", blake3::hash(&bytes)));
            }
        }
    }
    let mut all = Vec::new();
    walk(folder, folder, &mut all);
    all.sort();
    all
}

pub(crate) async fn manifest_of(place: &Objects, content: &Content) -> Manifest {
    staging::verify(place, content).await.unwrap()
}
