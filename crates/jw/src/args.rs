//! The one table of commands: parser, help, completion and manual pages all follow from it.

use std::{path::PathBuf, str::FromStr};

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use model::{InvalidName, JobKey, JobState, Kind, Name};
use units::{Month, Span, Time};

use crate::{
    agent::AgentArgs,
    bill::{DisputeCommand, UsageCommand},
    data::DataCommand,
    edge::{EdgeCommand, ServiceCommand},
    energy::EnergyCommand,
    failure::EXIT_CODES,
    ledger::LedgerCommand,
    market::MarketCommand,
    net::NetCommand,
    plan::PlanArgs,
    sim::SimCommand,
    up::UpArgs,
};

/// Run many computing sites and the network between them as one machine.
#[derive(Debug, Parser)]
#[command(name = "jw", version, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Where the server is.
    #[arg(
        short,
        long,
        global = true,
        env = "JW_SERVER",
        default_value = "http://127.0.0.1:7070",
        value_name = "URL"
    )]
    pub(crate) server: String,
    /// The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory].
    #[arg(long, global = true, env = "JW_TOKEN_FILE", value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Send the token over plain HTTP to another machine.
    #[arg(long, global = true)]
    pub(crate) insecure: bool,
    /// The project of jobs that name none [default: default; lists show every project].
    #[arg(short, long, global = true, env = "JW_PROJECT", value_name = "NAME")]
    pub(crate) project: Option<Name>,
    /// How data is printed.
    #[arg(short, long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Leave out the headings of tables and CSV.
    #[arg(long, global = true)]
    pub(crate) no_headers: bool,
    /// When to use colour; NO_COLOR is honoured.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// No messages but errors.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people.
    #[default]
    Table,
    /// As table, with every column.
    Wide,
    Json,
    /// One JSON value a line.
    Jsonl,
    Yaml,
    /// Only names, one a line.
    Name,
    /// Every column, exact values.
    Csv,
    /// A map; of `jw net reach`.
    Geojson,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the control plane, and agents of this machine if asked.
    Up {
        #[command(flatten)]
        state: StateDir,
        #[command(flatten)]
        args: Box<UpArgs>,
    },
    /// Start the agent of a site, or measure this machine.
    Agent {
        #[command(flatten)]
        state: StateDir,
        #[command(flatten)]
        args: Box<AgentArgs>,
    },
    /// Create or change resources: all of the files, or none.
    Apply {
        #[command(flatten)]
        files: Files,
        /// Check everything, change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Show resources of a kind, or one of them.
    Get(GetArgs),
    /// Tell all about one resource.
    Describe {
        #[arg(value_parser = kind_parser(), ignore_case = true)]
        kind: Kind,
        name: String,
    },
    /// Remove a resource that no other refers to, or a job that has ended.
    Delete {
        #[arg(value_parser = kind_parser(), ignore_case = true, required_unless_present = "file", requires = "name")]
        kind: Option<Kind>,
        name: Option<String>,
        /// Remove what these manifests name, last first.
        #[arg(short, long, value_name = "FILE", conflicts_with_all = ["kind", "name"])]
        file: Vec<PathBuf>,
    },
    /// Submit one job, follow it, and end with its outcome.
    Run {
        /// The manifest, or a SkyPilot task file; `-` for stdin.
        #[arg(value_name = "JOB.yaml")]
        file: PathBuf,
        #[command(flatten)]
        foreign: Foreign,
    },
    /// Submit a Slurm batch script, with sbatch's own options. Options of jw stand before the word `sbatch`.
    #[command(after_help = compat::sbatch::help(), override_usage = "jw [JW OPTIONS] sbatch [OPTIONS] SCRIPT [ARGUMENTS]")]
    Sbatch {
        /// Options of sbatch, the script (left out: stdin), and its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "WORDS")]
        words: Vec<String>,
    },
    /// Submit jobs and print their names.
    Submit {
        #[command(flatten)]
        files: Files,
        /// Add a short suffix to a name that is taken.
        #[arg(long)]
        unique_name: bool,
        #[command(flatten)]
        foreign: Foreign,
    },
    /// Show what would happen to a job, with every candidate. Changes nothing.
    Plan(PlanArgs),
    /// Show why a job runs where it does: every candidate, and the difference to the next best.
    Explain { job: JobName },
    /// Print what the tasks of a job wrote.
    Logs {
        /// Go on until the job has ended.
        #[arg(short, long)]
        follow: bool,
        /// Only of the task with this number.
        #[arg(long, value_name = "N")]
        task: Option<u32>,
        job: JobName,
    },
    /// Stop jobs.
    Cancel {
        #[arg(required = true, value_name = "JOB")]
        jobs: Vec<JobName>,
    },
    /// Put nothing new on sites; what is there stays.
    Cordon {
        #[arg(required = true, value_name = "SITE")]
        sites: Vec<Name>,
    },
    /// Empty sites: put nothing new there, and move what is there elsewhere.
    Drain {
        #[arg(required = true, value_name = "SITE")]
        sites: Vec<Name>,
    },
    /// Put work on sites again.
    Uncordon {
        #[arg(required = true, value_name = "SITE")]
        sites: Vec<Name>,
    },
    /// Wait until jobs reach a state.
    Wait {
        /// A state, or `end` for any final one.
        #[arg(long = "for", default_value = "end", value_name = "STATE")]
        until: Until,
        /// Give up after this long: "90s", "5m".
        #[arg(long, value_name = "SPAN")]
        timeout: Option<Span>,
        #[arg(required = true, value_name = "JOB")]
        jobs: Vec<JobName>,
    },
    /// Show what was charged; invoices, and every charge for other programs.
    #[command(args_conflicts_with_subcommands = true)]
    Bill {
        #[command(flatten)]
        args: BillArgs,
        #[command(subcommand)]
        command: Option<BillCommand>,
    },
    /// Accounts: what they have, what came and went, and whether all of it adds up.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Make one amount of what each organization has earned and owes.
    Settle {
        /// Show it, move nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Show how full everything is.
    Top {
        /// Again every second, until interrupted.
        #[arg(short, long)]
        watch: bool,
        /// At a time in the past, as 2026-03-01T08:00:00Z: by the jobs that ran then.
        #[arg(long, conflicts_with = "watch", value_name = "TIME")]
        at: Option<Time>,
    },
    /// Print events as they happen.
    Watch {
        /// Only of this kind.
        #[arg(value_parser = kind_parser(), ignore_case = true)]
        kind: Option<Kind>,
        /// Only of this name.
        name: Option<String>,
        /// Begin after the event with this number [default: from now on].
        #[arg(long, value_name = "SEQ")]
        after: Option<i64>,
    },
    /// Put data into the storages of sites, get it out, list and check it.
    #[command(subcommand)]
    Data(DataCommand),
    /// Networks: read them, move traffic through them, and see what happens when parts of them fail.
    #[command(subcommand)]
    Net(NetCommand),
    /// Gateways: encrypted tunnels between them over several networks, measured all the time.
    #[command(subcommand)]
    Edge(EdgeCommand),
    /// Services that edges lead flows to.
    #[command(subcommand)]
    Service(ServiceCommand),
    /// What is for sale, quotes and orders; auctions of bundles.
    #[command(subcommand)]
    Market(MarketCommand),
    /// Electricity and carbon: accounts, certificates, forecasts, and what moving work and storing energy saves.
    #[command(subcommand)]
    Energy(EnergyCommand),
    /// Experiments with the planner. Needs no server.
    #[command(subcommand)]
    Sim(SimCommand),
    /// Make, list and end tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Show who the token speaks for.
    Whoami,
    /// Print the description of the API, OpenAPI 3.1.
    OpenApi,
    /// Print the completion script for a shell.
    Completion {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a directory.
    Man { dir: PathBuf },
    /// Supervise one task; the agent starts it.
    #[command(hide = true)]
    Shim { dir: PathBuf },
}

/// Of the commands that keep state. The others look there for a token, and find it by JW_STATE.
#[derive(Debug, Args)]
pub(crate) struct StateDir {
    /// Where it keeps its state [default: ~/.local/share/jingwei].
    #[arg(long = "state", env = "JW_STATE", value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

impl Command {
    /// The state directory that was asked for.
    pub(crate) fn state_dir(&self) -> Option<PathBuf> {
        match self {
            Self::Up { state, .. } | Self::Agent { state, .. } => state.dir.clone(),
            _ => std::env::var_os("JW_STATE").filter(|dir| !dir.is_empty()).map(PathBuf::from),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Files {
    /// A manifest, a directory of them, or `-` for stdin. May be repeated.
    #[arg(short, long = "file", required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// Of commands that take SkyPilot task files too.
#[derive(Debug, Default, Args)]
pub(crate) struct Foreign {
    /// A variable of a SkyPilot task; without a value, as it is here. May be repeated.
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,
    /// What of a SkyPilot task is not honoured is an error.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    #[arg(value_parser = kind_parser(), ignore_case = true)]
    pub(crate) kind: Kind,
    pub(crate) name: Option<String>,
    /// Jobs only in these states, comma-separated.
    #[arg(long, value_delimiter = ',', value_name = "STATE")]
    pub(crate) state: Vec<JobState>,
    /// Jobs only at this site.
    #[arg(long, value_name = "NAME")]
    pub(crate) site: Option<Name>,
    /// At most so many.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// All of them, however many.
    #[arg(long, conflicts_with = "limit")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BillArgs {
    /// One row for each of these.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) by: By,
    /// Only of this job.
    #[arg(long)]
    pub(crate) job: Option<JobName>,
    /// Only what this organization is paid.
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<Name>,
    /// Every single charge.
    #[arg(long)]
    pub(crate) charges: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BillCommand {
    /// Show what a project owes for a month, each line rounded to a hundredth.
    Invoice {
        /// In UTC, as 2026-03 [default: the present one].
        #[arg(long)]
        month: Option<Month>,
        /// Also as a page to print, into this file.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Write every charge, as CSV.
    Export {
        #[arg(long, value_enum, default_value_t)]
        format: ChargesFormat,
        /// Only what was charged in this month in UTC, as 2026-03.
        #[arg(long)]
        month: Option<Month>,
        /// Only of this job.
        #[arg(long)]
        job: Option<JobName>,
        /// Only what this organization is paid.
        #[arg(long, value_name = "NAME")]
        provider: Option<Name>,
    },
    /// What meters of both sides say of jobs.
    #[command(subcommand)]
    Usage(UsageCommand),
    /// Charges that their two sides metered differently.
    #[command(subcommand)]
    Dispute(DisputeCommand),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChargesFormat {
    /// FOCUS 1.2, the FinOps Open Cost and Usage Specification; what rounding adds to each invoice that is final is a
    /// row too.
    #[default]
    Focus,
    /// As they are kept.
    Csv,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    #[default]
    Job,
    Project,
    Provider,
    Kind,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token; it is shown this once. `--project` goes with member and viewer.
    Create {
        name: Name,
        #[arg(long, value_enum)]
        role: RoleArg,
        /// The site of an agent.
        #[arg(long, value_name = "NAME", required_if_eq("role", "agent"))]
        site: Option<Name>,
        /// It ends after this long [default: never].
        #[arg(long, value_name = "SPAN")]
        valid_for: Option<Span>,
        /// Write the token into this file, readable by its owner only, instead of printing it.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// List the tokens.
    Ls,
    /// End tokens.
    Rm {
        #[arg(required = true, value_name = "NAME")]
        names: Vec<Name>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleArg {
    Admin,
    Operator,
    Member,
    Viewer,
    Agent,
}

/// A job as it is written on the command line: `name`, or `project.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobName {
    project: Option<Name>,
    name: Name,
}

impl JobName {
    /// With `project` where it names none.
    pub(crate) fn key(&self, project: &Name) -> JobKey {
        JobKey {
            project: self.project.as_ref().unwrap_or(project).clone(),
            name: self.name.clone(),
        }
    }
}

impl FromStr for JobName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('.') {
            Some((project, name)) => {
                Ok(Self { project: Some(project.parse()?), name: name.parse()? })
            }
            None => Ok(Self { project: None, name: text.parse()? }),
        }
    }
}

/// What to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Any final state.
    End,
    State(JobState),
}

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "end" => Ok(Self::End),
            _ => text.parse().map(Self::State),
        }
    }
}

/// "sites", "site" and "Site", with the plurals offered by completion.
fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    let values = Kind::ALL.map(|kind| PossibleValue::new(kind.plural()).alias(kind.as_str()));
    PossibleValuesParser::new(values).try_map(|text| text.parse::<Kind>())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_table_of_commands_is_sound() {
        Cli::command().debug_assert();
    }

    /// An option of every command must not have the name of one command's own: clap finds that only when it reads.
    #[test]
    fn no_option_stands_in_the_way_of_another() {
        let global: Vec<String> =
            Cli::command().get_arguments().map(|arg| arg.get_id().to_string()).collect();
        let mut left = vec![Cli::command()];
        let mut own = Vec::new();
        while let Some(command) = left.pop() {
            for sub in command.get_subcommands() {
                own.extend(
                    sub.get_arguments()
                        .map(|arg| (sub.get_name().to_owned(), arg.get_id().to_string())),
                );
                left.push(sub.clone());
            }
        }
        let twice: Vec<_> = own.iter().filter(|(_, id)| global.contains(id)).collect();
        assert!(twice.is_empty() && own.len() > 30, "{twice:?}");
        let read =
            |line: &str| Cli::try_parse_from(line.split(' ')).map(|cli| cli.command.state_dir());
        assert_eq!(read("jw up --state /s").unwrap(), Some("/s".into()));
        assert_eq!(read("jw agent --site a --state /s").unwrap(), Some("/s".into()));
        assert!(read("jw get jobs --state running,held --site a -o name").is_ok());
        assert!(read("jw agent bench -o json").is_ok());
    }

    #[test]
    fn a_job_may_name_its_project() {
        let here: Name = "demo".parse().unwrap();
        let key = |text: &str| text.parse::<JobName>().map(|job| job.key(&here).to_string());
        assert_eq!(key("hello").unwrap(), "demo.hello");
        assert_eq!(key("other.hello").unwrap(), "other.hello");
        assert!(key("a.b.c").is_err() && key("Übung").is_err() && key("").is_err());
    }

    #[test]
    fn options_of_every_command_may_stand_anywhere() {
        let cli =
            Cli::try_parse_from(["jw", "get", "Site", "-o", "csv", "--no-headers", "-p", "demo"])
                .unwrap();
        assert_eq!(cli.global.output, Format::Csv);
        assert!(matches!(
            cli.command,
            Command::Get(GetArgs { kind: Kind::Site, name: None, limit: 100, .. })
        ));
        for wrong in [
            &["jw", "get", "sitez"][..],
            &["jw", "delete", "site"],
            &["jw", "wait", "--for", "done", "x"],
            &["jw", "apply"],
        ] {
            assert_eq!(Cli::try_parse_from(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
        }
    }
}
