//! `jw net lab` as a stranger calls it: the real kernel, in namespaces. It needs root; without it, it says that it is
//! skipped, and as root it never is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::process::{Command, Output};

use common::{Grid, JW, repository};
use serde_json::Value;

fn is_root(test: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("SKIPPED: {test}: namespaces need root");
    }
    is_root
}

fn run(words: &[&str]) -> Output {
    let words = [&["net", "lab"], words].concat();
    Command::new(JW).args(words).current_dir(repository()).output().unwrap()
}

fn good(words: &[&str]) -> String {
    let output = run(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refusal(words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(output.status.code(), Some(2), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Takes it away whatever happens.
struct Down<'a>(&'a str);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        run(&["down", self.0]);
    }
}

#[test]
fn a_lab_is_made_steered_cut_and_taken_away() {
    if !is_root("a_lab_is_made_steered_cut_and_taken_away") {
        return;
    }
    let grid = Grid::new();
    let text = std::fs::read_to_string(repository().join("examples/labs/five-node.yaml")).unwrap();
    let name = format!("cli{}", std::process::id() % 10_000);
    let path = grid.path("lab.yaml");
    std::fs::write(&path, text.replace("name: five-node", &format!("name: {name}"))).unwrap();
    let file = path.to_str().unwrap();
    assert!(refusal(&["status", file]).contains("is not up"));
    let _down = Down(file);
    let shown = good(&["up", file]);
    assert!(shown.contains("ROUTER") && shown.contains("east 0, west 0"), "{shown}");
    assert!(refusal(&["up", file]).contains("is up already: take it down first"));
    good(&["steer", file, "web", "west"]);
    good(&["cut", file, "in", "north"]);
    good(&["degrade", file, "in", "south", "--delay", "30ms", "--loss", "5"]);
    let status = |words: &[&str]| -> Value {
        serde_json::from_str(&good(&[words, &["-o", "json"]].concat())).unwrap()
    };
    let now = status(&["status", file]);
    let entry = &now["routers"][0];
    assert_eq!(entry["down"], serde_json::json!(["north-1"]));
    assert_eq!(entry["services"][0]["current"], "west");
    good(&["join", file, "in", "north"]);
    assert_eq!(status(&["status", file])["routers"][0]["down"], serde_json::json!([]));
    assert!(refusal(&["degrade", file, "in", "south", "--loss", "101"]).contains("0 to 100"));
    assert!(refusal(&["cut", file, "in", "east"]).contains("there is no link"));
    good(&["down", file]);
    good(&["down", file]);
}

#[test]
fn the_kernel_steers_within_milliseconds_and_loses_nothing() {
    if !is_root("the_kernel_steers_within_milliseconds_and_loses_nothing") {
        return;
    }
    let text = good(&["bench", "--switches", "20", "-o", "json"]);
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&found["lost"], &found["moved"]), (&Value::from(0), &Value::from(0)), "{text}");
    assert!(found["steer_ms_p50"].as_f64().unwrap() < 50.0, "{text}");
    assert!(found["failover_ms"].as_f64().unwrap() < 200.0, "{text}");
}
