//! Server and agents are killed at any moment. Every job still ends exactly once, and no task runs twice: each
//! writes down when it starts and ends.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use common::{Grid, Process, WORLD};

const JOBS: usize = 16;

fn manifest(at: usize) -> String {
    format!(
        "kind: Job\nmetadata: {{name: cut-{at}, project: default}}\nspec:\n  script: |\n    \
         echo \"start $JINGWEI_JOB\" >> /share/log; sleep 0.{}; echo \"end $JINGWEI_JOB\" >> /share/log\n  \
         resources: {{cores: 200m, memory: 32MiB}}\n  exclusive: true\n  run_time: 1s\n",
        3 + at % 6
    )
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }
}

fn cut(grid: &Grid, dice: &mut Dice, server: &mut Process, agents: &mut [(&str, Process); 2]) {
    let hit = dice.roll(5);
    if hit == 0 || hit == 4 {
        server.kill();
    }
    for (at, (_, agent)) in agents.iter_mut().enumerate() {
        if hit == at as u64 + 1 || hit >= 3 {
            agent.kill();
        }
    }
    if server.has_ended() {
        grid.verified();
        *server = grid.server();
    }
    for (site, agent) in agents.iter_mut() {
        if agent.has_ended() {
            *agent = grid.agent(site);
        }
    }
}

/// Submitted, or quoted and ordered with the server killed before, between and after.
fn send(grid: &Grid, at: usize, server: &mut Process) {
    let file = grid.write("job.yaml", &manifest(at));
    let file = file.to_str().unwrap();
    if at % 4 != 2 {
        grid.ok(&["submit", "-f", file]);
        return;
    }
    let steps: [&[&str]; 2] =
        [&["market", "quote", file, "--ttl", "30s"], &["market", "order", &format!("cut-{at}")]];
    for step in steps {
        grid.ok(step);
        server.kill();
        grid.verified();
        *server = grid.server();
    }
}

/// What every job holds and pays comes from an account.
fn with_account(grid: Grid) -> Grid {
    let (before, after) = ("{organization: o}", "{organization: o, account: {credit: 100CNY}}");
    grid.write("world.yaml", &WORLD.replacen(before, after, 1));
    grid
}

fn all_ended(grid: &Grid) -> bool {
    let states = grid.states();
    states.len() == JOBS && states.iter().all(|(_, state)| state == "succeeded")
}

#[test]
fn killed_at_any_moment_every_job_runs_exactly_once() {
    let grid = with_account(Grid::new());
    let mut dice = Dice(20_261_122);
    let mut server = grid.server();
    let mut agents = [("east", grid.agent("east")), ("west", grid.agent("west"))];
    let began = Instant::now();
    for at in 0..JOBS {
        send(&grid, at, &mut server);
        if at % 2 == 1 {
            std::thread::sleep(Duration::from_millis(dice.roll(500)));
            cut(&grid, &mut dice, &mut server, &mut agents);
        }
    }
    while !all_ended(&grid) {
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "{:?}\n{}",
            grid.states(),
            grid.read("up.log")
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    grid.verified();
    let told = grid.ok(&["bill", "-p", "default", "-o", "json"]);
    let bill: serde_json::Value = serde_json::from_str(&told).unwrap();
    let nano = |it: &serde_json::Value| it.as_str().unwrap().parse::<units::Money>().unwrap().get();
    assert_eq!(nano(&bill["account"]["balance"]), -nano(&bill["total"]), "{told}");
    assert_eq!(nano(&bill["account"]["held"]), 0, "{told}");
    let log = grid.read("share/log");
    let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
    for line in log.lines() {
        *lines.entry(line).or_default() += 1;
    }
    assert_eq!(lines.len(), 2 * JOBS, "{log}");
    assert!(lines.values().all(|count| *count == 1), "{lines:?}");
    for at in 0..JOBS {
        let told = grid.ok(&["describe", "job", &format!("cut-{at}")]);
        let is_event = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit());
        let events = told.lines().filter(is_event);
        let ends =
            events.filter(|line| line.split_whitespace().nth(1) == Some("succeeded")).count();
        assert_eq!(ends, 1, "cut-{at} ends once:\n{told}");
    }
}

#[test]
fn over_postgres_a_killed_server_is_followed_by_the_next() {
    let Ok(postgres) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("skipped: TEST_POSTGRES_URL is not set; `make test` sets it");
        return;
    };
    let grid = with_account(Grid::over_postgres(&postgres));
    let mut server = grid.server();
    let _agent = grid.agent("west");
    let file = grid.write("job.yaml", &manifest(0));
    grid.ok(&["submit", "-f", file.to_str().unwrap()]);
    server.kill();
    grid.verified();
    // The term of the killed one has to end first.
    let _next = grid.server();
    grid.ok(&["wait", "--for", "succeeded", "--timeout", "60s", "cut-0"]);
    grid.verified();
    assert_eq!(grid.read("share/log"), "start default.cut-0\nend default.cut-0\n");
}
