//! `sim hetero` and `sim bench shares`.

use std::path::PathBuf;

use clap::Args;
use sim::hetero::{self, HeteroReport, Policy, ScaleReport};

use super::{figure, one_of};
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::Cell,
};

#[derive(Debug, Args)]
pub(crate) struct HeteroArgs {
    /// Jobs: Gavel's trace, ten fields parted by tabs; may be compressed (`.gz`).
    #[arg(long, value_name = "FILE")]
    trace: PathBuf,
    /// Steps a second by type and kind of work, as JSON.
    #[arg(long, value_name = "FILE")]
    throughputs: PathBuf,
    /// Processors of each type.
    #[arg(long, default_value = "v100=8,p100=16,k80=24", value_name = "TYPE=N,..")]
    cluster: String,
    #[arg(long, value_parser = one_of(&Policy::ALL, Policy::name, Policy::about), default_value = "jingwei")]
    policy: Policy,
    /// Draws of `fifo`.
    #[arg(long, default_value_t = 0, value_name = "S")]
    seed: u64,
}

pub(crate) fn run(context: &Context, args: &HeteroArgs) -> Result<(), Failure> {
    let cluster = hetero::cluster(&args.cluster)?;
    let speeds = hetero::speeds(&args.throughputs)?;
    let trace = hetero::trace(&args.trace, &speeds, &cluster)?;
    let report = hetero::run(&trace, &cluster, &speeds, args.policy, args.seed)?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &HeteroReport) -> Page {
    let hours = |value: f64| figure(value, 2, " h");
    let fields = vec![
        ("policy", Cell::from(report.policy)),
        ("mean completion", hours(report.mean_jct_h)),
        ("all done after", hours(report.makespan_h)),
        ("used", Cell::exact(format!("{:.1} %", report.utilisation * 100.0), report.utilisation)),
        ("jobs", Cell::new(report.jobs)),
        ("rounds", Cell::new(report.rounds)),
    ];
    Page(vec![Section::Fields { title: Some("Unlike processors"), fields }])
}

#[derive(Debug, Args)]
pub(crate) struct SharesArgs {
    /// Steps a second by type and kind of work, as JSON.
    #[arg(long, value_name = "FILE")]
    throughputs: PathBuf,
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    jobs: u64,
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
}

pub(crate) fn shares(context: &Context, args: &SharesArgs) -> Result<(), Failure> {
    let report = hetero::scale(&hetero::speeds(&args.throughputs)?, args.jobs, args.seed)?;
    context.out.print(Values::One(&report), |_| shares_page(&report))
}

fn shares_page(report: &ScaleReport) -> Page {
    let ms = |value: f64| figure(value, 2, " ms");
    let fields = vec![
        ("jobs", Cell::new(report.jobs)),
        ("groups", Cell::new(report.groups)),
        ("a round", ms(report.round_ms)),
        ("of it shares", ms(report.shares_ms)),
        ("least", figure(report.least, 6, "")),
        ("nothing is above", figure(report.bound, 6, "")),
    ];
    Page(vec![Section::Fields { title: Some("Fair shares"), fields }])
}
