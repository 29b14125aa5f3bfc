//! A job over HTTP, from both ends: who submits it, and an agent.

use serde_json::{Value, json};

use crate::{
    caller::{Caller, JOB, Running},
    watch::report,
};

/// Fetches targets until one holds the job's task.
async fn task(agent: &Caller) -> (i64, Value) {
    let mut generation = -1;
    loop {
        let told = agent
            .get(&format!("/v1/sites/gui-an/target?generation={generation}&wait_ms=10000"))
            .await;
        let target = told.is(200).json();
        generation = target["generation"].as_i64().unwrap();
        if let Some(it) = target["assignments"].as_array().unwrap().first() {
            let id = format!("{}.0.{}", it["job"].as_str().unwrap(), it["attempt"]);
            return (generation, json!({ "id": id }));
        }
    }
}

async fn tell_phase(agent: &Caller, generation: i64, id: &Value, phase: &str) {
    let now = "2026-01-01T00:00:00Z";
    let mut status = json!({"id": id, "phase": phase, "started": now});
    if phase == "ended" {
        status["ended"] = now.into();
        status["exit"] = json!({"reason": "exited", "code": 0});
    }
    let report = json!({
        "instance": "i", "sent": now, "generation": generation, "whole": true, "tasks": [status],
    });
    agent.post("/v1/sites/gui-an/report", report.to_string()).await.is(200);
}

#[tokio::test]
async fn a_job_goes_from_submission_to_its_logs() {
    let running = Running::with_world().await;
    let agent = running.token("agent", "gui-an").await;
    report(&agent).await;
    let member = running.token("member", "ours").await;
    // Without a project it is the member's own.
    let told = member.post("/v1/jobs", JOB.replace(", project: ours", "")).await.is(201);
    assert_eq!(told.header("location"), "/v1/jobs/ours.hello");
    assert_eq!(told.json()["key"], "ours.hello");
    member.post("/v1/jobs", JOB).await.problem(409, "exists");
    let (generation, task) = task(&agent).await;
    assert_eq!(task["id"], "ours.hello.0.1");
    tell_phase(&agent, generation, &task["id"], "running").await;

    // A follower waits, and is woken by what arrives.
    let follower = member.clone();
    let following =
        tokio::spawn(async move { follower.get("/v1/jobs/ours.hello/logs?wait_ms=20000").await });
    let upload =
        json!({"chunks": [{"task": task["id"], "offset": 0, "text": "hello\n"}]}).to_string();
    agent.post("/v1/sites/gui-an/logs", upload).await.is(204);
    let logs = following.await.unwrap().is(200).json();
    assert_eq!((&logs["chunks"][0]["text"], &logs["done"]), (&json!("hello\n"), &json!(false)));

    // After its end it is told that there is no more.
    let (follower, cursor) = (member.clone(), logs["cursor"].as_str().unwrap().to_owned());
    let path = format!("/v1/jobs/ours.hello/logs?after={cursor}&wait_ms=20000");
    let following = tokio::spawn(async move { follower.get(&path).await });
    tell_phase(&agent, generation, &task["id"], "ended").await;
    let logs = following.await.unwrap().is(200).json();
    assert_eq!((&logs["chunks"], &logs["done"]), (&json!([]), &json!(true)));

    let job = member.get("/v1/jobs/ours.hello").await.is(200);
    assert_eq!(job.json()["status"]["state"], "succeeded");
    assert_eq!(job.header("etag"), format!("\"v{}\"", job.json()["version"]));
    let list = member.get("/v1/jobs?state=succeeded&name=hel").await.is(200).json();
    assert_eq!(list["items"][0]["key"], "ours.hello");
    let events = member.get("/v1/jobs/ours.hello/events?limit=1").await.is(200).json();
    assert_eq!(events["items"][0]["type"], "submitted");
    let cursor = events["cursor"].as_str().unwrap();
    let rest =
        member.get(&format!("/v1/jobs/ours.hello/events?cursor={cursor}")).await.is(200).json();
    assert!(rest["items"].as_array().unwrap().len() > 1 && rest["cursor"].is_null(), "{rest}");
    let bill = member.get("/v1/bill?charges=true").await.is(200).json();
    assert_eq!(bill["rows"][0]["name"], "ours.hello");
    assert!(!bill["charges"].as_array().unwrap().is_empty(), "{bill}");

    // The same, charge by charge and as an invoice of the month that it was charged in.
    let page = member.get("/v1/charges?limit=1").await.is(200).json();
    let (first, cursor) = (&page["items"][0], page["cursor"].as_str().unwrap());
    assert_eq!((&first["number"], &first["job"]), (&json!(1), &json!("ours.hello")));
    let rest = member.get(&format!("/v1/charges?cursor={cursor}")).await.is(200).json();
    let count = rest["items"].as_array().unwrap().len() + 1;
    assert_eq!(count, bill["charges"].as_array().unwrap().len());
    let month = &first["charged"].as_str().unwrap()[..7];
    let invoice = member.get("/v1/invoice").await.is(200).json();
    assert_eq!(
        (&invoice["id"], &invoice["is_final"]),
        (&json!(format!("ours-{month}")), &json!(false))
    );
    assert_eq!(invoice["exact"], bill["total"]);
    let before = member.get("/v1/invoice?month=2020-02").await.is(200).json();
    assert_eq!((&before["lines"], &before["is_final"]), (&json!([]), &json!(true)));
    member.get("/v1/charges?month=2020-02").await.is(200);
    member.get("/v1/invoice?month=2020-13").await.problem(400, "malformed");
    member.get("/v1/invoice?project=theirs").await.problem(403, "denied");
    running.admin.get("/v1/invoice").await.problem(400, "malformed");
    running.admin.get("/v1/invoice?project=nobodys").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_plan_changes_nothing() {
    let running = Running::with_world().await;
    let agent = running.token("agent", "gui-an").await;
    report(&agent).await;
    let plan = running.admin.post("/v1/plan", JOB).await.is(200).json();
    assert_eq!(plan["outcome"]["placed"]["site"], "gui-an", "{plan}");
    running.admin.get("/v1/jobs/ours.hello").await.problem(404, "not-found");
}

#[tokio::test]
async fn logs_of_a_job_elsewhere_are_not_kept() {
    let running = Running::with_world().await;
    let agent = running.token("agent", "gui-an").await;
    report(&agent).await;
    let other = crate::caller::WORLD
        .split("---")
        .find(|it| it.contains("kind: Site"))
        .unwrap()
        .replace("gui-an", "far");
    running.admin.post("/v1/apply", other).await.is(200);
    running.admin.post("/v1/jobs", JOB).await.is(201);
    let stranger = running.token("agent", "far").await;
    let upload = json!({"chunks": [{"task": "ours.hello.0.1", "offset": 0, "text": "forged\n"}]})
        .to_string();
    stranger.post("/v1/sites/far/logs", upload.clone()).await.is(204);
    stranger.post("/v1/sites/gui-an/logs", upload).await.problem(403, "denied");
    let logs = running.admin.get("/v1/jobs/ours.hello/logs").await.is(200).json();
    assert_eq!(logs["chunks"], json!([]));
}

#[tokio::test]
async fn a_job_is_cancelled_once_and_by_the_version_that_was_read() {
    let running = Running::with_world().await;
    let agent = running.token("agent", "gui-an").await;
    report(&agent).await;
    running.admin.post("/v1/jobs", JOB).await.is(201);
    let cancel = |tag: &'static str| {
        let request = running.admin.request(reqwest::Method::POST, "/v1/jobs/ours.hello/cancel");
        crate::caller::tell(request.header("if-match", tag))
    };
    cancel("\"v99\"").await.problem(412, "version-mismatch");
    cancel("*").await.is(202);
    cancel("*").await.is(202);
    running.admin.post("/v1/jobs/ours.nothing/cancel", "").await.problem(404, "not-found");
}
