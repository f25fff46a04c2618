//! Whether JSON fits a schema of the document: as much of JSON Schema as the document uses.
//!
//! Stricter than the standard in one point: a field that a schema with fields does not name is a misfit, unless the schema says
//! `additionalProperties: true`. So a field without a description in the document does not go unseen.

use ajet_protocol::Timestamp;
use serde_json::{Map, Value};

/// What a reference leads to.
pub fn resolve<'a>(document: &'a Value, target: &str) -> Option<&'a Value> {
    document.pointer(target.strip_prefix('#')?)
}

/// What does not fit, each with its place.
pub fn misfits(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(target) = schema["$ref"].as_str() {
        return match resolve(document, target) {
            Some(schema) => misfits(document, schema, value, at),
            None => vec![format!("{at}: {target} leads nowhere")],
        };
    }
    let mut found = plain(schema, value, at);
    found.extend(choices(document, schema, value, at));
    match value {
        Value::Object(fields) => found.extend(object(document, schema, fields, at)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|_| schema.get("items").is_some()) {
                found.extend(misfits(document, &schema["items"], item, &format!("{at}[{index}]")));
            }
        }
        _ => {}
    }
    found
}

/// Rules of the value itself: type, closed sets, limits, formats.
fn plain(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let (number, size) = (value.as_f64(), value.as_str().map(|text| text.chars().count() as f64));
    let below =
        |rule: &str, of: Option<f64>| of.zip(schema[rule].as_f64()).is_some_and(|(is, least)| is < least);
    let above =
        |rule: &str, of: Option<f64>| of.zip(schema[rule].as_f64()).is_some_and(|(is, most)| is > most);
    let rules = [
        ("type", !fits_type(&schema["type"], value)),
        ("enum", schema["enum"].as_array().is_some_and(|all| !all.contains(value))),
        ("const", schema.get("const").is_some_and(|only| only != value)),
        ("minimum", below("minimum", number)),
        ("maximum", above("maximum", number)),
        ("minLength", below("minLength", size)),
        ("maxLength", above("maxLength", size)),
        ("format", !fits_format(schema["format"].as_str().unwrap_or_default(), value)),
    ];
    let broken = rules.into_iter().filter(|(_, broken)| *broken);
    broken.map(|(rule, _)| format!("{at}: {rule} is {}, and it is {value}", schema[rule])).collect()
}

fn fits_type(types: &Value, value: &Value) -> bool {
    let fits = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match types {
        Value::String(one) => fits(one),
        Value::Array(all) => all.iter().filter_map(Value::as_str).any(fits),
        _ => true,
    }
}

fn fits_format(format: &str, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    match format {
        "uuid" => text.len() == 36 && uuid::Uuid::parse_str(text).is_ok(),
        "date-time" => serde_json::from_value::<Timestamp>(value.clone()).is_ok(),
        "uri" => text.starts_with("http://") || text.starts_with("https://"),
        _ => true,
    }
}

fn choices(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let fitting = |rule: &str| {
        let all = schema[rule].as_array()?;
        let fits = all.iter().filter(|one| misfits(document, one, value, at).is_empty()).count();
        Some((fits, all.len()))
    };
    let mut found = Vec::new();
    found.extend(
        fitting("oneOf")
            .filter(|(fits, _)| *fits != 1)
            .map(|_| format!("{at}: fits not one of oneOf: {value}")),
    );
    found.extend(
        fitting("anyOf").filter(|(fits, _)| *fits == 0).map(|_| format!("{at}: fits none of anyOf: {value}")),
    );
    found.extend(
        fitting("allOf")
            .filter(|(fits, all)| fits != all)
            .map(|_| format!("{at}: fits not all of allOf: {value}")),
    );
    found
}

fn object(document: &Value, schema: &Value, fields: &Map<String, Value>, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    let Some(described) = schema["properties"].as_object() else { return found };
    for (name, value) in fields {
        let at = format!("{at}.{name}");
        match described.get(name) {
            Some(schema) => found.extend(misfits(document, schema, value, &at)),
            None if schema["additionalProperties"] == true => {}
            None => found.push(format!("{at}: is not described")),
        }
    }
    found
}

#[test]
fn what_does_not_fit_is_named() {
    use serde_json::json;
    let document = json!({ "components": { "schemas": { "Id": { "type": "string", "format": "uuid" } } } });
    let schema = json!({
        "type": "object", "required": ["id", "n"],
        "properties": {
            "id": { "$ref": "#/components/schemas/Id" },
            "n": { "type": ["integer", "null"], "minimum": 1 },
            "kind": { "oneOf": [{ "type": "null" }, { "type": "string", "enum": ["a"] }] },
            "list": { "type": "array", "items": { "type": "string", "maxLength": 1 } }
        }
    });
    let fits = |value: Value| misfits(&document, &schema, &value, "it");
    let id = "0197f000-0000-7000-8000-000000000001";
    assert_eq!(fits(json!({ "id": id, "n": null, "kind": "a", "list": ["x"] })), Vec::<String>::new());
    for bad in [
        json!({ "id": id }),
        json!({ "id": "x", "n": 1 }),
        json!({ "id": id, "n": 0 }),
        json!({ "id": id, "n": 1, "kind": "b" }),
        json!({ "id": id, "n": 1, "list": ["xy"] }),
        json!({ "id": id, "n": 1, "more": 1 }),
        json!([]),
    ] {
        assert_eq!(fits(bad.clone()).len(), 1, "{bad}: {:?}", fits(bad.clone()));
    }
}
