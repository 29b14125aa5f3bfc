//! Edges: joined by a token that is good once, told what to do, and closed to each other.

use serde_json::{Value, json};

use crate::caller::{Caller, Running};

const WORLD: &str = "
kind: Organization
metadata: {name: o}
spec: {}
---
kind: Node
metadata: {name: town}
spec: {region: r, place: {lat: 31, lon: 121}}
---
kind: Edge
metadata: {name: a}
spec: {at: town, networks: [{name: fibre, address: 192.0.2.1}]}
---
kind: Edge
metadata: {name: b}
spec: {at: town, networks: [{name: fibre, address: 192.0.2.2}]}
---
kind: Service
metadata: {name: web}
spec: {address: '2001:db8:5::1', instances: [{name: p, edge: a, address: '2001:db8:1::2'}]}
";

async fn with_edges() -> Running {
    let running = Running::start().await;
    running.admin.post("/v1/apply", WORLD).await.is(200);
    running
}

async fn joiner(running: &Running, edge: &str) -> Caller {
    let new =
        json!({"name": format!("join-{edge}"), "role": "joiner", "edge": edge, "valid_for": "1h"});
    let made = running.admin.post("/v1/tokens", new.to_string()).await.is(201).json();
    running.with_token(made["token"].as_str().unwrap())
}

/// What a gateway sends whose token is `secret`.
fn join(hash: &str) -> String {
    json!({"public_key": format!("{}=", "A".repeat(43)), "token_hash": hash}).to_string()
}

/// SHA-256 of "abc" (FIPS 180-2, appendix B.1) and of the empty text.
const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[tokio::test]
async fn a_token_makes_one_gateway_an_edge_once() {
    let running = with_edges().await;
    let joiner = joiner(&running, "a").await;
    assert_eq!(joiner.get("/v1/whoami").await.is(200).json()["edge"], "a");
    joiner.post("/v1/edges/a/join", "{}").await.problem(422, "invalid");
    joiner.post("/v1/edges/a/join", join("short")).await.problem(422, "invalid");
    let denied = joiner.post("/v1/edges/b/join", join(OF_ABC)).await.problem(403, "denied");
    assert_eq!(denied["rule"], "an-edge-is-closed-to-others");
    // Two gateways with the same token at once: one is it.
    let (one, other) = (join(OF_ABC), join(OF_NOTHING));
    let answers =
        tokio::join!(joiner.post("/v1/edges/a/join", one), joiner.post("/v1/edges/a/join", other));
    let mut told = [answers.0.status, answers.1.status];
    told.sort_unstable();
    assert_eq!(told, [200, 401]);
    joiner.post("/v1/edges/a/join", join(OF_ABC)).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_edge_reports_and_is_told_what_to_do() {
    let running = with_edges().await;
    joiner(&running, "a").await.post("/v1/edges/a/join", join(OF_ABC)).await.is(200);
    let edge = running.with_token("abc");
    let who = edge.get("/v1/whoami").await.is(200).json();
    assert_eq!((&who["name"], &who["edge"]), (&json!("edge-a"), &json!("a")));
    let target = edge.get("/v1/edges/a/target?wait_ms=5000").await.is(200).json();
    assert_eq!((&target["number"], &target["address"]), (&json!(1), &json!("fd4a:5700:0:1::1")));
    let report = json!({"generation": target["generation"], "paths": []});
    let answer = edge.post("/v1/edges/a/report", report.to_string()).await.is(200).json();
    assert!(answer["lease"].is_string(), "{answer}");
    let newer = format!("/v1/edges/a/target?wait_ms=10000&generation={}", target["generation"]);
    let told = edge.get(&newer).await.is(200).json();
    // Its own instance, of which the whole share is its.
    assert_eq!(told["services"][0]["slots"], Value::from(vec![1; 64]));
    assert_eq!(told["contacts"][0]["address"], "2001:db8:1::2");
    let all = running.admin.get("/v1/edges").await.is(200).json();
    assert_eq!(
        (&all["items"][0]["online"], &all["items"][1]["online"]),
        (&json!(true), &json!(false))
    );
    let services = running.admin.get("/v1/services").await.is(200).json();
    assert_eq!(services["items"][0]["steering"][0]["shares"][0]["share_pct"], 100.0);
    for path in ["/v1/edges/b/target", "/v1/sites/a/target", "/v1/edges", "/v1/resources/edges"] {
        edge.get(path).await.problem(403, "denied");
    }
    let mut wrong = report.clone();
    wrong["more"] = json!(1);
    edge.post("/v1/edges/a/report", wrong.to_string()).await.problem(422, "invalid");
    // Whoever joins later is it instead.
    joiner(&running, "a").await.post("/v1/edges/a/join", join(OF_NOTHING)).await.is(200);
    edge.get("/v1/whoami").await.problem(401, "unauthenticated");
}
