//! `net lab`: a network of namespaces on this machine.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::{Args, Subcommand};
use drivers::lab::{Bench, Description, Lab, LabError, Measured, Overlay, Status, Wires, overlay};
use model::Name;
use serde::Serialize;
use sim::files;
use units::Delay;

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

/// Bytes of a lab's file, at most.
const FILE_MOST_BYTES: u64 = 1 << 20;
/// The lab that is measured when none is given.
const USUAL: &str = include_str!("../../../../examples/labs/five-node.yaml");

#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// Make a network: each router and client is a namespace of this machine, with segment routing in its kernel. As root.
    Up(FileArgs),
    /// What each router has and does now.
    Status(FileArgs),
    /// Lead new flows of a service to the instance at a router; flows that have begun stay where they are.
    Steer(SteerArgs),
    /// Cut all links between two routers, at the first one's end.
    Cut(BetweenArgs),
    /// Join the links between two routers again.
    Join(BetweenArgs),
    /// Make links that have a delay worse, or, with neither figure, as the file says.
    Degrade(DegradeArgs),
    /// Take the network away. One that is not there is fine.
    Down(FileArgs),
    /// Measure how fast packets follow a decision, and what is lost when links fail: in a network of its own, which is made
    /// and taken away; its links have no delay but their own. As root.
    Bench(BenchArgs),
    /// Carry packets over links that have a delay, until the network is taken away.
    #[command(hide = true)]
    Wires(FileArgs),
}

#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// Routers, links, clients and services, as YAML: see examples/labs.
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SteerArgs {
    #[command(flatten)]
    lab: FileArgs,
    service: Name,
    /// The router with the instance.
    to: Name,
}

#[derive(Debug, Args)]
pub(crate) struct BetweenArgs {
    #[command(flatten)]
    lab: FileArgs,
    from: Name,
    to: Name,
}

#[derive(Debug, Args)]
pub(crate) struct DegradeArgs {
    #[command(flatten)]
    between: BetweenArgs,
    /// Of each direction, such as 30ms.
    #[arg(long)]
    delay: Option<Delay>,
    /// Per cent of packets that are lost in each direction.
    #[arg(long, value_name = "PER CENT")]
    loss: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Left out: five routers, a client, and a service at two places.
    file: Option<PathBuf>,
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    switches: u32,
}

pub(crate) fn run(context: &Context, command: &LabCommand) -> Result<(), Failure> {
    match command {
        LabCommand::Up(args) => up(context, args),
        LabCommand::Status(args) => status(context, &args.read()?),
        LabCommand::Steer(args) => {
            let file = args.lab.read()?;
            failing(Lab::new(&file).steer(&args.service, &args.to))
        }
        LabCommand::Cut(args) => args.join(false),
        LabCommand::Join(args) => args.join(true),
        LabCommand::Degrade(args) => degrade(args),
        LabCommand::Down(args) => failing(Lab::new(&args.read()?).down()),
        LabCommand::Bench(args) => bench(context, args),
        LabCommand::Wires(args) => wires(args),
    }
}

fn failing<T>(done: Result<T, LabError>) -> Result<T, Failure> {
    done.map_err(|error| Failure::usage(error.to_string()))
}

fn read(file: &Path) -> Result<Description, Failure> {
    let text = files::text_within(file, FILE_MOST_BYTES)?;
    let wrong = |error| Failure::usage(format!("{}: {error}", file.display()));
    Description::read(&text).map_err(wrong)
}

impl FileArgs {
    fn read(&self) -> Result<Description, Failure> {
        read(&self.file)
    }
}

impl BetweenArgs {
    fn join(&self, is_on: bool) -> Result<(), Failure> {
        let file = self.lab.read()?;
        failing(Lab::new(&file).join([&self.from, &self.to], is_on))
    }
}

fn up(context: &Context, args: &FileArgs) -> Result<(), Failure> {
    let file = args.read()?;
    let start = |folder: &Path| start_wires(&args.file, folder);
    failing(Lab::new(&file).up(Some(&start)))?;
    status(context, &file)
}

/// It outlives this command.
fn start_wires(file: &Path, folder: &Path) -> io::Result<()> {
    let log = File::create(folder.join("wires.log"))?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["net", "lab", "wires"]).arg(file.canonicalize()?);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(drop)
}

fn wires(args: &FileArgs) -> Result<(), Failure> {
    let file = args.read()?;
    failing(Wires::start(&Lab::new(&file)))?.run();
    Ok(())
}

fn degrade(args: &DegradeArgs) -> Result<(), Failure> {
    let file = args.between.lab.read()?;
    let loss = args.loss.unwrap_or(0.0);
    if !(0.0..=100.0).contains(&loss) {
        return Err(Failure::usage(format!("--loss {loss}: it is 0 to 100 per cent")));
    }
    let BetweenArgs { from, to, .. } = &args.between;
    failing(Lab::new(&file).degrade([from, to], args.delay, (loss * 1e4).round() as u32))
}

fn status(context: &Context, file: &Description) -> Result<(), Failure> {
    let status = failing(Lab::new(file).status())?;
    context.out.print(Values::One(&status), |_| page(&status))
}

fn page(status: &Status) -> Page {
    let columns = [
        column("ROUTER"),
        column("GENERATION").right(),
        column("ROUTES").right(),
        column("LINKS UP").right(),
        column("DOWN"),
        column("PACKETS").right(),
        column("ERRORS").right(),
    ];
    let mut routers = Table::new(columns);
    for it in &status.routers {
        let style = if it.down.is_empty() { Style::Plain } else { Style::Bad };
        let cells = vec![
            Cell::new(&it.name),
            Cell::new(it.generation),
            Cell::new(it.routes),
            Cell::new(it.up.len()),
            Cell::from(it.down.join(" ")).style(style),
            Cell::new(it.packets),
            Cell::new(it.errors),
        ];
        routers.push(it.name.to_string(), cells);
    }
    let mut services =
        Table::new([column("SERVICE"), column("STEERED AT"), column("TO"), column("FLOWS")]);
    for (at, it) in status.routers.iter().flat_map(|at| at.services.iter().map(move |it| (at, it)))
    {
        let flows = it.flows.iter().map(|(name, count)| format!("{name} {count}"));
        let cells = vec![
            Cell::new(&it.name),
            Cell::new(&at.name),
            Cell::new(&it.current),
            Cell::from(flows.collect::<Vec<_>>().join(", ")),
        ];
        services.push(it.name.to_string(), cells);
    }
    Page(vec![
        Section::Table { title: None, table: routers },
        Section::Table { title: None, table: services },
    ])
}

fn bench(context: &Context, args: &BenchArgs) -> Result<(), Failure> {
    let usual = || Description::read(USUAL).map_err(|error| Failure::usage(error.to_string()));
    let mut file = args.file.as_deref().map_or_else(usual, read)?;
    // One of its own: what is up under the file's name stays as it is.
    let name = format!("b{}", std::process::id());
    file.name = name.parse().map_err(|error| Failure::usage(format!("{error}")))?;
    let lab = Lab::new(&file);
    failing(lab.up(None))?;
    let measured = lab.bench(Bench { switches: args.switches });
    let down = lab.down();
    let steering = failing(measured)?;
    failing(down)?;
    let overlay = failing(overlay())?;
    let measured = Everything { steering, overlay };
    context.out.print(Values::One(&measured), |_| figures(&measured))
}

/// What is measured, of packets that are steered and of those in a tunnel.
#[derive(Debug, Serialize)]
struct Everything {
    #[serde(flatten)]
    steering: Measured,
    #[serde(flatten)]
    overlay: Overlay,
}

fn figures(Everything { steering: it, overlay }: &Everything) -> Page {
    let none =
        |count: usize| Cell::new(count).style(if count == 0 { Style::Good } else { Style::Bad });
    let fields = vec![
        ("switches", Cell::new(it.switches)),
        ("decision to first packet, median", figure(it.steer_ms_p50, 2, " ms")),
        ("decision to first packet, 99 %", figure(it.steer_ms_p99, 2, " ms")),
        ("packets sent", Cell::new(it.sent)),
        ("lost", none(it.lost)),
        ("flows moved from their instance", none(it.moved)),
        ("links cut", Cell::new(it.failures)),
        ("cut to packets again, worst", figure(it.failover_ms, 2, " ms")),
        ("lost when links came back", none(it.lost_on_return)),
        ("tunnel carries", figure(overlay.tunnel_gbit_s, 2, " Gbit/s")),
        ("worse path left after, worst", figure(overlay.brownout_ms, 0, " ms")),
        ("critical packets sent", Cell::new(overlay.critical_sent)),
        ("lost meanwhile", none(overlay.critical_lost)),
    ];
    Page(vec![Section::Fields { title: Some("Lab"), fields }])
}
