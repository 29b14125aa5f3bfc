//! `sbatch`: Slurm's way to submit, for scripts that are there already.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use api::JobView;
use clap::CommandFactory;
use compat::sbatch::{CommandLine, Setting, Submission, submission};

use crate::{
    args::Cli, context::Context, failure::Failure, foreign, manifests, output::Values, plan, run,
};

pub(crate) async fn run(context: &Context, words: &[String]) -> Result<(), Failure> {
    let line = CommandLine::read(words).map_err(|faults| foreign::refused("sbatch", &faults))?;
    if line.has("help") || line.has("usage") {
        return context.out.raw(&compat::sbatch::help());
    }
    if line.has("version") {
        return context.out.raw(concat!("jw ", env!("CARGO_PKG_VERSION"), "\n"));
    }
    let (file, script) = script(&line)?;
    let client = context.client()?;
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect::<BTreeMap<String, String>>();
    let world = foreign::world(&client).await?;
    let now = jiff::Zoned::now();
    let setting = Setting { variables: &variables, world: &world, now: &now };
    let asked =
        submission(&line, &script, setting).map_err(|faults| foreign::refused(&file, &faults))?;
    if !asked.quiet || asked.strict {
        foreign::say(context, &file, &asked.order.notes, asked.strict)?;
    }
    let job = document(context, &asked);
    if asked.test_only {
        return plan::show(context, &[job]).await;
    }
    let view = client.submit(&job, true).await?;
    tell(context, &view, asked.parsable)?;
    if asked.wait { Box::pin(run::follow(context, &client, view)).await } else { Ok(()) }
}

/// The script's name for messages, and its text.
fn script(line: &CommandLine) -> Result<(String, String), Failure> {
    match &line.script {
        Some(path) if line.has("wrap") => {
            Err(Failure::usage(format!("--wrap makes a script of its text: leave out {path}")))
        }
        None if line.has("wrap") => Ok(("--wrap".to_owned(), String::new())),
        None => Ok(("stdin".to_owned(), manifests::read_stdin()?)),
        Some(path) => std::fs::read_to_string(path)
            .map(|text| (path.clone(), text))
            .map_err(|error| Failure::file("read", Path::new(path), &error)),
    }
}

/// The project is the one of the command line, of jw's own options, or of the script, in this order.
fn document(context: &Context, asked: &Submission) -> String {
    let mut resource = asked.order.resource();
    if !asked.project_is_said && context.global.project.is_some() {
        resource.metadata.project.clone_from(&context.global.project);
    }
    manifests::document(&resource, context.global.project.as_ref())
}

/// As sbatch says it, for scripts that cut the last word out.
fn tell(context: &Context, view: &JobView, parsable: bool) -> Result<(), Failure> {
    if !context.out.is_human() {
        let row = crate::get::summary(view);
        return context
            .out
            .print(Values::One(view), |out| crate::kinds::jobs(&[row], &out.clock).into());
    }
    let before = if parsable { "" } else { "Submitted batch job " };
    context.out.raw(&format!("{before}{}\n", view.key))
}

/// Arguments of which jw reads none behind the word `sbatch`: letters as `-p` mean other things there.
pub(crate) fn shielded(arguments: Vec<OsString>) -> Vec<OsString> {
    let is_command = |at: &usize| {
        let read = arguments.get(..=*at).map(|words| Cli::command().try_get_matches_from(words));
        matches!(read, Some(Ok(matches)) if matches.subcommand_name() == Some("sbatch"))
    };
    let words =
        (1..arguments.len()).filter(|at| arguments.get(*at).is_some_and(|it| it == "sbatch"));
    let asks = |word: Option<&OsString>| word.is_some_and(|word| word == "-h" || word == "--help");
    match words.into_iter().find(is_command) {
        Some(at) if !asks(arguments.get(at + 1)) => {
            let mut all = arguments;
            all.insert(at + 1, "--".into());
            all
        }
        _ => arguments,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::Command;

    fn words(line: &str) -> Vec<String> {
        let arguments = line.split(' ').map(OsString::from).collect();
        match Cli::try_parse_from(shielded(arguments)).unwrap().command {
            Command::Sbatch { words } => words,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_behind_the_word_are_sbatchs_own() {
        assert_eq!(
            words("jw sbatch -p gpu -n4 job.sh -o x --help"),
            ["-p", "gpu", "-n4", "job.sh", "-o", "x", "--help"]
        );
        assert_eq!(words("jw -p demo sbatch --version"), ["--version"]);
        assert_eq!(words("jw sbatch -- sbatch"), ["--", "sbatch"]);
        assert!(words("jw sbatch").is_empty());
    }

    #[test]
    fn other_commands_are_left_alone() {
        for line in [
            "jw submit -f sbatch",
            "jw -p sbatch get jobs",
            "jw sbatch --help",
            "jw get jobs sbatch",
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(shielded(arguments.clone()), arguments, "{line}");
        }
    }
}
