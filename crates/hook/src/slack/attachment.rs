//! Attachments: Slack's older form of messages, which most monitoring tools still send.

use serde_json::Value;

use super::inline::{is_block, joined, link, stacked, strong};
use super::words::{self, Reading, first_of, moment, plain};
use super::{blocks, elements, walk};
use crate::write::{self, Note};

/// What an attachment says. Its fallback is for clients that can show nothing else of it.
#[must_use]
pub fn said(value: &Value) -> String {
    if !value.is_object() {
        return blocks::block(value, blocks::DEPTH);
    }
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
    if note.is_empty() {
        note.paragraph(&walk::flat(value));
    }
    note.into_markdown()
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
    pieces.extend(words::list(value, "fields").map(field));
    let actions: Vec<String> = words::list(value, "actions").map(action).collect();
    pieces.push(joined(&actions, " · "));
    pieces
}

fn author(value: &Value) -> String {
    let name = link(&plain(&value["author_name"]), &plain(&value["author_link"]));
    joined(&[name, write::literal(&plain(&value["author_subname"]))], " ")
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
        (true, true) => walk::flat(value),
        (true, false) => content,
        (false, true) => strong(&title),
        (false, false) => {
            let colon = if title.trim_end().ends_with(':') { "" } else { ":" };
            let title = strong(&title);
            if is_block(&content) {
                format!("{title}{colon}\n{content}")
            } else {
                format!("{title}{colon} {}", &content)
            }
        }
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
    let description = first_of(value, &["alt_text", "image_alt"]);
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
    let time = write::literal(&moment(&value["ts"]));
    pieces.push(joined(&[write::literal(&plain(&value["footer"])), time], " · "));
    pieces
}
