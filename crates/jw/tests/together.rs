//! `jw plan --all` against a real server: what everything would get together, with its proof.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use common::Grid;
use serde_json::Value;

fn all(grid: &Grid) -> Value {
    serde_json::from_str(&grid.ok(&["plan", "--all", "-o", "json"])).unwrap()
}

/// A decimal of yuan, without its unit.
fn yuan(value: &Value) -> f64 {
    value.as_str().unwrap().trim_end_matches("CNY").parse().unwrap()
}

#[test]
fn all_jobs_that_can_still_move_are_planned_together_with_a_proof() {
    let grid = Grid::new();
    let _up = grid.server();
    let _agents = [grid.agent("east"), grid.agent("west")];
    let nothing = all(&grid);
    assert_eq!((nothing["jobs"].as_array().unwrap().len(), yuan(&nothing["cost"])), (0, 0.0));
    for (id, tasks) in (0..5).zip([1, 2, 1, 2, 1]) {
        let order = format!(
            "kind: Job\nmetadata: {{name: night-{id}}}\nspec: {{command: [\"true\"], tasks: {tasks}, run_time: 1h, earliest: +1h}}\n"
        );
        grid.ok(&["submit", "-f", grid.write("night.yaml", &order).to_str().unwrap()]);
    }
    let answer = all(&grid);
    let jobs = answer["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 5);
    assert!(jobs.iter().all(|job| job["before"]["pool"].is_string()), "{answer}");
    assert!(jobs.iter().all(|job| job["after"]["start"].is_string()), "{answer}");
    let (bound, cost) = (yuan(&answer["bound"]), yuan(&answer["cost"]));
    assert!(0.0 < bound && bound <= cost && bound <= yuan(&answer["cost_before"]), "{answer}");
    let gap = answer["gap_pct"].as_f64().unwrap();
    assert!((gap - (cost - bound) / bound * 100.0).abs() < 0.01 && gap < 5.0, "{answer}");
    let page = grid.ok(&["plan", "--all"]);
    assert!(
        page.contains("default.night-4") && page.contains("above the cheapest possible"),
        "{page}"
    );
    let (code, said) = grid.fails(&["plan", "--all", "-f", "x.yaml"]);
    assert!(code == 2 && said.contains("cannot be used with"), "{code}: {said}");
}
