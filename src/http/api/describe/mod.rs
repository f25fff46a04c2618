//! What is true of every route and every shape, written into the OpenAPI document once instead of at each of them.
//!
//! The document comes from utoipa and is completed as JSON: some of what generators of clients need, utoipa has no attribute for.

mod events;
mod hooks;
mod operations;
mod schemas;
mod scopes;

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

const SCHEMAS: &str = "#/components/schemas/";

/// Completes a document: events and payloads of webhooks, schemas as generators read them best, and for every operation
/// its errors, the headers that all answers carry and all requests may, and the ways to sign in.
pub fn complete(document: &OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    events::add(&mut document);
    hooks::add(&mut document);
    schemas::tidy(&mut document);
    operations::complete(&mut document);
    schemas::drop_unused(&mut document);
    document
}

/// A reference to a schema of the document.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// The name of the schema that a value refers to.
fn referred(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}
