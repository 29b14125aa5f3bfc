//! What is asked of offers, quotes, orders and bids.

use std::collections::BTreeMap;

use api::{JobView, Page, Problem};
use control::Control;
use model::JobKey;
use units::Time;

use super::{
    batch::{Pending, named, no_job},
    prepare::key_of,
};
use crate::command::{Answer, MarketCommand};

/// The jobs that a command speaks of.
pub(crate) fn job_keys(command: &MarketCommand) -> Vec<JobKey> {
    match command {
        MarketCommand::Quote { job, .. } | MarketCommand::Bid { job, .. } => {
            key_of(job).into_iter().collect()
        }
        MarketCommand::Order { job }
        | MarketCommand::Refresh { job, .. }
        | MarketCommand::Withdraw { job } => vec![job.clone()],
        MarketCommand::Offers(_) | MarketCommand::Quotes { .. } | MarketCommand::Bids { .. } => {
            Vec::new()
        }
    }
}

pub(crate) fn apply(
    control: &mut Control,
    command: MarketCommand,
    known: &BTreeMap<JobKey, JobView>,
    now: Time,
) -> Result<Pending, Problem> {
    match command {
        MarketCommand::Offers(filter) => {
            Ok(Pending::Ready(Answer::Offers(control.offers(&filter, now))))
        }
        MarketCommand::Quote { job, ttl, by } => {
            let job = named(control, *job, true, known)?;
            control.speak_for(by);
            control.quote(job, ttl, now).map(Pending::Job)
        }
        MarketCommand::Quotes { project, after, limit } => {
            Ok(page(control.quotes(project.as_ref(), after.as_ref(), limit + 1), limit))
        }
        MarketCommand::Bid { job, price, until, by } => {
            let job = named(control, *job, true, known)?;
            control.speak_for(by);
            control.bid(job, price, until, now).map(Pending::Job)
        }
        MarketCommand::Bids { project, after, limit } => {
            Ok(page(control.bids(project.as_ref(), after.as_ref(), limit + 1), limit))
        }
        MarketCommand::Order { job } => match ended(control, &job, known)? {
            Some(view) => control::ordered_before(view).map(|()| same(view)),
            None => changed(control.order(&job, now)?, control, job),
        },
        MarketCommand::Refresh { job, ttl } => {
            if let Some(view) = ended(control, &job, known)? {
                return Err(control::refused_after_its_end(view));
            }
            control.refresh(&job, ttl, now).map(|()| Pending::Job(job))
        }
        MarketCommand::Withdraw { job } => match ended(control, &job, known)? {
            Some(view) => control::ended_before(view).map(|()| same(view)),
            None => changed(control.withdraw(&job, now)?, control, job),
        },
    }
}

/// The first `limit` of what was found, which is one more if there are more.
fn page(mut items: Vec<JobView>, limit: usize) -> Pending {
    let more = items.len() > limit;
    items.truncate(limit);
    let cursor = items.last().filter(|_| more).map(|last| last.key.to_string());
    Pending::Ready(Answer::Jobs(Page { items, cursor }))
}

/// The job as it has ended; none if it lives.
fn ended<'a>(
    control: &Control,
    job: &JobKey,
    known: &'a BTreeMap<JobKey, JobView>,
) -> Result<Option<&'a JobView>, Problem> {
    match control.job(job) {
        Some(_) => Ok(None),
        None => known.get(job).map(Some).ok_or_else(|| no_job(job)),
    }
}

fn same(view: &JobView) -> Pending {
    Pending::Ready(Answer::Job(Box::new(view.clone())))
}

/// The job as it is when the batch closes; where nothing is new, as it is now.
fn changed(is_new: bool, control: &Control, job: JobKey) -> Result<Pending, Problem> {
    if is_new {
        return Ok(Pending::Job(job));
    }
    control.job(&job).map(same).ok_or_else(|| no_job(&job))
}
