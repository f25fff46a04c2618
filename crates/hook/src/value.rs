//! Lenient reading of JSON: what a field says, whatever its type.

use serde_json::Value;

/// The text of a scalar: a string that is not blank, a number or a boolean. Anything else says nothing.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The text of a field.
#[must_use]
pub fn text(object: &Value, name: &str) -> Option<String> {
    scalar(&object[name])
}

/// The items of a list; a single object or scalar counts as a list of one, null and empty ones are left out.
pub fn items<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let value = &object[name];
    let (list, one) = match value {
        Value::Array(list) => (list.as_slice(), None),
        Value::Null => (&[][..], None),
        other => (&[][..], Some(other)),
    };
    list.iter().chain(one).filter(|item| !is_empty(item))
}

/// Null, `""`, `[]` and `{}`.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
