//! `edge`: a gateway with tunnels to others.

use std::{path::PathBuf, sync::mpsc};

use clap::{Args, Subcommand};
use edge::{Config, EdgeError, Seen, make_key};
use serde_json::{Value, json};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

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

fn failing<T>(done: Result<T, EdgeError>) -> Result<T, Failure> {
    done.map_err(|error| Failure::usage(error.to_string()))
}

async fn keep(file: PathBuf) -> Result<(), Failure> {
    crate::log::start(false, false);
    let config = failing(Config::read(&file))?;
    let (stop, stopped) = mpsc::channel();
    let mut kept = tokio::task::spawn_blocking(move || edge::run(&config, &stopped));
    tokio::select! {
        done = &mut kept => return failing(done.unwrap_or(Ok(()))),
        () = crate::up::stop_signal() => drop(stop),
    }
    failing(kept.await.unwrap_or(Ok(())))
}

fn status(context: &Context, args: &ConfigArgs) -> Result<(), Failure> {
    let config = failing(Config::read(&args.config))?;
    let Some(seen) = failing(Seen::read(&config.name))? else {
        return Err(Failure::Unreachable(format!("gateway `{}` does not run here", config.name)));
    };
    context.out.print(Values::One(&seen), |_| page(&seen))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn page(seen: &Value) -> Page {
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
    for tunnel in list(seen, "tunnels") {
        for (at, path) in list(tunnel, "paths").enumerate() {
            paths.push(text(&path["name"]), row(tunnel, at, path));
        }
    }
    Page(vec![Section::Table { title: None, table: paths }])
}

fn row(tunnel: &Value, at: usize, path: &Value) -> Vec<Cell> {
    let quality = &path["quality"];
    let number = |name: &str| quality.get(name).and_then(Value::as_f64);
    let shown = |name: &str, times: f64, digits: usize, unit: &'static str| {
        number(name)
            .map_or_else(|| Cell::from(String::new()), |it| figure(times * it, digits, unit))
    };
    let (state, style) = if quality.is_null() { ("down", Style::Bad) } else { ("up", Style::Good) };
    let takes = |it: &&Value| [&it["first"], &it["second"]].contains(&&json!(at));
    let classes: Vec<String> =
        list(tunnel, "classes").filter(takes).map(|it| text(&it["class"])).collect();
    vec![
        Cell::from(text(&tunnel["device"])),
        Cell::from(text(&path["name"])),
        Cell::from(if path["peer"].is_null() { String::new() } else { text(&path["peer"]) }),
        Cell::from(state.to_owned()).style(style),
        shown("round_trip_ms", 1.0, 2, " ms"),
        shown("jitter_ms", 1.0, 2, " ms"),
        shown("loss", 100.0, 1, " %"),
        Cell::from(classes.join(" ")),
    ]
}
