//! Operations: what is true of many of them.

use ajet_protocol::{Code, DeviceError};
use serde_json::{Map, Value, json};

use super::{reference, referred, scopes};
use crate::http::extract::KEY_PATTERN;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const PROBLEM: &str = "application/problem+json";
const JSON: &str = "application/json";
const HTML: &str = "text/html";
/// A form that brings a file.
const FORM: &str = "multipart/form-data";
/// A form of fields alone.
const FIELDS: &str = "application/x-www-form-urlencoded";
/// Answered whatever else is the matter.
const PROBES: [&str; 6] = ["/livez", "/live", "/readyz", "/ready", "/health", "/metrics"];

/// Counts for no limit, as the probes.
const SIGN_IN_BY_NAME: &str = "/auth/dev";

/// Completes every operation of a document.
pub fn complete(document: &mut Value) {
    document["components"]["headers"] = headers();
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                complete_operation((path.as_str(), method), operation, &schemas);
            }
        }
    }
}

fn complete_operation(route: (&str, &str), operation: &mut Value, schemas: &Value) {
    if let Some(summary) = operation["summary"].as_str().map(|text| text.replace('\n', " ")) {
        operation["summary"] = json!(summary);
    }
    secure(operation);
    scopes::add(operation);
    repeat(operation);
    for (code, text) in errors_of(route, operation) {
        fail(operation, code, text);
    }
    let refusal = if is_oauth(operation) { (JSON, "DeviceRefusal") } else { (PROBLEM, "Problem") };
    let is_for_browsers = BROWSED.iter().any(|id| operation["operationId"] == *id);
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        complete_response(status, response, refusal);
        if is_for_browsers && response["content"].get(PROBLEM).is_some() && status != "431" {
            response["content"][HTML]["schema"] = json!({ "type": "string" });
        }
        if status.starts_with('2') && !PROBES.contains(&route.0) && route.0 != SIGN_IN_BY_NAME {
            tell_limits(response);
        }
    }
    take_common_headers(route.0, operation);
    if needs_no_field(operation, schemas) {
        operation["requestBody"]["required"] = json!(false);
    }
}

/// An operation that takes a token takes the cookie too. One without any security says so.
fn secure(operation: &mut Value) {
    let mut ways = operation["security"].as_array().cloned().unwrap_or_default();
    if ways.contains(&json!({ "bearer": [] })) {
        ways.push(json!({ "cookie": [] }));
    }
    operation["security"] = Value::Array(ways);
}

fn must_sign_in(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|ways| !ways.is_empty() && !ways.contains(&json!({})))
}

/// Whether it creates something, which is safe to repeat with a key.
fn creates(operation: &Value) -> bool {
    operation["responses"].get("201").is_some()
}

/// The operations that answer no new object and take a key all the same, which keeps what they do from being done twice.
const KEYED: [&str; 3] = ["commands.run", "exports.create", "messages.purge"];

fn takes_key(operation: &Value) -> bool {
    let id = operation["operationId"].as_str().unwrap_or_default();
    creates(operation) || KEYED.contains(&id)
}

/// What a repetition with the same key answers.
fn repeat(operation: &mut Value) {
    if creates(operation) && operation["responses"].get("200").is_none() {
        let mut again = operation["responses"]["201"].clone();
        again["description"] = json!("What an earlier request with the same key made, as it is now.");
        operation["responses"]["200"] = again;
    }
}

/// The ways to fail that follow from what an operation is.
fn errors_of((path, method): (&str, &str), operation: &Value) -> Vec<(Code, &'static str)> {
    let must_sign_in = must_sign_in(operation);
    let by_cookie = must_sign_in && method != "get";
    let (is_hook, is_probe) = (path.starts_with("/hook/"), PROBES.contains(&path));
    let is_told = operation["responses"].get("404").is_some();
    let hides = !is_told && (path.contains('{') || path.starts_with("/ops/"));
    let (has_body, has_pages) = (operation.get("requestBody").is_some(), has_pages(operation));
    let is_form = !is_hook && operation["requestBody"]["content"].get(FORM).is_some();
    let has_fields = !is_hook && operation["requestBody"]["content"].get(FIELDS).is_some();
    let has_json = has_body && !is_hook && !is_form && !has_fields;
    let is_scoped = operation.get("x-scope").is_some();
    let all = [
        (has_json, Code::Malformed, "The body is no JSON (`malformed`)."),
        (
            must_sign_in,
            Code::Unauthenticated,
            "No token was sent, or one that is not valid (`unauthenticated`).",
        ),
        (is_scoped, Code::Forbidden, "The caller is a bot whose token is not enough for this (`forbidden`)."),
        (by_cookie, Code::Csrf, "The request came by cookie from another site (`csrf`)."),
        (hides, Code::NotFound, "There is no such thing, or the caller may not know of it (`not_found`)."),
        (
            takes_key(operation) || is_hook,
            Code::Conflict,
            "The key has made something else before (`conflict`).",
        ),
        (is_hook, Code::Archived, "The webhook's channel is read-only (`archived`)."),
        (has_json || has_fields, Code::TooLarge, "The body is larger than 1 MiB (`too_large`)."),
        (is_form, Code::Malformed, "The body could not be read (`malformed`)."),
        (is_form, Code::TooLarge, "The file is larger than 10 MiB, or than this system takes (`too_large`)."),
        (is_form, Code::UnsupportedMediaType, "The body is no form with files (`unsupported_media_type`)."),
        (is_form, Code::Invalid, "A field of the form breaks a rule; `errors` names it (`invalid`)."),
        (
            is_hook,
            Code::TooLarge,
            "The body is larger than 1 MiB, or a form with files than 11 MiB (`too_large`).",
        ),
        (is_hook, Code::UnsupportedMediaType, "The body is compressed (`unsupported_media_type`)."),
        (true, Code::HeadTooLarge, "The request's head is larger than 32 KiB (`head_too_large`)."),
        (has_json, Code::UnsupportedMediaType, "The body is not sent as JSON (`unsupported_media_type`)."),
        (has_json, Code::Invalid, "A field breaks a rule; `errors` names it (`invalid`)."),
        (has_pages, Code::Invalid, "`before`, `after` or `limit` is not what it may be (`invalid`)."),
        (
            !is_probe,
            Code::RateLimited,
            "Too many requests came from the caller, into the community, or from this network, or too many tokens that were wrong (`rate_limited`).",
        ),
        (!is_probe, Code::Internal, "Our fault; the trace id finds it in the log (`internal`)."),
        (
            !is_probe,
            Code::Unavailable,
            "Try again after `Retry-After`: there is too much work (`overloaded`), or something that the server needs is away (`unavailable`).",
        ),
    ];
    all.into_iter().filter(|(when, ..)| *when).map(|(_, code, text)| (code, text)).collect()
}

/// Lists refuse a cursor or a size that is none.
fn has_pages(operation: &Value) -> bool {
    operation["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["name"] == "limit")
}

/// Operations that browsers are sent to, and that refuse as pages to who asks for pages (`src/http/page.rs`).
const BROWSED: [&str; 2] = ["auth.start", "auth.callback"];

/// Operations that refuse in OAuth's words (`src/http/oauth_words.rs`).
const OAUTH: [&str; 2] = ["auth.device", "auth.device_token"];

fn is_oauth(operation: &Value) -> bool {
    OAUTH.iter().any(|id| operation["operationId"] == *id)
}

/// A text with OAuth's words in the place of our codes.
fn in_oauths_words(text: &str, status: u16) -> String {
    let codes = Code::ALL.iter().filter(|code| code.status() == status);
    codes.fold(text.to_owned(), |text, code| {
        text.replace(&format!("`{}`", code.as_str()), &format!("`{}`", DeviceError::of(*code).as_str()))
    })
}

/// Adds a way to fail to what the operation says of the same status itself.
fn fail(operation: &mut Value, code: Code, text: &str) {
    let text = match is_oauth(operation) && code != Code::HeadTooLarge {
        true => in_oauths_words(text, code.status()),
        false => text.to_owned(),
    };
    let response = &mut operation["responses"][code.status().to_string()];
    let own = response["description"].as_str().filter(|own| !own.is_empty());
    let description = own.map_or_else(|| text.clone(), |own| format!("{own} {text}"));
    response["description"] = json!(description);
}

/// Adds what every answer of a status has.
fn complete_response(status: &str, response: &mut Value, refusal: (&str, &str)) {
    let mut names = vec!["X-Trace-Id"];
    if status.starts_with(['4', '5']) && response.get("content").is_none() {
        // A head that can't be read has no route.
        let (media, schema) = if status == "431" { (PROBLEM, "Problem") } else { refusal };
        response["content"][media]["schema"] = reference(schema);
        match status {
            "401" => names.push("WWW-Authenticate"),
            "429" => {
                names.extend(["Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]);
            }
            "503" => names.push("Retry-After"),
            _ => {}
        }
    }
    for name in names {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

/// Adds how the caller's count stands, which is said of every request that is counted.
fn tell_limits(response: &mut Value) {
    for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

/// The headers that answers share.
fn headers() -> Value {
    let number = json!({ "type": "integer", "minimum": 0 });
    let all = [
        (
            "X-Trace-Id",
            "The id that finds this request in the log.",
            json!({ "type": "string", "format": "uuid" }),
        ),
        ("WWW-Authenticate", "How to sign in: `Bearer`.", json!({ "type": "string" })),
        ("Retry-After", "Seconds after which to try again.", number.clone()),
        ("RateLimit-Limit", "How many requests of this kind a minute allows.", number.clone()),
        ("RateLimit-Remaining", "How many of them are allowed at once from now.", number.clone()),
        ("RateLimit-Reset", "Seconds until all of them are allowed again.", number),
    ];
    let described = |(name, text, schema): (&str, &str, Value)| {
        (name.to_owned(), json!({ "description": text, "schema": schema }))
    };
    Value::Object(all.into_iter().map(described).collect::<Map<_, _>>())
}

/// Adds the headers that all requests, and all that create something, may have.
fn take_common_headers(path: &str, operation: &mut Value) {
    let parameter = |name: &str, text: &str, schema: Value| json!({ "in": "header", "name": name, "required": false, "description": text, "schema": schema });
    let mut all = operation["parameters"].as_array().cloned().unwrap_or_default();
    let trace_id = json!({ "type": "string", "format": "uuid" });
    all.push(parameter("X-Trace-Id", "A UUID to find this request by; the answer repeats it.", trace_id));
    if takes_key(operation) || path.starts_with("/hook/") {
        let text = "A key for this request, as `client_mutation_id` in a body: a repetition with the same one gives \
                    the first result again. Kept for at least 24 hours. 1 to 64 printable characters of ASCII.";
        let most = ajet_protocol::limits::IDEMPOTENCY_KEY_CHARS;
        let key = json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": KEY_PATTERN });
        all.push(parameter("Idempotency-Key", text, key));
    }
    operation["parameters"] = Value::Array(all);
}

/// Whether its body is JSON in which no field is needed: then there need be no body.
fn needs_no_field(operation: &Value, schemas: &Value) -> bool {
    let asked = referred(&operation["requestBody"]["content"]["application/json"]["schema"]);
    let schema = asked.and_then(|name| schemas.get(name));
    schema.is_some_and(|schema| {
        schema["additionalProperties"] == false
            && schema["required"].as_array().is_none_or(Vec::is_empty)
            && schema.get("minProperties").is_none()
    })
}
