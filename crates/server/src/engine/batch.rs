//! One batch: commands applied to control in order, and the writes that make them durable.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use api::{JobView, JoinEdge, NewReversal, Page, Problem, ProblemKind, TokenView};
use control::{Change, Control};
use energy::certificates::Book;
use market::ledger::{Transaction, reversal_id};
use model::{JobKey, Kind, Name, Resource};
use store::Write;
use tokio::sync::oneshot;
use units::Time;

use super::{
    Commanded, Place,
    green::{self, Green},
    metering::{self, Facts, Spoken},
    prepare::{Prepared, transaction_ids},
    trade,
};
use crate::command::{Answer, Command, Once, PowerCommand};

/// Whoever waits for an answer.
type Asker = oneshot::Sender<Result<Answer, Problem>>;
type Reply = (Asker, Result<Pending, Problem>, Option<Once>);

/// What the store knows of what a command speaks of.
struct With {
    known: BTreeMap<JobKey, JobView>,
    token_taken: bool,
    green: Option<Green>,
    facts: Option<Facts>,
    transactions: BTreeMap<String, Transaction>,
}

/// An answer that is not durable yet.
#[derive(Debug)]
pub(crate) enum Pending {
    Ready(Answer),
    /// The job as it is when the batch closes.
    Job(JobKey),
}

/// What one batch did, until it is durable.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    replies: Vec<Reply>,
    writes: Vec<Write>,
    /// Keys of this batch: the second of a kind waits for the next one.
    keys: BTreeSet<(String, String)>,
    /// Names of the tokens made in this batch.
    tokens: BTreeSet<Name>,
    /// Transactions of this batch: what speaks of them too waits for the next one.
    transactions: BTreeSet<String>,
    /// Names of the tokens that ended in this batch as they were used.
    used: BTreeSet<Name>,
    /// The certificates that orders of this batch touch.
    book: Book,
    /// What was metered and disputed in this batch.
    spoken: Spoken,
    /// To be asked again in the next batch.
    pub(crate) later: Vec<Commanded>,
}

impl Batch {
    /// Applies one ask.
    pub(crate) fn add(&mut self, control: &mut Control, prepared: Prepared, now: Time) {
        let Prepared { asked, replay, known, token_taken, transactions, green, facts } = prepared;
        let Commanded { command, once, answer } = asked;
        let ids = transaction_ids(&command);
        if ids.iter().any(|id| self.transactions.contains(id)) {
            return self.later.push(Commanded { command, once, answer });
        }
        if let Some(facts) = facts.as_ref().filter(|_| replay.is_none())
            && !self.spoken.is_first(&command, facts, control)
        {
            return self.later.push(Commanded { command, once, answer });
        }
        self.transactions.extend(ids);
        if let Some(once) = &once
            && !self.keys.insert((once.principal.clone(), once.key.clone()))
        {
            let once = Some(once.clone());
            return self.later.push(Commanded { command, once, answer });
        }
        let (done, once) = match replay {
            Some(replayed) => (replayed.map(Pending::Ready), None),
            None => {
                let with = With { known, token_taken, green, facts, transactions };
                (self.apply(control, command, with, now), once)
            }
        };
        self.replies.push((answer, done, once));
    }

    fn apply(
        &mut self,
        control: &mut Control,
        command: Command,
        With { known, token_taken, green, facts, transactions }: With,
        now: Time,
    ) -> Result<Pending, Problem> {
        let ready = |answer| Ok(Pending::Ready(answer));
        match command {
            Command::Apply { resources, dry_run, by } => {
                control.speak_for(by);
                ready(Answer::Applied(control.apply(resources, &known, dry_run, now)?))
            }
            Command::Submit { job, unique_name, by } => {
                let job = named(control, *job, unique_name, &known)?;
                control.speak_for(by);
                control.submit(job, now).map(Pending::Job)
            }
            Command::Plan { job } => ready(Answer::Plan(Box::new(control.plan(*job, now)?))),
            Command::PlanAll => ready(Answer::Joint(Box::new(control.joint(now)))),
            Command::Top => ready(Answer::Top(control.top(now))),
            Command::TopAt { at, jobs } => ready(Answer::Top(control.top_at(at, &jobs))),
            Command::Net => ready(Answer::Net(Box::new(control.net(now)))),
            Command::SoFar { job } => ready(Answer::SoFar(control.so_far(&job, now))),
            Command::Dispatch { site, island } => {
                ready(Answer::Dispatch(Box::new(control.supply_plan(&site, island, now)?)))
            }
            Command::SiteEnergy { site, back, ahead } => {
                ready(Answer::SiteEnergy(control.site_energy(&site, (back, ahead), now)?))
            }
            Command::Cancel { job, if_match } => cancel(control, &job, if_match, &known, now),
            Command::DeleteJob { job, if_match } => {
                self.delete_job(control, &job, if_match, &known)
            }
            Command::Delete { kind, name, if_match } => {
                control.delete(kind, &name, if_match, now)?;
                ready(Answer::Nothing)
            }
            Command::Report { site, report } => {
                ready(Answer::Report(control.report(&site, &report, now)?))
            }
            Command::JoinEdge { edge, join, by, view } => {
                self.join_edge(control, (edge, *join), by, *view, token_taken, now)
            }
            Command::EdgeReport { edge, report } => {
                ready(Answer::EdgeReport(control.edge_report(&edge, *report, now)?))
            }
            Command::Edges => ready(Answer::Edges(control.edges())),
            Command::Flows => ready(Answer::Flows(control.flows(now))),
            Command::Services => ready(Answer::Services(control.services(now))),
            Command::CreateToken { view, .. }
                if token_taken || self.tokens.contains(&view.name) =>
            {
                let detail =
                    format!("a token is called `{}` already: choose another name", view.name);
                Err(Problem::new(ProblemKind::Exists, detail))
            }
            Command::CreateToken { hash, view } => {
                self.tokens.insert(view.name.clone());
                self.writes.push(Write::Token { hash, view: (*view).clone() });
                ready(Answer::Token(*view))
            }
            Command::Deposit(new) => {
                let known = transactions.get(&control::deposit_id(&new.id));
                ready(Answer::Transaction(control.deposit(&new, known, now)?))
            }
            Command::Reverse(new) => {
                metering::check_undisputed(&new.transaction, facts.as_ref())?;
                reverse(control, &new, &transactions, now)
            }
            Command::Settle { dry_run } => {
                ready(Answer::Settled(control.settle_accounts(dry_run, now)?))
            }
            Command::Usage { events } => {
                metering::usage(control, &events, &facts.unwrap_or_default(), now)
            }
            Command::Resolve { new, by } => {
                metering::resolve(control, &new, &by, &facts.unwrap_or_default(), now)
            }
            Command::DeleteToken { name } => {
                self.writes.push(Write::DeleteToken(name));
                ready(Answer::Nothing)
            }
            Command::Market(command) => trade::apply(control, command, &known, now),
            Command::Power(command) => {
                self.apply_power(control, command, green.unwrap_or_default(), now)
            }
        }
    }

    /// What is about electricity.
    fn apply_power(
        &mut self,
        control: &mut Control,
        command: PowerCommand,
        green: Green,
        now: Time,
    ) -> Result<Pending, Problem> {
        let ready = |answer| Ok(Pending::Ready(answer));
        match command {
            PowerCommand::Signals { site, upload } => {
                control.signals(&site, *upload, now)?;
                ready(Answer::Nothing)
            }
            PowerCommand::Demand { site, request } => {
                let (keys, text) = (control.demand_keys(&site)?, request.text(&site));
                access::signed::by_any(&keys, &text, &request.signature)
                    .map_err(|why| Problem::new(ProblemKind::Denied, why))?;
                ready(Answer::Demand(Box::new(control.demand(&site, &request, now)?)))
            }
            PowerCommand::Demands { site } => {
                ready(Answer::Demands(Page { items: control.demands(&site), cursor: None }))
            }
            PowerCommand::FeedFailed { site, signal, why } => {
                control.feed_failed(&site, signal, &why, now);
                ready(Answer::Nothing)
            }
            PowerCommand::Certificates { order, who } => {
                let named = green::names_organization(&order);
                if let Some(name) = named.filter(|it| !control.has(Kind::Organization, it)) {
                    let detail = format!("there is no organization `{name}`");
                    return Err(Problem::new(ProblemKind::NotFound, detail));
                }
                let (answer, write) = green::order(&mut self.book, &order, &green, &who, now)?;
                self.writes.extend(write);
                ready(Answer::Certificates(answer))
            }
        }
    }

    /// The token is used up in the same step as the edge gets its own: one of two that come together is too late.
    fn join_edge(
        &mut self,
        control: &mut Control,
        (edge, join): (Name, JoinEdge),
        by: Option<Name>,
        view: TokenView,
        is_known: bool,
        now: Time,
    ) -> Result<Pending, Problem> {
        if let Some(by) = &by
            && (!is_known || !self.used.insert(by.clone()))
        {
            let detail = format!("the token `{by}` was used already: ask for a new one");
            return Err(Problem::new(ProblemKind::Unauthenticated, detail));
        }
        let joined = control.join_edge(&edge, &join, now)?;
        self.writes.extend(by.map(Write::DeleteToken));
        self.writes.push(Write::DeleteToken(view.name.clone()));
        self.writes.push(Write::Token { hash: join.token_hash, view });
        Ok(Pending::Ready(Answer::Joined(joined)))
    }

    fn delete_job(
        &mut self,
        control: &Control,
        job: &JobKey,
        if_match: Option<i64>,
        known: &BTreeMap<JobKey, JobView>,
    ) -> Result<Pending, Problem> {
        if let Some(live) = control.job(job) {
            let detail = format!("job `{job}` is {}: cancel it first", live.status.state);
            return Err(Problem::new(ProblemKind::Conflict, detail));
        }
        let view = known.get(job).ok_or_else(|| no_job(job))?;
        if if_match.is_some_and(|wanted| wanted != view.version) {
            let detail = format!("it is at version {}: read it again", view.version);
            return Err(Problem::new(ProblemKind::VersionMismatch, detail));
        }
        self.writes.push(Write::DeleteJob(job.clone()));
        Ok(Pending::Ready(Answer::Nothing))
    }

    /// Closes the batch: all that has to be written, in order.
    pub(crate) fn close(&mut self, control: &mut Control, now: Time) -> Closed {
        let pending: Vec<Option<JobKey>> = self
            .replies
            .iter()
            .map(|(_, done, _)| match done {
                Ok(Pending::Job(key)) => Some(key.clone()),
                _ => None,
            })
            .collect();
        let changes = control.take_changes();
        let mut closed = Closed { writes: std::mem::take(&mut self.writes), ..Closed::default() };
        let mut views = BTreeMap::new();
        for change in changes {
            if let Change::NewJob(view) | Change::UpdateJob(view) = &change
                && pending.iter().flatten().any(|key| *key == view.key)
            {
                views.insert(view.key.clone(), Arc::clone(view));
            }
            closed.take(change);
        }
        for ((answer, done, once), key) in
            std::mem::take(&mut self.replies).into_iter().zip(pending)
        {
            let done = done.map(|pending| match pending {
                Pending::Ready(answer) => answer,
                Pending::Job(_) => key
                    .and_then(|key| views.get(&key))
                    .map_or(Answer::Nothing, |view| Answer::Job(Box::new((**view).clone()))),
            });
            if let (Some(once), Ok(done)) = (once, &done) {
                closed.writes.push(remember(once, done, now));
            }
            closed.replies.push((answer, done));
        }
        closed
    }
}

fn remember(once: Once, answer: &Answer, now: Time) -> Write {
    Write::Answer {
        principal: once.principal,
        key: once.key,
        fingerprint: once.fingerprint,
        status: once.status,
        body: serde_json::to_string(answer).unwrap_or_default(),
        at: now,
    }
}

/// A closed batch: what to write, and whom to tell once it is durable.
#[derive(Debug, Default)]
pub(crate) struct Closed {
    pub(crate) writes: Vec<Write>,
    pub(crate) replies: Vec<(Asker, Result<Answer, Problem>)>,
    pub(crate) events: Vec<api::Event>,
    /// Sites and edges and their new generation; none for one that is gone.
    pub(crate) generations: Vec<(Place, Option<i64>)>,
}

impl Closed {
    fn take(&mut self, change: Change) {
        match &change {
            Change::Event(event) => self.events.push(event.clone()),
            Change::Site { site, status } => {
                self.generations.push(((Kind::Site, site.clone()), Some(status.generation)))
            }
            Change::Edge { edge, status } => {
                self.generations.push(((Kind::Edge, edge.clone()), Some(status.generation)))
            }
            Change::PutResource(view) if view.kind == Kind::Site && view.version == 1 => {
                self.generations.push(((Kind::Site, view.metadata.name.clone()), Some(0)));
            }
            Change::DeleteResource { kind: kind @ (Kind::Site | Kind::Edge), name } => {
                self.generations.push(((*kind, name.clone()), None))
            }
            _ => {}
        }
        self.writes.push(match change {
            Change::PutResource(view) => Write::PutResource(*view),
            Change::DeleteResource { kind, name } => Write::DeleteResource { kind, name },
            Change::NewJob(view) => Write::NewJob(view),
            Change::UpdateJob(view) => Write::UpdateJob(view),
            Change::Site { site, status } => Write::Site { site, status },
            Change::SiteData { site, data } => Write::SiteData { site, data },
            Change::Edge { edge, status } => Write::Edge { edge, status },
            Change::Service { service, status } => Write::Service { service, status },
            Change::Charges(charges) => Write::Charges(charges),
            Change::Ledger(entry) => Write::Ledger(entry),
            Change::EnergyUse(used) => Write::EnergyUse(used),
            Change::Demand(view) => Write::Demand(view),
            Change::Clearing(view) => Write::Clearing(view),
            Change::Usage(events) => Write::Usage(events),
            Change::Dispute(dispute) => Write::Dispute(dispute),
            Change::Signals { site, signal, source, at, points } => {
                Write::Signals { site, signal, source, at, points }
            }
            Change::Event(event) => Write::Event(event),
        });
    }
}

fn reverse(
    control: &mut Control,
    new: &NewReversal,
    known: &BTreeMap<String, Transaction>,
    now: Time,
) -> Result<Pending, Problem> {
    let missing = || {
        let detail = format!("there is no transaction `{}`", new.transaction);
        Problem::new(ProblemKind::NotFound, detail)
    };
    let what = known.get(&new.transaction).ok_or_else(missing)?;
    let undone = known.get(&reversal_id(&new.transaction));
    let undoing = control.reverse(what, undone, &new.note, now)?;
    Ok(Pending::Ready(Answer::Transaction(undoing)))
}

fn cancel(
    control: &mut Control,
    job: &JobKey,
    if_match: Option<i64>,
    known: &BTreeMap<JobKey, JobView>,
    now: Time,
) -> Result<Pending, Problem> {
    if let (None, Some(view)) = (control.job(job), known.get(job)) {
        // It has ended: there is nothing left to stop, and saying so again is no error.
        return Ok(Pending::Ready(Answer::Job(Box::new(view.clone()))));
    }
    let before = control.job(job).cloned();
    control.cancel(job, if_match, now)?;
    match before {
        Some(view) if view.status.cancelling => Ok(Pending::Ready(Answer::Job(Box::new(view)))),
        _ => Ok(Pending::Job(job.clone())),
    }
}

pub(crate) fn no_job(job: &JobKey) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("there is no job `{job}`"))
}

/// The job with a name that is free.
pub(crate) fn named(
    control: &Control,
    mut job: Resource,
    unique_name: bool,
    known: &BTreeMap<JobKey, JobView>,
) -> Result<Resource, Problem> {
    let Some(key) = super::prepare::key_of(&job) else { return Ok(job) };
    if control.job(&key).is_none() && !known.contains_key(&key) {
        return Ok(job);
    }
    if !unique_name {
        return Err(Problem::new(
            ProblemKind::Exists,
            format!("job `{key}` exists: choose another name"),
        ));
    }
    let stem: String = key.name.as_str().chars().take(54).collect();
    let name = format!("{}-{}", stem.trim_end_matches('-'), random_suffix());
    job.metadata.name = name
        .parse()
        .map_err(|error| Problem::new(ProblemKind::Internal, format!("no free name: {error}")))?;
    Ok(job)
}

/// Eight of 32 characters: 2^40 names.
fn random_suffix() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 8];
    // Without randomness the name is taken and the caller is told so; nothing is overwritten.
    if getrandom::fill(&mut bytes).is_err() {
        tracing::warn!("the system gives no random numbers");
    }
    bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)).map(|c| char::from(*c)))
        .collect()
}
