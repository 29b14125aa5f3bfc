//! Jobs: submit, plan, list, get, cancel, delete, and what happened to them.

use std::sync::Arc;

use api::{JobCounts, Problem, ProblemKind};
use axum::http::StatusCode;
use model::{JobKey, JobState};
use store::JobFilter;

use crate::{
    Answer, Command,
    http::{
        body::one_job,
        etag::{if_match, is_known},
        handlers::{beside, unexpected},
        input::Call,
        once::once,
        query::{Query, malformed},
        reads,
        reply::Reply,
    },
};

pub(crate) async fn submit(mut call: Call) -> Result<Reply, Problem> {
    let by = Some(call.caller()?.token.name.clone());
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    let unique_name = call.input.query.flag("unique_name");
    let job = one_job(std::mem::take(&mut call.input.manifests))?;
    let answer = call.app.engine.run(Command::Submit { job, unique_name, by }, once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn plan(mut call: Call) -> Result<Reply, Problem> {
    // A key is checked, though nothing is kept under it.
    once(&call.input, call.caller()?.token.name.as_str())?;
    let job = one_job(std::mem::take(&mut call.input.manifests))?;
    let answer = call.app.engine.run(Command::Plan { job }, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

/// Put together by the engine, solved beside it: that may take seconds.
pub(crate) async fn plan_all(call: Call) -> Result<Reply, Problem> {
    let Ok(alone) = Arc::clone(&call.app.planning).try_acquire_owned() else {
        let detail = "everything is being planned already: ask again when that is done";
        return Err(Problem::new(ProblemKind::Busy, detail));
    };
    let Answer::Joint(joint) = call.app.engine.run(Command::PlanAll, None).await? else {
        return Err(unexpected());
    };
    // Solving goes on where the caller is gone: nobody else may begin before it is done.
    let solve = move || {
        let _alone = alone;
        let planned = control::plan_all(&joint);
        planned.map_err(|error| Problem::new(ProblemKind::Internal, error.to_string()))
    };
    let answer = beside(solve).await?;
    Reply::json(&answer)
}

pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let filter = JobFilter {
        project: query.parsed("project")?.or_else(|| call.own_project().cloned()),
        states: states(query)?,
        site: query.parsed("site")?,
        name: query.namelike("name")?.map(str::to_owned),
    };
    let page =
        reads::jobs(call.app.engine.store(), &filter, query.text("cursor"), query.limit()?).await?;
    Reply::json(&page)
}

pub(crate) async fn counts(call: Call) -> Result<Reply, Problem> {
    let project = call.input.query.parsed("project")?.or_else(|| call.own_project().cloned());
    let states = reads::job_counts(call.app.engine.store(), project.as_ref()).await?;
    Reply::json(&JobCounts { states })
}

fn states(query: &Query) -> Result<Vec<JobState>, Problem> {
    let all = query.text("state").into_iter().flat_map(|text| text.split(','));
    all.map(|text| {
        text.trim().parse().map_err(|error: String| malformed(format!("`state`: {error}")))
    })
    .collect()
}

pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let mut view = reads::job(call.app.engine.store(), &call.input.job()?).await?;
    // While it runs, what it comes to changes without a new version.
    if view.status.state == JobState::Running {
        let asked = Command::SoFar { job: view.key.clone() };
        if let Ok(Answer::SoFar(so_far)) = call.app.engine.run(asked, None).await {
            view.so_far = so_far;
        }
    } else if is_known(&call.input.headers, view.version) {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED).version(view.version));
    }
    Ok(Reply::json(&view)?.version(view.version))
}

pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = if_match(&call.input.headers)?;
    let answer =
        call.app.engine.run(Command::DeleteJob { job: call.input.job()?, if_match }, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    let if_match = if_match(&call.input.headers)?;
    let answer =
        call.app.engine.run(Command::Cancel { job: call.input.job()?, if_match }, once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn events(call: Call) -> Result<Reply, Problem> {
    let job: JobKey = call.input.job()?;
    let limit = call.input.query.limit()?;
    let after = call.input.query.between("cursor", 0, i64::MAX)?.unwrap_or(0);
    let store = call.app.engine.store();
    let page = reads::job_events(store, &job, after, limit).await?;
    if page.items.is_empty() {
        // A job without events has been deleted or never was.
        reads::job(store, &job).await?;
    }
    Reply::json(&page)
}
