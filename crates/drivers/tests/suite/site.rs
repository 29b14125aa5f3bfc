//! A driver in a folder of its own, and waiting for what it shows.

use std::{
    path::Path,
    time::{Duration, Instant},
};

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
}

impl Site {
    pub(crate) fn new(name: &str) -> Self {
        Self::at_best(name, SandboxLevel::NamespacesAndCgroup)
    }

    pub(crate) fn at_best(name: &str, at_best: SandboxLevel) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let share = folder.path().join("share");
        std::fs::create_dir(&share).unwrap();
        open_to_all(folder.path());
        open_to_all(&share);
        let options = Options {
            shim: env!("CARGO_BIN_EXE_drivers-shim").into(),
            share: Some(share),
            grace: Span::new(2_000),
            at_best,
            config: config_of(name),
            ..Options::new(folder.path().join("state"))
        };
        let info = drivers::driver(name.split('-').next().unwrap()).unwrap();
        let driver = (info.open)(&options).unwrap();
        Self { folder, options, info, driver }
    }

    /// The agent dies and comes back; what it started lives on.
    pub(crate) fn restart(&mut self) {
        self.driver = (self.info.open)(&self.options).unwrap();
    }

    pub(crate) async fn apply(&self, generation: i64, tasks: &[&TaskSpec]) {
        let assignments = tasks.iter().map(|spec| (*spec).clone().into()).collect();
        let target = Target::of(generation, assignments);
        self.driver.apply(&target).await.unwrap();
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

    /// It has written this much to its log.
    pub(crate) async fn wrote(&self, spec: &TaskSpec, text: &str) {
        let begin = Instant::now();
        while !self.log(spec).await.contains(text) {
            assert!(begin.elapsed() < BOUND, "never wrote {text}: {}", self.log(spec).await);
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

/// Address and token file of the `slurmrestd` that `make test` starts, by the variable that holds both.
pub(crate) fn slurm_rest(variable: &str) -> Option<(String, String)> {
    let both = std::env::var(variable).ok();
    if both.is_none() {
        eprintln!(
            "SKIPPED: {variable} is not set; `make test` sets it, for Slurm 24.11 after `scripts/setup.sh slurm24`"
        );
    }
    both.map(|it| it.split_once(' ').map(|(url, file)| (url.to_owned(), file.to_owned())).unwrap())
}

pub(crate) fn rest_config((url, token): (String, String)) -> String {
    format!("rest: {{url: \"{url}\", token_file: {token}}}\n")
}

fn config_of(name: &str) -> String {
    match name {
        "slurm-rest" => rest_config(slurm_rest("TEST_SLURM_REST").unwrap()),
        "slurm-24" => rest_config(slurm_rest("TEST_SLURM24_REST").unwrap()),
        "slurm" => format!("conf: {}\n", slurm_conf().unwrap()),
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
