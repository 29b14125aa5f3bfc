//! Bodies: read up to a limit, then as manifests or JSON.

use api::{Problem, ProblemKind, manifest};
use axum::{
    body::Body,
    http::{
        HeaderMap,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use model::{Invalid, Kind, Name, Resource};
use serde::de::DeserializeOwned;

use crate::http::{permit::project_of_jobs, query::malformed};

/// Largest body taken, in bytes.
pub(crate) const MOST: usize = 8 * 1024 * 1024;
/// Manifests longer than this are read beside the others' requests, in bytes.
const LONG: usize = 64 * 1024;

/// The whole body.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    if announced.is_some_and(|length: u64| length > MOST as u64) {
        return Err(too_large());
    }
    let mut chunks = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| malformed("the body ended before it was whole"))?;
        if whole.len() + chunk.len() > MOST {
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

fn too_large() -> Problem {
    Problem::new(
        ProblemKind::TooLarge,
        format!("the body is larger than {} MiB", MOST / 1024 / 1024),
    )
}

/// The resources of the body. Jobs that name no project get the caller's.
pub(crate) async fn manifests(
    headers: &HeaderMap,
    body: &Bytes,
    own: Option<&Name>,
) -> Result<Vec<Resource>, Problem> {
    is_manifest(headers)?;
    let read = if body.len() > LONG {
        let body = body.clone();
        let reading = tokio::task::spawn_blocking(move || parse(&body));
        reading
            .await
            .map_err(|_| Problem::new(ProblemKind::Internal, "reading the manifests failed"))?
    } else {
        parse(body)
    };
    Ok(read?.into_iter().map(|resource| with_project(resource, own)).collect())
}

fn parse(body: &[u8]) -> Result<Vec<Resource>, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| {
        malformed(format!("the body is not UTF-8 from byte {} on", error.valid_up_to()))
    })?;
    let resources = manifest::parse(text).map_err(Problem::invalid)?;
    if resources.is_empty() {
        let message =
            "no manifest in the body: send YAML or JSON with `kind`, `metadata` and `spec`";
        return Err(Problem::invalid(vec![Invalid::new("kind", message)]));
    }
    Ok(resources)
}

fn with_project(mut resource: Resource, own: Option<&Name>) -> Resource {
    if resource.spec.kind() == Kind::Job && resource.metadata.project.is_none() {
        resource.metadata.project = Some(project_of_jobs(own));
    }
    resource
}

/// YAML, JSON, or what `curl --data-binary` says when it is told nothing.
fn is_manifest(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(given) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let given = given.to_str().unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        ""
        | "application/json"
        | "application/yaml"
        | "application/x-yaml"
        | "text/yaml"
        | "text/x-yaml"
        | "text/plain"
        | "application/octet-stream"
        | "application/x-www-form-urlencoded" => Ok(()),
        other => Err(malformed(format!(
            "a body of type {other} is not read: use application/yaml or application/json"
        ))),
    }
}

/// The one job of the manifests.
pub(crate) fn one_job(manifests: Vec<Resource>) -> Result<Box<Resource>, Problem> {
    let count = manifests.len();
    let mut all = manifests.into_iter();
    match (all.next(), all.next()) {
        (Some(job), None) if job.spec.kind() == Kind::Job => Ok(Box::new(job)),
        (Some(other), None) => {
            let message = format!("a {} is not a job: send it to /v1/apply", other.spec.kind());
            Err(Problem::invalid(vec![Invalid::new("kind", message)]))
        }
        _ => {
            let message =
                format!("{count} manifests: send one job here, or all of them to /v1/apply");
            Err(Problem::invalid(vec![Invalid::new("kind", message)]))
        }
    }
}

/// The body as JSON of a wire type.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            return Problem::invalid(vec![Invalid::new(
                format!("line {}", error.line()),
                error.to_string(),
            )]);
        }
        malformed(format!("the body is not JSON: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_does_not_fit_is_invalid_and_what_is_no_json_malformed() {
        let read = |text: &str| json::<api::NewToken>(text.as_bytes());
        assert!(read(r#"{"name": "a", "role": "admin"}"#).is_ok());
        let wrong = read("{\n\"name\": \"a\", \"role\": \"boss\"}").unwrap_err();
        assert!(wrong.is(ProblemKind::Invalid));
        assert!(wrong.detail.starts_with("line 2: unknown variant `boss`"), "{wrong}");
        assert!(
            read(r#"{"name": "a", "role": "admin", "more": 1}"#)
                .unwrap_err()
                .is(ProblemKind::Invalid)
        );
        assert!(read("{").unwrap_err().is(ProblemKind::Malformed));
        assert!(read("").unwrap_err().is(ProblemKind::Malformed));
    }

    #[test]
    fn manifests_come_as_yaml_json_or_untold() {
        let typed = |text: &str| {
            is_manifest(&HeaderMap::from_iter([(CONTENT_TYPE, text.parse().unwrap())]))
        };
        assert!(
            typed("application/yaml").is_ok() && typed("application/json; charset=utf-8").is_ok()
        );
        assert!(is_manifest(&HeaderMap::new()).is_ok());
        assert!(typed("image/png").unwrap_err().is(ProblemKind::Malformed));
    }

    #[test]
    fn a_body_of_no_manifest_is_refused() {
        assert!(parse(b"\xff").unwrap_err().is(ProblemKind::Malformed));
        assert!(parse(b"").unwrap_err().is(ProblemKind::Invalid));
        assert!(one_job(Vec::new()).unwrap_err().is(ProblemKind::Invalid));
    }
}
