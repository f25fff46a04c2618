//! Numbers that bound something: nought, negative and huge ones are refused, whichever operation takes them.

use ajet_protocol::{CreateOutgoingWebhook, EventType};
use reqwest::Method;
use serde_json::{Value, json};

use crate::docs::operations;
use crate::support::bots::made;
use crate::support::requests::{ann, fields, problem};
use crate::support::{World, category, id_of, text};

/// What no page is as large as. The last one but two do not fit into 64 bits with a sign.
const NO_SIZES: [&str; 9] = [
    "0",
    "-1",
    "201",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "",
    "1e2",
    "ten",
];

/// What no number of something is, whatever it counts.
const NO_NUMBERS: [&str; 7] = [
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "1e99",
    "\"\"",
];

/// An object of each kind that a list is about, by the beginning of the list's path.
async fn places(world: &World) -> [(&'static str, String); 5] {
    let said = world.ann.post(world.general.id, &text("hello")).await.expect("posts").id;
    let bot = made(world, "robo").await.id;
    let told = CreateOutgoingWebhook {
        url: "http://127.0.0.1:9/hook".into(),
        events: vec![EventType::ChannelCreated],
        channel_ids: None,
        client_mutation_id: None,
    };
    let outgoing = world.ann.create_outgoing_webhook(world.community.id, &told).await.expect("makes").id;
    [
        ("/api/communities/", world.community.id.to_string()),
        ("/api/channels/", world.general.id.to_string()),
        ("/api/messages/", said.to_string()),
        ("/api/bots/", bot.to_string()),
        ("/api/outgoing_webhooks/", outgoing.to_string()),
    ]
}

/// The path of a list of something that is there.
fn path_of(template: &str, places: &[(&'static str, String)]) -> String {
    let place = places.iter().find(|(beginning, _)| template.starts_with(beginning));
    let id = place.map_or("", |(_, id)| id.as_str());
    let path = template.replace("{id}", id).replace("{emoji}", "%F0%9F%91%8D");
    assert!(!path.contains('{'), "{template} is a list of something new: add it to the places");
    path
}

#[tokio::test]
async fn no_list_takes_a_size_that_is_none() {
    let world = World::new().await;
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let places = places(&world).await;
    let has_size = |operation: &Value| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.filter(|one| one["in"] == "query").any(|one| one["name"] == "limit")
    };
    let lists: Vec<String> = operations(&document)
        .into_iter()
        .filter(|(_, method, operation)| *method == "get" && has_size(operation))
        .map(|(path, ..)| path_of(path, &places))
        .collect();
    assert!(lists.len() > 25, "{lists:?}");
    let mut wrong = Vec::new();
    for list in &lists {
        for size in NO_SIZES {
            // What is looked for goes with a search, and is passed by elsewhere.
            let request = ann(&world, Method::GET, &format!("{list}?q=hello&limit={size}"));
            let (status, problem) = problem(request).await;
            let named = problem["errors"].as_array().into_iter().flatten().any(|one| one["field"] == "limit");
            if status != 422 || !named {
                wrong.push(format!("{list} with limit={size}: {status} {problem}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// A request with a number: its method and path, the fields before the number, the number's own, and whether it may be nought.
type Counting = (Method, String, &'static str, &'static str, bool);

async fn counting(world: &World) -> Vec<Counting> {
    let (community, general) = (world.community.id, world.general.id);
    let mute = format!("/api/communities/{community}/mutes/{}", id_of(&world.bob).await);
    let (below, within) = (
        |what: &str| format!("/api/communities/{community}/{what}"),
        |what: &str| format!("/api/channels/{general}/{what}"),
    );
    let settings = || "/api/system/settings".to_owned();
    let category = format!("/api/categories/{}", category(world, "Teams").await.id);
    let crew: Value = world
        .ann
        .send(Method::POST, &below("roles"), Some(&json!({ "name": "crew" })), false)
        .await
        .expect("makes a role");
    let role = format!("/api/roles/{}", crew["id"].as_str().expect("an id"));
    let file = r#""filename":"cat.png","content_type":"image/png","#;
    vec![
        (Method::POST, below("invites"), "", "max_uses", false),
        (Method::POST, within("messages/purge"), "", "count", false),
        (Method::PUT, mute, "", "seconds", false),
        (Method::PUT, within("slow_mode"), "", "seconds", true),
        (Method::POST, within("uploads"), file, "size_bytes", false),
        (Method::POST, below("roles"), r#""name":"crew","#, "position", true),
        (Method::PATCH, role, "", "position", true),
        (Method::POST, below("categories"), r#""name":"Teams","#, "position", true),
        (Method::PATCH, category, "", "position", true),
        (Method::PATCH, format!("/api/channels/{general}"), "", "position", true),
        (Method::PATCH, settings(), "", "edit_window_s", true),
        (Method::PATCH, settings(), "", "upload_max_bytes", false),
        (Method::PATCH, settings(), "", "message_retention_days", false),
        (Method::PATCH, settings(), "", "audit_retention_days", false),
    ]
}

/// Whether a schema is that of a whole number, which may be left out.
fn is_number(document: &Value, schema: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/")) {
        return is_number(document, &document["components"]["schemas"][name]);
    }
    let kind = &schema["type"];
    let ways = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|way| schema[way].as_array());
    kind == "integer"
        || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("integer")))
        || ways.flatten().any(|one| is_number(document, one))
}

/// The fields of requests that are numbers, as the document has them: the method, the path and the field of each.
fn numbers(document: &Value) -> Vec<(String, &str, &str)> {
    let mut numbers = Vec::new();
    let all = operations(document).into_iter();
    for (path, method, operation) in all.filter(|(path, ..)| path.starts_with("/api/")) {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let name = body["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"));
        let schema = name.map_or(body, |name| &document["components"]["schemas"][name]);
        let fields = schema["properties"].as_object().into_iter().flatten();
        let counts = fields.filter(|(_, field)| is_number(document, field));
        numbers.extend(counts.map(|(field, _)| (method.to_uppercase(), path, field.as_str())));
    }
    numbers
}

/// Whether a path is one of those that a template stands for.
pub fn fits(template: &str, path: &str) -> bool {
    let (parts, of_path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    parts.len() == of_path.len()
        && parts.iter().zip(of_path).all(|(part, one)| part.starts_with('{') || *part == one)
}

#[tokio::test]
async fn nought_and_huge_numbers_bound_nothing() {
    let world = World::new().await;
    let before = world.ann.settings().await.expect("reads");
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let counting = counting(&world).await;
    let is_tried = |(method, template, field): &(String, &str, &str)| {
        counting
            .iter()
            .any(|(one, path, _, name, _)| one.as_str() == method && fits(template, path) && name == field)
    };
    let numbers = numbers(&document);
    assert!(numbers.len() > 10, "{numbers:?}");
    let lacking: Vec<_> = numbers.iter().filter(|&number| !is_tried(number)).collect();
    assert!(lacking.is_empty(), "numbers that no one tries: {lacking:?}");
    let mut wrong = Vec::new();
    for (method, path, rest, field, may_be_nought) in counting {
        let nought = ["0"].into_iter().filter(|_| !may_be_nought);
        for number in NO_NUMBERS.into_iter().chain(nought) {
            let body = format!(r#"{{{rest}"{field}":{number}}}"#);
            let request = ann(&world, method.clone(), &path).header("content-type", "application/json");
            let (status, problem) = problem(request.body(body.clone())).await;
            let named = status == 422 && fields(&problem).iter().any(|(name, _)| *name == field);
            if !named {
                wrong.push(format!("{method} {path} {body}: {status} {problem}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(world.ann.settings().await.expect("reads"), before);
    world.end().await;
}
