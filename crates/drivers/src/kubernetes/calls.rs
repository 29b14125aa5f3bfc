//! Calls of the cluster's API, each with a bound in time, and what their failures mean.

use std::{
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use futures::{AsyncRead, AsyncReadExt};
use kube::{
    Client, Config as Access,
    config::{KubeConfigOptions, Kubeconfig},
    core::{
        Request,
        params::{DeleteParams, ListParams, PostParams, PropagationPolicy},
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;

use super::{
    config::Config,
    view::{List, Thing},
};
use crate::DriverError;

/// The longest that one call may take.
const CALL: Duration = Duration::from_secs(15);
const CONNECT: Duration = Duration::from_secs(5);
/// A log of which nothing comes for so long is given up: its task has long been killed.
const SILENT: Duration = Duration::from_secs(15 * 60);
/// Objects in one page of a list.
const PAGE: u32 = 500;

/// Why a call did not do what it should.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The cluster cannot be asked: ask again later.
    Away(String),
    /// It says no, with this code of HTTP and these words.
    Refused(u16, String),
}

impl Fault {
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Away(words) | Self::Refused(_, words) => words,
        }
    }

    fn is_missing(&self) -> bool {
        matches!(self, Self::Refused(404, _))
    }
}

impl From<Fault> for DriverError {
    fn from(fault: Fault) -> Self {
        Self::Away(fault.words().to_owned())
    }
}

/// What the cluster says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// "v1.20.2".
    pub(crate) text: String,
    pub(crate) minor: u32,
}

pub(crate) struct Cluster {
    kubeconfig: Option<PathBuf>,
    context: Option<String>,
    client: Mutex<Option<Client>>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("kubeconfig", &self.kubeconfig).finish_non_exhaustive()
    }
}

impl Cluster {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            kubeconfig: config.kubeconfig.clone(),
            context: config.context.clone(),
            client: Mutex::new(None),
        }
    }

    async fn client(&self) -> Result<Client, Fault> {
        let mut client = self.client.lock().await;
        if let Some(client) = client.as_ref() {
            return Ok(client.clone());
        }
        let access = self.access().await.map_err(Fault::Away)?;
        let new = Client::try_from(access).map_err(|error| Fault::Away(chain(&error)))?;
        *client = Some(new.clone());
        Ok(new)
    }

    async fn access(&self) -> Result<Access, String> {
        let options = KubeConfigOptions { context: self.context.clone(), ..Default::default() };
        let access = match &self.kubeconfig {
            Some(path) => {
                let read = Kubeconfig::read_from(path).map_err(|error| chain(&error))?;
                Access::from_custom_kubeconfig(read, &options).await.map_err(|error| chain(&error))
            }
            None if self.context.is_some() => {
                Access::from_kubeconfig(&options).await.map_err(|error| chain(&error))
            }
            None => Access::infer().await.map_err(|error| chain(&error)),
        };
        let mut access = access.map_err(|error| format!("kubeconfig: {error}"))?;
        access.connect_timeout = Some(CONNECT);
        // What fails is tried again where it is known what for.
        access.default_retry = false;
        Ok(access)
    }

    async fn call<T: DeserializeOwned>(&self, request: http::Request<Vec<u8>>) -> Result<T, Fault> {
        let client = self.client().await?;
        let answer = tokio::time::timeout(CALL, client.request(request)).await;
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.fault(error).await),
            Err(_) => Err(Fault::Away(format!("no answer within {} s", CALL.as_secs()))),
        }
    }

    async fn fault(&self, error: kube::Error) -> Fault {
        let kube::Error::Api(status) = &error else {
            return match error {
                kube::Error::SerdeError(error) => {
                    Fault::Away(format!("its answer cannot be understood: {error}"))
                }
                error => Fault::Away(chain(&error)),
            };
        };
        let words: String = status.message.chars().take(400).collect();
        match status.code {
            401 => {
                // The credentials may have been renewed on disk.
                *self.client.lock().await = None;
                Fault::Away(format!(
                    "the cluster does not accept the agent's credentials (401 {words}): renew them in the kubeconfig"
                ))
            }
            403 => Fault::Refused(403, format!("the cluster forbids it: {words}")),
            code @ (400 | 404..=428) => Fault::Refused(code, words),
            code => Fault::Away(format!("it answers {code} {words}")),
        }
    }

    pub(crate) async fn version(&self) -> Result<Version, Fault> {
        let info: Value = self.call(plain("/version")?).await?;
        let text = |key| info.get(key).and_then(Value::as_str).unwrap_or_default();
        // "20+" at some vendors.
        let digits = text("minor").trim_end_matches(|c: char| !c.is_ascii_digit());
        let minor = digits.parse().map_err(|_| {
            Fault::Away(
                format!("its version cannot be understood: {info}").chars().take(200).collect(),
            )
        })?;
        Ok(Version { text: text("gitVersion").to_owned(), minor })
    }

    /// Whether the cluster serves this group of its API.
    pub(crate) async fn serves(&self, group: &str) -> Result<bool, Fault> {
        match self.call::<Value>(plain(&format!("/apis/{group}"))?).await {
            Ok(_) => Ok(true),
            Err(fault) if fault.is_missing() => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Fault> {
        match self.call(plain(path)?).await {
            Ok(found) => Ok(Some(found)),
            Err(fault) if fault.is_missing() => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Everything at `path` with these labels.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        labels: &str,
    ) -> Result<Vec<T>, Fault> {
        self.list_by(path, ListParams::default().labels(labels)).await
    }

    /// Everything at `path` whose fields are so.
    pub(crate) async fn list_fields<T: DeserializeOwned>(
        &self,
        path: &str,
        fields: &str,
    ) -> Result<Vec<T>, Fault> {
        self.list_by(path, ListParams::default().fields(fields)).await
    }

    async fn list_by<T: DeserializeOwned>(
        &self,
        path: &str,
        params: ListParams,
    ) -> Result<Vec<T>, Fault> {
        let mut params = params.limit(PAGE);
        let mut all = Vec::new();
        loop {
            let request = Request::new(path).list(&params).map_err(wrong)?;
            let page: List<T> = self.call(request).await?;
            all.extend(page.items.into_iter().flatten());
            match page.metadata.next.filter(|next| !next.is_empty()) {
                Some(next) => params = params.continue_token(&next),
                None => return Ok(all),
            }
        }
    }

    /// The object as it is there now: made by this call, or before under the same name.
    pub(crate) async fn create(&self, path: &str, object: &Value) -> Result<Thing, Fault> {
        let bytes = serde_json::to_vec(object).map_err(|error| Fault::Away(error.to_string()))?;
        let request = Request::new(path).create(&PostParams::default(), bytes).map_err(wrong)?;
        match self.call(request).await {
            Err(Fault::Refused(409, words)) => {
                let name = object.pointer("/metadata/name").and_then(Value::as_str);
                let there = self.get(&format!("{path}/{}", name.unwrap_or_default())).await?;
                there.ok_or(Fault::Away(words))
            }
            answer => answer,
        }
    }

    /// Fine if it is not there. What belongs to it goes first.
    pub(crate) async fn delete(&self, path: &str, name: &str) -> Result<(), Fault> {
        let request = Request::new(path).delete(name, &foreground(None)).map_err(wrong)?;
        match self.call::<Value>(request).await {
            Err(fault) if !fault.is_missing() => Err(fault),
            _ => Ok(()),
        }
    }

    /// All with these labels, with what belongs to them. `grace_s`: of pods, instead of their own.
    pub(crate) async fn delete_all(
        &self,
        path: &str,
        labels: &str,
        grace_s: Option<u32>,
    ) -> Result<(), Fault> {
        let which = ListParams::default().labels(labels);
        let request =
            Request::new(path).delete_collection(&foreground(grace_s), &which).map_err(wrong)?;
        match self.call::<Value>(request).await {
            Err(fault) if !fault.is_missing() => Err(fault),
            _ => Ok(()),
        }
    }

    /// The first `most` bytes of what a pod's task wrote. None: its node no longer has it, or not yet.
    pub(crate) async fn log(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Fault> {
        let read = async {
            let mut stream = self.log_stream(&format!("limitBytes={most}"), path).await?;
            let mut bytes = Vec::new();
            let mut limited = (&mut stream).take(most);
            limited
                .read_to_end(&mut bytes)
                .await
                .map_err(|error| Fault::Away(error.to_string()))?;
            Ok(bytes)
        };
        match tokio::time::timeout(CALL, read).await {
            Ok(Ok(bytes)) => Ok(Some(bytes).filter(|bytes| !is_no_log(bytes))),
            Ok(Err(Fault::Refused(400 | 404, _))) => Ok(None),
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(Fault::Away(format!("no log within {} s", CALL.as_secs()))),
        }
    }

    /// Writes down what a pod's task wrote, up to `most` bytes; with `follow`, until it has ended. The file is there
    /// as a whole or not at all. False: there is no log.
    pub(crate) async fn save_log(
        &self,
        path: &str,
        file: &Path,
        most: u64,
        follow: bool,
    ) -> Result<bool, Fault> {
        let how = if follow { "follow=true".to_owned() } else { format!("limitBytes={most}") };
        let stream = match self.log_stream(&how, path).await {
            Ok(stream) => stream,
            Err(Fault::Refused(400 | 404, _)) => return Ok(false),
            Err(fault) => return Err(fault),
        };
        let copied = copy(stream.take(most), file).await;
        copied.map_err(|error| Fault::Away(format!("its log: {error}")))
    }

    async fn log_stream(
        &self,
        how: &str,
        path: &str,
    ) -> Result<impl AsyncRead + Unpin + use<>, Fault> {
        let client = self.client().await?;
        let request = plain(&format!("{path}/log?container=task&{how}"))?;
        match client.request_stream(request).await {
            Ok(stream) => Ok(Box::pin(stream)),
            Err(error) => Err(self.fault(error).await),
        }
    }
}

/// What nodes say with a 200 instead of a log that is gone.
const NO_LOG: [&str; 2] =
    ["unable to retrieve container logs for ", "failed to try resolving symlinks in path "];

fn is_no_log(bytes: &[u8]) -> bool {
    NO_LOG.iter().any(|it| bytes.starts_with(it.as_bytes()))
}

/// What nodes write behind a log that they follow, if the container is removed at that moment.
const COMPLAINT: &str =
    "rpc error: code = NotFound desc = an error occurred when try to find container ";

fn drop_complaint(log: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(log)?;
    let length = file.metadata()?.len();
    let from = length.saturating_sub(COMPLAINT.len() as u64 + 200);
    let mut end = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut end)?;
    let at = end.windows(COMPLAINT.len()).rposition(|it| it == COMPLAINT.as_bytes());
    match at.filter(|_| end.ends_with(b": not found")) {
        Some(at) => file.set_len(from + at as u64),
        None => Ok(()),
    }
}

/// False: there was none.
async fn copy(mut from: impl AsyncRead + Unpin, to: &Path) -> std::io::Result<bool> {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = to.with_file_name(name);
    let mut file = std::fs::File::create(&part)?;
    let mut bytes = vec![0; 32 << 10];
    let mut is_first = true;
    loop {
        let count = tokio::time::timeout(SILENT, from.read(&mut bytes)).await??;
        let new = bytes.get(..count).unwrap_or_default();
        if is_first && is_no_log(new) {
            return std::fs::remove_file(&part).map(|()| false);
        }
        if count == 0 {
            drop_complaint(&part)?;
            return std::fs::rename(&part, to).map(|()| true);
        }
        is_first = false;
        file.write_all(new)?;
    }
}

fn foreground(grace_s: Option<u32>) -> DeleteParams {
    DeleteParams {
        grace_period_seconds: grace_s,
        propagation_policy: Some(PropagationPolicy::Foreground),
        ..DeleteParams::default()
    }
}

fn plain(path: &str) -> Result<http::Request<Vec<u8>>, Fault> {
    let request = http::Request::get(path).body(Vec::new());
    request.map_err(|error| Fault::Away(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` takes it")]
fn wrong(error: kube::core::request::Error) -> Fault {
    Fault::Away(error.to_string())
}

/// An error with what is behind it, each once.
fn chain(error: &dyn std::error::Error) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        next = cause.source();
    }
    text.chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_node_s_own_last_words_are_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let complaint = format!("{COMPLAINT}\"be43cfa44de9\": not found");
        for (written, kept) in [
            (format!("up\nbye\n{complaint}"), "up\nbye\n".to_owned()),
            (format!("{complaint}\nbye\n"), format!("{complaint}\nbye\n")),
            ("short".to_owned(), "short".to_owned()),
            (String::new(), String::new()),
        ] {
            std::fs::write(&log, written).unwrap();
            drop_complaint(&log).unwrap();
            assert_eq!(std::fs::read_to_string(&log).unwrap(), kept);
        }
    }
}
