//! `agent`: the site's side of the control plane; `agent bench`; and the hidden `shim`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use drivers::Measured;
use model::{Name, SandboxLevel};
use units::Span;

use crate::{
    context::Context,
    failure::Failure,
    format::word,
    output::{Output, Page, Section, Values},
    table::{Cell, Table, column},
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AgentArgs {
    #[command(subcommand)]
    pub(crate) command: Option<AgentCommand>,
    #[command(flatten)]
    pub(crate) start: StartArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Measure what one core of this machine does.
    Bench,
}

#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// The site it speaks for.
    #[arg(long, value_name = "NAME", env = "JW_SITE", required = true)]
    pub(crate) site: Option<Name>,
    /// What runs the tasks.
    #[arg(long, default_value = "local", value_name = "NAME",
          value_parser = clap::builder::PossibleValuesParser::new(drivers::DRIVERS.iter().map(|it| it.name)))]
    pub(crate) driver: String,
    /// Use no better sandbox than this.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) sandbox: Option<Sandbox>,
    /// A folder that every task may read and write, as /share. Breaks the sandbox on purpose.
    #[arg(long, value_name = "DIR")]
    pub(crate) share: Option<PathBuf>,
    /// What only the driver understands, as YAML: see docs/engines.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Keep data, where and how this file says: see docs/data.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Between asking a task to end and ending it.
    #[arg(long, default_value = "5s", value_name = "SPAN")]
    pub(crate) grace: Span,
    /// Do not measure the machine at the start.
    #[arg(long)]
    pub(crate) no_bench: bool,
    /// Log lines as JSON.
    #[arg(long)]
    pub(crate) log_json: bool,
    /// End when stdin is closed, as it is when the process that started this one ends.
    #[arg(long, hide = true)]
    pub(crate) exit_with_parent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sandbox {
    NamespacesAndCgroup,
    Namespaces,
    Cgroup,
    Rlimit,
}

impl From<Sandbox> for SandboxLevel {
    fn from(it: Sandbox) -> Self {
        match it {
            Sandbox::NamespacesAndCgroup => Self::NamespacesAndCgroup,
            Sandbox::Namespaces => Self::Namespaces,
            Sandbox::Cgroup => Self::Cgroup,
            Sandbox::Rlimit => Self::Rlimit,
        }
    }
}

pub(crate) async fn run(context: &Context, args: &AgentArgs) -> Result<(), Failure> {
    match args.command {
        Some(AgentCommand::Bench) => bench(context),
        None => start(context, &args.start).await,
    }
}

async fn start(context: &Context, args: &StartArgs) -> Result<(), Failure> {
    crate::log::start(args.log_json, context.global.quiet);
    let site =
        args.site.clone().ok_or_else(|| Failure::usage("say for which --site the agent speaks"))?;
    let state = context.state_dir();
    let info =
        drivers::driver(&args.driver).ok_or_else(|| Failure::usage("there is no such driver"))?;
    let mut options = drivers::Options::new(state.join("driver"));
    options.share.clone_from(&args.share);
    options.grace = args.grace;
    if let Some(file) = &args.config {
        options.config =
            std::fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
    }
    if let Some(sandbox) = args.sandbox {
        options.at_best = sandbox.into();
    }
    let data = args.data.as_deref().map(|file| data(file, &state)).transpose()?;
    options.data = data.as_ref().map(|it| it.folders.clone());
    let driver = (info.open)(&options).map_err(|error| Failure::usage(error.to_string()))?;
    let centre = std::sync::Arc::new(context.client()?);
    let config = agent::AgentConfig {
        bench: !args.no_bench,
        driver_name: args.driver.clone(),
        data,
        ..agent::AgentConfig::new(site, state, driver, centre)
    };
    agent::run(config, stop(args.exit_with_parent))
        .await
        .map_err(|error| Failure::usage(error.to_string()))
}

/// What the file says, as far as it can be checked without asking the storage.
fn data(file: &Path, state: &Path) -> Result<agent::DataSetup, Failure> {
    let wrong = |error: staging::StagingError| Failure::usage(error.to_string());
    let config = staging::DataConfig::read(file).map_err(wrong)?;
    config.check().map_err(wrong)?;
    let folders = config.folders.clone().unwrap_or_else(|| state.join("data"));
    let folders =
        std::path::absolute(&folders).map_err(|error| Failure::file("use", &folders, &error))?;
    Ok(agent::DataSetup::new(config, drivers::DataFolders::new(folders)))
}

/// When the agent ends by itself: on Ctrl-C, TERM, or with the process that started it.
async fn stop(with_parent: bool) {
    let parent = async {
        let (gone, is_gone) = tokio::sync::oneshot::channel();
        if with_parent {
            // A thread of its own: it may wait for ever and must not hold up the end.
            std::thread::spawn(move || {
                // Whatever ends the reading, the other side is gone.
                let _ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
                let _told = gone.send(());
            });
            let _gone = is_gone.await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = parent => {}
        () = crate::up::stop_signal() => {}
    }
}

fn bench(context: &Context) -> Result<(), Failure> {
    context.out.note("measuring one core for about a second");
    let measured = drivers::bench();
    context.out.print(Values::One(&measured), |out| page(&measured, out))
}

fn page(measured: &Measured, _: &Output) -> Page {
    let mut table = Table::new([column("OF ONE CORE"), column("RATE").right()]);
    for (precision, rate) in &measured.throughput {
        let name = word(precision);
        table.push(name.clone(), vec![name.into(), Cell::exact(rate.human(), rate)]);
    }
    let memory = units::Bytes::new(measured.memory_bandwidth);
    let rate = Cell::exact(format!("{}/s", memory.human()), format!("{memory}/s"));
    table.push("memory", vec!["memory".into(), rate]);
    Page(vec![Section::Table { title: None, table }])
}

/// Supervises one task; ends the process.
pub(crate) fn shim(dir: &Path) -> ! {
    std::process::exit(drivers::shim_main(dir))
}
