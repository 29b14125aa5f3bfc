//! `sim pack` and `sim bench pack`.

use std::path::PathBuf;

use clap::Args;
use compute::packing::Policy;
use sim::pack::{PackReport, PackScaleReport, PackScaleSpec, PackSpec, read, run as pack, scale};

use super::{figure, one_of};
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::Cell,
};

#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// Nodes: CSV with sn, cpu_milli, memory_mib, gpu, model; may be compressed (`.gz`).
    #[arg(long, value_name = "FILE")]
    nodes: PathBuf,
    /// Pods: CSV with cpu_milli, memory_mib, num_gpu, gpu_milli and, where there is one, gpu_spec.
    #[arg(long, value_name = "FILE")]
    pods: PathBuf,
    #[arg(long, value_parser = one_of(&Policy::ALL, Policy::name, Policy::about), default_value = "jingwei")]
    policy: Policy,
    /// Runs, each with arrivals in another order.
    #[arg(long, default_value_t = 10, value_name = "N")]
    seeds: u64,
    /// Demand that arrives, in capacities of all devices.
    #[arg(long, default_value_t = 1.3, value_name = "X")]
    load: f64,
    /// Pods that `jingwei` may hold undecided; 1 is strictly online.
    #[arg(long, default_value_t = 1, value_name = "N")]
    window: usize,
    /// `jingwei` places whatever fits, and refuses nothing that is not worth its device.
    #[arg(long)]
    admit_all: bool,
}

pub(crate) fn run(context: &Context, args: &PackArgs) -> Result<(), Failure> {
    let policy = args.policy;
    if policy != Policy::Jingwei && (args.window != 1 || args.admit_all) {
        return Err(Failure::usage("--window and --admit-all are for the policy jingwei only"));
    }
    let cluster = read(&args.nodes, &args.pods)?;
    if context.out.is_human() {
        let (nodes, pods) = (cluster.nodes.len(), cluster.pods.len());
        context.out.note(format!(
            "packing {pods} pods and more on {nodes} nodes, {} times ...",
            args.seeds
        ));
    }
    let PackArgs { seeds, load, window, admit_all, .. } = *args;
    let report = pack(&cluster, &PackSpec { policy, seeds, load, window, admit_all })?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &PackReport) -> Page {
    let percent = |value: f64| figure(value, 2, " %");
    let fields = vec![
        ("policy", Cell::from(report.policy)),
        ("allocated", percent(report.alloc_pct_mean)),
        ("standard deviation", percent(report.alloc_pct_sd)),
        ("of no use to typical pods", percent(report.frag_pct_mean)),
        ("placed", Cell::new(report.placed)),
        ("refused, not worth it", Cell::new(report.refused)),
        ("attempts", figure(report.attempts_per_s, 0, " a second")),
        ("99 of 100 within", figure(report.p99_us, 1, " us")),
    ];
    Page(vec![Section::Fields { title: Some("Packing"), fields }])
}

#[derive(Debug, Args)]
pub(crate) struct PackScaleArgs {
    /// Nodes of three models, drawn by the seed.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    nodes: usize,
    /// Part of all devices that is kept allocated: pods leave by chance before others come.
    #[arg(long, default_value_t = 0.9, value_name = "X")]
    full: f64,
    /// Pods that come once it is so full.
    #[arg(long, default_value_t = 2_000_000, value_name = "N")]
    attempts: usize,
    #[arg(long, value_parser = one_of(&Policy::ALL, Policy::name, Policy::about), default_value = "jingwei")]
    policy: Policy,
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
}

pub(crate) fn bench(context: &Context, args: &PackScaleArgs) -> Result<(), Failure> {
    let PackScaleArgs { nodes, full, attempts, policy, seed } = *args;
    if context.out.is_human() {
        context.out.note(format!("filling {nodes} nodes ..."));
    }
    let report = scale(&PackScaleSpec { nodes, full, attempts, policy, seed })?;
    context.out.print(Values::One(&report), |_| scale_page(&report))
}

fn scale_page(report: &PackScaleReport) -> Page {
    let percent = |value: f64| figure(value, 2, " %");
    let fields = vec![
        ("policy", Cell::from(report.policy)),
        ("nodes", Cell::new(report.nodes)),
        ("devices", Cell::new(report.devices)),
        ("allocated", percent(report.alloc_pct)),
        ("placed", Cell::new(report.placed)),
        ("left", Cell::new(report.left)),
        ("attempts", figure(report.attempts_per_s, 0, " a second")),
        ("99 of 100 within", figure(report.p99_us, 2, " us")),
        ("with departures", figure(report.moves_per_s, 0, " moves a second")),
        ("filled in", figure(report.fill_s, 1, " s")),
    ];
    Page(vec![Section::Fields { title: Some("Packing of many nodes"), fields }])
}
