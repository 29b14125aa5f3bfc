//! `jw ledger` and `jw settle` as people use them, and a server that is killed while money moves.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::{Duration, Instant};

use common::{Grid, WORLD, json, refusal, repository};
use serde_json::Value;

/// The world of the tests, in which the project has an account and the owner pays a fee.
fn world(account: &str) -> String {
    let project = "spec: {organization: o}";
    let paid =
        WORLD.replacen(project, &format!("spec: {{organization: o, account: {account}}}"), 1);
    paid.replacen("spec: {}", "spec: {fee: 10%}", 1)
}

fn job(name: &str) -> String {
    format!(
        "kind: Job\nmetadata: {{name: {name}}}\nspec:\n  command: [/bin/sleep, '0.2']\n  \
         resources: {{cores: 200m, memory: 32MiB}}\n  run_time: 10s\n"
    )
}

fn told(grid: &Grid, words: &[&str]) -> Value {
    serde_json::from_str(&grid.ok(&[words, &["-o", "json"]].concat())).unwrap()
}

/// In nano-yuan.
fn nano(amount: &Value) -> i64 {
    amount.as_str().unwrap().parse::<units::Money>().unwrap().get()
}

/// Without a site an order would wait for one, and not be refused for its price.
fn until_online(grid: &Grid) {
    let began = Instant::now();
    let online =
        |it: &Value| it["sites"].as_array().unwrap().iter().any(|site| site["online"] == true);
    while !online(&told(grid, &["top"])) {
        assert!(began.elapsed() < Duration::from_secs(30), "{}", grid.read("west.log"));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn balance(grid: &Grid, account: &str) -> i64 {
    nano(&told(grid, &["ledger", "show", account])["balance"])
}

#[test]
fn what_is_for_sale_is_quoted_ordered_and_paid() {
    let grid = Grid::new();
    grid.write("world.yaml", &world("{credit: 100CNY}"));
    let _server = grid.server();
    let _agent = grid.agent("west");
    until_online(&grid);
    let offers = told(&grid, &["market", "ls", "--sort", "price", "--flavor", "cpu"]);
    let first = &offers["offers"][0];
    assert_eq!((&first["pool"], &first["free"]), (&"west-cpu".into(), &4.into()), "{offers:#}");
    let table = grid.ok(&["market", "ls", "--owner", "o"]);
    assert!(table.contains("UNIT-HOUR") && table.contains("east-cpu"), "{table}");
    let file = grid.write("job.yaml", &job("first"));
    let file = file.to_str().unwrap();
    let quote = told(&grid, &["market", "quote", file, "--ttl", "5m"]);
    let total = nano(&quote["status"]["quote"]["total"]);
    assert_eq!(quote["status"]["state"], "quoted");
    let account = || told(&grid, &["ledger", "show", "project:default"]);
    assert_eq!(nano(&account()["held"]), total);
    let page = grid.ok(&["market", "refresh", "first"]);
    assert!(page.contains("expires") && page.contains("proof"), "{page}");
    let second = grid.ok(&["market", "quote", file, "-o", "name"]);
    assert_eq!(told(&grid, &["market", "book"]).as_array().unwrap().len(), 2);
    grid.ok(&["market", "withdraw", second.trim()]);
    let (code, text) = grid.fails(&["market", "order", second.trim()]);
    assert!(code == 5 && text.contains("ask for a new one"), "{code} {text}");
    grid.ok(&["market", "order", "first"]);
    grid.ok(&["market", "order", "first"]);
    grid.ok(&["wait", "--for", "succeeded", "--timeout", "60s", "first"]);
    let spent = -balance(&grid, "project:default");
    assert!(0 < spent && spent <= total, "{spent} of {total}");
    assert_eq!(nano(&account()["held"]), 0);
    let found = told(&grid, &["market", "bench", "orders", file, "--orders", "3"]);
    assert!(found["order_p99_ms"].as_f64().unwrap() > 0.0, "{found:#}");
    assert_eq!(found["owners"], serde_json::json!(["o"]));
    grid.verified();
}

#[test]
fn the_ledger_is_measured_and_adds_up() {
    let words = ["ledger", "bench", "--entries", "2000", "--transactions", "500", "--batch", "100"];
    let found = json(&words);
    assert_eq!(found["database"], "sqlite");
    assert_eq!((&found["entries"], &found["verified"]), (&3_000.into(), &true.into()), "{found:#}");
    assert!(found["postings_per_s"].as_f64().unwrap() > 0.0, "{found:#}");
    let read = &found["balance_read_ms"];
    assert!(read["p50"].as_f64().unwrap() <= read["p99"].as_f64().unwrap(), "{found:#}");
    refusal(&["ledger", "bench", "--transactions", "0"]);
    let missing = refusal(&["ledger", "verify", "--database", "sqlite:///nowhere/at/all.db"]);
    assert!(missing.contains("there is no file /nowhere/at/all.db"), "{missing}");
}

#[test]
fn money_comes_in_is_held_spent_shared_and_settled() {
    let grid = Grid::new();
    grid.write("world.yaml", &world("{}"));
    let mut server = grid.server();
    let _agent = grid.agent("west");
    until_online(&grid);
    let file = grid.write("job.yaml", &job("first"));
    let submit = ["submit", "-f", file.to_str().unwrap()];
    let (code, text) = grid.fails(&submit);
    assert_eq!(code, 8, "{text}");
    assert!(text.contains("account `project:default` has 0CNY left"), "{text}");
    let deposit = ["ledger", "deposit", "project:default", "5CNY", "--id", "bank-1"];
    grid.ok(&deposit);
    grid.ok(&deposit);
    assert_eq!(balance(&grid, "project:default"), 5_000_000_000);
    grid.ok(&submit);
    grid.ok(&["wait", "--timeout", "60s", "first"]);
    let spent = 5_000_000_000 - balance(&grid, "project:default");
    assert!(spent > 0);
    assert_eq!(balance(&grid, "owner:o"), spent);
    let bill = told(&grid, &["bill", "-p", "default"]);
    assert_eq!(nano(&bill["total"]), spent);
    assert_eq!(nano(&bill["account"]["balance"]), 5_000_000_000 - spent);
    // Undone by its opposite, once; what is spent cannot be taken back.
    let (_, text) = grid.fails(&["ledger", "reverse", "deposit/bank-1", "--note", "wrong account"]);
    assert!(text.contains("does not suffice"), "{text}");
    grid.ok(&["ledger", "deposit", "project:default", "1CNY", "--id", "bank-2"]);
    for _ in 0..2 {
        let undone = told(&grid, &["ledger", "reverse", "deposit/bank-2", "--note", "twice"]);
        assert_eq!(undone["id"], "reversal/deposit/bank-2");
    }
    assert_eq!(balance(&grid, "project:default"), 5_000_000_000 - spent);
    // A dry run moves nothing.
    let earned = balance(&grid, "owner:o");
    told(&grid, &["settle", "--dry-run"]);
    assert_eq!(balance(&grid, "owner:o"), earned);
    let settled = told(&grid, &["settle"]);
    let row = &settled["rows"][0];
    let fee = nano(&row["fee"]);
    assert!((earned / 10 - fee).abs() <= 1, "{row}");
    assert_eq!((nano(&row["owed"]), balance(&grid, "owner:o")), (earned - fee, 0));
    assert_eq!(nano(&told(&grid, &["settle"])["rows"][0]["net"]), 0);
    // Read while the server runs, and when it is dead.
    grid.verified();
    server.kill();
    grid.verified();
    let accounts = grid.ok(&["ledger", "verify"]);
    assert!(accounts.contains("Everything adds up."), "{accounts}");
}

#[test]
fn the_page_shows_what_there_is() {
    let page = std::fs::read_to_string(repository().join("docs/market.md")).unwrap();
    for word in [
        "ledger accounts",
        "ledger show",
        "ledger deposit",
        "ledger reverse",
        "ledger verify",
        "ledger bench",
        "settle",
    ] {
        assert!(page.contains(&format!("jw {word}")), "{word}");
    }
    // Its manifests are manifests.
    let world: String =
        page.split("```yaml\n").skip(1).filter_map(|it| it.split("```").next()).collect();
    let resources = api::manifest::parse(&world).unwrap();
    assert!(
        resources.len() >= 2 && resources.iter().all(|it| it.spec.check().is_empty()),
        "{world}"
    );
}

/// A server that clears every second.
const CLEARS: [&str; 2] = ["--clear-every", "1s"];

#[test]
fn a_bid_wins_its_clearing_is_kept_over_a_killed_server_and_is_paid() {
    let grid = Grid::new();
    grid.write("world.yaml", &world("{credit: 100CNY}"));
    let mut server = grid.server_with(&CLEARS);
    let _agent = grid.agent("west");
    until_online(&grid);
    let file = grid.write("job.yaml", &job("first"));
    let file = file.to_str().unwrap();
    let bid = told(&grid, &["market", "bid", file, "--price", "3CNY", "--until", "1h"]);
    assert_eq!(bid["status"]["bid"]["price"], "3CNY");
    let state = || told(&grid, &["get", "job", "first"])["status"]["state"].clone();
    let began = Instant::now();
    while state() == "bidding" {
        assert!(began.elapsed() < Duration::from_secs(30), "{}", grid.read("up.log"));
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill();
    grid.verified();
    server = grid.server_with(&CLEARS);
    let book = grid.ok(&["market", "book"]);
    assert!(book.contains("first") && book.contains("3 CNY"), "{book}");
    grid.ok(&["wait", "--for", "succeeded", "--timeout", "60s", "first"]);
    let job = told(&grid, &["get", "job", "first"]);
    let clearings = told(&grid, &["market", "prices", "--limit", "5"]);
    let won = &job["status"]["bid"]["won"];
    let cleared = clearings.as_array().unwrap().iter().find(|it| it["number"] == *won).unwrap();
    assert_eq!((&cleared["won"], &cleared["rational"]), (&1.into(), &true.into()), "{cleared:#}");
    assert_eq!(cleared["prices"][0]["price"], cleared["prices"][0]["posted"], "nobody else bid");
    let spent = -balance(&grid, "project:default");
    assert!(0 < spent && spent <= nano(&cleared["paid"]), "{spent} of {cleared:#}");
    let page = grid.ok(&["market", "prices"]);
    assert!(page.contains("west-cpu") && page.contains("balanced, nobody above bid"), "{page}");
    drop(server);
    grid.verified();
}
