//! The console as browsers get it. A build without its files has nothing to test here, and says so.

use crate::caller::{Running, Told, tell};

async fn get(running: &Running, path: &str, headers: &[(&str, &str)]) -> Told {
    let mut request = running.nobody().request(reqwest::Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    tell(request).await
}

const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

#[tokio::test]
async fn browsers_get_the_console_and_others_a_problem() {
    let running = Running::start().await;
    get(&running, "/nowhere", &[("accept", "application/json")]).await.problem(404, "not-found");
    get(&running, "/v1/nowhere", &[PAGE]).await.problem(404, "not-found");
    let page = get(&running, "/jobs/ours.nothing", &[PAGE]).await;
    if page.status == 404 {
        eprintln!("SKIPPED: this binary was built without the console");
        return;
    }
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(
        page.header("content-security-policy").starts_with("default-src 'self'; frame-ancestors")
    );
    let known = page.header("etag").to_owned();
    assert_eq!(get(&running, "/", &[PAGE, ("if-none-match", &known)]).await.status, 304);

    let from = page.text.find("/assets/").expect("the page names its script");
    let script: String = page.text.chars().skip(from).take_while(|it| *it != '"').collect();
    let plain = get(&running, &script, &[]).await;
    assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
    assert!(plain.header("cache-control").ends_with("immutable"));
    let small = get(&running, &script, &[("accept-encoding", "gzip, br;q=0.9")]).await;
    assert_eq!((small.status, small.header("content-encoding")), (200, "br"));
    assert_ne!(small.header("etag"), plain.header("etag"));
    get(&running, "/assets/none.js", &[PAGE]).await.problem(404, "not-found");
}
