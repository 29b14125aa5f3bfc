//! The form of requests and answers: who may, what is malformed, what every answer has.

use api::{Body, ENDPOINTS, Endpoint, Method};

use crate::caller::{Caller, JOB, Running, Told, tell};

/// The endpoint's path with names in it that could be.
fn path(endpoint: &Endpoint) -> String {
    let path = endpoint
        .path
        .replace("{job}", "ours.nothing")
        .replace("{site}", "nowhere")
        .replace("{edge}", "nowhere")
        .replace("{account}", "project:ours");
    path.replace("{kind}", "sites").replace("{name}", "nothing")
}

/// Calls an endpoint with the smallest body it reads; of a stream only the status.
async fn call(caller: &Caller, endpoint: &Endpoint) -> Told {
    let method = match endpoint.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    };
    let body = if endpoint.request == Body::Manifests { JOB } else { "" };
    let request = caller.request(method, &path(endpoint)).body(body);
    if endpoint.answer == Body::Events {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = if status == 200 { String::new() } else { response.text().await.unwrap() };
        return Told { status, headers, text };
    }
    tell(request).await
}

#[tokio::test]
async fn without_a_token_only_what_is_open_answers() {
    let running = Running::start().await;
    for caller in [running.nobody(), running.with_token("jw_unknown"), running.with_token("")] {
        for endpoint in ENDPOINTS {
            let told = call(&caller, endpoint).await;
            if endpoint.open {
                assert_eq!(told.status, 200, "{}: {}", endpoint.id, told.text);
                continue;
            }
            assert_eq!(
                told.header("www-authenticate"),
                "Bearer realm=\"jingwei\"",
                "{}",
                endpoint.id
            );
            told.problem(401, "unauthenticated");
        }
    }
}

/// The ids of the endpoints that refuse a caller by the policy.
async fn denied(caller: &Caller) -> Vec<&'static str> {
    let mut denied = Vec::new();
    for endpoint in ENDPOINTS {
        let told = call(caller, endpoint).await;
        assert!(told.status != 401 && told.status < 500, "{}: {}", endpoint.id, told.text);
        if told.status == 403 {
            let problem = told.problem(403, "denied");
            assert!(!problem["rule"].as_str().unwrap().is_empty(), "{problem}");
            denied.push(endpoint.id);
        }
    }
    denied
}

#[tokio::test]
async fn the_policy_is_asked_at_every_endpoint() {
    let running = Running::with_world().await;
    assert!(denied(&running.admin).await.is_empty());
    let policies = ["policies", "denials"];
    let power = ["upload-signals", "demand-response", "order-certificates"];
    let tokens = ["create-token", "list-tokens", "delete-token"];
    let books = ["deposit", "reverse", "settle"];
    let sites = ["report", "target", "upload-logs", "join-edge", "edge-report", "edge-target"];
    let operator = running.token("operator", "all").await;
    assert_eq!(denied(&operator).await, [&policies[..], &tokens, &books, &sites].concat());
    let member = running.token("member", "ours").await;
    let books_of_all = [&["list-accounts"], &books[..]].concat();
    let of_nobody = |metering: &[&'static str]| {
        [&policies[..], &power, &tokens, &books_of_all, metering, &sites].concat()
    };
    let not_members = ["delete", "delete-job", "plan-all"];
    assert_eq!(
        denied(&member).await,
        [&not_members[..], &of_nobody(&["resolve-dispute"])].concat()
    );
    let viewer = running.token("viewer", "ours").await;
    let not_viewers = [
        "apply",
        "delete",
        "submit",
        "delete-job",
        "cancel",
        "plan",
        "plan-all",
        "quote",
        "order",
        "refresh",
        "withdraw",
        "bid",
    ];
    assert_eq!(
        denied(&viewer).await,
        [&not_viewers[..], &of_nobody(&["send-usage", "resolve-dispute"])].concat()
    );
    let agent = running.token("agent", "gui-an").await;
    let open = |it: &&Endpoint| it.open || matches!(it.id, "whoami" | "send-usage");
    let rest: Vec<&str> = ENDPOINTS.iter().filter(|it| !open(it)).map(|it| it.id).collect();
    assert_eq!(denied(&agent).await, rest);
}

#[tokio::test]
async fn a_denial_names_the_rule() {
    let running = Running::with_world().await;
    let member = running.token("member", "theirs").await;
    let denied = member.get("/v1/jobs/ours.hello").await.problem(403, "denied");
    assert_eq!(denied["rule"], "a-project-is-closed-to-others");
    let denied = member.get("/v1/jobs?project=ours").await.problem(403, "denied");
    assert_eq!(denied["rule"], "a-project-is-closed-to-others");
    let denied = member.post("/v1/jobs", JOB).await.problem(403, "denied");
    assert_eq!(denied["rule"], "a-project-is-closed-to-others");
    let site = "kind: Organization\nmetadata: {name: mine}\nspec: {}";
    let denied = member.post("/v1/apply", site).await.problem(403, "denied");
    assert!(denied["detail"].as_str().unwrap().contains("`operator-runs-the-world`"), "{denied}");
}

#[tokio::test]
async fn what_is_malformed_is_a_problem() {
    let running = Running::with_world().await;
    let admin = &running.admin;
    admin.get("/v1/nothing").await.problem(404, "not-found");
    admin.get("/").await.problem(404, "not-found");
    admin.get("/v1/resources/moons").await.problem(404, "not-found");
    admin.get("/v1/resources/sites/nowhere").await.problem(404, "not-found");
    admin.get("/v1/jobs/ours.nothing").await.problem(404, "not-found");
    admin.get("/v1/jobs/ours.nothing/events").await.problem(404, "not-found");
    admin.get("/v1/jobs/ours.nothing/logs").await.problem(404, "not-found");
    admin.delete("/v1/tokens/nothing").await.problem(404, "not-found");
    let unknown = admin.get("/v1/jobs?limt=3").await.problem(400, "malformed");
    assert!(unknown["detail"].as_str().unwrap().contains("it takes limit, cursor"), "{unknown}");
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "cursor=x",
        "state=gone",
        "project=A",
        "limit=1&limit=2",
    ] {
        admin.get(&format!("/v1/jobs?{query}")).await.problem(400, "malformed");
    }
    admin.get("/v1/resources/sites?cursor=x").await.problem(400, "malformed");
    admin.get("/v1/bill?by=colour").await.problem(400, "malformed");
    admin.get("/v1/watch?after=-1").await.problem(400, "malformed");
    admin.get("/v1/sites/gui-an/target?wait_ms=30001").await.problem(400, "malformed");
    admin.get("/v1/resources/sites/%ff").await.problem(400, "malformed");
    admin.post("/v1/tokens", "{").await.problem(400, "malformed");
    admin.post("/v1/tokens", "{}").await.problem(422, "invalid");
    admin.post("/v1/jobs", "").await.problem(422, "invalid");
    admin.post("/v1/jobs", vec![0xff]).await.problem(400, "malformed");
    let two = format!("{JOB}\n---\n{}", JOB.replace("hello", "other"));
    admin.post("/v1/jobs", two).await.problem(422, "invalid");
}

#[tokio::test]
async fn another_method_is_refused_and_told_which_would_do() {
    let running = Running::start().await;
    let told = tell(running.admin.request(reqwest::Method::PUT, "/v1/jobs")).await.is(405);
    assert_eq!(told.header("content-type"), "application/problem+json");
    let mut allowed: Vec<&str> = told.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    assert_eq!(told.json()["status"], 405);
}

#[tokio::test]
async fn a_body_beyond_8_mib_is_refused() {
    let running = Running::start().await;
    let large = vec![b'#'; 8 * 1024 * 1024 + 1];
    running.admin.post("/v1/apply", large.clone()).await.problem(413, "too-large");
    // Nobody reads the body of someone who may not send it.
    running.nobody().post("/v1/apply", "#").await.problem(401, "unauthenticated");
    // Without a length, as it comes.
    let chunks = large
        .chunks(1 << 20)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect::<Vec<_>>();
    let body = reqwest::Body::wrap_stream(futures::stream::iter(chunks));
    running.admin.post("/v1/apply", body).await.problem(413, "too-large");
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    let running = Running::start().await;
    let answers = [
        running.nobody().get("/healthz").await.is(200),
        running.nobody().get("/readyz").await.is(200),
        running.admin.get("/v1/whoami").await.is(200),
        running.admin.get("/v1/nothing").await.is(404),
        running.nobody().get("/v1/top").await.is(401),
    ];
    let mut ids: Vec<&str> = answers.iter().map(|told| told.header("x-request-id")).collect();
    for told in &answers {
        assert_eq!(told.header("x-content-type-options"), "nosniff");
        assert_eq!(told.header("cache-control"), "no-store");
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), answers.len());
}

#[tokio::test]
async fn requests_are_counted_by_route_not_by_what_was_asked() {
    let running = Running::with_world().await;
    running.admin.get("/v1/resources/sites/gui-an").await.is(200);
    running.admin.get("/v1/resources/sites/nowhere").await.is(404);
    running.admin.get("/secret-path").await.is(404);
    let text = running.admin.get("/metrics").await.is(200).text;
    let route =
        "jingwei_http_requests_total{method=\"GET\",route=\"/v1/resources/{kind}/{name}\",status=";
    assert!(text.contains(&format!("{route}\"200\"}} 1")), "{text}");
    assert!(text.contains(&format!("{route}\"404\"}} 1")), "{text}");
    assert!(
        text.contains("jingwei_jobs{state=\"running\"} 0") && !text.contains("secret-path"),
        "{text}"
    );
    assert!(text.trim_end().ends_with("# EOF"));
}

#[tokio::test]
async fn the_description_is_open() {
    let running = Running::start().await;
    let description = running.nobody().get("/openapi.json").await.is(200).json();
    assert_eq!(description["openapi"], "3.1.0");
}

#[tokio::test]
async fn what_is_for_people_follows_accept_language() {
    let running = Running::start().await;
    let caller = &running.admin;
    for (path, said) in [
        ("/v1/jobs/ours.nothing", "没有作业 `ours.nothing`"),
        ("/v1/jobs?limit=0", "`limit` 为 0：请用 1 到 1000"),
        ("/v1/nowhere", "/v1/nowhere 处没有内容：见 /openapi.json"),
    ] {
        let ask = || caller.request(reqwest::Method::GET, path);
        let told = tell(ask().header("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")).await;
        assert_eq!(told.header("content-language"), "zh-CN");
        assert_eq!(told.json()["detail"], said);
        // The code is not translated, and others are told in English.
        let english = tell(ask()).await;
        assert_eq!(told.json()["type"], english.json()["type"]);
        assert!(english.text.is_ascii(), "{}", english.text);
    }
}

#[tokio::test]
async fn every_field_of_a_manifest_that_is_wrong_is_told_in_the_same_language() {
    let running = Running::start().await;
    let job = JOB
        .replace("spec:", "spec:\n  time_limit: 0s\n  user: nowhere\n  inputs: [{dataset: none}]");
    let request = running.admin.request(reqwest::Method::POST, "/v1/jobs").body(job);
    let told = tell(request.header("accept-language", "zh")).await;
    let errors = told.json()["errors"].as_array().cloned().unwrap_or_default();
    assert!(!errors.is_empty(), "{}", told.text);
    for error in errors {
        assert!(!error["message"].as_str().unwrap_or_default().is_ascii(), "{error}");
    }
}
