//! `energy`: electricity and carbon. Needs no server.

mod battery;
mod cfe;
mod forecast;
mod gaia;
mod lwa;

use clap::Subcommand;

use crate::{context::Context, failure::Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum EnergyCommand {
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

pub(crate) fn run(context: &Context, command: &EnergyCommand) -> Result<(), Failure> {
    match command {
        EnergyCommand::Forecast(args) => forecast::run(context, args),
        EnergyCommand::Bench(BenchCommand::Lwa(args)) => lwa::run(context, args),
        EnergyCommand::Bench(BenchCommand::Gaia(args)) => gaia::run(context, args),
        EnergyCommand::Bench(BenchCommand::Battery(args)) => battery::run(context, args),
        EnergyCommand::Bench(BenchCommand::Cfe(args)) => cfe::run(context, args),
    }
}
