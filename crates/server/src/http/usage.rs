//! Usage events of a request: CloudEvents in JSON, structured or as a batch.

use std::collections::{BTreeMap, BTreeSet};

use api::{CloudEvent, GivenUsage, Problem, ProblemKind, USAGE_MOST};
use axum::http::{HeaderMap, header::CONTENT_TYPE};
use bytes::Bytes;
use model::{Kind, Name, ProjectSpec, Side, SiteSpec};
use store::Store;

use crate::http::{body, query::malformed, reads};

/// What the type of the body says that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    One,
    Batch,
    Either,
}

/// The events of the body.
pub(crate) async fn events(headers: &HeaderMap, body: &Bytes) -> Result<Vec<CloudEvent>, Problem> {
    let form = form(headers)?;
    let body = body.clone();
    let reading = tokio::task::spawn_blocking(move || parse(form, &body));
    reading.await.map_err(|_| Problem::new(ProblemKind::Internal, "reading the events failed"))?
}

fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let Some(given) = headers.get(CONTENT_TYPE) else { return Ok(Form::Either) };
    let given = given.to_str().unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/cloudevents+json" => Ok(Form::One),
        "application/cloudevents-batch+json" => Ok(Form::Batch),
        ""
        | "application/json"
        | "application/octet-stream"
        | "application/x-www-form-urlencoded" => Ok(Form::Either),
        other => Err(malformed(format!(
            "a body of type {other} is not read: use application/cloudevents+json or \
             application/cloudevents-batch+json"
        ))),
    }
}

fn parse(form: Form, text: &[u8]) -> Result<Vec<CloudEvent>, Problem> {
    let is_list = text.iter().find(|it| !it.is_ascii_whitespace()) == Some(&b'[');
    let events: Vec<CloudEvent> = match form {
        Form::Batch => body::json(text)?,
        Form::Either if is_list => body::json(text)?,
        Form::One | Form::Either => vec![body::json(text)?],
    };
    if events.len() > USAGE_MOST {
        let detail = format!("{} events: send {USAGE_MOST} at most at once", events.len());
        return Err(Problem::new(ProblemKind::TooLarge, detail));
    }
    Ok(events)
}

/// The events, once their form is right and those whose site or project names keys are signed by one of them.
pub(crate) async fn checked(
    store: &Store,
    events: Vec<CloudEvent>,
) -> Result<Vec<GivenUsage>, Problem> {
    let mut whose = BTreeSet::new();
    for event in &events {
        whose.extend(event.whose().ok());
    }
    let mut keys = Keys::new();
    for (side, name) in whose {
        let of = keys_of(store, side, &name).await?;
        keys.insert((side, name), of);
    }
    let checking = tokio::task::spawn_blocking(move || check(&events, &keys));
    checking.await.map_err(|_| Problem::new(ProblemKind::Internal, "checking the events failed"))?
}

/// The keys of a site's or a project's meters.
async fn keys_of(store: &Store, side: Side, name: &Name) -> Result<Vec<String>, Problem> {
    let kind = if side == Side::Provider { Kind::Site } else { Kind::Project };
    let spec = reads::resource(store, kind, name).await?.spec;
    let keys = match side {
        Side::Provider => serde_json::from_value(spec)
            .map(|it: SiteSpec| it.electricity.map(|it| it.meters).unwrap_or_default()),
        Side::Consumer => serde_json::from_value(spec).map(|it: ProjectSpec| it.meters),
    };
    keys.map_err(|error| {
        tracing::error!(%error, %name, "a resource is not as it was stored");
        Problem::new(ProblemKind::Internal, "the keys of the meters cannot be read")
    })
}

type Keys = BTreeMap<(Side, Name), Vec<String>>;

fn check(events: &[CloudEvent], keys: &Keys) -> Result<Vec<GivenUsage>, Problem> {
    let (mut given, mut wrong) = (Vec::with_capacity(events.len()), Vec::new());
    for (at, event) in events.iter().enumerate() {
        match event.given(at) {
            Ok(it) => given.push(it),
            Err(errors) => wrong.extend(errors),
        }
        if wrong.len() > 100 {
            break;
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    for (it, event) in given.iter_mut().zip(events) {
        it.signed = is_signed(event, it, keys)?;
    }
    Ok(given)
}

fn is_signed(event: &CloudEvent, it: &GivenUsage, keys: &Keys) -> Result<bool, Problem> {
    let of = keys.get(&(it.side, it.whose.clone()));
    let keys = of.map(Vec::as_slice).unwrap_or_default();
    if keys.is_empty() {
        return Ok(false);
    }
    let signature = event.signature.as_deref().unwrap_or_default();
    access::signed::by_any(keys, &event.text(), signature).map(|()| true).map_err(|_| {
        let detail = format!(
            "the event `{}` of {} is not signed by a key that `{}` names in `meters`",
            it.id, it.source, it.whose
        );
        Problem::new(ProblemKind::Denied, detail)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(id: &str) -> Value {
        json!({
            "specversion": "1.0", "type": "jingwei.usage.v1", "id": id, "source": "/projects/p",
            "subject": "p.j", "traceparent": "an extension",
            "data": {
                "meter": "electricity", "quantity": "3.2kWh",
                "start": "2026-03-01T00:00:00Z", "end": "2026-03-01T01:00:00Z",
            },
        })
    }

    fn read(kind: &str, body: &Value) -> Result<Vec<CloudEvent>, Problem> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]);
        parse(form(&headers)?, body.to_string().as_bytes())
    }

    #[test]
    fn one_event_or_a_batch() {
        let (one, two) = (event("a"), json!([event("a"), event("b")]));
        assert_eq!(read("application/cloudevents+json; charset=utf-8", &one).unwrap().len(), 1);
        assert_eq!(read("application/cloudevents-batch+json", &two).unwrap().len(), 2);
        assert_eq!(read("application/json", &one).unwrap().len(), 1);
        assert_eq!(read("application/json", &two).unwrap().len(), 2);
        assert!(read("application/cloudevents+json", &two).is_err());
        assert!(read("application/cloudevents-batch+json", &one).is_err());
        assert!(read("image/png", &one).unwrap_err().is(ProblemKind::Malformed));
        let most = Value::Array(vec![one; USAGE_MOST + 1]);
        assert!(read("application/json", &most).unwrap_err().is(ProblemKind::TooLarge));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let wrong = |field: &str, value: Value| {
            let mut it = event("a");
            *it.pointer_mut(field).unwrap() = value;
            let events = read("application/json", &json!([event("b"), it])).unwrap();
            check(&events, &Keys::new()).unwrap_err().to_string()
        };
        for (field, value, said) in [
            ("/specversion", json!("0.3"), "[1].specversion"),
            ("/type", json!("other"), "use jingwei.usage.v1"),
            ("/source", json!("//x"), "[1].source"),
            ("/source", json!("/planets/p"), "is not /sites/NAME"),
            ("/subject", json!("nobody"), "neither a job"),
            ("/id", json!(""), "[1].id"),
            ("/data/quantity", json!("3GB"), "[1].data.quantity"),
            ("/data/quantity", json!(u64::MAX), "is more than"),
            ("/data/meter", json!("waiting"), "is not charged"),
            ("/data/end", json!("2026-02-28T00:00:00Z"), "is before its start"),
        ] {
            let told = wrong(field, value);
            assert!(told.contains(said), "{field}: {told}");
        }
        assert!(
            read("application/json", &json!([{"id": "a"}])).unwrap_err().is(ProblemKind::Invalid)
        );
        let given = check(&read("application/json", &event("a")).unwrap(), &Keys::new()).unwrap();
        assert_eq!((given[0].quantity, given[0].side), (11_520_000_000, Side::Consumer));
    }

    #[test]
    fn where_keys_are_named_only_their_owner_meters() {
        let secret = access::signed::secret_of(&[7; 32]);
        let public = access::signed::public_of(&secret).unwrap();
        let keys = Keys::from([((Side::Consumer, "p".parse().unwrap()), vec![public])]);
        let mut events = read("application/json", &event("a")).unwrap();
        let refused = check(&events, &keys).unwrap_err();
        assert!(refused.is(ProblemKind::Denied), "{refused}");
        events[0].signature = access::signed::sign(&secret, &events[0].text());
        assert!(check(&events, &keys).unwrap()[0].signed);
        events[0].data.quantity = api::UsageQuantity::Base(1);
        assert!(check(&events, &keys).is_err(), "it says something else now");
        assert!(!check(&events, &Keys::new()).unwrap()[0].signed);
    }
}
