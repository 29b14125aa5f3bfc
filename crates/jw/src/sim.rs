//! `sim`: experiments. Needs no server.

mod hetero;
mod import;
mod joint;
mod pack;
mod scenario;
pub(crate) mod topology;

use clap::{
    Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use sim::SimError;

use crate::{context::Context, failure::Failure, table::figure};

#[derive(Debug, Subcommand)]
pub(crate) enum SimCommand {
    /// Run a scenario under virtual time with the control and the planner of production, and report what came out.
    Run(scenario::RunArgs),
    /// Run a scenario once for each of several policies, and line the reports up.
    Compare(scenario::CompareArgs),
    /// Read a trace or a network of others, and say what is in it, what cannot be used and what is assumed.
    Import(import::ImportArgs),
    /// Put arriving pods on nodes until demand is more than there is, and tell how much was allocated.
    Pack(pack::PackArgs),
    /// Run jobs of unlike speeds on unlike accelerators, in rounds.
    Hetero(hetero::HeteroArgs),
    /// Measure the planner on instances made by a rule and a seed.
    #[command(subcommand)]
    Bench(BenchCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Plan compute and network together: many jobs at once, with a certificate, and one by one.
    Joint(joint::JointArgs),
    /// Fair shares of unlike accelerators for very many jobs.
    Shares(hetero::SharesArgs),
    /// Pods that come and go on very many nodes: attempts a second, and how long they take.
    Pack(pack::PackScaleArgs),
}

pub(crate) fn run(context: &Context, command: &SimCommand) -> Result<(), Failure> {
    match command {
        SimCommand::Run(args) => scenario::run(context, args),
        SimCommand::Compare(args) => scenario::compare(context, args),
        SimCommand::Import(args) => import::run(context, args),
        SimCommand::Pack(args) => pack::run(context, args),
        SimCommand::Hetero(args) => hetero::run(context, args),
        SimCommand::Bench(BenchCommand::Joint(args)) => joint::run(context, args),
        SimCommand::Bench(BenchCommand::Shares(args)) => hetero::shares(context, args),
        SimCommand::Bench(BenchCommand::Pack(args)) => pack::bench(context, args),
    }
}

/// One of several by its name, with what each is in the help.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    about: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let value = move |it: &T| PossibleValue::new(name(*it)).help(about(*it));
    let named = move |text: String| all.iter().copied().find(|it| name(*it) == text);
    PossibleValuesParser::new(all.iter().map(value))
        .try_map(move |text| named(text).ok_or("not one of them"))
}

impl From<SimError> for Failure {
    fn from(error: SimError) -> Self {
        Self::usage(error.to_string())
    }
}
