use std::time::Duration;

use api::{ProblemKind, Role};
use futures::StreamExt;
use model::{JobState, Kind};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::*;

/// Gives one canned answer a connection, and all requests once done.
async fn server(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            requests.push(read_request(&mut socket).await);
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
        requests
    });
    (address, task)
}

async fn read_request(socket: &mut tokio::net::TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if count == 0 || body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
    }
}

fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn problem(kind: ProblemKind, detail: &str) -> String {
    let problem = api::Problem::new(kind, detail);
    answer(&format!("{} x", problem.status), &serde_json::to_string(&problem).unwrap())
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

const APPLIED: &str =
    r#"{"resources":[{"kind":"Site","name":"a","action":"created","version":1}]}"#;

#[tokio::test]
async fn a_keyed_call_is_tried_again_with_the_same_key() {
    let busy = problem(ProblemKind::Unavailable, "starting");
    let (address, task) = server(vec![busy, String::new(), answer("200 OK", APPLIED)]).await;
    let client = Client::new(&address, Some("secret\n".to_owned()), false).unwrap();
    let applied = client.apply("kind: Site", true).await.unwrap();
    assert_eq!(applied.resources[0].name, "a");
    let requests = task.await.unwrap();
    assert_eq!(requests.len(), 3);
    assert!(requests[0].starts_with("POST /v1/apply?dry_run=true HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].ends_with("\r\n\r\nkind: Site"));
    assert_eq!(header(&requests[0], "authorization"), Some("Bearer secret"));
    assert_eq!(header(&requests[0], "content-type"), Some("application/yaml"));
    let keys: Vec<_> =
        requests.iter().map(|request| header(request, "idempotency-key").unwrap()).collect();
    assert_eq!(keys[0].len(), 32);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[tokio::test]
async fn three_tries_and_no_more() {
    let (address, task) = server(vec![problem(ProblemKind::Unavailable, "starting"); 3]).await;
    let client = Client::new(&address, None, false).unwrap();
    let error = client.top(None).await.unwrap_err();
    assert!(error.is(ProblemKind::Unavailable) && error.may_pass(), "{error}");
    assert_eq!(task.await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_agent_s_calls_are_sent_once() {
    let (address, task) = server(vec![
        problem(ProblemKind::Unavailable, "starting"),
        answer("204 No Content", ""),
        answer("200 OK", r#"{"generation":7,"assignments":[]}"#),
    ])
    .await;
    let client = Client::new(&address, None, false).unwrap();
    let site = "gui-an".parse().unwrap();
    assert!(client.target(&site, -1, Duration::ZERO).await.is_err());
    assert_eq!(client.target(&site, -1, Duration::from_secs(90)).await.unwrap(), None);
    assert_eq!(
        client.target(&site, 6, Duration::from_secs(1)).await.unwrap().unwrap().generation,
        7
    );
    let requests = task.await.unwrap();
    assert!(
        requests[1].starts_with("GET /v1/sites/gui-an/target?generation=-1&wait_ms=30000 "),
        "{}",
        requests[1]
    );
}

#[tokio::test]
async fn problems_are_told_apart() {
    let gone = problem(ProblemKind::NotFound, "there is no job `a.b`");
    let unknown = problem(ProblemKind::Unauthenticated, "the token is not known");
    let (address, task) =
        server(vec![gone, unknown, answer("404 Not Found", "<html>"), answer("200 OK", "[]")])
            .await;
    let client = Client::new(&address, None, false).unwrap();
    let job = "a.b".parse().unwrap();
    let error = client.cancel(&job, Some(3)).await.unwrap_err();
    assert!(error.is(ProblemKind::NotFound) && !error.may_pass());
    assert_eq!(error.to_string(), "there is no job `a.b`");
    let error = client.whoami().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token is not known: give a token in JW_TOKEN, or its file in JW_TOKEN_FILE"
    );
    assert!(matches!(client.whoami().await, Err(ClientError::Answer { status: 404, .. })));
    assert!(matches!(client.whoami().await, Err(ClientError::Answer { status: 200, .. })));
    let requests = task.await.unwrap();
    assert!(requests[0].starts_with("POST /v1/jobs/a.b/cancel HTTP/1.1\r\n"));
    assert_eq!(header(&requests[0], "if-match"), Some("\"3\""));
}

#[tokio::test]
async fn a_refused_token_is_looked_for_again_in_its_file() {
    let unknown = || problem(ProblemKind::Unauthenticated, "the token has expired");
    let who = r#"{"name":"agent-a","role":"agent","site":"a","server_version":"1"}"#;
    let (address, task) = server(vec![unknown(), unknown(), answer("200 OK", who)]).await;
    let file = std::env::temp_dir().join(format!("jw-token-{}", std::process::id()));
    std::fs::write(&file, "old\n").unwrap();
    let client = Client::new(&address, Some("old".into()), false).unwrap();
    let client = client.with_token_file(file.clone());
    assert!(client.whoami().await.is_err(), "the same token again is not tried");
    std::fs::write(&file, "new\n").unwrap();
    assert_eq!(client.whoami().await.unwrap().name.as_str(), "agent-a");
    std::fs::remove_file(&file).unwrap();
    let requests = task.await.unwrap();
    let tokens: Vec<_> = requests.iter().map(|it| header(it, "authorization")).collect();
    assert_eq!(tokens, [Some("Bearer old"), Some("Bearer old"), Some("Bearer new")]);
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(&address, None, false).unwrap();
    let error = client.raw("/metrics").await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot reach {address}: ")), "{error}");
    assert!(error.ends_with(": is `jw up` running?"), "{error}");
}

#[test]
fn a_token_stays_on_this_machine() {
    let refused = |server: &str, token: Option<&str>, insecure| {
        Client::new(server, token.map(str::to_owned), insecure).err().map(|error| error.to_string())
    };
    for server in
        ["http://127.0.0.1:7070", "http://[::1]:7070/", "http://localhost", "https://example.org"]
    {
        assert_eq!(refused(server, Some("x"), false), None, "{server}");
    }
    for server in [
        "http://10.0.0.1",
        "http://example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.org",
    ] {
        let error = refused(server, Some("x"), false).unwrap();
        assert!(error.contains("unencrypted") && error.contains("--insecure"), "{error}");
        assert_eq!(refused(server, Some("x"), true), None);
        assert_eq!(refused(server, None, false), None);
    }
    for server in ["", "7070", "127.0.0.1:7070", "https:///", "ftp://127.0.0.1", "unix:///run/jw"] {
        let error = refused(server, None, true).unwrap();
        assert!(error.ends_with("as http://127.0.0.1:7070"), "{error}");
    }
    let client = Client::new("http://127.0.0.1", Some("secret".into()), false).unwrap();
    assert!(!format!("{client:?}").contains("secret"));
    assert!(refused("http://127.0.0.1", Some("a\nb"), false).is_some());
}

#[tokio::test]
async fn queries_are_spelled_out() {
    let page = answer("200 OK", r#"{"items":[]}"#);
    let bill = answer("200 OK", r#"{"by":"kind","rows":[],"total":"0CNY"}"#);
    let logs = answer("200 OK", r#"{"chunks":[],"cursor":"c","done":true}"#);
    let (address, task) =
        server(vec![page.clone(), page, bill, logs, answer("204 No Content", "")]).await;
    let client = Client::new(&format!("{address}/under/here/"), None, false).unwrap();
    let query = JobQuery {
        project: Some("demo".parse().unwrap()),
        states: vec![JobState::Held, JobState::Running],
        name: Some("a b&c".to_owned()),
        limit: Some(5),
        ..JobQuery::default()
    };
    client.jobs(&query).await.unwrap();
    client.resources(Kind::Site, Some("x/="), None).await.unwrap();
    let by_kind =
        BillQuery { by: Some(api::BillGroup::Kind), charges: true, ..BillQuery::default() };
    client.bill(&by_kind).await.unwrap();
    let query = LogQuery { task: Some(0), after: Some("c".to_owned()), wait_ms: 100 };
    assert!(client.logs(&"a.b".parse().unwrap(), &query).await.unwrap().done);
    client.delete_resource(Kind::Site, &"a".parse().unwrap(), None).await.unwrap();
    let lines: Vec<String> = task
        .await
        .unwrap()
        .iter()
        .map(|request| request.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(
        lines,
        [
            "GET /under/here/v1/jobs?limit=5&project=demo&state=held%2Crunning&name=a+b%26c HTTP/1.1",
            "GET /under/here/v1/resources/sites?cursor=x%2F%3D HTTP/1.1",
            "GET /under/here/v1/bill?by=kind&charges=true HTTP/1.1",
            "GET /under/here/v1/jobs/a.b/logs?task=0&after=c&wait_ms=100 HTTP/1.1",
            "DELETE /under/here/v1/resources/sites/a HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn a_token_is_made() {
    let made = r#"{"token":"jw_x","name":"ci","role":"member","project":"demo","created":"2026-03-01T00:00:00Z"}"#;
    let (address, task) = server(vec![answer("201 Created", made)]).await;
    let client = Client::new(&address, None, false).unwrap();
    let new = api::NewToken {
        name: "ci".parse().unwrap(),
        role: Role::Member,
        edge: None,
        project: Some("demo".parse().unwrap()),
        site: None,
        valid_for: None,
    };
    assert_eq!(client.create_token(&new).await.unwrap().token, "jw_x");
    assert!(task.await.unwrap()[0].ends_with(r#"{"name":"ci","role":"member","project":"demo"}"#));
}

fn event(seq: i64) -> String {
    let event = format!(
        r#"{{"seq":{seq},"time":"2026-03-01T00:00:00Z","kind":"Job","subject":"a.b","type":"planned"}}"#
    );
    format!("id: {seq}\ndata: {event}\n\n")
}

#[tokio::test]
async fn a_watch_tells_events_and_where_it_is() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let gone = serde_json::to_string(&api::Problem::new(ProblemKind::Gone, "too slow")).unwrap();
    let bodies = [
        format!("{head}: hello\n\n{}{}", event(8), event(9)),
        format!("{head}{}event: problem\ndata: {gone}\n\n{}", event(10), event(11)),
        problem(ProblemKind::Gone, "events up to 20 are no longer kept"),
    ];
    let (address, task) = server(bodies.to_vec()).await;
    let client = Client::new(&address, None, false).unwrap();
    let mut watch = client.watch(&WatchQuery::default(), Some(7)).await.unwrap();
    assert_eq!(watch.last_event_id(), Some(7));
    assert_eq!(watch.next().await.unwrap().unwrap().seq, 8);
    assert_eq!(watch.last_event_id(), Some(8));
    assert_eq!(watch.next().await.unwrap().unwrap().what, "planned");
    assert!(watch.next().await.is_none());
    let query =
        WatchQuery { kind: Some(Kind::Job), subject: Some("a.b".into()), ..WatchQuery::default() };
    let mut watch = client.watch(&query, watch.last_event_id()).await.unwrap();
    assert_eq!(watch.next().await.unwrap().unwrap().seq, 10);
    assert!(watch.next().await.unwrap().unwrap_err().is(ProblemKind::Gone));
    assert!(watch.next().await.is_none());
    assert!(client.watch(&query, Some(1)).await.unwrap_err().is(ProblemKind::Gone));
    let requests = task.await.unwrap();
    assert_eq!(header(&requests[0], "last-event-id"), Some("7"));
    assert!(requests[1].starts_with("GET /v1/watch?kind=Job&subject=a.b HTTP/1.1\r\n"));
    assert_eq!(header(&requests[1], "last-event-id"), Some("9"));
}
