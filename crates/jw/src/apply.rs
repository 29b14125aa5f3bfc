//! `apply` and `delete`: manifests in, resources changed.

use api::{AppliedResource, ApplyAction};
use client::Client;
use model::{Kind, Resource};

use crate::{
    args::Files,
    context::Context,
    failure::Failure,
    get, manifests,
    output::Values,
    table::{Cell, Style, Table, column},
};

pub(crate) async fn apply(context: &Context, files: &Files, dry_run: bool) -> Result<(), Failure> {
    let manifests = manifests::read(&files.files)?;
    let text = manifests::joined(&manifests, context.global.project.as_ref());
    let answer = context.client()?.apply(&text, dry_run).await?;
    context.out.print(Values::Many(&answer.resources), |_| table(&answer.resources).into())?;
    let changed = answer.resources.iter().filter(|it| it.action != ApplyAction::Unchanged).count();
    let would = if dry_run { "would change" } else { "changed" };
    context.out.note(format!("{changed} of {} {would}", answer.resources.len()));
    Ok(())
}

fn table(applied: &[AppliedResource]) -> Table {
    let mut table = Table::new([
        column("KIND"),
        column("NAME"),
        column("ACTION"),
        column("VERSION").right().wide(),
    ]);
    for it in applied {
        let action = match it.action {
            ApplyAction::Created => Cell::new("created").style(Style::Good),
            ApplyAction::Updated => Cell::new("updated").style(Style::Busy),
            ApplyAction::Unchanged => Cell::new("unchanged").style(Style::Dim),
        };
        table.push(
            it.name.as_str(),
            vec![Cell::new(it.kind), it.name.as_str().into(), action, Cell::new(it.version)],
        );
    }
    table
}

pub(crate) async fn delete_one(context: &Context, kind: Kind, name: &str) -> Result<(), Failure> {
    let client = context.client()?;
    match kind {
        Kind::Job => client.delete_job(&get::key(context, name)?, None).await?,
        kind => client.delete_resource(kind, &get::name(name)?, None).await?,
    }
    context.out.note(format!("{kind} {name} deleted"));
    Ok(())
}

/// Last first, as later resources refer to earlier ones. What is gone already is passed over.
pub(crate) async fn delete_files(
    context: &Context,
    files: &[std::path::PathBuf],
) -> Result<(), Failure> {
    let manifests = manifests::read(files)?;
    let mut resources: Vec<&Resource> =
        manifests.iter().flat_map(|manifest| &manifest.resources).collect();
    resources.sort_by_key(|resource| resource.spec.kind());
    let client = context.client()?;
    for resource in resources.into_iter().rev() {
        let kind = resource.spec.kind();
        let name = &resource.metadata.name;
        match delete_resource(context, &client, resource).await {
            Ok(()) => context.out.note(format!("{kind} {name} deleted")),
            Err(failure) if failure.is_not_found() => {
                context.out.note(format!("{kind} {name} is not there"))
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

async fn delete_resource(
    context: &Context,
    client: &Client,
    resource: &Resource,
) -> Result<(), Failure> {
    let name = &resource.metadata.name;
    match resource.spec.kind() {
        Kind::Job => {
            let project = resource.metadata.project.clone().unwrap_or_else(|| context.project());
            client.delete_job(&model::JobKey { project, name: name.clone() }, None).await?;
        }
        kind => client.delete_resource(kind, name, None).await?,
    }
    Ok(())
}
