//! Electricity and carbon with a real server and a real site: a feed, an account, certificates, and a request to draw less.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use common::{Grid, WORLD};
use serde_json::Value;

fn until(grid: &Grid, what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        let logs = || format!("{}\n{}", grid.read("up.log"), grid.read("west.log"));
        assert!(began.elapsed() < Duration::from_secs(60), "never: {what}\n{}", logs());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn json(grid: &Grid, words: &[&str]) -> Value {
    serde_json::from_str(&grid.ok(&[words, &["-o", "json"]].concat())).unwrap()
}

fn hour(at: i64) -> String {
    jiff::Timestamp::from_second(at.div_euclid(3_600) * 3_600).unwrap().to_string()
}

/// Two days up to now, always the same.
fn feed(now: i64) -> String {
    let mut text = "datetime,carbon gCO2/kWh\n".to_owned();
    for at in -48..=0 {
        writeln!(text, "{},123", hour(now + at * 3_600)).unwrap();
    }
    text
}

#[test]
fn from_a_feed_to_an_account_that_certificates_cover() {
    let grid = Grid::new();
    let now = jiff::Timestamp::now().as_second();
    let feed = grid.write("carbon.csv", &feed(now));
    let made =
        json(&grid, &["energy", "demand-response", "keygen", grid.path("key").to_str().unwrap()]);
    let key = made["public_key"].as_str().unwrap();
    let electricity = format!(
        "carbon: {{intensity: 600gCO2/kWh}}, electricity: {{demand_response: [\"{key}\"], feeds: [{{signal: carbon, \
         format: csv, unit: gCO2/kWh, column: carbon gCO2/kWh, every: 1m, from: \"file://{}\"}}]}}",
        feed.display()
    );
    let (east, west) = WORLD.split_once("metadata: {name: west}").unwrap();
    let west = west.replacen("carbon: {intensity: 600gCO2/kWh}", &electricity, 1);
    fs::write(grid.path("world.yaml"), format!("{east}metadata: {{name: west}}{west}")).unwrap();
    let _server = grid.server();
    let _agent = grid.agent("west");
    let known = || json(&grid, &["energy", "signals", "ls", "--site", "west"]);
    until(&grid, "the feed is read", || {
        known().get(0).is_some_and(|it| it["points"].as_array().unwrap().len() == 49)
    });

    // A flexible job runs; the grid asks for all that it draws; it waits.
    let job = "kind: Job\nmetadata: {name: soft, project: default}\nspec: {command: [sleep, \"300\"], interruptible: true, \
               resources: {cores: 200m, memory: 32MiB}, run_time: 5m}\n";
    let file = grid.write("soft.yaml", job);
    until(&grid, "it is taken", || {
        grid.jw(&["submit", "-f", file.to_str().unwrap()]).status.success()
    });
    let state = || json(&grid, &["get", "job", "soft"])["status"]["state"].clone();
    until(&grid, "it runs", || state() == "running");
    let key_file = grid.path("key");
    let call = |id: &str, cut: &str| {
        let key = key_file.to_str().unwrap();
        let words =
            ["energy", "demand-response", "call", "--site", "west", "--id", id, "--cut", cut];
        grid.jw(&[&words[..], &["--minutes", "1", "--key", key]].concat())
    };
    let refused = call("much", "1kW");
    assert_eq!(refused.status.code(), Some(6), "{}", String::from_utf8_lossy(&refused.stderr));
    let taken = call("one", "12W");
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    assert_eq!(call("one", "12W").status.code(), Some(6), "it came before");
    let began = Instant::now();
    let calls = || json(&grid, &["energy", "demand-response", "ls", "--site", "west"]);
    until(&grid, "it draws less", || calls()[0]["reached"].is_string());
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_ne!(state(), "running");
    let forged = grid.path("forged");
    grid.ok(&["energy", "demand-response", "keygen", forged.to_str().unwrap()]);
    let words =
        ["energy", "demand-response", "call", "--site", "west", "--id", "two", "--cut", "1W"];
    let (code, said) =
        grid.fails(&[&words[..], &["--minutes", "1", "--key", forged.to_str().unwrap()]].concat());
    assert!(code == 4 && said.contains("the signature is of none of the keys"), "{code} {said}");

    // What it used until then is in the account, at what the feed says.
    let report = || json(&grid, &["energy", "report", "--by", "site"]);
    until(&grid, "the run is accounted", || report()["total"]["facility"] != "0mJ");
    let (from, to) = (hour(now - 3_600), hour(now + 3_600));
    let exact = report();
    let grams = |it: &Value| it.as_str().unwrap().to_owned();
    assert_ne!(grams(&exact["total"]["location_based"]), "0ugCO2");
    assert_eq!(exact["total"]["location_based"], exact["total"]["market_based"]);
    let html = grid.path("report.html");
    grid.ok(&["energy", "report", "--html", html.to_str().unwrap()]);
    let page = fs::read_to_string(html).unwrap();
    assert!(page.contains("default.soft") && page.contains("<svg") && !page.contains("http"));
    assert!(
        grid.ok(&["energy", "report", "--hours", "-o", "csv"])
            .starts_with("hour,name,it,facility,location,market")
    );

    // Certificates of that hour: issued once, and nothing is left to verify but that it adds up.
    let issue = |wh: &str| {
        let words = [
            "energy",
            "certificates",
            "issue",
            "--device",
            "w1",
            "--technology",
            "wind",
            "--issuer",
            "registry",
        ];
        let more =
            ["--zone", "r", "--owner", "o", "--start", &from, "--end", &hour(now), "--wh", wh];
        grid.jw(&[&words[..], &more].concat())
    };
    assert!(issue("5000").status.success());
    assert_eq!(issue("5000").status.code(), Some(6));
    grid.ok(&[
        "energy",
        "certificates",
        "match",
        "--owner",
        "o",
        "--site",
        "west",
        "--from",
        &from,
        "--to",
        &to,
    ]);
    grid.ok(&["energy", "certificates", "cancel", "1", "--wh", "1000", "--reason", "sold"]);
    let verified = json(&grid, &["energy", "certificates", "verify"]);
    assert_eq!(verified["faults"].as_array().unwrap().len(), 0);
    assert_eq!(
        (&verified["issued_wh"], &verified["cancelled_wh"]),
        (&Value::from(5_000), &Value::from(1_000))
    );
}

#[test]
fn a_site_with_sun_and_a_battery_is_planned_for_two_days() {
    let grid = Grid::new();
    let _server = grid.server();
    let example = common::repository().join("examples/sites/sun-and-battery.yaml");
    grid.ok(&["apply", "-f", example.to_str().unwrap()]);
    let plan = json(&grid, &["energy", "plan", "sunny"]);
    let slots = plan["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 192);
    let fields =
        ["load", "own", "curtailed", "contracted", "import", "export", "charge", "discharge"];
    let rates = ["stored", "price", "cost", "carbon", "marginal_price", "marginal_carbon"];
    for field in fields.iter().chain(&rates) {
        assert!(slots[0][field].is_string(), "{field}: {}", slots[0]);
    }
    let money = |name: &str| -> f64 {
        plan[name].as_str().unwrap().trim_end_matches("CNY").parse().unwrap()
    };
    assert!(money("saving") > 100.0, "{plan}");
    let difference = money("cost_without_battery") - money("cost") - money("saving");
    assert!(difference.abs() < 1e-6, "{plan}");
    // Other sites of this world have nothing but the grid.
    let all = json(&grid, &["energy", "plan"]);
    assert_eq!((all.as_array().unwrap().len(), &all[0]["site"]), (1, &plan["site"]));
    let table = grid.ok(&["energy", "plan", "sunny", "--slots"]);
    assert!(table.contains("NEXT KWH") && table.lines().count() > 192, "{table}");
    let island = json(&grid, &["energy", "plan", "sunny", "--island", "1"]);
    assert_eq!(island["slots"][0]["import"], "0mJ");
    let (code, refused) = grid.fails(&["energy", "plan", "nowhere"]);
    assert!(code != 0 && refused.contains("nowhere"), "{refused}");
}
