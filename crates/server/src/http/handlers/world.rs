//! The resources of the world: apply, list, get, delete.

use api::Problem;
use axum::http::StatusCode;

use crate::{
    Command,
    http::{
        etag::{if_match, is_known},
        input::Call,
        once::once,
        reads,
        reply::Reply,
    },
};

pub(crate) async fn apply(mut call: Call) -> Result<Reply, Problem> {
    let by = Some(call.caller()?.token.name.clone());
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    let dry_run = call.input.query.flag("dry_run");
    let resources = std::mem::take(&mut call.input.manifests);
    let answer = call.app.engine.run(Command::Apply { resources, dry_run, by }, once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let limit = call.input.query.limit()?;
    let cursor = call.input.query.text("cursor");
    Reply::json(
        &reads::resources(call.app.engine.store(), call.input.kind()?, cursor, limit).await?,
    )
}

pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let view =
        reads::resource(call.app.engine.store(), call.input.kind()?, &call.input.name()?).await?;
    if is_known(&call.input.headers, view.version) {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED).version(view.version));
    }
    Ok(Reply::json(&view)?.version(view.version))
}

pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = if_match(&call.input.headers)?;
    let command = Command::Delete { kind: call.input.kind()?, name: call.input.name()?, if_match };
    let answer = call.app.engine.run(command, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}
