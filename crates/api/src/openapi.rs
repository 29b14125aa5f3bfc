//! The OpenAPI 3.1 description.

/// The whole description.
#[must_use]
pub fn openapi() -> serde_json::Value {
    serde_json::Value::Null
}
