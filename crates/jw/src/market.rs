//! `market`: what is offered, quoted, ordered and bid for; and how fast that is.

mod bids;
mod trade;
mod usage;

use std::{path::PathBuf, time::Instant};

use clap::{Args, Subcommand};
use market::auction::{Check, clear};
use serde::Serialize;
use sim::auction::Rule;

use crate::{
    args::{Foreign, JobName},
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, figure},
};

#[derive(Debug, Subcommand)]
pub(crate) enum MarketCommand {
    /// List what every owner has to sell: capacity and prices by site and pool.
    Ls(trade::OfferArgs),
    /// Hold everything that a job needs for a while, at a price. Order it before it expires, or it is given back.
    Quote {
        /// The manifest, or a SkyPilot task file; `-` for stdin.
        #[arg(value_name = "JOB.yaml")]
        file: PathBuf,
        #[command(flatten)]
        ttl: trade::TimeToLive,
        #[command(flatten)]
        foreign: Foreign,
    },
    /// Buy what was quoted: it runs in what is held, or sooner where that costs no more.
    Order {
        #[arg(value_name = "QUOTE")]
        quote: JobName,
    },
    /// Hold an open quote for longer.
    Refresh {
        #[arg(value_name = "QUOTE")]
        quote: JobName,
        #[command(flatten)]
        ttl: trade::TimeToLive,
    },
    /// Bid for a job: it runs if a clearing gives it a place for no more than the price. Nobody else sees the bid.
    Bid {
        /// The manifest, or a SkyPilot task file; `-` for stdin.
        #[arg(value_name = "JOB.yaml")]
        file: PathBuf,
        #[command(flatten)]
        terms: bids::Terms,
        #[command(flatten)]
        foreign: Foreign,
    },
    /// Give an open quote back, or take an open bid back.
    Withdraw {
        #[arg(value_name = "QUOTE")]
        quote: JobName,
    },
    /// List open quotes and bids, and what was ordered or won and has not ended.
    Book,
    /// What was paid when the market was cleared, by pool and time: the last clearing, or the last few.
    Prices(bids::PricesArgs),
    /// Measure the market's own machinery.
    #[command(subcommand)]
    Bench(BenchCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Clear an auction of bundles that a seed draws, and prove how near to the best that is.
    Auction(AuctionArgs),
    /// Quote and order a job again and again: how long from request to everything held. Each is cancelled; what it ran
    /// until then is charged.
    Orders(trade::OrdersArgs),
    /// Take in usage events: read, checked, seen to be new, rated and durable, in a database of its own.
    Usage(usage::UsageArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuctionArgs {
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    bids: u32,
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pools: u32,
    #[arg(long, default_value_t = 96, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    slots: u32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Money is in millionths.
#[derive(Debug, Serialize)]
struct Report {
    bids: u32,
    pools: u32,
    slots: u32,
    seed: u64,
    won: usize,
    /// Values of the bids that won, less the owners' reserves.
    welfare: f64,
    /// No choice of bids has more.
    bound: f64,
    gap_pct: f64,
    /// On the wall clock.
    seconds: f64,
    feasible: bool,
    budget_balanced: bool,
    rational: bool,
    /// What buyers pay, and owners receive.
    paid: f64,
    rejected_above_price: usize,
}

pub(crate) async fn run(context: &Context, command: &MarketCommand) -> Result<(), Failure> {
    match command {
        MarketCommand::Ls(args) => trade::offers(context, args).await,
        MarketCommand::Quote { file, ttl, foreign } => {
            trade::quote(context, file, ttl, foreign).await
        }
        MarketCommand::Order { quote } => {
            let view = context.client()?.order(&context.key(quote)).await?;
            trade::show(context, &view)
        }
        MarketCommand::Refresh { quote, ttl } => {
            let view = context.client()?.refresh(&context.key(quote), ttl.span()).await?;
            trade::show(context, &view)
        }
        MarketCommand::Withdraw { quote } => {
            let view = context.client()?.withdraw(&context.key(quote)).await?;
            trade::show(context, &view)
        }
        MarketCommand::Bid { file, terms, foreign } => {
            bids::bid(context, file, terms, foreign).await
        }
        MarketCommand::Book => trade::book(context).await,
        MarketCommand::Prices(args) => bids::prices(context, args).await,
        MarketCommand::Bench(BenchCommand::Auction(args)) => auction(context, args),
        MarketCommand::Bench(BenchCommand::Orders(args)) => trade::bench(context, args).await,
        MarketCommand::Bench(BenchCommand::Usage(args)) => usage::bench(context, args).await,
    }
}

fn auction(context: &Context, args: &AuctionArgs) -> Result<(), Failure> {
    let AuctionArgs { bids, pools, slots, seed } = *args;
    let auction = Rule { bids, pools, slots, seed }.draw();
    let auction = auction.map_err(|error| Failure::usage(error.to_string()))?;
    let began = Instant::now();
    let cleared = clear(&auction);
    let seconds = began.elapsed().as_secs_f64();
    let check = Check::new(&auction, &cleared);
    let report = Report {
        bids,
        pools,
        slots,
        seed,
        won: cleared.won.iter().filter(|it| **it).count(),
        welfare: cleared.welfare as f64 / 1e6,
        bound: cleared.bound as f64 / 1e6,
        gap_pct: cleared.gap_pct(),
        seconds,
        feasible: check.feasible,
        budget_balanced: check.budget_balanced,
        rational: check.rational,
        paid: check.paid as f64 / 1e6,
        rejected_above_price: check.rejected_above_price,
    };
    context.out.print(Values::One(&report), |_| page(&report))
}

fn page(it: &Report) -> Page {
    let holds = |holds: bool| {
        let (text, style) = if holds { ("yes", Style::Good) } else { ("no", Style::Bad) };
        Cell::from(text.to_owned()).style(style)
    };
    let fields = vec![
        ("bids, won", Cell::from(format!("{}, {}", it.bids, it.won))),
        ("welfare", figure(it.welfare, 2, "")),
        ("no choice has more than", figure(it.bound, 2, "")),
        ("gap", figure(it.gap_pct, 3, " %")),
        ("cleared in", figure(it.seconds, 3, " s")),
        ("nothing sold twice", holds(it.feasible)),
        ("paid is received", holds(it.budget_balanced)),
        ("nobody pays more than bid", holds(it.rational)),
        ("paid", figure(it.paid, 2, "")),
        ("rejected though above price", Cell::new(it.rejected_above_price)),
    ];
    Page(vec![Section::Fields { title: Some("Auction"), fields }])
}
