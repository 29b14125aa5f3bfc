//! `sim run` and `sim compare`.

use std::path::PathBuf;

use clap::Args;
use sim::scenario::{self, Report, Rule, Scenario, Supplied};

use super::{figure, one_of};
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
    #[arg(long, value_parser = one_of(&Rule::ALL, Rule::name, Rule::about))]
    policy: Option<Rule>,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The scenario, in YAML.
    scenario: PathBuf,
    #[arg(long, value_parser = one_of(&Rule::ALL, Rule::name, Rule::about), value_delimiter = ',', default_values = ["jingwei", "two-step", "cheapest", "greenest", "nearest", "first-fit", "fifo-backfill"], value_name = "A,B,..")]
    policies: Vec<Rule>,
    /// Another seed than the scenario's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
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
    let rule = args.policy.unwrap_or(scenario.policy);
    let report = simulate(context, &scenario, rule)?;
    context.out.print(Values::One(&report), |_| page(&report))?;
    if report.violations == 0 { Ok(()) } else { Err(Failure::Code(1)) }
}

pub(crate) fn compare(context: &Context, args: &CompareArgs) -> Result<(), Failure> {
    let scenario = read(&args.scenario, args.seed)?;
    let reports: Result<Vec<Report>, Failure> =
        args.policies.iter().map(|rule| simulate(context, &scenario, *rule)).collect();
    let reports = reports?;
    context.out.print(Values::Many(&reports), |_| {
        Page(vec![Section::Table { title: None, table: table(&reports) }])
    })?;
    let wrong = reports.iter().any(|report| report.violations > 0);
    if wrong { Err(Failure::Code(1)) } else { Ok(()) }
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
            figure(it.energy_kwh, 1, ""),
            figure(it.carbon_kg, 1, ""),
            figure(it.waiting_h.mean, 2, ""),
            figure(it.waiting_h.p95, 2, ""),
            figure(it.completion_h.mean, 2, ""),
            figure(it.utilisation_pct, 1, ""),
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
        ("energy", figure(report.energy_kwh, 1, " kWh")),
        ("carbon", figure(report.carbon_kg, 1, " kgCO2")),
        ("waiting", spread(&report.waiting_h)),
        ("completion", spread(&report.completion_h)),
        ("all done after", figure(report.makespan_h, 1, " h")),
        ("used", figure(report.utilisation_pct, 1, " %")),
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
    let mut page =
        vec![Section::Fields { title: (!report.title.is_empty()).then_some("Scenario"), fields }];
    page.extend(supply(&report.supplied));
    page.push(wrong);
    Page(page)
}

fn supply(of: &Supplied) -> Vec<Section> {
    let all = [
        ("Supply, kWh", of.supply.is_empty(), sources(of)),
        ("Demand response", of.demand_response.is_empty(), asked(of)),
        ("Without the grid", of.islands.is_empty(), islands(of)),
    ];
    let said = all.into_iter().filter(|it| !it.1);
    said.map(|(title, _, table)| Section::Table { title: Some(title), table }).collect()
}

fn sources(of: &Supplied) -> Table {
    let mut table = Table::new([
        column("SITE"),
        column("LOAD").point(),
        column("OWN").point(),
        column("CURTAILED").point(),
        column("CONTRACTED").point(),
        column("IMPORT").point(),
        column("EXPORT").point(),
        column("BY BATTERY").point(),
        column("COST").point(),
        column("CARBON kg").point(),
    ]);
    for (site, it) in &of.supply {
        let flows = [
            it.load_kwh,
            it.own_kwh,
            it.curtailed_kwh,
            it.contracted_kwh,
            it.import_kwh,
            it.export_kwh,
            it.discharged_kwh,
        ];
        let mut cells = vec![Cell::from(site.as_str())];
        cells.extend(flows.map(|it| figure(it, 1, "")));
        cells.extend([money(it.cost), figure(it.carbon_kg, 1, "")]);
        table.push(site.as_str(), cells);
    }
    table
}

fn asked(of: &Supplied) -> Table {
    let mut table = Table::new([
        column("SITE"),
        column("CUT kW").point(),
        column("ASKED kWh").point(),
        column("DELIVERED kWh").point(),
        column("REACHED AFTER s").point(),
        column("JOBS").right(),
        column("REFUSED"),
    ]);
    for it in &of.demand_response {
        let cells = vec![
            Cell::from(it.site.as_str()),
            figure(it.cut_kw, 1, ""),
            figure(it.asked_kwh, 1, ""),
            figure(it.delivered_kwh, 1, ""),
            it.reached_s.map_or_else(|| Cell::from("never"), |s| figure(s, 1, "")),
            Cell::new(it.jobs),
            Cell::from(it.refused.as_deref().unwrap_or("no")),
        ];
        table.push(it.site.as_str(), cells);
    }
    table
}

fn islands(of: &Supplied) -> Table {
    let mut table = Table::new([
        column("SITE"),
        column("HOURS").point(),
        column("STORED kWh").point(),
        column("LOAD kWh").point(),
        column("NOT MET kWh").point(),
    ]);
    for it in &of.islands {
        let cells = [it.hours, it.stored_kwh, it.load_kwh, it.unserved_kwh];
        let mut row = vec![Cell::from(it.site.as_str())];
        row.extend(cells.map(|it| figure(it, 1, "")));
        table.push(it.site.as_str(), row);
    }
    table
}
