//! `net classes`: what tells kinds of flows apart: flows of known kinds, what is learnt from them, how often it is right.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use drivers::lab::{Act, Play, flows};
use network::overlay::{Accuracy, Kind, Tree};
use serde::Serialize;
use sim::{
    files,
    flows::{Sample, Script, scripts, to_csv},
};
use units::Delay;

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Table, column, figure},
};

#[derive(Debug, Subcommand)]
pub(crate) enum ClassesCommand {
    /// Send flows of known kinds (bulk, interactive, video, rpc) through a tunnel between two gateways, in namespaces that are
    /// made and taken away, and write what the gateways know each by. As root.
    Record(RecordArgs),
    /// Learn from flows of known kinds: the same tree from the same flows.
    Train(TrainArgs),
    /// How often the tree that gateways use is right about flows of known kinds.
    Test(TestArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// Flows of each kind.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    flows: u32,
    /// What flows do follows from it.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Of the networks between the gateways, one way.
    #[arg(long, default_value = "5ms")]
    delay: Delay,
    /// Write CSV here, instead of to standard output.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// Flows as CSV, as `record` writes it.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write the tree as JSON here, instead of to standard output.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Flows as CSV, as `record` writes it.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Another tree than the one that gateways use, as `train` writes it.
    #[arg(long, value_name = "FILE")]
    tree: Option<PathBuf>,
}

pub(crate) fn run(context: &Context, command: &ClassesCommand) -> Result<(), Failure> {
    match command {
        ClassesCommand::Record(args) => record(context, args),
        ClassesCommand::Train(args) => train(context, args),
        ClassesCommand::Test(args) => test(context, args),
    }
}

/// To the file, or to standard output.
pub(super) fn write(context: &Context, to: Option<&PathBuf>, text: &str) -> Result<(), Failure> {
    match to {
        Some(file) => Ok(files::write_text(file, text)?),
        None => context.out.raw(text),
    }
}

fn record(context: &Context, args: &RecordArgs) -> Result<(), Failure> {
    let scripts = scripts(args.flows, args.seed);
    let plays: Vec<Play> = scripts.iter().map(play).collect();
    let seen = flows(&plays, args.delay).map_err(|error| Failure::usage(error.to_string()))?;
    let sample = |(at, features): (usize, _)| Some((features, scripts.get(at)?.kind));
    let samples: Vec<Sample> = seen.into_iter().filter_map(sample).collect();
    write(context, args.to.as_ref(), &to_csv(&samples))
}

fn play(script: &Script) -> Play {
    let act = |it: &sim::flows::Step| Act { wait: it.wait, asks: it.asks, answers: it.answers };
    Play { is_udp: script.is_udp, acts: script.steps.iter().map(act).collect() }
}

fn read(all: &[PathBuf]) -> Result<Vec<Sample>, Failure> {
    let read: Result<Vec<_>, _> = all.iter().map(|file| sim::flows::read(file)).collect();
    Ok(read?.concat())
}

fn train(context: &Context, args: &TrainArgs) -> Result<(), Failure> {
    let tree = Tree::train(&read(&args.files)?);
    let text = serde_json::to_string_pretty(&tree);
    let text = text.map_err(|error| Failure::usage(error.to_string()))?;
    write(context, args.to.as_ref(), &(text + "\n"))
}

/// How often it was right.
#[derive(Debug, Serialize)]
struct Told {
    #[serde(flatten)]
    accuracy: Accuracy,
    right_pct: f64,
    right_class_pct: f64,
}

fn test(context: &Context, args: &TestArgs) -> Result<(), Failure> {
    let samples = read(&args.files)?;
    let own = args.tree.as_ref().map(|file| -> Result<Tree, Failure> {
        let wrong = |error| Failure::usage(format!("{}: {error}", file.display()));
        serde_json::from_str(&files::text(file)?).map_err(wrong)
    });
    let own = own.transpose()?;
    let accuracy = Accuracy::of(own.as_ref().unwrap_or_else(|| Tree::trained()), &samples);
    let percent = |part: u32| 100.0 * f64::from(part) / f64::from(accuracy.flows.max(1));
    let (right_pct, right_class_pct) = (percent(accuracy.right), percent(accuracy.right_class));
    let told = Told { accuracy, right_pct, right_class_pct };
    context.out.print(Values::One(&told), |_| page(&told))
}

fn page(told: &Told) -> Page {
    let names = ["AS BULK", "AS INTERACTIVE", "AS VIDEO", "AS RPC"];
    let columns = std::iter::once(column("KIND")).chain(names.map(|it| column(it).right()));
    let mut table = Table::new(columns.collect::<Vec<_>>());
    for (kind, counts) in Kind::ALL.into_iter().zip(&told.accuracy.taken_for) {
        let cells = std::iter::once(Cell::from(kind.name())).chain(counts.iter().map(Cell::new));
        table.push(kind.name().to_owned(), cells.collect());
    }
    let fields = vec![
        ("flows", Cell::new(told.accuracy.flows)),
        ("kind right", figure(told.right_pct, 1, " %")),
        ("class right", figure(told.right_class_pct, 1, " %")),
    ];
    Page(vec![Section::Table { title: None, table }, Section::Fields { title: None, fields }])
}
