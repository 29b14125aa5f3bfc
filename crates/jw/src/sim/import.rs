//! `sim import`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sim::{
    files,
    import::{self, Format, Skipped, Trace},
};

use super::{
    figure, one_of,
    topology::{self, AssumptionArgs},
};
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Table, column},
};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[arg(value_parser = one_of(&Source::ALL, Source::name, Source::about))]
    format: Source,
    /// May be compressed (`.gz`).
    file: PathBuf,
    /// Write the jobs of a trace as JSON, with times in milliseconds from the first; or the manifests of a network, as
    /// `jw apply` takes them.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    assumptions: AssumptionArgs,
}

/// What is read: jobs, or nodes and links.
#[derive(Debug, Clone, Copy)]
enum Source {
    Trace(Format),
    Network(network::formats::Format),
}

impl Source {
    const ALL: [Self; 9] = [
        Self::Trace(Format::Swf),
        Self::Trace(Format::Openb),
        Self::Trace(Format::Gaia),
        Self::Trace(Format::Azure),
        Self::Network(network::formats::Format::Graphml),
        Self::Network(network::formats::Format::Repetita),
        Self::Network(network::formats::Format::NodeLink),
        Self::Network(network::formats::Format::Rfc8345),
        Self::Network(network::formats::Format::Sndlib),
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Trace(format) => format.name(),
            Self::Network(format) => format.name(),
        }
    }

    const fn about(self) -> &'static str {
        match self {
            Self::Trace(format) => format.about(),
            Self::Network(format) => format.about(),
        }
    }
}

/// What is in a trace.
#[derive(Debug, Serialize)]
struct Summary {
    format: &'static str,
    jobs: usize,
    tasks: u64,
    skipped: u64,
    /// From the first submission to the last.
    hours: f64,
    /// Of cores and of accelerators, over all runs.
    core_hours: f64,
    accelerator_hours: f64,
    problems: Vec<Skipped>,
}

pub(crate) fn run(context: &Context, args: &ImportArgs) -> Result<(), Failure> {
    match args.format {
        Source::Trace(_) if args.assumptions.is_some() => {
            Err(Failure::usage("--capacity, --delay, --price and --unit are for networks only"))
        }
        Source::Trace(format) => trace(context, format, args),
        Source::Network(format) => {
            topology::run(context, format, &args.file, args.to.as_deref(), &args.assumptions)
        }
    }
}

fn trace(context: &Context, format: Format, args: &ImportArgs) -> Result<(), Failure> {
    let trace = import::read(format, &args.file)?;
    if let Some(to) = &args.to {
        files::write_json(to, &trace.jobs)?;
    }
    let summary = summary(format, trace);
    context.out.print(Values::One(&summary), |_| page(&summary))
}

fn summary(format: Format, trace: Trace) -> Summary {
    let hours = |ms: u64| ms as f64 / 3.6e6;
    let jobs = &trace.jobs;
    let over = |amount: fn(&import::TraceJob) -> f64| -> f64 {
        jobs.iter().map(|job| amount(job) * f64::from(job.tasks) * hours(job.run_time.get())).sum()
    };
    let ends = jobs.first().zip(jobs.last());
    Summary {
        format: format.name(),
        jobs: jobs.len(),
        tasks: jobs.iter().map(|job| u64::from(job.tasks)).sum(),
        skipped: trace.skipped_in_all,
        hours: ends.map_or(0.0, |(first, last)| hours(last.submit.get() - first.submit.get())),
        core_hours: over(|job| job.cores_milli as f64 / 1e3),
        accelerator_hours: over(|job| f64::from(job.accelerators)),
        problems: trace.skipped,
    }
}

fn page(summary: &Summary) -> Page {
    let number = |value: f64| figure(value, 1, "");
    let fields = vec![
        ("format", Cell::from(summary.format)),
        ("jobs", Cell::new(summary.jobs)),
        ("tasks", Cell::new(summary.tasks)),
        ("skipped", Cell::new(summary.skipped)),
        ("hours", number(summary.hours)),
        ("core hours", number(summary.core_hours)),
        ("accelerator hours", number(summary.accelerator_hours)),
    ];
    let mut sections = vec![Section::Fields { title: Some("Trace"), fields }];
    if !summary.problems.is_empty() {
        let mut table = Table::new([column("LINE").right(), column("SKIPPED BECAUSE")]);
        for it in summary.problems.iter().take(10) {
            table.push(it.line.to_string(), vec![Cell::new(it.line), Cell::from(it.what.clone())]);
        }
        sections.push(Section::Table { title: None, table });
    }
    Page(sections)
}
