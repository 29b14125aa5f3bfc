//! `energy signals`: series of a site, told by hand or looked at.

use std::path::PathBuf;

use api::{SignalSeries, SignalUpload};
use clap::{Args, Subcommand, ValueEnum};
use drivers::signals::parse;
use energy::signals::POINTS_MOST;
use model::{Feed, FeedFormat, FeedUnit, Name, Quality};
use units::{Money, Span};

use crate::{
    context::Context,
    failure::Failure,
    format::Clock,
    output::Values,
    table::{Cell, Table, column},
};

#[derive(Debug, Subcommand)]
pub(crate) enum SignalsCommand {
    /// Tell a site's series from a file: carbon, price, the grid's carbon-free share, or the site's meter.
    Put(PutArgs),
    /// What is known of a site, a week back and ahead.
    Ls {
        #[arg(long, value_name = "NAME")]
        site: Name,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PutArgs {
    #[arg(long, value_name = "NAME")]
    site: Name,
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// What the values are in: gCO2/kWh, lbCO2/MWh, %, kWh, CNY/kWh, CNY/MWh, EUR/MWh or USD/MWh.
    #[arg(long, value_name = "UNIT", value_parser = unit)]
    unit: FeedUnit,
    /// Of a CSV file.
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Yuan for a euro or dollar, as "7.8CNY".
    #[arg(long, value_name = "MONEY")]
    rate: Option<Money>,
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    ElectricityMaps,
    CarbonAware,
}

fn unit(text: &str) -> Result<FeedUnit, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "use gCO2/kWh, lbCO2/MWh, %, kWh, CNY/kWh, CNY/MWh, EUR/MWh or USD/MWh".to_owned()
    })
}

pub(crate) async fn run(context: &Context, command: &SignalsCommand) -> Result<(), Failure> {
    match command {
        SignalsCommand::Put(args) => put(context, args).await,
        SignalsCommand::Ls { site } => {
            let page = context.client()?.signals(site).await?;
            context
                .out
                .print(Values::Many(&page.items), |out| table(&page.items, &out.clock).into())
        }
    }
}

async fn put(context: &Context, args: &PutArgs) -> Result<(), Failure> {
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Failure::file("read", &args.file, &error))?;
    let feed = Feed {
        signal: args.unit.signal(),
        format: match args.format {
            Format::Csv => FeedFormat::Csv,
            Format::ElectricityMaps => FeedFormat::ElectricityMaps,
            Format::CarbonAware => FeedFormat::CarbonAware,
        },
        from: args.file.display().to_string(),
        unit: args.unit,
        rate: args.rate,
        column: args.column.clone(),
        every: Span::hours(1),
        key_from: None,
    };
    let points = parse(&feed, &text)
        .map_err(|error| Failure::usage(format!("{}: {error}", args.file.display())))?;
    let client = context.client()?;
    for some in points.chunks(POINTS_MOST) {
        let source = feed.from.chars().take(200).collect();
        let upload = SignalUpload { signal: feed.signal, source, points: some.to_vec() };
        client.upload_signals(&args.site, &upload).await?;
    }
    context.out.note(format!("{} hours of {} told", points.len(), feed.signal));
    Ok(())
}

fn table(series: &[SignalSeries], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("SIGNAL"),
        column("HOURS").right(),
        column("MEASURED").right(),
        column("FIRST"),
        column("LAST"),
        column("VALUE").right(),
        column("TOLD"),
        column("SOURCE"),
    ]);
    for it in series {
        let measured = it.points.iter().filter(|it| it.quality == Quality::Measured).count();
        let cells = vec![
            Cell::new(it.signal),
            Cell::new(it.points.len()),
            Cell::new(measured),
            clock.cell_option(it.points.first().map(|it| it.hour)),
            clock.cell_option(it.points.last().map(|it| it.hour)),
            Cell::option(it.points.last().map(|it| it.value)),
            clock.cell(it.at),
            Cell::from(it.source.as_str()),
        ];
        table.push(it.signal.as_str(), cells);
    }
    table
}
