//! What follows from the table of commands: completion, manual pages; and the description of the API.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{
    args::{Cli, Format},
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
};

pub(crate) fn completion(context: &Context, shell: Shell) -> Result<(), Failure> {
    context.out.raw(&script(shell))
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "jw", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

pub(crate) fn man(context: &Context, dir: &Path) -> Result<(), Failure> {
    let written =
        std::fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(Cli::command(), dir));
    written.map_err(|error| Failure::file("write the manual pages to", dir, &error))?;
    context.out.note(format!("manual pages written to {}", dir.display()));
    Ok(())
}

/// JSON unless another format is asked for.
pub(crate) fn open_api(context: &Context) -> Result<(), Failure> {
    let description = api::openapi();
    let mut out = context.out.clone();
    if out.is_human() {
        out.format = Format::Json;
    }
    out.print(Values::One(&description), |_| paths(&description))
}

/// For names and CSV: what can be called.
fn paths(description: &serde_json::Value) -> Page {
    let mut table =
        crate::table::Table::new([crate::table::column("METHOD"), crate::table::column("PATH")]);
    for (path, methods) in
        description.get("paths").and_then(|it| it.as_object()).into_iter().flatten()
    {
        for method in
            methods.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase())
        {
            table.push(format!("{method} {path}"), vec![method.into(), path.as_str().into()]);
        }
    }
    Page(vec![Section::Table { title: None, table }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_completes_every_command() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = script(shell);
            for command in Cli::command().get_subcommands().filter(|it| !it.is_hide_set()) {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }

    #[test]
    fn every_command_has_a_manual_page_and_the_exit_codes_are_in_the_first() {
        let dir = tempfile::tempdir().unwrap();
        clap_mangen::generate_to(Cli::command(), dir.path()).unwrap();
        for command in Cli::command().get_subcommands().filter(|it| !it.is_hide_set()) {
            let page = dir.path().join(format!("jw-{}.1", command.get_name()));
            assert!(std::fs::metadata(&page).unwrap().len() > 200, "{}", page.display());
        }
        let first = std::fs::read_to_string(dir.path().join("jw.1")).unwrap();
        assert!(first.contains("interrupted") && first.contains("Exit codes"), "{first}");
    }
}
