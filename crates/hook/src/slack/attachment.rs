//! Attachments: Slack's older form of messages, which most monitoring tools still send.

use ajet_markup::escape;
use serde_json::Value;

use super::inline::{link, side_by_side, stacked, strong};
use super::words::{self, Reading, time};
use super::{blocks, elements, walk};
use crate::fields;
use crate::value::{first_of, items, plain};
use crate::write::{Note, entry};

/// What an attachment says.
#[must_use]
pub fn said(value: &Value) -> String {
    if !value.is_object() {
        return blocks::block(value, blocks::DEPTH);
    }
    let known = known(value);
    if known.is_empty() { unknown(value) } else { known }
}

/// What an attachment says in the fields that Slack knows. Its fallback is for clients that can show nothing else of it.
#[must_use]
pub fn known(value: &Value) -> String {
    let mut note = Note::default();
    note.paragraph(&stacked(&head(value)));
    let blocks = blocks::paragraphs(value);
    blocks.iter().for_each(|paragraph| note.paragraph(paragraph));
    let tail = stacked(&tail(value));
    if blocks.is_empty() {
        note.line(&tail)
    } else {
        note.paragraph(&tail)
    }
    if note.is_empty() {
        note.paragraph(&stacked(&[words::markdown(&value["fallback"], Reading::Mrkdwn)]));
    }
    note.into_markdown()
}

/// What an object says that has none of the fields that Slack knows.
fn unknown(value: &Value) -> String {
    let shown = walk::flat(value);
    if shown.is_empty() { fields::said(value, &["type"]).into_markdown() } else { shown }
}

/// What stands above the blocks.
fn head(value: &Value) -> Vec<String> {
    let mut pieces = vec![words::markdown(&value["pretext"], Reading::Mrkdwn)];
    let service = plain(&value["service_name"]);
    if service != plain(&value["author_name"]) {
        pieces.push(link(&service, &plain(&value["service_url"])));
    }
    pieces.push(author(value));
    pieces.push(title(value));
    pieces.push(words::markdown(&value["text"], Reading::Mrkdwn));
    pieces.extend(items(value, "fields").map(field));
    let actions: Vec<String> = items(value, "actions").map(action).collect();
    pieces.push(side_by_side(&actions, " · "));
    pieces
}

fn author(value: &Value) -> String {
    let name = link(&plain(&value["author_name"]), &plain(&value["author_link"]));
    side_by_side(&[name, escape(&plain(&value["author_subname"]))], " ")
}

fn title(value: &Value) -> String {
    let (title, address) = (plain(&value["title"]), plain(&value["title_link"]));
    if address.is_empty() {
        return strong(&title);
    }
    let linked = link(&title, &address);
    if linked.starts_with('[') { format!("**{linked}**") } else { linked }
}

fn field(value: &Value) -> String {
    if !value.is_object() {
        return words::markdown(value, Reading::Mrkdwn);
    }
    let title = plain(&value["title"]);
    let content = words::markdown(&value["value"], Reading::Mrkdwn);
    match (title.is_empty(), content.is_empty()) {
        (true, true) => unknown(value),
        (true, false) => content,
        (false, true) => strong(&title),
        (false, false) => entry(&strong(&title), &content),
    }
}

fn action(value: &Value) -> String {
    if value.is_object() && value["type"].is_null() {
        let shown = elements::button(value);
        return if shown.is_empty() { walk::flat(value) } else { shown };
    }
    blocks::block(value, blocks::DEPTH)
}

/// What stands below the blocks: pictures, where it comes from, and the small print.
fn tail(value: &Value) -> Vec<String> {
    let description = first_of(value, &["alt_text", "image_alt"]).unwrap_or_default();
    let mut shown: Vec<String> = vec![plain(&value["title_link"])];
    let mut pieces = Vec::new();
    for (name, label) in
        [("image_url", "image"), ("thumb_url", "thumbnail"), ("from_url", ""), ("original_url", "")]
    {
        let address = plain(&value[name]);
        if address.is_empty() || shown.contains(&address) {
            continue;
        }
        let label = if name == "image_url" && !description.is_empty() { description.as_str() } else { label };
        pieces.push(link(label, &address));
        shown.push(address);
    }
    let time = escape(&time(&value["ts"]));
    pieces.push(side_by_side(&[escape(&plain(&value["footer"])), time], " · "));
    pieces
}
