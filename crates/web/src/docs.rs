//! The API's description for people, from its OpenAPI document.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::layout::page;

/// The page.
#[must_use]
pub fn page_of(document: &Value) -> Markup {
    let empty = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&empty);
    let schemas = document["components"]["schemas"].as_object().unwrap_or(&empty);
    let events = document["x-events"].as_object().unwrap_or(&empty);
    page(
        "API",
        &html! {
            body.docs { main {
                h1 { "The ajet-chat API" }
                p { "The same as a document: " a href="/api/openapi.json" { "/api/openapi.json" } }
                h2 { "Routes" }
                @for (path, methods) in paths {
                    @for (method, operation) in methods.as_object().unwrap_or(&empty) { (route(method, path, operation)) }
                }
                h2 { "Events" }
                ul {
                    @for (name, schema) in events {
                        li { code { (name) } " " (reference(schema["$ref"].as_str().unwrap_or(""))) }
                    }
                }
                h2 { "Shapes" }
                @for (name, schema) in schemas { (shape(name, schema)) }
                h2 { "Errors" }
                @for code in ajet_protocol::Code::ALL {
                    p id=(code.as_str()) { code { (code.status()) " " (code.as_str()) } " " (code.title()) }
                }
            } }
        },
    )
}

fn route(method: &str, path: &str, operation: &Value) -> Markup {
    let empty = Map::new();
    let body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let answers = operation["responses"].as_object().unwrap_or(&empty);
    html! {
        section.route {
            h3 { code { (method.to_uppercase()) " " (path) } }
            p { (said(&operation["summary"])) }
            @if let Some(more) = operation["description"].as_str() { p { (more) } }
            ul { @for one in parameters { li { code { (said(&one["name"])) } " " (said(&one["description"])) } } }
            @if let Some(body) = body { p { "Body: " (reference(body)) } }
            p { "Answers:" }
            ul { @for (status, answer) in answers { li { code { (status) } " " (said(&answer["description"])) } } }
        }
    }
}

/// The text of a value that is one.
fn said(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn reference(path: &str) -> Markup {
    let name = path.rsplit('/').next().unwrap_or(path);
    html! { a href={ "#" (name) } { (name) } }
}

fn shape(name: &str, schema: &Value) -> Markup {
    let empty = Map::new();
    html! {
        section.route id=(name) {
            h3 { (name) }
            p { (schema["description"].as_str().unwrap_or("")) }
            ul {
                @for (field, rule) in schema["properties"].as_object().unwrap_or(&empty) {
                    li { code { (field) } " " (rule["description"].as_str().unwrap_or("")) }
                }
            }
        }
    }
}
