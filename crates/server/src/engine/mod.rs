//! The one writer. Handlers hand it commands; it applies a batch of them to the control room, commits all that
//! follows in one transaction, and only then answers.

mod batch;
mod green;
mod metering;
mod prepare;
mod run;
mod trade;
mod watch;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use api::{EdgeTarget, Event, Problem, ProblemKind, Target};
use model::{Kind, Name};
use store::Store;
use tokio::sync::{broadcast, mpsc, oneshot};
use units::{Span, Time};

pub(crate) use run::start;
pub use run::{EngineConfig, EngineError};
pub(crate) use watch::{Generations, Place};

use crate::command::{Answer, Command, Once};

/// Requests that may wait for the engine.
const QUEUE: usize = 8_192;
/// Events that a slow watcher may lag behind before it has to read the store.
const EVENTS: usize = 16_384;
/// How long a leader leads without renewing.
pub(crate) const TERM: Span = Span::seconds(10);

/// A handle on the engine.
#[derive(Debug, Clone)]
pub struct Engine {
    asked: mpsc::Sender<Asked>,
    events: broadcast::Sender<Arc<Event>>,
    generations: Generations,
    ready: Arc<AtomicBool>,
    store: Store,
}

/// What waits for the engine.
#[derive(Debug)]
pub(crate) enum Asked {
    Command(Commanded),
    Target { site: Name, answer: oneshot::Sender<Option<Target>> },
    EdgeTarget { edge: Name, answer: oneshot::Sender<Option<EdgeTarget>> },
}

/// A command, and who waits for its answer.
#[derive(Debug)]
pub(crate) struct Commanded {
    pub(crate) command: Command,
    pub(crate) once: Option<Once>,
    pub(crate) answer: oneshot::Sender<Result<Answer, Problem>>,
}

impl Engine {
    fn new(store: Store) -> (Self, mpsc::Receiver<Asked>) {
        let (asked, asks) = mpsc::channel(QUEUE);
        let (events, _) = broadcast::channel(EVENTS);
        let ready = Arc::new(AtomicBool::new(false));
        (Self { asked, events, generations: Generations::default(), ready, store }, asks)
    }

    /// Runs a command. The answer is durable when it comes.
    ///
    /// # Errors
    /// What is wrong with the request, or that the engine is too busy or not leading.
    pub async fn run(&self, command: Command, once: Option<Once>) -> Result<Answer, Problem> {
        let (answer, answered) = oneshot::channel();
        self.ask(Asked::Command(Commanded { command, once, answer }))?;
        answered.await.unwrap_or_else(|_| Err(stopping()))
    }

    fn ask(&self, asked: Asked) -> Result<(), Problem> {
        self.asked.try_send(asked).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Problem::new(
                ProblemKind::Busy,
                format!("{QUEUE} requests are waiting: try again in a second"),
            ),
            mpsc::error::TrySendError::Closed(_) => stopping(),
        })
    }

    /// The target of a site, as soon as it is newer than `generation`; `None` after `wait`.
    ///
    /// # Errors
    /// There is no such site.
    pub async fn target(
        &self,
        site: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<Target>, Problem> {
        let ask = |answer| Asked::Target { site: site.clone(), answer };
        self.newest((Kind::Site, site.clone()), generation, wait, ask).await
    }

    /// The same of an edge; `None` also while a server that has just started does not know yet what edges measure.
    ///
    /// # Errors
    /// There is no such edge.
    pub async fn edge_target(
        &self,
        edge: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<EdgeTarget>, Problem> {
        let ask = |answer| Asked::EdgeTarget { edge: edge.clone(), answer };
        self.newest((Kind::Edge, edge.clone()), generation, wait, ask).await
    }

    async fn newest<T>(
        &self,
        place: Place,
        generation: i64,
        wait: Duration,
        ask: impl FnOnce(oneshot::Sender<Option<T>>) -> Asked,
    ) -> Result<Option<T>, Problem> {
        if !self.is_newer(place, generation, wait).await? {
            return Ok(None);
        }
        let (answer, answered) = oneshot::channel();
        self.ask(ask(answer))?;
        Ok(answered.await.ok().flatten())
    }

    /// Whether a place's target becomes newer than `generation` within `wait`.
    async fn is_newer(
        &self,
        place: Place,
        generation: i64,
        wait: Duration,
    ) -> Result<bool, Problem> {
        let unknown = || {
            let what = place.0.as_str().to_ascii_lowercase();
            Problem::new(ProblemKind::NotFound, format!("there is no {what} `{}`", place.1))
        };
        let mut newest = self.generations.of(&place).ok_or_else(unknown)?;
        let newer = newest.wait_for(|newest| *newest > generation);
        match tokio::time::timeout(wait, newer).await {
            Err(_) => Ok(false),
            Ok(Err(_)) => Err(unknown()),
            Ok(Ok(_)) => Ok(true),
        }
    }

    /// Events from now on, in order, each after it became durable.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }

    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// It leads and its store answered lately.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// Requests that wait.
    #[must_use]
    pub fn queue_length(&self) -> usize {
        QUEUE.saturating_sub(self.asked.capacity())
    }
}

fn stopping() -> Problem {
    Problem::new(ProblemKind::Unavailable, "the server is stopping or does not lead: try again")
}

/// The one clock of the engine. Never goes back.
#[derive(Debug, Default)]
pub(crate) struct Clock(Time);

impl Clock {
    pub(crate) fn now(&mut self) -> Time {
        self.0 = self.0.max(jiff::Timestamp::now().into());
        self.0
    }
}
