//! `energy certificates`: issue, list, split, transfer, match, cancel, verify.

use api::CertificateAnswer;
use clap::{Args, Subcommand, ValueEnum};
use control::account::used_wh;
use energy::certificates::{Stored, verify};
use model::{
    Certificate, CertificateEvent, CertificateOrder, Generation, Name, Scheme, Technology,
};
use serde::Serialize;
use server::ServerConfig;
use store::{Store, StoreError};
use units::{Span, Time};

use crate::{
    context::Context,
    failure::Failure,
    format::Clock,
    output::{Page, Section, Values},
    table::{Cell, Table, column},
};

/// Time of which runs are read at once.
const WINDOW: Span = Span::hours(31 * 24);
/// Certificates listed at most.
const LIST_MOST: usize = 10_000;

#[derive(Debug, Subcommand)]
pub(crate) enum CertificatesCommand {
    /// Certify what a device has generated. No time of a device is certified twice.
    Issue(IssueArgs),
    /// List certificates, newest first.
    Ls {
        /// Only of this organization.
        #[arg(long, value_name = "NAME")]
        owner: Option<Name>,
        /// Only with something left.
        #[arg(long)]
        open: bool,
    },
    /// Put some of a certificate into a new one.
    Split {
        id: i64,
        #[arg(long, value_name = "WH")]
        wh: u64,
    },
    /// Give what is left of a certificate, or some of it, to another organization.
    Transfer {
        id: i64,
        #[arg(long, value_name = "NAME")]
        to: Name,
        #[arg(long, value_name = "WH")]
        wh: Option<u64>,
    },
    /// Claim certificates for what a site has used, hour by hour.
    Match {
        /// Whose certificates.
        #[arg(long, value_name = "NAME")]
        owner: Name,
        #[arg(long, value_name = "NAME")]
        site: Name,
        /// A full hour.
        #[arg(long, value_name = "TIME")]
        from: Time,
        /// A full hour, at most 31 days later.
        #[arg(long, value_name = "TIME")]
        to: Time,
        /// Green electricity certificates too, for what granular ones leave.
        #[arg(long)]
        gec: bool,
    },
    /// Take what is left of a certificate, or some of it, out of use for ever.
    Cancel {
        id: i64,
        #[arg(long, value_name = "WH")]
        wh: Option<u64>,
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Replay all that happened and compare: done only if every Wh adds up. Reads the database; needs no server.
    Verify {
        /// As `jw up --store`; left out: the one in the state directory.
        #[arg(long, value_name = "URL")]
        store: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct IssueArgs {
    /// Granular certificates (gc), or green electricity certificates of 1,000 kWh (gec).
    #[arg(long, value_enum, default_value_t = SchemeArg::Gc)]
    scheme: SchemeArg,
    #[arg(long, value_name = "NAME")]
    device: Name,
    #[arg(long, value_enum)]
    technology: TechnologyArg,
    /// Who vouches for it.
    #[arg(long, value_name = "TEXT")]
    issuer: String,
    /// The region whose sites it can be matched to.
    #[arg(long, value_name = "REGION")]
    zone: Name,
    /// The organization that has them then.
    #[arg(long, value_name = "NAME")]
    owner: Name,
    #[arg(long, value_name = "TIME")]
    start: Time,
    /// Of gc: within the same hour; of gec: within the same month, in China's time.
    #[arg(long, value_name = "TIME")]
    end: Time,
    #[arg(long, value_name = "WH")]
    wh: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemeArg {
    Gc,
    Gec,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TechnologyArg {
    Solar,
    Wind,
    Hydro,
    Geothermal,
    Biomass,
    Nuclear,
}

impl IssueArgs {
    fn generation(&self) -> Generation {
        Generation {
            scheme: match self.scheme {
                SchemeArg::Gc => Scheme::Gc,
                SchemeArg::Gec => Scheme::Gec,
            },
            technology: match self.technology {
                TechnologyArg::Solar => Technology::Solar,
                TechnologyArg::Wind => Technology::Wind,
                TechnologyArg::Hydro => Technology::Hydro,
                TechnologyArg::Geothermal => Technology::Geothermal,
                TechnologyArg::Biomass => Technology::Biomass,
                TechnologyArg::Nuclear => Technology::Nuclear,
            },
            device: self.device.clone(),
            issuer: self.issuer.clone(),
            zone: self.zone.clone(),
            owner: self.owner.clone(),
            start: self.start,
            end: self.end,
            wh: self.wh,
        }
    }
}

pub(crate) async fn run(context: &Context, command: &CertificatesCommand) -> Result<(), Failure> {
    let order = match command {
        CertificatesCommand::Ls { owner, open } => {
            return list(context, owner.as_ref(), *open).await;
        }
        CertificatesCommand::Verify { store } => return check(context, store.as_deref()).await,
        CertificatesCommand::Issue(args) => CertificateOrder::Issue(args.generation()),
        CertificatesCommand::Split { id, wh } => CertificateOrder::Split { id: *id, wh: *wh },
        CertificatesCommand::Transfer { id, to, wh } => {
            CertificateOrder::Transfer { id: *id, to: to.clone(), wh: *wh }
        }
        CertificatesCommand::Match { owner, site, from, to, gec } => CertificateOrder::Match {
            owner: owner.clone(),
            site: site.clone(),
            from: *from,
            to: *to,
            gec: *gec,
        },
        CertificatesCommand::Cancel { id, wh, reason } => {
            CertificateOrder::Cancel { id: *id, wh: *wh, reason: reason.clone() }
        }
    };
    let answer = context.client()?.order_certificates(&order).await?;
    context.out.print(Values::One(&answer), |out| done(&answer, &out.clock))
}

fn done(answer: &CertificateAnswer, clock: &Clock) -> Page {
    let lines = answer.events.iter().map(said).collect();
    Page(vec![
        Section::Table { title: None, table: table(&answer.certificates, clock) },
        Section::Text { title: None, lines },
    ])
}

fn said(event: &CertificateEvent) -> String {
    match event {
        CertificateEvent::Issued { generation, certificate, wh, carried_wh } => {
            let made = certificate.map_or_else(
                || "too little for a certificate".to_owned(),
                |id| format!("certificate {id} of {wh} Wh"),
            );
            format!("{}: {made}, {carried_wh} Wh carried", generation.device)
        }
        CertificateEvent::Split { id, child, wh } => format!("{wh} Wh of {id} are {child} now"),
        CertificateEvent::Transferred { id, from, to } => format!("{id} went from {from} to {to}"),
        CertificateEvent::Claimed { id, site, hour, wh } => {
            format!("{wh} Wh of {id} are claimed for {site} in the hour of {hour}")
        }
        CertificateEvent::Cancelled { id, wh, reason } => {
            format!("{wh} Wh of {id} are out of use: {reason}")
        }
    }
}

async fn list(context: &Context, owner: Option<&Name>, open: bool) -> Result<(), Failure> {
    let client = context.client()?;
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = client.certificates(owner, open, cursor.as_deref()).await?;
        all.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() || all.len() >= LIST_MOST {
            break;
        }
    }
    context.out.print(Values::Many(&all), |out| table(&all, &out.clock).into())
}

fn table(certificates: &[Certificate], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("ID").right(),
        column("SCHEME"),
        column("DEVICE"),
        column("TECHNOLOGY"),
        column("ZONE"),
        column("OWNER"),
        column("START"),
        column("EXPIRES"),
        column("WH").right(),
        column("CLAIMED").right(),
        column("CANCELLED").right(),
        column("SPLIT").right(),
        column("LEFT").right(),
    ]);
    for it in certificates {
        let mut cells = vec![
            Cell::new(it.id),
            Cell::new(it.scheme),
            Cell::new(&it.device),
            Cell::new(it.technology),
            Cell::new(&it.zone),
            Cell::new(&it.owner),
            clock.cell(it.start),
            clock.cell_option(it.expires),
        ];
        let amounts = [it.wh, it.claimed_wh, it.cancelled_wh, it.split_wh, it.open_wh()];
        cells.extend(amounts.map(Cell::new));
        table.push(it.id.to_string(), cells);
    }
    table
}

/// What `verify` found.
#[derive(Debug, Serialize)]
struct Verified {
    events: usize,
    certificates: usize,
    issued_wh: u64,
    claimed_wh: u64,
    cancelled_wh: u64,
    open_wh: u64,
    /// None if every Wh adds up.
    faults: Vec<String>,
}

async fn check(context: &Context, url: Option<&str>) -> Result<(), Failure> {
    let usual = || ServerConfig::embedded(&context.state_dir()).store_url;
    let url = url.map_or_else(usual, ToOwned::to_owned);
    let failed = |error: StoreError| Failure::usage(format!("cannot read {url}: {error}"));
    let store = Store::open(&url).await.map_err(failed)?;
    let stored = whole(&store).await.map_err(failed);
    store.close().await;
    let found = verified(&stored?);
    context.out.print(Values::One(&found), |_| page(&found))?;
    if found.faults.is_empty() { Ok(()) } else { Err(Failure::Code(1)) }
}

/// Everything there is, with what sites used in the hours that something was claimed for.
async fn whole(store: &Store) -> Result<Stored, StoreError> {
    let mut stored = store.all_certificates().await?;
    let hours: Vec<Time> = stored.claims.iter().map(|it| it.hour).collect();
    let (Some(first), Some(last)) = (hours.iter().min(), hours.iter().max()) else {
        return Ok(stored);
    };
    let mut from = *first;
    while from <= *last {
        let to = from.after(WINDOW);
        let uses = store.energy_uses(from, to).await?;
        let told = store.signals(None, from, to).await?.into_iter();
        let used = used_wh(&uses, told.map(|it| (it.site, it.signal, it.point))).into_iter();
        stored.used.extend(used.filter(|((_, hour), _)| (from..to).contains(hour)));
        from = to;
    }
    Ok(stored)
}

fn verified(stored: &Stored) -> Verified {
    let sum = |of: fn(&Certificate) -> u64| stored.certificates.iter().map(of).sum();
    let issued = stored.events.iter().map(|event| match event {
        CertificateEvent::Issued { wh, .. } => *wh,
        _ => 0,
    });
    Verified {
        events: stored.events.len(),
        certificates: stored.certificates.len(),
        issued_wh: issued.sum(),
        claimed_wh: sum(|it| it.claimed_wh),
        cancelled_wh: sum(|it| it.cancelled_wh),
        open_wh: sum(Certificate::open_wh),
        faults: verify(stored),
    }
}

fn page(found: &Verified) -> Page {
    let fields = vec![
        ("events", Cell::new(found.events)),
        ("certificates", Cell::new(found.certificates)),
        ("issued", Cell::new(format!("{} Wh", found.issued_wh))),
        ("claimed", Cell::new(format!("{} Wh", found.claimed_wh))),
        ("cancelled", Cell::new(format!("{} Wh", found.cancelled_wh))),
        ("left", Cell::new(format!("{} Wh", found.open_wh))),
        ("faults", Cell::new(found.faults.len())),
    ];
    Page(vec![
        Section::Fields { title: Some("Certificates"), fields },
        Section::Text { title: Some("Faults"), lines: found.faults.clone() },
    ])
}
