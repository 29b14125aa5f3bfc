//! The OpenAPI 3.1 description, from the table of endpoints and the wire types. Sorted: the same text every time.

use std::collections::BTreeMap;

use model::{Certificate, CertificateOrder, JobKey, JobState, Kind, Name};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    AccountStory, AccountView, AgentReport, AgentReportAnswer, ApplyAnswer, Bill, Body,
    CertificateAnswer, ChargeRecord, ClearingView, CloudEvent, DemandRequest, DemandView, Denials,
    DispatchView, Dispute, ENDPOINTS, EdgeReport, EdgeReportAnswer, EdgeTarget, Edges, Endpoint,
    EnergyReport, Event, Flows, Invoice, JobCounts, JobSummary, JobView, JoinEdge, JoinEdgeAnswer,
    LineReading, LogUpload, Logs, Method, NewDeposit, NewResolution, NewReversal, NewToken,
    NewTokenAnswer, Offers, Page, PlanAllAnswer, PlanAnswer, Policies, Problem, ProblemKind, Reach,
    Resilience, ResourceView, RoundTrips, Services, Settlement, SignalSeries, SignalUpload,
    SiteEnergy, Target, TokenView, Top, TransactionView, USAGE_MOST, UsageAnswer, UsageRecord,
    Ways, Whoami, manifest,
};

/// Longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_MOST: usize = 128;

/// The whole description.
#[must_use]
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|it| {
        it.definitions_path = "/components/schemas".into();
        it.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for endpoint in ENDPOINTS {
        let operation = operation(endpoint, &mut generator);
        paths
            .entry(endpoint.path)
            .or_default()
            .insert(method(endpoint.method).to_owned(), operation);
    }
    let mut description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jingwei",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Runs many computing sites and the network between them as one machine.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(&mut generator),
            "securitySchemes": { "bearer": {
                "type": "http", "scheme": "bearer", "description": "A token of `jw token create`, or the admin token.",
            } },
        },
    });
    description.sort_all_objects();
    description
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Delete => "delete",
    }
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = path_parameters(endpoint, generator);
    parameters
        .extend(endpoint.query.iter().map(|query| query_parameter(endpoint, *query, generator)));
    parameters.extend(header_parameters(endpoint));
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "tags": [tag(endpoint)],
        "parameters": parameters,
        "responses": responses(endpoint, generator),
    });
    if let Some(fields) = operation.as_object_mut() {
        if let Some(body) = request_body(endpoint, generator) {
            fields.insert("requestBody".to_owned(), body);
        }
        if endpoint.open {
            fields.insert("security".to_owned(), json!([]));
        }
    }
    operation
}

/// "jobs" of `/v1/jobs/{job}`; "server" of what is not under `/v1`.
fn tag(endpoint: &Endpoint) -> &'static str {
    let under = endpoint.path.strip_prefix("/v1/").and_then(|rest| rest.split('/').next());
    under.unwrap_or("server")
}

fn path_parameters(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Vec<Value> {
    let names =
        endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            let (schema, description) = match name {
                "kind" => (json!({ "enum": plurals() }), "The kind, in the plural."),
                "job" => (schema_of::<JobKey>(generator), "The job, as project.name."),
                "site" => (schema_of::<Name>(generator), "The site's name."),
                "edge" => (schema_of::<Name>(generator), "The edge's name."),
                _ => (schema_of::<Name>(generator), "The name."),
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": description })
        })
        .collect()
}

/// Of all kinds but Job, which has endpoints of its own.
fn plurals() -> Vec<&'static str> {
    Kind::ALL.iter().filter(|kind| **kind != Kind::Job).map(|kind| kind.plural()).collect()
}

fn query_parameter(
    endpoint: &Endpoint,
    (name, kind, description): (&str, &str, &str),
    generator: &mut SchemaGenerator,
) -> Value {
    let schema = match (endpoint.id, name) {
        (_, "limit") => json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 }),
        (_, "wait_ms") => {
            json!({ "type": "integer", "minimum": 0, "maximum": 30_000, "default": 0 })
        }
        (_, "task") => json!({ "type": "integer", "minimum": 0, "maximum": 9_999 }),
        ("watch", "after") => json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX }),
        (_, "generation") => {
            json!({ "type": "integer", "minimum": -1, "maximum": i64::MAX, "default": -1 })
        }
        (_, "project" | "site" | "provider") => schema_of::<Name>(generator),
        ("energy-report", "by") => schema_of::<crate::EnergyBy>(generator),
        ("bill" | "list-charges" | "energy-report", "job") => schema_of::<JobKey>(generator),
        (_, "by") => schema_of::<crate::BillGroup>(generator),
        (_, "kind") => schema_of::<Kind>(generator),
        (_, "month") => json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
        (_, "state") => states(),
        _ => json!({ "type": kind }),
    };
    json!({ "name": name, "in": "query", "required": false, "schema": schema, "description": description })
}

/// One state or several, comma-separated.
fn states() -> Value {
    let names: Vec<&str> = JobState::ALL.iter().map(|state| state.as_str()).collect();
    let one = format!("({})", names.join("|"));
    json!({ "type": "string", "pattern": format!("^{one}(,{one})*$"), "examples": ["held,running"] })
}

fn header_parameters(endpoint: &Endpoint) -> Vec<Value> {
    let mut all = Vec::new();
    if endpoint.method == Method::Post {
        all.push(header(
            "Idempotency-Key",
            &json!({ "type": "string", "pattern": format!("^[!-~]{{1,{IDEMPOTENCY_KEY_MOST}}}$") }),
            "The same key with the same request is done once and answered alike each time.",
        ));
    }
    if honours_if_match(endpoint) {
        let schema = json!({ "type": "string", "pattern": r#"^(\*|"[0-9]{1,18}")$"#, "examples": ["\"3\""] });
        all.push(header("If-Match", &schema, "Do it only if the ETag is still this."));
    }
    if endpoint.answer == Body::Events {
        let schema = json!({ "type": "string", "pattern": "^[0-9]{1,18}$" });
        all.push(header("Last-Event-ID", &schema, "Go on after this event."));
    }
    all
}

fn header(name: &str, schema: &Value, description: &str) -> Value {
    json!({ "name": name, "in": "header", "required": false, "schema": schema, "description": description })
}

fn honours_if_match(endpoint: &Endpoint) -> bool {
    matches!(endpoint.id, "delete" | "delete-job" | "cancel")
}

fn request_body(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Option<Value> {
    let content = match endpoint.request {
        Body::Manifests => {
            let schema = manifests(endpoint, generator);
            json!({ "application/yaml": { "schema": schema }, "application/json": { "schema": schema } })
        }
        Body::Json(name) => json!({ "application/json": { "schema": wire(name, generator) } }),
        Body::CloudEvents => {
            let one = schema_of::<CloudEvent>(generator);
            let batch = json!({ "type": "array", "items": one, "maxItems": USAGE_MOST });
            json!({
                "application/cloudevents+json": { "schema": one },
                "application/cloudevents-batch+json": { "schema": batch },
            })
        }
        Body::Nothing | Body::Events | Body::Text => return None,
    };
    Some(json!({ "required": true, "content": content }))
}

/// `apply` takes several of any kind, the others one job.
fn manifests(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    for kind in Kind::ALL {
        let name = manifest_name(kind);
        if !generator.definitions().contains_key(&name) {
            let schema = manifest::manifest_schema(kind, generator);
            generator.definitions_mut().insert(name, schema);
        }
    }
    let reference =
        |kind| json!({ "$ref": format!("#/components/schemas/{}", manifest_name(kind)) });
    if endpoint.id != "apply" {
        return reference(Kind::Job);
    }
    let any: Vec<Value> = Kind::ALL.into_iter().map(reference).collect();
    let list = json!({
        "type": "array", "items": { "oneOf": any }, "minItems": 1, "maxItems": manifest::MOST_DOCUMENTS,
    });
    json!({ "oneOf": any.into_iter().chain([list]).collect::<Vec<_>>() })
}

fn manifest_name(kind: Kind) -> String {
    format!("{kind}Manifest")
}

fn responses(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut all = BTreeMap::from([(endpoint.success.to_string(), success(endpoint, generator))]);
    if matches!(endpoint.id, "target" | "edge-target") {
        all.insert("204".to_owned(), json!({ "description": "Nothing newer." }));
    }
    let problem = schema_of::<Problem>(generator);
    for status in failures(endpoint) {
        let of_status = ProblemKind::ALL.iter().filter(|kind| kind.status() == status);
        let told: Vec<String> =
            of_status.map(|kind| format!("{} (`{}`)", kind.describe().2, kind.code())).collect();
        let content = json!({ "application/problem+json": { "schema": problem } });
        all.insert(
            status.to_string(),
            json!({ "description": told.join("; "), "content": content }),
        );
    }
    json!(all)
}

fn success(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let media = match endpoint.answer {
        Body::Json(name) => Some(("application/json", wire(name, generator))),
        Body::Events => Some(("text/event-stream", events(generator))),
        Body::Text if endpoint.id == "openapi" => {
            Some(("application/json", json!({ "type": "object" })))
        }
        Body::Text if endpoint.id == "metrics" => {
            Some(("application/openmetrics-text", json!({ "type": "string" })))
        }
        Body::Text => Some(("text/plain", json!({ "type": "string" }))),
        Body::Manifests | Body::CloudEvents | Body::Nothing => None,
    };
    let mut answer =
        json!({ "description": if media.is_some() { "Done." } else { "Done; nothing to say." } });
    if let (Some((media, schema)), Some(fields)) = (media, answer.as_object_mut()) {
        fields.insert("content".to_owned(), json!({ media: { "schema": schema } }));
        if has_etag(endpoint) {
            let schema = json!({ "type": "string", "pattern": r#"^"[0-9]+"$"# });
            let etag = json!({ "schema": schema, "description": "The version, in quotes." });
            fields.insert("headers".to_owned(), json!({ "ETag": etag }));
        }
    }
    answer
}

fn has_etag(endpoint: &Endpoint) -> bool {
    matches!(endpoint.answer, Body::Json("ResourceView" | "JobView"))
}

fn events(generator: &mut SchemaGenerator) -> Value {
    drop(schema_of::<Event>(generator));
    json!({
        "type": "string",
        "description": "Server-sent events. `id` is the event's seq, `data` is JSON of the schema Event.",
    })
}

/// Whether its query or body names what may not exist, other than to leave out the rest.
fn names_others(endpoint: &Endpoint) -> bool {
    matches!(endpoint.id, "invoice" | "order-certificates" | "deposit" | "reverse")
        || matches!(endpoint.id, "send-usage" | "list-usage" | "resolve-dispute")
        || endpoint.query.iter().any(|(name, ..)| matches!(*name, "from" | "place" | "without"))
}

/// The statuses of what can go wrong.
fn failures(endpoint: &Endpoint) -> Vec<u16> {
    if endpoint.open {
        return if endpoint.id == "ready" { vec![503] } else { Vec::new() };
    }
    let has_body = endpoint.request != Body::Nothing;
    let has_input = has_body || !endpoint.query.is_empty() || endpoint.path.contains('{');
    let changes = matches!(endpoint.method, Method::Post | Method::Delete);
    let possible = [
        (400, has_input || changes),
        (401, true),
        (403, true),
        (404, endpoint.path.contains('{') || names_others(endpoint)),
        (409, changes && endpoint.id != "plan"),
        (402, matches!(endpoint.id, "quote" | "refresh" | "bid")),
        (410, endpoint.answer == Body::Events || matches!(endpoint.id, "order" | "refresh")),
        (412, honours_if_match(endpoint)),
        (413, has_body || endpoint.id == "resilience"),
        (422, has_input || changes),
        (429, true),
        (500, true),
        (503, true),
    ];
    possible.into_iter().filter(|(_, is)| *is).map(|(status, _)| status).collect()
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// The schema of the wire type that the table calls `name`.
fn wire(name: &str, generator: &mut SchemaGenerator) -> Value {
    let of: fn(&mut SchemaGenerator) -> Schema = match name {
        "Whoami" => SchemaGenerator::subschema_for::<Whoami>,
        "ApplyAnswer" => SchemaGenerator::subschema_for::<ApplyAnswer>,
        "ResourceView" => SchemaGenerator::subschema_for::<ResourceView>,
        "Page_of_ResourceView" => SchemaGenerator::subschema_for::<Page<ResourceView>>,
        "JobView" => SchemaGenerator::subschema_for::<JobView>,
        "Page_of_JobView" => SchemaGenerator::subschema_for::<Page<JobView>>,
        "Page_of_ClearingView" => SchemaGenerator::subschema_for::<Page<ClearingView>>,
        "Offers" => SchemaGenerator::subschema_for::<Offers>,
        "Page_of_JobSummary" => SchemaGenerator::subschema_for::<Page<JobSummary>>,
        "Page_of_Event" => SchemaGenerator::subschema_for::<Page<Event>>,
        "Logs" => SchemaGenerator::subschema_for::<Logs>,
        "PlanAllAnswer" => SchemaGenerator::subschema_for::<PlanAllAnswer>,
        "PlanAnswer" => SchemaGenerator::subschema_for::<PlanAnswer>,
        "Page_of_AccountView" => SchemaGenerator::subschema_for::<Page<AccountView>>,
        "AccountStory" => SchemaGenerator::subschema_for::<AccountStory>,
        "NewDeposit" => SchemaGenerator::subschema_for::<NewDeposit>,
        "NewReversal" => SchemaGenerator::subschema_for::<NewReversal>,
        "TransactionView" => SchemaGenerator::subschema_for::<TransactionView>,
        "Settlement" => SchemaGenerator::subschema_for::<Settlement>,
        "Page_of_UsageRecord" => SchemaGenerator::subschema_for::<Page<UsageRecord>>,
        "UsageAnswer" => SchemaGenerator::subschema_for::<UsageAnswer>,
        "Page_of_LineReading" => SchemaGenerator::subschema_for::<Page<LineReading>>,
        "Page_of_Dispute" => SchemaGenerator::subschema_for::<Page<Dispute>>,
        "Dispute" => SchemaGenerator::subschema_for::<Dispute>,
        "NewResolution" => SchemaGenerator::subschema_for::<NewResolution>,
        "Bill" => SchemaGenerator::subschema_for::<Bill>,
        "Top" => SchemaGenerator::subschema_for::<Top>,
        "Policies" => SchemaGenerator::subschema_for::<Policies>,
        "Denials" => SchemaGenerator::subschema_for::<Denials>,
        "Page_of_ChargeRecord" => SchemaGenerator::subschema_for::<Page<ChargeRecord>>,
        "Invoice" => SchemaGenerator::subschema_for::<Invoice>,
        "JobCounts" => SchemaGenerator::subschema_for::<JobCounts>,
        "Reach" => SchemaGenerator::subschema_for::<Reach>,
        "RoundTrips" => SchemaGenerator::subschema_for::<RoundTrips>,
        "Resilience" => SchemaGenerator::subschema_for::<Resilience>,
        "Ways" => SchemaGenerator::subschema_for::<Ways>,
        "Flows" => SchemaGenerator::subschema_for::<Flows>,
        "SiteEnergy" => SchemaGenerator::subschema_for::<SiteEnergy>,
        "EnergyReport" => SchemaGenerator::subschema_for::<EnergyReport>,
        "Page_of_SignalSeries" => SchemaGenerator::subschema_for::<Page<SignalSeries>>,
        "Page_of_DemandView" => SchemaGenerator::subschema_for::<Page<DemandView>>,
        "DispatchView" => SchemaGenerator::subschema_for::<DispatchView>,
        "DemandRequest" => SchemaGenerator::subschema_for::<DemandRequest>,
        "DemandView" => SchemaGenerator::subschema_for::<DemandView>,
        "SignalUpload" => SchemaGenerator::subschema_for::<SignalUpload>,
        "Page_of_Certificate" => SchemaGenerator::subschema_for::<Page<Certificate>>,
        "CertificateOrder" => SchemaGenerator::subschema_for::<CertificateOrder>,
        "CertificateAnswer" => SchemaGenerator::subschema_for::<CertificateAnswer>,
        "NewToken" => SchemaGenerator::subschema_for::<NewToken>,
        "NewTokenAnswer" => SchemaGenerator::subschema_for::<NewTokenAnswer>,
        "Page_of_TokenView" => SchemaGenerator::subschema_for::<Page<TokenView>>,
        "AgentReport" => SchemaGenerator::subschema_for::<AgentReport>,
        "AgentReportAnswer" => SchemaGenerator::subschema_for::<AgentReportAnswer>,
        "Target" => SchemaGenerator::subschema_for::<Target>,
        "Edges" => SchemaGenerator::subschema_for::<Edges>,
        "Services" => SchemaGenerator::subschema_for::<Services>,
        "JoinEdge" => SchemaGenerator::subschema_for::<JoinEdge>,
        "JoinEdgeAnswer" => SchemaGenerator::subschema_for::<JoinEdgeAnswer>,
        "EdgeReport" => SchemaGenerator::subschema_for::<EdgeReport>,
        "EdgeReportAnswer" => SchemaGenerator::subschema_for::<EdgeReportAnswer>,
        "EdgeTarget" => SchemaGenerator::subschema_for::<EdgeTarget>,
        "LogUpload" => SchemaGenerator::subschema_for::<LogUpload>,
        _ => return Value::Bool(false),
    };
    of(generator).to_value()
}

/// All that was referred to, under the names by which it was.
fn schemas(generator: &mut SchemaGenerator) -> Map<String, Value> {
    generator.take_definitions(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(value: &Value, look: &mut impl FnMut(&str, &Value)) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| {
                look(key, value);
                walk(value, look);
            }),
            Value::Array(items) => items.iter().for_each(|item| walk(item, look)),
            _ => {}
        }
    }

    #[test]
    fn every_endpoint_is_described_once() {
        let all = openapi();
        let paths = all["paths"].as_object().unwrap();
        let operations: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(operations, ENDPOINTS.len());
        let ids: std::collections::BTreeSet<&str> = ENDPOINTS.iter().map(|it| it.id).collect();
        assert_eq!(ids.len(), ENDPOINTS.len());
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let all = openapi();
        let mut references = 0;
        walk(&all, &mut |key, value| {
            if key == "$ref" {
                references += 1;
                let pointer = value.as_str().unwrap().trim_start_matches('#');
                assert!(all.pointer(pointer).is_some(), "{pointer}");
            }
        });
        assert!(references > 100, "{references}");
    }

    #[test]
    fn every_wire_type_of_the_table_is_known() {
        for endpoint in ENDPOINTS {
            for body in [endpoint.request, endpoint.answer] {
                if let Body::Json(name) = body {
                    let schema = wire(name, &mut SchemaGenerator::default());
                    let last = schema["$ref"]
                        .as_str()
                        .unwrap_or_default()
                        .rsplit('/')
                        .next()
                        .unwrap()
                        .to_owned();
                    assert_eq!(last, name, "{}", endpoint.id);
                }
            }
        }
    }

    #[test]
    fn it_is_the_same_every_time() {
        assert_eq!(openapi().to_string(), openapi().to_string());
    }

    #[test]
    fn what_an_operation_says() {
        let all = openapi();
        let cancel = &all["paths"]["/v1/jobs/{job}/cancel"]["post"];
        let names: Vec<&str> = cancel["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["job", "Idempotency-Key", "If-Match"]);
        let statuses: Vec<&String> = cancel["responses"].as_object().unwrap().keys().collect();
        assert_eq!(
            statuses,
            ["202", "400", "401", "403", "404", "409", "412", "422", "429", "500", "503"]
        );
        assert!(cancel["responses"]["202"]["headers"]["ETag"].is_object());
        assert!(cancel.get("requestBody").is_none());
        assert_eq!(all["paths"]["/healthz"]["get"]["security"], json!([]));
    }
}
