#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "each test uses a part of it"
)]
//! A real server and real agents as processes, and the command line as a person uses it.

use std::{
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

pub(crate) const JW: &str = env!("CARGO_BIN_EXE_jw");

/// The command line alone, without a server.
pub(crate) fn run(words: &[&str]) -> Output {
    Command::new(JW).args(words).current_dir(repository()).output().unwrap()
}

/// What a good command writes.
pub(crate) fn good(words: &[&str]) -> String {
    let output = run(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn json(words: &[&str]) -> serde_json::Value {
    serde_json::from_str(&good(&[words, &["-o", "json"]].concat())).unwrap()
}

/// What is said of wrong use; nothing is written.
pub(crate) fn refusal(words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(output.status.code(), Some(2), "{words:?}");
    assert!(output.stdout.is_empty(), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// `ip` with these words, which has to succeed; what it says.
pub(crate) fn output_of(words: &str) -> String {
    let output = Command::new("ip").args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn ip(words: &str) {
    output_of(words);
}

/// Whether namespaces can be made; says loudly that a test is skipped where not.
pub(crate) fn is_root(test: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("SKIPPED: {test}: it needs root");
    }
    is_root
}

/// Ended with SIGKILL when dropped, as everything here may be at any moment.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn of(child: Child) -> Self {
        Self(child)
    }

    /// SIGKILL: no time for a last word.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, and time for a last word.
    pub(crate) fn end(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.0.wait().unwrap();
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Grid {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) address: String,
    /// Where the server listens, if that is not its address.
    pub(crate) listen: Option<String>,
    store: Option<String>,
}

pub(crate) const WORLD: &str = r#"
kind: Organization
metadata: {name: o}
spec: {}
---
kind: Project
metadata: {name: default}
spec: {organization: o}
---
kind: Flavor
metadata: {name: cpu}
spec: {arch: x86_64, cores: 1, memory: 256MiB, power: 10W}
---
kind: Site
metadata: {name: east}
spec: {organization: o, region: r, place: {lat: 31, lon: 121}, time_zone: Asia/Shanghai, pue: 1.2, tariff: {seasons: [{price: 0.8CNY/kWh}]}, carbon: {intensity: 600gCO2/kWh}}
---
kind: Site
metadata: {name: west}
spec: {organization: o, region: r, place: {lat: 37, lon: 105}, time_zone: Asia/Shanghai, pue: 1.2, tariff: {seasons: [{price: 0.4CNY/kWh}]}, carbon: {intensity: 600gCO2/kWh}}
---
kind: Pool
metadata: {name: east-cpu}
spec: {site: east, flavor: cpu, units: 4, price: 0.1CNY/h}
---
kind: Pool
metadata: {name: west-cpu}
spec: {site: west, flavor: cpu, units: 4, price: 0.1CNY/h}
---
kind: Link
metadata: {name: east-west}
spec: {ends: [east, west], delay: 8ms, capacity: 100Gbit/s, price: 0.01CNY/GB, organization: o}
"#;

impl Grid {
    /// A folder and a free port; nothing runs yet.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("share")).unwrap();
        std::fs::write(folder.path().join("world.yaml"), WORLD).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, address: format!("127.0.0.1:{port}"), listen: None, store: None }
    }

    /// The same over a PostgreSQL database of its own.
    pub(crate) fn over_postgres(server: &str) -> Self {
        let name = format!("jw_{}", std::process::id());
        let made = Command::new("psql")
            .args([server, "-qc", &format!("CREATE DATABASE {name}")])
            .status()
            .unwrap();
        assert!(made.success());
        let (base, _) = server.rsplit_once('/').unwrap();
        Self { store: Some(format!("{base}/{name}")), ..Self::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `jw up` without agents. Returns when it answers.
    pub(crate) fn server(&self) -> Process {
        self.server_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn server_with(&self, more: &[&str]) -> Process {
        let mut command = Command::new(JW);
        let listen = self.listen.as_ref().unwrap_or(&self.address);
        command.args(["up", "--agents", "none", "--listen", listen, "--world"]);
        command.arg(self.path("world.yaml")).arg("--state").arg(self.path("state"));
        command.args(more);
        if let Some(store) = &self.store {
            command.args(["--store", store]);
        }
        let mut process = self.spawn(command, "up.log");
        let began = Instant::now();
        while !self.jw(&["whoami"]).status.success() {
            assert!(!process.has_ended(), "{}", self.read("up.log"));
            assert!(began.elapsed() < Duration::from_secs(30), "{}", self.read("up.log"));
            std::thread::sleep(Duration::from_millis(20));
        }
        process
    }

    /// The agent of a site, with a token of its own that survives restarts.
    pub(crate) fn agent(&self, site: &str) -> Process {
        self.agent_with(site, &[])
    }

    /// The same with more arguments.
    pub(crate) fn agent_with(&self, site: &str, more: &[&str]) -> Process {
        self.agent_in(site, &[], more)
    }

    /// The same in another environment.
    pub(crate) fn agent_in(&self, site: &str, env: &[(&str, &str)], more: &[&str]) -> Process {
        let token = self.path(&format!("{site}.token"));
        if !token.exists() {
            let made = self.ok(&[
                "token",
                "create",
                &format!("agent-{site}"),
                "--role",
                "agent",
                "--site",
                site,
                "-o",
                "json",
            ]);
            let made: serde_json::Value = serde_json::from_str(&made).unwrap();
            std::fs::write(&token, made["token"].as_str().unwrap()).unwrap();
        }
        let mut command = Command::new(JW);
        command.args([
            "agent",
            "--no-bench",
            "--site",
            site,
            "--server",
            &format!("http://{}", self.address),
        ]);
        command
            .arg("--token-file")
            .arg(token)
            .arg("--state")
            .arg(self.path(&format!("site-{site}")));
        command.arg("--share").arg(self.path("share")).args(more).envs(env.iter().copied());
        self.spawn(command, &format!("{site}.log"))
    }

    pub(crate) fn spawn(&self, mut command: Command, log: &str) -> Process {
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(self.path(log)).unwrap();
        Process::of(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// One command, as a person types it.
    pub(crate) fn jw(&self, arguments: &[&str]) -> Output {
        Command::new(JW)
            .args(arguments)
            .env("JW_SERVER", format!("http://{}", self.address))
            .env("JW_STATE", self.path("state"))
            .env_remove("JW_TOKEN")
            .env_remove("JW_TOKEN_FILE")
            .env_remove("JW_PROJECT")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Stdout of a command that must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.jw(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "jw {arguments:?}: {} {error}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// The ledger of the store adds up, whether a server runs or not.
    pub(crate) fn verified(&self) {
        let store = self.store.iter().flat_map(|url| ["--database", url]);
        self.ok(&["ledger", "verify"].into_iter().chain(store).collect::<Vec<_>>());
    }

    /// Exit code and stderr of a command.
    pub(crate) fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.jw(arguments);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// The state of every job by name.
    pub(crate) fn states(&self) -> Vec<(String, String)> {
        let Ok(jobs) = serde_json::from_str::<serde_json::Value>(&String::from_utf8_lossy(
            &self.jw(&["get", "jobs", "--limit", "1000", "-o", "json"]).stdout,
        )) else {
            return Vec::new();
        };
        let items =
            jobs.as_array().or_else(|| jobs["items"].as_array()).cloned().unwrap_or_default();
        let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        items.iter().map(|job| (word(&job["key"]), word(&job["state"]))).collect()
    }
}

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}
