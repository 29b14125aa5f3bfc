//! The way of every request, the same for all: room, token, query, permission, body, permission for what is in it,
//! handler; then one line in the log and one count.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration, time::Instant};

use api::{Body as Carries, ENDPOINTS, Endpoint, Language, Method, Problem, ProblemKind};
use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, header::ACCEPT_LANGUAGE, request::Parts},
    response::Response,
    routing::{MethodFilter, on},
};
use bytes::Bytes;
use futures::FutureExt;

use crate::http::{
    App,
    auth::Caller,
    body,
    console::console,
    handlers::handler,
    input::{Call, Input},
    permit::{may_begin, may_send, permit, questions},
    query::{Query, malformed},
    reply::{Reply, other_method},
    usage,
};

/// Longest time to an answer. Streams have been answered when they begin.
const TIME: Duration = Duration::from_secs(40);

/// One route for each line of the table.
pub(crate) fn router(app: &App) -> Router {
    let (nowhere, wrong_method) = (app.clone(), app.clone());
    let router = ENDPOINTS.iter().fold(Router::new(), |router, endpoint| {
        let app = app.clone();
        let route = on(filter(endpoint.method), move |request: Request| {
            answer(app.clone(), endpoint, request)
        });
        router.route(endpoint.path, route)
    });
    // After the routes: it is for those that are there.
    router
        .method_not_allowed_fallback(move |request: Request| async move {
            not_allowed(&wrong_method, request).await
        })
        .fallback(move |request: Request| async move { not_found(&nowhere, request).await })
}

const fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    }
}

const fn text(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    }
}

/// What is written down of a request when it is answered. Never tokens, queries or bodies.
struct Trail {
    begun: Instant,
    request_id: String,
    method: &'static str,
    route: &'static str,
    caller: Option<Arc<Caller>>,
}

async fn answer(app: App, endpoint: &'static Endpoint, request: Request) -> Response {
    let flying = app.metrics.in_flight();
    let language = language(request.headers());
    let mut trail = Trail {
        begun: Instant::now(),
        request_id: app.request_id(),
        method: text(endpoint.method),
        route: endpoint.path,
        caller: None,
    };
    let outcome = {
        let going =
            AssertUnwindSafe(Box::pin(go(&app, endpoint, request, &mut trail))).catch_unwind();
        match tokio::time::timeout(TIME, going).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Problem::new(
                ProblemKind::Internal,
                "the request met a fault: it is in the log",
            )),
            Err(_) => Err(too_late()),
        }
    };
    drop(flying);
    let reply = outcome.unwrap_or_else(|problem| Reply::problem(&problem));
    trail.end(&app, reply.said_in(language).await)
}

/// The language that the caller asks for.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::accepted(header.unwrap_or_default())
}

fn too_late() -> Problem {
    let detail =
        "no answer in 40 s; it may still take effect: ask again, with the same Idempotency-Key";
    Problem::new(ProblemKind::Unavailable, detail)
}

impl Trail {
    fn end(&self, app: &App, reply: Reply) -> Response {
        let response = reply.finish(&self.request_id);
        let status = response.status().as_u16();
        let elapsed = self.begun.elapsed();
        app.metrics.answered(self.method, self.route, status, elapsed.as_secs_f64());
        let principal = self.caller.as_ref().map_or("-", |caller| caller.token.name.as_str());
        let ms = elapsed.as_secs_f64() * 1e3;
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    target: "jingwei::http",
                    method = self.method, route = self.route, status, ms, principal, request_id = self.request_id,
                    "answered"
                )
            };
        }
        if status < 400 && is_routine(self.route) {
            line!(debug)
        } else {
            line!(info)
        }
        response
    }
}

/// What agents and probes ask all day long.
fn is_routine(route: &str) -> bool {
    route.starts_with("/v1/sites/")
        || route.starts_with("/v1/edges/")
        || matches!(route, "/healthz" | "/readyz" | "/metrics")
}

async fn go(
    app: &App,
    endpoint: &'static Endpoint,
    request: Request,
    trail: &mut Trail,
) -> Result<Reply, Problem> {
    let slot = app.slot(endpoint)?;
    let (mut parts, body) = request.into_parts();
    if !endpoint.open {
        trail.caller = Some(app.callers.find(app.engine.store(), &parts.headers).await?);
    }
    let path = path(&mut parts).await?;
    let query = Query::read(endpoint, &parts.uri)?;
    let Parts { headers, uri, .. } = parts;
    let (body_read, manifests, events) = (Bytes::new(), Vec::new(), Vec::new());
    let input = Input { endpoint, path, query, headers, uri, body: body_read, manifests, events };
    let input = match &trail.caller {
        Some(caller) => permitted(app, caller, input, body)
            .await
            .inspect_err(|it| app.denials.note(&caller.token.name, endpoint.id, it))?,
        None => input,
    };
    let handle = handler(endpoint.id)
        .ok_or_else(|| Problem::new(ProblemKind::Internal, "nothing answers here"))?;
    handle(Call { app: app.clone(), input, caller: trail.caller.clone(), _slot: slot }).await
}

/// The parameters of the path, decoded.
async fn path(parts: &mut Parts) -> Result<Vec<(String, String)>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| malformed("the path is not UTF-8"))?;
    Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Asks the policy; the body is read only for whom it may concern.
async fn permitted(
    app: &App,
    caller: &Caller,
    mut input: Input,
    body: Body,
) -> Result<Input, Problem> {
    let (who, id) = (&caller.principal, input.endpoint.id);
    let own = who.project.as_ref();
    match input.endpoint.request {
        Carries::Manifests => {
            may_begin(&app.policy, who, id)?;
            input.body = body::read(&input.headers, body).await?;
            input.manifests = body::manifests(&input.headers, &input.body, own).await?;
            permit(&app.policy, who, id, &questions(&input, own)?)?;
        }
        Carries::CloudEvents => {
            may_send(&app.policy, who, id)?;
            input.body = body::read(&input.headers, body).await?;
            input.events = usage::events(&input.headers, &input.body).await?;
            permit(&app.policy, who, id, &questions(&input, own)?)?;
        }
        _ => {
            permit(&app.policy, who, id, &questions(&input, own)?)?;
            input.body = body::read(&input.headers, body).await?;
        }
    }
    Ok(input)
}

async fn not_found(app: &App, request: Request) -> Response {
    if let Some(file) = console(app, &request) {
        return file;
    }
    let detail = format!("there is nothing at {}: see /openapi.json", shown(&request));
    elsewhere(app, language(request.headers()), Problem::new(ProblemKind::NotFound, detail)).await
}

async fn not_allowed(app: &App, request: Request) -> Response {
    let problem = other_method(request.method().as_str(), &shown(&request));
    elsewhere(app, language(request.headers()), problem).await
}

fn shown(request: &Request) -> String {
    request.uri().path().chars().take(200).collect()
}

async fn elsewhere(app: &App, language: Language, problem: Problem) -> Response {
    let (begun, request_id) = (Instant::now(), app.request_id());
    let trail = Trail { begun, request_id, method: "-", route: "-", caller: None };
    trail.end(app, Reply::problem(&problem).said_in(language).await)
}
