//! `edge`: a gateway with tunnels to others, by a file of its own or as an edge of the platform; `service`: what edges
//! lead flows to.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::mpsc,
};

use api::{
    EdgeView, Edges, MeasuredPath, NewToken, PathQuality, ProblemKind, Role, ServiceView, Services,
    WayView,
};

use clap::{Args, Subcommand};
use client::ClientError;
use drivers::tunnels::{ClassReport, PathReport, Report};
use edge::{Config, EdgeError, Seen, Server, make_key};
use model::Name;
use network::overlay::Quality;
use serde_json::json;
use sim::files;
use units::Span;

use crate::{
    context::Context,
    failure::Failure,
    format::{Clock, yes_no},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

/// Bytes of a gateway's file, at most.
const FILE_MOST_BYTES: u64 = 1 << 20;
/// Bytes of a token's file.
const TOKEN_MOST: u64 = 4_096;

#[derive(Debug, Subcommand)]
pub(crate) enum EdgeCommand {
    /// Make the gateway's key in a file that only its owner can read, and show what others know it by.
    Key { file: PathBuf },
    /// Keep the gateway's tunnels until it is told to end. As root.
    Run(ConfigArgs),
    /// How good each path is, and which one each class of traffic takes.
    Status(ConfigArgs),
    /// Make a token with which one gateway can join as this edge, once; a token made before ends.
    Token {
        name: Name,
        /// It ends after this long.
        #[arg(long, value_name = "SPAN", default_value = "1h")]
        valid_for: Span,
        /// Write the token into this file, readable by its owner only, instead of printing it.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Join the platform with the token of --token-file (`-`: stdin), then do what it says until told to end. As root.
    /// Without a token: go on as the edge it is.
    Join {
        /// Where its key, token and last target are kept.
        #[arg(long, value_name = "DIR", default_value = "/var/lib/jingwei/edge")]
        dir: PathBuf,
        /// Log lines as JSON.
        #[arg(long)]
        log_json: bool,
    },
    /// List the edges of the platform.
    Ls,
    /// One edge with its paths, as it measures them.
    Show { name: Name },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// List the services.
    Ls,
    /// One service with its instances, where each edge leads new flows, and why.
    Show { name: Name },
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
        EdgeCommand::Token { name, valid_for, to } => {
            token(context, name, valid_for, to.as_deref()).await
        }
        EdgeCommand::Join { dir, log_json } => join(context, &dir, log_json).await,
        EdgeCommand::Ls => list(context).await,
        EdgeCommand::Show { name } => show(context, &name).await,
    }
}

async fn token(
    context: &Context,
    edge: Name,
    valid_for: Span,
    to: Option<&Path>,
) -> Result<(), Failure> {
    let known = context.client()?.edges().await?;
    if !known.items.iter().any(|it| it.name == edge) {
        let names: Vec<&str> = known.items.iter().map(|it| it.name.as_str()).take(12).collect();
        let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let what =
            format!("there is no edge `{edge}`; there are: {others}. Apply a manifest of it first");
        return Err(Failure::usage(what));
    }
    let name: Name = format!("join-{edge}")
        .parse()
        .map_err(|error| Failure::usage(format!("the edge's name is too long: {error}")))?;
    match context.client()?.delete_token(&name).await {
        Err(ClientError::Problem(problem)) if problem.is(ProblemKind::NotFound) => {}
        done => done?,
    }
    let new = NewToken {
        name,
        role: Role::Joiner,
        project: None,
        site: None,
        edge: Some(edge),
        valid_for: Some(valid_for),
    };
    crate::token::create(context, &new, to).await
}

/// The secret comes from a file, stdin or JW_TOKEN: arguments can be read by everybody on the machine.
fn join_token(context: &Context) -> Result<Option<String>, Failure> {
    if let Some(token) = std::env::var("JW_TOKEN").ok().filter(|token| !token.is_empty()) {
        return Ok(Some(token));
    }
    let Some(file) = &context.global.token_file else { return Ok(None) };
    if file.as_os_str() == "-" {
        let mut line = String::new();
        let read = std::io::stdin().lock().take(TOKEN_MOST).read_to_string(&mut line);
        read.map_err(|error| Failure::file("read the token from", file, &error))?;
        return Ok(Some(line.trim().to_owned()));
    }
    let text = files::text_within(file, TOKEN_MOST)?;
    Ok(Some(text.trim().to_owned()))
}

async fn join(context: &Context, dir: &Path, log_json: bool) -> Result<(), Failure> {
    crate::log::start(log_json, context.global.quiet);
    let server = Server { url: context.global.server.clone(), insecure: context.global.insecure };
    let joined = failing(edge::join(server, dir, join_token(context)?).await)?;
    failing(edge::follow(joined, crate::up::stop_signal()).await)
}

async fn list(context: &Context) -> Result<(), Failure> {
    let Edges { items, .. } = context.client()?.edges().await?;
    context.out.print(Values::Many(&items), |out| edges(&items, &out.clock).into())
}

fn edges(items: &[EdgeView], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("NAME"),
        column("AT"),
        column("ONLINE"),
        column("PATHS UP").right(),
        column("GENERATION").right(),
        column("HAS").right(),
        column("FAULT"),
        column("SEEN").wide(),
        column("ADDRESS").wide(),
    ]);
    for it in items {
        let up = it.paths.iter().filter(|path| path.quality.is_some()).count();
        let cells = vec![
            Cell::new(&it.name),
            Cell::new(&it.at),
            if it.status.public_key.is_none() {
                Cell::from("not joined")
            } else {
                yes_no(it.status.online)
            },
            Cell::from(format!("{up}/{}", it.paths.len())),
            Cell::new(it.status.generation),
            Cell::option(it.has),
            Cell::option(it.fault.as_ref()).clip(60),
            clock.cell_option(it.status.last_seen),
            Cell::new(it.address),
        ];
        table.push(it.name.as_str(), cells);
    }
    table
}

async fn show(context: &Context, name: &Name) -> Result<(), Failure> {
    let Edges { items, .. } = context.client()?.edges().await?;
    let names: Vec<&Name> = items.iter().map(|it| &it.name).collect();
    let found = items.iter().find(|it| it.name == *name);
    let found = found.ok_or_else(|| nothing("edge", name, &names))?;
    context.out.print(Values::One(found), |out| {
        let mut paths = Table::new([
            column("PEER"),
            column("NETWORK"),
            column("STATE"),
            column("ROUND TRIP").right(),
            column("JITTER").right(),
            column("LOSS").right(),
            column("CLASSES"),
        ]);
        for path in &found.paths {
            let key = format!("{}/{}", path.peer, path.network);
            paths.push(key, path_cells(path));
        }
        Page(vec![
            Section::Table { title: None, table: edges(std::slice::from_ref(found), &out.clock) },
            Section::Table { title: Some("Paths"), table: paths },
            Section::Table {
                title: Some("Ways of jobs"),
                table: ways(found.ways.iter().map(|it| (name, it))),
            },
        ])
    })
}

/// Ways with the edges that they begin at.
pub(crate) fn ways<'a>(all: impl Iterator<Item = (&'a Name, &'a WayView)>) -> Table {
    let mut table = Table::new([
        column("NUMBER").right(),
        column("EDGES"),
        column("JOBS"),
        column("CLASS"),
        column("BANDWIDTH").right(),
        column("DELAY").right(),
        column("PLANNED").right(),
        column("LOSS").right(),
        column("SENT").right(),
        column("CAME").right(),
        column("DROPPED").right(),
    ]);
    for (from, it) in all {
        let jobs: Vec<String> = it.jobs.iter().map(ToString::to_string).collect();
        let edges = std::iter::once(from).chain(&it.over).chain(std::iter::once(&it.to));
        let edges: Vec<&str> = edges.map(|it| it.as_str()).collect();
        let delay = |it: units::Delay| Cell::exact(it.human(), it);
        let bandwidth = Some(it.bandwidth).filter(|it| !it.is_zero());
        let cells = vec![
            Cell::new(it.number),
            Cell::from(edges.join(" > ")),
            Cell::from(jobs.join(" ")).clip(60),
            Cell::from(it.class.as_str()),
            Cell::option(bandwidth),
            it.delay.map_or_else(Cell::none, delay),
            delay(it.planned_delay),
            Cell::option(it.loss),
            bytes(it.sent_bytes),
            bytes(it.came_bytes),
            Cell::new(it.dropped_packets),
        ];
        table.push(format!("{from}/{}", it.number), cells);
    }
    table
}

fn bytes(count: u64) -> Cell {
    let it = units::Bytes::new(count);
    Cell::exact(it.human(), it)
}

fn path_cells(path: &MeasuredPath) -> Vec<Cell> {
    let quality = path.quality;
    let delay = |of: fn(PathQuality) -> units::Delay| {
        quality.map_or_else(Cell::none, |it| Cell::exact(of(it).human(), of(it)))
    };
    let (state, style) = if quality.is_some() { ("up", Style::Good) } else { ("down", Style::Bad) };
    vec![
        Cell::new(&path.peer),
        Cell::new(&path.network),
        Cell::from(state).style(style),
        delay(|it| it.round_trip),
        delay(|it| it.jitter),
        quality.map_or_else(Cell::none, |it| Cell::new(it.loss)),
        Cell::from(path.classes.join(" ")),
    ]
}

fn nothing(what: &str, name: &Name, known: &[&Name]) -> Failure {
    let names: Vec<&str> = known.iter().map(|it| it.as_str()).take(12).collect();
    let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Failure::usage(format!("there is no {what} `{name}`; there are: {others}"))
}

pub(crate) async fn service(context: &Context, command: ServiceCommand) -> Result<(), Failure> {
    let Services { items } = context.client()?.services().await?;
    let ServiceCommand::Show { name } = command else {
        return context.out.print(Values::Many(&items), |_| services(&items).into());
    };
    let names: Vec<&Name> = items.iter().map(|it| &it.name).collect();
    let found = items.iter().find(|it| it.name == name);
    let found = found.ok_or_else(|| nothing("service", &name, &names))?;
    context.out.print(Values::One(found), |_| service_page(found))
}

fn services(items: &[ServiceView]) -> Table {
    let mut table = Table::new([
        column("NAME"),
        column("ADDRESS"),
        column("CLASS"),
        column("INSTANCES").right(),
        column("SERVING").right(),
        column("FLOWS").right(),
    ]);
    for it in items {
        let serving = it.instances.iter().filter(|it| it.left_out.is_none()).count();
        let flows: u64 = it.instances.iter().map(|it| it.flows).sum();
        let cells = vec![
            Cell::new(&it.name),
            Cell::new(it.address),
            Cell::from(it.class.as_str()),
            Cell::new(it.instances.len()),
            Cell::new(serving),
            Cell::new(flows),
        ];
        table.push(it.name.as_str(), cells);
    }
    table
}

fn service_page(it: &ServiceView) -> Page {
    let why = it.steering.iter().map(|edge| format!("{}: {}", edge.edge, edge.why)).collect();
    Page(vec![
        Section::Table { title: None, table: services(std::slice::from_ref(it)) },
        Section::Table { title: Some("Instances"), table: instances(it) },
        Section::Table { title: Some("New flows"), table: steering(it) },
        Section::Text { title: Some("Why"), lines: why },
    ])
}

fn instances(it: &ServiceView) -> Table {
    let mut table = Table::new([
        column("INSTANCE"),
        column("EDGE"),
        column("ADDRESS"),
        column("USED").right(),
        column("FLOWS").right(),
        column("LEFT OUT"),
    ]);
    for each in &it.instances {
        let cells = vec![
            Cell::new(&each.name),
            Cell::new(&each.edge),
            Cell::new(each.address),
            figure(each.used_pct, 0, " %"),
            Cell::new(each.flows),
            Cell::option(each.left_out.as_ref()),
        ];
        table.push(each.name.as_str(), cells);
    }
    table
}

fn steering(it: &ServiceView) -> Table {
    let mut table = Table::new([
        column("EDGE"),
        column("INSTANCE"),
        column("SHARE").right(),
        column("DELAY").right(),
        column("EXPECTED").right(),
        column("SCORE").right(),
    ]);
    let ms = |it: Option<f64>| it.map_or_else(Cell::none, |it| figure(it, 2, " ms"));
    let shares = it.steering.iter().flat_map(|edge| edge.shares.iter().map(move |it| (edge, it)));
    for (edge, share) in shares {
        let cells = vec![
            Cell::new(&edge.edge),
            Cell::new(&share.instance),
            figure(share.share_pct, 0, " %"),
            ms(share.delay_ms),
            ms(share.total_ms),
            Cell::option(share.score),
        ];
        table.push(format!("{}/{}", edge.edge, share.instance), cells);
    }
    table
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
    let flows = flows(&seen.tunnels);
    Page(vec![
        Section::Table { title: None, table: paths },
        Section::Table { title: Some("Flows by what tells their class"), table: flows },
    ])
}

/// Where nothing names a flow, what it does tells its class.
fn flows(tunnels: &[Report]) -> Table {
    let names = ["KNOWN", "ADDRESS", "SERVER NAME", "BULK", "INTERACTIVE", "VIDEO", "RPC"];
    let columns = std::iter::once(column("TUNNEL")).chain(names.map(|it| column(it).right()));
    let mut table = Table::new(columns.collect::<Vec<_>>());
    for tunnel in tunnels {
        let it = &tunnel.flows;
        let counts = [it.by_address, it.by_server_name, it.bulk, it.interactive, it.video, it.rpc];
        let cells = [Cell::from(tunnel.device.clone()), Cell::new(it.flows)];
        let cells = cells.into_iter().chain(counts.into_iter().map(Cell::new)).collect();
        table.push(tunnel.device.clone(), cells);
    }
    table
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
