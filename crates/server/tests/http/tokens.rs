//! Tokens: made, used, ended.

use serde_json::json;

use crate::caller::{Running, tell};

#[tokio::test]
async fn a_token_works_until_it_is_ended() {
    let running = Running::start().await;
    let member = running.token("member", "ours").await;
    let who = member.get("/v1/whoami").await.is(200).json();
    assert_eq!(
        (&who["name"], &who["role"], &who["project"]),
        (&json!("member-ours"), &json!("member"), &json!("ours"))
    );
    running.admin.delete("/v1/tokens/member-ours").await.is(204);
    member.get("/v1/whoami").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_ends_by_itself() {
    let running = Running::start().await;
    let new = json!({"name": "short", "role": "operator", "valid_for": "1ms"}).to_string();
    let made = running.admin.post("/v1/tokens", new).await.is(201).json();
    let short = running.with_token(made["token"].as_str().unwrap());
    // Storing it takes longer than it is valid, or the first of these asks is late.
    let mut told = short.get("/v1/whoami").await;
    while told.status == 200 {
        told = short.get("/v1/whoami").await;
    }
    let problem = told.problem(401, "unauthenticated");
    assert!(problem["detail"].as_str().unwrap().contains("expired"), "{problem}");
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_nowhere() {
    let running = Running::start().await;
    let new = json!({"name": "ops", "role": "operator"}).to_string();
    let made = running.admin.post("/v1/tokens", new.clone()).await.is(201).json();
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("jw_") && secret.len() == 67, "{secret}");
    let list = running.admin.get("/v1/tokens").await.is(200);
    assert!(list.text.contains("\"ops\"") && !list.text.contains(secret), "{}", list.text);
    running.admin.post("/v1/tokens", new).await.problem(409, "exists");
}

#[tokio::test]
async fn a_role_needs_what_it_is_bound_to() {
    let running = Running::start().await;
    for wrong in [
        json!({"name": "t", "role": "member"}),
        json!({"name": "t", "role": "agent", "project": "p"}),
        json!({"name": "t", "role": "admin", "site": "s"}),
        json!({"name": "T", "role": "admin"}),
        json!({"name": "t", "role": "boss"}),
        json!({"name": "t", "role": "admin", "more": 1}),
    ] {
        running.admin.post("/v1/tokens", wrong.to_string()).await.problem(422, "invalid");
    }
    running.admin.get("/v1/tokens/t").await.is(405);
}

#[tokio::test]
async fn the_list_of_tokens_comes_in_pages() {
    let running = Running::start().await;
    for name in ["b", "c", "d"] {
        running.token("member", name).await;
    }
    let first = running.admin.get("/v1/tokens?limit=3").await.is(200).json();
    let names = |page: &serde_json::Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["admin", "member-b", "member-c"]);
    let cursor = first["cursor"].as_str().unwrap();
    let second =
        running.admin.get(&format!("/v1/tokens?limit=3&cursor={cursor}")).await.is(200).json();
    assert_eq!(
        (names(&second), &second["cursor"]),
        (vec!["member-d".to_owned()], &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn a_token_stands_in_one_header_only() {
    let running = Running::start().await;
    let request = running.admin.request(reqwest::Method::GET, "/v1/whoami");
    tell(request.header("authorization", "Bearer x")).await.problem(401, "unauthenticated");
}
