//! Lenient reading of JSON: what a value says, whatever its type.

use serde_json::Value;

use crate::write::joined;

/// A text exactly as it was sent, blanks included; empty if the value has none. An object says its `text`, and a list its
/// strings, numbers and booleans.
#[must_use]
pub fn exact(value: &Value) -> String {
    let mut value = value;
    while value.is_object() {
        value = &value["text"];
    }
    match value {
        Value::Array(list) => joined(list.iter().filter_map(scalar), ", "),
        other => scalar(other).unwrap_or_default(),
    }
}

/// The text of a string, a number or a boolean. Anything else says nothing.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text that is not blank.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    Some(exact(value)).filter(|text| !text.trim().is_empty())
}

/// A text; empty if it is blank.
#[must_use]
pub fn plain(value: &Value) -> String {
    text_of(value).unwrap_or_default()
}

/// The text of a field.
#[must_use]
pub fn text(object: &Value, name: &str) -> Option<String> {
    text_of(&object[name])
}

/// The text of the first of these fields that has one.
#[must_use]
pub fn first_of(object: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(object, name))
}

/// The items of a list, without null and empty ones. A single object or string counts as a list of one; a flag or a number
/// in the place of a list means that there is no list.
pub fn items<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let value = &object[name];
    let (list, one) = match value {
        Value::Array(list) => (list.as_slice(), None),
        Value::String(_) | Value::Object(_) => (&[][..], Some(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => (&[][..], None),
    };
    list.iter().chain(one).filter(|item| !is_empty(item))
}

/// Null, `""`, `[]` and `{}`.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
