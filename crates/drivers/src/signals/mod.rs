//! Series of prices, carbon and meters that somebody else keeps: files and HTTP, read as full hours.
//!
//! What is read is whole and plausible or it is refused: numbers that are none, other units, times that repeat or go back.

mod csv;
mod hours;
mod json;

use std::time::Duration;

use futures::StreamExt;
pub use hours::Raw;
use model::{Feed, FeedFormat, SignalPoint};
pub use reqwest::Client;

/// Longest answer or file, in bytes.
const MOST: usize = 16 << 20;
/// How long a reading may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// It may work when tried again.
    #[error("cannot read {from}: {why}")]
    Unreachable { from: String, why: String },
    /// What is there cannot be true, or is not of the stated format.
    #[error("{at}: {why}")]
    Wrong { at: String, why: String },
}

pub(crate) fn wrong<T>(at: impl ToString, why: impl ToString) -> Result<T, FeedError> {
    Err(FeedError::Wrong { at: at.to_string(), why: why.to_string() })
}

/// What feeds are read with.
#[must_use]
pub fn client() -> Client {
    // An error says that it was installed before.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

/// Reads a feed: its points by full hour, in order. `key` is sent with requests.
///
/// # Errors
/// [`FeedError`]; nothing of what was read counts then.
pub async fn read(
    feed: &Feed,
    key: Option<&str>,
    client: &Client,
) -> Result<Vec<SignalPoint>, FeedError> {
    let text = match feed.from.strip_prefix("file://") {
        Some(path) => file(path).await?,
        None => fetch(feed, key, client).await?,
    };
    parse(feed, &text)
}

/// The points of a text.
///
/// # Errors
/// [`FeedError::Wrong`].
pub fn parse(feed: &Feed, text: &str) -> Result<Vec<SignalPoint>, FeedError> {
    let raw = match feed.format {
        FeedFormat::Csv => csv::read(text, feed.column.as_deref().unwrap_or_default(), feed.unit)?,
        FeedFormat::ElectricityMaps => json::electricity_maps(text, feed.unit)?,
        FeedFormat::CarbonAware => json::carbon_aware(text)?,
    };
    hours::by_hour(&raw, feed)
}

/// What is wrong with a file is told with its words, so that only files meant to be read are.
async fn file(path: &str) -> Result<String, FeedError> {
    if !(path.ends_with(".csv") || path.ends_with(".json")) {
        return wrong(path, "a feed's file is called .csv or .json");
    }
    let failed = |error: std::io::Error| unreachable(path, error);
    let size = tokio::fs::metadata(path).await.map_err(failed)?.len();
    if size > MOST as u64 {
        return wrong(path, format!("{size} bytes, at most {MOST} are read"));
    }
    tokio::fs::read_to_string(path).await.map_err(failed)
}

fn unreachable(from: &str, why: impl ToString) -> FeedError {
    FeedError::Unreachable { from: from.to_owned(), why: why.to_string() }
}

async fn fetch(feed: &Feed, key: Option<&str>, client: &Client) -> Result<String, FeedError> {
    // Without the query, which may be long.
    let from = feed.from.split('?').next().unwrap_or_default();
    let failed = |error: reqwest::Error| unreachable(from, error.without_url());
    let mut request = client.get(&feed.from).timeout(PATIENCE);
    if let Some(key) = key {
        request = request.header("auth-token", key).bearer_auth(key);
    }
    let response = request.send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(unreachable(from, format!("it answers {}", response.status())));
    }
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(failed)?);
        if body.len() > MOST {
            return wrong(from, format!("more than {MOST} bytes"));
        }
    }
    String::from_utf8(body).or_else(|_| wrong(from, "it is not UTF-8"))
}
