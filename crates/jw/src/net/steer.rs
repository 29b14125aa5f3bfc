//! `net steer-bench`.

use clap::Args;
use network::cats::selector::Policy;
use sim::steer::{Report, Setup, Standing, bench};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct SteerBenchArgs {
    #[arg(long, value_name = "SEED", default_value_t = Setup::default().seed)]
    seed: u64,
    /// New flows, about.
    #[arg(long, value_name = "N", default_value_t = Setup::default().flows)]
    flows: u64,
    /// Arrivals as part of what all instances of a service serve when none is slow or gone.
    #[arg(long, value_name = "X", default_value_t = Setup::default().load)]
    load: f64,
}

pub(crate) fn run(context: &Context, args: &SteerBenchArgs) -> Result<(), Failure> {
    let SteerBenchArgs { seed, flows, load } = *args;
    let report = bench(Setup { seed, flows, load, ..Setup::default() }, Policy::default())?;
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(report: &Report) -> Page {
    let style = if report.excess_delay_pct <= 2.0 { Style::Good } else { Style::Bad };
    let fields = vec![
        ("decisions a second, one core", figure(report.decisions_per_s, 0, "")),
        ("mean delay above the oracle's", figure(report.excess_delay_pct, 2, " %").style(style)),
        ("simulated", figure(report.length_s, 1, " s")),
        ("services, instances", Cell::from(format!("{}, {}", report.services, report.sites))),
        ("flows moved against affinity", Cell::new(report.moved_against_affinity)),
        ("flows that lost their instance", Cell::new(report.moved_forced)),
        (
            "changes of shares, of paths",
            Cell::from(format!("{}, {}", report.share_moves, report.path_moves)),
        ),
        (
            "metrics sent, measured",
            Cell::from(format!("{}, {}", report.updates_sent, report.updates_looked_at)),
        ),
    ];
    Page(vec![
        Section::Fields { title: Some("Steering"), fields },
        Section::Table { title: None, table: table(&report.rivals) },
    ])
}

fn table(rivals: &[Standing]) -> Table {
    let columns = [
        column("RULE"),
        column("FLOWS").right(),
        column("MEAN").right(),
        column("P99").right(),
        column("ABOVE ORACLE").right(),
        column("SENT AGAIN").right(),
    ];
    let mut table = Table::new(columns);
    for it in rivals {
        let cells = vec![
            Cell::from(it.rival.name().to_owned()),
            Cell::new(it.flows),
            figure(it.mean_ms, 2, " ms"),
            figure(it.p99_ms, 1, " ms"),
            figure(it.excess_delay_pct, 2, " %"),
            Cell::new(it.sent_again),
        ];
        table.push(it.rival.name().to_owned(), cells);
    }
    table
}
