//! A driver in a folder of its own, and waiting for what it shows.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::image;
use drivers::{Driver, DriverInfo, Observed, Options, Target};
use model::{Assignment, Exit, Phase, Program, SandboxLevel, TaskSpec, TaskStatus, Work};
use tempfile::TempDir;
use units::{Bytes, Cores, Power, Span};

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
        let driver = if image.is_some() { "local" } else { name.split('-').next().unwrap() };
        let info = drivers::driver(driver).unwrap();
        let driver = (info.open)(&options).unwrap();
        Self { folder, options, info, driver, image }
    }

    /// The agent dies and comes back; what it started lives on.
    pub(crate) fn restart(&mut self) {
        self.driver = (self.info.open)(&self.options).unwrap();
    }

    pub(crate) async fn apply(&self, generation: i64, tasks: &[&TaskSpec]) {
        let assignments = tasks.iter().map(|spec| self.fitted((*spec).clone())).collect();
        let target = Target::of(generation, assignments);
        self.driver.apply(&target).await.unwrap();
    }

    /// In the image that the site is tested with. The node of the Kubernetes cluster is this machine, with as many
    /// cores as that has.
    pub(crate) fn fitted(&self, spec: TaskSpec) -> Assignment {
        let mut order = Assignment::from(spec);
        if let Some(image) = &self.image {
            order.work.image = Some(image.clone());
        }
        if self.info.name == "kubernetes" {
            (order.work.cores, order.work.memory) = (Cores::new(50), Bytes::new(64 << 20));
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

/// What a failed test left running would take the place of others.
impl Drop for Site {
    fn drop(&mut self) {
        if self.info.name != "kubernetes" {
            return;
        }
        let read = std::fs::read_to_string(self.options.state.join("agent")).unwrap_or_default();
        let label = format!("jingwei/agent={}", read.trim_matches('"'));
        let jobs = ["delete", "jobs", "--all-namespaces", "--wait=false", "-l", &label];
        let _gone = kubectl(&jobs).output();
    }
}

/// The cluster's own command, as its administrator.
pub(crate) fn kubectl(args: &[&str]) -> Command {
    let admin = kubeconfig().unwrap().replace("agent.conf", "admin.conf");
    kubectl_at(&admin, args)
}

pub(crate) fn kubectl_at(kubeconfig: &str, args: &[&str]) -> Command {
    let mut command = Command::new(Path::new(kubeconfig).with_file_name("kubectl"));
    command.args(["--kubeconfig", kubeconfig]).args(args);
    command
}

/// Of the cluster that `make test` starts.
pub(crate) fn slurm_conf() -> Option<String> {
    let conf = std::env::var("TEST_SLURM_CONF").ok();
    if conf.is_none() {
        eprintln!("SKIPPED: TEST_SLURM_CONF is not set; `make test` starts a cluster and sets it");
    }
    conf
}

/// Of the cluster that `make test` starts where Kubernetes has been built.
pub(crate) fn kubeconfig() -> Option<String> {
    let path = std::env::var("TEST_KUBECONFIG").ok();
    if path.is_none() {
        eprintln!(
            "SKIPPED: TEST_KUBECONFIG is not set; `scripts/setup.sh kubernetes` builds Kubernetes, and `make test` \
             starts a cluster and sets it then"
        );
    }
    path
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
        "kubernetes" => kubernetes_config(&kubeconfig().unwrap()),
        "slurm-rest" => rest_config(slurm_rest("TEST_SLURM_REST").unwrap()),
        "slurm-24" => rest_config(slurm_rest("TEST_SLURM24_REST").unwrap()),
        "slurm" => format!("conf: {}\n", slurm_conf().unwrap()),
        "container" => format!("containers: {{ images: [\"{}\"] }}", image::archive().unwrap()),
        _ => String::new(),
    }
}

/// The image is the one that the cluster of tests has.
pub(crate) fn kubernetes_config(kubeconfig: &str) -> String {
    format!("kubeconfig: {kubeconfig}\nimage: localhost/busybox:1\nnamespace_prefix: jwt-\n")
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
