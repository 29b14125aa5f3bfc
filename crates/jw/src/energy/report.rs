//! `energy report`: who used how much energy, and what it emitted.

use std::path::{Path, PathBuf};

use api::{EnergyBy, EnergyHour, EnergyReport, EnergyRow, EnergySums};
use clap::{Args, ValueEnum};
use client::EnergyQuery;
use model::Name;
use units::{Carbon, Time};

use super::page;
use crate::{
    args::JobName,
    context::Context,
    failure::Failure,
    format::Clock,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// One row for each of these.
    #[arg(long, value_enum, default_value_t = By::Job)]
    by: By,
    /// A full hour, as 2026-03-01T00:00:00Z; left out: 30 days ago.
    #[arg(long, value_name = "TIME")]
    from: Option<Time>,
    /// A full hour, at most 366 days later; left out: the next one.
    #[arg(long, value_name = "TIME")]
    to: Option<Time>,
    /// Only of this job.
    #[arg(long, value_name = "JOB")]
    job: Option<JobName>,
    /// Only at this site.
    #[arg(long, value_name = "NAME")]
    site: Option<Name>,
    /// Hour by hour; with `-o csv` nothing else.
    #[arg(long)]
    hours: bool,
    /// Also write a page with charts, which needs nothing but itself.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Job,
    Project,
    Site,
    Month,
    Year,
}

impl From<By> for EnergyBy {
    fn from(by: By) -> Self {
        match by {
            By::Job => Self::Job,
            By::Project => Self::Project,
            By::Site => Self::Site,
            By::Month => Self::Month,
            By::Year => Self::Year,
        }
    }
}

pub(crate) async fn run(context: &Context, args: &ReportArgs) -> Result<(), Failure> {
    let query = EnergyQuery {
        from: args.from,
        to: args.to,
        by: args.by.into(),
        project: context.global.project.clone(),
        job: args.job.as_ref().map(|job| context.key(job)),
        site: args.site.clone(),
        hours: args.hours,
    };
    let client = context.client()?;
    let report = client.energy_report(&query).await?;
    if let Some(path) = &args.html {
        let of = |by, hours| EnergyQuery {
            from: Some(report.from),
            to: Some(report.to),
            by,
            hours,
            ..query.clone()
        };
        let sites = client.energy_report(&of(EnergyBy::Site, true)).await?;
        let months = client.energy_report(&of(EnergyBy::Month, false)).await?;
        write(path, &page::html(&report, &sites, &months))?;
        context.out.note(format!("written to {}", path.display()));
    }
    context.out.print(Values::One(&report), |out| told(&report, &out.clock))
}

/// Whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let fresh = path.with_extension("new");
    let done = std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, path));
    done.map_err(|error| Failure::file("write", path, &error))
}

/// The hours come first where they are asked for: they are what CSV gives.
fn told(report: &EnergyReport, clock: &Clock) -> Page {
    let mut sections = Vec::new();
    if !report.hours.is_empty() {
        sections.push(Section::Table { title: None, table: hours(&report.hours, clock) });
    }
    sections.push(Section::Table { title: None, table: rows(report) });
    sections.push(Section::Text { title: Some("Rests on"), lines: report.notes.clone() });
    Page(sections)
}

fn sums(sums: &EnergySums) -> Vec<Cell> {
    vec![
        Cell::exact(sums.it.human(), sums.it),
        Cell::exact(sums.facility.human(), sums.facility),
        Cell::exact(sums.location_based.human(), sums.location_based),
        Cell::exact(sums.market_based.human(), sums.market_based),
    ]
}

fn cells(row: &EnergyRow) -> Vec<Cell> {
    let maybe = |value: Option<f64>, digits, unit: &str| {
        value.map_or_else(Cell::none, |it| figure(it, digits, unit))
    };
    let carbon = |it: Carbon| Cell::exact(it.human(), it);
    let mut cells = vec![Cell::from(row.name.as_str()), Cell::new(row.jobs)];
    cells.extend(sums(&row.sums));
    cells.push(maybe(row.cfe_pct, 1, " %"));
    cells.push(maybe(row.pue, 3, ""));
    cells.push(maybe(row.cue, 3, ""));
    cells.push(maybe(row.wue, 3, ""));
    cells.push(carbon(row.sums.embodied));
    cells.push(row.sci.map_or_else(Cell::none, carbon));
    cells
}

fn rows(report: &EnergyReport) -> Table {
    let name = match report.by {
        EnergyBy::Job => "JOB",
        EnergyBy::Project => "PROJECT",
        EnergyBy::Site => "SITE",
        EnergyBy::Month => "MONTH",
        EnergyBy::Year => "YEAR",
    };
    let mut table = Table::new([
        column(name),
        column("JOBS").right(),
        column("IT").right(),
        column("FACILITY").right(),
        column("LOCATION").right(),
        column("MARKET").right(),
        column("CARBON-FREE").right(),
        column("PUE").right(),
        column("CUE").right(),
        column("WUE").right(),
        column("EMBODIED").right(),
        column("SCI").right(),
    ]);
    for row in &report.rows {
        table.push(row.name.as_str(), cells(row));
    }
    if !table.is_empty() {
        let total = cells(&report.total).into_iter();
        table.footer(total.map(|cell| cell.style(Style::Bold)).collect());
    }
    table
}

fn hours(hours: &[EnergyHour], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("HOUR"),
        column("NAME"),
        column("IT").right(),
        column("FACILITY").right(),
        column("LOCATION").right(),
        column("MARKET").right(),
        column("GRANULAR").right(),
        column("YEARLY").right(),
        column("CARBON-FREE").right(),
    ]);
    for hour in hours {
        let mut cells = vec![clock.cell(hour.hour), Cell::from(hour.name.as_str())];
        cells.extend(sums(&hour.sums));
        let rest = [hour.sums.granular, hour.sums.yearly, hour.sums.carbon_free];
        cells.extend(rest.map(|it| Cell::exact(it.human(), it)));
        table.push(hour.name.as_str(), cells);
    }
    table
}
