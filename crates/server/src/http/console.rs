//! The console: files that were built into the binary, for browsers. They hold nothing that is not public; what they
//! show they ask of the API, with the token of whoever looks.

use std::borrow::Cow;

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, ETAG, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use bytes::Bytes;
use rust_embed::{Embed, EmbeddedFile};

use crate::http::{App, etag};

#[derive(Embed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";
/// Nothing of another origin, no inline script or style, in no frame.
const POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// The operator's own land, where there is one.
const MAP: &str = "map.json";
/// Names in this folder change with what is in them.
const FOR_EVER: &str = "assets/";

/// The answer to a browser that asks for something that is no endpoint; none where the console is not meant.
pub(crate) fn console(app: &App, request: &Request) -> Option<Response> {
    let (method, headers) = (request.method(), request.headers());
    if *method != Method::GET && *method != Method::HEAD {
        return None;
    }
    let path = request.uri().path().trim_start_matches('/');
    if path == MAP {
        return Some(map(app.map.clone()));
    }
    let name = if path.starts_with(FOR_EVER) || Files::get(path).is_some() {
        path
    } else if wants_page(headers) && !path.starts_with("v1/") {
        PAGE
    } else {
        return None;
    };
    let (file, encoding) = encoded(name, headers)?;
    Some(told(name, file, encoding, headers))
}

/// The operator's land; nothing where there is none: browsers report problems to whoever looks.
fn map(land: Option<Bytes>) -> Response {
    let status = if land.is_some() { StatusCode::OK } else { StatusCode::NO_CONTENT };
    let headers = [
        (CONTENT_TYPE, "application/geo+json"),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    response(status, land.unwrap_or_default(), headers)
}

fn response(
    status: StatusCode,
    body: Bytes,
    headers: impl IntoIterator<Item = (HeaderName, &'static str)>,
) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (header, value) in headers {
        response.headers_mut().insert(header, HeaderValue::from_static(value));
    }
    response
}

fn wants_page(headers: &HeaderMap) -> bool {
    text(headers, &ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// The file as it is, or as it was compressed when it was built.
fn encoded(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = text(headers, &ACCEPT_ENCODING).unwrap_or_default();
    let takes_brotli = accepted.split(',').any(|it| it.trim().split(';').next() == Some("br"));
    let small = takes_brotli.then(|| Files::get(&format!("{name}.br"))).flatten();
    small.map(|file| (file, Some("br"))).or_else(|| Some((Files::get(name)?, None)))
}

fn told(
    name: &str,
    file: EmbeddedFile,
    encoding: Option<&'static str>,
    headers: &HeaderMap,
) -> Response {
    let tag = tag(&file);
    let cache =
        if name.starts_with(FOR_EVER) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let all = [
        (CONTENT_TYPE, content_type(name)),
        (CACHE_CONTROL, cache),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (VARY, "accept-encoding"),
    ];
    let all = all.into_iter().chain(encoding.map(|encoding| (CONTENT_ENCODING, encoding)));
    let mut response = if etag::has(headers, |known| known == tag) {
        response(StatusCode::NOT_MODIFIED, Bytes::new(), all)
    } else {
        response(StatusCode::OK, bytes(file.data), all)
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// What is in the binary is not copied.
fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

/// By what is in it.
fn tag(file: &EmbeddedFile) -> String {
    let digits = file.metadata.sha256_hash().into_iter().take(12);
    let digits: String = digits.map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
