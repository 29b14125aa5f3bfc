//! `energy forecast`.

use std::path::PathBuf;

use clap::Args;
use sim::energy::{
    forecast::{self, Report},
    series::minute,
};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, figure},
};

#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// CSV with a time and a column for each series; may be compressed (`.gz`).
    #[arg(long, value_name = "FILE")]
    series: PathBuf,
    #[arg(long, value_name = "NAME")]
    column: String,
    /// The first day that is forecast; seven weeks before it are needed.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Until the start of this day.
    #[arg(long, value_name = "DATE")]
    to: String,
}

pub(crate) fn run(context: &Context, args: &ForecastArgs) -> Result<(), Failure> {
    let report = forecast::run(&args.series, &args.column, minute(&args.from)?, minute(&args.to)?)?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let part = |value: Option<f64>| value.map_or_else(Cell::none, |it| figure(it, 2, " %"));
    let fields = vec![
        ("series", Cell::from(report.column.clone())),
        ("forecasts", Cell::from(format!("{} of {} h", report.forecasts, report.horizon_h))),
        ("mean error", figure(report.mae, 3, "")),
        ("in parts", part(report.mape)),
        ("within the band", figure(report.coverage, 1, " %")),
        ("naive mean error", figure(report.seasonal_naive.mae, 3, "")),
        ("naive in parts", part(report.seasonal_naive.mape)),
        ("naive repeats", Cell::from(format!("the last {}", report.seasonal_naive.season))),
    ];
    Page(vec![Section::Fields { title: Some("Forecast"), fields }])
}
