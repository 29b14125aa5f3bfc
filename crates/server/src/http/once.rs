//! Requests that take effect at most once: the header Idempotency-Key
//! (draft-ietf-httpapi-idempotency-key-header).

use api::{Endpoint, Method, Problem};
use axum::http::HeaderName;
use sha2::{Digest, Sha256};

use crate::{
    Once,
    http::{auth::hex, etag::one, input::Input, query::malformed},
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a POST, if one came; it is checked wherever it comes, and used where something is changed.
pub(crate) fn once(input: &Input, principal: &str) -> Result<Option<Once>, Problem> {
    if input.endpoint.method != Method::Post {
        return Ok(None);
    }
    let Some(key) = one(&input.headers, &KEY)? else { return Ok(None) };
    if !(1..=128).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed("Idempotency-Key is not 1 to 128 visible ASCII characters"));
    }
    if !changes(input.endpoint, input.query.flag("dry_run")) {
        return Ok(None);
    }
    Ok(Some(Once {
        principal: principal.to_owned(),
        key: key.to_owned(),
        fingerprint: fingerprint(input),
        status: input.endpoint.success,
    }))
}

/// Whether a POST to the endpoint changes something that a second one would change again. What agents send is
/// the same however often it comes.
fn changes(endpoint: &Endpoint, dry_run: bool) -> bool {
    let once = [
        "submit",
        "cancel",
        "quote",
        "order",
        "refresh",
        "withdraw",
        "bid",
        "create-token",
        "deposit",
        "reverse",
        "order-certificates",
        "demand-response",
        "resolve-dispute",
    ];
    once.contains(&endpoint.id) || (matches!(endpoint.id, "apply" | "settle") && !dry_run)
}

/// Method, path with query, and body: with the same key they have to be the same.
fn fingerprint(input: &Input) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"POST ");
    hasher.update(input.uri.path_and_query().map_or(input.uri.path(), |it| it.as_str()));
    hasher.update(b"\n");
    hasher.update(&input.body);
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::input::tests::input;

    fn with_key(
        id: &str,
        uri: &str,
        key: &str,
        body: &'static str,
    ) -> Result<Option<Once>, Problem> {
        let mut input = input(id, uri);
        input.headers.insert(KEY, key.parse().unwrap());
        input.body = body.into();
        once(&input, "me")
    }

    #[test]
    fn only_what_changes_something_is_once() {
        let is_once = |id, uri| with_key(id, uri, "k", "").unwrap().is_some();
        assert!(is_once("submit", "/v1/jobs") && is_once("apply", "/v1/apply"));
        assert!(is_once("cancel", "/v1/jobs/a.b/cancel") && is_once("create-token", "/v1/tokens"));
        assert!(!is_once("apply", "/v1/apply?dry_run=true") && !is_once("plan", "/v1/plan"));
        assert!(!is_once("report", "/v1/sites/a/report") && !is_once("list-jobs", "/v1/jobs"));
        assert_eq!(once(&input("submit", "/v1/jobs"), "me").unwrap(), None);
    }

    #[test]
    fn every_post_is_either_once_or_changes_nothing_twice() {
        let posts = api::ENDPOINTS.iter().filter(|it| it.method == Method::Post);
        let repeatable: Vec<&str> =
            posts.filter(|it| !changes(it, false)).map(|it| it.id).collect();
        assert_eq!(
            repeatable,
            [
                "plan",
                "upload-signals",
                "send-usage",
                "report",
                "upload-logs",
                "join-edge",
                "edge-report"
            ]
        );
    }

    #[test]
    fn another_request_has_another_fingerprint() {
        let print = |uri, body| with_key("submit", uri, "k", body).unwrap().unwrap().fingerprint;
        let first = print("/v1/jobs", "a");
        assert_eq!(first, print("/v1/jobs", "a"));
        assert_ne!(first, print("/v1/jobs", "b"));
        assert_ne!(first, print("/v1/jobs?unique_name=true", "a"));
    }

    #[test]
    fn a_key_is_short_visible_ascii() {
        assert!(with_key("submit", "/v1/jobs", &"x".repeat(128), "").is_ok());
        for bad in ["", "a b", &"x".repeat(129)] {
            assert!(with_key("submit", "/v1/jobs", bad, "").is_err(), "{bad:?}");
        }
        assert!(with_key("plan", "/v1/plan", "a b", "").is_err());
    }
}
