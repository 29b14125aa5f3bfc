//! `energy`: electricity and carbon. Forecasts and benches need no server.

mod battery;
mod certificates;
mod cfe;
mod demand;
mod forecast;
mod gaia;
mod lwa;
mod page;
mod plan;
mod report;
mod signals;

use clap::Subcommand;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum EnergyCommand {
    /// Who used how much energy and what it emitted: by job, project, site, month or year, hour by hour.
    Report(report::ReportArgs),
    /// How sites with a battery, sun, wind or contracts are supplied over the coming 48 hours, at the least cost.
    Plan(plan::PlanArgs),
    /// Certificates of green electricity: each Wh is made once and used once.
    #[command(subcommand)]
    Certificates(certificates::CertificatesCommand),
    /// Series of a site: carbon, price, the grid's carbon-free share, its meter.
    #[command(subcommand)]
    Signals(signals::SignalsCommand),
    /// Ask a site to draw less for a while, by a signed request.
    #[command(subcommand)]
    DemandResponse(demand::DemandCommand),
    /// Forecast a series 48 h ahead on days that are not seen, and tell how far off that was.
    Forecast(forecast::ForecastArgs),
    /// Measure what moving work and storing energy saves, on the data of others.
    #[command(subcommand)]
    Bench(BenchCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Jobs that wait for clean hours: "Let's Wait Awhile", scenario II.
    Lwa(lwa::LwaArgs),
    /// Policies of waiting for clean hours, of GAIA and ours.
    Gaia(gaia::GaiaArgs),
    /// A battery at a market, decided every 15 min.
    Battery(battery::BatteryArgs),
    /// Hubs with sun, wind, batteries and flexible load: how much of it is free of carbon, hour by hour.
    Cfe(cfe::CfeArgs),
}

pub(crate) async fn run(context: &Context, command: &EnergyCommand) -> Result<(), Failure> {
    match command {
        EnergyCommand::Report(args) => report::run(context, args).await,
        EnergyCommand::Plan(args) => plan::run(context, args).await,
        EnergyCommand::Certificates(command) => certificates::run(context, command).await,
        EnergyCommand::DemandResponse(command) => demand::run(context, command).await,
        EnergyCommand::Signals(command) => signals::run(context, command).await,
        EnergyCommand::Forecast(args) => forecast::run(context, args),
        EnergyCommand::Bench(BenchCommand::Lwa(args)) => lwa::run(context, args),
        EnergyCommand::Bench(BenchCommand::Gaia(args)) => gaia::run(context, args),
        EnergyCommand::Bench(BenchCommand::Battery(args)) => battery::run(context, args),
        EnergyCommand::Bench(BenchCommand::Cfe(args)) => cfe::run(context, args),
    }
}
