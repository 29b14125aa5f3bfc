//! The server itself: alive, ready, described, measured; and who asks.

use std::{sync::OnceLock, time::Duration};

use api::{Denials, Policies, PolicyFile, Problem, ProblemKind, Top, Whoami};
use bytes::Bytes;
use units::Time;

use crate::{
    Answer, Command, clock,
    http::{handlers::unexpected, input::Call, query::malformed, reads, reply::Reply},
};

const TEXT: &str = "text/plain; charset=utf-8";
/// How long the store may take to be called ready.
const SOON: Duration = Duration::from_secs(2);

pub(crate) fn health() -> Reply {
    Reply::text(TEXT, "ok\n")
}

pub(crate) async fn ready(call: Call) -> Result<Reply, Problem> {
    if !call.app.engine.is_ready() {
        return Err(Problem::new(ProblemKind::Unavailable, "it does not lead, or is starting"));
    }
    match tokio::time::timeout(SOON, reads::ping(call.app.engine.store())).await {
        Ok(Ok(())) => Ok(Reply::text(TEXT, "ready\n")),
        _ => Err(Problem::new(ProblemKind::Unavailable, "the store does not answer")),
    }
}

pub(crate) fn openapi() -> Result<Reply, Problem> {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| serde_json::to_vec(&api::openapi()).unwrap_or_default().into());
    Ok(Reply::text("application/json", text.clone()))
}

pub(crate) async fn metrics(call: Call) -> Result<Reply, Problem> {
    let jobs = reads::job_counts(call.app.engine.store(), None).await?;
    let text = call.app.metrics.text(&jobs);
    let text =
        text.map_err(|_| Problem::new(ProblemKind::Internal, "the figures cannot be written"))?;
    Ok(Reply::text("application/openmetrics-text; version=1.0.0; charset=utf-8", text))
}

pub(crate) fn whoami(call: &Call) -> Result<Reply, Problem> {
    let token = &call.caller()?.token;
    Reply::json(&Whoami {
        name: token.name.clone(),
        role: token.role,
        project: token.project.clone(),
        site: token.site.clone(),
        edge: token.edge.clone(),
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

async fn top_at(call: &Call, at: Time) -> Result<Reply, Problem> {
    if at > clock::now() {
        return Err(malformed("`at` is to come: only what was is told"));
    }
    let jobs = reads::jobs_at(call.app.engine.store(), at, JOBS_MOST).await?;
    let incomplete = jobs.len() >= JOBS_MOST;
    let answer = call.app.engine.run(Command::TopAt { at, jobs }, None).await?;
    let Answer::Top(top) = answer else {
        return Err(unexpected());
    };
    Reply::json(&Top { incomplete, ..top })
}

pub(crate) fn policies(call: &Call) -> Result<Reply, Problem> {
    let file = |(name, text): &(String, String)| {
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        PolicyFile { name, text: text.clone() }
    };
    Reply::json(&Policies { files: call.app.policy.files().iter().map(file).collect() })
}

pub(crate) fn denials(call: &Call) -> Result<Reply, Problem> {
    Reply::json(&Denials { items: call.app.denials.all() })
}

/// Jobs that are looked at for a time in the past.
const JOBS_MOST: usize = 10_000;

pub(crate) async fn top(call: Call) -> Result<Reply, Problem> {
    if let Some(at) = call.input.query.parsed::<Time>("at")? {
        return top_at(&call, at).await;
    }
    let answer = call.app.engine.run(Command::Top, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}
