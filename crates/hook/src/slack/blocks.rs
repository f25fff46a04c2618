//! Blocks, each as one paragraph. What a block of a known kind says is shown in the order in which Slack shows it; one of
//! another kind shows every text that it holds.

use serde_json::Value;

use super::inline::{Inline, joined, link, stacked, strong, strong_by};
use super::words::{self, Reading, first_of, plain};
use super::{elements, rich_text, walk};
use crate::write;

/// Blocks inside one another that are shown in their own form.
pub const DEPTH: usize = 32;

/// The paragraphs that the blocks of a payload or an attachment make.
#[must_use]
pub fn paragraphs(holder: &Value) -> Vec<String> {
    let blocks = words::list(holder, "blocks").map(|one| stacked(&[block(one, DEPTH)]));
    blocks.filter(|paragraph| !paragraph.is_empty()).collect()
}

/// What a block or an element says.
#[must_use]
pub fn block(value: &Value, depth: usize) -> String {
    if !value.is_object() && !value.is_array() {
        return words::markdown(value, Reading::Mrkdwn);
    }
    match known(value, depth) {
        Some(shown) if !shown.trim().is_empty() => shown,
        // A known form that finds nothing has looked through all that is inside.
        Some(_) => walk::flat(value),
        None => walk::said(value, depth),
    }
}

/// What something inside a block says.
#[must_use]
pub fn inner(value: &Value, depth: usize) -> String {
    match depth.checked_sub(1) {
        Some(depth) => block(value, depth),
        None => walk::flat(value),
    }
}

/// What a block or an element of a known kind says.
#[must_use]
pub fn known(value: &Value, depth: usize) -> Option<String> {
    let shown = match value["type"].as_str()? {
        "section" => section(value, depth),
        "header" => header(value),
        "divider" => "———".to_owned(),
        "context" | "actions" | "context_actions" => row(value, "elements", depth),
        "image" => image(value),
        "input" => input(value, depth),
        "video" => video(value),
        "file" => file(value),
        "call" => call(value),
        "table" | "data_table" => table(value, depth),
        "markdown" | "mrkdwn" | "plain_text" | "raw_text" => words::markdown(value, Reading::Literal),
        kind if kind.starts_with("rich_text") && kind != "rich_text_input" => rich_text::part(value, depth),
        _ => joined(&elements::known(value)?, " · "),
    };
    Some(shown)
}

/// What stands in a field, side by side.
fn row(value: &Value, name: &'static str, depth: usize) -> String {
    let pieces: Vec<String> = words::list(value, name).map(|element| inner(element, depth)).collect();
    joined(&pieces, " · ")
}

/// A header, whose text is literal whatever it says about itself, but for emoji.
fn header(value: &Value) -> String {
    let text = plain(&value["text"]);
    if words::reading_of(&value["text"]) == Some(Reading::Literal) {
        strong_by(&text, Inline::text)
    } else {
        strong(&text)
    }
}

fn section(value: &Value, depth: usize) -> String {
    let mut pieces = vec![words::markdown(&value["text"], Reading::Mrkdwn)];
    pieces.extend(words::list(value, "fields").map(|field| inner(field, depth)));
    pieces.push(row(value, "accessory", depth));
    stacked(&pieces)
}

/// A picture is a link, whose label is its description, below its title.
fn image(value: &Value) -> String {
    let title = plain(&value["title"]);
    let description = first_of(value, &["alt_text"]);
    let file = &value["slack_file"];
    let address = [first_of(value, &["image_url", "url"]), first_of(file, &["url"])];
    let address = address.into_iter().find(|address| !address.is_empty()).unwrap_or_default();
    if description.is_empty() || description == title {
        let is_there = !address.is_empty() || !plain(&file["id"]).is_empty();
        return link(if title.is_empty() && is_there { "image" } else { title.as_str() }, &address);
    }
    stacked(&[write::literal(&title), link(&description, &address)])
}

fn input(value: &Value, depth: usize) -> String {
    let label = words::markdown(&value["label"], Reading::Literal);
    let hint = words::markdown(&value["hint"], Reading::Literal);
    stacked(&[label, row(value, "element", depth), hint])
}

fn video(value: &Value) -> String {
    let title = first_of(value, &["title", "alt_text"]);
    let names = [&value["author_name"], &value["provider_name"]].map(|name| write::literal(&plain(name)));
    let title = link(&title, &first_of(value, &["title_url", "video_url"]));
    stacked(&[title, words::markdown(&value["description"], Reading::Literal), joined(&names, " · ")])
}

fn file(value: &Value) -> String {
    let file = &value["file"];
    let names = [
        first_of(value, &["title", "name"]),
        first_of(file, &["title", "name"]),
        plain(&value["external_id"]),
    ];
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let addresses = [first_of(value, &["permalink", "url"]), first_of(file, &["permalink", "url"])];
    let address = addresses.into_iter().find(|address| !address.is_empty()).unwrap_or_default();
    let shown = link(&name, &address);
    if shown.is_empty() { shown } else { joined(&["📎".to_owned(), shown], " ") }
}

fn call(value: &Value) -> String {
    let call = &value["call"]["v1"];
    let name = first_of(call, &["name", "title"]);
    let address = first_of(call, &["join_url", "desktop_app_join_url"]);
    let name = if name.is_empty() && !address.is_empty() { "call".to_owned() } else { name };
    joined(&[link(&name, &address), write::literal(&plain(&call["display_id"]))], " · ")
}

/// A table: each row is a line.
fn table(value: &Value, depth: usize) -> String {
    let mut lines = vec![words::markdown(&value["title"], Reading::Literal)];
    lines.push(words::markdown(&value["caption"], Reading::Literal));
    for row in words::list(value, "rows") {
        let cells: Vec<&Value> = match row {
            Value::Array(cells) => cells.iter().collect(),
            Value::Object(_) => words::list(row, "cells").collect(),
            cell => vec![cell],
        };
        let cells: Vec<String> = cells.into_iter().map(|one| cell(one, depth)).collect();
        lines.push(joined(&cells, " | "));
    }
    stacked(&lines)
}

fn cell(value: &Value, depth: usize) -> String {
    if value.is_object() { inner(value, depth) } else { words::markdown(value, Reading::Literal) }
}
