//! A driver in a folder of its own, and waiting for what it shows.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::image;
use drivers::{Driver, DriverInfo, Observed, Options, Target};
use model::{Exit, Phase, Program, SandboxLevel, TaskSpec, TaskStatus, Work};
use tempfile::TempDir;
use units::{Power, Span};

/// Bound on every wait: only a failure takes that long.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) options: Options,
    info: &'static DriverInfo,
    pub(crate) driver: Box<dyn Driver>,
    /// Every task runs in it.
    image: Option<String>,
}

impl Site {
    pub(crate) fn new(name: &str) -> Self {
        Self::at_best(name, SandboxLevel::NamespacesAndCgroup)
    }

    pub(crate) fn at_best(name: &str, at_best: SandboxLevel) -> Self {
        Self::with(name, |options| options.at_best = at_best)
    }

    /// The local driver with a container for every task that asks for one.
    pub(crate) fn containers(config: &str) -> Self {
        let config = format!("containers: {{ {config} }}");
        Self::with("local", |options| options.config.clone_from(&config))
    }

    /// "container" is the local driver with a container of the test image for every task.
    pub(crate) fn with(name: &str, change: impl FnOnce(&mut Options)) -> Self {
        let image = (name == "container").then(|| image::archive().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let share = folder.path().join("share");
        std::fs::create_dir(&share).unwrap();
        open_to_all(folder.path());
        open_to_all(&share);
        let mut options = Options {
            shim: env!("CARGO_BIN_EXE_drivers-shim").into(),
            share: Some(share),
            grace: Span::new(2_000),
            config: config_of(name),
            ..Options::new(folder.path().join("state"))
        };
        change(&mut options);
        let info = drivers::driver(if image.is_some() { "local" } else { name }).unwrap();
        let driver = (info.open)(&options).unwrap();
        Self { folder, options, info, driver, image }
    }

    /// The agent dies and comes back; what it started lives on.
    pub(crate) fn restart(&mut self) {
        self.driver = (self.info.open)(&self.options).unwrap();
    }

    pub(crate) async fn apply(&self, generation: i64, tasks: &[&TaskSpec]) {
        let assignments = tasks.iter().map(|spec| self.assignment(spec)).collect();
        let target = Target::of(generation, assignments);
        self.driver.apply(&target).await.unwrap();
    }

    fn assignment(&self, spec: &TaskSpec) -> model::Assignment {
        let mut order = model::Assignment::from(spec.clone());
        if let Some(image) = &self.image {
            order.work.image = Some(image.clone());
        }
        order
    }

    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Observed) -> bool) -> Observed {
        let begin = Instant::now();
        loop {
            let observed = self.driver.observe().await.unwrap();
            if is_so(&observed) {
                return observed;
            }
            assert!(begin.elapsed() < BOUND, "never {what}: {observed:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn end_of(&self, spec: &TaskSpec) -> TaskStatus {
        let ended = |task: &&TaskStatus| task.id == spec.id && task.phase == Phase::Ended;
        let observed = self.until("ended", |it| it.tasks.iter().any(|task| ended(&task))).await;
        observed.tasks.iter().find(ended).unwrap().clone()
    }

    pub(crate) async fn exit_of(&self, spec: &TaskSpec) -> Exit {
        self.end_of(spec).await.exit.unwrap()
    }

    pub(crate) async fn running(&self, spec: &TaskSpec) {
        let runs = |task: &TaskStatus| task.id == spec.id && task.phase == Phase::Running;
        self.until("running", |it| it.tasks.iter().any(runs)).await;
    }

    /// It has written this much to its log. Looks at the site meanwhile, as an agent does.
    pub(crate) async fn wrote(&self, spec: &TaskSpec, text: &str) {
        let begin = Instant::now();
        while !self.log(spec).await.contains(text) {
            let observed = self.driver.observe().await.unwrap();
            assert!(begin.elapsed() < BOUND, "never wrote {text}: {observed:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn log(&self, spec: &TaskSpec) -> String {
        String::from_utf8(self.driver.logs(&spec.id, 0, 1 << 20).await.unwrap()).unwrap()
    }
}

/// Of the cluster that `make test` starts.
pub(crate) fn slurm_conf() -> Option<String> {
    let conf = std::env::var("TEST_SLURM_CONF").ok();
    if conf.is_none() {
        eprintln!("SKIPPED: TEST_SLURM_CONF is not set; `make test` starts a cluster and sets it");
    }
    conf
}

fn config_of(name: &str) -> String {
    match name {
        "slurm" => format!("conf: {}\n", slurm_conf().unwrap()),
        "container" => format!("containers: {{ images: [\"{}\"] }}", image::archive().unwrap()),
        _ => String::new(),
    }
}

fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

pub(crate) fn task(name: &str, program: Program) -> TaskSpec {
    let (pool, flavor) = ("main".parse().unwrap(), "core".parse().unwrap());
    let work = Work { power: Power::new(100_000), ..Work::new(program, pool, flavor) };
    TaskSpec { id: format!("test.{name}.0.1").parse().unwrap(), work }
}

pub(crate) fn script(name: &str, text: &str) -> TaskSpec {
    task(name, Program::Script(text.to_owned()))
}

pub(crate) fn command(name: &str, words: &[&str]) -> TaskSpec {
    task(name, Program::Command(words.iter().map(|word| (*word).to_owned()).collect()))
}

/// A script for drivers that run it, and what a pretended run of it does for those that do not.
pub(crate) fn pretended(name: &str, text: &str, fake: &[(&str, &str)]) -> TaskSpec {
    let env = fake.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let mut task = script(name, text);
    task.work.env = env;
    task
}
