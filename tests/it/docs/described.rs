//! Whether the OpenAPI document is complete, and good for generators of clients.

use std::collections::HashSet;

use ajet_protocol::Event;
use serde_json::{Map, Value, json};

use super::validate::resolve;
use super::walk::{Walk, operations};
use crate::support::World;

/// Everything a document refers to.
fn references(value: &Value, found: &mut Vec<String>) {
    found.extend(value["$ref"].as_str().map(str::to_owned));
    match value {
        Value::Object(fields) => fields.values().for_each(|inner| references(inner, found)),
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

fn says(value: &Value) -> bool {
    value["description"].as_str().is_some_and(|text| !text.trim().is_empty())
}

#[tokio::test]
async fn every_operation_is_described() {
    let world = World::new().await;
    let Walk { document, .. } = Walk::through(&world.base()).await;
    for path in ["/hook/{id}/{token}", "/hook/{id}/{token}/slack", "/hook/{id}/{token}/github"] {
        let conflict = document["paths"][path]["post"]["responses"]["409"]["description"].as_str();
        assert!(conflict.is_some_and(|text| text.contains("`archived`")), "{path}: {conflict:?}");
    }
    let mut ids = HashSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().expect("an operation id");
        let at = format!("{id} ({method} {path})");
        assert!(ids.insert(id), "{at}: twice");
        assert!(id.split_once('.').is_some_and(|(noun, verb)| !noun.is_empty() && !verb.is_empty()), "{at}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at}: no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at}: one tag");
        assert!(operation["security"].is_array(), "{at}: says who may ask");
        assert_parameters(path, operation, &at);
        assert_answers(operation, &at);
        assert_key(&document, operation, &at);
        if operation.get("requestBody").is_some() {
            assert!(says(&operation["requestBody"]), "{at}: its body is not described");
        }
    }
    assert_eq!(document["servers"][0]["url"], "/");
    for name in ["bearer", "cookie", "ops"] {
        assert!(says(&document["components"]["securitySchemes"][name]), "{name}");
    }
    world.end().await;
}

fn assert_parameters(path: &str, operation: &Value, at: &str) {
    let all = operation["parameters"].as_array().expect("parameters");
    let mut named = HashSet::new();
    for one in all {
        assert!(named.insert((one["in"].as_str(), one["name"].as_str())), "{at}: {one} is there twice");
        assert!(says(one) && one["schema"].is_object(), "{at}: {one} is not described");
        assert_ne!(one["schema"]["type"], json!(["string", "null"]), "{at}: {one} can't be null");
        if one["name"] == "id" || one["name"] == "community_id" {
            assert_eq!(one["schema"]["format"], "uuid", "{at}: {one}");
        }
        if one["name"] == "Idempotency-Key" {
            let most = ajet_protocol::limits::IDEMPOTENCY_KEY_CHARS;
            let form = json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "^[ -~]+$" });
            assert_eq!(one["schema"], form, "{at}");
        }
        if one["name"] == "provider" {
            assert_eq!(one["schema"]["pattern"], "^[a-z0-9_-]+$", "{at}: {one}");
        }
    }
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let given: HashSet<_> = parts.map(|name| (Some("path"), Some(name))).collect();
    assert!(given.is_subset(&named), "{at}: a part of its path is not described");
    assert_eq!(given.len(), named.iter().filter(|(place, _)| *place == Some("path")).count(), "{at}");
}

/// Operations whose refusals are OAuth's own, not problem documents.
const OAUTH: [&str; 2] = ["auth.device", "auth.device_token"];

fn assert_answers(operation: &Value, at: &str) {
    let answers = operation["responses"].as_object().expect("answers");
    let succeeds = |status: &String| status.starts_with('2') || status == "302";
    assert!(answers.keys().any(succeeds), "{at}: never succeeds");
    for (status, answer) in answers {
        assert!(says(answer), "{at}: {status} is not described");
        let content = &answer["content"];
        let is_oauth = OAUTH.iter().any(|id| operation["operationId"] == *id);
        // A head that can't be read has no route.
        if is_oauth && (status.starts_with('4') || status.starts_with('5')) && status != "431" {
            let schema = &content["application/json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/DeviceRefusal", "{at}: {status}");
        } else if status.starts_with('4') || status == "500" {
            let schema = &content["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{at}: {status}");
        } else if status == "200" || status == "201" {
            let all = content.as_object().expect("a body");
            assert!(all.values().all(|one| one["schema"].is_object()), "{at}: {status} has no schema");
        }
    }
    assert!(
        !answers.contains_key("401") || answers.contains_key("429"),
        "{at}: of many wrong tokens one is too many"
    );
}

/// A key that a body may hold may come as a header too.
fn assert_key(document: &Value, operation: &Value, at: &str) {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let body = schema["$ref"].as_str().and_then(|target| resolve(document, target));
    let has_key = body.is_some_and(|body| body["properties"].get("client_mutation_id").is_some());
    let mut all = operation["parameters"].as_array().expect("parameters").iter();
    assert!(!has_key || all.any(|one| one["name"] == "Idempotency-Key"), "{at}: its key is no header");
    assert!(!has_key || operation["responses"].get("409").is_some(), "{at}: its key makes no conflict");
}

/// Bodies of requests, in which no unknown field is taken.
const REQUESTS: [&str; 42] = [
    "AddPushSubscription",
    "ArchiveChannel",
    "ChannelPlace",
    "CreateBot",
    "CreateCategory",
    "CreateChannel",
    "CreateCommand",
    "CreateCommunity",
    "CreateInvite",
    "CreateOauthProvider",
    "CreateOutgoingWebhook",
    "CreateRole",
    "CreateToken",
    "CreateWebhook",
    "DevSignIn",
    "EditMessage",
    "MarkRead",
    "MarkUnread",
    "MuteChannel",
    "MuteMember",
    "NotifyChannel",
    "NotifyCommunity",
    "OpenDm",
    "OrderCategories",
    "OrderChannels",
    "PostMessage",
    "PurgeMessages",
    "ReadNotifications",
    "Reason",
    "RemovePushSubscription",
    "RespondToInvocation",
    "RunCommand",
    "SetOverwrite",
    "SetTyping",
    "SlowChannel",
    "UpdateCategory",
    "UpdateChannel",
    "UpdateMember",
    "UpdateOauthProvider",
    "UpdateOutgoingWebhook",
    "UpdateRole",
    "UpdateWebhook",
];

/// Whether generators of clients make something of their own by this name: Go's a constructor and a nullable type of each schema, and
/// TypeScript's the parameters of each operation. File systems may not tell small letters from capital ones.
fn is_taken(name: &str, schemas: &Map<String, Value>) -> bool {
    let of_another =
        |prefix: &str| name.strip_prefix(prefix).is_some_and(|other| schemas.contains_key(other));
    let again = schemas.keys().filter(|other| other.eq_ignore_ascii_case(name)).count() > 1;
    of_another("New") || of_another("Nullable") || name.ends_with("Request") || again
}

#[tokio::test]
async fn schemas_are_described_and_refer_to_each_other() {
    let world = World::new().await;
    let Walk { document, .. } = Walk::through(&world.base()).await;
    let mut targets = Vec::new();
    references(&document, &mut targets);
    for target in targets {
        assert!(resolve(&document, &target).is_some(), "{target} leads nowhere");
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in schemas {
        assert!(says(schema), "{name} is not described");
        assert!(!name.starts_with("Page_"), "{name}");
        assert!(!is_taken(name, schemas), "{name}: generators make something else of this name");
        for (field, rule) in schema["properties"].as_object().into_iter().flatten() {
            let common = rule["$ref"].as_str().and_then(|target| resolve(&document, target));
            assert!(says(rule) || common.is_some_and(says), "{name}.{field} is not described");
        }
    }
    for page in [
        "ApiTokenPage",
        "BanPage",
        "BotPage",
        "CategoryPage",
        "ChannelPage",
        "CommunityPage",
        "CustomRolePage",
        "MemberPage",
        "MessagePage",
        "NotificationPage",
        "OverwritePage",
        "WebhookPage",
    ] {
        let item = format!("#/components/schemas/{}", page.trim_end_matches("Page"));
        assert_eq!(schemas[page]["properties"]["items"]["items"], json!({ "$ref": item }));
    }
    for request in REQUESTS {
        assert_eq!(schemas[request]["additionalProperties"], false, "{request}");
    }
    let body = &schemas["PostMessage"]["properties"]["body_md"];
    let most = ajet_protocol::limits::BODY_CHARS;
    // Nothing is said where there are files, or a poll.
    assert_eq!((&body["minLength"], &body["maxLength"]), (&json!(0), &json!(most)));
    let named = document["x-events"].as_object().expect("events");
    for event in Event::describe(&mut Vec::new()) {
        assert!(named.contains_key(event.kind.as_str()), "{}", event.name);
    }
    world.end().await;
}
