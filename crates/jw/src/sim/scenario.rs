//! `sim run` and `sim compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sim::scenario::{self, Report, Rule, Scenario};

use crate::{
    context::Context,
    failure::Failure,
    format::money,
    output::{Page, Section, Values},
    table::{Cell, Table, column},
};

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The scenario, in YAML.
    scenario: PathBuf,
    /// Another seed than the scenario's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Another policy than the scenario's.
    #[arg(long, value_enum)]
    policy: Option<RuleArg>,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The scenario, in YAML.
    scenario: PathBuf,
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["jingwei", "two-step", "cheapest", "greenest", "nearest", "first-fit", "fifo-backfill"], value_name = "A,B,..")]
    policies: Vec<RuleArg>,
    /// Another seed than the scenario's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RuleArg {
    /// Place, time, path and data together, and planned anew together now and then.
    Jingwei,
    /// The same, but never planned anew together.
    OneByOne,
    /// At once where the delay to the user or the data is least.
    Nearest,
    /// At once where it costs least (SkyPilot's rule).
    Cheapest,
    /// At once where it emits least.
    Greenest,
    /// As soon as possible, at the first by name.
    FirstFit,
    /// The site without regard to the network, then a path there.
    TwoStep,
    /// In order of arrival, each the soonest that those before leave.
    FifoBackfill,
}

impl RuleArg {
    const fn rule(self) -> Rule {
        match self {
            Self::Jingwei => Rule::Jingwei,
            Self::OneByOne => Rule::OneByOne,
            Self::Nearest => Rule::Nearest,
            Self::Cheapest => Rule::Cheapest,
            Self::Greenest => Rule::Greenest,
            Self::FirstFit => Rule::FirstFit,
            Self::TwoStep => Rule::TwoStep,
            Self::FifoBackfill => Rule::FifoBackfill,
        }
    }
}

fn read(path: &std::path::Path, seed: Option<u64>) -> Result<Scenario, Failure> {
    let mut scenario = scenario::read(path)?;
    scenario.seed = seed.unwrap_or(scenario.seed);
    Ok(scenario)
}

fn simulate(context: &Context, scenario: &Scenario, rule: Rule) -> Result<Report, Failure> {
    if context.out.is_human() {
        context.out.note(format!("simulating {} ...", rule.name()));
    }
    Ok(scenario::run(scenario, rule)?)
}

/// Exit code 1 where the oracle found something wrong.
pub(crate) fn run(context: &Context, args: &RunArgs) -> Result<(), Failure> {
    let scenario = read(&args.scenario, args.seed)?;
    let rule = args.policy.map_or(scenario.policy, RuleArg::rule);
    let report = simulate(context, &scenario, rule)?;
    context.out.print(Values::One(&report), |_| page(&report))?;
    if report.violations == 0 { Ok(()) } else { Err(Failure::Code(1)) }
}

pub(crate) fn compare(context: &Context, args: &CompareArgs) -> Result<(), Failure> {
    let scenario = read(&args.scenario, args.seed)?;
    let reports: Result<Vec<Report>, Failure> =
        args.policies.iter().map(|rule| simulate(context, &scenario, rule.rule())).collect();
    let reports = reports?;
    context.out.print(Values::Many(&reports), |_| {
        Page(vec![Section::Table { title: None, table: table(&reports) }])
    })?;
    let wrong = reports.iter().any(|report| report.violations > 0);
    if wrong { Err(Failure::Code(1)) } else { Ok(()) }
}

fn number(value: f64, digits: usize) -> Cell {
    Cell::exact(format!("{value:.digits$}"), value)
}

fn table(reports: &[Report]) -> Table {
    let mut table = Table::new([
        column("POLICY"),
        column("DONE").right(),
        column("REFUSED").right(),
        column("LATE").right(),
        column("COST").point(),
        column("ENERGY kWh").point(),
        column("CARBON kg").point(),
        column("WAIT h").point(),
        column("P95").point(),
        column("COMPLETION h").point(),
        column("USED %").point(),
        column("WRONG").right(),
    ]);
    for it in reports {
        let cells = vec![
            Cell::from(it.policy),
            Cell::new(it.succeeded),
            Cell::new(it.refused),
            Cell::new(it.sla_misses),
            money(it.cost),
            number(it.energy_kwh, 1),
            number(it.carbon_kg, 1),
            number(it.waiting_h.mean, 2),
            number(it.waiting_h.p95, 2),
            number(it.completion_h.mean, 2),
            number(it.utilisation_pct, 1),
            Cell::new(it.violations),
        ];
        table.push(it.policy, cells);
    }
    table
}

fn page(report: &Report) -> Page {
    let spread = |it: &scenario::Spread| {
        let text = format!(
            "{:.2} h; half within {:.2}, 95 % within {:.2}, 99 % within {:.2}",
            it.mean, it.p50, it.p95, it.p99
        );
        Cell::exact(text, it.mean)
    };
    let mut fields = vec![
        ("policy", Cell::from(report.policy)),
        ("orders", Cell::new(report.orders)),
        ("succeeded", Cell::new(report.succeeded)),
        ("refused", Cell::new(report.refused)),
        ("failed", Cell::new(report.failed)),
        ("expired", Cell::new(report.expired)),
        ("deadlines missed", Cell::new(report.sla_misses)),
        ("cost", money(report.cost)),
        ("energy", Cell::exact(format!("{:.1} kWh", report.energy_kwh), report.energy_kwh)),
        ("carbon", Cell::exact(format!("{:.1} kgCO2", report.carbon_kg), report.carbon_kg)),
        ("waiting", spread(&report.waiting_h)),
        ("completion", spread(&report.completion_h)),
        ("all done after", Cell::exact(format!("{:.1} h", report.makespan_h), report.makespan_h)),
        ("used", Cell::exact(format!("{:.1} %", report.utilisation_pct), report.utilisation_pct)),
    ];
    fields.extend(report.certificate_pct.map(|gap| {
        let text =
            format!("decisions were at most {gap:.2} % above the cheapest possible, all together");
        ("proof", Cell::exact(text, gap))
    }));
    fields.extend([
        ("moved", Cell::new(report.moves)),
        ("lost with a site", Cell::new(report.losses)),
        ("found wrong", Cell::new(report.violations)),
    ]);
    let wrong = Section::Text { title: None, lines: report.violations_told.clone() };
    Page(vec![
        Section::Fields {
            title: Some(&report.title).filter(|it| !it.is_empty()).map(|_| "Scenario"),
            fields,
        },
        wrong,
    ])
}
