//! The events of the live stream: one schema for each, so that a generator makes one type of each.

use ajet_protocol::Event;
use ajet_protocol::events::{EventDescription, frames};
use serde_json::{Map, Value, json};

use super::reference;

/// Adds the schemas of all events and `x-events`, which names for each frame the schema of its data.
pub fn add(document: &mut Value) {
    let mut payloads = Vec::new();
    let described = Event::describe(&mut payloads);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in payloads {
        schemas.entry(name).or_insert_with(|| serde_json::to_value(&schema).unwrap_or_default());
    }
    let envelope = schemas.remove("Envelope").unwrap_or_default();
    let mut by_name = Map::new();
    for one in &described {
        let name = format!("{}Event", one.name);
        by_name.insert(one.kind.as_str().to_owned(), reference(&name));
        schemas.insert(name, of_type(envelope.clone(), one));
    }
    schemas.insert("LiveEvent".to_owned(), any_of(&by_name));
    by_name.insert(frames::READY.to_owned(), reference("Ready"));
    by_name.insert(frames::RESYNC.to_owned(), reference("Resync"));
    document["x-events"] = Value::Object(by_name);
    let stream =
        &mut document["paths"]["/api/events"]["get"]["responses"]["200"]["content"]["text/event-stream"];
    stream["schema"] = json!({
        "type": "string",
        "description": "Frames of server-sent events; `x-events` names for each `event` the schema of its `data`.",
        "contentMediaType": "application/json",
        "contentSchema": { "anyOf": [reference("LiveEvent"), reference("Ready"), reference("Resync")] }
    });
}

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

    #[test]
    fn every_typed_event_has_a_schema_of_its_own() {
        let envelope = json!({ "properties": { "type": {}, "payload": {} } });
        let mut document = json!({ "components": { "schemas": { "Envelope": envelope } } });
        add(&mut document);
        for one in Event::describe(&mut Vec::new()) {
            let name = document["x-events"][one.kind.as_str()]["$ref"].as_str().expect("named");
            let schema = &document["components"]["schemas"][name.strip_prefix(SCHEMAS).expect("a schema")];
            assert_eq!(schema["properties"]["type"]["enum"], json!([one.kind.as_str()]));
            let payload = referred(&schema["properties"]["payload"]).expect("a schema");
            assert!(document["components"]["schemas"][payload].is_object(), "{payload}");
        }
    }
}
