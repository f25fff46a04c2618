//! The frames of the live stream: one schema for each type of event, so that a generator makes one type of each, and one for
//! each frame that is no event.

use ajet_protocol::Event;
use ajet_protocol::events::{EventDescription, frames};
use serde_json::{Map, Value, json};

use super::{reference, scopes};

/// Adds the schemas of all events and `x-events`, which names for each frame the schema of its data.
pub fn add(document: &mut Value) {
    let mut payloads = Vec::new();
    let described = Event::describe(&mut payloads);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in payloads {
        schemas.entry(name).or_insert_with(|| serde_json::to_value(&schema).unwrap_or_default());
    }
    let envelope = shown(schemas.remove("Envelope").unwrap_or_default());
    let mut by_name = Map::new();
    for one in &described {
        let name = format!("{}Event", one.name);
        by_name.insert(one.kind.as_str().to_owned(), reference(&name));
        schemas.insert(name, of_type(envelope.clone(), one));
    }
    schemas.insert("LiveEvent".to_owned(), any_of(&by_name));
    let others = others();
    let mut any: Vec<Value> = vec![reference("LiveEvent")];
    any.extend(others.iter().map(|(_, schema)| schema.clone()));
    by_name.extend(others.into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    document["x-events"] = Value::Object(by_name);
    document["x-event-scopes"] = scopes::of_events();
    let stream =
        &mut document["paths"]["/api/events"]["get"]["responses"]["200"]["content"]["text/event-stream"];
    stream["schema"] = json!({
        "type": "string",
        "description": STREAM,
        "contentMediaType": "application/json",
        "contentSchema": { "anyOf": any }
    });
}

const STREAM: &str = "Frames of server-sent events; `x-events` names for each `event` the schema of its `data`. `typing.start`, \
    `typing.stop` and `presence.diff` tell of a moment: they have no `id:`, they are never stored, and who was away does not get \
    them later.";

/// The frames that are no events, each with the schema of its data.
fn others() -> [(&'static str, Value); 5] {
    // Without a name: generators make odd types of an object that has no fields.
    let ping = json!({
        "type": "object",
        "description": "Nothing happened. The frame brings a reader of a quiet stream a newer cursor, in its `id:`.",
    });
    [
        (frames::READY, reference("Ready")),
        (frames::RESYNC, reference("Resync")),
        (frames::RIGHTS, reference("RightsChanged")),
        (frames::PRESENCE_DIFF, reference("PresenceDiff")),
        (frames::PING, ping),
    ]
}

/// An envelope as readers of the stream get it ([`ajet_protocol::for_readers`]).
fn shown(mut envelope: Value) -> Value {
    if let Some(fields) = envelope.get_mut("properties").and_then(Value::as_object_mut) {
        fields.remove("acl_version");
    }
    if let Some(required) = envelope.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|field| field != "acl_version");
    }
    envelope["properties"]["seq"]["description"] = json!(SEQ);
    envelope
}

const SEQ: &str = "Its number on its stream, from 1 without a hole. Null for events that are never stored, and on a community's own \
    stream (`stream` is `community_id`), whose numbers would tell of events that the reader may not see: duplicates of those \
    have the same `id`.";

/// An envelope with the payload of one type of event. No `allOf`: generators disagree on what a property is that two of its
/// members have.
fn of_type(mut envelope: Value, event: &EventDescription) -> Value {
    let kind = event.kind.as_str();
    let always = format!("Always `{kind}`.");
    let mut payload = reference(&event.payload);
    payload["description"] = json!("What the event carries.");
    envelope["description"] = json!(event.text);
    envelope["properties"]["type"] = json!({ "type": "string", "enum": [kind], "description": always });
    envelope["properties"]["payload"] = payload;
    envelope
}

/// Any event, told apart by its `type`.
fn any_of(by_name: &Map<String, Value>) -> Value {
    let all: Vec<_> = by_name.values().collect();
    json!({
        "description": "An event of the live stream, by its `type`; a client ignores types that it does not know.",
        "anyOf": all,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{SCHEMAS, referred};
    use super::*;

    fn described() -> Value {
        let fields = json!({ "type": {}, "payload": {}, "seq": {}, "acl_version": {} });
        let envelope = json!({ "properties": fields, "required": ["type", "acl_version"] });
        let mut document = json!({ "components": { "schemas": { "Envelope": envelope } } });
        add(&mut document);
        document
    }

    #[test]
    fn readers_are_told_of_no_acl_version() {
        let document = described();
        for one in Event::describe(&mut Vec::new()) {
            let schema = &document["components"]["schemas"][format!("{}Event", one.name)];
            assert!(schema["properties"]["seq"]["description"].is_string(), "{}", one.name);
            assert!(schema["properties"].get("acl_version").is_none(), "{}", one.name);
            assert_eq!(schema["required"], json!(["type"]), "{}", one.name);
        }
    }

    #[test]
    fn frames_that_are_no_events_are_described() {
        let document = described();
        for name in [frames::READY, frames::RESYNC, frames::RIGHTS, frames::PRESENCE_DIFF, frames::PING] {
            assert!(document["x-events"][name].is_object(), "{name}");
        }
        assert_eq!(document["x-events"][frames::RIGHTS], reference("RightsChanged"));
    }

    #[test]
    fn every_typed_event_has_a_schema_of_its_own() {
        let document = described();
        for one in Event::describe(&mut Vec::new()) {
            let name = document["x-events"][one.kind.as_str()]["$ref"].as_str().expect("named");
            let schema = &document["components"]["schemas"][name.strip_prefix(SCHEMAS).expect("a schema")];
            assert_eq!(schema["properties"]["type"]["enum"], json!([one.kind.as_str()]));
            let payload = referred(&schema["properties"]["payload"]).expect("a schema");
            assert!(document["components"]["schemas"][payload].is_object(), "{payload}");
        }
    }
}
