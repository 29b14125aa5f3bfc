//! The program `jw`: what people and scripts type, and what they get to read.
//!
//! Knows commands, formats and exit codes; asks the server for everything else and decides nothing.

mod admission;
mod agent;
mod apply;
mod args;
mod bill;
mod context;
mod data;
mod decision;
mod describe;
mod edge;
mod energy;
mod failure;
mod foreign;
mod format;
mod get;
mod kinds;
mod ledger;
mod log;
mod logs;
mod manifests;
mod market;
mod net;
mod output;
mod patience;
mod plan;
mod progress;
mod run;
mod sbatch;
mod shell;
mod sim;
mod submit;
mod table;
mod token;
mod top;
mod up;
mod wait;
mod watch;

use std::process::ExitCode;

use clap::Parser;
use model::Admission;

use crate::{
    args::{Cli, Command},
    context::Context,
    failure::Failure,
};

fn main() -> ExitCode {
    let cli = Cli::parse_from(sbatch::shielded(std::env::args_os().collect()));
    if let Command::Shim { dir } = &cli.command {
        // It forks nothing and waits for one process: no runtime, and nothing set up before.
        agent::shim(dir);
    }
    let context = Context::new(cli.global, cli.command.state_dir());
    let done = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(Box::pin(dispatch(&context, cli.command))),
        Err(error) => Err(Failure::usage(format!("cannot start: {error}"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            context.out.fail(&failure);
            ExitCode::from(failure.code())
        }
    }
}

async fn dispatch(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Up { args, .. } => Box::pin(up::run(context, &args)).await,
        Command::Agent { args, .. } => Box::pin(agent::run(context, &args)).await,
        Command::Apply { files, dry_run } => apply::apply(context, &files, dry_run).await,
        Command::Get(args) => get::run(context, &args).await,
        Command::Describe { kind, name } => describe::run(context, kind, &name).await,
        Command::Delete { kind: Some(kind), name: Some(name), .. } => {
            apply::delete_one(context, kind, &name).await
        }
        Command::Delete { file, .. } => apply::delete_files(context, &file).await,
        Command::Run { file, foreign } => Box::pin(run::run(context, &file, &foreign)).await,
        Command::Sbatch { words } => Box::pin(sbatch::run(context, &words)).await,
        Command::Submit { files, unique_name, foreign } => {
            submit::submit(context, &files, unique_name, &foreign).await
        }
        Command::Plan(args) => plan::run(context, &args).await,
        Command::Explain { job } => plan::explain(context, &job).await,
        Command::Logs { follow, task, job } => logs::run(context, &job, task, follow).await,
        Command::Cancel { jobs } => submit::cancel(context, &jobs).await,
        Command::Cordon { sites } => admission::set(context, &sites, Admission::Cordoned).await,
        Command::Drain { sites } => admission::set(context, &sites, Admission::Drained).await,
        Command::Uncordon { sites } => admission::set(context, &sites, Admission::Open).await,
        Command::Wait { until, timeout, jobs } => wait::run(context, until, timeout, &jobs).await,
        Command::Bill { args, command: None } => bill::run(context, &args).await,
        Command::Bill { command: Some(command), .. } => bill::further(context, &command).await,
        Command::Ledger(command) => Box::pin(ledger::run(context, &command)).await,
        Command::Settle { dry_run } => ledger::settle(context, dry_run).await,
        Command::Top { watch, at } => top::run(context, watch, at).await,
        Command::Watch { kind, name, after } => {
            watch::run(context, kind, name.as_deref(), after).await
        }
        Command::Data(command) => Box::pin(data::run(context, &command)).await,
        Command::Net(command) => net::run(context, &command),
        Command::Market(command) => Box::pin(market::run(context, &command)).await,
        Command::Edge(command) => Box::pin(edge::run(context, command)).await,
        Command::Service(command) => edge::service(context, command).await,
        Command::Energy(command) => energy::run(context, &command).await,
        Command::Sim(command) => sim::run(context, &command),
        Command::Token(command) => token::run(context, &command).await,
        Command::Whoami => token::whoami(context).await,
        Command::OpenApi => shell::open_api(context),
        Command::Completion { shell } => shell::completion(context, shell),
        Command::Man { dir } => shell::man(context, &dir),
        Command::Shim { dir } => agent::shim(&dir),
    }
}
