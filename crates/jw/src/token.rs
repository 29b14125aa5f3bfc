//! `token` and `whoami`: who may speak, and who speaks.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use api::{NewToken, Role, TokenView};

use crate::{
    args::{RoleArg, TokenCommand},
    context::Context,
    failure::Failure,
    format::Clock,
    output::{Page, Section, Values},
    table::{Cell, Table, column},
};

pub(crate) async fn run(context: &Context, command: &TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Create { name, role, site, valid_for, to } => {
            let role = role_of(*role);
            // Only members and viewers are of a project, and JW_PROJECT may be set for other commands.
            let project = matches!(role, Role::Member | Role::Viewer).then(|| context.project());
            let token = NewToken {
                name: name.clone(),
                role,
                project,
                site: site.clone(),
                edge: None,
                valid_for: *valid_for,
            };
            create(context, &token, to.as_deref()).await
        }
        TokenCommand::Ls => list(context).await,
        TokenCommand::Rm { names } => {
            let client = context.client()?;
            for name in names {
                client.delete_token(name).await?;
                context.out.note(format!("token {name} ended"));
            }
            Ok(())
        }
    }
}

const fn role_of(role: RoleArg) -> Role {
    match role {
        RoleArg::Admin => Role::Admin,
        RoleArg::Operator => Role::Operator,
        RoleArg::Member => Role::Member,
        RoleArg::Viewer => Role::Viewer,
        RoleArg::Agent => Role::Agent,
    }
}

pub(crate) async fn create(
    context: &Context,
    token: &NewToken,
    to: Option<&Path>,
) -> Result<(), Failure> {
    let client = context.client()?;
    let Some(path) = to else {
        let answer = client.create_token(token).await?;
        return context.out.print(Values::One(&answer), |out| {
            let Page(mut sections) = page(&answer.view, &out.clock);
            if let Some(Section::Fields { fields, .. }) = sections.first_mut() {
                fields.push(("token", Cell::new(&answer.token)));
            }
            Page(sections)
        });
    };
    // Before the token is made: it is shown only once, and must not be lost to a file that cannot be.
    let mut file = secret_file(path).map_err(|error| Failure::file("create", path, &error))?;
    let answer = client.create_token(token).await?;
    writeln!(file, "{}", answer.token).map_err(|error| Failure::file("write", path, &error))?;
    context.out.print(Values::One(&answer.view), |out| page(&answer.view, &out.clock))
}

/// A file that is not there yet, for its owner only.
pub(crate) fn secret_file(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

async fn list(context: &Context) -> Result<(), Failure> {
    let page = context.client()?.tokens().await?;
    context.out.print(Values::Many(&page.items), |out| table(&page.items, &out.clock).into())
}

fn role_text(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Operator => "operator",
        Role::Member => "member",
        Role::Viewer => "viewer",
        Role::Agent => "agent",
        Role::Edge => "edge",
        Role::Joiner => "joiner",
    }
}

fn page(view: &TokenView, clock: &Clock) -> Page {
    let mut fields = vec![("name", Cell::new(&view.name)), ("role", role_text(view.role).into())];
    fields.extend(view.project.iter().map(|it| ("project", Cell::new(it))));
    fields.extend(view.site.iter().map(|it| ("site", Cell::new(it))));
    fields.extend(view.edge.iter().map(|it| ("edge", Cell::new(it))));
    fields.extend(view.expires.map(|time| ("expires", Cell::exact(clock.both(time), time))));
    Page(vec![Section::Fields { title: None, fields }])
}

fn table(views: &[TokenView], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("NAME"),
        column("ROLE"),
        column("PROJECT"),
        column("SITE"),
        column("EDGE"),
        column("CREATED"),
        column("EXPIRES"),
    ]);
    for view in views {
        let cells = vec![
            Cell::new(&view.name),
            role_text(view.role).into(),
            Cell::option(view.project.as_ref()),
            Cell::option(view.site.as_ref()),
            Cell::option(view.edge.as_ref()),
            clock.cell(view.created),
            clock.cell_option(view.expires),
        ];
        table.push(view.name.as_str(), cells);
    }
    table
}

pub(crate) async fn whoami(context: &Context) -> Result<(), Failure> {
    let who = context.client()?.whoami().await?;
    context.out.print(Values::One(&who), |_| {
        let mut fields = vec![("name", Cell::new(&who.name)), ("role", role_text(who.role).into())];
        fields.extend(who.project.iter().map(|it| ("project", Cell::new(it))));
        fields.extend(who.site.iter().map(|it| ("site", Cell::new(it))));
        fields.extend(who.edge.iter().map(|it| ("edge", Cell::new(it))));
        fields.push(("server", context.global.server.as_str().into()));
        fields.push(("server version", who.server_version.as_str().into()));
        Page(vec![Section::Fields { title: None, fields }])
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_token_file_is_new_and_its_owners_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("agent.token");
        let file = secret_file(&path).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(secret_file(&path).is_err(), "a token is never overwritten");
    }

    #[test]
    fn roles_are_written_as_the_api_does() {
        for role in [
            Role::Admin,
            Role::Operator,
            Role::Member,
            Role::Viewer,
            Role::Agent,
            Role::Edge,
            Role::Joiner,
        ] {
            assert_eq!(serde_json::to_value(role).unwrap(), role_text(role));
        }
    }
}
