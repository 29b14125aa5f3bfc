//! Records as the engine writes them, for tests and measurements.

use api::{Event, JobView, ResourceView, Role, TokenView};
use model::{
    Candidate, Charge, Decision, JobKey, JobState, JobStatus, Kind, LineKind, Metadata, Name,
    PriceLine, Refusal, Rule,
};
use units::{Carbon, Energy, Money, Span, Time};

pub(crate) const TTL: Span = Span::seconds(10);

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn key(text: &str) -> JobKey {
    text.parse().unwrap()
}

pub(crate) const fn at(seconds: i64) -> Time {
    Time::from_millis(1_800_000_000_000 + seconds * 1_000)
}

pub(crate) fn metadata(of: &str) -> Metadata {
    Metadata {
        name: name(of),
        project: None,
        title: Some("训练 a model".to_owned()),
        labels: [].into(),
    }
}

/// At version 1, submitted.
pub(crate) fn job(of: &str) -> JobView {
    let key = key(of);
    let spec = serde_json::json!({ "command": ["/bin/echo", of], "tasks": 2, "priority": 7 });
    JobView {
        so_far: None,
        metadata: metadata(key.name.as_str()),
        key,
        spec: serde_json::from_value(spec).unwrap(),
        status: JobStatus::new(at(0)),
        version: 1,
    }
}

/// As it is one change later.
pub(crate) fn next(job: &JobView, state: JobState, site: Option<&str>) -> JobView {
    let mut next = job.clone();
    next.version += 1;
    next.status.state = state;
    next.status.reason = format!("now {state}");
    next.status.decision = site.map(|site| Box::new(decision(site)));
    next.status.ended = state.is_final().then(|| at(60));
    next
}

pub(crate) fn line(kind: LineKind, provider: Option<&str>, amount: i64) -> PriceLine {
    PriceLine {
        kind,
        what: name("gpu-pool"),
        provider: provider.map(name),
        quantity: "16 unit x 2h".to_owned(),
        price: "1.5CNY/h".to_owned(),
        amount: Money::new(amount),
    }
}

/// With eight candidates, as in the world of eight sites.
pub(crate) fn decision(site: &str) -> Decision {
    Decision {
        site: name(site),
        pool: name("gpu-pool"),
        flavor: name("a100"),
        units_per_task: 1,
        units: 2,
        staging_start: at(1),
        start: at(2),
        run_time: Span::minutes(10),
        run_time_from: None,
        cleared: None,
        end: at(602),
        intervals: Vec::new(),
        unpaused: None,
        delivered: at(602),
        path: None,
        transfers: Vec::new(),
        lines: [LineKind::Compute, LineKind::Electricity, LineKind::Carbon, LineKind::Waiting]
            .map(|kind| line(kind, Some("east"), 123_456_789))
            .to_vec(),
        total: Money::new(370_370_367),
        score: Money::new(493_827_156),
        bound: None,
        energy: Energy::new(3_600_000),
        carbon: Carbon::new(581_000),
        candidates: (0..8).map(candidate).collect(),
        more_candidates: 0,
    }
}

fn candidate(at_site: u32) -> Candidate {
    let placed = at_site < 5;
    let lines = [LineKind::Compute, LineKind::Electricity, LineKind::Carbon];
    Candidate {
        site: name(&format!("site-{at_site}")),
        pool: Some(name("gpu-pool")),
        start: placed.then(|| at(2)),
        total: placed.then(|| Money::new(370_370_367)),
        score: placed.then(|| Money::new(493_827_156)),
        lines: if placed {
            lines.map(|kind| (kind, Money::new(123_456_789))).to_vec()
        } else {
            Vec::new()
        },
        refused: (!placed)
            .then(|| Refusal::new(Rule::Flavor, "no flavor there has an accelerator of 40GiB")),
    }
}

pub(crate) fn event(seq: i64, subject: &str, what: &str) -> Event {
    Event {
        seq,
        time: at(seq),
        kind: Kind::Job,
        subject: subject.to_owned(),
        what: what.to_owned(),
        message: format!("{subject} is {what}"),
        data: serde_json::json!({ "site": "site-1", "total": "0.37CNY" }),
    }
}

pub(crate) fn charge(job: &str, kind: LineKind, provider: Option<&str>, amount: i64) -> Charge {
    let key = key(job);
    Charge {
        project: key.project.clone(),
        job: key,
        line: line(kind, provider, amount),
        start: at(2),
        end: at(602),
        attempt: 1,
        metered: Some(600_000),
        booked: Some("charge/1".to_owned()),
        tax: units::Share::new(60_000),
        corrects: None,
    }
}

pub(crate) fn resource(kind: Kind, of: &str, version: i64) -> ResourceView {
    ResourceView {
        kind,
        metadata: metadata(of),
        spec: serde_json::json!({ "contact": format!("v{version}") }),
        version,
        created: at(0),
        updated: at(version),
        status: None,
    }
}

pub(crate) fn token(of: &str) -> TokenView {
    TokenView {
        name: name(of),
        role: Role::Member,
        project: Some(name("demo")),
        site: None,
        edge: None,
        created: at(0),
        expires: Some(at(9)),
    }
}
