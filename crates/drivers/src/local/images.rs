//! Images that this machine has, unpacked, and how they come here: each once, whatever asks for it.
//!
//! | in the store | what |
//! |---|---|
//! | `KEY/rootfs/` | the files of an image, all owned by the account of its tasks |
//! | `KEY/image.json` | what the image says of programs; locked (shared) by supervisors that use it |
//! | `KEY.lock` | held by who fetches it |
//! | `tmp/` | what is not whole yet, or on its way out |

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;
use tokio::{
    sync::{Notify, Semaphore},
    task::AbortHandle,
};

use super::{
    config::Containers,
    container::Root,
    folder::{read_json, write_durably},
    image::Image,
    sandbox::{NOBODY, PATH},
};

/// How long a failure is told to all who ask before it is tried again.
const MEMORY: Duration = Duration::from_secs(10);
/// How often another process that fetches the same image is asked for.
const LOOK: Duration = Duration::from_millis(100);
/// Images that are fetched at the same time.
const AT_ONCE: usize = 4;
/// Of the environment, what skopeo may need to reach a registry.
const PROXIES: [&str; 8] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

pub(crate) enum Answer {
    Here(Root),
    /// Ask again when woken.
    Coming,
    Refused(String),
}

#[derive(Debug)]
enum Fetch {
    Runs(AbortHandle),
    Failed(String, Instant),
}

type Fetches = BTreeMap<String, Fetch>;

#[derive(Debug)]
pub(crate) struct Images {
    shop: Arc<Shop>,
    fetches: Arc<Mutex<Fetches>>,
    wake: Arc<Notify>,
}

impl Images {
    pub(crate) fn open(
        config: Containers,
        state: &Path,
        wake: Arc<Notify>,
    ) -> Result<Self, String> {
        let store = config.store.clone().unwrap_or_else(|| state.join("images"));
        let shop = Shop { config, store, turns: Semaphore::new(AT_ONCE) };
        shop.set_up().map_err(|error| format!("{}: {error}", shop.store.display()))?;
        Ok(Self { shop: Arc::new(shop), fetches: Arc::default(), wake })
    }

    /// The image of a job, or that it is being fetched, or why there is none.
    pub(crate) fn want(&self, name: &str) -> Answer {
        self.find(name).unwrap_or_else(Answer::Refused)
    }

    fn find(&self, name: &str) -> Result<Answer, String> {
        let image = self.shop.config.permitted(name)?;
        if let Image::Root(dir) = image {
            return Ok(Answer::Here(Root::of_folder(dir)));
        }
        let key = key(&image)?;
        if let Some(root) = self.shop.take(&key).map_err(|error| format!("`{name}`: {error}"))? {
            return Ok(Answer::Here(root));
        }
        if !self.shop.config.may_fetch(&image) {
            return Err(format!("the image `{name}` is not here, and this site fetches none"));
        }
        self.fetch(name, image, key)
    }

    fn fetch(&self, name: &str, image: Image, key: String) -> Result<Answer, String> {
        let mut fetches = lock(&self.fetches);
        match fetches.get(name) {
            Some(Fetch::Runs(_)) => return Ok(Answer::Coming),
            Some(Fetch::Failed(why, at)) if at.elapsed() < MEMORY => return Err(why.clone()),
            _ => {}
        }
        tracing::info!(image = name, "is fetched");
        let (shop, all) = (Arc::clone(&self.shop), Arc::clone(&self.fetches));
        let (wake, of) = (Arc::clone(&self.wake), name.to_owned());
        let task = tokio::spawn(async move {
            let done = shop.fetch(&image, &key).await;
            note(&mut lock(&all), of, done);
            wake.notify_one();
        });
        fetches.insert(name.to_owned(), Fetch::Runs(task.abort_handle()));
        Ok(Answer::Coming)
    }

    /// Ends the fetching of what nobody waits for any more.
    pub(crate) fn only(&self, wanted: &BTreeSet<&str>) {
        lock(&self.fetches).retain(|name, fetch| match fetch {
            Fetch::Failed(_, at) => at.elapsed() < MEMORY,
            Fetch::Runs(_) if wanted.contains(name.as_str()) => true,
            Fetch::Runs(task) => {
                tracing::info!(image = name, "is no longer wanted");
                task.abort();
                false
            }
        });
    }
}

fn note(fetches: &mut Fetches, name: String, done: Result<(), String>) {
    match done {
        Ok(()) => {
            fetches.remove(&name);
        }
        Err(why) => {
            tracing::warn!(image = name, why, "cannot be fetched");
            let why = format!("the image `{name}` cannot be had: {why}");
            fetches.insert(name, Fetch::Failed(why, Instant::now()));
        }
    }
}

/// A panic elsewhere leaves at worst an entry behind that is tried again.
fn lock(fetches: &Mutex<Fetches>) -> MutexGuard<'_, Fetches> {
    fetches.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Under which name it is kept. An archive that was written anew is another image.
fn key(image: &Image) -> Result<String, String> {
    let mut text = image.name();
    if let Image::Archive { path, .. } = image {
        let meta = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let at = meta.modified().unwrap_or(UNIX_EPOCH).duration_since(UNIX_EPOCH);
        text = format!("{text}@{}@{}", meta.len(), at.unwrap_or_default().as_nanos());
    }
    Ok(format!("{:016x}", super::fnv(text.as_bytes())))
}

/// The store, and the tools that fill it.
#[derive(Debug)]
struct Shop {
    config: Containers,
    store: PathBuf,
    turns: Semaphore,
}

impl Shop {
    /// What an earlier life left half done goes, unless another process is at it.
    fn set_up(&self) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir_all(self.tmp())?;
        fs::set_permissions(&self.store, fs::Permissions::from_mode(0o700))?;
        for entry in fs::read_dir(self.tmp())?.flatten() {
            let key = entry.file_name().to_string_lossy().into_owned();
            if self.lock_file(&key)?.try_lock().is_ok() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(())
    }

    fn tmp(&self) -> PathBuf {
        self.store.join("tmp")
    }

    fn facts(&self, key: &str) -> PathBuf {
        self.store.join(key).join("image.json")
    }

    fn lock_file(&self, key: &str) -> io::Result<File> {
        File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.store.join(format!("{key}.lock")))
    }

    /// If it is here; it counts as used now.
    fn take(&self, key: &str) -> io::Result<Option<Root>> {
        let path = self.facts(key);
        let root = read_json(&path)?;
        if root.is_some() {
            File::options().write(true).open(&path)?.set_modified(SystemTime::now())?;
        }
        Ok(root)
    }

    async fn fetch(&self, image: &Image, key: &str) -> Result<(), String> {
        let _turn = self.turns.acquire().await.map_err(|error| error.to_string())?;
        let limit = Duration::from_millis(self.config.pull_limit.get());
        let done = tokio::time::timeout(limit, self.fetch_alone(image, key)).await;
        done.unwrap_or_else(|_| Err(format!("it took longer than {}", self.config.pull_limit)))
    }

    async fn fetch_alone(&self, image: &Image, key: &str) -> Result<(), String> {
        let lock = self.lock_file(key).map_err(|error| error.to_string())?;
        while let Err(error) = lock.try_lock() {
            if let fs::TryLockError::Error(error) = error {
                return Err(error.to_string());
            }
            tokio::time::sleep(LOOK).await;
        }
        if self.facts(key).exists() {
            return Ok(());
        }
        let dir = self.tmp().join(key);
        let done = self.unpack(image, key, &dir).await;
        let _ = fs::remove_dir_all(&dir);
        self.evict();
        done
    }

    async fn unpack(&self, image: &Image, key: &str, dir: &Path) -> Result<(), String> {
        let say = |error: io::Error| error.to_string();
        let _ = fs::remove_dir_all(dir);
        fs::create_dir(dir).map_err(say)?;
        self.run("skopeo", self.copy(image), dir).await?;
        let words = ["unpack", "--image", "layout:image", "bundle"].map(str::to_owned);
        self.run("umoci", words.into(), dir).await?;
        let owner = format!("{NOBODY}:{NOBODY}");
        let words = ["-hR", &owner, "bundle/rootfs"].map(str::to_owned);
        self.run("chown", words.into(), dir).await?;
        let bundle = dir.join("bundle");
        let mut root = facts(&bundle).map_err(say)?;
        let home = self.store.join(key);
        root.dir = home.join("rootfs");
        root.facts = Some(self.facts(key));
        write_durably(&bundle.join("image.json"), &root).map_err(say)?;
        fs::rename(bundle, home).map_err(say)
    }

    fn copy(&self, image: &Image) -> Vec<String> {
        let seconds = self.config.pull_limit.get().div_ceil(1_000);
        let mut words = vec![format!("--command-timeout={seconds}s"), "copy".to_owned()];
        words.push("--quiet".to_owned());
        if let Some(registry) = image.registry() {
            let file = self.config.credentials.iter();
            words.extend(file.map(|file| format!("--src-authfile={}", file.display())));
            if self.config.insecure.iter().any(|it| it == registry) {
                words.push("--src-tls-verify=false".to_owned());
            }
        }
        words.extend([image.source(), "oci:layout:image".to_owned()]);
        words
    }

    /// One step, in the folder `dir`. It ends with us.
    async fn run(&self, program: &str, words: Vec<String>, dir: &Path) -> Result<(), String> {
        let mut command = tokio::process::Command::new(program);
        command.args(words).current_dir(dir).env_clear().env("PATH", PATH);
        // Skopeo would use /var/tmp for all it unpacks.
        command.env("TMPDIR", dir).env("HOME", dir);
        command.envs(PROXIES.iter().filter_map(|key| Some((key, std::env::var_os(key)?))));
        command.stdin(std::process::Stdio::null()).kill_on_drop(true);
        let output = command.output().await;
        let output = output.map_err(|error| format!("`{program}` cannot be started: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{program}: {}", last_words(&output.stderr)))
    }

    /// Of more images than are to be kept, those go that were not used for longest and that nobody uses.
    fn evict(&self) {
        let entries = fs::read_dir(&self.store).into_iter().flatten().flatten();
        let used = |key: String| {
            let at = fs::metadata(self.facts(&key)).ok()?.modified().ok()?;
            Some((at, key))
        };
        let mut kept: Vec<_> =
            entries.filter_map(|it| used(it.file_name().into_string().ok()?)).collect();
        kept.sort();
        let many = kept.len().saturating_sub(self.config.most.max(1));
        for (_, key) in kept.into_iter().take(many) {
            if let Err(error) = self.remove(&key) {
                tracing::warn!(key, %error, "an image cannot be removed");
            }
        }
    }

    fn remove(&self, key: &str) -> io::Result<()> {
        let facts = File::open(self.facts(key))?;
        if facts.try_lock().is_err() {
            return Ok(());
        }
        let gone = self.tmp().join(format!("{key}.gone"));
        fs::rename(self.store.join(key), &gone)?;
        fs::remove_dir_all(gone)
    }
}

/// The part of `config.json` of the OCI runtime specification that says how programs run.
#[derive(Debug, Deserialize)]
struct Runtime {
    process: Process,
}

#[derive(Debug, Deserialize)]
struct Process {
    user: User,
    #[serde(default)]
    env: Vec<String>,
    cwd: PathBuf,
}

#[derive(Debug, Deserialize)]
struct User {
    uid: u32,
    gid: u32,
}

/// What umoci made of the image's own words.
fn facts(bundle: &Path) -> io::Result<Root> {
    let runtime: Option<Runtime> = read_json(&bundle.join("config.json"))?;
    let process = runtime.ok_or_else(|| io::Error::other("it says nothing of itself"))?.process;
    let env = process.env.iter().filter_map(|entry| entry.split_once('='));
    // Umoci adds a terminal that is not there.
    let env = env.filter(|entry| *entry != ("TERM", "xterm"));
    Ok(Root {
        dir: PathBuf::new(),
        facts: None,
        env: env.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        cwd: Some(process.cwd).filter(|cwd| cwd != Path::new("/")),
        uid: process.user.uid,
        gid: process.user.gid,
    })
}

/// Of what a tool says, the last line, without the dress that logrus gives it.
fn last_words(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it failed");
    let message =
        line.split_once("msg=\"").map_or(line, |(_, rest)| rest.strip_suffix('"').unwrap_or(rest));
    message.replace("\\\"", "\"").chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_quoted_without_its_dress() {
        let said = b"time=\"2026-01-01T00:00:00Z\" level=fatal msg=\"Error reading \\\"x\\\"\"\n";
        assert_eq!(last_words(said), "Error reading \"x\"");
        assert_eq!(last_words(b"a\nplain words\n\n"), "plain words");
        assert_eq!(last_words(b""), "it failed");
    }
}
