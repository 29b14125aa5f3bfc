//! Answers, good and bad. The one place that turns a problem into HTTP (RFC 9457).

use api::{Language, Problem, ProblemKind};
use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, LOCATION, RETRY_AFTER,
            WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use serde::Serialize;

use crate::{Answer, http::etag::etag};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer before the headers that all answers have.
#[derive(Debug)]
pub(crate) struct Reply(Response);

impl Reply {
    /// As long as nothing else is said, with the status of the endpoint's success.
    fn new(content_type: Option<HeaderValue>, body: Body) -> Self {
        let mut response = Response::new(body);
        if let Some(content_type) = content_type {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        Self(response)
    }

    pub(crate) fn json(value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Problem::new(ProblemKind::Internal, "the answer cannot be written")
        })?;
        Ok(Self::new(Some(JSON), body.into()))
    }

    pub(crate) fn text(content_type: &'static str, body: impl Into<Body>) -> Self {
        Self::new(Some(HeaderValue::from_static(content_type)), body.into())
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(None, Body::empty()).status(status)
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        *self.0.status_mut() = status;
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    pub(crate) fn version(self, version: i64) -> Self {
        self.header(ETAG, etag(version))
    }

    /// What the engine answered, with the status that goes with success.
    pub(crate) fn answer(answer: &Answer, success: u16) -> Result<Self, Problem> {
        let success = StatusCode::from_u16(success).unwrap_or(StatusCode::OK);
        match answer {
            Answer::Nothing => Ok(Self::empty(StatusCode::NO_CONTENT)),
            Answer::Replayed { status, body } => Self::replayed(*status, body),
            Answer::Job(job) => {
                let reply = Self::json(job)?.status(success).version(job.version);
                let at = HeaderValue::from_str(&format!("/v1/jobs/{}", job.key)).ok();
                let at = at.filter(|_| success == StatusCode::CREATED);
                Ok(at.into_iter().fold(reply, |reply, at| reply.header(LOCATION, at)))
            }
            other => Ok(Self::json(other)?.status(success)),
        }
    }

    fn replayed(status: u16, body: &serde_json::Value) -> Result<Self, Problem> {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        let reply =
            if body.is_null() { Self::empty(status) } else { Self::json(body)?.status(status) };
        // A refusal that is told again is still a problem.
        let is_problem = status.is_client_error() || status.is_server_error();
        let reply = if is_problem { reply.header(CONTENT_TYPE, PROBLEM) } else { reply };
        Ok(reply.header(REPLAYED, HeaderValue::from_static("true")))
    }

    pub(crate) fn problem(problem: &Problem) -> Self {
        let body = serde_json::to_vec(problem).unwrap_or_default();
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let reply = Self::new(Some(PROBLEM), body.into()).status(status);
        match status {
            StatusCode::UNAUTHORIZED => {
                reply.header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"jingwei\""))
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                reply.header(RETRY_AFTER, HeaderValue::from_static("1"))
            }
            _ => reply,
        }
    }

    /// With what is for people in their language: in JSON, as far as there are words for it. Streams say it themselves.
    pub(crate) async fn said_in(self, language: Language) -> Self {
        let is_json =
            self.0.headers().get(CONTENT_TYPE).is_some_and(|it| *it == JSON || *it == PROBLEM);
        if language == Language::English || !is_json {
            return self;
        }
        let (parts, body) = self.0.into_parts();
        // All of it is in memory already.
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let body = match serde_json::from_slice(&bytes) {
            Ok(mut answer) => {
                language.say_all(&mut answer);
                serde_json::to_vec(&answer).map_or(bytes, Into::into)
            }
            Err(_) => bytes,
        };
        let reply = Self(Response::from_parts(parts, body.into()));
        reply.header(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()))
    }

    /// With the headers of every answer.
    pub(crate) fn finish(self, request_id: &str) -> Response {
        let mut response = self.0;
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }
}

/// The path is there and takes other methods. Of no type of its own: RFC 9457, section 4.2.1.
pub(crate) fn other_method(method: &str, path: &str) -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: "Method Not Allowed".to_owned(),
        status: 405,
        ..Problem::new(
            ProblemKind::Malformed,
            format!("{path} does not take {method}: see the header Allow"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_status_and_type() {
        for kind in ProblemKind::ALL {
            let response = Reply::problem(&Problem::new(kind, "x")).finish("1");
            assert_eq!(response.status().as_u16(), kind.status());
            assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
            assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
            assert_eq!(response.headers()["x-request-id"], "1");
            assert_eq!(
                response.headers().contains_key(WWW_AUTHENTICATE),
                kind == ProblemKind::Unauthenticated
            );
        }
    }

    #[test]
    fn an_answer_told_again_says_so() {
        let replayed = |status, body| {
            Reply::answer(&Answer::Replayed { status, body }, 200).unwrap().finish("1")
        };
        let response = replayed(201, serde_json::json!({"a": 1}));
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()["idempotency-replayed"], "true");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(
            replayed(409, serde_json::json!({})).headers()[CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(
            Reply::answer(&Answer::Nothing, 200).unwrap().finish("1").status(),
            StatusCode::NO_CONTENT
        );
    }
}
