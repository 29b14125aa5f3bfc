//! Changing things: versions, and requests that take effect once.

use reqwest::Method;

use crate::caller::{Caller, Running, Told, tell};

const SITE: &str = "/v1/resources/sites/gui-an";

fn organization(name: &str, contact: &str) -> String {
    format!("kind: Organization\nmetadata: {{name: {name}}}\nspec: {{contact: {contact}}}\n")
}

async fn with_header(
    caller: &Caller,
    method: Method,
    path: &str,
    header: (&str, &str),
    body: String,
) -> Told {
    tell(caller.request(method, path).header(header.0, header.1).body(body)).await
}

#[tokio::test]
async fn a_resource_is_not_sent_again_to_whom_has_it() {
    let running = Running::with_world().await;
    let admin = &running.admin;
    let told = admin.get(SITE).await.is(200);
    assert_eq!(told.json()["metadata"]["name"], "gui-an");
    let tag = told.header("etag").to_owned();
    let same =
        with_header(admin, Method::GET, SITE, ("if-none-match", &tag), String::new()).await.is(304);
    assert_eq!((same.text.as_str(), same.header("etag")), ("", tag.as_str()));
    with_header(admin, Method::GET, SITE, ("if-none-match", "\"v999\""), String::new())
        .await
        .is(200);
}

#[tokio::test]
async fn only_the_version_that_was_read_is_deleted() {
    let running = Running::start().await;
    let admin = &running.admin;
    let path = "/v1/resources/organizations/acme";
    admin.post("/v1/apply", organization("acme", "a")).await.is(200);
    let old = admin.get(path).await.is(200).header("etag").to_owned();
    admin.post("/v1/apply", organization("acme", "b")).await.is(200);
    let delete = |tag: String| async move {
        with_header(admin, Method::DELETE, path, ("if-match", &tag), String::new()).await
    };
    delete("v1".into()).await.problem(400, "malformed");
    delete(old).await.problem(412, "version-mismatch");
    let new = admin.get(path).await.is(200).header("etag").to_owned();
    delete(new).await.is(204);
    admin.get(path).await.problem(404, "not-found");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let running = Running::start().await;
    let admin = &running.admin;
    let all: Vec<String> = (0..5).map(|n| organization(&format!("org-{n}"), "x")).collect();
    admin.post("/v1/apply", all.join("---\n")).await.is(200);
    let mut names = Vec::new();
    let mut path = "/v1/resources/organizations?limit=2".to_owned();
    loop {
        let page = admin.get(&path).await.is(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        names
            .extend(items.iter().map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        path = format!("/v1/resources/organizations?limit=2&cursor={cursor}");
    }
    assert_eq!(names, ["org-0", "org-1", "org-2", "org-3", "org-4"]);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let running = Running::start().await;
    let told =
        running.admin.post("/v1/apply?dry_run=true", organization("acme", "a")).await.is(200);
    assert_eq!(told.json()["resources"][0]["action"], "created");
    running.admin.get("/v1/resources/organizations/acme").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_key_makes_a_request_take_effect_once() {
    let running = Running::start().await;
    let admin = &running.admin;
    let apply = |key: &'static str, body: String| async move {
        with_header(admin, Method::POST, "/v1/apply", ("idempotency-key", key), body).await
    };
    let first = apply("k1", organization("acme", "a")).await.is(200);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = apply("k1", organization("acme", "a")).await.is(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json(), first.json());
    assert_eq!(again.json()["resources"][0]["action"], "created");
    apply("k1", organization("acme", "b")).await.problem(422, "key-reused");
    assert_eq!(
        apply("k2", organization("acme", "a")).await.is(200).json()["resources"][0]["action"],
        "unchanged"
    );
    apply("a b", organization("acme", "a")).await.problem(400, "malformed");
    // The keys of two callers do not meet.
    let operator = running.token("operator", "all").await;
    let theirs = with_header(
        &operator,
        Method::POST,
        "/v1/apply",
        ("idempotency-key", "k1"),
        organization("b", "b"),
    );
    assert_eq!(theirs.await.is(200).header("idempotency-replayed"), "");
}
