//! The engine's loop.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use api::{BillGroup, Problem, ProblemKind};
use control::{Chosen, Clearing, Control, Corrupt, Durable, REMEMBERED, Run, Settings};
use energy::signals::{AHEAD_MOST, KEPT};
use model::{Kind, Name};
use planner::Policy;
use store::{BillFilter, Store, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};
use units::{Money, Span, Time};

use super::{Asked, Clock, Commanded, Engine, TERM, batch::Batch, batch::Closed, prepare::prepare};
use crate::metrics::Metrics;

/// Most asks in one batch.
const BATCH: usize = 1_024;
/// Most rows in one read while starting.
const PAGE: usize = 1_000;
/// Finished jobs read at once for their run times, few because arrays are long, and so many times.
const RUNS: usize = 200;
const RUN_PAGES: usize = 50;
/// Between two shortenings of the store's log.
const CHECKPOINT: Duration = Duration::from_millis(500);
/// Between two looks at whether a clearing is solved.
const SOLVING: Span = Span::new(20);
/// Between two tries to lead.
const STAND_BY: Duration = Duration::from_millis(500);
/// Answers to idempotent requests are kept this long.
const ANSWERS_KEPT: Span = Span::hours(24);

/// Why the engine cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Look at the database.
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    /// The database was written by something else, or damaged.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// Another server leads over the same database now; this one must stop.
    #[error("another server leads now")]
    Deposed,
}

/// How the engine works.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    pub settings: Settings,
    pub policy: Policy,
    /// Who this server is among those over one database.
    pub holder: String,
    /// Lead at once, whoever led before: right where only one process can have the database (SQLite).
    pub take_over: bool,
    /// Events kept at least; older ones are removed.
    pub events_kept: i64,
}

/// Takes the lead, restores control from the store, and starts the loop. The future ends when the engine stops:
/// with `Ok` when every handle is gone, else with the reason.
///
/// # Errors
/// The store cannot be read, or another server leads.
pub(crate) async fn start(
    store: Store,
    config: EngineConfig,
    metrics: Arc<Metrics>,
) -> Result<(Engine, impl Future<Output = Result<(), EngineError>> + Send), EngineError> {
    let mut clock = Clock::default();
    let term = take_lead(&store, &config, &mut clock).await?;
    let now = clock.now();
    let control = restored(&store, &config, now).await?;
    tokio::spawn(checkpoints(store.clone()));
    let (engine, asks) = Engine::new(store);
    let handle = engine.clone();
    let running = Running {
        term,
        clock,
        control,
        config,
        engine,
        metrics,
        renewed: now,
        trimmed: now,
        clearing: None,
    };
    Ok((handle, running.run(asks)))
}

/// The lead, as soon as nobody else has it: until then this server stands by.
async fn take_lead(
    store: &Store,
    config: &EngineConfig,
    clock: &mut Clock,
) -> Result<i64, EngineError> {
    let mut told = false;
    loop {
        match store.lead(&config.holder, clock.now(), TERM, config.take_over).await {
            Err(StoreError::Led { holder, until }) => {
                if !std::mem::replace(&mut told, true) {
                    tracing::info!(%holder, %until, "another server leads: standing by");
                }
                tokio::time::sleep(STAND_BY).await;
            }
            done => return Ok(done?),
        }
    }
}

/// Keeps the store's log short, for as long as the store is open.
async fn checkpoints(store: Store) {
    while !store.is_closed() {
        tokio::time::sleep(CHECKPOINT).await;
        if let Err(error) = store.checkpoint().await {
            tracing::debug!(%error, "the log could not be shortened; tried again");
        }
    }
}

/// Control as the store has it.
async fn restored(store: &Store, config: &EngineConfig, now: Time) -> Result<Control, EngineError> {
    let mut durable = Durable {
        resources: store.all_resources().await?,
        sites: store.site_statuses().await?,
        edges: store.edge_statuses().await?,
        services: store.service_statuses().await?,
        last_seq: store.last_seq().await?,
        spent: spent(store).await?,
        accounts: store.all_accounts().await?,
        holds: store.all_holds().await?,
        ..Durable::default()
    };
    durable.calls = store.demands(now.before(REMEMBERED)).await?;
    durable.readings = store.live_readings().await?;
    let mut after = None;
    loop {
        let page = store.unfinished_jobs(after.as_deref(), PAGE).await?;
        durable.jobs.extend(page.items);
        after = page.cursor;
        if after.is_none() {
            break;
        }
    }
    durable.runs = runs(store).await?;
    for site in durable.resources.iter().filter(|it| it.kind == Kind::Site) {
        let name = &site.metadata.name;
        let (from, to) = (now.before(KEPT), now.after(AHEAD_MOST));
        let signals = store.signals(Some(name), from, to).await?.into_iter();
        durable.signals.extend(signals.map(|it| (it.site, it.signal, it.point)));
    }
    let mut control = Control::new(config.settings, config.policy.clone());
    control.restore(durable, now)?;
    Ok(control)
}

/// What the newest jobs that succeeded tell of run times, oldest first.
async fn runs(store: &Store) -> Result<Vec<Run>, EngineError> {
    let mut runs = Vec::new();
    let mut before = None;
    for _ in 0..RUN_PAGES {
        let page = store.succeeded_jobs(before.as_deref(), RUNS).await?;
        runs.extend(page.items.iter().filter_map(control::run_of));
        before = page.cursor;
        if before.is_none() {
            break;
        }
    }
    runs.reverse();
    Ok(runs)
}

/// Charged so far, by project: what allocations are measured against.
async fn spent(store: &Store) -> Result<BTreeMap<Name, Money>, EngineError> {
    let rows = store.bill(&BillFilter::default(), BillGroup::Project).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.name.parse().ok()?, row.total))).collect())
}

struct Running {
    term: i64,
    clock: Clock,
    control: Control,
    config: EngineConfig,
    engine: Engine,
    metrics: Arc<Metrics>,
    renewed: Time,
    trimmed: Time,
    /// A clearing of the market that is being solved beside.
    clearing: Option<Solving>,
}

type Solving = JoinHandle<(Clearing, Chosen)>;

impl Running {
    async fn run(mut self, mut asks: mpsc::Receiver<Asked>) -> Result<(), EngineError> {
        self.publish_all_sites();
        let mut later = Vec::new();
        // The first batch makes the new generations durable before any agent can see one.
        self.round(Vec::new(), &mut later).await?;
        self.engine.ready.store(true, Ordering::Relaxed);
        self.metrics.leading(true);
        // The engine's own handle must not keep its queue open.
        self.engine.asked = mpsc::channel(1).0;
        loop {
            self.metrics.queue(asks.len());
            let mut batch = std::mem::take(&mut later);
            let room = BATCH.saturating_sub(batch.len()).max(1);
            let wait = if batch.is_empty() { self.until_wake() } else { Duration::ZERO };
            let received = tokio::time::timeout(wait, asks.recv_many(&mut batch, room)).await;
            if received == Ok(0) {
                return Ok(());
            }
            self.round(batch, &mut later).await?;
        }
    }

    fn until_wake(&mut self) -> Duration {
        let now = self.clock.now();
        let renew = self.renewed.after(Span::new(TERM.get() / 3));
        let wake = self.control.next_wake().unwrap_or(renew).min(renew);
        let wake = if self.clearing.is_some() { wake.min(now.after(SOLVING)) } else { wake };
        Duration::from_millis(wake.since(now).get().max(1))
    }

    async fn round(&mut self, asks: Vec<Asked>, later: &mut Vec<Asked>) -> Result<(), EngineError> {
        let asks = self.answer_targets(asks);
        let prepared = prepare(&self.engine.store, asks).await;
        let now = self.clock.now();
        let mut batch = Batch::default();
        let size = prepared.len();
        for one in prepared {
            batch.add(&mut self.control, one, now);
        }
        self.clear(now).await;
        self.control.tick(now);
        let closed = batch.close(&mut self.control, now);
        later.extend(batch.later.into_iter().map(Asked::Command));
        self.commit(closed, size, now).await?;
        self.trim(now).await
    }

    /// Puts open bids together when it is time, has that solved beside, and gives winners their places when it is.
    async fn clear(&mut self, now: Time) {
        if let Some(solving) = self.clearing.take_if(|it| it.is_finished()) {
            match solving.await {
                Ok((clearing, chosen)) => self.control.close_clearing(&clearing, &chosen, now),
                Err(error) => tracing::error!(%error, "a clearing failed; the next one follows"),
            }
        }
        if self.clearing.is_none()
            && let Some(clearing) = self.control.open_clearing(now)
        {
            let solve = move || {
                let chosen = clearing.solve();
                (clearing, chosen)
            };
            self.clearing = Some(tokio::task::spawn_blocking(solve));
        }
    }

    /// Between batches control is as durable as the store: targets may be told.
    fn answer_targets(&self, asks: Vec<Asked>) -> Vec<Commanded> {
        let mut commands = Vec::with_capacity(asks.len());
        for asked in asks {
            match asked {
                Asked::Target { site, answer } => drop(answer.send(self.control.target(&site))),
                Asked::EdgeTarget { edge, answer } => {
                    drop(answer.send(self.control.edge_target(&edge)));
                }
                Asked::Command(commanded) => commands.push(commanded),
            }
        }
        commands
    }

    async fn commit(&mut self, closed: Closed, size: usize, now: Time) -> Result<(), EngineError> {
        let due = self.renewed.after(Span::new(TERM.get() / 3)) <= now;
        if closed.writes.is_empty() && !due {
            publish(&self.engine, closed);
            return Ok(());
        }
        let started = tokio::time::Instant::now();
        let done = self.engine.store.commit(self.term, now, TERM, &closed.writes).await;
        self.metrics.batch(size, started.elapsed().as_secs_f64());
        match done {
            Ok(()) => {
                self.renewed = now;
                self.metrics.events(closed.events.len());
                self.metrics.sites_online(self.control.online_sites());
                publish(&self.engine, closed);
                Ok(())
            }
            Err(StoreError::Fenced { .. }) => {
                self.metrics.leading(false);
                refuse(closed);
                Err(EngineError::Deposed)
            }
            Err(error) => self.go_back(closed, &error).await,
        }
    }

    /// Nothing of the batch is durable, so nothing of it happened: tell everyone, and start again from the store.
    async fn go_back(&mut self, closed: Closed, error: &StoreError) -> Result<(), EngineError> {
        tracing::error!(%error, writes = closed.writes.len(), "the store refused a batch");
        self.engine.ready.store(false, Ordering::Relaxed);
        refuse(closed);
        let now = self.clock.now();
        self.term = match self
            .engine
            .store
            .lead(&self.config.holder, now, TERM, self.config.take_over)
            .await
        {
            Err(StoreError::Led { .. }) => return Err(EngineError::Deposed),
            done => done?,
        };
        self.control = restored(&self.engine.store, &self.config, now).await?;
        self.clearing = None;
        self.publish_all_sites();
        self.renewed = now;
        self.engine.ready.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn publish_all_sites(&self) {
        // The generation in the store; the raised one follows with the next batch.
        for site in self.control.site_names() {
            let generation = self.control.generation(&site).unwrap_or_default();
            self.engine.generations.set(&(Kind::Site, site), generation);
        }
        for (edge, generation) in self.control.edge_generations() {
            self.engine.generations.set(&(Kind::Edge, edge), generation);
        }
    }

    /// Removes what is kept no longer, once a minute.
    async fn trim(&mut self, now: Time) -> Result<(), EngineError> {
        if self.trimmed.after(Span::minutes(1)) > now {
            return Ok(());
        }
        self.trimmed = now;
        self.control.trim(now);
        let store = &self.engine.store;
        let oldest = store.last_seq().await?.saturating_sub(self.config.events_kept);
        let trimmed = async {
            store.trim_events(oldest).await?;
            store.trim_answers(now.before(ANSWERS_KEPT)).await
        };
        if let Err(error) = trimmed.await {
            tracing::warn!(%error, "old rows could not be removed; tried again in a minute");
        }
        Ok(())
    }
}

/// Everything is durable: now it may be seen.
fn publish(engine: &Engine, closed: Closed) {
    for (place, generation) in closed.generations {
        match generation {
            Some(generation) => engine.generations.set(&place, generation),
            None => engine.generations.remove(&place),
        }
    }
    for event in closed.events {
        // Nobody watching is fine.
        drop(engine.events.send(Arc::new(event)));
    }
    for (answer, done) in closed.replies {
        // Whoever asked may have gone.
        drop(answer.send(done));
    }
}

fn refuse(closed: Closed) {
    for (answer, _) in closed.replies {
        let problem = Problem::new(
            ProblemKind::Unavailable,
            "the store refused it and nothing was changed: try again",
        );
        drop(answer.send(Err(problem)));
    }
}
