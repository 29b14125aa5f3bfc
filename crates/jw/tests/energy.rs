//! `jw energy` on small files, as a stranger calls it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::fmt::Write;

use common::{Grid, json, refusal, run};

/// Hourly from 2023-01-01 on, times in seconds.
fn series(name: &str, days: usize, value: impl Fn(usize) -> f64) -> String {
    let mut text = format!("utc,{name}\n");
    for hour in 0..days * 24 {
        writeln!(text, "{},{}", 1_672_531_200 + hour * 3_600, value(hour)).unwrap();
    }
    text
}

fn file(grid: &Grid, name: &str, text: &str) -> String {
    let path = grid.path(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_battery_buys_low_and_sells_high_and_is_paid_to_charge() {
    let grid = Grid::new();
    let prices =
        file(&grid, "prices.csv", &series("X", 2, |hour| if hour % 24 < 6 { -10.0 } else { 50.0 }));
    let found = json(&[
        "energy",
        "bench",
        "battery",
        "--prices",
        &prices,
        "--market",
        "X",
        "--power-mw",
        "1",
        "--energy-mwh",
        "2",
    ]);
    let number = |name: &str| found[name].as_f64().unwrap();
    assert!(number("cost") < -180.0 && number("gap_pct").abs() < 1e-6, "{found}");
    assert!((number("lower_bound") - number("cost")).abs() < 1e-6 && number("ms_per_step") < 200.0);
    let table = run(&["energy", "bench", "battery", "--prices", &prices, "--market", "X"]);
    assert!(String::from_utf8(table.stdout).unwrap().contains("no way is below:"));
}

#[test]
fn a_forecast_is_told_beside_the_naive_one() {
    let grid = Grid::new();
    let wave = |hour: usize| {
        300.0
            + 100.0 * (hour as f64 / 24.0 * std::f64::consts::TAU).sin()
            + ((hour * 7_919) % 101) as f64
    };
    let path = file(&grid, "ci.csv", &series("A", 90, wave));
    let found = json(&[
        "energy",
        "forecast",
        "--series",
        &path,
        "--column",
        "A",
        "--from",
        "2023-03-10",
        "--to",
        "2023-03-20",
    ]);
    for name in ["mape", "mae", "coverage"] {
        assert!(found[name].as_f64().unwrap() > 0.0, "{found}");
    }
    assert!(found["mae"].as_f64() < found["seasonal_naive"]["mae"].as_f64(), "{found}");
}

#[test]
fn policies_are_lined_up() {
    let grid = Grid::new();
    let ci =
        file(&grid, "ci.csv", &series("Z", 10, |hour| if hour % 24 < 8 { 100.0 } else { 400.0 }));
    let jobs = file(
        &grid,
        "jobs.csv",
        "arrival_time,length,cpus\n0.0,3600.0,1\n36000.0,7200.0,2\n40000.0,20000.0,1\n",
    );
    let found = json(&[
        "energy",
        "bench",
        "gaia",
        "--jobs",
        &jobs,
        "--ci",
        &ci,
        "--zone",
        "Z",
        "--start",
        "2023-01-01",
    ]);
    let policies = found["policies"].as_array().unwrap();
    assert_eq!(policies.len(), 7);
    for name in ["carbon", "cost", "wait_h", "cpu_s"] {
        assert!(policies.iter().all(|it| it[name].is_number()), "{found}");
    }
    assert_eq!(
        (policies[0]["carbon"].as_f64(), policies[0]["wait_h"].as_f64()),
        (Some(1.0), Some(0.0))
    );
}

#[test]
fn what_cannot_be_is_said_with_file_and_line() {
    let grid = Grid::new();
    let gap = file(
        &grid,
        "gap.csv",
        "utc,X\n2023-01-01T00:00Z,1\n2023-01-01T01:00Z,2\n2023-01-01T03:00Z,2\n",
    );
    let twice = file(
        &grid,
        "twice.csv",
        "utc,X\n2023-10-29T00:00Z,1\n2023-10-29T01:00Z,2\n2023-10-29T01:00Z,2\n",
    );
    let nan = file(&grid, "nan.csv", "utc,X\n2023-01-01T00:00Z,1\n2023-01-01T01:00Z,NaN\n");
    let empty = file(&grid, "empty.csv", "");
    let kilograms = file(&grid, "kg.csv", "utc,X\n2023-01-01T00:00Z,0.4\n2023-01-01T01:00Z,0.5\n");
    let battery =
        |path: &str| refusal(&["energy", "bench", "battery", "--prices", path, "--market", "X"]);
    assert!(
        battery(&gap).contains("gap.csv:4: 2023-01-01T03:00Z is 120 min after the row above it")
    );
    assert!(battery(&twice).contains("twice.csv:4: 2023-10-29T01:00Z is there twice"));
    assert!(battery(&nan).contains("nan.csv:3: X is \"NaN\""));
    assert!(battery(&empty).contains("empty.csv:1: there is no column \"X\""));
    assert!(refusal(&["energy", "bench", "lwa", "--ci", &kilograms]).contains("kilograms"));
    let cases: [(&[&str], &str); 4] = [
        (
            &["energy", "bench", "battery", "--prices", &gap, "--market", "Y"],
            "there is no column \"Y\", but X",
        ),
        (
            &["energy", "bench", "battery", "--prices", &gap, "--market", "X", "--power-mw", "0"],
            "--power-mw 0",
        ),
        (
            &[
                "energy",
                "forecast",
                "--series",
                &gap,
                "--column",
                "X",
                "--from",
                "soon",
                "--to",
                "2023-02-01",
            ],
            "\"soon\" is no date",
        ),
        (
            &[
                "energy",
                "bench",
                "cfe",
                "--world",
                "examples/energy/eight-hubs.yaml",
                "--year",
                "examples",
            ],
            "there is no file cf_solar_*.csv",
        ),
    ];
    for (words, what) in cases {
        let said = refusal(words);
        assert!(said.contains(what), "{words:?}: {said}");
    }
}
