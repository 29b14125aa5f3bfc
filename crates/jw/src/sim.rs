//! `sim`: experiments. Needs no server.

mod hetero;
mod import;
mod joint;
mod pack;
mod scenario;

use clap::Subcommand;
use sim::SimError;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum SimCommand {
    /// Run a scenario and report what it cost.
    Run(scenario::RunArgs),
    /// Run a scenario once for each of several policies, and line the reports up.
    Compare(scenario::CompareArgs),
    /// Turn a trace of others into jobs of a scenario.
    Import(import::ImportArgs),
    /// Put arriving pods on nodes until demand is more than there is, and tell how much was allocated.
    Pack(pack::PackArgs),
    /// Run jobs of unlike speeds on unlike accelerators.
    Hetero(hetero::HeteroArgs),
    /// Measure the planner on instances made by a rule and a seed.
    #[command(subcommand)]
    Bench(BenchCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Plan compute and network together: many jobs at once, with a certificate, and one by one.
    Joint(joint::JointArgs),
}

pub(crate) fn run(context: &Context, command: &SimCommand) -> Result<(), Failure> {
    match command {
        SimCommand::Run(args) => scenario::run(context, args),
        SimCommand::Compare(args) => scenario::compare(context, args),
        SimCommand::Import(args) => import::run(context, args),
        SimCommand::Pack(args) => pack::run(context, args),
        SimCommand::Hetero(args) => hetero::run(context, args),
        SimCommand::Bench(BenchCommand::Joint(args)) => joint::run(context, args),
    }
}

impl From<SimError> for Failure {
    fn from(error: SimError) -> Self {
        Self::usage(error.to_string())
    }
}
