//! What incoming webhooks take: payloads of other programs, whose shapes are theirs, so no type of ours describes them.

use serde_json::Value;

/// Schemas of the fields that are looked at, and the request bodies by operation. Everything else is allowed and ignored.
const HOOKS: &str = include_str!("hooks.json");

/// Adds the schemas, and puts the request bodies where they belong.
pub fn add(document: &mut Value) {
    let mut hooks: Value = serde_json::from_str(HOOKS).unwrap_or_default();
    let schemas = document["components"]["schemas"].as_object_mut();
    if let (Some(schemas), Value::Object(more)) = (schemas, hooks["schemas"].take()) {
        schemas.extend(more);
    }
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (_, item) in paths.iter_mut().filter(|(path, _)| path.starts_with("/hook/")) {
        let operation = item["post"]["operationId"].as_str().unwrap_or_default();
        if let Some(body) = hooks["bodies"].get(operation) {
            item["post"]["requestBody"] = body.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::referred;
    use super::*;

    #[test]
    fn bodies_refer_to_schemas_that_are_there() {
        let mut document = json!({
            "components": { "schemas": {} },
            "paths": { "/hook/{id}/{token}": { "post": { "operationId": "webhooks.receive" } } }
        });
        add(&mut document);
        let content = &document["paths"]["/hook/{id}/{token}"]["post"]["requestBody"]["content"];
        for media_type in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let name = referred(&content[media_type]["schema"]).expect("a schema");
            let schema = &document["components"]["schemas"][name];
            assert!(schema["description"].is_string(), "{name}");
        }
    }
}
