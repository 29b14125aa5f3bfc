//! `bill`: what was charged, to whom, for what.

mod export;
mod invoice;
mod usage;

pub(crate) use usage::{DisputeCommand, UsageCommand};

use api::{Bill, BillGroup, BillRow};
use client::{BillQuery, ChargesQuery};
use model::LineKind;
use units::Money;

use crate::{
    args::{BillArgs, BillCommand, By},
    context::Context,
    failure::Failure,
    format::{Clock, amount, money},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

pub(crate) async fn run(context: &Context, args: &BillArgs) -> Result<(), Failure> {
    let query = BillQuery {
        project: context.global.project.clone(),
        job: args.job.as_ref().map(|job| context.key(job)),
        provider: args.provider.clone(),
        by: Some(group(args.by)),
        charges: args.charges,
    };
    let bill = context.client()?.bill(&query).await?;
    context.out.print(Values::One(&bill), |out| page(&bill, args.charges, &out.clock))
}

pub(crate) async fn further(context: &Context, command: &BillCommand) -> Result<(), Failure> {
    match command {
        BillCommand::Invoice { month, html } => {
            invoice::run(context, *month, html.as_deref()).await
        }
        BillCommand::Export { format, month, job, provider } => {
            let query = ChargesQuery {
                project: context.global.project.clone(),
                job: job.as_ref().map(|job| context.key(job)),
                provider: provider.clone(),
                month: *month,
            };
            export::run(context, *format, &query).await
        }
        BillCommand::Usage(command) => usage::run(context, command).await,
        BillCommand::Dispute(command) => usage::disputes(context, command).await,
    }
}

const fn group(by: By) -> BillGroup {
    match by {
        By::Job => BillGroup::Job,
        By::Project => BillGroup::Project,
        By::Provider => BillGroup::Provider,
        By::Kind => BillGroup::Kind,
    }
}

/// With single charges these come first: they are what CSV gives.
fn page(bill: &Bill, charges: bool, clock: &Clock) -> Page {
    let mut sections = Vec::new();
    if charges {
        sections.push(Section::Table { title: None, table: charge_table(bill, clock) });
    }
    let table = if bill.by == BillGroup::Kind { by_kind(bill) } else { by_name(bill) };
    sections.push(Section::Table { title: None, table });
    if let Some(account) = &bill.account {
        sections.push(crate::ledger::balance(account));
    }
    Page(sections)
}

const COLUMNS: [&[LineKind]; 5] = [
    &[LineKind::Compute],
    &[LineKind::Electricity],
    &[LineKind::Carbon],
    &[LineKind::Link, LineKind::Transfer],
    &[LineKind::Data],
];

fn by_name(bill: &Bill) -> Table {
    let name = match bill.by {
        BillGroup::Project => "PROJECT",
        BillGroup::Provider => "PROVIDER",
        BillGroup::Job | BillGroup::Kind => "JOB",
    };
    let mut table = Table::new([
        column(name),
        column("CHARGES").right(),
        column("COMPUTE").point(),
        column("ELECTRICITY").point(),
        column("CARBON").point(),
        column("LINKS").point(),
        column("DATA").point(),
        column("TOTAL").point(),
    ]);
    for row in &bill.rows {
        let mut cells = vec![Cell::from(row.name.as_str()), Cell::new(row.charges)];
        cells.extend(COLUMNS.map(|kinds| amount(sum(std::slice::from_ref(row), kinds))));
        cells.push(money(row.total));
        table.push(row.name.as_str(), cells);
    }
    let mut footer = vec![Cell::from("total"), Cell::new(count(&bill.rows))];
    footer.extend(COLUMNS.map(|kinds| amount(sum(&bill.rows, kinds))));
    footer.push(money(bill.total).style(Style::Bold));
    if !table.is_empty() {
        table.footer(footer);
    }
    table
}

fn by_kind(bill: &Bill) -> Table {
    let mut table =
        Table::new([column("KIND"), column("CHARGES").right(), column("TOTAL").point()]);
    for row in &bill.rows {
        table.push(
            row.name.as_str(),
            vec![row.name.as_str().into(), Cell::new(row.charges), money(row.total)],
        );
    }
    if !table.is_empty() {
        table.footer(vec![
            "total".into(),
            Cell::new(count(&bill.rows)),
            money(bill.total).style(Style::Bold),
        ]);
    }
    table
}

fn count(rows: &[BillRow]) -> u64 {
    rows.iter().map(|row| row.charges).sum()
}

fn sum(rows: &[BillRow], kinds: &[LineKind]) -> Money {
    let amounts = rows.iter().flat_map(|row| kinds.iter().filter_map(|kind| row.by_kind.get(kind)));
    amounts.fold(Money::ZERO, |sum, amount| sum.saturating_add(*amount))
}

fn charge_table(bill: &Bill, clock: &Clock) -> Table {
    let mut table = Table::new([
        column("JOB"),
        column("KIND"),
        column("WHAT"),
        column("QUANTITY").right(),
        column("PRICE").right(),
        column("AMOUNT").point(),
        column("PAID TO"),
        column("FROM"),
        column("TO"),
    ]);
    for charge in &bill.charges {
        let line = &charge.line;
        let cells = vec![
            Cell::new(&charge.job),
            Cell::new(line.kind),
            Cell::new(&line.what),
            line.quantity.as_str().into(),
            line.price.as_str().into(),
            money(line.amount),
            Cell::option(line.provider.as_ref()),
            clock.cell(charge.start),
            clock.cell(charge.end),
        ];
        table.push(charge.job.to_string(), cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::{args::Format, output::Output};

    fn bill(by: &str) -> Bill {
        serde_json::from_value(json!({
            "by": by, "total": "15.7CNY",
            "rows": [
                {"name": "demo.hello", "charges": 4, "total": "3.2CNY", "by_kind": {"compute": "2CNY", "electricity": "0.7CNY", "link": "0.3CNY", "transfer": "0.2CNY"}},
                {"name": "demo.train", "charges": 3, "total": "12.5CNY", "by_kind": {"compute": "10.25CNY", "electricity": "2.1CNY", "carbon": "0.15CNY"}},
            ],
            "charges": [{
                "job": "demo.hello", "project": "demo", "kind": "compute", "what": "horinger-cpu", "provider": "hub-nm",
                "quantity": "8 unit x 2h", "price": "0.125CNY/h", "amount": "2CNY",
                "start": "2026-03-01T02:00:00Z", "end": "2026-03-01T04:00:00Z",
            }],
        }))
        .unwrap()
    }

    fn shown(by: &str, charges: bool, format: Format) -> String {
        let output = Output::plain(format, Clock::fixed("2026-03-01T04:00:00Z", 8));
        output.render(Values::One(&()), |out| page(&bill(by), charges, &out.clock)).unwrap()
    }

    #[test]
    fn a_bill_adds_up() {
        let all = [
            shown("job", false, Format::Table),
            shown("kind", false, Format::Table),
            shown("job", true, Format::Table),
            shown("job", true, Format::Csv),
        ];
        expect![[r#"
            JOB         CHARGES  COMPUTE  ELECTRICITY  CARBON  LINKS  DATA     TOTAL
            demo.hello        4     2             0.7    0       0.5     0   3.2 CNY
            demo.train        3    10.25          2.1    0.15    0       0  12.5 CNY
            total             7    12.25          2.8    0.15    0.5     0  15.7 CNY
            --
            KIND        CHARGES     TOTAL
            demo.hello        4   3.2 CNY
            demo.train        3  12.5 CNY
            total             7  15.7 CNY
            --
            JOB         KIND     WHAT             QUANTITY       PRICE  AMOUNT  PAID TO  FROM      TO
            demo.hello  compute  horinger-cpu  8 unit x 2h  0.125CNY/h   2 CNY  hub-nm   10:00:00  12:00:00

            JOB         CHARGES  COMPUTE  ELECTRICITY  CARBON  LINKS  DATA     TOTAL
            demo.hello        4     2             0.7    0       0.5     0   3.2 CNY
            demo.train        3    10.25          2.1    0.15    0       0  12.5 CNY
            total             7    12.25          2.8    0.15    0.5     0  15.7 CNY
            --
            job,kind,what,quantity,price,amount,paid_to,from,to
            demo.hello,compute,horinger-cpu,8 unit x 2h,0.125CNY/h,2CNY,hub-nm,2026-03-01T02:00:00Z,2026-03-01T04:00:00Z
        "#]].assert_eq(&all.join("--\n"));
    }
}
