//! `sim import` of networks.

use std::path::Path;

use clap::Args;
use network::formats::{Format, Notes};
use sim::{
    files,
    import::topology::{self, Assumed, Assumptions, Report},
};
use units::{Bandwidth, DataPrice, Delay};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

/// What is taken where a network says nothing.
#[derive(Debug, Args)]
pub(crate) struct AssumptionArgs {
    /// Of links of a network that say none; left out: 100Gbit/s.
    #[arg(long, value_name = "BANDWIDTH")]
    capacity: Option<Bandwidth>,
    /// Of links that say neither delay, length nor both places; left out: 1ms.
    #[arg(long, value_name = "DELAY")]
    delay: Option<Delay>,
    /// Of links that say none; left out: 0.001CNY/GB.
    #[arg(long, value_name = "PRICE")]
    price: Option<DataPrice>,
    /// What one is of capacities without a unit (node-link); left out: such capacities say nothing.
    #[arg(long, value_name = "BANDWIDTH")]
    unit: Option<Bandwidth>,
}

impl AssumptionArgs {
    pub(crate) fn is_some(&self) -> bool {
        let Self { capacity, delay, price, unit } = self;
        capacity.is_some() || delay.is_some() || price.is_some() || unit.is_some()
    }

    fn assumptions(&self) -> Result<Assumptions, Failure> {
        let usual = Assumptions::default();
        let price = self.price.unwrap_or(usual.price);
        if price.get() < 0 {
            return Err(Failure::usage(format!("--price {price}: a price is zero or more")));
        }
        Ok(Assumptions {
            capacity: self.capacity.unwrap_or(usual.capacity),
            delay: self.delay.unwrap_or(usual.delay),
            price,
            unit: self.unit,
        })
    }
}

/// People get the report; programs get the manifests, with the report on stderr.
pub(crate) fn run(
    context: &Context,
    format: Format,
    file: &Path,
    to: Option<&Path>,
    assumptions: &AssumptionArgs,
) -> Result<(), Failure> {
    let assumptions = assumptions.assumptions()?;
    let imported = topology::world(&topology::read(format, file)?, &assumptions);
    let manifests = topology::manifests(&imported.resources)?;
    if let Some(to) = to {
        files::write_json(to, &manifests)?;
    }
    let page = || page(format, &imported.report, &assumptions);
    if !context.out.is_human() {
        context.out.note(context.out.page_message(&page()).trim_end());
    }
    context.out.print(Values::Many(&manifests), |_| page())
}

fn page(format: Format, report: &Report, assumptions: &Assumptions) -> Page {
    let fields = vec![
        ("format", Cell::from(format.name())),
        ("title", Cell::from(report.title.clone())),
        ("nodes", Cell::new(report.nodes)),
        ("links", Cell::new(report.links)),
        ("demands", Cell::new(report.demands)),
        ("connected", connected(report.parts)),
    ];
    let rows = [noted(&report.notes), assumed(&report.assumed, assumptions)].concat();
    let mut table = Table::new([column("COUNT").right(), column("WHAT WAS DONE")]);
    for (count, what) in rows.into_iter().filter(|(count, _)| *count > 0) {
        table.push(what.clone(), vec![Cell::new(count), Cell::from(what)]);
    }
    Page(vec![
        Section::Fields { title: Some("Network"), fields },
        Section::Table { title: None, table },
    ])
}

/// Whether a network of so many parts is one.
pub(crate) fn connected(parts: usize) -> Cell {
    match parts {
        1 => Cell::from("yes"),
        parts => Cell::from(format!("no, {parts} parts")).style(Style::Bad),
    }
}

fn noted(notes: &Notes) -> Vec<(usize, String)> {
    let rows = [
        (notes.joined, "pairs of opposite arcs became one link"),
        (notes.unequal, "of them differed: the smaller capacity and the larger delay are kept"),
        (notes.lone, "arcs without an opposite one became links of both directions"),
        (notes.loops, "links from a node to itself are left out"),
        (notes.renamed, "nodes got a number because another has the name"),
        (notes.at_zero, "nodes at latitude and longitude 0 count as having said no place"),
        (notes.not_on_earth, "positions are left out: not all are degrees"),
    ];
    rows.map(|(count, what)| (count, what.to_owned())).to_vec()
}

fn assumed(assumed: &Assumed, by: &Assumptions) -> Vec<(usize, String)> {
    vec![
        (assumed.places, "nodes put where the nearest node with a place is".to_owned()),
        (assumed.nowhere, "nodes put at 0, 0: none that they reach has a place".to_owned()),
        (assumed.capacities, format!("capacities assumed to be {}", by.capacity)),
        (assumed.without_unit, "of them have a figure without a unit: --unit tells it".to_owned()),
        (assumed.delays_by_length, "delays by length, at 200 km a millisecond".to_owned()),
        (assumed.delays_by_distance, "delays by great circle, at 200 km a millisecond".to_owned()),
        (assumed.delays, format!("delays assumed to be {}", by.delay)),
        (assumed.prices, format!("prices assumed to be {}", by.price)),
    ]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::{args, format::Clock, output::Output};

    #[test]
    fn the_report_says_what_was_done_and_assumed() {
        let text = "NODES 3\nlabel x y\n0_A 1 1\n1_A 2 2\n2_C 0 0\nEDGES 3\nlabel src dest weight bw delay\n\
            e 0 1 1 1000 5\ne 1 0 1 900 5\ne 1 1 1 900 5\n";
        let topology = network::formats::read(Format::Repetita, text).unwrap();
        let assumptions = Assumptions::default();
        let report = topology::world(&topology, &assumptions).report;
        let out = Output::plain(args::Format::Table, Clock::fixed("2026-03-01T04:00:00Z", 8));
        expect![[r#"
            Network
            format:     repetita
            title:      network
            nodes:      3
            links:      1
            demands:    0
            connected:  no, 2 parts

            COUNT  WHAT WAS DONE
                1  pairs of opposite arcs became one link
                1  of them differed: the smaller capacity and the larger delay are kept
                1  links from a node to itself are left out
                1  nodes got a number because another has the name
                1  nodes at latitude and longitude 0 count as having said no place
                1  nodes put at 0, 0: none that they reach has a place
                1  prices assumed to be 1CNY/TB
        "#]]
        .assert_eq(&out.page_message(&page(Format::Repetita, &report, &assumptions)));
    }
}
