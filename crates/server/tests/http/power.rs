//! Accounts of electricity and carbon, and certificates under concurrent callers.

use model::EnergyUse;
use serde_json::{Value, json};
use store::Write;
use units::{Carbon, Energy, Span, Time};

use crate::caller::{Caller, Running};

const H0: &str = "2026-03-01T00:00:00Z";
const H1: &str = "2026-03-01T01:00:00Z";
const H2: &str = "2026-03-01T02:00:00Z";
const REPORT: &str = "/v1/energy/report?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn used(job: &str, start: &str, end: &str, kwh: u64) -> Write {
    let it = Energy::new(kwh * 3_600_000_000);
    let energy = EnergyUse {
        job: job.parse().unwrap(),
        site: "gui-an".parse().unwrap(),
        attempt: 1,
        start: at(start),
        end: at(end),
        it,
        facility: Energy::new(it.get() * 6 / 5),
        embodied: Carbon::ZERO,
    };
    Write::EnergyUse(energy)
}

/// A world in which two projects used 10 kWh an hour together, over two hours: 12 kWh of the facility.
async fn with_use() -> Running {
    let running = Running::with_world().await;
    let store = &running.store;
    let leader = store.leader().await.unwrap();
    let writes = [used("ours.a", H0, H2, 5), used("theirs.b", H0, H2, 15)];
    let now = jiff_now();
    store.commit(leader.term, now, Span::seconds(10), &writes).await.unwrap();
    running
}

fn jiff_now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap())
}

fn issue(device: &str, start: &str, end: &str, wh: u64) -> Value {
    json!({"issue": {"scheme": "gc", "device": device, "technology": "wind", "issuer": "registry",
        "zone": "west", "owner": "cloud", "start": start, "end": end, "wh": wh}})
}

async fn order(caller: &Caller, order: &Value) -> Value {
    caller.post("/v1/certificates", order.to_string()).await.is(200).json()
}

#[tokio::test]
async fn an_account_sums_up_and_certificates_lower_the_markets_figure_only() {
    let running = with_use().await;
    let admin = &running.admin;
    let report = admin.get(&format!("{REPORT}&by=project&hours=true")).await.is(200).json();
    assert_eq!(report["total"]["facility"], "24kWh");
    assert_eq!(report["total"]["location_based"], "12kgCO2");
    assert_eq!(report["total"]["market_based"], "12kgCO2");
    assert_eq!((&report["total"]["pue"], &report["total"]["cfe_pct"]), (&json!(1.2), &json!(0.0)));
    assert_eq!(report["rows"][0]["name"], "ours");
    assert_eq!(report["rows"][0]["facility"], "6kWh");
    assert_eq!(report["hours"].as_array().unwrap().len(), 4);
    order(admin, &issue("w1", H0, H1, 6_000)).await;
    let matched = json!({"match": {"owner": "cloud", "site": "gui-an", "from": H0, "to": H2}});
    let answer = order(admin, &matched).await;
    assert_eq!(answer["certificates"][0]["claimed_wh"], 6_000);
    let report = admin.get(&format!("{REPORT}&by=project")).await.is(200).json();
    assert_eq!(report["total"]["location_based"], "12kgCO2");
    assert_eq!(report["total"]["market_based"], "9kgCO2");
    assert_eq!(
        (&report["total"]["granular"], &report["total"]["cfe_pct"]),
        (&json!("6kWh"), &json!(25.0))
    );
    // A member sees the part of its project, out of the same hours.
    let member = running.token("member", "ours").await;
    let report = member.get(REPORT).await.is(200).json();
    assert_eq!(
        (&report["total"]["facility"], &report["total"]["granular"]),
        (&json!("6kWh"), &json!("1.5kWh"))
    );
    member.get(&format!("{REPORT}&project=theirs")).await.problem(403, "denied");
    admin.get("/v1/energy/report?from=2026-03-01T00:30:00Z").await.problem(400, "malformed");
    admin.get(&format!("{REPORT}&by=colour")).await.problem(400, "malformed");
}

#[tokio::test]
async fn of_many_at_once_each_wh_is_claimed_once() {
    let running = with_use().await;
    let admin = &running.admin;
    // The same generation from eight callers: one is taken.
    let mut made = Vec::new();
    for _ in 0..8 {
        let (caller, order) = (admin.clone(), issue("w1", H0, H1, 9_000).to_string());
        made.push(tokio::spawn(async move { caller.post("/v1/certificates", order).await.status }));
    }
    let mut taken = 0;
    for made in made {
        let status = made.await.unwrap();
        assert!(matches!(status, 200 | 409), "{status}");
        taken += u32::from(status == 200);
    }
    assert_eq!(taken, 1);
    order(admin, &issue("w2", H1, H2, 20_000)).await;
    // All at once: match, split, give away, cancel.
    let matched = json!({"match": {"owner": "cloud", "site": "gui-an", "from": H0, "to": H2}});
    let orders = [
        matched,
        json!({"split": {"id": 1, "wh": 4_000}}),
        json!({"cancel": {"id": 2, "wh": 5_000, "reason": "sold"}}),
        json!({"cancel": {"id": 1, "wh": 5_000, "reason": "sold"}}),
    ];
    let mut sent = Vec::new();
    for order in orders.iter().cycle().take(24) {
        let (caller, order) = (admin.clone(), order.to_string());
        sent.push(tokio::spawn(async move { caller.post("/v1/certificates", order).await }));
    }
    for sent in sent {
        let told = sent.await.unwrap();
        assert!(matches!(told.status, 200 | 409), "{}", told.text);
    }
    let mut stored = running.store.all_certificates().await.unwrap();
    let used = running.store.energy_uses(at(H0), at(H2)).await.unwrap();
    stored.used = control::account::used_wh(&used, []);
    assert_eq!(energy::certificates::verify(&stored), Vec::<String>::new());
    let claimed: u64 = stored.claims.iter().map(|it| it.wh).sum();
    let other: u64 = stored.certificates.iter().map(|it| it.cancelled_wh + it.open_wh()).sum();
    assert_eq!(claimed + other, 29_000);
    assert!(claimed <= 24_000);
    let listed = admin.get("/v1/certificates?open=true&limit=1").await.is(200).json();
    assert!(listed["items"].as_array().unwrap().len() <= 1);
}

#[tokio::test]
async fn orders_that_cannot_be_are_refused_with_a_word() {
    let running = with_use().await;
    let admin = &running.admin;
    let told =
        |order: Value| async move { admin.post("/v1/certificates", order.to_string()).await };
    let mut unknown = issue("w1", H0, H1, 5);
    unknown["issue"]["owner"] = "nobody".into();
    told(unknown).await.problem(404, "not-found");
    told(json!({"split": {"id": 7, "wh": 1}})).await.problem(404, "not-found");
    told(issue("w1", H0, H2, 5)).await.problem(422, "invalid");
    told(json!({"burn": {}})).await.problem(422, "invalid");
    let nowhere = json!({"match": {"owner": "cloud", "site": "moon", "from": H0, "to": H2}});
    told(nowhere).await.problem(422, "invalid");
    let viewer = running.token("viewer", "ours").await;
    viewer
        .post("/v1/certificates", issue("w1", H0, H1, 5).to_string())
        .await
        .problem(403, "denied");
    viewer.get("/v1/certificates").await.is(200);
}

#[tokio::test]
async fn what_is_told_of_a_site_counts_in_its_account() {
    let running = with_use().await;
    let admin = &running.admin;
    let points = |signal: &str, value: i64, hour: &str| {
        json!({"signal": signal, "source": "test", "points": [{"hour": hour, "value": value, "quality": "measured"}]})
            .to_string()
    };
    let path = "/v1/sites/gui-an/signals";
    admin.post(path, points("carbon", 100_000_000, H0)).await.is(204);
    admin.post(path, points("meter", 20 * 3_600_000_000, H0)).await.is(204);
    admin.post(path, points("carbon", -1, H0)).await.problem(422, "invalid");
    admin.post(path, points("carbon", 1, "2026-03-01T00:30:00Z")).await.problem(422, "invalid");
    admin.post("/v1/sites/moon/signals", points("carbon", 1, H0)).await.problem(404, "not-found");
    let report = admin.get(&format!("{REPORT}&by=site")).await.is(200).json();
    assert_eq!(report["total"]["facility"], "32kWh");
    // 20 kWh at 100 g, 12 kWh at 500 g.
    assert_eq!(report["total"]["location_based"], "8kgCO2");
    let known = admin
        .get("/v1/energy/signals?place=gui-an&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z");
    let known = known.await.is(200).json();
    assert_eq!(known["items"][0]["points"][0]["quality"], "measured");
    let agent = running.token("agent", "gui-an").await;
    agent.post(path, points("meter", 21 * 3_600_000_000, H0)).await.is(204);
    agent.post("/v1/sites/moon/signals", points("meter", 1, H0)).await.problem(403, "denied");
}
