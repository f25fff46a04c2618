//! Components: buttons, menus, and the layouts of Discord's second version. Nothing can be pressed here, so a button is its
//! label, or a link if it has an address.

use serde_json::Value;

use super::tokens::to_markdown;
use super::{address_of, emoji, media};
use crate::value::{items, text, text_of};
use crate::write::{Note, joined, label, link};

const ACTION_ROW: u64 = 1;
const BUTTON: u64 = 2;
const MENU: u64 = 3;
const TEXT_DISPLAY: u64 = 10;
const THUMBNAIL: u64 = 11;
const MEDIA_GALLERY: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;

/// Says what a component and those inside it say. The depth is that of the JSON, which its parser limits.
pub fn say(component: &Value, note: &mut Note) {
    match kind(component) {
        Some(ACTION_ROW) => row(component, note),
        Some(BUTTON) => note.line(&button(component)),
        Some(MENU) => menu(component, note),
        Some(TEXT_DISPLAY) => {
            note.line(&text(component, "content").map(|content| to_markdown(&content)).unwrap_or_default());
        }
        Some(THUMBNAIL) => note.line(&picture(component, "thumbnail")),
        Some(MEDIA_GALLERY) => {
            items(component, "items").for_each(|item| note.line(&picture(item, "image")));
        }
        Some(FILE) => note.line(&file(component)),
        Some(SEPARATOR) => note.line(if component["divider"] == false { "" } else { "———" }),
        _ => other(component, note),
    }
}

fn kind(component: &Value) -> Option<u64> {
    let kind = &component["type"];
    kind.as_u64().or_else(|| kind.as_str()?.trim().parse().ok())
}

/// A row: its buttons stand on one line.
fn row(row: &Value, note: &mut Note) {
    let mut buttons: Vec<String> = Vec::new();
    for child in items(row, "components") {
        if kind(child) == Some(BUTTON) {
            buttons.push(button(child));
            continue;
        }
        note.line(&joined(std::mem::take(&mut buttons), " · "));
        say(child, note);
    }
    note.line(&joined(buttons, " · "));
}

fn button(button: &Value) -> String {
    let label = joined([emoji(&button["emoji"]), labelled(button, "label")], " ");
    link(&label, &text(button, "url").unwrap_or_default())
}

fn menu(menu: &Value, note: &mut Note) {
    note.line(&labelled(menu, "placeholder").unwrap_or_default());
    for option in items(menu, "options") {
        let label = joined([emoji(&option["emoji"]), labelled(option, "label")], " ");
        note.item(&joined([Some(label), labelled(option, "description")], " — "));
    }
}

/// A link to a picture, whose description is its label.
fn picture(holder: &Value, kind: &str) -> String {
    let description = labelled(holder, "description");
    match address_of(&holder["media"]) {
        Some(address) => media(&description.unwrap_or_else(|| kind.to_owned()), &address),
        None => description.unwrap_or_default(),
    }
}

/// A file: one that came with the payload is named, another one is linked.
fn file(component: &Value) -> String {
    let name = labelled(component, "name");
    let address = address_of(&component["file"]).unwrap_or_default();
    let shown = match (address.strip_prefix("attachment://"), name) {
        (Some(own), None) => label(own),
        (Some(_), Some(name)) => name,
        (None, name) => link(&name.unwrap_or_else(|| "file".to_owned()), &address),
    };
    format!("📎 {shown}")
}

/// A component of a kind that has no form of its own here: what it says itself, then what those inside it say.
fn other(component: &Value, note: &mut Note) {
    if !component.is_object() {
        return note.line(&text_of(component).map(|text| label(&text)).unwrap_or_default());
    }
    note.line(&text(component, "content").map(|content| to_markdown(&content)).unwrap_or_default());
    for name in ["label", "title", "description", "name", "placeholder"] {
        note.line(&labelled(component, name).unwrap_or_default());
    }
    note.line(&link("", &text(component, "url").unwrap_or_default()));
    note.line(&labelled(component, "value").unwrap_or_default());
    note.line(&address_of(&component["media"]).map(|address| media("media", &address)).unwrap_or_default());
    for name in ["components", "component", "accessory", "items", "options"] {
        items(component, name).for_each(|child| say(child, note));
    }
}

fn labelled(object: &Value, name: &str) -> Option<String> {
    text(object, name).map(|text| label(&text))
}
