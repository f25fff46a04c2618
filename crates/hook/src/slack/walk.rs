//! What a thing of unknown kind says, as far as its fields are known to be for readers.
//!
//! The walk keeps its own stack, so its depth has no limit. Things of known kinds inside are shown in their own form down
//! to a given depth; below that, and where a known form finds nothing, their texts alone are shown.

use std::ptr;

use ajet_markup::escape;
use serde_json::{Map, Value};

use super::blocks;
use super::inline::stacked;
use super::mrkdwn::to_markdown;
use super::words::{self, Reading};
use crate::value::text_of;
use crate::write;

/// Fields that a reader sees, in the order in which they are shown.
const SHOWN: &[&str] = &[
    "pretext",
    "author_name",
    "text",
    "content",
    "title",
    "subtitle",
    "label",
    "name",
    "value",
    "description",
    "body",
    "alt_text",
    "placeholder",
    "hint",
    "url",
    "title_link",
    "image_url",
    "video_url",
    "elements",
    "element",
    "fields",
    "options",
    "option_groups",
    "rows",
    "actions",
    "accessory",
    "blocks",
    "footer",
];

/// Fields that hold more than texts for readers.
const UNSEEN: &[&str] =
    &["confirm", "metadata", "filter", "style", "column_settings", "dispatch_action_config"];

#[derive(Clone, Copy)]
struct Place<'a> {
    key: &'a str,
    value: &'a Value,
    /// How deep known kinds are shown in their own form.
    depth: usize,
}

/// The texts of a thing below one another, known kinds inside it in their own form.
#[must_use]
pub fn said(root: &Value, depth: usize) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut open = vec![Place { key: "", value: root, depth }];
    while let Some(place) = open.pop() {
        match place.value {
            Value::Array(items) => open.extend(items.iter().rev().map(|value| Place { value, ..place })),
            Value::Object(fields) => {
                let known = if ptr::eq(place.value, root) { None } else { known(place) };
                let is_known = known.is_some();
                match known.filter(|piece| !piece.trim().is_empty()) {
                    Some(piece) => shown.push(piece),
                    // A known form that found nothing is not tried again further down, or the work would double there.
                    None => push_fields(&mut open, fields, if is_known { 0 } else { place.depth }),
                }
            }
            _ => shown.extend(word(place)),
        }
    }
    stacked(&shown)
}

/// The texts of a thing below one another.
#[must_use]
pub fn flat(root: &Value) -> String {
    said(root, 0)
}

fn known(place: Place<'_>) -> Option<String> {
    blocks::known(place.value, place.depth.checked_sub(1)?)
}

/// Puts the fields of a thing on the stack, the first on top.
fn push_fields<'a>(open: &mut Vec<Place<'a>>, fields: &'a Map<String, Value>, depth: usize) {
    let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
    let is_literal = matches!(kind, "text" | "link" | "plain_text" | "raw_text" | "header" | "button");
    let mut children: Vec<Place<'a>> = Vec::new();
    for key in SHOWN {
        if let Some(value) = fields.get(*key) {
            let key = if is_literal && *key == "text" { "title" } else { *key };
            children.push(Place { key, value, depth });
        }
    }
    for (key, value) in fields {
        let is_listed = SHOWN.contains(&key.as_str()) || UNSEEN.contains(&key.as_str());
        if !is_listed && (value.is_object() || value.is_array()) {
            children.push(Place { key: key.as_str(), value, depth });
        }
    }
    open.extend(children.into_iter().rev());
}

/// What a string, a number or a boolean says in a field of this name.
fn word(place: Place<'_>) -> Option<String> {
    let text = text_of(place.value)?;
    match place.key {
        "" | "text" | "pretext" | "description" => Some(to_markdown(&text)),
        "content" => Some(words::markdown(place.value, Reading::Markdown)),
        "url" | "title_link" | "image_url" | "video_url" => Some(write::link("", &text)),
        key if SHOWN.contains(&key) => Some(escape(&text)),
        _ => None,
    }
}
