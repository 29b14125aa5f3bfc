//! What the READMEs show is what happens: every command is run, the order is planned, and the demonstration prints
//! what stands there, but for times, prices and places, which follow the hour of the day.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use common::{Grid, JW, repository};

fn blocks(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    text.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .map(str::to_owned)
        .collect()
}

fn readme(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).unwrap()
}

/// The commands of a README, without their comments.
fn commands(text: &str) -> Vec<String> {
    let lines = blocks(text, "sh").join("\n");
    let plain =
        lines.lines().map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned());
    plain.filter(|line| line.starts_with("jw ")).collect()
}

fn fields(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn both_languages_show_the_same_commands() {
    assert_eq!(commands(&readme("README.md")), commands(&readme("README.zh-CN.md")));
    assert!(commands(&readme("README.md")).len() >= 8);
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let grid = Grid::new();
    let folder = repository();
    let state = grid.path("state");
    let jw = |arguments: &[&str]| {
        let mut command = Command::new(JW);
        command.args(arguments).current_dir(&folder).stdin(Stdio::null());
        command.env("JW_SERVER", format!("http://{}", grid.address)).env("JW_STATE", &state);
        command.env_remove("JW_TOKEN").env_remove("JW_TOKEN_FILE").env_remove("JW_PROJECT");
        command
    };
    let mut up = jw(&["up", "--listen", &grid.address]);
    let up = up.stdout(Stdio::null()).stderr(std::fs::File::create(grid.path("up.log")).unwrap());
    let _up = common::Process::of(up.spawn().unwrap());
    let sites_online = |wanted: usize| {
        let began = Instant::now();
        loop {
            let sites = jw(&["get", "sites", "-o", "csv", "--no-headers"]).output().unwrap().stdout;
            if String::from_utf8_lossy(&sites).matches(",yes,").count() == wanted {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{}", grid.read("up.log"));
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    sites_online(8);
    let token = grid.path("my-room.token");
    let room = grid.path("my-room");
    let mut agents = Vec::new();
    for line in commands(&readme("README.md")) {
        let line = line
            .replace("my-room.token", token.to_str().unwrap())
            .replace("./my-room", room.to_str().unwrap());
        let arguments = &fields(&line)[1..];
        if arguments[0] == "agent" {
            let agent = jw(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            agents.push(common::Process::of(agent));
            sites_online(9);
            continue;
        }
        let output = jw(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {} {error}", output.status);
    }
    assert_eq!(agents.len(), 1);
    for order in blocks(&readme("README.md"), "yaml") {
        let file = grid.write("order.yaml", &order);
        let output = jw(&["run", file.to_str().unwrap()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("frame 2 of 3"));
    }
}

/// The lines that are the same at every hour: headings, commands, column titles.
fn fixed_lines(transcript: &str) -> Vec<String> {
    let is_title = |line: &str| {
        let words = fields(line);
        words.len() > 2 && words.iter().all(|word| word.chars().all(|c| c.is_ascii_uppercase()))
    };
    let numbered =
        |line: &str| line.chars().next().is_some_and(|c| c.is_ascii_digit()) && line.contains(". ");
    let lines = transcript
        .lines()
        .filter(|line| line.starts_with("$ jw") || is_title(line) || numbered(line));
    lines.map(|line| fields(line).join(" ")).collect()
}

/// Which jobs there were and what became of them.
fn outcomes(transcript: &str) -> BTreeSet<(String, String)> {
    let rows = transcript.lines().filter_map(|line| {
        let words = fields(line);
        let job = words.iter().find(|word| word.starts_with("demo."))?;
        let state = words.iter().find(|word| ["succeeded", "failed"].contains(word))?;
        Some(((*job).to_owned(), (*state).to_owned()))
    });
    rows.collect()
}

#[test]
fn the_demonstration_prints_what_the_readme_shows() {
    let shown = blocks(&readme("README.md"), "text").concat();
    let output = Command::new(repository().join("scripts/demo.sh"))
        .env("JW", JW)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fixed_lines(&shown), fixed_lines(&printed));
    assert_eq!(outcomes(&shown), outcomes(&printed));
    assert_eq!(outcomes(&printed).len(), 10, "{printed}");
}
