//! Tells the centre what the site has: as soon as it changes, and as a sign of life.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use api::{AgentReport, AgentReportAnswer, SiteAbout};
use client::BackOff;
use drivers::{Driver, DriverError, Engine, Measured, Observed};
use model::{Name, Phase, Precision, TaskId, TaskStatus};
use tokio::{sync::Notify, time::Instant};
use units::{Span, Throughput};

use crate::{
    AgentConfig, Centre, CentreError,
    clock::{self, now},
    data::{Data, DataTold, Held},
    lease::Lease,
    logs::Logs,
};

/// Changes that come together are told together.
const TOGETHER: Duration = Duration::from_millis(20);
/// Reports of news come no closer together: each costs the centre a transaction, and a short task's start and end
/// are then told at once.
const APART: Duration = Duration::from_millis(80);
/// And this much more for each task there is.
const EACH: Duration = Duration::from_micros(100);
/// So few tasks are told of with every sign of life, for their usage.
const FEW: usize = 200;
/// How often the engine is asked what it is and has, and how long it may take.
const ASK_ENGINE: Duration = Duration::from_secs(30);
const ENGINE_MOST: Duration = Duration::from_secs(5);
/// How often running tasks are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How often the logs of running tasks are sent.
const LOGS: Duration = Duration::from_millis(250);
/// How long one round may spend on logs, before the report.
const LOGS_MOST: Duration = Duration::from_secs(2);
/// How long an end may wait for its logs.
const END_WAITS: Duration = Duration::from_secs(10);
/// Sign of life before the centre has said how long a lease is, and no answer within which is none.
const FIRST_BEAT: Duration = Duration::from_secs(5);
const ANSWER_MOST: Duration = Duration::from_secs(10);

/// What both conversations share.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: Name,
    pub(crate) driver: Box<dyn Driver>,
    pub(crate) centre: Arc<dyn Centre>,
    pub(crate) lease: Lease,
    pub(crate) data: Option<Arc<Data>>,
    driver_name: String,
    state: PathBuf,
    margin: Span,
    instance: String,
    measured: BTreeMap<Precision, Throughput>,
}

impl Site {
    pub(crate) fn new(config: AgentConfig, measured: Option<Measured>) -> Self {
        let wake = config.driver.wake();
        Self {
            name: config.site,
            data: config.data.map(|setup| Arc::new(Data::new(setup, wake))),
            driver: config.driver,
            driver_name: config.driver_name,
            centre: config.centre,
            lease: Lease::new(),
            state: config.state,
            margin: config.margin,
            instance: clock::instance(),
            measured: measured.map(|measured| measured.throughput).unwrap_or_default(),
        }
    }

    fn about(&self, engine: Engine) -> SiteAbout {
        let mut can = self.driver.capabilities();
        can.data &= self.data.is_some();
        SiteAbout {
            driver: self.driver_name.clone(),
            engine: engine.version,
            sandbox: self.driver.sandbox().as_str().to_owned(),
            can,
            storage: self.data.as_ref().and_then(|data| data.place()),
            measured: self.measured.clone(),
            pools: engine.pools,
        }
    }
}

pub(crate) async fn run(site: Arc<Site>) {
    let wake = site.driver.wake();
    let mut reporter = Reporter::new(site);
    loop {
        reporter.round().await;
        reporter.pause(&wake).await;
    }
}

struct Reporter {
    site: Arc<Site>,
    logs: Logs,
    logs_due: Instant,
    /// What the centre has been told and has answered.
    told: Option<Told>,
    /// When the next sign of life is due, and how far apart they are.
    beat_at: Instant,
    beat: Duration,
    back_off: BackOff,
    /// Not before that, after a failure.
    not_before: Instant,
    /// When the last report was sent.
    spoke_at: Instant,
    /// Since when ends wait for their logs.
    waiting: BTreeMap<TaskId, Instant>,
    is_busy: bool,
    /// Tasks seen by the last look.
    tasks: usize,
    /// The last look that the engine answered, and why later ones were not.
    last: Observed,
    engine_away: Option<String>,
    /// What was last said of the site itself, and when it was last asked.
    about: Option<SiteAbout>,
    about_told: bool,
    about_due: Instant,
    data: DataTold,
    /// An end waits for something to be saved.
    is_saving: bool,
}

struct Told {
    generation: i64,
    phases: BTreeMap<TaskId, Phase>,
    engine_away: bool,
}

impl Told {
    fn is_new(&self, task: &TaskStatus) -> bool {
        self.phases.get(&task.id) != Some(&task.phase)
    }

    fn is_news(&self, observed: &Observed, engine_away: bool) -> bool {
        self.generation != observed.generation
            || self.engine_away != engine_away
            || observed.tasks.iter().any(|task| self.is_new(task))
            || self.has_vanished(observed)
    }

    /// Something it was told of is there no more, though nobody asked to forget it: only a whole report says so.
    fn has_vanished(&self, observed: &Observed) -> bool {
        let known = observed.tasks.iter().filter(|task| self.phases.contains_key(&task.id));
        known.count() < self.phases.len()
    }
}

impl Reporter {
    fn new(site: Arc<Site>) -> Self {
        let now = Instant::now();
        Self {
            logs: Logs::open(&site.state),
            site,
            logs_due: now,
            told: None,
            beat_at: now,
            beat: FIRST_BEAT,
            back_off: BackOff::new(),
            not_before: now,
            spoke_at: now,
            waiting: BTreeMap::new(),
            is_busy: false,
            tasks: 0,
            last: Observed { generation: -1, tasks: Vec::new() },
            engine_away: None,
            about: None,
            about_told: false,
            about_due: now,
            data: DataTold::default(),
            is_saving: false,
        }
    }

    async fn round(&mut self) {
        // Before the look: what the driver is given meanwhile is in one of them.
        let waiting = self.site.data.as_ref().map(|data| data.waiting());
        let Some(mut observed) = self.look().await else { return };
        if self.told.is_none() {
            self.logs.keep_only(&observed.tasks);
        }
        let runs = |task: &TaskStatus| task.phase != Phase::Ended;
        if self.site.lease.is_lost() && observed.tasks.iter().any(runs) {
            self.fence().await;
        }
        let is_running = observed.tasks.iter().any(runs);
        self.tasks = observed.tasks.len();
        if let Some(waiting) = waiting {
            waiting.add_to(&mut observed);
        }
        self.ask_engine().await;
        if Instant::now() >= self.not_before
            && let Err(error) = self.speak(&mut observed).await
        {
            let wait = self.back_off.pause();
            tracing::warn!(%error, wait_ms = u64::try_from(wait.as_millis()).unwrap_or(0), "the centre was not told");
            self.not_before = Instant::now() + wait;
        }
        self.is_busy = is_running || self.is_saving || !self.waiting.is_empty();
    }

    /// What the site has; while its engine cannot be asked, what it had.
    async fn look(&mut self) -> Option<Observed> {
        match self.site.driver.observe().await {
            Ok(observed) => {
                if self.engine_away.take().is_some() {
                    tracing::info!("the engine answers again");
                    self.about_due = Instant::now();
                }
                self.last = observed.clone();
                Some(observed)
            }
            Err(DriverError::Away(reason)) => {
                if self.engine_away.is_none() {
                    tracing::warn!(%reason, "the engine cannot be asked");
                }
                self.engine_away = Some(reason);
                Some(self.last.clone())
            }
            Err(error) => {
                self.not_before = Instant::now() + self.back_off.pause();
                tracing::warn!(%error, "the driver cannot be asked");
                None
            }
        }
    }

    /// Now and then, what the engine is and has.
    async fn ask_engine(&mut self) {
        if Instant::now() < self.about_due || self.engine_away.is_some() {
            return;
        }
        self.about_due = Instant::now() + ASK_ENGINE;
        let asked = tokio::time::timeout(ENGINE_MOST, self.site.driver.engine()).await;
        let engine = match asked {
            Ok(Ok(engine)) => engine,
            Ok(Err(error)) => {
                tracing::warn!(%error, "what the engine has is not known");
                Engine::default()
            }
            Err(_) => return tracing::warn!("the engine does not say what it has"),
        };
        let about = self.site.about(engine);
        if self.about.as_ref() != Some(&about) {
            (self.about, self.about_told) = (Some(about), false);
        }
    }

    async fn fence(&self) {
        tracing::warn!("no contact for longer than the lease: all work is stopped");
        if let Err(error) = self.site.driver.fence("the site lost contact with the centre").await {
            tracing::error!(%error, "not all work could be stopped");
        }
    }

    async fn speak(&mut self, observed: &mut Observed) -> Result<(), CentreError> {
        let logs = self.ship_logs(observed).await;
        self.hold_back(observed);
        if let Some(data) = &self.site.data {
            self.is_saving = data.hold_back(observed) == Held::Something;
        }
        let away = self.engine_away.is_some();
        if self.told.as_ref().is_none_or(|told| told.is_news(observed, away))
            || !self.about_told
            || self.data.has_news(self.site.data.as_ref())
            || Instant::now() >= self.beat_at
        {
            self.report(observed).await?;
        }
        logs
    }

    /// Of tasks that have just ended at once, of running ones now and then.
    async fn ship_logs(&mut self, observed: &Observed) -> Result<(), CentreError> {
        let all = Instant::now() >= self.logs_due;
        if all {
            self.logs_due = Instant::now() + LOGS;
        }
        let due = |task: &&TaskStatus| {
            let ended = task.phase == Phase::Ended;
            (ended || (all && task.phase == Phase::Running)) && !self.logs.is_done(&task.id)
        };
        let tasks: Vec<&TaskStatus> = observed.tasks.iter().filter(due).collect();
        if tasks.is_empty() {
            return Ok(());
        }
        let deadline = Instant::now() + LOGS_MOST.min(self.beat);
        self.logs.ship(&self.site, &tasks, deadline).await
    }

    /// An end is told after the last of its log, so that who waits for the end finds all of it. Logs that cannot be
    /// sent for long do not hold it back for ever.
    fn hold_back(&mut self, observed: &mut Observed) {
        let mut waiting = BTreeMap::new();
        for task in observed.tasks.iter_mut().filter(|task| task.phase == Phase::Ended) {
            if self.logs.is_done(&task.id) {
                continue;
            }
            let since = self.waiting.get(&task.id).copied().unwrap_or_else(Instant::now);
            if since.elapsed() >= END_WAITS {
                self.logs.give_up(&task.id);
                continue;
            }
            waiting.insert(task.id.clone(), since);
            let phase = if task.started.is_some() { Phase::Running } else { Phase::Starting };
            (task.phase, task.ended, task.exit) = (phase, None, None);
        }
        self.waiting = waiting;
    }

    async fn report(&mut self, observed: &Observed) -> Result<(), CentreError> {
        let told = self.told.take().filter(|told| !told.has_vanished(observed));
        let data = self.data.next(self.site.data.as_ref(), told.is_none());
        let mut report = self.written(observed, told.as_ref());
        report.data = data.as_ref().map(|(_, report)| report.clone());
        self.spoke_at = Instant::now();
        let (sent, most) =
            (Instant::now(), ANSWER_MOST.min(self.beat.max(Duration::from_millis(200))));
        let answer =
            tokio::time::timeout(most, self.site.centre.report(&self.site.name, &report)).await;
        let answer = answer
            .unwrap_or_else(|_| Err(CentreError::Away("no answer to a report".to_owned())))?;
        self.back_off.reset();
        self.about_told |= report.about.is_some();
        let engine_away = report.engine_away.is_some();
        if !answer.again {
            self.data.told(data);
            let phases = observed.tasks.iter().map(|task| (task.id.clone(), task.phase)).collect();
            self.told = Some(Told { generation: observed.generation, phases, engine_away });
        }
        self.take(&answer, &report, sent).await;
        if answer.again {
            self.beat_at = Instant::now();
        }
        Ok(())
    }

    /// All there is, or where the centre knows the rest, what changed and a few of those that run, for their usage.
    fn written(&self, observed: &Observed, told: Option<&Told>) -> AgentReport {
        let few = observed.tasks.len() <= FEW;
        let is_told = |task: &&TaskStatus| {
            told.is_none_or(|told| told.is_new(task) || few && task.phase == Phase::Running)
        };
        AgentReport {
            instance: self.site.instance.clone(),
            sent: now(),
            generation: observed.generation,
            whole: told.is_none(),
            tasks: observed.tasks.iter().filter(is_told).cloned().collect(),
            engine_away: self.engine_away.clone(),
            about: self.about.clone().filter(|_| !self.about_told),
            data: None,
        }
    }

    async fn take(&mut self, answer: &AgentReportAnswer, report: &AgentReport, sent: Instant) {
        let kept = answer.keep.saturating_sub(self.site.margin);
        self.site.lease.renew(sent, Duration::from_millis(kept.get()));
        if let Err(error) = self.site.driver.renew(report.sent.after(kept)).await {
            tracing::warn!(%error, "tasks may take the lease for ended");
        }
        self.beat = Duration::from_millis((answer.lease.get() / 4).max(50));
        self.beat_at = sent + self.beat;
        if answer.forget.is_empty() {
            return;
        }
        match self.site.driver.forget(&answer.forget).await {
            Ok(()) => {
                self.logs.forget(&answer.forget);
                if let Some(data) = &self.site.data {
                    data.forget(&answer.forget);
                }
                if let Some(told) = &mut self.told {
                    told.phases.retain(|id, _| !answer.forget.contains(id));
                }
                self.last.tasks.retain(|task| !answer.forget.contains(&task.id));
            }
            Err(error) => {
                tracing::warn!(%error, "records of ended tasks stay; the centre will say so again");
                self.told = None;
            }
        }
    }

    /// Until something may be new or is due.
    async fn pause(&self, wake: &Notify) {
        let mut until = self.beat_at;
        let now = Instant::now();
        if self.is_busy {
            until = until.min(now + LOOK + EACH * u32::try_from(self.tasks).unwrap_or(u32::MAX));
        }
        if self.not_before > now {
            // Something could not be told.
            until = if self.is_busy { until.min(now + LOOK) } else { self.not_before };
        }
        tokio::select! {
            () = wake.notified() => {
                let apart = APART + EACH * u32::try_from(self.tasks).unwrap_or(u32::MAX);
                tokio::time::sleep_until((self.spoke_at + apart).max(now + TOGETHER)).await;
            }
            () = tokio::time::sleep_until(until.max(now + Duration::from_millis(1))) => {}
        }
    }
}
