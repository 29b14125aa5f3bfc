//! `net`: networks as others describe them. Needs no server.

mod graph;
mod show;
mod te;

use clap::Subcommand;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum NetCommand {
    /// Read a network, and write it as manifests that `jw apply` takes.
    Import(graph::ImportArgs),
    /// What a network is like: its size, its parts, and what its text leaves unsaid.
    Show(show::ShowArgs),
    /// Spread demands over paths, with a proof of how near to the best that is.
    Te(te::TeArgs),
}

pub(crate) fn run(context: &Context, command: &NetCommand) -> Result<(), Failure> {
    match command {
        NetCommand::Import(args) => graph::import(context, args),
        NetCommand::Show(args) => show::run(context, args),
        NetCommand::Te(args) => te::run(context, args),
    }
}
