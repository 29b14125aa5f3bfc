//! Objects in a bucket, by the S3 protocol.

use std::{fmt, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{Response, StatusCode, Url};
use rusty_s3::{
    Bucket as Address, Credentials, S3Action, UrlStyle,
    actions::{ListObjectsV2, ListObjectsV2Response},
};
use units::Time;

use crate::{Pace, StagingError, objects::Object};

/// How long a signature counts: clocks may differ by minutes.
const SIGNED_FOR: Duration = Duration::from_secs(3_600);
const CONNECT: Duration = Duration::from_secs(5);
/// Without a single byte that is taken or given.
const SILENCE: Duration = Duration::from_secs(30);
/// Waits between the tries.
const BACK_OFF: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2)];
/// Bytes of a page of a list, and of an answer that says what is wrong.
const PAGE_MOST: usize = 8 << 20;
const REASON_MOST: usize = 4 << 10;

/// How a bucket is reached. `Debug` shows no key.
#[derive(Clone)]
pub struct BucketConfig {
    /// "https://s3.example.org"
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    /// Before each key, without "/" at its ends; may be empty.
    pub prefix: String,
    /// Key and secret; none: requests are not signed.
    pub credentials: Option<(String, String)>,
}

impl fmt::Debug for BucketConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, bucket, prefix, .. } = self;
        write!(f, "s3://{bucket}/{prefix} at {endpoint}")
    }
}

#[derive(Clone)]
pub struct Bucket {
    http: reqwest::Client,
    address: Arc<Address>,
    credentials: Option<Arc<Credentials>>,
    prefix: Arc<str>,
    place: Arc<str>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

/// Why a request went wrong, before it is known whether it is tried again.
enum Wrong {
    MayPass(String),
    For(StagingError),
}

impl Bucket {
    /// # Errors
    /// [`StagingError::Config`]: what of it cannot be.
    pub fn new(config: &BucketConfig) -> Result<Self, StagingError> {
        let wrong = |reason: String| StagingError::Config(format!("{config:?}: {reason}"));
        let endpoint: Url = config.endpoint.parse().map_err(|error| wrong(format!("{error}")))?;
        let address =
            Address::new(endpoint, UrlStyle::Path, config.bucket.clone(), config.region.clone())
                .map_err(|error| wrong(error.to_string()))?;
        // An error says that it was installed before.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let credentials = config.credentials.as_ref();
        let prefix = config.prefix.trim_matches('/');
        let slash = if prefix.is_empty() { "" } else { "/" };
        Ok(Self {
            http,
            address: Arc::new(address),
            credentials: credentials
                .map(|(key, secret)| Arc::new(Credentials::new(key.clone(), secret.clone()))),
            prefix: format!("{prefix}{slash}").into(),
            place: format!("s3://{}{slash}{prefix}", config.bucket).into(),
        })
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    #[cfg(test)]
    pub(crate) fn endpoint(&self) -> String {
        self.address.base_url().to_string()
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    pub(crate) async fn get(
        &self,
        key: &str,
        most: usize,
        pace: &Pace,
    ) -> Result<Bytes, StagingError> {
        let object = self.key(key);
        self.patiently(|| async {
            let action = self.address.get_object(self.credentials.as_deref(), &object);
            let request = self.http.get(action.sign(SIGNED_FOR));
            let answer = self.send(request, key).await?;
            self.body(answer, key, most, pace).await
        })
        .await
    }

    pub(crate) async fn put(&self, key: &str, body: Bytes) -> Result<(), StagingError> {
        let object = self.key(key);
        self.patiently(|| async {
            let action = self.address.put_object(self.credentials.as_deref(), &object);
            let request = self.http.put(action.sign(SIGNED_FOR));
            let request = request.header(reqwest::header::CONTENT_LENGTH, body.len());
            self.send(request.body(body.clone()), key).await.map(drop)
        })
        .await
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), StagingError> {
        let object = self.key(key);
        let deleted = self.patiently(|| async {
            let action = self.address.delete_object(self.credentials.as_deref(), &object);
            self.send(self.http.delete(action.sign(SIGNED_FOR)), key).await.map(drop)
        });
        match deleted.await {
            Err(StagingError::NotThere { .. }) => Ok(()),
            other => other,
        }
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<Object>, StagingError> {
        let begin = self.key(prefix);
        let mut all = Vec::new();
        let mut next = None;
        loop {
            let page = self.patiently(|| self.page(&begin, next.as_deref())).await?;
            all.extend(page.contents.into_iter().filter_map(|it| {
                let key = it.key.strip_prefix(&*self.prefix)?.to_owned();
                let modified = it.last_modified.and_then(|it| it.parse().ok()).map(time);
                let modified = modified.unwrap_or(Time::from_millis(0));
                Some(Object { key, size: it.size.unwrap_or(0), modified })
            }));
            next = page.next_continuation_token;
            if next.is_none() {
                return Ok(all);
            }
        }
    }

    async fn page(&self, begin: &str, next: Option<&str>) -> Result<ListObjectsV2Response, Wrong> {
        let mut action = self.address.list_objects_v2(self.credentials.as_deref());
        action.with_prefix(begin);
        if let Some(next) = next {
            action.with_continuation_token(next);
        }
        let answer = self.send(self.http.get(action.sign(SIGNED_FOR)), begin).await?;
        let body = self.body(answer, begin, PAGE_MOST, &Pace::free()).await?;
        let text = String::from_utf8_lossy(&body);
        ListObjectsV2::parse_response(&text)
            .map_err(|error| Wrong::MayPass(format!("a list that is not understood: {error}")))
    }

    /// Tries again what may pass.
    async fn patiently<T, F: Future<Output = Result<T, Wrong>>>(
        &self,
        once: impl Fn() -> F,
    ) -> Result<T, StagingError> {
        let mut waits = BACK_OFF.into_iter();
        loop {
            match once().await {
                Ok(done) => return Ok(done),
                Err(Wrong::For(error)) => return Err(error),
                Err(Wrong::MayPass(reason)) => {
                    let Some(wait) = waits.next() else {
                        return Err(StagingError::Away { place: self.place.to_string(), reason });
                    };
                    tracing::debug!(place = %self.place, %reason, "trying again");
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// An answer that says it went well.
    async fn send(&self, request: reqwest::RequestBuilder, key: &str) -> Result<Response, Wrong> {
        let answer = request.send().await.map_err(|error| Wrong::MayPass(told(error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        if status == StatusCode::NOT_FOUND {
            let (place, what) = (self.place.to_string(), key.to_owned());
            return Err(Wrong::For(StagingError::NotThere { place, what }));
        }
        let body = self.body(answer, key, REASON_MOST, &Pace::free()).await.unwrap_or_default();
        let reason = reason(status, &body);
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Wrong::MayPass(reason));
        }
        Err(Wrong::For(StagingError::Denied { place: self.place.to_string(), reason }))
    }

    async fn body(
        &self,
        mut answer: Response,
        key: &str,
        most: usize,
        pace: &Pace,
    ) -> Result<Bytes, Wrong> {
        let mut all = BytesMut::new();
        while let Some(part) = answer.chunk().await.map_err(|error| Wrong::MayPass(told(error)))? {
            if all.len() + part.len() > most {
                let (place, what) = (self.place.to_string(), key.to_owned());
                return Err(Wrong::For(StagingError::Corrupt { place, what }));
            }
            all.extend_from_slice(&part);
            pace.take(part.len()).await;
        }
        Ok(all.freeze())
    }
}

/// Without the address, which has a signature in it; with the causes, which say what really happened.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The status, and the code of S3's answer.
fn reason(status: StatusCode, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or(String::new(), |(code, _)| {
        code.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
    });
    format!("it answers {} {code}", status.as_u16()).trim_end().to_owned()
}

fn time(at: jiff::Timestamp) -> Time {
    Time::from_millis(at.as_millisecond())
}
