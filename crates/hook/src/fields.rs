//! Payloads of programs that know only "a JSON webhook": every field as a line `**name**: value`.
//!
//! The order is that of the names. What never is for readers is left out: ids, secrets, and how a message is to look.

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;

use ajet_markup::escape;
use serde_json::Value;

use crate::value::text_of;
use crate::write::{Note, bold, entry, label};

/// Fields of Slack and Discord that have forms of their own, which show all that is inside.
const FORMS: [&str; 5] = ["attachments", "blocks", "components", "embeds", "poll"];

/// Fields that are for programs: how a message is to look, and what proves that its sender may send it.
const UNSEEN: [&str; 22] = [
    "allowed_mentions",
    "api_key",
    "as_user",
    "authorization",
    "channel",
    "color",
    "enforce_nonce",
    "flags",
    "id",
    "link_names",
    "mrkdwn",
    "mrkdwn_in",
    "nonce",
    "parse",
    "password",
    "secret",
    "short",
    "signature",
    "token",
    "tts",
    "username",
    "uuid",
];

/// Every field of an object, but for those whose names are given.
#[must_use]
pub fn said(object: &Value, known: &[&str]) -> Note {
    let fields = object.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| (name.as_str(), value));
    let mut open: Vec<(&str, &Value)> =
        fields.filter(|(name, _)| !known.contains(name) && !FORMS.contains(name)).collect();
    open.reverse();
    let mut note = Note::default();
    while let Some((name, value)) = open.pop() {
        if is_unseen(name) {
            continue;
        }
        match value {
            Value::Object(fields) => {
                open.extend(fields.iter().rev().map(|(name, value)| (name.as_str(), value)))
            }
            Value::Array(list) if list.iter().any(|item| item.is_object() || item.is_array()) => {
                open.extend(list.iter().rev().map(|item| (name, item)));
            }
            scalars => note.line(&line(name, scalars)),
        }
    }
    note
}

fn line(name: &str, value: &Value) -> String {
    let (name, value) = (label(name), text_of(value).map(|text| escape(&text)).unwrap_or_default());
    if !ajet_markup::shows(&value) {
        return String::new();
    }
    if name.is_empty() { value } else { entry(&bold(&name), &value) }
}

fn is_unseen(name: &str) -> bool {
    let ends = ["_id", "_ids", "Id", "Ids", "_icon", "_secret", "_token"];
    UNSEEN.iter().any(|unseen| name.eq_ignore_ascii_case(unseen))
        || ends.iter().any(|end| name.ends_with(end))
        || ["avatar", "icon", "unfurl_"].iter().any(|start| name.starts_with(start))
}
