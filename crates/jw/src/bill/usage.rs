//! `bill usage` and `bill dispute`: what both sides metered, and what they do not agree about.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use access::signed;
use api::{
    CloudEvent, Dispute, DisputeState, LineReading, NewResolution, USAGE_MOST, USAGE_TYPE,
    UsageAnswer, UsageData, UsageQuantity, UsageRecord,
};
use clap::{Args, Subcommand, ValueEnum};
use model::{LineKind, Name, Side};
use serde::Serialize;
use units::Time;

use crate::{
    args::JobName,
    context::Context,
    failure::Failure,
    format::{Clock, money},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

#[derive(Debug, Subcommand)]
pub(crate) enum UsageCommand {
    /// Show what both sides metered of a job, line by line, and every usage event.
    Ls { job: JobName },
    /// Send a reading of a meter, or usage events of a file. What was sent before is not taken twice.
    Send(SendArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// CloudEvents 1.0 in JSON, one or a list; `-` for stdin.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["job", "meter", "quantity", "start", "end"])]
    file: Option<PathBuf>,
    #[arg(long, required_unless_present = "file")]
    job: Option<JobName>,
    /// The kind of line that it is a reading for.
    #[arg(long, value_enum, required_unless_present = "file")]
    meter: Option<Meter>,
    /// The pool, site, link or dataset of the line, where the job has several of the kind.
    #[arg(long, value_name = "NAME")]
    what: Option<Name>,
    /// As 2h of one unit, 3.2kWh, 0.5kgCO2, 120GB.
    #[arg(long, value_name = "QUANTITY", required_unless_present = "file")]
    quantity: Option<String>,
    /// When what was metered began.
    #[arg(long, value_name = "TIME", required_unless_present = "file")]
    start: Option<Time>,
    /// When it ended.
    #[arg(long, value_name = "TIME", required_unless_present = "file")]
    end: Option<Time>,
    /// Its own among all of its source [default: made of job, meter and times].
    #[arg(long)]
    id: Option<String>,
    /// `/sites/NAME` or `/projects/NAME` [default: the job's project].
    #[arg(long)]
    source: Option<String>,
    /// The secret to sign with, as `jw energy demand-response keygen` makes one.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Meter {
    Compute,
    Electricity,
    Carbon,
    Link,
    Transfer,
    Data,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DisputeCommand {
    /// List disputes, newest first.
    Ls {
        /// Only of this job.
        #[arg(long)]
        job: Option<JobName>,
        /// Those that are over too.
        #[arg(long)]
        all: bool,
    },
    /// Give what a dispute holds to one of its sides. Once: the same again changes nothing.
    Resolve {
        /// Its number.
        id: i64,
        /// Who is right.
        #[arg(long = "for", value_enum, value_name = "SIDE")]
        side: SideArg,
        /// Why.
        #[arg(long)]
        note: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SideArg {
    Provider,
    Consumer,
}

/// All that is known of a job.
#[derive(Debug, Serialize)]
struct Shown {
    readings: Vec<LineReading>,
    events: Vec<UsageRecord>,
}

pub(super) async fn run(context: &Context, command: &UsageCommand) -> Result<(), Failure> {
    let client = context.client()?;
    match command {
        UsageCommand::Ls { job } => {
            let job = context.key(job);
            let readings = client.readings(&job).await?.items;
            let events = client::every(async |cursor| client.usage(&job, cursor).await).await?;
            let shown = Shown { readings, events };
            context.out.print(Values::One(&shown), |out| page(&shown, &out.clock))
        }
        UsageCommand::Send(args) => {
            let mut events = match &args.file {
                Some(file) => from_file(file)?,
                None => vec![args.event(context)?],
            };
            if let Some(key) = &args.key {
                sign(key, &mut events)?;
            }
            let mut answer = UsageAnswer::default();
            for some in events.chunks(USAGE_MOST) {
                let told = client.send_usage(some).await?;
                answer.taken += told.taken;
                answer.known += told.known;
                answer.rated = answer.rated.saturating_add(told.rated);
                answer.disputes.extend(told.disputes);
            }
            context.out.print(Values::One(&answer), |out| answer_page(&answer, &out.clock))
        }
    }
}

impl SendArgs {
    fn event(&self, context: &Context) -> Result<CloudEvent, Failure> {
        let missing =
            || Failure::usage("give --job, --meter, --quantity, --start and --end".to_owned());
        let job = context.key(self.job.as_ref().ok_or_else(missing)?);
        let meter = self.meter.ok_or_else(missing)?.kind();
        let (start, end) = self.start.zip(self.end).ok_or_else(missing)?;
        let own = || format!("{job}/{meter}/{}-{}", start.as_millis(), end.as_millis());
        Ok(CloudEvent {
            specversion: "1.0".to_owned(),
            id: self.id.clone().unwrap_or_else(own),
            source: self.source.clone().unwrap_or_else(|| format!("/projects/{}", job.project)),
            kind: USAGE_TYPE.to_owned(),
            subject: job.to_string(),
            time: Some(context.out.clock.now),
            datacontenttype: None,
            signature: None,
            data: UsageData {
                meter,
                what: self.what.clone(),
                quantity: UsageQuantity::Text(self.quantity.clone().ok_or_else(missing)?),
                start,
                end,
            },
        })
    }
}

impl Meter {
    const fn kind(self) -> LineKind {
        match self {
            Self::Compute => LineKind::Compute,
            Self::Electricity => LineKind::Electricity,
            Self::Carbon => LineKind::Carbon,
            Self::Link => LineKind::Link,
            Self::Transfer => LineKind::Transfer,
            Self::Data => LineKind::Data,
        }
    }
}

fn from_file(file: &Path) -> Result<Vec<CloudEvent>, Failure> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::read_to_string(file).map(|it| {
            text = it;
            text.len()
        })
    }
    .map_err(|error| Failure::file("read", file, &error))?;
    let is_list = text.trim_start().starts_with('[');
    let read = if is_list {
        serde_json::from_str(&text)
    } else {
        serde_json::from_str(&text).map(|it| vec![it])
    };
    read.map_err(|error| {
        Failure::usage(format!("{} holds no CloudEvents in JSON: {error}", file.display()))
    })
}

fn sign(key: &Path, events: &mut [CloudEvent]) -> Result<(), Failure> {
    let secret =
        std::fs::read_to_string(key).map_err(|error| Failure::file("read", key, &error))?;
    for event in events {
        let signature = signed::sign(&secret, &event.text());
        event.signature = Some(signature.ok_or_else(|| {
            Failure::usage(format!("{} holds no key: make one with keygen", key.display()))
        })?);
    }
    Ok(())
}

fn page(shown: &Shown, clock: &Clock) -> Page {
    let columns = [
        column("RUN").right(),
        column("KIND"),
        column("WHAT"),
        column("CHARGED").right(),
        column("CONSUMER").right(),
        column("PROVIDER'S METER").right(),
        column("PRICE").right(),
        column("AMOUNT").point(),
        column("DISPUTE").right(),
        column("TRANSACTION").wide(),
    ];
    let mut lines = Table::new(columns);
    for it in &shown.readings {
        let read = |of: Option<u64>| {
            of.map_or_else(Cell::none, |of| Cell::exact(it.kind.quantity_text(of), of))
        };
        let cells = vec![
            Cell::new(it.attempt),
            Cell::new(it.kind),
            Cell::new(&it.what),
            read(it.charged),
            read(it.consumer),
            read(it.provider),
            it.price.as_str().into(),
            it.amount.map_or_else(Cell::none, money),
            Cell::option(it.dispute),
            Cell::option(it.booked.as_ref()),
        ];
        lines.push(it.what.as_str(), cells);
    }
    let mut sections = vec![Section::Table { title: Some("Lines"), table: lines }];
    if !shown.events.is_empty() {
        sections.push(Section::Table {
            title: Some("Usage events"),
            table: event_table(&shown.events, clock),
        });
    }
    Page(sections)
}

fn event_table(events: &[UsageRecord], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("RECEIVED"),
        column("SOURCE"),
        column("ID"),
        column("RUN").right(),
        column("KIND"),
        column("WHAT"),
        column("QUANTITY").right(),
        column("RATED").point(),
        column("SIGNED"),
        column("FROM").wide(),
        column("TO").wide(),
    ]);
    for UsageRecord { received, metered: it, rated, .. } in events {
        let cells = vec![
            clock.cell(*received),
            it.source.as_str().into(),
            it.id.as_str().into(),
            Cell::new(it.attempt),
            Cell::new(it.meter),
            Cell::new(&it.what),
            Cell::exact(it.meter.quantity_text(it.quantity), it.quantity),
            rated.map_or_else(Cell::none, money),
            crate::format::yes_no(it.signed),
            clock.cell(it.start),
            clock.cell(it.end),
        ];
        table.push(it.id.as_str(), cells);
    }
    table
}

fn answer_page(answer: &UsageAnswer, clock: &Clock) -> Page {
    let fields = vec![
        ("taken", Cell::new(answer.taken)),
        ("known before", Cell::new(answer.known)),
        ("comes to", money(answer.rated)),
    ];
    let mut sections = vec![Section::Fields { title: None, fields }];
    if !answer.disputes.is_empty() {
        let table = dispute_table(&answer.disputes, clock);
        sections.push(Section::Table { title: Some("Disputes"), table });
    }
    Page(sections)
}

pub(super) async fn disputes(context: &Context, command: &DisputeCommand) -> Result<(), Failure> {
    let client = context.client()?;
    match command {
        DisputeCommand::Ls { job, all } => {
            let job = job.as_ref().map(|it| context.key(it));
            let project = context.global.project.as_ref().filter(|_| job.is_none());
            let state = (!all).then_some(DisputeState::Open);
            let found = client::every(async |cursor| {
                client.disputes(project, job.as_ref(), state, cursor).await
            })
            .await?;
            context.out.print(Values::Many(&found), |out| dispute_table(&found, &out.clock).into())
        }
        DisputeCommand::Resolve { id, side, note } => {
            let side = match side {
                SideArg::Provider => Side::Provider,
                SideArg::Consumer => Side::Consumer,
            };
            let new = NewResolution { dispute: *id, side, note: note.clone() };
            let done = client.resolve(&new).await?;
            context.out.print(Values::One(&done), |out| {
                dispute_table(std::slice::from_ref(&done), &out.clock).into()
            })
        }
    }
}

fn dispute_table(disputes: &[Dispute], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("DISPUTE").right(),
        column("STATE"),
        column("JOB"),
        column("RUN").right(),
        column("KIND"),
        column("WHAT"),
        column("PROVIDER").right(),
        column("CONSUMER").right(),
        column("CHARGED").point(),
        column("DISPUTED").point(),
        column("PAID TO"),
        column("OPENED"),
        column("NOTE"),
        column("TRANSACTIONS").wide(),
    ]);
    for it in disputes {
        let style = if it.state == DisputeState::Open { Style::Bad } else { Style::Good };
        let cells = vec![
            Cell::new(it.id),
            Cell::new(it.state).style(style),
            Cell::new(&it.job),
            Cell::new(it.attempt),
            Cell::new(it.kind),
            Cell::new(&it.what),
            Cell::exact(it.kind.quantity_text(it.metered), it.metered),
            Cell::exact(it.kind.quantity_text(it.consumer), it.consumer),
            money(it.charged),
            money(it.amount),
            Cell::option(it.provider.as_ref()),
            clock.cell(it.opened),
            it.note.as_str().into(),
            it.transactions.join(" ").as_str().into(),
        ];
        table.push(it.id.to_string(), cells);
    }
    table
}
