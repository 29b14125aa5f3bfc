//! What the engine reads from the store before a batch: answers given before, and finished jobs of the same name.

use std::collections::{BTreeMap, BTreeSet};

use api::{JobView, Problem, ProblemKind};
use market::ledger::{Transaction, reversal_id};
use model::{JobKey, Name, Resource, Spec};
use store::{Store, StoreError, StoredAnswer};

use super::{
    Commanded, green,
    green::Green,
    metering::{self, Facts},
};
use crate::command::{Answer, Command, Once, PowerCommand};

/// An ask with what the store knows about it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) asked: Commanded,
    /// The same request was answered before, or its key stands for another one.
    pub(crate) replay: Option<Result<Answer, Problem>>,
    /// Jobs of the names it speaks of that are in the store.
    pub(crate) known: BTreeMap<JobKey, JobView>,
    /// There is a token of the name that a new one is to have, or of the one that is used up.
    pub(crate) token_taken: bool,
    /// Transactions that it speaks of and that there are.
    pub(crate) transactions: BTreeMap<String, Transaction>,
    /// Of the certificates that it touches.
    pub(crate) green: Option<Green>,
    /// Of what was metered and disputed.
    pub(crate) facts: Option<Facts>,
}

/// Reads all that a batch needs, in a query for the answers and one for the jobs.
pub(crate) async fn prepare(store: &Store, asks: Vec<Commanded>) -> Vec<Prepared> {
    let found = match read(store, &asks).await {
        Ok(found) => found,
        Err(error) => {
            let problem = unreadable(&error);
            return asks.into_iter().map(|asked| unprepared(asked, Some(&problem))).collect();
        }
    };
    let mut prepared = Vec::with_capacity(asks.len());
    for asked in asks {
        let with_green = with_green(store, found.prepared(asked)).await;
        prepared.push(with_facts(store, with_green).await);
    }
    prepared
}

/// With what the store knows of certificates, where that is asked for.
async fn with_green(store: &Store, mut prepared: Prepared) -> Prepared {
    let Command::Power(PowerCommand::Certificates { order, .. }) = &prepared.asked.command else {
        return prepared;
    };
    if prepared.replay.is_none() {
        match green::read(store, order).await {
            Ok(green) => prepared.green = Some(green),
            Err(error @ StoreError::TooLarge { .. }) => {
                let detail = format!("{error}: order less at once");
                prepared.replay = Some(Err(Problem::new(ProblemKind::TooLarge, detail)));
            }
            Err(error) => prepared.replay = Some(Err(unreadable(&error))),
        }
    }
    prepared
}

/// With what the store knows of usage and disputes, where that is asked for.
async fn with_facts(store: &Store, mut prepared: Prepared) -> Prepared {
    if prepared.replay.is_none() {
        let command = &prepared.asked.command;
        match metering::read(store, command, &prepared.transactions).await {
            Ok(facts) => prepared.facts = facts,
            Err(error) => prepared.replay = Some(Err(unreadable(&error))),
        }
    }
    prepared
}

/// What the store knows about a batch.
#[derive(Debug, Default)]
struct Found {
    answers: BTreeMap<(String, String), StoredAnswer>,
    jobs: BTreeMap<JobKey, JobView>,
    tokens: BTreeSet<Name>,
    transactions: BTreeMap<String, Transaction>,
}

async fn read(store: &Store, asks: &[Commanded]) -> Result<Found, StoreError> {
    let commands = || asks.iter().map(|asked| &asked.command);
    let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for once in asks.iter().filter_map(|asked| asked.once.as_ref()) {
        keys.entry(&once.principal).or_default().push(once.key.clone());
    }
    let mut found = Found::default();
    for (principal, keys) in keys {
        let answers = store.answers(principal, &keys).await?.into_iter();
        found.answers.extend(answers.map(|(key, answer)| ((principal.to_owned(), key), answer)));
    }
    let jobs: Vec<JobKey> = commands().flat_map(job_keys).collect();
    let jobs = store.jobs_of(&jobs).await?.into_iter();
    found.jobs = jobs.map(|view| (view.key.clone(), view)).collect();
    for id in commands().flat_map(transaction_ids) {
        if let Some(it) = store.transaction(&id).await? {
            found.transactions.insert(id, it);
        }
    }
    let asks_for_token = |command: &Command| {
        matches!(command, Command::CreateToken { .. } | Command::JoinEdge { .. })
    };
    if commands().any(asks_for_token) {
        found.tokens = store.tokens().await?.into_iter().map(|token| token.name).collect();
    }
    Ok(found)
}

impl Found {
    fn prepared(&self, asked: Commanded) -> Prepared {
        let mut prepared = unprepared(asked, None);
        let Commanded { command, once, .. } = &prepared.asked;
        let given = once.as_ref().and_then(|once| {
            Some((self.answers.get(&(once.principal.clone(), once.key.clone()))?, once))
        });
        prepared.replay = given.map(|(given, once)| replay(given, once));
        let known = job_keys(command).into_iter();
        prepared.known =
            known.filter_map(|key| Some((key.clone(), self.jobs.get(&key)?.clone()))).collect();
        let named = transaction_ids(command).into_iter();
        prepared.transactions = named
            .filter_map(|id| Some((id.clone(), self.transactions.get(&id)?.clone())))
            .collect();
        prepared.token_taken = match command {
            Command::CreateToken { view, .. } => self.tokens.contains(&view.name),
            Command::JoinEdge { by: Some(by), .. } => self.tokens.contains(by),
            _ => false,
        };
        prepared
    }
}

fn unprepared(asked: Commanded, problem: Option<&Problem>) -> Prepared {
    let replay = problem.map(|it| Err(it.clone()));
    Prepared {
        asked,
        replay,
        known: BTreeMap::new(),
        token_taken: false,
        transactions: BTreeMap::new(),
        green: None,
        facts: None,
    }
}

fn unreadable(error: &StoreError) -> Problem {
    tracing::error!(%error, "the store cannot be read");
    Problem::new(ProblemKind::Unavailable, "the store cannot be read now: try again")
}

fn replay(given: &StoredAnswer, once: &Once) -> Result<Answer, Problem> {
    if given.fingerprint != once.fingerprint {
        let detail = format!(
            "the idempotency key `{}` was used for another request: draw a new one",
            once.key
        );
        return Err(Problem::new(ProblemKind::KeyReused, detail));
    }
    let body = serde_json::from_str(&given.body).unwrap_or_default();
    Ok(Answer::Replayed { status: given.status, body })
}

fn job_keys(command: &Command) -> Vec<JobKey> {
    match command {
        Command::Apply { resources, .. } => resources.iter().filter_map(key_of).collect(),
        Command::Submit { job, .. } => key_of(job).into_iter().collect(),
        Command::Cancel { job, .. } | Command::DeleteJob { job, .. } => vec![job.clone()],
        Command::Market(command) => super::trade::job_keys(command),
        _ => Vec::new(),
    }
}

/// Transactions that a command makes or undoes.
pub(crate) fn transaction_ids(command: &Command) -> Vec<String> {
    match command {
        Command::Deposit(new) => vec![control::deposit_id(&new.id)],
        Command::Reverse(new) => vec![new.transaction.clone(), reversal_id(&new.transaction)],
        _ => Vec::new(),
    }
}

pub(crate) fn key_of(resource: &Resource) -> Option<JobKey> {
    let project = resource.metadata.project.clone()?;
    matches!(resource.spec, Spec::Job(_))
        .then(|| JobKey { project, name: resource.metadata.name.clone() })
}
