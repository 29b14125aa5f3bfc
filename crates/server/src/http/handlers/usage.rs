//! Usage events of both sides, and disputes over what they say.

use api::{LineReading, NewResolution, Page, Problem};
use model::JobKey;
use store::DisputeFilter;

use crate::{
    Command,
    http::{body, input::Call, once::once, query::malformed, reads, reply::Reply, usage},
};

pub(crate) async fn send(mut call: Call) -> Result<Reply, Problem> {
    let events = std::mem::take(&mut call.input.events);
    let events = usage::checked(call.app.engine.store(), events).await?;
    let answer = call.app.engine.run(Command::Usage { events }, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let (query, job) = (&call.input.query, job(&call)?);
    let store = call.app.engine.store();
    Reply::json(&reads::usage(store, &job, query.text("cursor"), query.limit()?).await?)
}

pub(crate) async fn readings(call: Call) -> Result<Reply, Problem> {
    let items: Vec<LineReading> = reads::readings(call.app.engine.store(), &job(&call)?).await?;
    Reply::json(&Page { items, cursor: None })
}

pub(crate) async fn disputes(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let project = query.parsed("project")?.or_else(|| call.own_project().cloned());
    let job = query.parsed("job")?;
    let state = query.word("state", "open, provider, consumer or agreed")?;
    let filter = DisputeFilter { project, job, state };
    let store = call.app.engine.store();
    Reply::json(&reads::disputes(store, &filter, query.text("cursor"), query.limit()?).await?)
}

pub(crate) async fn resolve(call: Call) -> Result<Reply, Problem> {
    let by = call.caller()?.token.name.clone();
    let once = once(&call.input, by.as_str())?;
    let new: NewResolution = body::json(&call.input.body)?;
    let answer = call.app.engine.run(Command::Resolve { new, by }, once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

/// The job that the query names.
fn job(call: &Call) -> Result<JobKey, Problem> {
    call.input.query.parsed("job")?.ok_or_else(|| malformed("`job` is missing: name one"))
}
