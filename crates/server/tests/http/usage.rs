//! Usage events and disputes over HTTP, under concurrent callers.

use market::ledger::{Bound, Entry, Posting, Transaction};
use model::{Charge, LineKind, PriceLine, Purpose};
use serde_json::{Value, json};
use store::Write;
use units::{Money, Span, Time};

use crate::caller::{Caller, Running};

fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap())
}

fn charge() -> Charge {
    let hour_ago = now().before(Span::hours(1));
    Charge {
        job: "ours.a".parse().unwrap(),
        project: "ours".parse().unwrap(),
        line: PriceLine {
            kind: LineKind::Compute,
            what: "gui-an-small".parse().unwrap(),
            provider: Some("cloud".parse().unwrap()),
            quantity: "1 unit x 1000s".into(),
            price: "3.6CNY/h".into(),
            amount: Money::new(1_000_000_000),
        },
        start: hour_ago,
        end: hour_ago.after(Span::seconds(1_000)),
        attempt: 1,
        metered: Some(1_000_000),
        booked: Some("charge/ours.a/1".into()),
        tax: "6%".parse().unwrap(),
        corrects: None,
    }
}

/// A world in which a run of a job was charged.
async fn charged() -> Running {
    let running = Running::with_world().await;
    let store = &running.store;
    let term = store.leader().await.unwrap().term;
    let posting = |account: &str, amount| Posting {
        account: account.parse().unwrap(),
        amount: Money::new(amount),
    };
    let open = |account: &str| {
        let account = account.parse().unwrap();
        Write::Ledger(Entry::Open { account, bound: Bound::Free })
    };
    let postings =
        vec![posting("project:ours", -1_000_000_000), posting("owner:cloud", 1_000_000_000)];
    let made =
        Transaction::new("charge/ours.a/1".into(), Purpose::Charge, now(), postings).unwrap();
    let writes = [
        open("project:ours"),
        open("owner:cloud"),
        Write::Ledger(Entry::Post(Box::new(made.of_job("ours.a".parse().unwrap())))),
        Write::Charges(vec![charge()]),
    ];
    store.commit(term, now(), Span::seconds(10), &writes).await.unwrap();
    running
}

fn event(id: &str, source: &str, quantity: &Value) -> Value {
    let start = now().before(Span::hours(1));
    json!({
        "specversion": "1.0", "type": "jingwei.usage.v1", "id": id, "source": source, "subject": "ours.a",
        "data": { "meter": "compute", "quantity": quantity, "start": start, "end": start },
    })
}

async fn send(caller: &Caller, events: &Value) -> Value {
    caller.post("/v1/usage", events.to_string()).await.is(200).json()
}

async fn balance(running: &Running, account: &str) -> Value {
    running.admin.get(&format!("/v1/accounts/{account}")).await.is(200).json()["balance"].clone()
}

#[tokio::test]
async fn what_is_not_agreed_is_held_until_somebody_resolves_it() {
    let running = charged().await;
    let member = running.token("member", "ours").await;
    let half = event("a", "/projects/ours", &json!("500s"));
    let sends = (0..8).map(|_| send(&member, &half));
    let told = futures::future::join_all(sends).await;
    let sum = |field: &str| told.iter().map(|it| it[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("taken"), sum("known")), (1, 7), "{told:?}");
    let opened: Vec<&Value> =
        told.iter().flat_map(|it| it["disputes"].as_array().unwrap()).collect();
    assert_eq!(opened.len(), 1);
    assert_eq!((&opened[0]["amount"], &opened[0]["state"]), (&json!("0.5CNY"), &json!("open")));
    assert_eq!(balance(&running, "disputed:ours").await, "0.5CNY");
    assert_eq!(balance(&running, "owner:cloud").await, "0.5CNY");
    assert!(running.store.verify_ledger().await.unwrap().holds);
    let listed = member.get("/v1/disputes?state=open").await.is(200).json();
    assert_eq!(listed["items"][0], *opened[0]);
    let lines = member.get("/v1/readings?job=ours.a").await.is(200).json();
    let line = &lines["items"][0];
    assert_eq!((&line["charged"], &line["consumer"]), (&json!(1_000_000), &json!(500_000)));
    assert_eq!(line["dispute"], opened[0]["id"]);
    let events = member.get("/v1/usage?job=ours.a&limit=1").await.is(200).json();
    assert_eq!(events["items"][0]["rated"], "0.5CNY");

    let resolution =
        json!({ "dispute": opened[0]["id"], "for": "consumer", "note": "its meter is right" });
    member.post("/v1/resolutions", resolution.to_string()).await.problem(403, "denied");
    let operator = running.token("operator", "all").await;
    let resolve = async |body: &Value| operator.post("/v1/resolutions", body.to_string()).await;
    let both = [resolve(&resolution), resolve(&resolution)];
    for done in futures::future::join_all(both).await {
        let done = done.is(200).json();
        assert_eq!(done["state"], "consumer");
        assert!(done["by"].is_string(), "{done}");
    }
    let mut other = resolution;
    other["for"] = json!("provider");
    resolve(&other).await.problem(409, "conflict");
    other["dispute"] = json!(999_999);
    resolve(&other).await.problem(404, "not-found");
    assert_eq!(balance(&running, "disputed:ours").await, "0CNY");
    assert_eq!(balance(&running, "project:ours").await, "-0.5CNY");
    assert!(running.store.verify_ledger().await.unwrap().holds);
    let bill = member.get("/v1/bill?job=ours.a").await.is(200).json();
    assert_eq!(bill["total"], "0.5CNY");
    // What was given back takes its tax with it: 0.5 CNY are left, of which 6 parts of 106 are tax.
    let invoice = member.get("/v1/invoice").await.is(200).json();
    assert_eq!((&invoice["total"], &invoice["tax"]), (&json!("0.5CNY"), &json!("0.03CNY")));
    assert_eq!(invoice["lines"][0]["tax_rate"], "6%");
}

#[tokio::test]
async fn events_that_differ_come_early_or_are_of_others_are_refused() {
    let running = charged().await;
    let member = running.token("member", "ours").await;
    let other = running.token("member", "theirs").await;
    let agent = running.token("agent", "gui-an").await;
    let it = event("a", "/projects/ours", &json!(1_000_000));
    let one = member.request(reqwest::Method::POST, "/v1/usage");
    let one = one.header("content-type", "application/cloudevents+json").body(it.to_string());
    crate::caller::tell(one).await.is(200);
    let refused = async |by: &Caller, it: &Value, status, code: &str| {
        by.post("/v1/usage", json!([it]).to_string()).await.problem(status, code)
    };
    let told = refused(&member, &event("a", "/projects/ours", &json!(1)), 409, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains("other content"), "{told}");
    refused(&other, &it, 403, "denied").await;
    refused(&agent, &it, 403, "denied").await;
    refused(&member, &event("b", "/sites/gui-an", &json!(1)), 403, "denied").await;
    let told = refused(&agent, &event("b", "/sites/gui-an", &json!(1)), 404, "not-found").await;
    assert!(told["detail"].as_str().unwrap().contains("ours.a"), "{told}");
    let mut early = event("c", "/projects/ours", &json!(1));
    early["data"]["end"] = json!(now().after(Span::minutes(6)));
    let told = refused(&member, &early, 422, "invalid").await;
    assert!(told.to_string().contains("ahead of the clock"), "{told}");
    member.post("/v1/usage", "{").await.problem(400, "malformed");
    member.post("/v1/usage", "[]").await.is(200);
    member.get("/v1/usage").await.problem(400, "malformed");
    member.get("/v1/usage?job=ours.a&cursor=x").await.problem(400, "malformed");
    running.admin.get("/v1/readings").await.problem(400, "malformed");
    running.admin.get("/v1/disputes?state=shut").await.problem(400, "malformed");
}

#[tokio::test]
async fn where_a_project_names_keys_its_events_are_signed() {
    let running = charged().await;
    let secret = access::signed::secret_of(&[9; 32]);
    let public = access::signed::public_of(&secret).unwrap();
    let project = format!(
        "kind: Project\nmetadata: {{name: ours}}\nspec: {{organization: cloud, meters: [{public}]}}\n"
    );
    running.admin.post("/v1/apply", project).await.is(200);
    let member = running.token("member", "ours").await;
    let mut it: api::CloudEvent =
        serde_json::from_value(event("a", "/projects/ours", &json!("1000s"))).unwrap();
    let text = |it: &api::CloudEvent| serde_json::to_string(it).unwrap();
    member.post("/v1/usage", text(&it)).await.problem(403, "denied");
    it.signature = access::signed::sign(&secret, &it.text());
    member.post("/v1/usage", text(&it)).await.is(200);
    let events = member.get("/v1/usage?job=ours.a").await.is(200).json();
    assert_eq!(events["items"][0]["signed"], true);
    it.id = "b".into();
    member.post("/v1/usage", text(&it)).await.problem(403, "denied");
}
