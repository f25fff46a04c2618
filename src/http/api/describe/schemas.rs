//! Schemas as generators of clients read them best.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{SCHEMAS, reference, referred};

/// Fields of answers that may be missing. All others are there, null where there is nothing: what serde is told to skip
/// stands here.
const SKIPPED: [(&str, &str); 20] = [
    ("Webhook", "url"),
    ("NodeLoad", "news"),
    ("DraftPayload", "draft"),
    ("ApiToken", "token"),
    ("CommandResult", "message"),
    ("CommandResult", "effect"),
    ("CommandResult", "reply_md"),
    ("CommandEffect", "id"),
    ("SearchPage", "next"),
    ("SearchHit", "message"),
    ("SearchHit", "channel"),
    ("SearchHit", "user"),
    ("OutgoingWebhook", "secret"),
    ("DraftPayload", "channel_id"),
    ("DraftPayload", "parent_id"),
    ("DraftPayload", "deleted"),
    ("NotificationsReadPayload", "ids"),
    ("NotificationsReadPayload", "all_before"),
    ("SyncedChannel", "joined"),
    ("SyncedChannel", "my_permissions"),
];

/// Requests in which no field is required by itself, and one of them is needed all the same.
const NEED_A_FIELD: [&str; 2] = ["ReadNotifications", "PostMessage"];

/// The prefix of the names that utoipa gives to pages.
const PAGE: &str = "Page_";

/// Tidies all schemas of a document.
pub fn tidy(document: &mut Value) {
    name_pages(document);
    let scalars = take_scalars(document);
    visit(document, &mut |value: &mut Value| {
        write_out(value, &scalars);
        fold_null(value);
    });
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.iter_mut().for_each(|(name, schema)| require(name, schema));
        for name in NEED_A_FIELD {
            if let Some(schema) = schemas.get_mut(name) {
                schema["minProperties"] = json!(1);
            }
        }
        spread(schemas);
    }
}

/// Drops schemas that nothing refers to: parts that were written out where they stood.
pub fn drop_unused(document: &mut Value) {
    let mut used = HashSet::new();
    visit(document, &mut |value: &mut Value| used.extend(referred(value).map(str::to_owned)));
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| used.contains(name));
    }
}

/// Changes every value of a document, inner ones first.
fn visit<F: FnMut(&mut Value)>(value: &mut Value, change: &mut F) {
    match value {
        Value::Object(fields) => {
            for inner in fields.values_mut() {
                visit(inner, change);
            }
        }
        Value::Array(items) => {
            for inner in items {
                visit(inner, change);
            }
        }
        _ => {}
    }
    change(value);
}

/// utoipa calls a page of messages `Page_Message` and copies the message into it, of which a generator would make another
/// type than it makes of `Message`. Here it is a `MessagePage` that refers to its items.
fn name_pages(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let items: Vec<String> =
        schemas.keys().filter_map(|name| name.strip_prefix(PAGE)).map(str::to_owned).collect();
    for item in items {
        if let Some(mut page) = schemas.remove(&format!("{PAGE}{item}")) {
            page["properties"]["items"]["items"] = reference(&item);
            schemas.insert(format!("{item}Page"), page);
        }
    }
    visit(document, &mut |value: &mut Value| {
        let item = referred(value).and_then(|name| name.strip_prefix(PAGE));
        if let Some(page) = item.map(|item| format!("{SCHEMAS}{item}Page")) {
            value["$ref"] = page.into();
        }
    });
}

/// Takes the schemas of plain texts and numbers out of the document: ids, times, texts with a limit, and choices, of which some
/// generators would make constants whose names clash.
fn take_scalars(document: &mut Value) -> Map<String, Value> {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return Map::new() };
    let is_scalar = |schema: &Value| schema["type"] == "string" || schema["type"] == "integer";
    let named = schemas.iter().filter(|(_, schema)| is_scalar(schema));
    let names: Vec<String> = named.map(|(name, _)| name.clone()).collect();
    names.into_iter().filter_map(|name| schemas.remove_entry(&name)).collect()
}

/// Writes a scalar where it is referred to: a generator would make a type of one field of it, or lose the limits that stand
/// beside the reference.
fn write_out(value: &mut Value, scalars: &Map<String, Value>) {
    let scalar = referred(value).and_then(|name| scalars.get(name)).and_then(Value::as_object);
    if let (Some(scalar), Some(own)) = (scalar, value.as_object_mut()) {
        own.remove("$ref");
        for (key, rule) in scalar {
            own.entry(key).or_insert_with(|| rule.clone());
        }
    }
}

/// Writes a nullable scalar as a union of two types, and moves the description of any nullable schema to its outside, where
/// generators read it.
fn fold_null(value: &mut Value) {
    let choices = value.get_mut("oneOf").and_then(Value::as_array_mut).map(Vec::as_mut_slice);
    let Some([null, other]) = choices else { return };
    if null["type"] != "null" {
        return;
    }
    let mut other = other.take();
    let description = other.as_object_mut().and_then(|other| other.remove("description"));
    match other["type"].as_str().map(str::to_owned) {
        Some(kind) => {
            other["type"] = json!([kind, "null"]);
            if let Some(choices) = other.get_mut("enum").and_then(Value::as_array_mut) {
                choices.push(Value::Null);
            }
            *value = other;
        }
        None => value["oneOf"][1] = other,
    }
    if let Some(description) = description {
        value["description"] = description;
    }
}

/// An answer has all its fields. What is closed or open by its own word is a request, and requires what it says.
fn require(name: &str, schema: &mut Value) {
    if schema.get("additionalProperties").is_some() {
        return;
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let may_lack = |field: &str| SKIPPED.contains(&(name, field));
    let required: Vec<Value> =
        properties.keys().filter(|field| !may_lack(field)).map(|field| json!(field)).collect();
    schema["required"] = Value::Array(required);
}

/// Puts flattened parts into their whole, as serde does. Where the whole part may be absent, its fields may be missing: then
/// serde writes nothing, not null.
fn spread(schemas: &mut Map<String, Value>) {
    let all = schemas.clone();
    for (name, schema) in schemas.iter_mut() {
        let Some(parts) = schema["allOf"].as_array() else { continue };
        let (mut properties, mut required) = (Map::new(), Vec::<Value>::new());
        for part in parts {
            let part = part_of(name, part, &all);
            properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
            required.extend(part["required"].as_array().cloned().unwrap_or_default());
        }
        let description = schema["description"].take();
        *schema = json!({
            "type": "object", "description": description, "properties": properties, "required": required
        });
    }
}

/// A part of a whole of some name, with all its fields.
fn part_of(whole: &str, part: &Value, all: &Map<String, Value>) -> Value {
    if let Some(name) = referred(part) {
        return all.get(name).cloned().unwrap_or_default();
    }
    if part.get("oneOf").is_some() {
        let mut part = part_of(whole, &part["oneOf"][1], all);
        part["required"] = json!([]);
        return part;
    }
    let mut part = part.clone();
    require(whole, &mut part);
    part
}

#[cfg(test)]
#[path = "schemas_tests.rs"]
mod tests;
