//! `plan` and `explain`: where and why, before and after.

mod all;
mod verify;

use std::path::PathBuf;

use api::{PlanAnswer, ProblemKind};
use clap::{Args, Subcommand};
use model::Outcome;

use crate::{
    args::{Foreign, JobName},
    context::Context,
    decision,
    failure::{Failure, refusals},
    foreign,
    output::{Page, Section, Values},
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct PlanArgs {
    #[command(subcommand)]
    command: Option<PlanCommand>,
    /// A manifest, a directory of them, or `-` for stdin. May be repeated.
    #[arg(short, long = "file", required_unless_present = "all", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// All jobs that wait or can still move, planned anew together, with a bound that is proved. Changes nothing.
    #[arg(long, conflicts_with_all = ["files", "env", "strict"])]
    all: bool,
    #[command(flatten)]
    foreign: Foreign,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Check a stored plan and its certificate: bound, cost and gap. Trusts nothing but the file. Needs no server.
    Verify {
        /// The plan with its world and prices, as JSON; may be compressed (`.gz`).
        file: PathBuf,
    },
}

pub(crate) async fn run(context: &Context, args: &PlanArgs) -> Result<(), Failure> {
    match &args.command {
        Some(PlanCommand::Verify { file }) => verify::run(context, file),
        None if args.all => all::run(context).await,
        None => {
            let jobs = foreign::jobs(context, &args.files, &args.foreign).await?;
            show(context, &jobs).await
        }
    }
}

/// What would happen to each of the jobs.
pub(crate) async fn show(context: &Context, jobs: &[String]) -> Result<(), Failure> {
    let client = context.client()?;
    let mut answers = Vec::new();
    for job in jobs {
        answers.push(client.plan(job).await?);
    }
    let values = match answers.as_slice() {
        [only] => Values::One(only),
        all => Values::Many(all),
    };
    context.out.print(values, |out| {
        let titled = answers.len() > 1;
        Page(answers.iter().flat_map(|answer| page(answer, titled, &out.clock).0).collect())
    })?;
    let placed = answers.iter().all(|answer| matches!(answer.outcome, Outcome::Placed(_)));
    if placed { Ok(()) } else { Err(Failure::Code(8)) }
}

fn page(answer: &PlanAnswer, titled: bool, clock: &crate::format::Clock) -> Page {
    let clock = clock.at(answer.now);
    let Page(mut sections) = decision::outcome_page(&answer.outcome, answer.now, &clock);
    if titled {
        sections
            .insert(0, Section::Text { title: None, lines: vec![format!("== {}", answer.key)] });
    }
    Page(sections)
}

pub(crate) async fn explain(context: &Context, job: &JobName) -> Result<(), Failure> {
    let key = context.key(job);
    let view = context.client()?.job(&key).await?;
    match &view.status.decision {
        Some(it) => {
            let page = |out: &crate::output::Output| {
                decision::explain_page(it, view.status.submitted, &out.clock)
            };
            context.out.print(Values::One(it), page)
        }
        None if view.status.refused.is_empty() => Err(Failure::problem(
            ProblemKind::NotFound,
            format!("{key} is {}: nothing is decided yet", view.status.state),
        )),
        None => {
            context.out.note(format!("{key} is {}: {}", view.status.state, view.status.reason));
            context.out.print(Values::Many(&view.status.refused), |_| {
                refusals(&view.status.refused).into()
            })
        }
    }
}
