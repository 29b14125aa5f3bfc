//! `energy bench lwa`.

use std::path::PathBuf;

use clap::Args;
use sim::energy::lwa::{self, Report, Saving};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Values},
    table::{Cell, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct LwaArgs {
    /// Carbon intensity of a year: CSV with a time and gCO2/kWh; may be compressed (`.gz`).
    #[arg(long, value_name = "FILE")]
    ci: PathBuf,
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
}

pub(crate) fn run(context: &Context, args: &LwaArgs) -> Result<(), Failure> {
    let report = lwa::run(&args.ci, args.seed)?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let figures = ["IN ONE PIECE", "IN PARTS"].map(|name| column(name).point());
    let columns: Vec<_> = std::iter::once(column("MAY WAIT UNTIL")).chain(figures).collect();
    let mut table = Table::new(columns);
    let mut row = |name: &'static str, saving: Saving| {
        let saved = |value: f64| figure(value, 2, " %");
        table.push(
            name,
            vec![Cell::from(name), saved(saving.non_interrupting), saved(saving.interrupting)],
        );
    };
    row("next workday", report.saving.next_workday);
    row("next weekday", report.saving.next_weekday);
    row("semi-weekly", report.saving.semi_weekly);
    table.into()
}
