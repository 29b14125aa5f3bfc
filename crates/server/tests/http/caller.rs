//! A server to call, and short words for calling it.

use std::{path::PathBuf, time::Duration};

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use server::{Server, ServerConfig};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// Nothing in these tests takes so long unless it hangs.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) const WORLD: &str = "
kind: Organization
metadata: {name: cloud}
spec: {}
---
kind: Project
metadata: {name: default}
spec: {organization: cloud}
---
kind: Project
metadata: {name: ours}
spec: {organization: cloud}
---
kind: Project
metadata: {name: theirs}
spec: {organization: cloud}
---
kind: Flavor
metadata: {name: small}
spec: {arch: x86_64, cores: 1, memory: 1GiB, power: 10W}
---
kind: Site
metadata: {name: gui-an}
spec:
  organization: cloud
  region: west
  place: {lat: 26.4, lon: 106.5}
  time_zone: Asia/Shanghai
  pue: 1.2
  tariff: {seasons: [{price: 0.5CNY/kWh}]}
  carbon: {intensity: 500gCO2/kWh}
---
kind: Pool
metadata: {name: gui-an-small}
spec: {site: gui-an, flavor: small, units: 8, price: 1CNY/h}
";

pub(crate) const JOB: &str = "
kind: Job
metadata: {name: hello, project: ours}
spec: {command: [echo, hello], resources: {cores: 1, memory: 512MiB}, run_time: 5s}
";

/// A running server.
pub(crate) struct Running {
    pub(crate) admin: Caller,
    /// To do behind the server's back what time would do.
    pub(crate) store: store::Store,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

/// Someone with a token, or without.
#[derive(Clone)]
pub(crate) struct Caller {
    client: Client,
    base: String,
    token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Running {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::open(ServerConfig::embedded(folder.path())).await.unwrap();
        let store = server.engine().store().clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let serving = tokio::spawn(async move { server.serve(listener, shutdown).await.unwrap() });
        let token: PathBuf = folder.path().join("admin.token");
        let token = std::fs::read_to_string(token).unwrap().trim().to_owned();
        // An error says that it was installed before.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let admin = Caller { client: Client::new(), base, token: Some(token) };
        Self { admin, store, stop: Some(stop), serving, _folder: folder }
    }

    /// With a world of one site that no agent reports for.
    pub(crate) async fn with_world() -> Self {
        let running = Self::start().await;
        running.admin.post("/v1/apply", WORLD).await.is(200);
        running
    }

    /// Begins to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped.
    pub(crate) async fn stopped(self) {
        tokio::time::timeout(LONG, self.serving).await.expect("it stops").unwrap();
    }

    pub(crate) fn nobody(&self) -> Caller {
        Caller { token: None, ..self.admin.clone() }
    }

    pub(crate) fn with_token(&self, token: &str) -> Caller {
        Caller { token: Some(token.to_owned()), ..self.admin.clone() }
    }

    /// A token of this role, bound to a project or site as the role is.
    pub(crate) async fn token(&self, role: &str, of: &str) -> Caller {
        let mut new = json!({"name": format!("{role}-{of}"), "role": role});
        match role {
            "member" | "viewer" => new["project"] = of.into(),
            "agent" => new["site"] = of.into(),
            _ => {}
        }
        let made = self.admin.post("/v1/tokens", new.to_string()).await.is(201).json();
        self.with_token(made["token"].as_str().unwrap())
    }
}

impl Caller {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).timeout(LONG);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        tell(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Told {
        tell(self.request(Method::POST, path).body(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Told {
        tell(self.request(Method::DELETE, path)).await
    }

    /// The first answer of a request whose body has not ended.
    pub(crate) async fn open(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }
}

pub(crate) async fn tell(request: RequestBuilder) -> Told {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Told { status, headers, text: response.text().await.unwrap() }
}

impl Told {
    /// Fails with what was said if the status is another one.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// It is a problem of this kind; its detail.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.is(status).json();
        assert_eq!(problem["type"], format!("urn:jingwei:problem:{code}"), "{problem}");
        assert_eq!(problem["status"], status);
        problem
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}
