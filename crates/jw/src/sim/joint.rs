//! `sim bench joint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use planner::joint::Effort;
use sim::joint::{Grain, Report, Rule, bench};

use super::figure;
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::Cell,
};

#[derive(Debug, Args)]
pub(crate) struct JointArgs {
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    jobs: u32,
    #[arg(long, default_value_t = 100, value_name = "N")]
    pools: u32,
    #[arg(long, default_value_t = 60, value_name = "N")]
    nodes: u32,
    #[arg(long, default_value_t = 200, value_name = "N")]
    links: u32,
    /// How far is planned.
    #[arg(long, default_value_t = 48, value_name = "H")]
    hours: u32,
    /// How large jobs are: 1 to 32 accelerators, or an eighth of that.
    #[arg(long, value_enum, default_value = "coarse")]
    grain: GrainArg,
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Threads at most; the plan is the same with any number.
    #[arg(long, default_value_t = 2, value_name = "N")]
    threads: usize,
    /// Write the instance, the plan and its prices into this file, for `jw plan verify` and others.
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GrainArg {
    Coarse,
    Fine,
}

pub(crate) fn run(context: &Context, args: &JointArgs) -> Result<(), Failure> {
    let JointArgs { jobs, pools, nodes, links, hours, seed, .. } = *args;
    let grain = match args.grain {
        GrainArg::Coarse => Grain::Coarse,
        GrainArg::Fine => Grain::Fine,
    };
    let rule = Rule { jobs, pools, nodes, links, hours, grain, seed };
    if context.out.is_human() {
        context.out.note(format!("planning {jobs} jobs over {pools} pools and {hours} h ..."));
    }
    let effort = Effort { threads: args.threads.clamp(1, 64), ..Effort::default() };
    let report = bench(&rule, &effort, args.dump.as_deref())?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let fields = vec![
        ("cost", figure(report.cost, 2, "")),
        ("no plan is below", figure(report.bound, 2, "")),
        ("gap", Cell::exact(format!("at most {:.2} %", report.gap_pct), report.gap_pct)),
        ("refused", Cell::new(report.refused)),
        ("batch", figure(report.batch_s, 2, " s")),
        ("check", figure(report.check_s, 2, " s")),
        ("as time goes by", percent(report.online_excess_pct)),
        ("on arrival alone", percent(report.arrival_excess_pct)),
        ("decisions on arrival", figure(report.decisions_per_s, 0, " a second")),
        ("memory", figure(report.peak_rss_mib, 0, " MiB")),
    ];
    Page(vec![Section::Fields { title: Some("Joint planning"), fields }])
}

fn percent(value: f64) -> Cell {
    figure(value, 1, " % above the batch")
}
