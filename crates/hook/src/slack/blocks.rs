//! Blocks, each as one paragraph. What a block of a known kind says is shown in the order in which Slack shows it; one of
//! another kind shows every text that it holds.

use ajet_markup::escape;
use serde_json::Value;

use super::inline::{Inline, link, side_by_side, stacked, strong, strong_by};
use super::words::{self, Reading};
use super::{elements, rich_text, walk};
use crate::value::{first_of, items, plain};

/// Blocks inside one another that are shown in their own form.
pub const DEPTH: usize = 32;

/// The paragraphs that the blocks of a payload or an attachment make.
#[must_use]
pub fn paragraphs(holder: &Value) -> Vec<String> {
    let blocks = items(holder, "blocks").map(|one| stacked(&[block(one, DEPTH)]));
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
        _ => side_by_side(&elements::known(value)?, " · "),
    };
    Some(shown)
}

/// What stands in a field, side by side.
fn row(value: &Value, name: &str, depth: usize) -> String {
    let pieces: Vec<String> = items(value, name).map(|element| inner(element, depth)).collect();
    side_by_side(&pieces, " · ")
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
    pieces.extend(items(value, "fields").map(|field| inner(field, depth)));
    pieces.push(row(value, "accessory", depth));
    stacked(&pieces)
}

/// A picture is a link, whose label is its description, below its title.
fn image(value: &Value) -> String {
    let title = plain(&value["title"]);
    let description = plain(&value["alt_text"]);
    let file = &value["slack_file"];
    let address = first_of(value, &["image_url", "url"]).unwrap_or_else(|| plain(&file["url"]));
    if description.is_empty() || description == title {
        let is_there = !address.is_empty() || !plain(&file["id"]).is_empty();
        return link(if title.is_empty() && is_there { "image" } else { title.as_str() }, &address);
    }
    stacked(&[escape(&title), link(&description, &address)])
}

fn input(value: &Value, depth: usize) -> String {
    let label = words::markdown(&value["label"], Reading::Literal);
    let hint = words::markdown(&value["hint"], Reading::Literal);
    stacked(&[label, row(value, "element", depth), hint])
}

fn video(value: &Value) -> String {
    let title = first_of(value, &["title", "alt_text"]).unwrap_or_default();
    let names = [&value["author_name"], &value["provider_name"]].map(|name| escape(&plain(name)));
    let title = link(&title, &first_of(value, &["title_url", "video_url"]).unwrap_or_default());
    stacked(&[title, words::markdown(&value["description"], Reading::Literal), side_by_side(&names, " · ")])
}

fn file(value: &Value) -> String {
    let file = &value["file"];
    let named = |names: &[&str]| first_of(value, names).or_else(|| first_of(file, names));
    let name = named(&["title", "name"]).unwrap_or_else(|| plain(&value["external_id"]));
    let shown = link(&name, &named(&["permalink", "url"]).unwrap_or_default());
    if shown.is_empty() { shown } else { side_by_side(&["📎".to_owned(), shown], " ") }
}

fn call(value: &Value) -> String {
    let call = &value["call"]["v1"];
    let address = first_of(call, &["join_url", "desktop_app_join_url"]).unwrap_or_default();
    let unnamed = if address.is_empty() { "" } else { "call" };
    let name = first_of(call, &["name", "title"]).unwrap_or_else(|| unnamed.to_owned());
    side_by_side(&[link(&name, &address), escape(&plain(&call["display_id"]))], " · ")
}

/// A table: each row is a line.
fn table(value: &Value, depth: usize) -> String {
    let mut lines = vec![words::markdown(&value["title"], Reading::Literal)];
    lines.push(words::markdown(&value["caption"], Reading::Literal));
    for row in items(value, "rows") {
        let cells: Vec<&Value> = match row {
            Value::Array(cells) => cells.iter().collect(),
            Value::Object(_) => items(row, "cells").collect(),
            cell => vec![cell],
        };
        let cells: Vec<String> = cells.into_iter().map(|one| cell(one, depth)).collect();
        lines.push(side_by_side(&cells, " | "));
    }
    stacked(&lines)
}

fn cell(value: &Value, depth: usize) -> String {
    if value.is_object() { inner(value, depth) } else { words::markdown(value, Reading::Literal) }
}
