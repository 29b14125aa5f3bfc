//! One request: built, sent, tried again where that is safe, and its answer told apart.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use api::{Problem, ProblemKind};
use bytes::Bytes;
use reqwest::{
    Method, Response, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{ClientError, query::Pairs};

const CONNECT: Duration = Duration::from_secs(5);
/// Longer than the longest wait that a call can ask of the server (30 s).
pub(crate) const REQUEST: Duration = Duration::from_secs(35);
const TRIES: u32 = 3;
/// Before the second try; three times as long before the third.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Speaks with one server. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    server: Url,
    authorization: Arc<RwLock<Option<HeaderValue>>>,
    /// Read again when the token is refused: somebody may have put a new one there.
    token_file: Option<PathBuf>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server.as_str()).finish_non_exhaustive()
    }
}

/// A request that can be sent more than once.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    url: Url,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    /// Sending it twice does no harm.
    repeatable: bool,
}

impl Client {
    /// For a server as "http://127.0.0.1:7070" or "https://jw.example". With a token, plain http goes only to this
    /// machine's own addresses unless `insecure`, as anyone on the way can read what is sent. Certificates are checked
    /// against those that the machine trusts.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the address or the token cannot be used.
    pub fn new(server: &str, token: Option<String>, insecure: bool) -> Result<Self, ClientError> {
        let server = address(server)?;
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        let is_safe = server.scheme() == "https" || is_loopback(&server);
        if token.is_some() && !insecure && !is_safe {
            return Err(ClientError::Refused(format!(
                "a token would go unencrypted to {server}: use https or a tunnel to 127.0.0.1, or --insecure if the \
                 network between is trusted"
            )));
        }
        // An error says that it was installed before.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .tcp_keepalive(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("jw/", env!("CARGO_PKG_VERSION")))
            .no_proxy();
        let http = builder.build().map_err(|error| ClientError::Refused(error.to_string()))?;
        let authorization = Arc::new(RwLock::new(token.as_deref().map(bearer).transpose()?));
        Ok(Self { http, server, authorization, token_file: None })
    }

    /// A token that is refused is looked for here again: for programs that outlive their token.
    #[must_use]
    pub fn with_token_file(self, file: PathBuf) -> Self {
        Self { token_file: Some(file), ..self }
    }

    /// Whether there is another token than the one that was refused.
    fn has_new_token(&self) -> bool {
        let text = self.token_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let Some(new) = text.and_then(|text| bearer(text.trim()).ok()) else { return false };
        let mut known = self.authorization.write().unwrap_or_else(PoisonError::into_inner);
        known.replace(new.clone()) != Some(new)
    }

    /// As it was given, for messages.
    #[must_use]
    pub fn server(&self) -> &str {
        self.server.as_str().trim_end_matches('/')
    }

    pub(crate) fn get(&self, path: &[&str], query: &Pairs) -> Call {
        self.call(Method::GET, path, query)
    }

    pub(crate) fn delete(&self, path: &[&str]) -> Call {
        self.call(Method::DELETE, path, &Pairs::new())
    }

    /// With a new `Idempotency-Key`, so that it takes effect once however often it is sent.
    pub(crate) fn post(&self, path: &[&str], query: &Pairs) -> Call {
        let call = self.call(Method::POST, path, query);
        call.header(HeaderName::from_static("idempotency-key"), &key())
    }

    fn call(&self, method: Method, path: &[&str], query: &Pairs) -> Call {
        let mut url = self.server.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Call { method, url, headers: Vec::new(), body: None, repeatable: true }
    }

    /// Sends it and reads the answer as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T, ClientError> {
        let (status, text) = self.text(call).await?;
        serde_json::from_str(&text).map_err(|error| self.not_understood(status, error.to_string()))
    }

    /// Sends it and gives status and body of the answer, which says it went well.
    pub(crate) async fn text(&self, call: Call) -> Result<(StatusCode, String), ClientError> {
        let mut tries = 1;
        let mut wait = BACK_OFF;
        loop {
            let mut outcome = self.once(&call).await;
            if outcome.as_ref().is_err_and(|error| error.is(ProblemKind::Unauthenticated))
                && self.has_new_token()
            {
                outcome = self.once(&call).await;
            }
            let again = tries < TRIES
                && call.repeatable
                && outcome.as_ref().is_err_and(is_worth_another_try);
            if !again {
                return outcome;
            }
            tokio::time::sleep(wait).await;
            (tries, wait) = (tries + 1, wait * 3);
        }
    }

    async fn once(&self, call: &Call) -> Result<(StatusCode, String), ClientError> {
        let request = self.request(call).timeout(REQUEST);
        let response = request.send().await.map_err(|error| self.unsent(error))?;
        self.read(response).await
    }

    /// Sends it and gives the answer as soon as it begins; it may go on for ever.
    pub(crate) async fn stream(&self, call: &Call) -> Result<Response, ClientError> {
        let response = tokio::time::timeout(REQUEST, self.request(call).send()).await;
        let response =
            response.map_err(|_| self.too_slow())?.map_err(|error| self.unsent(error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let read = tokio::time::timeout(REQUEST, self.read(response))
            .await
            .map_err(|_| self.too_slow())?;
        let (status, text) = read?;
        Err(self.not_understood(status, text))
    }

    fn request(&self, call: &Call) -> reqwest::RequestBuilder {
        let mut request = self.http.request(call.method.clone(), call.url.clone());
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        let token = self.authorization.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = token.as_ref() {
            request = request.header(AUTHORIZATION, value);
        }
        match &call.body {
            Some(body) => request.body(body.clone()),
            None => request,
        }
    }

    async fn read(&self, response: Response) -> Result<(StatusCode, String), ClientError> {
        let status = response.status();
        let text = response.text().await.map_err(|error| self.unsent(error))?;
        if status.is_success() {
            return Ok((status, text));
        }
        match serde_json::from_str::<Problem>(&text) {
            Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
            Err(_) => Err(self.not_understood(status, text)),
        }
    }

    pub(crate) fn unsent(&self, source: reqwest::Error) -> ClientError {
        if source.is_timeout() && !source.is_connect() {
            return self.too_slow();
        }
        ClientError::Unreachable { server: self.server().to_owned(), source }
    }

    fn too_slow(&self) -> ClientError {
        ClientError::TooSlow { server: self.server().to_owned(), seconds: REQUEST.as_secs() }
    }

    pub(crate) fn not_understood(&self, status: StatusCode, text: impl AsRef<str>) -> ClientError {
        let message = text.as_ref().chars().take(200).collect();
        ClientError::Answer { server: self.server().to_owned(), status: status.as_u16(), message }
    }
}

impl Call {
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// Only if the version is still this.
    pub(crate) fn if_match(self, version: Option<i64>) -> Self {
        match version {
            Some(version) => self.header(reqwest::header::IF_MATCH, &format!("\"{version}\"")),
            None => self,
        }
    }

    /// Manifests in YAML or JSON, which is YAML too.
    pub(crate) fn manifests(mut self, text: &str) -> Self {
        self.body = Some(Bytes::copy_from_slice(text.as_bytes()));
        self.header(CONTENT_TYPE, "application/yaml")
    }

    pub(crate) fn body(mut self, value: &impl Serialize) -> Result<Self, ClientError> {
        let text =
            serde_json::to_vec(value).map_err(|error| ClientError::Refused(error.to_string()))?;
        self.body = Some(text.into());
        Ok(self.header(CONTENT_TYPE, "application/json"))
    }

    /// Sent once: its caller has a loop of its own.
    pub(crate) fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }
}

/// The connection failed, or the server is not ready yet.
fn is_worth_another_try(error: &ClientError) -> bool {
    matches!(error, ClientError::Unreachable { .. }) || error.is(ProblemKind::Unavailable)
}

fn address(text: &str) -> Result<Url, ClientError> {
    let refused = |why: &str| {
        ClientError::Refused(format!(
            "`{text}` is not a server's address: {why}, as http://127.0.0.1:7070"
        ))
    };
    let mut url = Url::parse(text.trim()).map_err(|error| refused(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" if url.host().is_some() => {}
        _ => return Err(refused("give http:// or https:// and a host")),
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn bearer(token: &str) -> Result<HeaderValue, ClientError> {
    let refused =
        |_| ClientError::Refused("the token has characters that a token cannot have".to_owned());
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(refused)?;
    value.set_sensitive(true);
    Ok(value)
}

/// 128 random bits in hexadecimal. Each `RandomState` has keys of its own, seeded by the system.
fn key() -> String {
    let half = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", half(), half())
}
