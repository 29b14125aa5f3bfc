//! `market bid`, `prices`: what a job is worth to its owner, and what was paid when the market was cleared.

use std::path::PathBuf;

use api::ClearingView;
use clap::Args;
use units::{Money, Span, Time, When};

use super::trade::{one_job, show};
use crate::{
    args::Foreign,
    context::Context,
    failure::Failure,
    format::{Clock, money, price},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct Terms {
    /// The most that is paid for the whole job, as 120CNY.
    #[arg(long, value_name = "MONEY")]
    price: Money,
    /// Until when the bid stands: a time, or how long from now, 30 days at most [default: 24h].
    #[arg(long, value_name = "TIME|SPAN", value_parser = until)]
    until: Option<When>,
}

fn until(text: &str) -> Result<When, String> {
    let span = text.strip_prefix('+').unwrap_or(text).parse::<Span>().map(When::After);
    span.or_else(|_| text.parse::<Time>().map(When::At)).map_err(|_| {
        format!("`{text}` is neither a span, as 6h, nor a time, as 2026-03-01T08:00:00Z")
    })
}

#[derive(Debug, Args)]
pub(crate) struct PricesArgs {
    /// Clearings, the newest first.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
}

pub(crate) async fn bid(
    context: &Context,
    file: &PathBuf,
    terms: &Terms,
    asked: &Foreign,
) -> Result<(), Failure> {
    let job = one_job(context, file, asked).await?;
    let view = context.client()?.bid(&job, terms.price, terms.until).await?;
    show(context, &view)
}

pub(crate) async fn prices(context: &Context, args: &PricesArgs) -> Result<(), Failure> {
    let all = context.client()?.clearings(None, Some(args.limit)).await?.items;
    context.out.print(Values::Many(&all), |out| page(&all, &out.clock))
}

fn page(all: &[ClearingView], clock: &Clock) -> Page {
    if all.is_empty() {
        let none = Cell::from("no bid was cleared yet");
        return Page(vec![Section::Fields { title: None, fields: vec![("clearings", none)] }]);
    }
    Page(all.iter().flat_map(|it| sections(it, clock)).collect())
}

fn sections(it: &ClearingView, clock: &Clock) -> Vec<Section> {
    let holds = it.budget_balanced && it.rational;
    let checked = Cell::from(if holds { "yes" } else { "no" });
    let fields = vec![
        ("clearing", Cell::new(it.number).style(Style::Bold)),
        ("at", Cell::exact(clock.both(it.at), it.at)),
        ("bids, won", Cell::from(format!("{}, {}", it.bids, it.won))),
        ("paid", money(it.paid)),
        ("welfare", money(it.welfare)),
        ("no choice has more than", money(it.bound)),
        ("gap", figure(it.gap_pct, 3, " %")),
        ("balanced, nobody above bid", checked.style(if holds { Style::Good } else { Style::Bad })),
    ];
    let mut table = Table::new([
        column("SITE"),
        column("POOL"),
        column("FROM"),
        column("TO"),
        column("SOLD").right(),
        column("FREE").right(),
        column("POSTED").point(),
        column("PRICE").point(),
    ]);
    for row in &it.prices {
        let cells = vec![
            Cell::new(&row.site),
            Cell::new(&row.pool).style(Style::Bold),
            clock.cell(row.from),
            clock.cell(row.to),
            Cell::new(row.units),
            Cell::new(row.free),
            price(row.posted.get(), "h", row.posted),
            price(row.price.get(), "h", row.price),
        ];
        table.push(row.pool.as_str(), cells);
    }
    vec![Section::Fields { title: None, fields }, Section::Table { title: None, table }]
}
