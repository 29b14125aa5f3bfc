//! Resources back to text, and the JSON Schemas of the manifests.

use model::{
    DatasetSpec, EdgeSpec, FlavorSpec, JobSpec, Kind, LinkSpec, Metadata, NodeSpec,
    OrganizationSpec, PoolSpec, ProjectSpec, Resource, ServiceSpec, SiteSpec, Spec,
};
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Value, json};

use super::API_VERSION;

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    kind: Kind,
    metadata: &'a Metadata,
    spec: &'a Spec,
}

/// One YAML document that reads back as the same resource.
#[must_use]
pub fn to_yaml(resource: &Resource) -> String {
    let manifest =
        Manifest { kind: resource.spec.kind(), metadata: &resource.metadata, spec: &resource.spec };
    serde_saphyr::to_string(&manifest).unwrap_or_else(|_| as_json(&manifest))
}

/// JSON is YAML too.
fn as_json(manifest: &Manifest<'_>) -> String {
    serde_json::to_string_pretty(manifest).unwrap_or_default() + "\n"
}

/// JSON Schema (draft 2020-12) of a whole manifest of one kind.
#[must_use]
pub fn schema(kind: Kind) -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = manifest_schema(kind, &mut generator);
    let definitions = generator.take_definitions(true);
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        fields.insert("title".to_owned(), json!(kind.as_str()));
        fields.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema.sort_all_objects();
    schema
}

/// The same with its parts in the definitions of `generator`.
pub(crate) fn manifest_schema(kind: Kind, generator: &mut SchemaGenerator) -> Value {
    let metadata = generator.subschema_for::<Metadata>();
    let spec = spec_schema(kind, generator);
    json!({
        "type": "object",
        "properties": {
            "apiVersion": { "const": API_VERSION },
            "kind": { "const": kind.as_str() },
            "metadata": metadata,
            "spec": spec,
        },
        "required": ["kind", "metadata", "spec"],
        "additionalProperties": false,
    })
}

fn spec_schema(kind: Kind, generator: &mut SchemaGenerator) -> Schema {
    match kind {
        Kind::Organization => generator.subschema_for::<OrganizationSpec>(),
        Kind::Project => generator.subschema_for::<ProjectSpec>(),
        Kind::Node => generator.subschema_for::<NodeSpec>(),
        Kind::Flavor => generator.subschema_for::<FlavorSpec>(),
        Kind::Site => generator.subschema_for::<SiteSpec>(),
        Kind::Pool => generator.subschema_for::<PoolSpec>(),
        Kind::Link => generator.subschema_for::<LinkSpec>(),
        Kind::Dataset => generator.subschema_for::<DatasetSpec>(),
        Kind::Edge => generator.subschema_for::<EdgeSpec>(),
        Kind::Service => generator.subschema_for::<ServiceSpec>(),
        Kind::Job => generator.subschema_for::<JobSpec>(),
    }
}
