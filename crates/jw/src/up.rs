//! `up`: the control plane on this machine, with the agents of its sites if wanted.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    str::FromStr,
    time::Duration,
};

use clap::Args;
use model::{Kind, Name};
use server::{Command, Server, ServerConfig};
use tokio::{net::TcpListener, process::Child};
use units::Span;

use crate::{context::Context, failure::Failure};

/// The world that an empty store starts with.
const EAST_WEST: &str = include_str!("../../../examples/worlds/east-west.yaml");
/// Between the end of an agent and its next start.
const RESTART: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Where the API listens. Port 0 takes a free one; the address is written to the file `address` in the state
    /// directory.
    #[arg(long, default_value = "127.0.0.1:7070", env = "JW_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The database: `sqlite:///path`, or `postgres://..` [default: jingwei.db in the state directory].
    #[arg(long, env = "JW_STORE", value_name = "URL")]
    pub(crate) store: Option<String>,
    /// Cedar policies that replace the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub(crate) policies: Option<PathBuf>,
    /// The land on the console's map in place of the built-in coasts: GeoJSON, a FeatureCollection with a member
    /// `approval`, the number under which it may be shown; it is shown beside the map.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Manifests to apply at the start: a file, `east-west` (built in), or `none`. Left out: `east-west` where the
    /// store knows no site yet.
    #[arg(long, value_name = "WORLD")]
    pub(crate) world: Option<String>,
    /// For which sites an agent is started on this machine: `all`, `none`, or names with commas between.
    #[arg(long, default_value = "all", value_name = "SITES")]
    pub(crate) agents: Agents,
    /// A folder that tasks of these agents may all read and write, as /share. Breaks the sandbox on purpose.
    #[arg(long, value_name = "DIR")]
    pub(crate) share: Option<PathBuf>,
    /// A site that is silent for so long is lost: its work starts elsewhere, but for jobs that are `exclusive`.
    #[arg(long, default_value = "6s", value_name = "SPAN")]
    pub(crate) lease: Span,
    /// How long a site lets work run without an answer from here; so long `exclusive` jobs wait for a lost site.
    #[arg(long, default_value = "300s", value_name = "SPAN")]
    pub(crate) keep: Span,
    /// How often open bids are cleared, at whole multiples of this.
    #[arg(long, default_value = "5m", env = "JW_CLEAR_EVERY", value_name = "SPAN")]
    pub(crate) clear_every: Span,
    /// Log lines as JSON.
    #[arg(long)]
    pub(crate) log_json: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Agents {
    All,
    Of(Vec<Name>),
}

impl FromStr for Agents {
    type Err = model::InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::Of(Vec::new())),
            names => names.split(',').map(str::parse).collect::<Result<_, _>>().map(Self::Of),
        }
    }
}

pub(crate) async fn run(context: &Context, args: &UpArgs) -> Result<(), Failure> {
    crate::log::start(args.log_json, context.global.quiet);
    let state = context.state_dir();
    let world = world_text(args.world.as_deref())?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Failure::usage(format!(
            "cannot listen on {}: {error}; choose another with --listen",
            args.listen
        ))
    })?;
    let address =
        listener.local_addr().map_err(|error| Failure::usage(format!("no address: {error}")))?;
    let server = Server::open(config(args, &state)).await.map_err(failed)?;
    let sites = apply_world(&server, world, args.world.is_some()).await?;
    let agents = start_agents(&server, args, &state, address, sites).await?;
    write_address(&state, address)?;
    tracing::info!(
        "the console and the API are at http://{address}, the admin token in {}",
        state.join("admin.token").display()
    );
    let ended = server.serve(listener, stop_signal()).await.map_err(failed);
    drop(agents);
    ended
}

fn config(args: &UpArgs, state: &Path) -> ServerConfig {
    let mut config = ServerConfig::embedded(state);
    if let Some(url) = &args.store {
        config.store_url.clone_from(url);
    }
    config.policies.clone_from(&args.policies);
    config.map.clone_from(&args.map);
    config.settings.lease = args.lease;
    config.settings.keep = args.keep.max(args.lease);
    config.settings.clearing_every = args.clear_every.max(Span::seconds(1));
    config
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Fault(error.to_string())
}

fn world_text(world: Option<&str>) -> Result<Option<String>, Failure> {
    match world {
        None | Some("east-west") => Ok(Some(EAST_WEST.to_owned())),
        Some("none") => Ok(None),
        Some(file) => {
            let read = std::fs::read_to_string(file);
            read.map(Some).map_err(|error| Failure::file("read", Path::new(file), &error))
        }
    }
}

/// Applies the world if it was asked for, or if there is none yet. The sites that there are now.
async fn apply_world(
    server: &Server,
    world: Option<String>,
    asked: bool,
) -> Result<Vec<Name>, Failure> {
    let sites = sites(server).await?;
    let Some(text) = world.filter(|_| asked || sites.is_empty()) else { return Ok(sites) };
    let resources = api::manifest::parse(&text)
        .map_err(|errors| Failure::Manifest { file: "the world".to_owned(), errors })?;
    let apply = Command::Apply { resources, dry_run: false, by: None };
    server
        .engine()
        .run(apply, None)
        .await
        .map_err(|problem| Failure::Problem(Box::new(problem)))?;
    self::sites(server).await
}

async fn sites(server: &Server) -> Result<Vec<Name>, Failure> {
    let all = server.engine().store().all_resources().await.map_err(failed)?;
    Ok(all.into_iter().filter(|it| it.kind == Kind::Site).map(|it| it.metadata.name).collect())
}

/// Written last: whoever finds it can connect.
fn write_address(state: &Path, address: SocketAddr) -> Result<(), Failure> {
    let (path, fresh) = (state.join("address"), state.join("address.new"));
    let write = || {
        std::fs::write(&fresh, format!("{address}\n")).and_then(|()| std::fs::rename(&fresh, &path))
    };
    write().map_err(|error| Failure::file("write", &path, &error))
}

/// Ctrl-C, or the polite end that service managers send.
pub(crate) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        tracing::warn!("the signal TERM cannot be waited for");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        // Without a handler Ctrl-C ends the process at once, which every life survives.
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
}

/// The agents' keepers; dropping them ends the agents.
struct Keepers(Vec<tokio::task::JoinHandle<()>>);

impl Drop for Keepers {
    fn drop(&mut self) {
        for keeper in &self.0 {
            keeper.abort();
        }
    }
}

async fn start_agents(
    server: &Server,
    args: &UpArgs,
    state: &Path,
    address: SocketAddr,
    sites: Vec<Name>,
) -> Result<Keepers, Failure> {
    let wanted = match &args.agents {
        Agents::All => sites,
        Agents::Of(names) => names.clone(),
    };
    let program =
        std::env::current_exe().map_err(|error| Failure::usage(format!("where am I: {error}")))?;
    let mut keepers = Vec::new();
    for site in wanted {
        let file = format!("sites/{site}/token");
        let token = server
            .ensure_token(&file, &format!("agent-{site}"), api::Role::Agent, Some(site.clone()))
            .await
            .map_err(failed)?;
        let folder = state.join("sites").join(site.as_str());
        let mut command = tokio::process::Command::new(&program);
        command.args(["agent", "--exit-with-parent", "--no-bench", "--site", site.as_str()]);
        command.args(["--server", &format!("http://{address}")]).arg("--token-file").arg(token);
        command.arg("--state").arg(&folder);
        if let Some(share) = &args.share {
            command.arg("--share").arg(share);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .env_remove("JW_TOKEN");
        keepers.push(tokio::spawn(keep(site, command)));
    }
    Ok(Keepers(keepers))
}

/// Starts an agent again whenever it ends. Its stdin stays open: it ends when this process does.
async fn keep(site: Name, mut command: tokio::process::Command) {
    loop {
        let ended = match command.spawn() {
            Ok(mut child) => ended(&mut child).await,
            Err(error) => format!("does not start: {error}"),
        };
        tracing::warn!(%site, "the agent {ended}; started again in a second");
        tokio::time::sleep(RESTART).await;
    }
}

async fn ended(child: &mut Child) -> String {
    // Waiting would close it, and with it the agent.
    let _open = child.stdin.take();
    match child.wait().await {
        Ok(status) => format!("ended with {status}"),
        Err(error) => format!("is lost: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use model::Spec;

    use super::*;

    #[test]
    fn the_built_in_world_is_a_world() {
        let resources = api::manifest::parse(EAST_WEST).unwrap();
        let sites = resources.iter().filter(|it| matches!(it.spec, Spec::Site(_))).count();
        assert_eq!(sites, 8);
    }

    #[test]
    fn agents_are_named_or_all_or_none() {
        assert_eq!("all".parse(), Ok(Agents::All));
        assert_eq!("none".parse(), Ok(Agents::Of(Vec::new())));
        assert!("a,B".parse::<Agents>().is_err());
    }
}
