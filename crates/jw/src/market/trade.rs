//! `market ls`, `quote`, `order`, `refresh`, `withdraw`, `book`: what is for sale, and what is held at which price.

use std::{path::PathBuf, time::Instant};

use api::{JobView, Offer, Offers};
use clap::{Args, ValueEnum};
use model::{Name, Quote};
use serde::Serialize;
use units::{Money, Span};

use crate::{
    args::Foreign,
    context::Context,
    decision,
    failure::Failure,
    foreign,
    format::{self, Clock, money, price, word},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct OfferArgs {
    /// Only of this flavor.
    #[arg(long, value_name = "NAME")]
    flavor: Option<Name>,
    /// Only in this region.
    #[arg(long, value_name = "NAME")]
    region: Option<Name>,
    /// Only of this organization.
    #[arg(long, value_name = "NAME")]
    owner: Option<Name>,
    /// What stands first.
    #[arg(long, value_enum, default_value_t, value_name = "BY")]
    sort: Sort,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Sort {
    /// By name.
    #[default]
    Site,
    /// The cheapest unit-hour, with electricity and carbon.
    Price,
    /// The most free units.
    Free,
}

#[derive(Debug, Args)]
pub(crate) struct TimeToLive {
    /// How long it is held: 1s to 1h [default: 10m].
    #[arg(long, value_name = "SPAN")]
    ttl: Option<Span>,
}

impl TimeToLive {
    pub(crate) const fn span(&self) -> Option<Span> {
        self.ttl
    }
}

pub(crate) async fn offers(context: &Context, args: &OfferArgs) -> Result<(), Failure> {
    let (flavor, region, owner) = (args.flavor.as_ref(), args.region.as_ref(), args.owner.as_ref());
    let mut offers = context.client()?.offers(flavor, region, owner).await?;
    match args.sort {
        Sort::Site => {}
        Sort::Price => offers.offers.sort_by_key(|it| it.hour),
        Sort::Free => offers.offers.sort_by_key(|it| std::cmp::Reverse(it.free)),
    }
    context.out.print(Values::One(&offers), |_| offer_table(&offers).into())
}

fn offer_table(all: &Offers) -> Table {
    let mut table = Table::new([
        column("OWNER"),
        column("SITE"),
        column("POOL"),
        column("REGION"),
        column("FLAVOR"),
        column("FREE").right(),
        column("UNITS").right(),
        column("OPEN"),
        column("UNIT").point(),
        column("ELECTRICITY").point(),
        column("CARBON").right().wide(),
        column("UNIT-HOUR").point(),
        column("24H LEAST").point(),
        column("24H MOST").point(),
        column("PFLOP/S-HOUR").wide(),
    ]);
    for offer in &all.offers {
        table.push(offer.pool.as_str(), offer_row(offer));
    }
    table
}

fn offer_row(it: &Offer) -> Vec<Cell> {
    let computed = it.compute_hour.iter();
    let computed =
        computed.map(|(precision, money)| format!("{} {}", word(precision), money.human()));
    vec![
        Cell::new(&it.owner),
        Cell::new(&it.site),
        Cell::new(&it.pool).style(Style::Bold),
        Cell::new(&it.region),
        Cell::new(&it.flavor),
        Cell::new(it.free),
        Cell::new(it.units),
        format::yes_no(it.open),
        price(it.price.get(), "h", it.price),
        price(it.electricity.get(), "kWh", it.electricity),
        Cell::exact(it.carbon.human(), it.carbon),
        money(it.hour),
        money(it.hour_least),
        money(it.hour_most),
        computed.collect::<Vec<_>>().join(", ").as_str().into(),
    ]
}

pub(crate) async fn quote(
    context: &Context,
    file: &PathBuf,
    ttl: &TimeToLive,
    asked: &Foreign,
) -> Result<(), Failure> {
    let job = one_job(context, file, asked).await?;
    let view = context.client()?.quote(&job, ttl.span()).await?;
    show(context, &view)
}

pub(super) async fn one_job(
    context: &Context,
    file: &PathBuf,
    asked: &Foreign,
) -> Result<String, Failure> {
    let jobs = foreign::jobs(context, std::slice::from_ref(file), asked).await?;
    let many =
        |jobs: Vec<String>| Failure::usage(format!("{} jobs in the file: give one", jobs.len()));
    <[String; 1]>::try_from(jobs).map(|[job]| job).map_err(many)
}

/// One quote, order or bid: until when, for how much, where and over which lines.
pub(crate) fn show(context: &Context, view: &JobView) -> Result<(), Failure> {
    context.out.print(Values::One(view), |out| page(view, &out.clock))
}

fn page(view: &JobView, clock: &Clock) -> Page {
    let kind = if view.status.bid.is_some() { "bid" } else { "quote" };
    let mut fields = vec![
        (kind, Cell::new(&view.key).style(Style::Bold)),
        ("state", format::state(view.status.state)),
    ];
    if let Some(quote) = view.status.quote {
        fields.push(("price", money(quote.total)));
        fields.push(until(&quote, clock));
    }
    if let Some(bid) = view.status.bid {
        fields.push(("at most", money(bid.price)));
        fields.push(("until", Cell::exact(clock.both(bid.until), bid.until)));
        fields.extend(bid.won.map(|number| ("won in clearing", Cell::new(number))));
    }
    let mut sections = vec![Section::Fields { title: None, fields }];
    if let Some(decision) = view.status.decision.as_deref() {
        sections.push(decision::place(decision, clock));
        sections.push(decision::transfers(&decision.transfers, clock));
        sections.push(decision::prices(&decision.lines, decision.total));
    }
    Page(sections)
}

fn until(quote: &Quote, clock: &Clock) -> (&'static str, Cell) {
    let time = |at| Cell::exact(clock.both(at), at);
    match quote.ordered {
        Some(_) if quote.void => ("ordered", Cell::from("void: planned anew at present prices")),
        Some(at) => ("ordered", time(at)),
        None => ("expires", time(quote.expires)),
    }
}

pub(crate) async fn book(context: &Context) -> Result<(), Failure> {
    let (client, project) = (context.client()?, context.global.project.as_ref());
    let mut all = client::every(async |cursor| client.quotes(project, cursor).await).await?;
    all.extend(client::every(async |cursor| client.bids(project, cursor).await).await?);
    context.out.print(Values::Many(&all), |out| book_table(&all, &out.clock).into())
}

fn book_table(all: &[JobView], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("QUOTE OR BID"),
        column("STATE"),
        column("PRICE").point(),
        column("EXPIRES"),
        column("ORDERED"),
        column("SITE"),
        column("POOL"),
        column("START"),
    ]);
    for view in all {
        let (quote, decision) = (view.status.quote, view.status.decision.as_deref());
        let bid = view.status.bid;
        let quoted = quote.filter(|it| it.ordered.is_none()).map(|it| it.expires);
        let open = quoted.or(bid.filter(|it| it.won.is_none()).map(|it| it.until));
        let price = quote.map(|it| it.total).or(bid.map(|it| it.price));
        let cells = vec![
            Cell::new(&view.key),
            format::state(view.status.state),
            price.map_or_else(Cell::none, money),
            clock.cell_option(open),
            clock.cell_option(quote.and_then(|it| it.ordered)),
            Cell::option(decision.map(|it| &it.site)),
            Cell::option(decision.map(|it| &it.pool)),
            clock.cell_option(decision.map(|it| it.start)),
        ];
        table.push(view.key.to_string(), cells);
    }
    table
}

#[derive(Debug, Args)]
pub(crate) struct OrdersArgs {
    /// The job to quote and order.
    #[arg(value_name = "JOB.yaml")]
    file: PathBuf,
    /// So often, one after the other.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    orders: u32,
}

/// Milliseconds on the wall clock, seen from here.
#[derive(Debug, Serialize)]
struct OrdersReport {
    orders: u32,
    /// Who is paid by the job's lines.
    owners: Vec<Name>,
    total: Money,
    quote_p50_ms: f64,
    quote_p99_ms: f64,
    /// From asking for the quote until it is ordered.
    order_p50_ms: f64,
    order_p99_ms: f64,
    order_most_ms: f64,
}

pub(crate) async fn bench(context: &Context, args: &OrdersArgs) -> Result<(), Failure> {
    let job = one_job(context, &args.file, &Foreign::default()).await?;
    let (client, mut quoted, mut ordered, mut last) =
        (context.client()?, Vec::new(), Vec::new(), None);
    for _ in 0..args.orders {
        let began = Instant::now();
        let quote = client.quote(&job, None).await?;
        quoted.push(began.elapsed().as_secs_f64() * 1e3);
        let order = client.order(&quote.key).await?;
        ordered.push(began.elapsed().as_secs_f64() * 1e3);
        client.cancel(&order.key, None).await?;
        last = Some(quote);
    }
    let report = report(args.orders, last.as_ref(), quoted, ordered);
    context.out.print(Values::One(&report), |_| report_page(&report))
}

fn report(
    orders: u32,
    last: Option<&JobView>,
    mut quoted: Vec<f64>,
    mut ordered: Vec<f64>,
) -> OrdersReport {
    quoted.sort_by(f64::total_cmp);
    ordered.sort_by(f64::total_cmp);
    let decision = last.and_then(|view| view.status.decision.as_deref());
    let lines = decision.map_or(&[][..], |it| &it.lines);
    let paid = lines.iter().filter(|it| it.kind.is_billed()).filter_map(|it| it.provider.clone());
    let owners: std::collections::BTreeSet<Name> = paid.collect();
    OrdersReport {
        orders,
        owners: owners.into_iter().collect(),
        total: decision.map_or(Money::ZERO, |it| it.total),
        quote_p50_ms: at(&quoted, 50),
        quote_p99_ms: at(&quoted, 99),
        order_p50_ms: at(&ordered, 50),
        order_p99_ms: at(&ordered, 99),
        order_most_ms: at(&ordered, 100),
    }
}

/// The value that so many percent do not exceed.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn report_page(it: &OrdersReport) -> Page {
    let owners: Vec<&str> = it.owners.iter().map(Name::as_str).collect();
    let fields = vec![
        ("orders", Cell::new(it.orders)),
        ("owners paid", Cell::from(owners.join(", "))),
        ("price of one", money(it.total)),
        ("quoted, p50", figure(it.quote_p50_ms, 1, " ms")),
        ("quoted, p99", figure(it.quote_p99_ms, 1, " ms")),
        ("ordered, p50", figure(it.order_p50_ms, 1, " ms")),
        ("ordered, p99", figure(it.order_p99_ms, 1, " ms")),
        ("ordered, most", figure(it.order_most_ms, 1, " ms")),
    ];
    Page(vec![Section::Fields { title: Some("Orders"), fields }])
}
