//! Usage events and disputes in a batch: what the store knows of them, and what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use api::{Dispute, DisputeState, NewResolution, Problem, ProblemKind, UsageRecord};
use control::{Control, UsageKnown};
use market::ledger::Transaction;
use model::{JobKey, Name, Side};
use store::{Store, StoreError};
use units::Time;

use super::batch::Pending;
use crate::command::{Answer, Command};

/// What the store knows of what a command speaks of.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Events of the same names that came before.
    stored: Vec<UsageRecord>,
    known: BTreeMap<JobKey, UsageKnown>,
    dispute: Option<(Dispute, Option<Transaction>)>,
}

/// What the commands of a batch have spoken of so far: whoever speaks of it too waits for the next batch, when the
/// store knows it.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    jobs: BTreeSet<JobKey>,
    events: BTreeSet<(String, String)>,
}

impl Spoken {
    /// Whether it is the first of the batch that speaks of these.
    pub(crate) fn is_first(&mut self, command: &Command, facts: &Facts, control: &Control) -> bool {
        let jobs: Vec<JobKey> = facts.jobs(command);
        let ids = ids_of(command);
        let clashes = jobs.iter().any(|it| self.jobs.contains(it) || control.is_being_charged(it))
            || ids.iter().any(|it| self.events.contains(it));
        if !clashes {
            self.jobs.extend(jobs);
            self.events.extend(ids);
        }
        !clashes
    }
}

impl Facts {
    fn jobs(&self, command: &Command) -> Vec<JobKey> {
        match command {
            Command::Usage { events } => {
                let all: BTreeSet<&JobKey> = events.iter().map(|it| &it.job).collect();
                all.into_iter().cloned().collect()
            }
            Command::Reverse(_) => self.known.keys().cloned().collect(),
            _ => self.dispute.iter().map(|(it, _)| it.job.clone()).collect(),
        }
    }
}

fn ids_of(command: &Command) -> Vec<(String, String)> {
    let Command::Usage { events } = command else { return Vec::new() };
    events.iter().map(|it| (it.source.clone(), it.id.clone())).collect()
}

/// Reads what a command speaks of; none where it speaks of neither usage nor disputes.
pub(crate) async fn read(
    store: &Store,
    command: &Command,
    transactions: &BTreeMap<String, Transaction>,
) -> Result<Option<Facts>, StoreError> {
    let mut facts = Facts::default();
    match command {
        Command::Usage { events } => {
            facts.stored = store.usage_known(&ids_of(command)).await?;
            let jobs = facts.jobs(command);
            let mut of_jobs = store.usage_of(&jobs).await?;
            // Whoever was charged is known by that; a site has to be where the job is.
            let sites = events.iter().filter(|it| it.side == Side::Provider);
            let sites: BTreeSet<&JobKey> = sites.map(|it| &it.job).collect();
            let is_charged =
                |job: &JobKey| of_jobs.get(job).is_some_and(|it| !it.charges.is_empty());
            let unknown: Vec<JobKey> = jobs
                .iter()
                .filter(|job| sites.contains(job) || !is_charged(job))
                .cloned()
                .collect();
            let views = store.jobs_of(&unknown).await?.into_iter();
            let mut views: BTreeMap<_, _> = views.map(|it| (it.key.clone(), it)).collect();
            for job in jobs {
                let store::JobUsage { charges, readings, disputes } =
                    of_jobs.remove(&job).unwrap_or_default();
                let view = views.remove(&job);
                facts.known.insert(job, UsageKnown { view, charges, readings, disputes });
            }
        }
        Command::Resolve { new, .. } => {
            if let Some(dispute) = store.dispute(new.dispute).await? {
                let charge = store.transaction(&dispute.charge).await?;
                facts.dispute = Some((dispute, charge));
            }
        }
        Command::Reverse(new) => {
            let what = transactions.get(&new.transaction);
            let Some(job) = what.and_then(Transaction::job).cloned() else {
                return Ok(None);
            };
            let mut of_job = store.usage_of(std::slice::from_ref(&job)).await?;
            let disputes = of_job.remove(&job).unwrap_or_default().disputes;
            facts.known.insert(job, UsageKnown { disputes, ..UsageKnown::default() });
        }
        _ => return Ok(None),
    }
    Ok(Some(facts))
}

/// A charge that is or was disputed is not undone besides: what it came to has been moved already.
pub(crate) fn check_undisputed(transaction: &str, facts: Option<&Facts>) -> Result<(), Problem> {
    let disputes = facts.iter().flat_map(|it| it.known.values()).flat_map(|it| &it.disputes);
    let of_charge = |it: &&Dispute| it.charge == transaction && it.state != DisputeState::Agreed;
    disputes.into_iter().find(of_charge).map_or(Ok(()), |it| {
        let detail = format!("`{transaction}` is about dispute {}: resolve that instead", it.id);
        Err(Problem::new(ProblemKind::Conflict, detail))
    })
}

pub(crate) fn usage(
    control: &mut Control,
    events: &[api::GivenUsage],
    facts: &Facts,
    now: Time,
) -> Result<Pending, Problem> {
    let answer = control.usage(events, &facts.stored, &facts.known, now)?;
    Ok(Pending::Ready(Answer::Usage(answer)))
}

pub(crate) fn resolve(
    control: &mut Control,
    new: &NewResolution,
    by: &Name,
    facts: &Facts,
    now: Time,
) -> Result<Pending, Problem> {
    let missing = || {
        let detail = format!("there is no dispute {}", new.dispute);
        Problem::new(ProblemKind::NotFound, detail)
    };
    let (dispute, charge) = facts.dispute.as_ref().ok_or_else(missing)?;
    let charge = charge.as_ref().ok_or_else(missing)?;
    let done = control.resolve(new, dispute, charge, by, now)?;
    Ok(Pending::Ready(Answer::Dispute(Box::new(done))))
}
