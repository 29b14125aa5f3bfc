//! `edge`: a gateway with tunnels to others.

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
};

use clap::{Args, Subcommand};
use drivers::tunnels::{ClassReport, PathReport, Report};
use edge::{Config, EdgeError, Seen, make_key};
use network::overlay::Quality;
use serde_json::json;
use sim::files;

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

/// Bytes of a gateway's file, at most.
const FILE_MOST_BYTES: u64 = 1 << 20;

#[derive(Debug, Subcommand)]
pub(crate) enum EdgeCommand {
    /// Make the gateway's key in a file that only its owner can read, and show what others know it by.
    Key { file: PathBuf },
    /// Keep the gateway's tunnels until it is told to end. As root.
    Run(ConfigArgs),
    /// How good each path is, and which one each class of traffic takes.
    Status(ConfigArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The gateway and its tunnels, as YAML: see docs/steering.md.
    config: PathBuf,
}

pub(crate) async fn run(context: &Context, command: EdgeCommand) -> Result<(), Failure> {
    match command {
        EdgeCommand::Key { file } => {
            let public = failing(make_key(&file))?;
            let value = json!({ "public_key": public });
            context.out.print(Values::One(&value), |_| {
                Page(vec![Section::Text { title: None, lines: vec![public.to_string()] }])
            })
        }
        EdgeCommand::Run(args) => keep(args.config).await,
        EdgeCommand::Status(args) => status(context, &args),
    }
}

fn read(file: &Path) -> Result<Config, Failure> {
    failing(Config::read(&files::text_within(file, FILE_MOST_BYTES)?, file))
}

fn failing<T>(done: Result<T, EdgeError>) -> Result<T, Failure> {
    done.map_err(|error| Failure::usage(error.to_string()))
}

async fn keep(file: PathBuf) -> Result<(), Failure> {
    crate::log::start(false, false);
    let config = read(&file)?;
    let (stop, stopped) = mpsc::channel();
    let mut kept = tokio::task::spawn_blocking(move || edge::run(&config, &stopped));
    tokio::select! {
        done = &mut kept => return failing(done.unwrap_or(Ok(()))),
        () = crate::up::stop_signal() => drop(stop),
    }
    failing(kept.await.unwrap_or(Ok(())))
}

fn status(context: &Context, args: &ConfigArgs) -> Result<(), Failure> {
    let config = read(&args.config)?;
    let Some(seen) = failing(Seen::read(&config.name))? else {
        return Err(Failure::Unreachable(format!("gateway `{}` does not run here", config.name)));
    };
    context.out.print(Values::One(&seen), |_| page(&seen))
}

fn page(seen: &Seen) -> Page {
    let mut paths = Table::new([
        column("TUNNEL"),
        column("PATH"),
        column("PEER"),
        column("STATE"),
        column("ROUND TRIP").right(),
        column("JITTER").right(),
        column("LOSS").right(),
        column("CLASSES"),
    ]);
    for tunnel in &seen.tunnels {
        for (at, path) in tunnel.paths.iter().enumerate() {
            paths.push(path.name.clone(), row(tunnel, at, path));
        }
    }
    Page(vec![Section::Table { title: None, table: paths }])
}

fn row(tunnel: &Report, at: usize, path: &PathReport) -> Vec<Cell> {
    let shown = |of: fn(Quality) -> f64, digits: usize, unit: &'static str| {
        path.quality.map_or_else(|| Cell::new(""), |it| figure(of(it), digits, unit))
    };
    let (state, style) =
        if path.quality.is_some() { ("up", Style::Good) } else { ("down", Style::Bad) };
    let takes = |it: &&ClassReport| [it.ways.first, it.ways.second].contains(&Some(at));
    let classes: Vec<&str> =
        tunnel.classes.iter().filter(takes).map(|it| it.class.name()).collect();
    vec![
        Cell::from(tunnel.device.clone()),
        Cell::from(path.name.clone()),
        path.peer.map_or_else(|| Cell::new(""), Cell::new),
        Cell::from(state.to_owned()).style(style),
        shown(|it| it.round_trip_ms, 2, " ms"),
        shown(|it| it.jitter_ms, 2, " ms"),
        shown(|it| 100.0 * it.loss, 1, " %"),
        Cell::from(classes.join(" ")),
    ]
}
