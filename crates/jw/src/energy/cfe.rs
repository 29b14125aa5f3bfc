//! `energy bench cfe`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sim::energy::cfe::{self, Foresight, Report};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, figure},
};

#[derive(Debug, Args)]
pub(crate) struct CfeArgs {
    /// Hubs, their load, batteries, prices and grids: YAML as in examples/energy/eight-hubs.yaml.
    #[arg(long, value_name = "FILE")]
    world: PathBuf,
    /// The folder with cf_solar_*.csv and cf_onwind_*.csv, hourly, a column for each hub; may be compressed (`.gz`).
    #[arg(long, value_name = "DIR")]
    year: PathBuf,
    /// The part of load that may be less or more in any hour, over a day and all hubs the same.
    #[arg(long, default_value_t = 0.4, value_name = "PART")]
    flexible: f64,
    #[arg(long, value_enum, default_value = "forecast")]
    foresight: ForesightArg,
    /// Threads at most; the plan is the same with any number.
    #[arg(long, default_value_t = 2, value_name = "N")]
    threads: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ForesightArg {
    /// All generation of the year is known from the start.
    Perfect,
    /// Each hour is decided with what is known then.
    Forecast,
}

pub(crate) fn run(context: &Context, args: &CfeArgs) -> Result<(), Failure> {
    let foresight = match args.foresight {
        ForesightArg::Perfect => Foresight::Perfect,
        ForesightArg::Forecast => Foresight::Forecast,
    };
    let report =
        cfe::run(&args.world, &args.year, args.flexible, foresight, args.threads.clamp(1, 64))?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let share = |value: f64| figure(value, 2, " %");
    let fields = vec![
        ("foresight", Cell::from(report.foresight)),
        ("free of carbon", share(report.cfe_pct)),
        ("no plan is above", report.cfe_bound_pct.map_or_else(Cell::none, share)),
        ("nothing moved or stored", share(report.cfe_plain_pct)),
        ("from the grid", figure(report.grid_mwh, 0, " MWh")),
        ("cost", figure(report.cost, 0, " CNY")),
        ("of it transfer", figure(report.transfer_cost, 0, " CNY")),
        ("CO2", figure(report.co2_t, 0, " t")),
        ("moved", figure(report.moved_mwh, 0, " MWh")),
        ("took", figure(report.seconds, 2, " s")),
    ];
    Page(vec![Section::Fields { title: Some("Carbon-free energy"), fields }])
}
