//! What people look at: the network, electricity over time, counts, the rules and what they denied.

use serde_json::{Value, json};

use crate::caller::{JOB, Running};

/// Three sites in a row, and a way around that is longer.
const ROW: &str = r"
kind: Organization
metadata: { name: grid }
spec: {}
---
kind: Site
metadata: { name: a }
spec:
  organization: grid
  region: r
  place: { lat: 30, lon: 110 }
  time_zone: Asia/Shanghai
  pue: 1.2
  tariff: { seasons: [{ price: 0.5CNY/kWh, bands: [{ name: valley, from: 0, to: 8, price: 0.2CNY/kWh }] }] }
  carbon: { intensity: 500gCO2/kWh }
---
kind: Site
metadata: { name: b }
spec: SITE
---
kind: Site
metadata: { name: c }
spec: SITE
---
kind: Link
metadata: { name: ab }
spec: { ends: [a, b], delay: 2ms, capacity: 10Gbit/s, organization: grid, price: 0CNY/GB }
---
kind: Link
metadata: { name: bc }
spec: { ends: [b, c], delay: 3ms, capacity: 10Gbit/s, organization: grid, price: 0CNY/GB }
---
kind: Link
metadata: { name: ac }
spec: { ends: [a, c], delay: 9ms, capacity: 10Gbit/s, organization: grid, price: 0CNY/GB }
";

async fn row() -> Running {
    let running = Running::start().await;
    let row = ROW.replace("SITE", SITE);
    running.admin.post("/v1/apply", row).await.is(200);
    running
}

const SITE: &str = "{ organization: grid, region: r, place: { lat: 30, lon: 110 }, time_zone: Asia/Shanghai, pue: 1.2, \
    tariff: { seasons: [{ price: 0.5CNY/kWh }] }, carbon: { intensity: 500gCO2/kWh } }";

fn place<'a>(reach: &'a Value, name: &str) -> &'a Value {
    let places = reach["places"].as_array().unwrap();
    places.iter().find(|it| it["place"] == name).unwrap()
}

#[tokio::test]
async fn reach_is_by_the_least_delay_also_without_a_link() {
    let running = row().await;
    let admin = &running.admin;
    let now = admin.get("/v1/network/reach?from=a").await.is(200).json();
    assert_eq!(place(&now, "a")["round_trip"], "0ns");
    assert_eq!(
        place(&now, "c"),
        &json!({"place": "c", "round_trip": "10ms", "path": ["ab", "bc"]})
    );
    let cut = admin.get("/v1/network/reach?from=a&without=bc").await.is(200).json();
    assert_eq!(place(&cut, "c"), &json!({"place": "c", "round_trip": "18ms", "path": ["ac"]}));
    let cut = admin.get("/v1/network/reach?from=a&without=bc,ac").await.is(200).json();
    assert_eq!(place(&cut, "c"), &json!({"place": "c"}));
    admin.get("/v1/network/reach?from=z").await.problem(404, "not-found");
    admin.get("/v1/network/reach?from=a&without=zz").await.problem(404, "not-found");
    admin.get("/v1/network/reach").await.problem(400, "malformed");
    admin.get("/v1/network/reach?from=a&without=A").await.problem(400, "malformed");
}

#[tokio::test]
async fn round_trips_tell_the_worst_and_who_is_cut_off() {
    let running = row().await;
    let all = running.admin.get("/v1/network/round-trips").await.is(200).json();
    assert_eq!(all["sites"], json!(["a", "b", "c"]));
    let rows = json!([["0ns", "4ms", "10ms"], ["4ms", "0ns", "6ms"], ["10ms", "6ms", "0ns"]]);
    assert_eq!(all["round_trips"], rows);
    assert_eq!(all["worst"], json!({"from": "a", "to": "c", "round_trip": "10ms"}));
    let cut = running.admin.get("/v1/network/round-trips?without=ab,ac").await.is(200).json();
    assert_eq!(cut["round_trips"][0], json!(["0ns", null, null]));
    assert_eq!((&cut["cut_off"], &cut["worst"]["round_trip"]), (&json!(2), &json!("6ms")));
}

#[tokio::test]
async fn a_ring_outlives_any_failure_and_a_row_does_not() {
    let running = row().await;
    let ring = running.admin.get("/v1/network/resilience").await.is(200).json();
    assert_eq!((&ring["grade"], &ring["protected_links_pct"]), (&json!("A"), &json!(100.0)));
    // Without ab, a reaches b over c: 12 ms instead of 2.
    assert_eq!((&ring["repair_delay_max"], &ring["places"]), (&json!("10ms"), &json!(3)));
    assert_eq!(ring.get("weak_links"), None);
    let row = running.admin.get("/v1/network/resilience?without=ac").await.is(200).json();
    assert_eq!(row["grade"], json!("E"));
    assert!((row["worst_served_pct"].as_f64().unwrap() - 100.0 / 3.0).abs() < 1e-9, "{row}");
    let weak = json!([{"name": "ab", "parted": 2}, {"name": "bc", "parted": 2}]);
    assert_eq!(row["weak_links"], weak);
    assert_eq!(row["weak_places"], json!([{"name": "b", "parted": 1}]));
    running.admin.get("/v1/network/resilience?without=zz").await.problem(404, "not-found");
}

#[tokio::test]
async fn ways_tell_why_each_is_taken_or_not() {
    let running = row().await;
    let dear = "kind: Link\nmetadata: { name: ac }\nspec: { ends: [a, c], delay: 1ms, capacity: 1Gbit/s, organization: grid, price: 2CNY/GB }";
    running.admin.post("/v1/apply", dear).await.is(200);
    let verdicts = async |asked: &str| {
        let ways = running.admin.get(&format!("/v1/network/ways?from=a&to=c{asked}")).await;
        let items = ways.is(200).json()["items"].clone();
        let tell = |it: &Value| format!("{} {}", it["links"][0], it["verdict"]).replace('"', "");
        items.as_array().unwrap().iter().map(tell).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("").await, ["ab taken", "ac dearer"]);
    assert_eq!(verdicts("&latency=2ms").await, ["ab too-slow", "ac taken"]);
    assert_eq!(verdicts("&bandwidth=5Gbit/s").await, ["ab taken", "ac too-full"]);
    assert_eq!(verdicts("&bandwidth=5Gbit/s&latency=2ms").await, ["ab too-slow", "ac too-full"]);
    assert_eq!(verdicts("&without=bc").await, ["ac taken"]);
    assert!(verdicts("&without=bc,ac").await.is_empty());
    running.admin.get("/v1/network/ways?from=a&to=z").await.problem(404, "not-found");
    running.admin.get("/v1/network/ways?from=a").await.problem(400, "malformed");
    running.admin.get("/v1/network/ways?from=a&to=c&latency=x").await.problem(400, "malformed");
    let flows = running.admin.get("/v1/network/flows").await.is(200).json();
    assert_eq!((&flows["items"], &flows["more"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn electricity_is_told_without_gaps() {
    let running = row().await;
    let told = running.admin.get("/v1/energy?place=a&back_h=2&ahead_h=24").await.is(200).json();
    let points = told["points"].as_array().unwrap();
    assert!(points.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]), "{told}");
    let has = |price: &str| points.iter().any(|it| it["price"] == price);
    assert!(has("500CNY/MWh") && has("200CNY/MWh"), "{told}");
    running.admin.get("/v1/energy?place=z").await.problem(404, "not-found");
    running.admin.get("/v1/energy?place=a&back_h=1000").await.problem(400, "malformed");
}

#[tokio::test]
async fn jobs_are_counted_for_those_who_may_see_them() {
    let running = Running::with_world().await;
    running.admin.post("/v1/jobs", JOB).await.is(201);
    let counted = |told: Value| told["states"].as_object().unwrap().values().count();
    assert_eq!(counted(running.admin.get("/v1/job-counts").await.is(200).json()), 1);
    let ours = running.token("member", "ours").await;
    assert_eq!(counted(ours.get("/v1/job-counts").await.is(200).json()), 1);
    ours.get("/v1/job-counts?project=theirs").await.problem(403, "denied");
}

#[tokio::test]
async fn denials_are_told_with_their_rule_and_the_rules_can_be_read() {
    let running = Running::with_world().await;
    let member = running.token("member", "theirs").await;
    member.get("/v1/jobs/ours.hello").await.problem(403, "denied");
    member.get("/v1/denials").await.problem(403, "denied");
    let told = running.admin.get("/v1/denials").await.is(200).json();
    let first = &told["items"][1];
    assert_eq!((&first["action"], &first["token"]), (&json!("get-job"), &json!("member-theirs")));
    assert_eq!(first["rule"], "a-project-is-closed-to-others");
    assert_eq!(told["items"][0]["action"], "denials");
    let rules = running.admin.get("/v1/policies").await.is(200).json();
    let text = rules["files"].to_string();
    assert!(text.contains("a-project-is-closed-to-others"), "{text}");
}

#[tokio::test]
async fn top_of_the_past_is_by_the_jobs_that_ran_then() {
    let running = Running::with_world().await;
    let admin = &running.admin;
    let told = admin.get("/v1/top?at=2026-01-01T00:00:00Z").await.is(200).json();
    assert_eq!((&told["past"], &told["now"]), (&json!(true), &json!("2026-01-01T00:00:00Z")));
    assert_eq!(told["jobs"], json!({"running": 0}));
    admin.get("/v1/top?at=2999-01-01T00:00:00Z").await.problem(400, "malformed");
    admin.get("/v1/top?at=yesterday").await.problem(400, "malformed");
    assert!(admin.get("/v1/top").await.is(200).json().get("past").is_none());
}

#[tokio::test]
async fn a_map_of_the_operators_needs_an_approval() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("land.json");
    let mut config = server::ServerConfig::embedded(folder.path());
    config.map = Some(file.clone());
    for (text, wrong) in [
        ("{", "EOF"),
        (r#"{"type": "Feature"}"#, "FeatureCollection"),
        (r#"{"type": "FeatureCollection", "features": []}"#, "`approval`"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = server::Server::open(config.clone()).await.unwrap_err().to_string();
        assert!(error.contains(wrong) && error.contains("land.json"), "{error}");
    }
    let land = r#"{"type": "FeatureCollection", "approval": "GS(2024)0650", "features": []}"#;
    std::fs::write(&file, land).unwrap();
    server::Server::open(config).await.unwrap();
    let none = Running::start().await;
    assert_eq!(none.nobody().get("/map.json").await.status, 204);
}
