//! Schemas before and after.

use super::*;

fn tidied(schemas: Value) -> Value {
    let mut document = json!({ "components": { "schemas": schemas } });
    tidy(&mut document);
    document["components"]["schemas"].take()
}

#[test]
fn pages_refer_to_their_items() {
    let item = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let page = json!({ "type": "object", "properties": { "items": { "type": "array", "items": item } } });
    let list =
        json!({ "type": "object", "properties": { "page": { "$ref": "#/components/schemas/Page_Item" } } });
    let schemas = tidied(json!({ "Item": item, "Page_Item": page, "List": list }));
    assert_eq!(schemas["ItemPage"]["properties"]["items"]["items"], reference("Item"));
    assert_eq!(schemas["List"]["properties"]["page"], reference("ItemPage"));
    assert!(schemas.get("Page_Item").is_none());
}

#[test]
fn scalars_and_choices_stand_where_they_are_used() {
    let may_be = |name: &str| json!({ "oneOf": [{ "type": "null" }, { "$ref": format!("{SCHEMAS}{name}"), "description": "Own." }] });
    let schemas = tidied(json!({
        "Id": { "type": "string", "format": "uuid", "description": "Common." },
        "Kind": { "type": "string", "enum": ["a"] },
        "Thing": { "type": "object", "properties": {
            "id": reference("Id"), "other": may_be("Id"), "kind": may_be("Kind")
        } }
    }));
    let fields = &schemas["Thing"]["properties"];
    assert_eq!(fields["id"], json!({ "type": "string", "format": "uuid", "description": "Common." }));
    assert_eq!(
        fields["other"],
        json!({ "type": ["string", "null"], "format": "uuid", "description": "Own." })
    );
    assert_eq!(fields["kind"]["description"], "Own.");
    assert_eq!(fields["kind"]["enum"], json!(["a", null]));
    assert!(schemas.get("Id").is_none() && schemas.get("Kind").is_none());
}

#[test]
fn answers_have_all_their_fields_and_requests_what_they_need() {
    let fields = json!({ "a": { "type": "string" }, "b": { "type": ["string", "null"] } });
    let schemas = tidied(json!({
        "Answer": { "type": "object", "properties": fields, "required": ["a"] },
        "Ask": { "type": "object", "properties": fields, "required": ["a"], "additionalProperties": false },
        "ReadNotifications": { "type": "object", "properties": fields, "additionalProperties": false },
        "Webhook": { "type": "object", "properties": { "id": {}, "url": {} } }
    }));
    assert_eq!(schemas["ReadNotifications"]["minProperties"], 1, "none is required, and one is needed");
    assert_eq!(schemas["Answer"]["required"], json!(["a", "b"]));
    assert_eq!(schemas["Ask"]["required"], json!(["a"]));
    assert_eq!(schemas["Webhook"]["required"], json!(["id"]));
}

#[test]
fn flattened_parts_become_fields() {
    let schemas = tidied(json!({
        "Part": { "type": "object", "properties": { "a": { "type": "string" } } },
        "Whole": { "description": "Whole.", "allOf": [
            { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Part" }] },
            { "type": "object", "properties": { "b": { "type": "string" } } }
        ] },
        "SyncedChannel": { "description": "May lack a field of its own.", "allOf": [
            reference("Part"),
            { "type": "object", "properties": { "joined": {}, "last_read_id": {} } }
        ] }
    }));
    assert_eq!(schemas["SyncedChannel"]["required"], json!(["a", "last_read_id"]));
    let whole = &schemas["Whole"];
    assert_eq!(whole["required"], json!(["b"]));
    assert_eq!(whole["properties"], json!({ "a": { "type": "string" }, "b": { "type": "string" } }));
}
