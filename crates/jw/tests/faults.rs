//! What a user sees when a site's clock is off, or its agent's token ends.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use common::{Grid, Process};
use serde_json::Value;

fn until(grid: &Grid, what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        let jobs = || grid.jw(&["get", "jobs", "-o", "yaml"]).stdout;
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "never: {what}\n{}\n{}",
            grid.read("west.log"),
            String::from_utf8_lossy(&jobs())
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_online(grid: &Grid, site: &str) -> bool {
    let view: Value = serde_json::from_str(&grid.ok(&["get", "site", site, "-o", "json"])).unwrap();
    view["status"]["online"] == true
}

fn job(grid: &Grid, name: &str) -> Value {
    serde_json::from_str(&grid.ok(&["get", "job", name, "-o", "json"])).unwrap()
}

fn submit(grid: &Grid, name: &str, seconds: u32) {
    let text = format!(
        "kind: Job\nmetadata: {{name: {name}, project: default}}\nspec:\n  command: [sleep, \"{seconds}\"]\n  \
         resources: {{cores: 200m, memory: 32MiB}}\n  env: {{FAKE_MS: \"2000\"}}\n  run_time: {seconds}s\n"
    );
    let file = grid.write(&format!("{name}.yaml"), &text);
    grid.ok(&["submit", "-f", file.to_str().unwrap()]);
}

/// A new token of the site's agent, put where the agent looks for it.
fn token(grid: &Grid, name: &str, more: &[&str]) {
    let mut words =
        vec!["token", "create", name, "--role", "agent", "--site", "west", "-o", "json"];
    words.extend(more);
    let made: Value = serde_json::from_str(&grid.ok(&words)).unwrap();
    fs::write(grid.path("west.token"), made["token"].as_str().unwrap()).unwrap();
}

#[test]
fn an_agent_whose_token_ends_goes_on_with_the_next_one() {
    let grid = Grid::new();
    let _server = grid.server();
    token(&grid, "short", &["--valid-for", "3s"]);
    let _agent = grid.agent("west");
    until(&grid, "the site is online", || is_online(&grid, "west"));
    until(&grid, "the agent is refused", || grid.read("west.log").contains("expired"));
    token(&grid, "long", &[]);
    submit(&grid, "after", 1);
    until(&grid, "the job ends", || job(&grid, "after")["status"]["state"] == "succeeded");
}

#[test]
fn a_revoked_token_ends_its_site_and_the_work_moves() {
    let grid = Grid::new();
    let _server = grid.server();
    token(&grid, "bad", &[]);
    let _agents = [grid.agent("west"), grid.agent("east")];
    until(&grid, "both sites are online", || is_online(&grid, "west") && is_online(&grid, "east"));
    submit(&grid, "long", 12);
    until(&grid, "it runs", || job(&grid, "long")["status"]["state"] == "running");
    assert_eq!(job(&grid, "long")["status"]["decision"]["site"], "west", "power is cheaper there");
    grid.ok(&["token", "rm", "bad"]);
    until(&grid, "it runs elsewhere", || {
        let status = &job(&grid, "long")["status"];
        status["decision"]["site"] == "east" && status["state"] == "running"
    });
    assert!(!is_online(&grid, "west"));
    until(&grid, "it ends", || job(&grid, "long")["status"]["state"] == "succeeded");
}

fn libfaketime() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let mut files = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    files.find(|file| file.exists())
}

/// libfaketime gives the agent another clock. Its tasks are pretended: supervisors of real ones start with a clean
/// environment, and so with the machine's clock.
#[test]
fn a_site_whose_clock_is_minutes_off_works_as_any_other() {
    let Some(library) = libfaketime() else {
        eprintln!("SKIPPED: libfaketime is not installed; `make test` installs it");
        return;
    };
    for skew in ["+7m", "-7m"] {
        let grid = Grid::new();
        let _server = grid.server();
        let clock = [("LD_PRELOAD", library.to_str().unwrap()), ("FAKETIME", skew)];
        let _agent = grid.agent_in("west", &clock, &["--driver", "fake"]);
        until(&grid, "the site is online", || is_online(&grid, "west"));
        submit(&grid, "off", 2);
        until(&grid, "the job ends", || job(&grid, "off")["status"]["state"] == "succeeded");
        let status = &job(&grid, "off")["status"];
        let time = |name: &str| status[name].as_str().unwrap().parse::<units::Time>().unwrap();
        let (submitted, started, ended) = (time("submitted"), time("started"), time("ended"));
        assert!(started.since(submitted) < units::Span::seconds(30), "{skew}: {status}");
        let took = ended.since(started);
        assert!((1_500..20_000).contains(&took.get()), "{skew}: took {took}");
    }
}

/// A web server that knows nothing of us is enough: what it answers comes through the encryption, or nothing does.
#[test]
fn https_is_spoken_to_who_has_a_certificate_that_is_trusted() {
    let grid = Grid::new();
    let make = |name: &str, more: &[&str]| {
        let mut openssl = Command::new("openssl");
        openssl.current_dir(grid.folder.path()).stderr(Stdio::null());
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"]);
        openssl.args([&format!("/CN={name}"), "-keyout", &format!("{name}.key"), "-out"]);
        assert!(openssl.arg(format!("{name}.pem")).args(more).status().unwrap().success());
    };
    make("authority", &[]);
    let of = ["-CA", "authority.pem", "-CAkey", "authority.key", "-addext"];
    let leaf = ["basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=DNS:localhost"];
    make("localhost", &[&of[..], &leaf[..]].concat());
    let mut server = Command::new("openssl");
    server.current_dir(grid.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
    server.args(["s_server", "-quiet", "-www", "-accept", &grid.address]);
    server.args(["-key", "localhost.key", "-cert", "localhost.pem"]);
    let _server = Process::of(server.spawn().unwrap());
    let (_, port) = grid.address.split_once(':').unwrap();
    let asked = |trusted: bool| {
        let mut jw = Command::new(env!("CARGO_BIN_EXE_jw"));
        jw.args(["--server", &format!("https://localhost:{port}"), "whoami"]);
        jw.env("JW_TOKEN", "secret").env("JW_STATE", grid.path("state"));
        if trusted {
            jw.env("SSL_CERT_FILE", grid.path("authority.pem"));
        }
        String::from_utf8(jw.output().unwrap().stderr).unwrap()
    };
    until(&grid, "the server answers", || asked(true).contains("200"));
    let refused = asked(false);
    assert!(refused.contains("certificate"), "{refused}");
}
