//! What the engine reads from the store before a batch: answers given before, and finished jobs of the same name.

use std::collections::BTreeMap;

use api::{JobView, Problem, ProblemKind};
use futures::future::join_all;
use model::{JobKey, Resource, Spec};
use store::{Store, StoreError};

use super::Asked;
use crate::command::{Answer, Command, Once};

/// An ask with what the store knows about it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) asked: Asked,
    /// The same request was answered before, or its key stands for another one.
    pub(crate) replay: Option<Result<Answer, Problem>>,
    /// Jobs of the names it speaks of that are in the store.
    pub(crate) known: BTreeMap<JobKey, JobView>,
    /// There is a token of the name that a new one is to have.
    pub(crate) token_taken: bool,
}

/// Reads all that a batch needs, at once.
pub(crate) async fn prepare(store: &Store, asks: Vec<Asked>) -> Vec<Prepared> {
    join_all(asks.into_iter().map(|asked| prepare_one(store, asked))).await
}

async fn prepare_one(store: &Store, asked: Asked) -> Prepared {
    let mut prepared = Prepared { asked, replay: None, known: BTreeMap::new(), token_taken: false };
    let Asked::Command { command, once, .. } = &prepared.asked else { return prepared };
    let keys = job_keys(command);
    let found = async {
        let replay = match once {
            Some(once) => replay(store, once).await?,
            None => None,
        };
        let mut known = BTreeMap::new();
        for key in keys {
            match store.job(&key).await {
                Ok(view) => drop(known.insert(key, view)),
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let token_taken = match command {
            Command::CreateToken { view, .. } => {
                store.tokens().await?.iter().any(|token| token.name == view.name)
            }
            _ => false,
        };
        Ok::<_, StoreError>((replay, known, token_taken))
    };
    match found.await {
        Ok((replay, known, token_taken)) => {
            prepared.replay = replay;
            prepared.known = known;
            prepared.token_taken = token_taken;
        }
        Err(error) => prepared.replay = Some(Err(unreadable(&error))),
    }
    prepared
}

fn unreadable(error: &StoreError) -> Problem {
    tracing::error!(%error, "the store cannot be read");
    Problem::new(ProblemKind::Unavailable, "the store cannot be read now: try again")
}

async fn replay(store: &Store, once: &Once) -> Result<Option<Result<Answer, Problem>>, StoreError> {
    let Some(given) = store.answer(&once.principal, &once.key).await? else { return Ok(None) };
    if given.fingerprint != once.fingerprint {
        let detail = format!(
            "the idempotency key `{}` was used for another request: draw a new one",
            once.key
        );
        return Ok(Some(Err(Problem::new(ProblemKind::KeyReused, detail))));
    }
    let body = serde_json::from_str(&given.body).unwrap_or_default();
    Ok(Some(Ok(Answer::Replayed { status: given.status, body })))
}

fn job_keys(command: &Command) -> Vec<JobKey> {
    match command {
        Command::Apply { resources, .. } => resources.iter().filter_map(key_of).collect(),
        Command::Submit { job, .. } => key_of(job).into_iter().collect(),
        Command::Cancel { job, .. } | Command::DeleteJob { job, .. } => vec![job.clone()],
        _ => Vec::new(),
    }
}

pub(crate) fn key_of(resource: &Resource) -> Option<JobKey> {
    let project = resource.metadata.project.clone()?;
    matches!(resource.spec, Spec::Job(_))
        .then(|| JobKey { project, name: resource.metadata.name.clone() })
}
