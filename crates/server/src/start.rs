//! From a configuration to a server that answers.

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use access::{AccessError, Policy};
use api::{Problem, Role, TokenView};
use bytes::Bytes;
use model::Name;
use store::{Store, StoreError};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    Answer, Command, Engine,
    engine::{self, EngineConfig, EngineError},
    feeds,
    http::{self, App},
    metrics::Metrics,
};

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// `sqlite:///path/file.db` or `postgres://…`.
    pub store_url: String,
    /// Where the files of this server are: the bootstrap token. Made if missing, for its owner only.
    pub state: PathBuf,
    /// A folder of `.cedar` files in place of the built-in policy.
    pub policies: Option<PathBuf>,
    /// The land of the console's map, GeoJSON with a member `approval`, in place of its own.
    pub map: Option<PathBuf>,
    pub settings: control::Settings,
    pub policy: planner::Policy,
    /// Events kept at least.
    pub events_kept: i64,
}

impl ServerConfig {
    /// Everything embedded in one folder.
    #[must_use]
    pub fn embedded(state: &Path) -> Self {
        Self {
            store_url: format!("sqlite://{}", state.join("jingwei.db").display()),
            state: state.to_owned(),
            policies: None,
            map: None,
            settings: control::Settings::default(),
            policy: planner::Policy {
                start_margin: planner::Policy::START_MARGIN,
                ..planner::Policy::default()
            },
            events_kept: 5_000_000,
        }
    }
}

/// Why a server does not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("`{path}`: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("`{path}` is no map: {what}")]
    Map { path: PathBuf, what: String },
    #[error(transparent)]
    Policy(#[from] AccessError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("{0}")]
    Refused(#[from] Problem),
    #[error("listening failed: {0}")]
    Listen(#[source] std::io::Error),
}

/// A started server that does not listen yet.
#[derive(Debug)]
pub struct Server {
    engine: Engine,
    app: App,
    running: JoinHandle<Result<(), EngineError>>,
    state: PathBuf,
}

impl Server {
    /// Opens the store, takes the lead, and makes the bootstrap token if there is none.
    ///
    /// # Errors
    /// The folder, the policy or the store cannot be used, or another server leads.
    pub async fn open(config: ServerConfig) -> Result<Self, ServerError> {
        private_folder(&config.state)?;
        let policy = policy(config.policies.as_deref())?;
        let map = config.map.as_deref().map(map).transpose()?;
        let store = Store::open(&config.store_url).await?;
        let metrics = Arc::new(Metrics::new());
        let engine_config = EngineConfig {
            settings: config.settings,
            policy: config.policy,
            holder: holder(),
            take_over: config.store_url.starts_with("sqlite"),
            events_kept: config.events_kept,
        };
        let (engine, run) = engine::start(store, engine_config, metrics.clone()).await?;
        let running = tokio::spawn(run);
        let app = App::new(engine.clone(), policy, metrics, map);
        let server = Self { engine, app, running, state: config.state };
        server.ensure_token("admin.token", "admin", Role::Admin, None).await?;
        Ok(server)
    }

    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// A token in a file below the state folder: the one that is there if it is still valid, else a new one.
    ///
    /// # Errors
    /// The file cannot be written, or the engine refuses.
    pub async fn ensure_token(
        &self,
        file: &str,
        name: &str,
        role: Role,
        site: Option<Name>,
    ) -> Result<PathBuf, ServerError> {
        let path = self.state.join(file);
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        let secret = match std::fs::read_to_string(&path) {
            Ok(text) => text.trim().to_owned(),
            Err(_) => String::new(),
        };
        if !secret.is_empty() && self.engine.store().token(&http::hash(&secret)).await?.is_some() {
            return Ok(path);
        }
        let secret = http::new_secret()?;
        write_private(&path, &secret)?;
        let name: Name = name
            .parse()
            .map_err(|error| Problem::new(api::ProblemKind::Internal, format!("{error}")))?;
        self.engine.run(Command::DeleteToken { name: name.clone() }, None).await?;
        let created = jiff::Timestamp::now().into();
        let view =
            TokenView { name, role, project: None, site, edge: None, created, expires: None };
        match self
            .engine
            .run(Command::CreateToken { hash: http::hash(&secret), view: Box::new(view) }, None)
            .await?
        {
            Answer::Token(_) => Ok(path),
            other => {
                tracing::error!(?other, "a token was asked for");
                Err(Problem::new(api::ProblemKind::Internal, "no token was made").into())
            }
        }
    }

    /// Answers until `shutdown`, or until the engine has to stop.
    ///
    /// # Errors
    /// The listener or the engine failed.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        let Self { engine, app, running, .. } = self;
        let serving = http::serve(listener, app, shutdown);
        tokio::select! {
            () = feeds::run(engine) => Ok(()),
            ended = serving => ended.map_err(ServerError::Listen),
            ended = running => match ended {
                Ok(ended) => ended.map_err(ServerError::Engine),
                Err(error) => Err(Problem::new(api::ProblemKind::Internal, format!("the engine: {error}")).into()),
            },
        }
    }
}

/// This process among those over one database.
fn holder() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}:{}:{:08x}", host.trim(), std::process::id(), getrandom::u32().unwrap_or_default())
}

/// A map as large as this takes seconds to draw.
const MAP_MOST: usize = 8 << 20;

/// GeoJSON (RFC 7946): a FeatureCollection, with a member `approval` that says by whom it may be shown.
fn map(path: &Path) -> Result<Bytes, ServerError> {
    let text = std::fs::read(path)
        .map_err(|source| ServerError::File { path: path.to_owned(), source })?;
    let wrong = |what: String| ServerError::Map { path: path.to_owned(), what };
    if text.len() > MAP_MOST {
        return Err(wrong(format!("{} bytes, at most {MAP_MOST} are drawn", text.len())));
    }
    let json: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let member = |name: &str| json.get(name).and_then(serde_json::Value::as_str);
    if member("type") != Some("FeatureCollection") {
        return Err(wrong("its `type` has to be FeatureCollection".to_owned()));
    }
    if member("approval").is_none_or(|approval| approval.trim().is_empty()) {
        let what = "it needs a member `approval`: the number under which it may be shown";
        return Err(wrong(what.to_owned()));
    }
    Ok(text.into())
}

fn policy(folder: Option<&Path>) -> Result<Policy, ServerError> {
    let Some(folder) = folder else { return Ok(Policy::builtin()?) };
    let of = |source| ServerError::File { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(of)? {
        let path = entry.map_err(of)?.path();
        if path.extension().is_some_and(|extension| extension == "cedar") {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| ServerError::File { path: path.clone(), source })?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(Policy::from_files(&files)?)
}

fn private_folder(path: &Path) -> Result<(), ServerError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| ServerError::File { path: path.to_owned(), source })
}

/// Written whole or not at all, readable by its owner only.
fn write_private(path: &Path, text: &str) -> Result<(), ServerError> {
    let fresh = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    };
    write().map_err(|source| ServerError::File { path: path.to_owned(), source })
}
