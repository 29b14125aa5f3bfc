//! What agents ask and tell.

use api::{AgentReport, LogChunk, LogUpload, Problem};
use axum::http::StatusCode;
use model::{JobKey, Name};
use std::collections::BTreeMap;

use crate::{
    Command,
    http::{body, handlers::newer, input::Call, once::once, reads, reply::Reply},
};

pub(crate) async fn report(call: Call) -> Result<Reply, Problem> {
    once(&call.input, call.caller()?.token.name.as_str())?;
    let report: Box<AgentReport> = Box::new(body::json(&call.input.body)?);
    let command = Command::Report { site: call.input.site()?, report };
    let answer = call.app.engine.run(command, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn target(call: Call) -> Result<Reply, Problem> {
    let site = call.input.site()?;
    newer(&call, |generation, wait| call.app.engine.target(&site, generation, wait)).await
}

/// Keeps what the tasks wrote. Of jobs that are placed at another site now, or are gone, nothing is kept: the
/// agent has nothing better to do with it, so it is not told.
pub(crate) async fn upload_logs(call: Call) -> Result<Reply, Problem> {
    once(&call.input, call.caller()?.token.name.as_str())?;
    let upload: LogUpload = body::json(&call.input.body)?;
    let site = call.input.site()?;
    let mut by_job: BTreeMap<JobKey, Vec<LogChunk>> = BTreeMap::new();
    for chunk in upload.chunks {
        by_job.entry(chunk.task.job.clone()).or_default().push(chunk);
    }
    let mut kept = Vec::new();
    for (job, chunks) in &mut by_job {
        if is_of(&call, job, &site).await? {
            kept.append(chunks);
        } else {
            tracing::debug!(%job, %site, "logs of a job that is not at this site: left");
        }
    }
    reads::append_logs(call.app.engine.store(), &kept).await?;
    for job in by_job.into_keys() {
        // Nobody may be following.
        let _ = call.app.uploads.send(job);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The job is placed at the site, or is between two places.
async fn is_of(call: &Call, job: &JobKey, site: &Name) -> Result<bool, Problem> {
    let job = reads::job_if_any(call.app.engine.store(), job).await?;
    let decision = job.map(|job| job.status.decision);
    Ok(decision.is_some_and(|decision| decision.is_none_or(|decision| decision.site == *site)))
}
