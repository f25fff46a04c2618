//! Rich text: sections, lists, quotes and code, whose texts are literal and carry styles.

use serde_json::Value;

use super::inline::{quoted, stacked};
use super::runs;
use super::walk;
use crate::value::{items, plain};
use crate::write;

/// Lists inside one another that are indented. Slack's own editor has nine levels.
const LEVELS: usize = 9;
/// The greatest number that a list begins with.
const GREATEST_NUMBER: usize = 1_000_000;

/// What a part of rich text says, or a whole block of it.
#[must_use]
pub fn part(value: &Value, depth: usize) -> String {
    let Some(below) = depth.checked_sub(1) else { return walk::flat(value) };
    let shown = match value["type"].as_str() {
        Some("rich_text") => parts(value, below),
        Some("rich_text_list") => list(value, &mut Vec::new(), below),
        Some("rich_text_quote") => quoted(&runs::line(items(value, "elements"), below)),
        Some("rich_text_preformatted") => preformatted(value),
        Some("rich_text_section") => runs::line(items(value, "elements"), below),
        _ => runs::line([value], below),
    };
    if shown.trim().is_empty() { walk::flat(value) } else { shown }
}

/// The parts below one another. Lists that follow one another directly are levels of one list.
fn parts(value: &Value, depth: usize) -> String {
    let mut out = String::new();
    let mut levels: Vec<usize> = Vec::new();
    for element in items(value, "elements") {
        let is_list = element["type"] == "rich_text_list";
        let shown = if is_list {
            list(element, &mut levels, depth)
        } else {
            levels.clear();
            // Blanks before a text would put it into a list above.
            stacked(&[part(element, depth)])
        };
        if shown.trim().is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(shown.trim_end_matches('\n'));
    }
    out
}

/// A list. `levels` holds how far what is inside an item is indented, for each list that this one may be inside of.
fn list(value: &Value, levels: &mut Vec<usize>, depth: usize) -> String {
    levels.truncate(number(&value["indent"]).min(LEVELS));
    let indent: usize = levels.iter().sum();
    let is_numbered = value["style"] == "ordered";
    let first = number(&value["offset"]).min(GREATEST_NUMBER) + 1;
    let mut width = 2;
    let mut lines: Vec<String> = Vec::new();
    for (number, item) in (first..).zip(items(value, "elements")) {
        let marker = if is_numbered { format!("{number}. ") } else { "- ".to_owned() };
        let text = stacked(&[part(item, depth)]);
        if !text.is_empty() {
            width = marker.len();
            lines.push(hanging(&text, indent, &marker));
        }
    }
    if !lines.is_empty() {
        levels.push(width);
    }
    let shown = lines.join("\n");
    if number(&value["border"]) > 0 { quoted(&shown) } else { shown }
}

fn number(value: &Value) -> usize {
    plain(value).trim().parse().unwrap_or(0)
}

/// An item: its marker, and its further lines below its first one.
fn hanging(text: &str, indent: usize, marker: &str) -> String {
    let (outer, inner) = (" ".repeat(indent), " ".repeat(indent + marker.len()));
    let mut out = format!("{outer}{marker}");
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
            out.push_str(if line.is_empty() { "" } else { &inner });
        }
        out.push_str(line);
    }
    out
}

fn preformatted(value: &Value) -> String {
    let code: String = items(value, "elements").map(runs::plain_of).collect();
    let language = plain(&value["language"]);
    let is_name = language.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_#.".contains(&byte));
    if code.trim().is_empty() {
        return String::new();
    }
    write::fence(if is_name { &language } else { "" }, &code)
}
