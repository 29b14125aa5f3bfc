//! `energy demand-response`: ask a site to draw less, as its grid operator would.

use std::path::{Path, PathBuf};

use access::signed;
use api::{DemandRequest, DemandView};
use clap::Subcommand;
use model::Name;
use serde::Serialize;
use units::Power;

use crate::{
    context::Context,
    failure::Failure,
    format::{Clock, yes_no},
    output::{Page, Section, Values},
    table::{Cell, Table, column},
};

#[derive(Debug, Subcommand)]
pub(crate) enum DemandCommand {
    /// Make a key: the secret goes into a file, the public part into the site's `electricity.demand_response`.
    Keygen {
        /// Where the secret goes; must not exist.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Sign a request and send it: flexible work gives way at once.
    Call {
        #[arg(long, value_name = "NAME")]
        site: Name,
        /// A name that was never used for the site.
        #[arg(long, value_name = "NAME")]
        id: Name,
        /// So much less than it draws now, as "250kW".
        #[arg(long, value_name = "POWER")]
        cut: Power,
        /// 1 to 1440.
        #[arg(long, value_name = "N")]
        minutes: u32,
        /// The secret that `keygen` made.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Requests of the last two days, and what was delivered.
    Ls {
        #[arg(long, value_name = "NAME")]
        site: Name,
    },
}

/// A key that was made.
#[derive(Debug, Serialize)]
struct Made {
    public_key: String,
}

pub(crate) async fn run(context: &Context, command: &DemandCommand) -> Result<(), Failure> {
    match command {
        DemandCommand::Keygen { to } => keygen(context, to),
        DemandCommand::Call { site, id, cut, minutes, key } => {
            let mut request = DemandRequest {
                id: id.clone(),
                cut: *cut,
                minutes: *minutes,
                issued: context.out.clock.now,
                signature: String::new(),
            };
            let secret =
                std::fs::read_to_string(key).map_err(|error| Failure::file("read", key, &error))?;
            request.signature = signed::sign(&secret, &request.text(site)).ok_or_else(|| {
                Failure::usage(format!("{} holds no key: make one with keygen", key.display()))
            })?;
            let view = context.client()?.demand(site, &request).await?;
            context.out.print(Values::One(&view), |out| page(&view, &out.clock))
        }
        DemandCommand::Ls { site } => {
            let page = context.client()?.demands(site).await?;
            context.out.print(Values::Many(&page.items), |out| list(&page.items, &out.clock).into())
        }
    }
}

fn keygen(context: &Context, to: &Path) -> Result<(), Failure> {
    let secret = signed::secret_of(&random()?);
    let public_key = signed::public_of(&secret).unwrap_or_default();
    let written = crate::token::secret_file(to).and_then(|mut file| {
        std::io::Write::write_all(&mut file, format!("{secret}\n").as_bytes())
    });
    written.map_err(|error| Failure::file("write", to, &error))?;
    let made = Made { public_key };
    context.out.print(Values::One(&made), |_| {
        let fields = vec![("public key", Cell::from(made.public_key.as_str()))];
        Page(vec![Section::Fields { title: None, fields }])
    })
}

fn random() -> Result<[u8; 32], Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::Fault(format!("the system gives no random numbers: {error}")))?;
    Ok(seed)
}

fn page(view: &DemandView, clock: &Clock) -> Page {
    let jobs: Vec<String> = view.jobs.iter().map(ToString::to_string).collect();
    let fields = vec![
        ("site", Cell::new(&view.site)),
        ("cut", Cell::new(view.cut.human())),
        ("of", Cell::new(view.baseline.human())),
        ("until", Cell::new(clock.both(view.until))),
        ("asked", Cell::new(view.asked.human())),
        (
            "give way",
            Cell::new(if jobs.is_empty() { "nothing".to_owned() } else { jobs.join(", ") }),
        ),
    ];
    Page(vec![Section::Fields { title: Some("Demand response"), fields }])
}

fn list(views: &[DemandView], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("ID"),
        column("FROM"),
        column("UNTIL"),
        column("CUT").right(),
        column("BASELINE").right(),
        column("POWER").right(),
        column("REACHED"),
        column("ASKED").right(),
        column("DELIVERED").right(),
        column("JOBS").right(),
        column("ENDED"),
    ]);
    for it in views {
        let cells = vec![
            Cell::new(&it.id),
            clock.cell(it.from),
            clock.cell(it.until),
            Cell::exact(it.cut.human(), it.cut),
            Cell::exact(it.baseline.human(), it.baseline),
            Cell::exact(it.power.human(), it.power),
            clock.cell_option(it.reached),
            Cell::exact(it.asked.human(), it.asked),
            Cell::exact(it.delivered.human(), it.delivered),
            Cell::new(it.jobs.len()),
            yes_no(it.ended),
        ];
        table.push(it.id.as_str(), cells);
    }
    table
}
