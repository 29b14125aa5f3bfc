//! `jw net lab` as a stranger calls it: the real kernel, in namespaces. It needs root; without it, it says that it is
//! skipped, and as root it never is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use common::{Grid, good, is_root, json, refusal, repository, run};
use serde_json::Value;

/// Takes it away whatever happens.
struct Down<'a>(&'a str);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        run(&["net", "lab", "down", self.0]);
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
    assert!(refusal(&["net", "lab", "status", file]).contains("is not up"));
    let _down = Down(file);
    let shown = good(&["net", "lab", "up", file]);
    assert!(shown.contains("ROUTER") && shown.contains("east 0, west 0"), "{shown}");
    assert!(refusal(&["net", "lab", "up", file]).contains("is up already: take it down first"));
    good(&["net", "lab", "steer", file, "web", "west"]);
    good(&["net", "lab", "cut", file, "in", "north"]);
    good(&["net", "lab", "degrade", file, "in", "south", "--delay", "30ms", "--loss", "5"]);
    let status = || json(&["net", "lab", "status", file]);
    let now = status();
    let entry = &now["routers"][0];
    assert_eq!(entry["down"], serde_json::json!(["north-1"]));
    assert_eq!(entry["services"][0]["current"], "west");
    good(&["net", "lab", "join", file, "in", "north"]);
    assert_eq!(status()["routers"][0]["down"], serde_json::json!([]));
    assert!(
        refusal(&["net", "lab", "degrade", file, "in", "south", "--loss", "101"])
            .contains("0 to 100")
    );
    assert!(refusal(&["net", "lab", "cut", file, "in", "east"]).contains("there is no link"));
    good(&["net", "lab", "down", file]);
    good(&["net", "lab", "down", file]);
}

#[test]
fn the_kernel_steers_within_milliseconds_and_loses_nothing() {
    if !is_root("the_kernel_steers_within_milliseconds_and_loses_nothing") {
        return;
    }
    let found = json(&["net", "lab", "bench", "--switches", "20"]);
    assert_eq!((&found["lost"], &found["moved"]), (&Value::from(0), &Value::from(0)), "{found}");
    assert!(found["steer_ms_p50"].as_f64().unwrap() < 50.0, "{found}");
    assert!(found["failover_ms"].as_f64().unwrap() < 200.0, "{found}");
}
