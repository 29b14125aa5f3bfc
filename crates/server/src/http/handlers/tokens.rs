//! Tokens: made, listed, ended. The secret is shown once and kept as a hash only.

use api::{NewToken, NewTokenAnswer, Problem, ProblemKind, Role, TokenView};
use axum::http::StatusCode;
use model::{Invalid, Name};

use crate::{
    Answer, Command, clock,
    http::{auth, body, input::Call, once::once, reads, reply::Reply},
};

pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    let new: NewToken = body::json(&call.input.body)?;
    check(&new)?;
    is_free(&call, &new.name).await?;
    let token = auth::new_secret()?;
    let now = clock::now();
    let view = TokenView {
        name: new.name,
        role: new.role,
        project: new.project,
        site: new.site,
        edge: new.edge,
        created: now,
        expires: new.valid_for.map(|span| now.after(span)),
    };
    let command = Command::CreateToken { hash: auth::hash(&token), view: Box::new(view) };
    match call.app.engine.run(command, once).await? {
        Answer::Token(view) => {
            Ok(Reply::json(&NewTokenAnswer { token, view })?.status(StatusCode::CREATED))
        }
        Answer::Replayed { .. } => Err(shown_already()),
        other => Reply::answer(&other, call.input.endpoint.success),
    }
}

/// Also where the request came before: the secret was in the first answer, and nobody has kept it.
async fn is_free(call: &Call, name: &Name) -> Result<(), Problem> {
    if reads::has_token(call.app.engine.store(), name).await? {
        let detail = format!("there is a token `{name}`: delete it, or choose another name");
        return Err(Problem::new(ProblemKind::Exists, detail));
    }
    Ok(())
}

/// The first answer held the secret, and nobody has kept it.
fn shown_already() -> Problem {
    let detail = "the token was made by the first request with this Idempotency-Key, and its secret was in that \
                  answer only: if it is lost, delete the token and make another";
    Problem::new(ProblemKind::Conflict, detail)
}

/// A role and what a token of it is bound to belong together.
fn check(new: &NewToken) -> Result<(), Problem> {
    let (needs_project, needs_site, needs_edge) = match new.role {
        Role::Member | Role::Viewer => (true, false, false),
        Role::Agent => (false, true, false),
        Role::Edge | Role::Joiner => (false, false, true),
        Role::Admin | Role::Operator => (false, false, false),
    };
    let role = auth::role(new.role);
    let mut wrong = Vec::new();
    let mut bound = |field: &str, given: bool, needed: bool| {
        if given != needed {
            let right = if needed { "name one" } else { "leave it out" };
            let has = if needed { "is bound to one" } else { "has no" };
            wrong.push(Invalid::new(
                field,
                format!("a token with the role {role} {has} {field}: {right}"),
            ));
        }
    };
    bound("project", new.project.is_some(), needs_project);
    bound("site", new.site.is_some(), needs_site);
    bound("edge", new.edge.is_some(), needs_edge);
    if new.valid_for.is_some_and(units::Span::is_zero) {
        wrong.push(Invalid::new(
            "valid_for",
            "a token valid for no time is of no use: give more, or leave it out",
        ));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let limit = call.input.query.limit()?;
    let after: Option<Name> = call.input.query.parsed("cursor")?;
    Reply::json(&reads::tokens(call.app.engine.store(), after.as_ref(), limit).await?)
}

pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let name = call.input.name()?;
    if !reads::has_token(call.app.engine.store(), &name).await? {
        return Err(Problem::new(ProblemKind::NotFound, format!("there is no token `{name}`")));
    }
    let answer = call.app.engine.run(Command::DeleteToken { name: name.clone() }, None).await;
    // Even after a failure: it costs one look into the store.
    call.app.callers.forget(&name);
    Reply::answer(&answer?, call.input.endpoint.success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_bound_to_what_it_should_be() {
        let checked = |text: &str| {
            let new: NewToken = serde_json::from_str(text).unwrap();
            check(&new).map_err(|problem| problem.detail)
        };
        assert_eq!(checked(r#"{"name": "t", "role": "admin"}"#), Ok(()));
        assert_eq!(checked(r#"{"name": "t", "role": "viewer", "project": "p"}"#), Ok(()));
        assert_eq!(checked(r#"{"name": "t", "role": "agent", "site": "s"}"#), Ok(()));
        assert_eq!(checked(r#"{"name": "t", "role": "joiner", "edge": "e"}"#), Ok(()));
        assert_eq!(
            checked(r#"{"name": "t", "role": "edge"}"#),
            Err("edge: a token with the role edge is bound to one edge: name one".into())
        );
        assert_eq!(
            checked(r#"{"name": "t", "role": "member"}"#),
            Err("project: a token with the role member is bound to one project: name one".into())
        );
        assert_eq!(
            checked(r#"{"name": "t", "role": "operator", "project": "p", "site": "s"}"#),
            Err(
                "project: a token with the role operator has no project: leave it out (and 1 more)"
                    .into()
            )
        );
        assert!(checked(r#"{"name": "t", "role": "admin", "valid_for": "0s"}"#).is_err());
    }
}
