//! Offers, quotes and orders over HTTP.

use reqwest::Method;

use crate::{
    caller::{Caller, JOB, Running, Told, tell},
    watch::report,
};

const QUOTE: &str = "/v1/quotes/ours.hello";

async fn once(caller: &Caller, path: &str, key: &str, body: &'static str) -> Told {
    tell(caller.request(Method::POST, path).header("idempotency-key", key).body(body)).await
}

#[tokio::test]
async fn what_is_offered_is_quoted_and_ordered_once() {
    let running = Running::with_world().await;
    report(&running.token("agent", "gui-an").await).await;
    let member = running.token("member", "ours").await;
    let offers = member.get("/v1/offers?flavor=small&region=west").await.is(200).json();
    assert_eq!(offers["offers"][0]["pool"], "gui-an-small");
    assert_eq!(
        (&offers["offers"][0]["free"], &offers["offers"][0]["open"]),
        (&8.into(), &true.into())
    );
    let none = member.get("/v1/offers?owner=nobody").await.is(200).json();
    assert_eq!(none["offers"], serde_json::json!([]));

    let told = once(&member, "/v1/quotes?ttl=1h", "k", JOB).await.is(201);
    assert_eq!(told.header("location"), "/v1/jobs/ours.hello");
    let quote = told.json();
    assert_eq!(quote["status"]["state"], "quoted");
    assert_eq!(quote["status"]["quote"]["total"], quote["status"]["decision"]["total"]);
    let again = once(&member, "/v1/quotes?ttl=1h", "k", JOB).await.is(201).json();
    assert_eq!(again["key"], quote["key"], "the same key, the same quote");
    // Without the key it is another one, under another name.
    let other = member.post("/v1/quotes", JOB).await.is(201).json();
    let other = other["key"].as_str().unwrap();
    assert!(other.starts_with("ours.hello-"), "{other}");
    let book = member.get("/v1/quotes").await.is(200).json();
    assert_eq!(book["items"].as_array().unwrap().len(), 2);
    let page = member.get("/v1/quotes?limit=1").await.is(200).json();
    assert_eq!((&page["items"][0]["key"], &page["cursor"]), (&quote["key"], &quote["key"]));
    let page = member.get("/v1/quotes?limit=1&cursor=ours.hello").await.is(200).json();
    assert_eq!(page["items"][0]["key"], other);

    member.post(&format!("/v1/quotes/{other}/refresh?ttl=30m"), "").await.is(200);
    for _ in 0..2 {
        let withdrawn = member.post(&format!("/v1/quotes/{other}/withdraw"), "").await.is(200);
        assert_eq!(withdrawn.json()["status"]["state"], "cancelled");
    }
    member.post(&format!("/v1/quotes/{other}/order"), "").await.problem(410, "quote-expired");
    member.post(&format!("/v1/quotes/{other}/refresh"), "").await.problem(410, "quote-expired");

    let ordered = member.post(&format!("{QUOTE}/order"), "").await.is(200).json();
    let at = ordered["status"]["quote"]["ordered"].clone();
    assert!(at.is_string(), "{ordered}");
    let again = member.post(&format!("{QUOTE}/order"), "").await.is(200).json();
    assert_eq!(again["status"]["quote"]["ordered"], at);
    member.post(&format!("{QUOTE}/withdraw"), "").await.problem(409, "conflict");
    member.post(&format!("{QUOTE}/refresh"), "").await.problem(409, "conflict");
    let book = member.get("/v1/quotes?project=ours").await.is(200).json();
    assert_eq!(book["items"][0]["key"], "ours.hello");
}

#[tokio::test]
async fn what_cannot_be_quoted_is_a_problem() {
    let running = Running::with_world().await;
    report(&running.token("agent", "gui-an").await).await;
    let member = running.token("member", "ours").await;
    for ttl in ["0s", "2h"] {
        let wrong = member.post(&format!("/v1/quotes?ttl={ttl}"), JOB).await;
        let wrong = wrong.problem(422, "invalid");
        assert_eq!(wrong["errors"][0]["field"], "ttl");
    }
    member.post("/v1/quotes?ttl=soon", JOB).await.problem(400, "malformed");
    member.get("/v1/quotes?cursor=x").await.problem(400, "malformed");
    member.get("/v1/offers?flavor=A").await.problem(400, "malformed");
    let huge = JOB.replace("cores: 1", "cores: 99");
    member.post("/v1/quotes", huge).await.problem(422, "infeasible");
    member.post(&format!("{QUOTE}/order"), "").await.problem(404, "not-found");
    let quote = member.post("/v1/quotes", JOB).await.is(201).json();
    assert_eq!(quote["key"], "ours.hello");
    // Nobody else's.
    let other = running.token("member", "theirs").await;
    for verb in ["order", "refresh", "withdraw"] {
        let denied = other.post(&format!("{QUOTE}/{verb}"), "").await.problem(403, "denied");
        assert_eq!(denied["rule"], "a-project-is-closed-to-others");
    }
    let theirs = other.get("/v1/quotes").await.is(200).json();
    assert_eq!(theirs["items"], serde_json::json!([]));
    other.get("/v1/quotes?project=ours").await.problem(403, "denied");
    // What was submitted was never quoted.
    member.post("/v1/jobs", JOB.replace("hello", "plain")).await.is(201);
    member.post("/v1/quotes/ours.plain/order", "").await.problem(409, "conflict");
}

#[tokio::test]
async fn of_two_at_once_one_gets_the_last_unit() {
    let running = Running::with_world().await;
    report(&running.token("agent", "gui-an").await).await;
    let member = running.token("member", "ours").await;
    let spec = "tasks: 8, deadline: +70s, run_time: 50s";
    let job = JOB.replace("run_time: 5s", spec);
    let told =
        futures::future::join_all((0..4).map(|_| member.post("/v1/quotes?ttl=10s", job.clone())))
            .await;
    let mut statuses: Vec<u16> = told.iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422]);
}

#[tokio::test]
async fn a_bid_is_sealed_stands_once_and_is_taken_back() {
    let running = Running::with_world().await;
    report(&running.token("agent", "gui-an").await).await;
    let (member, other) =
        (running.token("member", "ours").await, running.token("member", "theirs").await);
    let bid = once(&member, "/v1/bids?price=9CNY&until=%2B6h", "k", JOB).await.is(201).json();
    assert_eq!((&bid["key"], &bid["status"]["state"]), (&"ours.hello".into(), &"bidding".into()));
    assert_eq!(bid["status"]["bid"]["price"], "9CNY");
    assert!(bid["status"].get("decision").is_none(), "no place is held: {bid:#}");
    let again = once(&member, "/v1/bids?price=9CNY&until=%2B6h", "k", JOB).await.is(201).json();
    assert_eq!(again["key"], bid["key"], "the same key, the same bid");
    let second = member.post("/v1/bids?price=1CNY", JOB).await.is(201).json();
    let page = member.get("/v1/bids?limit=1").await.is(200).json();
    assert_eq!((&page["items"][0]["key"], &page["cursor"]), (&bid["key"], &bid["key"]));
    let all = member.get("/v1/bids").await.is(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);

    let theirs = other.get("/v1/bids").await.is(200).json();
    assert_eq!(theirs["items"], serde_json::json!([]), "nobody else sees it");
    other.get("/v1/bids?project=ours").await.problem(403, "denied");
    other.get("/v1/jobs/ours.hello").await.problem(403, "denied");
    other.post(&format!("{QUOTE}/withdraw"), "").await.problem(403, "denied");
    let cleared = other.get("/v1/clearings").await.is(200).json();
    assert_eq!(cleared["items"], serde_json::json!([]), "prices are for everybody");

    member.post(&format!("{QUOTE}/order"), "").await.problem(409, "conflict");
    for _ in 0..2 {
        let over = member.post(&format!("{QUOTE}/withdraw"), "").await.is(200).json();
        assert_eq!(over["status"]["state"], "cancelled");
    }
    let second = second["key"].as_str().unwrap();
    member.post(&format!("/v1/jobs/{second}/cancel"), "").await.is(202);
    assert_eq!(member.get("/v1/bids").await.json()["items"], serde_json::json!([]));
}

#[tokio::test]
async fn what_cannot_be_bid_is_a_problem() {
    let running = Running::with_world().await;
    report(&running.token("agent", "gui-an").await).await;
    let member = running.token("member", "ours").await;
    for query in ["", "?price=much", "?price=9", "?price=9CNY&until=soon"] {
        member.post(&format!("/v1/bids{query}"), JOB).await.problem(400, "malformed");
    }
    for (query, field) in [
        ("price=-1CNY", "price"),
        ("price=2000000000CNY", "price"),
        ("price=9CNY&until=2020-01-01T00:00:00Z", "until"),
        ("price=9CNY&until=%2B999h", "until"),
    ] {
        let wrong = member.post(&format!("/v1/bids?{query}"), JOB).await;
        assert_eq!(wrong.problem(422, "invalid")["errors"][0]["field"], field);
    }
    let cheap = member.post("/v1/bids?price=0CNY", JOB).await.problem(422, "infeasible");
    assert_eq!(cheap["alternative"]["field"], "spec.budget", "{cheap}");
    member.get("/v1/bids?cursor=x").await.problem(400, "malformed");
    member.get("/v1/clearings?cursor=x").await.problem(400, "malformed");
}
