//! The query of a request, checked against the table of endpoints.

use std::{fmt::Display, str::FromStr, time::Duration};

use api::{Endpoint, Problem, ProblemKind};
use axum::{extract::Query as Form, http::Uri};
use serde::de::DeserializeOwned;

/// Longest wait that can be asked for.
const WAIT_MOST: i64 = 30_000;
/// Most items on a page, and how many if nothing is said.
const LIMIT_MOST: i64 = 1_000;
const LIMIT: u32 = 100;
/// Longest text of a parameter, in bytes.
const TEXT_MOST: usize = 1_024;

/// Parameters that the endpoint has, each at most once, integers and booleans of the right form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn read(endpoint: &Endpoint, uri: &Uri) -> Result<Self, Problem> {
        let Form(pairs) = Form::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| malformed(format!("the query cannot be read: {error}")))?;
        for (at, (name, value)) in pairs.iter().enumerate() {
            if pairs.iter().take(at).any(|(before, _)| before == name) {
                return Err(malformed(format!("the parameter `{name}` is given twice")));
            }
            check(endpoint, name, value)?;
        }
        Ok(Self(pairs))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The value as what it stands for; absent if it is not given.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, Problem> {
        let wrong = |error: T::Err| malformed(format!("`{name}`: {error}"));
        self.text(name).map(|text| text.parse().map_err(wrong)).transpose()
    }

    /// One of some words, which `all` lists for people; absent if it is not given.
    pub(crate) fn word<T: DeserializeOwned>(
        &self,
        name: &str,
        all: &str,
    ) -> Result<Option<T>, Problem> {
        let Some(word) = self.text(name) else { return Ok(None) };
        serde_json::from_value(word.into())
            .map(Some)
            .map_err(|_| malformed(format!("`{name}` is `{word}`: use {all}")))
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// Items on the page.
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        Ok(self
            .between("limit", 1, LIMIT_MOST)?
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(LIMIT))
    }

    /// How long to wait for something new; not at all if nothing is said.
    pub(crate) fn wait(&self) -> Result<Duration, Problem> {
        let millis = self.between("wait_ms", 0, WAIT_MOST)?;
        Ok(Duration::from_millis(millis.and_then(|it| u64::try_from(it).ok()).unwrap_or(0)))
    }

    pub(crate) fn between(
        &self,
        name: &str,
        least: i64,
        most: i64,
    ) -> Result<Option<i64>, Problem> {
        match self.parsed::<i64>(name)? {
            Some(value) if !(least..=most).contains(&value) => {
                Err(malformed(format!("`{name}` is {value}: use {least} to {most}")))
            }
            value => Ok(value),
        }
    }

    /// A text made of what names are made of: `a-z`, `0-9`, `-`, and between project and name a point.
    pub(crate) fn namelike(&self, name: &str) -> Result<Option<&str>, Problem> {
        let fits = |text: &str| {
            let inner =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
            (1..=127).contains(&text.len()) && text.bytes().all(inner)
        };
        match self.text(name) {
            Some(text) if !fits(text) => Err(malformed(format!(
                "`{name}` is not of the form of a name: use a-z, 0-9, `-` and `.`"
            ))),
            text => Ok(text),
        }
    }
}

pub(crate) fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Malformed, detail)
}

fn check(endpoint: &Endpoint, name: &str, value: &str) -> Result<(), Problem> {
    let Some((_, form, _)) = endpoint.query.iter().find(|(known, _, _)| *known == name) else {
        return Err(unknown(endpoint, name));
    };
    match *form {
        "integer" if value.parse::<i64>().is_err() => {
            Err(malformed(format!("`{name}` is not an integer: write it as 100")))
        }
        "boolean" if !matches!(value, "true" | "false") => {
            Err(malformed(format!("`{name}` is neither true nor false")))
        }
        _ if value.len() > TEXT_MOST => {
            Err(malformed(format!("`{name}` is longer than {TEXT_MOST} bytes")))
        }
        _ if value.chars().any(char::is_control) => {
            Err(malformed(format!("`{name}` has a control character in it")))
        }
        _ => Ok(()),
    }
}

fn unknown(endpoint: &Endpoint, name: &str) -> Problem {
    let name: String = name.chars().take(80).collect();
    let known: Vec<&str> = endpoint.query.iter().map(|(known, _, _)| *known).collect();
    let takes = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    malformed(format!("`{name}` is not a parameter of {}: it takes {takes}", endpoint.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(id: &str, query: &str) -> Result<Query, String> {
        let uri: Uri = format!("/x?{query}").parse().unwrap();
        Query::read(api::endpoint(id).unwrap(), &uri).map_err(|problem| {
            assert!(problem.is(ProblemKind::Malformed));
            problem.detail
        })
    }

    #[test]
    fn known_parameters_are_read() {
        let query = read("list-jobs", "limit=7&project=a-b&name=he%6Clo").unwrap();
        assert_eq!(query.limit().unwrap(), 7);
        assert_eq!(query.text("name"), Some("hello"));
        assert_eq!(query.parsed::<model::Name>("project").unwrap().unwrap().as_str(), "a-b");
        assert_eq!(query.parsed::<model::Name>("site").unwrap(), None);
        assert_eq!(read("list-jobs", "").unwrap().limit().unwrap(), 100);
        assert_eq!(
            read("logs", "wait_ms=1500").unwrap().wait().unwrap(),
            Duration::from_millis(1500)
        );
        assert!(read("apply", "dry_run=true").unwrap().flag("dry_run"));
        assert!(!read("apply", "dry_run=false").unwrap().flag("dry_run"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |id, query| read(id, query).unwrap_err();
        assert_eq!(
            wrong("list-jobs", "limt=7"),
            "`limt` is not a parameter of /v1/jobs: it takes limit, cursor, project, state, site, name"
        );
        assert_eq!(wrong("whoami", "a=b"), "`a` is not a parameter of /v1/whoami: it takes none");
        assert_eq!(wrong("list-jobs", "limit=1&limit=2"), "the parameter `limit` is given twice");
        assert_eq!(wrong("list-jobs", "limit=many"), "`limit` is not an integer: write it as 100");
        assert_eq!(wrong("apply", "dry_run=yes"), "`dry_run` is neither true nor false");
        assert_eq!(wrong("list-jobs", "name=a%00b"), "`name` has a control character in it");
        assert_eq!(
            read("list-jobs", "limit=0").unwrap().limit().unwrap_err().detail,
            "`limit` is 0: use 1 to 1000"
        );
        assert_eq!(
            read("logs", "wait_ms=30001").unwrap().wait().unwrap_err().detail,
            "`wait_ms` is 30001: use 0 to 30000"
        );
        let name =
            read("list-jobs", "project=A").unwrap().parsed::<model::Name>("project").unwrap_err();
        assert!(name.detail.starts_with("`project`: `A` is not a name"), "{name}");
        assert!(read("list-jobs", "name=%25").unwrap().namelike("name").is_err());
    }
}
