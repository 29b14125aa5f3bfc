//! `energy bench gaia`.

use std::path::PathBuf;

use clap::Args;
use sim::energy::{
    gaia::{self, Report},
    series::minute,
};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Values},
    table::{Cell, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct GaiaArgs {
    /// Jobs: CSV with arrival_time,length,cpus; may be compressed (`.gz`).
    #[arg(long, value_name = "FILE")]
    jobs: PathBuf,
    /// Carbon intensity: CSV with a time and a column for each zone, gCO2/kWh.
    #[arg(long, value_name = "FILE")]
    ci: PathBuf,
    /// The column.
    #[arg(long, value_name = "NAME")]
    zone: String,
    /// When the first job comes; with an hour, as 2023-10-20T16:00, if not at midnight UTC.
    #[arg(long, value_name = "DATE")]
    start: String,
}

pub(crate) fn run(context: &Context, args: &GaiaArgs) -> Result<(), Failure> {
    let report = gaia::run(&args.jobs, &args.ci, &args.zone, minute(&args.start)?)?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let figures = ["CARBON", "COST", "WAIT", "CPU"].map(|name| column(name).point());
    let columns: Vec<_> = std::iter::once(column("POLICY")).chain(figures).collect();
    let mut table = Table::new(columns);
    for it in &report.policies {
        let cells = vec![
            Cell::from(it.policy),
            figure(it.carbon, 3, ""),
            figure(it.cost, 2, " USD"),
            figure(it.wait_h, 2, " h"),
            figure(it.cpu_s * 1e3, 3, " ms"),
        ];
        table.push(it.policy, cells);
    }
    table.into()
}
