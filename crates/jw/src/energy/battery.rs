//! `energy bench battery`.

use std::path::PathBuf;

use clap::Args;
use sim::energy::{
    battery::{self, Asked, Report},
    series::minute,
};
use units::Span;

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, figure},
};

#[derive(Debug, Args)]
pub(crate) struct BatteryArgs {
    /// Prices of a MWh: CSV with a time and a column for each market; may be compressed (`.gz`).
    #[arg(long, value_name = "FILE")]
    prices: PathBuf,
    /// The column.
    #[arg(long, value_name = "NAME")]
    market: String,
    #[arg(long, default_value_t = 1.0, value_name = "MW")]
    power_mw: f64,
    #[arg(long, default_value_t = 2.0, value_name = "MWH")]
    energy_mwh: f64,
    /// How far ahead prices are known.
    #[arg(long, default_value = "48h", value_name = "SPAN")]
    horizon: Span,
    /// Only from this day on [default: all there is].
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only until the start of this day.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

pub(crate) fn run(context: &Context, args: &BatteryArgs) -> Result<(), Failure> {
    let day = |text: &Option<String>| text.as_deref().map(minute).transpose();
    let asked = Asked {
        market: &args.market,
        power_mw: args.power_mw,
        energy_mwh: args.energy_mwh,
        horizon: i64::try_from(args.horizon.get() / 60_000).unwrap_or(i64::MAX),
        range: (day(&args.from)?, day(&args.to)?),
    };
    let report = battery::run(&args.prices, &asked)?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let fields = vec![
        ("market", Cell::from(report.market.clone())),
        ("steps", Cell::new(report.steps)),
        ("at prices <= 0", Cell::new(report.steps_not_above_zero)),
        ("sees ahead", figure(report.horizon_h, 0, " h")),
        ("cost", figure(report.cost, 2, "")),
        ("no way is below", figure(report.lower_bound, 2, "")),
        ("gap", figure(report.gap_pct, 3, " %")),
        ("a step", figure(report.ms_per_step, 3, " ms")),
        ("99 of 100 steps", figure(report.ms_p99, 3, " ms")),
    ];
    Page(vec![Section::Fields { title: Some("Battery"), fields }])
}
