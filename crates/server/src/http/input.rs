//! One request, read but not yet answered.

use std::{fmt::Display, str::FromStr, sync::Arc};

use api::{CloudEvent, Endpoint, Problem, ProblemKind};
use axum::http::{HeaderMap, Uri};
use bytes::Bytes;
use model::{AccountId, JobKey, Kind, Name, Resource};
use tokio::sync::OwnedSemaphorePermit;

use crate::http::{App, auth::Caller, auth::unauthenticated, query::Query};

/// What was sent, in parts, without any state of the server.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) endpoint: &'static Endpoint,
    /// The `{parameters}` of the path.
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) uri: Uri,
    pub(crate) body: Bytes,
    /// From the body, at endpoints that take manifests; every job has its project.
    pub(crate) manifests: Vec<Resource>,
    /// From the body, at the endpoint that takes usage events.
    pub(crate) events: Vec<CloudEvent>,
}

/// A request that may be answered: whoever sent it is known and permitted.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) app: App,
    pub(crate) input: Input,
    /// None only at open endpoints.
    pub(crate) caller: Option<Arc<Caller>>,
    /// Kept until the answer is there, or the stream has ended.
    pub(crate) _slot: OwnedSemaphorePermit,
}

impl Input {
    /// The job of the path.
    pub(crate) fn job(&self) -> Result<JobKey, Problem> {
        self.named("job", "a job is called project.name")
    }

    /// The site of the path.
    pub(crate) fn site(&self) -> Result<Name, Problem> {
        self.named("site", "there is no such site")
    }

    /// The account of the path.
    pub(crate) fn account(&self) -> Result<AccountId, Problem> {
        self.named("account", "there is no such account")
    }

    /// The edge of the path.
    pub(crate) fn edge(&self) -> Result<Name, Problem> {
        self.named("edge", "there is no such edge")
    }

    /// The resource's or token's name of the path.
    pub(crate) fn name(&self) -> Result<Name, Problem> {
        self.named("name", "there is nothing of this name")
    }

    /// The kind of the path. Jobs have a place of their own.
    pub(crate) fn kind(&self) -> Result<Kind, Problem> {
        match self.named("kind", "there are no such resources")? {
            Kind::Job => {
                Err(Problem::new(ProblemKind::NotFound, "jobs are not here: they are at /v1/jobs"))
            }
            kind => Ok(kind),
        }
    }

    pub(crate) fn has(&self, parameter: &str) -> bool {
        self.path.iter().any(|(name, _)| name == parameter)
    }

    /// What cannot be a name is the name of nothing, so it is not found.
    fn named<T: FromStr<Err: Display>>(&self, parameter: &str, hint: &str) -> Result<T, Problem> {
        let found = self.path.iter().find(|(name, _)| name == parameter);
        let text = found.map_or("", |(_, value)| value.as_str());
        text.parse().map_err(|error: T::Err| {
            Problem::new(ProblemKind::NotFound, format!("{hint}: {error}"))
        })
    }
}

impl Call {
    /// Whoever sent it.
    pub(crate) fn caller(&self) -> Result<&Arc<Caller>, Problem> {
        self.caller.as_ref().ok_or_else(|| unauthenticated("this endpoint needs a token"))
    }

    /// The project that is meant where none is named: the token's own, if it has one.
    pub(crate) fn own_project(&self) -> Option<&Name> {
        self.caller.as_ref().and_then(|caller| caller.token.project.as_ref())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A request to an endpoint with the parameters that are in `uri`.
    pub(crate) fn input(id: &str, uri: &str) -> Input {
        let endpoint = api::endpoint(id).unwrap();
        let uri: Uri = uri.parse().unwrap();
        let path = endpoint.path.split('/').zip(uri.path().split('/'));
        let path = path.filter_map(|(name, value)| {
            Some((name.strip_prefix('{')?.strip_suffix('}')?.to_owned(), value.to_owned()))
        });
        Input {
            endpoint,
            path: path.collect(),
            query: Query::read(endpoint, &uri).unwrap(),
            headers: HeaderMap::new(),
            uri,
            body: Bytes::new(),
            manifests: Vec::new(),
            events: Vec::new(),
        }
    }

    #[test]
    fn what_is_no_name_is_not_found() {
        assert_eq!(input("get-job", "/v1/jobs/a.b").job().unwrap().to_string(), "a.b");
        assert_eq!(input("get", "/v1/resources/sites/x").kind().unwrap(), Kind::Site);
        let missing = |problem: Problem| problem.is(ProblemKind::NotFound);
        assert!(missing(input("get-job", "/v1/jobs/a").job().unwrap_err()));
        assert!(missing(input("get", "/v1/resources/moons/x").kind().unwrap_err()));
        assert!(missing(input("get", "/v1/resources/jobs/x").kind().unwrap_err()));
        assert!(missing(input("get", "/v1/resources/sites/X").name().unwrap_err()));
    }
}
