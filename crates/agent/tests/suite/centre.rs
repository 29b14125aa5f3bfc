//! A centre in memory that writes down what it is told, and the site around an agent.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use ::agent::{AgentConfig, AgentError, Centre, CentreError, DataSetup};
use api::{AgentReport, AgentReportAnswer, DataReport, LogUpload, SavedFolder, Target};
use async_trait::async_trait;
use drivers::{Driver, Options};
use model::{Content, ExitReason, Name, Phase, TaskId, TaskSpec, TaskStatus};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinHandle};
use units::{Bytes, Span};

/// Bound on every wait: only a failure takes that long.
const BOUND: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Pretended {
    target: watch::Sender<Target>,
    held: Mutex<Heard>,
}

#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) is_away: bool,
    /// So many uploads are taken and the answer is lost.
    pub(crate) lost_answers: u32,
    pub(crate) refuses_logs: bool,
    pub(crate) forgets: bool,
    pub(crate) lease: Span,
    pub(crate) reports: u64,
    /// The last report, with all tasks that reports have spoken of and that were not forgotten.
    pub(crate) last: Option<AgentReport>,
    /// Reports that told only what changed.
    pub(crate) partial: u64,
    /// The next report has to be whole.
    pub(crate) again: bool,
    /// The first end told of each task.
    pub(crate) ends: BTreeMap<TaskId, TaskStatus>,
    pub(crate) instances: BTreeSet<String>,
    /// By task and offset, as a store keeps them; and the tasks whose logs came after their end.
    pub(crate) logs: BTreeMap<(TaskId, u64), String>,
    pub(crate) late: BTreeSet<TaskId>,
    pub(crate) largest: usize,
    /// Generations that were handed out.
    pub(crate) fetched: BTreeSet<i64>,
    /// The last word on data.
    pub(crate) data: DataReport,
    /// What had been saved when the end of a task was told.
    pub(crate) saved_at_end: BTreeMap<TaskId, Vec<SavedFolder>>,
    /// Tasks that a report has to have from a generation on, and those that one had not.
    pub(crate) due: BTreeMap<TaskId, i64>,
    pub(crate) missed: BTreeSet<TaskId>,
    /// What was known of data when a generation was first told.
    pub(crate) data_at: BTreeMap<i64, DataReport>,
    /// The most that was told to have moved of each content, and whether less was told later.
    moved: BTreeMap<Content, Bytes>,
    pub(crate) moved_back: bool,
}

impl Pretended {
    fn new() -> Arc<Self> {
        let held = Heard {
            is_away: false,
            lost_answers: 0,
            refuses_logs: false,
            forgets: false,
            lease: Span::new(60_000),
            reports: 0,
            last: None,
            partial: 0,
            again: false,
            ends: BTreeMap::new(),
            instances: BTreeSet::new(),
            logs: BTreeMap::new(),
            late: BTreeSet::new(),
            largest: 0,
            fetched: BTreeSet::new(),
            data: DataReport::default(),
            saved_at_end: BTreeMap::new(),
            due: BTreeMap::new(),
            missed: BTreeSet::new(),
            data_at: BTreeMap::new(),
            moved: BTreeMap::new(),
            moved_back: false,
        };
        let target = watch::Sender::new(Target::default());
        Arc::new(Self { target, held: Mutex::new(held) })
    }

    pub(crate) fn heard(&self) -> MutexGuard<'_, Heard> {
        self.held.lock().unwrap()
    }

    pub(crate) fn tell(&self, generation: i64, tasks: &[&TaskSpec]) {
        let assignments = tasks.iter().map(|task| (*task).clone().into()).collect();
        self.tell_all(Target::of(generation, assignments));
    }

    pub(crate) fn tell_all(&self, target: Target) {
        self.target.send_replace(target);
    }

    fn present(&self) -> Result<(), CentreError> {
        if self.heard().is_away { Err(CentreError::Away("away".to_owned())) } else { Ok(()) }
    }
}

impl Heard {
    pub(crate) fn log_of(&self, task: &TaskSpec) -> String {
        self.logs
            .iter()
            .filter(|((id, _), _)| *id == task.id)
            .map(|(_, text)| text.as_str())
            .collect()
    }

    pub(crate) fn reason(&self, task: &TaskSpec) -> Option<ExitReason> {
        Some(self.ends.get(&task.id)?.exit.as_ref()?.reason)
    }

    pub(crate) fn phase(&self, task: &TaskSpec) -> Option<Phase> {
        self.last
            .as_ref()?
            .tasks
            .iter()
            .find(|status| status.id == task.id)
            .map(|status| status.phase)
    }

    fn take(&mut self, report: &AgentReport) -> Vec<TaskId> {
        self.reports += 1;
        self.instances.insert(report.instance.clone());
        self.data = report.data.clone().unwrap_or_else(|| self.data.clone());
        self.data_at.entry(report.generation).or_insert_with(|| self.data.clone());
        for it in &self.data.fetching {
            let most = self.moved.entry(it.content.clone()).or_default();
            self.moved_back |= it.moved < *most;
            *most = it.moved.max(*most);
        }
        let ended = report.tasks.iter().filter(|task| task.phase == Phase::Ended);
        for task in ended.clone() {
            let saved = || self.data.saved.clone();
            self.saved_at_end.entry(task.id.clone()).or_insert_with(saved);
            let first = self.ends.entry(task.id.clone()).or_insert_with(|| task.clone());
            assert_eq!(first, task, "an end was told in two ways");
        }
        let forget: Vec<TaskId> =
            if self.forgets { ended.map(|task| task.id.clone()).collect() } else { Vec::new() };
        let mut all: BTreeMap<TaskId, TaskStatus> = BTreeMap::new();
        if !report.whole {
            self.partial += 1;
            let before = self.last.iter().flat_map(|last| &last.tasks);
            all.extend(before.map(|task| (task.id.clone(), task.clone())));
        }
        all.extend(report.tasks.iter().map(|task| (task.id.clone(), task.clone())));
        let due = self.due.iter().filter(|(_, from)| report.generation >= **from);
        self.missed.extend(due.map(|(id, _)| id).filter(|id| !all.contains_key(id)).cloned());
        all.retain(|id, _| !forget.contains(id));
        self.last = Some(AgentReport { tasks: all.into_values().collect(), ..report.clone() });
        forget
    }
}

#[async_trait]
impl Centre for Pretended {
    async fn report(
        &self,
        _: &Name,
        report: &AgentReport,
    ) -> Result<AgentReportAnswer, CentreError> {
        self.present()?;
        let mut heard = self.heard();
        if std::mem::take(&mut heard.again) && !report.whole {
            let (lease, keep) = (heard.lease, heard.lease);
            return Ok(AgentReportAnswer { lease, keep, forget: Vec::new(), again: true });
        }
        let forget = heard.take(report);
        Ok(AgentReportAnswer { lease: heard.lease, keep: heard.lease, forget, again: false })
    }

    async fn target(
        &self,
        _: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<Target>, CentreError> {
        self.present()?;
        let mut target = self.target.subscribe();
        let newer =
            tokio::time::timeout(wait, target.wait_for(|target| target.generation != generation))
                .await;
        self.present()?;
        let newer = newer.ok().map(|target| target.unwrap().clone());
        self.heard().fetched.extend(newer.iter().map(|target| target.generation));
        Ok(newer)
    }

    async fn upload_logs(&self, _: &Name, upload: &LogUpload) -> Result<(), CentreError> {
        self.present()?;
        let mut heard = self.heard();
        if heard.refuses_logs {
            return Err(CentreError::Refused("no logs".to_owned()));
        }
        for chunk in &upload.chunks {
            heard.largest = heard.largest.max(chunk.text.len());
            if heard.ends.contains_key(&chunk.task) {
                heard.late.insert(chunk.task.clone());
            }
            let kept = heard
                .logs
                .entry((chunk.task.clone(), chunk.offset))
                .or_insert_with(|| chunk.text.clone());
            assert_eq!(*kept, chunk.text, "one part of a log was sent in two ways");
        }
        if heard.lost_answers > 0 {
            heard.lost_answers -= 1;
            return Err(CentreError::Away("the answer got lost".to_owned()));
        }
        Ok(())
    }
}

/// A site with an agent that can be killed.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) centre: Arc<Pretended>,
    driver: &'static str,
    agent: Option<JoinHandle<Result<(), AgentError>>>,
    /// It keeps data; how long an end waits for its result.
    pub(crate) patience: Option<Duration>,
}

impl Site {
    pub(crate) fn new(driver: &'static str) -> Self {
        let mut site = Self::asleep(driver);
        site.start();
        site
    }

    /// Not started yet.
    pub(crate) fn asleep(driver: &'static str) -> Self {
        let site = Self {
            folder: tempfile::tempdir().unwrap(),
            centre: Pretended::new(),
            driver,
            agent: None,
            patience: None,
        };
        std::fs::create_dir(site.share()).unwrap();
        site
    }

    pub(crate) fn folders(&self) -> drivers::DataFolders {
        drivers::DataFolders::new(self.folder.path().join("data"))
    }

    pub(crate) fn storage(&self) -> PathBuf {
        self.folder.path().join("storage")
    }

    fn data(&self) -> Option<DataSetup> {
        let patience = self.patience?;
        let file = self.folder.path().join("data.yaml");
        let url = format!("file://{}", self.storage().display());
        if !file.exists() {
            std::fs::write(&file, format!("store: {{ url: '{url}' }}\n")).unwrap();
        }
        let config = staging::DataConfig::read(&file).unwrap();
        Some(DataSetup { patience, ..DataSetup::new(config, self.folders()) })
    }

    pub(crate) fn share(&self) -> PathBuf {
        self.folder.path().join("share")
    }

    /// The driver as the agent uses it. Another one on the same folder sees the same tasks.
    pub(crate) fn driver(&self) -> Box<dyn Driver> {
        let options = Options {
            shim: env!("CARGO_BIN_EXE_agent-shim").into(),
            share: Some(self.share()),
            ..Options::new(self.folder.path().join("driver"))
        };
        (drivers::driver(self.driver).unwrap().open)(&options).unwrap()
    }

    pub(crate) fn config(&self) -> AgentConfig {
        let state = self.folder.path().join("agent");
        AgentConfig {
            margin: Span::ZERO,
            data: self.data(),
            ..AgentConfig::new(
                "here".parse().unwrap(),
                state,
                self.driver(),
                Arc::<Pretended>::clone(&self.centre),
            )
        }
    }

    pub(crate) fn start(&mut self) {
        let config = self.config();
        self.agent = Some(tokio::spawn(::agent::run(config, std::future::pending())));
    }

    pub(crate) async fn kill(&mut self) {
        let agent = self.agent.take().unwrap();
        agent.abort();
        assert!(agent.await.unwrap_err().is_cancelled(), "it had stopped by itself");
    }

    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Heard) -> bool) {
        let begin = Instant::now();
        while !is_so(&self.centre.heard()) {
            assert!(begin.elapsed() < BOUND, "never {what}: {:#?}", self.centre.heard());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn until_driver(&self, what: &str, is_so: impl Fn(&[TaskStatus]) -> bool) {
        let (begin, driver) = (Instant::now(), self.driver());
        loop {
            let observed = driver.observe().await.unwrap();
            if is_so(&observed.tasks) {
                return;
            }
            assert!(begin.elapsed() < BOUND, "never {what}: {observed:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub(crate) fn task(name: &str, text: &str, fake: &[(&str, &str)]) -> TaskSpec {
    let env: BTreeMap<&str, &str> = fake.iter().copied().collect();
    let json = serde_json::json!({
        "id": format!("test.{name}.0.1"),
        "work": { "program": { "script": text }, "env": env, "of": 1, "cores": "1", "memory": "256MiB",
                  "pool": "main", "flavor": "core", "power": "100W" },
    });
    serde_json::from_value(json).unwrap()
}
