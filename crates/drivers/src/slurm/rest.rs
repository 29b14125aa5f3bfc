//! The controller by its REST interface, `slurmrestd`, over TCP or a socket of this machine.
//!
//! Slurm numbers the forms of its messages. Two families are spoken: 0.0.38 (Slurm 22.05), and 0.0.40 to 0.0.42
//! (Slurm 23.11 to 24.11); `words` has both. Who asks is told by a token (JWT): with root's, jobs are submitted for any account.

use std::{fs, io, path::PathBuf, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderValue};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use units::Time;

use super::{
    config::{Account, RestConfig},
    controller::{Controller, Node, Refused, Row, Signal, Submission},
    words::{Answer, Form, Job, Jobs, Nodes, Partitions, Submitted},
};
use crate::{DriverError, now};

/// No answer takes longer, unless the controller is away.
const MOST: Duration = Duration::from_secs(20);
/// Answers are no longer: 20,000 jobs at 3 KiB.
const ANSWER_MOST: usize = 64 << 20;

#[derive(Debug)]
pub(crate) struct Rest {
    client: Client,
    base: String,
    config: RestConfig,
    /// The name of all jobs of this agent, by which they are found.
    name: String,
    form: Mutex<Option<(Form, String)>>,
}

/// Whose token it is, and until when.
#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(default)]
    exp: Option<i64>,
    #[serde(default, alias = "sub", alias = "username")]
    sun: Option<String>,
}

impl Rest {
    pub(crate) fn new(config: RestConfig, name: String) -> io::Result<Self> {
        // An error says that it was installed before.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder().timeout(MOST).no_proxy();
        let mut base = config.url.trim_end_matches('/').to_owned();
        if let Some(path) = config.url.strip_prefix("unix://") {
            builder = builder.unix_socket(PathBuf::from(path));
            "http://localhost".clone_into(&mut base);
        }
        let client = builder.build().map_err(io::Error::other)?;
        Ok(Self { client, base, config, name, form: Mutex::new(None) })
    }

    /// Read anew each time: whoever renews it writes the file.
    fn token(&self) -> Result<Option<(String, Claims)>, DriverError> {
        let Some(path) = &self.config.token_file else { return Ok(None) };
        let away = |what: String| DriverError::Away(format!("{}: {what}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| away(error.to_string()))?;
        let text = text.trim();
        let token = text.strip_prefix("SLURM_JWT=").unwrap_or(text).to_owned();
        let claims =
            claims(&token).ok_or_else(|| away("there is no token (JWT) in it".to_owned()))?;
        match claims.exp.map(|at| Time::from_millis(at.saturating_mul(1_000))) {
            Some(until) if until <= now() => {
                Err(away(format!("the token for slurmrestd ended at {until}: write a new one")))
            }
            _ => Ok(Some((token, claims))),
        }
    }

    fn signed(
        &self,
        request: RequestBuilder,
        account: Option<&str>,
    ) -> Result<RequestBuilder, DriverError> {
        let Some((token, claims)) = self.token()? else { return Ok(request) };
        let user = account.map(str::to_owned).or(self.config.user.clone()).or(claims.sun);
        let user = user.unwrap_or_else(|| "root".to_owned());
        let mut secret = HeaderValue::from_str(&token)
            .map_err(|_| DriverError::Away("what the token file holds is no token".to_owned()))?;
        secret.set_sensitive(true);
        Ok(request.header("X-SLURM-USER-NAME", user).header("X-SLURM-USER-TOKEN", secret))
    }

    /// The status and whatever was said.
    async fn send(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), DriverError> {
        let away = |error: reqwest::Error| {
            let error = error.without_url();
            DriverError::Away(format!("slurmrestd at {}: {}", self.config.url, chain(&error)))
        };
        let mut answer = request.send().await.map_err(away)?;
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(away)? {
            if body.len() + part.len() > ANSWER_MOST {
                return Err(DriverError::Away("slurmrestd says too much".to_owned()));
            }
            body.extend_from_slice(&part);
        }
        Ok((answer.status(), body))
    }

    /// The newest form that both sides speak, and the version of Slurm. Asked once, and again when it is gone.
    async fn form(&self) -> Result<(Form, String), DriverError> {
        let mut known = self.form.lock().await;
        if let Some(known) = &*known {
            return Ok(known.clone());
        }
        for form in Form::NEWEST_FIRST {
            let url = format!("{}/slurm/{}/ping", self.base, form.path());
            let (status, body) = self.send(self.signed(self.client.get(url), None)?).await?;
            if status == StatusCode::NOT_FOUND {
                continue;
            }
            let answer: Answer = serde_json::from_slice(&body).unwrap_or_default();
            if !status.is_success() {
                return Err(Self::away(status, &answer));
            }
            let found = (form, answer.release().unwrap_or_else(|| "of unknown version".to_owned()));
            *known = Some(found.clone());
            return Ok(found);
        }
        Err(DriverError::Away(
            "slurmrestd speaks none of v0.0.38, v0.0.40, v0.0.41, v0.0.42".to_owned(),
        ))
    }

    fn away(status: StatusCode, answer: &Answer) -> DriverError {
        let text = answer.text();
        let hint = if status.is_client_error() || answer.is_about_identity() {
            ": is its token good, and one of root where accounts are mapped?"
        } else {
            ""
        };
        DriverError::Away(format!("slurmrestd: {} {text}{hint}", status.as_u16()))
    }

    /// `path` is below the version.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        account: Option<&str>,
        body: Option<Value>,
    ) -> Result<(StatusCode, Vec<u8>), DriverError> {
        let (form, _) = self.form().await?;
        let url = format!("{}/slurm/{}/{path}", self.base, form.path());
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.send(self.signed(request, account)?).await;
        if answer.as_ref().map_or(true, |(status, _)| *status == StatusCode::NOT_FOUND) {
            // It may have been replaced by a newer one.
            *self.form.lock().await = None;
        }
        answer
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, DriverError> {
        let (status, body) = self.ask(Method::GET, path, None, None).await?;
        let answer: Answer = serde_json::from_slice(&body).unwrap_or_default();
        if !status.is_success() || answer.is_failure() {
            return Err(Self::away(status, &answer));
        }
        serde_json::from_slice(&body).map_err(|error| {
            DriverError::Away(format!(
                "slurmrestd answers {path} with what cannot be read: {error}"
            ))
        })
    }

    /// One that has ended, or is forgotten by Slurm, needs no ending.
    async fn end(&self, path: &str, body: Option<Value>) -> Result<(), DriverError> {
        let (status, body) = self.ask(Method::DELETE, path, None, body).await?;
        let answer: Answer = serde_json::from_slice(&body).unwrap_or_default();
        if answer.is_about_identity() || answer.is_away() {
            return Err(Self::away(status, &answer));
        }
        if answer.is_failure() {
            tracing::debug!(path, text = answer.text(), "slurmrestd");
        }
        Ok(())
    }

    async fn is_waiting(&self, job: u64) -> Result<bool, DriverError> {
        let rows = self.queue(Some(job)).await?;
        Ok(rows.iter().any(|row| row.state == "PENDING"))
    }
}

#[async_trait]
impl Controller for Rest {
    async fn queue(&self, only: Option<u64>) -> Result<Vec<Row>, DriverError> {
        let path = only.map_or_else(|| "jobs".to_owned(), |job| format!("job/{job}"));
        let (status, body) = self.ask(Method::GET, &path, None, None).await?;
        let read = serde_json::from_slice::<Jobs>(&body);
        if let (Err(error), true) = (&read, status.is_success()) {
            let text = format!("slurmrestd tells a queue that cannot be read: {error}");
            return Err(DriverError::Away(text));
        }
        let mut jobs = read.unwrap_or_default();
        let answer = jobs.answer();
        if only.is_some() && answer.is_unknown_job() {
            return Ok(Vec::new());
        }
        if !status.is_success() || answer.is_failure() {
            return Err(Self::away(status, &answer));
        }
        let own = jobs.jobs.into_iter().filter(|job| job.name == self.name);
        Ok(own.map(Job::row).collect())
    }

    async fn submit(&self, account: &Account, submission: &Submission) -> Result<u64, Refused> {
        if account.account.is_some() && self.config.token_file.is_none() {
            let reason = "accounts are mapped, which needs `rest.token_file` with a token of root";
            return Err(Refused::ForGood(reason.to_owned()));
        }
        let script = fs::read_to_string(&submission.script)
            .map_err(|error| Refused::unknown("read the script", error.to_string()))?;
        let (form, _) = self.form().await.map_err(Refused::Unknown)?;
        let body = form.submission(&self.name, account, submission, script);
        let asked =
            self.ask(Method::POST, "job/submit", account.account.as_deref(), Some(body)).await;
        let (status, body) = asked.map_err(Refused::Unknown)?;
        let answer: Submitted = serde_json::from_slice(&body).unwrap_or_default();
        match answer.job_id {
            Some(job) if job > 0 && status.is_success() && !answer.answer.is_failure() => Ok(job),
            _ if answer.answer.is_about_identity() || answer.answer.is_away() => {
                Err(Refused::Unknown(Self::away(status, &answer.answer)))
            }
            _ if answer.answer.is_failure() => {
                Err(Refused::by("submit a job", &answer.answer.text()))
            }
            _ => Err(Refused::unknown("submit a job", format!("slurmrestd answers {status}"))),
        }
    }

    async fn signal(&self, job: u64, signal: Signal) -> Result<(), DriverError> {
        let (form, _) = self.form().await?;
        let flags = if form.is_old() { "" } else { "&flags=FULL_JOB" };
        self.end(&format!("job/{job}?signal={}{flags}", signal.name()), None).await
    }

    async fn cancel(&self, job: u64) -> Result<(), DriverError> {
        self.end(&format!("job/{job}"), None).await
    }

    async fn cancel_waiting(&self, job: u64, tasks: Option<&str>) -> Result<(), DriverError> {
        let (form, _) = self.form().await?;
        if !form.is_old() {
            let body = json!({ "jobs": [job.to_string()], "job_state": ["PENDING"] });
            return self.end("jobs/", Some(body)).await;
        }
        match tasks {
            Some("") => Ok(()),
            Some(tasks) => self.end(&format!("job/{job}_%5B{tasks}%5D"), None).await,
            None if self.is_waiting(job).await? => self.cancel(job).await,
            None => Ok(()),
        }
    }

    async fn accounts(&self, _job: u64) -> Result<Vec<Row>, DriverError> {
        Ok(Vec::new())
    }

    async fn nodes(&self) -> Result<Vec<Node>, DriverError> {
        let partitions: Partitions = self.get("partitions").await?;
        let nodes: Nodes = self.get("nodes").await?;
        Ok(nodes.with(&partitions))
    }

    async fn version(&self) -> Result<String, DriverError> {
        // A word with the controller itself: an interface without one has nothing to say.
        let (form, version) = self.form().await?;
        Ok(format!("{version}, REST {}", form.path()))
    }
}

/// What a token says of itself. It is Slurm that checks it.
fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
}

/// An error with its causes, for people.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_whose_it_is_and_until_when() {
        // {"exp":1795656071,"sun":"root"}
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTU2NTYwNzEsInN1biI6InJvb3QifQ.sig";
        let claims = claims(token).unwrap();
        assert_eq!((claims.exp, claims.sun.as_deref()), (Some(1_795_656_071), Some("root")));
        for garbage in ["", "a", "a.b.c", "a.!!.c"] {
            assert!(super::claims(garbage).is_none(), "{garbage}");
        }
    }
}
