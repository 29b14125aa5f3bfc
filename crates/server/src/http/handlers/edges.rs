//! What edges ask and tell, and what people ask of them.

use api::{EdgeReport, JoinEdge, Problem, ProblemKind, Role, TokenView};
use model::Name;

use crate::{
    Answer, Command, clock,
    http::{body, handlers::newer, input::Call, once::once, reply::Reply},
};

pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let answer = call.app.engine.run(Command::Edges, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn services(call: Call) -> Result<Reply, Problem> {
    let answer = call.app.engine.run(Command::Services, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

/// A token for one join ends; the one whose hash came with it begins, in place of the edge's last one.
pub(crate) async fn join(call: Call) -> Result<Reply, Problem> {
    let by = call.caller()?.token.name.clone();
    once(&call.input, by.as_str())?;
    let join: Box<JoinEdge> = Box::new(body::json(&call.input.body)?);
    let edge = call.input.edge()?;
    let name = token_name(&edge)?;
    let view = TokenView {
        name: name.clone(),
        role: Role::Edge,
        project: None,
        site: None,
        edge: Some(edge.clone()),
        created: clock::now(),
        expires: None,
    };
    let is_for_once = call.caller()?.token.role == Role::Joiner;
    let by_once = is_for_once.then(|| by.clone());
    let command = Command::JoinEdge { edge, join, by: by_once, view: Box::new(view) };
    let answer = call.app.engine.run(command, None).await;
    for ended in [by, name] {
        call.app.callers.forget(&ended);
    }
    match answer? {
        Answer::Joined(joined) => Reply::json(&joined),
        _ => Err(super::unexpected()),
    }
}

/// Of the token that an edge speaks with.
fn token_name(edge: &Name) -> Result<Name, Problem> {
    format!("edge-{edge}").parse().map_err(|error| {
        let detail = format!("the edge's name is too long for a token of its own: {error}");
        Problem::new(ProblemKind::Conflict, detail)
    })
}

pub(crate) async fn report(call: Call) -> Result<Reply, Problem> {
    once(&call.input, call.caller()?.token.name.as_str())?;
    let report: Box<EdgeReport> = Box::new(body::json(&call.input.body)?);
    let command = Command::EdgeReport { edge: call.input.edge()?, report };
    let answer = call.app.engine.run(command, None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn target(call: Call) -> Result<Reply, Problem> {
    let edge = call.input.edge()?;
    newer(&call, |generation, wait| call.app.engine.edge_target(&edge, generation, wait)).await
}
