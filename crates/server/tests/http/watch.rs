//! The stream of events: nothing left out, nothing twice.

use reqwest::{Method, Response};
use serde_json::Value;

use crate::caller::{Caller, JOB, LONG, Running};

/// A stream being read.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(caller: &Caller, query: &str) -> Self {
        let response = caller.open(&format!("/v1/watch{query}")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event: its id and its data. `None` at the end of the stream.
    async fn next(&mut self) -> Option<(i64, Value)> {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.text = rest;
                match read(&frame) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(LONG, self.response.chunk())
                .await
                .expect("something comes")
                .unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn subjects(&mut self, count: usize) -> Vec<String> {
        let mut all = Vec::new();
        for _ in 0..count {
            let (_, event) = self.next().await.unwrap();
            all.push(event["subject"].as_str().unwrap().to_owned());
        }
        all
    }
}

fn read(frame: &str) -> Option<(i64, Value)> {
    let field =
        |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let data: Value = serde_json::from_str(&field("data: ")?).unwrap();
    assert_eq!(field("event: ").unwrap(), data["type"].as_str().unwrap());
    let id = field("id: ").unwrap().parse().unwrap();
    assert_eq!(data["seq"], id);
    Some((id, data))
}

async fn make(caller: &Caller, name: &str) {
    let text = format!("kind: Organization\nmetadata: {{name: {name}}}\nspec: {{}}\n");
    caller.post("/v1/apply", text).await.is(200);
}

#[tokio::test]
async fn what_happens_is_seen_at_once() {
    let running = Running::start().await;
    make(&running.admin, "before").await;
    let mut stream = Stream::open(&running.admin, "").await;
    make(&running.admin, "after").await;
    assert_eq!(stream.subjects(1).await, ["after"]);
}

#[tokio::test]
async fn a_stream_goes_on_where_another_ended() {
    let running = Running::start().await;
    let names: Vec<String> = (0..30).map(|n| format!("org-{n}")).collect();
    for name in names.iter().take(10) {
        make(&running.admin, name).await;
    }
    let (later, caller) = (names.clone(), running.admin.clone());
    let making = tokio::spawn(async move {
        for name in later.iter().skip(10) {
            make(&caller, name).await;
        }
    });
    // Ends after every third event and begins again while new ones come.
    let (mut seen, mut last) = (Vec::new(), 0);
    while seen.len() < names.len() {
        let mut stream =
            Stream::open(&running.admin, &format!("?after={last}&kind=Organization")).await;
        for _ in 0..3 {
            let (id, event) = stream.next().await.unwrap();
            assert!(id > last, "{id} after {last}");
            last = id;
            seen.push(event["subject"].as_str().unwrap().to_owned());
        }
    }
    making.await.unwrap();
    assert_eq!(seen, names);
}

#[tokio::test]
async fn the_header_of_browsers_is_heard_before_the_parameter() {
    let running = Running::start().await;
    make(&running.admin, "one").await;
    make(&running.admin, "two").await;
    let (first, _) =
        Stream::open(&running.admin, "?after=0&kind=Organization").await.next().await.unwrap();
    let request = running.admin.request(Method::GET, "/v1/watch?after=0&kind=Organization");
    let response = request.header("last-event-id", first.to_string()).send().await.unwrap();
    let mut stream = Stream { response, text: String::new() };
    assert_eq!(stream.subjects(1).await, ["two"]);
}

#[tokio::test]
async fn events_that_are_no_longer_kept_are_gone() {
    let running = Running::start().await;
    for name in ["a", "b", "c"] {
        make(&running.admin, name).await;
    }
    let newest = running.store.last_seq().await.unwrap();
    assert!(running.store.trim_events(newest).await.unwrap() > 0);
    running.admin.get("/v1/watch?after=0").await.problem(410, "gone");
    let mut stream = Stream::open(&running.admin, &format!("?after={}", newest - 1)).await;
    assert_eq!(stream.subjects(1).await, ["c"]);
    // Of another store.
    running.admin.get("/v1/watch?after=1000000").await.problem(410, "gone");
}

#[tokio::test]
async fn a_member_sees_its_own_jobs_and_the_world() {
    let running = Running::with_world().await;
    let agent = running.token("agent", "gui-an").await;
    report(&agent).await;
    let member = running.token("member", "theirs").await;
    let mut stream = Stream::open(&member, "").await;
    let mut jobs = Stream::open(&member, "?project=theirs").await;
    running.admin.post("/v1/jobs", JOB).await.is(201);
    member.post("/v1/jobs", JOB.replace("project: ours", "project: theirs")).await.is(201);
    make(&running.admin, "last").await;
    let mut subjects = std::collections::BTreeSet::new();
    while !subjects.contains("last") {
        subjects.extend(stream.subjects(1).await);
    }
    assert!(subjects.contains("theirs.hello") && !subjects.contains("ours.hello"), "{subjects:?}");
    assert_eq!(jobs.subjects(1).await, ["theirs.hello"]);
    member.get("/v1/watch?project=ours").await.problem(403, "denied");
}

/// Brings the site online.
pub(crate) async fn report(agent: &Caller) {
    let report = serde_json::json!({
        "instance": "i", "sent": "2026-01-01T00:00:00Z", "generation": 0, "whole": true, "tasks": [],
    });
    agent.post("/v1/sites/gui-an/report", report.to_string()).await.is(200);
}

#[tokio::test]
async fn streams_and_waits_end_when_the_server_stops() {
    let mut running = Running::with_world().await;
    let mut stream = Stream::open(&running.admin, "").await;
    let agent = running.token("agent", "gui-an").await;
    let waiting = tokio::spawn(async move {
        agent.get("/v1/sites/gui-an/target?generation=9999&wait_ms=30000").await
    });
    // Only when the wait has begun is there something to end.
    loop {
        let text = running.admin.get("/metrics").await.is(200).text;
        if text.contains("jingwei_http_in_flight 2") {
            break;
        }
    }
    running.stop();
    assert!(stream.next().await.is_none());
    waiting.await.unwrap().is(204);
    running.stopped().await;
}
