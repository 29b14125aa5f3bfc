//! `net`: networks as others describe them. Needs no server.

mod classes;
mod drill;
mod export;
mod graph;
mod lab;
mod path;
mod reach;
mod show;
mod steer;
mod te;
mod ways;

use clap::Subcommand;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum NetCommand {
    /// Read a network, and write it as manifests that `jw apply` takes.
    Import(graph::ImportArgs),
    /// Write a network in another form: node-link JSON, GraphML, Repetita's, or the JSON of RFC 8345.
    Export(export::ExportArgs),
    /// What a network is like: its size, its parts, and what its text leaves unsaid.
    Show(graph::FileArgs),
    /// The least delays between all nodes.
    Apsp(graph::GraphArgs),
    /// The ways from one node to another: the shortest, the cheapest within a delay, or two that share as little as can be.
    Path(path::PathArgs),
    /// Several ways between pairs of nodes.
    Paths(ways::PathsArgs),
    /// Fail every link, every node and every group that shares a risk, and follow every packet that is hit.
    Drill(drill::DrillArgs),
    /// How well a network withstands failures: A to E by the worst of three parts of all pairs of nodes. A: the packets of
    /// all arrive whichever link fails, of 99 % whichever node fails, and no link parts any. B: 99, 95 and 99 %. C: 90, 80
    /// and 90 %. D: 70, 60 and 70 %.
    Grade(graph::GraphArgs),
    /// How far a node reaches: round trips to all others, and with -o geojson the circles of 1, 5, 10 and 20 ms.
    Reach(reach::ReachArgs),
    /// Spread demands over paths, with a proof of how near to the best that is.
    Te(te::TeArgs),
    /// A network of namespaces on this machine, with real packets: steer services, cut links, measure.
    #[command(subcommand)]
    Lab(lab::LabCommand),
    /// What tells kinds of flows apart by what they do: record, train, test.
    #[command(subcommand)]
    Classes(classes::ClassesCommand),
    /// Steer new flows to instances of services over a simulated network with failures: how fast an ingress decides, and
    /// how near delays come to those of an oracle that knows all.
    SteerBench(steer::SteerBenchArgs),
}

pub(crate) fn run(context: &Context, command: &NetCommand) -> Result<(), Failure> {
    match command {
        NetCommand::Import(args) => graph::import(context, args),
        NetCommand::Export(args) => export::run(context, args),
        NetCommand::Show(args) => show::run(context, args),
        NetCommand::Apsp(args) => ways::apsp(context, args),
        NetCommand::Path(args) => path::run(context, args),
        NetCommand::Paths(args) => ways::paths(context, args),
        NetCommand::Drill(args) => drill::run(context, args),
        NetCommand::Grade(args) => drill::grade(context, args),
        NetCommand::Reach(args) => reach::run(context, args),
        NetCommand::Te(args) => te::run(context, args),
        NetCommand::Lab(command) => lab::run(context, command),
        NetCommand::Classes(command) => classes::run(context, command),
        NetCommand::SteerBench(args) => steer::run(context, args),
    }
}
